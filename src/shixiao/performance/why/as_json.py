"""The explanation as JSON. Within a version fields are added at most, never changed or removed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shixiao.casework import simulated
from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading
from shixiao.engine.prospects import Prospect
from shixiao.engine.targets.json_form import json_number
from shixiao.performance.why.model import VERSION, BoundTo, Cases, Declared, Sentence, Told, Understood, Why, WhyPart

SCHEMA = f"urn:shixiao:schema:why:{VERSION}"
Json = dict[str, Any]


def as_json(why: Why) -> Json:
    """The object of `urn:shixiao:schema:why:1`, every field present."""
    return {
        "schema": SCHEMA,
        "version": why.version,
        "plan": {"id": why.plan, "version": why.plan_version, "department": why.department, "year": why.year},
        "row": why.row,
        "code": why.code,
        "name": why.name,
        "unit": why.unit,
        "project": why.project,
        "day": why.day.isoformat(),
        "as_of": _day(why.as_of),
        "simulated": simulated.is_simulated(),
        "wording": {"annual": why.wording, "cycle": why.cycle_wording},
        "understood": _understood(why.understood),
        "status": why.prospect.status.value,
        "basis": why.basis,
        "is_final": why.prospect.is_final,
        "chance": why.prospect.chance.value if why.prospect.chance is not None else None,
        "parts": [_part(part) for part in why.parts],
        "sentences": [_sentence(each) for each in why.sentences],
    }


def _both(text: Text | None) -> Json | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _understood(read: Understood) -> Json:
    return {
        "plain": _both(read.plain),
        "standard": read.standard,
        "doubts": [_both(each) for each in read.doubts],
        "is_corrected": read.is_corrected,
        "corrected_at": _instant(read.corrected_at),
        "corrected_by": read.corrected_by or None,
        "reason": read.reason,
    }


def _part(part: WhyPart) -> Json:
    return {
        "part": part.number,
        "words": part.words,
        "condition": part.condition,
        "target": targets.write(part.target),
        "plain": _both(part.plain),
        "state": part.state,
        "basis": part.basis,
        "is_hidden": part.is_hidden,
        "is_frozen": part.is_frozen,
        "is_bound_later": part.is_bound_later,
        "bound": None if part.bound is None else _bound(part.bound),
        "cases": [_cases(each) for each in part.cases],
        "declared": None if part.declared is None else _declared(part.declared),
        "nil_returns": None if part.returns is None else _returns(part.returns),
        **_figures(part),
        "rules": [_told(each) for each in part.rules],
        "changes": [_told(each) for each in part.changes],
        "unknown": [_told(each) for each in part.unknown],
    }


def _bound(bound: BoundTo) -> Json:
    return {
        "id": bound.id,
        "basis": bound.basis,
        "measure": bound.measure or None,
        "wording": _both(bound.wording),
        "parameters": dict(bound.parameters),
        "gauge": bound.gauge,
        "against": bound.against,
        "against_wording": _both(bound.against_wording),
        "window": {"kind": bound.window, "begin": bound.begin.isoformat(), "last": bound.last.isoformat()},
        "scope": [{"what": what, "id": id_, "name": name} for what, id_, name in bound.scope],
        "topics": [{"id": id_, "name": name} for id_, name in bound.topics],
        "awaits": bound.awaits or None,
        "since": _instant(bound.made_at),
        "by": bound.made_by or None,
        "reason": bound.reason,
        "question": bound.question or None,
        "is_provisional": bound.is_provisional,
        "is_carried": bound.is_carried,
        "changed": bound.changed,
    }


def _cases(cases: Cases) -> Json:
    return {
        "role": cases.role,
        "gauge": cases.gauge,
        "wording": _both(cases.wording),
        "topic": None if cases.topic is None else {"id": cases.topic[0], "name": cases.topic[1]},
        **_reading(cases.reading),
        "unit": cases.unit,
        "value_text": _both(cases.value),
        "reasons": [{"reason": code, "text": _both(text), "cases": number} for code, text, number in cases.reasons],
        "addresses": {name or "all": address for name, address in cases.addresses.items()},
    }


def _reading(reading: Reading) -> Json:
    return {
        "met": reading.met,
        "missed": reading.missed,
        "pending": reading.pending,
        "not_counted": reading.not_counted,
        "put_back": {"met": reading.back_met, "missed": reading.back_missed},
        "amounts": reading.amounts,
        "total": json_number(reading.total),
        "weight": json_number(reading.weight),
    }


def _returns(reading: Reading) -> Json:
    return {"signed": reading.met, "missing": reading.missed, "due": reading.pending}


def _declared(made: Declared) -> Json:
    return {
        "id": made.id,
        "value": made.value,
        "text": _both(made.text),
        "on": made.on.isoformat(),
        "note": made.note,
        "file": {"name": made.file_name, "sha256": made.file_hash} if made.file_hash else None,
        "at": _instant(made.made_at),
        "by": made.made_by or None,
    }


def _figures(part: WhyPart) -> Json:
    prospect = part.prospect
    return {
        "value": _number(prospect.value),
        "value_with_exclusions": _number(prospect.value_with_exclusions),
        "value_text": {"without": _both(part.value), "with": _both(part.other)},
        "unit": prospect.unit,
        "status": prospect.status.value,
        "is_final": prospect.is_final,
        "chance": prospect.chance.value if prospect.chance is not None else None,
        "headroom": _headroom(prospect),
        "pace": _pace(prospect),
        "forecast": _forecast(prospect),
        "limits": {
            "likely": part.limits.likely,
            "at_risk": part.limits.at_risk,
            "certain": part.limits.certain,
            "impossible": part.limits.impossible,
        },
    }


def _number(value: Decimal | bool | None) -> int | float | bool | None:
    return value if isinstance(value, bool) else json_number(value)


def _headroom(prospect: Prospect) -> Json | None:
    room = prospect.headroom
    return None if room is None else {"amount": json_number(room.amount), "unit": room.unit, "text": _both(room.text)}


def _pace(prospect: Prospect) -> Json | None:
    pace = prospect.pace
    if pace is None:
        return None
    return {"so_far": json_number(pace.so_far), "needed": json_number(pace.needed), "unit": pace.unit, "per": "week"}


def _forecast(prospect: Prospect) -> Json | None:
    found = prospect.forecast
    if found is None:
        return None
    return {
        "low": json_number(found.low),
        "mid": json_number(found.mid),
        "high": json_number(found.high),
        "probability": round(found.probability, 4),
    }


def _told(told: Told) -> Json:
    return {"code": told.code, "text": _both(told.text)}


def _sentence(sentence: Sentence) -> Json:
    links = [{"text": _both(each.text), "address": each.address} for each in sentence.pieces if each.address]
    return {"step": sentence.step, "part": sentence.part, "text": _both(sentence.text), "links": links}
