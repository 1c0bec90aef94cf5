"""The pages of this desk: which registers there are, and one register as a table, a calendar, months, figures."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.casework import duty_queries, visibility
from shixiao.casework.views import person
from shixiao.offices.registers import figures, listing, queries, shipped
from shixiao.offices.registers.definitions import may_define
from shixiao.offices.registers.fields import Field, Sort
from shixiao.offices.registers.listing import MARKS, View
from shixiao.offices.registers.models import (
    Entry,
    NilReturn,
    Register,
    RegisterVersion,
    RestrictedEntry,
    RestrictedNilReturn,
)
from shixiao.offices.registers.responsibilities import (
    CLERK,
    CONFIRMER,
    KEEPER,
    RESTRICTED_CLERK,
    RESTRICTED_CONFIRMER,
)
from shixiao.offices.registers.steps import ENTRIES, RESTRICTED_ENTRIES
from shixiao.people.models import Role, Unit, User
from shixiao.people.permissions import Mandates

IN_LISTS = 4  # so many fields stand in a table; the entry's own page has all
ON_A_DAY = 6
FEW_TO_CONFIRM = 8
DUTIES_SHOWN = 12
GAPS_SHOWN = 20
WORDS = {each.word for each in (KEEPER, CLERK, CONFIRMER, RESTRICTED_CLERK, RESTRICTED_CONFIRMER)}


def check_belongs(by: User, *, now: datetime) -> Mandates:
    """What the person holds. Raises PermissionDenied for whoever has nothing to do with registers."""
    held = visibility.held_by(by, now=now)
    if by.role != Role.OFFICER and not held.words & WORDS:
        raise PermissionDenied(_("您没有台账方面的岗位。如需查看，请联系安全管理员授予岗位。"))
    return held


def register_named(request: HttpRequest, code: str, *, now: datetime) -> Register:
    """The register, where this person has something to do with it. 404 otherwise: nobody learns of one from an address."""
    by = person(request)
    check_belongs(by, now=now)
    found = queries.registers_of(by, now=now, with_retired=True).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def opened(request: HttpRequest, code: str, *, now: datetime) -> Register:
    """The register, where this person sees its entries: a keeper alone does not."""
    found = register_named(request, code, now=now)
    if not queries.may_drill(found, by=person(request), now=now):
        raise Http404
    return found


def entering_units(register: Register, *, by: User, now: datetime) -> list[Unit]:
    """The units for which this person may enter into the register."""
    word = RESTRICTED_CLERK.word if register.is_restricted else CLERK.word
    paths = visibility.held_by(by, now=now).paths_for(word)
    rows = Unit.objects.open_on(timezone.localtime(now).date()).filter(visibility.below(paths, column="path"))
    is_every = register.current.entering == "every"
    rows = (
        rows.filter(visibility.below((register.unit.path,), column="path"))
        if is_every
        else rows.filter(pk=register.unit_id)
    )
    return list(rows.order_by("path")[:500])


def trail(register: Register | None, *steps: tuple[str, str]) -> list[dict[str, str]]:
    """Where the page stands: below the list of registers, and below the register."""
    found = [{"title": _("台账"), "address": reverse("registers:home")}]
    if register is not None:
        address = reverse("registers:table", args=(register.code,)) if steps else ""
        found.append({"title": register.name, "address": address})
    return [*found, *({"title": title, "address": address} for title, address in steps)]


def frame(request: HttpRequest, register: Register, *, now: datetime, here: str) -> dict[str, Any]:
    """What every page of one register shows around its content."""
    by = person(request)
    version = register.current
    units = entering_units(register, by=by, now=now) if register.retired_on is None else []
    return {
        "register": register,
        "version": version,
        "here": here,
        "may_enter": bool(units),
        "may_define": may_define(by, unit=register.unit, now=now),
        "sees": queries.may_drill(register, by=by, now=now),
        "now": now,
    }


# ---- all registers -----------------------------------------------------------------------------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The registers of this person, what waits in each, what waits for their confirmation; of the others their shares."""
    now, by = timezone.now(), person(request)
    held = check_belongs(by, now=now)
    today = timezone.localtime(now).date()
    with_retired = "retired" in request.GET
    registers = list(queries.registers_of(by, now=now, with_retired=with_retired))
    hidden = Register.objects.filter(is_restricted=True, retired_on=None).exclude(
        pk__in=[each.pk for each in registers]
    )
    keeps = list(Unit.objects.filter(visibility.below(held.places.get(KEEPER.word, ()), column="path"))[:1])
    waiting = queries.to_confirm(by, now=now, limit=FEW_TO_CONFIRM + 1)
    context = {
        "registers": _with_counts(registers, by=by, now=now),
        "others": figures.of_others(hidden, year=today.year, by=by, now=now),
        "to_confirm": waiting[:FEW_TO_CONFIRM],
        "has_more_to_confirm": len(waiting) > FEW_TO_CONFIRM,
        "keeps": bool(keeps),
        "shipped": len(shipped.missing()) if keeps else 0,
        "year": today.year,
        "with_retired": with_retired,
        "trail": [{"title": _("台账"), "address": ""}],
    }
    return render(request, "registers/home.html", context)


