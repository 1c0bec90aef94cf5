"""Steps that are sent from a phone: with photos, under a key, so that each is taken once; and what a phone asks before it sends.

A script asks for JSON and keeps what was written until it has an answer; a form without a script is answered with a page.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shixiao.casework import attaching, offices, performing, queries, receiving
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.asking import asked
from shixiao.casework.forms import Told
from shixiao.casework.models import Attachment, Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Step
from shixiao.casework.uploads import Arrived, streamed
from shixiao.casework.views import person, refused_page
from shixiao.casework.views.cases import seen, step_page
from shixiao.casework.views.papers import case_of
from shixiao.engine.bilingual import Text
from shixiao.people import marks, refusals
from shixiao.people.wordings import said

# What belongs to the sending and not to what was written.
_BESIDE = frozenset({"csrfmiddlewaretoken", "key", "person", "written_at", "next"})
_AT_ONCE = timedelta(minutes=2)


@never_cache
@require_safe
def ticket(request: HttpRequest) -> HttpResponse:
    """Whose browser this is now, and a fresh forgery token: what was written an hour ago is not sent with the token of then."""
    return JsonResponse({"person": marks.mark_of(person(request)), "token": get_token(request)})


def _may(request: HttpRequest, case: int, step: str) -> None:
    """Before a byte of a photo is read: the case is there for this person, who takes steps on it."""
    now = timezone.now()
    found = case_of(request, case, now=now)
    if not attaching.may_attach(found, by=person(request), now=now):
        raise NotAllowed(Text("您不能办理这个事项。", "This case is not yours to deal with."))


@streamed(limit=attaching.photo_limit, first=_may)
@require_POST
def send_step(request: HttpRequest, case: int, step: str) -> HttpResponse:
    """Take the step with its photos, once for each key."""
    now, by = timezone.now(), person(request)
    found = queries.case_of(case, by=by, now=now)
    row = offices.table_of(found.kind).step(step)
    if row is None or row.opens:
        raise Http404
    form = Told(
        row, unit=found.unit, given=request.POST, asked=asked(found.kind, row, case=found, given=request.POST, now=now)
    )
    try:
        check_owner(request)
        receipt = _receive(request, found, row, form, now=now)
    except Refused as refused:
        return _refused(request, found, row, form, refused, now=now)
    finally:
        for file in _arrived(request):
            file.close()
    return done(request, receipt, said(row.title))


def check_owner(request: HttpRequest) -> None:
    """What one person wrote is not sent as another. Raises `Refused`."""
    owner = request.POST.get("person", "")
    if owner and owner != marks.mark_of(person(request)):
        text = Text(
            "这是另一个人写的，没有发送。请写的人自己登录后再发。",
            "Somebody else wrote this, so it was not sent. It waits until that person signs in.",
        )
        raise Refused(text, reason=Reason.NOT_ALLOWED, field="person")


def typed(request: HttpRequest) -> dict[str, str]:
    """What was written, by the names of the fields."""
    return {name: value for name, value in request.POST.items() if name not in _BESIDE and isinstance(value, str)}


def _receive(request: HttpRequest, case: Case, row: Step, form: Told, *, now: datetime) -> receiving.Receipt:
    incoming = request.incoming  # type: ignore[attr-defined]
    if incoming.refused:
        raise incoming.refused
    by, files = person(request), _arrived(request)

    def do(also: receiving.Also) -> None:
        with transaction.atomic():
            for file in files:
                _attach(case, file, request, now=now)
            performing.perform(
                case.pk,
                row.name,
                by=by,
                now=now,
                happened_at=_written_at(request, case, now=now),
                seen=seen(request),
                also=also,
                **form.told(),
            )

    return receiving.receive(
        request.POST.get("key", ""),
        by=by,
        now=now,
        digest=receiving.digest(
            about=f"{case.pk}/{row.name}", told=typed(request), files=[file.draft.sha256 for file in files]
        ),
        do=do,
        shown=shown,
    )


def _arrived(request: HttpRequest) -> list[Arrived]:
    return [file for file in request.FILES.getlist("photo") if isinstance(file, Arrived)]


def _attach(case: Case, file: Arrived, request: HttpRequest, *, now: datetime) -> None:
    """With the step or not at all. A photo that the case has already is no reason to refuse the report."""
    if not Attachment.objects.filter(case=case, sha256=file.draft.sha256, removed_at=None).exists():
        attaching.attach(case, file.draft, name=file.name or "", by=person(request), now=now)


def _written_at(request: HttpRequest, case: Case, *, now: datetime) -> datetime | None:
    """When it was written, where that was while there was no network: it happened then, and is recorded now. By the phone's clock: one that
    is ahead, or from before the case, says nothing."""
    try:
        told = parse_datetime(request.POST.get("written_at", ""))
    except ValueError:
        return None
    if told is None or told.tzinfo is None or told < case.opened_at or told > now - _AT_ONCE:
        return None
    return told


# ---- answers -----------------------------------------------------------------------------------------------------


def shown(case: Case) -> dict[str, Any]:
    """What a receipt says of a case: its number and where it stands, by their codes."""
    return {"case": case.pk, "number": case.number, "kind": case.kind, "state": case.state}


def is_for_a_script(request: HttpRequest) -> bool:
    """It wants JSON."""
    return request.headers.get("Accept", "").startswith("application/json")


def done(request: HttpRequest, receipt: receiving.Receipt, title: str) -> HttpResponse:
    """Received; a page says so where the form leads, or on the case."""
    told: Mapping[str, Any] = receipt.said
    state = said(offices.table_of(told["kind"]).state(told["state"]).title)
    words = _("%(number)s 已办理“%(step)s”，现在是“%(state)s”。") % {
        "number": told["number"],
        "step": title,
        "state": state,
    }
    address = _next(request) or f"/cases/{told['case']}/"
    if is_for_a_script(request):
        return JsonResponse({"said": words, "next": address, "again": receipt.is_again})
    messages.success(request, words)
    return redirect(address)


def _next(request: HttpRequest) -> str:
    """Where the form wants to lead: an address of ours."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""


def refused_json(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Each sentence with its field; 403 and a note in the book where the person may not."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(refused, NotAllowed):
        what = request.resolver_match.view_name if request.resolver_match else "unknown"
        refusals.note(person(request), f"{request.method}:{what}", now=timezone.now())
        status = HTTPStatus.FORBIDDEN
    elif refused.field == "person":
        status = HTTPStatus.CONFLICT
    return JsonResponse(
        {"refused": [{"field": each.field, "said": said(each.text)} for each in refused.all]}, status=status
    )


def _refused(
    request: HttpRequest, case: Case, row: Step, form: Told, refused: Refused, *, now: datetime
) -> HttpResponse:
    if is_for_a_script(request):
        return refused_json(request, refused)
    form.refuse(refused)
    context = step_page(request, queries.case_of(case.pk, by=person(request), now=now), row, form, now=now)
    return refused_page(request, "casework/case.html", context, refused)
