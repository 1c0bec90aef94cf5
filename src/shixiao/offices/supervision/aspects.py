"""By what else the facts about tasks add up: the lead unit, the leader who gave the order, the source, the sort of task, the tags. Pure."""

from collections.abc import Iterable
from datetime import date

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import TAGGING, Timeline, told_by
from shixiao.offices.supervision import events
from shixiao.offices.supervision.steps import TASK

UNIT, LEADER, SOURCE, SORT, TAG = "unit", "leader", "source", "kind", "tag"
ROUTINE, PART, SINGLE = "routine", "part", "single"
SORTS = {
    SINGLE: Text("一次性事项", "Single tasks"),
    ROUTINE: Text("例行事项", "Recurring tasks"),
    PART: Text("子任务", "Parts of tasks"),
}
NAMES = {
    UNIT: Text("主办单位", "Lead unit"),
    LEADER: Text("交办领导", "Leader"),
    SOURCE: Text("来源", "Source"),
    SORT: Text("类别", "Kind"),
    TAG: Text("标签", "Tag"),
}


@told_by(of=TASK, names=NAMES, follows=TAGGING)
def of_task(case: Timeline, on: date) -> Iterable[tuple[str, object]]:
    """As the task stands by its last event that says so; tags as the vocabulary is on the day on which the fact counts."""
    if unit := case.scope.unit:
        yield UNIT, unit
    if orderer := case.told("orderer"):
        yield LEADER, orderer
    if source := case.told("source"):
        yield SOURCE, source
    yield SORT, ROUTINE if case.has(events.EXPECTED) else PART if case.told("parent_id") else SINGLE
    for tag in case.tags(on):
        yield TAG, tag
