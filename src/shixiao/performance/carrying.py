"""Bindings and declared values follow their rows into the next version of the table, with a question where a row has changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from shixiao import ledger
from shixiao.engine import changes, plans
from shixiao.engine.changes import Followed
from shixiao.people.models import User
from shixiao.performance import events, rows
from shixiao.performance.binding import newest, parts_of
from shixiao.performance.models import Basis, Binding, BindingQuestion, BindingTopic, Declared, Indicator, PlanVersion


@dataclass(frozen=True)
class Carried:
    """How many bindings came over, how many of them with a question, and how many stood on rows that are gone."""

    bindings: int = 0
    questions: int = 0
    dropped: int = 0


def carry(
    before: PlanVersion | None, after: PlanVersion, plan: plans.Plan, stored: Mapping[int, Indicator], *, by: User
) -> Carried:
    """Write what comes over to `after`, whose table is `plan` and whose rows are `stored` by their running number.

    In the name of whoever bound it then; who accepted the table is in the event. Within the transaction that accepts the version.
    """
    standing = newest([before.pk]) if before is not None else {}
    standing = {place: each for place, each in standing.items() if each.basis != Basis.NONE}
    if before is None or not standing:
        return Carried()
    numbers = dict(before.indicators.values_list("pk", "row"))
    followed = {each.row_before: each for each in changes.follow(rows.plan_of(before), plan)}
    counts = {row.row: len(parts_of(row.annual)) for _unit, _project, row in plan.indicators()}
    made: list[Binding] = []
    for (indicator, part), binding in standing.items():
        found = followed.get(numbers[indicator])
        if found is not None and part < counts[found.row_after]:
            made.append(_copy(binding, stored[found.row_after], found, after))
    _store(made)
    _carry_declared(before, followed, numbers, counts, stored)
    told = Carried(len(made), sum(bool(each.question) for each in made), len(standing) - len(made))
    ledger.record(
        events.BINDINGS_CARRIED,
        subject=after.plan,
        by=by,
        now=after.accepted_at,
        particulars={
            "version": after.number,
            "bindings": told.bindings,
            "questions": told.questions,
            "dropped": told.dropped,
        },
    )
    return told


def _copy(binding: Binding, row: Indicator, found: Followed, after: PlanVersion) -> Binding:
    made = Binding.objects.get(pk=binding.pk)
    made.pk, made.carried_from, made.indicator = None, binding, row
    made.question = binding.question or _question(found)
    made.made_at = after.accepted_at
    return made


def _question(found: Followed) -> str:
    if found.is_reworded:
        return BindingQuestion.WORDING_CHANGED
    return BindingQuestion.PROJECT_RENAMED if found.is_renamed else BindingQuestion.NO


def _store(made: list[Binding]) -> None:
    origins = {each.carried_from_id: each for each in made}
    for each in made:
        each.save(force_insert=True)
    topics = BindingTopic.objects.filter(binding__in=list(origins)).values_list("binding_id", "topic_id")
    BindingTopic.objects.bulk_create(
        BindingTopic(binding=origins[binding], topic_id=topic) for binding, topic in topics
    )


def _carry_declared(
    before: PlanVersion,
    followed: Mapping[int, Followed],
    numbers: Mapping[int, int],
    counts: Mapping[int, int],
    stored: Mapping[int, Indicator],
) -> None:
    """Those that stand, of rows that are the same word for word."""
    listed = Declared.objects.filter(indicator__version=before, withdraws=None, withdrawn_by=None).order_by("id")
    for declared in listed:
        found = followed.get(numbers[declared.indicator_id])
        if found is None or found.is_reworded or declared.part >= counts[found.row_after]:
            continue
        origin = declared.pk
        declared.pk, declared.indicator, declared.carried_from_id = None, stored[found.row_after], origin
        declared.save(force_insert=True)
