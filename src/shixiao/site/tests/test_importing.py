"""`shixiao import` and the start: what they do to the database, and what they say when they cannot."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, ProgrammingError, connection
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.ledger import guard
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User
from shixiao.performance.models import PlanVersion
from shixiao.site import demonstration, starting
from shixiao.site.importing import NotImported, import_table

pytestmark = pytest.mark.django_db


def test_a_table_is_accepted_in_the_name_of_an_account_and_once(officer: User) -> None:
    name, content = starting.sample()
    first = import_table(content, name=name, by="Test-Officer", language="en")
    again = import_table(content, name=name, by="test-officer", language="en")
    assert (first.fiscal_year, first.indicators, first.is_new, again.is_new) == (2026, 123, True, False)
    assert Event.objects.get(kind="performance.plan_accepted").by_id == str(officer.pk)
    assert PlanVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("by", "content", "says"),
    [
        ("nobody", None, "There is no account nobody"),
        ("test-reader", None, "no performance officer"),
        ("test-officer", b"", "empty"),
        ("test-officer", b"\x00\x01\xff" * 400, "."),
    ],
)
def test_what_cannot_be_imported_says_why_in_both_languages_and_leaves_nothing(
    officer: User, reader: User, by: str, content: bytes | None, says: str
) -> None:
    with pytest.raises(NotImported, match=says) as refused:
        import_table(starting.sample()[1] if content is None else content, name="x.txt", by=by, language="en")
    assert refused.value.text.zh != refused.value.text.en
    assert not PlanVersion.objects.exists()


@pytest.mark.parametrize(("language", "says"), [("zh", "年度应在"), ("en", r"\d{4} (and|to) \d{4}")])
def test_a_year_that_is_none_says_so_in_the_language_asked_for(officer: User, language: str, says: str) -> None:
    name, content = starting.sample()
    with pytest.raises(NotImported, match=says):
        import_table(content, name=name, by="test-officer", language=language, year=1912)


# ---- starting --------------------------------------------------------------------------------------------------


def test_a_demonstration_begins_twice_and_has_everything_once(settings: Settings) -> None:
    said: list[Text] = []
    there = []
    for _ in range(2):
        demonstration.begin(say=said.append, now=timezone.now())
        there.append([model.objects.count() for model in (User, PlanVersion, Unit, Case)])
    assert there[0] == there[1]
    assert PlanVersion.objects.count() == 1
    assert not User.objects.filter(is_demonstration=False).exists()
    assert sum("123" in line.en for line in said) == 1
    assert sum("demo-officer  /  shixiao-demo" in line.zh for line in said) == 2


def test_a_new_installation_says_how_to_make_the_first_account(account: Callable[..., User]) -> None:
    said: list[Text] = []
    starting.mention_first_account(said.append)
    assert "accounts add" in said[0].zh
    account("li")
    starting.mention_first_account(said.append)
    assert len(said) == 1


def test_a_trigger_that_somebody_took_away_is_not_put_back_in_silence() -> None:
    name = guarded_name()
    on_table = " ON ledger_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on_table}')
    with pytest.raises(starting.NotReady, match=name):
        starting.prepare_database()
    assert guard.missing() == (name,)


def guarded_name() -> str:
    return "ledger_event_no_delete" if connection.vendor == "sqlite" else "ledger_event_no_change"


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (OperationalError("connection refused\nmore"), "connection refused. Check DATABASE_URL"),
        (ProgrammingError("permission denied for schema public"), "permission denied .* as the role that owns"),
    ],
)
def test_a_database_that_will_not_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, says: str
) -> None:
    def fails() -> tuple[str, ...]:
        raise failure

    monkeypatch.setattr(starting, "pending_migrations", fails)
    with pytest.raises(starting.NotReady, match=says):
        starting.prepare_database()


def test_sessions_that_ended_are_forgotten_and_the_others_stay() -> None:
    now = timezone.now()
    for key, end in (("old", now - timedelta(seconds=1)), ("new", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=end)
    starting.forget_old_sessions(now=now)
    assert [session.session_key for session in Session.objects.all()] == ["new"]
