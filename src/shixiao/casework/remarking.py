"""Remarks on a case: what somebody wants to say beside the steps. The words lie apart from their event."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from shixiao import ledger
from shixiao.casework import events, searching, visibility
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case
from shixiao.casework.particulars import words
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.restricting import check_unrestricted
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.people.models import User

REMARK_LENGTH = 2000
_WORDS = words("remark", Text("备注", "The remark"), most=REMARK_LENGTH)


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A remark as a page shows it. `words` is None when the law had them deleted; `corrected_by` is a later remark."""

    event_id: int
    words: str | None
    by: User | None
    at: datetime
    corrects: int | None
    corrected_by: int | None


def remark(case: Case, text: str, *, corrects: int | None = None, by: User, now: datetime) -> Event:
    """Say something about a case. With `corrects`, in the place of an earlier remark of one's own, which stays to be seen.

    Raises `Refused` for no text, one too long or marked as secret, `NotAllowed` for whoever may not see the case.
    """
    check_unrestricted(case)
    if not visibility.can_see(case, by=by, now=now):
        raise NotAllowed(Text("没有这个事项，或者您看不到它。", "There is no such case, or it is not yours to see."))
    said = _WORDS.read(text, zone=zone())
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)  # of two corrections of one remark the second is told
        codes = {}
        if corrects is not None:
            _check_correction(case, corrects, by=by)
            codes = {"corrects": corrects}
        event = ledger.record(events.REMARKED, subject=case, by=by, now=now, particulars=codes, texts={"remark": said})
        searching.put_words(case, f"remark/{event.pk}", said)
    return event


def remarks_of(case: Case) -> list[Remark]:
    """Every remark, the oldest first; three statements."""
    found = list(_events(case).prefetch_related("words").order_by("id"))
    people = User.objects.in_bulk([int(event.by_id) for event in found if event.by_id.isdigit()])
    corrected = {event.particulars["corrects"]: event.pk for event in found if "corrects" in event.particulars}
    return [
        Remark(
            event_id=event.pk,
            words=next((each.words for each in event.words.all()), None),
            by=people.get(int(event.by_id)) if event.by_id.isdigit() else None,
            at=event.recorded_at,
            corrects=event.particulars.get("corrects"),
            corrected_by=corrected.get(event.pk),
        )
        for event in found
    ]


def _events(case: Case) -> QuerySet[Event]:
    return Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case.pk), kind=events.REMARKED.name)


def _check_correction(case: Case, earlier: int, *, by: User) -> None:
    rows = {event.pk: event for event in _events(case)}
    event = rows.get(earlier)
    if event is None:
        text = Text(f"这个事项没有记录号为 {earlier} 的备注。", f"This case has no remark {earlier}.")
        raise Refused(text, reason=Reason.UNKNOWN, field="corrects")
    if (event.by_kind, event.by_id) != (by.ledger_name, str(by.pk)):
        text = Text("只能更正自己写的备注。请另写一条。", "Only one's own remark can be corrected. Write another one.")
        raise NotAllowed(text)
    if any(each.particulars.get("corrects") == earlier for each in rows.values()):
        text = Text(
            "这条备注已经更正过。请更正后来的那一条。", "This remark has been corrected. Correct the later one."
        )
        raise Refused(text, reason=Reason.OVERTAKEN, field="corrects")
