"""Passwords that everybody would try first, and those that leaked elsewhere."""

import hashlib
from datetime import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from shixiao.people import actions
from shixiao.people.breaches import NotBreached, has_line
from shixiao.people.models import Unit, User
from shixiao.people.passwords import NotNear

# ---- passwords that everybody would try first ---------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "is_near"),
    [
        ("shixiao-2026", True),
        ("Admin@Guangzhou2026", True),
        ("模拟甲处2026!!", True),
        ("plans-Example-1", True),
        ("ＳＨＩＸＩＡＯ2026", True),
        ("gwjhz-2026-x", True),
        ("a-long-sentence-of-shixiao", False),
        ("correct-horse-29", False),
        ("long2026enough-words", False),
    ],
)
def test_a_password_is_not_made_of_words_that_everybody_here_tries(
    unit: Unit, now: datetime, password: str, is_near: bool
) -> None:
    actions.create_unit("模拟甲处", code="GWJHZ", parent=unit, since=now.date(), by=None, now=now)
    validator = NotNear(names=["plans.example.cn"])
    if not is_near:
        validator.validate(password)
        return
    with pytest.raises(ValidationError, match="别人容易猜到"):
        validator.validate(password)


@pytest.mark.django_db
def test_it_is_asked_wherever_a_password_is_set(officer: User, now: datetime) -> None:
    with pytest.raises(ValidationError, match="别人容易猜到"):
        actions.change_password(officer, password="Shixiao-2026!", by=officer, now=now)


# ---- a list of those that leaked ----------------------------------------------------------------------------------


def listed(folder: Path, words: list[str], *, end: str = "\r\n", counts: bool = True) -> Path:
    hashes = sorted(hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper() for word in words)
    path = folder / "pwned.txt"
    path.write_text("".join(f"{each}{f':{n}' if counts else ''}{end}" for n, each in enumerate(hashes)), newline="")
    return path


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("counts", [True, False])
def test_whatever_stands_in_the_list_is_refused_and_nothing_else(tmp_path: Path, end: str, counts: bool) -> None:
    words = [f"leaked-word-{number}" for number in range(200)]
    validator = NotBreached(str(listed(tmp_path, words, end=end, counts=counts)))
    for word in words:
        with pytest.raises(ValidationError, match="泄露过"):
            validator.validate(word)
    for number in range(200):
        validator.validate(f"other-word-{number}")


def test_every_line_is_found_and_its_neighbours_are_not(tmp_path: Path) -> None:
    path = listed(tmp_path, ["one", "two", "three"])
    for line in path.read_bytes().splitlines():
        there = line[:40]
        assert has_line(path, there)
        assert not has_line(path, there[:39] + (b"0" if there[39:] != b"0" else b"1"))
    assert not has_line(path, b"0" * 40)
    assert not has_line(path, b"F" * 40)


@given(words=st.lists(st.text(min_size=1, max_size=8), max_size=12, unique=True), asked=st.text(max_size=8))
def test_it_says_what_a_look_through_the_whole_list_says(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], asked: str
) -> None:
    words = [word for word in words if word.isprintable()]
    path = listed(tmp_path_factory.mktemp("list"), words)
    for word in [*words, asked]:
        digits = hashlib.sha1(word.encode(errors="replace"), usedforsecurity=False).hexdigest().upper().encode()
        assert has_line(path, digits) is (word in words)


def test_an_empty_list_knows_nothing_and_an_absent_one_lets_nothing_pass(tmp_path: Path) -> None:
    NotBreached("").validate("anything")
    NotBreached(str(listed(tmp_path, []))).validate("anything")
    with pytest.raises(ValidationError, match="读不到"):
        NotBreached(str(tmp_path / "absent")).validate("anything")
