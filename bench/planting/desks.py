"""The desks of an office in which somebody neglects his work and hides it: the honest desk, but for the cases of one place."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from random import Random
from typing import Any

from planting.acts import Act, Moments, Neglected, done
from planting.cheats import Cheat
from planting.limits import allowance, nil_return, payment, petition, round_, task
from planting.ways import sent_back_just_before
from shixiao import casework
from shixiao.casework import extending
from shixiao.casework.models import Case, DutyCase, Extension
from shixiao.casework.refusing import Refused
from shixiao.casework.simulating import Move
from shixiao.offices.payments.steps import PAYMENT
from shixiao.offices.registers.models import NilReturn
from shixiao.offices.registers.nil_returns import entries_in
from shixiao.people.models import User

DUTY_PLACES = ("cleaning", "fire_rounds", "security", "nil")


@dataclass
class Deeds:
    """What was really done, as far as the product let it: cases whose miss was hidden, those opened in their stead, and neglected ones."""

    touched: set[int] = field(default_factory=set)
    instead: set[int] = field(default_factory=set)
    neglected: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Planted:
    """An act on a case that is known by its id, or by the key of the desk."""

    case: Neglected
    act: Act
    case_id: int | None = None


class CheatingDesk:
    """A `living.Desk` around an honest one."""

    def __init__(self, desk: Any, cheat: Cheat, deeds: Deeds, second: dict[str, User], *, office: str) -> None:
        self.desk, self.cheat, self.deeds, self.second, self.office = desk, cheat, deeds, second, office
        self.moments = Moments(desk.days)
        self._hidden = 0.0

    def begin(self, *, after: datetime | None) -> None:
        """As the honest one."""
        self.desk.begin(after=after)

    def month(self, month: int, desk: int) -> Iterator[Move]:
        """Every step of what begins in that month; of what is neglected only the first ones are as planned."""
        for _key, several in groupby(self.desk.month(month, desk), key=lambda move: move.key):
            moves = list(several)
            case, kept = self._of_moves(moves)
            if case is None or not self._is_picked(case):
                yield from moves
                continue
            yield from (_remembered(move) for move in moves[:kept])
            yield from self._planted(case, desk)

    def windows(self, begin: datetime, end: datetime, desk: int) -> Iterator[Move]:
        """The same of what is expected."""
        picked = {key: case for key, case in self._expected(begin, end) if self._is_picked(case)}
        for move in self.desk.windows(begin, end, desk):
            if move.what.case_id not in picked:
                yield move
        for case_id, case in picked.items():
            yield from self._planted(case, desk, case_id=case_id)

    def take(self, move: Move) -> None:
        """One step; what the product refuses is not done."""
        if not isinstance(move.what, Planted):
            self.desk.take(move)
            return
        act = move.what.act
        try:
            self._do(move.what)
        except Refused as refused:
            self.deeds.refused[f"{act.step}: {refused.reason.value}"] += 1

    def find(self, opened: Sequence[Move]) -> None:
        """Never needed: a planted year is lived in one go."""
        self.desk.find(opened)

    # ---- what is neglected ---------------------------------------------------------------------------------------

    def _of_moves(self, moves: Sequence[Move]) -> tuple[Neglected | None, int]:
        """The case that these moves are about, where it is of the place, and how many of them stay."""
        place, first = self.cheat.place, moves[0]
        if self.office == "payments":
            return payment(first, moves, self.moments, self.cheat) if place == "payments" else (None, 0)
        if place == "tasks":
            return task(first), 1
        return (petition(first), 1) if place == "petitions" else (None, 0)

    def _expected(self, begin: datetime, end: datetime) -> Iterator[tuple[int, Neglected]]:
        place = self.cheat.place
        if self.office == "payments":
            if place == "allowances":
                list(self.desk.windows(begin, end, 0))  # it finds its rounds at the first call
                yield from (found for each in self.desk.rounds if (found := allowance(each, begin, end)) is not None)
            return
        if place not in DUTY_PLACES:
            return
        rows = DutyCase.objects.filter(begin__gte=begin, begin__lt=end, withdrawn_at=None).exclude(case=None)
        for row in rows.select_related("duty").order_by("case_id"):
            case = nil_return(row) if place == "nil" else round_(row, place)
            if case is not None and row.case_id is not None:
                yield row.case_id, case

    def _is_picked(self, case: Neglected) -> bool:
        """By its own lot, the same whoever asks."""
        if not self.cheat.first <= case.end.astimezone(self.moments.days.zone).month <= self.cheat.last:
            return False
        if case.end.astimezone(self.moments.days.zone).year != self.moments.days.who.year:
            return False
        return self._lots(case).random() < self.cheat.rate

    def _lots(self, case: Neglected) -> Random:
        return Random(f"{self.cheat.kind} {self.cheat.seed} {case.key}")

    def _planted(self, case: Neglected, desk: int, *, case_id: int | None = None) -> Iterator[Move]:
        chance = self._lots(case)
        chance.random()
        self.deeds.neglected += 1
        self._hidden += self.cheat.share
        is_hidden = self._hidden >= 1 - 1e-9
        self._hidden -= is_hidden
        honest = self._owning_up(case, chance)
        acts = list(self.cheat.way(case, self.cheat.how, self.moments, chance)) if is_hidden else honest
        for place, act in enumerate(acts, start=10):
            yield Move(act.at, desk, f"{case.key}~", place, Planted(case, act, case_id))

    def _owning_up(self, case: Neglected, chance: Random) -> list[Act]:
        at = self.moments.late(case, chance)
        is_open = self.cheat.way is sent_back_just_before
        first = [Act(at=case.begin, step="approve", by="approver")] if is_open else []
        return [*first, *(done(case, self.moments, at, chance) if at is not None else ())]

    # ---- what is done --------------------------------------------------------------------------------------------

    def _do(self, planted: Planted) -> None:
        act = planted.act
        by = self._person(act)
        key = planted.case.key
        if act.step == "register":
            self._register_again(planted, by)
            return
        case_id = self.desk.cases.get(f"{key}+") if act.again else planted.case_id or self.desk.cases[key]
        if case_id is None:
            return  # it was not registered again
        if act.step == "ask":
            extending.ask_extension(Case.objects.get(pk=case_id), **act.told, by=by, now=act.at)
        elif act.step == "grant":
            asked = Extension.objects.get(deadline__case=case_id, answer=Extension.Answer.ASKED)
            extending.answer_extension(asked, is_granted=True, **act.told, by=by, now=act.at)
        else:
            step = self._answer(case_id) if act.step == "answer" else act.step
            if step is None:
                return
            told = {**act.told, **self._place(planted, step, case_id), **self._sum(planted, step)}
            casework.perform(case_id, step, by=by, now=act.at, happened_at=act.happened_at, **told)
        if act.hides:
            self.deeds.touched.add(case_id)

    def _person(self, act: Act) -> User:
        word = f"{self.office}.{act.by}"
        return self.second[word] if act.person else self.desk.staff[word]

    def _register_again(self, planted: Planted, by: User) -> None:
        project = self.desk.projects[planted.case.told["place"]]
        told = {name: planted.case.told[name] for name in ("source", "amount", "payee", "purpose")}
        opening = casework.Opening(unit=project.unit, particulars={**told, "project": project.pk}, lead=by)
        case = casework.open_case(PAYMENT, "register", opening, by=by, now=planted.act.at)
        self.desk.cases[f"{planted.case.key}+"] = case.pk
        self.deeds.instead.add(case.pk)

    def _answer(self, case_id: int) -> str | None:
        """Whatever is true of that month; None where an entry has said it already."""
        case = Case.objects.get(pk=case_id)
        if case.state != "expected":
            return None
        row = NilReturn.objects.select_related("register", "unit").get(case_id=case_id)
        occurred = entries_in(row.register, unit=row.unit, period=row.period).exists()
        return "report_entries" if occurred else "sign"

    def _place(self, planted: Planted, step: str, case_id: int) -> dict[str, Any]:
        """Another project of the same unit."""
        if step != "move":
            return {}
        case = Case.objects.get(pk=case_id)
        others = [each for each in self.desk.projects if each.unit_id == case.unit_id and each.pk != case.project_id]
        return {"project": others[int(self.cheat.how.choice * len(others))].pk} if others else {}

    def _sum(self, planted: Planted, step: str) -> dict[str, Any]:
        """An allowance is paid to so many."""
        if planted.case.sort == "allowances" and step == "pay":
            return dict(planted.case.told)
        return {}


def _remembered(move: Move) -> Move:
    """The same, of a plan with more to come: a desk forgets the case of a plan that ends with its opening."""
    planned, step = move.what
    return move._replace(what=(replace(planned, steps=planned.steps * 2), step)) if len(planned.steps) == 1 else move
