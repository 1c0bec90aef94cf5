"""The reader of sheets, against whatever a sheet may hold: an entry that can be told, or a sentence that names the cell."""

from io import BytesIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from shixiao import tables
from shixiao.offices.registers import columns, reading
from shixiao.offices.registers.fields import Choice, Field, Sort, read_values
from shixiao.offices.registers.reading import _HERE, _ZONE
from shixiao.tables.grid import Grid, Merge, Row, Sheets

FIELDS = (
    Field(code="subject", title="主题", sort=Sort.TEXT, is_required=True),
    Field(code="held_on", title="日期", sort=Sort.DATE, is_required=True),
    Field(code="people", title="人数", sort=Sort.NUMBER, unit="人"),
    Field(code="cost", title="费用", sort=Sort.MONEY),
    Field(code="form", title="形式", sort=Sort.CHOICE, choices=(Choice(code="lecture", title="讲座"),)),
    Field(code="who", title="谁", sort=Sort.PERSON),
    Field(code="photo", title="照片", sort=Sort.ATTACHMENT),
)
HEADER = ["主题", "日期", "人数（人）", "费用（元）", "形式", "谁"]
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "2026-03-05",
            "46086",
            "45",
            "45人",
            "1,200.50",
            "0.1",
            "讲座",
            "合计",
            "机密",
            "=1+1",
            "#N/A",
            "主题",
            "－3",
            "1e5",
            "∞",
        ]
    ),
    st.text(max_size=12),
)


def sheets(*rows: list[str], merges: tuple[Merge, ...] = ()) -> Sheets:
    lines = [Row(number, cells) for number, cells in enumerate([HEADER, *rows], 1)]
    return Sheets([Grid(lines, merges=merges)])


@given(
    rows=st.lists(st.lists(CELLS, max_size=8), max_size=6),
    merges=st.lists(st.tuples(*[st.integers(0, 4)] * 4), max_size=3),
    is_plan=st.booleans(),
)
def test_an_entry_that_can_be_told_or_a_sentence(
    rows: list[list[str]], merges: list[tuple[int, int, int, int]], *, is_plan: bool
) -> None:
    areas = tuple(
        Merge(top, left, min(top + down + 1, len(rows) + 1), left + right + 1)
        for top, left, down, right in merges
        if top <= len(rows)
    )
    given_ = sheets(*rows, merges=areas)
    how = columns.taken(given_, FIELDS, grid=1, line=1, codes=[each.code for each in FIELDS[:-1]])
    assert how is not None
    found = reading.read(given_, how, FIELDS, is_plan=is_plan)
    for line in found.lines:
        values, texts = read_values(FIELDS, line.values, line.texts, zone=_ZONE, of=_HERE)
        assert (values, texts) == (line.values, line.texts)
        assert is_plan or {"subject", "held_on"} <= {*line.values, *line.texts}
    for each in found.wrong:
        assert 2 <= each.line <= len(rows) + 1
        assert each.column in set("ABCDEF")
        assert each.text.zh
        assert each.text.en


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**16), 10**16),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
)


@given(rows=st.lists(st.lists(VALUES, max_size=8), max_size=5))
def test_hostile_workbooks_never_break_it(rows: list[list[Any]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for each in [HEADER, *rows]:
        sheet.append(each)
    stream = BytesIO()
    book.save(stream)
    try:
        found = tables.sheets(stream.getvalue())
    except tables.Unreadable:
        return
    how = columns.propose(found, FIELDS)
    if how is None:
        return
    read = reading.read(found, how, FIELDS, is_plan=False)
    for line in read.lines:
        assert "subject" in line.texts
        assert len(line.values["held_on"]) == 10


def test_titles_are_found_whatever_stands_beside_them() -> None:
    rows = [
        Row(1, ["报表"]),
        Row(2, ["*主题", "日期", "人数(人)", "费用", "备注", "单位"]),
        Row(3, ["甲", "2026-03-05"]),
    ]
    how = columns.propose(Sheets([Grid(rows)]), FIELDS)
    assert how is not None
    assert (how.line, how.codes) == (2, ("subject", "held_on", "people", "cost", columns.IGNORED, "-unit"))


def test_a_field_called_unit_is_the_field() -> None:
    own = (Field(code="which", title="单位", sort=Sort.TEXT), Field(code="a", title="甲", sort=Sort.TEXT))
    how = columns.propose(Sheets([Grid([Row(1, ["单位", "甲"])])]), own)
    assert how is not None
    assert how.codes == ("which", "a")


def test_lines_of_totals_and_the_header_of_the_next_page_are_no_entries() -> None:
    rows = (["甲", "2026-03-05", "1"], ["合计", "", "1"], HEADER, ["乙", "2026-03-06", "2"])
    given_ = sheets(*rows)
    how = columns.propose(given_, FIELDS)
    assert how is not None
    found = reading.read(given_, how, FIELDS, is_plan=False)
    assert [line.texts["subject"] for line in found.lines] == ["甲", "乙"]
    assert (found.totals_left_out, found.wrong) == (1, [])
