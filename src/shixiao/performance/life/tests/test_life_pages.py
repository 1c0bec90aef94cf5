"""The desk, one review, the plan's own page: who sees what, and what their buttons do."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.ledger.models import Words
from shixiao.people import actions
from shixiao.people.models import User
from shixiao.performance.life import desk as room
from shixiao.performance.life.models import RowNote
from shixiao.performance.life.tests.conftest import BAD, CORRECTED, Desk
from shixiao.performance.life.tests.test_life import correct
from shixiao.performance.tests.conftest import SMALL

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def named(n: int) -> str:
    return SMALL.replace("某市某局", f"某市第{n:03}局")


# ---- the desk --------------------------------------------------------------------------------------------------


def test_a_reviewer_sees_what_waits_at_their_level_with_its_findings(desk: Desk, signed_in: SignedIn) -> None:
    desk.handed_in(BAD)
    desk.approved(desk.handed_in(named(1)), "unit")
    page = signed_in(desk.of["unit"]).get("/reviews/").content.decode()
    assert "某市某局" in page
    assert "第001局" not in page
    assert "?check=error" in page


def test_the_address_chooses_by_findings_state_and_words(desk: Desk, signed_in: SignedIn) -> None:
    desk.handed_in(BAD)
    desk.approved(desk.handed_in(named(1)), "unit")
    browser = signed_in(desk.of["unit"])
    found = browser.get("/reviews/?state=open&findings=error").content.decode()
    assert "某市某局" in found
    assert "第001局" not in found
    assert "第001局" in browser.get("/reviews/?state=department_review").content.decode()
    assert "某市某局" not in browser.get("/reviews/?state=all&q=001").content.decode()


def test_a_page_of_the_desk_asks_at_most_eight_statements_and_goes_on_behind_its_last_row(
    desk: Desk, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PAGE", 3)
    for n in range(5):
        desk.handed_in(named(n))
    browser = signed_in(User.objects.get(pk=desk.of["unit"].pk))
    browser.get("/reviews/")
    with CaptureQueriesContext(connection) as captured:
        first = browser.get("/reviews/").content.decode()
    asked = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
    assert len(asked) <= 8
    after = first.partition("after=")[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(f"/reviews/?after={after}").content.decode()
    assert [f"第{n:03}局" in first for n in range(5)] == [True, True, True, False, False]
    assert [f"第{n:03}局" in second for n in range(5)] == [False, False, False, True, True]


def test_somebody_without_a_post_sees_an_empty_desk_and_no_review(
    desk: Desk, signed_in: SignedIn, reader: User
) -> None:
    case = desk.handed_in()
    browser = signed_in(reader)
    assert "某市某局" not in browser.get("/reviews/?state=all").content.decode()
    assert browser.get(f"/reviews/{case.pk}/").status_code == 404


def test_a_reviewer_of_another_unit_sees_nothing_of_it(
    desk: Desk, signed_in: SignedIn, staff: Callable[..., User]
) -> None:
    other = actions.create_unit("另一个单位", code="OTHER", parent=None, since=date(2020, 1, 1), by=None, now=desk.now)
    stranger = staff("stranger", "performance.unit_reviewer", at=other)
    case = desk.handed_in()
    assert "某市某局" not in signed_in(stranger).get("/reviews/?state=all").content.decode()
    assert signed_in(stranger).get(f"/reviews/{case.pk}/").status_code == 404
    assert signed_in(stranger).post(f"/reviews/{case.pk}/decide/", {"what": "approve"}).status_code == 404


def test_many_are_returned_with_one_letter_and_each_has_its_own_findings_and_event(
    desk: Desk, signed_in: SignedIn
) -> None:
    cases = [desk.handed_in(BAD), desk.handed_in(named(1)), desk.handed_in(named(2))]
    browser = signed_in(desk.of["unit"])
    form = browser.get("/reviews/return/", {"case": [case.pk for case in cases]}).content.decode()
    assert all(case.number in form for case in cases)
    told = {"case": [case.pk for case in cases], "words": "请按发现逐条修改。"}
    assert browser.post("/reviews/return/", told).status_code == 302
    events = [events_of(case).get(kind="performance.plan_unit_returned") for case in cases]
    assert {Words.objects.get(event=event, name="letter").words for event in events} == {"请按发现逐条修改。"}
    assert [event.particulars["findings"].get("L52") for event in events] == ["1", None, None]
    assert set(Case.objects.values_list("state", flat=True)) == {"returned"}


def test_a_letter_that_says_nothing_returns_nothing(desk: Desk, signed_in: SignedIn) -> None:
    case = desk.handed_in()
    answer = signed_in(desk.of["unit"]).post("/reviews/return/", {"case": [case.pk], "words": " "})
    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.state == "unit_review"


def test_one_with_an_error_keeps_all_from_being_approved_in_bulk(desk: Desk, signed_in: SignedIn) -> None:
    good, bad = desk.handed_in(named(1)), desk.handed_in(BAD)
    browser = signed_in(desk.of["unit"])
    answer = browser.post("/reviews/approve/", {"case": [good.pk, bad.pk]})
    assert answer.status_code == 422
    assert bad.number in answer.content.decode()
    assert set(Case.objects.values_list("state", flat=True)) == {"unit_review"}
    assert browser.post("/reviews/approve/", {"case": [bad.pk]}).status_code == 422  # also alone
    assert browser.post("/reviews/approve/", {"case": [good.pk]}).status_code == 302


# ---- one review ------------------------------------------------------------------------------------------------


def test_a_remark_to_a_row_is_kept_and_goes_with_the_return(desk: Desk, signed_in: SignedIn) -> None:
    case = desk.handed_in()
    browser = signed_in(desk.of["unit"])
    assert browser.post(f"/reviews/{case.pk}/2/", {"note": "样本多少？"}).status_code == 302
    assert "样本多少？" in browser.get(f"/reviews/{case.pk}/").content.decode()
    browser.post(f"/reviews/{case.pk}/decide/", {"what": "return", "words": "见各行意见。"})
    event = events_of(case).get(kind="performance.plan_unit_returned")
    assert Words.objects.get(event=event, name="remarks").words == '{"row_2":"样本多少？"}'
    assert not RowNote.objects.exists()
    page = signed_in(desk.drafter).get(f"/reviews/{case.pk}/").content.decode()
    assert "见各行意见。" in page
    assert "样本多少？" in page


def test_nobody_else_writes_remarks(desk: Desk, signed_in: SignedIn) -> None:
    case = desk.handed_in()
    for person in (desk.drafter, desk.of["finance"]):
        assert signed_in(person).post(f"/reviews/{case.pk}/2/", {"note": "好"}).status_code == 422
    assert not RowNote.objects.exists()


def test_what_came_back_is_shown_row_by_row_against_what_was_returned(desk: Desk, signed_in: SignedIn) -> None:
    case = desk.handed_in()
    desk.take(case, "return_unit", by=desk.of["unit"], letter="三次太少。")
    desk.accept(CORRECTED)
    desk.take(case, "submit", by=desk.drafter, answer="已改为四次。")
    page = signed_in(desk.of["unit"]).get(f"/reviews/{case.pk}/").content.decode()
    assert "退回以后改了什么" in page
    assert "已改为四次。" in page
    assert "<del>3</del>" in page or "<del>3次</del>" in page


def test_the_page_says_what_changed_since_it_was_handed_in_and_its_button_is_for_what_is_shown(
    desk: Desk, signed_in: SignedIn
) -> None:
    case = desk.handed_in()
    browser = signed_in(desk.of["unit"])
    before = browser.get(f"/reviews/{case.pk}/").content.decode()
    assert "提交的值与现在的值不同" not in before
    old = before.partition('name="looked_at" value="')[2].partition('"')[0]
    correct(desk.life(case).version, desk.officer, desk.now)
    refused = browser.post(f"/reviews/{case.pk}/decide/", {"what": "approve", "looked_at": old})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "在审核当中有变化：指标和指标值（第 1 行）" in page
    assert "提交的值与现在的值不同" in page
    new = page.partition('name="looked_at" value="')[2].partition('"')[0]
    assert browser.post(f"/reviews/{case.pk}/decide/", {"what": "approve", "looked_at": new}).status_code == 302


def test_whoever_handed_it_in_is_told_why_not(desk: Desk, signed_in: SignedIn, staff: Callable[..., User]) -> None:
    both = staff("both", "performance.drafter", "performance.unit_reviewer")
    case = desk.take(desk.begin(desk.accept().plan), "submit", by=both)
    answer = signed_in(both).post(f"/reviews/{case.pk}/decide/", {"what": "approve"})
    assert answer.status_code == 422
    assert "须由另一个人办理" in answer.content.decode()


# ---- the plan --------------------------------------------------------------------------------------------------


def test_only_an_adjustment_can_be_given_up(desk: Desk, signed_in: SignedIn) -> None:
    case = desk.handed_in()
    desk.take(case, "return_unit", by=desk.of["unit"], letter="请核对。", remarks={"row_2": "样本？"})
    page = signed_in(desk.drafter).get(f"/plans/{desk.life(case).plan_id}/life/").content.decode()
    assert "提交审核" in page
    assert "不再调整" not in page
    assert "对第 2 行的意见" in page


def test_an_imported_plan_says_that_it_was_published_elsewhere(desk: Desk, signed_in: SignedIn, reader: User) -> None:
    version = desk.accept()
    assert "转入时已公开" in signed_in(reader).get(f"/plans/{version.plan_id}/life/").content.decode()
    assert "转入时已公开" in signed_in(reader).get(f"/plans/{version.plan_id}/life/strip/").content.decode()


def test_a_drafter_begins_the_life_on_the_plans_page(desk: Desk, signed_in: SignedIn) -> None:
    version = desk.accept()
    told = {"step": "begin", "unit": desk.unit.pk}
    assert signed_in(desk.drafter).post(f"/plans/{version.plan_id}/life/begin/", told).status_code == 302
    assert signed_in(desk.of["unit"]).post(f"/plans/{version.plan_id}/life/begin/", told).status_code == 403
    assert Case.objects.get().state == "draft"


def test_after_the_approval_the_plans_page_shows_both_values(desk: Desk, signed_in: SignedIn) -> None:
    case = desk.approved(desk.handed_in())
    plan, browser = desk.life(case).plan_id, signed_in(desk.drafter)
    assert "现在的内容和批复的一样" in browser.get(f"/plans/{plan}/life/").content.decode()
    correct(desk.life(case).version, desk.officer, desk.now)
    assert "批复的值与现在的值不同" in browser.get(f"/plans/{plan}/life/").content.decode()
    desk.accept(CORRECTED)
    page = browser.get(f"/plans/{plan}/life/").content.decode()
    assert "批复的值与现在的值不同" in page
    assert "第 2 版" in page


def test_a_reader_sees_the_state_and_no_letter(desk: Desk, signed_in: SignedIn, reader: User) -> None:
    case = desk.handed_in()
    desk.take(case, "return_unit", by=desk.of["unit"], letter="内部意见。")
    page = signed_in(reader).get(f"/plans/{desk.life(case).plan_id}/life/").content.decode()
    assert "已退回" in page
    assert "内部意见" not in page
