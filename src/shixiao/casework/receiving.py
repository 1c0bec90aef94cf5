"""What a person sends from a phone is done once, however often it arrives.

The phone makes a key for what was written and sends it under that key until an answer came: an answer may be lost, a button pressed twice,
two tabs and a service worker may send at once. The answer is written under the key in the transaction of the step itself, as for
programs (`api.once`); whoever comes later gets it again. A refusal is not kept: nothing was done.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.crypto import salted_hmac

from shixiao.casework.models import Case, Received
from shixiao.casework.models.programs import KEY_LENGTH
from shixiao.casework.particulars import canonical
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.people.models import User

# A phone sends nothing by itself that it first tried to send 30 days ago (static/ui/unsent.js): by then nobody has forgotten.
KEPT = timedelta(days=90)
BATCH = 1000
KEY = re.compile(rf"[!-~]{{8,{KEY_LENGTH}}}")

Also = Callable[[Sequence[Case]], None]


class Receipt(NamedTuple):
    """What is answered, and whether it was done before."""

    said: Mapping[str, Any]
    is_again: bool


class Otherwise(Refused):
    """The key belongs to something else that was sent before."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "这一份已经收到过，但内容不一样；这次什么都没有记。请打开事项核对，需要的话改好再发一次。",
                "This was received before, with other words; nothing was recorded this time. Open the case and see, then send it anew if need be.",
            ),
            reason=Reason.OVERTAKEN,
        )


def new_key() -> str:
    """A key for a form, so that it is done once even where no script runs."""
    return secrets.token_urlsafe(16)


def digest(*, about: str, told: Mapping[str, Any], files: Iterable[str]) -> str:
    """What is sent, so that the same can be told from something else: where it goes, what was written, the hashes of the files. With the
    secret of the installation, so that short words cannot be guessed from it."""
    whole = canonical({"about": about, "told": dict(told), "files": sorted(files)})
    return salted_hmac("shixiao.received", whole, algorithm="sha256").hexdigest()


def receive(
    key: str,
    *,
    by: User,
    now: datetime,
    digest: str,
    do: Callable[[Also], Any],
    shown: Callable[[Case], Mapping[str, Any]],
) -> Receipt:
    """Do it, unless it was done under this key before, and answer what is `shown` of the case.

    `do` takes the step, and hands `also` over to be called in the end of the step's transaction. Raises what `do` raises, `Refused` for a
    key that is none, `Otherwise` for a key under which something else came.
    """
    if not KEY.fullmatch(key):
        text = Text(
            "缺少这一份的编号，请刷新页面再试。", "The key of what was sent is missing; reload the page and try again."
        )
        raise Refused(text, reason=Reason.INVALID)
    if (before := _before(key, by=by, digest=digest)) is not None:
        return before
    said: list[Mapping[str, Any]] = []

    def also(cases: Sequence[Case]) -> None:
        said.append(shown(cases[0]))
        Received(user=by, key=key, digest=digest, body=said[-1], received_at=now).save(force_insert=True)

    try:
        do(also)
    except Refused:  # the step cannot be taken any more, or the key was taken meanwhile (`racing`)
        before = _before(key, by=by, digest=digest)
        if before is None:
            raise
        return before
    return Receipt(said[-1], is_again=False)


def _before(key: str, *, by: User, digest: str) -> Receipt | None:
    row = Received.objects.filter(user=by, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise Otherwise
    return Receipt(row.body, is_again=True)


def forget_old(now: datetime) -> int:
    """Delete one batch of answers that are older than ninety days; returns how many. A job of the worker."""
    old = Received.objects.filter(received_at__lt=now - KEPT).order_by("received_at").values("pk")[:BATCH]
    deleted, _by_model = Received.objects.filter(pk__in=[row["pk"] for row in old]).delete()
    return deleted
