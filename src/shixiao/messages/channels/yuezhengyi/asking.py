"""One call with a token. A token that ended early is exchanged for another, once; what an error code means stands here."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from shixiao.messages.channels import calling
from shixiao.messages.channels.yuezhengyi import tokens
from shixiao.messages.channels.yuezhengyi.provider import Provider

# The provider's own list of codes: the token is none, has ended, or was given for another secret.
STALE = frozenset({40001, 40014, 41001, 42001})
BUSY = -1
TOO_OFTEN = frozenset({45009, 45011, 45033, 45047})
NOT_TAKEN = frozenset({429, 503})


class Garbled(Exception):
    """An answer that says nothing; `is_taken` is False where even so it says that nothing was done."""

    def __init__(self, reason: str, *, may_be_taken: bool) -> None:
        super().__init__(reason)
        self.may_be_taken = may_be_taken


def call(
    provider: Provider,
    path: str,
    *,
    now: datetime,
    query: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    most: int = calling.MOST,
) -> dict[str, Any]:
    """What the provider says, with `errcode` a number. Forty seconds at most, with the tokens that it takes.

    Raises `tokens.NotGiven`, `calling.NotConnected`, `calling.NoAnswer`, `Garbled`.
    """
    token = tokens.token(provider, now=now)
    told = _once(provider, path, token, query or {}, body, most)
    if told["errcode"] not in STALE:
        return told
    return _once(provider, path, tokens.token(provider, now=now, spoilt=token), query or {}, body, most)


def _once(
    provider: Provider, path: str, token: str, query: Mapping[str, str], body: Mapping[str, Any] | None, most: int
) -> dict[str, Any]:
    written = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    answer = calling.ask(
        provider.place,
        "GET" if written is None else "POST",
        f"/cgi-bin/{path}?{urlencode({'access_token': token, **query})}",
        body=written,
        headers={} if written is None else {"Content-Type": "application/json; charset=utf-8"},
        authority=provider.authority,
        most=most,
    )
    if answer.status != 200:
        # 4xx: nobody there does this; 429 and 503 say themselves that nothing was done. A gateway (500, 502, 504) knows no more than we do.
        is_refused = 300 <= answer.status < 500 or answer.status in NOT_TAKEN
        raise Garbled(f"http_{answer.status}", may_be_taken=not is_refused)
    told = answer.told()
    code = told.get("errcode", 0) if told is not None else None
    if told is None or not isinstance(code, int) or isinstance(code, bool):
        raise Garbled("answer_garbled", may_be_taken=True)
    return {**told, "errcode": code}
