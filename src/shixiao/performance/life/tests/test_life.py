"""A plan goes from a draft through three levels to publication, and is approved as it is at that moment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from shixiao import casework
from shixiao.casework import Refused, attaching, conformance, offices
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.casework.steps import Step
from shixiao.casework.storing import store
from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Words
from shixiao.messages.models import Message
from shixiao.people import actions as people
from shixiao.people.models import Appointment, User
from shixiao.performance import actions, binding, suppressing
from shixiao.performance.binding import Wanted
from shixiao.performance.life import contents
from shixiao.performance.life.contents import Content
from shixiao.performance.life.models import Approval, FindingTally
from shixiao.performance.life.tests.conftest import BAD, CORRECTED, LEVELS, Desk
from shixiao.performance.models import Correction, PlanVersion
from shixiao.performance.tests.conftest import SMALL, first, row, table

pytestmark = pytest.mark.django_db


def attach(case: Case, by: User, now: datetime) -> None:
    draft = store().draft(limit=1000)
    draft.write("关于调整的批复".encode())
    draft.finish()
    attaching.attach(case, draft, name="批复.txt", by=by, now=now)


def correct(version: PlanVersion, by: User, now: datetime) -> None:
    """Somebody reads the first row otherwise than the program did."""
    actions.correct_reading(
        first(version), which="annual", reading=targets.read("≥5次"), reason="口径不同", by=by, now=now
    )


# ---- the table -------------------------------------------------------------------------------------------------


def test_plans_are_a_desk_at_the_counter_and_no_office() -> None:
    room = offices.office_of("performance.plan")
    assert room in offices.desks()
    assert room.label not in {office.label for office in offices.installed()}
    assert list(offices.defects()) == []


def test_every_state_and_every_step(desk: Desk, staff: Callable[..., User]) -> None:
    table_ = offices.table_of("performance.plan")
    words = sorted({step.by for step in table_.steps})
    everybody = staff("everybody", *words)

    def by(step: Step) -> User:
        return everybody

    tried = conformance.refused_everywhere_else(desk.handed_in(), by=by, now=desk.now)
    rows = sum(len(step.after) for step in table_.steps)
    assert tried == len(table_.states) * (len(table_.steps) - len(table_.opening)) - rows


def test_the_whole_way_is_a_chain_of_events(desk: Desk) -> None:
    case = desk.published(desk.handed_in())
    assert [event.kind.removeprefix("performance.plan_") for event in events_of(case)] == [
        "begun",
        "submitted",
        "unit_approved",
        "department_approved",
        "finance_approved",
        "secrecy_asked",
        "secrecy_passed",
        "published",
    ]
    assert (case.state, desk.life(case).published) == ("published", desk.life(case).version)


def test_a_plan_has_one_life(desk: Desk) -> None:
    case = desk.handed_in()
    with pytest.raises(Refused, match=case.number):
        desk.begin(desk.life(case).plan)


def test_an_imported_plan_begins_as_published_elsewhere_and_nothing_says_it_was_approved(desk: Desk) -> None:
    version = desk.accept()
    case = desk.begin(version.plan, "take_over")
    life = desk.life(case)
    assert (case.state, life.is_imported, life.published, life.approved) == ("imported", True, version, None)
    assert not Approval.objects.exists()


# ---- who may not -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_whoever_handed_it_in_approves_it_at_no_level(desk: Desk, staff: Callable[..., User], level: str) -> None:
    both = staff("both", "performance.drafter", f"performance.{level}_reviewer")
    case = desk.take(desk.begin(desk.accept().plan), "submit", by=both)
    desk.approved(case, *LEVELS[: LEVELS.index(level)]) if level != "unit" else None
    with pytest.raises(Refused) as refused:
        desk.take(case, f"approve_{level}", by=both)
    assert refused.value.reason is Reason.SAME_PERSON
    assert desk.take(case, f"approve_{level}", by=desk.of[level])


def test_nobody_approves_two_levels(desk: Desk, staff: Callable[..., User]) -> None:
    both = staff("both", "performance.unit_reviewer", "performance.finance_reviewer")
    case = desk.take(desk.handed_in(), "approve_unit", by=both)
    case = desk.approved(case, "department")
    with pytest.raises(Refused) as refused:
        desk.take(case, "approve_finance", by=both)
    assert refused.value.reason is Reason.SAME_PERSON


def test_whoever_wrote_the_version_does_not_approve_it_though_another_handed_it_in(
    desk: Desk, officer: User, now: datetime
) -> None:
    post = people.create_post("单位审核", code="REV", words=["performance.unit_reviewer"], by=None, now=now)
    people.appoint(officer, post=post, unit=desk.unit, since=date(2020, 1, 1), is_main=True, by=None, now=now)
    officer.known_mandates = None
    with pytest.raises(Refused) as refused:
        desk.take(desk.handed_in(), "approve_unit", by=officer)
    assert refused.value.reason is Reason.SAME_PERSON


def test_a_reviewer_who_left_in_the_middle_approves_nothing_and_another_one_goes_on(
    desk: Desk, staff: Callable[..., User]
) -> None:
    case, gone = desk.handed_in(), desk.of["unit"]
    appointment = Appointment.objects.get(user=gone)
    people.end_appointment(appointment, on=date(2026, 7, 1), by=None, now=desk.now)
    later = desk.now + timedelta(days=1)
    gone = User.objects.get(pk=gone.pk)
    with pytest.raises(Refused) as refused:
        desk.take(case, "approve_unit", by=gone, now=later)
    assert refused.value.reason is Reason.NOT_ALLOWED
    successor = staff("successor", "performance.unit_reviewer")
    assert desk.take(case, "approve_unit", by=successor, now=later).state == "department_review"


def test_a_level_is_told_when_it_is_its_turn(desk: Desk) -> None:
    case = desk.handed_in()
    assert Message.objects.filter(person=desk.of["unit"]).count() == 1
    desk.approved(case, "unit")
    assert Message.objects.filter(person=desk.of["department"]).count() == 1


def test_the_secrecy_reviewer_is_told_that_it_is_their_turn(desk: Desk) -> None:
    desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    assert Message.objects.filter(person=desk.secrecy).count() == 1


# ---- what is approved ------------------------------------------------------------------------------------------


def test_an_approval_binds_to_the_hash_of_targets_and_bindings(desk: Desk) -> None:
    case = desk.approved(desk.handed_in(), "unit")
    life = desk.life(case)
    rows = Approval.objects.filter(case=case, level="unit")
    now = contents.of([life.version])[life.version_id]
    assert {row.about: row.content_hash for row in rows} == contents.codes(now)
    assert set(contents.codes(now)) == {"targets", "bindings"}
    event = events_of(case).get(kind="performance.plan_unit_approved")
    assert event.particulars["parts"] == contents.codes(now)
    assert event.particulars["content_hash"] == contents.whole_hash(now)


def test_a_correction_after_the_approval_shows_both_values_and_replaces_nothing(desk: Desk) -> None:
    case = desk.approved(desk.handed_in())
    version = desk.life(case).version
    frozen = contents.frozen(Approval.objects.filter(case=case, level="finance"))
    correct(version, desk.officer, desk.now)
    (found,) = contents.differences(frozen, contents.of([version])[version.pk])
    assert (found.about, found.row, found.before) == ("targets", 1, None)
    assert targets.from_json(found.now) == targets.read("≥5次")
    assert contents.frozen(Approval.objects.filter(case=case, level="finance")) == frozen


def test_a_binding_after_the_approval_is_named_with_its_row(desk: Desk) -> None:
    case = desk.approved(desk.handed_in())
    version = desk.life(case).version
    frozen = contents.frozen(Approval.objects.filter(case=case, level="finance"))
    wanted = Wanted(basis="declared")
    binding.bind(first(version, 2), 0, wanted, reason="问卷统计", by=desk.officer, now=desk.now)
    (found,) = contents.differences(frozen, contents.of([version])[version.pk])
    assert (found.about, found.row, found.key, found.before) == ("bindings", 2, "2.0", None)


def test_what_was_approved_cannot_be_changed_in_the_database(desk: Desk) -> None:
    case = desk.approved(desk.handed_in(), "unit")
    with pytest.raises(Exception, match="append"), transaction.atomic():
        Approval.objects.filter(case=case).update(content_hash="0" * 64)


@pytest.fixture
def evaluation() -> Iterator[dict[int, str]]:
    """Another room's frozen evaluation: a hash for each version."""
    hashes: dict[int, str] = {}

    def read(versions: Sequence[PlanVersion]) -> Mapping[int, Content | None]:
        return {
            version.pk: Content(about="evaluation", about_id=7, content_hash=hashes[version.pk])
            if version.pk in hashes
            else None
            for version in versions
        }

    contents.register("evaluation", Text("自评", "Self-evaluation"), read)
    yield hashes
    contents.unregister("evaluation")


