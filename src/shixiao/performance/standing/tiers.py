"""The tiers by which marks of people are judged: those of the rubric by which they were given."""

from collections.abc import Iterable, Mapping

from shixiao.casework import offices
from shixiao.engine.prospects import Tier
from shixiao.ledger.gauges import InUse


def tiers_by_gauge(gauges: Iterable[int], using: Mapping[int, InUse]) -> dict[int, tuple[Tier, ...]]:
    """The tiers of each of these gauges whose measure is a judgement, from the highest down. One statement, and none where no gauge is one; a
    rubric that is gone has none."""
    rubrics = {
        each: str(using[each].parameters.get("rubric", ""))
        for each in gauges
        if each in using and using[each].measure.is_judgement
    }
    offered = offices.offer("rubric_tiers") if rubrics else None
    if offered is None:
        return {}
    known = offered(set(rubrics.values()))
    return {
        gauge: tuple(Tier(each.code, each.title, each.low) for each in known[rubric])
        for gauge, rubric in rubrics.items()
        if rubric in known
    }
