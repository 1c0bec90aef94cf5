"""Which light a deadline shows: dated data. The house brings a usual rule; an officer sets others from a day on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework import events, offices
from shixiao.casework.models import LightRule
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.people.models import Role, User

Schemes = Mapping[str, Sequence[clock.LightScheme]]


def schemes() -> Schemes:
    """The rules in force for each kind of case, in one statement: what its office brings, and what an officer set since. The empty kind is
    for every other."""
    found: dict[str, list[clock.LightScheme]] = {"": [clock.USUAL_SCHEME]}
    for desk in offices.desks():
        found |= {kind: list(brought) for kind, brought in desk.lights.items()}
    for row in LightRule.objects.all():
        plain = {"since": row.since.isoformat(), "rules": row.rules}
        found.setdefault(row.kind, []).append(clock.scheme_from_dict(plain))
    return found


def of_kind(all_schemes: Schemes, kind: str) -> Sequence[clock.LightScheme]:
    """Those of the kind, or those of every kind."""
    return all_schemes.get(kind) or all_schemes[""]


def set_lights(
    kind: str, *, since: date, rules: Sequence[Mapping[str, Any]], by: User | None, now: datetime
) -> LightRule:
    """Other lights from a day on, for a kind of case or (empty) for all. For the performance officer.

    `rules` are those of `engine.clock.scheme_to_dict`, the most urgent first. Raises `Refused`, `PermissionDenied`.
    """
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("亮灯规则由绩效管理员设定。"))
    if kind and not offices.is_known(kind):
        raise Refused(Text("没有这种事项。", "There is no such kind of case."), reason=Reason.UNKNOWN, field="kind")
    try:
        plain = [dict(rule) for rule in rules]
        scheme = clock.scheme_from_dict({"since": since.isoformat(), "rules": plain})
    except clock.Unworkable as error:
        raise Refused(error.text, reason=Reason.INVALID, field="rules") from error
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        text = Text("亮灯规则的格式不对。", "The rules of lights are not written as they should be.")
        raise Refused(text, reason=Reason.INVALID, field="rules") from error
    stored = clock.scheme_to_dict(scheme)["rules"]
    with transaction.atomic():
        row, _is_new = LightRule.objects.update_or_create(kind=kind, since=since, defaults={"rules": stored})
        codes = {"kind": kind, "since": since, "rules": [_codes(rule) for rule in stored]}
        ledger.record(events.LIGHTS_SET, subject=row, by=by, now=now, particulars=codes)
    return row


def _codes(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What an event carries of a rule: numbers and the colour; the words stay in the row."""
    share = rule["share_left"]
    return {
        "permille_left": None if share is None else round(share * 1000),
        "working_seconds_left": rule["working_seconds_left"],
        "colour": rule["colour"],
    }