def test_another_room_adds_a_part_that_is_approved_with_the_plan(desk: Desk, evaluation: dict[int, str]) -> None:
    case = desk.handed_in()
    evaluation[desk.life(case).version_id] = "a" * 64
    with pytest.raises(Refused, match="Self-evaluation"):
        desk.approved(case, "unit")
    now = contents.of([desk.life(case).version])[desk.life(case).version_id]
    desk.take(case, "approve_unit", by=desk.of["unit"], looked_at=contents.whole_hash(now))
    assert Approval.objects.get(case=case, level="unit", about="evaluation").content_hash == "a" * 64


def test_what_was_changed_while_it_was_reviewed_is_refused_with_what_changed(desk: Desk) -> None:
    case = desk.handed_in()
    correct(desk.life(case).version, desk.officer, desk.now)
    with pytest.raises(Refused, match=r"Indicators and targets \(rows 1\)") as refused:
        desk.approved(case, "unit")
    assert refused.value.reason is Reason.OVERTAKEN
    assert not Approval.objects.filter(level="unit").exists()


def test_whoever_looked_at_it_as_it_is_now_may_approve_it(desk: Desk) -> None:
    case = desk.handed_in()
    version = desk.life(case).version
    correct(version, desk.officer, desk.now)
    seen = contents.whole_hash(contents.of([version])[version.pk])
    case = desk.take(case, "approve_unit", by=desk.of["unit"], looked_at=seen)
    assert desk.life(case).content_hash == seen
    assert desk.approved(case, "department").state == "finance_review"


