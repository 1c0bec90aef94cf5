"""A draft keeps what is typed, says at once what a target means, and goes to the unit review."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from shixiao.casework import Refused
from shixiao.casework.models import Case
from shixiao.people.models import User
from shixiao.performance.drafting import trial, writing
from shixiao.performance.drafting.models import Draft, DraftRow
from shixiao.performance.drafting.writing import NotDraftable
from shixiao.performance.life.tests.conftest import Desk
from shixiao.performance.models import PlanVersion

pytestmark = pytest.mark.django_db
SATISFIED = {"code": "31", "name": "服务对象满意度", "annual_wording": "99%以上", "expected": "60"}


@pytest.fixture
def draft(desk: Desk, now: datetime) -> Draft:
    """An empty draft of the drafter with one project."""
    made = writing.begin(department="某市某局", fiscal_year=2026, base=None, by=desk.drafter, now=now)
    writing.keep_project(made, None, {"name": "业务经费", "total": "10.00"}, by=desk.drafter, now=now)
    return made


def add(draft: Draft, desk: Desk, **given: str) -> DraftRow:
    return writing.keep_row(draft.projects.get(), None, given, by=desk.drafter, now=desk.now)


def test_ninety_nine_percent_of_sixty_answers_fails_at_the_first(draft: Draft, desk: Desk) -> None:
    found = trial.tried(draft, add(draft, desk, **SATISFIED), by=desk.drafter, now=desk.now)
    assert "只有 60 件时，第一件" in found.attainable
    assert "L50" in {each.rule for each in found.findings}
    assert found.plain
    assert found.replay is None


def test_a_hundred_answers_allow_one(draft: Draft, desk: Desk) -> None:
    row = add(draft, desk, **SATISFIED | {"expected": "100"})
    assert "最多 1 件" in trial.tried(draft, row, by=desk.drafter, now=desk.now).attainable


def test_last_years_row_is_found_and_says_where_nothing_measured_it(desk: Desk, now: datetime) -> None:
    before = desk.accept(fiscal_year=2025)
    made = writing.begin(department="某市某局", fiscal_year=2026, base=before, by=desk.drafter, now=now)
    row = DraftRow.objects.get(project__draft=made, name="服务对象满意度")
    found = trial.tried(made, row, by=desk.drafter, now=now).replay
    assert found is not None
    assert (found.version, found.row, found.wording) == (before, 2, "≥90%")
    assert "没有可以对照的读数" in found.why


def test_a_draft_from_a_table_is_the_same_table(desk: Desk, now: datetime) -> None:
    version = desk.accept()
    made = writing.begin(department="某市某局", fiscal_year=2027, base=version, by=desk.drafter, now=now)
    plan, _numbers = writing.plan_of(made)
    assert [each.annual_wording for _unit, _project, each in plan.indicators()] == ["3次", "≥90%"]
    ((_unit, project),) = plan.projects()
    assert project.funds.total == 10
    assert project.objective == "办好业务。"


def test_a_draft_becomes_a_version_in_unit_review_and_is_gone(draft: Draft, desk: Desk) -> None:
    add(draft, desk, **SATISFIED)
    done = writing.hand_in(draft, unit=desk.unit, by=desk.drafter, now=desk.now)
    assert (done.version.number, done.version.indicator_count, done.case.state) == (1, 1, "unit_review")
    assert not Draft.objects.exists()
    assert done.version.plan.department == "某市某局"


def test_a_corrected_draft_answers_a_return(desk: Desk, now: datetime) -> None:
    case = desk.handed_in()
    desk.take(case, "return_unit", by=desk.of["unit"], letter="三次太少。")
    made = writing.begin(
        department="某市某局", fiscal_year=2026, base=desk.life(case).version, by=desk.drafter, now=now
    )
    row = DraftRow.objects.get(project__draft=made, name="开展培训")
    told = {"code": row.code, "name": row.name, "annual_wording": "5次"}
    writing.keep_row(row.project, row, told, by=desk.drafter, now=now)
    done = writing.hand_in(made, unit=desk.unit, by=desk.drafter, now=now)
    assert (done.case.pk, done.version.number) == (case.pk, 2)
    assert done.version.indicators.get(row=1).annual_wording == "5次"


def test_what_cannot_be_handed_in_leaves_the_draft_and_no_version(draft: Draft, desk: Desk) -> None:
    with pytest.raises(NotDraftable, match="没有一行"):
        writing.hand_in(draft, unit=desk.unit, by=desk.drafter, now=desk.now)
    add(draft, desk, **SATISFIED)
    desk.handed_in()  # the plan of this office and year is under review already
    with pytest.raises(Refused):
        writing.hand_in(draft, unit=desk.unit, by=desk.drafter, now=desk.now)
    assert (Draft.objects.count(), PlanVersion.objects.count(), Case.objects.count()) == (1, 1, 1)


def test_a_draft_is_its_owners(
    draft: Draft, desk: Desk, signed_in: Callable[[User], Client], staff: Callable[..., User]
) -> None:
    other = staff("other", "performance.drafter")
    assert signed_in(other).get(f"/drafts/{draft.pk}/").status_code == 404
    with pytest.raises(PermissionDenied):
        writing.put_away(draft, by=other)
    with pytest.raises(PermissionDenied):
        writing.begin(department="某局", fiscal_year=2026, base=None, by=desk.publisher, now=desk.now)


def test_a_mark_of_secrecy_is_not_even_kept(draft: Draft, desk: Desk) -> None:
    with pytest.raises(NotDraftable, match="密级"):
        add(draft, desk, name="机密★10年 报告", annual_wording="3份")
    assert not DraftRow.objects.exists()


def test_what_cannot_be_read_yet_is_kept(draft: Draft, desk: Desk) -> None:
    row = add(draft, desk, name="还没想好", annual_wording="若干")
    assert DraftRow.objects.get(pk=row.pk).annual_wording == "若干"
    assert trial.tried(draft, row, by=desk.drafter, now=desk.now).plain


def test_the_page_keeps_a_row_and_answers_htmx_with_what_it_says(
    draft: Draft, desk: Desk, signed_in: Callable[[User], Client]
) -> None:
    browser, project = signed_in(desk.drafter), draft.projects.get()
    assert browser.post(f"/drafts/{draft.pk}/projects/{project.pk}/rows/", SATISFIED).status_code == 302
    row = DraftRow.objects.get()
    address = f"/drafts/{draft.pk}/projects/{project.pk}/rows/{row.pk}/"
    told = SATISFIED | {"annual_wording": "95%以上"}
    said = browser.post(address, told, headers={"HX-Request": "true"}).content.decode()
    assert "按 60 件算，最多 3 件" in said
    assert "95%以上" in browser.get(f"/drafts/{draft.pk}/").content.decode()
    browser.post(address, {"remove": "1"})
    assert not DraftRow.objects.exists()
    assert browser.get("/drafts/").status_code == 200


def test_the_page_hands_in(draft: Draft, desk: Desk, signed_in: Callable[[User], Client]) -> None:
    add(draft, desk, **SATISFIED)
    answer = signed_in(desk.drafter).post(f"/drafts/{draft.pk}/hand-in/", {"unit": desk.unit.pk})
    assert answer.status_code == 302
    assert Case.objects.get().state == "unit_review"
