"""Posts, and the responsibilities that they carry."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shixiao import ledger
from shixiao.people import events
from shixiao.people.actions.units import spelt
from shixiao.people.models import Post, PostResponsibility, User
from shixiao.people.permissions import may_grant
from shixiao.people.refusals import require
from shixiao.people.responsibilities import DECLARED


def create_post(name: str, *, code: str, by: User | None, now: datetime, words: Iterable[str] = ()) -> Post:
    """A new post. Raises `ValidationError` for a code that is taken and for a word that no room declares."""
    require(may_grant, what="people.create_post", by=by, now=now)
    carried = _declared(words)
    post = Post(name=name.strip(), code=spelt(code))
    post.full_clean()
    with transaction.atomic():
        post.save(force_insert=True)
        PostResponsibility.objects.bulk_create(PostResponsibility(post=post, word=word) for word in carried)
        particulars = {"code": post.code, "words": carried}
        ledger.record(events.POST_CREATED, subject=post, by=by, now=now, particulars=particulars)
    return post


def set_post_responsibilities(post: Post, *, words: Iterable[str], by: User | None, now: datetime) -> None:
    """The post carries exactly these; nothing happens when it does already.

    A word of an office that is no longer installed may be taken away, but not given.
    """
    require(may_grant, what="people.set_post_responsibilities", by=by, now=now)
    with transaction.atomic():
        post = Post.objects.select_for_update().get(pk=post.pk)
        before = set(post.may.values_list("word", flat=True))
        after = set(_declared(word for word in words if word not in before)) | (before & set(words))
        if before == after:
            return
        post.may.filter(word__in=before - after).delete()
        PostResponsibility.objects.bulk_create(PostResponsibility(post=post, word=word) for word in after - before)
        particulars = {"before": sorted(before), "after": sorted(after)}
        ledger.record(events.POST_RESPONSIBILITIES_SET, subject=post, by=by, now=now, particulars=particulars)


def _declared(words: Iterable[str]) -> list[str]:
    chosen = sorted(set(words))
    unknown = [word for word in chosen if word not in DECLARED]
    if unknown:
        raise ValidationError(
            _("没有这样的职责：%(words)s。请从列出的职责中选。") % {"words": "、".join(unknown)}, code="unknown"
        )
    return chosen
