"""What a register asks for: its fields as people define them, and values read by their sorts.

Pure: no Django, no database. Everything that is wrong is said at once, each sentence with the field it belongs to:
`values.CODE`, `texts.CODE` for an entry, `fields.3.title` for a definition (counted from 0).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from shixiao.casework.particulars import GROUPED, NUMBER, Particular, choice, day, label, money, thing, words
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAME_LENGTH, TITLE_LENGTH, UNIT_LENGTH = 60, 40, 10
MOST_FIELDS, MOST_CHOICES = 40, 60
LONGEST_TEXT = 2000
LARGEST_NUMBER = Decimal(10) ** 12
PLACES = 4  # measures reckon in ten-thousandths
SHA256 = re.compile(r"[0-9a-f]{64}")
MONEY_LEAST = Decimal("-999999999999.99")


class Sort(str, Enum):
    """What kind of thing a field holds."""

    TEXT = "text"
    NUMBER = "number"  # with a unit, such as 人 or 小时
    MONEY = "money"  # yuan
    DATE = "date"
    CHOICE = "choice"
    PERSON = "person"
    UNIT = "unit"
    TOPIC = "topic"
    SUBJECT = "subject"
    ATTACHMENT = "attachment"  # the SHA-256 of a file of the case


SORTS: Mapping[Sort, Text] = {
    Sort.TEXT: Text("文字", "text"),
    Sort.NUMBER: Text("数", "number"),
    Sort.MONEY: Text("金额（元）", "amount (yuan)"),
    Sort.DATE: Text("日期", "date"),
    Sort.CHOICE: Text("选项", "choice"),
    Sort.PERSON: Text("人员", "person"),
    Sort.UNIT: Text("单位", "unit"),
    Sort.TOPIC: Text("主题", "topic"),
    Sort.SUBJECT: Text("物件", "subject"),
    Sort.ATTACHMENT: Text("附件", "attachment"),
}
THINGS: Mapping[Sort, str] = {
    Sort.PERSON: "people.user",
    Sort.UNIT: "people.unit",
    Sort.TOPIC: "casework.topic",
    Sort.SUBJECT: "casework.subject",
}


class Entering(str, Enum):
    """Whose holders enter: those of the register's own unit, or every unit below it its own."""

    OWN = "own"
    EVERY = "every"


