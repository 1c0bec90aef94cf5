"""What was promised: open and kept, from the monitoring into the self-evaluation."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework.racing import transaction_of_one
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import User
from shixiao.people.permissions import may_evaluate
from shixiao.performance import events
from shixiao.performance.models import Plan, Promise, Settlement

NOTE_LENGTH = 500


class NotSettleable(ValueError):
    """It cannot be settled so; the sentence says why."""


def of_plan(plan: Plan, *, project: str = "") -> list[Promise]:
    """Everything that was promised for a plan (or one project of it, by name), the earliest day first; each with what became of it."""
    rows = Promise.objects.filter(evaluation__version__plan=plan)
    known = rows.select_related("evaluation__project__unit", "evaluation__version", "settlement__made_by")
    listed = [each for each in known if not project or each.evaluation.head["project"] == project]
    return sorted(listed, key=lambda each: (hasattr(each, "settlement"), each.due_on, each.pk))


def settle(promise: Promise, *, is_kept: bool, on: date | None, note: str, by: User, now: datetime) -> Settlement:
    """Say what became of a promise, once. Raises `PermissionDenied`; `NotSettleable` without a note and for a day that has not come; `Refused`
    where somebody was quicker."""
    if not may_evaluate(by):
        raise PermissionDenied(_("整改结果由绩效管理员登记。"))
    told = note.strip().replace("\0", "")
    if not told or len(told) > NOTE_LENGTH or is_marked(told):
        raise NotSettleable(_("请写一句说明，最多 %(n)d 字，不带密级标志。") % {"n": NOTE_LENGTH})
    if on is None:
        raise NotSettleable(_("请写一个日期，如 2026-12-31。"))
    if on > timezone.localtime(now).date():
        raise NotSettleable(_("这一天还没有到。"))
    with transaction_of_one():
        if Settlement.objects.filter(promise=promise).exists():
            raise NotSettleable(_("已经登记过结果了。请刷新页面看看。"))
        made = Settlement.objects.create(promise=promise, is_kept=is_kept, on=on, note=told, made_by=by, made_at=now)
        particulars = {"promise": promise.pk, "settlement": made.pk, "is_kept": is_kept, "on": on.isoformat()}
        ledger.record(events.PROMISE_SETTLED, subject=made, by=by, now=now, particulars=particulars)
    return made
