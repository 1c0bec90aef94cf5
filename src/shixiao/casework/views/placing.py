"""A case moved to another project, contract, topic or subject, on a form of its own."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shixiao.casework import moving_cases, offices, queries, things
from shixiao.casework.events import MOVED
from shixiao.casework.forms import AGAIN, Told
from shixiao.casework.models import Case
from shixiao.casework.particulars import read_all, thing, words
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Step
from shixiao.casework.views import person, refused_page
from shixiao.engine.bilingual import Text
from shixiao.people.wordings import said

_TITLES = {
    "project": Text("项目", "Project"),
    "contract": Text("合同", "Contract"),
    "topic": Text("主题", "Topic"),
    "subject": Text("物件", "Subject"),
}
# Of the shape of a step, so that the form has the same fields, long lists and sentences as every other one.
_PLACE = Step(
    name="place",
    title=MOVED.title,
    records=MOVED,
    by="",
    takes=(
        *(thing(name, _TITLES[name], f"casework.{name}", is_required=False) for name in moving_cases.MOVABLE),
        words("reason", Text("理由", "Reason"), most=500),
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, case: int) -> HttpResponse:
    """The form, filled with where the case belongs now; and the move."""
    now = timezone.now()
    found = queries.case_of(case, by=person(request), now=now)
    here = {name: getattr(found, f"{name}_id") or "" for name in moving_cases.MOVABLE}
    form = Told(_PLACE, unit=found.unit, given=request.POST if request.method == "POST" else None, initial=here)
    context = _context(found, form)
    if request.method != "POST" or AGAIN in request.POST:
        return render(request, "casework/place.html", context)
    try:
        _move(request, found, form, now=now)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "casework/place.html", context, refused)
    messages.success(request, _("%(number)s 已改归属。") % {"number": found.number})
    return redirect("casework:case", found.pk)


def _context(case: Case, form: Told) -> dict[str, Any]:
    office = offices.office_of(case.kind)
    trail = [
        {"title": said(office.title), "address": reverse("casework:office", args=(office.label,))},
        {"title": case.number, "address": reverse("casework:case", args=(case.pk,))},
        {"title": _("改归属"), "address": ""},
    ]
    return {"case": case, "form": form, "trail": trail}


def _move(request: HttpRequest, case: Case, form: Told, *, now: datetime) -> None:
    told = read_all(_PLACE.takes, form.told(), zone=zone())
    place = {name: _thing(name, told.get(name)) for name in moving_cases.MOVABLE}
    moving_cases.move(case, **place, reason=told["reason"], by=person(request), now=now)


def _thing(name: str, key: int | None) -> Any:
    if key is None:
        return None
    model = things.model_of(f"casework.{name}")
    found = model._default_manager.filter(pk=key).first() if model else None
    if found is None:
        title = _TITLES[name]
        text = Text(f"没有这个{title.zh}（{key}）。请从列表里选。", f"There is no such {title.en.lower()} ({key}).")
        raise Refused(text, reason=Reason.INVALID, field=name)
    return found
