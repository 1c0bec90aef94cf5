"""Check a bundle that an office published with 实效 (Shixiao): work every number out again, from the records up.

    python3 verify.py bundle.json                       what agrees, what does not, what cannot be worked out and why
    python3 verify.py bundle.json --english
    python3 verify.py bundle.json --json                the same for programs
    python3 verify.py bundle.json --openings some.json  records that the office showed to you, held against their commitments

The exit status is 0 when everything agrees, 1 when something does not, 2 when the file is no bundle that can be read.
This one file is enough. It needs Python 3.9 or newer and nothing else, asks no network and writes no file. It is no copy of the
program that published: the rules of docs/scoring.md are written down here a second time, so that a fault in one shows against the other.
docs/bundle.md describes the format.
"""

from __future__ import annotations

import calendar
import datetime
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, Callable, NamedTuple

SCHEMA = "urn:shixiao:schema:bundle:1"
OPENINGS = "urn:shixiao:schema:openings:1"
LARGEST = 512 * 1024 * 1024  # bytes of a file
DEEPEST = 40  # levels of objects and lists
LONGEST_NUMBER = 60  # digits
MOST_DIGITS = 9  # behind the point, of points and weights
SHOWN = 50  # differences that are listed for people

AGREES, DIFFERS, REFUSED = 0, 1, 2
ZERO, ONE, HUNDRED = Fraction(0), Fraction(1), Fraction(100)


class Unreadable(Exception):
    """The file is no bundle; in both languages, with what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


# ---- 1. Reading the file: strictly, and byte for byte -----------------------------------------------------------


def canonical(value: Any) -> bytes:
    """The one way in which a value is written: keys in order, no spaces, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """SHA-256 of the one way in which it is written."""
    return hashlib.sha256(canonical(value)).hexdigest()


def read(path: str) -> tuple[bytes, Any]:
    """The bytes of a file and what they say. Raises Unreadable."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"打不开文件：{error.strerror}", f"The file cannot be opened: {error.strerror}") from None
    if len(raw) > LARGEST:
        raise Unreadable(
            f"文件大于 {LARGEST >> 20} MB，不是这样的数据包。", f"Larger than {LARGEST >> 20} MB: no bundle is."
        )
    return raw, parse(raw)


def parse(raw: bytes) -> Any:
    """What the bytes say: JSON without keys twice, without NaN, not too deep. Raises Unreadable, with the place."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"第 {error.start} 字节起不是 UTF-8 文字。请重新下载。",
            f"No UTF-8 from byte {error.start} on. Download it again.",
        ) from None
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_whole, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"不是完整的 JSON：第 {error.pos} 个字符处（{error.msg}）。文件可能没有下载完。",
            f"No whole JSON: {error.msg} at character {error.pos}. Perhaps it was not downloaded to the end.",
        ) from None
    except RecursionError:
        raise _too_deep() from None
    _check_depth(found)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _value in pairs]
        twice = clean(next(key for key in keys if keys.count(key) > 1))
        raise Unreadable(f"键“{twice}”出现了两次。", f"The key “{twice}” is there twice.")
    return found


def _no_constant(word: str) -> Any:
    raise Unreadable(f"有不是数的数：{word}。", f"A number that is none: {word}.")


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise Unreadable(f"有 {len(text)} 位的数。", f"A number of {len(text)} digits.")
    return int(text)


def _finite(text: str) -> float:
    found = float(text) if len(text) <= LONGEST_NUMBER else float("inf")
    if found in (float("inf"), float("-inf")):
        raise Unreadable(f"数太大或太长：{text[:20]}…", f"A number too large or too long: {text[:20]}…")
    return found


def _too_deep() -> Unreadable:
    return Unreadable(f"嵌套超过 {DEEPEST} 层。", f"Nested more than {DEEPEST} levels deep.")


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _too_deep()
        level = [
            below
            for each in level
            if isinstance(each, (dict, list))
            for below in (each.values() if isinstance(each, dict) else each)
            if isinstance(below, (dict, list))
        ]


def clean(text: object, most: int = 200) -> str:
    """A text of a stranger, so that it does no more to a terminal than being read."""
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(text)[: most + 1])
    return shown if len(shown) <= most else shown[:most] + "…"


# ---- 2. What is found -------------------------------------------------------------------------------------------


class Difference(NamedTuple):
    """A published value that is not what it should be, and where."""

    place: str
    zh: str
    en: str
    published: str
    found: str


class Unproved(NamedTuple):
    """Something published that cannot be worked out from the bundle, and why."""

    place: str
    zh: str
    en: str


KINDS = {
    "hashes": ("哈希", "hashes"),
    "funds": ("资金合计", "sums of funds"),
    "readings": ("读数（由记录相加）", "readings, added up from records"),
    "values": ("指标值（由读数算出）", "values, from readings"),
    "points": ("分值和得分", "weights and points"),
    "explanations": ("扣分说明", "explained points"),
    "totals": ("总分和等级", "totals and grades"),
    "openings": ("出示的记录", "records that were shown"),
}


class Report:
    """Counts what was compared and keeps what differs."""

    def __init__(self) -> None:
        self.checked: dict[str, int] = dict.fromkeys(KINDS, 0)
        self.differences: list[Difference] = []
        self.unproved: list[Unproved] = []

    def same(self, kind: str, place: str, what: tuple[str, str], published: Any, found: Any) -> None:
        """Compare one published value with what it should be."""
        self.checked[kind] += 1
        if published != found or isinstance(published, bool) is not isinstance(found, bool):
            self.differences.append(Difference(place, what[0], what[1], shown(published), shown(found)))

    def wrong(self, place: str, what: tuple[str, str], published: Any = "", found: Any = "") -> None:
        """Something that is wrong by itself."""
        self.differences.append(Difference(place, what[0], what[1], shown(published), shown(found)))

    def cannot(self, place: str, zh: str, en: str) -> None:
        """Something that only the office can work out."""
        self.unproved.append(Unproved(place, zh, en))


def shown(value: Any) -> str:
    """A value for people."""
    if isinstance(value, Fraction):
        return plain(value)
    return "–" if value is None else clean(value)


# ---- 3. Exact numbers -------------------------------------------------------------------------------------------

_DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,20})?")
_QUOTIENT = re.compile(r"-?[0-9]{1,40}/[0-9]{1,40}")


class Malformed(Exception):
    """Something in the bundle has another shape than the format says."""


def number(written: Any) -> Fraction:
    """A number as the format writes it: "12.50", or "409/412"."""
    if isinstance(written, str) and (_DECIMAL.fullmatch(written) or _QUOTIENT.fullmatch(written)):
        try:
            return Fraction(written)
        except ZeroDivisionError:
            pass
    raise Malformed(f"{clean(written)} is no number")


def perhaps(written: Any) -> Fraction | None:
    """A number, or that there is none."""
    return None if written is None else number(written)


def number_of_target(written: Any) -> Fraction | None:
    """A number of a target, which is written as a JSON number: 99.5 is exactly 99.5."""
    if written is None:
        return None
    if isinstance(written, bool) or not isinstance(written, (int, float)):
        raise Malformed(f"{clean(written)} is no number")
    return Fraction(str(written))


