"""The deploy check keeps demonstrations out of production."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from shixiao.people import actions, demonstration
from shixiao.people.checks import (
    LEVEL,
    WANTED,
    no_demonstration_accounts_are_left,
    no_demonstration_is_on,
    the_tree_of_units_is_whole,
    three_administrators_are_there,
)
from shixiao.people.models import ADMINISTRATORS, Role, Unit, User
from shixiao.people.models import LEVEL as LEVEL_OF_MODELS

pytestmark = pytest.mark.django_db


def test_a_demonstration_that_is_on_is_an_error(settings: Settings) -> None:
    assert no_demonstration_is_on() == []
    settings.SHIXIAO_DEMO = True
    assert [error.id for error in no_demonstration_is_on()] == ["people.E001"]


def test_demonstration_accounts_are_an_error_until_each_is_disabled() -> None:
    assert no_demonstration_accounts_are_left(databases=["default"]) == []
    users = demonstration.ensure_accounts(now=timezone.now())
    (error,) = no_demonstration_accounts_are_left(databases=["default"])
    assert "demo-officer, demo-reader" in error.msg
    for user in users:
        actions.disable(user, by=None, now=timezone.now())
    assert no_demonstration_accounts_are_left(databases=["default"]) == []


def test_the_deploy_check_refuses_a_database_with_demonstration_accounts() -> None:
    demonstration.ensure_accounts(now=timezone.now())
    with pytest.raises(CommandError, match=r"people\.E002"):
        call_command("check", deploy=True, databases=["default"])


def test_what_is_written_out_is_what_the_models_say() -> None:
    assert (set(WANTED), LEVEL) == (set(ADMINISTRATORS), LEVEL_OF_MODELS)


def test_each_absent_administrator_is_a_warning(account: Callable[..., User], now: datetime) -> None:
    def missing() -> list[str]:
        return [str(warning.id) for warning in three_administrators_are_there(databases=["default"])]

    assert missing() == ["people.W001", "people.W002", "people.W003"]
    account("root", role=Role.SYSTEM_ADMINISTRATOR)
    assert missing() == ["people.W002", "people.W003"]
    auditor = account("audit", role=Role.AUDITOR)
    account("demo", role=Role.SECURITY_ADMINISTRATOR, is_demonstration=True)
    assert missing() == ["people.W002"]
    account("safe", role=Role.SECURITY_ADMINISTRATOR)
    actions.disable(auditor, by=None, now=now)
    assert missing() == ["people.W003"]


def test_a_path_that_somebody_wrote_by_hand_is_an_error(now: datetime) -> None:
    day = date(2026, 1, 1)
    office = actions.create_unit("A", code="A", parent=None, since=day, by=None, now=now)
    other = actions.create_unit("B", code="B", parent=None, since=day, by=None, now=now)
    hall = actions.create_unit("C", code="C", parent=office, since=day, by=None, now=now)
    assert the_tree_of_units_is_whole(databases=["default"]) == []
    Unit.objects.filter(pk=hall.pk).update(path=other.path + hall.path[-LEVEL:])
    (error,) = the_tree_of_units_is_whole(databases=["default"])
    assert ": C." in error.msg
