"""Projects, contracts, topics, subjects: what offices share is kept here. Each action is one event."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework import events
from shixiao.casework.models import Contract, Project, Subject, Topic
from shixiao.casework.responsibilities import KEEPER
from shixiao.engine.secrecy import is_marked
from shixiao.ledger.kinds import Kind
from shixiao.people.models import Role, Unit, User
from shixiao.people.permissions import mandates

Thing = TypeVar("Thing", Project, Contract, Topic, Subject)


def may_keep(user: User | None, *, unit: Unit, on: date) -> bool:
    """The performance officer, the holder of the responsibility at the unit, and the program."""
    return user is None or user.role == Role.OFFICER or mandates(user, on).allow(KEEPER.word, unit.path)


def create_project(
    name: str, *, unit: Unit, code: str = "", since_year: int, until_year: int, by: User | None, now: datetime
) -> Project:
    """A project of a unit. Raises `ValidationError` for one that is there already or cannot be, `PermissionDenied`."""
    _check(by, unit, now)
    project = Project(unit=unit, name=name.strip(), code=code.strip(), since_year=since_year, until_year=until_year)
    codes = {"unit": unit.pk, "since": since_year, "until": until_year}
    return _store(project, events.PROJECT_CREATED, codes, by=by, now=now)


def create_contract(
    number: str,
    *,
    project: Project,
    name: str,
    party: str,
    amount: Decimal | None,
    since: date,
    until: date | None,
    by: User | None,
    now: datetime,
) -> Contract:
    """An agreement for a project. Raises `ValidationError`, `PermissionDenied`."""
    _check(by, project.unit, now)
    contract = Contract(
        project=project,
        number=number.strip(),
        name=name.strip(),
        party=party.strip(),
        amount=amount,
        since=since,
        until=until,
    )
    return _store(contract, events.CONTRACT_CREATED, {"project": project.pk}, by=by, now=now)


def create_topic(name: str, *, since: date, by: User | None, now: datetime) -> Topic:
    """A topic. Raises `ValidationError`, `PermissionDenied`."""
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("只有绩效管理员可以建立主题。"))
    return _store(Topic(name=name.strip(), since=since), events.TOPIC_CREATED, {}, by=by, now=now)


def create_subject(label: str, *, name: str, unit: Unit, since: date, by: User | None, now: datetime) -> Subject:
    """A device, a system or a room with its label. Raises `ValidationError`, `PermissionDenied`."""
    _check(by, unit, now)
    subject = Subject(label=label.strip(), name=name.strip(), unit=unit, since=since)
    return _store(subject, events.SUBJECT_CREATED, {"unit": unit.pk}, by=by, now=now)


def _check(by: User | None, unit: Unit, now: datetime) -> None:
    if not may_keep(by, unit=unit, on=now.date()):
        raise PermissionDenied(_("您没有%(unit)s的项目管理职责。") % {"unit": unit.name})


def _store(thing: Thing, kind: Kind, codes: dict[str, Any], *, by: User | None, now: datetime) -> Thing:
    """The row and its event; a text with a secrecy mark is refused at the door."""
    texts = [value for value in vars(thing).values() if isinstance(value, str)]
    if any(is_marked(text) for text in texts):
        raise ValidationError(_("内容带有密级标志，不得录入本系统。"), code="secret")
    thing.full_clean()
    with transaction.atomic():
        thing.save(force_insert=True)
        ledger.record(kind, subject=thing, by=by, now=now, particulars=codes)
    return thing