def count(written: Any) -> int:
    """A number of cases."""
    if isinstance(written, bool) or not isinstance(written, int) or written < 0:
        raise Malformed(f"{clean(written)} is no count")
    return written


def digits(profile: dict[str, Any], name: str) -> int:
    """To how many digits a profile rounds."""
    found = profile["rounding"][name]
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= MOST_DIGITS:
        raise Malformed(f"{clean(found)} is no number of digits")
    return found


def half_up(value: Fraction, digits: int) -> Fraction:
    """To so many digits; exactly in the middle goes up."""
    return Fraction(floor(value * 10**digits + Fraction(1, 2)), 10**digits)


def digits_of(value: Fraction) -> int:
    """How many digits stand behind the point."""
    digits = 0
    while (value * 10**digits).denominator != 1 and digits < 60:
        digits += 1
    return digits


def plain(value: Fraction) -> str:
    """Digits without an exponent and without zeros at the end; a quotient where they would not end."""
    digits = digits_of(value)
    if digits >= 60:
        return str(value)
    written = str(abs(value.numerator * 10**digits // value.denominator)).rjust(digits + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{written[:-digits]}.{written[-digits:]}" if digits else f"{sign}{written}"


def told(value: Fraction, bound: Fraction | None = None) -> str:
    """Two digits, or as many as it takes not to show a value as the bound that it is not."""
    rounded = ZERO
    for digits in (2, 4, 6):
        rounded = half_up(value, digits)
        if bound is None or (rounded == bound) == (value == bound):
            break
    return plain(rounded)


def share_out(total: Fraction, shares: Sequence[Fraction], digits: int) -> list[Fraction]:
    """A total in proportion, to so many digits; what is left over goes, one last digit each, to those that lost most, of equals to the first."""
    digits = max(digits, digits_of(total))
    quanta, whole = int(total * 10**digits), sum(shares, ZERO)
    exact = [quanta * (each / whole if whole else Fraction(1, len(shares))) for each in shares]
    got = [floor(each) for each in exact]
    order = sorted(range(len(shares)), key=lambda each: (got[each] - exact[each], each))
    for each in order[: quanta - sum(got)]:
        got[each] += 1
    return [Fraction(each, 10**digits) for each in got]


# ---- 4. From records to readings, and from readings to values ---------------------------------------------------

TALLIES = ("met", "missed", "pending", "not_counted", "back_met", "back_missed", "amounts")
OUTCOMES = frozenset(("met", "missed", "pending", "not_counted", "amount"))


def add_up(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The reading of these records."""
    found: dict[str, Any] = dict.fromkeys(TALLIES, 0)
    total = weight = ZERO
    for each in records:
        outcome = each["outcome"]
        if outcome not in OUTCOMES:
            raise Malformed(f"{clean(outcome)} is no outcome")
        if outcome == "amount":
            found["amounts"] += 1
            total += number(each["amount"])
            weight += number(each["weight"])
            continue
        found[outcome] += 1
        otherwise = each.get("otherwise")
        if outcome == "not_counted" and otherwise in ("met", "missed"):
            found[f"back_{otherwise}"] += 1
    return {**found, "total": total, "weight": weight}


def tallies(reading: dict[str, Any]) -> dict[str, Any]:
    """A published reading as exact numbers."""
    found: dict[str, Any] = {name: count(reading[name]) for name in TALLIES}
    return {**found, "total": number(reading["total"]), "weight": number(reading["weight"])}


def smallest(readings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of topics that are counted apart the one with the fewest counts."""
    return min(readings, key=lambda each: (each["met"], each["total"], -each["missed"]))


def value_of(
    evidence: dict[str, Any], reading: dict[str, Any], against: dict[str, Any] | None, *, put_back: bool = False
) -> Any:
    """What a reading says in the unit of the target; None where it says nothing, which is neither 0 nor 100."""
    met = reading["met"] + (reading["back_met"] if put_back else 0)
    missed = reading["missed"] + (reading["back_missed"] if put_back else 0)
    mode, reads, factor = evidence["mode"], evidence["reads"], number(evidence["factor"])
    if mode == "all_of":
        return missed == 0 if met + missed else None
    if mode == "some":
        return met > 0
    if mode not in ("number", "budget"):
        raise Malformed(f"{clean(mode)} is no mode")
    if reads == "share":
        return factor * met / (met + missed) if met + missed else None
    if reads == "count":
        return factor * met
    if reads in ("sum", "stock"):
        return factor * reading["total"] if reading["amounts"] or mode == "budget" else None
    if reads == "mean":
        return factor * reading["total"] / reading["weight"] if reading["weight"] else None
    if reads == "ratio":
        below = ZERO if against is None else figure(against)
        return factor * figure(reading) / below if below else None
    raise Malformed(f"{clean(reads)} is no way of reading")


def figure(reading: dict[str, Any]) -> Fraction:
    """A half of a ratio: its amounts, or how many were met."""
    total: Fraction = reading["total"]
    return total if reading["amounts"] else Fraction(reading["met"])


# ---- 5. The rules of scoring (docs/scoring.md), one condition at a time -------------------------------------------


class Came(NamedTuple):
    """What came of one condition: a share of its points and why some are missing; `share` is None where nobody can score it."""

    share: Fraction | None
    is_full: bool = False
    cause: str = ""
    numbers: dict[str, str] | None = None


FULL = Came(ONE, True)
GRADES = {
    **dict.fromkeys(("优", "优秀"), 4),
    **dict.fromkeys(("良", "良好", "优良"), 3),
    **dict.fromkeys(("中", "中等", "一般", "合格"), 2),
    **dict.fromkeys(("差", "较差"), 1),
}


def unscored(cause: str) -> Came:
    """Nothing is scored, and why."""
    return Came(None, cause=cause)


def is_nothing(part: dict[str, Any]) -> bool:
    """Nothing occurred while somebody was watching, and no count of none is held against the target."""
    return part["basis"] == "nothing_occurred" and part["value"] is None


def came_of(part: dict[str, Any], code: str, profile: dict[str, Any]) -> Came:
    """What one condition of an indicator of that class comes to."""
    kind = part["target"]["kind"]
    if part["basis"] == "none":
        return unscored("not_reviewed" if kind == "qualitative" else "no_evidence")
    if is_nothing(part):
        return unscored("no_rule") if profile["when_nothing"] == "by_hand" else FULL
    if part["basis"] == "reviewed" or part["mark"] is not None or part["tier"]:
        return of_review(part, profile)
    if part["value"] is None:
        return unscored("no_evidence")
    return of_value(part, code, profile)


def of_value(part: dict[str, Any], code: str, profile: dict[str, Any]) -> Came:
    """By the value, whatever its shape."""
    kind, value = part["target"]["kind"], part["value"]
    if kind in ("unparseable", "compound"):
        return unscored("unreadable")
    if isinstance(value, bool):
        return of_yes_or_no(part, profile, value)
    if kind == "deadline":
        return of_day(part, profile)
    if kind == "qualitative":
        return of_grade(part)
    if "number" not in value:
        return unscored("no_rule")
    amount = number(value["number"])
    return of_cost(part, amount) if kind == "boolean" else of_number(part, amount, code, profile)


def of_number(part: dict[str, Any], value: Fraction, code: str, profile: dict[str, Any]) -> Came:
    """Reached is full; otherwise the proportion, of satisfaction a table where the profile has one."""
    target = part["target"]
    is_bound = target["kind"] == "budget_bound"
    bound = perhaps(part["budget"]) if is_bound else number_of_target(target["value"])
    if bound is None:
        return unscored("no_rule" if is_bound else "unreadable")
    near = nearness(target, value, bound)
    if near is None:
        return unscored("no_rule")
    share, is_met = near
    is_rate = target["kind"] == "numeric" and target["unit"] == "%"
    if profile["satisfaction"] and code == "31" and is_rate and target["sense"] == "at_least":
        return of_step(value, bound, profile["satisfaction"])
    if is_met:
        is_more = target["kind"] == "numeric" and target["sense"] == "at_least" and bound > 0
        return of_far_above(value, bound, profile["over"]["deductions"]) if is_more else FULL
    counts = tallied(part["counts"]) if is_rate and target["sense"] != "exact" else None
    numbers = {"value": told(value, bound), "target": told(bound), "percent": told(share * 100, HUNDRED)}
    if counts and counts["counted"]:
        cause = "exceeded" if target["sense"] == "at_most" else late_or_failed(part)
        numbers.update(written(counts))
    elif target["kind"] == "range" or target["sense"] == "exact":
        cause = "outside"
    else:
        cause = "exceeded" if target["sense"] == "at_most" else "short"
    return Came(ZERO if below_the_line(share, profile) else share, False, cause, numbers)


def nearness(target: dict[str, Any], value: Fraction, bound: Fraction) -> tuple[Fraction, bool] | None:
    """How near a number came, from 0 to 1, and whether it is met; None where no proportion can be taken."""
    if target["kind"] == "range":
        low, high = bound, number_of_target(target["high"]) or ZERO
        if low <= value <= high:
            return ONE, True
        small, large = (value, low) if low > 0 else (-low, -value)
        if value > high:
            small, large = (high, value) if high >= 0 else (-value, -high)
        return (max(ZERO, small / large) if large > 0 else ZERO), False
    is_strict = target["op"] in ("<", ">")
    if target["sense"] == "exact":
        if value == bound:
            return ONE, True
        if bound < 0:
            return None
        return (min(value / bound, bound / value) if bound and value > 0 else ZERO), False
    is_lower = target["sense"] == "at_least"
    if is_lower and not bound:
        return None  # at least 0: everything reaches it, and nothing can be said of how near
    if (value > bound if is_lower else value < bound) or (value == bound and not is_strict):
        return ONE, True
    if bound < 0:
        return None
    return (max(ZERO, value / bound) if is_lower else bound / value if bound else ZERO), False


def of_step(value: Fraction, bound: Fraction, steps: Sequence[dict[str, Any]]) -> Came:
    """A satisfaction by its table, whatever the target says."""
    step = next((each for each in steps if value >= number(each["at_least"])), steps[-1])
    share = number(step["share"])
    if share == 100:
        return FULL
    return Came(share / 100, False, "short", {"value": told(value), "target": plain(bound), "percent": plain(share)})


def of_far_above(value: Fraction, bound: Fraction, deductions: Sequence[dict[str, Any]]) -> Came:
    """Far more than the target: points are taken where the profile has a table for it."""
    percent = value / bound * 100
    for each in deductions:
        below, share = perhaps(each["below"]), number(each["share"])
        if percent >= number(each["at_least"]) and (below is None or percent < below) and share:
            numbers = {"value": told(value, bound), "target": told(bound)}
            numbers.update({"percent": told(percent), "deducted": plain(share)})
            return Came(ONE - share / 100, False, "far_above", numbers)
    return FULL


def of_yes_or_no(part: dict[str, Any], profile: dict[str, Any], is_yes: bool) -> Came:
    """All or nothing under a plain yes; any other target that was looked at case by case has the share of its cases."""
    target, counts = part["target"], tallied(part["counts"])
    is_plain = target["kind"] == "boolean"
    is_no = is_plain and target["wording"] == "否"
    if is_yes is not is_no:
        return FULL
    is_counted = bool(counts and counts["counted"])
    if is_plain and (profile["all_of"] == "whole" or not is_counted or is_no):
        cause = late_or_failed(part) if counts and counts["missed"] else "not_done"
        return Came(ZERO, False, cause, written(counts))
    if counts is None or not is_counted:
        return unscored("not_reviewed" if target["kind"] == "qualitative" else "no_rule")
    share = Fraction(counts["met"], counts["counted"])
    return Came(ZERO if below_the_line(share, profile) else share, False, late_or_failed(part), written(counts))


def of_cost(part: dict[str, Any], value: Fraction) -> Came:
    """是 under a cost: the amount against the budget."""
    budget = perhaps(part["budget"])
    if budget is None:
        return unscored("no_rule")
    if value <= budget:
        return FULL
    return Came(ZERO, False, "exceeded", {"value": told(value, budget), "target": told(budget)})


def of_day(part: dict[str, Any], profile: dict[str, Any]) -> Came:
    """In time is full; late by the table of days, where there is one."""
    value = part["value"]
    last = last_day(part)
    if "day" not in value or last is None:
        return unscored("no_rule")
    days = (day(value["day"]) - last).days
    if days <= 0:
        return FULL
    if not profile["late"]:
        return unscored("no_rule")
    share = next((number(each["share"]) for each in profile["late"] if days <= each["days"]), ZERO)
    numbers = {"done": value["day"], "last": last.isoformat(), "days": str(days), "percent": plain(share)}
    return Came(share / 100, False, "days_late", numbers)


def day(text: Any) -> datetime.date:
    """A day as the format writes it."""
    try:
        return datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Malformed(f"{clean(text)} is no day") from None


def last_day(part: dict[str, Any]) -> datetime.date | None:
    """The last day that a deadline allows: 2026-06-30, --06-30 of the year, P18M from a day on. None where there is no certain one."""
    text = part["target"]["date"]
    if text is None or text.startswith("---"):
        return None
    try:
        if text.startswith("--"):
            return None if part["year"] is None else in_month(part["year"], int(text[2:4]), int(text[5:7]))
        if not text.startswith("P"):
            return datetime.date.fromisoformat(text)
        if not part["started_on"]:
            return None
        start, many, letter = day(part["started_on"]), int(text[1:-1]), text[-1]
        if letter in "DW":
            return start + datetime.timedelta(days=many * (7 if letter == "W" else 1))
        months = start.year * 12 + start.month - 1 + many * (12 if letter == "Y" else 1)
        return in_month(months // 12, months % 12 + 1, start.day)
    except (ValueError, OverflowError):
        return None


def in_month(year: int, month: int, number_of_day: int) -> datetime.date:
    """That day, or the last one of a shorter month."""
    return datetime.date(year, month, min(number_of_day, calendar.monthrange(year, month)[1]))


def of_grade(part: dict[str, Any]) -> Came:
    """A grade word against the one that was promised."""
    wanted, got = GRADES.get(part["target"]["wording"]), GRADES.get(str(part["value"].get("word", "")))
    if wanted is None or got is None:
        return unscored("no_rule")
    return FULL if got >= wanted else unscored("not_reviewed")


def of_review(part: dict[str, Any], profile: dict[str, Any]) -> Came:
    """By the percentage that reviewers gave, which has to lie in the tier that they named."""
    tiers, named, mark = profile["tiers"], None, perhaps(part["mark"])
    if part["tier"]:
        named = next(
            (each for each in tiers if part["tier"] in (each["code"], each["title"]["zh"], each["title"]["en"])), None
        )
        if named is None:
            return unscored("not_reviewed")
        mark = perhaps(named["usual"]) if mark is None else mark
    if mark is None:
        return unscored("not_reviewed") if named else of_review_in_words(part, profile)
    within = next((each for each in tiers if number(each["low"]) <= mark <= number(each["high"])), None)
    if within is None or not 0 <= mark <= 100 or (named is not None and named is not within):
        return unscored("not_reviewed")
    if mark == 100:
        return FULL
    return Came(mark / 100, False, "reviewed", {"tier": within["code"], "percent": plain(mark)})


def of_review_in_words(part: dict[str, Any], profile: dict[str, Any]) -> Came:
    """A review that gave a value in the place of a percentage."""
    value = part["value"]
    if value is None or value is False:
        return unscored("not_reviewed")
    if value is True:
        return FULL
    return of_grade(part) if part["target"]["kind"] == "qualitative" else of_value(part, "", profile)


def below_the_line(share: Fraction, profile: dict[str, Any]) -> bool:
    """A proportion that counts for nothing."""
    return share * 100 < number(profile["pass_line"])


def tallied(counts: dict[str, Any] | None) -> dict[str, int] | None:
    """The cases behind a value."""
    if counts is None:
        return None
    met, missed = count(counts["met"]), count(counts["missed"])
    return {"met": met, "missed": missed, "counted": met + missed}


def written(counts: dict[str, int] | None) -> dict[str, str]:
    """The same as an explanation writes them."""
    return {name: str(each) for name, each in (counts or {}).items()}


def late_or_failed(part: dict[str, Any]) -> str:
    """What a missed case was."""
    return "late" if part["is_timely"] else "failed"


def of_money(money: dict[str, Any], rule: dict[str, Any]) -> Came:
    """The execution of the budget: the exact rate, at most all; or by steps."""
    budget, spent = perhaps(money["full_year"]), perhaps(money["executed"])
    if budget is None or spent is None:
        return unscored("no_evidence")
    if budget <= 0 or spent < 0:
        return unscored("no_rule")
    rate, is_by_steps = spent / budget, rule["manner"] == "steps"
    if is_by_steps and money["is_finished"] is None and rate < 1:
        return unscored("no_rule")
    if rate >= 1 or (is_by_steps and money["is_finished"]):
        return FULL
    rounded = half_up(rate * 100, 2)
    numbers = {"executed": plain(spent), "full_year": plain(budget), "unspent": plain(budget - spent)}
    numbers["percent"] = plain(rounded) if rounded < 100 else "99.99"
    if not is_by_steps:
        return Came(rate, False, "unspent", numbers)
    shares = (number(each["share"]) for each in rule["steps"] if rate * 100 >= number(each["at_least"]))
    share = next(shares, ZERO) / 100
    return Came(share, share == 1, "unspent", numbers)


# ---- 6. Weights, rows and totals ----------------------------------------------------------------------------------


class Line(NamedTuple):
    """One line of a score sheet, worked out."""

    row: int | None
    weight: Fraction
    basis: str
    points: Fraction | None
    open: Fraction
    put_back: Fraction | None
    by_hand: Fraction | None
    explanations: list[tuple[int, str, Fraction, bool, dict[str, str]]]


def group_of(code: str, profile: dict[str, Any]) -> dict[str, Any]:
    """The group of a class: the one that names most of its code."""
    found = [
        (len(start), -number_of_group, group)
        for number_of_group, group in enumerate(profile["groups"])
        for start in group["classes"]
        if code and code.startswith(start)
    ]
    if not found:
        raise Malformed(f"no group takes the class {clean(code)}")
    group: dict[str, Any] = max(found, key=lambda each: each[:2])[2]
    return group


def weigh(
    rows: Sequence[dict[str, Any]], profile: dict[str, Any], left_out: set[int]
) -> tuple[dict[int, Fraction], dict[str, Fraction]]:
    """The points of each row, and what each group that is there has to share out."""
    members: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["row"] not in left_out:
            members.setdefault(group_of(row["code"], profile)["code"], []).append(row)
    there = [group for group in profile["groups"] if group["code"] in members]
    due = dues(there, profile)
    by_row = {row["row"]: ZERO for row in rows}
    for code, several in members.items():
        given = {row["row"]: number(row["weight"]) for row in several if row["weight"] is not None}
        by_row.update(given)
        without = [row["row"] for row in several if row["weight"] is None]
        if without:
            rest = due[code] - sum(given.values(), ZERO)
            by_row.update(zip(without, share_out(rest, [ONE] * len(without), digits(profile, "weights"))))
    return by_row, due


def dues(there: Sequence[dict[str, Any]], profile: dict[str, Any]) -> dict[str, Fraction]:
    """What each group has with the points of the groups that are missing."""
    if not there:
        return {}
    by_code = {group["code"]: group for group in profile["groups"]}
    present = {group["code"] for group in there}
    got = dict.fromkeys((group["code"] for group in there), ZERO)

    def spread(points: Fraction) -> None:
        whole = sum((number(group["points"]) for group in there), ZERO)
        for group in there:
            got[group["code"]] += points * (number(group["points"]) / whole if whole else Fraction(1, len(there)))

    def send(code: str, points: Fraction, seen: tuple[str, ...]) -> None:
        own = number(by_code[code]["points"])
        if code in present:
            got[code] += points
        elif not by_code[code]["when_absent"] or not own:
            spread(points)
        else:
            for move in by_code[code]["when_absent"]:
                part = points * number(move["points"]) / own
                if move["to"] in seen:
                    spread(part)
                else:
                    send(move["to"], part, (*seen, move["to"]))

    for group in profile["groups"]:
        send(group["code"], number(group["points"]), (group["code"],))
    total = sum((number(group["points"]) for group in profile["groups"]), ZERO)
    return dict(zip(got, share_out(total, list(got.values()), digits(profile, "weights"))))


def earned(came: Came, weight: Fraction, digits: int) -> Fraction | None:
    """The points: full ones are the weight itself, and nobody has them by rounding."""
    if came.share is None or came.is_full:
        return None if came.share is None else weight
    points = half_up(came.share * weight, digits)
    return points if points < weight else Fraction(max(0, ceil(weight * 10**digits) - 1), 10**digits)


def conditions(row: dict[str, Any], weight: Fraction, profile: dict[str, Any]) -> list[tuple[int, Fraction, Came]]:
    """Every condition of a row with its share of the weight; or the worst with all of it."""
    parts, places = row["parts"], digits(profile, "points")
    if not parts:
        return [(0, weight, unscored("no_evidence"))]
    came = [came_of(part, row["code"], profile) for part in parts]
    if profile["several"] == "worst":
        worst = min(range(len(parts)), key=lambda each: badness(came[each]))
        return [(worst, weight, came[worst])]
    is_left_out = profile["when_nothing"] == "left_out"
    shares = [ZERO if is_left_out and is_nothing(part) else ONE for part in parts]
    while weight and 0 < weight * 10**places < len(parts) and places < LONGEST_NUMBER:
        places += 1
    return [(each, got, came[each]) for each, got in enumerate(share_out(weight, shares, places))]


def badness(came: Came) -> tuple[int, Fraction, bool]:
    """Nothing is worse than nothing, then comes what nobody can score."""
    if came.share is None:
        return 1, ZERO, False
    return (2, came.share, came.is_full) if came.share else (0, ZERO, False)


WEAKNESS = ("measured", "nothing_occurred", "reviewed", "declared", "none")


def line_of(row: dict[str, Any], weight: Fraction, profile: dict[str, Any]) -> Line:
    """A row worked out, with the second figure where exclusions are put back."""
    points, open_, explanations = made(conditions(row, weight, profile), profile)
    second = None
    if any(part["value_put_back"] is not None or part["counts_put_back"] is not None for part in row["parts"]):
        other = [
            {
                **part,
                "value": part["value"] if part["value_put_back"] is None else part["value_put_back"],
                "counts": part["counts"] if part["counts_put_back"] is None else part["counts_put_back"],
            }
            for part in row["parts"]
        ]
        second = made(conditions({**row, "parts": other}, weight, profile), profile)[0]
        second = None if second == points else second
    basis = max((part["basis"] for part in row["parts"]), key=WEAKNESS.index, default="none")
    return Line(row["row"], weight, basis, points, open_, second, hand(row["by_hand"]), explanations)


def made(
    found: Sequence[tuple[int, Fraction, Came]], profile: dict[str, Any]
) -> tuple[Fraction | None, Fraction, list[tuple[int, str, Fraction, bool, dict[str, str]]]]:
    """Points, what is open, and every missing point with its cause."""
    places = digits(profile, "points")
    each_got = [earned(came, weight, places) for _part, weight, came in found]
    scored = [got for got in each_got if got is not None]
    open_ = sum((weight for (_part, weight, _came), got in zip(found, each_got) if got is None), ZERO)
    explanations = [
        (part, came.cause, weight - (got or ZERO), came.share is None, came.numbers or {})
        for (part, weight, came), got in zip(found, each_got)
        if weight != (got or ZERO)
    ]
    return (sum(scored, ZERO) if scored else None), open_, explanations


def hand(typed: dict[str, Any] | None) -> Fraction | None:
    """The points that somebody typed."""
    return None if typed is None else number(typed["points"])


class Reckoned(NamedTuple):
    """One project worked out: the execution first, then every row; what each group has to share out."""

    lines: list[Line]
    due: dict[str, Fraction]

    @property
    def whole(self) -> Fraction:
        """All points that there are."""
        return sum((line.weight for line in self.lines), ZERO)


def reckon(sheet: dict[str, Any], profile: dict[str, Any]) -> Reckoned:
    """Every line of a score sheet by its profile."""
    rows, money = sheet["rows"], sheet["money"]
    left_out = {
        row["row"]
        for row in rows
        if profile["when_nothing"] == "left_out" and row["parts"] and all(map(is_nothing, row["parts"]))
    }
    if len(left_out) == len(rows):
        left_out, profile = set(), {**profile, "when_nothing": "by_hand"}  # nobody would be left to take the points
    by_row, due = weigh(rows, profile, left_out)
    rule = profile["execution"]
    weight = number(rule["points"]) if money["weight"] is None else number(money["weight"])
    is_known = money["full_year"] is not None and money["executed"] is not None
    points, open_, explanations = made([(0, weight, of_money(money, rule))], profile)
    basis = "measured" if is_known else "none"
    lines = [Line(None, weight, basis, points, open_, None, hand(money["by_hand"]), explanations)]
    for row in rows:
        if row["row"] in left_out:
            lines.append(Line(row["row"], ZERO, "nothing_occurred", ZERO, ZERO, None, hand(row["by_hand"]), []))
        else:
            lines.append(line_of(row, by_row[row["row"]], profile))
    return Reckoned(lines, due)


def total_of(points: Fraction, open_: Fraction, whole: Fraction, profile: dict[str, Any]) -> dict[str, Any]:
    """A total with its grade, which is certain only where what is open cannot change it."""
    bands: list[Any] = [None, None]
    if whole == 100:
        for number_of_end, end in enumerate((points, points + open_)):
            found = (band["word"] for band in profile["bands"] if end >= number(band["at_least"]))
            bands[number_of_end] = next(found, None)
    return {
        "points": points,
        "scored": whole - open_,
        "open": open_,
        "whole": whole,
        "most": points + open_,
        "is_whole": not open_,
        "grade": bands[0] if bands[0] == bands[1] else None,
        "lowest": bands[0],
        "highest": bands[1],
    }


# ---- 7. Comparing a published score -------------------------------------------------------------------------------

_POINTS = {
    "weight": ("分值", "weight"),
    "points": ("得分", "points"),
    "lost": ("扣分", "lost points"),
    "open": ("未计的分", "points not scored"),
    "put_back": ("恢复计入后的得分", "points with exclusions put back"),
    "basis": ("依据", "basis"),
}


def check_score(report: Report, place: str, project: dict[str, Any], profile: dict[str, Any]) -> None:
    """Every number of a published score against what its sheet and profile come to.

    `closed` are rows of which only a verdict or a ratio is public, `withheld` says that points are kept back with them.
    """
    sheet, score = project["sheet"], project["score"]
    closed = {each["row"] for each in project["indicators"] if each["disclosure"] != "records"}
    found = reckon(sheet, profile)
    published = [score["execution"], *score["rows"]]
    report.same("points", f"{place}/rows", ("行数", "number of rows"), len(published), len(found.lines))
    # What is public of a closed row is taken as it is, so that everything else can be worked out around it.
    lines = [as_published(line, said) if line.row in closed else line for line, said in zip(found.lines, published)]
    for said, line in zip(published, lines):
        where = f"{place}/execution" if line.row is None else f"{place}/rows/{line.row}"
        report.same("points", where, ("行号", "row"), said["row"], line.row)
        if line.row in closed:
            report.same("points", where, _POINTS["weight"], number(said["weight"]), line.weight)
            report.cannot(
                where, "限制登记簿：只公开结论或比率", "A restricted register: only a verdict or a ratio is public"
            )
            continue
        worked = {
            "weight": line.weight,
            "points": line.points,
            "lost": line.weight - (line.points or ZERO),
            "open": line.open,
            "put_back": line.put_back,
        }
        for name, value in worked.items():
            report.same("points", where, _POINTS[name], perhaps(said[name]), value)
        report.same("points", where, _POINTS["basis"], said["basis"], line.basis)
        report.same("points", where, ("人工打分", "points by hand"), hand(said["by_hand"]), line.by_hand)
        if line.by_hand is not None and not 0 <= line.by_hand <= line.weight:
            report.wrong(
                where, ("人工打分不在 0 和分值之间", "Points by hand beyond the weight"), line.by_hand, line.weight
            )
    check_weights(report, f"{place}/weights", score["weights"], found, sheet, profile)
    if project["withheld"]:
        report.cannot(
            f"{place}/computed",
            "总分不公开：由它可以推出限制登记簿中不足 5 件的数",
            "The total is kept back: from it a count below 5 of a restricted register could be worked out",
        )
        return
    check_totals(report, place, score, lines, profile)
    check_explanations(report, place, score, lines, closed)


def as_published(line: Line, said: dict[str, Any]) -> Line:
    """A closed row as it is public."""
    return line._replace(
        points=perhaps(said["points"]),
        open=perhaps(said["open"]) or ZERO,
        put_back=perhaps(said["put_back"]),
        by_hand=hand(said["by_hand"]),
        basis=said["basis"],
    )


def check_weights(
    report: Report,
    place: str,
    weights: dict[str, Any],
    found: Reckoned,
    sheet: dict[str, Any],
    profile: dict[str, Any],
) -> None:
    """What each group has, and that all of it makes what is said."""
    report.same("points", place, ("分值合计", "sum of weights"), number(weights["total"]), found.whole)
    report.same("points", place, ("合计是否 100", "whether they make 100"), weights["is_right"], found.whole == 100)
    by_row = {line.row: line.weight for line in found.lines}
    points = dict.fromkeys(found.due, ZERO)
    for row in sheet["rows"]:
        code = group_of(row["code"], profile)["code"]
        if code in points:
            points[code] += by_row[row["row"]]
    said = {each["code"]: (number(each["due"]), number(each["points"])) for each in weights["groups"]}
    report.same("points", f"{place}/groups", ("各组", "groups"), sorted(said), sorted(found.due))
    for code, (due, own) in said.items():
        report.same("points", f"{place}/groups/{code}", ("应分的分", "points to share out"), due, found.due.get(code))
        report.same("points", f"{place}/groups/{code}", ("各行合计", "sum of its rows"), own, points.get(code))


def check_totals(
    report: Report, place: str, score: dict[str, Any], lines: Sequence[Line], profile: dict[str, Any]
) -> None:
    """The totals, with their grades."""
    whole = sum((line.weight for line in lines), ZERO)
    typed = [line if line.by_hand is None else line._replace(points=line.by_hand, open=ZERO) for line in lines]
    for name, several in (("computed", lines), ("with_hand", typed)):
        said = score[name]
        if name == "with_hand" and all(line.by_hand is None for line in lines):
            report.same("totals", f"{place}/{name}", ("人工打分的总分", "total by hand"), said, None)
            continue
        points = sum((line.points or ZERO for line in several), ZERO)
        total = total_of(points, sum((line.open for line in several), ZERO), whole, profile)
        for key, value in total.items():
            published = perhaps(said[key]) if isinstance(value, Fraction) else said[key]
            report.same("totals", f"{place}/{name}/{key}", ("总分", "total"), published, value)
    second = None
    if any(line.put_back is not None for line in lines):
        second = sum(((line.points if line.put_back is None else line.put_back) or ZERO for line in lines), ZERO)
    report.same(
        "totals", f"{place}/put_back", ("恢复计入后的总分", "total put back"), perhaps(score["put_back"]), second
    )
    by_basis: dict[str, Fraction] = {}
    for line in lines:
        by_basis[line.basis] = by_basis.get(line.basis, ZERO) + (line.points or ZERO)
    said = {basis: number(points) for basis, points in score["by_basis"].items()}
    report.same("totals", f"{place}/by_basis", ("按依据的得分", "points by basis"), show_all(said), show_all(by_basis))


def show_all(several: dict[str, Fraction]) -> str:
    """Points by basis in one text."""
    return ", ".join(f"{basis} {plain(points)}" for basis, points in sorted(several.items()))


def check_explanations(
    report: Report, place: str, score: dict[str, Any], lines: Sequence[Line], closed: set[int | None]
) -> None:
    """Each missing point has its cause, and together they are exactly what is missing; the same where typed scores count."""
    compare_explanations(report, f"{place}/explanations", score["explanations"], lines, closed)
    by_hand = score["explanations_by_hand"]
    is_typed = any(line.by_hand is not None for line in lines)
    report.same(
        "explanations", f"{place}/explanations_by_hand", ("有无", "whether there are"), by_hand is not None, is_typed
    )
    if by_hand is not None:
        typed = [line if line.by_hand is None else as_typed(line, line.by_hand) for line in lines]
        compare_explanations(report, f"{place}/explanations_by_hand", by_hand, typed, closed)


def as_typed(line: Line, points: Fraction) -> Line:
    """A line whose typed score counts."""
    lost = line.weight - points
    return line._replace(points=points, explanations=[(0, "by_hand", lost, False, {})] if lost else [])


def compare_explanations(
    report: Report, place: str, said: Sequence[Any], lines: Sequence[Line], closed: set[int | None]
) -> None:
    """The explanations of every line, and their sum."""
    missing = sum((line.weight - (line.points or ZERO) for line in lines), ZERO)
    total = sum((number(each["lost"]) for each in said), ZERO)
    report.same("explanations", place, ("扣分说明合计", "sum of the explanations"), total, missing)
    for line in lines:
        where = f"{place}/{'execution' if line.row is None else line.row}"
        own = [each for each in said if each["row"] == line.row]
        if line.row in closed:
            lost = sum((number(each["lost"]) for each in own), ZERO)
            report.same("explanations", where, ("扣分", "lost"), lost, line.weight - (line.points or ZERO))
            continue
        published = [
            (each["part"], each["cause"], number(each["lost"]), each["is_open"], each["numbers"]) for each in own
        ]
        report.same("explanations", where, ("条数", "how many"), len(published), len(line.explanations))
        for one, other in zip(published, line.explanations):
            for name, left, right in zip(_EXPLAINED, one, other):
                report.same("explanations", where, name, left, right)


_EXPLAINED = (
    ("条件", "condition"),
    ("原因", "cause"),
    ("扣分", "lost"),
    ("是否未计", "whether open"),
    ("数字", "numbers"),
)


# ---- 8. Comparing the evidence ------------------------------------------------------------------------------------


def check_part(
    report: Report, place: str, evidence: dict[str, Any] | None, part: dict[str, Any], records: dict[str, Any]
) -> None:
    """A condition's readings from its records, and its value from its readings."""
    if evidence is None:
        zh, en = _WITHOUT.get(part["basis"], _WITHOUT["none"])
        report.cannot(place, zh, en)
        return
    readings = [check_reading(report, f"{place}/{each['key']}", each, records) for each in evidence["readings"]]
    against = evidence["against"]
    below = None if against is None else check_reading(report, f"{place}/{against['key']}", against, records)
    if part["basis"] != "measured":
        return
    reading = smallest(readings)
    value = value_of(evidence, reading, below)
    report.same("values", f"{place}/value", ("指标值", "value"), of_sheet(part["value"]), value)
    if part["value_put_back"] is not None:
        second = value_of(evidence, reading, below, put_back=True)
        what = ("恢复计入后的指标值", "value with exclusions put back")
        report.same("values", f"{place}/value_put_back", what, of_sheet(part["value_put_back"]), second)
    if part["counts"] is not None:
        for name in ("met", "missed", "pending", "not_counted"):
            report.same(
                "values", f"{place}/counts/{name}", ("件数", "cases"), count(part["counts"][name]), reading[name]
            )
    if part["counts_put_back"] is not None:
        for name in ("met", "missed"):
            what, both = ("恢复计入后的件数", "cases put back"), reading[name] + reading[f"back_{name}"]
            report.same("values", f"{place}/counts_put_back/{name}", what, count(part["counts_put_back"][name]), both)
    if evidence["mode"] == "budget" and evidence["reads"] == "sum" and part["budget"] is not None and below:
        budget = below["total"] * number(evidence["factor"])
        report.same("values", f"{place}/budget", ("批复预算", "approved budget"), number(part["budget"]), budget)


_WITHOUT = {
    "declared": ("填报值，没有记录可算", "Declared: there are no records to work it out from"),
    "reviewed": ("评议，由人判断", "Reviewed: judged by people"),
    "nothing_occurred": ("无发生，没有记录", "Nothing occurred, so there are no records"),
    "measured": ("记录不公开，只公开数值", "The records are not public, only the value"),
    "none": ("尚无证据", "No evidence"),
}


def of_sheet(value: Any) -> Any:
    """A value of a score sheet, comparable."""
    if isinstance(value, dict) and "number" in value:
        return number(value["number"])
    return value


def check_reading(report: Report, place: str, reading: dict[str, Any], records: dict[str, Any]) -> dict[str, Any]:
    """A published reading against its records."""
    said, listed = tallies(reading), records.get(reading["key"])
    if listed is None:
        report.cannot(place, "记录不公开，只公开读数", "The records are not public, only the reading")
        return said
    try:
        added = add_up(listed)
    except (KeyError, TypeError, AttributeError) as error:
        raise Malformed(f"records/{reading['key']}: {error!r}") from None
    for name, value in said.items():
        report.same("readings", f"{place}/{name}", ("读数", "reading"), value, added[name])
    return said


# ---- 9. Funds, hashes, openings -----------------------------------------------------------------------------------

AMOUNTS = ("total", "fiscal", "special_account", "other")


def check_funds(report: Report, bundle: dict[str, Any]) -> None:
    """Projects add up to their unit, units to the whole, and sources to the total of their line."""
    plan, projects = bundle["plan"], bundle["projects"]
    units = plan["units"]
    for number_of_unit, unit in enumerate(units):
        own = [project["funds"] for project in projects if project["unit"] == number_of_unit]
        compare_funds(report, f"plan/units/{number_of_unit}/funds", unit["funds"], own)
    compare_funds(report, "plan/funds", plan["funds"], [unit["funds"] for unit in units])
    for number_of_project, project in enumerate(projects):
        compare_sources(report, f"projects/{number_of_project}/funds", project["funds"])
        if not 0 <= project["unit"] < len(units):
            raise Malformed(f"projects/{number_of_project}: no unit {clean(project['unit'])}")


def compare_funds(report: Report, place: str, said: dict[str, Any] | None, parts: Sequence[Any]) -> None:
    """A line of money against those below it, where all of them are known."""
    compare_sources(report, place, said)
    for name in AMOUNTS:
        whole = None if said is None else perhaps(said[name])
        several = [None if each is None else perhaps(each[name]) for each in parts]
        known = [each for each in several if each is not None]
        if whole is not None and several and len(known) == len(several):
            report.same("funds", f"{place}/{name}", ("资金合计", "sum of funds"), whole, sum(known, ZERO))


def compare_sources(report: Report, place: str, said: dict[str, Any] | None) -> None:
    """The total of a line against its sources."""
    if said is None or said["total"] is None:
        return
    sources = [number(said[name]) for name in AMOUNTS[1:] if said[name] is not None]
    if sources:
        report.same(
            "funds", f"{place}/total", ("各来源合计", "sum of the sources"), number(said["total"]), sum(sources, ZERO)
        )


def sections(bundle: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every part of a bundle that has a hash of its own, with its place."""
    for key, value in bundle.items():
        if key in ("records", "profiles"):
            for name, each in value.items():
                yield f"{key}/{name}", each
        elif key == "projects":
            for number_of_project, project in enumerate(value):
                for name, each in project.items():
                    yield f"{key}/{number_of_project}/{name}", each
        elif key not in ("hash", "hashes"):
            yield key, value


def check_hashes(report: Report, bundle: dict[str, Any], raw: bytes | None) -> None:
    """Every part against its hash, all hashes against that of the whole, and the file byte for byte against what it says."""
    said, found = bundle["hashes"], dict(sections(bundle))
    for place, value in found.items():
        report.same("hashes", place, ("内容与哈希不符", "not what its hash says"), digest(value), said.get(place))
    for place in sorted(set(said) - set(found)):
        report.wrong(f"hashes/{clean(place)}", ("哈希没有对应的内容", "a hash of nothing"))
    whole = digest({key: value for key, value in bundle.items() if key != "hash"})
    report.same("hashes", "hash", ("总哈希", "hash of the whole"), bundle["hash"], whole)
    if raw is None:
        return
    expected = canonical(bundle) + b"\n"
    report.checked["hashes"] += 1
    if raw != expected:
        ends = min(len(raw), len(expected))
        at = next((each for each in range(ends) if raw[each] != expected[each]), ends)
        report.wrong(f"byte {at}", ("文件不是规定的写法（空格、顺序或转义被改过）", "not written as the format says"))


_OPENED = ("case", "day", "outcome", "otherwise", "reason", "amount", "weight", "salt")


def commitment_of(opening: dict[str, Any]) -> str:
    """The commitment of a record that is shown with its salt."""
    return hashlib.sha256(b"shixiao-record-1\n" + canonical({name: opening[name] for name in _OPENED})).hexdigest()


def check_openings(report: Report, bundle: dict[str, Any], openings: Any) -> None:
    """Records that the office showed: each is one of the published ones, and says what is public of it."""
    if not isinstance(openings, dict) or openings.get("schema") != OPENINGS:
        raise Unreadable(f"出示的记录应为 {OPENINGS}。", f"Records that are shown are {OPENINGS}.")
    if openings.get("bundle") != bundle["hash"]:
        report.wrong("openings", ("出示的记录属于另一份数据包", "they belong to another bundle"))
    known = {each["commitment"]: each for records in bundle["records"].values() for each in records}
    for number_of_record, each in enumerate(openings["records"]):
        place, found = f"openings/{number_of_record}", commitment_of(each)
        report.checked["openings"] += 1
        public = known.get(found)
        if public is None:
            report.wrong(place, ("这条记录不在数据包里", "no such record is in the bundle"), each.get("case", ""))
            continue
        for name, value in public.items():
            if name != "commitment" and each[name] != value:
                report.wrong(f"{place}/{name}", ("与公开的不同", "not what is public of it"), value, each[name])


# ---- 10. All of it -------------------------------------------------------------------------------------------------

_PARTS = ("publication", "method", "profiles", "plan", "projects", "records", "restatements", "hashes", "hash")


def verify(bundle: Any, raw: bytes | None = None, openings: Any = None) -> Report:
    """Everything about a bundle. Raises Unreadable where it is none."""
    if not isinstance(bundle, dict) or bundle.get("schema") != SCHEMA:
        said = clean(bundle.get("schema")) if isinstance(bundle, dict) else type(bundle).__name__
        raise Unreadable(f"不是 {SCHEMA} 的数据包：{said}。", f"No bundle of {SCHEMA}: {said}.")
    missing = [name for name in _PARTS if name not in bundle]
    if missing:
        raise Unreadable(f"缺少 {'、'.join(missing)}。", f"Missing: {', '.join(missing)}.")
    report = Report()
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("hashes", lambda: check_hashes(report, bundle, raw)),
        ("plan", lambda: check_funds(report, bundle)),
        ("openings", lambda: None if openings is None else check_openings(report, bundle, openings)),
    )
    for place, step in steps:
        guarded(report, place, step)
    if isinstance(bundle["projects"], list):
        for number_of_project, project in enumerate(bundle["projects"]):
            place = f"projects/{number_of_project}"
            guarded(report, place, lambda place=place, project=project: check_project(report, place, project, bundle))  # type: ignore[misc]
    return report


def guarded(report: Report, place: str, step: Callable[[], None]) -> None:
    """One step; what has another shape than the format says is a difference at its place, and no end of everything."""
    try:
        step()
    except (
        Malformed,
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        UnicodeError,
    ) as error:
        said = f"{type(error).__name__}: {error}"
        report.wrong(place, ("内容不合格式", "not shaped as the format says"), clean(said))


def check_project(report: Report, place: str, project: dict[str, Any], bundle: dict[str, Any]) -> None:
    """One project: its indicators, their evidence, its score."""
    sheet, indicators = project["sheet"], project["indicators"]
    report.same("values", f"{place}/sheet", ("行数", "number of rows"), len(sheet["rows"]), len(indicators))
    for indicator, row in zip(indicators, sheet["rows"]):
        where = f"{place}/rows/{clean(indicator['row'])}"
        for name in ("row", "code", "name"):
            report.same("values", f"{where}/{name}", ("指标", "indicator"), row[name], indicator[name])
        if indicator["disclosure"] != "records":
            continue
        report.same("values", where, ("条件数", "conditions"), len(indicator["parts"]), len(row["parts"]))
        for number_of_part, (evidence, part) in enumerate(zip(indicator["parts"], row["parts"])):
            check_part(report, f"{where}/{number_of_part}", evidence, part, bundle["records"])
    profile = bundle["profiles"][project["profile"]]
    report.same("totals", f"{place}/score", ("方案", "profile"), project["score"]["profile"], profile["code"])
    check_score(report, f"{place}/score", project, profile)


# ---- 11. Saying it ------------------------------------------------------------------------------------------------


def as_json(report: Report, bundle: dict[str, Any]) -> dict[str, Any]:
    """The report for programs."""
    return {
        "schema": "urn:shixiao:schema:verify-bundle:1",
        "hash": clean(bundle["hash"]),
        "agrees": not report.differences,
        "checked": report.checked,
        "differences": [each._asdict() for each in report.differences],
        "not_recomputable": [each._asdict() for each in report.unproved],
    }


def as_text(report: Report, bundle: dict[str, Any], *, english: bool) -> Iterator[str]:
    """The report for people."""
    pick = 1 if english else 0
    yield from _heading(bundle, english=english)
    for kind, words in KINDS.items():
        if report.checked[kind]:
            yield f"  {words[pick]}{': ' if english else '：'}{report.checked[kind]}"
    if report.unproved:
        yield ""
        yield f"Not recomputable ({len(report.unproved)}):" if english else f"不能重算的（{len(report.unproved)} 处）："
        for reason, places in _by_reason(report, pick).items():
            more = "…" if len(places) > 3 else ""
            yield f"  {reason}{': ' if english else '：'}{len(places)}  {clean(', '.join(places[:3]))}{more}"
    yield ""
    if not report.differences:
        yield "Everything that can be worked out agrees." if english else "能重算的全部一致。"
        return
    number_of = len(report.differences)
    yield f"Differences: {number_of}" if english else f"不一致 {number_of} 处："
    for each in report.differences[:SHOWN]:
        said = (
            f"published {each.published}, should be {each.found}"
            if english
            else f"公布 {each.published}，应为 {each.found}"
        )
        yield f"  {clean(each.place)}  {(each.en if english else each.zh)}{': ' if english else '：'}{said}"
    if number_of > SHOWN:
        yield f"  … {number_of - SHOWN} more" if english else f"  …… 另有 {number_of - SHOWN} 处"


def _heading(bundle: dict[str, Any], *, english: bool) -> Iterator[str]:
    about = bundle["publication"] if isinstance(bundle["publication"], dict) else {}
    yield f"{clean(about.get('department', ''))}  {clean(about.get('address', ''))}"
    if about.get("is_simulated"):
        yield "SIMULATED DATA" if english else "模拟数据"
    yield f"{'Hash' if english else '总哈希'} {clean(bundle['hash'])}"
    yield "Compare it with the one on the page of the office." if english else "请与公开网页上的哈希核对。"
    yield "Worked out again:" if english else "已重算："


def _by_reason(report: Report, pick: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in report.unproved:
        found.setdefault(each[1 + pick], []).append(each.place)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    import argparse  # only whoever calls this file needs it

    parser = argparse.ArgumentParser(
        prog="verify.py", description="重算公开的绩效数据包 · Recompute a published bundle"
    )
    parser.add_argument("bundle", help="bundle.json")
    parser.add_argument("--openings", help="单位出示的记录 · records that the office showed to you")
    parser.add_argument("--english", action="store_true", help="English")
    parser.add_argument("--json", action="store_true", help="JSON")
    wishes = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal may lack characters
    try:
        raw, bundle = read(wishes.bundle)
        openings = read(wishes.openings)[1] if wishes.openings else None
        report = verify(bundle, raw, openings)
    except Unreadable as refused:
        print(refused.en if wishes.english else refused.zh, file=sys.stderr)
        return REFUSED
    if wishes.json:
        print(json.dumps(as_json(report, bundle), ensure_ascii=False, indent=1))
    else:
        print("\n".join(as_text(report, bundle, english=wishes.english)))
    return DIFFERS if report.differences else AGREES


if __name__ == "__main__":
    sys.exit(main())
