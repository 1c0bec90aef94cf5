"""Frozen self-evaluations and monitorings for programs: scores, what they follow from, and the contents of forms. Nothing is written.

Of a restricted register a revision holds no figure. Whoever asks for a whole revision has to be allowed to read every kind of case behind it.
"""

import json
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Path, Query

from shixiao import forms
from shixiao.casework import simulated, tokens
from shixiao.casework.api.entering import table_for
from shixiao.casework.api.problems import Problem
from shixiao.casework.api.schemas import LARGEST_ID
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.performance import outlets
from shixiao.performance.api.board import PlanId, version_of
from shixiao.performance.api.schemas import OfEvaluations
from shixiao.performance.evaluation import contents, newest
from shixiao.performance.evaluation.scores import total_of
from shixiao.performance.models import Evaluation

EvaluationId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="自评或监控的编号 · id of the revision")]


def evaluations(request: HttpRequest, plan: PlanId, wanted: Query[OfEvaluations]) -> HttpResponse:
    """The newest revision of each project of a plan's newest version, with its score."""
    version = version_of(plan)
    days = newest.days(version, wanted.kind)
    until = _day(wanted.until) or (days[0] if days else None)
    rows = newest.of(version, wanted.kind, until) if until else []
    for each in rows:
        _check(request, each)
    body = {
        "plan": outlets.plan_json(version),
        "kind": wanted.kind,
        "until": until.isoformat() if until else None,
        "days": [each.isoformat() for each in days],
        "simulated": simulated.is_simulated(),
        "items": [_short(each) for each in rows],
    }
    return JsonResponse(body)


def evaluation(request: HttpRequest, plan: PlanId, evaluation: EvaluationId) -> HttpResponse:
    """One revision of a project, whole: rows, funds, texts, sheet, profile, score, and the content of its form."""
    known = Evaluation.objects.select_related("version__plan", "project__unit")
    one = known.filter(pk=evaluation, version__plan=plan).first()
    if one is None:
        raise Problem("unknown")
    _check(request, one)
    whole = {name: getattr(one, name) for name in ("rows", "funds", "texts", "sheet", "profile", "score")}
    form = json.loads(forms.canonical(contents.content_of(one)))
    return JsonResponse({**_short(one), "simulated": simulated.is_simulated(), **whole, "form": form})


def _day(said: str | None) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        text = Text(f"until 要写成日期，“{said}”不是。", f"`until` is a day, which {said!r} is not.")
        raise Refused(text, reason=Reason.INVALID, field="until") from None


def _check(request: HttpRequest, one: Evaluation) -> None:
    """Raises `Problem` where a kind of case behind it is out of the scope of the token."""
    known = {table.kind for table in tokens.open_tables()}
    kinds = {kind for row in one.rows for part in row["parts"] for kind in part["kinds"]}
    for kind in sorted(kinds & known):
        table_for(request, kind, tokens.READ)


def _short(one: Evaluation) -> dict[str, Any]:
    total = total_of(one)
    return {
        "id": one.pk,
        "kind": one.kind,
        "until": one.until.isoformat(),
        "revision": one.revision,
        "unit": one.head["unit"],
        "project": one.head["project"],
        "points": total["points"] if total else None,
        "open": total["open"] if total else None,
        "grade": total["grade"] if total else None,
        "content_hash": one.content_hash,
    }
