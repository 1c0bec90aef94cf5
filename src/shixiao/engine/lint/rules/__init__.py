"""The rules, one module per family. Importing this package registers them all in `rule.RULES`, in order of id."""

from shixiao.engine.lint.rule import RULES
from shixiao.engine.lint.rules import (
    attainability,
    between_rows,
    classification,
    completeness,
    consistency,
    direction,
    measurability,
    names_and_values,
    results,
    sums,
    vagueness,
    wording,
)

__all__ = [
    "attainability",
    "between_rows",
    "classification",
    "completeness",
    "consistency",
    "direction",
    "measurability",
    "names_and_values",
    "results",
    "sums",
    "vagueness",
    "wording",
]

_IN_ORDER = sorted(RULES.items())
RULES.clear()
RULES.update(_IN_ORDER)
