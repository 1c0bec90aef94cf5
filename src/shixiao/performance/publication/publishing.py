"""Publishing and withdrawing: one call, one transaction, one event."""

import gzip
import hashlib
import json
import re
import secrets
from dataclasses import replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine import bundles
from shixiao.engine.bilingual import CHINESE, ENGLISH
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import User
from shixiao.people.permissions import holds, may_publish
from shixiao.performance import events
from shixiao.performance.life.responsibilities import PUBLISHER
from shixiao.performance.models import NAME_LENGTH, REASON_LENGTH, PlanVersion, Publication, Withdrawal
from shixiao.performance.publication import pages, shelf, spreadsheet

OFFICE_WORD = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
SALT_BYTES = 32


class NotPublishable(ValueError):
    """It cannot be published, or withdrawn, as it is; the sentence says why and what to do."""


def publish(
    value: bundles.Published,
    *,
    version: PlanVersion,
    reviewed_by: str,
    by: User,
    now: datetime,
    content_hash: str = "",
) -> Publication:
    """Hand out a plan: its bundle, its pages and its table, rendered once. `value.number` and `value.replaces` are set here, since two may
    publish at the same moment. `content_hash` names what was approved.

    Raises `PermissionDenied`, and `NotPublishable` without the name, the day and the result of a secrecy review, with a day to come, for an
    office's word that is no part of an address, and for a text with a secrecy mark, naming its place.
    """
    if not _may_publish(by, now):
        raise PermissionDenied(_("只有绩效管理员或“绩效公开”岗位可以公开。"))
    reviewer = reviewed_by.strip()
    _check(value, reviewer, today=timezone.localtime(now).date())
    with transaction.atomic():
        last = Publication.objects.filter(year=value.year, office=value.office).order_by("-number").first()
        numbered = replace(value, number=last.number + 1 if last else 1, replaces=last.address if last else None)
        made = bundles.make(numbered, lambda: secrets.token_hex(SALT_BYTES))
        if places := bundles.marked(made.bundle):
            raise NotPublishable(_("内容里有密级标志，不能公开：%(places)s。") % {"places": "、".join(places[:5])})
        publication = Publication.objects.create(
            version=version,
            year=numbered.year,
            office=numbered.office,
            number=numbered.number,
            as_of=numbered.as_of,
            title=numbered.title,
            bundle_hash=made.bundle["hash"],
            content_hash=content_hash,
            is_simulated=numbered.is_simulated,
            bundle=gzip.compress(bundles.as_bytes(made.bundle), mtime=0),
            openings=gzip.compress(json.dumps(made.openings, ensure_ascii=False).encode(), mtime=0),
            page_zh=gzip.compress(pages.page(made.bundle, language=CHINESE).encode(), mtime=0),
            page_en=gzip.compress(pages.page(made.bundle, language=ENGLISH).encode(), mtime=0),
            table=gzip.compress(spreadsheet.table(made.bundle), mtime=0),
            restatements=len(numbered.restatements),
            reviewed_by=reviewer,
            reviewed_on=numbered.secrecy.on,
            review_result=numbered.secrecy.result,
            made_by=by,
            made_at=now,
        )
        particulars = {
            "version": version.pk,
            "address": publication.address,
            "as_of": numbered.as_of.isoformat(),
            "bundle_hash": publication.bundle_hash,
            "content_hash": content_hash,
            "reviewed_on": numbered.secrecy.on.isoformat(),
            "review_hash": _hash(f"{reviewer}\n{numbered.secrecy.result}"),
        }
        ledger.record(events.PUBLICATION_MADE, subject=publication, by=by, now=now, particulars=particulars)
        transaction.on_commit(shelf.fill)
    return publication


def _may_publish(by: User, now: datetime) -> bool:
    """The performance officer, and whoever holds a post that publishes."""
    return may_publish(by) or holds(by, PUBLISHER.word, unit=None, on=timezone.localtime(now).date())


def _check(value: bundles.Published, reviewer: str, *, today: date) -> None:
    if not reviewer or len(reviewer) > NAME_LENGTH:
        raise NotPublishable(_("请写保密审查人的姓名。没有保密审查不能公开。"))
    if not value.secrecy.result.strip() or len(value.secrecy.result) > REASON_LENGTH:
        raise NotPublishable(_("请写保密审查的结论。没有保密审查不能公开。"))
    if value.secrecy.on > today:
        raise NotPublishable(_("保密审查的日期还没有到。请核对。"))
    if is_marked(value.secrecy.result) or reviewer in value.secrecy.result:
        raise NotPublishable(_("保密审查的结论会公开，不能有密级标志或审查人的姓名。"))
    if not OFFICE_WORD.fullmatch(value.office):
        raise NotPublishable(_("地址中的单位用小写字母、数字和连字符，最多 40 个，例如 example-office。"))


def withdraw(publication: Publication, *, reason: str, by: User, now: datetime) -> Withdrawal:
    """Take a publication back: its address says when and why from then on, keeps the hash, and shows no values any more.

    Raises `PermissionDenied`, and `NotPublishable` without a reason, with a marked one, or where it is withdrawn already.
    """
    if not _may_publish(by, now):
        raise PermissionDenied(_("只有绩效管理员或“绩效公开”岗位可以撤回公开。"))
    told = reason.strip().replace("\0", "")
    if not told or len(told) > REASON_LENGTH:
        raise NotPublishable(_("请写撤回的理由，最多 %(most)d 字。理由会公开。") % {"most": REASON_LENGTH})
    if is_marked(told):
        raise NotPublishable(_("理由会公开，不能有密级标志。"))
    with transaction.atomic():
        locked = (
            Publication.objects.select_for_update()
            .only("pk", "version_id", "year", "office", "number")
            .get(pk=publication.pk)
        )
        if Withdrawal.objects.filter(publication=locked).exists():
            raise NotPublishable(_("这次公开已经撤回。"))
        made = Withdrawal.objects.create(publication=locked, reason=told, made_by=by, made_at=now)
        particulars = {
            "version": publication.version_id,
            "address": publication.address,
            "publication": publication.pk,
            "bundle_hash": publication.bundle_hash,
            "reason_hash": _hash(told),
        }
        ledger.record(events.PUBLICATION_WITHDRAWN, subject=made, by=by, now=now, particulars=particulars)
        transaction.on_commit(shelf.fill)
    return made


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
