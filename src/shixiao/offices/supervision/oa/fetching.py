"""Fetching the documents of an OA that cannot call us: once a minute, by cursor, each document once.

The cursor moves after everything before it was dealt with. Whoever is killed in between, and an OA that tells the same again, change nothing:
what is there is known by its id. A document that cannot be taken in is written down as refused, with the fields and never with what it said,
and is no reason to stop.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from shixiao.casework.refusing import Refused
from shixiao.casework.storing import Draft
from shixiao.offices.supervision.models import OaFetch, OaRefusal
from shixiao.offices.supervision.oa import asking, reading, taking
from shixiao.offices.supervision.oa.reading import File
from shixiao.people.models import User

EVERY = timedelta(minutes=1)
LEASE = timedelta(minutes=10)  # whoever fetches has so long before another one begins
MOST_PAGES = 10  # at a time

log = logging.getLogger(__name__)


def fetch(now: datetime) -> int:
    """What is new at the OA is taken in; how many documents were new or refused. 0 where no OA is set, or it is not time yet."""
    if not asking.is_ready() or (row := _claim(now)) is None:
        return 0
    by = User.objects.filter(username=settings.SHIXIAO_OA_ACCOUNT, is_active=True).first()
    if by is None:
        _rest(row, trouble="account", now=now)
        return 0
    done, trouble = 0, ""
    try:
        for _number in range(MOST_PAGES):
            page = asking.page(row.cursor)
            done += sum(_dealt_with(each, row.system, by=by, now=now) for each in page.items)
            is_moved, row.cursor = page.cursor != row.cursor, page.cursor
            row.save(update_fields=["cursor"])
            if not page.has_more or not is_moved:
                break
    except asking.Unanswered as error:
        trouble = str(error)
        log.warning("the OA was not read: %s", trouble)
    except Refused as refused:  # the disk is full, or the like: nothing that another try would not mend
        trouble = refused.reason.value
        log.warning("the OA was not read: %s", trouble)
    finally:
        _rest(row, trouble=trouble, now=now)
    return done


def begin_anew(now: datetime) -> None:
    """Read the whole list again from its beginning, at the next time. What is there stays as it is."""
    rows = OaFetch.objects.filter(system=settings.SHIXIAO_OA_SYSTEM)
    rows.update(cursor="", fetched_at=now - EVERY - LEASE)


def _claim(now: datetime) -> OaFetch | None:
    """The row, where it is time and nobody else reads. `fetched_at` lies ahead while somebody does."""
    with transaction.atomic():
        row, is_new = OaFetch.objects.select_for_update().get_or_create(
            system=settings.SHIXIAO_OA_SYSTEM, defaults={"fetched_at": now + LEASE}
        )
        if not is_new and row.fetched_at > now - EVERY:
            return None
        row.fetched_at = now + LEASE
        row.save(update_fields=["fetched_at"])
    return row


def _rest(row: OaFetch, *, trouble: str, now: datetime) -> None:
    OaFetch.objects.filter(pk=row.pk).update(fetched_at=now, trouble=trouble[:64])


def _dealt_with(told: Any, system: str, *, by: User, now: datetime) -> bool:
    """Whether it was new: taken in now, or refused otherwise than before. Raises `asking.Unanswered` for a file that did not come."""
    try:
        document = reading.read(told, may_point=True)
    except reading.NotTaken as wrong:
        fields = list(dict.fromkeys(each.field for each in wrong.wrong))
        why = "secret" if wrong.is_secret else "invalid"
        return _refuse(system, wrong.reference, why, fields, now=now)
    drafts: list[tuple[File, Draft]] = []
    try:
        if taking.known(document, system=system, by=by, now=now) is not None:
            return False
        drafts.extend((each, asking.file(each)) for each in document.files if each.content is None)
        return taking.take(document, system=system, way="fetched", by=by, now=now, drafts=drafts).is_new
    except asking.NotThere as missing:
        return _refuse(system, document.reference, str(missing), ["files"], now=now)
    except taking.Differs as differs:
        return _refuse(system, document.reference, "differs", list(differs.fields), now=now)
    except taking.Unseen:
        return _refuse(system, document.reference, "not-allowed", [], now=now)
    except Refused as refused:
        fields = list(dict.fromkeys(_field(each.field) for each in refused.all if each.field))
        return _refuse(system, document.reference, refused.reason.value, fields, now=now)
    finally:
        for _file, draft in drafts:
            draft.discard()


def _field(name: str) -> str:
    """As the document calls what the counter calls otherwise."""
    return {"file": "files", "orderer": "leader"}.get(name, "assisting" if name.startswith("assisting_") else name)


def _refuse(system: str, reference: str, why: str, fields: list[str], *, now: datetime) -> bool:
    told = {"why": why, "fields": fields}
    before = OaRefusal.objects.filter(system=system, reference=reference).first()
    if before is not None and (before.why, before.fields) == (why, fields):
        return False
    OaRefusal.objects.update_or_create(system=system, reference=reference, defaults={**told, "refused_at": now})
    return True
