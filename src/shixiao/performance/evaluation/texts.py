"""What people write beside an evaluation, with what was drafted for them: both stay. By row ("0" is the project), then by field."""

from collections.abc import Mapping
from typing import Any

from shixiao import forms

# {row: {field: {"draft": …, "text": …, "why": …}}}; without "text" the draft counts.
Field = dict[str, Any]
Texts = dict[str, dict[str, Field]]
PROJECT = "0"
# What may be written in which kind of evaluation, of a row and of the project.
FIELDS = ("reason", "improvement", "over_reason", "likelihood", "causes", "remark", "points", "achieved", "spending")
LONG = 1000
CAUSES: Mapping[str, forms.Cause] = {each.name.lower(): each for each in forms.Cause}
LIKELIHOODS: Mapping[str, forms.Likelihood] = {each.name.lower(): each for each in forms.Likelihood}


def shown(written: Texts, row: str, field: str) -> str:
    """What counts: what somebody wrote, otherwise the draft."""
    found = written.get(row, {}).get(field, {})
    text = found.get("text")
    return str(found.get("draft", "") if text is None else text)


def with_drafts(written: Texts, drafts: Mapping[str, Mapping[str, str]]) -> Texts:
    """What people wrote, with new drafts beside it; fields without either are left out."""
    made: Texts = {}
    for row in dict.fromkeys((*drafts, *written)):
        fields: dict[str, Field] = {}
        for field in dict.fromkeys((*drafts.get(row, {}), *written.get(row, {}))):
            kept = {name: value for name, value in written.get(row, {}).get(field, {}).items() if name != "draft"}
            draft = drafts.get(row, {}).get(field, "")
            if draft or kept:
                fields[field] = {"draft": draft, **kept}
        if fields:
            made[row] = fields
    return made


def spending(written: Texts, computed: str | None) -> str | None:
    """全年预计执行数, in 万元: what a person expects, otherwise what was worked out from the time that has passed."""
    return str(written[PROJECT]["spending"]["text"]) if is_edited(written, PROJECT, "spending") else computed


def is_edited(written: Texts, row: str, field: str) -> bool:
    """Somebody wrote something else than the draft."""
    found = written.get(row, {}).get(field, {})
    return found.get("text") is not None and found.get("text") != found.get("draft", "")
