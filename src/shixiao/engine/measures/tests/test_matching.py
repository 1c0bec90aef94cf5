"""Which measure a published wording asks for. The wordings are those of the table of 2026."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Aspect, CountsOn, Measure, Reads, Slot
from shixiao.engine.measures.matching import Exactness, clauses_of, matches

REGISTERS = {
    "因公出国（境）任务": "missions", "信访举报件": "petitions", "督促提醒函": "reminders", "专项检查": "inspections",
    "学习培训": "training", "案件": "cases", "调研": "survey", "参事调研": "counsel_survey", "调研成果": "results",
    "参事建议": "proposals", "市府领导公务考察": "visits", "消防安全巡查": "fire_rounds", "消防演练": "fire_drills",
}  # fmt: skip
TOPICS = {
    "生态环保": 1, "城市环境质量改善": 2, "社会发展": 3, "民生保障": 4, "教科文卫": 5,
    "经济建设": 6, "城市发展": 7, "乡村振兴": 8,
}  # fmt: skip
CHOICES = {"register": REGISTERS, "topics": TOPICS}


def declared(name: str, zh: str, *answers: str, unit: str = "%", topics: bool = False, keyed: bool = True) -> Measure:
    slots = [Slot(name="register", type="str", needed=True)] if keyed else []
    slots += [Slot(name="topics", type="tuple", needed=True)] if topics else []
    slots += [Slot(name="within", type="timedelta", needed=True)] if "{within}" in zh else []
    return Measure(
        name=f"registers.{name}",
        wording=Text(zh, "…"),
        of=("registers.entry",),
        unit=unit,
        aspect=Aspect.QUANTITY,
        counts_on=CountsOn.DONE,
        reads=Reads.COUNT,
        function=lambda case, **_given: None,
        about="…",
        slots=tuple(slots),
        keyed_by="register" if keyed else "",
        answers=answers,
    )


CATALOGUE = {
    each.name: each
    for each in (
        declared("count", "开展{register}数", "发出{register}数", "开展{register}", unit="次"),
        declared("supported", "保障{register}有效开展", "{register}保障情况"),
        declared("on_topics", "{register}内容涉及{topics}", unit="篇", topics=True),
        declared("finished", "按期限完成{register}", "及时形成{register}"),
        declared("verified", "信访核查率", keyed=False),
        declared("closed", "结案率", keyed=False),
        declared("returned", "退文率", keyed=False),
        declared("rounds", "{register}按时完成率"),
        declared("drills", "每年消防演练", unit="次", keyed=False),
        declared("urgent", "紧急公文在{within}内发出", keyed=False),
        declared("ordinary", "非紧急公文在{within}内发出", keyed=False),
        declared("qualified", "办公设备采购合格率", keyed=False),
        declared("compliant", "办公设备采购合规率", keyed=False),
    )
}


def found(wording: str, **more: Any) -> tuple[str, dict[str, Any], str]:
    best = matches(wording, CATALOGUE, choices=CHOICES, **more)[0]
    return best.measure.name.partition(".")[2], dict(best.parameters), best.exactness.name


@pytest.mark.parametrize(
    ("wording", "measure", "parameters", "exactness"),
    [
        ("保障因公出国（境）任务有效开展", "supported", {"register": "missions"}, "SLOTS"),
        ("保障因公出国(境)任务有效开展", "supported", {"register": "missions"}, "SLOTS"),
        ("信访核查率", "verified", {}, "EXACT"),
        ("发出督促提醒函数", "count", {"register": "reminders"}, "SLOTS"),
        ("开展专项检查数", "count", {"register": "inspections"}, "SLOTS"),
        ("开展学习培训数", "count", {"register": "training"}, "SLOTS"),
        ("结案率", "closed", {}, "EXACT"),
        ("市府领导公务考察保障情况", "supported", {"register": "visits"}, "SLOTS"),
        ("及时形成调研成果", "finished", {"register": "results"}, "SLOTS"),
        ("按期限完成调研", "finished", {"register": "survey"}, "SLOTS"),
        (
            "参事建议内容涉及生态环保、城市环境质量改善",
            "on_topics",
            {"register": "proposals", "topics": (1, 2)},
            "SLOTS",
        ),
        (
            "参事建议内容涉及社会发展、民生保障、教科文卫事业",
            "on_topics",
            {"register": "proposals", "topics": (3, 4, 5)},
            "CONTAINED",  # 教科文卫事业 is like 教科文卫
        ),
        (
            "参事建议内容涉及经济建设、城市发展、乡村振兴",
            "on_topics",
            {"register": "proposals", "topics": (6, 7, 8)},
            "SLOTS",
        ),
        ("开展调研50次以上", "count", {"register": "survey"}, "CONTAINED"),  # the value, with its target
        ("开展参事调研3次", "count", {"register": "counsel_survey"}, "CONTAINED"),
        ("全年参事建议内容涉及乡村振兴", "on_topics", {"register": "proposals", "topics": (8,)}, "CONTAINED"),
        ("退文率5%以下", "returned", {}, "CONTAINED"),
        ("案件结案率", "closed", {}, "CONTAINED"),
        ("信访件核查率", "verified", {}, "NEAR"),
    ],
)
def test_the_measure_of_a_published_wording(
    wording: str, measure: str, parameters: dict[str, Any], exactness: str
) -> None:
    assert found(wording) == (measure, parameters, exactness)


def test_a_compound_wording_gives_the_measures_of_each_of_its_statements() -> None:
    got = matches("紧急公文在2小时内发出，非紧急公文在8小时内发出", CATALOGUE)
    best = {each.clause: each for each in reversed(got)}
    assert [(each.measure.name, each.parameters["within"].seconds // 3600) for each in (best[0], best[1])] == [
        ("registers.urgent", 2),
        ("registers.ordinary", 8),
    ]
    assert best[1].words == "非紧急公文在8小时内发出"


def test_two_rates_in_one_name_are_two_measures() -> None:
    assert clauses_of("办公设备采购合格率和合规率") == ("办公设备采购合格率", "办公设备采购合规率")
    got = matches("办公设备采购合格率和合规率", CATALOGUE)
    assert [each.measure.name for each in got if each.exactness is Exactness.EXACT] == [
        "registers.qualified",
        "registers.compliant",
    ]


def test_a_drill_a_year_is_found_beside_the_rounds() -> None:
    got = matches("每隔2-3小时巡查一次，每年不少于1次消防演练", CATALOGUE)
    assert next(each.measure.name for each in got if each.clause == 1) == "registers.drills"


def test_the_opposite_is_not_what_it_holds() -> None:
    only = {"registers.urgent": CATALOGUE["registers.urgent"]}
    assert all(each.exactness is Exactness.NEAR for each in matches("非紧急公文在8小时内发出", only))


def test_a_name_that_nobody_knows_is_said_and_left_open() -> None:
    numbered = Measure(
        **{name: getattr(CATALOGUE["registers.count"], name) for name in Measure.__dataclass_fields__}
        | {"slots": (Slot(name="register", type="int", needed=True),)}
    )
    (best,) = matches("开展学习培训数", {"registers.count": numbered})
    assert (best.exactness, best.open, dict(best.said)) == (Exactness.SLOTS, ("register",), {"register": "学习培训"})
    (known,) = matches("开展学习培训数", {"registers.count": numbered}, choices={"register": {"学习培训": 4}})
    assert (dict(known.parameters), known.open) == ({"register": 4}, ())


def test_a_slot_that_is_no_parameter_is_said() -> None:
    by_topic = declared("by_topic", "{register}内容涉及的主题", "{register}内容涉及{topics}")
    (best,) = matches("参事建议内容涉及经济建设、乡村振兴", {by_topic.name: by_topic}, choices=CHOICES)
    assert (dict(best.parameters), dict(best.said)) == ({"register": "proposals"}, {"topics": "经济建设、乡村振兴"})


def test_the_unit_decides_between_the_equally_exact() -> None:
    one, other = declared("a", "总成本≤预算", unit="元", keyed=False), declared("b", "总成本≤预算", keyed=False)
    both = {one.name: one, other.name: other}
    assert [each.measure.unit for each in matches("总成本≤预算", both)] == ["元", "%"]
    assert [each.measure.unit for each in matches("总成本小于等于预算", both, unit="%")] == ["%", "元"]


def test_a_wording_that_is_nothing_but_a_slot_answers_to_its_choices_only() -> None:
    anything = declared("value", "{register}到岗率", "{register}")
    catalogue = {anything.name: anything}
    assert matches("市政府公报编印质量", catalogue) == ()
    assert matches("市政府公报编印质量", catalogue, choices=CHOICES) == ()
    assert matches("全年消防安全巡查", catalogue, choices=CHOICES) == ()
    assert matches("消防安全巡查", catalogue, choices=CHOICES)[0].parameters == {"register": "fire_rounds"}


@pytest.mark.parametrize("wording", ["", "  ", "。", "传达政令"])
def test_what_nothing_answers_finds_nothing(wording: str) -> None:
    assert matches(wording, CATALOGUE, choices=CHOICES) == ()


@given(some.text(alphabet="紧急公文在两2小时内发出，非率和合开展调研数{}(）≤%", max_size=30))
def test_any_wording_gives_the_same_in_whatever_order_measures_were_declared(wording: str) -> None:
    backwards = dict(reversed(CATALOGUE.items()))
    got = matches(wording, CATALOGUE, choices=CHOICES)
    assert got == matches(wording, backwards, choices=CHOICES)
    assert [(each.clause, -each.exactness) for each in got] == sorted((each.clause, -each.exactness) for each in got)
