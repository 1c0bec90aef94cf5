"""What a request may carry, worked out from the particulars of a step: as JSON Schema for OpenAPI, and as checks.

A page takes what people type, full-width digits and all; a program is held to the letter of the schema.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from shixiao.casework.models import Urgency
from shixiao.casework.models.cases import TITLE_LENGTH
from shixiao.casework.particulars import FIELD_NAME, MOST_NAMES, Particular, Sort, read_all
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Step
from shixiao.engine.bilingual import Text

MOST_AT_ONCE = 500
LARGEST_ID = 2**63 - 1
_AMOUNT, _SIGNED_AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,2})?$", r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$"
# Years that every part of the program can reckon with: from 1990 to 2199.
_DATE = r"(199[0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = rf"^{_DATE}$"
_MOMENT = rf"^{_DATE}T{_TIME}:[0-5][0-9](\.[0-9]{{1,6}})?(Z|[+-]{_TIME})$"
_ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
_VISIBLE = r"^[!-~]+$"

WANTED: Mapping[Sort, Text] = {
    Sort.MONEY: Text("应是 1234.56 这样的文字，单位元", 'must be a text such as "1234.56", in yuan'),
    Sort.WHOLE: Text("应是整数", "must be a whole number"),
    Sort.DAY: Text("应是 2026-06-30 这样的文字", 'must be a text such as "2026-06-30"'),
    Sort.INSTANT: Text(
        "应是 2026-06-30T09:00:00+08:00 这样的文字", 'must be a text such as "2026-06-30T09:00:00+08:00"'
    ),
    Sort.YES: Text("应是 true 或 false", "must be true or false"),
    Sort.CODE: Text("应是可见的英文字母、数字和符号，不留空格", "must be visible ASCII without blanks"),
    Sort.LABEL: Text("应是一行文字，不能是空的，不能太长", "must be one line of text, neither empty nor too long"),
    Sort.WORDS: Text("应是文字，不能是空的，不能太长", "must be a text, neither empty nor too long"),
    Sort.THING: Text("应是编号，写成整数", "must be an id, written as a whole number"),
    Sort.CODES: Text(
        '应是对象，每个字段编码对应文字或整数，如 {"hours": "2.5"}',
        'must be an object with a text or a whole number for each code of a field, such as {"hours": "2.5"}',
    ),
    Sort.TEXTS: Text("应是对象，每个字段编码对应一段文字", "must be an object with a text for each code of a field"),
}


# ---- JSON Schema -----------------------------------------------------------------------------------------------


def schema_of(particular: Particular) -> dict[str, Any]:
    """One particular as JSON Schema, titles and hints in both languages."""
    written = {"title": _both(particular.title), **_form(particular)}
    if particular.hint:
        written["description"] = _both(particular.hint)
    return written


def _both(text: Text) -> str:
    return f"{text.zh} · {text.en}"


def _form(of: Particular) -> dict[str, Any]:
    least, most = (None if end is None else int(end) for end in (of.least, of.most))
    match of.sort:
        case Sort.MONEY:
            is_signed = of.least is None or of.least < 0
            return {
                "type": "string",
                "pattern": _SIGNED_AMOUNT if is_signed else _AMOUNT,
                "examples": ["1200.50"],
                "description": f"yuan, {of.least} to {of.most}",
            }
        case Sort.WHOLE:
            return {"type": "integer", "minimum": least, "maximum": most}
        case Sort.DAY:
            return {"type": "string", "format": "date", "pattern": _DAY}
        case Sort.INSTANT:
            return {"type": "string", "format": "date-time", "pattern": _MOMENT}
        case Sort.CHOICE:
            titles = "; ".join(f"{code}: {_both(title)}" for code, title in of.choices)
            return {"type": "string", "enum": [code for code, _title in of.choices], "description": titles}
        case Sort.YES:
            return {"type": "boolean"}
        case Sort.THING:
            return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID, "description": f"id of {of.of}"}
        case Sort.CODES:
            return _named({"type": ["string", "integer"]})
        case Sort.TEXTS:
            return _named({"type": "string", "maxLength": most})
        case Sort.CODE:
            return {"type": "string", "pattern": _VISIBLE, "minLength": least or 1, "maxLength": most}
        case Sort.LABEL | Sort.WORDS:
            pattern = {"pattern": _ONE_LINE if of.sort is Sort.LABEL else r"\S"}
            return {"type": "string", "minLength": least or 1, "maxLength": most, **pattern}


def _named(value: dict[str, Any]) -> dict[str, Any]:
    """An object whose names are codes of fields that people defined."""
    names = {"pattern": f"^{FIELD_NAME.pattern}$"}
    return {"type": "object", "propertyNames": names, "additionalProperties": value, "maxProperties": MOST_NAMES}


def particulars_schema(step: Step) -> dict[str, Any]:
    """All that a step is told."""
    return {
        "type": "object",
        "properties": {each.name: schema_of(each) for each in step.takes},
        "required": [each.name for each in step.takes if _is_required(each)],
        "additionalProperties": False,
    }


def _is_required(particular: Particular) -> bool:
    return particular.is_required and particular.sort is not Sort.YES


# ---- the same as checks ----------------------------------------------------------------------------------------


def told(step: Step, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of all particulars. Raises one `Refused` that carries everything that is wrong."""
    wrong: list[Refused] = []
    fitting: dict[str, Any] = dict(given)
    for each in step.takes:
        if each.name in given and not fits(each, given[each.name]):
            del fitting[each.name]
            wrong.append(_unfitting(each))
    try:
        values = read_all(step.takes, fitting, zone=zone())
    except Refused as refused:
        said = {each.field for each in wrong}
        wrong += [each for each in refused.all if each.field not in said]
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=Reason.INVALID, field=first.field, others=others)
    return values


