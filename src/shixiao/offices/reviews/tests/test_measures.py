"""What reviews prove, on timelines that a clerk can check."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shixiao.engine.measures import Happening, Outcome, Timeline, Verdict
from shixiao.engine.measures.history import Finding
from shixiao.engine.measures.readings import add_up, of_finding
from shixiao.offices.reviews import measures

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 1, 9, tzinfo=ZONE)
NATIONAL = {"reached": "80-100", "partly": "60-80", "missed": "0-60"}
OWN = {"tier_1": "90-100", "tier_2": "75-90", "tier_3": "50-75", "tier_4": "0-50"}


def review(*lines: tuple[str, str, dict[str, Any]], year: int = 2026, tiers: dict[str, str] = NATIONAL) -> Timeline:
    """Opened on 1 March 2026 by the rubric `report`; each further line says when, what and what was told."""
    opened = {"rubric": "report", "year": year, "tiers": tiers}
    several = [("2026-03-01", "opened", opened), *lines]
    happened = [datetime.fromisoformat(day).replace(hour=9, tzinfo=ZONE) for day, _what, _told in several]
    return Timeline(
        "reviews.review",
        tuple(
            Happening(f"reviews.{what}", at, at, told, number)
            for number, (at, (_day, what, told)) in enumerate(zip(happened, several, strict=True), 1)
        ),
        ZONE,
    )


def said(measure: Any, case: Timeline, **parameters: Any) -> Verdict:
    (found,) = measure.look(case, {"rubric": "report"} | parameters, clock=None, now=NOW)
    assert isinstance(found, Verdict)
    return found


AGREED = ("2026-04-02", "agreed", {"mark": "88.75", "tier": "reached"})
DIFFERED = ("2026-04-02", "differed", {"marks": {"1": "90.00", "2": "70.00"}})
SETTLED = ("2026-04-09", "settled", {"mark": "78", "tier": "partly"})
CANCELLED = ("2026-04-09", "cancelled", {})


def test_a_settled_mark_is_an_amount_with_the_weight_one() -> None:
    found = said(measures.mark, review(AGREED))
    assert (found.outcome, found.value, found.weight, found.on) == (
        Outcome.AMOUNT,
        Decimal("88.75"),
        Decimal(1),
        date(2026, 4, 2),
    )


def test_a_disagreement_is_pending_until_the_chair_has_settled_it() -> None:
    assert said(measures.mark, review(DIFFERED)).outcome is Outcome.PENDING
    found = said(measures.mark, review(DIFFERED, SETTLED))
    assert (found.outcome, found.value) == (Outcome.AMOUNT, Decimal(78))


def test_what_is_cancelled_is_not_counted_and_says_why() -> None:
    for measure in (measures.mark, measures.reaching):
        found = said(measure, review(DIFFERED, CANCELLED))
        assert (found.outcome, str(found.reason)) == (Outcome.NOT_COUNTED, "cancelled")


REOPENED = ("2026-05-06", "reopened", {})
AGAIN = ("2026-05-20", "agreed", {"mark": "65", "tier": "partly"})


def test_what_is_judged_again_follows_the_last_settlement_and_is_pending_until_there_is_one() -> None:
    for measure in (measures.mark, measures.reaching):
        assert said(measure, review(AGREED, REOPENED)).outcome is Outcome.PENDING
    found = said(measures.mark, review(AGREED, REOPENED, AGAIN))
    assert (found.value, found.on) == (Decimal(65), date(2026, 5, 20))
    assert said(measures.reaching, review(AGREED, REOPENED, AGAIN)).outcome is Outcome.MISSED
    assert said(measures.mark, review(DIFFERED, SETTLED, REOPENED, AGAIN)).value == Decimal(65)


def test_what_is_cancelled_while_it_is_judged_again_does_not_count_with_its_old_mark() -> None:
    found = said(measures.mark, review(AGREED, REOPENED, ("2026-05-08", "cancelled", {})))
    assert (found.outcome, str(found.reason)) == (Outcome.NOT_COUNTED, "cancelled")


@pytest.mark.parametrize(
    ("year", "day"), [(2026, date(2026, 4, 2)), (2025, date(2025, 12, 31)), (2027, date(2027, 1, 1))]
)
def test_a_review_counts_in_the_year_that_is_judged(year: int, day: date) -> None:
    assert said(measures.mark, review(AGREED, year=year)).on == day


def test_reviews_of_another_rubric_are_no_concern_of_it() -> None:
    case = review(AGREED)
    assert measures.mark.look(case, {"rubric": "another"}, clock=None, now=NOW) == ()


@pytest.mark.parametrize(
    ("told", "tier", "outcome"),
    [
        ("reached", "", Outcome.MET),
        ("partly", "", Outcome.MISSED),
        ("partly", "partly", Outcome.MET),
        ("reached", "partly", Outcome.MET),
        ("missed", "partly", Outcome.MISSED),
        ("reached", "tier_1", Outcome.NOT_COUNTED),
    ],
)
def test_a_work_reaches_a_tier_or_a_higher_one(told: str, tier: str, outcome: Outcome) -> None:
    case = review(("2026-04-02", "agreed", {"mark": "1", "tier": told}))
    assert said(measures.reaching, case, tier=tier).outcome is outcome


def test_tiers_of_an_office_of_its_own_are_read_by_their_bounds() -> None:
    case = review(("2026-04-02", "agreed", {"mark": "80", "tier": "tier_2"}), tiers=OWN)
    assert said(measures.reaching, case).outcome is Outcome.MISSED
    assert said(measures.reaching, case, tier="tier_2").outcome is Outcome.MET
    assert said(measures.reaching, case, tier="tier_3").outcome is Outcome.MET


def test_both_are_judgements_of_people() -> None:
    assert measures.mark.is_judgement
    assert measures.reaching.is_judgement


def test_several_reviews_make_the_mean_of_their_marks() -> None:
    marks = [said(measures.mark, review(each)).value for each in (AGREED, SETTLED)]
    reading = add_up(
        of_finding(Finding(Outcome.AMOUNT, date(2026, 4, 2), value=int(each * 10_000), weight=10_000)) for each in marks
    )
    assert reading.mean == Decimal("83.375")
