"""Wordings with slots: read, filled in, and refused where a slot is empty."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Aspect, CountsOn, Measure, Reads, Slot
from shixiao.engine.measures.slot_values import read_value, write_value
from shixiao.engine.measures.wordings import UnfitParameters, Wording, check_parameters, read, render, wording_of


def slot(name: str, type_: str, **more: Any) -> Slot:
    return Slot(name=name, type=type_, needed="default" not in more, **more)


def declared(zh: str, *slots: Slot, **more: Any) -> Measure:
    return Measure(
        name="desk.sent",
        wording=Text(zh, "…"),
        of=("desk.item",),
        unit="%",
        aspect=Aspect.TIMELINESS,
        counts_on=CountsOn.DUE,
        reads=Reads.SHARE,
        function=lambda case, **_given: None,
        about="…",
        slots=slots,
        **more,
    )


URGENT = declared("紧急公文在{within}内发出", slot("within", "timedelta"))
TWO_HOURS = {"within": timedelta(hours=2)}


@pytest.mark.parametrize(
    "text",
    [
        "紧急公文在2小时内发出",
        "紧急公文在两小时内发出",
        "紧急公文在 ２ 小时内发出。",
        "紧急公文在120分钟内发出",
        "紧急公文在1个半小时30分内发出",
    ],
)
def test_a_wording_is_read_in_any_spelling(text: str) -> None:
    assert read(wording_of(URGENT), text) == TWO_HOURS


@pytest.mark.parametrize(
    "text",
    ["紧急公文在内发出", "非紧急公文在2小时内发出", "紧急公文在2个工作日内发出", "紧急公文在2小时内发出完毕", "", "在"],
)
def test_another_wording_is_none_of_it(text: str) -> None:
    assert read(wording_of(URGENT), text) is None


def test_operator_words_and_glyphs_are_one_wording() -> None:
    assert read(Wording.of("总成本小于等于预算"), "总成本≤预算") == {}
    assert read(Wording.of("总成本≤预算"), "总成本不超过预算") == {}
    assert read(Wording.of("总成本≤预算"), "总成本＜预算") is None


@pytest.mark.parametrize(
    ("type_", "words", "value"),
    [
        ("timedelta", "30分钟", timedelta(minutes=30)),
        ("timedelta", "4 小时", timedelta(hours=4)),
        ("timedelta", "半小时", timedelta(minutes=30)),
        ("timedelta", "两个半小时", timedelta(minutes=150)),
        ("timedelta", "3天", timedelta(days=3)),
        ("timedelta", "零小时", None),
        ("timedelta", "10个工作日", None),
        ("int", "50次以上", 50),
        ("int", "五十次以上", 50),
        ("int", "1,200", 1200),
        ("int", "10万份", 100_000),
        ("int", "95%", None),
        ("int", "2.5次", None),
        ("int", "若干", None),
        ("Decimal", "95%", Decimal(95)),
        ("Decimal", "百分之五", Decimal(5)),
        ("Decimal", "９９．５％以上", Decimal("99.5")),
        ("Decimal", "九十五点五", Decimal("95.5")),
        ("Decimal", "1.5万元", Decimal(15_000)),
        ("date", "2026年6月30日前", date(2026, 6, 30)),
        ("date", "２０２６－０６－３０", date(2026, 6, 30)),
        ("date", "2026年2月30日", None),
        ("date", "6月30日", None),
        ("tuple", "社会发展、民生保障、教科文卫事业", ("社会发展", "民生保障", "教科文卫事业")),
        ("tuple[str, ...]", "经济建设、城市发展和乡村振兴", ("经济建设", "城市发展", "乡村振兴")),
        ("str | None", "学习培训", "学习培训"),
        ("str", " 。", None),
    ],
)
def test_what_stands_in_a_slot(type_: str, words: str, value: Any) -> None:
    wording = Wording.of("{a}", (slot("a", type_),))
    assert read(wording, words) == (None if value is None else {"a": value})


def test_a_name_is_what_its_choice_stores() -> None:
    wording = Wording.of("开展{register}数", (slot("register", "str"),))
    choices = {"register": {"学习培训": "training", "专项检查": "inspections", "调研": "survey", "参事调研": "counsel"}}
    assert read(wording, "开展学习培训数", choices) == {"register": "training"}
    assert read(wording, "开展年度专项检查数", choices) == {"register": "inspections"}  # the only one that it holds
    assert read(wording, "开展参事调研数", choices) == {
        "register": "counsel"
    }  # the very name, before one that it holds
    assert read(wording, "开展打扫数", choices) is None
    assert render(wording, {"register": "training"}, choices) == "开展学习培训数"


def test_topics_are_their_choices_or_nothing() -> None:
    wording = Wording.of("参事建议内容涉及{topics}", (slot("topics", "tuple"),))
    choices = {"topics": {"社会发展": 1, "民生保障": 2, "教科文卫": 3}}
    text = "参事建议内容涉及社会发展、民生保障、教科文卫事业"
    assert read(wording, text, choices) == {"topics": (1, 2, 3)}
    assert read(wording, text, {"topics": {"社会发展": 1, "民生保障": 2}}) is None


def test_a_slot_that_stands_twice_says_the_same_twice() -> None:
    wording = Wording.of("{a}的{a}", (slot("a", "int"),))
    assert read(wording, "3的3") == {"a": 3}
    assert read(wording, "3的4") is None
    assert render(wording, {"a": 3}) == "3的3"


NAMES = some.text(alphabet="甲乙丙丁戊己庚辛", min_size=1, max_size=6)
VALUES = {
    "timedelta": some.integers(1, 10**8).map(lambda seconds: timedelta(seconds=seconds)),
    "int": some.integers(0, 10**14),
    "Decimal": some.decimals(0, 10**9, places=4, allow_nan=False).map(Decimal),
    "date": some.dates(date(1000, 1, 1)),
    "str": NAMES,
    "tuple": some.lists(NAMES, min_size=1, max_size=5, unique=True).map(tuple),
}


@given(data=some.data(), type_=some.sampled_from(sorted(VALUES)), other=some.sampled_from(sorted(VALUES)))
def test_what_is_said_is_read_back(data: some.DataObject, type_: str, other: str) -> None:
    wording = Wording.of("紧急公文在{one}内发出，合格率不低于{two}的", (slot("one", type_), slot("two", other)))
    parameters = {"one": data.draw(VALUES[type_]), "two": data.draw(VALUES[other])}
    assert read(wording, render(wording, parameters)) == parameters


@given(type_=some.sampled_from(sorted(VALUES)), words=some.text(max_size=30))
def test_any_words_at_all_are_read_or_not_and_never_break(type_: str, words: str) -> None:
    value = read_value(words, type_)
    if value is not None and type_ not in ("str", "tuple"):
        assert read_value(write_value(value), type_) == value


# ---- what a gauge is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [{}, {"within": None}, {"within": ""}])
def test_a_gauge_whose_slot_is_empty_is_refused(empty: dict[str, Any]) -> None:
    with pytest.raises(UnfitParameters) as refused:
        check_parameters(URGENT, empty)
    assert (refused.value.measure, refused.value.slot) == ("desk.sent", "within")
    assert refused.value.text.zh == "度量“紧急公文在{within}内发出”的参数 within 是空的；请填写一段时间，如“2小时”。"
    assert "'within'" in refused.value.text.en


def test_nothing_is_rendered_with_a_hole_in_it() -> None:
    with pytest.raises(UnfitParameters, match="空的"):
        render(wording_of(URGENT), {})


@pytest.mark.parametrize(
    ("type_", "wrong"),
    [
        ("timedelta", timedelta(0)),
        ("timedelta", timedelta(hours=-1)),
        ("timedelta", timedelta(microseconds=1)),
        ("timedelta", 7200),
        ("int", True),
        ("int", "50"),
        ("int", 2.5),
        ("Decimal", Decimal("NaN")),
        ("date", "2026-06-30"),
        ("str", 5),
        ("tuple", "甲、乙"),
        ("tuple", ("甲", "")),
        ("tuple", ("甲", "甲")),
    ],
)
def test_a_value_of_another_type_is_refused(type_: str, wrong: Any) -> None:
    with pytest.raises(UnfitParameters, match="a 不能是") as refused:
        check_parameters(declared("{a}", slot("a", type_)), {"a": wrong})
    assert refused.value.slot == "a"


def test_an_unknown_slot_is_refused_and_those_that_there_are_are_named() -> None:
    with pytest.raises(UnfitParameters, match="没有参数 until；它的参数是 within"):
        check_parameters(URGENT, TWO_HOURS | {"until": 3})


def test_a_default_fills_in_and_a_choice_has_to_be_one() -> None:
    measure = declared("{a}", slot("a", "str"), slot("most", "int", default=3))
    assert check_parameters(measure, {"a": "x"}) == {"a": "x", "most": 3}
    with pytest.raises(UnfitParameters, match="没有“x”这一项"):
        check_parameters(measure, {"a": "x"}, {"a": {"学习培训": "training"}})
    assert check_parameters(measure, {"a": "training"}, {"a": {"学习培训": "training"}})["a"] == "training"
