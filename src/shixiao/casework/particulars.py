"""What a step needs to be told, declared once: forms, the interface for programs, the manual and `perform` read it.

Pure: no Django, no database. `read` takes what a form or JSON gives and returns the value, or raises `Refused` with
the sentence for that field.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked

# Fourteen digits with two decimals: a hundred times the budget of any department, and exact in both databases.
LARGEST_MONEY = Decimal("999999999999.99")
FEN = Decimal("0.01")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
CODE = re.compile(r"[!-~]{1,200}")
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Sort(str, Enum):
    """What kind of thing a particular is."""

    MONEY = "money"  # yuan, a Decimal with two decimals
    WHOLE = "whole"  # a whole number
    DAY = "day"  # a date
    INSTANT = "instant"  # a moment
    CHOICE = "choice"  # one of some codes
    YES = "yes"  # true or false
    CODE = "code"  # visible ASCII without blanks
    LABEL = "label"  # a short text of one line; written apart from the event
    WORDS = "words"  # a text; written apart from the event
    THING = "thing"  # the id of a stored thing, such as a project
    CODES = "codes"  # codes by name, where an office lets people define what there is to tell
    TEXTS = "texts"  # texts by name, likewise; written apart from the event as one text of canonical JSON


IS_WRITTEN_APART = frozenset({Sort.LABEL, Sort.WORDS, Sort.TEXTS})
MAPPINGS = frozenset({Sort.CODES, Sort.TEXTS})
_HAVE_LENGTHS, _HAVE_SIZES = IS_WRITTEN_APART | {Sort.CODE}, frozenset({Sort.MONEY, Sort.WHOLE})
MOST_NAMES = 100  # of one mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Particular:
    """One thing that a step is told. `least` and `most` bound a number, or the length of a text.

    `is_of_window`: an expected case has it from its window, so that whoever creates a duty is not asked for it.
    """

    name: str
    title: Text
    sort: Sort
    is_required: bool = True
    hint: Text | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    least: Decimal | int | None = None
    most: Decimal | int | None = None
    of: str = ""
    is_of_window: bool = False

    def read(self, given: Any, *, zone: ZoneInfo) -> Any:
        """The value; None for an optional particular that was left out. Raises `Refused` naming this field."""
        if given is None or (isinstance(given, str) and not given.strip()):
            if self.is_required and self.sort is not Sort.YES:
                raise self.wrong(Text(f"请填写{self.title.zh}。", f"{self.title.en} is needed."))
            return False if self.sort is Sort.YES else None
        value = _READERS[self.sort](self, given, zone)
        if not value and self.sort in MAPPINGS:
            return self.read(None, zone=zone)
        self._check_bounds(value)
        return value

    def wrong(self, text: Text) -> Refused:
        """A refusal that belongs beside this field."""
        return Refused(text, reason=Reason.INVALID, field=self.name)

    def _check_bounds(self, value: Any) -> None:
        if self.least is None and self.most is None:
            return
        is_text = isinstance(value, str) and self.sort in _HAVE_LENGTHS
        size = len(value) if is_text else value
        if self.sort not in _HAVE_SIZES and not is_text:
            return
        zh, en = ("个字", " characters") if is_text else ("", "")
        if self.least is not None and size < self.least:
            raise self.wrong(
                Text(f"{self.title.zh}不能少于 {self.least}{zh}。", f"{self.title.en}: {self.least}{en} at least.")
            )
        if self.most is not None and size > self.most:
            raise self.wrong(
                Text(f"{self.title.zh}不能超过 {self.most}{zh}。", f"{self.title.en}: {self.most}{en} at most.")
            )


def money(name: str, title: Text, *, least: Decimal = FEN, **more: Any) -> Particular:
    """An amount in yuan, exact to the fen; above nothing unless `least` says otherwise."""
    return Particular(name=name, title=title, sort=Sort.MONEY, least=least, most=LARGEST_MONEY, **more)


def whole(name: str, title: Text, *, least: int = 0, most: int = 2**31 - 1, **more: Any) -> Particular:
    """A whole number."""
    return Particular(name=name, title=title, sort=Sort.WHOLE, least=least, most=most, **more)


def day(name: str, title: Text, **more: Any) -> Particular:
    """A date."""
    return Particular(name=name, title=title, sort=Sort.DAY, **more)


def instant(name: str, title: Text, **more: Any) -> Particular:
    """A moment; local time where none is said."""
    return Particular(name=name, title=title, sort=Sort.INSTANT, **more)


def choice(name: str, title: Text, choices: tuple[tuple[str, Text], ...], **more: Any) -> Particular:
    """One of some codes."""
    return Particular(name=name, title=title, sort=Sort.CHOICE, choices=choices, **more)


def yes(name: str, title: Text, **more: Any) -> Particular:
    """True or false; left out is false."""
    return Particular(name=name, title=title, sort=Sort.YES, **more)


def code(name: str, title: Text, *, most: int = 64, **more: Any) -> Particular:
    """A number or code as printed on a voucher: visible ASCII without blanks."""
    return Particular(name=name, title=title, sort=Sort.CODE, most=most, **more)


def label(name: str, title: Text, *, most: int = 200, **more: Any) -> Particular:
    """A short text of one line."""
    return Particular(name=name, title=title, sort=Sort.LABEL, most=most, **more)


def words(name: str, title: Text, *, most: int = 2000, **more: Any) -> Particular:
    """A text."""
    return Particular(name=name, title=title, sort=Sort.WORDS, most=most, **more)


def thing(name: str, title: Text, of: str, **more: Any) -> Particular:
    """A stored thing by its id; `of` is the `ledger_name` of its kind, such as `casework.project`."""
    return Particular(name=name, title=title, sort=Sort.THING, of=of, **more)


def codes(name: str, title: Text, **more: Any) -> Particular:
    """Codes by name: numbers, days, ids, choices. What each name means is for the office's action to check."""
    return Particular(name=name, title=title, sort=Sort.CODES, **more)


