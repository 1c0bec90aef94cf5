"""The demonstration: the simulated office of `simulating`, this year until now, and the names with which to sign in.

People are invented and marked as such (演示-…). Beginning twice makes no second copy.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from shixiao.casework import living, loading, retelling
from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.people import demonstration
from shixiao.people.models import Unit
from shixiao.site import simulating


def begin(*, say: Callable[[Text], object], now: datetime) -> None:
    """Make what is not there yet, and say with which names to sign in."""
    accounts = {user.username: user for user in demonstration.ensure_accounts(now=now)}
    officer = accounts[demonstration.OFFICER.username]
    year = timezone.localtime(now).year
    is_new = not Unit.objects.filter(code=simulating.CODE).exists()
    house = simulating.make_house(officer, year=year, say=say, now=now)
    if is_new:
        _let_desks_work(house, simulating.Wanted(year=year, until=now), say=say)
    simulating.bind(house, by=officer, say=say, now=now)
    say(Text("演示账号（虚构，仅演示时可用）：", "Demonstration accounts (invented, only while it runs):"))
    for account in demonstration.everybody():
        line = f"  {account.username}  /  {demonstration.PASSWORD}  {account.display_name}"
        say(Text(line, line))


def _let_desks_work(house: simulating.House, wanted: simulating.Wanted, *, say: Callable[[Text], object]) -> None:
    """Every office that can live a year of its life lives it until today."""
    with loading.in_bulk():
        simulating.live(house, wanted, after=None)
    living.settle(wanted.until)
    retelling.retell(now=wanted.until)
    count = Case.objects.count()
    zh = f"模拟了 {wanted.year} 年至今的 {count} 件事项。"
    say(Text(zh, f"{count} simulated cases of {wanted.year} until today."))
