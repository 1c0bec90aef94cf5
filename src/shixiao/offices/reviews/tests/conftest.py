from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from shixiao import casework
from shixiao.casework import Opening, storing
from shixiao.casework.attaching import attach
from shixiao.casework.models import Case, Project
from shixiao.offices.reviews.models import Rubric
from shixiao.offices.reviews.rubrics import define
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

MINUTE = timedelta(minutes=1)
REPORT = {
    "name": "调研报告",
    "judged": "一篇调研报告是否达到公文标准。",
    "scale": "national-2021",
    "anchors": {"reached": "可以直接报送", "partly": "改一次才能报送", "missed": "要重写"},
    "least": 2,
    "spread": "10",
}


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"


@pytest.fixture
def bureau(unit: Unit, now: datetime) -> Unit:
    """The unit that carries the project; the reviewers belong to none below the root."""
    return create_unit("模拟秘书处", code="SIM1", parent=unit, since=date(2020, 1, 1), by=None, now=now)


@pytest.fixture
def project(bureau: Unit) -> Project:
    return Project.objects.create(unit=bureau, name="其他运行经费", code="P03", since_year=2026, until_year=2026)


@pytest.fixture
def officer_of_reviews(staff: Callable[..., User]) -> User:
    return staff("arranger", "reviews.officer")


@pytest.fixture
def submitter(staff: Callable[..., User], bureau: Unit) -> User:
    return staff("submitter", "reviews.submitter", at=bureau)


@pytest.fixture
def judges(staff: Callable[..., User]) -> tuple[User, User, User]:
    first, second, third = (staff(f"judge{number}", "reviews.reviewer") for number in (1, 2, 3))
    return first, second, third


@pytest.fixture
def chair(staff: Callable[..., User]) -> User:
    return staff("chair", "reviews.chair")


@pytest.fixture
def report(unit: Unit, officer_of_reviews: User, now: datetime) -> Rubric:
    return define(REPORT, unit=unit, code="research_report", by=officer_of_reviews, now=now)


def put_file(case: Case, by: User, now: datetime, *, name: str = "报告.txt", content: bytes = b"a report\n") -> str:
    draft = storing.store().draft(limit=1 << 20)
    draft.write(content)
    draft.finish()
    try:
        return attach(case, draft, name=name, by=by, now=now).sha256
    finally:
        draft.discard()


@pytest.fixture
def drafted(report: Rubric, project: Project, submitter: User, now: datetime) -> Case:
    told = {"rubric": report.code, "year": 2026, "subject": "模拟调研报告"}
    opening = Opening(unit=project.unit, project=project, particulars=told)
    return casework.open_case("reviews.review", "open", opening, by=submitter, now=now)


@pytest.fixture
def handed_in(drafted: Case, submitter: User, now: datetime) -> Case:
    put_file(drafted, submitter, now)
    return casework.perform(drafted, "hand_in", by=submitter, now=now)


@pytest.fixture
def grading(
    handed_in: Case, officer_of_reviews: User, judges: tuple[User, User, User], chair: User, now: datetime
) -> Case:
    return name_reviewers(handed_in, officer_of_reviews, judges[:2], chair, now)


def name_reviewers(case: Case, by: User, people: Any, chair: User, now: datetime) -> Case:
    told = {f"reviewer_{number}": each.pk for number, each in enumerate(people, start=1)}
    return casework.perform(case, "name_reviewers", by=by, now=now, chair=chair.pk, **told)


def grade(case: Case, by: User, now: datetime, mark: str, tier: str = "reached", reason: str = "") -> Case:
    why = reason or f"理由来自{by.username}"
    return casework.perform(case, "grade", by=by, now=now, tier=tier, mark=mark, reason=why)


@pytest.fixture
def differing(grading: Case, judges: tuple[User, User, User], now: datetime) -> Case:
    grade(grading, judges[0], now + MINUTE, "92")
    return grade(grading, judges[1], now + 2 * MINUTE, "70", "partly")