def fits(of: Particular, given: Any) -> bool:
    """The value has the form that the schema says. Bounds of numbers are for the particular itself."""
    match of.sort:
        case Sort.YES:
            return isinstance(given, bool)
        case Sort.WHOLE | Sort.THING:
            return is_whole(given)
        case Sort.CODES | Sort.TEXTS:
            return isinstance(given, dict) and all(_is_named(of, *each) for each in given.items())
    if not isinstance(given, str):
        return False
    match of.sort:
        case Sort.CHOICE:
            return given in {code for code, _title in of.choices}
        case Sort.MONEY | Sort.DAY | Sort.INSTANT:
            return re.fullmatch(_form(of)["pattern"].strip("^$"), given, re.ASCII) is not None
    return bool(given.strip()) and (of.most is None or len(given) <= of.most)


def _is_named(of: Particular, name: str, value: Any) -> bool:
    """A fraction is refused, as everywhere: a number is told as a text."""
    is_whole_number = of.sort is Sort.CODES and isinstance(value, int) and not isinstance(value, bool)
    return FIELD_NAME.fullmatch(name) is not None and (isinstance(value, str) or is_whole_number)


def is_whole(given: Any) -> bool:
    """A whole number, as JSON has them: 3 and 3.0 are the same."""
    if isinstance(given, Decimal):
        return given == given.to_integral_value()
    return isinstance(given, int) and not isinstance(given, bool)


def _unfitting(of: Particular) -> Refused:
    if of.sort is Sort.CHOICE:
        codes = "、".join(code for code, _title in of.choices)
        return of.wrong(
            Text(f"{of.title.zh}只能是：{codes}。", f"{of.title.en} is one of: {codes.replace('、', ', ')}.")
        )
    wanted = WANTED[of.sort]
    return of.wrong(Text(f"{of.title.zh}{wanted.zh}。", f"{of.title.en} {wanted.en}."))


# ---- the envelope of every request -----------------------------------------------------------------------------


def _read_whole(given: Any) -> int:
    if not is_whole(given):
        raise PydanticCustomError("int_type", "a whole number")
    return int(given)


def _read_moment(given: Any) -> datetime:
    if isinstance(given, str) and re.fullmatch(_MOMENT.strip("^$"), given, re.ASCII):
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:  # the thirtieth of February
            moment = None
        if moment:
            return moment
    raise PydanticCustomError("moment", "a moment")


Moment = Annotated[
    datetime,
    BeforeValidator(_read_moment),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": _MOMENT,
            "description": "发生时间，写明时区；不写就是现在 · When it happened, with its offset; now, if left out",
        }
    ),
]
# The bounds stand inside: only so does pydantic write them into the schema.
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_read_whole)]
Revision = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(_read_whole)]


class Envelope(Schema):
    """What every request has beside particulars; nothing that is not declared gets in."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OpeningBody(Envelope):
    """A new case."""

    unit: Annotated[Id, Field(description="单位编号 · id of the unit")]
    title: Annotated[
        str,
        Field(
            min_length=1,
            max_length=TITLE_LENGTH,
            pattern=_ONE_LINE,
            description="不写就由办公系统拟定 · the office words it, if left out",
        ),
    ] = None  # type: ignore[assignment]
    project: Id = None  # type: ignore[assignment]
    contract: Id = None  # type: ignore[assignment]
    topic: Id = None  # type: ignore[assignment]
    subject: Id = None  # type: ignore[assignment]
    urgency: Annotated[str, WithJsonSchema({"type": "string", "enum": list(Urgency.values)})] = Urgency.NORMAL.value
    lead: Annotated[Id, Field(description="主办人账号编号 · id of the account that leads")] = None  # type: ignore[assignment]
    happened_at: Moment = None  # type: ignore[assignment]
    particulars: dict[str, Any]


class StepBody(Envelope):
    """One step on one case."""

    happened_at: Moment = None  # type: ignore[assignment]
    seen: Annotated[
        Revision,
        Field(
            description="您看到的 revision；别人先办了就拒绝 · the revision you saw; refused if somebody was quicker"
        ),
    ] = None  # type: ignore[assignment]
    particulars: dict[str, Any] = {}  # noqa: RUF012 — pydantic copies it


class ManyBody(Envelope):
    """The same step on many cases, all or none."""

    cases: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE, json_schema_extra={"uniqueItems": True})]
    happened_at: Moment = None  # type: ignore[assignment]
    particulars: dict[str, Any] = {}  # noqa: RUF012


class RelationBody(Envelope):
    """Two cases that belong together."""

    other: Id
    as_: Annotated[str, Field(alias="as", pattern=r"^[a-z]+(_[a-z]+)*$", max_length=64)]


def body_of(base: type[Envelope], name: str, *steps: Step) -> type[Envelope]:
    """The body for a step: `base` with particulars that say everything. Several steps of one name: any of them."""
    schemas = [particulars_schema(step) for step in steps]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    is_needed = all(each["required"] for each in schemas)
    declared = Annotated[dict[str, Any], WithJsonSchema(schema)]
    namespace: dict[str, Any] = {"__annotations__": {"particulars": declared}, "__module__": __name__}
    if not is_needed:
        namespace["particulars"] = {}
    return type(name, (base,), namespace)
