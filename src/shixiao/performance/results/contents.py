"""What an approval of results binds to: the newest revision of every project's self-evaluation of that day, and the plan's own parts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from shixiao.performance.life import approving
from shixiao.performance.life import contents as of_plans
from shixiao.performance.life.contents import EVALUATIONS, Content, hash_of
from shixiao.performance.life.models import Level
from shixiao.performance.models import Evaluation, EvaluationKind, PlanVersion
from shixiao.performance.results.models import ResultLife

SELF = EvaluationKind.SELF_EVALUATION.value
APPROVES = Level.DEPARTMENT  # the last level: what it froze is what was approved
Day = tuple[int, date]


def of(lives: Iterable[ResultLife]) -> dict[int, tuple[Content, ...]]:
    """The parts as they are now, by case. One statement more than those of the plans (`life.contents.of`), however many cases."""
    listed = list(lives)
    versions = PlanVersion.objects.filter(pk__in={life.version_id for life in listed})
    plans = of_plans.of(versions.only("id", "number", "content_hash"))
    rows = _rows({(life.version_id, life.until) for life in listed})
    return {
        life.case_id: (
            *plans[life.version_id],
            _evaluations(life.version_id, rows.get((life.version_id, life.until), {})),
        )
        for life in listed
    }


def _rows(days: set[Day]) -> dict[Day, dict[str, Any]]:
    known = Evaluation.objects.filter(
        kind=SELF, version__in={key for key, _day in days}, until__in={day for _key, day in days}
    )
    same = {name: OuterRef(name) for name in ("version", "project", "kind", "until")}
    later = Evaluation.objects.filter(**same, revision__gt=OuterRef("revision")).order_by()
    found: dict[Day, dict[str, Any]] = {}
    columns = ("version_id", "until", "project_id", "project__name", "id", "revision", "content_hash")
    newest = known.filter(~Exists(later)).order_by("project__unit__position", "project__position")
    for version, until, key, project, evaluation, revision, content_hash in newest.values_list(*columns):
        one = {"project": project, "evaluation": evaluation, "revision": revision, "hash": content_hash}
        found.setdefault((version, until), {})[f"project_{key}"] = one
    return found


def _evaluations(version: int, rows: Mapping[str, Any]) -> Content:
    hashes = {key: each["hash"] for key, each in rows.items()}
    return Content(
        about=EVALUATIONS,
        about_id=version,
        content={"rows": dict(rows)},
        content_hash=hash_of([[each["evaluation"] for each in rows.values()], hashes]),
    )


def approved(case: int) -> tuple[Content, ...]:
    """The parts as they were approved last; nothing before."""
    return approving.frozen(case, level=APPROVES)


def revisions(parts: Iterable[Content]) -> list[Evaluation]:
    """The very revisions that were frozen, in the order of the table."""
    keys: Sequence[int] = [
        each["evaluation"] for part in parts if part.about == EVALUATIONS for each in part.content["rows"].values()
    ]
    rows = Evaluation.objects.filter(pk__in=keys).select_related("project__unit", "version__plan")
    return list(rows.order_by("project__unit__position", "project__position"))
