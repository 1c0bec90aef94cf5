"""The linter for promises: one rule one function, each with its reason, its examples and, where possible, a repair.

`check` gives the findings of a plan; `RULES` describes every rule by id; `Settings` holds what an office may set.
"""

import shixiao.engine.lint.rules  # noqa: F401 - importing the rules registers them
from shixiao.engine.lint.check import Checked, Suppressed, check, check_all
from shixiao.engine.lint.finding import Finding, Severity, Suggestion
from shixiao.engine.lint.rule import RULES, Example, Family, Rule
from shixiao.engine.lint.settings import DEFAULT, THRESHOLDS, Settings, SettingsRefused, Suppression

__all__ = [
    "DEFAULT",
    "RULES",
    "THRESHOLDS",
    "Checked",
    "Example",
    "Family",
    "Finding",
    "Rule",
    "Settings",
    "SettingsRefused",
    "Severity",
    "Suggestion",
    "Suppressed",
    "Suppression",
    "check",
    "check_all",
]