def texts(name: str, title: Text, *, most: int = 2000, **more: Any) -> Particular:
    """Texts by name, each of at most `most` characters. What each name means is for the office's action to check."""
    return Particular(name=name, title=title, sort=Sort.TEXTS, most=most, **more)


def canonical(told: Mapping[str, Any]) -> str:
    """A mapping as one text, the same for the same content: what lies apart from the event. Empty for an empty one."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if told else ""


def read_all(declared: tuple[Particular, ...], given: Mapping[str, Any], *, zone: ZoneInfo) -> dict[str, Any]:
    """Every value by name, without those left out. Raises one `Refused` that carries all that is wrong."""
    values: dict[str, Any] = {}
    wrong: list[Refused] = []
    if sum(each.name in given for each in declared) < len(given):
        wrong += [_undeclared(name) for name in given.keys() - {each.name for each in declared}]
    for each in declared:
        try:
            value = each.read(given.get(each.name), zone=zone)
        except Refused as refused:
            wrong.append(refused)
        else:
            if value is not None:
                values[each.name] = value
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=Reason.INVALID, field=first.field, others=others)
    return values


def _undeclared(name: str) -> Refused:
    text = Text(f"没有“{name[:40]}”这一项。", f"There is no field “{name[:40]}”.")
    return Refused(text, reason=Reason.INVALID, field=name[:40])


# ---- one reader for each sort ----------------------------------------------------------------------------------


def _money(of: Particular, given: Any, zone: ZoneInfo) -> Decimal:
    amount = _decimal(of, given)
    if amount != amount.quantize(FEN):
        raise of.wrong(
            Text(f"{of.title.zh}最多两位小数，精确到分。", f"{of.title.en}: two decimals at most, exact to the fen.")
        )
    return amount.quantize(FEN)


LARGEST_READ = 10**15  # beyond what a context rounds exactly, Decimal refuses to go on


def _decimal(of: Particular, given: Any) -> Decimal:
    """A float is refused: by the time it is here, what was meant is lost."""
    if isinstance(given, Decimal) and given.is_finite() and abs(given) < LARGEST_READ:
        return given
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < LARGEST_READ:
        return Decimal(given)
    text = _folded(given).removesuffix("元").strip() if isinstance(given, str) else ""
    if len(text) <= 30 and (NUMBER.fullmatch(text) or GROUPED.fullmatch(text)):
        number = Decimal(text.replace(",", ""))
        if abs(number) < LARGEST_READ:
            return number
        raise of.wrong(Text(f"{of.title.zh}太大，不可能是对的。", f"{of.title.en} is too large to be right."))
    wanted = "请写成 1234.56 这样的数，单位元" if of.sort is Sort.MONEY else "请写一个整数"
    wish = "write a number such as 1234.56, in yuan, as text" if of.sort is Sort.MONEY else "write a whole number"
    raise of.wrong(Text(f"{of.title.zh}不是数：{wanted}。", f"{of.title.en} is no number: {wish}."))


def _whole(of: Particular, given: Any, zone: ZoneInfo) -> int:
    number = _decimal(of, given)
    if number != number.to_integral_value():
        raise of.wrong(Text(f"{of.title.zh}应是整数。", f"{of.title.en} must be a whole number."))
    return int(number)


def _day(of: Particular, given: Any, zone: ZoneInfo) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    found = DAY.fullmatch(_folded(given)) if isinstance(given, str) else None
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise of.wrong(Text(f"{of.title.zh}不是日期：请写成 2026-06-30。", f"{of.title.en} is no date: write 2026-06-30."))


def _instant(of: Particular, given: Any, zone: ZoneInfo) -> datetime:
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=zone)
    if isinstance(given, date):
        return datetime.combine(given, time(), tzinfo=zone)
    try:
        moment = datetime.fromisoformat(_folded(given)) if isinstance(given, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise of.wrong(
            Text(
                f"{of.title.zh}不是时间：请写成 2026-06-30 09:00。",
                f"{of.title.en} is no moment: write 2026-06-30 09:00.",
            )
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _choice(of: Particular, given: Any, zone: ZoneInfo) -> str:
    found = [code for code, title in of.choices if given in (code, title.zh, title.en)]
    if not found:
        zh, en = ("、".join(title.zh for _, title in of.choices), ", ".join(code for code, _ in of.choices))
        raise of.wrong(Text(f"{of.title.zh}只能是：{zh}。", f"{of.title.en} is one of: {en}."))
    return found[0]


_YES = {"true", "on", "yes", "1", "是", "对"}
_NO = {"false", "off", "no", "0", "否", "不"}


def _yes(of: Particular, given: Any, zone: ZoneInfo) -> bool:
    if isinstance(given, bool):
        return given
    word = given.strip().lower() if isinstance(given, str) else ""
    if word not in _YES | _NO:
        raise of.wrong(Text(f"{of.title.zh}只能是“是”或“否”。", f"{of.title.en} is true or false."))
    return word in _YES


def _code(of: Particular, given: Any, zone: ZoneInfo) -> str:
    text = _folded(given) if isinstance(given, str) else str(given) if isinstance(given, int) else ""
    if not CODE.fullmatch(text):
        raise of.wrong(
            Text(
                f"{of.title.zh}只能用字母、数字和符号，中间不留空格。",
                f"{of.title.en}: letters, digits and signs only, without blanks.",
            )
        )
    return text


def _label(of: Particular, given: Any, zone: ZoneInfo) -> str:
    text = _words(of, given, zone)
    if not text.isprintable():
        raise of.wrong(
            Text(f"{of.title.zh}只能写一行，不能有控制字符。", f"{of.title.en}: one line, without control characters.")
        )
    return text


def _words(of: Particular, given: Any, zone: ZoneInfo) -> str:
    if not isinstance(given, str):
        raise of.wrong(Text(f"{of.title.zh}应是文字。", f"{of.title.en} must be a text."))
    text = given.strip().replace("\r\n", "\n").replace("\r", "\n")
    hidden = [] if text.isprintable() else [each for each in text if _is_hidden(each)]
    if hidden:
        raise of.wrong(
            Text(
                f"{of.title.zh}里有看不见的控制字符（第 {text.index(hidden[0]) + 1} 个字），请重新输入。",
                f"{of.title.en} has an invisible control character at {text.index(hidden[0]) + 1}; type it again.",
            )
        )
    if is_marked(text):
        raise of.wrong(
            Text(
                f"{of.title.zh}带有密级标志。涉密内容不得进入本系统，请立即删除并按保密规定处理。",
                f"{of.title.en} carries a mark of secrecy. State secrets may not enter this system.",
            )
        )
    return text


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"


def _thing(of: Particular, given: Any, zone: ZoneInfo) -> int:
    """The id only; whether there is such a thing is for `perform` to find out."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 < given < 2**63:
        return given
    if isinstance(given, str) and given.isascii() and given.isdigit() and 0 < int(given[:20]) < 2**63:
        return int(given[:20])
    raise of.wrong(Text(f"请从列表里选{of.title.zh}。", f"Choose the {of.title.en.lower()} from the list."))


