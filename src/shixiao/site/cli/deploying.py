"""`shixiao check-deploy`: what stands against serving others."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, ERRORS_FOUND
from shixiao.site.cli.terminal import Terminal

if TYPE_CHECKING:
    from shixiao.site.deployment import Concern

SCHEMA = "urn:shixiao:schema:check-deploy:1"
_SEVERITIES = {"error": Text("错误", "error"), "warning": Text("警告", "warning")}


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Print every concern; the exit status says whether one is an error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from shixiao.site import deployment

    try:
        found = deployment.examine(now=timezone.now())
    finally:
        connections.close_all()
    errors = sum(concern.severity.value == "error" for concern in found)
    if wishes.chosen("format") == "json":
        terminal.line(_as_json(found, errors=errors, language=terminal.language))
    else:
        _write(found, errors=errors, terminal=terminal)
    return ERRORS_FOUND if errors else CLEAN


def _write(found: Sequence[Concern], *, errors: int, terminal: Terminal) -> None:
    for concern in found:
        severity = concern.severity.value
        terminal.line(
            f"{terminal.paint(terminal.say(_SEVERITIES[severity]), severity)}  {concern.id}  {terminal.say(concern.what)}"
        )
        terminal.line(f"    {terminal.paint(terminal.say(concern.why), 'faint')}")
        terminal.line(f"    → {terminal.say(concern.next_step)}")
    warnings = len(found) - errors
    terminal.line(
        terminal.say(
            Text(f"错误 {errors}，警告 {warnings}。", f"errors {errors}, warnings {warnings}.")
            if found
            else Text("没有发现问题。", "nothing was found.")
        )
    )


def _as_json(found: Sequence[Concern], *, errors: int, language: str) -> str:
    concerns = [
        {
            "id": concern.id,
            "severity": concern.severity.value,
            "what": concern.what.in_(language),
            "why": concern.why.in_(language),
            "next_step": concern.next_step.in_(language),
        }
        for concern in found
    ]
    summary = {"errors": errors, "warnings": len(found) - errors}
    return json.dumps({"schema": SCHEMA, "concerns": concerns, "summary": summary}, ensure_ascii=False, indent=1)
