"""What a form asks: as the step table says, or, where people define what there is to tell, what the office makes of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shixiao.casework import offices
from shixiao.casework.models import Case
from shixiao.casework.particulars import Particular
from shixiao.casework.steps import Step


@dataclass(frozen=True)
class Asked:
    """The fields of a form.

    A particular called `values.held_on` is told as `held_on` within the particular `values`. `shown` is what stands in the fields
    at first; `stands` what the case tells already: the same again is not told another time.
    """

    takes: tuple[Particular, ...]
    shown: Mapping[str, Any] = field(default_factory=dict)
    stands: Mapping[str, str] = field(default_factory=dict)

    def told(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed, by the names of the step's particulars; of those that people defined only what is new."""
        found: dict[str, Any] = {}
        for each in self.takes:
            group, _dot, name = each.name.partition(".")
            value = typed.get(each.name, "")
            if not name:
                found[group] = value
            elif value != self.stands.get(each.name, ""):
                found.setdefault(group, {})[name] = value
        return found


# The step, the case (None at its opening), what was typed or chosen so far, and now.
Asking = Callable[[Step, Case | None, Mapping[str, Any], datetime], Asked]

# The particulars that people defined for a case, each called as in `Asked`.
Naming = Callable[[Case], Iterable[Particular]]


def asked(kind: str, step: Step, *, case: Case | None, given: Mapping[str, Any], now: datetime) -> Asked:
    """What the form of a step asks."""
    own = offices.asking_of(kind) if offices.is_known(kind) else None
    return own(step, case, given, now) if own else Asked(step.takes)
