"""Target bar and year line: whatever the figures, what is drawn lies inside its picture and says the truth."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.ui import statuses, target_bar, year_line
from shixiao.ui.target_bar import TargetBar
from shixiao.ui.year_line import Cone, Point, YearLine

FIGURES = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)
SHARES = st.floats(min_value=0, max_value=100, allow_nan=False)
NEAR = 1e-6


@given(value=FIGURES, low=st.none() | FIGURES, high=st.none() | FIGURES, full=st.none() | st.just(100.0))
def test_everything_of_a_bar_lies_within_its_width(
    value: float, low: float | None, high: float | None, full: float | None
) -> None:
    found = TargetBar(value=value, low=low, high=high, full=full, is_missed_shown=full is not None).geometry()
    stretches = [each for each in (found.bar, found.passing, found.missed) if each is not None]
    assert all(each.x >= 0 and each.width >= 0 and each.end <= target_bar.WIDTH + NEAR for each in stretches)
    assert all(0 <= mark <= target_bar.WIDTH for mark in found.marks)


@given(value=st.floats(min_value=0.02, max_value=1e6), target=st.floats(min_value=0.02, max_value=1e6))
def test_a_bar_ends_in_the_shaded_side_just_when_the_value_passes(value: float, target: float) -> None:
    at_least = TargetBar(value=value, low=target).geometry()
    at_most = TargetBar(value=value, high=target).geometry()
    assert at_least.passing is not None
    assert at_most.passing is not None
    end = TargetBar(value=value, low=target)._at(value)
    assert (end >= at_least.passing.x - NEAR) is (value >= target * (1 - 1e-9)) or abs(value - target) < target * 1e-6
    assert (end <= at_most.passing.end + NEAR) is (value <= target * (1 + 1e-9)) or abs(value - target) < target * 1e-6


@given(share=SHARES)
def test_what_was_missed_takes_the_rest_of_the_scale(share: float) -> None:
    found = TargetBar(value=share, low=95, full=100, is_missed_shown=True).geometry()
    if share >= 100:
        assert found.missed is None
        return
    assert found.missed is not None
    assert found.missed.x == pytest.approx(found.bar.end)
    assert found.missed.end == pytest.approx(target_bar.WIDTH)
    assert found.missed.width >= target_bar.THINNEST  # one of a thousand is seen


@given(one=st.floats(min_value=0, max_value=1e6), other=st.floats(min_value=0, max_value=1e6))
def test_more_is_never_drawn_shorter(one: float, other: float) -> None:
    small, large = sorted((one, other))
    ends = [TargetBar(value=each, low=5.0, full=2e6).geometry().bar.end for each in (small, large)]
    assert ends[0] <= ends[1] + NEAR


def test_a_bar_is_drawn_without_inline_style_and_its_address_is_escaped() -> None:
    drawn = target_bar.draw(TargetBar(value=3, low=4), tone="amber", address='/x/?a=1&b="2')
    assert "style=" not in drawn
    assert 'href="/x/?a=1&amp;b=&quot;2"' in drawn
    assert 'aria-hidden="true"' in drawn
    assert drawn.count("tb-mark") == 1


BEGIN, END = date(2026, 1, 1), date(2027, 1, 1)
POINTS = st.lists(
    st.tuples(st.integers(min_value=-40, max_value=420), FIGURES),
    min_size=1,
    max_size=14,
    unique_by=lambda each: each[0],
)


@given(points=POINTS, forecast=st.none() | st.tuples(FIGURES, FIGURES, FIGURES), target=st.none() | FIGURES)
def test_every_spot_of_a_line_lies_within_its_picture_and_in_the_order_of_days(
    points: list[tuple[int, float]], forecast: tuple[float, float, float] | None, target: float | None
) -> None:
    made = [Point(BEGIN + timedelta(days=day), value) for day, value in sorted(points)]
    cone = Cone(*sorted(forecast)) if forecast is not None else None
    line = YearLine(begin=BEGIN, end=END, today=date(2026, 6, 30), points=made, forecast=cone, target=target)
    spots = line.spots()
    assert all(0 <= spot.x <= year_line.WIDTH and year_line.TOP - NEAR <= spot.y <= year_line.BOTTOM for spot in spots)
    assert [spot.x for spot in spots] == sorted(spot.x for spot in spots)
    higher = sorted(zip(made, spots, strict=True), key=lambda pair: pair[0].value)
    assert all(one[1].y >= other[1].y - NEAR for one, other in pairwise(higher))
    assert "style=" not in year_line.draw(line, tone="blue")


def test_each_point_is_a_link_of_its_own() -> None:
    points = [
        Point(date(2026, 1, 31), 1, "1月 <1>", "/cases/?until=2026-01-31&x=1"),
        Point(date(2026, 2, 28), 2, "2月", "/b/"),
    ]
    drawn = year_line.draw(YearLine(begin=BEGIN, end=END, today=date(2026, 3, 1), points=points), tone="green")
    assert drawn.count("<a ") == 2
    assert "1月 &lt;1&gt;" in drawn
    assert "until=2026-01-31&amp;x=1" in drawn


def test_the_last_day_of_the_window_lies_at_the_end_and_today_only_within_it() -> None:
    line = YearLine(begin=BEGIN, end=END, today=date(2027, 2, 1), points=[Point(date(2026, 12, 31), 5)])
    assert line.x(date(2026, 12, 31)) == year_line.WIDTH
    assert "yl-today" not in year_line.draw(line, tone="green")
    inside = YearLine(begin=BEGIN, end=END, today=date(2026, 12, 31), points=line.points)
    assert "yl-today" in year_line.draw(inside, tone="green")


def test_nothing_is_drawn_without_a_point() -> None:
    assert year_line.draw(YearLine(begin=BEGIN, end=END, today=BEGIN, points=[]), tone="green") == ""


def test_each_status_has_a_word_a_glyph_and_a_colour_of_its_own() -> None:
    known = [statuses.STATUSES[name] for name in statuses.STANDINGS]
    assert [(str(each.word), each.glyph, each.tone) for each in known] == [
        ("未达成", "✕", "red"),
        ("难以达成", "◆", "orange"),
        ("有风险", "▲", "amber"),
        ("有望达成", "◐", "blue"),
        ("已达成", "●", "green"),
        ("无发生", "–", "sage"),
        ("尚无证据", "○", "grey"),
        ("待评议", "◇", "violet"),
    ]
    assert [str(statuses.STATUSES[name].word) for name in ("declared", "simulated", "provisional")] == [
        "填报",
        "模拟",
        "暂定",
    ]
