"""What is wrong with a template, said with the place and the next step; and the error that carries it."""

from __future__ import annotations

from dataclasses import dataclass

from shixiao.engine.bilingual import Text


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `code` is a permanent word (the keys of `REASONS`), `place` says where."""

    code: str
    place: Text
    text: Text
    next_step: Text

    def in_(self, language: str) -> str:
        """Place, what is wrong and what to do, as one line in `language`."""
        place = self.place.in_(language)
        joined = f"{self.text.in_(language)}{'' if language.startswith('zh') else ' '}{self.next_step.in_(language)}"
        return f"{place}{':' if language.startswith('zh') else ': '}{joined}" if place else joined


class Unfillable(Exception):
    """A form cannot be made; `faults` says why, each with its place and the next step."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(each.in_("en") for each in faults))

    def in_(self, language: str) -> str:
        """All faults, a line each, in `language`."""
        return "\n".join(each.in_(language) for each in self.faults)


NOWHERE = Text("", "")


def fault(code: str, place: Text = NOWHERE, **words: object) -> Fault:
    """A fault of a kind that `REASONS` knows."""
    what, next_step = REASONS[code]
    filled = [Text(each.zh.format(**words), each.en.format(**words)) for each in (what, next_step)]
    return Fault(code, place, *filled)


_SAVE = Text(
    "请在 Word、Excel 或 WPS 里打开原来的模板，另存为普通的 docx 或 xlsx 文件。",
    "Open the original template in Word, Excel or WPS and save it as an ordinary docx or xlsx file.",
)
_REMOVE = Text(
    "请在 Word、Excel 或 WPS 里删掉它，保存后再检查一次。",
    "Delete it in Word, Excel or WPS, save the file and check it again.",
)
_LIST = Text(
    "可用的名称见“怎样改表格模板”一页。",
    "The page on editing templates lists the names that there are.",
)
_LOOP = Text(
    "每个“{{% 逐行 … %}}”要独占一行（段），后面有且只有一个独占一行（段）的“{{% 逐行结束 %}}”。",
    "Each {{% 逐行 … %}} stands alone in its row or paragraph and is followed by one {{% 逐行结束 %}}, alone in its own.",
)

