"""Tokens: what a program shows to be let in. One may never do more than the account it acts as, and mostly less.

Somebody makes one for themselves; the security administrator makes one for a system, that is for an account that nobody
can sign in to by password. The secret is shown once and stored nowhere.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework import offices
from shixiao.casework.events import TOKEN_CREATED, TOKEN_REFUSED, TOKEN_REVOKED
from shixiao.casework.models import Case, Token
from shixiao.casework.steps import Steps
from shixiao.engine.secrecy import is_marked
from shixiao.people.limiting import PROGRAMS, moment
from shixiao.people.models import User
from shixiao.people.permissions import along, learn, may_grant

PREFIX = "sx_"  # so that a secret that lies about somewhere is known for what it is
READ, WRITE = "read", "write"
EVERY_KIND = "*"
LONGEST = timedelta(days=366)
# Refused uses are noted in the book, but no more than so many in so long a time: a broken loop may not fill it.
REFUSALS, WINDOW = 100, timedelta(minutes=15)


class Unauthenticated(Exception):
    """No token, or none that holds; `token` is the one that was meant, if there is one."""

    def __init__(self, token: Token | None = None, *, why: str = "unknown") -> None:
        super().__init__(why)
        self.token = token
        self.why = why


class TooManyCalls(Exception):
    """The program calls more often than is let through; `seconds` until the next call is."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


class TooManyRefusals(Exception):
    """The program is refused again and again; it is not even listened to until `seconds` have passed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its secret, which is known only now."""

    token: Token
    secret: str


def create_token(
    name: str, *, user: User, scope: Mapping[str, str], valid_until: date, by: User | None, now: datetime
) -> NewToken:
    """A new token for `user`, valid until the end of that day. Raises `ValidationError`, `PermissionDenied`."""
    _check_maker(user, by)
    token = Token(
        user=user,
        name=name.strip(),
        scope=_checked_scope(scope),
        created_at=now,
        valid_until=_checked_day(valid_until, now=now),
    )
    if is_marked(token.name):
        raise ValidationError(_("内容带有密级标志，不得录入本系统。"), code="secret")
    secret = PREFIX + secrets.token_urlsafe(32)
    token.digest = digest(secret)
    token.full_clean()
    with transaction.atomic():
        token.save(force_insert=True)
        codes = {"user": user.pk, "scope": token.scope, "valid_until": valid_until}
        ledger.record(TOKEN_CREATED, subject=token, by=by, now=now, particulars=codes)
    return NewToken(token, secret)


def revoke_token(token: Token, *, by: User | None, now: datetime) -> None:
    """The token lets nobody in any more; nothing happens to one that was revoked. For its person and the security
    administrator. Raises `PermissionDenied`."""
    if by is not None and by.pk != token.user_id and not may_grant(by):
        raise PermissionDenied(_("只能撤销自己的令牌。"))
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            ledger.record(TOKEN_REVOKED, subject=token, by=by, now=now, particulars={"user": token.user_id})
    token.refresh_from_db(fields=["revoked_at"])


def may_make_for(user: User, *, by: User) -> bool:
    """Somebody for themselves; the security administrator for an account that nobody signs in to by password."""
    if user.is_administrator or not user.is_active:
        return False
    return by.pk == user.pk or (may_grant(by) and not user.has_usable_password())


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def authenticate(secret: str, *, now: datetime, about: models.QuerySet[Case] | None = None) -> Token:
    """The token with its account and what the account's posts give, in one statement.

    `about` is the case that is asked for, if one is: its id and kind come along as `about_id` and `about_kind`. The day of
    its last use is written down on the first use of each day only. Raises `Unauthenticated`, `TooManyRefusals`, `TooManyCalls`.
    """
    today = timezone.localtime(now).date()
    found: Any = Token.objects.select_related("user").filter(digest=digest(secret))
    if about is not None:
        id_, kind = (models.Subquery(about.values(name)) for name in ("pk", "kind"))
        found = found.annotate(about_id=id_, about_kind=kind)
    rows = list(found.annotate(**along("user", today)).order_by("posts__unit__path", "posts__id")) if secret else []
    if not rows:
        raise Unauthenticated
    token: Token = rows[0]
    if wait := PROGRAMS.take(token.pk, most=settings.SHIXIAO_CALLS_A_MINUTE, at=moment()):
        raise TooManyCalls(wait)
    if wait := _seconds_to_wait(token, now=now):
        raise TooManyRefusals(wait)
    if why := _why_not(token, now=now):
        raise Unauthenticated(token, why=why)
    learn(token.user, rows, today)
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)
    return token


def allows(token: Token, kind: str, needed: str) -> bool:
    """The scope of the token lets it read (or write) cases of this kind. Writing includes reading."""
    given = token.scope.get(kind) or token.scope.get(EVERY_KIND)
    return given == WRITE or (given == READ and needed == READ)


def kinds_read_with(token: Token) -> list[str]:
    """The kinds of case that the scope lets the token read."""
    return [table.kind for table in open_tables() if allows(token, table.kind, READ)]


def open_tables() -> list[Steps]:
    """The step tables that programs may know of: those of restricted registers they may not (law 9)."""
    return [table for table in offices.tables() if not table.is_restricted]


def note_refusal(token: Token, *, reason: str, what: str, now: datetime) -> None:
    """Write down that a token tried what it may not. In a transaction of its own, after the one that was refused."""
    is_same_window = token.refused_since is not None and now - token.refused_since < WINDOW
    count = token.refused_count + 1 if is_same_window else 1
    with transaction.atomic():
        since = token.refused_since if is_same_window else now
        Token.objects.filter(pk=token.pk).update(refused_since=since, refused_count=count)
        codes = {"reason": reason, "what": what}
        ledger.record(TOKEN_REFUSED, subject=token, by=token.user, now=now, particulars=codes)


# ---- parts -----------------------------------------------------------------------------------------------------


def _seconds_to_wait(token: Token, *, now: datetime) -> int:
    if token.refused_since is None or token.refused_count < REFUSALS:
        return 0
    return max(0, int((token.refused_since + WINDOW - now).total_seconds()))


def _why_not(token: Token, *, now: datetime) -> str:
    user = token.user
    if token.revoked_at is not None:
        return "revoked"
    if timezone.localtime(now).date() > token.valid_until:
        return "expired"
    if not user.is_active or user.is_administrator or (user.is_demonstration and not settings.SHIXIAO_DEMO):
        return "account"
    return ""


def _check_maker(user: User, by: User | None) -> None:
    if by is None and not user.is_administrator:
        return
    if by is None or not may_make_for(user, by=by):
        raise PermissionDenied(_("令牌由本人建立；没有密码的系统账号，由安全管理员建立。管理员账号不能有令牌。"))


def _checked_scope(scope: Mapping[str, str]) -> dict[str, str]:
    known = {EVERY_KIND, *(table.kind for table in open_tables())}
    if not scope:
        raise ValidationError({"scope": _("请至少选一种事项。")})
    for kind, right in scope.items():
        if kind not in known or right not in (READ, WRITE):
            raise ValidationError({"scope": _("没有“%(kind)s”这种范围。请从列表里选。") % {"kind": kind[:40]}})
    return dict(sorted(scope.items()))


def _checked_day(valid_until: date, *, now: datetime) -> date:
    today = timezone.localtime(now).date()
    if not today <= valid_until <= today + LONGEST:
        raise ValidationError({"valid_until": _("有效期从今天起，最长一年。")})
    return valid_until
