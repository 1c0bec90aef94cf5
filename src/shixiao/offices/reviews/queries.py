"""What pages and other floors ask of reviews, each in a bounded number of statements. No grade of an incomplete round is read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from shixiao.casework import offices, visibility
from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.offices.reviews import conflicts, sealing
from shixiao.offices.reviews.gauges import tiers_of
from shixiao.offices.reviews.models import Grade, Review, Rubric, Seat
from shixiao.offices.reviews.responsibilities import CHAIR, REVIEWER
from shixiao.offices.reviews.steps import REVIEW
from shixiao.people.models import User
from shixiao.people.permissions import mandates

PAGE = 50
MOST_PEOPLE = 200
OPEN = ("drafted", "handed_in", "returned", "grading", "disagreement")


# ---- lists -------------------------------------------------------------------------------------------------------


def seen(by: User, *, now: datetime) -> QuerySet[Review]:
    """The reviews that somebody may look at, the newest first."""
    table = offices.table_of(REVIEW)
    cases = Case.objects.filter(visibility.seen_by(by, tables=[table], now=now), kind=REVIEW)
    rows = Review.objects.filter(case__in=cases.values("pk"))
    return rows.select_related("case__unit", "case__project", "rubric", "version").order_by("-case_id")


def _sits(by: User) -> Exists:
    """The person holds a seat of the present round: of each place the last row counts."""
    last = Seat.objects.filter(case=OuterRef("case"), round=OuterRef("round"), place=OuterRef("place"))
    newest = Subquery(last.order_by("-number").values("number")[:1])
    mine = Seat.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), reviewer=by, number=newest)
    return Exists(mine)


def to_grade(by: User, *, now: datetime) -> QuerySet[Review]:
    """What waits for this person's grade, whatever comes first to be late first."""
    given = Grade.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), reviewer=by)
    rows = seen(by, now=now).filter(_sits(by), ~Exists(given), case__state="grading")
    return rows.order_by("case__limit_at", "case_id")


def to_settle(by: User, *, now: datetime) -> QuerySet[Review]:
    """What waits for this person as the chair."""
    return seen(by, now=now).filter(chair=by, case__state="disagreement").order_by("case__limit_at", "case_id")


class Progress(NamedTuple):
    """How many of a round have given their grades."""

    given: int
    seats: int


def progress(reviews: Iterable[Review]) -> dict[int, Progress]:
    """How far each is, by case; two statements. It counts, and tells nothing of what was given."""
    rows = [each for each in reviews if each.round]
    keys = {(each.pk, each.round) for each in rows}
    of_cases = [each.pk for each in rows]
    seats: dict[int, set[int]] = {}
    for case, round_, place in Seat.objects.filter(case__in=of_cases).values_list("case_id", "round", "place"):
        if (case, round_) in keys:
            seats.setdefault(case, set()).add(place)
    given: dict[int, int] = {}
    for case, round_ in Grade.objects.filter(case__in=of_cases).values_list("case_id", "round"):
        if (case, round_) in keys:
            given[case] = given.get(case, 0) + 1
    return {case: Progress(given.get(case, 0), len(places)) for case, places in seats.items()}


# ---- one review --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SeatShown:
    """Who judges. `grade` is there once the round is open."""

    user: User
    has_given: bool
    has_left: bool
    grade: sealing.Opened | None = None


def seats_shown(review: Review, opened: sealing.Round | None, *, on: date) -> list[SeatShown]:
    """Who judges in the present round, who has given a grade and who has left; the grades only of an open round."""
    seats = sealing.seats_of(review.pk, review.round)
    given = sealing.given_by(review.pk, review.round)
    by_person = {each.reviewer: each for each in opened.grades} if opened else {}
    return [
        SeatShown(
            user=each.reviewer,
            has_given=each.reviewer_id in given,
            has_left=has_left(each.reviewer, review.case, on=on),
            grade=by_person.get(each.reviewer_id),
        )
        for each in seats
    ]


def has_left(user: User, case: Case, *, on: date) -> bool:
    """The account is closed, or the person is no reviewer there any more."""
    return not mandates(user, on).allow(REVIEWER.word, case.unit.path)


