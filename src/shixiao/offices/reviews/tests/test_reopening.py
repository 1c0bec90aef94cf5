"""A settled review is judged again: a new round, with the grades of the one before kept."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from shixiao import casework
from shixiao.casework import Refused
from shixiao.casework.models import Case
from shixiao.offices.reviews import queries, sealing
from shixiao.offices.reviews.models import Grade, Review
from shixiao.offices.reviews.tests.conftest import MINUTE, grade, name_reviewers
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
Judges = tuple[User, User, User]


@pytest.fixture
def settled(differing: Case, chair: User, now: datetime) -> Case:
    told = {"tier": "partly", "mark": "75", "reason": "数据不全"}
    return casework.perform(differing, "settle", by=chair, now=now + 3 * MINUTE, **told)


@pytest.fixture
def reopened(settled: Case, officer_of_reviews: User, now: datetime) -> Case:
    return casework.perform(settled, "reopen", by=officer_of_reviews, now=now + 4 * MINUTE, reason="补了新材料")


def of(case: Case) -> Review:
    return Review.objects.select_related("version").get(case=case)


def test_reopening_needs_a_reason_and_the_officer_and_a_settled_review(
    settled: Case, officer_of_reviews: User, submitter: User, chair: User, now: datetime
) -> None:
    with pytest.raises(Refused):
        casework.perform(settled, "reopen", by=officer_of_reviews, now=now + 4 * MINUTE)
    for who in (submitter, chair):
        with pytest.raises(Refused):
            casework.perform(settled, "reopen", by=who, now=now + 4 * MINUTE, reason="想改")
    done = casework.perform(settled, "reopen", by=officer_of_reviews, now=now + 4 * MINUTE, reason="补了新材料")
    assert (done.state, done.closed_at) == ("handed_in", None)
    with pytest.raises(Refused):
        casework.perform(done, "reopen", by=officer_of_reviews, now=now + 5 * MINUTE, reason="再来")


def test_the_mark_is_open_again_and_the_old_grades_stay_as_they_were_opened(reopened: Case) -> None:
    assert (of(reopened).mark, of(reopened).tier) == (None, "")
    assert Grade.objects.filter(case=reopened, round=1).count() == 2
    kept = sealing.opened(reopened, 1)
    assert kept is not None
    assert [each.mark for each in kept.grades] == [Decimal("92.00"), Decimal("70.00")]
    assert queries.left_behind(reopened, round_=2) == 0


def test_a_new_round_settles_it_anew(
    reopened: Case, officer_of_reviews: User, judges: Judges, chair: User, now: datetime
) -> None:
    case = name_reviewers(reopened, officer_of_reviews, judges[1:], chair, now + 5 * MINUTE)
    assert of(case).round == 2
    grade(case, judges[1], now + 6 * MINUTE, "84")
    case = grade(case, judges[2], now + 7 * MINUTE, "86")
    assert (case.state, of(case).mark, of(case).tier) == ("settled", Decimal("85.00"), "reached")
    first, second = sealing.opened(case, 1), sealing.opened(case, 2)
    assert first is not None
    assert second is not None
    assert [[each.mark for each in round_.grades] for round_ in (first, second)] == [
        [Decimal("92.00"), Decimal("70.00")],
        [Decimal("84.00"), Decimal("86.00")],
    ]


def test_the_page_does_not_show_the_chairs_word_of_the_round_before_as_that_of_the_new_one(
    reopened: Case,
    officer_of_reviews: User,
    judges: Judges,
    chair: User,
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now + 9 * MINUTE)
    case = name_reviewers(reopened, officer_of_reviews, judges[1:], chair, now + 5 * MINUTE)
    grade(case, judges[1], now + 6 * MINUTE, "84")
    page = signed_in(judges[2]).get(f"/offices/reviews/of/{case.pk}/").content.decode()
    assert "数据不全" not in page
    assert "84" not in page.partition("怎么评")[2].partition("评审人")[2]
    assert "1/2" in page


def test_who_reopened_it_does_not_judge_it(
    reopened: Case, officer_of_reviews: User, chair: User, judges: Judges, now: datetime
) -> None:
    officer_of_reviews.appointments.create(
        post=judges[0].appointments.get().post, unit=judges[0].appointments.get().unit, since=now.date()
    )
    with pytest.raises(Refused, match="arranged this review"):
        name_reviewers(reopened, officer_of_reviews, (officer_of_reviews, judges[1]), chair, now + 5 * MINUTE)
