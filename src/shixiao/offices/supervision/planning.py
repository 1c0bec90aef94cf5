"""What a year of supervision is about, and what becomes of it. Pure: the same year and seed give the same year. Everything is invented."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from shixiao.casework.simulating import ONE_DAY, Character, Days, PlannedStep, chance_of, how_many
from shixiao.offices.supervision.instruction_steps import clause

TASKS_A_MONTH = 15
INSTRUCTIONS_A_MONTH = 2
SOURCES = ("meeting", "meeting", "meeting", "document", "document", "proposal", "petition", "media", "work_report")
TIMES = {
    "meeting": 30,
    "document": 25,
    "proposal": 60,
    "petition": 25,
    "media": 9,
    "work_report": 90,
    "instruction": 18,
}
VERBS = ("推进", "整治", "修订", "督促落实", "清理", "完善", "办理")
THINGS = (
    *(
        "老旧小区消防隐患",
        "闲置资产",
        "值班值守制度",
        "公文交换流程",
        "会议决定事项台账",
        "政务信息报送",
        "机要设备更新",
    ),
    *("办公用房使用", "公务用车管理", "热线诉求", "参事建议", "档案移交", "信息系统等保整改", "夜间应急联络"),
)
DONE_WHEN = ("制度印发执行", "问题清零并复查", "方案报审并批复", "台账齐全、按月更新", "书面答复并回访")
INSTRUCTED = ("模拟批示：请{verb}{thing}，{days}日内报结果。", "模拟批示：{thing}一事请抓紧{verb}，举一反三。")
TAGS = ("模拟·民生实事", "模拟·安全专项", "模拟·重点工作")
CHEATS = 0.03  # feedback entered late as if it had been in time; a task revoked when it was late already


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A task or an instruction with everything that is done about it. `by` of a step is a responsibility.

    `parent` is the key of the task of which this is a part; `places` says at which of the office's units.
    """

    key: str
    place: int
    steps: tuple[PlannedStep, ...]
    parent: str = ""
    urgency: str = "normal"
    is_instruction: bool = False
    passed_at: datetime | None = None
    tag: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


class Story(NamedTuple):
    """What a task is about, and its time in days."""

    key: str
    matter: str
    source: str
    place: int
    opened: datetime
    time: int
    urgency: str = "normal"
    parent: str = ""
    not_before: datetime | None = None  # its parts pass first
    may_finish: bool = True
    tag: str = ""


def plan(days: Days, month: int, *, copy: int = 0) -> Iterator[Planned]:
    """The tasks and instructions that begin in that month."""
    who = days.who
    first = date(who.year, month, 1)
    count = how_many(chance_of(who.seed, who.year, "tasks", month, copy), TASKS_A_MONTH * who.busy(first))
    for number in range(count):
        key = f"t{copy:03d}-{month:02d}-{number:03d}"
        chance = chance_of(who.seed, who.year, "task", key)
        yield from _of_task(days, key, _day(first, chance), chance)
    for number in range(how_many(chance_of(who.seed, who.year, "orders", month, copy), INSTRUCTIONS_A_MONTH)):
        key = f"i{copy:03d}-{month:02d}-{number:03d}"
        chance = chance_of(who.seed, who.year, "instruction", key)
        yield from _of_instruction(days, key, _day(first, chance), chance)


def _day(first: date, chance: Random) -> date:
    return first + chance.randrange(28) * ONE_DAY


def _matter(chance: Random) -> str:
    return f"模拟：{chance.choice(VERBS)}{chance.choice(THINGS)}"


# ---- tasks -------------------------------------------------------------------------------------------------------


