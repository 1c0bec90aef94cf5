"""Whatever the bytes, the reader gives a document or a clear refusal, and never takes long."""

import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao import tables
from shixiao.engine.plans import Plan
from shixiao.tables.tests.long_texts import LONG, MEGABYTE, long_text
from shixiao.tables.tests.making import ABOVE, HEADER, ONE, TOTAL, TWO, UNIT, project, read, table, unread

SAMPLE = tables.samples.guangzhou()


def read_or_refuse(content: bytes) -> None:
    """Reads, and checks what a reader promises of every document."""
    try:
        document = tables.read(content, name="x", target=unread)
    except tables.Unreadable as refused:
        assert refused.in_("zh")
        assert refused.in_("en")
        return
    rows = [one.row for plan in document.plans for _, _, one in plan.indicators()]
    assert document.format == "json" or rows == list(range(1, len(rows) + 1))
    assert all(repair.text.zh and repair.text.en for repair in document.repairs) or document.format == "json"
    for plan in document.plans:
        check_places(plan)
        tables.write(plan, format="txt")
    again = tables.read(tables.write(document, format="json"), name="x")
    assert again.plans == document.plans


def check_places(plan: Plan) -> None:
    for _, _, one in plan.indicators():
        assert one.place.line >= 0
        assert one.place.start <= one.place.end


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(content):
    read_or_refuse(content)


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=80),
    st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-be"]),
)
def test_any_text_below_a_header(text, encoding):
    read_or_refuse(f"{ABOVE}{HEADER}\n{text}".encode(encoding))


FRAGMENTS = [
    *(
        "\t",
        "\n",
        "\t\t\t\t\t\t",
        '"',
        '""',
        "|",
        ",",
        "  ",
        "\x00",
        "\x01",
        "\ufffd",
        "&",
        "&lt;",
        "&#",
        "&#60;",
        "<p>",
        "</p>",
        "<script>",
        "<!--",
    ),
    *(
        "、",
        "；",
        "。",
        "：",
        ":",
        "1、",
        "12、",
        "1-产出指标；",
        "11-数量指标；",
        "实施周期指标值:",
        "年度指标值:",
        "合计",
        "小计",
        "5.00",
        "1,497.06",
    ),
    *(
        HEADER,
        ABOVE,
        TOTAL,
        UNIT,
        ONE,
        TWO,
        project(ONE),
        "名称",
        "单位：元",
        "项目名称",
        "绩效指标",
        "绩效目标",
        "{",
        "}",
        '"units"',
    ),
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join))
def test_pieces_of_tables_in_any_order(text):
    read_or_refuse(text.encode())
    read_or_refuse(f"{ABOVE}{HEADER}\n{text}".encode())


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["", *FRAGMENTS]) | st.text(max_size=3)),
        min_size=1,
        max_size=5,
    )
)
def test_the_published_table_with_pieces_replaced(changes):
    text = SAMPLE.decode()
    for where, length, piece in changes:
        start = int(where * len(text))
        text = text[:start] + piece + text[start + int(length**6 * len(text)) :]
    read_or_refuse(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SAMPLE)), st.binary(max_size=4), st.integers(0, 40))
def test_the_published_table_with_bytes_replaced(where, piece, length):
    read_or_refuse(SAMPLE[:where] + piece + SAMPLE[where + length :])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 60_000), st.text('{}[]",:0eE+-.\\u', max_size=3), st.integers(0, 30))
def test_our_json_with_pieces_replaced(where, piece, length):
    text = tables.write(read(table(TOTAL, UNIT, project(ONE + TWO))), format="json").decode()
    start = where % len(text)
    read_or_refuse((text[:start] + piece + text[start + length :]).encode())


def read_or_refused(content: bytes) -> None:
    """Once before lines are counted, so that what is imported at the first reading is not counted."""
    with suppress(tables.Unreadable):
        tables.read(content, name="x", target=unread)


def lines_run(content: bytes) -> int:
    """How many lines of Python reading or refusing runs: counted, because seconds on a shared machine say nothing.

    What one call into C does with its text is not seen here; `make bench` has the seconds of all these texts.
    """
    run = 0

    def line(_frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        nonlocal run
        run += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        read_or_refused(content)
    finally:
        sys.settrace(before)
    return run


def grows_no_faster_than_its_length(content: bytes) -> bool:
    """Four times the length runs about four times as many lines; a reader that looks at everything again for
    everything runs sixteen times as many. A cut piece may be refused at its first line: it counts as some lines."""
    return lines_run(content) < 6 * max(lines_run(content[: len(content) // 4]), 2_000)


@pytest.mark.parametrize("kind", LONG)
def test_a_megabyte_of_anything_is_read_or_refused_and_the_lines_run_grow_with_its_length(kind):
    read_or_refused(long_text(kind, MEGABYTE))
    assert grows_no_faster_than_its_length(long_text(kind, MEGABYTE // 8))


@pytest.mark.parametrize("byte", [0, 1, 9, 10, 34, 38, 60, 128, 0x81, 0xD8, 0xED, 0xFF])
def test_the_same_for_one_byte_again_and_again(byte):
    for encoding in ("gb18030", "utf-16-le"):
        start = HEADER.encode(encoding)
        read_or_refused(start + bytes([byte]) * MEGABYTE)
        assert grows_no_faster_than_its_length(start + bytes([byte]) * (MEGABYTE // 8))