def test_a_newer_version_during_the_review_is_refused_whatever_was_seen(desk: Desk) -> None:
    case = desk.handed_in()
    desk.accept(CORRECTED)
    version = desk.life(case).version
    seen = contents.whole_hash(contents.of([version])[version.pk])
    with pytest.raises(Refused, match="version 2 now") as refused:
        desk.take(case, "approve_unit", by=desk.of["unit"], looked_at=seen)
    assert refused.value.reason is Reason.OVERTAKEN


# ---- returned --------------------------------------------------------------------------------------------------


def test_a_returned_plan_names_its_findings_and_the_letter_lies_apart(desk: Desk) -> None:
    case = desk.handed_in(BAD)
    desk.take(case, "return_unit", by=desk.of["unit"], letter="请补上指标值。", remarks={"row_1": "培训几次？"})
    event = events_of(case).get(kind="performance.plan_unit_returned")
    rules = set(desk.life(case).version.findings.exclude(severity="hint").values_list("rule", flat=True))
    assert set(event.particulars["findings"]) == rules
    assert event.particulars["findings"]["L52"] == "1"
    texts = dict(Words.objects.filter(event=event).values_list("name", "words"))
    assert texts == {"letter": "请补上指标值。", "remarks": '{"row_1":"培训几次？"}'}


def test_what_was_returned_comes_back_as_another_version_or_with_an_answer(desk: Desk) -> None:
    case = desk.handed_in()
    desk.take(case, "return_unit", by=desk.of["unit"], letter="请核对。")
    with pytest.raises(Refused, match="as it was when it was returned"):
        desk.take(case, "submit", by=desk.drafter)
    case = desk.take(case, "submit", by=desk.drafter, answer="已核对，三次无误。")
    desk.take(case, "return_unit", by=desk.of["unit"], letter="还是不对。")
    desk.accept(CORRECTED)
    case = desk.take(case, "submit", by=desk.drafter)
    assert (desk.life(case).version.number, desk.life(case).round) == (2, 3)


