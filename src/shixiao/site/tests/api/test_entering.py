"""Who is let in, and who is not."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from shixiao.casework import tokens
from shixiao.casework.models import Case, Token
from shixiao.ledger.models import Event
from shixiao.people import actions
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db


def refusals() -> list[str]:
    return [event.particulars["reason"] for event in Event.objects.filter(kind="casework.token_refused").order_by("id")]


def test_without_a_token_nobody_is_let_in(db: None) -> None:
    response = Client().get("/api/v1/kinds")
    assert (response.status_code, response.json()["reason"]) == (401, "unauthenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "shown", ["Bearer sx_wrong", "Bearer", "Bearer ", "Basic c3g6c3g=", "sx_wrong", "Bearer \udcff"]
)
def test_a_wrong_token_lets_nobody_in(db: None, shown: str) -> None:
    response = Client().get("/api/v1/kinds", HTTP_AUTHORIZATION=shown)
    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/problem+json")


def test_a_session_lets_nobody_in(clerk: Any, signed_in: Callable[[User], Client]) -> None:
    assert signed_in(clerk.user).get("/api/v1/kinds").status_code == 401


def test_the_secret_is_stored_nowhere(clerk: Any) -> None:
    row = Token.objects.get()
    assert clerk.secret not in [str(value) for value in vars(row).values()]
    assert row.digest == tokens.digest(clerk.secret)
    assert all(clerk.secret not in str(event.particulars) for event in Event.objects.all())


def test_a_revoked_token_lets_nobody_in_and_its_use_is_noted(clerk: Any, now: datetime) -> None:
    tokens.revoke_token(clerk.token, by=clerk.user, now=now)
    assert clerk.get("/kinds").status_code == 401
    assert refusals() == ["revoked"]


def test_a_token_holds_on_its_last_day_and_not_on_the_next(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    last = datetime(2026, 12, 31, 23, 59, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: last)
    assert clerk.get("/kinds").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: last + timedelta(minutes=1))
    assert clerk.get("/kinds").status_code == 401


def test_a_disabled_account_has_no_token_that_holds(clerk: Any, now: datetime) -> None:
    actions.disable(clerk.user, by=None, now=now)
    assert clerk.get("/kinds").status_code == 401
    assert refusals() == ["account"]


def test_a_token_may_no_more_than_its_scope(registered: int, program: Callable[..., Any]) -> None:
    reading = program("reading", "payments.approver", scope={"payments.payment": "read"})
    assert reading.get(f"/cases/{registered}").status_code == 200
    response = reading.post(f"/cases/{registered}/steps/approve", {})
    assert (response.status_code, response.json()["reason"]) == (403, "out-of-scope")
    assert Case.objects.get(pk=registered).state == "registered"
    assert refusals() == ["out-of-scope"]


def test_a_token_may_no_more_than_its_person(registered: int, clerk: Any) -> None:
    response = clerk.post(f"/cases/{registered}/steps/approve", {})
    assert (response.status_code, response.json()["reason"]) == (403, "not-allowed")
    assert refusals() == ["not-allowed"]


def test_a_case_of_another_unit_is_as_unknown_as_none(
    registered: int, unit: Unit, program: Callable[..., Any], now: datetime
) -> None:
    other = actions.create_unit("模拟教育局", code="EDU", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    stranger = program("stranger", "payments.approver", at=other)
    assert stranger.get(f"/cases/{registered}").json() == stranger.get("/cases/999999").json()
    assert stranger.get("/cases?kind=payments.payment").json()["items"] == []
    told = {"seen": 77}
    assert stranger.post(f"/cases/{registered}/steps/approve", told).json()["reason"] == "unknown"


def test_somebody_above_sees_what_is_below(unit: Unit, registered: int, program: Callable[..., Any]) -> None:
    above = program("above", "payments.approver")
    assert [each["id"] for each in above.get("/cases?kind=payments.payment").json()["items"]] == [registered]


def test_the_day_of_the_last_use_is_written_once_a_day(clerk: Any, now: datetime) -> None:
    assert Token.objects.get().used_on is None
    clerk.get("/kinds")
    assert Token.objects.get().used_on == timezone.localtime(now).date()


def test_a_program_that_is_refused_a_hundred_times_has_to_wait(
    clerk: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Token.objects.update(refused_since=now, refused_count=tokens.REFUSALS - 1)
    assert clerk.get("/kinds").status_code == 200
    Token.objects.update(refused_count=tokens.REFUSALS)
    response = clerk.get("/kinds")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    assert not refusals()  # the book does not fill
    monkeypatch.setattr(timezone, "now", lambda: now + tokens.WINDOW)
    assert clerk.get("/kinds").status_code == 200


# ---- making ----------------------------------------------------------------------------------------------------


def make(user: User, *, by: User | None, now: datetime, **more: Any) -> tokens.NewToken:
    given = {"scope": {"*": "read"}, "valid_until": date(2026, 7, 1)} | more
    return tokens.create_token("程序", user=user, by=by, now=now, **given)


def test_nobody_makes_a_token_for_somebody_else(staff: Callable[..., User], account: Any, now: datetime) -> None:
    li, wang = staff("li"), staff("wang")
    security = account("security", role=Role.SECURITY_ADMINISTRATOR)
    for by in (wang, security):
        with pytest.raises(PermissionDenied):
            make(li, by=by, now=now)


def test_the_security_administrator_makes_one_for_a_system(
    staff: Callable[..., User], account: Any, now: datetime
) -> None:
    system, security = staff("finance"), account("security", role=Role.SECURITY_ADMINISTRATOR)
    system.set_unusable_password()
    system.save(update_fields=["password"])
    made = make(system, by=security, now=now)
    event = Event.objects.get(kind="casework.token_created")
    assert (event.subject_id, event.by_id, event.particulars["user"]) == (
        str(made.token.pk),
        str(security.pk),
        system.pk,
    )
    tokens.revoke_token(made.token, by=security, now=now)
    tokens.revoke_token(made.token, by=security, now=now)
    assert Event.objects.filter(kind="casework.token_revoked").count() == 1


def test_an_administrator_has_no_token(account: Any, now: datetime) -> None:
    security = account("security", role=Role.SECURITY_ADMINISTRATOR)
    for by in (security, None):
        with pytest.raises(PermissionDenied):
            make(security, by=by, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": {}},
        {"scope": {"nothing.here": "read"}},
        {"scope": {"payments.payment": "own"}},
        {"valid_until": date(2026, 6, 29)},
        {"valid_until": date(2027, 7, 2)},
    ],
)
def test_a_token_that_cannot_be_is_refused(staff: Callable[..., User], now: datetime, wrong: dict[str, Any]) -> None:
    li = staff("li")
    with pytest.raises(ValidationError):
        make(li, by=li, now=now, **wrong)


def test_a_token_lasts_from_today_to_a_year(staff: Callable[..., User], now: datetime) -> None:
    li = staff("li")
    for day in (date(2026, 6, 30), date(2027, 7, 1)):
        assert make(li, by=li, now=now, valid_until=day).token.valid_until == day


def test_somebody_revokes_only_their_own(clerk: Any, staff: Callable[..., User], now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        tokens.revoke_token(clerk.token, by=staff("wang"), now=now)
