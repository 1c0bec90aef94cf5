"""The demonstration: an invented office around the published Guangzhou table, with the work of every desk.

Units and projects are those of the table; people are invented and marked as such (演示-…). Beginning twice makes no second copy.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from shixiao.casework import assessing, expecting, offices, shared_things, timers
from shixiao.casework.models import Project
from shixiao.engine.bilingual import Text
from shixiao.ledger import folding
from shixiao.people import actions, demonstration
from shixiao.people.demonstration import DemonstrationAccount
from shixiao.people.models import Post, Role, Unit, User
from shixiao.people.responsibilities import DECLARED
from shixiao.performance import matching
from shixiao.performance.actions import accept_plan
from shixiao.performance.models import PlanVersion
from shixiao.site import starting

CODE = "DEMO"
BEGAN = date(2020, 1, 1)


def begin(*, say: Callable[[Text], object], now: datetime) -> None:
    """Make what is not there yet, and say with which names to sign in."""
    accounts = {user.username: user for user in demonstration.ensure_accounts(now=now)}
    version = _accept_sample(accounts[demonstration.OFFICER.username], say=say, now=now)
    if not Unit.objects.filter(code=CODE).exists():
        units = _make_units(version, now=now)
        published = _make_projects(version, units, now=now)
        proposed = {each.line.key: each.chosen for each in matching.proposals(version)}
        matching.match(version, proposed, by=accounts[demonstration.OFFICER.username], now=now)
        _let_desks_work(_make_staff(units[""], now=now), published, say=say, now=now)
    say(Text("演示账号（虚构，仅演示时可用）：", "Demonstration accounts (invented, only while it runs):"))
    for account in demonstration.everybody():
        line = f"  {account.username}  /  {demonstration.PASSWORD}  {account.display_name}"
        say(Text(line, line))


def _accept_sample(officer: User, *, say: Callable[[Text], object], now: datetime) -> PlanVersion:
    name, content = starting.sample()
    acceptance = accept_plan(content, name=name, by=officer, now=now)
    if acceptance.is_new:
        count = acceptance.version.indicator_count
        say(Text(f"已收入样表 {name}：{count} 条指标。", f"Accepted the sample {name}: {count} indicators."))
    return acceptance.version


def _make_units(version: PlanVersion, *, now: datetime) -> dict[str, Unit]:
    """The department, and below it the units of the table by name; the department itself stands under ""."""
    top = actions.create_unit(version.plan.department, code=CODE, parent=None, since=BEGAN, by=None, now=now)
    found = {"": top}
    for number, row in enumerate(version.units.order_by("position"), start=1):
        found[row.name] = actions.create_unit(
            row.name, code=f"{CODE}{number}", parent=top, since=BEGAN, by=None, now=now
        )
    return found


def _make_projects(version: PlanVersion, units: dict[str, Unit], *, now: datetime) -> dict[int, Decimal]:
    """The projects of the table, each with its published funds in yuan by its key."""
    year = version.plan.fiscal_year
    published: dict[int, Decimal] = {}
    for unit in version.units.order_by("position"):
        for row in unit.projects.order_by("position"):
            made = shared_things.create_project(
                row.name, unit=units[unit.name], since_year=year, until_year=year, by=None, now=now
            )
            published[made.pk] = (row.total or Decimal(0)) * 10_000
    return published


def _make_staff(top: Unit, *, now: datetime) -> dict[str, User]:
    """Somebody for every responsibility that a room or an office declares, at the department."""
    staff: dict[str, User] = {}
    for word in sorted(DECLARED):
        title = DECLARED[word].title
        name = f"demo-{word.replace('.', '-').replace('_', '-')}"
        account = DemonstrationAccount(name, f"演示-{title.zh}", Role.STAFF)
        user = demonstration.ensure_account(account, now=now)
        code = word.replace(".", "").replace("_", "").upper()
        post = Post.objects.filter(code=code).first()
        post = post or actions.create_post(title.zh, code=code, words=[word], by=None, now=now)
        actions.appoint(user, post=post, unit=top, since=BEGAN, is_main=True, by=None, now=now)
        staff[word] = user
    return staff


def _let_desks_work(
    staff: dict[str, User], published: dict[int, Decimal], *, say: Callable[[Text], object], now: datetime
) -> None:
    """Every office that can play a year of its life plays it until today."""
    for office in offices.installed():
        play = getattr(office.part("simulate"), "simulate", None)
        if play is not None:
            projects = list(Project.objects.select_related("unit").order_by("id"))
            with transaction.atomic():  # hundreds of steps: one wait for the disk instead of hundreds
                count = play(projects=projects, staff=staff, now=now, approved=published)
            year = timezone.localtime(now).year
            zh = f"{office.title.zh}：模拟了 {year} 年至今的 {count} 件事项。"
            say(Text(zh, f"{office.title.en}: {count} simulated cases of {year} until today."))
    _let_time_pass(now)


def _let_time_pass(now: datetime) -> None:
    """What a worker would have done by now: expected cases, limits that passed, facts, cells."""
    for job in (expecting.make_ahead, timers.fire_due, assessing.look_again, assessing.catch_up, folding.fold):
        while job(now):
            pass
