"""The pages that say what each measure counts."""

from collections.abc import Callable

import pytest
from django.test import Client

from shixiao.casework import definitions, offices
from shixiao.engine.measures import CATALOGUE
from shixiao.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(staff: Callable[..., User], signed_in: Callable[[User], Client]) -> Client:
    return signed_in(staff("reader"))


def installed() -> list[str]:
    return [each.name for office in offices.installed() for each in definitions.of_office(office)]


def test_every_measure_is_listed_and_has_its_page(browser: Client) -> None:
    names = installed()
    assert len(names) > 5
    page = browser.get("/measures/").content.decode()
    for name in names:
        assert f'href="/measures/{name}/"' in page
        shown = browser.get(f"/measures/{name}/")
        assert shown.status_code == 200
        assert definitions.shown(CATALOGUE[name]).about.splitlines()[0] in shown.content.decode()


def test_a_page_of_a_measure_in_english(browser: Client) -> None:
    browser.cookies["shixiao_language"] = "en"
    page = browser.get("/measures/payments.budget_spent/").content.decode()
    assert "Paid of the approved budget" in page
    assert 'href="/measures/payments.paid_amount/"' in page
    assert "sum of the amounts" not in page  # that is how its parts are read
    assert "one measure by another" in page


def test_a_measure_that_nobody_has_is_not_found(browser: Client) -> None:
    assert browser.get("/measures/nobody.counts/").status_code == 404
    assert browser.get("/measures/x/").status_code == 404


def test_strangers_see_nothing(client: Client) -> None:
    assert client.get("/measures/").status_code == 302


def test_the_document_says_the_definition_and_why_cases_are_left_out() -> None:
    text = definitions.as_markdown()
    for name in installed():
        assert f"`{name}`" in text
    assert "发放项 · Programme `programme`：选定的一个 · one that is chosen，必填 · needed" in text


def test_the_reasons_of_a_measure_are_those_that_it_can_give() -> None:
    found = {name: [code for code, _text in definitions.shown(CATALOGUE[name]).exclusions] for name in installed()}
    assert found["payments.rounds_paid"] == ["payments.round_dropped"]
    assert sorted(found["payments.rounds_on_time"]) == ["extended", "payments.round_dropped"]
    assert sorted(found["payments.paid_within_limit"]) == ["cancelled", "extended"]
    assert found["payments.paid_amount"] == []


def test_a_wording_says_what_people_call_its_slots() -> None:
    assert definitions.shown(CATALOGUE["payments.rounds_paid"]).wording == ("发放〔发放项〕", "[Programme] paid")
