"""Assigning, and more time asked for and answered, on the pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Case, Deadline, Extension
from shixiao.casework.tests.conftest import KIND
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(staff: Callable[..., User]) -> User:
    return staff("lead", "desk.checker")


@pytest.fixture
def boss(staff: Callable[..., User]) -> User:
    return staff("boss", "desk.overseer", "desk.clerk")


@pytest.fixture
def case(unit: Unit, boss: User, lead: User) -> Case:
    from django.utils import timezone

    opening = Opening(unit=unit, title="答复来函", particulars={"topic": "函"}, lead=lead)
    return casework.open_case(KIND, "open", opening, by=boss, now=timezone.now())


def test_more_time_is_asked_for_and_granted(
    case: Case, lead: User, boss: User, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(lead).get(f"/cases/{case.pk}/").content.decode()
    address = f"/cases/{case.pk}/extension/answer/ask/"
    assert address in page
    bad = signed_in(lead).post(address, {"amount": "0", "what": "wd", "reason": "等材料"})
    assert bad.status_code == 422
    assert "等材料" in bad.content.decode()
    before = Deadline.objects.get().due_at
    assert signed_in(lead).post(address, {"amount": "2", "what": "wd", "reason": "等材料"}).status_code == 302
    asked = Extension.objects.get()
    answer = f"/cases/{case.pk}/extension/{asked.pk}/"
    assert answer not in signed_in(lead).get(f"/cases/{case.pk}/").content.decode()
    assert answer in signed_in(boss).get(f"/cases/{case.pk}/").content.decode()
    assert "申请延长2个工作日" in signed_in(boss).get(answer).content.decode()
    refused = signed_in(lead).post(answer, {"answer": "granted", "reason": "给自己"})
    assert refused.status_code == 403
    assert signed_in(boss).post(answer, {"answer": "granted", "reason": "同意"}).status_code == 302
    after = Deadline.objects.get()
    assert before is not None
    assert after.due_at is not None
    assert after.due_at > before
    assert after.first_due_at == before


def test_a_case_is_put_into_other_hands(
    case: Case, lead: User, boss: User, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    other = staff("other", "desk.clerk")
    address = f"/cases/{case.pk}/assign/"
    assert address in signed_in(boss).get(f"/cases/{case.pk}/").content.decode()
    assert signed_in(boss).post(address, {"lead": ""}).status_code == 422
    given = {"lead": other.pk, "assistants": [lead.pk], "reason": "休假"}
    assert signed_in(boss).post(address, given).status_code == 302
    case.refresh_from_db()
    assert case.lead == other
    assert "休假" in signed_in(other).get(f"/cases/{case.pk}/").content.decode()


def test_the_officer_looks_at_every_case_and_takes_no_step(
    case: Case, officer: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    page: Any = signed_in(officer).get(f"/cases/{case.pk}/")
    assert page.status_code == 200
    assert f"/cases/{case.pk}/take/" not in page.content.decode()
    assert case.number in signed_in(officer).get("/offices/desk/").content.decode()


def test_several_cases_get_a_tag_from_the_list(
    case: Case, boss: User, unit: Unit, signed_in: Callable[[User], Client], now: datetime
) -> None:
    from shixiao.casework import vocabulary

    tag = vocabulary.create("十五五项目", colour="blue", parent=None, since=now.date(), by=None, now=now)
    browser = signed_in(boss)
    page = browser.get("/offices/desk/").content.decode()
    assert f'<option value="{tag.pk}">十五五项目</option>' in page
    done = browser.post("/tags/many/", {"case": [case.pk], "tag": tag.pk, "next": "/offices/desk/"})
    assert done.status_code == 302
    assert "十五五项目" in browser.get(f"/cases/{case.pk}/").content.decode()
