"""A year of this desk's life, for the demonstration and the benchmarks. Everything is invented and marked 模拟.

`plan` is pure: the same year and seed give the same year. `simulate` plays it, until `now`, through casework.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from shixiao import casework
from shixiao.casework import calendars, expecting, performing, shared_things
from shixiao.casework.models import Case, DutyCase, Project, Topic
from shixiao.offices.registers.models import Register
from shixiao.offices.registers.shipped import BY_CODE, start_duties, take_in_shipped
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_ENTRY
from shixiao.people.models import Unit, User

SEED = 2026
TASKS = (
    ("meeting", "模拟全体会议筹备", 2),
    ("disclosure", "模拟信息公开年度报告", 3),
    ("meeting", "模拟常务会议组织", 4),
    ("decisions", "模拟决策志编纂（上半年）", 6),
    ("audit", "模拟内部审计", 6),
    ("functions", "模拟职能转变台账核对", 7),
    ("disclosure", "模拟政策解读季度汇总", 7),
    ("counsellors", "模拟参事文史活动", 9),
    ("meeting", "模拟专题会议组织", 10),
    ("audit", "模拟整改复查", 11),
    ("decisions", "模拟决策志编纂（下半年）", 12),
)
TRAININGS = ("保密教育", "公文写作", "消防安全", "廉政教育", "信息系统使用", "档案管理", "应急处置", "预算绩效")
PLACES = ("模拟甲区", "模拟乙区", "模拟丙镇", "模拟产业园", "模拟社区", "模拟港区")
SUBJECTS = ("营商环境", "城市更新", "社区服务", "交通治理", "数字政府", "乡村建设", "防汛准备", "教育均衡")
TOPICS = (
    "生态环保",
    "城市环境质量改善",
    "社会发展",
    "民生保障",
    "教科文卫事业",
    "经济建设",
    "城市发展",
    "乡村振兴",
)
# Which project of the table a register's entries belong to: the first, or last, whose name has the word.
HOMES: Mapping[str, tuple[str, int]] = {
    "missions": ("工作经费", 0),
    "training": ("工作经费", 0),
    "petitions": ("工作经费", 0),
    "discipline_cases": ("工作经费", 0),
    "reminders": ("工作经费", 0),
    "special_inspections": ("工作经费", 0),
    "counsellor_research": ("其他运行", 0),
    "research_results": ("其他运行", 0),
    "counsellor_advice": ("其他运行", 0),
    "annual_tasks": ("专项工作", 0),
    "official_visits": ("专项工作", 0),
    "research": ("专项工作", 0),
    "milestones": ("信息化建设", 0),
    "fire_drills": ("专项工作", -1),
}
NIL_MONTHS_FOR = "missions"
# What comes round by a duty is played for the last weeks only: a year of rounds would be thousands of cases.
DAYS_OF_ROUNDS = 15
ROUNDS = ("cleaning", "fire_rounds", "security")


@dataclass(frozen=True, kw_only=True)
class PlannedEntry:
    """One entry of the year and what becomes of it; days as (month, day)."""

    register: str
    done: tuple[int, int] | None
    planned: tuple[int, int] | None = None  # None: entered when it happened
    due: tuple[int, int] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""
    cancelled: tuple[int, int] | None = None
    is_returned: bool = False
    is_confirmed: bool = True


def plan(*, seed: int = SEED) -> tuple[PlannedEntry, ...]:
    """A year: most in time, some late, one missed, one cancelled, one sent back."""
    chance = Random(seed)  # noqa: S311 — a story, no secret
    return (
        *_tasks(),
        *_missions(),
        *_trainings(chance),
        *_visits(chance),
        *_research(chance),
        *_counsellors(chance),
        *_milestones(),
        *_drills(),
        *_restricted(chance),
    )


def _tasks() -> Iterator[PlannedEntry]:
    for number, (category, task, month) in enumerate(TASKS):
        is_missed, is_late = number == 5, number == 3
        yield PlannedEntry(
            register="annual_tasks",
            planned=(1, 9),
            due=(month, 25),
            done=None if is_missed else (month + 1, 6) if is_late else (month, 18),
            values={"category": category},
            texts={"task": task},
            is_returned=number == 1,
        )
    yield PlannedEntry(
        register="annual_tasks",
        planned=(1, 9),
        due=(8, 31),
        done=None,
        cancelled=(5, 20),
        values={"category": "meeting"},
        texts={"task": "模拟联席会议（并入其他会议）"},
    )


def _missions() -> Iterator[PlannedEntry]:
    for month, place in ((3, "模拟甲国"), (6, "模拟乙国"), (9, "模拟丙国")):
        yield PlannedEntry(
            register="missions",
            planned=(month - 1, 10),
            due=(month, 28),
            done=(month, 24),
            values={"people": "3", "leaves_on": (month, 12)},
            texts={"mission": f"模拟出访{place}", "destination": place, "support": "手续、行程齐全"},
        )


def _trainings(chance: Random) -> Iterator[PlannedEntry]:
    for month in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12):
        day = (month, chance.randint(8, 24))
        yield PlannedEntry(
            register="training",
            done=day,
            values={"held_on": day, "people": str(chance.randint(12, 90)), "hours": "4", "form": "together"},
            texts={"subject": f"模拟{TRAININGS[month % len(TRAININGS)]}培训"},
        )


def _visits(chance: Random) -> Iterator[PlannedEntry]:
    for month in (1, 3, 4, 5, 6, 8, 9, 11):
        day = chance.randint(10, 22)
        yield PlannedEntry(
            register="official_visits",
            planned=(month, 4),
            due=(month, day),
            done=(month, day),
            values={"visit_on": (month, day)},
            texts={"visit": f"模拟考察{chance.choice(PLACES)}", "support": "车辆、材料、路线已保障"},
        )


def _research(chance: Random) -> Iterator[PlannedEntry]:
    for number in range(54):
        day = (1 + number * 12 // 54, chance.randint(6, 27))
        yield PlannedEntry(
            register="research",
            done=day,
            values={"held_on": day, "people": str(chance.randint(2, 8))},
            texts={"subject": f"模拟{chance.choice(SUBJECTS)}调研", "place": chance.choice(PLACES)},
        )


def _counsellors(chance: Random) -> Iterator[PlannedEntry]:
    for number, done in enumerate(((5, 14), (8, 20), (11, 6), (12, 15))):
        texts = {"subject": f"模拟{SUBJECTS[number]}参事调研", "leaders": f"模拟参事{'甲乙丙丁'[number]}"}
        yield PlannedEntry(register="counsellor_research", planned=(2, 10), due=(12, 20), done=done, texts=texts)
    for number, done in enumerate(((6, 25), (9, 18), (12, 18))):
        yield PlannedEntry(
            register="research_results",
            planned=(2, 10),
            due=(12, 25),
            done=done,
            values={"form": "report"},
            texts={"title": f"模拟{SUBJECTS[number]}调研报告"},
        )
    for number, topic in enumerate(TOPICS):
        handed_on = (2 + number, chance.randint(8, 24))
        yield PlannedEntry(
            register="counsellor_advice",
            done=handed_on,
            values={"handed_on": handed_on},
            topic=topic,
            texts={"title": f"模拟关于{topic}的建议", "counsellors": f"模拟参事{chance.choice('甲乙丙丁')}"},
        )


def _milestones() -> Iterator[PlannedEntry]:
    for milestone, due, done in (
        ("built", (7, 31), (7, 20)),
        ("training", (9, 15), (9, 10)),
        ("supervision", (10, 31), (11, 5)),
        ("accepted", (11, 20), (11, 16)),
    ):
        yield PlannedEntry(
            register="milestones",
            planned=(1, 12),
            due=due,
            done=done,
            values={"milestone": milestone, "contract_on": (-3, 18)},
            texts={"system": "模拟督办系统"},
        )


def _drills() -> Iterator[PlannedEntry]:
    yield PlannedEntry(
        register="fire_drills",
        planned=(1, 12),
        due=(11, 30),
        done=(5, 12),
        values={"held_on": (5, 12), "people": "46"},
        texts={"note": "模拟疏散演练"},
    )


def _restricted(chance: Random) -> Iterator[PlannedEntry]:
    """Dates and nothing else. One is open past its day, one is still in time."""
    for number in range(9):
        received = (1 + number, chance.randint(5, 20))
        done = None if number in {5, 8} else (received[0] + 1, chance.randint(5, 25))
        yield PlannedEntry(register="petitions", planned=received, due=(received[0] + 2, 10), done=done)
    yield PlannedEntry(register="discipline_cases", planned=(3, 9), due=(9, 30), done=(8, 27))
    for register, months in (("reminders", (4, 7, 10)), ("special_inspections", (3, 6, 11))):
        for month in months:
            yield PlannedEntry(register=register, planned=(month, 12), done=(month, 12))


# ---- playing it --------------------------------------------------------------------------------------------------


def simulate(
    *,
    projects: Sequence[Project],
    staff: Mapping[str, User],
    now: datetime,
    approved: Mapping[int, Any] | None = None,
    seed: int = SEED,
) -> int:
    """Plays the year of `now` from January until `now` and returns how many cases that made. The shipped registers are taken over
    for the unit above all others; entries belong to the units whose projects they prove."""
    year = timezone.localtime(now).year
    running = [each for each in projects if each.since_year <= year <= each.until_year]
    player = _Player(running, staff, year=year, now=now)
    return player.play(plan(seed=seed)) if running else 0


@dataclass(frozen=True, order=True)
class _Move:
    """One step of one entry at its moment; the number keeps those of one moment in their order."""

    at: datetime
    number: int
    entry: int
    step: str


class _Player:
    """Takes the planned steps in the order of their moments, each with its own `now`."""

    def __init__(self, projects: Sequence[Project], staff: Mapping[str, User], *, year: int, now: datetime) -> None:
        self.projects, self.staff, self.year, self.now = projects, staff, year, now
        self.office = calendars.in_force()[calendars.OFFICE]
        self.topics: dict[str, Topic] = {}
        self.cases: dict[int, Case] = {}

    def play(self, entries: Sequence[PlannedEntry]) -> int:
        """The whole year, as far as it has come."""
        began = self.at((1, 7), hour=9)
        if began > self.now:
            return 0
        top = _top(self.projects[0].unit)
        take_in_shipped(top, by=self.staff["registers.keeper"], now=began)
        self.topics = {name: self._topic(name, began) for name in TOPICS}
        for move in sorted(self._moves(entries)):
            if move.at <= self.now:
                self._take(entries[move.entry], move)
        return len(self.cases) + self._nil_returns() + self._rounds()

    def at(self, day: tuple[int, int], *, hour: int) -> datetime:
        """That day of the year, or the next working day of the office."""
        on = self.day(day)
        while not self.office.is_working_day(on):
            on += timedelta(days=1)
        return datetime.combine(on, time(hour), tzinfo=performing.zone())

    def day(self, day: tuple[int, int]) -> date:
        """The day; months before January belong to the year before, those after December to the next."""
        months = self.year * 12 + day[0] - 1 if day[0] > 0 else (self.year - 1) * 12 + 11 + day[0]
        return date(months // 12, months % 12 + 1, day[1])

    def _moves(self, entries: Sequence[PlannedEntry]) -> Iterator[_Move]:
        for number, each in enumerate(entries):
            steps: list[tuple[datetime, str]] = []
            if each.planned:
                steps.append((self.at(each.planned, hour=10), "plan"))
            if each.done:
                done_at = self.at(each.done, hour=15)
                steps.append((done_at, "do" if each.planned else "enter"))
                steps += self._after(each, done_at)
            if each.cancelled:
                steps.append((self.at(each.cancelled, hour=11), "cancel"))
            yield from (_Move(at, number * 10 + place, number, step) for place, (at, step) in enumerate(steps))

    def _after(self, each: PlannedEntry, done_at: datetime) -> Iterator[tuple[datetime, str]]:
        if not BY_CODE[each.register].definition.get("needs_confirmation"):
            return
        hour = timedelta(hours=1)
        if each.is_returned:
            yield from ((done_at + hour / 2, "return_"), (done_at + hour, "do"))
        yield (done_at + 20 * hour, "confirm")

    def _take(self, each: PlannedEntry, move: _Move) -> None:
        is_restricted = BY_CODE[each.register].is_restricted
        if move.step in {"plan", "enter"}:
            open_ = self._receive if is_restricted else self._open
            self.cases[move.entry] = open_(each, move)
            return
        clerk, confirmer = ("restricted_clerk", "restricted_confirmer") if is_restricted else ("clerk", "confirmer")
        by = self.staff[f"registers.{clerk if move.step == 'do' else confirmer}"]
        told: dict[str, Any] = {}
        if move.step == "do":
            told = {"done_on": move.at.date()} if is_restricted else self._told(each, move.at)
        if move.step in {"return_", "cancel"}:
            told = {"reason": "请补充完成情况" if move.step == "return_" else "会议合并，不再单独召开"}
        casework.perform(self.cases[move.entry], move.step, by=by, now=move.at, **told)

    def _open(self, each: PlannedEntry, move: _Move) -> Case:
        told: dict[str, Any] = {"register": each.register}
        if each.due:
            told["due_on"] = self.day(each.due)
        planned = {
            name: each.values[name]
            for name in each.values
            if name != BY_CODE[each.register].definition.get("day_field")
        }
        told |= self._told(each, move.at, values=planned if move.step == "plan" else each.values)
        project = self.home(each.register)
        opening = casework.Opening(unit=project.unit, project=project, particulars=told)
        return casework.open_case(ENTRY, move.step, opening, by=self.staff["registers.clerk"], now=move.at)

    def _receive(self, each: PlannedEntry, move: _Move) -> Case:
        told: dict[str, Any] = {"register": each.register, "received_on": move.at.date()}
        if each.due:
            told["due_on"] = self.day(each.due)
        project = self.home(each.register)
        opening = casework.Opening(unit=project.unit, project=project, particulars=told)
        by = self.staff["registers.restricted_clerk"]
        return casework.open_case(RESTRICTED_ENTRY, "receive", opening, by=by, now=move.at)

    def _told(self, each: PlannedEntry, at: datetime, *, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Days become dates of the year, none of them later than the step that tells the day that counts."""
        given = each.values if values is None else values
        day_field = BY_CODE[each.register].definition.get("day_field")
        codes = {name: self.day(value) if isinstance(value, tuple) else value for name, value in given.items()}
        codes |= {name: min(value, at.date()) for name, value in codes.items() if name == day_field}
        codes |= {"topic": self.topics[each.topic].pk} if each.topic else {}
        return {"values": codes, "texts": dict(each.texts)}

    def home(self, register: str) -> Project:
        """The project that the entries of a register belong to; the first where none has such a name."""
        word, place = HOMES[register]
        fitting = [each for each in self.projects if word in each.name]
        return fitting[place] if fitting else self.projects[0]

    def _topic(self, name: str, now: datetime) -> Topic:
        there = Topic.objects.filter(name=name).first()
        return there or shared_things.create_topic(name, since=date(self.year, 1, 1), by=None, now=now)

    def _nil_returns(self) -> int:
        """One for each month that is over: signed where nothing occurred, once late; the last one is still waiting."""
        register, unit = Register.objects.get(code=NIL_MONTHS_FOR), self.home(NIL_MONTHS_FOR).unit
        count = 0
        for month in range(1, 13):
            at = self.at((month + 1, 1), hour=9)
            if at > self.now:
                break
            told = {
                "register": register.code,
                "period": f"{self.year}-{month:02d}",
                "due_on": at.date() + timedelta(days=6),
            }
            opening = casework.Opening(unit=unit, particulars=told)
            case = casework.open_case(NIL_RETURN, "expect", opening, by=None, now=at)
            self._answer(case, month, at)
            count += 1
        return count

    def _rounds(self) -> int:
        """The station's rounds of the last weeks."""
        since = self.now - timedelta(days=DAYS_OF_ROUNDS)
        if timezone.localtime(since).year != self.year or since < self.at((1, 8), hour=9):
            return 0
        rounds = _Rounds(self.staff, self.now, Random(SEED))  # noqa: S311 — a story, no secret
        return rounds.play(project=self.home("fire_drills"), since=since)

    def _answer(self, case: Case, month: int, at: datetime) -> None:
        has_entries = month in {3, 6, 9}
        answered = self.at((month + 1, 20 if month == 4 else 4), hour=16)
        if answered <= self.now:
            step = "report_entries" if has_entries else "sign"
            casework.perform(case, step, by=self.staff["registers.clerk"], now=max(answered, at))


