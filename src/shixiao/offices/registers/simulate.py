"""A year of this desk's life, for the demonstration, the benchmarks and the forecasts. Everything is invented and marked 模拟.

`planning` is pure: the same year and seed give the same year. `Desk` plays it through casework (`casework.living`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from shixiao import casework
from shixiao.casework import calendars, extending, living, loading, performing, shared_things
from shixiao.casework.models import Case, Duty, DutyCase, Extension, Project, Topic
from shixiao.casework.simulating import Character, Days, Move, PlannedStep, chance_of, character
from shixiao.offices.registers import planning
from shixiao.offices.registers.nil_returns import count_in
from shixiao.offices.registers.shipped import BY_CODE, REGISTERS, start_duties, take_in_shipped
from shixiao.offices.registers.steps import ENTRY, RESTRICTED_ENTRY
from shixiao.people import actions as people
from shixiao.people.models import Unit, User

TOPICS = planning.TOPICS
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
    "cleaning": ("专项工作", -1),
    "fire_rounds": ("专项工作", -1),
    "security": ("专项工作", -1),
}
STATION = ("cleaning", "fire_rounds", "security")  # rounds of the station; of several where the volume is multiplied
OF_THE_PLAN = frozenset({"fire_drills"})  # a duty could expect it as well; the plan has it already

SEED = 2026


class Expected(NamedTuple):
    """An expected case, and what is done with it at that moment; without a step: somebody answers for a month."""

    case_id: int
    step: PlannedStep | None


class Desk:
    """The registers' part of a simulated year. A `living.Desk`."""

    def __init__(
        self,
        who: Character,
        *,
        projects: Sequence[Project],
        staff: Mapping[str, User],
        scale: int = 1,
        approved: Mapping[int, Any] | None = None,
    ) -> None:
        del approved
        works_on = calendars.in_force()[calendars.OFFICE].is_working_day
        self.days = Days(who, works_on, performing.zone())
        self.projects, self.staff, self.scale = projects, staff, scale
        self.topics: dict[str, Topic] = {}
        self.cases: dict[str, int] = {}
        self.asked: dict[str, Extension] = {}
        self.duties: dict[int, tuple[int, Duty]] = {}  # with its place: what happens does not depend on ids

    def begin(self, *, after: datetime | None) -> None:
        """Registers, topics, duties."""
        year = self.days.who.year
        began = datetime(year, 1, 1, 0, 30, tzinfo=performing.zone())
        if after is None:
            take_in_shipped(self._top(), by=self.staff["registers.keeper"], now=began)
            for copy in range(self.scale):
                self._start_duties(copy, began)
        self.topics = {name: self._topic(name, began) for name in TOPICS}
        duties = Duty.objects.filter(kind__startswith="registers.").order_by("pk")
        self.duties = {duty.pk: (place, duty) for place, duty in enumerate(duties)}

    def month(self, month: int, desk: int) -> Iterator[Move]:
        """Every step of the entries that begin in that month."""
        for copy in range(self.scale):
            for entry in planning.plan(self.days, month, copy=copy):
                for place, step in enumerate(entry.steps):
                    yield Move(step.at, desk, entry.key, place, (entry, step))

    def windows(self, begin: datetime, end: datetime, desk: int) -> Iterator[Move]:
        """What becomes of the rounds and nil returns whose windows begin then."""
        rows = DutyCase.objects.filter(begin__gte=begin, begin__lt=end, withdrawn_at=None).exclude(case=None)
        zone = performing.zone()
        for duty_id, key, since, until, case_id in rows.order_by("case_id").values_list(
            "duty_id", "key", "begin", "end", "case_id"
        ):
            if duty_id not in self.duties:
                continue
            number, duty = self.duties[duty_id]
            window = {"begin": since.astimezone(zone), "end": until.astimezone(zone)}
            lots = chance_of(self.days.who.seed, self.days.who.year, number, key)
            name = f"{number:06d}-{key}"
            if duty.kind == ENTRY:
                register = str(duty.told["register"])
                for place, step in enumerate(planning.round_of(self.days, register, **window, lots=lots)):
                    yield Move(step.at, desk, name, place + 1, Expected(case_id, step))
            elif (at := planning.answer_of(self.days, **window, lots=lots)) is not None:
                yield Move(at, desk, name, 1, Expected(case_id, None))

    def take(self, move: Move) -> None:
        """One step."""
        if not isinstance(move.what, Expected):
            self._take_planned(*move.what, key=move.key)
        elif move.what.step is None:
            self._answer(move.what.case_id, move.at)
        else:
            step = move.what.step
            by = self.staff[f"registers.{step.by}"]
            casework.perform(
                move.what.case_id, step.step, by=by, now=step.at, happened_at=step.happened_at, **step.told
            )

    def find(self, opened: Sequence[Move]) -> None:
        """By their order: entries of both kinds that no duty expected."""
        rows = Case.objects.filter(kind__in=(ENTRY, RESTRICTED_ENTRY)).exclude(
            pk__in=DutyCase.objects.exclude(case=None).values("case_id")
        )
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if len(ids) != len(opened):
            raise living.NotAsPlanned(f"{len(ids)} entries are there, {len(opened)} were planned")
        self.cases = {move.key: id_ for move, id_ in zip(opened, ids, strict=True)}

    # ---- one step ------------------------------------------------------------------------------------------------

    def _take_planned(self, entry: planning.PlannedEntry, step: PlannedStep, *, key: str) -> None:
        by = self.staff[f"registers.{step.by}"]
        if step.step in {"plan", "enter", "receive"}:
            opened = self._open(entry, step, by)
            self.cases |= {key: opened.pk} if len(entry.steps) > 1 else {}
        elif step.step == "ask":
            case, _row = performing.standing(self.cases[key])
            self.asked[key] = extending.ask_extension(case, **step.told, by=by, now=step.at)
        elif step.step == "grant":
            extending.answer_extension(self._asked(key), is_granted=True, **step.told, by=by, now=step.at)
        else:
            # After its last step nobody asks for a case again: memory stays flat.
            case_id = self.cases.pop(key) if step is entry.steps[-1] else self.cases[key]
            told = self._told(entry, step)
            casework.perform(case_id, step.step, by=by, now=step.at, happened_at=step.happened_at, **told)

    def _asked(self, key: str) -> Extension:
        """What was asked for. Only what was asked for in the life before is looked up: that would have every open case written."""
        if (asked := self.asked.pop(key, None)) is not None:
            return asked
        return Extension.objects.get(deadline__case=self.cases[key], answer=Extension.Answer.ASKED)

    def _open(self, entry: planning.PlannedEntry, step: PlannedStep, by: User) -> Case:
        project = self.home(entry.register)
        told = {"register": entry.register, **self._told(entry, step)}
        opening = casework.Opening(unit=project.unit, project=project, particulars=told, happened_at=step.happened_at)
        kind = RESTRICTED_ENTRY if BY_CODE[entry.register].is_restricted else ENTRY
        return casework.open_case(kind, step.step, opening, by=by, now=step.at)

    def _told(self, entry: planning.PlannedEntry, step: PlannedStep) -> dict[str, Any]:
        told = dict(step.told)
        if entry.topic and step.step in {"plan", "enter"}:
            told["values"] = told["values"] | {"topic": self.topics[entry.topic].pk}
        return told

    def _answer(self, case_id: int, at: datetime) -> None:
        """Signed where nothing occurred; where something did, somebody says so, unless the entry itself did already."""
        case, row = performing.standing(case_id)
        if case.state != "expected":
            return
        occurred = count_in(row.register, unit=row.unit, period=row.period)
        word = "restricted_clerk" if row.register.is_restricted else "clerk"
        step = "report_entries" if occurred else "sign"
        casework.perform(case_id, step, by=self.staff[f"registers.{word}"], now=at)

    # ---- the beginning -------------------------------------------------------------------------------------------

    def home(self, register: str) -> Project:
        """The project that the entries of a register belong to; the first where none has such a name."""
        word, place = HOMES[register]
        fitting = [each for each in self.projects if word in each.name]
        return fitting[place] if fitting else self.projects[0]

    def _top(self) -> Unit:
        """The unit above all others."""
        return Unit.objects.get(path=self.projects[0].unit.path[:6])

    def _topic(self, name: str, now: datetime) -> Topic:
        there = Topic.objects.filter(name=name).first()
        since = date(self.days.who.year, 1, 1)
        return there or shared_things.create_topic(name, since=since, by=None, now=now)

    def _start_duties(self, copy: int, now: datetime) -> None:
        """Every register's duties for the first office; for the others, which stand for many stations, the rounds."""
        since = date(self.days.who.year, 1, 1)
        codes = [each.code for each in REGISTERS if each.duties and (copy == 0 or each.code in STATION)]
        for code in codes:
            if code in OF_THE_PLAN:
                continue
            project = self.home(code)
            unit = project.unit if copy == 0 else self._station(copy, project.unit, now)
            word = "restricted_confirmer" if BY_CODE[code].is_restricted else "confirmer"
            by = self.staff[f"registers.{word}"]
            start_duties(code, unit=unit, project=project, since=since, by=by, now=now)

    def _station(self, copy: int, above: Unit, now: datetime) -> Unit:
        code = f"SIM{copy:04d}"
        there = Unit.objects.filter(code=code).first()
        since = date(self.days.who.year, 1, 1)
        return there or people.create_unit(f"模拟站点{copy}", code=code, parent=above, since=since, by=None, now=now)


def simulate(
    *,
    projects: Sequence[Project],
    staff: Mapping[str, User],
    now: datetime,
    approved: Mapping[int, Any] | None = None,
    seed: int = SEED,
) -> int:
    """This desk alone lives the year of `now` until `now`; returns how many cases that made."""
    year = now.astimezone(performing.zone()).year
    running = [each for each in projects if each.since_year <= year <= each.until_year]
    if running:
        desk = Desk(character(year=year, seed=seed), projects=running, staff=staff, approved=approved)
        with loading.in_bulk():
            living.live([desk], year=year, after=None, until=now)
    return Case.objects.count()
