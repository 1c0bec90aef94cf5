"""What the parameters of this office's gauges mean: programmes, by the names that people gave them."""

from collections.abc import Mapping, Sequence
from typing import Any

from shixiao.casework.evidence.naming import Told
from shixiao.engine.measures.wordings import AllChoices
from shixiao.ledger.gauges import InUse
from shixiao.offices.payments.models import Programme

PROGRAMME = "programme"


def tell(gauges: Sequence[InUse]) -> Mapping[int, Told]:
    """Each gauge with its programme as it is called; one statement for all."""
    wanted = {gauge.id: int(gauge.parameters[PROGRAMME]) for gauge in gauges if gauge.parameters.get(PROGRAMME)}
    names = dict(Programme.objects.filter(pk__in=wanted.values()).values_list("pk", "name")) if wanted else {}
    return {
        gauge: Told(words={PROGRAMME: names[programme]}, group=names[programme])
        for gauge, programme in wanted.items()
        if programme in names
    }


def choices() -> AllChoices:
    """Programmes by name; of two projects' programmes with one name that which was set up last."""
    found: dict[str, Any] = dict(Programme.objects.order_by("id").values_list("name", "pk"))
    return {PROGRAMME: found}
