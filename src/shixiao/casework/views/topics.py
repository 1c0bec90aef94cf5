"""The page of a topic: what became of it, and what counts for it. The performance officer changes it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import topics
from shixiao.casework.models import Topic
from shixiao.casework.models.shared import NAME_LENGTH
from shixiao.casework.paper_forms import on_day
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person
from shixiao.casework.views.papers import form_page, refused_form
from shixiao.casework.views.sharing import may_look
from shixiao.people.models import User


class Rename(forms.Form):
    """Another name."""

    name = forms.CharField(
        label=gettext_lazy("新名称"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("以前各天的统计也改叫新名称；原来的名称记在经过里。"),
    )


class Retire(forms.Form):
    """The end of a topic."""

    on = on_day(
        gettext_lazy("从哪天起停用"), help_text=gettext_lazy("已有这个主题的事项不变，照样统计，只是不能再选。")
    )


class Merge(forms.Form):
    """Where it goes."""

    into = forms.ModelChoiceField(Topic.objects.none(), label=gettext_lazy("并入"), empty_label=gettext_lazy("请选择"))
    on = on_day(
        gettext_lazy("从哪天起"), help_text=gettext_lazy("从这一天起，它的事项算在另一个主题里；以前的统计不变。")
    )

    def offer(self, topic: Topic) -> None:
        """The topics that have not ended, besides the one in question; whoever asks for another one is told why not."""
        field = self.fields["into"]
        others = Topic.objects.exclude(pk=topic.pk)
        field.queryset = others if self.is_bound else others.filter(until=None)  # type: ignore[attr-defined]


class Change(NamedTuple):
    """One thing that can be done with a topic."""

    title: str | Promise
    form: type[forms.Form]
    do: Callable[[Topic, dict[str, Any], User, datetime], object]


CHANGES = {
    "rename": Change(
        gettext_lazy("更名"), Rename, lambda topic, told, by, now: topics.rename(topic, told["name"], by=by, now=now)
    ),
    "merge": Change(
        gettext_lazy("并入另一个主题"),
        Merge,
        lambda topic, told, by, now: topics.merge(topic, into=told["into"], on=told["on"], by=by, now=now),
    ),
    "retire": Change(
        gettext_lazy("停用"), Retire, lambda topic, told, by, now: topics.retire(topic, on=told["on"], by=by, now=now)
    ),
}


@require_safe
def show(request: HttpRequest, topic: int) -> HttpResponse:
    """What became of it, and what was merged into it."""
    user = person(request)
    if not may_look(user, now=timezone.now()):
        raise PermissionDenied(_("您没有项目和合同管理的职责。如需办理，请联系安全管理员。"))
    found = get_object_or_404(Topic.objects.select_related("merged_into"), pk=topic)
    context = {
        "topic": found,
        "merged": found.merged_from.order_by("until", "pk"),
        "changes": [(name, each.title) for name, each in CHANGES.items()],
        "may_change": topics.may_change(user) and found.until is None,
        "trail": [
            {"title": _("主题"), "address": reverse("casework:shared", args=("topics",))},
            {"title": found.name, "address": ""},
        ],
    }
    return render(request, "casework/topic.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, topic: int, change: str) -> HttpResponse:
    """The form of one change, and the change."""
    now, user = timezone.now(), person(request)
    found, wanted = get_object_or_404(Topic, pk=topic), CHANGES.get(change)
    if wanted is None:
        raise Http404
    if not topics.may_change(user):
        raise PermissionDenied(_("主题由绩效管理员维护。"))
    initial = {"name": found.name, "on": timezone.localtime(now).date()}
    form = wanted.form(request.POST if request.method == "POST" else None, initial=initial)
    if isinstance(form, Merge):
        form.offer(found)
    context: dict[str, Any] = {
        "title": f"{found.name}：{wanted.title}",
        "button": wanted.title,
        "back": reverse("casework:topic", args=[found.pk]),
    }
    if not form.is_valid():
        return form_page(request, form, **context)
    try:
        wanted.do(found, form.cleaned_data, user, now)
    except Refused as refused:
        return refused_form(request, form, refused, **context)
    words = {"name": found.name, "change": wanted.title}
    messages.success(request, _("主题“%(name)s”：已办理“%(change)s”。") % words)
    return redirect("casework:topic", found.pk)
