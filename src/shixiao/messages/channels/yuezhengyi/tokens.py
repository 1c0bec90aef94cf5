"""One token for all processes: kept in the database, fetched by one of them, before the old one ends.

Whoever fetches says so in the row first (`fetching_until`) and asks the provider outside of any transaction: nobody waits for a lock while a
server on the other side thinks. The others take the old token while it is good, and where there is none come back in a few seconds. Fetching
too often is what makes a provider answer 45009 to everybody (anchors: caronc/apprise#917, Javen205/TNWX#24).
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction

from shixiao.messages.channels import calling
from shixiao.messages.channels.yuezhengyi.provider import Provider, Unset, read
from shixiao.messages.models import YuezhengyiToken
from shixiao.people import sealing

EARLY = timedelta(minutes=10)  # another one is fetched so long before the end
SPARE = timedelta(minutes=1)  # and this long before it the old one is not used any more
LEASE = timedelta(seconds=30)  # as long as fetching may take, and longer
REST = timedelta(minutes=1)  # after a failure, and for a token that was refused as soon as it was there
LONGEST = timedelta(hours=2)  # whatever the provider says
TOO_OFTEN = 45009


class NotGiven(Exception):
    """There is no token; the code of why, and when to come again."""

    def __init__(self, reason: str, again_in: timedelta | None = None) -> None:
        super().__init__(reason)
        self.again_in = again_in


def token(provider: Provider, *, now: datetime, spoilt: str = "") -> str:
    """A token that is good as far as anybody knows. `spoilt`: one that the provider has just refused; where another is there already, that
    one is given and nobody is asked. Raises `NotGiven`."""
    kept, is_mine = _kept(provider, spoilt, now=now)
    if not is_mine:
        return kept
    try:
        fetched, lasts = _fetched(provider)
    except NotGiven as failure:
        _give_up(provider, failure, now=now)
        if kept:
            return kept
        raise
    YuezhengyiToken.objects.filter(app=provider.app).update(
        token=sealing.sealed(fetched), fetched_at=now, expires_at=now + lasts, fetching_until=None
    )
    return fetched


def _kept(provider: Provider, spoilt: str, *, now: datetime) -> tuple[str, bool]:
    """The token that is there, empty where it is of no use; and whether the caller is to fetch another one."""
    with transaction.atomic():
        rows = YuezhengyiToken.objects.select_for_update().filter(app=provider.app)
        row = rows.first()
        if row is None:
            YuezhengyiToken.objects.bulk_create([YuezhengyiToken(app=provider.app)], ignore_conflicts=True)
            row = rows.get()
        kept = sealing.unsealed(row.token) if row.token else ""
        if spoilt and kept == spoilt:
            if row.fetched_at is not None and now < row.fetched_at + REST:
                raise NotGiven("token_refused", REST)  # one that is new as this one is no better
            kept = ""
        if row.expires_at is None or now >= row.expires_at - SPARE:
            kept = ""
        if kept and row.expires_at is not None and now < row.expires_at - EARLY:
            return kept, False
        if row.fetching_until is not None and now < row.fetching_until:
            if kept:
                return kept, False
            raise NotGiven("token_awaited", max(row.fetching_until - now, timedelta(seconds=1)))
        row.fetching_until, row.fetches = now + LEASE, row.fetches + 1
        row.save(update_fields=["fetching_until", "fetches"])
    return kept, True


def _give_up(provider: Provider, failure: NotGiven, *, now: datetime) -> None:
    """Nobody asks again before the time that was said."""
    until = now + (failure.again_in or timedelta(0))
    YuezhengyiToken.objects.filter(app=provider.app).update(fetching_until=until)


def _fetched(provider: Provider) -> tuple[str, timedelta]:
    """As gettoken says. It changes nothing at the provider, so whatever goes wrong may be tried again."""
    try:
        secret = read(provider.secret_file, "secret_file")
    except Unset:
        raise NotGiven("secret_file") from None
    query = urlencode({"corpid": provider.corp, "corpsecret": secret})
    try:
        answer = calling.ask(provider.place, "GET", f"/cgi-bin/gettoken?{query}", authority=provider.authority)
    except (calling.NotConnected, calling.NoAnswer) as error:
        raise NotGiven(str(error)) from None
    told = answer.told() if answer.status == 200 else None
    if told is None:
        raise NotGiven(f"token_http_{answer.status}")
    code = told.get("errcode", 0)
    if code != 0:
        raise NotGiven(_code(code), REST if code == TOO_OFTEN else None)
    fetched, lasts = told.get("access_token"), told.get("expires_in")
    is_right = isinstance(fetched, str) and fetched.isascii() and fetched.isprintable() and 0 < len(fetched) <= 512
    if not is_right or not isinstance(lasts, int) or isinstance(lasts, bool) or lasts <= 0:
        raise NotGiven("token_garbled")
    return str(fetched), min(timedelta(seconds=lasts), LONGEST)


def _code(code: object) -> str:
    return f"token_{code}" if isinstance(code, int) else "token_garbled"
