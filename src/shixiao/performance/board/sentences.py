"""The sentences of the board: what matters first, each part with the address where it is seen."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shixiao.engine import targets
from shixiao.engine.prospects import Status
from shixiao.engine.targets.judging import last_day
from shixiao.performance.board.choosing import GROUPS, Chosen, is_awaited
from shixiao.performance.models import Basis
from shixiao.performance.standing import Board, Row
from shixiao.performance.wordings import office_title
from shixiao.ui import formats


class Said(NamedTuple):
    """A piece of a sentence; `address` where it leads somewhere, `tone` where it has a colour."""

    text: str
    address: str = ""
    tone: str = ""


def ends_on(row: Row, *, year: int) -> date | None:
    """By when the row has to be reached: the earliest last day of its parts; None where nothing says so."""
    days = []
    for part in row.parts:
        if part.target.kind is targets.Kind.DEADLINE and part.bound is not None:
            try:
                days.append(last_day(part.target, year=year, started_on=part.bound.days.begin))
                continue
            except ValueError:
                pass
        if part.bound is not None:
            days.append(part.bound.days.end - timedelta(days=1))
    return min(days, default=None)


def opening(board: Board, chosen: Chosen, *, plan: str) -> list[Said]:
    """3 项有风险，最近的一项 6 月 30 日到期; what is missed; or that nothing asks for anybody."""
    whole, counted = Chosen(on=chosen.on), board.statuses
    risks = [each for each in (Status.AT_RISK, Status.UNLIKELY) if counted[each]]
    pieces = _listed([_of_status(each, counted[each], whole) for each in risks])
    nearest = next_due(board, statuses=GROUPS["risk"])
    if nearest is not None:
        row, day = nearest
        is_one = sum(counted[each] for each in risks) == 1
        words = _("%(day)s到期") if is_one else _("最近的一项%(day)s到期")
        pieces += [Said(_("，")), Said(words % {"day": formats.day(day)}, f"{plan}{row.row}/")]
    if counted[Status.MISSED]:
        pieces += [Said(_("；"))] if pieces else []
        pieces.append(_of_status(Status.MISSED, counted[Status.MISSED], whole))
    return [*pieces, Said(_("。"))] if pieces else [Said(_("没有未达成的指标，也没有有风险的指标。"))]


_TONES = {Status.AT_RISK: "amber", Status.UNLIKELY: "orange", Status.MISSED: "red"}


def _of_status(status: Status, n: int, whole: Chosen) -> Said:
    return Said(_said_of(status, n), whole.address(status=status.value), _TONES[status])


def _listed(several: Sequence[Said]) -> list[Said]:
    """One after the other, with commas between them."""
    pieces: list[Said] = []
    for each in several:
        pieces += [Said(_("，")), each] if pieces else [each]
    return pieces


def _said_of(status: Status, n: int) -> str:
    if status is Status.AT_RISK:
        return ngettext("%(n)d 项有风险", "%(n)d 项有风险", n) % {"n": n}
    if status is Status.UNLIKELY:
        return ngettext("%(n)d 项难以达成", "%(n)d 项难以达成", n) % {"n": n}
    return ngettext("%(n)d 项未达成", "%(n)d 项未达成", n) % {"n": n}


def next_due(board: Board, *, statuses: frozenset[Status]) -> tuple[Row, date] | None:
    """Of the rows that stand so the one that is due next, today at the earliest."""
    year = board.version.plan.fiscal_year
    dated = [(day, row) for row in board.rows if row.status in statuses and (day := ends_on(row, year=year))]
    coming = [pair for pair in dated if pair[0] >= board.day]
    if not coming:
        return None
    day, row = min(coming, key=lambda pair: (pair[0], pair[1].row))
    return row, day


def standing_on(board: Board, chosen: Chosen) -> list[Said]:
    """123 项：41 项有证据，3 项无发生，2 项填报，77 项尚无证据，其中 68 项等待办公系统。"""
    whole, counted = Chosen(on=chosen.on), board.bases
    n = len(board.rows)
    pieces = [Said(ngettext("%(n)d 项指标：", "%(n)d 项指标：", n) % {"n": n})]
    said = (
        ("measured", ngettext("%(n)d 项有证据", "%(n)d 项有证据", counted["measured"])),
        ("nothing_occurred", ngettext("%(n)d 项无发生", "%(n)d 项无发生", counted["nothing_occurred"])),
        ("reviewed", ngettext("%(n)d 项经评议", "%(n)d 项经评议", counted["reviewed"])),
        ("declared", ngettext("%(n)d 项是填报值", "%(n)d 项是填报值", counted["declared"])),
        ("none", ngettext("%(n)d 项还没有依据", "%(n)d 项还没有依据", counted["none"])),
    )
    for basis, words in said:
        if counted[basis] or basis == "measured":
            pieces += [Said(_("，"))] if len(pieces) > 1 else []
            pieces.append(Said(words % {"n": counted[basis]}, whole.address(basis=basis)))
    awaiting = [row for row in board.rows if is_awaited(row)]
    if awaiting:
        words = ngettext("其中 %(n)d 项等待还没有的办公系统", "其中 %(n)d 项等待还没有的办公系统", len(awaiting))
        pieces += [Said(_("，")), Said(words % {"n": len(awaiting)}, whole.address(basis="awaited"))]
        pieces.append(Said(_("（%(offices)s）") % {"offices": _("、").join(offices_awaited(awaiting))}))
    return [*pieces, Said(_("。"))]


def offices_awaited(rows: Iterable[Row]) -> list[str]:
    """The offices that parts of these rows wait for, in the order of the table."""
    awaited = (
        part.bound.awaits
        for row in rows
        for part in row.parts
        if part.bound is not None and part.bound.basis == Basis.AWAITED
    )
    return [office_title(each) for each in dict.fromkeys(awaited)]


def on_course(rows: Sequence[Row]) -> tuple[int, int]:
    """How many of these rows are reached or on course, and of how many anything can be said."""
    known = [row for row in rows if row.status not in (Status.NO_EVIDENCE, Status.TO_BE_REVIEWED)]
    return sum(row.status in GROUPS["on_course"] for row in known), len(known)
