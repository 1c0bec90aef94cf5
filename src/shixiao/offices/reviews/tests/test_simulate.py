"""A year of reviews: some settled, one in disagreement, some open; the same year and seed give the same year."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shixiao.casework import calendars, living, performing, telling
from shixiao.casework.models import Case, Project
from shixiao.casework.simulating import Days, character
from shixiao.offices.reviews import planning
from shixiao.offices.reviews.models import Grade, Review
from shixiao.offices.reviews.simulate import Desk
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

NOW = datetime(2026, 11, 27, 22, tzinfo=ZoneInfo("Asia/Shanghai"))


def days() -> Days:
    return Days(character(year=2026, seed=2026), lambda day: day.weekday() < 5, ZoneInfo("Asia/Shanghai"))


def test_the_same_year_and_seed_give_the_same_plan() -> None:
    once, again = ([list(planning.plan(days(), month)) for month in range(1, 13)] for _ in range(2))
    assert once == again
    assert sum(map(len, once)) == len(planning.YEAR)


def test_steps_of_a_review_follow_each_other() -> None:
    for month in range(1, 13):
        for each in planning.plan(days(), month):
            moments = [step.at for step in each.steps]
            assert moments == sorted(moments)


@pytest.mark.django_db
def test_a_year_has_settled_reviews_open_ones_and_a_disagreement(unit: Unit, staff: Callable[..., User]) -> None:
    office = create_unit("模拟办公厅", code="SIM1", parent=unit, since=date(2020, 1, 1), by=None, now=NOW)
    names = ("其他运行经费", "专项工作经费", "购置经费")
    projects = [
        Project.objects.create(unit=office, name=name, code=f"P{number}", since_year=2026, until_year=2026)
        for number, name in enumerate(names)
    ]
    words = ("reviews.officer", "reviews.submitter", "reviews.reviewer", "reviews.chair")
    people = {word: staff(word.replace(".", ""), word) for word in words}
    calendars.in_force()
    desk = Desk(character(year=2026, seed=2026), projects=projects, staff=people)
    desk.days = Days(desk.days.who, lambda day: day.weekday() < 5, performing.zone())
    with telling.silently():
        living.live([desk], year=2026, after=None, until=NOW)
    states = Counter(Case.objects.filter(kind="reviews.review").values_list("state", flat=True))
    assert states["settled"] >= 10
    assert (states["disagreement"], states["cancelled"]) == (1, 1)
    assert states["grading"] + states["handed_in"] + states["drafted"] >= 1
    assert all(
        (each.mark is not None) == (each.case.state == "settled") for each in Review.objects.select_related("case")
    )
    assert Grade.objects.count() >= 2 * states["settled"]
