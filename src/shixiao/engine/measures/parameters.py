"""The parameters of a gauge: from what is stored to what a measure takes, and back; refused where one is missing or unknown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.engine.measures.declaring import Measure, Slot


class WrongParameters(ValueError):
    """The measure cannot be used with these parameters; `text` says which slot and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def as_stored(measure: Measure, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as JSON keeps them: a time as seconds, a decimal and a day as text; defaults filled in. Raises `WrongParameters`."""
    unknown = sorted(set(parameters) - {slot.name for slot in measure.slots})
    if unknown:
        raise WrongParameters(
            Text(
                f"度量“{measure.wording.zh}”没有参数 {unknown[0]}，请去掉。",
                f"The measure {measure.name} has no slot {unknown[0]!r}; leave it out.",
            )
        )
    return {slot.name: _stored(measure, slot, parameters.get(slot.name)) for slot in measure.slots}


def _stored(measure: Measure, slot: Slot, given: Any) -> Any:
    value = slot.default if given is None else given
    if value is None or value in ("", (), []):
        if slot.needed:
            raise WrongParameters(
                Text(
                    f"度量“{measure.wording.zh}”的参数 {slot.name} 是空的，请填写。",
                    f"The slot {slot.name!r} of the measure {measure.name} is empty; fill it in.",
                )
            )
        return None if value is None else list(value) if not isinstance(value, str) else value
    match value:
        case timedelta():
            return int(value.total_seconds())
        case Decimal() | date():
            return str(value)
        case bool() | int() | str():
            return value
        case tuple() | list():
            return [str(each) for each in value]
    raise WrongParameters(
        Text(
            f"度量“{measure.wording.zh}”的参数 {slot.name} 不能是 {value!r:.40}。",
            f"The slot {slot.name!r} of the measure {measure.name} cannot be {value!r:.40}.",
        )
    )


def as_given(measure: Measure, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What the measure's function takes, from what was stored. Raises `WrongParameters` for what cannot be read."""
    whole = as_stored(measure, stored)
    try:
        return {slot.name: _given(slot, whole[slot.name]) for slot in measure.slots}
    except (TypeError, ValueError, InvalidOperation) as error:
        raise WrongParameters(
            Text(
                f"度量“{measure.wording.zh}”的参数读不懂：{stored!r:.80}。",
                f"The parameters of the measure {measure.name} cannot be read: {stored!r:.80}.",
            )
        ) from error


def _given(slot: Slot, value: Any) -> Any:
    if value is None:
        return None
    kind = slot.type.partition(" |")[0]
    match kind:
        case "timedelta":
            return timedelta(seconds=int(value))
        case "Decimal":
            return Decimal(str(value))
        case "date":
            return date.fromisoformat(value)
        case "int":
            return int(value)
        case "str":
            return str(value)
    return tuple(value) if isinstance(value, list) else value


def key_of(name: str, stored: Mapping[str, Any]) -> str:
    """One gauge, one key: the same measure with the same parameters has the same."""
    canonical = json.dumps([name, dict(stored)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
