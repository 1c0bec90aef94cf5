"""Our own JSON → plans. Every field is checked, and what is wrong is named by its path."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.plans import Execution, Form, Funds, Indicator, Labelled, Place, Plan, Project, Repair, Task, Unit
from shixiao.engine.sums import AMOUNTS
from shixiao.tables.decoding import decode
from shixiao.tables.grid import Grid, Row
from shixiao.tables.secrecy import refuse_marked
from shixiao.tables.unreadable import Unreadable

SCHEMA = "urn:shixiao:schema:plan:1"

# Amounts and targets beyond this are no amounts, but attempts to make arithmetic slow.
_LARGEST = Decimal(10) ** 30
_SMALLEST_EXPONENT = -30
_DEEPEST = 4

_OBJECT = Text("对象", "an object")
_LIST = Text("列表", "a list")
_TEXT = Text("文字（不含空字符和半个字符）", "text (without NUL and half characters)")
_WHOLE = Text("非负整数", "a whole number, not negative")
_NUMBER = Text("数", "a number")
_FLAG = Text("true 或 false", "true or false")
_READING = Text("一个读法", "a reading")
_FORM = Text("一种表式", "one of the forms")

Owner = tuple[int | None, int | None, int | None, int | None]
Repairs = Mapping[Owner, Sequence[Repair]]


def plans(content: bytes) -> tuple[tuple[Plan, ...], str, tuple[Repair, ...]]:
    """The plans, the encoding, and the repairs that belong to no plan. Raises Unreadable with the path of an error."""
    text, encoding, mended = decode(content)
    refuse_marked(Grid([Row(number, [line]) for number, line in enumerate(text.split("\n"), 1)]))
    form = _loaded(text)
    found = form.get("schema")
    if found != SCHEMA:
        raise Unreadable("json_version", found=str(found)[:60], known=SCHEMA)
    repairs = _repairs(form)
    units: dict[int, list[Unit]] = {}
    for number, (unit, path) in enumerate(_items(form, "units", ""), 1):
        table = _whole(unit, "table", path)
        units.setdefault(table, []).append(_unit(unit, path, repairs, (table, number)))
    tables = _items(form, "tables", "")
    if unknown := next((table for table in units if not 1 <= table <= len(tables)), None):
        _wrong(f"units[].table = {unknown}", Text("tables 里的一张表", "one of tables"))
    read = [_plan(table, path, tuple(units.get(number, ())), repairs) for number, (table, path) in enumerate(tables, 1)]
    return tuple(read), encoding, (*mended, *repairs.get((None, None, None, None), ()))


def _loaded(text: str) -> Json:
    try:
        form = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refused)
    except json.JSONDecodeError as failure:
        raise Unreadable("json_broken", Place(failure.lineno, failure.colno)) from None
    except (RecursionError, ValueError, ArithmeticError):
        raise Unreadable("json_broken", Place(1, 1)) from None
    return form if isinstance(form, dict) else _wrong("$", _OBJECT)


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


Json = dict[str, Any]


def _plan(form: Json, path: str, units: tuple[Unit, ...], repairs: Repairs) -> Plan:
    number = int(path[len("tables[") : -1]) + 1
    return Plan(
        _text(form, "title", path),
        _text(form, "department", path),
        _text(form, "money_unit", path),
        _funds(form, path),
        units,
        tuple(repairs.get((number, None, None, None), ())),
        _place(form, path),
        _form(form, path),
    )


def _form(form: Json, path: str) -> Form:
    found = form.get("form", Form.TARGET_TABLE.value)
    return next((each for each in Form if each.value == found), None) or _wrong(f"{path}.form", _FORM)


def _unit(form: Json, path: str, repairs: Repairs, owner: tuple[int, int]) -> Unit:
    projects = tuple(
        _project(project, where, repairs, (*owner, number))
        for number, (project, where) in enumerate(_items(form, "projects", path), 1)
    )
    return Unit(_text(form, "name", path), _funds(form, path), projects, _place(form, path))


def _project(form: Json, path: str, repairs: Repairs, owner: tuple[int, int, int]) -> Project:
    indicators = tuple(
        _indicator(indicator, where, tuple(repairs.get((*owner, number), ())))
        for number, (indicator, where) in enumerate(_items(form, "indicators", path), 1)
    )
    funds = _funds(form, path) or Funds()
    mended = tuple(repairs.get((*owner, None), ()))
    return Project(
        name=_text(form, "name", path),
        funds=funds,
        objective=_text(form, "objective", path),
        indicators=indicators,
        place=_place(form, path),
        repairs=mended,
        details=_labelled(form, "details", path),
        amounts=_labelled(form, "amounts", path),
        cycle_objective=_further(form, "cycle_objective", path),
        cycle_funds=_funds(form, path, "cycle_funds"),
        execution=tuple(_execution(line, where) for line, where in _further_items(form, "execution", path)),
        actual_objective=_further(form, "actual_objective", path),
        total_score=_amount(form.get("total_score"), f"{path}.total_score"),
        grade=_further(form, "grade", path),
        tasks=tuple(_task(task, where) for task, where in _further_items(form, "tasks", path)),
    )


def _execution(form: Json, path: str) -> Execution:
    numbers = {
        key: _amount(form.get(key), f"{path}.{key}") for key in ("budget", "full_year", "executed", "weight", "score")
    }
    words = {key: _text(form, key, path) for key in ("label", "amount", "rate")}
    return Execution(**words, **numbers)  # type: ignore[arg-type]


def _task(form: Json, path: str) -> Task:
    return Task(_text(form, "name", path), _text(form, "content", path), _labelled(form, "amounts", path))


def _labelled(form: Json, key: str, path: str) -> tuple[Labelled, ...]:
    return tuple(
        Labelled(_text(cell, "label", where), _text(cell, "text", where))
        for cell, where in _further_items(form, key, path)
    )


def _further(form: Json, key: str, path: str) -> str:
    """A text that only some forms have."""
    return _text(form, key, path) if key in form else ""


def _further_items(form: Json, key: str, path: str) -> list[tuple[Json, str]]:
    return _items(form, key, path) if key in form else []


def _indicator(form: Json, path: str, repairs: tuple[Repair, ...]) -> Indicator:
    return Indicator(
        row=_whole(form, "row", path),
        number=None if form.get("number") is None else _whole(form, "number", path),
        code=_text(form, "class", path),
        level1=_text(form, "level1", path),
        level2=_text(form, "level2", path),
        name=_text(form, "name", path),
        cycle_wording=_text(form, "cycle_wording", path),
        annual_wording=_text(form, "annual_wording", path),
        cycle=_reading(form.get("cycle"), f"{path}.cycle"),
        annual=_reading(form.get("annual"), f"{path}.annual"),
        place=_place(form, path),
        repairs=repairs,
        columns=_labelled(form, "columns", path),
        weight=_amount(form.get("weight"), f"{path}.weight"),
        direction=_further(form, "direction", path),
        actual_wording=_further(form, "actual_wording", path),
        score=_amount(form.get("score"), f"{path}.score"),
        deviation=_further(form, "deviation", path),
    )


def _reading(form: object, path: str) -> targets.Reading:
    if not _is_reading(form, 0):
        _wrong(path, _READING)
    try:
        return targets.from_json(form)  # type: ignore[arg-type]
    except (KeyError, ValueError, TypeError, ArithmeticError):
        _wrong(path, _READING)


def _is_reading(form: object, depth: int) -> bool:
    """Whether every field has the type that a reading needs; `from_json` looks at the words themselves."""
    if not isinstance(form, dict) or depth > _DEEPEST:
        return False
    words = (
        form.get(key)
        for key in ("op", "unit", "per", "date", "words", "condition", "kind", "sense", "source", "wording")
    )
    numbers = (form.get(key) for key in ("value", "high"))
    lists = [form.get(key) for key in ("unsure", "repairs", "parts")]
    return (
        all(word is None or _is_text(word) for word in words)
        and all(number is None or _is_number(number) for number in numbers)
        and all(isinstance(found, list) for found in lists)
        and all(_is_text(word) for found in lists[:2] for word in found or ())
        and all(_is_reading(part, depth + 1) for part in lists[2] or ())
    )


def _repairs(form: Json) -> dict[Owner, list[Repair]]:
    found: dict[Owner, list[Repair]] = {}
    for mend, path in _items(form, "repairs", ""):
        table, unit, project, indicator, row = (
            None if mend.get(key) is None else _whole(mend, key, path)
            for key in ("table", "unit", "project", "indicator", "row")
        )
        text = Text(_text(mend, "zh", path), _text(mend, "en", path))
        defect = mend.get("defect")
        if not isinstance(defect, bool):
            _wrong(f"{path}.defect", _FLAG)
        one = Repair(_text(mend, "code", path), text, _place(mend, path), row, defect)
        found.setdefault((table, unit, project, indicator), []).append(one)
    return found


def _funds(form: Json, path: str, key: str = "funds") -> Funds | None:
    funds = form.get(key)
    if funds is None:
        return None
    if not isinstance(funds, dict):
        _wrong(f"{path}.{key}", _OBJECT)
    return Funds(*(_amount(funds.get(amount), f"{path}.{key}.{amount}") for amount in AMOUNTS))


def _amount(value: object, path: str) -> Decimal | None:
    if value is None:
        return None
    if (
        isinstance(value, str)
        and len(value) < 64
        and value.lstrip("-").replace(".", "", 1).isdecimal()
        and value.isascii()
    ):
        value = Decimal(value)
    return value if _is_number(value) and isinstance(value, Decimal) else _wrong(path, _NUMBER)


def _place(form: Json, path: str) -> Place:
    place = form.get("place")
    where = f"{path}.place"
    if not isinstance(place, dict):
        _wrong(where, _OBJECT)
    line, column, start, end, page = (_whole(place, key, where) for key in ("line", "column", "start", "end", "page"))
    table = _whole(place, "table", where) if "table" in place else 0
    return Place(line, column, start, end, _text(place, "sheet", where), page, table)


def _items(form: Json, key: str, path: str) -> list[tuple[Json, str]]:
    where = f"{path}.{key}".lstrip(".")
    items = form.get(key)
    if not isinstance(items, list):
        _wrong(where, _LIST)
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            _wrong(f"{where}[{index}]", _OBJECT)
    return [(item, f"{where}[{index}]") for index, item in enumerate(items)]


def _text(form: Json, key: str, path: str) -> str:
    value = form.get(key)
    return value if isinstance(value, str) and _is_text(value) else _wrong(f"{path}.{key}", _TEXT)


def _whole(form: Json, key: str, path: str) -> int:
    value = form.get(key)
    if not (isinstance(value, Decimal) and _is_number(value) and 0 <= value == value.to_integral_value()):
        _wrong(f"{path}.{key}", _WHOLE)
    return int(value)


def _is_text(value: object) -> bool:
    """Text that a database can hold: JSON can spell out half characters and NUL."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(value: object) -> bool:
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    exponent = value.as_tuple().exponent
    return (
        isinstance(exponent, int) and exponent >= _SMALLEST_EXPONENT and value.adjusted() < 30 and abs(value) < _LARGEST
    )


def _wrong(path: str, expected: Text) -> NoReturn:
    raise Unreadable("json_shape", path=path, expected_zh=expected.zh, expected_en=expected.en)
