"""Defining registers in the browser: a new one, another version, the end of one, those that come with the program."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shixiao.casework import queries as casework_queries
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person, refused_page
from shixiao.offices.registers import changes, definitions, shipped
from shixiao.offices.registers.definitions import may_define
from shixiao.offices.registers.fields import ENTERINGS, changed_sorts, raise_all, read_definition
from shixiao.offices.registers.forms import DefinitionForm
from shixiao.offices.registers.models import Register
from shixiao.offices.registers.responsibilities import KEEPER
from shixiao.offices.registers.views import register_named, trail
from shixiao.people.models import Unit
from shixiao.people.wordings import said


def _units(request: HttpRequest, *, now: datetime) -> list[Unit]:
    """Where this person keeps registers. Raises PermissionDenied where that is nowhere."""
    units = list(casework_queries.units_for(KEEPER.word, by=person(request), now=now)[:200])
    if not units:
        raise PermissionDenied(
            _("设立台账需要“%(word)s”职责。如需办理，请联系安全管理员。") % {"word": said(KEEPER.title)}
        )
    return units


def _context(form: DefinitionForm, **more: Any) -> dict[str, Any]:
    enterings = [(each.value, said(title), each.value == form.entering) for each, title in ENTERINGS.items()]
    return {"form": form, "enterings": enterings} | more


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: HttpRequest) -> HttpResponse:
    """A new register."""
    now = timezone.now()
    units = _units(request, now=now)
    form = DefinitionForm.posted(request.POST.dict()) if request.method == "POST" else DefinitionForm.new()
    context = _context(form, units=units, trail=trail(None, (_("设立台账"), "")))
    if request.method != "POST" or "arrange" in request.POST:
        return render(request, "registers/define.html", context)
    unit = next((each for each in units if str(each.pk) == form.unit), units[0])
    given = form.given()
    if form.is_restricted:  # a restricted register has no fields: what was typed of them stays in the form
        given |= {"day_field": ""}
    try:
        register = definitions.define(given, unit=unit, is_restricted=form.is_restricted, by=person(request), now=now)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "registers/define.html", _context(form, **_rest(context)), refused)
    messages.success(request, _("已设立“%(name)s”。") % {"name": register.name})
    return redirect("registers:table", register.code)


def _rest(context: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in context.items() if name not in {"form", "enterings"}}


def _kept(request: HttpRequest, code: str, *, now: datetime) -> Register:
    found = register_named(request, code, now=now)
    if not may_define(person(request), unit=found.unit, now=now):
        raise PermissionDenied(
            _("修改台账需要“%(word)s”职责。如需办理，请联系安全管理员。") % {"word": said(KEEPER.title)}
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Another version. What it means for entries that wait is said first; a second press accepts it."""
    now = timezone.now()
    register = _kept(request, code, now=now)
    if register.retired_on is not None:
        raise Http404
    version = register.current
    is_post = request.method == "POST"
    form = DefinitionForm.posted(request.POST.dict()) if is_post else DefinitionForm.of(version.definition)
    more: dict[str, Any] = {
        "register": register,
        "version": version,
        "seen": request.POST.get("seen") or register.version,
        "trail": trail(register, (_("修改定义"), "")),
    }
    if not is_post or "arrange" in request.POST:
        return render(request, "registers/define.html", _context(form, **more))
    given = form.given()
    try:
        definition = read_definition(given, is_restricted=register.is_restricted)
        versions = register.versions.all()
        raise_all(list(changed_sorts(definition.fields, [each for one in versions for each in one.typed_fields])))
        if "accept" not in request.POST:
            more["effects"] = changes.effects(register, version, definition)
            return render(request, "registers/define.html", _context(form, **more))
        seen = str(more["seen"])
        before = register.version
        register = definitions.change_definition(
            register, given, seen=int(seen) if seen.isascii() and seen.isdigit() else 0, by=person(request), now=now
        )
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "registers/define.html", _context(form, **more), refused)
    if register.version == before:
        messages.info(request, _("没有改变什么，仍是第 %(n)s 版。") % {"n": before})
    else:
        words = {"name": register.name, "n": register.version}
        messages.success(request, _("“%(name)s”现在是第 %(n)s 版，以后的记录按新版登记。") % words)
    return redirect("registers:table", register.code)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Nothing new is entered from today on; asked first."""
    now = timezone.now()
    register = _kept(request, code, now=now)
    if request.method != "POST":
        waiting = changes.waiting(register)
        context = {"register": register, "waiting": waiting, "trail": trail(register, (_("停用"), ""))}
        return render(request, "registers/retire.html", context, status=HTTPStatus.OK)
    definitions.retire(register, by=person(request), now=now)
    messages.success(request, _("“%(name)s”已停用；已经安排的仍可以办完。") % {"name": register.name})
    return redirect("registers:home")


@require_POST
def take_shipped(request: HttpRequest) -> HttpResponse:
    """The registers that come with the program, those that are not there yet, for the highest unit that this person keeps."""
    now = timezone.now()
    unit = min(_units(request, now=now), key=lambda each: each.path)
    try:
        taken = shipped.take_in_shipped(unit, by=person(request), now=now)
    except Refused as refused:
        messages.error(request, said(refused.text))
        return redirect("registers:home")
    text = ngettext("已采用 %(n)s 个台账。", "已采用 %(n)s 个台账。", len(taken))
    messages.success(request, text % {"n": len(taken)})
    return redirect("registers:home")
