"""What every answer carries, and what does not come in."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from pytest_django import Settings

from shixiao.people.models import User
from shixiao.site import folders, static_files
from shixiao.site.headers import POLICY

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


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    expression = "[settings.DATABASES['default'][name] for name in ('ENGINE', 'NAME', 'USER', 'PASSWORD', 'PORT')]"
    got = settings_with(tmp_path, expression, DATABASE_URL="postgres://li:p%40ss@db.example.cn:5433/plans")
    assert got == str(["django.db.backends.postgresql", "plans", "li", "p@ss", 5433])


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
