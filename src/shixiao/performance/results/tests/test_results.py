"""The self-evaluations of a day go from their submission through two levels and a secrecy review to publication, as they were approved."""

import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from shixiao import casework
from shixiao.casework import Refused, conformance, offices
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.casework.steps import Step
from shixiao.engine import targets
from shixiao.ledger.models import Event
from shixiao.messages.models import Message
from shixiao.people import actions as people
from shixiao.people.models import Appointment, User
from shixiao.performance import actions
from shixiao.performance.life.models import Approval
from shixiao.performance.models import Evaluation, Publication, Withdrawal
from shixiao.performance.publication import publishing
from shixiao.performance.results import contents
from shixiao.performance.results.tests.conftest import (
    FIRST,
    LEVELS,
    OFFICE,
    RESULT,
    SECOND,
    TWO,
    UNTIL,
    WHY,
    Desk,
    Filled,
)
from shixiao.performance.tests.conftest import first

pytestmark = [pytest.mark.django_db, pytest.mark.database]


# ---- the whole way ---------------------------------------------------------------------------------------------


def test_results_are_a_second_kind_of_case_at_the_same_desk() -> None:
    assert offices.office_of("performance.result") is offices.office_of("performance.plan")
    assert list(offices.defects()) == []


def test_every_state_and_every_step(desk: Desk, staff: Callable[..., User]) -> None:
    table = offices.table_of("performance.result")
    everybody = staff("everybody", *sorted({step.by for step in table.steps}))

    def by(_step: Step) -> User:
        return everybody

    tried = conformance.refused_everywhere_else(desk.handed_in(), by=by, now=desk.now)
    rows = sum(len(step.after) for step in table.steps)
    assert tried == len(table.states) * (len(table.steps) - len(table.opening)) - rows


def test_the_whole_way_is_a_chain_of_events_and_ends_in_a_publication_of_what_was_approved(
    desk: Desk, filled: Filled
) -> None:
    case = desk.published(desk.handed_in())
    assert [event.kind.removeprefix("performance.result_") for event in events_of(case)] == [
        "begun",
        "submitted",
        "unit_approved",
        "department_approved",
        "secrecy_asked",
        "secrecy_passed",
        "published",
    ]
    made = desk.publication(case)
    assert (case.state, made.address) == ("published", f"2026/{OFFICE}/1")
    assert [each.project.name for each in filled[0]] == [FIRST, SECOND]
    assert made.content_hash == desk.life(case).content_hash
    assert (made.reviewed_by, made.review_result) == (desk.secrecy.display_name, RESULT)
    assert Event.objects.filter(kind="performance.publication_made").count() == 1
    bundle = json.loads(gzip.decompress(bytes(made.bundle)))
    assert bundle["hash"] == made.bundle_hash


def test_the_steps_event_names_the_publication_in_the_same_transaction(desk: Desk) -> None:
    case = desk.published(desk.handed_in())
    event = events_of(case).get(kind="performance.result_published")
    made = desk.publication(case)
    told = event.particulars
    assert (told["office"], told["publication"], told["address"]) == (OFFICE, made.pk, made.address)
    assert told["content_hash"] == made.content_hash


def test_nothing_is_published_where_the_step_fails_after_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.cleared(desk.approved(desk.handed_in()))

    def fails(*_given: object, **_more: object) -> None:
        raise RuntimeError("no room on the disk")

    monkeypatch.setattr(casework.performing.telling, "follow", fails)
    with pytest.raises(RuntimeError):
        desk.take(case, "publish", by=desk.publisher, office=OFFICE)
    assert not Publication.objects.exists()
    assert not Event.objects.filter(kind="performance.publication_made").exists()


# ---- begun and handed in ---------------------------------------------------------------------------------------


def test_a_day_has_one_case(desk: Desk) -> None:
    case = desk.handed_in()
    with pytest.raises(Refused, match=case.number):
        desk.begin(desk.life(case).version)
    life, other = desk.life(case), desk.life(_other_day(desk, case))
    with pytest.raises(IntegrityError), transaction.atomic():
        type(life).objects.filter(pk=other.pk).update(until=life.until)


def _other_day(desk: Desk, case: casework.models.Case) -> casework.models.Case:
    version, day = desk.life(case).version, UNTIL - timedelta(days=1)
    desk.freeze(version, until=day)
    return desk.begin(version, until=day)


