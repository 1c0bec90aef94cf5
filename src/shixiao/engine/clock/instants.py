"""Instants as whole microseconds, so that sums are exact and comparisons are cheap; local days of a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.unworkable import Unworkable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE = 60_000_000
MINUTES_OF_A_DAY = 1440


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The time zone with this IANA name; an unknown one is refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unworkable(
            Text(
                f"没有名为“{name}”的时区；请用 IANA 名称，如 Asia/Shanghai",
                f"No time zone is called “{name}”; use an IANA name such as Asia/Shanghai",
            )
        ) from None


def ticks(instant: datetime) -> int:
    """Microseconds since 1970 UTC; a time without a zone is refused, because it names no instant."""
    if instant.tzinfo is None:
        raise Unworkable(
            Text(
                f"时间 {instant.isoformat()} 没有时区，无法计时", f"{instant.isoformat()} has no time zone: no instant"
            )
        )
    return (instant - EPOCH) // TICK


def instant_at(count: int, zone: ZoneInfo) -> datetime:
    """The instant that many microseconds after 1970 UTC, on the clocks of `zone`."""
    return (EPOCH + timedelta(microseconds=count)).astimezone(zone)


def local_ticks(day: date, minutes: int, zone: ZoneInfo) -> int:
    """The instant when the clocks of `zone` show `minutes` after the midnight that begins `day`.

    Minutes from 1440 on are on the following day. An hour that a zone shift leaves out is taken on the clock of
    before the shift; one that comes twice is taken the first time.
    """
    days, rest = divmod(minutes, MINUTES_OF_A_DAY)
    local = datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=zone) + timedelta(days=days)
    return (local - EPOCH) // TICK
