"""Bare views of the same rows as the pages of the board, behind the same middleware: Django's ORM, and a template or a table of as many cells."""

from typing import Any

import floors

NUMBERS = ("met", "missed", "pending", "not_counted", "total", "weight")
BOARD = """<!doctype html><title>bare</title><table>{% for row in rows %}<tr><td>{{ row.row }}</td><td>{{ row.name }}</td>
<td>{{ row.project.unit.name }}</td><td>{{ row.project.name }}</td><td>{{ row.annual_wording }}</td><td>{{ row.level2 }}</td>
<td>{{ row.sums.met }}</td><td>{{ row.sums.missed }}</td><td>{{ row.sums.pending }}</td><td>{{ row.sums.not_counted }}</td>
<td>{{ row.sums.total }}</td><td>{{ row.sums.weight }}</td></tr>{% endfor %}</table>"""
WHY = """<!doctype html><title>bare</title><h1>{{ row.name }}</h1><p>{{ row.annual_wording }}</p><p>{{ row.project.name }}</p>
{% for reason, count in reasons %}<p>{{ reason }} {{ count }}</p>{% endfor %}
{% for binding in bindings %}<p>{{ binding.reason }}</p><p>{{ binding.made_by }} {{ binding.made_at }}</p>{% endfor %}
<table>{% for sum in sums %}<tr><td>{{ sum.month }}</td><td>{{ sum.met }}</td><td>{{ sum.missed }}</td></tr>{% endfor %}</table>"""
ROW = """<!doctype html><title>bare</title><h1>{{ row.name }}</h1><p>{{ row.annual_wording }}</p><p>{{ row.cycle_wording }}</p>
<p>{{ row.project.unit.name }} {{ row.project.name }}</p><p>{{ near|join:" " }}</p>
{% for reason, count in reasons %}<p>{{ reason }} {{ count }}</p>{% endfor %}
{% for each in findings %}<p>{{ each.rule }} {{ each.text_zh }}</p>{% endfor %}{% for each in corrections %}<p>{{ each.reason }}</p>{% endfor %}
{% for binding in bindings %}<p>{{ binding.reason }}</p><p>{{ binding.made_by }} {{ binding.made_at }}</p>{% endfor %}
<table>{% for sum in sums %}<tr><td><a href="?month={{ sum.month }}">{{ sum.month }}</a></td>
<td><a href="?month={{ sum.month }}&part=met">{{ sum.met }}</a></td><td><a href="?month={{ sum.month }}&part=missed">{{ sum.missed }}</a></td>
<td><a href="?month={{ sum.month }}&part=pending">{{ sum.pending }}</a></td>
<td><a href="?month={{ sum.month }}&part=not_counted">{{ sum.not_counted }}</a></td><td>{{ sum.kept.met }}</td></tr>{% endfor %}</table>"""
CASES = """<!doctype html><title>bare</title>{% for reason, count in reasons %}<p>{{ reason }} {{ count }}</p>{% endfor %}
<table>{% for sum in sums %}<tr><td>{{ sum.month }}</td><td>{{ sum.met }}</td><td>{{ sum.missed }}</td><td>{{ sum.pending }}</td>
<td>{{ sum.not_counted }}</td></tr>{% endfor %}</table>
<table>{% for fact, case in rows %}<tr><td>{{ case.number }}</td><td>{{ case.title }}</td><td>{{ fact.day }}</td><td>{{ fact.outcome }}</td>
<td>{{ fact.reason }}</td><td>{{ case.unit.name }}</td><td>{{ fact.known_at }}</td><td>{{ fact.value }}</td></tr>{% endfor %}</table>"""
PAGE = 50


def add_floors() -> None:
    """Put them at /bare/…, and the answers for programs beside them without their token, whose floor is the same."""
    from django.urls import path

    floors.add(
        path("bare/board/<int:version>/", _board),
        path("bare/past/<int:version>/", _past),
        path("bare/sums/<int:version>/", _sums),
        path("bare/row/<int:version>/<int:row>/", _row),
        path("bare/why/<int:version>/<int:row>/", _why),
        path("bare/cases/<int:gauge>/<int:project>/", _cases),
        path("bare/json/<int:plan>/", _board_json),
    )


def _rendered(request: Any, template: str, context: dict[str, Any]) -> Any:
    from django.http import HttpResponse
    from django.template import engines

    if template not in _templates:
        _templates[template] = engines["django"].from_string(template)
    return HttpResponse(_templates[template].render(context, request))


_templates: dict[str, Any] = {}


# ---- the board ----------------------------------------------------------------------------------------------------


def _indicators(version: int) -> list[Any]:
    from shixiao.performance.models import Indicator

    return list(Indicator.objects.filter(version=version).select_related("project__unit").order_by("row"))


def _bindings(version: int) -> dict[int, Any]:
    from shixiao.performance.models import Binding

    return {each.indicator_id: each for each in Binding.objects.filter(indicator__version=version).order_by("id")}


