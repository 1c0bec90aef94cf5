"""Letters: what one would say, sending it out, those that were sent, and how they are made."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shixiao import forms
from shixiao.casework import allowing, attaching, simulated, visibility
from shixiao.casework import queries as casework_queries
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.refusing import Refused
from shixiao.casework.uploads import Arrived, streamed
from shixiao.casework.views import person, refused_page
from shixiao.forms.blocks import Page
from shixiao.offices.supervision import issuing, letter_rules, queries
from shixiao.offices.supervision.letters import BY_WORD, LETTERS, Letter
from shixiao.offices.supervision.models import IssuedLetter, LetterRule, Task
from shixiao.offices.supervision.responsibilities import OFFICER
from shixiao.offices.supervision.steps import TASK
from shixiao.offices.supervision.views import check_belongs, trail
from shixiao.people.models import User
from shixiao.people.wordings import said

CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
RULES_SHOWN = 50
SHORT = 6  # characters


# ---- of one task -------------------------------------------------------------------------------------------------


def _letter_named(slug: str) -> Letter:
    found = BY_WORD.get(slug.replace("-", "_"))
    if found is None:
        raise Http404
    return found


def _title(word: str) -> str:
    return said(BY_WORD[word].title) if word in BY_WORD else word


def _task(request: HttpRequest, key: int, *, now: datetime) -> Task:
    found = casework_queries.case_of(key, by=person(request), now=now)
    if found.kind != TASK:
        raise Http404
    row = Task.objects.select_related("orderer").get(case=found)
    row.case = found
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, case: int, letter: str) -> HttpResponse:
    """What the letter would say as things stand; looked at again with what is to be added, or sent out."""
    now, by = timezone.now(), person(request)
    chosen = _letter_named(letter)
    task = _task(request, case, now=now)
    is_post = request.method == "POST"
    further = request.POST.get("further", "").strip() if is_post else ""
    may_issue = chosen.step in {each.name for each in allowing.buttons(task.case, by=by, now=now)}
    context: dict[str, Any] = {
        "case": task.case,
        "letter": chosen,
        "title": said(chosen.title),
        "further": further,
        "takes_more": issuing.takes_more(chosen),
        "may_issue": may_issue,
        "seen": request.POST.get("seen", task.case.revision),
        "has_address": bool(settings.SHIXIAO_ADDRESS),
        "trail": trail((task.case.number, reverse("supervision:task", args=(task.case.pk,))), (said(chosen.title), "")),
    }
    try:
        if is_post and "issue" in request.POST:
            seen = request.POST.get("seen", "")
            made = issuing.send_out(
                task.case,
                chosen,
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else task.case.revision,
                by=by,
                now=now,
                further=further,
            )
            messages.success(request, _("已发出%(label)s。") % {"label": made.label})
            return redirect("supervision:letter", made.pk)
        context["page"] = _shown(issuing.preview(task, chosen, by=by, now=now, further=further))
    except Refused as refused:
        context["refused"] = [said(each.text) for each in refused.all]
        if isinstance(refused, NotAllowed):
            return refused_page(request, "supervision/letters/preview.html", context, refused)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_post else HTTPStatus.OK
        return render(request, "supervision/letters/preview.html", context, status=status)
    return render(request, "supervision/letters/preview.html", context)


def _shown(page: Page) -> dict[str, Any]:
    """The blocks of a letter as its page draws them: sizes as words, since a page carries no styles of its own."""
    return {"blocks": [_block(each) for each in page.blocks], "footer": [_block(each) for each in page.footer]}


def _block(block: Any) -> dict[str, Any]:
    if hasattr(block, "rows"):
        rows = [
            [
                {
                    "blocks": [_block(each) for each in cell.blocks],
                    "across": cell.across,
                    "down": cell.down,
                    "is_name": _is_name(cell),
                }
                for cell in row
            ]
            for row in block.rows
        ]
        return {"rows": rows, "has_lines": block.has_lines}
    runs = [
        {
            "text": "…" if each.counts else each.text,
            "is_bold": each.is_bold,
            "is_red": _is_red(each.colour),
        }
        for each in block.runs
    ]
    size = "title" if block.size >= 18 else "small" if block.size <= 11 else "text"
    return {
        "runs": runs,
        "side": block.side,
        "size": size,
        "is_indented": block.indent > 0,
        "has_rule": bool(block.rule),
        "is_red": _is_red(block.rule),
        "is_code": block.is_code,
        "is_empty": not block.text.strip() and not block.is_code,
    }


def _is_red(colour: str) -> bool:
    """Red, as the head of an official paper is; other colours are shown as text."""
    return len(colour) == 6 and int(colour[:2], 16) > 127 and max(int(colour[2:4], 16), int(colour[4:], 16)) < 96


def _is_name(cell: Any) -> bool:
    """A few characters in the middle of a cell stand in one line, on a telephone too."""
    first = cell.blocks[0] if cell.blocks else None
    return first is not None and getattr(first, "side", "") == "center" and 0 < len(first.text) <= SHORT


# ---- those that were issued --------------------------------------------------------------------------------------


def _seen(by: User, *, now: datetime) -> QuerySet[IssuedLetter]:
    """The letters about tasks that this person sees."""
    own = queries.tasks_seen(by, now=now).values("pk")
    return IssuedLetter.objects.filter(case__in=own).select_related("case__unit", "issued_by")


@require_safe
def issued(request: HttpRequest) -> HttpResponse:
    """The letters that were issued, found by number; what narrows them stands in the address."""
    now, by = timezone.now(), person(request)
    held = check_belongs(by, now=now)
    wanted = request.GET.get("q", "").replace("\0", "").strip()[:60]
    word = request.GET.get("letter", "")
    rows = _seen(by, now=now).order_by("-id")
    if wanted:
        rows = rows.filter(_numbered(wanted))
    if word in BY_WORD:
        rows = rows.filter(letter=word)
    page = Paginator(rows, queries.PAGE).get_page(request.GET.get("page", "1"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "rows": [(each, _title(each.letter)) for each in page.object_list],
        "page": page,
        "q": wanted,
        "word": word,
        "kinds": [(each.word, said(each.title)) for each in LETTERS],
        "query": query.urlencode(),
        "may_set": OFFICER.word in held.words,
        "trail": trail((_("文书"), "")),
    }
    return render(request, "supervision/letters/issued.html", context)


def _numbered(wanted: str) -> Q:
    """A part of the number as it stands on the letter, the number alone, or that of the task."""
    found = Q(label__icontains=wanted.replace("[", "〔").replace("]", "〕")) | Q(case__number__iexact=wanted)
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        found |= Q(number=int(wanted))
    return found


def _one(request: HttpRequest, key: int, *, now: datetime) -> IssuedLetter:
    """The letter, where this person may look at its task. 404 otherwise."""
    row = get_object_or_404(
        IssuedLetter.objects.select_related("case", "rule", "issued_by", "erased"), pk=key, case__isnull=False
    )
    assert row.case_id is not None  # noqa: S101 — as it was asked for
    row.case = casework_queries.case_of(row.case_id, by=person(request), now=now)
    return row


@require_safe
def letter(request: HttpRequest, issued: int) -> HttpResponse:
    """One letter as it was sent, with its hashes and its files."""
    row = _one(request, issued, now=timezone.now())
    page, is_absent = None, False
    if not hasattr(row, "erased"):
        try:
            page = _shown(forms.laid_out(issuing.content_of(row, "docx")))
        except FileNotFoundError:
            is_absent = True
    context = {
        "it": row,
        "case": row.case,
        "title": _title(row.letter),
        "page": page,
        "is_erased": hasattr(row, "erased"),
        "is_absent": is_absent,
        "hashes": [
            ("Word", row.docx_hash),
            ("PDF", row.pdf_hash),
            (_("内容"), row.content_hash),
            (_("模板"), row.template_hash),
        ],
        "trail": trail((_("文书"), reverse("supervision:letters")), (row.label, "")),
    }
    return render(request, "supervision/letters/letter.html", context)


@require_safe
def file(request: HttpRequest, issued: int, format_: str) -> HttpResponse:
    """The same bytes as were sent, today and later."""
    row = _one(request, issued, now=timezone.now())
    if format_ not in issuing.FORMATS or hasattr(row, "erased"):
        raise Http404
    try:
        return sent(row, format_)
    except FileNotFoundError:
        raise Http404(_("文件不在存储里。请联系系统管理员。")) from None


def sent(row: IssuedLetter, format_: str) -> HttpResponse:
    """A letter's file as an answer. Raises `FileNotFoundError`."""
    title = BY_WORD[row.letter].title.zh if row.letter in BY_WORD else row.letter
    name = simulated.file_name(issuing.file_name(row, title, format_))
    return _download(issuing.content_of(row, format_), name=name, format_=format_)


