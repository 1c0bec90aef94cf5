"""The inbox: a list, opening, taking note."""

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shixiao.ledger.troubles import Trouble, trouble_of
from shixiao.messages import queries, reading, saying
from shixiao.messages.models import UNREAD, Message, Sort
from shixiao.messages.queries import Wanted
from shixiao.messages.states import State
from shixiao.messages.views import number, person
from shixiao.ui.menu import MOST_COUNTED

_STATES = {UNREAD, State.READ.value, State.WITHDRAWN.value}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What I was told, the new ones first. Looking at the list reads nothing: a browser may fetch it ahead."""
    now, me, asked = timezone.now(), person(request), request.GET
    wanted = Wanted(
        state=asked.get("state", "") if asked.get("state") in _STATES else "",
        sort=asked.get("sort", "") if asked.get("sort") in Sort.values else "",
        text=asked.get("q", "").strip(),
        before=number(asked.get("before")),
    )
    found = queries.inbox(wanted, of=me, now=now)
    query = asked.copy()
    query.pop("before", None)
    context = {
        "inbox": found,
        "wanted": wanted,
        "query": query.urlencode(),
        "states": [(UNREAD, _("未读")), (State.READ.value, _("已读")), (State.WITHDRAWN.value, _("已撤回"))],
        "sorts": Sort.choices,
        "here": request.get_full_path(),
        "today": timezone.localtime(now).date(),
        "sentence": _sentence(queries.unread(me.pk)),
    }
    return render(request, "messages/inbox.html", context)


def _sentence(count: int) -> str:
    if not count:
        return _("没有未读的消息。")
    shown = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
    return ngettext("%(n)s 条未读。", "%(n)s 条未读。", count) % {"n": shown}


@require_POST
def open_(request: HttpRequest, message: int) -> HttpResponse:
    """Read it, and go to what it is about; back to the list where the person may not look there any more."""
    now, me = timezone.now(), person(request)
    row = Message.objects.filter(pk=message, person=me).first()
    if row is None:
        raise Http404
    try:
        reading.read([row.pk], by=me, now=now)
    except DatabaseError as error:  # on a full disk it stays unread, and what it is about is shown all the same
        if trouble_of(error) is not Trouble.FULL:
            raise
    (said,) = saying.said([row], to=me, now=now)
    return redirect(said.about.address) if said.about is not None else redirect(_back(request))


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Take note of one or of some, or mark everything on the page as read."""
    now, me = timezone.now(), person(request)
    keys = [key for each in request.POST.getlist("message") if (key := number(each)) is not None]
    if "acknowledge" in request.POST:
        reading.acknowledge(keys or _one(request), by=me, now=now)
    elif "all" in request.POST:
        count = reading.read_all(by=me, now=now, before=number(request.POST.get("newest")))
        messages.success(request, ngettext("%(n)s 条标为已读。", "%(n)s 条标为已读。", count) % {"n": count})
    return redirect(_back(request))


def _one(request: HttpRequest) -> list[int]:
    key = number(request.POST.get("acknowledge"))
    return [key] if key is not None else []


def _back(request: HttpRequest) -> str:
    """The list as it was, and no other address."""
    here = str(request.POST.get("next", ""))
    inbox_ = reverse("messages:inbox")
    is_ours = url_has_allowed_host_and_scheme(here, allowed_hosts=None) and here.partition("?")[0] == inbox_
    return here if is_ours else inbox_
