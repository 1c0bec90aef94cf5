"""Defining registers: set up, changed by a new version, retired. Each is one event.

Entries keep the version they were made with, planned ones too: a field that was removed is still asked for where an entry was
planned with it, and one that was added is not. Pages say so (`Entry.version` is older than `Register.version`).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from shixiao import ledger
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.particulars import canonical
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.registers import events
from shixiao.offices.registers.fields import (
    CODE,
    Definition,
    as_json,
    changed_sorts,
    codes_of,
    name_key,
    raise_all,
    read_definition,
    titles_of,
)
from shixiao.offices.registers.models import Register, RegisterVersion
from shixiao.offices.registers.responsibilities import KEEPER
from shixiao.people.models import Unit, User
from shixiao.people.permissions import mandates

TRIES = 5


def may_define(user: User | None, *, unit: Unit, now: datetime) -> bool:
    """The keeper of registers at the unit or above it, and the program."""
    return user is None or mandates(user, timezone.localtime(now).date()).allow(KEEPER.word, unit.path)


def define(
    given: Mapping[str, Any],
    *,
    unit: Unit,
    code: str = "",
    is_restricted: bool = False,
    by: User | None,
    now: datetime,
) -> Register:
    """A new register of a unit. `given` is what `fields.read_definition` reads; an empty code is made up.

    Raises `NotAllowed`, `Refused` with everything that is wrong: also for a name or code that is taken.
    """
    _check_keeper(unit, by=by, now=now)
    definition = read_definition(given, is_restricted=is_restricted)
    with transaction.atomic():
        register = Register(
            code=code.strip() or _free_code(),
            unit=unit,
            name=definition.name,
            name_key=name_key(definition.name),
            is_restricted=is_restricted,
        )
        if code.strip():  # one that is made up and was taken a moment ago is made up anew
            _check_code(register.code)
        _check_name(register)
        _insert(register, is_made_up=not code.strip())
        version = _version(register, definition, now=now)
        codes = {"register": register.code, "unit": unit.pk, "is_restricted": is_restricted}
        _record(events.DEFINED, register, version, definition, codes, by=by, now=now)
    return register


def change_definition(
    register: Register, given: Mapping[str, Any], *, seen: int | None = None, by: User | None, now: datetime
) -> Register:
    """A new version of a register; the same definition again changes nothing. Old entries keep theirs.

    `seen` is the version that the person was looking at. Raises `NotAllowed`, `Refused`: also for a field whose code stood for
    another sort in any earlier version, and for a retired register.
    """
    _check_keeper(register.unit, by=by, now=now)
    with transaction.atomic():
        register = _locked(register)
        if seen is not None and seen != register.version:
            text = Text(
                f"别人刚把“{register.name}”改成了第 {register.version} 版。请刷新后再改。",
                f"“{register.name}” is at version {register.version} by now. Reload and change that one.",
            )
            raise Refused(text, reason=Reason.OVERTAKEN)
        definition = read_definition(given, is_restricted=register.is_restricted)
        versions = list(register.versions.all())
        raise_all(list(changed_sorts(definition.fields, [each for one in versions for each in one.typed_fields])))
        if definition == versions[-1].definition:
            return register
        register.name, register.name_key = definition.name, name_key(definition.name)
        register.version += 1
        _check_name(register)
        version = _version(register, definition, now=now)
        _update(register)
        _record(events.DEFINITION_CHANGED, register, version, definition, {"register": register.code}, by=by, now=now)
    return register


def retire(register: Register, *, by: User | None, now: datetime) -> Register:
    """From today on nothing new is entered; what is planned can still be done. Retiring it again changes nothing.

    Raises `NotAllowed`.
    """
    _check_keeper(register.unit, by=by, now=now)
    with transaction.atomic():
        register = Register.objects.select_for_update().get(pk=register.pk)
        if register.retired_on is None:
            register.retired_on = timezone.localtime(now).date()
            Register.objects.filter(pk=register.pk).update(retired_on=register.retired_on)
            codes = {"register": register.code, "on": register.retired_on}
            ledger.record(events.RETIRED, subject=register, by=by, now=now, particulars=codes)
    return register


def _check_keeper(unit: Unit, *, by: User | None, now: datetime) -> None:
    if not may_define(by, unit=unit, now=now):
        raise NotAllowed(
            Text(
                f"设立和修改台账需要{unit.name}的“{KEEPER.title.zh}”职责。如需办理，请联系安全管理员授予岗位。",
                f"Registers need the responsibility “{KEEPER.title.en}” at {unit.name}. Ask the security administrator.",
            )
        )


def _locked(register: Register) -> Register:
    found = Register.objects.select_related("unit").select_for_update(of=("self",)).get(pk=register.pk)
    if found.retired_on is not None:
        text = Text(
            f"“{found.name}”已于 {found.retired_on} 停用，不能再修改。",
            f"“{found.name}” was retired on {found.retired_on}.",
        )
        raise Refused(text, reason=Reason.GUARDED)
    return found


def _free_code() -> str:
    """`register_7`; two people at the same moment meet at the constraint."""
    newest = Register.objects.aggregate(newest=Max("id"))["newest"] or 0
    return f"register_{newest + 1}"


def _check_code(code: str) -> None:
    if not CODE.fullmatch(code):
        text = Text(
            "台账编码用小写英文字母、数字和下划线，以字母开头，最多 40 个，如 training。",
            "A register's code: small letters, digits and underscores, a letter first, 40 at most, such as training.",
        )
        raise Refused(text, reason=Reason.INVALID, field="code")
    if (other := Register.objects.filter(code=code).first()) is not None:
        text = Text(
            f"编码 {code} 已经是“{other.name}”的。编码永久不变，请另选一个。",
            f"The code {code} belongs to “{other.name}”; codes are permanent. Choose another one.",
        )
        raise Refused(text, reason=Reason.INVALID, field="code")


def _check_name(register: Register) -> None:
    same = Register.objects.filter(name_key=register.name_key, retired_on=None).exclude(pk=register.pk)
    if (other := same.select_related("unit").first()) is not None:
        raise _name_taken(other.name, other.unit.name)


def _name_taken(name: str, unit: str) -> Refused:
    return Refused(
        Text(
            f"{unit}已经有一个台账叫“{name}”。请换一个名称，或者先停用那一个。",
            f"There is a register “{name}” at {unit}. Take another name, or retire that one first.",
        ),
        reason=Reason.INVALID,
        field="name",
    )


def _insert(register: Register, *, is_made_up: bool) -> None:
    """The second of two people who define the same at the same moment gets the sentence, too; a code that was made up twice is
    made up anew."""
    for _again in range(TRIES):
        try:
            with transaction.atomic():
                register.save(force_insert=True)
                return
        except IntegrityError:
            _check_name(register)
            if not is_made_up:
                _check_code(register.code)
            else:  # with several at the same moment, the next number is taken again before it can be used
                register.code = f"register_{secrets.token_hex(3)}"
    raise Refused(
        Text("同时有很多人在设立台账，请再试一次。", "Many people define registers at this moment; try again."),
        reason=Reason.OVERTAKEN,
    )


def _update(register: Register) -> None:
    try:
        with transaction.atomic():
            changed = {name: getattr(register, name) for name in ("name", "name_key", "version")}
            Register.objects.filter(pk=register.pk).update(**changed)
    except IntegrityError as error:
        raise _name_taken(register.name, register.unit.name) from error


def _version(register: Register, definition: Definition, *, now: datetime) -> RegisterVersion:
    version = RegisterVersion(
        register=register,
        number=register.version,
        name=definition.name,
        fields=as_json(definition.fields),
        day_field=definition.day_field,
        is_planned=definition.is_planned,
        needs_confirmation=definition.needs_confirmation,
        entering=definition.entering.value,
        since=now,
    )
    version.save(force_insert=True)
    return version


def _record(
    kind: Any,
    register: Register,
    version: RegisterVersion,
    definition: Definition,
    codes: dict[str, Any],
    *,
    by: User | None,
    now: datetime,
) -> None:
    """What is code goes on the event; the name and the titles are people's words."""
    codes |= {
        "version": version.number,
        "fields": codes_of(definition.fields),
        "day_field": definition.day_field,
        "is_planned": definition.is_planned,
        "needs_confirmation": definition.needs_confirmation,
        "entering": definition.entering.value,
    }
    texts = {"name": definition.name, "titles": canonical(titles_of(definition.fields))}
    ledger.record(kind, subject=register, by=by, now=now, particulars=codes, texts=texts)