def test_a_day_on_which_nothing_was_frozen_has_no_case(desk: Desk) -> None:
    with pytest.raises(Refused, match="Freeze it first") as refused:
        desk.begin(desk.accept())
    assert refused.value.field == "until"


def test_an_old_version_is_not_begun_with(desk: Desk) -> None:
    version = desk.accept()
    desk.freeze(version)
    desk.accept(TWO.replace("5台", "6台"))
    with pytest.raises(Refused, match="not the newest one"):
        desk.begin(version, version=1)


def test_a_project_without_a_self_evaluation_is_named_at_the_submission(desk: Desk) -> None:
    version = desk.accept()
    only = version.units.get().projects.get(name=FIRST)
    desk.freeze(version, only=[only.pk])
    case = desk.begin(version)
    with pytest.raises(Refused, match=SECOND) as refused:
        desk.take(case, "submit", by=desk.drafter, without_score=WHY)
    assert FIRST not in refused.value.text.zh
    desk.freeze(version)
    assert desk.take(case, "submit", by=desk.drafter, without_score=WHY).state == "unit_review"


def test_rows_without_a_score_are_named_and_need_a_word_of_why(desk: Desk) -> None:
    version = desk.accept()
    desk.freeze(version)
    case = desk.begin(version)
    with pytest.raises(Refused) as refused:
        desk.take(case, "submit", by=desk.drafter)
    assert refused.value.field == "without_score"
    assert f"{FIRST}：预算执行率、第 1–2 行；{SECOND}：预算执行率、第 3 行" in refused.value.text.zh
    desk.take(case, "submit", by=desk.drafter, without_score=WHY)
    event = events_of(case).get(kind="performance.result_submitted")
    assert event.particulars["unscored"] == 5
    assert event.words.get(name="without_score").words == WHY


def test_a_project_that_could_not_be_scored_at_all_is_not_handed_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = desk.accept()
    desk.freeze(version)
    case = desk.begin(version)
    monkeypatch.setattr("shixiao.performance.results.lacking.lines_of", lambda _evaluation: None)
    with pytest.raises(Refused, match=f"Could not be scored: {FIRST}, {SECOND}"):
        desk.take(case, "submit", by=desk.drafter, without_score=WHY)


# ---- who may not -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_whoever_handed_it_in_approves_it_at_no_level(desk: Desk, staff: Callable[..., User], level: str) -> None:
    both = staff("both", "performance.drafter", f"performance.{level}_reviewer")
    version = desk.accept()
    desk.freeze(version)
    case = desk.handed_in(version, by=both)
    if level == "department":
        case = desk.approved(case, "unit")
    with pytest.raises(Refused) as refused:
        desk.take(case, f"approve_{level}", by=both)
    assert refused.value.reason is Reason.SAME_PERSON
    assert desk.take(case, f"approve_{level}", by=desk.of[level])


def _appoint(desk: Desk, user: User, word: str) -> User:
    post = people.create_post(word, code="MORE", words=[word], by=None, now=desk.now)
    people.appoint(user, post=post, unit=desk.unit, since=date(2020, 1, 1), is_main=False, by=None, now=desk.now)
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("level", LEVELS)
def test_whoever_froze_an_evaluation_approves_it_at_no_level_though_another_handed_it_in(
    desk: Desk, level: str
) -> None:
    reviewer = _appoint(desk, desk.officer, f"performance.{level}_reviewer")
    case = desk.handed_in()
    if level == "department":
        case = desk.approved(case, "unit")
    with pytest.raises(Refused, match="You wrote") as refused:
        desk.take(case, f"approve_{level}", by=reviewer)
    assert refused.value.reason is Reason.SAME_PERSON


def test_whoever_edited_a_revision_that_another_one_took_the_place_of_does_not_approve_it(
    desk: Desk, account: Callable[..., User]
) -> None:
    version = desk.accept()
    second = account("officer2")
    edited = desk.edit(desk.freeze(version)[0], by=second)
    desk.edit(edited, "按周核对")
    reviewer = _appoint(desk, second, "performance.unit_reviewer")
    with pytest.raises(Refused, match="You wrote"):
        desk.take(desk.handed_in(version), "approve_unit", by=reviewer)


