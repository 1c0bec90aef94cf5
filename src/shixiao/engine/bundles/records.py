"""One case behind a published number: what of it is public, and the commitment that binds the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from shixiao.engine.bundles.verify import canonical
from shixiao.engine.measures import Outcome
from shixiao.engine.scoring.rounding import plain

_DOMAIN = b"shixiao-record-1\n"  # no other use of a hash can be taken for a commitment


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one measure said of one case. `case` is the number by which the office knows it; it never leaves the office unless an auditor
    asks. `otherwise` is what a case that is not counted would be with the exclusion put back."""

    case: str
    day: date
    outcome: Outcome
    otherwise: Outcome | None = None
    reason: str = ""
    amount: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)


def opening_of(record: Record, salt: str) -> dict[str, Any]:
    """The whole record with its salt, as the office keeps it and shows it to an auditor."""
    is_amount = record.outcome is Outcome.AMOUNT
    return {
        "case": record.case,
        "day": record.day.isoformat(),
        "outcome": record.outcome.name.lower(),
        "otherwise": None if record.otherwise is None else record.otherwise.name.lower(),
        "reason": record.reason,
        "amount": plain(record.amount) if is_amount else None,
        "weight": plain(record.weight) if is_amount else None,
        "salt": salt,
    }


def public_of(opening: dict[str, Any], commitment: str) -> dict[str, Any]:
    """What everybody may see: the verdict or the amount, why it is not counted, and the commitment. No number, no day, no order."""
    names = ("outcome", "otherwise", "reason", "amount", "weight")
    return {**{name: opening[name] for name in names if opening[name] not in (None, "")}, "commitment": commitment}


def commitment_of(opening: dict[str, Any]) -> str:
    """Binds the record without telling it: whoever lacks the salt can try every day and number in vain."""
    return sha256(_DOMAIN + canonical(opening)).hexdigest()
