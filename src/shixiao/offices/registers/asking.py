"""What forms ask for an entry, and what pages call what it tells: a field of its definition each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from shixiao.casework.asking import Asked, Asking, Naming
from shixiao.casework.attaching import attachments_of
from shixiao.casework.models import Case
from shixiao.casework.particulars import Particular, choice, code, day, label, money, thing, words
from shixiao.casework.particulars import Sort as Told
from shixiao.casework.steps import Step
from shixiao.engine.bilingual import Text
from shixiao.offices.registers.fields import LONGEST_TEXT, MONEY_LEAST, THINGS, Field, Sort
from shixiao.offices.registers.models import DETAILS, Entry, Register
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_ENTRY, RESTRICTED_NIL_RETURN

_PHOTO = Text("先在本页的“附件”里添加，再在这里选。", "Add it below “Files” first, then choose it here.")


def particulars_of(
    fields: Iterable[Field], *, files: Sequence[tuple[str, str]] | None = None
) -> tuple[Particular, ...]:
    """A particular for each field, called as refusals call it. `files` are those of the case by hash and name; without a case
    there are none to choose from, and the page takes a new one."""
    found = []
    for each in fields:
        if each.sort is not Sort.ATTACHMENT:
            found.append(replace(_particular(each), name=each.key))
        elif files is not None:
            choices = tuple((key, Text(name, name)) for key, name in files)
            found.append(choice(each.key, each.words, choices, is_required=each.is_required, hint=_PHOTO))
    return tuple(found)


def _particular(field: Field) -> Particular:
    title, more = field.words, {"is_required": field.is_required}
    match field.sort:
        case Sort.NUMBER:
            unit = field.unit
            title = Text(f"{field.title}（{unit}）", f"{field.title} ({unit})") if unit else title
            return money(field.code, title, least=Decimal(-(10**12)), **more)
        case Sort.MONEY:
            title = Text(f"{field.title}（元）", f"{field.title} (yuan)")
            return money(field.code, title, least=MONEY_LEAST, **more)
        case Sort.DATE:
            return day(field.code, title, **more)
        case Sort.CHOICE:
            choices = tuple((each.code, Text(each.title, each.title)) for each in field.choices)
            return choice(field.code, title, choices, **more)
        case Sort.TEXT:
            return words(field.code, title, most=LONGEST_TEXT, **more)
        case Sort.ATTACHMENT:
            return code(field.code, title, most=64, **more)
    return thing(field.code, title, THINGS[field.sort], **more)


def asked_of_entry(step: Step, case: Case | None, given: Mapping[str, Any], now: datetime) -> Asked:
    """The fields of the definition instead of `values` and `texts`; before a register is chosen, the register."""
    if not any(each.name in {"values", "texts"} for each in step.takes):
        return Asked(step.takes)
    plain = tuple(each for each in step.takes if each.name not in {"values", "texts"})
    if case is not None:
        return _of_case(step, case, plain)
    register = Register.objects.filter(code=str(given.get("register", "")), is_restricted=False).first()
    if register is None:
        return Asked(plain)
    version = register.current
    today = timezone.localtime(now).date().isoformat()
    is_done = step.name == "enter" and version.day_field
    shown = {"register": register.code} | ({f"values.{version.day_field}": today} if is_done else {})
    fields = _eased(version.typed_fields) if step.name == "plan" else version.typed_fields
    return Asked((*plain, *_one_line_first(particulars_of(fields))), shown=shown)


def _one_line_first(asks: tuple[Particular, ...]) -> tuple[Particular, ...]:
    """The first text is what the entry will be called: one line, so that Enter goes on from it."""
    first = next((each for each in asks if each.sort is Told.WORDS), None)
    return tuple(replace(each, sort=Told.LABEL) if each is first else each for each in asks)


def _of_case(step: Step, case: Case, plain: tuple[Particular, ...]) -> Asked:
    """What the entry tells already stands in the fields."""
    entry = Entry.objects.select_related("version").get(case=case)
    fields = entry.version.typed_fields
    files = [(each.sha256, each.name) for each in attachments_of(case)]
    stands = {f"values.{code}": str(value) for code, value in entry.values.items()}
    stands |= {f"texts.{code}": text for code, text in entry.texts.items()}
    shown = dict(stands)
    if step.name == "do" and entry.version.day_field:
        shown.setdefault(f"values.{entry.version.day_field}", timezone.localdate().isoformat())
    for each in fields:
        if step.name == "do" and each.sort is Sort.ATTACHMENT and len(files) == 1:
            shown.setdefault(each.key, files[0][0])
    asks = particulars_of(fields if step.name == "do" else _eased(fields), files=files)
    return Asked((*asks, *plain), shown=shown, stands=stands)


def _eased(fields: Sequence[Field]) -> list[Field]:
    """None of them has to be filled in yet."""
    return [replace(each, is_required=False) for each in fields]


def named_of_entry(case: Case) -> Iterable[Particular]:
    """Every field of the version that the entry keeps, and its register by name."""
    entry = Entry.objects.select_related("version", "register").filter(case=case).first()
    if entry is None:
        return ()
    files = [(each.sha256, each.name) for each in attachments_of(case)]
    own = particulars_of(entry.version.typed_fields, files=files)
    return (_register_named(entry.register), *map(_plainly, own))


def _plainly(each: Particular) -> Particular:
    """A number is shown as it was told: 45, not 45.00."""
    is_number = each.sort is Told.MONEY and each.least != MONEY_LEAST
    return label(each.name, each.title, most=64) if is_number else each


def named_by_register(case: Case) -> Iterable[Particular]:
    """The register by its name, for kinds of case without fields."""
    row = DETAILS[case.kind]._default_manager.select_related("register").filter(case=case).first()
    return () if row is None else (_register_named(row.register),)  # type: ignore[attr-defined]


def _register_named(register: Register) -> Particular:
    return choice("register", Text("台账", "Register"), ((register.code, Text(register.name, register.name)),))


ASKING: Mapping[str, Asking] = {ENTRY: asked_of_entry}
NAMING: Mapping[str, Naming] = {
    ENTRY: named_of_entry,
    RESTRICTED_ENTRY: named_by_register,
    NIL_RETURN: named_by_register,
    RESTRICTED_NIL_RETURN: named_by_register,
}
