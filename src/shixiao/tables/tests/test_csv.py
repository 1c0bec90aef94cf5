"""CSV as spreadsheets save it: every delimiter, quoting and encoding gives the table that was saved."""

import csv
import io

import openpyxl
import pytest

from shixiao import tables
from shixiao.tables.tests.making import read, shape, wordings

GUANGZHOU = tables.read(tables.samples.guangzhou(), name="x")


def saved(delimiter: str = ",", *, quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    """The Guangzhou table as a spreadsheet saves it."""
    book = openpyxl.load_workbook(io.BytesIO(tables.write(GUANGZHOU, format="xlsx")))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([["" if value is None else value for value in line] for line in book.worksheets[0].values])
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_every_delimiter_and_quoting_gives_the_table(delimiter: str, quoting: int) -> None:
    document = tables.read(saved(delimiter, quoting=quoting).encode(), name="x.csv")
    assert wordings(document) == wordings(GUANGZHOU)
    assert shape(document) == shape(GUANGZHOU)
    assert [plan.funds for plan in document.plans] == [plan.funds for plan in GUANGZHOU.plans]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_table(encoding: str) -> None:
    assert wordings(tables.read(saved().encode(encoding), name="x.csv")) == wordings(GUANGZHOU)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_line_end_gives_the_table(end: str) -> None:
    assert wordings(tables.read(saved(end=end).encode(), name="x.csv")) == wordings(GUANGZHOU)


def test_a_line_break_in_a_quoted_cell_stays_in_it() -> None:
    text = (
        '项目名称,示范\n主管部门,某市示范局\n一级指标,二级指标,三级指标,指标值\n产出指标,数量指标,"巡检\n次数",≥3次\n'
    )
    ((_unit, _project, row),) = tables.read(text.encode(), name="x.csv").plans[0].indicators()
    assert row.annual_wording == "≥3次"
    assert "".join(row.name.split()) == "巡检次数"
    assert row.place.line == 4


def test_a_quote_in_a_quoted_cell_is_one() -> None:
    text = (
        '项目名称,示范\n主管部门,某市示范局\n一级指标,二级指标,三级指标,指标值\n产出指标,数量指标,"""十件""实事",≥3件\n'
    )
    assert [name for name, _cycle, _annual in wordings(read(text))] == ['"十件"实事']
