"""The pages of this desk: tasks as a list that can be narrowed and tagged, and one task with its parts and instructions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from shixiao.casework import queries as casework_queries
from shixiao.casework import tagging, visibility, vocabulary
from shixiao.casework.models import Tag
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person
from shixiao.offices.supervision import parts, queries
from shixiao.offices.supervision.aspects import NAMES
from shixiao.offices.supervision.models import Assisting, ClauseTask, Task
from shixiao.offices.supervision.responsibilities import HANDLER, HEAD, INSTRUCTIONS, LEADER, OFFICER
from shixiao.offices.supervision.sources import BY_CODE
from shixiao.offices.supervision.statistics import reading
from shixiao.offices.supervision.statistics.opening import NAMES_OF, Opened
from shixiao.offices.supervision.statistics.periods import EVER
from shixiao.offices.supervision.steps import TASK, TASKS
from shixiao.people.models import User
from shixiao.people.permissions import Mandates
from shixiao.people.wordings import said
from shixiao.ui import formats

WORDS = {each.word for each in (OFFICER, HEAD, HANDLER, LEADER, INSTRUCTIONS)}
MOST_TICKED = 200
# What the list can be narrowed to, in the order of a task's life.
SHOWN = {
    "open": gettext_lazy("未办结"),
    "overdue": gettext_lazy("已逾期"),
    "entrusted": gettext_lazy("待签收"),
    "working": gettext_lazy("办理中"),
    "review": gettext_lazy("待审核"),
    "presented": gettext_lazy("呈报中"),
    "done": gettext_lazy("已办结"),
    "all": gettext_lazy("全部"),
}
_STATES = {
    "entrusted": ("entrusted", "expected"),
    "working": ("working", "returned", "suspended"),
    "review": ("review",),
    "presented": ("passed", "presented", "closing"),
    "done": ("closed", "archived"),
}


def check_belongs(by: User, *, now: datetime) -> Mandates:
    """What the person holds. Raises PermissionDenied for whoever has nothing to do with supervision."""
    held = visibility.held_by(by, now=now)
    if not held.words & WORDS and not held.looks_at:
        raise PermissionDenied(_("您没有督办方面的岗位。如需查看，请联系安全管理员授予岗位。"))
    return held


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Where the page stands, below the list of tasks."""
    first = {"title": _("督办"), "address": reverse("supervision:home") if steps else ""}
    return [first, *({"title": title, "address": address} for title, address in steps)]


# ---- the list ----------------------------------------------------------------------------------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The tasks that this person sees; what narrows them and the page stand in the address."""
    now, by = timezone.now(), person(request)
    held = check_belongs(by, now=now)
    every = queries.tasks_seen(by, now=now)
    opened = Opened.of(request.GET.dict(), today=timezone.localtime(now).date())
    if opened is not None:  # what a figure of the statistics counts, whatever became of it since
        every = every.filter(pk__in=opened.cases(reading.places_of(by, now=now), now=now))
    usual = "open" if opened is None else "all"
    wanted = request.GET.get("state", usual)
    wanted = wanted if wanted in SHOWN else usual
    source = request.GET.get("source", "")
    tag = _tag(request.GET.get("tag", ""))
    narrowed = every.filter(source=source) if source in BY_CODE else every
    if tag is not None:
        tagged = tagging.tagged(tag, as_of=timezone.localtime(now).date())
        narrowed = narrowed.filter(case__in=tagged.values("pk"))
    rows = narrowed.filter(_condition(wanted, now=now)).order_by(F("case__limit_at").asc(nulls_last=True), "case_id")
    page = Paginator(rows, queries.PAGE).get_page(request.GET.get("page", "1"))
    shown = list(page.object_list)
    on = timezone.localtime(now).date()
    names = vocabulary.names(on=on)
    tags = [(each, names.get(each.pk, "")) for each in vocabulary.in_force(on=on)]
    counts = _counts(narrowed, now=now)
    context = {
        "rows": _rows(shown, now=now),
        "page": page,
        "filters": _filters(counts, wanted, request.GET),
        "counts": counts,
        "wanted": wanted,
        "source": source,
        "opened": _opened(opened, counts["all"], request.GET) if opened is not None else None,
        "sources": [(each.code, said(each.title)) for each in BY_CODE.values()],
        "tag": tag,
        "tags": tags,
        "query": _query(request.GET, page=None),
        "overdue_address": f"?{_query(request.GET, state='overdue', page=None)}",
        "review_address": f"?{_query(request.GET, state='review', page=None)}",
        "may_propose": OFFICER.word in held.words,
        "may_see_instructions": bool(held.words & {INSTRUCTIONS.word, HEAD.word, LEADER.word}),
        "may_register": INSTRUCTIONS.word in held.words,
        "now": now,
        "trail": trail(),
    }
    return render(request, "supervision/home.html", context)


