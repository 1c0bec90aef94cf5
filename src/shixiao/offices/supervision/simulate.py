"""A year of this desk's life, for the demonstration, the benchmarks and the forecasts. Everything is invented and marked 模拟.

`planning` is pure: the same year and seed give the same year. `Desk` plays it through casework (`casework.living`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from shixiao import casework
from shixiao.casework import (
    calendars,
    duties,
    extending,
    living,
    performing,
    tagging,
    vocabulary,
)
from shixiao.casework.models import Case, Duty, DutyCase, Extension, Project, Tag, Urgency
from shixiao.casework.simulating import Character, Days, Move, PlannedStep, chance_of
from shixiao.engine import clock
from shixiao.offices.supervision import planning
from shixiao.offices.supervision.steps import INSTRUCTION, TASK
from shixiao.people.models import Unit, User

RECURRING = "模拟：每月报送重点工作进展"
TAGGED_ON = 28  # the day of a month on which supervision tags what came in
_COLOURS = ("green", "red", "blue")


class Expected(NamedTuple):
    """One time of the recurring task, and what is done with it at that moment."""

    case_id: int
    step: PlannedStep


class Tagging(NamedTuple):
    """Everything of a month that gets its tag."""

    by_tag: Mapping[str, tuple[str, ...]]


class Desk:
    """Supervision's part of a simulated year. A `living.Desk`."""

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
        self.cases: dict[str, int] = {}
        self.numbers: dict[str, str] = {}
        self.tags: dict[str, Tag] = {}
        self.duties: dict[int, int] = {}  # with its place: what happens does not depend on ids

    def begin(self, *, after: datetime | None) -> None:
        """Tags, and the recurring task."""
        began = datetime(self.days.who.year, 1, 1, 0, 40, tzinfo=performing.zone())
        if after is None:
            for name, colour in zip(planning.TAGS, _COLOURS, strict=True):
                vocabulary.create(name, colour=colour, by=None, now=began)
            self._start_duty(began)
        names = vocabulary.names(on=began.date())
        self.tags = {names[each.pk]: each for each in Tag.objects.all() if names.get(each.pk) in planning.TAGS}
        rows = Duty.objects.filter(kind=TASK).order_by("pk").values_list("pk", flat=True)
        self.duties = {key: place for place, key in enumerate(rows)}

    def _start_duty(self, now: datetime) -> None:
        draft = duties.Draft(
            title=RECURRING,
            kind=TASK,
            step="expect",
            unit=self._unit(0),
            schedule=clock.Monthly(by=10),
            since=date(self.days.who.year, 1, 1),
            told={"led_by": "own", "orderer": self.staff["supervision.leader"].pk},
        )
        duties.create(draft, by=None, now=now)

    def _unit(self, place: int) -> Unit:
        """One of the units that carry projects."""
        units = {project.unit_id: project.unit for project in self.projects}
        return list(units.values())[place % len(units)]

    def month(self, month: int, desk: int) -> Iterator[Move]:
        """Every step of what begins in that month, and the day on which it is tagged."""
        by_tag: dict[str, list[str]] = {}
        for copy in range(self.scale):
            for each in planning.plan(self.days, month, copy=copy):
                for place, step in enumerate(each.steps):
                    yield Move(step.at, desk, each.key, place, (each, step))
                if each.tag:
                    by_tag.setdefault(each.tag, []).append(each.key)
        at = datetime(self.days.who.year, month, TAGGED_ON, 23, tzinfo=performing.zone())
        told = Tagging({name: tuple(keys) for name, keys in sorted(by_tag.items())})
        yield Move(at, desk, f"tags-{month:02d}", 1, told)

    def windows(self, begin: datetime, end: datetime, desk: int) -> Iterator[Move]:
        """What becomes of the recurring task in the months that begin then."""
        rows = DutyCase.objects.filter(begin__gte=begin, begin__lt=end, withdrawn_at=None, duty__kind=TASK)
        zone = performing.zone()
        told = rows.exclude(case=None).order_by("case_id").values_list("duty_id", "key", "begin", "end", "case_id")
        for duty, key, since, until, case_id in told:
            place = self.duties[duty]
            lots = chance_of(self.days.who.seed, self.days.who.year, "recurring", place, key)
            window = {"begin": since.astimezone(zone), "end": until.astimezone(zone)}
            for number, step in enumerate(planning.round_of(self.days, **window, lots=lots), start=1):
                yield Move(step.at, desk, f"d{place:03d}-{key}", number, Expected(case_id, step))

    def take(self, move: Move) -> None:
        """One step."""
        if isinstance(move.what, Tagging):
            self._tag(move.what, at=move.at)
        elif isinstance(move.what, Expected):
            self._perform(move.what.case_id, move.what.step)
        else:
            self._take_planned(*move.what)

    def find(self, opened: Sequence[Move]) -> None:
        """By their order: what no duty expected."""
        expected = DutyCase.objects.exclude(case=None).values("case_id")
        rows = Case.objects.filter(kind__in=(TASK, INSTRUCTION)).exclude(pk__in=expected).order_by("pk")
        found = list(rows.values_list("pk", "number"))
        if len(found) != len(opened):
            raise living.NotAsPlanned(f"{len(found)} cases of supervision are there, {len(opened)} were planned")
        for move, (key, number) in zip(opened, found, strict=True):
            self.cases[move.key], self.numbers[move.key] = key, number

    # ---- one step ------------------------------------------------------------------------------------------------

    def _take_planned(self, each: planning.Planned, step: PlannedStep) -> None:
        by = self.staff[f"supervision.{step.by}"]
        if step.step in {"propose", "register"}:
            case = self._open(each, step, by)
            self.cases[each.key], self.numbers[each.key] = case.pk, case.number
        elif step.step == "ask":
            case, _row = performing.standing(self.cases[each.key])
            extending.ask_extension(case, **step.told, by=by, now=step.at)
        elif step.step in {"grant", "refuse"}:
            asked = Extension.objects.get(deadline__case=self.cases[each.key], answer=Extension.Answer.ASKED)
            extending.answer_extension(asked, is_granted=step.step == "grant", **step.told, by=by, now=step.at)
        else:
            self._perform(self.cases[each.key], step)

    def _perform(self, case_id: int, step: PlannedStep) -> None:
        told = dict(step.told)
        if step.step == "tie":
            told["task"] = self.numbers[told["task"]]
        by = self.staff[f"supervision.{step.by}"]
        casework.perform(case_id, step.step, by=by, now=step.at, happened_at=step.happened_at, **told)

    def _open(self, each: planning.Planned, step: PlannedStep, by: User) -> Case:
        told, leader = dict(step.told), self.staff["supervision.leader"].pk
        unit = self._unit(each.place)
        if each.is_instruction:
            unit = Unit.objects.get(path=unit.path[:6])
            told["leader"] = leader
        else:
            told["orderer"] = leader
            if each.parent:
                told["parent"] = self.numbers[each.parent]
        opening = casework.Opening(unit=unit, urgency=Urgency(each.urgency), particulars=told)
        return casework.open_case(INSTRUCTION if each.is_instruction else TASK, step.step, opening, by=by, now=step.at)

    def _tag(self, told: Tagging, *, at: datetime) -> None:
        for name, keys in told.by_tag.items():
            ids = [self.cases[key] for key in keys if key in self.cases]
            tagging.tag_many(ids, self.tags[name], by=self.staff["supervision.officer"], now=at)
