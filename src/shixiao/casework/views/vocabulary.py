"""The pages of the vocabulary of tags. Everybody may look; the keeper changes."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import paper_forms, tagging, vocabulary
from shixiao.casework.models import Tag
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person
from shixiao.casework.views.papers import form_page, refused_form
from shixiao.people.models import User


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The tree, with ended tags where they are asked for."""
    now = timezone.now()
    on, shows_ended = timezone.localtime(now).date(), "ended" in request.GET
    called = vocabulary.names(on=on)
    tags = Tag.objects.order_by("path") if shows_ended else vocabulary.in_force(on=on)
    rows = [_row(tag, called, on=on) for tag in tags]
    context = {"rows": rows, "shows_ended": shows_ended, "may_keep": vocabulary.may_keep(person(request), now=now)}
    return render(request, "casework/papers/tags.html", context)


def _row(tag: Tag, called: dict[int, str], *, on: date) -> dict[str, Any]:
    return {
        "tag": tag,
        "name": called.get(tag.pk, str(tag.pk)),
        "is_in_force": tag.is_in_force(on),
        "merged_into": called.get(tag.merged_into_id or 0, ""),
        "split_from": called.get(tag.split_from_id or 0, ""),
    }


@require_safe
def show(request: HttpRequest, tag: int) -> HttpResponse:
    """One tag: its names, where it came from and went, and how many cases count for it at the end of a day."""
    now = timezone.now()
    found, today = get_object_or_404(Tag, pk=tag), timezone.localtime(now).date()
    as_of = _day(request.GET.get("as_of", ""), today)
    called = vocabulary.names(on=today)
    shown = [_row(each, called, on=today) for each in Tag.objects.filter(split_from=found).order_by("path")]
    merged = [_row(each, called, on=today) for each in Tag.objects.filter(merged_into=found).order_by("path")]
    context = {
        **_row(found, called, on=today),
        "names": found.names.order_by("-since"),
        "as_of": as_of,
        "today": today,
        "count": tagging.tagged(found, as_of=as_of).count(),
        "parts": shown,
        "merged": merged,
        "changes": [(name, each.title) for name, each in CHANGES.items()],
        "may_keep": vocabulary.may_keep(person(request), now=now) and found.until is None,
        "trail": _trail(called.get(found.pk, "")),
    }
    return render(request, "casework/papers/tag.html", context)


def _day(text: str, today: date) -> date:
    """The day that the address asks for; today where it is none or has not come."""
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


def _trail(name: str) -> list[dict[str, str]]:
    return [{"title": pgettext("tag", "标签"), "address": reverse("casework:tags")}, {"title": name, "address": ""}]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new tag, at the top or below another one."""
    now = timezone.now()
    today = timezone.localtime(now).date()
    initial = paper_forms.today_first(today) | {"parent": request.GET.get("parent", "")}
    form = paper_forms.NewTag(request.POST if request.method == "POST" else None, initial=initial)
    form.offer("parent", _open_tags(), vocabulary.names(on=today), blank=_("（最上一级）"))
    context: dict[str, Any] = {"title": _("新标签"), "button": _("建立"), "back": reverse("casework:tags")}
    if not form.is_valid():
        return form_page(request, form, **context)
    told = form.cleaned_data
    above = Tag.objects.filter(pk=told["parent"]).first() if told["parent"] else None
    try:
        made = vocabulary.create(
            told["name"], parent=above, colour=told["colour"], since=told["since"], by=person(request), now=now
        )
    except Refused as refused:
        return refused_form(request, form, refused, **context)
    messages.success(request, _("标签“%(name)s”已建立。") % {"name": told["name"]})
    return redirect("casework:tag", made.pk)


def _open_tags() -> list[Tag]:
    return list(Tag.objects.filter(until=None).order_by("path"))


class Change(NamedTuple):
    """One thing that can be done with a tag."""

    title: str | Promise
    form: type[forms.Form]
    do: Callable[[Tag, dict[str, Any], User, datetime], object]


def _rename(tag: Tag, told: dict[str, Any], by: User, now: datetime) -> None:
    vocabulary.rename(tag, told["name"], since=told["since"], by=by, now=now)


def _recolour(tag: Tag, told: dict[str, Any], by: User, now: datetime) -> None:
    vocabulary.recolour(tag, told["colour"], by=by, now=now)


def _merge(tag: Tag, told: dict[str, Any], by: User, now: datetime) -> None:
    vocabulary.merge(tag, into=Tag.objects.get(pk=told["into"]), on=told["on"], by=by, now=now)


def _split(tag: Tag, told: dict[str, Any], by: User, now: datetime) -> None:
    parts = [vocabulary.Part(line, tag.colour) for line in told["parts"].splitlines() if line.strip()]
    vocabulary.split(tag, parts, on=told["on"], by=by, now=now)


def _retire(tag: Tag, told: dict[str, Any], by: User, now: datetime) -> None:
    vocabulary.retire(tag, on=told["on"], by=by, now=now)


CHANGES = {
    "rename": Change(gettext_lazy("更名"), paper_forms.Rename, _rename),
    "recolour": Change(gettext_lazy("换颜色"), paper_forms.Recolour, _recolour),
    "merge": Change(gettext_lazy("并入另一个标签"), paper_forms.Merge, _merge),
    "split": Change(gettext_lazy("拆分"), paper_forms.Split, _split),
    "retire": Change(gettext_lazy("停用"), paper_forms.Retire, _retire),
}


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, tag: int, change: str) -> HttpResponse:
    """The form of one change, and the change."""
    now = timezone.now()
    found, wanted = get_object_or_404(Tag, pk=tag), CHANGES.get(change)
    if wanted is None:
        raise Http404
    today = timezone.localtime(now).date()
    called = vocabulary.names(on=today)
    initial = paper_forms.today_first(today) | {"name": called.get(found.pk, ""), "colour": found.colour}
    form = wanted.form(request.POST if request.method == "POST" else None, initial=initial)
    if isinstance(form, paper_forms.Merge):
        form.offer("into", [each for each in _open_tags() if each.pk != found.pk], called)
    context: dict[str, Any] = {
        "title": f"{called.get(found.pk, '')}：{wanted.title}",
        "button": wanted.title,
        "back": reverse("casework:tag", args=[found.pk]),
    }
    if not form.is_valid():
        return form_page(request, form, **context)
    try:
        wanted.do(found, form.cleaned_data, person(request), now)
    except Refused as refused:
        return refused_form(request, form, refused, **context)
    messages.success(
        request, _("标签“%(name)s”：已办理“%(change)s”。") % {"name": called.get(found.pk, ""), "change": wanted.title}
    )
    return redirect("casework:tag", found.pk)
