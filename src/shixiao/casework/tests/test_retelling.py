"""A simulated office begins with a plausible inbox: what happened these last days, older ones read, nothing for outside."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shixiao import casework
from shixiao.casework import Opening, loading, messages, retelling
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.test_telling import desks  # noqa: F401 — a fixture
from shixiao.messages.models import Message
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


def test_the_last_days_are_told_and_the_older_ones_are_read(
    unit: Unit, staff: Callable[..., User], desks: Callable[..., None], now: datetime  # noqa: F811
) -> None:  # fmt: skip
    messages.register()
    desks(take="desk.checker")
    clerk, checker = staff("clerk", "desk.clerk"), staff("checker", "desk.checker")
    opening = Opening(unit=unit, title="修窗", particulars={"topic": "窗"})
    with loading.in_bulk():
        for days in (20, 3, 1):
            casework.open_case(KIND, "open", opening, by=clerk, now=now - timedelta(days=days))
    assert not Message.objects.exists()
    assert retelling.retell(now=now) == 2
    rows = Message.objects.order_by("made_at").values_list("person", "state", "stays_inside", "is_planned")
    assert list(rows) == [(checker.pk, "read", True, True), (checker.pk, "delivered", True, True)]