def test_nobody_approves_two_levels(desk: Desk, staff: Callable[..., User]) -> None:
    both = staff("both", "performance.unit_reviewer", "performance.department_reviewer")
    case = desk.take(desk.handed_in(), "approve_unit", by=both)
    with pytest.raises(Refused) as refused:
        desk.take(case, "approve_department", by=both)
    assert refused.value.reason is Reason.SAME_PERSON


def test_whoever_asked_for_the_secrecy_review_does_not_pass_it(desk: Desk, staff: Callable[..., User]) -> None:
    both = staff("both", "performance.publisher", "performance.secrecy_reviewer")
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=both)
    with pytest.raises(Refused) as refused:
        desk.take(case, "pass_secrecy", by=both, result=RESULT)
    assert refused.value.reason is Reason.SAME_PERSON


def test_whoever_froze_an_evaluation_does_not_pass_its_secrecy_review(desk: Desk) -> None:
    reviewer = _appoint(desk, desk.officer, "performance.secrecy_reviewer")
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    with pytest.raises(Refused, match="You wrote"):
        desk.take(case, "pass_secrecy", by=reviewer, result=RESULT)


def test_whoever_passed_the_secrecy_review_does_not_publish(desk: Desk, staff: Callable[..., User]) -> None:
    both = staff("both", "performance.publisher", "performance.secrecy_reviewer")
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    case = desk.take(case, "pass_secrecy", by=both, result=RESULT)
    with pytest.raises(Refused) as refused:
        desk.take(case, "publish", by=both, office=OFFICE)
    assert refused.value.reason is Reason.SAME_PERSON
    assert not Publication.objects.exists()


@pytest.mark.parametrize("step", ["approve_unit", "pass_secrecy", "publish"])
def test_somebody_whose_appointment_ended_takes_no_step_and_another_goes_on(
    desk: Desk, staff: Callable[..., User], step: str
) -> None:
    case, told = desk.handed_in(), {}
    gone, word = desk.of["unit"], "performance.unit_reviewer"
    if step != "approve_unit":
        case = desk.take(desk.approved(case), "ask_secrecy", by=staff("other", "performance.publisher"))
        gone, word, told = desk.secrecy, "performance.secrecy_reviewer", {"result": RESULT}
    if step == "publish":
        case = desk.take(case, "pass_secrecy", by=desk.secrecy, result=RESULT)
        gone, word, told = desk.publisher, "performance.publisher", {"office": OFFICE}
    people.end_appointment(Appointment.objects.get(user=gone), on=date(2026, 7, 1), by=None, now=desk.now)
    later = desk.now + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        desk.take(case, step, by=User.objects.get(pk=gone.pk), now=later, **told)
    assert refused.value.reason is Reason.NOT_ALLOWED
    assert desk.take(case, step, by=staff("successor", word), now=later, **told).state != case.state


def test_a_level_is_told_when_it_is_its_turn(desk: Desk) -> None:
    case = desk.handed_in()
    assert Message.objects.filter(person=desk.of["unit"]).count() == 1
    desk.cleared(desk.approved(case))
    assert Message.objects.filter(person=desk.secrecy).exists()


# ---- what is approved ------------------------------------------------------------------------------------------


def test_an_approval_binds_to_every_projects_newest_revision_and_to_targets_and_bindings(desk: Desk) -> None:
    case = desk.approved(desk.handed_in(), "unit")
    rows = {row.about: row for row in Approval.objects.filter(case=case, level="unit")}
    assert set(rows) == {"targets", "bindings", "evaluations"}
    frozen = {each["project"]: each["hash"] for each in rows["evaluations"].content["rows"].values()}
    assert frozen == {each.project.name: each.content_hash for each in Evaluation.objects.select_related("project")}
    event = events_of(case).get(kind="performance.result_unit_approved")
    assert event.particulars["parts"]["evaluations"] == rows["evaluations"].content_hash


def test_what_was_approved_cannot_be_changed_in_the_database(desk: Desk) -> None:
    case = desk.approved(desk.handed_in(), "unit")
    with pytest.raises(Exception, match="append"), transaction.atomic():
        Approval.objects.filter(case=case).update(content_hash="0" * 64)