def _with_counts(registers: list[Register], *, by: User, now: datetime) -> list[dict[str, Any]]:
    """Each with what waits and what is late, of what this person sees; one statement for each of the two kinds."""
    held = visibility.held_by(by, now=now)
    late = Q(case__limit_at__lte=now) & ~listing.CLOSED
    counts: dict[int, tuple[int, int]] = {}
    planned = dict(
        RegisterVersion.objects.filter(register__in=registers).order_by("number").values_list("register", "is_planned")
    )
    for model, table in ((Entry, ENTRIES), (RestrictedEntry, RESTRICTED_ENTRIES)):
        seen = visibility.below(visibility.places(table, held), column="case__unit__path")
        rows = model._default_manager.filter(seen, register__in=registers, case__state__in=listing.OPEN)
        rows = rows.exclude(listing.CLOSED)
        grouped = rows.values_list("register").annotate(open=Count("pk"), late=Count("pk", filter=late))
        counts |= {key: (waits, overdue) for key, waits, overdue in grouped}
    return [
        {
            "it": each,
            "open": counts.get(each.pk, (0, 0))[0],
            "late": counts.get(each.pk, (0, 0))[1],
            "is_planned": planned.get(each.pk, False),
            "sees": queries.may_drill(each, by=by, now=now),
        }
        for each in registers
    ]


# ---- one register ------------------------------------------------------------------------------------------------


@require_safe
def table(request: HttpRequest, code: str) -> HttpResponse:
    """The entries as a table; filters, order and page stand in the address. A keeper alone sees the definition."""
    now = timezone.now()
    register, by = register_named(request, code, now=now), person(request)
    context = frame(request, register, now=now, here="table") | {"trail": trail(register)}
    if not context["sees"]:
        return render(request, "registers/keeper.html", context)
    view = View.of(request.GET.dict())
    fields = context["version"].typed_fields
    columns = _columns(context["version"])
    every = listing.rows_of(register, view, by=by, now=now)
    page = Paginator(every, listing.PAGE).get_page(view.page)
    held = visibility.held_by(by, now=now)
    does = held.paths_for(RESTRICTED_CLERK.word if register.is_restricted else CLERK.word)
    units = Unit.objects.filter(pk__in=listing.seen_rows(register, by=by, now=now).values("case__unit"))
    kind = RESTRICTED_ENTRIES.kind if register.is_restricted else ENTRIES.kind
    context |= {
        "duties": duty_queries.duties_today(by=by, now=now, kind=kind, told={"register": register.code})[:DUTIES_SHOWN],
        "view": view,
        "fields": columns,
        "rows": listing.shown(list(page.object_list), columns, now=now, does=does),
        "page": page,
        "next": view.address(page=page.next_page_number()) if page.has_next() else "",
        "previous": view.address(page=page.previous_page_number()) if page.has_previous() else "",
        "plain": view.address(page=""),
        "sorts": {name: view.address(sort=name, page="") for name in listing.SORTS},
        "states": _states(register),
        "units": list(units.order_by("path")[:200]),
        "picks": [(each, view.picks.get(each.code, "")) for each in fields if each.sort is Sort.CHOICE],
    }
    return render(request, "registers/table.html", context)


def _columns(version: RegisterVersion) -> tuple[Field, ...]:
    """The fields that the table shows: not the first text, which is the title, nor the day that counts, nor files."""
    title = next((each.code for each in version.typed_fields if each.is_text), "")
    left_out = {title, version.day_field}
    own = (each for each in version.typed_fields if each.code not in left_out and each.sort is not Sort.ATTACHMENT)
    return tuple(own)[:IN_LISTS]