REASONS: dict[str, tuple[Text, Text]] = {
    # -- the file
    "not_office": (Text("这不是 Word 或 Excel 文件。", "This is not a Word or Excel file."), _SAVE),
    "old_office": (
        Text("这是旧版的 Word 或 Excel 文件（doc、xls）。", "This is an old Word or Excel file (doc, xls)."),
        _SAVE,
    ),
    "encrypted": (
        Text("文件有打开密码，读不了。", "The file has a password and cannot be read."),
        Text(
            "请在原来的程序里去掉密码（文件 → 信息 → 保护），另存后再试。",
            "Remove the password in its own program (File, Info, Protect), save it again and try once more.",
        ),
    ),
    "damaged": (Text("文件已损坏：“{part}”读不下去。", "The file is damaged: “{part}” cannot be read."), _SAVE),
    "too_large": (
        Text("文件（或展开以后）超过上限 {limit}。", "The file, or what it unpacks to, is above the limit of {limit}."),
        Text(
            "模板通常不到 1 MB：请删掉大图片和多余的工作表后再试。",
            "A template rarely has 1 MB: take out large pictures and needless sheets and try again.",
        ),
    ),
    "macro": (
        Text(
            "文件里有宏（“{part}”），宏会在打开时运行。", "The file holds a macro (“{part}”), which may run on opening."
        ),
        _SAVE,
    ),
    "word_template": (
        Text(
            "这是 Word 或 Excel 的模板格式（dotx、xltx）。",
            "This is the template format of Word or Excel (dotx, xltx).",
        ),
        _SAVE,
    ),
    "embedded": (
        Text("文件里嵌着别的文件或控件（“{part}”）。", "Another file or a control is embedded (“{part}”)."),
        _REMOVE,
    ),
    "external": (
        Text("文件连着外面的东西：{target}。", "The file is linked to something outside: {target}."),
        _REMOVE,
    ),
    "entities": (
        Text(
            "“{part}”里声明了 XML 实体，办公软件不会这样写。", "“{part}” declares XML entities; no office program does."
        ),
        Text("来历不明的文件请勿使用。", "Do not use a file of unknown origin."),
    ),
    "field_code": (
        Text("这里有域“{field}”，只允许页码和总页数。", "There is a field {field}; only page numbers are allowed."),
        _REMOVE,
    ),
    "formula": (
        Text(
            "公式“{formula}”会取外面的数据或运行程序。", "The formula {formula} fetches from outside or runs a program."
        ),
        _REMOVE,
    ),
    "array_formula": (
        Text(
            "这是数组公式或模拟运算表，行数变了以后会算错。",
            "An array formula or data table would go wrong as rows are added.",
        ),
        Text("请改成普通公式。", "Write an ordinary formula instead."),
    ),
    "wrong_kind": (
        Text("这份模板是 {found}，要的是 {wanted}。", "This template is {found}; {wanted} is wanted."),
        Text("请选择对应格式的模板。", "Choose the template of that format."),
    ),
    # -- placeholders
    "unknown_name": (
        Text("没有名为“{name}”的内容。{nearest_zh}", "Nothing is called {name}. {nearest_en}"),
        _LIST,
    ),
    "outside_its_rows": (
        Text(
            "“{name}”每行不同，只能放在“{{% 逐行 {loop} %}}”和“{{% 逐行结束 %}}”之间。",
            "{name} differs for each row and belongs between {{% 逐行 {loop} %}} and {{% 逐行结束 %}}.",
        ),
        _LOOP,
    ),
    "needed_name": (
        Text("缺少“{{{{ {name} }}}}”。", "{{{{ {name} }}}} is missing."),
        Text("请在表格里该显示它的地方写上。", "Write it where the form should show it."),
    ),
    "not_understood": (
        Text("看不懂“{found}”。", "{found} is not understood."),
        Text(
            "只能写“{{{{ 名称 }}}}”“{{% 逐行 名称 %}}”和“{{% 逐行结束 %}}”，不能写运算或程序。",
            "Only {{{{ name }}}}, {{% 逐行 name %}} and {{% 逐行结束 %}} can be written: no arithmetic and no program.",
        ),
    ),
    "not_closed_name": (
        Text("“{found}”的括号没有配对。", "The brackets of {found} do not match."),
        Text(
            "括号要成对、用半角写，并在同一段、同一格里。",
            "Write the brackets in pairs, half-width, within one paragraph or cell.",
        ),
    ),
    "misplaced_name": (
        Text("“{found}”写在不会填写的地方（{part}）。", "{found} stands where nothing is filled in ({part})."),
        Text("请把它移到正文、表格、页眉或页脚里。", "Move it to the text, a table, the header or the footer."),
    ),
    "picture_among_words": (
        Text("“{{{{ {name} }}}}”要独占一段（格）。", "{{{{ {name} }}}} must stand alone in its paragraph or cell."),
        Text("请把它和别的文字分开。", "Separate it from other text."),
    ),
    # -- what a letter cannot show in every format
    "only_in_word": (
        Text("这里有{what_zh}，预览和 PDF 里不会有。", "Here is {what_en}, which preview and PDF would not show."),
        Text(
            "文书的 Word 和 PDF 必须一样：请删掉它，或改成普通文字、表格。",
            "Word and PDF of a letter say the same: delete it, or make it ordinary text or a table.",
        ),
    ),
    # -- loops
    "loop_not_closed": (
        Text("从这里开始的“{{% 逐行 {loop} %}}”没有结束。", "{{% 逐行 {loop} %}}, which begins here, is not closed."),
        _LOOP,
    ),
    "loop_closed_twice": (
        Text("这里的“{{% 逐行结束 %}}”前面没有开始。", "This {{% 逐行结束 %}} closes nothing."),
        _LOOP,
    ),
    "loop_in_loop": (
        Text("“{{% 逐行 {loop} %}}”写在另一个逐行里面。", "{{% 逐行 {loop} %}} stands inside another one."),
        _LOOP,
    ),
    "loop_empty": (
        Text("“{{% 逐行 {loop} %}}”里面没有要重复的行。", "{{% 逐行 {loop} %}} has no row to repeat."),
        _LOOP,
    ),
    "loop_not_alone": (
        Text("“{found}”和别的文字在同一行（段）。", "{found} shares its row or paragraph with other text."),
        _LOOP,
    ),
    "loop_cut": (
        Text("合并的单元格跨过了“逐行”重复的边界。", "A merged cell crosses the border of repeated rows."),
        Text(
            "重复的行里，合并的单元格不要只盖住其中一部分。",
            "Merged cells cover repeated rows together with all their loop rows, or lie within them.",
        ),
    ),
    "workbook_shape": (
        Text("工作表太大：用到 {cell}。", "The sheet is too large: it is used up to {cell}."),
        Text(
            "请删掉表格下面和右边有格式的空行、空列。",
            "Delete the formatted empty rows and columns below and beside the form.",
        ),
    ),
    # -- filling
    "too_many_rows": (
        Text("“{loop}”有 {count} 行，超过上限 {limit}。", "{loop} has {count} rows, more than {limit}."),
        Text("请分成几张表。", "Split it into several forms."),
    ),
    "cell_too_long": (
        Text(
            "“{name}”有 {count} 个字，Excel 一格最多 {limit} 个。",
            "{name} has {count} characters; a cell holds {limit}.",
        ),
        Text("请缩短它，或用 Word、PDF。", "Shorten it, or use Word or PDF."),
    ),
    "no_font": (
        Text(
            "这台机器没有{font_zh}，PDF 里的字显示不出来。",
            "This machine lacks {font_en}; a PDF could not show its text.",
        ),
        Text(
            "请安装文泉驿微米黑（fonts-wqy-microhei）或思源字体（fonts-noto-cjk）。",
            "Install WenQuanYi Micro Hei (fonts-wqy-microhei) or Noto CJK (fonts-noto-cjk).",
        ),
    ),
    "no_glyph": (
        Text("字体“{font}”里没有这些字：{characters}。", "The font {font} lacks these characters: {characters}."),
        Text(
            "请安装收字更全的字体（如 fonts-noto-cjk），或用 Word、Excel。",
            "Install a wider font (such as fonts-noto-cjk), or use Word or Excel.",
        ),
    ),
}
