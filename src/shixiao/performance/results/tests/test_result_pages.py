"""The list of self-evaluations says where they stand; the page of their case leads to each of them and to the publication."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shixiao.casework.models import Case
from shixiao.people.models import User
from shixiao.performance.models import PlanVersion
from shixiao.performance.results import waiting
from shixiao.performance.results.tests.conftest import FIRST, OFFICE, RESULT, SECOND, UNTIL, WHY, Desk

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


@pytest.fixture
def version(desk: Desk) -> PlanVersion:
    made = desk.accept()
    desk.freeze(made)
    return made


def listed(version: PlanVersion) -> str:
    return f"/plans/{version.plan_id}/v{version.number}/evaluation/?until={UNTIL.isoformat()}"


def test_the_drafter_begins_on_the_list_and_hands_in_on_the_next_page(
    desk: Desk, version: PlanVersion, signed_in: SignedIn
) -> None:
    browser = signed_in(desk.drafter)
    assert "送审</button>" in browser.get(listed(version)).content.decode()
    address = f"/plans/{version.plan_id}/v{version.number}/evaluation/until/{UNTIL.isoformat()}/begin/"
    answer = browser.post(address, {"unit": desk.unit.pk})
    case = Case.objects.get(kind="performance.result")
    assert answer["Location"] == f"/cases/{case.pk}/submit/"
    form = browser.get(answer["Location"]).content.decode()
    assert "没有计分的说明" in form
    done = browser.post(answer["Location"], {"without_score": WHY, "seen": case.revision})
    assert done.status_code == 302
    assert Case.objects.get(pk=case.pk).state == "unit_review"
    assert "送审</button>" not in browser.get(listed(version)).content.decode()


def test_beginning_twice_says_where_the_first_one_is(desk: Desk, version: PlanVersion, signed_in: SignedIn) -> None:
    case = desk.begin(version)
    address = f"/plans/{version.plan_id}/v{version.number}/evaluation/until/{UNTIL.isoformat()}/begin/"
    page = signed_in(desk.drafter).post(address, {"unit": desk.unit.pk}, follow=True).content.decode()
    assert f"已经登记：{case.number}" in page
    assert Case.objects.filter(kind="performance.result").count() == 1


def test_somebody_without_the_post_neither_sees_the_button_nor_begins(
    desk: Desk, version: PlanVersion, signed_in: SignedIn, staff: Callable[..., User]
) -> None:
    browser = signed_in(staff("stranger"))
    assert "送审</button>" not in browser.get(listed(version)).content.decode()
    address = f"/plans/{version.plan_id}/v{version.number}/evaluation/until/{UNTIL.isoformat()}/begin/"
    assert browser.post(address, {"unit": desk.unit.pk}).status_code == 403
    assert not Case.objects.filter(kind="performance.result").exists()


def test_the_list_shows_the_state_and_what_is_not_as_it_was_approved(
    desk: Desk, version: PlanVersion, signed_in: SignedIn
) -> None:
    case = desk.approved(desk.handed_in(version))
    browser = signed_in(desk.drafter)
    page = browser.get(listed(version)).content.decode()
    assert "已批复" in page
    assert f'href="/cases/{case.pk}/"' in page
    assert "批复的自评与现在的不同" not in page
    desk.edit(desk.freeze(version)[1])
    page = browser.get(listed(version)).content.decode()
    changed = page.partition("批复的自评与现在的不同")[2].partition("</table>")[0]
    assert SECOND in changed
    assert FIRST not in changed
    assert "第 1 次" in changed
    assert "第 2 次" in changed


def test_a_stranger_sees_the_state_and_no_way_to_the_case(
    desk: Desk, version: PlanVersion, signed_in: SignedIn, staff: Callable[..., User]
) -> None:
    case = desk.handed_in(version)
    page = signed_in(staff("stranger")).get(listed(version)).content.decode()
    assert case.number in page
    assert f'href="/cases/{case.pk}/"' not in page


def test_the_case_leads_to_the_approved_revisions_and_to_the_publication(
    desk: Desk, version: PlanVersion, signed_in: SignedIn
) -> None:
    one, second = desk.freeze(version)
    case = desk.approved(desk.handed_in(version))
    later = desk.edit(one)
    base = f"/plans/{version.plan_id}/v{version.number}/evaluation/"
    browser = signed_in(desk.publisher)
    page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert "批复的自评与现在的不同" in page
    assert f'href="{base}{one.pk}/"' in page
    assert f'href="{base}{second.pk}/"' in page
    assert f'href="{base}{later.pk}/"' not in page
    case = desk.take(desk.cleared(case), "publish", by=desk.publisher, office=OFFICE)
    address = f'href="/published/2026/{OFFICE}/1/"'
    assert address in browser.get(f"/cases/{case.pk}/").content.decode()
    assert address in browser.get(listed(version)).content.decode()
    desk.take(case, "take_back", by=desk.publisher, reason="数据有误")
    assert "公开已撤回" in browser.get(listed(version)).content.decode()


def test_the_generic_page_publishes(desk: Desk, version: PlanVersion, signed_in: SignedIn) -> None:
    case = desk.cleared(desk.approved(desk.handed_in(version)))
    browser = signed_in(desk.publisher)
    assert "地址中的单位" in browser.get(f"/cases/{case.pk}/publish/").content.decode()
    refused = browser.post(f"/cases/{case.pk}/publish/", {"seen": case.revision})
    assert refused.status_code == 422
    assert "请写地址中的单位" in refused.content.decode()
    done = browser.post(f"/cases/{case.pk}/publish/", {"office": OFFICE, "seen": case.revision}, follow=True)
    assert "已公开" in done.content.decode()
    assert RESULT in browser.get(f"/cases/{case.pk}/").content.decode()


def test_the_list_asks_few_statements_more_for_where_they_stand(
    desk: Desk, version: PlanVersion, signed_in: SignedIn
) -> None:
    browser = signed_in(User.objects.get(pk=desk.drafter.pk))
    browser.get(listed(version))

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(listed(version))
        return len(captured)

    before = statements()
    desk.edit(desk.freeze(version)[1])
    desk.approved(desk.handed_in(version))
    assert statements() <= before + 10


def test_the_desk_lists_them_to_whoever_may_act_with_what_is_to_be_looked_at(desk: Desk, signed_in: SignedIn) -> None:
    case = desk.handed_in()
    page = signed_in(desk.of["unit"]).get("/reviews/").content.decode()
    assert case.number in page
    assert "3 行没有证据" in page
    assert reverse("casework:case", args=[case.pk]) in page
    assert f"?until={UNTIL.isoformat()}" in page
    for who in (desk.of["department"], desk.drafter, desk.secrecy):
        assert 'id="results"' not in signed_in(who).get("/reviews/").content.decode()
    case = desk.approved(case)
    assert 'id="results"' not in signed_in(desk.of["unit"]).get("/reviews/").content.decode()
    desk.take(case, "ask_secrecy", by=desk.publisher)
    assert case.number in signed_in(desk.secrecy).get("/reviews/").content.decode()


def test_lost_points_without_a_word_are_told_from_those_with_a_draft(desk: Desk) -> None:
    (one, _other) = desk.freeze(desk.accept())
    line = {"row": 1, "lost": "2", "open": "0"}
    whole = {"row": None, "lost": "0", "open": "5"}
    one.score = {"rows": [line], "execution": whole}
    one.rows = [{"basis": "measured"}]
    one.texts = {"1": {"reason": {"draft": "晚了两天"}}}
    assert waiting.findings_of([one]) == waiting.Findings(unscored=1, only_drafted=1)
    one.texts = {"1": {"reason": {"draft": "晚了两天", "text": ""}}}
    assert waiting.findings_of([one]) == waiting.Findings(unscored=1, unexplained=1)
    one.texts = {"1": {"reason": {"draft": "晚了两天", "text": "台风"}}}
    assert waiting.findings_of([one]) == waiting.Findings(unscored=1)
