"""The small house that dies so often: two offices with people, money, registers, duties, limits, and ways out of the house.

What is outside answers at once and writes down what it was handed, so that nobody has to believe the house.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import get_resolver
from django.utils import timezone

from shixiao import casework
from shixiao.casework import assessing, duties, expecting, reminding, timers
from shixiao.casework import messages as messages_of_cases
from shixiao.casework.api import once
from shixiao.casework.models import Case, Project
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.ledger import folding
from shixiao.messages import channels, planning
from shixiao.messages.channels import Abilities, Channel, Outcome, Parcel
from shixiao.messages.channels.webhooks import endpoints, gathering, judging, posting
from shixiao.messages.models import Preferences
from shixiao.offices.payments import events as payment_events
from shixiao.offices.registers.definitions import define
from shixiao.people import actions
from shixiao.people.models import Role, Unit, User
from shixiao.site import starting
from shixiao.site.tests.disasters.boundaries import reach
from shixiao.site.tests.disasters.copies import LOG

HERE = ZoneInfo("Asia/Shanghai")
FOUNDED = datetime(2026, 6, 1, 9, 0, tzinfo=HERE)
BEGUN = datetime(2026, 6, 8, 9, 0, tzinfo=HERE)
PAYMENTS = 6
BAD = "outside-is-bad"

PEOPLE = {
    "clerk": ("payments.clerk", "registers.clerk"),
    "approver": ("payments.approver", "registers.confirmer"),
    "cashier": ("payments.cashier",),
    "keeper": ("payments.budget_keeper", "registers.keeper"),
    "head": ("messages.unit_head",),
    "office": ("messages.office",),
    "leader": ("messages.leader", "messages.night_duty"),
}
TRAINING = {
    "name": "学习培训",
    "fields": [
        {"code": "subject", "title": "培训主题", "sort": "text", "is_required": True},
        {"code": "held_on", "title": "举办日期", "sort": "date", "is_required": True},
        {"code": "people", "title": "参加人数", "sort": "number", "unit": "人"},
    ],
    "day_field": "held_on",
    "is_planned": True,
    "needs_confirmation": True,
}


def person(name: str) -> User:
    """One of the house."""
    return User.objects.get(username=name)


def payment(number: int) -> Case:
    """One of the payments with which the house begins."""
    return Case.objects.get(kind="payments.payment", title__contains=f"印刷第{number}批")


def furnish() -> None:
    """Everything that the house begins with; of an empty database."""
    starting.take_in_calendars(now=FOUNDED)
    starting.take_in_gauges(now=FOUNDED)
    unit = _people()
    project = Project.objects.create(unit=unit, name="其他运行经费", code="P01", since_year=2026, until_year=2026)
    _money(project)
    _registers(unit)
    Preferences.objects.create(person=person("approver"), digests=["normal"])
    kinds = sorted({payment_events.APPROVED.name, payment_events.PAID.name})
    endpoints.create("别的程序", "https://receiver.example/hook", kinds, by=person("admin"), now=FOUNDED)


def _people() -> Unit:
    since = date(2020, 1, 1)
    unit = actions.create_unit("模拟市政府办公厅", code="SIM", parent=None, since=since, by=None, now=FOUNDED)
    for role, name in ((Role.OFFICER, "officer"), (Role.SYSTEM_ADMINISTRATOR, "admin")):
        actions.create_account(name, display_name=name, role=role, password=None, by=None, now=FOUNDED)
    for name, words in PEOPLE.items():
        user = actions.create_account(name, display_name=name, role=Role.STAFF, password=None, by=None, now=FOUNDED)
        post = actions.create_post(f"岗位-{name}", code=name.upper(), words=words, by=None, now=FOUNDED)
        actions.appoint(user, post=post, unit=unit, since=since, is_main=True, by=None, now=FOUNDED)
    return unit


def _money(project: Project) -> None:
    told = {"project": project.pk, "year": 2026, "fiscal": "156380.00", "document": "模拟〔2026〕1号"}
    opening = casework.Opening(unit=project.unit, particulars=told)
    casework.open_case("payments.budget", "approve", opening, by=person("keeper"), now=FOUNDED)
    openings = [spending(project, number) for number in range(1, PAYMENTS + 1)]
    casework.open_many("payments.payment", "register", openings, by=person("clerk"), now=BEGUN)


def spending(project: Project, number: int) -> casework.Opening:
    """A payment that somebody registers."""
    told = {
        "project": project.pk,
        "source": "fiscal",
        "amount": f"{1000 + number}.50",
        "payee": "模拟印刷厂",
        "purpose": f"印刷第{number}批",
    }
    return casework.Opening(unit=project.unit, title=f"印刷第{number}批", particulars=told)


def _registers(unit: Unit) -> None:
    register = define(TRAINING, unit=unit, code="training", by=person("keeper"), now=FOUNDED)
    for number in range(1, 4):
        told = {"register": register.code, "due_on": date(2026, 6, 9 + number), "texts": {"subject": f"培训{number}"}}
        opening = casework.Opening(unit=unit, title=f"培训{number}", particulars=told)
        casework.open_case("registers.entry", "plan", opening, by=person("clerk"), now=BEGUN)
    for title, kind, schedule in (
        ("例行登记", "registers.entry", clock.Weekly(weekdays=(0, 3))),
        ("每月零报告", "registers.nil_return", clock.Monthly(by=5)),
    ):
        draft = duties.Draft(
            title=title,
            kind=kind,
            step="expect",
            unit=unit,
            schedule=schedule,
            since=BEGUN.date(),
            told={"register": register.code},
        )
        duties.create(draft, by=person("officer"), now=BEGUN)


# ---- what is outside -----------------------------------------------------------------------------------------------


class Wire(Channel):
    """A channel for people. What it was handed stands in a file beside the house; nobody takes anything twice as one."""

    name = "wire"
    title = Text("电报", "Wire")
    about = Text("只在测试里。", "In tests only.")
    abilities = Abilities()

    def is_ready(self) -> bool:
        """Always."""
        return True

    def targets(self, people: Sequence[User]) -> Mapping[int, str]:
        """Three have one."""
        return {user.pk: f"line-{user.pk}" for user in people if user.username in ("approver", "cashier", "head")}

    def send(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """The other side has it as soon as the line is in the file."""
        if _is_a_bad_try(parcel.key):
            return channels.not_reached("busy")
        _hand_over(self.name, parcel.key)
        return channels.accepted()


def make_outside_bad() -> None:
    """From now on the first try of each notice goes wrong: the wire is busy, and the receiver of webhooks takes it and never answers."""
    (Path(settings.HOME) / BAD).touch()


def _is_a_bad_try(key: str) -> bool:
    """Whether it is the first try, where the outside is bad; it is noted."""
    bad = Path(settings.HOME) / BAD
    if not bad.exists() or key in bad.read_text(encoding="ascii"):
        return False
    with bad.open("a", encoding="ascii") as file:
        file.write(f"{key}\n")
    return True


def _hand_over(channel: str, key: str) -> None:
    reach(f"{channel}: connected")
    with (Path(settings.HOME) / LOG).open("a", encoding="ascii") as file:
        file.write(f"{channel} {key}\n")
    reach(f"{channel}: handed over")


def handed_over() -> list[tuple[str, str]]:
    """Channel and key of everything that left the house, in its order."""
    log = Path(settings.HOME) / LOG
    lines = log.read_text(encoding="ascii").splitlines() if log.exists() else []
    return [(channel, key) for channel, _blank, key in (line.partition(" ") for line in lines)]


def _posted(_to: Any, _body: bytes, headers: Mapping[str, str], **_more: Any) -> Outcome:
    key = headers["webhook-id"]
    is_bad = _is_a_bad_try(key)
    _hand_over("webhooks", key)
    return channels.unknown("timeout") if is_bad else channels.delivered()


def connect() -> None:
    """For the whole process: the world outside is the wire and a receiver of webhooks."""
    assert get_resolver().url_patterns  # loaded once, here, for every child
    here = {**channels.found(), Wire.name: Wire()}
    setattr(channels, "found", lambda: here)  # noqa: B010 — this process is of no further use
    setattr(judging, "judge", lambda _address: None)  # noqa: B010
    setattr(posting, "post", _posted)  # noqa: B010
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def work_in_small_batches() -> None:
    """So that little work has many boundaries; for a child."""
    for module in (timers, reminding, messages_of_cases, planning, gathering, once):
        module.BATCH = 3
    expecting.BATCH = 5
    assessing._claimed.__defaults__ = (4,)
    assessing.catch_up.__kwdefaults__["batch"] = 4
    folding.fold.__kwdefaults__["batch"] = 12


def set_clock(moment: datetime) -> None:
    """What pages and the interface for programs take for the present; for a child."""
    setattr(timezone, "now", lambda: moment)  # noqa: B010


DAY, HOUR = timedelta(days=1), timedelta(hours=1)