def _states(register: Register) -> list[tuple[str, str]]:
    own = ENTRIES.states if not register.is_restricted else RESTRICTED_ENTRIES.states
    words = [(state.name, str(MARKS[state.name].word)) for state in own]
    return [*words[:2], ("late", str(MARKS["late"].word)), ("waiting", str(MARKS["waiting"].word)), *words[2:]]


@require_safe
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The entries of a month on their days; what is still to be done on the day by which it is."""
    now = timezone.now()
    register, by = opened(request, code, now=now), person(request)
    today = timezone.localtime(now).date()
    first = listing.month_of(request.GET.get("month", ""), today=today)
    end = (first + timedelta(days=31)).replace(day=1)
    rows = listing.seen_rows(register, by=by, now=now).filter(listing.between(first, end))
    found = list(rows.order_by("case_id")[: listing.IN_A_MONTH + 1])
    weeks = listing.weeks(listing.shown(found[: listing.IN_A_MONTH], (), now=now), first=first, today=today)
    context = frame(request, register, now=now, here="calendar") | {
        "weeks": weeks,
        "days": [day for day in chain.from_iterable(weeks) if day.is_inside and day.rows],
        "first": first,
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{end:%Y-%m}",
        "on_a_day": ON_A_DAY,
        "is_cut": len(found) > listing.IN_A_MONTH,
        "trail": trail(register, (_("日历"), "")),
    }
    return render(request, "registers/calendar.html", context)


@require_safe
def measures(request: HttpRequest, code: str) -> HttpResponse:
    """What the register proves in a year: each figure opens down to its cases."""
    now = timezone.now()
    register = opened(request, code, now=now)
    today = timezone.localtime(now).date()
    year = year_of(request, today=today)
    context = frame(request, register, now=now, here="measures") | {
        "groups": figures.of_register(register, year=year, by=person(request), now=now),
        "gaps": _gaps(register, year=year, by=person(request), now=now),
        "year": year,
        "years": figures.years_of(today),
        "trail": trail(register, (_("度量"), "")),
    }
    return render(request, "registers/measures.html", context)


def _gaps(register: Register, *, year: int, by: User, now: datetime) -> list[queries.Gap]:
    """Rounds of the year that came too soon after the one before, the newest first: shown, not failed."""
    if not figures.has_rounds(register, now=now):
        return []
    held = visibility.held_by(by, now=now)
    found = queries.short_gaps(register, since=date(year, 1, 1), until=date(year + 1, 1, 1), held=held)
    return sorted(found, key=lambda each: each.second.pk, reverse=True)[:GAPS_SHOWN]


def year_of(request: HttpRequest, *, today: date) -> int:
    """The year that the address asks for; this one where it asks for none."""
    given = request.GET.get("year", "")
    asked = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else today.year
    return asked if 2000 <= asked <= 2100 else today.year


@require_safe
def nil_returns(request: HttpRequest, code: str, *, error: str = "") -> HttpResponse:
    """The nil returns of a year, month by month."""
    now = timezone.now()
    register, by = opened(request, code, now=now), person(request)
    today = timezone.localtime(now).date()
    year = year_of(request, today=today)
    model: Any = RestrictedNilReturn if register.is_restricted else NilReturn
    table_ = RESTRICTED_ENTRIES if register.is_restricted else ENTRIES
    seen = visibility.below(visibility.places(table_, visibility.held_by(by, now=now)), column="unit__path")
    rows = model._default_manager.filter(seen, register=register, period__startswith=f"{year}-", is_withdrawn=False)
    by_month: dict[str, list[Any]] = {}
    for row in rows.select_related("case", "unit", "signed_by").order_by("unit__path"):
        by_month.setdefault(row.period, []).append(row)
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    context = frame(request, register, now=now, here="nil_returns") | {
        "months": [
            (period, int(period[5:]), by_month.get(period, []), period <= f"{today:%Y-%m}") for period in months
        ],
        "year": year,
        "years": figures.years_of(today),
        "units": entering_units(register, by=by, now=now),
        "error": error,
        "trail": trail(register, (_("零报告"), "")),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "registers/nil_returns.html", context, status=status)