def _opened(opened: Opened, count: int, given: QueryDict) -> dict[str, Any]:
    """The figure that the list opens, in words, and what of the address the filters have to keep."""
    last = formats.day(opened.until)
    days = (
        last
        if opened.since == EVER
        else _("%(since)s至%(until)s") % {"since": formats.day(opened.since), "until": last}
    )
    name = reading.name_of(opened.by, opened.value, on=opened.until) if opened.value else ""
    return {
        "title": said(opened.title),
        "name": f"{said(NAMES[opened.by])}：{name}" if name else "",
        "days": days,
        "on": formats.day(opened.as_of) if opened.as_of else "",
        "count": count,
        "kept": [(key, given[key]) for key in NAMES_OF if given.get(key)],
    }


def _tag(text: str) -> Tag | None:
    return Tag.objects.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 7 else None


def _condition(wanted: str, *, now: datetime) -> Q:
    if wanted == "overdue":
        return Q(case__closed_at=None, case__limit_at__lte=now)
    if wanted == "open":
        return Q(case__closed_at=None)
    if wanted == "all":
        return Q()
    return Q(case__state__in=_STATES[wanted])


def _counts(rows: QuerySet[Task], *, now: datetime) -> dict[str, int]:
    """How many there are of each, in one statement."""
    found: dict[str, int] = rows.order_by().aggregate(
        **{name: Count("pk", filter=_condition(name, now=now)) for name in SHOWN}
    )
    return found


def _filters(counts: Mapping[str, int], wanted: str, given: QueryDict) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "count": counts[name],
            "is_chosen": name == wanted,
            "address": f"?{_query(given, state=name, page=None)}",
        }
        for name, title in SHOWN.items()
    ]


def _query(given: QueryDict, **changed: str | None) -> str:
    """The query of the same view with something changed."""
    found = given.copy()
    for name, value in changed.items():
        found.pop(name, None)
        if value:
            found[name] = value
    return found.urlencode()


def _rows(rows: list[Task], *, now: datetime) -> list[dict[str, Any]]:
    """Each task in words, with its progress and its tags."""
    percent = parts.progress(rows)
    tags = tagging.tags_of([each.pk for each in rows], on=timezone.localtime(now).date())
    return [
        {
            "it": each,
            "case": each.case,
            "state": TASKS.state(each.case.state),
            "source": said(BY_CODE[each.source].title),
            "percent": percent[each.pk],
            "tags": tags.get(each.pk, []),
        }
        for each in rows
    ]


@require_POST
def tag(request: HttpRequest) -> HttpResponse:
    """One tag for the ticked tasks, or taken from them: all or none."""
    now, by = timezone.now(), person(request)
    if OFFICER.word not in check_belongs(by, now=now).words:
        raise PermissionDenied(_("成批加标签由督办管理办理。"))
    keys = [int(key) for key in request.POST.getlist("case")[:MOST_TICKED] if key.isascii() and key.isdigit()]
    chosen = _tag(request.POST.get("tag", ""))
    back = redirect(f"{reverse('supervision:home')}?{request.POST.get('query', '')}")
    if chosen is None or not keys:
        messages.error(request, _("请勾选事项，并选一个标签。"))
        return back
    there = list(queries.tasks_seen(by, now=now).filter(case__in=keys).values_list("pk", flat=True))
    take_away = "untag" in request.POST
    try:
        change = tagging.untag_many if take_away else tagging.tag_many
        count = change(there, chosen, by=by, now=now)
    except Refused as refused:
        messages.error(request, said(refused.text))
        return back
    messages.success(request, _tagged(count, take_away=take_away))
    return back


def _tagged(count: int, *, take_away: bool) -> str:
    if take_away:
        return ngettext("已从 %(n)s 件去掉标签。", "已从 %(n)s 件去掉标签。", count) % {"n": count}
    return ngettext("已给 %(n)s 件加上标签。", "已给 %(n)s 件加上标签。", count) % {"n": count}


# ---- one task ----------------------------------------------------------------------------------------------------


@require_safe
def task(request: HttpRequest, case: int) -> HttpResponse:
    """A task with what counts as done, its parts, the units that help, and the instructions that it carries out."""
    now, by = timezone.now(), person(request)
    found = casework_queries.case_of(case, by=by, now=now)
    if found.kind != TASK:
        raise Http404
    row = Task.objects.select_related("orderer", "parent").get(case=found)
    row.case = found
    own = queries.instructions_seen(by, now=now).values("pk")
    clauses = ClauseTask.objects.filter(task=found, instruction__in=own).select_related("instruction")
    context = {
        "case": found,
        "task": row,
        "state": TASKS.state(found.state),
        "source": said(BY_CODE[row.source].title),
        "percent": parts.progress([row])[row.pk],
        "parts": [{"it": each, "state": TASKS.state(each.task.case.state)} for each in queries.parts_of(row)],
        "assisting": [each.unit for each in Assisting.objects.filter(case=found).select_related("unit").order_by("pk")],
        "clauses": list(clauses),
        "letters": queries.letters_of(found, by=by, now=now),
        "now": now,
        "trail": trail((found.number, "")),
    }
    return render(request, "supervision/task.html", context)
