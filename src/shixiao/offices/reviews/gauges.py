"""What the parameters of this office's gauges mean: rubrics and tiers by the names that people gave them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import F

from shixiao.casework.evidence.naming import Told
from shixiao.engine.measures.wordings import AllChoices
from shixiao.engine.scoring.profiles import Tier
from shixiao.ledger.gauges import InUse
from shixiao.offices.reviews.models import RubricVersion
from shixiao.people.wordings import said

RUBRIC, TIER = "rubric", "tier"


def tell(gauges: Sequence[InUse]) -> Mapping[int, Told]:
    """Each gauge with its rubric as it is called now; one statement for all."""
    versions = _newest({str(gauge.parameters.get(RUBRIC, "")) for gauge in gauges})
    found = {}
    for gauge in gauges:
        version = versions.get(str(gauge.parameters.get(RUBRIC, "")))
        if version is None:
            continue
        words = {RUBRIC: version.name}
        tier = next((each for each in version.tiers if each.code == gauge.parameters.get(TIER)), None)
        if tier is not None:
            words[TIER] = said(tier.title)
        found[gauge.id] = Told(words=words, group=version.name)
    return found


def choices() -> AllChoices:
    """Rubrics in use by name; one statement."""
    rows = RubricVersion.objects.filter(rubric__retired_on=None, number=F("rubric__version"))
    found: dict[str, Any] = dict(rows.order_by("rubric__id").values_list("name", "rubric__code"))
    return {RUBRIC: found}


def tiers_of(rubrics: Collection[str]) -> Mapping[str, tuple[Tier, ...]]:
    """The tiers of rubrics as they are now, by code, from the highest down; one statement. What another floor judges a mark by."""
    return {code: version.tiers for code, version in _newest(rubrics).items()}


def _newest(rubrics: Collection[str]) -> dict[str, RubricVersion]:
    rows = RubricVersion.objects.filter(rubric__code__in=rubrics, number=F("rubric__version"))
    return {row.rubric.code: row for row in rows.select_related("rubric")}