def test_an_old_version_is_not_handed_in(desk: Desk) -> None:
    version = desk.accept()
    desk.accept(CORRECTED)
    with pytest.raises(Refused, match="the newest is 2"):
        desk.take(desk.begin(version.plan), "submit", by=desk.drafter, version=1)


# ---- adjusted, withdrawn ---------------------------------------------------------------------------------------


def test_an_adjustment_needs_its_document_and_the_old_version_stays_approved_until_then(desk: Desk) -> None:
    case = desk.approved(desk.handed_in())
    before = desk.life(case).approved
    case = desk.take(case, "adjust", by=desk.drafter, document="模拟〔2026〕8号", reason="任务增加")
    with pytest.raises(Refused, match="the one in force"):
        desk.take(case, "submit", by=desk.drafter)
    desk.accept(CORRECTED)
    with pytest.raises(Refused, match="Attach the document"):
        desk.take(case, "submit", by=desk.drafter)
    attach(case, desk.drafter, desk.now)
    case = desk.take(case, "submit", by=desk.drafter)
    assert desk.life(case).approved == before
    case = desk.approved(case)
    assert (case.state, desk.life(case).approved and desk.life(case).approved.number) == ("approved", 2)


def test_an_adjustment_given_up_leaves_what_was_approved(desk: Desk) -> None:
    case = desk.approved(desk.handed_in())
    whole = desk.life(case).content_hash
    case = desk.take(case, "adjust", by=desk.drafter, document="模拟〔2026〕8号", reason="任务增加")
    case = desk.take(case, "abandon", by=desk.drafter, reason="不调了")
    life = desk.life(case)
    assert (case.state, life.approved, life.content_hash) == ("approved", life.version, whole)


def test_giving_up_the_adjustment_of_an_imported_plan_does_not_make_it_approved(desk: Desk) -> None:
    case = desk.begin(desk.accept().plan, "take_over")
    case = desk.take(case, "adjust", by=desk.drafter, document="模拟〔2026〕8号", reason="任务增加")
    with pytest.raises(Refused, match="no version of that sort"):
        desk.take(case, "abandon", by=desk.drafter, reason="不调了")
    case = desk.take(case, "abandon_import", by=desk.drafter, reason="不调了")
    assert (case.state, desk.life(case).approved) == ("imported", None)


def test_a_plan_is_withdrawn_after_publication_and_that_it_was_published_stays(desk: Desk) -> None:
    case = desk.published(desk.handed_in())
    case = desk.take(case, "terminate", by=desk.of["finance"], document="模拟〔2026〕9号", reason="项目取消")
    event = events_of(case).last()
    assert event is not None
    assert event.particulars["published"] == 1
    assert (case.state, desk.life(case).published) == ("withdrawn", desk.life(case).version)
    with pytest.raises(Refused):
        desk.take(case, "publish", by=desk.publisher)


def test_after_an_adjustment_was_given_up_the_secrecy_review_may_be_passed_again(desk: Desk) -> None:
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    case = desk.take(case, "pass_secrecy", by=desk.secrecy)
    case = desk.take(case, "adjust", by=desk.drafter, document="模拟〔2026〕8号", reason="任务增加")
    case = desk.take(case, "abandon", by=desk.drafter, reason="不调了")
    case = desk.take(case, "ask_secrecy", by=desk.publisher)
    assert desk.take(case, "pass_secrecy", by=desk.secrecy).state == "cleared"


# ---- what is published is what was approved -----------------------------------------------------------------------


def refused_as_changed(desk: Desk, case: Case, step: str, by: User) -> None:
    with pytest.raises(
        Refused, match=r"approved value differs from the current value: Indicators and targets \(rows 1\)"
    ):
        desk.take(case, step, by=by)


def test_a_plan_that_was_changed_after_its_approval_does_not_pass_the_secrecy_review(desk: Desk) -> None:
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    assert offices.notice_of(case) is None
    correct(desk.life(case).version, desk.officer, desk.now)
    refused_as_changed(desk, case, "pass_secrecy", desk.secrecy)
    assert not Approval.objects.filter(case=case, level="secrecy").exists()
    said = offices.notice_of(Case.objects.get(pk=case.pk))
    assert said is not None
    assert "批复的值与现在的值不同：指标和指标值（第 1 行）" in said.zh


