"""What every answer carries, and what does not come in."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from shixiao.people.models import User
from shixiao.site import connecting, folders, static_files
from shixiao.site.headers import POLICY
from shixiao.site.proxies import ComesFrom

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/sign-in/", "/nowhere/", "/"])
def test_every_answer_may_load_only_from_this_server(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("length", "status"), [(20 * 1024 * 1024 + 1, 413), (300_000_000, 413), ("-1", 413), ("x", 413)]
)
def test_what_is_announced_as_too_large_is_refused_before_it_is_read(
    signed_in: Callable[[User], Client], officer: User, length: Any, status: int
) -> None:
    response = signed_in(officer).generic("POST", "/import/", b"", CONTENT_LENGTH=str(length))
    assert response.status_code == status
    assert "太大" in response.content.decode()


def test_a_pasted_text_of_many_megabytes_is_refused_with_the_same_page(
    signed_in: Callable[[User], Client], officer: User, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = signed_in(officer).post("/import/", {"text": "x" * 2000})
    assert (response.status_code, "太大" in response.content.decode()) == (413, True)


def test_a_form_that_stood_open_too_long_says_so(officer: User) -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "a", "password": "b"})
    assert (response.status_code, "过期" in response.content.decode()) == (403, True)


def test_an_address_that_leads_nowhere_has_a_page(client: Client) -> None:
    response = client.get("/nowhere/")
    assert (response.status_code, "回到首页" in response.content.decode()) == (404, True)


def test_a_failure_of_the_program_has_a_page_without_a_trace(
    signed_in: Callable[[User], Client], officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a secret inside")

    monkeypatch.setattr("shixiao.people.views.account.render", fails)
    client = signed_in(officer)
    client.raise_request_exception = False
    response = client.get("/account/")
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert "管理员" in response.content.decode()


# ---- settings ------------------------------------------------------------------------------------------------


def settings_with(tmp_path: Path, expression: str, **environment: str) -> str:
    """What a setting is in a process with this environment only."""
    program = f"from shixiao.site import settings; print({expression})"
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "HOME")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=kept | {"SHIXIAO_HOME": str(tmp_path / "home")} | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_without_a_word_it_is_safe_and_keeps_its_things_in_one_folder(tmp_path: Path) -> None:
    expression = "(settings.DEBUG, settings.SHIXIAO_DEMO, settings.DATABASES['default']['NAME'])"
    assert settings_with(tmp_path, expression) == str((False, False, str(tmp_path / "home" / "shixiao.sqlite3")))
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_behind_https_cookies_are_secure_and_plain_http_is_sent_there(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    expression = f"[getattr(settings, name) for name in {names}]"
    assert settings_with(tmp_path, expression) == str([False] * 4)
    assert settings_with(tmp_path, expression, SHIXIAO_HTTPS="1") == str([True] * 4)
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")
    expression = f"[getattr(settings, name) for name in {names}]"
    plain = ["shixiao_session", "shixiao_csrf", "shixiao_language"]
    assert settings_with(tmp_path, expression) == str(plain)
    assert settings_with(tmp_path, expression, SHIXIAO_HTTPS="1") == str([f"__Host-{name}" for name in plain])


def test_hsts_is_for_a_year_and_for_subdomains_unless_the_holder_says_no(tmp_path: Path) -> None:
    expression = "[settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS]"
    assert settings_with(tmp_path, expression) == str([0, False])
    assert settings_with(tmp_path, expression, SHIXIAO_HTTPS="1") == str([31536000, True])
    assert settings_with(tmp_path, expression, SHIXIAO_HTTPS="1", SHIXIAO_HSTS_SUBDOMAINS="0") == str([31536000, False])


@pytest.mark.parametrize("path", ["kinds", "cases/1", "nowhere"])
def test_a_program_that_calls_in_the_open_is_refused_and_not_sent_on(
    client: Client, settings: Settings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(f"/api/v1/{path}", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "not-encrypted")
    assert "Location" not in answer.headers
    assert client.get(f"/api/v1/{path}", secure=True).status_code != 403
    page = client.get("/sign-in/")
    assert (page.status_code, page.headers["Location"]) == (301, "https://testserver/sign-in/")


# ---- behind a proxy ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("remote", "forwarded", "counts_as"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        (
            "10.0.0.1",
            "198.51.100.9, 192.0.2.7",
            "192.0.2.7",
        ),  # what the client wrote stands left of what the proxy added
        ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),  # two proxies of ours
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, evil\r\nX: 1", "10.0.0.1"),
        ("192.0.2.8", "198.51.100.9", "192.0.2.8"),  # no proxy of ours: nobody is believed
    ],
)
def test_the_client_is_the_last_address_that_our_proxies_added(
    settings: Settings, remote: str, forwarded: str, counts_as: str
) -> None:
    settings.SHIXIAO_PROXIES = ["10.0.0.1", "10.0.0.2"]
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    ComesFrom(lambda asked: HttpResponse(asked.META["REMOTE_ADDR"]))(request)
    assert request.META["REMOTE_ADDR"] == counts_as


def test_behind_a_proxy_a_lock_holds_at_one_desk(client: Client, account: Any, settings: Settings) -> None:
    settings.SHIXIAO_PROXIES = ["127.0.0.1"]
    account("li")
    from_ = {"REMOTE_ADDR": "127.0.0.1"}

    def tries(password: str, desk: str) -> int:
        told = {"username": "li", "password": password}
        return client.post("/sign-in/", told, headers={"X-Forwarded-For": desk}, **from_).status_code

    assert [tries("wrong", "192.0.2.1") for _ in range(5)][-1] == 429
    assert tries(account.password, "192.0.2.1") == 429
    assert tries(account.password, "192.0.2.2") == 302


# ---- the database ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgres://li@db.example.cn/plans", "verify-full"),
        ("postgres://li@10.1.2.3/plans", "verify-full"),
        ("postgres://li@db.example.cn/plans?sslmode=require", "require"),
        ("postgres://li@127.0.0.1/plans", None),
        ("postgres://li@[::1]/plans", None),
        ("postgres://li@localhost/plans", None),
        ("postgres://%2Fvar%2Frun%2Fpostgresql/plans", None),
        ("sqlite:////tmp/x.sqlite3", None),
    ],
)
def test_a_database_on_another_machine_proves_who_it_is(address: str, mode: str | None) -> None:
    made = connecting.with_encryption(dj_database_url.parse(address))
    assert made.get("OPTIONS", {}).get("sslmode") == mode


def test_the_settings_ask_for_it(tmp_path: Path) -> None:
    expression = "settings.DATABASES['default'].get('OPTIONS', {}).get('sslmode')"
    assert settings_with(tmp_path, expression, DATABASE_URL="postgres://li@db.example.cn/plans") == "verify-full"


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    expression = "[settings.DATABASES['default'][name] for name in ('ENGINE', 'NAME', 'USER', 'PASSWORD', 'PORT')]"
    got = settings_with(tmp_path, expression, DATABASE_URL="postgres://li:p%40ss@db.example.cn:5433/plans")
    assert got == str(["shixiao.site.postgresql", "plans", "li", "p@ss", 5433])


def test_the_secret_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    first = folders.secret_key(tmp_path)
    assert (len(first) >= 50, folders.secret_key(tmp_path)) == (True, first)
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


def test_whoever_comes_second_takes_the_first_ones_key(tmp_path: Path) -> None:
    first = folders.secret_key(tmp_path)
    folders._write_once(tmp_path / "secret-key", "another")
    assert folders.secret_key(tmp_path) == first


def test_an_installed_package_uses_the_folder_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(folders, "PACKAGE", tmp_path / "site-packages" / "shixiao")
    monkeypatch.setattr(sys, "platform", "linux")
    assert folders.home({"XDG_DATA_HOME": str(tmp_path / "data")}) == tmp_path / "data" / "shixiao"


def test_a_checkout_uses_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(folders, "PACKAGE", tmp_path / "src" / "shixiao")
    assert folders.home({}) == tmp_path / "var"


if connection.vendor == "sqlite":

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)],
    )
    def test_a_connection_to_sqlite_is_set_up(pragma: str, value: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone() == (value,)

    def test_a_transaction_takes_the_write_lock_at_once() -> None:
        assert connection.get_connection_params()["timeout"] == 20
        assert connection.transaction_mode == "IMMEDIATE"  # type: ignore[attr-defined]


# ---- static files ----------------------------------------------------------------------------------------------


def test_static_files_are_collected_once_and_again_when_one_changes(settings: Settings, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "static"
    source.mkdir()
    target.mkdir()
    (source / "a.css").write_text("a {}", encoding="utf-8")
    settings.STATIC_ROOT, settings.STATICFILES_DIRS = target, [source]
    finders.get_finder.cache_clear()
    try:
        assert static_files.collect()
        assert (target / "a.css").is_file()
        assert not static_files.collect()
        (source / "a.css").write_text("a { color: red }", encoding="utf-8")
        assert static_files.collect()
        assert "red" in (target / "a.css").read_text(encoding="utf-8")
    finally:
        finders.get_finder.cache_clear()
