"""What each person wants, and when the house is quiet: dated data and personal settings, each change an event."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.messages import channels, events, quiet
from shixiao.messages.models import Preferences, QuietRule, Urgency
from shixiao.people.models import Role, User


class Unfit(ValueError):
    """It cannot be set so: which field, and why."""

    def __init__(self, text: Text, *, field: str) -> None:
        super().__init__(text.zh)
        self.text, self.field = text, field


def prefer(
    *,
    digests: Sequence[str],
    quiet_from: time | None,
    quiet_until: time | None,
    channels_wanted: Sequence[str] | None,
    by: User,
    now: datetime,
) -> Preferences:
    """What `by` wants from now on. `digests`: urgencies that come once a day; `channels_wanted`: None for every one that there is.
    Raises `Unfit`."""
    if not set(digests) <= {Urgency.NORMAL.value, Urgency.URGENT.value}:
        text = Text("特急的消息总是随到随发。", "What is most urgent always comes at once.")
        raise Unfit(text, field="digests")
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        text = Text("免打扰时间要写明自几点至几点。", "Say from when to when nobody is to disturb you.")
        raise Unfit(text, field="quiet_until")
    known = {each.name for each in channels.for_people()}
    if channels_wanted is not None and not set(channels_wanted) <= known:
        raise Unfit(Text("没有这个渠道。", "There is no such channel."), field="channels")
    with transaction.atomic():
        row, _is_new = Preferences.objects.update_or_create(
            person=by,
            defaults={
                "digests": sorted(digests),
                "quiet_from": quiet_from,
                "quiet_until": quiet_until,
                "channels": None if channels_wanted is None else sorted(channels_wanted),
            },
        )
        codes = {
            "digests": row.digests,
            "quiet_from": f"{quiet_from:%H:%M}" if quiet_from else None,
            "quiet_until": f"{quiet_until:%H:%M}" if quiet_until else None,
            "channels": row.channels,
        }
        ledger.record(events.PREFERENCES_SET, subject=row, by=by, now=now, particulars=codes)
    return row


def set_quiet(written: Mapping[str, Any], *, since: date, by: User | None, now: datetime) -> QuietRule:
    """Other quiet hours of the house from a day on, as `quiet.to_dict` writes them. For the performance officer, as limits and lights.
    Raises `Unfit`, `PermissionDenied`."""
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("免打扰时间由绩效管理员设定。"))
    if since < timezone.localtime(now).date():
        text = Text("只能从今天或以后起改。", "It changes from today or a later day on.")
        raise Unfit(text, field="since")
    try:
        rule = quiet.from_dict(written, since=since)
    except quiet.NotQuiet as wrong:
        text = Text(
            "免打扰时间不对：每天至少留两小时可以发送，汇总时间要在免打扰时间以外。",
            "These hours will not do: two hours a day must be left for sending, and the digest goes outside the quiet hours.",
        )
        raise Unfit(text, field=str(wrong)) from wrong
    stored = quiet.to_dict(rule)
    with transaction.atomic():
        row, _is_new = QuietRule.objects.update_or_create(since=since, defaults={"rule": stored})
        codes = {name: stored[name] for name in ("begins", "ends", "rests", "passes", "on_duty")} | {"since": since}
        ledger.record(events.QUIET_SET, subject=row, by=by, now=now, particulars=codes)
    return row
