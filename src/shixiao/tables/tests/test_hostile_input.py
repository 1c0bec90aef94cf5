"""Whatever the bytes, the reader gives a document or a clear refusal, and never takes long."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao import tables
from shixiao.engine.plans import Plan
from shixiao.tables.tests.making import ABOVE, HEADER, ONE, TOTAL, TWO, UNIT, project, read, table, unread

SAMPLE = tables.samples.guangzhou()
MEGABYTE = 1_000_000


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


# One megabyte of what would be slow for a reader that looks at anything twice.
LONG: dict[str, Callable[[], str]] = {
    "one character": lambda: "x" * MEGABYTE,
    "spaces": lambda: HEADER + "\n" + " " * MEGABYTE,
    "tabs": lambda: HEADER + "\n" + "\t" * MEGABYTE,
    "line breaks": lambda: HEADER + "\n甲\t1\n" + "\n" * MEGABYTE,
    "headers": lambda: (HEADER + "\n") * (MEGABYTE // 50),
    "tabs in the header": lambda: HEADER + "\t" * MEGABYTE,
    "a wide header": lambda: HEADER + "\tx" * 200_000 + "\n" + "甲\t1\n" * 80_000,
    "a wide row": lambda: table(project(ONE + "\tx" * (MEGABYTE // 2))),
    "headings": lambda: HEADER + "\n" + "单位：万元\n" * (MEGABYTE // 6),
    "plans": lambda: table(TOTAL) * (MEGABYTE // 90),
    "quotes": lambda: HEADER + "\n" + '"' * MEGABYTE,
    "open quotes": lambda: HEADER + "\n" + '"a\t' * (MEGABYTE // 3),
    "doubled quotes": lambda: HEADER + "\n" + '"x""\t' * (MEGABYTE // 5),
    "digits": lambda: table(project("9" * MEGABYTE)),
    "numbers": lambda: table(project("1、" * (MEGABYTE // 2))),
    "dashes": lambda: table(project("1-" * (MEGABYTE // 2))),
    "heads": lambda: table(project("1、1-产出指标；11-数量指标；" * (MEGABYTE // 18))),
    "half heads": lambda: table(project("1、1-产出指标；" * (MEGABYTE // 9))),
    "labels": lambda: table(project(ONE + "年度指标值:" * (MEGABYTE // 6))),
    "both labels": lambda: table(project("年度指标值:实施周期指标值:" * (MEGABYTE // 14))),
    "indicators": lambda: table(project(ONE * (MEGABYTE // 45))),
    "stops": lambda: table(project("。" * MEGABYTE)),
    "semicolons": lambda: table(project("1-产出指标；11-数量指标" + "；" * MEGABYTE)),
    "unclassed": lambda: table(project("1、名；实施周期指标值:1；年度指标值:1。" * (MEGABYTE // 26))),
    "entities": lambda: table(project(ONE + "&lt;" * (MEGABYTE // 4))),
    "ampersands": lambda: table(project(ONE + "&" * MEGABYTE)),
    "nested entities": lambda: table(project(ONE + "&" + "amp;" * (MEGABYTE // 4))),
    "web encoded": lambda: table(project("&#49;" * (MEGABYTE // 5))),
    "open tags": lambda: table(project(ONE + "<p " * (MEGABYTE // 3))),
    "tags": lambda: table(project(ONE + "<p>" * (MEGABYTE // 3))),
    "tags between": lambda: table(project(("<p>" + ONE + "</p>") * (MEGABYTE // 52))),
    "encoded tags": lambda: table(project(ONE + "&lt;p " * (MEGABYTE // 6))),
    "scripts": lambda: table(project(ONE + "<script>" * (MEGABYTE // 8))),
    "comments": lambda: table(project(ONE + "<!--" * (MEGABYTE // 4))),
    "closing scripts": lambda: table(project(ONE + "<script></script" * (MEGABYTE // 16))),
    "bare rows": lambda: HEADER + "\n" + "甲\t1\t1\t\t\t\t\n" * (MEGABYTE // 11),
    "bare rows below a unit": lambda: HEADER + "\n乙\t99999\t\t\t\t\t\n" + "甲\t1\t1\t\t\t\t\n" * (MEGABYTE // 11),
    "projects": lambda: table(*[project(ONE)] * (MEGABYTE // 65)),
    "broken lines": lambda: table(project(ONE)) + "2、\n" * (MEGABYTE // 3),
    "broken goal": lambda: HEADER + "\n甲\t1\t1\t\t\t目标\n" + "甲\n" * (MEGABYTE // 2),
    "rows without a name": lambda: table(project(ONE)) + "\t\t\t\t\t\t甲\n" * (MEGABYTE // 8),
    "stray lines": lambda: table(project(ONE)) + "甲。\n" * (MEGABYTE // 3),
    "quoted lines": lambda: table(project('"' + (ONE + "\n") * (MEGABYTE // 46) + '"')),
    "control characters": lambda: table(project(ONE)) + "\x01" * MEGABYTE,
    "bars": lambda: HEADER.replace("\t", "|") + "\n" + "|" * MEGABYTE,
    "commas": lambda: HEADER.replace("\t", ",") + "\n" + "," * MEGABYTE,
    "gaps": lambda: HEADER.replace("\t", "   ") + "\n" + "甲  1  " * (MEGABYTE // 6),
    "spaced": lambda: HEADER.replace("\t", "   ") + "\n" + "甲  1  1  保障  1、1-产出\n" * (MEGABYTE // 20),
    "json lists": lambda: '{"a":' + "[" * MEGABYTE,
    "json text": lambda: '{"a": "' + "\\u0000" * (MEGABYTE // 6),
    "stars": lambda: table(project(ONE)) + "秘密 " * (MEGABYTE // 3),
    "spaced mark": lambda: table(project(ONE)) + "密" + " " * MEGABYTE,
}


def allowed_seconds() -> float:
    """Five seconds of a machine that has nothing else to do: a loop of known length says how busy this one is."""
    start = time.process_time()
    sum(range(2_000_000))
    return 5 * max(1.0, (time.process_time() - start) / 0.025)


@pytest.mark.parametrize("kind", LONG)
def test_a_megabyte_of_anything_takes_less_than_five_seconds(kind):
    content = LONG[kind]().encode()[:MEGABYTE]
    start, allowed = time.process_time(), allowed_seconds()
    with suppress(tables.Unreadable):
        tables.read(content, name="x", target=unread)
    taken = time.process_time() - start
    assert taken < max(allowed, allowed_seconds())  # it may have become busy meanwhile


@pytest.mark.parametrize("byte", [0, 1, 9, 10, 34, 38, 60, 128, 0x81, 0xD8, 0xED, 0xFF])
def test_a_megabyte_of_one_byte_takes_less_than_five_seconds(byte):
    for encoding in ("gb18030", "utf-16-le"):
        start, allowed = time.process_time(), allowed_seconds()
        with suppress(tables.Unreadable):
            tables.read(HEADER.encode(encoding) + bytes([byte]) * MEGABYTE, name="x", target=unread)
        taken = time.process_time() - start
        assert taken < max(allowed, allowed_seconds())
