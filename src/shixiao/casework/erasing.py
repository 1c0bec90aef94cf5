"""Deleting what people wrote or attached because the law wants it: for the security administrator, with a ground.

The administrator does not see the case. Whoever asks names the number of the record, which stands beside each remark,
file and event; the event stays, with the hash of what is gone.
"""

from datetime import datetime

from django.db import transaction

from shixiao import ledger
from shixiao.casework import attaching, offices, searching
from shixiao.casework.models import Attachment, Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event, Words
from shixiao.people import refusals
from shixiao.people.models import User
from shixiao.people.permissions import may_grant

GROUNDS = (
    ("person_asked", Text("本人请求删除，依法应当删除", "the person asked for it, and the law grants it")),
    ("purpose_over", Text("处理目的已实现，或者保存期限已满", "the purpose is over, or the time of keeping")),
    ("not_lawful", Text("违反法律、法规或者约定处理个人信息", "it was kept against a law or an agreement")),
    ("by_mistake", Text("误录了与事项无关的个人信息", "personal information that has nothing to do with the case")),
    ("authority", Text("有权机关的决定", "an authority decided so")),
)


def erase(event_id: int, *, ground: str, by: User, now: datetime) -> str:
    """Delete the words of one record of a case, and the file if it brought one. Returns the number of the case.

    Raises `Refused` where there is nothing to delete, `people.refusals.Refused` for everybody else.
    """
    refusals.require(may_grant, what="casework.erase", by=by, now=now)
    if ground not in dict(GROUNDS):
        text = Text("请选择删除的依据。", "Choose the ground of the deletion.")
        raise Refused(text, reason=Reason.INVALID, field="ground")
    with transaction.atomic():
        event = Event.objects.filter(pk=event_id, subject_kind=Case.ledger_name).first()
        case = Case.objects.select_for_update().filter(pk=event.subject_id).first() if event else None
        if event is None or case is None:
            text = Text("没有这个记录号。请核对后再填。", "There is no such record. Check its number.")
            raise Refused(text, reason=Reason.UNKNOWN, field="record")
        words = dict(Words.objects.filter(event=event).order_by("id").values_list("name", "words"))
        file = Attachment.objects.filter(event_id=event.pk, erased_at=None).first()
        if not words and file is None:
            text = Text("这条记录没有文字和文件，或者已经删除。", "This record has no words or file, or they are gone.")
            raise Refused(text, reason=Reason.GUARDED, field="record")
        forget = offices.forgetting_of(case.kind)
        if forget is not None:
            forget(case, words)
        for name in words:
            ledger.erase(event, name, by=by, now=now, ground=ground)
        for field in (f"remark/{event.pk}", f"attachment/{event.pk}"):
            searching.remove_words(case.pk, field)
        if file is not None:
            attaching.erase(file, ground=ground, by=by, now=now)
    return case.number
