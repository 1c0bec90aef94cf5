"""What the parameters of this office's gauges mean: registers, their fields and choices by the names that people gave them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from shixiao.casework.evidence.naming import Told, in_words
from shixiao.engine.measures.wordings import AllChoices
from shixiao.ledger.gauges import InUse
from shixiao.offices.registers.fields import Sort
from shixiao.offices.registers.models import RegisterVersion

REGISTER, FIELD, VALUE, SINCE = "register", "field", "value", "since"


def tell(gauges: Sequence[InUse]) -> Mapping[int, Told]:
    """Each gauge with its register as it is called now; one statement for all."""
    codes = {str(gauge.parameters.get(REGISTER, "")) for gauge in gauges}
    rows = RegisterVersion.objects.filter(register__code__in=codes, number=F("register__version"))
    versions = {row.register.code: row for row in rows.select_related("register")}
    return {
        gauge.id: _told(gauge.parameters, version)
        for gauge in gauges
        if (version := versions.get(str(gauge.parameters.get(REGISTER, "")))) is not None
    }


def choices() -> AllChoices:
    """Registers in use by name, and what stands in their fields of choices; one statement. Of two things with one name the first counts."""
    rows = RegisterVersion.objects.filter(register__retired_on=None, number=F("register__version"))
    found: dict[str, dict[str, Any]] = {REGISTER: {}, FIELD: {}, VALUE: {}, SINCE: {}}
    for version in rows.select_related("register").order_by("register__id"):
        found[REGISTER][version.name] = version.register.code
        for each in version.typed_fields:
            found[FIELD].setdefault(each.title, each.code)
            if each.sort is Sort.DATE:
                found[SINCE].setdefault(each.title, each.code)
            for choice in each.choices:
                found[VALUE].setdefault(choice.title, choice.code)
    return found


def _told(parameters: Mapping[str, Any], version: RegisterVersion) -> Told:
    words = {REGISTER: version.name}
    titles = {each.code: each.title for each in version.typed_fields}
    for name, value in parameters.items():
        if isinstance(value, str) and name != REGISTER and value in titles:
            words[name] = titles[value]
    field = next((each for each in version.typed_fields if each.code == parameters.get(FIELD)), None)
    if field is not None and parameters.get(VALUE):
        chosen = [each.title for each in field.choices if each.code == parameters[VALUE]]
        words[VALUE] = chosen[0] if chosen else in_words(parameters[VALUE])
    return Told(words=words, group=version.name, is_restricted=version.register.is_restricted)
