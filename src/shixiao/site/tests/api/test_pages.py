"""The pages for people who write programs."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from shixiao.casework.models import Token
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db
GIVEN = {"name": "月度对账", "right": "write", "kinds": ["payments.payment"], "valid_until": "2026-12-31"}


def secret_in(page: bytes) -> str:
    found = re.search(r"sx_[\w-]{43}", page.decode())
    assert found
    return found[0]


def test_the_description_is_open_to_everybody_and_says_everything_of_a_step() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    body = described["paths"]["/api/v1/cases/payments.payment/register"]["post"]["requestBody"]
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    told = described["components"]["schemas"][name]["properties"]["particulars"]
    assert told["additionalProperties"] is False
    assert told["properties"]["amount"] | {"title": "", "description": ""} == {
        "type": "string",
        "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$",
        "examples": ["1200.50"],
        "title": "",
        "description": "",
    }
    assert told["properties"]["payee"]["maxLength"] == 100
    assert body["required"]


def test_every_problem_of_the_description_is_problem_json() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert described["components"]["responses"]
    for response in described["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "登记支出"), ("en", "Register a payment")])
def test_the_reference_shows_every_address_in_both_languages(language: str, said: str) -> None:
    page = Client().get("/api/v1/docs", headers={"Accept-Language": language}).content.decode()
    described = Client().get("/api/v1/openapi.json").json()
    assert said in page
    assert all(f" {path}</code>" in page for path in described["paths"])


def test_the_reference_loads_nothing_from_outside() -> None:
    page = Client().get("/api/v1/docs").content.decode()
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", page)


def test_somebody_makes_a_token_which_works_and_is_shown_once(
    staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(staff("li", "payments.clerk"))
    secret = secret_in(browser.post("/account/tokens/", GIVEN).content)
    assert secret not in browser.get("/account/tokens/").content.decode()
    answered = Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {secret}"})
    assert answered.json() == {"items": [], "next": None}
    assert Token.objects.get().scope == {"payments.payment": "write"}


def test_what_is_wrong_with_a_token_is_said_beside_the_field(
    staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    response = signed_in(staff("li")).post("/account/tokens/", GIVEN | {"valid_until": "2030-01-01"})
    assert response.status_code == 422
    assert "最长一年" in response.content.decode()
    assert not Token.objects.exists()


def test_somebody_sees_and_revokes_only_their_own(
    staff: Callable[..., User], signed_in: Callable[[User], Client], now: datetime
) -> None:
    li, wang = signed_in(staff("li")), signed_in(staff("wang"))
    li.post("/account/tokens/", GIVEN)
    token = Token.objects.get()
    assert "月度对账" not in wang.get("/account/tokens/").content.decode()
    assert wang.post(f"/account/tokens/{token.pk}/revoke/").status_code == 403
    assert li.post(f"/account/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at == now


def test_the_security_administrator_chooses_among_systems_only(
    staff: Callable[..., User], account: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    person, system = staff("li"), staff("finance")
    system.set_unusable_password()
    system.save(update_fields=["password"])
    browser = signed_in(account("security", role=Role.SECURITY_ADMINISTRATOR))
    assert browser.post("/account/tokens/", GIVEN | {"user": person.pk}).status_code == 422
    assert browser.post("/account/tokens/", GIVEN | {"user": system.pk}).status_code == 200
    assert Token.objects.get().user == system


def test_other_administrators_make_none(account: Callable[..., User], signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(account("auditor", role=Role.AUDITOR))
    assert "建立令牌" not in browser.get("/account/tokens/").content.decode()
    assert browser.post("/account/tokens/", GIVEN).status_code == 403
    assert not Token.objects.exists()


def test_a_problem_names_a_page_that_is_there(clerk: Any) -> None:
    problem = json.loads(clerk.get("/cases/999").content)
    assert Client().get(problem["type"]).status_code == 200