ENTERINGS: Mapping[Entering, Text] = {
    Entering.OWN: Text("由设立台账的单位登记", "entered by the register's own unit"),
    Entering.EVERY: Text("本单位和下级单位各记各的", "every unit from here down enters its own"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers of a field. The code is permanent, the title is what people read."""

    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that an entry tells."""

    code: str
    title: str
    sort: Sort
    is_required: bool = False
    unit: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def is_text(self) -> bool:
        """Written by people: it lies apart from the event."""
        return self.sort is Sort.TEXT

    @property
    def key(self) -> str:
        """The name by which a refusal speaks of it."""
        return f"{'texts' if self.is_text else 'values'}.{self.code}"

    @property
    def words(self) -> Text:
        """Its title; people write it in one language."""
        return Text(self.title, self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of a register, as people defined it."""

    name: str
    fields: tuple[Field, ...] = ()
    day_field: str = ""  # the date field that counts; empty: the day on which it was done
    is_planned: bool = False
    needs_confirmation: bool = False
    entering: Entering = Entering.OWN

    def field(self, code: str) -> Field | None:
        """The field of that code."""
        return next((each for each in self.fields if each.code == code), None)


Wrong = list[Refused]


def _wrong(field: str, zh: str, en: str) -> Refused:
    return Refused(Text(zh, en), reason=Reason.INVALID, field=field)


def raise_all(wrong: Sequence[Refused]) -> None:
    """One refusal that carries all; nothing where nothing is wrong."""
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=first.reason, field=first.field, others=others)


def name_key(name: str) -> str:
    """What two names have in common that people would call the same."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


# ---- definitions as JSON -----------------------------------------------------------------------------------------


def as_json(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """The fields as a version keeps them."""
    return [
        {
            "code": each.code,
            "title": each.title,
            "sort": each.sort.value,
            "is_required": each.is_required,
            "unit": each.unit,
            "choices": [[one.code, one.title] for one in each.choices],
        }
        for each in fields
    ]


def from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields of a stored version."""
    return tuple(
        Field(
            code=each["code"],
            title=each["title"],
            sort=Sort(each["sort"]),
            is_required=each["is_required"],
            unit=each["unit"],
            choices=tuple(Choice(code=code, title=title) for code, title in each["choices"]),
        )
        for each in stored
    )


def codes_of(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """What an event carries of the fields: everything that no person wrote."""
    return [
        {
            "code": each.code,
            "sort": each.sort.value,
            "is_required": each.is_required,
            "choices": [one.code for one in each.choices],
        }
        for each in fields
    ]


def titles_of(fields: Iterable[Field]) -> dict[str, str]:
    """What people wrote of the fields, by `code`, `code.unit` and `code.choice`."""
    found: dict[str, str] = {}
    for each in fields:
        found[each.code] = each.title
        found |= {f"{each.code}.unit": each.unit} if each.unit else {}
        found |= {f"{each.code}.{one.code}": one.title for one in each.choices}
    return found


# ---- reading a definition ----------------------------------------------------------------------------------------

_NAME = label("name", Text("台账名称", "Name of the register"), most=NAME_LENGTH)
_TITLE = label("title", Text("字段名称", "Title of the field"), most=TITLE_LENGTH)
_CHOICE_TITLE = label("choices", Text("选项", "Choice"), most=TITLE_LENGTH)
_UNIT = label("unit", Text("单位", "Unit"), most=UNIT_LENGTH, is_required=False)
_ZONE = ZoneInfo("UTC")  # no moment is read here
_KNOWN = frozenset({"name", "fields", "day_field", "is_planned", "needs_confirmation", "entering"})
_KNOWN_OF_FIELD = frozenset({"code", "title", "sort", "is_required", "unit", "choices"})


def read_definition(given: Mapping[str, Any], *, is_restricted: bool = False) -> Definition:
    """A definition as a form or JSON gives it; codes of fields may be left out. Raises one `Refused` that carries all.

    `fields` is a list of mappings with `title`, `sort` and, where they have them, `code`, `is_required`, `unit`, `choices`
    (a list of titles, or of pairs of code and title).
    """
    wrong: Wrong = [
        _wrong(str(name)[:40], f"没有“{name!s:.40}”这一项。", f"There is no “{name!s:.40}”.")
        for name in given.keys() - _KNOWN
    ]
    name = _part(_NAME, given.get("name"), "name", wrong) or ""
    fields = _read_fields(given.get("fields") or (), wrong)
    entering = str(given.get("entering") or Entering.OWN.value)
    if entering not in {each.value for each in Entering}:
        wrong.append(_wrong("entering", "请选择由谁登记。", "Say who enters: own or every."))
        entering = Entering.OWN.value
    definition = Definition(
        name=name,
        fields=fields,
        day_field=str(given.get("day_field") or ""),
        is_planned=given.get("is_planned") is True,
        needs_confirmation=given.get("needs_confirmation") is True,
        entering=Entering(entering),
    )
    wrong += list(_between(definition, is_restricted=is_restricted))
    raise_all(wrong)
    return definition


def _part(of: Particular, given: Any, where: str, wrong: Wrong) -> Any:
    try:
        return of.read(given, zone=_ZONE)
    except Refused as refused:
        wrong += [Refused(each.text, reason=each.reason, field=where) for each in refused.all]
        return None


def _read_fields(given: Any, wrong: Wrong) -> tuple[Field, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(one, Mapping) for one in given):
        wrong.append(_wrong("fields", "字段应是一个列表。", "The fields are a list."))
        return ()
    if len(given) > MOST_FIELDS:
        wrong.append(_wrong("fields", f"最多 {MOST_FIELDS} 个字段。", f"{MOST_FIELDS} fields at most."))
        return ()
    taken = {str(one.get("code") or "") for one in given}
    found: list[Field] = []
    for place, one in enumerate(given):
        found.append(_read_field(one, f"fields.{place}", taken, wrong))
    wrong += list(_twice("code", found)) + list(_twice("title", found))
    return tuple(found)


def _read_field(given: Mapping[str, Any], where: str, taken: set[str], wrong: Wrong) -> Field:
    for name in given.keys() - _KNOWN_OF_FIELD:
        wrong.append(
            _wrong(f"{where}.{str(name)[:40]}", f"字段没有“{name!s:.40}”这一项。", f"A field has no “{name!s:.40}”.")
        )
    title = _part(_TITLE, given.get("title"), f"{where}.title", wrong) or ""
    sort = str(given.get("sort") or "")
    if sort not in {each.value for each in Sort}:
        known = "、".join(text.zh for text in SORTS.values())
        wrong.append(_wrong(f"{where}.sort", f"请选择字段类型：{known}。", f"Sorts: {', '.join(Sort)}."))
        sort = Sort.TEXT.value
    code = str(given.get("code") or "") or free_code(title, sort, taken)
    taken.add(code)
    if not CODE.fullmatch(code):
        wrong.append(
            _wrong(
                f"{where}.code",
                "字段编码用小写英文字母、数字和下划线，以字母开头，最多 40 个。",
                "A field's code: small letters, digits and underscores, a letter first, 40 at most.",
            )
        )
    field = Field(
        code=code,
        title=title,
        sort=Sort(sort),
        is_required=given.get("is_required") is True,
        unit=_part(_UNIT, given.get("unit"), f"{where}.unit", wrong) or "",
    )
    if field.unit and field.sort is not Sort.NUMBER:
        wrong.append(_wrong(f"{where}.unit", "只有“数”有单位。", "Only a number has a unit."))
    return replace(field, choices=_read_choices(field, given.get("choices") or (), f"{where}.choices", wrong))


def free_code(title: str, sort: str, taken: Iterable[str]) -> str:
    """A code for a field that was given none: its title where that is ASCII, its sort and a number otherwise."""
    plain = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:36] if title.isascii() else ""
    base = plain if CODE.fullmatch(plain) else sort
    if plain == base and base not in taken:
        return base
    return next(f"{base}_{number}" for number in range(1, 10_000) if f"{base}_{number}" not in taken)


def _read_choices(field: Field, given: Any, where: str, wrong: Wrong) -> tuple[Choice, ...]:
    if field.sort is not Sort.CHOICE:
        if given:
            wrong.append(_wrong(where, "只有“选项”字段有选项。", "Only a choice has choices."))
        return ()
    if isinstance(given, str) or not isinstance(given, Sequence) or not 1 <= len(given) <= MOST_CHOICES:
        wrong.append(_wrong(where, f"请列出 1 到 {MOST_CHOICES} 个选项。", f"List 1 to {MOST_CHOICES} choices."))
        return ()
    taken = {str(one[0]) for one in given if not isinstance(one, str) and len(one) == 2}
    found: list[Choice] = []
    for one in given:
        code, title = (
            ("", one) if isinstance(one, str) else (str(one[0] or ""), one[1]) if len(one) == 2 else ("", None)
        )
        title = _part(_CHOICE_TITLE, title, where, wrong) or ""
        code = code or free_code(title, "choice", taken)
        taken.add(code)
        if not CODE.fullmatch(code):
            wrong.append(_wrong(where, f"选项编码“{code[:40]}”不合规。", f"No code for a choice: “{code[:40]}”."))
        found.append(Choice(code=code, title=title))
    for what in ("code", "title"):
        several = [getattr(one, what) for one in found]
        if len(set(several)) < len(several):
            wrong.append(_wrong(where, "有两个选项相同。", "Two choices are the same."))
            break
    return tuple(found)


def _twice(what: str, fields: Sequence[Field]) -> Iterator[Refused]:
    seen: set[str] = set()
    for place, each in enumerate(fields):
        value = getattr(each, what)
        if value and value in seen:
            zh = "编码" if what == "code" else "名称"
            yield _wrong(
                f"fields.{place}.{what}", f"两个字段的{zh}都是“{value}”。", f"Two fields have the {what} “{value}”."
            )
        seen.add(value)


def _between(definition: Definition, *, is_restricted: bool) -> Iterator[Refused]:
    """What no part shows alone."""
    if is_restricted:
        if definition.fields:
            yield _wrong(
                "fields",
                "限制台账只记编号、日期和状态，不能有字段。",
                "A restricted register holds number, dates and state only; it has no fields.",
            )
        return
    counted = definition.field(definition.day_field) if definition.day_field else None
    if definition.day_field and (counted is None or counted.sort is not Sort.DATE):
        yield _wrong(
            "day_field",
            "“按哪一天计”应是这个台账的一个日期字段，或者完成当天。",
            "The day that counts is a date field of this register, or the day on which it is done.",
        )
    elif counted is not None and not counted.is_required:
        yield _wrong(
            "day_field",
            f"按“{counted.title}”计，这个字段就必须填写。",
            f"“{counted.title}” is the day that counts, so it is required.",
        )


def changed_sorts(fields: Sequence[Field], earlier: Iterable[Field]) -> Iterator[Refused]:
    """Fields whose code stood for another sort before: old entries would be read wrongly."""
    before = {each.code: each for each in earlier}
    for place, each in enumerate(fields):
        old = before.get(each.code)
        if old is not None and old.sort is not each.sort:
            yield _wrong(
                f"fields.{place}.sort",
                f"“{each.code}”以前是{SORTS[old.sort].zh}（{old.title}），不能改成{SORTS[each.sort].zh}。请另设一个字段。",
                f"“{each.code}” was a {SORTS[old.sort].en} before; define another field.",
            )


# ---- reading values ----------------------------------------------------------------------------------------------


def read_values(
    fields: Sequence[Field], values: Mapping[str, Any], texts: Mapping[str, Any], *, zone: ZoneInfo, of: Text
) -> tuple[dict[str, Any], dict[str, str]]:
    """What was told, as codes and as texts; "" for what is to be taken away. Raises one `Refused` that carries all.

    `of` names the definition in sentences, such as “学习培训（第 2 版）”. What is missing is for `missing` to say.
    """
    known = {each.code: each for each in fields}
    wrong: Wrong = []
    found: tuple[dict[str, Any], dict[str, str]] = ({}, {})
    for is_text, told in ((False, values), (True, texts)):
        for code, given in told.items():
            field = known.get(code)
            if field is None or field.is_text is not is_text:
                wrong.append(_unknown(code, field, is_text, of))
                continue
            value = _value(field, given, zone, wrong)
            if value is not None:
                found[is_text][code] = value
    raise_all(wrong)
    return found


def _unknown(code: str, field: Field | None, is_text: bool, of: Text) -> Refused:
    where = f"{'texts' if is_text else 'values'}.{code}"
    if field is None:
        return _wrong(where, f"{of.zh}没有“{code}”这个字段。", f"{of.en} has no field “{code}”.")
    place = ("文字内容", "texts") if field.is_text else ("各项内容", "values")
    return _wrong(where, f"“{field.title}”请写在“{place[0]}”里。", f"“{field.title}” belongs into {place[1]}.")


def _value(field: Field, given: Any, zone: ZoneInfo, wrong: Wrong) -> Any:
    if isinstance(given, str) and not given.strip():
        return ""
    try:
        return _READERS[field.sort](field, given, zone)
    except Refused as refused:
        wrong += [Refused(each.text, reason=each.reason, field=field.key) for each in refused.all]
        return None


def _text(field: Field, given: Any, zone: ZoneInfo) -> str:
    return str(words(field.code, field.words, most=LONGEST_TEXT).read(given, zone=zone))


def _number(field: Field, given: Any, zone: ZoneInfo) -> str:
    """A float is refused, as everywhere: by the time it is here, what was meant is lost."""
    is_number = isinstance(given, (int, Decimal)) and not isinstance(given, bool)
    text = unicodedata.normalize("NFKC", str(given)).strip() if is_number or isinstance(given, str) else ""
    text = text.removesuffix(field.unit).strip() if field.unit else text
    if len(text) > 40 or not (NUMBER.fullmatch(text) or GROUPED.fullmatch(text)):
        unit = f"，单位{field.unit}" if field.unit else ""
        raise _wrong(field.key, f"{field.title}不是数：请写成 12.5 这样的数{unit}。", f"{field.title} is no number.")
    number = Decimal(text.replace(",", ""))
    if abs(number) >= LARGEST_NUMBER or number != round(number, PLACES):
        raise _wrong(
            field.key,
            f"{field.title}最多 {PLACES} 位小数，绝对值小于一万亿。",
            f"{field.title}: {PLACES} decimals at most, below a million million.",
        )
    return f"{number.normalize():f}"


def _money(field: Field, given: Any, zone: ZoneInfo) -> str:
    return str(money(field.code, field.words, least=MONEY_LEAST).read(given, zone=zone))


def _date(field: Field, given: Any, zone: ZoneInfo) -> str:
    return str(day(field.code, field.words).read(given, zone=zone).isoformat())


def _choice(field: Field, given: Any, zone: ZoneInfo) -> str:
    for each in field.choices:
        if given in (each.code, each.title):  # as nearly always
            return each.code
    choices = tuple((each.code, Text(each.title, each.title)) for each in field.choices)
    return str(choice(field.code, field.words, choices).read(given, zone=zone))


def _thing(field: Field, given: Any, zone: ZoneInfo) -> int:
    """The id only; whether there is such a thing is for the action to find out."""
    return int(thing(field.code, field.words, THINGS[field.sort]).read(given, zone=zone))


def _attachment(field: Field, given: Any, zone: ZoneInfo) -> str:
    if not isinstance(given, str) or not SHA256.fullmatch(given):
        raise _wrong(field.key, f"请给“{field.title}”添加一个文件。", f"Attach a file for “{field.title}”.")
    return given


_READERS: Mapping[Sort, Callable[[Field, Any, ZoneInfo], Any]] = {
    Sort.TEXT: _text,
    Sort.NUMBER: _number,
    Sort.MONEY: _money,
    Sort.DATE: _date,
    Sort.CHOICE: _choice,
    Sort.PERSON: _thing,
    Sort.UNIT: _thing,
    Sort.TOPIC: _thing,
    Sort.SUBJECT: _thing,
    Sort.ATTACHMENT: _attachment,
}


def merged(before: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What holds after something was told; an empty value takes away."""
    return {code: value for code, value in {**before, **told}.items() if value != ""}


def missing(fields: Iterable[Field], values: Mapping[str, Any], texts: Mapping[str, str]) -> list[Refused]:
    """A refusal for each required field without a value."""
    return [
        _wrong(each.key, f"请填写{each.title}。", f"{each.title} is needed.")
        for each in fields
        if each.is_required and each.code not in (texts if each.is_text else values)
    ]


def split(fields: Iterable[Field], told: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a form or a row of a table gives by code, as values and as texts. Unknown codes are left among the values."""
    is_text = {each.code for each in fields if each.is_text}
    return (
        {code: value for code, value in told.items() if code not in is_text},
        {code: value for code, value in told.items() if code in is_text},
    )
