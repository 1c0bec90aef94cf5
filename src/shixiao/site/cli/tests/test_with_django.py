"""The commands that need the database: that they ask for the right thing and say what came of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shixiao.engine.bilingual import Text
from shixiao.people.models import User
from shixiao.performance.models import PlanVersion
from shixiao.site import serving
from shixiao.site.cli.tests.conftest import Ended

Run = Callable[..., Ended]


@pytest.mark.django_db
def test_a_table_is_accepted_once_and_the_second_time_is_said(run: Run, guangzhou: Path, officer: User) -> None:
    first = run("import", guangzhou, "--by", officer.username)
    assert first == Ended(0, "accepted: 广州市人民政府办公厅, 2026, version 1, indicators 123.\n", "")
    again = run("import", guangzhou, "--by", officer.username)
    assert again.status == 0
    assert "no second copy was made" in again.out
    assert PlanVersion.objects.count() == 1


@pytest.mark.django_db
def test_the_year_may_be_given(run: Run, small: Path, officer: User) -> None:
    assert "2025" in run("import", small, "--by", officer.username, "--year", "2025").out


@pytest.mark.django_db
def test_what_is_not_accepted_says_why(run: Run, small: Path, officer: User, reader: User) -> None:
    for words, reason in (
        (["--by", "nobody"], "There is no account nobody"),
        (["--by", reader.username], "is no performance officer"),
    ):
        ended = run("import", small, *words)
        assert ended.status == 2
        assert reason in ended.err
    small.write_bytes(b"")
    assert "is empty" in run("import", small, "--by", officer.username).err
    assert not PlanVersion.objects.exists()


def test_servers_hand_on_what_was_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def listens(*, say: Callable[[Text], object], **wishes: object) -> int:
        asked.append(wishes)
        say(Text("已就绪", "ready"))
        return 0

    monkeypatch.setattr(serving, "serve", listens)
    monkeypatch.setattr(serving, "web", listens)
    assert run("serve") == run("web") == Ended(0, "ready\n", "")
    run("serve", "--host", "::1", "--port", 8123, "--demo")
    run("serve", "--lan")
    run("web", "--host", "::1", "--port", 8123, "--workers", 4, "--threads", 1, "--lan")
    nowhere = {"host": None, "port": 8000, "is_lan": False}
    assert asked == [
        nowhere | {"is_demo": False},
        nowhere | {"workers": 2, "threads": 3},
        {"host": "::1", "port": 8123, "is_lan": False, "is_demo": True},
        nowhere | {"is_lan": True, "is_demo": False},
        {"host": "::1", "port": 8123, "is_lan": True, "workers": 4, "threads": 1},
    ]


def test_serve_says_why_it_cannot(run: Run) -> None:
    for command in ("serve", "web"):
        ended = run(command, "--port", "70000")
        assert ended.status == 2
        assert "There is no port 70000" in ended.err


@pytest.mark.django_db
def test_manage_hands_its_words_to_django(run: Run, officer: User) -> None:
    ended = run("manage", "accounts", "list")
    assert ended.status == 0
    assert officer.username in ended.out


def test_what_django_does_not_know_ends_with_its_status(run: Run) -> None:
    assert run("manage", "no-such-command").status != 0
    assert "Type 'shixiao manage help'" in run("manage", "no-such-command").err
