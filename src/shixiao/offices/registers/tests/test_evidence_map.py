"""The rows of the published table that registers prove: which measure, with which parameters, on which timeline."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from shixiao.engine.measures import CATALOGUE, Measure
from shixiao.offices.registers.tests.timelines import at, timeline


@dataclass(frozen=True)
class Row:
    """A row of the table, what a year looked like (one case per block), and what each case says at the end."""

    number: int
    measure: str
    register: str
    cases: tuple[str, ...]
    says: tuple[str, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    kind: str = "registers.entry"


RESTRICTED = "registers.restricted_entry"
DONE_AND_MISSED = (
    "2026-02-01 planned due=2026-05-20\n2026-05-18 done day=2026-05-18",
    "2026-02-01 planned due=2026-05-20",
)
LETTERS = (
    "2026-02-01 restricted_received due=2026-04-01\n2026-03-10 restricted_done day=2026-03-10",
    "2026-02-01 restricted_received due=2026-04-01",
)
ONE = ("2026-03-18 entered day=2026-03-18",)
THINGS_SENT = ("2026-03-18 restricted_received\n2026-03-18 restricted_done day=2026-03-18",)
ROUNDS = (
    "2026-06-01T00:00 expected window=2026-06-01T06:00/2026-06-01T12:00\n2026-06-01T07:30 done",
    "2026-06-01T00:00 expected window=2026-06-01T12:00/2026-06-01T20:00",
)


def milestone(value: str) -> tuple[str, ...]:
    return (
        f"2026-01-10 planned due=2026-08-31 milestone={value} contract_on=2025-06-30\n2026-08-20 done day=2026-08-20",
        f"2026-01-10 planned due=2026-08-31 milestone={value} contract_on=2025-02-28",
    )


ROWS = (
    Row(1, "done_share", "missions", DONE_AND_MISSED, ("met", "missed")),
    Row(2, "done_share", "petitions", LETTERS, ("met", "missed"), kind=RESTRICTED),
    Row(3, "count", "reminders", THINGS_SENT, ("met",), kind=RESTRICTED),
    Row(4, "count", "special_inspections", THINGS_SENT, ("met",), kind=RESTRICTED),
    Row(5, "count", "training", ONE, ("met",)),
    Row(6, "done_share", "discipline_cases", LETTERS, ("met", "missed"), kind=RESTRICTED),
    Row(20, "all_by_year_end", "research_results", DONE_AND_MISSED, ("met", "missed")),
    Row(22, "all_by_year_end", "counsellor_research", DONE_AND_MISSED, ("met", "missed")),
    Row(23, "count_by_topic", "counsellor_advice", ("2026-04-02 entered day=2026-04-02 topic=3",), ("met",)),
    Row(24, "count_by_topic", "counsellor_advice", ("2026-04-02 entered day=2026-04-02 topic=5",), ("met",)),
    Row(25, "count_by_topic", "counsellor_advice", ("2026-04-02 entered day=2026-04-02",), ("not_counted",)),
    Row(29, "done_share", "annual_tasks", DONE_AND_MISSED, ("met", "missed")),
    Row(30, "done_share", "official_visits", DONE_AND_MISSED, ("met", "missed")),
    Row(32, "count", "research", ONE, ("met",)),
    Row(79, "milestone_done", "milestones", milestone("cabling"), ("met", "missed"), {"value": "cabling"}),
    Row(84, "milestone_done", "milestones", milestone("training"), ("met", "missed"), {"value": "training"}),
    Row(85, "milestone_done", "milestones", milestone("supervision"), ("met", "missed"), {"value": "supervision"}),
    Row(86, "milestone_done", "milestones", milestone("built"), ("met", "missed"), {"value": "built"}),
    Row(87, "milestone_done", "milestones", milestone("accepted"), ("met", "missed"), {"value": "accepted"}),
    Row(88, "milestone_within", "milestones", milestone("built"), ("met", "missed"), {"value": "built", "months": 18}),
    Row(92, "daily", "cleaning", ROUNDS, ("met", "missed"), {"times": 2}),
    Row(94, "rounds_in_slots", "fire_rounds", ROUNDS, ("met", "missed"), {"hours": 3}),
    Row(94, "count", "fire_drills", ONE, ("met",)),
    Row(
        95,
        "roster_kept",
        "security",
        (f"{ROUNDS[0]} service=hall", f"{ROUNDS[0]} service=parking"),
        ("met", "no concern"),
        {"field": "service", "value": "hall"},
    ),
)
PROVED_BY_REGISTERS = {1, 2, 3, 4, 5, 6, 20, 22, 23, 24, 25, 29, 30, 32, 79, 84, 85, 86, 87, 88, 92, 94, 95}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}-{row.measure}")
def test_the_row_is_proved(row: Row) -> None:
    measure = CATALOGUE[f"registers.{row.measure}"]
    assert isinstance(measure, Measure)
    assert row.kind in measure.of
    said = []
    for table in row.cases:
        case = timeline(table, kind=row.kind, register=row.register)
        found = measure.look(case, {"register": row.register} | row.parameters, clock={}, now=at("2027-01-02"))
        said.append(found[0].outcome.name.lower() if found else "no concern")
    assert tuple(said) == row.says


def test_no_row_of_the_registers_is_left_out() -> None:
    assert {row.number for row in ROWS} == PROVED_BY_REGISTERS
