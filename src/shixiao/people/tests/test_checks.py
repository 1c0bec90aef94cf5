"""The deploy check keeps demonstrations out of production."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from shixiao.people import actions, demonstration
from shixiao.people.checks import no_demonstration_accounts_are_left, no_demonstration_is_on

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