@pytest.mark.parametrize("level", LEVELS)
def test_a_newer_revision_in_between_is_refused_with_the_project_that_changed(desk: Desk, level: str) -> None:
    version = desk.accept()
    _one, second = desk.freeze(version)
    case = desk.handed_in(version)
    if level == "department":
        case = desk.approved(case, "unit")
    desk.edit(second)
    with pytest.raises(Refused, match=SECOND) as refused:
        desk.take(case, f"approve_{level}", by=desk.of[level])
    assert refused.value.reason is Reason.OVERTAKEN
    assert FIRST not in refused.value.text.zh
    assert not Approval.objects.filter(level=level).exists()


def test_a_corrected_target_in_between_is_refused_with_its_row(desk: Desk) -> None:
    case = desk.handed_in()
    indicator = first(desk.life(case).version)
    reading = targets.read("≥5次")
    actions.correct_reading(indicator, which="annual", reading=reading, reason="口径", by=desk.officer, now=desk.now)
    with pytest.raises(Refused, match=r"Indicators and targets \(rows 1\)"):
        desk.approved(case, "unit")


def test_a_newer_version_of_the_plan_in_between_is_refused(desk: Desk) -> None:
    case = desk.handed_in()
    desk.accept(TWO.replace("5台", "6台"))
    with pytest.raises(Refused, match="newer version") as refused:
        desk.approved(case, "unit")
    assert refused.value.reason is Reason.OVERTAKEN


def test_a_revision_after_the_approval_shows_beside_it_and_what_was_approved_is_published(
    desk: Desk, filled: Filled
) -> None:
    version = desk.accept()
    one, _second = desk.freeze(version)
    case = desk.cleared(desk.approved(desk.handed_in(version)))
    before = contents.approved(case.pk)
    later = desk.edit(one)
    assert contents.approved(case.pk) == before
    notice = offices.notice_of(case)
    assert notice is not None
    assert "批复的自评与现在的不同" in notice.zh
    assert FIRST in notice.zh
    assert SECOND not in notice.zh
    desk.take(case, "publish", by=desk.publisher, office=OFFICE)
    assert later.pk not in [each.pk for each in filled[0]]
    assert one.pk in [each.pk for each in filled[0]]


def test_several_are_approved_at_once_in_statements_that_do_not_grow(desk: Desk) -> None:
    def several(first_: int, count: int) -> list[casework.models.Case]:
        found = []
        for n in range(first_, first_ + count):
            version = desk.accept(TWO.replace("某市某局", f"某市第{n}局"))
            desk.freeze(version)
            found.append(desk.handed_in(version))
        return found

    counted = []
    for number, count in ((0, 2), (10, 4)):
        cases = several(number, count)
        with CaptureQueriesContext(connection) as captured:
            casework.perform_many(cases, "approve_unit", by=desk.of["unit"], now=desk.now)
        counted.append(len(captured))
    assert counted[1] <= counted[0] + 2


# ---- returned --------------------------------------------------------------------------------------------------


def test_what_was_returned_comes_back_changed_or_with_an_answer(desk: Desk) -> None:
    version = desk.accept()
    one, _second = desk.freeze(version)
    case = desk.take(desk.handed_in(version), "return_unit", by=desk.of["unit"], letter="请补写改进措施。")
    with pytest.raises(Refused, match="as they were when they were returned"):
        desk.take(case, "submit", by=desk.drafter, without_score=WHY)
    case = desk.take(case, "submit", by=desk.drafter, without_score=WHY, answer="不需要改进。")
    case = desk.take(case, "return_unit", by=desk.of["unit"], letter="还是要补。")
    desk.edit(one)
    case = desk.take(case, "submit", by=desk.drafter, without_score=WHY)
    assert (case.state, desk.life(case).round) == ("unit_review", 3)


# ---- the secrecy review, and publishing -----------------------------------------------------------------------


@pytest.mark.parametrize("result", ["", "【秘密】可以公开", "secrecy 看过，可以公开", "可" * 501])
def test_a_result_that_cannot_be_published_does_not_pass(desk: Desk, result: str) -> None:
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    with pytest.raises(Refused):
        desk.take(case, "pass_secrecy", by=desk.secrecy, result=result.replace("secrecy", desk.secrecy.display_name))
    assert not Approval.objects.filter(level="secrecy").exists()


def test_a_refused_secrecy_review_leaves_it_approved_and_may_be_asked_for_again(desk: Desk) -> None:
    case = desk.take(desk.approved(desk.handed_in()), "ask_secrecy", by=desk.publisher)
    case = desk.take(case, "refuse_secrecy", by=desk.secrecy, reason="先核对联系人")
    assert case.state == "approved"
    assert desk.cleared(case).state == "cleared"


