"""A step table that cannot be right is refused when it is built, and says what is wrong."""

from dataclasses import replace

import pytest

from shixiao.casework.particulars import code, label
from shixiao.casework.steps import BrokenTable, State, Steps, every_combination
from shixiao.casework.tests.conftest import Desk
from shixiao.engine.bilingual import Text


@pytest.fixture
def table(desk: type[Desk]) -> Steps:
    return desk.tables[0]


def changed(table: Steps, step: str, **fields: object) -> Steps:
    return replace(table, steps=tuple(replace(s, **fields) if s.name == step else s for s in table.steps))  # type: ignore[arg-type]


WRONG = {
    "speaks of the state 'nowhere'": lambda t: changed(t, "take", to="nowhere"),
    "from state 'paused' no way leads to an end": lambda t: changed(
        changed(t, "finish", after=("taken",)), "resume", after=("taken",), to=None
    ),
    "no way leads to state 'paused'": lambda t: changed(t, "pause", to="taken"),
    "two steps record 'desk.taken'": lambda t: changed(t, "pause", records=t.step("take").records, takes=()),
    "no step opens a case": lambda t: replace(
        t, steps=tuple(replace(s, suspends=(), resumes=(), stops=(), not_by=()) for s in t.steps[1:])
    ),
    "opens a case and leads to no state": lambda t: changed(t, "open", to=None),
    "takes the text 'note', and desk.paused does not declare it": lambda t: changed(
        t, "pause", takes=(label("note", Text("备注", "Note")),)
    ),
    "takes 'window', which the counter itself writes": lambda t: changed(
        t, "take", takes=(code("window", Text("窗", "Window")),)
    ),
    "speaks of the deadline 'other'": lambda t: changed(t, "finish", stops=("other",)),
    "may not be taken by whoever took 'never'": lambda t: changed(t, "check", not_by=("never",)),
    "state 'open' stands there twice": lambda t: replace(t, states=(*t.states, t.states[0])),
    "no state is an end": lambda t: replace(t, states=tuple(replace(s, is_end=False) for s in t.states)),
    "stays in the end 'done'": lambda t: changed(t, "reopen", to=None),
    "'reopen' takes back what is done, so it leads from an end": lambda t: changed(t, "reopen", takes_back=True),
    "is named office.thing": lambda t: replace(t, kind="Task"),
    "the prefix of its numbers": lambda t: replace(t, prefix=""),
    "step 'Take' is not named in small letters": lambda t: changed(t, "take", name="Take"),
}


@pytest.mark.parametrize("sentence", WRONG, ids=list(WRONG))
def test_what_is_wrong_is_named(table: Steps, sentence: str) -> None:
    with pytest.raises(BrokenTable, match=r"^(desk\.task|Task): ") as broken:
        WRONG[sentence](table)
    assert sentence in str(broken.value)


def test_what_may_follow_comes_in_the_order_of_the_table(table: Steps) -> None:
    assert [step.name for step in table.allowed("taken")] == ["pause", "check", "finish"]
    assert [step.name for step in table.opening] == ["open"]
    assert table.limits == ("answer",)


def test_every_state_meets_every_step(table: Steps) -> None:
    assert len(list(every_combination(table))) == len(table.states) * 7


def test_a_state_of_its_own_must_be_reachable(table: Steps) -> None:
    with pytest.raises(BrokenTable, match="no way leads to state 'lost'"):
        replace(table, states=(*table.states, State(name="lost", title=Text("失", "Lost"), is_end=True)))
