"""Schemathesis reads the description and finds nothing: neither a crash, nor an answer that the description does not know."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, seed, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from shixiao.casework.api import problems, schemas
from shixiao.people.models import User
from shixiao.performance.actions import accept_plan
from shixiao.site.cli.tests.conftest import table

pytestmark = [pytest.mark.django_db, pytest.mark.walk]  # through every call, as the walks go through every page: once
WORDINGS = {each.zh for each in (*problems.SENTENCES.values(), problems.OTHERWISE)}
FORMS = tuple(each.zh for each in schemas.WANTED.values())

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def everybody(registered: int, program: Callable[..., Any], officer: User, now: datetime) -> Any:
    """Somebody who may do everything at the desk, beside a plan with a board."""
    accept_plan(table().encode(), name="small.txt", fiscal_year=2026, by=officer, now=now)
    words = ("clerk", "approver", "cashier", "budget_keeper")
    return program("everybody", *(f"payments.{word}" for word in words))


@pytest.fixture(autouse=True)
def _one_connection(everybody: Any) -> Iterator[None]:
    """A real server would close the connection of the test, and its transaction with it. After everybody was made: the
    client of Django's tests connects what it disconnected."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@seed(20260630)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=False, database=None)
def test_nothing_is_found(case: Any, everybody: Any) -> None:
    headers = {"Authorization": f"Bearer {everybody.secret}"}
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance], additional_checks=[fits])


def fits(context: Any, response: Any, case: Any) -> None:
    """What fits the description is not refused for its form. It may be for what it says: a project that is not there, a
    moment before the case. Schemathesis' own check cannot tell these apart."""
    is_good = case.meta is not None and case.meta.generation.mode.is_positive
    if is_good and response.status_code in (400, 413, 415, 422):
        said = [each["detail"] for each in response.json().get("errors", ())]
        assert response.status_code == 422, response.text
        assert not [each for each in said if each in WORDINGS or each.rstrip("。").endswith(FORMS)], response.text
