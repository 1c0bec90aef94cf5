"""Instructions: the list, one with its clauses and tasks, and the text for whoever may read it, which is written down."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shixiao.casework import allowing, visibility
from shixiao.casework import queries as casework_queries
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.views import person, refused_page
from shixiao.offices.supervision import queries, reading
from shixiao.offices.supervision.models import Instruction
from shixiao.offices.supervision.responsibilities import HEAD, INSTRUCTIONS, LEADER
from shixiao.offices.supervision.steps import INSTRUCTION, TASKS
from shixiao.offices.supervision.steps import INSTRUCTIONS as TABLE
from shixiao.offices.supervision.views import trail
from shixiao.people.wordings import said


@require_safe
def instructions(request: HttpRequest) -> HttpResponse:
    """The instructions that this person may look at: whose, when, where they stand, never what they say."""
    now, by = timezone.now(), person(request)
    held = visibility.held_by(by, now=now)
    if not held.words & {INSTRUCTIONS.word, HEAD.word, LEADER.word}:
        raise PermissionDenied(_("批示只有批示管理、督办负责人和作批示的领导可以查看。"))
    rows = queries.instructions_seen(by, now=now).order_by(F("case__closed_at").desc(nulls_first=True), "-case_id")
    page = Paginator(rows, queries.PAGE).get_page(request.GET.get("page", "1"))
    context = {
        "rows": [{"it": each, "case": each.case, "state": TABLE.state(each.case.state)} for each in page.object_list],
        "page": page,
        "may_register": INSTRUCTIONS.word in held.words,
        "now": now,
        "trail": trail((_("领导批示"), "")),
    }
    return render(request, "supervision/instructions.html", context)


@require_safe
def instruction(request: HttpRequest, case: int) -> HttpResponse:
    """Its clauses by number with their tasks, what can be done now, and the way to the text."""
    now = timezone.now()
    row = _instruction(request, case, now=now)
    return render(request, "supervision/instruction.html", _context(request, row, now=now))


@require_POST
@never_cache
def text(request: HttpRequest, case: int) -> HttpResponse:
    """The text of every round with its clauses. That it was read is an event; the page is kept by nobody."""
    now = timezone.now()
    row = _instruction(request, case, now=now)
    context = _context(request, row, now=now)
    try:
        context["rounds"] = reading.read(row, by=person(request), now=now)
    except NotAllowed as refused:
        context["refused"] = refused.text
        return refused_page(request, "supervision/instruction.html", context, refused)
    return render(request, "supervision/instruction.html", context)


def _instruction(request: HttpRequest, key: int, *, now: datetime) -> Instruction:
    """The instruction, where this person may look at the case. 404 otherwise."""
    found = casework_queries.case_of(key, by=person(request), now=now)
    if found.kind != INSTRUCTION:
        raise Http404
    row = Instruction.objects.select_related("leader").get(case=found)
    row.case = found
    return row


def _context(request: HttpRequest, row: Instruction, *, now: datetime) -> dict[str, Any]:
    by, case = person(request), row.case
    clauses = [
        {
            "number": each.number,
            "tasks": [{"it": task, "state": TASKS.state(task.case.state)} for task in each.tasks],
            "address": _proposal(row),
        }
        for each in queries.clauses_of(row)
    ]
    return {
        "case": case,
        "instruction": row,
        "state": TABLE.state(case.state),
        "clauses": clauses,
        "without": [each["number"] for each in clauses if not each["tasks"]],
        "notice": queries.notice_of_instruction(case),
        "may_read": reading.may_read(row, by=by, now=now),
        "buttons": allowing.buttons(case, by=by, now=now),
        "rounds": None,
        "refused": None,
        "now": now,
        "trail": trail((_("领导批示"), reverse("supervision:instructions")), (case.number, "")),
        "title": said(TABLE.title),
    }


def _proposal(row: Instruction) -> str:
    """The form of a new task."""
    return f"{reverse('casework:begin', args=('supervision.task', 'propose'))}?unit={row.case.unit_id}"
