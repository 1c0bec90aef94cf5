"""A second kind of case at the desk of the tests: rounds, which duties may expect."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shixiao.casework import offices
from shixiao.casework.events import EXPECTED_WITHDRAWN
from shixiao.casework.limits import Limit
from shixiao.casework.particulars import code
from shixiao.casework.steps import PROGRAM, State, Step, Steps
from shixiao.casework.tests.conftest import KIND, Desk
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.ledger import kinds

ROUND = "desk.round"


def table() -> Steps:
    """Planned → done; the program withdraws what it planned."""
    told = {
        name: kinds.declare(f"desk.round_{name}", Text(name, name), particulars=("place", "due"))
        for name in ("planned", "done", "dropped")
    }
    place = code("place", Text("地点", "Place"), is_required=False)
    return Steps(
        kind=ROUND,
        title=Text("巡查", "Round"),
        prefix="巡",
        overseer="desk.overseer",
        states=(
            State(name="planned", title=Text("待巡查", "Planned")),
            State(name="done", title=Text("已巡查", "Done"), is_end=True),
            State(name="withdrawn", title=Text("不再安排", "Withdrawn"), is_end=True),
        ),
        steps=(
            Step(
                name="plan",
                title=Text("安排", "Plan"),
                to="planned",
                records=told["planned"],
                by="desk.clerk",
                takes=(place,),
                starts=("do",),
            ),
            Step(
                name="do",
                title=Text("登记完成", "Record as done"),
                after=("planned",),
                to="done",
                records=told["done"],
                by="desk.clerk",
                stops=("do",),
            ),
            Step(
                name="withdraw",
                title=Text("不再安排", "Withdraw"),
                after=("planned",),
                to="withdrawn",
                records=EXPECTED_WITHDRAWN,
                by=PROGRAM,
            ),
        ),
    )


@contextmanager
def installed(monkeypatch: pytest.MonkeyPatch, desk: type[Desk]) -> Iterator[Steps]:
    """The desk has both kinds of case."""

    def refuse_a_full_place(work: Work) -> None:
        """A rule of the desk that speaks against some expected cases only, and only while it holds."""
        if work["place"] in desk.full:
            raise work.refuse(Text(f"{work['place']} 满了。", f"{work['place']} is full."), field="place")

    here = table()
    monkeypatch.setattr(desk, "full", set())
    monkeypatch.setattr(desk, "tables", (*desk.tables, here))
    day = Limit(kind=ROUND, name="do", budget="1d", title=Text("完成", "Done"))
    monkeypatch.setattr(desk, "limits", (*desk.limits, day))
    monkeypatch.setattr(desk, "actions", {(ROUND, "plan"): refuse_a_full_place})
    monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (desk, desk.tables[0]), ROUND: (desk, here)})
    yield here
