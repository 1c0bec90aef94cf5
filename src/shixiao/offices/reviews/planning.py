"""What is judged in an invented year, by whom and how. Pure: the same year and seed give the same year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, NamedTuple

from shixiao.casework.simulating import Days, PlannedStep, chance_of

# Of a year: month, day, rubric, what is judged, what comes of it.
AGREED, SETTLED, SETTLED_LATE, CANCELLED, RETURNED = "agreed", "settled", "settled_late", "cancelled", "returned"


class Sketch(NamedTuple):
    """One review of the year as it is meant to go. `marks` are what the two reviewers are about to think, before chance."""

    month: int
    day: int
    rubric: str
    title: str
    marks: tuple[int, int]
    goes: str = AGREED


YEAR: tuple[Sketch, ...] = (
    Sketch(3, 10, "calligraphy", "模拟书法作品之一", (86, 89)),
    Sketch(3, 24, "research_report", "模拟调研报告：老城更新", (88, 90)),
    Sketch(4, 14, "calligraphy", "模拟国画作品之一", (84, 86), CANCELLED),
    Sketch(5, 12, "calligraphy", "模拟书法作品之二", (85, 68), SETTLED),
    Sketch(6, 9, "research_report", "模拟调研报告：社区养老", (83, 85), RETURNED),
    Sketch(7, 7, "economic_benefit", "上半年工作的经济效益", (85, 88)),
    Sketch(7, 8, "social_benefit", "上半年工作的社会效益", (87, 84)),
    Sketch(7, 14, "disclosure", "上半年政务信息公开", (91, 88)),
    Sketch(8, 11, "gazette_purpose", "上半年公报的办刊宗旨", (86, 84)),
    Sketch(8, 20, "calligraphy", "模拟国画作品之二", (92, 90)),
    Sketch(9, 8, "office_environment", "站内办公环境", (76, 74)),
    Sketch(9, 16, "research_report", "模拟调研报告：营商环境", (84, 88)),
    Sketch(10, 13, "service_level", "更新设备以后的服务水平", (85, 82)),
    Sketch(11, 3, "research_report", "模拟调研报告：夜间经济", (88, 71), SETTLED_LATE),
    Sketch(11, 10, "calligraphy", "模拟书法作品之三", (87, 85)),
    Sketch(11, 23, "economic_benefit", "全年工作的经济效益", (86, 89)),
    Sketch(11, 24, "disclosure", "全年政务信息公开", (89, 92)),
    Sketch(12, 1, "social_benefit", "全年工作的社会效益", (88, 85)),
)


@dataclass(frozen=True, kw_only=True)
class PlannedReview:
    """A review with everything that is done about it. `by` of a step is a responsibility, `reviewer.1` the first reviewer."""

    key: str
    rubric: str
    title: str
    steps: tuple[PlannedStep, ...]


def plan(days: Days, month: int) -> Iterator[PlannedReview]:
    """The reviews that begin in that month."""
    year = days.who.year
    for number, sketch in enumerate(YEAR):
        if sketch.month == month:
            chance = chance_of(days.who.seed, year, "review", number)
            begun = days.at(date(year, sketch.month, sketch.day), "clerk", chance)
            steps = tuple(_steps(days, sketch, begun, chance))
            yield PlannedReview(key=f"{number:03d}", rubric=sketch.rubric, title=sketch.title, steps=steps)


def _steps(days: Days, sketch: Sketch, begun: datetime, chance: Random) -> Iterator[PlannedStep]:
    at = begun

    def step(after: int, name: str, by: str, **told: Any) -> PlannedStep:
        nonlocal at
        at = days.after(at, after, "clerk", chance) if after else at
        return PlannedStep(at=at, step=name, by=by, told=told)

    yield step(0, "open", "submitter")
    yield step(1, "hand_in", "submitter")
    if sketch.goes == CANCELLED:
        yield step(2, "cancel", "officer", reason="作品由作者撤回（模拟）")
        return
    if sketch.goes == RETURNED:
        yield step(1, "send_back", "officer", reason="缺少数据出处（模拟）")
        yield step(3, "hand_in", "submitter")
    yield step(2, "name_reviewers", "officer")
    first, second = sketch.marks
    yield step(3, "grade", "reviewer.1", **_given(first, chance))
    yield step(chance.randint(1, 3), "grade", "reviewer.2", **_given(second, chance))
    if sketch.goes in (SETTLED, SETTLED_LATE):
        wait = 3 if sketch.goes == SETTLED else 30
        yield step(
            wait, "settle", "chair", mark=str((first + second) // 2), reason="对照样例，按较接近的一档定（模拟）"
        )


def _given(mark: int, chance: Random) -> Mapping[str, Any]:
    return {"mark": str(mark + chance.choice((-1, 0, 0, 1))), "reason": "对照细则的样例（模拟）"}