def _download(content: bytes, *, name: str, format_: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPES[format_])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


# ---- how they are made -------------------------------------------------------------------------------------------


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Every kind of letter with its mark and its template, in force and to come."""
    check_belongs(person(request), now=timezone.now())
    return _templates(request)


def _templates(
    request: HttpRequest, *, at: str = "", faults: Any = (), told: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    today = timezone.localtime(now).date()
    rules: dict[str, list[LetterRule]] = {}
    for each in LetterRule.objects.select_related("made_by").order_by("since", "number"):
        rules.setdefault(each.letter, []).append(each)
    rows = []
    for each_letter in LETTERS:
        own = rules.get(each_letter.word, [])
        in_force = next((each for each in reversed(own) if each.since <= today), None)
        is_here = at == each_letter.word
        rows.append(
            {
                "letter": each_letter,
                "title": said(each_letter.title),
                "mark": letter_rules.mark_of(each_letter, in_force),
                "in_force": in_force,
                "to_come": [each for each in own if each.since > today],
                "faults": faults if is_here else (),
                "told": told if is_here and told else {"since": today.isoformat(), "note": "", "mark": ""},
                "address": reverse("supervision:letter_template", args=(queries.slug(each_letter),)),
            }
        )
    history = LetterRule.objects.select_related("made_by").order_by("-id")[:RULES_SHOWN]
    context = {
        "rows": rows,
        "history": [{"it": each, "title": _title(each.letter)} for each in history],
        "has_faults": bool(faults),
        "may_set": OFFICER.word in visibility.held_by(person(request), now=now).words,
        "limit": attaching.size_limit() >> 20,
        "today": today,
        "trail": trail((_("文书"), reverse("supervision:letters")), (_("文书模板"), "")),
    }
    return render(request, "supervision/letters/templates.html", context, status=status)


def _may_set(request: HttpRequest, letter: str) -> None:
    """Before a byte of the file is read."""
    user = request.user
    if not isinstance(user, User) or OFFICER.word not in visibility.held_by(user, now=timezone.now()).words:
        raise PermissionDenied(_("文书模板由督办管理设定。"))
    _letter_named(letter)


@streamed(limit=attaching.size_limit, first=_may_set)
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, letter: str) -> HttpResponse:
    """The template in force as a file; sending one, or a mark, sets them from a day on."""
    chosen, now = _letter_named(letter), timezone.now()
    if request.method != "POST":
        check_belongs(person(request), now=now)
        return _template_file(chosen, now=now)
    _may_set(request, letter)
    told = {name: request.POST.get(name, "") for name in ("since", "note", "mark")}
    refused = request.incoming.refused  # type: ignore[attr-defined]
    arrived = next((each for each in request.FILES.getlist("file") if isinstance(each, Arrived)), None)
    faults: list[str] = []
    since = _day(told["since"])
    if refused:
        faults = [said(refused.text)]
    elif since is None:
        faults = [_("请写自哪天起。")]
    else:
        try:
            letter_rules.set_rule(
                chosen.word,
                arrived.draft if arrived else None,
                name=(arrived.name or "") if arrived else "",
                mark=told["mark"],
                since=since,
                note=told["note"],
                is_shipped=bool(request.POST.get("take_back")),
                by=person(request),
                now=now,
            )
        except letter_rules.NotUsable as wrong:
            language = get_language() or "zh-hans"
            faults = [each.in_(language) for each in wrong.faults]
        except Refused as wrong:
            faults = [said(each.text) for each in wrong.all]
    if faults:
        return _templates(request, at=chosen.word, faults=faults, told=told, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("已设定。到那天起发出的文书按它做；已发出的不变。"))
    return redirect("supervision:letter_templates")


def _day(written: str) -> Any:
    try:
        return parse_date(written)
    except ValueError:
        return None


def _template_file(letter: Letter, *, now: datetime) -> HttpResponse:
    today = timezone.localtime(now).date()
    try:
        content = letter_rules.template_of(letter, letter_rules.in_force(letter, today), year=today.year)
    except Refused as wrong:
        raise Http404(said(wrong.text)) from None
    return _download(content, name=f"{said(letter.title)}-{_('模板')}.docx", format_="docx")
