"""Who has a case in hand: assigning, and handing everything over when somebody leaves."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import events, notices, offices, telling
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Assistant, Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.restricting import check_unrestricted
from shixiao.engine.bilingual import Text
from shixiao.messages.models import Sort
from shixiao.people.models import User
from shixiao.people.permissions import mandates


def assign(
    case: Case, *, lead: User, assistants: Sequence[User] = (), reason: str = "", by: User, now: datetime
) -> Case:
    """Put a case into somebody's hands, with those who help. For the overseer of the kind, or the present lead.

    Raises `Refused` for a closed case or an account that cannot sign in, `NotAllowed`.
    """
    with transaction.atomic():
        case = Case.objects.select_related("unit").select_for_update(of=("self",)).get(pk=case.pk)
        _check(case, lead, assistants, by=by, now=now)
        before, case.lead, case.revision = case.lead_id, lead, case.revision + 1
        Case.objects.filter(pk=case.pk).update(lead=lead, revision=case.revision)
        Assistant.objects.filter(case=case).exclude(user__in=assistants).delete()
        there = set(Assistant.objects.filter(case=case).values_list("user_id", flat=True))
        new = [user.pk for user in assistants if user.pk not in there]
        Assistant.objects.bulk_create(Assistant(case=case, user_id=key) for key in new)
        codes = {"lead": lead.pk, "before": before, "assistants": sorted(user.pk for user in assistants)}
        texts = {"reason": reason}
        event = ledger.record(events.ASSIGNED, subject=case, by=by, now=now, particulars=codes, texts=texts)
        if lead.pk != before:
            telling.say(case, event, notices.ASSIGNED, to=[lead.pk], by=by, now=now, sort=Sort.TODO)
        telling.say(case, event, notices.ASSISTING, to=new, by=by, now=now)
    return case


def _check(case: Case, lead: User, assistants: Iterable[User], *, by: User, now: datetime) -> None:
    check_unrestricted(case)
    table = offices.table_of(case.kind)
    if case.closed_at:
        text = Text(f"{case.number} 已经办结，不能再改派。", f"{case.number} is closed and cannot be assigned.")
        raise Refused(text, reason=Reason.WRONG_STATE)
    held = mandates(by, timezone.localtime(now).date())
    if not held.allow(table.overseer, case.unit.path) and case.lead_id != by.pk:
        raise NotAllowed(Text("改派由主办人或主管办理。", "Assigning is for the lead or the overseer."))
    for user in (lead, *assistants):
        if not user.is_active:
            text = Text(f"{user.display_name}的账号已停用。", f"The account of {user.display_name} is disabled.")
            raise Refused(text, reason=Reason.INVALID, field="lead")
    if lead in assistants:
        text = Text("主办人不必再列为协办。", "The lead is not an assistant as well.")
        raise Refused(text, reason=Reason.INVALID, field="assistants")


def count_open(user: User) -> int:
    """How many open cases somebody leads."""
    return Case.objects.filter(lead=user, closed_at=None).count()


def hand_over(user: User, to: User, *, by: User | None, now: datetime) -> int:
    """Every open case of `user` is now led by `to`, with one event for each; returns how many.

    Inside the transaction of the step by which somebody leaves or moves (`people.handing_over`).
    """
    rows = Case.objects.select_for_update().filter(lead=user, closed_at=None).order_by("pk")
    cases = list(rows)
    keys = [case.pk for case in cases]
    for start in range(0, len(keys), 500):
        Case.objects.filter(pk__in=keys[start : start + 500]).update(lead=to)
    codes = {"before": user.pk, "lead": to.pk}
    recorded = ledger.record_many(
        [ledger.Entry(kind=events.HANDED_OVER, subject=case, by=by, now=now, particulars=codes) for case in cases]
    )
    for case, event in zip(cases, recorded, strict=True):
        telling.say(case, event, notices.HANDED_OVER, to=[to.pk], by=by, now=now, sort=Sort.TODO)
    return len(cases)
