"""The money of a form as printed → exact amounts in 万元, by the sources of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from shixiao.engine.plans import Execution, Funds, Labelled, Place, Repair
from shixiao.engine.sums import add
from shixiao.tables.layouts.indicator_rows.head_labels import PRINTED
from shixiao.tables.layouts.indicator_rows.heads import Money, Spending
from shixiao.tables.money import UNITS, amount
from shixiao.tables.repairs import repair

_INTO = {"other": "其他资金", "fiscal": "财政拨款"}


class Reader:
    """Reads amounts in one unit of money, and lists what is no amount."""

    def __init__(self, unit: str, place: Place, repairs: list[Repair]) -> None:
        self.unit, self.place, self.repairs = unit, place, repairs
        self._is_said = False

    def amount(self, text: str, *, label: str, place: Place, unit: str = "") -> Decimal | None:
        """An amount in 万元; what is none is None, and listed."""
        if not text:
            return None
        printed = unit or self.unit
        found = amount(text, unit=printed if printed in UNITS else "万元")
        if found is None or not found.unit:
            self._say(printed)
        if printed and printed not in UNITS:
            return None
        if found is None:
            self.repairs.append(repair("funds_not_number", place, column=label, text=text))
            return None
        if found.unit and found.unit != (printed or "万元"):
            self.repairs.append(repair("amount_unit_written", place, text=text))
        return found.value

    def _say(self, printed: str) -> None:
        """Says once what the unit was taken to be."""
        if self._is_said:
            return
        self._is_said = True
        if not printed:
            self.repairs.append(repair("money_unit_missing", self.place))
        elif printed not in UNITS:
            self.repairs.append(repair("money_unit_unknown", self.place, unit=printed))
        elif printed != "万元":
            self.repairs.append(repair("money_unit_converted", self.place, unit=printed))


class Part(NamedTuple):
    """An amount that was read. `kind` is as of `head_labels`."""

    kind: str
    label: str
    value: Decimal | None


def funds_of(money: Sequence[Money], reader: Reader) -> tuple[Funds, Funds | None]:
    """The funds of the year, and those of the whole cycle where a form prints both."""
    annual, cycle = _by_scope(money)
    of_year = combined([_part(each, reader) for each in annual], reader)
    of_cycle = combined([_part(each, reader) for each in cycle], reader) if cycle else None
    if of_cycle is not None and of_year == Funds() and not annual:
        return of_cycle, None
    return of_year, of_cycle if of_cycle != Funds() else None


def _part(money: Money, reader: Reader) -> Part:
    value = reader.amount(money.text, label=money.label, place=money.place, unit=money.unit)
    return Part(money.known.amount, money.label, value)


def _by_scope(money: Sequence[Money]) -> tuple[list[Money], list[Money]]:
    """The amounts of the year and those of the whole cycle.

    Of two of a kind on one line, or of which only one names the year, the first or the other is for the cycle.
    """
    annual: list[Money] = []
    cycle: list[Money] = []
    named = {each.known.amount for each in money if each.known.scope == "annual"}
    has_cycle = any(each.known.scope == "cycle" for each in money)
    by_line: dict[tuple[int, str], list[Money]] = {}
    for each in money:
        by_line.setdefault((each.place.line, each.label), []).append(each)
    for each in money:
        twins = by_line[each.place.line, each.label]
        is_first = len(twins) == 2 and twins[0] is each
        is_second = len(twins) == 2 and twins[1] is each
        is_beside = not each.known.scope and each.known.amount in named and not is_second
        if each.known.scope == "cycle" or is_first and has_cycle or is_beside:
            cycle.append(each)
        else:
            annual.append(each)
    return annual, cycle


def combined(parts: Sequence[Part], reader: Reader) -> Funds:
    """The amounts of one row or head as `Funds`. What is joined, or left out since it is within another, is listed."""
    total = _first(parts, "total")
    fiscal = _first(parts, "fiscal")
    below_fiscal = [part for part in parts if part.kind == "part_of_fiscal" and part.value is not None]
    if fiscal is None and below_fiscal:
        fiscal = add(part.value for part in below_fiscal)
        _say_joined(below_fiscal, "fiscal", reader)
    special = _first(parts, "special_account")
    others = [part for part in parts if part.kind == "other" and part.value is not None]
    if not others:
        others = [part for part in parts if part.kind == "part_of_other" and part.value is not None]
    other = add(part.value for part in others)
    carried = [part for part in parts if part.kind == "carried_over" and part.value]
    if carried and not _adds_up(total, (fiscal, special, other)):
        joined = [part for part in (*others, *carried) if part.value]
        other = add(part.value for part in joined)
        _say_joined(joined, "other", reader, always=True)
    elif carried:
        words = "、".join(part.label for part in carried)
        reader.repairs.append(repair("funds_within", reader.place, parts=words))
    elif len([part for part in others if part.value]) > 1:
        _say_joined(others, "other", reader)
    return Funds(total, fiscal, special, other)


def _first(parts: Iterable[Part], kind: str) -> Decimal | None:
    return next((part.value for part in parts if part.kind == kind and part.value is not None), None)


def _adds_up(total: Decimal | None, sources: Sequence[Decimal | None]) -> bool:
    return total is not None and add(sources) == total


def _say_joined(parts: Sequence[Part], into: str, reader: Reader, *, always: bool = False) -> None:
    if always or len(parts) > 1:
        words = "、".join(part.label for part in parts)
        reader.repairs.append(repair("funds_joined", reader.place, parts=words, into=_INTO[into]))


def as_printed(money: Iterable[Money], spending: Iterable[Spending], labels: dict[str, str]) -> tuple[Labelled, ...]:
    """The amounts with their labels, as printed."""
    printed = [Labelled(each.label, each.text) for each in money if each.text]
    for line in spending:
        printed += [
            Labelled(f"{line.label}·{labels.get(field) or field.removeprefix(PRINTED)}", text)
            for field, text in line.cells.items()
            if text and (field in ("budget", "full_year", "executed") or field.startswith(PRINTED))
        ]
    return tuple(printed)


SPENDING_LABELS = {"budget": "年初预算数", "full_year": "全年预算数", "executed": "全年执行数"}


def executions(spending: Sequence[Spending], reader: Reader) -> tuple[Execution, ...]:
    """The lines of money of a self-evaluation."""
    return tuple(_execution(line, reader) for line in spending)


def _execution(line: Spending, reader: Reader) -> Execution:
    kinds = {"total": "total", "fiscal": "fiscal", "special_account": "special_account", "other": "other"}
    amounts = {
        field: reader.amount(line.cells.get(field, ""), label=line.label, place=line.place, unit=line.unit)
        for field in ("budget", "full_year", "executed")
    }
    return Execution(
        label=line.label,
        amount=kinds.get(line.known.amount, ""),
        rate=line.cells.get("rate", ""),
        weight=number(line.cells.get("weight", "")),
        score=number(line.cells.get("score", "")),
        **amounts,
    )


def funds_of_spending(spending: Sequence[Spending], lines: Sequence[Execution], reader: Reader) -> Funds:
    """The funds of a self-evaluation: its full-year budget, else the opening one where no full-year one is printed."""
    has_full_year = any(line.full_year is not None for line in lines)
    parts = [
        Part(printed.known.amount, printed.label, line.full_year if has_full_year else line.budget)
        for printed, line in zip(spending, lines, strict=True)
    ]
    return combined(parts, reader)


def number(text: str) -> Decimal | None:
    """Points or a weight: 10, 10分, 10%, 22.5; None for anything else."""
    plain = text.strip().rstrip("分%％").strip()
    if not plain or len(plain) > 12 or not plain.replace(".", "", 1).isdigit() or not plain.isascii():
        return None
    return Decimal(plain) if plain[0] != "." != plain[-1] else None
