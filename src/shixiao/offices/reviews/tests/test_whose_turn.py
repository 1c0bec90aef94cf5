"""Several people hold the post of a reviewer; only those who were named for a review, and have not graded it, have it to do."""

from datetime import datetime, timedelta

import pytest

from shixiao import casework
from shixiao.casework import listing, messages, offices, reminding
from shixiao.casework.models import Case, Deadline
from shixiao.messages.models import Message
from shixiao.offices.reviews.steps import REVIEW
from shixiao.offices.reviews.tests.conftest import grade
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
Judges = tuple[User, User, User]


def have_it_to_do(people: tuple[User, ...], now: datetime) -> list[str]:
    tables = [offices.table_of(REVIEW)]
    asked = [User.objects.get(pk=each.pk) for each in people]
    return [each.username for each in asked if listing.waiting(tables, by=each, now=now).cases]


def test_it_leaves_the_list_of_whoever_has_graded_and_was_never_on_that_of_others(
    grading: Case, judges: Judges, chair: User, officer_of_reviews: User, now: datetime
) -> None:
    people = (*judges, chair, officer_of_reviews)
    assert have_it_to_do(people, now) == ["judge1", "judge2", "arranger"]
    grade(grading, judges[0], now, "92")
    assert have_it_to_do(people, now) == ["judge2", "arranger"]
    grade(grading, judges[1], now, "70", "partly")
    assert have_it_to_do(people, now) == ["chair", "arranger"]


def test_whoever_follows_a_reviewer_has_it_to_do_instead(
    grading: Case, judges: Judges, officer_of_reviews: User, now: datetime
) -> None:
    told = {"leaves": judges[1].pk, "reviewer": judges[2].pk, "reason": "出差"}
    casework.perform(grading, "replace", by=officer_of_reviews, now=now, **told)
    assert have_it_to_do(judges, now) == ["judge1", "judge3"]


def test_an_officer_who_is_a_reviewer_somewhere_sees_each_review_once(
    grading: Case, judges: Judges, officer_of_reviews: User, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    officer_of_reviews.appointments.create(
        post=judges[0].appointments.get().post, unit=grading.unit, since=now.date() - timedelta(days=9)
    )
    both = User.objects.get(pk=officer_of_reviews.pk)
    tables = [offices.table_of(REVIEW)]
    assert listing.waiting(tables, by=both, now=now).cases == [grading]
    monkeypatch.setattr(listing, "FEW_UNITS", 0)
    assert listing.waiting(tables, by=both, now=now).cases == [grading]


def reminded(case: Case, now: datetime) -> list[str]:
    """Who is told on the morning after the limit has passed."""
    messages.register()
    limit = now - timedelta(hours=1)
    rows = Deadline.objects.filter(case=case, stopped_at=None)
    rows.update(due_at=limit, overdue_from=limit, first_due_at=limit, started_at=now - timedelta(days=20))
    case.timers.filter(fired_at=None).update(due_at=limit)
    while reminding.remind(now):
        pass
    told = Message.objects.filter(sort="reminder").order_by("person__username")
    return list(told.values_list("person__username", flat=True))


def test_a_reminder_goes_to_those_alone_who_have_not_graded(grading: Case, judges: Judges, now: datetime) -> None:
    grade(grading, judges[0], now, "92")
    assert reminded(grading, now) == ["judge2"]


def test_a_reminder_of_a_disagreement_goes_to_its_chair_alone(
    differing: Case, staff: object, chair: User, now: datetime
) -> None:
    staff("otherchair", "reviews.chair")  # type: ignore[operator]
    assert reminded(differing, now) == [chair.username]


def test_where_all_who_owe_a_grade_have_left_the_officer_is_reminded(
    grading: Case, judges: Judges, officer_of_reviews: User, now: datetime
) -> None:
    User.objects.filter(pk__in=[judges[0].pk, judges[1].pk]).update(is_active=False)
    assert reminded(grading, now) == [officer_of_reviews.username]
