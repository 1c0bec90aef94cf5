"""PDF: set by the house's own layouts, with data that is never markup, in a font that is really there."""

import re
from dataclasses import replace
from io import BytesIO

import pdfplumber
import pypdfium2
import pytest

from shixiao import forms
from shixiao.forms import printed
from shixiao.forms.tests.making import MAKERS, made
from shixiao.forms.tests.saying import bare, rows_of, text_of


def pages_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [bare(page.get_textpage().get_text_bounded()) for page in document]


@pytest.mark.parametrize("form", ["declaration", "monitoring", "self_evaluation", "whole_department", "summary"])
def test_the_head_of_the_long_table_repeats_on_each_page_that_it_reaches(form):
    pages = pages_of(forms.fill(made(form, 60), kind="pdf"))
    assert len(pages) > 2
    head = "未完成情况及原因" if form == "summary" else "三级指标"
    with_rows = [page for page in pages if re.search(r"第\d+项|项目\d+", page)]
    assert len(with_rows) > 1
    assert all(head in page for page in with_rows)


def test_each_page_says_its_number_and_how_many_there_are():
    pages = pages_of(forms.fill(made("self_evaluation", 40), kind="pdf"))
    assert all(f"第{number}页，共{len(pages)}页" in page for number, page in enumerate(pages, 1))


def test_values_are_never_markup():
    attacks = (
        '#panic("x")',
        '#image("/etc/passwd")',
        "= 标题",
        "$x^2$",
        "*粗*",
        "// 注释",
        "#sys.inputs",
        '"); #panic("',
    )
    content = replace(made("report", 0), sections=tuple(forms.Section(heading=each, text=each) for each in attacks))
    said = text_of(forms.fill(content, kind="pdf"), "pdf")
    assert all(said.count(bare(each)) >= 2 for each in attacks)


def test_a_text_longer_than_a_page_goes_on_over_the_next():
    long = "".join(f"第{number}句话。" for number in range(900))
    indicator = replace(made("self_evaluation", 1).indicators[0], reason=long, improvement="")
    content = forms.fill(replace(made("self_evaluation", 1), indicators=(indicator,)), kind="pdf")
    assert long in "".join(row[-1] for row in rows_of(content, "pdf") if row[0] != "一级指标")


def test_nothing_lies_outside_the_paper():
    for form in MAKERS:
        with pdfplumber.open(BytesIO(forms.fill(made(form, 5), kind="pdf"))) as document:
            for page in document.pages:
                assert all(each["x0"] > 30 and each["x1"] < page.width - 30 for each in page.chars), form
                assert all(each["top"] > 0 and each["bottom"] < page.height - 15 for each in page.chars), form


def test_it_is_pdf_a_with_its_title_and_the_date_of_the_content():
    content = forms.fill(made("summary", 1), kind="pdf")
    assert b"pdfaid" in content
    with pypdfium2.PdfDocument(content) as document:
        told = document.get_metadata_dict()
    assert told["Title"] == "项目支出绩效自评结果汇总表"
    assert told["CreationDate"].startswith("D:20270115")


def test_a_font_that_is_not_there_is_told():
    with pytest.raises(
        forms.Unfillable, match=r"lacks No Such Font; a PDF could not show its text\. Install WenQuanYi"
    ):
        forms.fill(made("summary", 1), kind="pdf", font="No Such Font")


def test_a_machine_without_any_chinese_font_is_told(monkeypatch):
    class Bare:
        def families(self):
            return ["DejaVu Sans"]

    monkeypatch.setattr(printed, "_fonts", Bare)
    with pytest.raises(forms.Unfillable) as refused:
        forms.fill(made("summary", 1), kind="pdf")
    assert "这台机器没有中文字体" in refused.value.in_("zh")
    assert [each.code for each in refused.value.faults] == ["no_font"]


def test_the_font_that_is_asked_for_is_taken():
    assert printed.chosen("wenquanyi micro hei") == "WenQuanYi Micro Hei"


def test_characters_that_the_font_lacks_are_named():
    with pytest.raises(forms.Unfillable) as refused:
        forms.fill(replace(made("summary", 1), remark="甲\U000f0000乙"), kind="pdf", font="WenQuanYi Micro Hei")
    assert [each.code for each in refused.value.faults] == ["no_glyph"]
    assert "f0000" in refused.value.in_("zh")