def _of_task(days: Days, key: str, day: date, chance: Random) -> Iterator[Planned]:
    source = chance.choice(SOURCES)
    opened = days.at(day, "clerk", chance)
    time = max(6, int(TIMES[source] * chance.uniform(0.7, 1.2)))
    place, tag = chance.randrange(100), chance.choice(TAGS) if chance.random() < 0.4 else ""
    whole = Story(key, _matter(chance), source, place, opened, time, tag=tag)
    if source != "work_report":
        yield task(days, whole, chance)
        return
    begun = days.after(opened, 2, "clerk", chance)
    several = [
        task(
            days,
            Story(
                f"{key}-{part}",
                f"{whole.matter}（第 {part} 部分）",
                source,
                place + part,
                begun + part * timedelta(minutes=5),
                int(time * 0.7),
                parent=key,
            ),
            chance_of(days.who.seed, days.who.year, "part", key, part),
        )
        for part in (1, 2)
    ]
    ends = [each.passed_at for each in several]
    last = max((each for each in ends if each is not None), default=None)
    yield task(days, whole._replace(not_before=last, may_finish=all(ends)), chance)
    yield from several


class _Way:
    """The steps of one task, each a while after the one before."""

    def __init__(self, days: Days, chance: Random, at: datetime) -> None:
        self.days, self.chance, self.at = days, chance, at
        self.steps: list[PlannedStep] = []

    def step(self, after: int, what: str, by: str, /, **told: Any) -> datetime:
        """A step so many working days later; when that is."""
        if self.steps:
            self.at = self.days.after(self.at, after, "nobody", self.chance)
        self.steps.append(PlannedStep(at=self.at, step=what, by=by, told=told))
        return self.at

    def backdate(self, moment: datetime) -> None:
        """The last step is said to have happened then."""
        self.steps[-1] = replace(self.steps[-1], happened_at=moment)

    def until(self, day: date) -> None:
        """Nothing happens before that day."""
        self.at = max(self.at, self.days.at(day, "nobody", self.chance))


def task(days: Days, story: Story, chance: Random) -> Planned:
    """What becomes of a task: most are done in time, some late or never; returned, prolonged, suspended, revoked."""
    who, way = days.who, _Way(days, chance, story.opened)
    told = {"matter": story.matter, "source": story.source, "done_when": chance.choice(DONE_WHEN)}
    led_by = "own" if chance.random() < 0.7 else "other"
    way.step(0, "propose", "officer", **told, led_by=led_by, source_ref="模拟来源")
    way.step(0, "establish", "officer")
    due = story.opened.date() + (story.time + 1) * ONE_DAY
    way.step(chance.choice((0, 0, 1)), "entrust", "officer", limit_on=due)
    way.step(
        chance.choice((2, 3)) if chance.random() < who.lateness * 2 else chance.choice((0, 0, 1)), "accept", "handler"
    )
    passed = _worked(days, story, way, due, chance)
    return Planned(
        key=story.key,
        place=story.place,
        steps=tuple(way.steps),
        parent=story.parent,
        urgency=story.urgency,
        passed_at=passed,
        tag=story.tag,
    )


