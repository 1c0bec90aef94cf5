"""The revisions that stand, and those before them."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from shixiao.performance.models import Evaluation, PlanVersion


def of(version: PlanVersion, kind: str, until: date) -> list[Evaluation]:
    """The newest revision of each project on that day, in the order of the table. One statement."""
    rows = Evaluation.objects.filter(version=version, kind=kind, until=until)
    known = standing(rows).select_related("project__unit", "made_by", "version__plan")
    return list(known.order_by("project__unit__position", "project__position"))


def standing(rows: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    """Of these revisions those that no later one took the place of."""
    same = {name: OuterRef(name) for name in ("version", "project", "kind", "until")}
    later = Evaluation.objects.filter(**same, revision__gt=OuterRef("revision")).order_by()
    return rows.filter(~Exists(later))


def days(version: PlanVersion, kind: str) -> list[date]:
    """The days that were frozen, the latest first."""
    rows = Evaluation.objects.filter(version=version, kind=kind).order_by("-until")
    return list(rows.values_list("until", flat=True).distinct())


def before(evaluation: Evaluation) -> Evaluation | None:
    """The revision before this one."""
    rows = Evaluation.objects.filter(
        version=evaluation.version_id, project=evaluation.project_id, kind=evaluation.kind, until=evaluation.until
    )
    return rows.filter(revision__lt=evaluation.revision).order_by("-revision").first()


def revisions(evaluation: Evaluation) -> list[Evaluation]:
    """Every revision of the same project on the same day, the newest first."""
    rows = Evaluation.objects.filter(
        version=evaluation.version_id, project=evaluation.project_id, kind=evaluation.kind, until=evaluation.until
    )
    return list(rows.select_related("made_by").order_by("-revision"))
