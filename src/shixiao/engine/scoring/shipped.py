"""The profiles that come with the program, and which of them is in force where and when.

A rule is named by number and title. Its clauses are not quoted and were not read for this: points, tiers and grades are as published
forms that follow it print them, and what no form prints is a default. An office that has a rule of its own gives it as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.profiles import (
    Band,
    ByMoney,
    Execution,
    Group,
    Move,
    Profile,
    Source,
    SourceKind,
    Step,
    Tier,
)


def _d(*numbers: int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, numbers))


def _tiers(upper: int, lower: int) -> tuple[Tier, ...]:
    """The three tiers of a qualitative indicator, by the two bounds between them."""
    zero, low, high, whole = _d(0, lower, upper, 100)
    return (
        Tier(code="reached", title=Text("达成", "Reached"), low=high, high=whole),
        Tier(
            code="partly", title=Text("部分达成并具有一定效果", "Partly reached, with some effect"), low=low, high=high
        ),
        Tier(code="missed", title=Text("未达成且效果较差", "Not reached, with little effect"), low=zero, high=low),
    )


BANDS = (
    Band(Text("优", "Excellent"), Decimal(90)),
    Band(Text("良", "Good"), Decimal(80)),
    Band(Text("中", "Fair"), Decimal(60)),
    Band(Text("差", "Poor"), Decimal(0)),
)
_OUTPUTS = Text("产出指标", "Outputs")
_BENEFITS = Text("效益指标", "Benefits")
_SATISFACTION = Text("满意度指标", "Satisfaction")
_COSTS = Text("成本指标", "Costs")


def _groups(outputs: int, benefits: int, satisfaction: int) -> tuple[Group, ...]:
    """Costs count among outputs; the points of satisfaction go to benefits where nobody is served."""
    absent = (Move("benefits", Decimal(satisfaction)),)
    return (
        Group(code="outputs", title=_OUTPUTS, classes=("1", "4"), points=Decimal(outputs)),
        Group(code="benefits", title=_BENEFITS, classes=("2",), points=Decimal(benefits)),
        Group(
            code="satisfaction",
            title=_SATISFACTION,
            classes=("3",),
            points=Decimal(satisfaction),
            when_absent=absent,
        ),
    )


NATIONAL_2020 = Profile(
    code="national-2020",
    title=Text("全国通行（成本在产出指标内）", "National, costs among outputs"),
    source=Source(
        kind=SourceKind.RULE,
        number="财预〔2020〕10号",
        title="项目支出绩效评价管理办法",
        note=Text(
            "分值、定性三档按公开表格的填表说明；等级、没有满意度指标时并入效益指标，是默认值。",
            "Points and the three tiers as the notes on published forms have them; the grades, and that the points of satisfaction go to "
            "benefits where there is none, are defaults.",
        ),
    ),
    applies_from=date(2020, 2, 25),
    until=date(2021, 8, 18),
    execution=Execution(points=Decimal(10)),
    groups=_groups(50, 30, 10),
    tiers=_tiers(80, 60),
    bands=BANDS,
)

NATIONAL_2021 = Profile(
    code="national-2021",
    title=Text("全国通行（成本为一级指标）", "National, costs on their own"),
    source=Source(
        kind=SourceKind.RULE,
        number="财预〔2021〕101号",
        title="中央部门项目支出核心绩效目标和指标设置及取值指引（试行）",
        note=Text(
            "这份指引是给中央部门的，其他单位用它是默认值；各类的分值，没有成本指标时产出 50、效益 30，没有满意度指标时其分值并入效益，以及等级，也都是默认值。",
            "It was written for central departments; that others use it is a default, as are the points of each class, 50 for outputs and 30 "
            "for benefits without costs, that the points of satisfaction go to benefits where there is none, and the grades.",
        ),
    ),
    applies_from=date(2021, 8, 18),
    execution=Execution(points=Decimal(10)),
    groups=(
        Group(
            code="costs",
            title=_COSTS,
            classes=("4",),
            points=Decimal(20),
            when_absent=(Move("outputs", Decimal(10)), Move("benefits", Decimal(10))),
        ),
        Group(code="outputs", title=_OUTPUTS, classes=("1",), points=Decimal(40)),
        Group(code="benefits", title=_BENEFITS, classes=("2",), points=Decimal(20)),
        Group(
            code="satisfaction",
            title=_SATISFACTION,
            classes=("3",),
            points=Decimal(10),
            when_absent=(Move("benefits", Decimal(10)),),
        ),
    ),
    tiers=_tiers(80, 60),
    bands=BANDS,
)

STEPS_2021 = replace(
    NATIONAL_2021,
    code="national-2021-steps",
    title=Text("全国通行，预算执行率和满意度分档计分", "National, execution and satisfaction by steps"),
    source=Source(
        kind=SourceKind.DEFAULT,
        note=Text(
            "预算执行率和满意度按档计分的一种做法，须由单位选用；各档不是已核对的条文。",
            "One way to score execution and satisfaction by steps, for an office that chooses it; the steps are no verified clause.",
        ),
    ),
    is_chosen=False,
    execution=Execution(
        points=Decimal(10),
        manner=ByMoney.STEPS,
        steps=(Step(*_d(80, 70)), Step(*_d(60, 50)), Step(*_d(0, 0))),
    ),
    satisfaction=(Step(*_d(90, 100)), Step(*_d(80, 80)), Step(*_d(60, 50)), Step(*_d(0, 0))),
)

HUBEI = Profile(
    code="hubei",
    title=Text("湖北省", "Hubei"),
    source=Source(
        kind=SourceKind.FORM,
        title="湖北省三份项目自评表",
        note=Text(
            "预算执行率 20、产出 40、效益和满意度合计 40，定性三档以 80、50 为界；等级、成本计入产出、自何日起用，是默认值。",
            "Execution 20, outputs 40, benefits and satisfaction 40 together, tiers bounded at 80 and 50; the grades, that costs count among "
            "outputs, and the day from which it is used are defaults.",
        ),
    ),
    applies_from=date(2020, 2, 25),
    place="湖北省",
    execution=Execution(points=Decimal(20)),
    groups=(
        Group(code="outputs", title=_OUTPUTS, classes=("1", "4"), points=Decimal(40)),
        Group(
            code="benefits",
            title=Text("效益和满意度指标", "Benefits and satisfaction"),
            classes=("2", "3"),
            points=Decimal(40),
        ),
    ),
    tiers=_tiers(80, 50),
    bands=BANDS,
)

YONGDE = replace(
    NATIONAL_2020,
    code="yongde",
    title=Text("云南省永德县", "Yongde, Yunnan"),
    source=Source(
        kind=SourceKind.FORM,
        title="云南省永德县项目自评表",
        note=Text(
            "产出 40、效益 30、满意度 20；其余是默认值。",
            "Outputs 40, benefits 30, satisfaction 20; the rest are defaults.",
        ),
    ),
    until=None,
    place="云南省永德县",
    groups=_groups(40, 30, 20),
)

PROFILES: tuple[Profile, ...] = (NATIONAL_2020, NATIONAL_2021, STEPS_2021, HUBEI, YONGDE)


class NoProfile(LookupError):
    """No profile is in force on that day in that place, or none has that code; `text` says what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def profile_for(day: date, *, place: str = "", level: str = "", own: Iterable[Profile] = ()) -> Profile:
    """The profile in force on `day`, usually the last day of the year that is evaluated: of several the one that names most of the place,
    then the one for the level, then the newest. `own` are the office's, which come before the shipped ones of the same place.

    A place is written from the province down (湖北省武汉市). Raises `NoProfile`.
    """
    listed = [*((each, True) for each in own), *((each, False) for each in PROFILES)]
    fits = [
        (len(each.place), bool(each.level), is_own, each.applies_from, each)
        for each, is_own in listed
        if each.is_chosen
        and place.startswith(each.place)
        and each.level in ("", level)
        and each.applies_from <= day
        and (each.until is None or day < each.until)
    ]
    if not fits:
        zh = f"{day.isoformat()} 没有适用的计分方案。请为这一天指定一个方案，或录入本单位的方案。"
        raise NoProfile(
            Text(zh, f"No scoring profile is in force on {day.isoformat()}. Name one for it, or give the office's own.")
        )
    return max(fits, key=lambda each: each[:4])[4]


def by_code(code: str, *, own: Iterable[Profile] = ()) -> Profile:
    """The profile with that code, also a variant. Raises `NoProfile`, naming those that there are."""
    known = {each.code: each for each in (*PROFILES, *own)}
    if code not in known:
        named = "、".join(sorted(known))
        raise NoProfile(
            Text(f"没有计分方案“{code}”。可用的是：{named}。", f"No scoring profile “{code}”. There are: {named}.")
        )
    return known[code]