def test_the_offices_word_is_asked_for_once_and_then_remembered(desk: Desk) -> None:
    case = desk.cleared(desk.approved(desk.handed_in()))
    with pytest.raises(Refused, match="Say the office") as refused:
        desk.take(case, "publish", by=desk.publisher)
    assert refused.value.field == "office"
    with pytest.raises(Refused):
        desk.take(case, "publish", by=desk.publisher, office="Example Office")
    with pytest.raises(Refused):
        desk.take(case, "publish", by=desk.publisher, office="EXAMPLE")
    case = desk.take(case, "publish", by=desk.publisher, office=OFFICE)
    case = desk.take(case, "renew", by=desk.drafter, reason="补写以后")
    case = desk.take(case, "submit", by=desk.drafter, without_score=WHY)
    case = desk.take(desk.cleared(desk.approved(case)), "publish", by=desk.publisher)
    assert desk.publication(case).address == f"2026/{OFFICE}/2"


def test_what_is_published_stays_until_the_new_one_is_approved_and_published(desk: Desk, filled: Filled) -> None:
    version = desk.accept()
    one, _second = desk.freeze(version)
    case = desk.published(desk.handed_in(version))
    later = desk.edit(one)
    case = desk.take(case, "renew", by=desk.drafter, reason="补写以后")
    assert desk.publication(case).address == f"2026/{OFFICE}/1"
    with pytest.raises(Refused, match="still stands"):
        desk.take(case, "withdraw", by=desk.drafter, reason="不要了")
    case = desk.take(case, "submit", by=desk.drafter, without_score=WHY)
    case = desk.published(case)
    assert later.pk in [each.pk for each in filled[1]]
    assert desk.publication(case).number == 2


# ---- withdrawn ------------------------------------------------------------------------------------------------


def test_a_publication_is_taken_back_with_a_reason_that_is_public(desk: Desk) -> None:
    case = desk.published(desk.handed_in())
    made = desk.publication(case)
    with pytest.raises(Refused):
        desk.take(case, "take_back", by=desk.drafter, reason="数据有误")
    case = desk.take(case, "take_back", by=desk.publisher, reason="数据有误")
    assert case.state == "withdrawn"
    assert Withdrawal.objects.get(publication=made).reason == "数据有误"
    event = events_of(case).get(kind="performance.result_taken_back")
    assert (event.particulars["publication"], event.particulars["address"]) == (made.pk, made.address)


def test_what_was_never_published_is_not_taken_back(desk: Desk) -> None:
    version = desk.accept()
    desk.freeze(version)
    case = desk.begin(version)
    with pytest.raises(Refused, match="nothing published"):
        desk.take(case, "take_back", by=desk.publisher, reason="数据有误")
    assert not Withdrawal.objects.exists()


def test_what_was_withdrawn_before_its_publication_may_be_handed_in_again(desk: Desk) -> None:
    case = desk.take(desk.approved(desk.handed_in(), "unit"), "withdraw", by=desk.drafter, reason="要改")
    assert case.state == "withdrawn"
    case = desk.take(case, "renew", by=desk.drafter, reason="改好了")
    case = desk.take(case, "submit", by=desk.drafter, without_score=WHY)
    assert desk.published(case).state == "published"


def test_the_holder_of_the_post_publishes_and_other_staff_do_not(desk: Desk) -> None:
    made = desk.publication(desk.published(desk.handed_in()))
    with pytest.raises(Exception, match="绩效公开"):
        publishing.withdraw(made, reason="数据有误", by=desk.drafter, now=desk.now)


# ---- over time -------------------------------------------------------------------------------------------------


def test_each_level_has_its_deadline(desk: Desk) -> None:
    table, office = offices.table_of("performance.result"), offices.office_of("performance.result")
    assert set(table.limits) == {each.name for each in office.limits if each.kind == table.kind}
    case = desk.cleared(desk.approved(desk.handed_in()))
    names = list(casework.models.Deadline.objects.filter(case=case).order_by("id").values_list("name", "stopped_at"))
    assert [name for name, _at in names] == ["unit_review", "department_review", "secrecy_review", "publication"]
    assert [at is None for _name, at in names] == [False, False, False, True]
