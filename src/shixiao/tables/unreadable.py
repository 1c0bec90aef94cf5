"""Why a file cannot be read, said so that the person with the file knows what to do next."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.engine.plans import NOWHERE, Place


class Unreadable(Exception):
    """Nothing could be read from a file.

    `code` is a permanent word (the keys of `REASONS`), `text` says what and where, `next_step` what to do,
    `place` where in the file (NOWHERE when it concerns the whole).
    """

    def __init__(self, code: str, place: Place = NOWHERE, **particulars: object) -> None:
        what, next_step = REASONS[code]
        self.code = code
        self.place = place
        self.text = _filled(what, place, particulars)
        self.next_step = _filled(next_step, place, particulars)
        super().__init__(self.in_("en"))

    def in_(self, language: str) -> str:
        """What is wrong and what to do, as one line in `language`."""
        return f"{self.text.in_(language)}{'' if language.startswith('zh') else ' '}{self.next_step.in_(language)}"


def _filled(text: Text, place: Place, particulars: dict[str, object]) -> Text:
    words = {"line": place.line, "column": place.column, "cell": place.column, **particulars}
    return Text(text.zh.format(**words), text.en.format(**words))


_PASTE = Text(
    "请用原来的程序打开它，选中整张表，复制后粘贴进来（或另存为“文本文件(制表符分隔)”）。",
    "Open it in its own program, select the whole table, copy it and paste it here (or save it as tab-separated text).",
)
_RESAVE = Text(
    "请在原来的程序里重新另存为 UTF-8 文本，再试一次。",
    "Save it again as UTF-8 text from the program it came from, then try once more.",
)
_LOOK_FOR = Text(
    "请确认这是“项目支出绩效目标表”，并连同表头一起复制。",
    "Check that this is the table 项目支出绩效目标表, and copy it together with its header row.",
)

_SAVE_WORKBOOK = Text(
    "请在 Excel、WPS 或 LibreOffice 里打开它，另存为 xlsx 文件，再试一次。",
    "Open it in Excel, WPS or LibreOffice, save it as an xlsx file, then try once more.",
)
_FETCH_AGAIN = Text(
    "请重新下载或复制这个文件；如果还是不行，在原来的程序里打开它，另存一份。",
    "Download or copy the file again; if that does not help, open it in its own program and save it anew.",
)

REASONS: dict[str, tuple[Text, Text]] = {
    "empty": (
        Text("文件是空的，没有任何文字。", "The file is empty: it holds no text."),
        Text("请选择绩效目标表，或把表格粘贴进来。", "Choose the file with the performance table, or paste the table."),
    ),
    "too_large": (
        Text("文件有 {size}，超过上限 {limit}。", "The file has {size}, more than the limit of {limit}."),
        Text(
            "一张绩效目标表通常不到 1 MB：请确认选对了文件，或把它拆成几份。",
            "A performance table rarely has 1 MB: check that it is the right file, or split it.",
        ),
    ),
    "foreign_format": (
        Text("这不是文本，而是{kind_zh}。", "This is not text but {kind_en}."),
        _PASTE,
    ),
    "foreign_workbook": (
        Text("这是{kind_zh}，这里还不能读。", "This is {kind_en}, which cannot be read here yet."),
        _SAVE_WORKBOOK,
    ),
    "workbook_damaged": (
        Text(
            "工作簿已损坏：“{part}”第{line}行起读不下去。",
            "The workbook is damaged: “{part}” breaks off at line {line}.",
        ),
        _FETCH_AGAIN,
    ),
    "workbook_part_missing": (
        Text("工作簿已损坏：缺少“{part}”。", "The workbook is damaged: “{part}” is missing."),
        _FETCH_AGAIN,
    ),
    "xls_damaged": (
        Text("旧版 Excel 文件（xls）已损坏，读不下去。", "The old Excel file (xls) is damaged and cannot be read on."),
        _SAVE_WORKBOOK,
    ),
    "too_many_elements": (
        Text("“{part}”里的内容超过 {limit} 项。", "“{part}” holds more than {limit} elements."),
        Text(
            "请只保留绩效目标表所在的工作表，另存为 xlsx 后再试一次。",
            "Keep only the sheet with the performance table, save it as xlsx, then try once more.",
        ),
    ),
    "workbook_empty": (
        Text("工作簿里没有一张工作表有文字。", "No sheet of the workbook holds any text."),
        Text("请确认选对了文件，并已保存。", "Check that it is the right file, and that it was saved."),
    ),
    "workbook_hidden": (
        Text("有内容的工作表都是隐藏的，没有读。", "All sheets that hold text are hidden, and were not read."),
        Text(
            "请在 Excel 里“取消隐藏”绩效目标表所在的工作表，保存后再试一次。",
            "Unhide the sheet with the performance table in Excel, save the file, then try once more.",
        ),
    ),
    "not_text": (
        Text("这不是文本：内容是二进制数据。", "This is not text: the content is binary."),
        _PASTE,
    ),
    # -- packages (docx) and web pages
    "encrypted": (
        Text("文件有打开密码，无法读取。", "The file has a password and cannot be read."),
        Text(
            "请在原来的程序里打开它，去掉密码（文件 → 信息 → 保护），另存后再试。",
            "Open it in its own program, remove the password (File, Info, Protect), save it again and try once more.",
        ),
    ),
    "old_word": (
        Text("这是旧版 Word 文档（.doc）。", "This is an old Word document (.doc)."),
        Text(
            "请用 Word 或 WPS 打开它，另存为“Word 文档(.docx)”后再试。",
            "Open it in Word or WPS, save it as a Word document (.docx) and try once more.",
        ),
    ),
    "package_damaged": (
        Text(
            "文件不完整或已损坏：压缩包里的“{part}”打不开。",
            "The file is incomplete or damaged: “{part}” inside it cannot be unpacked.",
        ),
        _FETCH_AGAIN,
    ),
    "package_incomplete": (
        Text("Word 文档里没有正文（缺少 {part}）。", "The Word document has no body: {part} is missing."),
        Text(
            "请用 Word 或 WPS 打开它，另存为“Word 文档(.docx)”后再试。",
            "Open it in Word or WPS, save it as a Word document (.docx) and try once more.",
        ),
    ),
    "unpacks_too_large": (
        Text("文件展开后有 {size}，超过上限 {limit}。", "The file unpacks to {size}, more than the limit of {limit}."),
        Text(
            "一张绩效目标表展开后通常不到 10 MB：请确认选对了文件，或把它拆成几份。",
            "A performance table rarely unpacks to 10 MB: check that it is the right file, or split it.",
        ),
    ),
    "xml_damaged": (
        Text(
            "文件已损坏：{part} 第{line}行的 XML 有错。",
            "The file is damaged: the XML of {part} is broken on line {line}.",
        ),
        Text(
            "请用 Word 或 WPS 打开并修复，另存后再试。",
            "Open it in Word or WPS, let it be mended, save it and try once more.",
        ),
    ),
    "xml_entities": (
        Text(
            "{part} 里声明了 XML 实体，办公软件不会这样写；为安全起见不读。",
            "{part} declares XML entities, which no office program writes; for safety it is not read.",
        ),
        Text(
            "请用 Word 或 WPS 打开它，另存后再试；不明来源的文件请勿打开。",
            "Open it in Word or WPS, save it and try once more; do not open a file of unknown origin.",
        ),
    ),
    "only_pictures": (
        Text("文件里只有图片，没有文字。", "The file holds pictures only, and no text."),
        Text(
            "请向发布单位索取可编辑的表格，或把文字识别出来后核对、粘贴进来。",
            "Ask the publisher for the table itself, or have the text recognised, check it and paste it here.",
        ),
    ),
    "frames_elsewhere": (
        Text(
            "这个网页只是框架，表格在别的文件里（如“.files”文件夹）。",
            "This page is only a frame; the table is in another file (such as one in the folder “.files”).",
        ),
        Text(
            "请选择表格所在的那个文件（如 sheet001.htm），或从原来的程序另存为 xlsx。",
            "Choose the file that holds the table (such as sheet001.htm), or save it as xlsx from its own program.",
        ),
    ),
    "nul": (
        Text(
            "第{line}行有空字符（NUL），文件可能已损坏。", "Line {line} holds a NUL character; the file may be damaged."
        ),
        _RESAVE,
    ),
    "lone_surrogate": (
        Text(
            "第{line}行有半个字符（孤立的代理码位），文件可能已损坏。",
            "Line {line} holds half a character (a lone surrogate); the file may be damaged.",
        ),
        _RESAVE,
    ),
    "broken_bytes": (
        Text(
            "第{line}行有不属于 {encoding} 的字节，文件可能已损坏。",
            "Line {line} holds bytes that are not {encoding}; the file may be damaged.",
        ),
        _RESAVE,
    ),
    "secret": (
        Text("第{line}行标有密级。", "Line {line} carries a secrecy mark."),
        Text(
            "涉密内容不得进入本系统：请改用公开的版本。",
            "Classified content may not enter this system: use the published version.",
        ),
    ),
    "no_table": (
        Text(
            "没有找到绩效目标表：表头里要有“项目名称”和“绩效指标”，或者“三级指标”和“指标值”。",
            "No performance table was found: its header row must have the columns 项目名称 and 绩效指标, or 三级指标 and 指标值.",
        ),
        _LOOK_FOR,
    ),
    "columns_wrong": (
        Text("照指定的各列读不了：{missing_zh}。", "It cannot be read by the columns that were given: {missing_en}."),
        Text(
            "请核对表头的行号和各列。",
            "Check the line of the header and the columns.",
        ),
    ),
    "missing_columns": (
        Text(
            "第{line}行像是表头，但缺少“{missing}”一列。",
            "Line {line} looks like the header row, but has no column {missing}.",
        ),
        _LOOK_FOR,
    ),
    "no_rows": (
        Text("第{line}行的表头下面没有任何项目。", "There is no project below the header row on line {line}."),
        Text("请连同表头下面的各行一起复制。", "Copy the rows below the header, too."),
    ),
    "pdf_locked": (
        Text("这份 PDF 有打开密码或者证书保护，读不到内容。", "This PDF is locked with a password or a certificate."),
        Text(
            "请用密码打开它，打印或另存为没有密码的 PDF，再试一次。",
            "Open it with its password, print or save it as a PDF without one, then try once more.",
        ),
    ),
    "pdf_scanned": (
        Text(
            "这份 PDF 是扫描件：{pages} 页里有 {count} 页是图片，没有文字。",
            "This PDF is a scan: {count} of its {pages} pages are pictures without text.",
        ),
        Text(
            "请用生成它的 Word、Excel 文件或网页，或者先做文字识别（OCR）再核对。",
            "Use the Word or Excel file or the web page it was made from, or have its text recognised (OCR) and check it.",
        ),
    ),
    "pdf_no_text": (
        Text(
            "这份 PDF 的 {pages} 页里没有文字：字可能是画成图形的。",
            "The {pages} pages of this PDF hold no text: the letters may be drawn as shapes.",
        ),
        Text(
            "请用生成它的 Word、Excel 文件或网页。",
            "Use the Word or Excel file or the web page it was made from.",
        ),
    ),
    "pdf_no_characters": (
        Text(
            "第{page}页看得见字，但字体里没有写明是什么字，读不出来。",
            "On page {page} text can be seen, but its fonts do not tell which characters it has.",
        ),
        Text(
            "请用生成它的 Word、Excel 文件或网页，或者先做文字识别（OCR）再核对。",
            "Use the Word or Excel file or the web page it was made from, or have its text recognised (OCR) and check it.",
        ),
    ),
    "pdf_no_table": (
        Text(
            "这份 PDF 的 {pages} 页里没有找到画了线的表格。",
            "No table with lines was found on the {pages} pages of this PDF.",
        ),
        Text(
            "请确认选对了文件；如果表格没有画线，请用生成它的 Word、Excel 文件或网页。",
            "Check that it is the right file; if its table has no lines, use the Word or Excel file it was made from.",
        ),
    ),
    "pdf_damaged": (
        Text(
            "这份 PDF 已损坏或者不完整，找不到任何一页。",
            "This PDF is damaged or incomplete: none of its pages can be read.",
        ),
        Text(
            "请重新下载，或者用别的程序打开后另存为 PDF，再试一次。",
            "Download it again, or open it in another program and save it as a PDF, then try once more.",
        ),
    ),
    "pdf_too_much": (
        Text(
            "这份 PDF 解开以后太大，或者图形过于复杂，没有读。",
            "This PDF unpacks to too much, or its drawings are too complex; it was not read.",
        ),
        Text(
            "请只保留绩效目标表所在的几页，另存为 PDF，再试一次。",
            "Save only the pages with the performance table as a PDF, then try once more.",
        ),
    ),
    "json_broken": (
        Text("JSON 第{line}行第{column}个字符处有错。", "The JSON is broken on line {line}, at character {column}."),
        Text("请用 shixiao convert 重新生成。", "Make it again with shixiao convert."),
    ),
    "json_shape": (
        Text("JSON 里 {path} 处应为{expected_zh}。", "In the JSON, {path} should be {expected_en}."),
        Text(
            "请用 shixiao convert 重新生成，或对照公布的 JSON Schema 修改。",
            "Make it again with shixiao convert, or correct it by the published JSON Schema.",
        ),
    ),
    "json_version": (
        Text(
            "JSON 的格式是“{found}”，这里只认“{known}”。",
            "The JSON has the schema “{found}”; only “{known}” is known here.",
        ),
        Text(
            "请升级程序，或用 shixiao convert 重新生成。", "Upgrade the program, or make it again with shixiao convert."
        ),
    ),
}
