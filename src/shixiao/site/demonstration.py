"""The demonstration: invented accounts and the published Guangzhou table, accepted in the name of one of them."""

from collections.abc import Callable
from datetime import datetime

from shixiao.engine.bilingual import Text
from shixiao.people import demonstration
from shixiao.people.models import User
from shixiao.performance.actions import accept_plan
from shixiao.site import starting


def begin(*, say: Callable[[Text], object], now: datetime) -> None:
    """Make what is not there yet, and say with which names to sign in. Beginning twice makes no second copy."""
    officer = next(
        user for user in demonstration.ensure_accounts(now=now) if user.username == demonstration.OFFICER.username
    )
    _accept_sample(officer, say=say, now=now)
    say(Text("演示账号（虚构，仅演示时可用）：", "Demonstration accounts (invented, only while it runs):"))
    for account in (demonstration.OFFICER, demonstration.READER):
        line = f"  {account.username}  /  {demonstration.PASSWORD}  "
        english = {"officer": "performance officer", "reader": "may look"}[account.role]
        say(Text(f"{line} {account.display_name}", f"{line} {english}"))


def _accept_sample(officer: User, *, say: Callable[[Text], object], now: datetime) -> None:
    name, content = starting.sample()
    acceptance = accept_plan(content, name=name, by=officer, now=now)
    if acceptance.is_new:
        count = acceptance.version.indicator_count
        say(Text(f"已收入样表 {name}：{count} 条指标。", f"Accepted the sample {name}: {count} indicators."))
