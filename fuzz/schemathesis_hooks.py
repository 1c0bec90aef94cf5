"""Leads requests that fit the description to things that are there: most ids out of a hat name nothing."""

import random
from typing import Any

import schemathesis

FIRST_CASES, UNITS, PROJECTS = 440, 1, 40
_hat = random.Random(1)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Three times out of four."""
    if case.meta is None or not case.meta.generation.mode.is_positive or _hat.random() < 0.25:
        return
    if "case" in (case.path_parameters or {}):
        case.path_parameters["case"] = str(_hat.randint(1, FIRST_CASES))
    body = case.body
    if not isinstance(body, dict):
        return
    body.pop("happened_at", None)
    for name in ("contract", "topic", "subject", "seen"):
        body.pop(name, None)
    told = body.get("particulars", {})
    told.pop("contract", None)
    if "unit" in body:
        body["unit"] = UNITS
    if "project" in told:
        told["project"] = body["project"] = _hat.randint(1, PROJECTS)
    if "lead" in body:
        body["lead"] = 1
    if "cases" in body:
        body["cases"] = _hat.sample(range(1, FIRST_CASES), k=min(3, len(body["cases"])))
    if "other" in body:
        body["other"] = _hat.randint(1, FIRST_CASES)
