"""What the parameters of this office's gauges mean: registers, their fields and choices by the names that people gave them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F

from shixiao.casework.evidence.naming import Told, in_words
from shixiao.ledger.gauges import InUse
from shixiao.offices.registers.models import RegisterVersion

REGISTER, FIELD, VALUE = "register", "field", "value"


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