def _worked(days: Days, story: Story, way: _Way, due: date, chance: Random) -> datetime | None:
    """From accepting to the end; when it passed the review, None for never."""
    who, lot = days.who, chance.random()
    is_whole = story.not_before is not None or not story.may_finish  # its progress follows from its parts
    if lot < who.exclusions * 0.5 and not is_whole:
        way.step(2, "revoke", "head", reason="模拟：事由已消失")
        return None
    if chance.random() < 0.5:
        way.until(way.at.date() + max(2, story.time // 2) * ONE_DAY)
        way.step(0, "progress", "handler", progress="模拟：按计划推进", **({} if is_whole else {"percent": 50}))
    if lot < who.exclusions * 1.5 and story.time > 15:
        way.step(1, "suspend", "officer", reason="模拟：等上级意见")
        way.step(chance.randint(3, 8), "resume", "officer", reason="模拟：意见已到")
    elif lot > 0.88 and way.at.date() < due - 4 * ONE_DAY:
        due = _prolonged(way, due, chance)
    done = _done_on(due, way.at.date(), who, chance)
    if not story.may_finish:
        done = None
    if done is None:
        _urged(way, due, chance)
        if chance.random() < CHEATS * 3 and not is_whole:
            way.until(due + 12 * ONE_DAY)
            way.step(0, "revoke", "head", reason="模拟：逾期后撤销")
        return None
    if story.not_before is not None:
        done = max(done, story.not_before.date() + ONE_DAY)
    if done > due and (done - due).days > 2:
        _urged(way, due, chance, once=True)
    may_go_on = story.source != "instruction" and not story.parent  # what others wait for has passed for good
    return _reviewed(days, way, done, due, chance, may_go_on=may_go_on)


def _prolonged(way: _Way, due: date, chance: Random) -> date:
    """More time is asked for before the limit, and granted three times of four."""
    way.until(due - 4 * ONE_DAY)
    if way.at.date() >= due - ONE_DAY:
        return due
    more = chance.choice((5, 10, 15))
    way.step(0, "ask", "handler", name="finish", budget=f"{more}d", reason="模拟：需要会同有关单位")
    if chance.random() < 0.75:
        way.step(0, "grant", "officer", reason="模拟：情况属实")
        return due + more * ONE_DAY
    way.step(0, "refuse", "officer", reason="模拟：理由不充分")
    return due


def _done_on(due: date, begun: date, who: Character, chance: Random) -> date | None:
    """The day of the feedback; None for never. Most come in the last third of their time."""
    lot = chance.random()
    misses, lateness = who.share(who.misses * 3, due), who.share(who.lateness * 1.2, due)
    if lot < misses:
        return None
    if lot < misses + lateness:
        return due + chance.randint(1, 14) * ONE_DAY
    return max(begun, due - int(1 + abs(chance.gauss(0, 1)) * 6) * ONE_DAY)


def _urged(way: _Way, due: date, chance: Random, *, once: bool = False) -> None:
    """Supervision reminds when it is late: by phone, then by letter."""
    for wait, manner in ((1, "phone"), (6, "letter"))[: 1 if once else 2]:
        way.until(due + wait * ONE_DAY)
        way.step(0, "remind", "officer", manner=manner, urging="模拟：请尽快办结并反馈")


def _reviewed(days: Days, way: _Way, done: date, due: date, chance: Random, *, may_go_on: bool) -> datetime:
    """Fed back, reviewed, now and then returned; presented and closed by the leader, or by silence."""
    way.until(days.open_day(done) if days.open_day(done) >= way.at.date() else done)
    begun = way.steps[-1].at
    way.step(0, "feed_back", "handler", result="模拟：已办结")
    before = datetime.combine(due, way.at.timetz()).replace(hour=16, minute=30)
    if way.at.date() > due and before > begun and chance.random() < CHEATS * 4:
        way.backdate(before)
    if chance.random() < days.who.returns * 2:
        way.step(chance.randint(1, 2), "return_", "officer", reason="模拟：缺少佐证")
        way.step(chance.randint(1, 4), "feed_back", "handler", result="模拟：已补充")
    passed = way.step(chance.randint(1, 3), "pass_", "officer")
    way.step(chance.randint(0, 2), "present", "officer", summary="模拟：办理结果")
    lot = chance.random()
    if lot < 0.72:
        way.step(chance.randint(1, 4), "consent", "leader")
    elif lot < 0.92:
        way.step(chance.randint(1, 3), "read_result", "leader")
        way.step(chance.randint(7, 10), "propose_closing", "officer", reason="模拟：阅后未再批示")
        way.step(1, "confirm_closing", "head")
    elif lot < 0.96 and may_go_on:
        limit = way.at.date() + 25 * ONE_DAY
        way.step(1, "instruct_again", "leader", order="模拟：请再核实", limit_on=limit)
        way.step(chance.randint(3, 8), "feed_back", "handler", result="模拟：已再核实")
        way.step(1, "pass_", "officer")
        way.step(1, "present", "officer", summary="模拟：再次呈报")
        way.step(2, "consent", "leader")
    else:
        return passed
    if chance.random() < 0.6:
        way.step(chance.randint(3, 9), "archive", "officer", archive_number=f"SIM-{chance.randrange(10_000):04d}")
    return passed


# ---- instructions ------------------------------------------------------------------------------------------------


def _of_instruction(days: Days, key: str, day: date, chance: Random) -> Iterator[Planned]:
    """Registered, split, each clause to a task, sent; reported back when all have passed."""
    opened = days.at(day, "clerk", chance)
    urgency = chance.choice(("normal", "normal", "urgent"))
    count = chance.randint(1, 3)
    several = [
        task(
            days,
            Story(
                f"{key}-{number}",
                _matter(chance),
                "instruction",
                chance.randrange(100),
                opened + number * timedelta(minutes=10),
                TIMES["instruction"] if urgency == "normal" else 8,
                urgency=urgency,
            ),
            chance_of(days.who.seed, days.who.year, "clause", key, number),
        )
        for number in range(1, count + 1)
    ]
    way = _Way(days, chance, opened)
    wording = chance.choice(INSTRUCTED).format(verb=chance.choice(VERBS), thing=chance.choice(THINGS), days=15)
    way.step(
        0,
        "register",
        "instructions",
        given_on=opened.date(),
        medium=chance.choice(("document", "paper", "call")),
        secrecy="none",
        instruction=wording,
        feedback_on=opened.date() + (40 if urgency == "normal" else 20) * ONE_DAY,
    )
    way.step(0, "split", "instructions", clauses={clause(n): f"模拟第 {n} 条" for n in range(1, count + 1)})
    way.at = max(way.at, opened + (count + 1) * timedelta(minutes=10))  # the tasks are there
    is_short = count > 1 and chance.random() < 0.15  # a clause that nobody made a task of
    for number, each in enumerate(several, start=1):
        if not (is_short and number == count):
            way.step(0, "tie", "instructions", clause=number, task=each.key)
    way.step(0, "send", "instructions", **({"without_task": "模拟：即办即结"} if is_short else {}))
    ends = [each.passed_at for number, each in enumerate(several, start=1) if not (is_short and number == count)]
    if all(ends):
        way.at = max(way.at, *(each for each in ends if each is not None))
        way.step(1, "report_back", "instructions", result="模拟：各条均已办结")
        if chance.random() < 0.75:
            way.step(chance.randint(1, 3), "agree", "leader")
        else:
            way.step(1, "note_read", "leader")
            way.step(8, "propose_closing", "instructions", reason="模拟：阅后未再批示")
            way.step(1, "confirm_closing", "head")
    yield Planned(key=key, place=0, steps=tuple(way.steps), urgency=urgency, is_instruction=True)
    yield from several


# ---- recurring tasks ---------------------------------------------------------------------------------------------


def round_of(days: Days, *, begin: datetime, end: datetime, lots: Random) -> list[PlannedStep]:
    """What becomes of one time of the recurring task: done in its window, now and then late, never entered at all once in a while."""
    who, lot = days.who, lots.random()
    if lot < who.misses:
        return []
    late = 3 if lot < who.misses + who.lateness else 0
    day = end.date() + late * ONE_DAY if late else begin.date() + lots.randint(2, 6) * ONE_DAY
    at = days.at(day, "clerk", lots)
    reviewed = days.after(at, 1, "nobody", lots)
    presented = days.after(reviewed, 1, "nobody", lots)
    return [
        PlannedStep(at=at, step="accept", by="handler", told={}),
        PlannedStep(
            at=at + timedelta(minutes=20), step="feed_back", by="handler", told={"result": "模拟：本月进展已报"}
        ),
        PlannedStep(at=reviewed, step="pass_", by="officer", told={}),
        PlannedStep(at=presented, step="present", by="officer", told={"summary": "模拟：本月进展"}),
        PlannedStep(at=days.after(presented, 2, "nobody", lots), step="consent", by="leader", told={}),
    ]