def test_a_plan_that_was_changed_after_its_secrecy_review_is_not_published_until_it_is_as_approved(desk: Desk) -> None:
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    case = desk.take(case, "pass_secrecy", by=desk.secrecy)
    version = desk.life(case).version
    correct(version, desk.officer, desk.now)
    refused_as_changed(desk, case, "publish", desk.publisher)
    assert desk.life(case).published is None
    correction = Correction.objects.get(indicator__version=version)
    actions.withdraw_correction(correction, reason="不改了", by=desk.officer, now=desk.now)
    case = desk.take(case, "publish", by=desk.publisher)
    event = events_of(case).last()
    approved = contents.frozen(Approval.objects.filter(case=case, level="finance"))
    assert event is not None
    assert event.particulars["parts"] == contents.codes(approved)
    assert desk.life(case).published == version


def test_a_newer_table_does_not_keep_the_approved_one_from_being_published(desk: Desk) -> None:
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    desk.accept(CORRECTED)
    case = desk.take(desk.take(case, "pass_secrecy", by=desk.secrecy), "publish", by=desk.publisher)
    assert desk.life(case).published == desk.life(case).approved


def test_a_submission_of_which_nothing_was_frozen_is_not_approved(desk: Desk) -> None:
    """As a case that another program brought into the review would be."""
    case = desk.begin(desk.accept().plan)
    Case.objects.filter(pk=case.pk).update(state="unit_review")
    with pytest.raises(Refused, match="was changed while it was reviewed: Indicators and targets; Bindings") as refused:
        desk.approved(Case.objects.get(pk=case.pk), "unit")
    assert refused.value.reason is Reason.OVERTAKEN
    assert not Approval.objects.filter(case=case).exists()


# ---- last year, and sums ---------------------------------------------------------------------------------------


def test_a_plan_is_compared_with_the_same_office_of_the_year_before(desk: Desk) -> None:
    earlier = table(row(1, "开展培训", "2次"), row(2, "印发简报", "12期"), total="8.00")
    before = desk.accept(earlier, fiscal_year=2025)
    life = desk.life(desk.handed_in())
    assert life.compared == before
    assert (life.rows_added, life.rows_removed, life.rows_changed) == (1, 1, 1)
    assert (life.amount_before, life.amount_now) == (8, 10)


def test_the_tally_of_findings_follows_what_is_accepted(desk: Desk) -> None:
    version = desk.accept(BAD)
    tally = FindingTally.objects.get(version=version)
    found = version.findings.filter(suppression=None)
    assert (tally.errors, tally.warnings) == (
        found.filter(severity="error").count(),
        found.filter(severity="warning").count(),
    )
    error = found.filter(severity="error").first()
    assert error is not None
    suppressing.suppress_finding(error, everywhere=False, reason="原文如此", by=desk.officer, now=desk.now)
    assert FindingTally.objects.get(version=version).errors == tally.errors - 1


def test_many_are_approved_at_once_but_none_with_an_error(desk: Desk) -> None:
    good = [desk.handed_in(SMALL.replace("某市某局", f"某市第{n}局")) for n in range(3)]
    bad = desk.handed_in(BAD)
    with pytest.raises(Refused, match="open errors") as refused:
        casework.perform_many([*good, bad], "approve_unit", by=desk.of["unit"], now=desk.now)
    assert refused.value.row == 3
    assert {case.state for case in Case.objects.all()} == {"unit_review"}
    done = casework.perform_many(good, "approve_unit", by=desk.of["unit"], now=desk.now)
    assert {case.state for case in done} == {"department_review"}
    assert Approval.objects.filter(level="unit").count() == 6


def test_a_plan_cannot_have_two_lives_in_the_database(desk: Desk) -> None:
    case = desk.handed_in()
    life = desk.life(case)
    other = desk.handed_in(SMALL.replace("某市某局", "某市另一局"))
    with pytest.raises(IntegrityError), transaction.atomic():
        type(life).objects.filter(case=other).update(plan=life.plan_id)
