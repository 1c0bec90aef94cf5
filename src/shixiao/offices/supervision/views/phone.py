"""Pages for a phone: what a handler has in hand, what a leader is asked and has ordered, one decision, and writing an instruction.

The two lists may be kept on the phone to be read without a network (`ui.offline`): they show numbers, titles, limits and states. What was
presented, and what a leader writes, stands on pages that nobody keeps.
"""

from collections.abc import Container
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import allowing, performing, receiving, visibility
from shixiao.casework import queries as casework_queries
from shixiao.casework.asking import asked
from shixiao.casework.forms import Begun, Told
from shixiao.casework.models import Case, Urgency
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step
from shixiao.casework.views import person, refused_page, sent
from shixiao.offices.supervision import at_hand, events, parts
from shixiao.offices.supervision.models import Instruction, Task
from shixiao.offices.supervision.responsibilities import LEADER
from shixiao.offices.supervision.steps import INSTRUCTION, INSTRUCTIONS, TASK, TASKS
from shixiao.people.models import Unit
from shixiao.people.wordings import said
from shixiao.ui.offline import kept

# What a leader decides, in the order of the page: the usual first.
_OF_TASK = ("consent", "read_result", "instruct_again")
_OF_INSTRUCTION = ("agree", "note_read", "instruct_anew")
# What is shown to decide on, the result itself before what was said about it.
_TOLD = ((events.PRESENTED, "summary"), (events.FED_BACK, "result"), (events.REPORTED_BACK, "result"))
WRITE = "write"
# What is written comes first, under the thumb; what mostly stays as it is comes last.
_FIRST = ("instruction", "order", "opinion", "progress", "result", "secrecy", "feedback_on", "limit_on")


@require_safe
@kept
def mine(request: HttpRequest) -> HttpResponse:
    """My tasks by limit, each with its report, its result, and the way to ask for more time."""
    now, by = timezone.now(), person(request)
    rows = at_hand.own_tasks(by, now=now)
    counted = at_hand.counts(rows, now=now)
    cards = [_card(each, now=now) for each in at_hand.in_hand(rows, by=by, now=now)]
    context = {
        "counts": counted,
        "cards": cards,
        "has_more": counted.open > len(cards),
        "now": now,
        "here": request.path,
    }
    return render(request, "supervision/phone/mine.html", context)


def _card(own: at_hand.Own, *, now: datetime) -> dict[str, Any]:
    """A task in words, with the forms of its steps."""
    case = own.task.case
    left_out = ("percent",) if own.has_parts else ()
    return {
        "it": own,
        "case": case,
        "state": TASKS.state(case.state),
        "forms": [_form(case, name, left_out, now=now) for name in own.steps],
    }


def _form(case: Case, name: str, left_out: Container[str] = (), *, now: datetime) -> dict[str, Any]:
    row = _row(case.kind, name)
    form = Told(row, unit=None, asked=asked(case.kind, row, case=case, given={}, now=now))
    return {
        "step": row,
        "prefix": f"c{case.pk}-{name}-",
        "fields": _fields(form, f"c{case.pk}-{name}-", left_out),
        "title": f"{case.number} {said(row.title)}",
    }


def _fields(form: Told, prefix: str, left_out: Container[str] = ()) -> list[Any]:
    """The fields with names that stand once on the page. What must be filled in is so before it waits for a network."""
    form.auto_id = f"{prefix}%s"
    found = [each for each in form.main_fields if each.name not in left_out]
    found.sort(key=lambda each: _FIRST.index(each.name) if each.name in _FIRST else len(_FIRST))
    for each in found:
        if each.field.required:
            each.field.widget.attrs["required"] = True
    return found


def _row(kind: str, name: str) -> Step:
    row = (TASKS if kind == TASK else INSTRUCTIONS).step(name)
    assert row is not None  # noqa: S101 — the names are of this office's own tables
    return row


# ---- a leader ----------------------------------------------------------------------------------------------------


def _check_leads(request: HttpRequest, *, now: datetime) -> None:
    if LEADER.word not in visibility.held_by(person(request), now=now).words:
        raise PermissionDenied(_("这一页是交办领导的。"))


@require_safe
@kept
def leader(request: HttpRequest) -> HttpResponse:
    """What waits for the leader, and where stands what the leader ordered."""
    now, by = timezone.now(), person(request)
    _check_leads(request, now=now)
    tasks, instructions = at_hand.ordered(by), at_hand.instructed(by)
    to_read = at_hand.first(at_hand.presented(tasks))
    answered = at_hand.first_instructions(at_hand.answered(instructions))
    open_ = at_hand.first_instructions(instructions)
    context = {
        "counts": at_hand.counts(tasks, now=now),
        "to_read": [{"case": each.case, "state": TASKS.state(each.case.state)} for each in to_read],
        "answered": [{"case": each.case, "state": INSTRUCTIONS.state(each.case.state)} for each in answered],
        "waits": len(to_read) + len(answered),
        "tasks": _standing(tasks),
        "instructions": _instructions(open_),
        "now": now,
    }
    return render(request, "supervision/phone/leader.html", context)