def _codes(of: Particular, given: Any, zone: ZoneInfo) -> dict[str, Any]:
    """Scalars by name; an empty one stays, since it may mean that something is taken away."""
    found = _mapping(of, given)
    for name, value in found.items():
        is_scalar = isinstance(value, (str, int, Decimal, date)) and not isinstance(value, bool)
        if value is not None and (not is_scalar or len(str(value)) > 2000):
            raise of.wrong(
                Text(f"{of.title.zh}里的“{name}”应是一个值。", f"“{name}” in {of.title.en.lower()} must be one value.")
            )
    return {name: "" if value is None else value for name, value in found.items()}


def _texts(of: Particular, given: Any, zone: ZoneInfo) -> dict[str, str]:
    return {name: "" if value is None else _one_text(of, name, value) for name, value in _mapping(of, given).items()}


def _one_text(of: Particular, name: str, value: Any) -> str:
    """One of several texts is read as a text that stands alone is."""
    text = _words(of, value, zone=ZoneInfo("UTC"))
    if of.most is not None and len(text) > of.most:
        raise of.wrong(
            Text(
                f"{of.title.zh}里的“{name}”不能超过 {of.most} 个字。",
                f"“{name}” in {of.title.en.lower()}: {of.most} characters at most.",
            )
        )
    return text


