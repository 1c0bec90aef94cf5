"""The same request twice is done once: `Idempotency-Key`.

The answer is written under the key in the transaction of the step itself. Whoever comes second finds the step refused or
the key taken, and gets the answer of the first. A refusal is not kept: nothing was done, and trying again may succeed.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from shixiao.casework.api import problems
from shixiao.casework.api.problems import Problem
from shixiao.casework.models import Answered, Case, Token
from shixiao.casework.models.programs import KEY_LENGTH
from shixiao.casework.refusing import Refused
from shixiao.engine.bilingual import Text

KEPT = timedelta(days=7)
BATCH = 1000
HEADER = problems.KEY_HEADER
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(rf"[!-~]{{1,{KEY_LENGTH}}}")

# What a step calls in the end of its own transaction, with the cases as they are then.
Also = Callable[[Sequence[Case]], None]


def answer(
    request: HttpRequest,
    token: Token,
    key: str | None,
    *,
    do: Callable[[Also], Any],
    shown: Callable[[Sequence[Case]], Any],
    status: HTTPStatus,
    now: datetime,
) -> HttpResponse:
    """Do it, unless it was done under this key before, and answer what is `shown` of it.

    `do` takes the step and hands over `also`, to be called in the end of the step's transaction. Raises what `do` raises,
    and `Problem` for a key that belongs to another request.
    """
    _check_key(key)
    said: list[str] = []

    def also(cases: Sequence[Case]) -> None:
        body = json.dumps(shown(cases), ensure_ascii=False, separators=(",", ":"))
        said.append(body)
        if key is not None:
            Answered(
                token=token, key=key, request_digest=_digest(request), status=status, body=body, answered_at=now
            ).save(force_insert=True)

    try:
        do(also)
    except Refused:  # the step cannot be taken, or the key is taken (`racing`)
        before = Answered.objects.filter(token=token, key=key).first() if key is not None else None
        if before is None:
            raise
        return _replayed(request, before)
    return _json(said[-1], status)


def _check_key(key: str | None) -> None:
    if key is not None and not KEY.fullmatch(key):
        raise Problem("invalid", Text("Idempotency-Key 是 1 到 100 个可见的英文字符。", "Idempotency-Key has 1 to 100 visible ASCII characters."), field=HEADER)  # fmt: skip


def _replayed(request: HttpRequest, before: Answered) -> HttpResponse:
    if before.request_digest != _digest(request):
        raise Problem("key-reused")
    response = _json(before.body, HTTPStatus(before.status))
    response.headers[REPLAYED] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    """The request as it came: method, address and body."""
    line = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(line + request.body).hexdigest()


def as_json(value: Any, status: HTTPStatus) -> HttpResponse:
    """An answer that is not kept."""
    return _json(json.dumps(value, ensure_ascii=False, separators=(",", ":")), status)


def _json(body: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", status=status)


def forget_old(now: datetime) -> int:
    """Delete one batch of answers that are older than seven days; returns how many. The worker's job."""
    old = Answered.objects.filter(answered_at__lt=now - KEPT).order_by("answered_at").values("pk")[:BATCH]
    deleted, _by_model = Answered.objects.filter(pk__in=[row["pk"] for row in old]).delete()
    return deleted
