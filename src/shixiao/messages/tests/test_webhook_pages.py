"""Endpoints in the browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shixiao.messages.models import Delivery, Endpoint
from shixiao.messages.tests.test_webhooks import ARRIVED, _outward, happens, work
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db
__all__ = ["_outward"]
PAGE = "/messages/channels/webhooks/"


@pytest.fixture
def browser(account: Callable[..., User], signed_in: Callable[[User], Client], settings: Settings) -> Client:
    settings.SHIXIAO_WEBHOOKS_LOOPBACK = True
    return signed_in(account("keeper", role=Role.SYSTEM_ADMINISTRATOR))


def told(**more: Any) -> dict[str, Any]:
    return {"title": "办文系统", "address": "http://127.0.0.1:9/in", "kinds": [ARRIVED]} | more


def page(browser: Client, address: str = PAGE) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def one() -> str:
    return f"{PAGE}{Endpoint.objects.get().pk}/"


def test_the_secret_is_shown_once(browser: Client) -> None:
    answer = browser.post(PAGE, told())
    assert "no-store" in answer["Cache-Control"]
    assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", answer.content.decode())
    assert "whsec_" not in page(browser) + page(browser, one())
    assert "办文系统" in page(browser)
    assert "whsec_" in browser.post(one(), {"do": "add_secret"}).content.decode()
    assert browser.post(one(), {"do": "add_secret"}).status_code == 200
    assert browser.post(one(), {"do": "add_secret"}).status_code == 422
    assert browser.post(one(), {"do": "drop_secrets"}).status_code == 302
    assert len(Endpoint.objects.get().secrets) == 1


def test_what_is_wrong_stands_beside_its_field(browser: Client) -> None:
    for more in ({"title": ""}, {"address": "https://10.0.0.1/"}, {"kinds": []}, {"kinds": ["people.signed_in"]}):
        assert browser.post(PAGE, told(**more)).status_code == 422
    assert "内网" in browser.post(PAGE, told(address="https://10.0.0.1/")).content.decode()
    browser.post(PAGE, told())
    assert browser.post(one(), told(do="change", address="ftp://x")).status_code == 422
    assert browser.post(one(), {"do": "nonsense"}).status_code == 422
    assert browser.get(f"{PAGE}999999/").status_code == 404


def test_switching_changing_and_sending_again(browser: Client) -> None:
    browser.post(PAGE, told())
    assert browser.post(one(), told(do="change", title="乙")).status_code == 302
    assert browser.post(one(), {"do": "switch", "on": "0"}).status_code == 302
    since = timezone.localtime() - timedelta(hours=1)
    again = {"do": "replay", "since": f"{since:%Y-%m-%dT%H:%M}"}
    assert browser.post(one(), again).status_code == 422  # it is off
    assert browser.post(one(), {"do": "switch", "on": "1"}).status_code == 302
    assert browser.post(one(), again | {"since": "2999-01-01T00:00"}).status_code == 422
    happens(timezone.now())
    work(timezone.now())
    Delivery.objects.update(state="failed")
    assert "1 条将再发一次" in browser.post(one(), again, follow=True).content.decode()
    delivery = Delivery.objects.get()
    assert delivery.state == "queued"
    assert ARRIVED in page(browser, one())
    assert "乙" in page(browser, "/messages/outbox/?channel=webhooks")
    assert "乙" in page(browser, f"/messages/outbox/{delivery.pk}/")


def test_only_the_system_administrator_looks_and_changes(
    browser: Client, people: list[User], officer: User, signed_in: Callable[[User], Client]
) -> None:
    browser.post(PAGE, told())
    for user in (people[0], officer):
        other = signed_in(user)
        for address in (PAGE, one()):
            assert other.get(address).status_code == 403
            assert other.post(address, told(do="switch")).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_how_many_statements_the_pages_take(browser: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        browser.post(PAGE, told(title=f"甲{number}"))
    page(browser)
    with django_assert_max_num_queries(6):
        page(browser)
    with django_assert_max_num_queries(6):
        page(browser, f"{PAGE}{Endpoint.objects.order_by('pk')[0].pk}/")
