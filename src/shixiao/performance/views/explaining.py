"""Why it is this number: a page to read and to print, and the same as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.people.models import User
from shixiao.performance import indicator_standing, indicators, queries, standing, wordings
from shixiao.performance.models import Indicator
from shixiao.performance.views.trails import of_indicator
from shixiao.performance.why import Why, as_json, explain
from shixiao.ui import formats
from shixiao.ui.statuses import badge


@require_safe
def page(request: HttpRequest, plan: int, number: int, row: int) -> HttpResponse:
    """The explanation in sentences, now or at the end of a past day."""
    version = queries.version_of(plan, number)
    one = indicators.indicator_of(version, row)
    why = _why(request, one)
    query = f"?on={why.as_of}" if why.as_of is not None else ""
    context = {
        "version": version,
        "indicator": one,
        "why": why,
        "badge": badge(why.prospect.status.value),
        "values": [wordings.said(part.value) for part in why.parts],
        "groups": indicator_standing.groups_of(why),
        "day": formats.day(why.day),
        "address": f"{queries.address_of(version, row)}{query}",
        "query": query,
        "made_at": formats.instant(timezone.now()),
        "trail": of_indicator(version, one, here=_("为什么是这个数")),
    }
    return render(request, "performance/why.html", context)


@require_safe
def document(request: HttpRequest, plan: int, number: int, row: int) -> HttpResponse:
    """The same for programs, in the shape of `shixiao schema why`."""
    version = queries.version_of(plan, number)
    why = _why(request, indicators.indicator_of(version, row))
    return JsonResponse(as_json(why), json_dumps_params={"ensure_ascii": False, "indent": 2})


def _why(request: HttpRequest, one: Indicator) -> Why:
    assert isinstance(request.user, User)  # noqa: S101 — the sign-in middleware has seen to it
    now = timezone.now()
    as_of = indicator_standing.past_day(request.GET.get("on", ""), now=now)
    bindings = standing.bindings_of(one.pk)
    (found,) = standing.read_row(one, bindings, now=now, as_of=as_of).rows
    return explain(found, by=request.user, now=now, as_of=as_of, indicator=one, bindings=bindings)
