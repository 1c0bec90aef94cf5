"""Letters: a Word document by a template, and a PDF that says what that document says."""

from dataclasses import replace
from functools import cache
from io import BytesIO

import docx
import pypdfium2
import pytest
from docx.shared import Mm

from shixiao import forms
from shixiao.forms import blocks
from shixiao.forms.tests.editing import codes, edited, faults, packed, shipped, unpacked
from shixiao.forms.tests.making import LETTERS, bare_letter, made
from shixiao.forms.tests.saying import bare, codes_in, foot_of, text_of

KINDS = ("docx", "pdf")
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
filled = cache(lambda form, kind: forms.fill(LETTERS[form], kind=kind))
every = pytest.mark.parametrize("form", LETTERS)
both = pytest.mark.parametrize("kind", KINDS)


def saved(document):
    made_ = BytesIO()
    document.save(made_)
    return made_.getvalue()


def opened(form):
    return docx.Document(BytesIO(shipped("docx", form)))


@every
def test_the_templates_that_come_with_the_program_are_without_fault(form):
    assert faults(shipped("docx", form), form, "docx") == ()


def pages_of(form: str) -> str:
    """The text of the PDF without the foot of each page."""
    tail = foot_of(filled(form, "docx"), "docx").split("页，共")[1].split("页", 1)[1]
    with pypdfium2.PdfDocument(filled(form, "pdf")) as document:
        pages = [bare(page.get_textpage().get_text_bounded()) for page in document]
        feet = [f"第{number}页，共{len(pages)}页{tail}" for number in range(1, len(pages) + 1)]
        assert [foot for foot, page in zip(feet, pages, strict=True) if page.count(foot) != 1] == []
        return "".join(page.replace(foot, "") for foot, page in zip(feet, pages, strict=True))


@every
def test_word_and_pdf_say_the_same(form):
    # Columns that stand beside each other are read in another order.
    assert sorted(pages_of(form)) == sorted(text_of(filled(form, "docx"), "docx"))


@both
@every
def test_each_value_that_the_template_calls_is_shown(form, kind):
    called = text_of(shipped("docx", form), "docx")
    shown = forms.shown(LETTERS[form])
    said = text_of(filled(form, kind), kind)
    wanted = [name for name in shown.values if f"{{{{{name}}}}}" in called]
    assert len(wanted) > 6
    assert [name for name in wanted if bare(shown.values[name].text) not in said] == []
    for loop, rows in shown.rows.items():
        names = [name for name in rows[0] if f"{{{{{loop}.{name}}}}}" in called]
        assert names
        assert all(bare(row[name].text) in said for row in rows for name in names)


@both
@every
def test_the_code_opens_the_page_of_the_task(form, kind):
    assert codes_in(filled(form, kind), kind) == ["https://shixiao.example/cases/4711/"]


@both
def test_without_an_address_there_is_no_code(kind):
    content = forms.fill(replace(LETTERS["reminder_letter"], address=""), kind=kind)
    assert codes_in(content, kind) == []


@both
@every
def test_of_what_is_not_known_nothing_is_said(form, kind):
    said = text_of(forms.fill(bare_letter(form), kind=kind), kind)
    assert "{{" not in said.replace("{{事项}}", "")  # the matter of these letters has brackets on purpose
    assert "逐行" not in said
    assert "None" not in said


@both
@every
def test_every_page_has_number_and_hash(form, kind):
    foot = foot_of(filled(form, kind), kind)
    assert "模拟督〔2026〕12号" in foot
    assert bare(forms.content_hash(LETTERS[form])[:4]) in foot
    assert foot.endswith("模拟")


@both
def test_the_same_letter_gives_the_same_bytes(kind):
    assert forms.fill(LETTERS["closing_report"], kind=kind) == filled("closing_report", kind)


@both
def test_an_office_writes_sentences_of_its_own(kind):
    own = edited("docx", ("请对照办成标准抓紧办理", "请在三日内书面答复，并对照办成标准办理"), form="reminder_letter")
    said = text_of(forms.fill(LETTERS["reminder_letter"], kind=kind, template=own), kind)
    assert "请在三日内书面答复" in said


def test_a_line_end_of_a_value_begins_a_line_two_characters_in():
    document = docx.Document(BytesIO(filled("closing_report", "docx")))
    (said,) = [each.text for each in document.paragraphs if each.text.startswith("已整改 12 处")]
    assert "\n　　逐处建立台账" in said


