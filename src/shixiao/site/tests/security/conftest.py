"""One house for all tests of a file: it is built once, and what a test does to it is taken back."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.test import override_settings
from django.utils import timezone, translation

from shixiao.ledger import gauges
from shixiao.performance import question_list
from shixiao.site.tests.security import house as building
from shixiao.site.tests.security.house import House

QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"], "SHIXIAO_PACE_PERCENT": 0}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever goes through the house is a walk."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and "db" in getattr(item, "fixturenames", ()):
            item.add_marker("walk")


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("attachments")
    assert configured.SHIXIAO_ATTACHMENTS
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(SHIXIAO_ATTACHMENTS=folder, **QUICK),
        translation.override("zh-hans"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(timezone, "now", lambda: building.NOW)
        patch.setattr(logging.getLogger("django.request"), "disabled", True)  # thousands of refusals are meant
        yield building.build()
        transaction.set_rollback(True)


@pytest.fixture
def db(_built: House) -> Iterator[None]:
    """What pytest-django calls `db`, within the transaction of the house: its own would close the connection under it."""
    with override_settings(**QUICK), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def house(_built: House, db: None) -> House:
    """The house as it was built, whatever the test before did."""
    gauges.forget()
    question_list.forget()
    return _built
