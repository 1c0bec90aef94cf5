"""A synthetic office lives a year: the units and projects of the published Guangzhou table, invented people, the work of every desk.

Only into an empty database, or one in which such a year was begun: it then goes on from where it stopped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction

from shixiao import ledger
from shixiao.casework import events, living, loading, offices, shared_things, simulated, telling
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import zone
from shixiao.casework.simulating import character
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.people import actions, demonstration
from shixiao.people.demonstration import DemonstrationAccount
from shixiao.people.models import Post, Role, Unit, User
from shixiao.people.responsibilities import DECLARED
from shixiao.performance import matching, shipping
from shixiao.performance.actions import accept_plan
from shixiao.performance.models import PlanVersion
from shixiao.site import starting

CODE = "DEMO"
BEGAN = date(2020, 1, 1)
SEED = 2026
YEARS = range(2005, 2100)
Say = Callable[[Text], object]


class NotSimulable(Exception):
    """The year cannot be lived in this database; the sentence says why, and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which year, and until when; `scale` times the usual volume."""

    year: int
    seed: int = SEED
    scale: int = 1
    until: datetime

    @property
    def began(self) -> datetime:
        """The evening before the year."""
        return datetime.combine(date(self.year - 1, 12, 31), time(17), tzinfo=zone())


@dataclass(frozen=True)
class House:
    """Who and what there is: the published table, somebody for every responsibility, projects, their published funds in yuan by key."""

    version: PlanVersion
    staff: Mapping[str, User]
    projects: Sequence[Project]
    published: Mapping[int, Decimal]


def year_end(year: int) -> datetime:
    """Its last moment."""
    return datetime.combine(date(year, 12, 31), time(23, 59, 59), tzinfo=zone())


def simulate(wanted: Wanted, *, say: Say, in_bulk: bool = True, processes: int | None = None) -> int:
    """Lives the year until the wanted moment and returns how many cases there are then. `in_bulk`, and with how many `processes`, is how
    it is written, not what.

    Raises `NotSimulable` for a database in which other work was done, and for what was lived already; `loading.BatchLost` where a process
    was ended that made rows ready.
    """
    after = _lived_until(wanted)
    house = house_of(wanted, say=say)
    with loading.in_bulk(processes) if in_bulk else transaction.atomic():
        live(house, wanted, after=after)
    living.settle(wanted.until)
    officer = User.objects.get(username=demonstration.OFFICER.username)
    bind(house, by=officer, say=say, now=wanted.until)
    return Case.objects.count()


def bind(house: House, *, by: User, say: Say, now: datetime) -> None:
    """Every indicator stands on what the program knows of this table; then every case is looked at once for all of them."""
    bound = shipping.bind_shipped(house.version, by=by, now=now)
    if not bound.count:
        return
    measured = bound.bases.get("measure", 0)
    zh = f"指标绑定：{bound.count} 个部分，其中 {measured} 个由办公系统的记录计量或评定。"
    say(
        Text(
            zh,
            f"Bindings: {bound.count} parts of indicators, {measured} of them measured or judged by the records of offices.",
        )
    )
    living.settle(now)


def live(house: House, wanted: Wanted, *, after: datetime | None) -> None:
    """Every desk takes its steps, through whatever book is open; an event says that it is a simulation before anything else."""
    codes = {"year": wanted.year, "seed": wanted.seed, "scale": wanted.scale, "until": wanted.until}
    ledger.record(events.SIMULATED, subject=simulated.SUBJECT, by=None, now=after or wanted.began, particulars=codes)
    transaction.on_commit(lambda: simulated.remember(is_simulated=None))
    who = character(year=wanted.year, seed=wanted.seed)
    told: dict[str, Any] = {"staff": house.staff, "scale": wanted.scale, "approved": house.published}
    desks = [
        desk(who, projects=house.projects, **told)
        for office in offices.installed()
        if (desk := getattr(office.part("simulate"), "Desk", None)) is not None
    ]
    with telling.silently():
        living.live(desks, year=wanted.year, after=after, until=wanted.until)


def last() -> Event | None:
    """How far this database was simulated; None where it never was."""
    return Event.objects.filter(kind=events.SIMULATED.name).order_by("-id").first()


def _lived_until(wanted: Wanted) -> datetime | None:
    """The moment from which to go on; None to begin. Raises `NotSimulable`."""
    begun = last()
    if begun is None:
        if Case.objects.exists() or Unit.objects.exists() or Project.objects.exists():
            raise NotSimulable(
                Text(
                    "这个数据库里已有别的单位或事项，不能混入模拟数据。请换一个空的数据库：设 SHIXIAO_HOME 为一个新文件夹，"
                    "或设 DATABASE_URL 为一个空库。",
                    "There are other units or cases in this database; simulated ones are not mixed with them. Use an empty one: "
                    "set SHIXIAO_HOME to a new folder, or DATABASE_URL to an empty database.",
                )
            )
        return None
    there = begun.particulars
    if any(there[name] != getattr(wanted, name) for name in ("year", "seed", "scale")):
        raise NotSimulable(
            Text(
                f"这个数据库模拟的是 {there['year']} 年、种子 {there['seed']}、规模 {there['scale']}，只能用同样的参数接着往下。"
                "要另外一年，请换一个空的数据库。",
                f"This database lives {there['year']} with seed {there['seed']} at scale {there['scale']} and goes on with these only. "
                "For another year use an empty database.",
            )
        )
    until = datetime.fromisoformat(there["until"])
    if until >= wanted.until:
        raise NotSimulable(
            Text(
                f"已经模拟到 {until:%Y年%m月%d日 %H:%M}。请写一个以后的日期。",
                f"It was simulated until {until:%F %H:%M} already. Name a later day.",
            )
        )
    return until


# ---- the house -----------------------------------------------------------------------------------------------------


def house_of(wanted: Wanted, *, say: Say) -> House:
    """The office of the published table as it was before the year began, made where it is not there yet."""
    now = wanted.began
    accounts = {user.username: user for user in demonstration.ensure_accounts(now=now)}
    return make_house(accounts[demonstration.OFFICER.username], year=wanted.year, say=say, now=now)


def make_house(officer: User, *, year: int, say: Say, now: datetime) -> House:
    """Units and projects of the table, and staff; what is there already is left as it is."""
    version = _accept_sample(officer, say=say, now=now)
    if not Unit.objects.filter(code=CODE).exists():
        units = _make_units(version, now=now)
        _make_projects(version, units, year=year, now=now)
        proposed = {each.line.key: each.chosen for each in matching.proposals(version)}
        matching.match(version, proposed, by=officer, now=now)
    staff = _make_staff(Unit.objects.get(code=CODE), now=now)
    here = Unit.objects.get(code=CODE)
    projects = list(
        Project.objects.select_related("unit").filter(unit__path__startswith=here.path, since_year__lte=year, until_year__gte=year).order_by("id")
    )  # fmt: skip
    return House(version, staff, projects, _published(version, projects))


def _accept_sample(officer: User, *, say: Say, now: datetime) -> PlanVersion:
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


def _make_projects(version: PlanVersion, units: dict[str, Unit], *, year: int, now: datetime) -> None:
    """The projects of the table, in its year and in the one that is lived."""
    of_plan = version.plan.fiscal_year
    since, until = min(year, of_plan), max(year, of_plan)
    for unit in version.units.order_by("position"):
        for row in unit.projects.order_by("position"):
            shared_things.create_project(
                row.name, unit=units[unit.name], since_year=since, until_year=until, by=None, now=now
            )


def _published(version: PlanVersion, projects: Sequence[Project]) -> dict[int, Decimal]:
    """The published funds in yuan of each project, by the order of the table."""
    totals = [
        (row.total or Decimal(0)) * 10_000
        for unit in version.units.order_by("position")
        for row in unit.projects.order_by("position")
    ]
    return {project.pk: total for project, total in zip(projects, totals, strict=False)}


def _make_staff(top: Unit, *, now: datetime) -> dict[str, User]:
    """Somebody for every responsibility that a room or an office declares, at the department."""
    staff: dict[str, User] = {}
    for word in sorted(DECLARED):
        title = DECLARED[word].title
        name = f"demo-{word.replace('.', '-').replace('_', '-')}"
        account = DemonstrationAccount(name, f"演示-{title.zh}", Role.STAFF)
        user = demonstration.ensure_account(account, now=now)
        code = word.replace(".", "").replace("_", "").upper()
        if not Post.objects.filter(code=code).exists():
            post = actions.create_post(title.zh, code=code, words=[word], by=None, now=now)
            actions.appoint(user, post=post, unit=top, since=BEGAN, is_main=True, by=None, now=now)
        staff[word] = user
    return staff
