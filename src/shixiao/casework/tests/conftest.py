"""A desk that exists only in these tests: the room knows no office, so its tests may not either."""

from collections.abc import Iterator

import pytest

from shixiao.casework import offices
from shixiao.casework.limits import Limit
from shixiao.casework.particulars import code, label, money, words
from shixiao.casework.steps import LEAD, PROGRAM, Situation, State, Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.ledger import kinds
from shixiao.people import responsibilities

KIND = "desk.task"


class Desk:
    """What `offices` asks of an office."""

    label = "desk"
    title = Text("桌", "Desk")
    about = Text("只在测试里的桌子。", "A desk of the tests.")
    accepts = {"open": KIND}  # noqa: RUF012
    offers: dict[str, object] = {}  # noqa: RUF012
    gauge_words = None
    details: dict[str, object] = {}  # noqa: RUF012
    actions: dict[object, object] = {}  # noqa: RUF012
    preparations: dict[object, object] = {}  # noqa: RUF012
    asking: dict[object, object] = {}  # noqa: RUF012
    naming: dict[object, object] = {}  # noqa: RUF012
    limits: tuple[Limit, ...] = ()
    lights: dict[str, object] = {}  # noqa: RUF012
    tables: tuple[Steps, ...] = ()
    phone: tuple[object, ...] = ()
    full: set[str] = set()  # noqa: RUF012 — the places that `rounds` has no room for


def too_much(situation: Situation) -> Text | None:
    """A rule of the desk."""
    if situation.particulars.get("note") == "no":
        return Text("规则不允许。", "A rule speaks against it.")
    return None


def table() -> Steps:
    """Open → taken → done, with ways back."""
    event = kinds.declare
    kind = {
        name: event(f"desk.{name}", Text(name, name), particulars=(*codes, "due"), texts=texts)
        for name, codes, texts in (
            ("opened", ("amount",), ("topic",)),
            ("taken", (), ("note",)),
            ("paused", (), ("reason",)),
            ("resumed", (), ()),
            ("checked", (), ()),
            ("done", ("code",), ()),
            ("reopened", (), ("reason",)),
            ("swept", (), ()),
        )
    }
    step, reason = Step, words("reason", Text("理由", "Reason"))
    return Steps(
        kind=KIND,
        title=Text("任务", "Task"),
        prefix="桌",
        overseer="desk.overseer",
        states=(
            State(name="open", title=Text("待办", "Open")),
            State(name="taken", title=Text("在办", "Taken")),
            State(name="paused", title=Text("暂停", "Paused")),
            State(name="done", title=Text("办结", "Done"), is_end=True),
        ),
        steps=(
            step(
                name="open",
                title=Text("登记", "Open"),
                to="open",
                records=kind["opened"],
                by="desk.clerk",
                takes=(
                    label("topic", Text("事由", "Topic")),
                    money("amount", Text("金额", "Amount"), is_required=False),
                ),
                starts=("answer",),
            ),
            step(
                name="take",
                title=Text("接办", "Take"),
                after=("open",),
                to="taken",
                records=kind["taken"],
                by="desk.clerk",
                takes=(label("note", Text("备注", "Note"), is_required=False),),
                guard=too_much,
            ),
            step(
                name="pause",
                title=Text("暂停", "Pause"),
                after=("taken",),
                to="paused",
                records=kind["paused"],
                by=LEAD,
                takes=(reason,),
                suspends=("answer",),
            ),
            step(
                name="resume",
                title=Text("恢复", "Resume"),
                after=("paused",),
                to="taken",
                records=kind["resumed"],
                by=LEAD,
                resumes=("answer",),
            ),
            step(
                name="check",
                title=Text("复核", "Check"),
                after=("taken",),
                records=kind["checked"],
                by="desk.checker",
                not_by=("open",),
            ),
            step(
                name="finish",
                title=Text("办结", "Finish"),
                after=("taken", "paused"),
                to="done",
                records=kind["done"],
                by="desk.clerk",
                takes=(code("code", Text("代码", "Code"), is_required=False),),
                stops=("answer",),
            ),
            step(
                name="reopen",
                title=Text("重开", "Reopen"),
                after=("done",),
                to="taken",
                records=kind["reopened"],
                by="desk.overseer",
                takes=(reason,),
            ),
            step(
                name="sweep",
                title=Text("清理", "Sweep"),
                after=("open",),
                to="done",
                records=kind["swept"],
                by=PROGRAM,
            ),
        ),
    )


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Desk]]:
    """The desk is installed, and nothing else."""
    for word in ("desk.clerk", "desk.checker", "desk.overseer"):
        responsibilities._declared[word] = responsibilities.Responsibility(word, Text(word, word))
    before = set(kinds.DECLARED)
    here = table()
    monkeypatch.setattr(Desk, "tables", (here,))
    eight = Limit(kind=KIND, name="answer", budget="8wh", title=Text("答复", "Answer"))
    quick = Limit(
        kind=KIND, name="answer", budget="2h", urgency="urgent", calendar="always", title=Text("答复", "Answer")
    )
    monkeypatch.setattr(Desk, "limits", (eight, quick))
    monkeypatch.setattr(offices, "installed", lambda: (Desk,))
    monkeypatch.setattr(offices, "desks", lambda: (Desk,))
    monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (Desk, here)})
    yield Desk
    for name in set(kinds.DECLARED) - before:
        del kinds._declared[name]
    for word in ("desk.clerk", "desk.checker", "desk.overseer"):
        del responsibilities._declared[word]
