"""Programmes and the rounds of a year."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shixiao.casework.models import Project
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person, refused_page
from shixiao.casework.visibility import below, held_by
from shixiao.offices.payments import programmes, queries
from shixiao.offices.payments.forms import ProgrammeForm
from shixiao.offices.payments.models import Programme
from shixiao.offices.payments.responsibilities import CLERK, KEEPER
from shixiao.offices.payments.views import holds, opens, projects_for, trail, year_of
from shixiao.people.wordings import said


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Every programme with its rounds of the year; and a new one."""
    now = timezone.now()
    projects = projects_for(request, now=now)
    form = ProgrammeForm(request.POST or None, projects=_own(request, projects), today=timezone.localtime(now).date())
    if request.method != "POST":
        return render(request, "payments/programmes.html", _context(request, projects, form))
    if form.is_valid():
        try:
            made = programmes.create_programme(**form.cleaned_data, by=person(request), now=now)
        except ValidationError as error:
            form.refuse(error)
        except Refused as refused:
            form.add_error("name" if refused.field == "name" else None, said(refused.text))
            return refused_page(request, "payments/programmes.html", _context(request, projects, form), refused)
        else:
            messages.success(request, _("已设立“%(name)s”。接着可以安排全年的发放。") % {"name": made.name})
            return redirect(
                f"{reverse('payments:programmes')}?year={max(made.since.year, timezone.localtime(now).year)}"
            )
    context = _context(request, projects, form)
    return render(request, "payments/programmes.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _own(request: HttpRequest, projects: QuerySet[Project]) -> QuerySet[Project]:
    """The projects at whose unit this person may set programmes up."""
    paths = held_by(person(request), now=timezone.now()).paths_for(KEEPER.word)
    return projects.filter(below(paths)).order_by("unit__path", "name")


def _context(request: HttpRequest, projects: QuerySet[Project], form: ProgrammeForm) -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localtime(now).date()
    year = year_of(request, today=today)
    every = list(projects.filter(Q(since_year__lte=year, until_year__gte=year)))
    return {
        "form": form,
        "year": year,
        "years": range(today.year + 1, today.year - 3, -1),
        "programmes": queries.programmes(every, year=year, today=today),
        "may_create": holds(request, KEEPER.word, now=now),
        "may_plan": holds(request, CLERK.word, now=now),
        "opens": opens(request, now=now),
        "trail": trail((_("定期发放"), "")),
    }


@require_POST
def plan_year(request: HttpRequest, programme: int) -> HttpResponse:
    """Plan every round of the year that is missing."""
    now = timezone.now()
    projects, year = projects_for(request, now=now), year_of(request, today=timezone.localtime(now).date())
    one = (
        Programme.objects.select_related("project__unit")
        .filter(pk=programme, project__in=projects.values("pk"))
        .first()
    )
    if one is None:
        raise Http404
    address = f"{reverse('payments:programmes')}?year={year}"
    try:
        made = programmes.plan_year(one, year=year, by=person(request), now=now)
    except Refused as refused:
        form = ProgrammeForm(None, projects=_own(request, projects), today=timezone.localtime(now).date())
        context = _context(request, projects, form) | {"refused": refused.text}
        return refused_page(request, "payments/programmes.html", context, refused)
    if made:
        text = ngettext("已安排“%(name)s”%(n)s 期。", "已安排“%(name)s”%(n)s 期。", len(made))
        messages.success(request, text % {"name": one.name, "n": len(made)})
    else:
        messages.info(request, _("“%(name)s”这一年的都已经安排。") % {"name": one.name})
    return redirect(address)
