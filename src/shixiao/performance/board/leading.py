"""The leader's page: five sentences, each of them a link, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shixiao.engine.prospects import Status
from shixiao.performance.board.choosing import GROUPS
from shixiao.performance.board.differing import RowChange
from shixiao.performance.board.money import Money
from shixiao.performance.board.sentences import next_due
from shixiao.performance.standing import Board
from shixiao.ui import formats

WEEK = timedelta(days=7)
OPEN = frozenset(Status) - {Status.ACHIEVED, Status.MISSED}


@dataclass(frozen=True)
class Line:
    """One sentence, what it is about in two words, where it leads, and the name of the status that it wears."""

    about: str
    text: str
    address: str
    status: str


def lines(board: Board, money: Money, changes: Sequence[RowChange], *, base: str, plan: str) -> list[Line]:
    """At risk, missed, without evidence, money, and what changed since last week or is due next. `base` is the address of the board."""
    return [
        _risk(board, base),
        _missed(board, base),
        _evidence(board, base),
        _money(money, base),
        _changed(board, changes, base, plan),
    ]


def _risk(board: Board, base: str) -> Line:
    n = sum(board.statuses[each] for each in GROUPS["risk"])
    nearest = next_due(board, statuses=GROUPS["risk"])
    if not n:
        return Line(_("风险"), _("没有有风险的指标。"), f"{base}?status=on_course", "likely")
    text = ngettext("%(n)d 项指标有风险或难以达成", "%(n)d 项指标有风险或难以达成", n) % {"n": n}
    if nearest is not None:
        row, day = nearest
        due = _("，最近的是“%(name)s”，%(day)s到期") % {"name": row.name, "day": formats.day(day)}
        text += due
    status = "unlikely" if board.statuses[Status.UNLIKELY] else "at_risk"
    return Line(_("风险"), text + _("。"), f"{base}?status=risk", status)


def _missed(board: Board, base: str) -> Line:
    n = board.statuses[Status.MISSED]
    if not n:
        return Line(_("未达成"), _("没有未达成的指标。"), f"{base}?status=achieved", "achieved")
    names = [row.name for row in board.rows if row.status is Status.MISSED]
    sentence = (
        ngettext("%(n)d 项未达成：%(names)s。", "%(n)d 项未达成：%(names)s。", n)
        if n <= 2
        else _("%(n)d 项未达成：%(names)s等。")
    )
    shown = sentence % {"n": n, "names": _("、").join(names[:2])}
    return Line(_("未达成"), shown, f"{base}?status=missed", "missed")


def _evidence(board: Board, base: str) -> Line:
    n, whole = board.bases["none"], len(board.rows)
    if not n:
        text = ngettext("%(n)d 项指标都有依据。", "%(n)d 项指标都有依据。", whole) % {"n": whole}
        return Line(_("依据"), text, f"{base}?basis=measured", "achieved")
    text = ngettext("%(whole)d 项指标中 %(n)d 项还没有依据。", "%(whole)d 项指标中 %(n)d 项还没有依据。", n) % {
        "whole": whole,
        "n": n,
    }
    return Line(_("依据"), text, f"{base}?basis=none", "no_evidence")


def _money(money: Money, base: str) -> Line:
    whole, address = money.whole, f"{base}money/"
    if whole.rate is None:
        return Line(_("资金"), _("还没有登记批复预算，说不出执行进度。"), address, "no_evidence")
    said = {"rate": whole.rate, "time": whole.time}
    text = _("预算执行 %(rate)s%%，时间过去 %(time)s%%") % said
    if whole.share is not None:
        text += _("，说得出结果的指标 %(share)s%% 在轨") % {"share": whole.share}
    if behind := len(money.behind):
        text += ngettext("；%(n)d 个项目落后十个百分点以上", "；%(n)d 个项目落后十个百分点以上", behind) % {"n": behind}
    return Line(_("资金"), text + _("。"), address, "at_risk" if behind else "likely")


def _changed(board: Board, changes: Sequence[RowChange], base: str, plan: str) -> Line:
    moved = [each for each in changes if each.has_moved]
    if moved:
        worse = sum(not each.is_better for each in moved)
        address = f"{base}compare/?a={board.day - WEEK}"
        text = ngettext("一周来 %(n)d 项变了状态", "一周来 %(n)d 项变了状态", len(moved)) % {"n": len(moved)}
        if worse:
            text += ngettext("，其中 %(n)d 项变差", "，其中 %(n)d 项变差", worse) % {"n": worse}
        return Line(_("变化"), text + _("。"), address, "at_risk" if worse else "likely")
    due = next_due(board, statuses=OPEN)
    if due is None:
        return Line(
            _("变化"), _("一周来没有变化，也没有到期的指标。"), f"{base}compare/?a={board.day - WEEK}", "likely"
        )
    row, day = due
    said = {"name": row.name, "day": formats.day(day)}
    return Line(
        _("下一项"),
        _("一周来没有变化；下一项到期的是“%(name)s”，%(day)s。") % said,
        f"{plan}{row.row}/",
        row.status.value,
    )