def _filled(version: int) -> list[Any]:
    from django.db.models import Sum
    from evidence_house import YEAR

    from shixiao.ledger.models import MonthCell

    rows, bound = _indicators(version), _bindings(version)
    cells = MonthCell.objects.filter(month__gte=YEAR * 100 + 1, month__lte=YEAR * 100 + 12).order_by()
    found = cells.values("gauge", "project").annotate(**{name: Sum(name) for name in NUMBERS})
    sums = {(each["gauge"], each["project"]): each for each in found}
    for row in rows:
        one = bound.get(row.pk)
        row.sums = sums.get((one.gauge_id, one.project_id), {}) if one else {}
    return rows


def _board(request: Any, version: int) -> Any:
    return _rendered(request, BOARD, {"rows": _filled(version)})


def _past(request: Any, version: int) -> Any:
    from board_house import PAST

    from shixiao.ledger.models import FrozenReading

    rows, bound = _indicators(version), _bindings(version)
    kept = {(each.gauge_id, each.scope.get("project")): each for each in FrozenReading.objects.filter(day=PAST)}
    for row in rows:
        one = bound.get(row.pk)
        row.sums = kept.get((one.gauge_id, one.project_id), {}) if one else {}
    return _rendered(request, BOARD, {"rows": rows})


def _sums(request: Any, version: int) -> Any:
    from django.http import JsonResponse

    rows = [
        {"row": row.row, "name": row.name, "unit": row.project.unit.name, "target": row.annual_wording, **row.sums}
        for row in _filled(version)
    ]
    return JsonResponse({"rows": rows})


def _board_json(request: Any, plan: int) -> Any:
    from django.http import JsonResponse
    from django.utils import timezone

    from shixiao.performance import guarding, outlets, overview, standing

    version, now = overview.newest().select_related("plan").get(plan=plan), timezone.now()
    found = standing.read(version, now=now)
    return JsonResponse(outlets.board_json(found, guarding.board(found, by=None, now=now)))


# ---- one row, and the cases behind it -----------------------------------------------------------------------------


def _months(gauges: list[int], projects: list[int]) -> list[Any]:
    from django.db.models import Sum

    from shixiao.ledger.models import MonthCell

    cells = MonthCell.objects.filter(gauge__in=gauges, project__in=projects).order_by("month")
    return list(cells.values("gauge", "month").annotate(**{name: Sum(name) for name in NUMBERS}))


def _reasons(gauge: int, project: int) -> list[Any]:
    from django.db.models import Sum

    from shixiao.ledger.models import ReasonCell

    cells = ReasonCell.objects.filter(gauge=gauge, project=project).order_by("reason")
    return list(cells.values_list("reason").annotate(Sum("count")))


def _explained(version: int, row: int) -> dict[str, Any]:
    from shixiao.performance.models import Binding, Indicator

    known = Indicator.objects.select_related("project__unit", "version__plan", "understanding")
    one = known.get(version=version, row=row)
    bound = list(Binding.objects.filter(indicator=one).select_related("made_by", "project"))
    sums = _months([each.gauge_id for each in bound], [each.project_id for each in bound])
    reasons = [reason for each in bound for reason in _reasons(each.gauge_id, each.project_id)]
    return {"row": one, "bindings": bound, "sums": sums, "reasons": reasons}


def _why(request: Any, version: int, row: int) -> Any:
    return _rendered(request, WHY, _explained(version, row))


def _row(request: Any, version: int, row: int) -> Any:
    from shixiao.ledger.models import FrozenReading

    context = _explained(version, row)
    one, bound = context["row"], context["bindings"]
    near = one.version.indicators.filter(row__in=(row - 1, row + 1)).values_list("row", flat=True)
    gauges = [each.gauge_id for each in bound]
    kept = {each.day.month: each for each in FrozenReading.objects.filter(gauge__in=gauges)}
    for each in context["sums"]:
        each["kept"] = kept.get(each["month"] % 100)
    context |= {
        "near": list(near),
        "findings": list(one.findings.select_related("suppression__made_by")),
        "corrections": list(one.corrections.select_related("made_by")),
    }
    return _rendered(request, ROW, context)


def _cases(request: Any, gauge: int, project: int) -> Any:
    from datetime import date

    from evidence_house import YEAR

    from shixiao.casework.models import Case
    from shixiao.ledger.models import Fact

    days = {"day__gte": date(YEAR, 1, 1), "day__lt": date(YEAR + 1, 1, 1)}
    here = Fact.objects.filter(gauge=gauge, project=project, superseded_at=None, **days)
    facts = list(here.order_by("day", "case_id", "part")[:PAGE])
    cases = Case.objects.select_related("unit").in_bulk([fact.case_id for fact in facts])
    context = {"sums": _months([gauge], [project]), "reasons": _reasons(gauge, project)}
    return _rendered(request, CASES, context | {"rows": [(fact, cases[fact.case_id]) for fact in facts]})