def _mapping(of: Particular, given: Any) -> dict[str, Any]:
    """A mapping, or JSON of one as a plain form would send it."""
    if isinstance(given, str):
        try:
            given = json.loads(given, parse_float=Decimal)
        except (ValueError, RecursionError):
            given = None
    is_good = isinstance(given, Mapping) and all(isinstance(n, str) and FIELD_NAME.fullmatch(n) for n in given)
    if not is_good or len(given) > MOST_NAMES:
        raise of.wrong(
            Text(
                f'{of.title.zh}应按字段编码逐项填写，如 {{"hours": "2.5"}}。',
                f'{of.title.en} are told by the codes of the fields, such as {{"hours": "2.5"}}.',
            )
        )
    return dict(given)


def _folded(text: str) -> str:
    """Full-width digits and signs as they are typed on another keyboard, without blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


_READERS = {
    Sort.MONEY: _money,
    Sort.WHOLE: _whole,
    Sort.DAY: _day,
    Sort.INSTANT: _instant,
    Sort.CHOICE: _choice,
    Sort.YES: _yes,
    Sort.CODE: _code,
    Sort.LABEL: _label,
    Sort.WORDS: _words,
    Sort.THING: _thing,
    Sort.CODES: _codes,
    Sort.TEXTS: _texts,
}