def _standing(rows: QuerySet[Task]) -> list[dict[str, Any]]:
    tasks = at_hand.first(rows)
    percent = parts.progress(tasks)
    return [
        {"it": each, "case": each.case, "state": TASKS.state(each.case.state), "percent": percent[each.pk]}
        for each in tasks
    ]


def _instructions(rows: list[Instruction]) -> list[dict[str, Any]]:
    covered = at_hand.covered(rows)
    return [
        {"it": each, "case": each.case, "state": INSTRUCTIONS.state(each.case.state), "covered": covered[each.pk]}
        for each in rows
    ]


@require_safe
def decide(request: HttpRequest, case: int) -> HttpResponse:
    """One result, and what the leader can say to it. Kept by nobody: it shows what was written."""
    now, by = timezone.now(), person(request)
    found = casework_queries.case_of(case, by=by, now=now)
    if found.kind not in (TASK, INSTRUCTION) or not _is_own(found, by.pk):
        raise Http404
    table, wanted = (TASKS, _OF_TASK) if found.kind == TASK else (INSTRUCTIONS, _OF_INSTRUCTION)
    allowed = {each.name for each in allowing.buttons(found, by=by, now=now)}
    words = at_hand.last_said(found, _TOLD)
    context = {
        "case": found,
        "state": table.state(found.state),
        "told": [{"title": kind.title, "text": words[kind.name]} for kind, _name in _TOLD if kind.name in words],
        "forms": [_form(found, name, now=now) for name in wanted if name in allowed],
        "back": reverse("supervision:leader"),
        "now": now,
    }
    return render(request, "supervision/phone/decide.html", context)


def _is_own(case: Case, leader: int) -> bool:
    if case.kind == TASK:
        return Task.objects.filter(case=case, orderer=leader).exists()
    return Instruction.objects.filter(case=case, leader=leader).exists()


# ---- an instruction ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """A leader writes an instruction. It goes at once or stays on the page: what is written here is kept on no phone."""
    now, by = timezone.now(), person(request)
    _check_leads(request, now=now)
    row = _row(INSTRUCTION, WRITE)
    units = casework_queries.units_for(row.by, by=by, now=now)
    unit = _unit(request, units, now=now)
    given = request.POST if request.method == "POST" else None
    asks = asked(INSTRUCTION, row, case=None, given=given or {}, now=now)
    form = Begun(row, unit=unit, units=casework_queries.options_of(units, chosen=unit), given=given, asked=asks)
    context = {"form": form, "fields": _fields(form, ""), "step": row, "back": reverse("supervision:leader")}
    if request.method != "POST":
        return render(request, "supervision/phone/write.html", context)
    try:
        sent.check_owner(request)
        receipt = _open(request, row, form, unit, now=now)
    except Refused as refused:
        if sent.is_for_a_script(request):
            return sent.refused_json(request, refused)
        form.refuse(refused)
        return refused_page(request, "supervision/phone/write.html", context, refused)
    return sent.done(request, receipt, said(row.title))


def _unit(request: HttpRequest, units: QuerySet[Unit], *, now: datetime) -> Unit:
    """The unit that was chosen; else the leader's main one; else the first at which this leader gives orders."""
    chosen = request.POST.get("unit", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 and (unit := units.filter(pk=int(chosen)).first()):
        return unit
    main = visibility.held_by(person(request), now=now).main_unit_id
    found = (main and units.filter(pk=main).first()) or units.first()
    if not found:
        raise PermissionDenied(_("您没有可以交办的单位。"))
    return found


def _open(request: HttpRequest, row: Step, form: Begun, unit: Unit, *, now: datetime) -> receiving.Receipt:
    urgency = request.POST.get("urgency", "")
    opening = performing.Opening(
        unit=unit,
        urgency=Urgency(urgency) if urgency in Urgency.values else Urgency.NORMAL,
        particulars=form.told(),
    )
    return receiving.receive(
        request.POST.get("key", ""),
        by=person(request),
        now=now,
        digest=receiving.digest(about=f"{INSTRUCTION}/{row.name}", told=sent.typed(request), files=()),
        do=lambda also: performing.open_case(INSTRUCTION, row.name, opening, by=person(request), now=now, also=also),
        shown=sent.shown,
    )
