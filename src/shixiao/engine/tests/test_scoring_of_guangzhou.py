"""The Guangzhou table of 2026 scored: every target of it is of a kind that the scoring knows, and every project's points make 100."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shixiao.engine.lint.tests.guangzhou import plan
from shixiao.engine.plans import Project
from shixiao.engine.scoring import Basis, Cause, Money, Part, Score, Sheet, Standing, profile_for, score
from shixiao.engine.targets import Kind, Reading

PROFILE = profile_for(date(2026, 12, 31), place="广东省广州市")
PROJECTS = [project for _unit, project in plan().projects()]
NAMED = [f"{number} {project.name}" for number, project in enumerate(PROJECTS, 1)]
ONE = Decimal(1)


def reached(target: Reading) -> dict[str, Any]:
    """A value that just meets the target."""
    match target.kind:
        case Kind.NUMERIC if target.value is not None:
            return {"value": target.value + {"<": -ONE, ">": ONE}.get(target.op or "", Decimal(0))}
        case Kind.RANGE:
            return {"value": target.value}
        case Kind.BUDGET_BOUND:
            return {"value": ONE, "budget": Decimal(2)}
    return {"value": target.text != "否"}


def scored(project: Project, basis: Basis, *, money: Money) -> Score:
    rows = tuple(
        Standing(
            row=each.row,
            code=each.code,
            name=each.name,
            parts=tuple(
                Part(target=target, basis=basis, **reached(target)) for target in each.annual.parts or (each.annual,)
            ),
        )
        for each in project.indicators
    )
    return score(Sheet(project=project.name, rows=rows, money=money), PROFILE)


@pytest.mark.parametrize("project", PROJECTS, ids=NAMED)
def test_a_project_that_reached_everything_has_100(project: Project) -> None:
    found = scored(project, Basis.MEASURED, money=Money(full_year=project.funds.total, executed=project.funds.total))
    assert found.weights.is_right
    assert found.weights.check is None
    assert found.explanations == ()
    assert found.computed.points == 100


@pytest.mark.parametrize("project", PROJECTS, ids=NAMED)
def test_a_project_of_which_nobody_knows_anything_has_no_score(project: Project) -> None:
    found = scored(project, Basis.NONE, money=Money(full_year=None, executed=None))
    assert (found.computed.points, found.computed.open, found.computed.grade) == (0, 100, None)
    assert all(each.is_open for each in found.explanations)
    assert {each.cause for each in found.explanations} <= {Cause.NO_EVIDENCE, Cause.NOT_REVIEWED}
    assert sum(each.lost for each in found.explanations) == 100