# ---- rounds ------------------------------------------------------------------------------------------------------


def _said(register: str) -> dict[str, Any]:
    return {"values": {"finding": "fine"}} if register == "fire_rounds" else {}


@dataclass(frozen=True)
class _Rounds:
    """Duties that began some weeks ago: the worker makes the cases of each day, and most of them are done in time."""

    staff: Mapping[str, User]
    now: datetime
    chance: Random

    def play(self, *, project: Project, since: datetime) -> int:
        """Returns how many cases were expected."""
        by = self.staff["registers.confirmer"]
        first = timezone.localtime(since).date()
        duties = [
            duty
            for code in ROUNDS
            for duty in start_duties(code, unit=project.unit, project=project, since=first, by=by, now=since)
        ]
        for moment in (since, since + timedelta(days=7), self.now):  # as a worker would have, ahead of each window
            while expecting.make_ahead(moment):
                pass
        expected = DutyCase.objects.filter(duty__in=duties).exclude(case=None)
        begun = expected.filter(begin__lt=self.now).select_related("case", "duty")
        for row in begun.order_by("begin", "pk"):
            self._do(row)
        return expected.count()

    def _do(self, row: DutyCase) -> None:
        """Most in time, a few never, a few after their time; on a closed day now and then."""
        lot = self.chance.random()
        length = (row.end - row.begin) * self.chance.uniform(0.35, 0.75)
        at = row.begin + length if lot < 0.97 else row.end + timedelta(hours=2)
        is_left_out = (0.94 < lot < 0.97) or (row.closed and lot > 0.5)
        if at > self.now or is_left_out or row.case is None:
            return
        register = str(row.duty.told["register"])
        by = self.staff["registers.clerk"]
        casework.perform(row.case, "do", by=by, now=at, **_said(register))


def _top(unit: Unit) -> Unit:
    """The unit above all others of this one."""
    return Unit.objects.get(path=unit.path[:6])
