"""Laws of the standard wording: writing and reading give the same reading back."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shixiao.engine.targets import REASONS, Kind, Reading, Sense, as_json, explain, from_json, read, spans, write
from shixiao.engine.targets.tests.corpora import reading_of, rows
from shixiao.engine.targets.units import PER

CORPORA = (
    "golden_guangzhou",
    "wordings_tuning",
    "wordings_heldout",
    "wordings_second",
    "wordings_third",
    "wordings_fourth",
)
SENSE_OF = {">=": Sense.AT_LEAST, ">": Sense.AT_LEAST, "<=": Sense.AT_MOST, "<": Sense.AT_MOST}

numbers = st.decimals(min_value=0, max_value=10**9, places=2).map(lambda d: d.normalize() + 0)
units = st.sampled_from(
    [
        None,
        "%",
        "次",
        "人次",
        "万元",
        "元/人·月",
        "个工作日",
        "小时",
        "分钟",
        "年",
        "个月",
        "天",
        "日",
        "周",
        "‰",
        "个百分点",
        "万平方米",
        "份",
        "期",
    ]
)
pers = st.sampled_from([None, *dict.fromkeys(PER.values())])


@st.composite
def numerics(draw: st.DrawFn) -> Reading:
    op = draw(st.sampled_from([">=", ">", "<=", "<", "="]))
    sense = SENSE_OF.get(op) or draw(st.sampled_from(Sense))
    return Reading(Kind.NUMERIC, op, draw(numbers), None, draw(units), draw(pers), None, sense)


@st.composite
def ranges(draw: st.DrawFn) -> Reading:
    low, high = sorted([draw(numbers), draw(numbers)])
    if low == high:
        high += 1
    if draw(st.booleans()):
        low = -high
    return Reading(Kind.RANGE, None, low, high, draw(units), draw(pers), None, Sense.EXACT)


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2049, 12, 31))
written_dates = st.one_of(
    days.map(lambda d: d.isoformat()),
    days.map(lambda d: f"--{d:%m-%d}"),
    days.map(lambda d: f"---{d:%d}"),
    st.tuples(st.integers(1, 400), st.sampled_from("YMWD")).map(lambda t: f"P{t[0]}{t[1]}"),
)
deadlines = written_dates.map(lambda d: Reading(Kind.DEADLINE, "<=", date=d, sense=Sense.AT_MOST))
budgets = st.sampled_from(["<=", "<"]).map(lambda op: Reading(Kind.BUDGET_BOUND, op, sense=Sense.AT_MOST))
booleans = st.sampled_from(["是", "否", "完成", "通过"]).map(lambda t: Reading(Kind.BOOLEAN, sense=Sense.EXACT, text=t))
qualities = st.sampled_from(["良好", "及时", "有效提升", "健全"]).map(lambda t: Reading(Kind.QUALITATIVE, text=t))
conditions = st.sampled_from([None, "紧急公文", "非紧急公文", "一等奖", "市本级"])


@st.composite
def compounds(draw: st.DrawFn) -> Reading:
    parts = []
    for _ in range(draw(st.integers(2, 4))):
        part = draw(st.one_of(numerics(), ranges(), deadlines))
        condition = draw(conditions)
        if part.per in ("每期", "每次", "每场", "每场次", "每届", "每批", "每批次", "每轮"):
            condition = part.per
        parts.append(part._replace(condition=condition))
    return Reading(Kind.COMPOUND, parts=tuple(parts))


@given(st.one_of(numerics(), ranges(), deadlines, budgets, booleans, qualities))
@settings(max_examples=800)
def test_reading_what_was_written_gives_the_same_reading(reading: Reading) -> None:
    assert read(write(reading)) == reading, write(reading)


@given(compounds())
@settings(max_examples=500)
def test_the_same_holds_for_compounds(reading: Reading) -> None:
    assert read(write(reading)) == reading, write(reading)


@pytest.mark.parametrize("corpus", CORPORA)
def test_the_standard_wording_of_every_labelled_wording_reads_the_same(corpus: str) -> None:
    changed = []
    for row in rows(corpus):
        reading = reading_of(row)
        if reading.date is None and reading.kind is Kind.DEADLINE:
            continue
        if read(write(reading)) != reading:
            changed.append((row.id, write(reading)))
    assert changed == []


@given(
    st.text(max_size=60)
    | st.text(alphabet="≥≤<>=0123456789%个次年月日底前内以上下每期至-~，；。、是完成不超过预算±()（）", max_size=25)
)
@example("；.；.1,000<1,000<2026年年恰好≥≥")
@example("(12).|(")
@example("前1,000年3-5月月≥≥≥≥≥≥≥≥")
@example(".≥≤及时控制在；.及时；%不低于3-5；31")
@settings(max_examples=1500)
def test_writing_is_stable_whatever_was_read(wording: str) -> None:
    reading = read(wording)
    once = write(reading)
    assert write(read(once)) == once
    explain(reading)
    spans(wording, reading)


@given(st.text(alphabet="≥≤<>=0123456789%个次年月日底前内以上下每期至-~，；。、是完成不超过预算±", max_size=25))
@example("2026202620262026.3-51,000一次以内；≥≥")
@example("≥123456789012.345678次")
@settings(max_examples=500)
def test_json_gives_the_reading_back(wording: str) -> None:
    reading = read(wording)
    back = from_json(as_json(reading))
    assert back == reading
    assert (back.unsure, back.repairs, back.source, back.text) == (
        reading.unsure,
        reading.repairs,
        reading.source,
        back.text,
    )


def test_numbers_are_json_numbers_without_rounding_noise() -> None:
    assert as_json(read("≥28.8万元"))["value"] == 28.8
    assert as_json(read("12次"))["value"] == 12
    assert read("0.1%").value == Decimal("0.1")


@pytest.mark.parametrize("corpus", CORPORA)
def test_highlights_lie_inside_the_wording_in_order(corpus: str) -> None:
    for row in rows(corpus):
        last = 0
        for span in spans(row.value_text, reading_of(row)):
            assert last <= span.start < span.end <= len(row.value_text)
            last = span.end


def test_the_read_parts_are_highlighted() -> None:
    wording = "紧急公文在2小时内发出，非紧急公文在8小时内发出"
    shown = [(s.role, wording[s.start : s.end]) for s in spans(wording, read(wording))]
    assert shown == [
        ("number", "2"),
        ("unit", "小时"),
        ("operator", "内"),
        ("number", "8"),
        ("unit", "小时"),
        ("operator", "内"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_is_found_again_from_its_sentence(language: str) -> None:
    for code in REASONS:
        doubtful = read("3次")._replace(unsure=(code,))
        assert from_json(as_json(doubtful, language=language)).unsure == (code,)


FORMS = [as_json(reading_of(row)) for row in list(rows("golden_guangzhou"))[::9] + list(rows("wordings_second"))[::9]]
ODD = st.sampled_from(
    [None, "", ">,", "≥", 0, -1, True, float("nan"), float("inf"), 1e300, [], {}, "2026-13-01", "P1X", "numeric"]
)


@given(st.sampled_from(FORMS), st.data())
@settings(max_examples=600)
def test_an_object_that_is_no_reading_is_refused_and_never_half_taken(
    form: dict[str, object], data: st.DataObject
) -> None:
    changed = {**form, data.draw(st.sampled_from(sorted(form))): data.draw(ODD)}
    try:
        reading = from_json(changed)
    except (KeyError, TypeError, ValueError):
        return
    write(reading)
    explain(reading)
    as_json(reading)
