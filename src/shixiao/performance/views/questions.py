"""What the records of a year ask: the list, one question down to its events, and what explains it."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import offices
from shixiao.engine.questions import KIND_WORDS, Kind
from shixiao.people.models import User
from shixiao.people.permissions import may_answer_questions, may_see_questions
from shixiao.performance import answering, question_list
from shixiao.performance.models import EXPLANATION_LENGTH, FIRST_YEAR, LAST_YEAR
from shixiao.performance.wordings import said

READ = ["GET", "HEAD", "POST"]
YEARS = 4


class AnswerForm(forms.Form):
    """What explains it."""

    explanation = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=EXPLANATION_LENGTH,
        help_text=gettext_lazy("一句话说明实际情况。会和这个疑问一起长期保留，请不要写个人信息。"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The questions of a year, by kind and office; those that are answered below."""
    user, now = _asked(request), timezone.now()
    this_year = timezone.localtime(now).year
    year = _year(request.GET.get("year", ""), this_year)
    kind, office = request.GET.get("kind", ""), request.GET.get("office", "")
    found = question_list.visible(year, viewer=user, now=now)
    chosen = [each for each in found if kind in ("", each.kind.value) and office in ("", each.office)]
    shown = question_list.in_words(chosen, year=year, now=now)
    context = {
        "year": year,
        "years": sorted({*range(this_year, this_year - YEARS, -1), year}, reverse=True),
        "kinds": [(each.value, said(KIND_WORDS[each])) for each in Kind],
        "kind": kind,
        "offices": [(each.label, said(each.title)) for each in offices.installed()],
        "office": office,
        "open": [each for each in shown if not each.answers],
        "answered": [each for each in shown if each.answers],
        "others": len(found) - len(chosen),
        "trail": _trail(),
    }
    return render(request, "performance/questions.html", context)


@require_http_methods(READ)
def one(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """A question with its cases and their events; and the form in which it is answered."""
    user, now = _asked(request), timezone.now()
    found = [each for each in question_list.visible(year, viewer=user, now=now) if each.key == key]
    if not found:
        raise Http404
    (question,) = found
    form = AnswerForm(request.POST or None, label_suffix="")
    if request.method == "POST" and not may_answer_questions(user):
        raise PermissionDenied(_("疑问由绩效管理员说明。"))
    if form.is_valid():
        try:
            answering.answer(question, explanation=form.cleaned_data["explanation"], year=year, by=user, now=now)
        except answering.NotAnswerable as refused:
            form.add_error("explanation", str(refused))
        else:
            messages.success(request, _("说明已记录。疑问移到“已说明”，仍可查看。"))
            return redirect("performance:question", year, key)
    (shown,) = question_list.in_words([question], year=year, now=now)
    context: dict[str, Any] = {
        "shown": shown,
        "year": year,
        "lives": question_list.lives(question, viewer=user, now=now),
        "most": question_list.MOST_CASES,
        "thresholds": [(each, said(each.why)) for each in question_list.thresholds_of(question.kind)],
        "form": form if may_answer_questions(user) else None,
        "trail": _trail(year, shown.kind),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "performance/question.html", context, status=status)


def _asked(request: HttpRequest) -> User:
    if not may_see_questions(request.user):
        raise PermissionDenied(_("疑问由绩效管理员和审计员查看。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    return request.user


def _year(given: str, this_year: int) -> int:
    """What the address asks for; this year where it is none."""
    year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else this_year
    return year if FIRST_YEAR <= year <= LAST_YEAR else this_year


def _trail(year: int | None = None, here: str = "") -> list[dict[str, str]]:
    there = reverse("performance:questions")
    trail = [{"title": _("首页"), "address": reverse("performance:home")}]
    if year is None:
        return [*trail, {"title": _("疑问"), "address": ""}]
    return [*trail, {"title": _("疑问"), "address": f"{there}?year={year}"}, {"title": here, "address": ""}]
