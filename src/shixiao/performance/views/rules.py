"""The rule reference: every rule with its reason, a bad and a good example, and how often it fires here."""

from collections import defaultdict
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.engine import lint
from shixiao.performance import examples, overview
from shixiao.performance.wordings import said


class RuleShown(NamedTuple):
    """A rule in the language of the page. `fires` are findings and plans; the examples are small tables."""

    id: str
    title: str
    why: str
    severities: list[str]
    family: str
    basis: str
    bad: list[examples.Line]
    good: list[examples.Line]
    findings: int
    plans: int
    accepted: int


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All rules by family."""
    fires = overview.fires()
    families: dict[str, list[RuleShown]] = defaultdict(list)
    for rule in sorted(lint.RULES.values(), key=lambda rule: (list(lint.Family).index(rule.family), rule.id)):
        families[said(rule.family.title)].append(_shown(rule, fires))
    context = {"families": list(families.items()), "count": len(lint.RULES)}
    return render(request, "performance/rules.html", context)


@require_safe
def one(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule, and the plans in which it fires."""
    found = lint.RULES.get(rule)
    if found is None:
        raise Http404
    ids = sorted(lint.RULES)
    at = ids.index(rule)
    context = {
        "rule": _shown(found, overview.fires()),
        "places": overview.plans_with(rule),
        "before": ids[at - 1] if at else "",
        "after": ids[at + 1] if at + 1 < len(ids) else "",
        "trail": [
            {"title": _("首页"), "address": reverse("performance:home")},
            {"title": _("规则"), "address": reverse("performance:rules")},
            {"title": rule, "address": ""},
        ],
    }
    return render(request, "performance/rule.html", context)


def _shown(rule: lint.Rule, fires: dict[str, overview.Fires]) -> RuleShown:
    fired = fires.get(rule.id, overview.Fires(0, 0, 0))
    return RuleShown(
        id=rule.id,
        title=said(rule.title),
        why=said(rule.why),
        severities=[severity.value for severity in (rule.severity, *rule.also)],
        family=said(rule.family.title),
        basis=said(rule.basis) if rule.basis else "",
        bad=examples.lines(rule.bad),
        good=examples.lines(rule.good),
        findings=fired.findings,
        plans=fired.plans,
        accepted=fired.accepted,
    )
