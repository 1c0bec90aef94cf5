"""What every test of the house can ask for, and how tests meet the database.

A test that touches the database gets the marker `database`, so that `pytest -m database` with another
DATABASE_URL runs exactly these again (`make test` does so with `tools/with-postgresql`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, TransactionTestCase, override_settings
from django.urls import get_resolver
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker, Settings
from whitenoise.middleware import WhiteNoiseMiddleware

from shixiao.casework import simulated
from shixiao.ledger import gauges, guard
from shixiao.people import actions, idleness, limiting
from shixiao.people.models import Role, Unit, User

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A busy machine is slow, and that is no fault of what is tested. What else holds (CI is told the same lots each time) stays.
settings.register_profile(
    "patient", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

NOW = datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DATABASE_FIXTURES = {"db", "lived", "transactional_db", "django_db_setup", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


# ---- the database --------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file of this run: with connections, locks and a WAL as in an office, which ":memory:" has not,
    and out of the way of a second run in the same tree."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@contextmanager
def _guard_lifted(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Only here: a test with transactions of its own ends by emptying every table, which the guard refuses."""
    with database.cursor() as cursor:
        for table in guard.guarded_tables():
            if database.vendor == "postgresql":
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL')
            else:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
                for (name,) in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}"')
    yield
    guard.install(database)


# pytest-django has no hook for it, and Django's types do not know it.
_empty_every_table = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # noqa: SLF001


def _empty_every_table_with_the_guard_lifted(case: TransactionTestCase) -> None:
    with _guard_lifted(connection):
        _empty_every_table(case)
        if connection.vendor == "sqlite":  # an index is no table of a model, and would still name what was emptied
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO casework_searchgrams (casework_searchgrams) VALUES ('delete-all')")


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_the_ledger() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty_every_table_with_the_guard_lifted)
        yield


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_those_of_the_whole_house() -> None:
    """The process builds them once, when somebody first asks for one; that might be a test that knows a single office."""
    assert get_resolver().url_patterns


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_up_once() -> Iterator[None]:
    """Each client makes the middleware anew, and WhiteNoise then looks at every static file, which takes longer than a page; under the tests
    they stay as they are."""
    look_up, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def remembered(made: WhiteNoiseMiddleware) -> None:
        if made.static_prefix not in found:
            own, made.files = made.files, {}
            look_up(made)
            found[made.static_prefix], made.files = made.files, own
        made.files.update(found[made.static_prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", remembered)
        yield


@pytest.fixture(autouse=True)
def _no_gauges_of_another_test() -> Iterator[None]:
    """Which gauges are in use is kept by the process; a test's own are rolled back."""
    gauges.forget()
    yield
    gauges.forget()


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> None:
    """How often somebody asks is counted by the process, by ids that come again in the next test."""
    limiting.PAGES.forget()
    limiting.PROGRAMS.forget()


@pytest.fixture(autouse=True)
def _no_house_is_simulated_unless_a_test_says_so() -> Iterator[None]:
    """Whether it is one is kept by the process, as after its first page; a test that simulates makes it look again."""
    simulated.remember(is_simulated=False)
    yield
    simulated.remember(is_simulated=False)


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For what takes long to bring about and is only looked at: a fixture of a module that asks for this may write, once for all tests of the
    module. Each test takes back what it did itself, and the last one leaves nothing behind."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    gauges.forget()
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=quick), translation.override(django_settings.LANGUAGE_CODE):
            yield
        transaction.set_rollback(True)


# ---- people --------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """A real password hash is slow on purpose; here it only has to be a hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_second_step_unless_a_test_asks_for_it(settings: Settings) -> None:
    """Administrators sign in to try something else."""
    settings.SHIXIAO_SECOND_STEP = "offered"


@pytest.fixture
def now() -> datetime:
    """The morning on which tests happen."""
    return NOW


@pytest.fixture(autouse=True)
def _chinese_first() -> Iterator[None]:
    """A page in English leaves its language behind in the thread; the next test begins in Chinese."""
    with translation.override("zh-hans"):
        yield


PASSWORD = "correct-horse-29"  # noqa: S105


@pytest.fixture
def account(db: None, now: datetime) -> Callable[..., User]:
    """Makes accounts: `account("li", role=Role.READER)`. Their password is `account.password`."""
    return accounts(now)


def accounts(now: datetime) -> Callable[..., User]:
    """What `account` is, for what a whole module looks at."""

    def make(username: str, *, role: Role = Role.OFFICER, **more: Any) -> User:
        given = {"display_name": username, "password": PASSWORD, "by": None, "now": now} | more
        return actions.create_account(username, role=role, **given)

    make.password = PASSWORD  # type: ignore[attr-defined]
    return make


@pytest.fixture
def officer(account: Callable[..., User]) -> User:
    """A performance officer."""
    return account("test-officer", role=Role.OFFICER)


@pytest.fixture
def reader(account: Callable[..., User]) -> User:
    """Somebody who may look."""
    return account("test-reader", role=Role.READER)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which that account is signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="shixiao.people.backends.Accounts")
        session = client.session
        session[idleness.MARK] = int(time.time())  # as after a sign-in: the next minute writes nothing
        session.save()
        return client

    return browser


# ---- pages in a browser --------------------------------------------------------------------------------------

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: "Page") -> list[str]:
    """What axe-core finds on the page that is shown: the rule, and the first places."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8") + "; 0")
    # What holds is not worked out place by place, and stays in the browser: on a page with hundreds of rows that takes longer than looking.
    run = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(found => found.violations)"
    return [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes'][:3]]}"
        for each in page.evaluate(run, AXE_TAGS)
    ]


# ---- units and staff -----------------------------------------------------------------------------------------


@pytest.fixture
def unit(db: None, now: datetime) -> Unit:
    """An office's own unit, the root of a tree."""
    return root_unit(now)


def root_unit(now: datetime) -> Unit:
    """What `unit` is, for what a whole module looks at."""
    return actions.create_unit("模拟市政府办公厅", code="SIM", parent=None, since=date(2020, 1, 1), by=None, now=now)


@pytest.fixture
def staff(account: Callable[..., User], unit: Unit, now: datetime) -> Callable[..., User]:
    """Makes members of staff: `staff("li", "payments.clerk", at=unit)`, with a post of just these responsibilities."""
    return staffing(account, unit, now)


def staffing(account: Callable[..., User], unit: Unit, now: datetime) -> Callable[..., User]:
    """What `staff` is, for what a whole module looks at."""

    def make(username: str, *words: str, at: Unit | None = None, **more: Any) -> User:
        user = account(username, role=Role.STAFF, **more)
        post = actions.create_post(f"岗位-{username}", code=username.upper(), words=words, by=None, now=now)
        actions.appoint(user, post=post, unit=at or unit, since=date(2020, 1, 1), is_main=True, by=None, now=now)
        return user

    return make
