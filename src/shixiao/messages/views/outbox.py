"""What became of messages: of all for the system administrator, of one case for whoever may look at the case."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.ledger.models import Words
from shixiao.messages import channels, fates, queries, saying, subjects
from shixiao.messages.models import Delivery
from shixiao.messages.queries import Chosen
from shixiao.messages.states import TITLES, State
from shixiao.messages.views import number, person
from shixiao.people.wordings import said


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every delivery: to whom, by what, when and how it went; never what it says. For the system administrator."""
    _only_the_administrator(request)
    asked = request.GET
    chosen = Chosen(
        state=asked.get("state", "") if asked.get("state") in [each.value for each in State] else "",
        channel=asked.get("channel", "") if asked.get("channel") in channels.found() else "",
        person=asked.get("person", "").strip(),
        before=number(asked.get("before")),
    )
    rows, older = queries.deliveries(chosen)
    query = asked.copy()
    query.pop("before", None)
    context = {
        "rows": _rows(rows),
        "older": older,
        "chosen": chosen,
        "query": query.urlencode(),
        "states": [(each.value, said(title)) for each, title in TITLES.items()],
        "channels": [(name, said(each.title)) for name, each in channels.found().items() if not each.is_inside],
        "ways": [_way(each) for each in channels.found().values()],
        "counts": queries.counts(),
    }
    return render(request, "messages/outbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, delivery: int) -> HttpResponse:
    """One delivery with its whole life; and what a person says became of it."""
    _only_the_administrator(request)
    row = get_object_or_404(queries.with_life(Delivery.objects.all()), pk=delivery)
    context: dict[str, Any] = {
        "row": _rows([row])[0],
        "decisions": [(word, said(title)) for word, (_what, title) in fates.DECISIONS.items()],
        "is_open": row.state in (State.UNKNOWN.value, State.FAILED.value),
        "reasons": _reasons(row),
    }
    if request.method == "POST":
        told = {"decision": request.POST.get("decision", ""), "reason": request.POST.get("reason", "")}
        try:
            fates.decide(row, told["decision"], reason=told["reason"], by=person(request), now=timezone.now())
        except fates.Undecidable as error:
            context |= {"told": told, "error": said(error.text)}
            return render(request, "messages/delivery.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        messages.success(request, _("已经记下。"))
        return redirect("messages:delivery", row.pk)
    return render(request, "messages/delivery.html", context)


@require_safe
def about(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Everything that anybody was told about one thing, for whoever may look at it."""
    now, me = timezone.now(), person(request)
    here = subjects.shown([(kind, key)], by=me, now=now).get((kind, key))
    if here is None:
        raise Http404
    rows = queries.about(kind, key)
    context = {
        "here": here,
        "rows": [_told(each) for each in saying.said(rows, to=me, now=now)],
        "trail": [{"title": here.number, "address": here.address}, {"title": _("消息去向"), "address": ""}],
    }
    return render(request, "messages/about.html", context)


def _only_the_administrator(request: HttpRequest) -> None:
    if not fates.may_decide(person(request)):
        raise PermissionDenied


def _reasons(row: Delivery) -> list[str]:
    """What people wrote when they decided."""
    decided = [each.event_id for each in row.fates.all() if each.event_id is not None]
    return list(Words.objects.filter(event__in=decided).order_by("id").values_list("words", flat=True))


def _rows(rows: Sequence[Delivery]) -> list[dict[str, Any]]:
    """With what the targets of channels are called; a statement for each channel that has some here."""
    targets: dict[str, set[str]] = {}
    for row in rows:
        if row.target and row.channel in channels.found():
            targets.setdefault(row.channel, set()).add(row.target)
    titles = {name: channels.found()[name].titles(some) for name, some in targets.items()}
    return [_row(row, titles.get(row.channel, {}).get(row.target, row.target)) for row in rows]


def _row(row: Delivery, target: str) -> dict[str, Any]:
    channel = channels.found().get(row.channel)
    state = State(row.state)
    return {
        "it": row,
        "channel": said(channel.title) if channel else row.channel,
        "to": row.person or target,
        "state": said(TITLES[state]),
        "is_bad": state in (State.UNKNOWN, State.FAILED),
        "is_open": state is State.UNKNOWN,
        "count": len(row.items.all()),
        "life": [_happened(each.what, each) for each in row.fates.all()],
    }


def _happened(what: str, row: Any) -> dict[str, Any]:
    titles = {state.value: title for state, title in TITLES.items()}
    more = {"not_reached": _("没有发出，稍后再试"), "again": _("再发一次")}
    return {"title": more.get(what) or said(titles[State(what)]), "it": row}


def _told(each: saying.Said) -> dict[str, Any]:
    message = each.message
    return {
        "said": each,
        "state": said(TITLES[State(message.state)]),
        "life": [_happened(row.what, row) for row in message.fates.all()],
        "outside": [_outside(item.delivery) for item in message.items.all()],
    }


def _outside(row: Delivery) -> str:
    channel = channels.found().get(row.channel)
    return f"{said(channel.title) if channel else row.channel}：{said(TITLES[State(row.state)])}"


def _way(channel: channels.Channel) -> dict[str, Any]:
    """A channel in words: what it is, what it can, whether it is set up."""
    able = channel.abilities
    receipts = [said(TITLES[State(each.value)]) for each in sorted(able.receipts, key=lambda each: each.value)]
    return {
        "title": said(channel.title),
        "page": channel.page,
        "about": said(channel.about),
        "is_ready": channel.is_ready(),
        "receipts": "、".join(receipts),
        "repeats": able.repeats,
        "longest": able.longest,
        "cost": said(able.cost) if able.cost else "",
    }
