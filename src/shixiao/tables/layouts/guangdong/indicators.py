"""All indicators of a project in one cell → indicators, with everything that was mended on the way.

    1、1-产出指标；11-数量指标；name；实施周期指标值:100%；年度指标值:100%。2、1-产出指标；…

A value may hold any of these separators, so the cell is cut at what cannot stand in a value: the two-digit class
between separators, and the labels of the two values. What lies between two cuts belongs to one indicator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from shixiao.tables.layouts.guangdong.heads import Head, heads, plain_heads
from shixiao.tables.layouts.guangdong.labels import ANNUAL, CYCLE, Label, labels, split_before

_BLANK = " \t\n\u3000\xa0"


class Note(NamedTuple):
    """A repair that still lacks its place."""

    code: str
    words: dict[str, object]


class Found(NamedTuple):
    """One indicator as it stands in the text of its cell, from `start` to `end`. A missing value is ""; the head's
    fields are those of `Head`."""

    start: int
    end: int
    number: int | None
    code: str
    level1: str
    level2: str
    name: str
    cycle: str
    annual: str
    notes: list[Note]


def taken_apart(text: str, *, is_last: bool) -> tuple[list[Found], list[Note]]:
    """The indicators in the text of a cell, and notes that belong to no one of them. Linear in its length.

    `is_last` says that nothing of the table follows: an end without a full stop is then the sign of a cut.
    """
    regular = _regular(text)
    if regular:
        return regular, []
    marks = heads(text) or plain_heads(text)
    text, cut = _without_cut_end(text, marks, is_last=is_last)
    found, loose = _all(text, marks)
    if not found and text.strip():
        loose.append(Note("indicators_not_read", {"text": text}))
    if cut:
        (found[-1].notes if found else loose).append(Note("text_cut_off", {"text": cut}))
    return found, loose


def _all(text: str, marks: list[Head]) -> tuple[list[Found], list[Note]]:
    if not marks:
        return list(_between(text, None, 0, len(text), 1)), []
    found: list[Found] = []
    loose: list[Note] = []
    if before := text[: marks[0].start].strip():
        found += _between(text, None, 0, marks[0].start, 1)
        loose += [] if found else [Note("text_before_indicators", {"text": before})]
    for mark, end in zip(marks, [*(mark.start for mark in marks[1:]), len(text)], strict=True):
        due = 1 + (found[-1].number or len(found)) if found else 1
        found += _between(text, mark, mark.end, end, due)
    return found, loose


def _regular(text: str) -> list[Found] | None:
    """The indicators of a cell in which every one is as the form prints it: nearly all cells, at a tenth of the price."""
    text = text.rstrip()
    start = len(text) - len(text.lstrip())
    found: list[Found] = []
    due, is_in_order = 1, True
    for whole, digits, level1, level2, title, cycle, annual in _as_printed().findall(text, start):
        number, name = int(digits), title.strip(_BLANK)
        notes: list[Note] = []
        if number != due:
            is_in_order, notes = False, _out_of_order(number, due)
        end = start + len(whole)
        found.append(
            Found(
                start, end, number, level2[:2], level1, level2, name, cycle.strip(_BLANK), annual.strip(_BLANK), notes
            )
        )
        start, due = end, (number or len(found)) + 1
    if start < len(text) or text.count("指标值") != 2 * len(found):
        return None  # a gap between two of them shows here, too
    if not all([one.name for one in found]):  # noqa: C419 - a list is faster, in every cell
        return None
    return found if is_in_order or _is_sure(found) else None


def _is_sure(found: Sequence[Found]) -> bool:
    """Whether none of them hides a head or a label in its name or its values, and every head is one beyond doubt. It
    decides for cells whose numbers do not tell."""
    heads_of = "".join([f"{one.level1}；{one.level2}；" for one in found])
    fields = "；".join([f"{one.name}；{one.cycle}；{one.annual}" for one in found])
    if _class_code().search(fields) or _may_hold_label(fields):
        return False
    return _sure_heads().fullmatch(heads_of) is not None


def _may_hold_label(fields: str) -> bool:
    return "指标" in fields or "目标" in fields or "標" in fields


def _between(text: str, head: Head | None, start: int, end: int, due: int) -> Iterator[Found]:
    """The indicators between two heads: one, or more where heads without a class lie between."""
    printed = _fields_as_printed().fullmatch(text, start, end) if head else None
    if head and printed and not _may_hold_label("；".join(printed.groups())):
        name, cycle, annual = (field.strip(_BLANK) for field in printed.groups())
        notes = _of_head(head, due)
        yield Found(head.start, end, head.number, head.code, head.level1, head.level2, name, cycle, annual, notes)
        return
    marks = labels(text, start, end)
    if head is None and not marks:
        return
    groups = _grouped(text, marks, start)
    for index, group in enumerate(groups):
        stop = groups[index + 1].start if index + 1 < len(groups) else end
        yield _one(text, None if index else head, group, stop, due + index)


class _Group(NamedTuple):
    """Where an indicator begins behind its head, its labels, and what was noted."""

    start: int
    marks: list[Label]
    notes: list[Note]


def _grouped(text: str, marks: list[Label], start: int) -> list[_Group]:
    """The labels of each indicator. A label of a kind that the indicator has already begins the next one if something
    divides the two; otherwise it stays in the wording."""
    groups = [_Group(start, [], [])]
    since = start
    for mark in marks:
        group = groups[-1]
        if all(mark.kind != known.kind for known in group.marks):
            group.marks.append(mark)
        elif (begin := split_before(text, since, mark.start)) >= 0:
            groups.append(_Group(begin, [mark], []))
        else:
            group.notes.append(Note("label_twice", {}))
        since = mark.end
    return groups


def _one(text: str, head: Head | None, group: _Group, end: int, due: int) -> Found:
    marks, start = group.marks, group.start
    if head is None:
        head = _without_class(text, start, marks[0].start)
        start = head.end
    notes = [*_of_head(head, due), *group.notes]
    borders = [*(mark.start for mark in marks), end]
    name = _field(text, start, borders[0], notes, is_inner=bool(marks))
    values = {CYCLE: "", ANNUAL: ""}
    for mark, border in zip(marks, borders[1:], strict=True):
        values[mark.kind] = _field(text, mark.end, border, notes, is_inner=border != end)
        notes += [] if mark.has_colon else [Note("missing_colon", {})]
    kinds = {mark.kind for mark in marks}
    if not marks and "；" in name:
        name, _, values[ANNUAL] = name.partition("；")
        notes.append(Note("unlabelled_value", {"text": values[ANNUAL]}))
        kinds.add(ANNUAL)
    notes += [Note(f"missing_{kind}", {}) for kind in (CYCLE, ANNUAL) if kind not in kinds]
    notes += [] if name else [Note("missing_name", {})]
    number, level1, level2 = head.number, head.level1, head.level2
    return Found(head.start, end, number, head.code, level1, level2, name, values[CYCLE], values[ANNUAL], notes)


def _without_class(text: str, start: int, end: int) -> Head:
    """A head of which at most the number stands there."""
    match = _leading_number().match(text, start, end)
    number = int(match[1]) if match and match[1] else None
    return Head(start, match.end() if match else start, number, "", "", ("missing_category",))


def _of_head(head: Head, due: int) -> list[Note]:
    notes = [Note(code, {}) for code in head.notes]
    if head.number is None:
        notes.append(Note("missing_number", {}))
    elif head.number != due:
        notes += _out_of_order(head.number, due)
    return notes


def _out_of_order(number: int, due: int) -> list[Note]:
    return [Note("number_out_of_order", {"found": number, "expected": due})]


def _field(text: str, start: int, end: int, notes: list[Note], *, is_inner: bool) -> str:
    """The field between two places, without the one separator that closes it: ； inside an indicator, 。 at its end."""
    field = text[start:end].strip(_BLANK)
    last = field[-1:]
    if is_inner:
        if last == "。":
            notes.append(Note("full_stop_for_semicolon", {}))
        elif last not in ("；", ";"):
            notes.append(Note("missing_separator", {}))
            return field
    elif last != "。":
        notes.append(Note("missing_full_stop", {}))
        if last not in ("；", ";"):
            return field
    return field[:-1].rstrip(_BLANK)


def _without_cut_end(text: str, marks: list[Head], *, is_last: bool) -> tuple[str, str]:
    """The text up to where it was cut, and what stands after the last whole field ("" for an uncut text).

    A begun head or label at the very end shows the cut; at the end of the table a missing full stop does, too.
    """
    begun = _begun_label().search(text[-12:]) or _begun_head(text[-80:], 1 + (marks[-1].number or 0) if marks else 1)
    if begun:
        stop = len(text) - len(begun[0]) + 1
        return text[:stop], text[stop:].strip()
    if is_last and text.strip() and text.rstrip()[-1] not in "。；;>" and "指标" in text:
        return text, text[-30:]
    return text, ""


def _begun_head(tail: str, due: int) -> re.Match[str] | None:
    match = _begun_head_pattern().search(tail)
    return match if match and int(match[1]) == due else None


_FIELDS = r"([^；。]+)；实施周期指标值[:：]([^；。]*)；年度指标值[:：]([^；。]*)。[ \t\n\u3000\xa0]*"


@cache
def _as_printed() -> re.Pattern[str]:
    return re.compile(rf"((\d{{1,3}})、([1-9]-[^；。]{{1,20}})；([1-9]\d-[^；。]{{1,20}})；{_FIELDS})")


@cache
def _fields_as_printed() -> re.Pattern[str]:
    """What stands between two heads; the name is not blank."""
    return re.compile(rf"(?=[ \t\n\u3000\xa0]*[^ \t\n\u3000\xa0；。]){_FIELDS}")


@cache
def _sure_heads() -> re.Pattern[str]:
    """The two categories of any number of heads, as the form prints them."""
    return re.compile(r"(?:[1-9]-[^\d\s；。]{0,10}(?:指标|效益|满意度|成本)；[1-9]\d-[^\d\s；。]{1,16}；)*")


@cache
def _class_code() -> re.Pattern[str]:
    """Where the code of a class may begin; a range such as 2-3 is none."""
    return re.compile(r"\d[ \t\n\u3000\xa0]*[-－—–‐](?=[^\d；;。])")


@cache
def _leading_number() -> re.Pattern[str]:
    return re.compile(r"[\s；;。]{0,9}(?:(\d{1,3})\s{0,9}[、.．]\s{0,9})?")


@cache
def _begun_head_pattern() -> re.Pattern[str]:
    """A head that begins after a separator and never ends."""
    return re.compile(r"[。；;]\s*(\d{1,3})\s*(?:[、.．]\s*(?:[1-9]\s*(?:[-－—–‐][^。]{0,40})?)?)?\Z")


@cache
def _begun_label() -> re.Pattern[str]:
    """A label that begins after a separator and never ends."""
    begun = [label[:length] for label in ("实施周期指标值", "年度指标值") for length in range(len(label), 1, -1)]
    return re.compile(rf"[。；;]\s*(?:{'|'.join(begun)})\Z")
