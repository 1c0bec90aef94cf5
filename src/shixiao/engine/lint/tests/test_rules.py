"""Every rule fires where it should and is silent where it should; its own examples are the first of the cases."""

from __future__ import annotations

import pytest

from shixiao.engine import lint
from shixiao.engine.lint.example_plans import plan_of
from shixiao.engine.lint.tests.cases import FIRES, SILENT
from shixiao.engine.plans import Indicator, Plan, Project
from shixiao.engine.targets import read


def found_by(rule: str, text: str) -> list[lint.Finding]:
    return [finding for finding in lint.check(plan_of(lint.Example(text))) if finding.rule == rule]


@pytest.mark.parametrize("rule", lint.RULES)
def test_the_bad_example_is_reported_and_the_good_one_is_not(rule: str) -> None:
    assert found_by(rule, lint.RULES[rule].bad.text)
    assert not found_by(rule, lint.RULES[rule].good.text)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in FIRES.items() for text in texts])
def test_it_fires(rule: str, text: str) -> None:
    assert found_by(rule, text)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in SILENT.items() for text in texts])
def test_it_is_silent(rule: str, text: str) -> None:
    assert not found_by(rule, text)


def test_every_rule_has_cases_on_both_sides() -> None:
    assert list(FIRES) == list(SILENT) == list(lint.RULES)


@pytest.mark.parametrize("rule", lint.RULES)
def test_a_finding_says_it_in_both_languages_with_a_severity_of_its_rule(rule: str) -> None:
    declared = lint.RULES[rule]
    said = [finding for text in (declared.bad.text, *FIRES[rule]) for finding in found_by(rule, text)]
    assert {finding.severity for finding in said} <= {declared.severity, *declared.also}
    for finding in said:
        assert finding.text.zh
        assert finding.text.en
        assert finding.text.zh != finding.text.en
        assert "None" not in finding.text.zh + finding.text.en


def test_every_severity_a_rule_declares_is_met_in_its_cases() -> None:
    for rule, declared in lint.RULES.items():
        said = {finding.severity for text in (declared.bad.text, *FIRES[rule]) for finding in found_by(rule, text)}
        assert said == {declared.severity, *declared.also}, rule


@pytest.mark.parametrize("rule", lint.RULES)
def test_its_texts_are_in_both_languages(rule: str) -> None:
    declared = lint.RULES[rule]
    for text in (declared.title, declared.why, declared.family.title):
        assert text.zh
        assert text.en
        assert text.zh != text.en


def repaired(plan: Plan, finding: lint.Finding) -> Plan:
    """The plan with the suggestion put where it says."""
    suggestion = finding.suggestion
    assert suggestion is not None

    def mended(indicator: Indicator) -> Indicator:
        if indicator.row != finding.row:
            return indicator
        new = indicator._replace(**{suggestion.field: suggestion.text})
        code = new.level2[:2] if new.level2[:2].isdigit() else new.code
        cycle, annual = (
            read(text, name=new.name, category=new.level2) for text in (new.cycle_wording, new.annual_wording)
        )
        return new._replace(code=code, cycle=cycle, annual=annual)

    def with_mended_rows(project: Project) -> Project:
        return project._replace(indicators=tuple(map(mended, project.indicators)))

    units = tuple(unit._replace(projects=tuple(map(with_mended_rows, unit.projects))) for unit in plan.units)
    return plan._replace(units=units)


def _suggestions() -> list[tuple[str, str]]:
    tables = [(rule, lint.RULES[rule].bad.text) for rule in lint.RULES]
    tables += [(rule, text) for rule, texts in FIRES.items() for text in texts]
    return [
        (rule, text)
        for rule, text in tables
        if any(finding.suggestion and finding.suggestion.field != "funds" for finding in found_by(rule, text))
    ]


@pytest.mark.parametrize(("rule", "text"), _suggestions())
def test_a_repair_that_is_applied_removes_the_finding(rule: str, text: str) -> None:
    plan = plan_of(lint.Example(text))
    for finding in found_by(rule, text):
        if finding.suggestion:
            again = [
                other
                for other in lint.check(repaired(plan, finding))
                if other.rule == rule and other.row == finding.row
            ]
            assert again == []
