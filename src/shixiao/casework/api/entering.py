"""Who is let in: the token of every request, and what its scope allows."""

import re
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from shixiao.casework import offices, tokens
from shixiao.casework.api.problems import Problem
from shixiao.casework.models import Case, Token
from shixiao.casework.models.cases import NUMBER_LENGTH
from shixiao.casework.steps import Steps

ID = re.compile(r"[0-9]{1,18}")


class Bearer(HttpBearer):
    """`Authorization: Bearer TOKEN`; no cookie and no session is looked at."""

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        """The token, with the case that the address names. A known token that does not hold is noted in the book."""
        now = timezone.now()
        named = request.resolver_match.kwargs.get("case") if request.resolver_match else None
        try:
            return tokens.authenticate(token, now=now, about=None if named is None else case_named(str(named)))
        except tokens.Unauthenticated as refused:
            if refused.token is not None:
                tokens.note_refusal(refused.token, reason=refused.why, what=_what(request), now=now)
            raise


def case_named(named: str) -> QuerySet[Case]:
    """The case of that id or number; none for what neither can be, such as NUL, which PostgreSQL refuses to look for."""
    if ID.fullmatch(named):
        return Case.objects.filter(pk=int(named))
    return (
        Case.objects.filter(number=named)
        if named.isprintable() and len(named) <= NUMBER_LENGTH
        else Case.objects.none()
    )


def token_of(request: HttpRequest) -> Token:
    """The token that the request showed."""
    token = getattr(request, "auth", None)
    assert isinstance(token, Token)  # noqa: S101 — every address but the documentation asks for one
    return token


def table_for(request: HttpRequest, kind: str | None, needed: str) -> Steps:
    """The step table of a kind. Raises `Problem` for one that programs may not know of, or that the scope leaves out."""
    if kind is None or not offices.is_known(kind) or (table := offices.table_of(kind)).is_restricted:
        raise Problem("unknown")
    token = token_of(request)
    if not tokens.allows(token, kind, needed):
        tokens.note_refusal(token, reason="out-of-scope", what=_what(request), now=timezone.now())
        raise Problem("out-of-scope")
    return table


def case_asked_for(request: HttpRequest) -> tuple[int, str]:
    """Id and kind of the case in the address. Raises `Problem` where there is none."""
    token: Any = token_of(request)
    if token.about_id is None:
        raise Problem("unknown")
    return token.about_id, token.about_kind


def note_not_allowed(request: HttpRequest, *, now: datetime) -> None:
    """The person behind the token tried what is not theirs."""
    tokens.note_refusal(token_of(request), reason="not-allowed", what=_what(request), now=now)


def _what(request: HttpRequest) -> str:
    """Method and address as a code, without anything that was typed."""
    match = request.resolver_match
    return f"{request.method}:/{match.route if match else ''}"[:200]