def test_a_paragraph_without_anything_to_say_is_left_out():
    with_it, without = (
        docx.Document(BytesIO(forms.fill(replace(LETTERS["closing_report"], further=text), kind="docx")))
        for text in ("另附台账。", "")
    )
    assert len(with_it.paragraphs) == len(without.paragraphs) + 1


# ---- what a page shows -------------------------------------------------------------------------------------------


def test_a_letter_is_laid_out_block_by_block():
    page = forms.laid_out(filled("supervision_order", "docx"))
    first, title = page.blocks[0], page.blocks[1]
    assert (first.text, first.side, first.runs[0].colour) == ("模拟市人民政府办公厅督查室", "center", "C00000")
    assert first.rule == "C00000"
    assert (title.text, title.size) == ("督 办 单", 22.0)
    table = next(each for each in page.blocks if isinstance(each, blocks.Table))
    assert [(cell.across, cell.blocks[0].text) for cell in table.rows[0]] == [
        (1, "督办事项"),
        (3, LETTERS["supervision_order"].matter),
    ]
    assert table.has_lines
    assert page.footer[0].runs[1].counts == "page"


def test_a_cell_over_several_rows_is_one_cell():
    document = opened("supervision_order")
    table = document.tables[0]
    table.cell(1, 0).merge(table.cell(2, 0))
    page = forms.laid_out(saved(document))
    rows = next(each for each in page.blocks if isinstance(each, blocks.Table)).rows
    assert rows[1][0].down == 2
    assert len(rows[2]) == 3


# ---- faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["文号", "二维码", "成文日期", "事项", "催办内容"])
def test_a_template_that_lacks_what_a_letter_must_say_is_refused(name):
    content = shipped("docx", "reminder_letter")
    parts = unpacked(content)
    for part in [each for each in parts if each.startswith(("word/document", "word/footer"))]:
        parts[part] = parts[part].replace(f"{{{{ {name} }}}}".encode(), b"")
    assert codes(packed(parts), "reminder_letter", "docx") == ["needed_name"]
    assert name in faults(packed(parts), "reminder_letter")[0].in_("zh")


def test_an_unknown_name_is_told_with_its_place():
    (wrong,) = faults(
        edited("docx", ("{{ 催办内容 }}", "{{ 催办内溶 }} {{ 催办内容 }}"), form="reminder_letter"), "reminder_letter"
    )
    assert wrong.code == "unknown_name"
    assert wrong.in_("zh").startswith("正文第6段:没有名为“催办内溶”的内容。是不是“催办内容”？")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 ...", "not_office"),
        (b"PK\x03\x04" + b"\0" * 40, "damaged"),
        (b"PK" + b"\0" * (60 << 20), "too_large"),
        (shipped("xlsx", "summary"), "wrong_kind"),
    ],
    ids=["pdf", "broken", "60 MB", "xlsx"],
)
def test_what_is_no_word_document_is_no_template(content, code):
    assert codes(content, "reminder_letter", "docx") == [code]


def test_a_form_is_no_letter():
    assert "unknown_name" in codes(shipped("docx", "summary"), "reminder_letter", "docx")


def test_what_only_word_would_show_is_refused_with_its_place():
    document = opened("reminder_letter")
    document.paragraphs[0].add_run().add_picture(BytesIO(PICTURE), Mm(5))
    document.add_paragraph("一项", style="List Number")
    found = faults(saved(document), "reminder_letter", "docx")
    assert [each.code for each in found] == ["only_in_word", "only_in_word"]
    assert found[0].in_("zh").startswith("正文第1段:这里有图片或图形，预览和 PDF 里不会有。")
    assert "自动编号" in found[1].in_("zh")
    with pytest.raises(forms.Unfillable):
        forms.fill(LETTERS["reminder_letter"], kind="docx", template=saved(document))


def test_a_form_may_have_pictures():
    document = docx.Document(BytesIO(shipped("docx", "summary")))
    document.paragraphs[0].add_run().add_picture(BytesIO(PICTURE), Mm(5))
    assert faults(saved(document), "summary", "docx") == ()


def test_a_letter_has_no_workbook():
    with pytest.raises(LookupError):
        forms.fill(LETTERS["reminder_letter"], kind="xlsx")
    assert forms.fill(made("summary", 1), kind="xlsx")
