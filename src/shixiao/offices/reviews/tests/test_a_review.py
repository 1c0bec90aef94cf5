"""The life of one review, from its material to a settled mark."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from shixiao import casework
from shixiao.casework import Opening, Refused
from shixiao.casework.attaching import attachments_of, remove
from shixiao.casework.erasing import GROUNDS, erase
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.messages.models import Message
from shixiao.offices.reviews import rubrics, sealing
from shixiao.offices.reviews.models import Grade, Review, Rubric, Seat
from shixiao.offices.reviews.queries import notice
from shixiao.offices.reviews.tests.conftest import MINUTE, REPORT, grade, name_reviewers, put_file
from shixiao.people import actions as people
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db
Judges = tuple[User, User, User]


def test_two_who_agree_settle_it(grading: Case, judges: Judges, now: datetime) -> None:
    first = grade(grading, judges[0], now + MINUTE, "92")
    assert (first.state, Review.objects.get().mark) == ("grading", None)
    last = grade(grading, judges[1], now + 2 * MINUTE, "85.5")
    assert (last.state, last.limit_at) == ("settled", None)
    review = Review.objects.get()
    assert (review.mark, review.tier) == (Decimal("88.75"), "reached")
    assert [event.kind for event in events_of(grading)][-3:] == ["reviews.graded", "reviews.graded", "reviews.agreed"]
    opened = sealing.opened(last, 1)
    assert opened is not None
    assert [(each.mark, each.reason) for each in opened.grades] == [
        (Decimal("92.00"), "理由来自judge1"),
        (Decimal("85.50"), "理由来自judge2"),
    ]


def test_another_tier_waits_for_the_chair_and_the_single_grades_stay(
    differing: Case, chair: User, judges: Judges, now: datetime
) -> None:
    assert differing.state == "disagreement"
    assert Review.objects.get().mark is None
    settled = casework.perform(differing, "settle", by=chair, now=now, tier="partly", mark="78", reason="事实不全")
    assert settled.state == "settled"
    review = Review.objects.get()
    assert (review.mark, review.tier) == (Decimal(78), "partly")
    opened = sealing.opened(settled, 1)
    assert opened is not None
    assert [(each.tier, each.mark) for each in opened.grades] == [("reached", Decimal(92)), ("partly", Decimal(70))]


@pytest.mark.parametrize(("marks", "state"), [(("90", "80"), "settled"), (("90.01", "80"), "disagreement")])
def test_a_spread_of_the_limit_agrees_and_a_larger_one_does_not(
    grading: Case, judges: Judges, now: datetime, marks: tuple[str, str], state: str
) -> None:
    grade(grading, judges[0], now, marks[0])
    assert grade(grading, judges[1], now, marks[1]).state == state


def test_only_the_named_chair_settles_it(
    differing: Case, staff: Callable[..., User], judges: Judges, now: datetime
) -> None:
    for by in (staff("other", "reviews.chair"), staff("both", "reviews.chair", "reviews.officer")):
        with pytest.raises(Refused) as refused:
            casework.perform(differing, "settle", by=by, now=now, tier="reached", mark="90", reason="…")
        assert refused.value.reason is Reason.NOT_ALLOWED
    assert Review.objects.get().mark is None


@pytest.mark.parametrize(
    ("tier", "mark", "field"),
    [
        ("reached", "79.99", "mark"),
        ("reached", "100.01", "mark"),
        ("partly", "80", "mark"),
        ("partly", "59.99", "mark"),
        ("missed", "60", "mark"),
        ("excellent", "90", "tier"),
    ],
)
def test_a_mark_lies_in_its_tier(
    grading: Case, judges: Judges, now: datetime, tier: str, mark: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        grade(grading, judges[0], now, mark, tier)
    assert refused.value.field == field
    assert not Grade.objects.exists()


@pytest.mark.parametrize(("tier", "mark"), [("reached", "80"), ("reached", "100"), ("partly", "60"), ("missed", "0")])
def test_the_lower_bound_belongs_to_the_tier(
    grading: Case, judges: Judges, now: datetime, tier: str, mark: str
) -> None:
    grade(grading, judges[0], now, mark, tier)
    assert Grade.objects.get().mark == Decimal(mark)


def test_nobody_gives_two_grades(grading: Case, judges: Judges, now: datetime) -> None:
    grade(grading, judges[0], now, "90")
    with pytest.raises(Refused) as refused:
        grade(grading, judges[0], now, "95")
    assert refused.value.text.zh == "您已经评过了，评后不能改。"
    assert Grade.objects.get().mark == Decimal(90)


def test_whoever_was_not_named_gives_none(grading: Case, judges: Judges, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        grade(grading, judges[2], now, "90")
    assert refused.value.reason is Reason.NOT_ALLOWED


# ---- the material ------------------------------------------------------------------------------------------------


def test_nothing_is_handed_in_without_material(drafted: Case, submitter: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        casework.perform(drafted, "hand_in", by=submitter, now=now)
    assert refused.value.field == "link"
    done = casework.perform(drafted, "hand_in", by=submitter, now=now, link="https://example.invalid/report")
    assert (done.state, Review.objects.get().link) == ("handed_in", "https://example.invalid/report")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "//example.invalid", "https://", "http://["]
)
def test_a_link_leads_to_a_page_of_the_web(drafted: Case, submitter: User, now: datetime, link: str) -> None:
    with pytest.raises(Refused) as refused:
        casework.perform(drafted, "hand_in", by=submitter, now=now, link=link)
    assert refused.value.field == "link"


def test_the_event_binds_what_was_handed_in_by_its_hash(handed_in: Case) -> None:
    event = events_of(handed_in).filter(kind="reviews.handed_in").get()
    assert list(event.particulars["material"].values()) == [attachments_of(handed_in).get().sha256]


def test_what_is_judged_cannot_be_exchanged(grading: Case, judges: Judges, submitter: User, now: datetime) -> None:
    remove(attachments_of(grading).get(), reason="换一个", by=submitter, now=now)
    put_file(grading, submitter, now, content=b"another report\n")
    with pytest.raises(Refused, match="handed in are gone"):
        grade(grading, judges[0], now, "90")


def test_material_that_does_not_do_goes_back_and_is_judged_anew(
    grading: Case, judges: Judges, chair: User, officer_of_reviews: User, submitter: User, now: datetime
) -> None:
    grade(grading, judges[0], now, "90")
    returned = casework.perform(grading, "return_", by=judges[1], now=now, reason="缺附件")
    assert returned.state == "returned"
    put_file(returned, submitter, now, content=b"more\n")
    casework.perform(returned, "hand_in", by=submitter, now=now)
    again = name_reviewers(returned, officer_of_reviews, judges[:2], chair, now)
    assert again.state == "grading"
    grade(again, judges[0], now, "84")
    settled = grade(again, judges[1], now, "86")
    assert (settled.state, Review.objects.get().mark) == ("settled", Decimal(85))
    assert Grade.objects.filter(round=1).count() == 1
    assert sealing.opened(settled, 1) is None


def test_only_a_named_reviewer_returns_it(grading: Case, judges: Judges, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        casework.perform(grading, "return_", by=judges[2], now=now, reason="缺附件")
    assert refused.value.reason is Reason.NOT_ALLOWED


# ---- who judges --------------------------------------------------------------------------------------------------


def test_two_reviewers_at_least_or_as_many_as_the_rubric_says(
    handed_in: Case, report: Rubric, officer_of_reviews: User, judges: Judges, chair: User, now: datetime
) -> None:
    with pytest.raises(Refused):
        name_reviewers(handed_in, officer_of_reviews, judges[:1], chair, now)
    rubrics.change(report, REPORT | {"least": 3}, by=officer_of_reviews, now=now)
    assert name_reviewers(handed_in, officer_of_reviews, judges[:2], chair, now).state == "grading"


def test_a_rubric_may_ask_for_three(
    report: Rubric,
    project: Project,
    submitter: User,
    officer_of_reviews: User,
    judges: Judges,
    chair: User,
    now: datetime,
) -> None:
    rubrics.change(report, REPORT | {"least": 3}, by=officer_of_reviews, now=now)
    told = {"rubric": report.code, "year": 2026, "subject": "另一篇", "link": "https://example.invalid/1"}
    case = casework.open_case(
        "reviews.review", "open", Opening(unit=project.unit, particulars=told), by=submitter, now=now
    )
    casework.perform(case, "hand_in", by=submitter, now=now)
    with pytest.raises(Refused) as refused:
        name_reviewers(case, officer_of_reviews, judges[:2], chair, now)
    assert refused.value.field == "reviewer_3"
    assert name_reviewers(case, officer_of_reviews, judges, chair, now).state == "grading"


def test_nobody_judges_twice_and_the_chair_does_not_judge(
    handed_in: Case, officer_of_reviews: User, judges: Judges, staff: Callable[..., User], now: datetime
) -> None:
    both = staff("both", "reviews.reviewer", "reviews.chair")
    for several, head in (((judges[0], judges[0]), both), ((judges[0], both), both)):
        with pytest.raises(Refused, match="stands there twice"):
            name_reviewers(handed_in, officer_of_reviews, several, head, now)


def test_nobody_judges_a_project_of_their_own_unit(
    handed_in: Case,
    officer_of_reviews: User,
    judges: Judges,
    chair: User,
    bureau: Unit,
    staff: Callable[..., User],
    now: datetime,
) -> None:
    insider = staff("insider", "registers.clerk", at=bureau)
    post = people.create_post("评审", code="JUDGE", words=["reviews.reviewer"], by=None, now=now)
    people.appoint(insider, post=post, unit=handed_in.unit.parent, since=date(2020, 1, 1), by=None, now=now)
    with pytest.raises(Refused) as refused:
        name_reviewers(handed_in, officer_of_reviews, (judges[0], insider), chair, now)
    assert refused.value.field == "reviewer_2"
    assert "不能评自己单位的项目" in refused.value.text.zh


def test_a_post_that_gives_nothing_but_judging_makes_nobody_staff(
    handed_in: Case,
    officer_of_reviews: User,
    judges: Judges,
    chair: User,
    bureau: Unit,
    staff: Callable[..., User],
    now: datetime,
) -> None:
    expert = staff("expert", "reviews.reviewer", at=bureau)
    assert name_reviewers(handed_in, officer_of_reviews, (judges[0], expert), chair, now).state == "grading"


def test_who_handed_in_opened_or_named_does_not_judge(
    drafted: Case, officer_of_reviews: User, judges: Judges, chair: User, unit: Unit, submitter: User, now: datetime
) -> None:
    post = people.create_post("评审", code="JUDGE", words=["reviews.reviewer", "reviews.submitter"], by=None, now=now)
    for each in (judges[0], officer_of_reviews):
        people.appoint(each, post=post, unit=unit, since=date(2020, 1, 1), by=None, now=now)
        each.known_mandates = None
    put_file(drafted, judges[0], now)
    case = casework.perform(drafted, "hand_in", by=submitter, now=now)
    for each in (judges[0], officer_of_reviews):
        with pytest.raises(Refused) as refused:
            name_reviewers(case, officer_of_reviews, (judges[1], each), chair, now)
        assert "不能再评" in refused.value.text.zh


def test_who_joins_the_unit_after_being_named_cannot_judge_any_more(
    grading: Case, judges: Judges, bureau: Unit, now: datetime
) -> None:
    post = people.create_post("科员", code="CLERK", words=[], by=None, now=now)
    people.appoint(judges[0], post=post, unit=bureau, since=now.date(), by=None, now=now)
    with pytest.raises(Refused, match="whose own project it is"):
        grade(grading, judges[0], now, "90")


def test_who_has_left_is_said_and_followed_and_a_grade_that_was_given_stays(
    grading: Case, judges: Judges, officer_of_reviews: User, now: datetime
) -> None:
    grade(grading, judges[0], now, "90")
    assert notice(Case.objects.get(pk=grading.pk)) is None
    people.disable(judges[1], by=None, now=now)
    said = notice(Case.objects.get(pk=grading.pk))
    assert said is not None
    assert "judge2" in said.zh
    with pytest.raises(Refused) as refused:
        casework.perform(
            grading, "replace", by=officer_of_reviews, now=now, leaves=judges[0].pk, reviewer=judges[2].pk, reason="换"
        )
    assert refused.value.field == "leaves"
    casework.perform(
        grading, "replace", by=officer_of_reviews, now=now, leaves=judges[1].pk, reviewer=judges[2].pk, reason="离任"
    )
    assert Seat.objects.filter(place=2).count() == 2
    settled = grade(grading, judges[2], now, "88")
    assert (settled.state, Review.objects.get().mark) == ("settled", Decimal(89))


def test_nobody_follows_who_judges_already(
    grading: Case, judges: Judges, officer_of_reviews: User, chair: User, now: datetime
) -> None:
    for follows in (judges[1], chair):
        with pytest.raises(Refused) as refused:
            casework.perform(
                grading,
                "replace",
                by=officer_of_reviews,
                now=now,
                leaves=judges[0].pk,
                reviewer=follows.pk,
                reason="换",
            )
        assert refused.value.field == "reviewer"


def test_another_chair_when_the_chair_has_left(
    differing: Case, officer_of_reviews: User, judges: Judges, staff: Callable[..., User], now: datetime
) -> None:
    other = staff("other", "reviews.chair")
    casework.perform(differing, "replace_chair", by=officer_of_reviews, now=now, chair=other.pk, reason="离任")
    done = casework.perform(differing, "settle", by=other, now=now, tier="reached", mark="81", reason="够格")
    assert done.state == "settled"


# ---- ends --------------------------------------------------------------------------------------------------------


def test_cancelled_with_a_reason(grading: Case, judges: Judges, officer_of_reviews: User, now: datetime) -> None:
    grade(grading, judges[0], now, "90")
    with pytest.raises(Refused):
        casework.perform(grading, "cancel", by=officer_of_reviews, now=now)
    done = casework.perform(grading, "cancel", by=officer_of_reviews, now=now, reason="作品撤回")
    assert (done.state, done.limit_at) == ("cancelled", None)
    assert sealing.opened(done, 1) is None


def test_a_review_keeps_the_version_it_was_opened_with(
    grading: Case, report: Rubric, officer_of_reviews: User, judges: Judges, now: datetime
) -> None:
    changed = REPORT | {"scale": "hubei"}
    assert rubrics.change(report, changed, by=officer_of_reviews, now=now).version == 2
    with pytest.raises(Refused):
        grade(grading, judges[0], now, "55", "partly")  # a mark of the new tiers only
    assert grade(grading, judges[0], now, "65", "partly").state == "grading"


def test_words_that_the_law_deletes_go_from_the_row_as_well(
    differing: Case, account: Callable[..., User], now: datetime
) -> None:
    event = events_of(differing).filter(kind="reviews.differed").get()
    erase(event.pk, ground=GROUNDS[0][0], by=account("sec", role=Role.SECURITY_ADMINISTRATOR), now=now)
    assert set(Grade.objects.values_list("reason", flat=True)) == {""}
    opened = sealing.opened(differing, 1)
    assert opened is not None
    assert [each.reason for each in opened.grades] == [None, None]
    assert [each.mark for each in opened.grades] == [Decimal(92), Decimal(70)]


def test_a_retired_rubric_takes_nothing_new(
    report: Rubric, project: Project, submitter: User, officer_of_reviews: User, now: datetime
) -> None:
    rubrics.retire(report, by=officer_of_reviews, now=now)
    told = {"rubric": report.code, "year": 2026, "subject": "又一篇"}
    with pytest.raises(Refused) as refused:
        casework.open_case(
            "reviews.review", "open", Opening(unit=project.unit, particulars=told), by=submitter, now=now
        )
    assert refused.value.field == "rubric"


def test_only_those_who_are_named_are_told(grading: Case, judges: Judges, chair: User, now: datetime) -> None:
    def told() -> set[int]:
        rows = Message.objects.filter(subject_kind="casework.case", subject_id=str(grading.pk))
        return set(rows.values_list("person_id", flat=True))

    assert {judges[0].pk, judges[1].pk} <= told()
    assert told().isdisjoint({judges[2].pk, chair.pk})
    grade(grading, judges[0], now, "92")
    grade(grading, judges[1], now, "70", "partly")
    assert chair.pk in told()
