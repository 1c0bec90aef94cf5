from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from shixiao.ui import formats, menu, statuses


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1497.06", "1,497.06"),
        ("1497.060000", "1,497.06"),
        ("7", "7.00"),
        ("0", "0.00"),
        ("0.000000", "0.00"),
        ("-3.5", "-3.50"),
        ("0.0001", "0.0001"),
        ("1234567.891", "1,234,567.891"),
    ],
)
def test_money_has_separators_and_two_decimals_and_never_hides_a_digit(amount: str, shown: str) -> None:
    assert formats.money(Decimal(amount)) == shown


def test_an_empty_cell_is_not_zero() -> None:
    assert formats.money(None) == ""


def test_days_are_written_in_the_language_of_the_page() -> None:
    assert formats.day(date(2026, 6, 30)) == "2026年6月30日"
    with translation.override("en"):
        assert formats.day(date(2026, 6, 30)) == "30 June 2026"


def test_a_moment_is_shown_in_local_time() -> None:
    assert formats.instant(datetime(2026, 6, 30, 16, 30, tzinfo=UTC)) == "2026年7月1日 00:30"
    assert formats.day(None) == formats.instant(None) == ""


def test_a_mark_has_a_word_a_glyph_and_a_colour() -> None:
    for name in statuses.STATUSES:
        mark = statuses.badge(name, count=3)
        known = statuses.STATUSES[name]
        assert str(known.word) in mark
        assert known.glyph in mark
        assert f"tone-{known.tone}" in mark
    others = [name for name in statuses.STATUSES if name not in statuses.STANDINGS]
    for group in (statuses.STANDINGS, others):  # ✕ is a mistake in a table and a target that was missed
        glyphs = [statuses.STATUSES[name].glyph for name in group]
        assert len(set(glyphs)) == len(glyphs)


@pytest.mark.parametrize(("path", "current"), [("/", "home"), ("/plans/1/", "home"), ("/rules/L05/", "rules")])
def test_the_menu_marks_where_one_is(path: str, current: str) -> None:
    marked = [entry.address for entry in menu.entries(path) if entry.is_current]
    assert marked == [reverse(f"performance:{current}")]


def test_the_menu_marks_nothing_elsewhere() -> None:
    assert not any(entry.is_current for entry in menu.entries("/account/"))
