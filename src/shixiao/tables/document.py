"""What a file held: its plans, and how it was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from shixiao.engine.plans import Plan, Repair

if TYPE_CHECKING:
    from shixiao.tables.assignments import Assignment


class Document(NamedTuple):
    """A file that was read.

    `format` is how it was written ("txt", "json"), `encoding` how its characters were ("utf-8", "gb18030",
    "utf-16-le" …). `plans` are its tables in order; the running numbers of the indicators go through all of
    them. `repairs` are all that was mended anywhere in the file, in reading order: first those of the file,
    then those that its plans, projects and indicators carry too. `assignments` say what the columns of its tables
    were taken for, where a layout had to decide that.
    """

    name: str
    format: str
    encoding: str
    plans: tuple[Plan, ...]
    repairs: tuple[Repair, ...] = ()
    assignments: tuple[Assignment, ...] = ()

    @property
    def own_repairs(self) -> tuple[Repair, ...]:
        """The repairs that belong to no plan: those of the encoding and of text outside the tables."""
        carried = sum(1 for plan in self.plans for _ in repairs_within(plan))
        return self.repairs[: len(self.repairs) - carried]


def document(
    name: str,
    format: str,
    encoding: str,
    plans: tuple[Plan, ...],
    own: tuple[Repair, ...] = (),
    assignments: tuple[Assignment, ...] = (),
) -> Document:
    """A document whose repairs are its own and those that its plans carry."""
    carried = (repair for plan in plans for repair in repairs_within(plan))
    return Document(name, format, encoding, plans, (*own, *carried), assignments)


def repairs_within(plan: Plan) -> Iterator[Repair]:
    """The repairs of a plan, of its projects and of their indicators, in reading order."""
    yield from plan.repairs
    for _, project in plan.projects():
        yield from project.repairs
        for indicator in project.indicators:
            yield from indicator.repairs