def open_seats(review: Review) -> list[Seat]:
    """Those who have not given a grade yet."""
    given = sealing.given_by(review.pk, review.round)
    return [each for each in sealing.seats_of(review.pk, review.round) if each.reviewer_id not in given]


def candidates(case: Case, word: str, *, now: datetime) -> list[User]:
    """Who may be named: they hold the responsibility there today and it is no work of their own. Three statements."""
    on = timezone.localtime(now).date()
    in_force = Q(appointments__until=None) | Q(appointments__until__gt=on)
    paths = [case.unit.path[:end] for end in range(6, len(case.unit.path) + 1, 6)]
    rows = User.objects.filter(
        in_force,
        is_active=True,
        appointments__since__lte=on,
        appointments__unit__path__in=paths,
        appointments__post__may__word=word,
    )
    people = list(rows.distinct().order_by("display_name", "id")[:MOST_PEOPLE])
    against = conflicts.among(case, people, on=on)
    return [each for each in people if each.pk not in against]


def left_behind(case: Case, *, round_: int) -> int:
    """How many grades of rounds that were broken off stay sealed for good; those of a round that was opened before the review was reopened do
    not. Two statements."""
    return Grade.objects.filter(case=case, round__lt=round_).exclude(round__in=sealing.opened_rounds(case)).count()


def notice(case: Case) -> Text | None:
    """What the page of a review says on top: who has left and has to be followed by somebody."""
    if case.state != "grading":
        return None
    review = Review.objects.select_related("case__unit").get(case=case)
    on = timezone.localdate()
    gone = [each.reviewer for each in open_seats(review) if has_left(each.reviewer, case, on=on)]
    if not gone:
        return None
    names = "、".join(each.display_name for each in gone)
    return Text(
        f"评审人{names}已经离开，请评议管理更换。",
        f"{names} can judge it no more; the officer of reviews names somebody else.",
    )


def rubrics_of(by: User, *, now: datetime) -> QuerySet[Rubric]:
    """The rubrics that concern the person's units: of these, of those above and of those below."""
    held = visibility.held_by(by, now=now)
    paths = visibility.places(offices.table_of(REVIEW), held)
    found: Any = visibility.below(paths, column="unit__path")
    for path in paths:
        found |= Q(unit__path__in=[path[:end] for end in range(6, len(path) + 1, 6)])
    return Rubric.objects.filter(found).select_related("unit").order_by("name", "id")


# ---- whose turn it is --------------------------------------------------------------------------------------------


def _owing(cases: Sequence[Case]) -> dict[int, list[int]]:
    """The reviewers of each case who have not given a grade in its present round; two statements."""
    rounds = dict(Review.objects.filter(case__in=[case.pk for case in cases]).values_list("case_id", "round"))
    seats: dict[tuple[int, int], int] = {}
    for seat in Seat.objects.filter(case__in=list(rounds)).order_by("place", "number"):
        if seat.round == rounds[seat.case_id]:
            seats[seat.case_id, seat.place] = seat.reviewer_id
    given = set(Grade.objects.filter(case__in=list(rounds)).values_list("case_id", "round", "reviewer_id"))
    owing: dict[int, list[int]] = {case: [] for case in rounds}
    for (case, _place), reviewer in seats.items():
        if (case, rounds[case], reviewer) not in given:
            owing[case].append(reviewer)
    return owing


def _owed_by(by: User) -> Q:
    given = Grade.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), reviewer=by)
    return Q(pk__in=Review.objects.filter(_sits(by), ~Exists(given)).values("pk"))


def _chairs(cases: Sequence[Case]) -> dict[int, list[int]]:
    rows = Review.objects.filter(case__in=[case.pk for case in cases]).exclude(chair=None)
    return {case: [chair] for case, chair in rows.values_list("case_id", "chair_id")}


def _chaired_by(by: User) -> Q:
    return Q(pk__in=Review.objects.filter(chair=by).values("pk"))


NOTICES = {REVIEW: notice}
TURNS = {REVIEW: {REVIEWER.word: offices.Turn(_owing, _owed_by), CHAIR.word: offices.Turn(_chairs, _chaired_by)}}
OFFERS = {"rubric_tiers": tiers_of}
