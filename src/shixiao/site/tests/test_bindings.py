"""What each row of the published table of Guangzhou stands on in the demonstration, row by row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance import proposing, shipping, standing
from shixiao.performance.binding import parts_of
from shixiao.performance.models import Binding, PlanVersion
from shixiao.performance.rows import annual_targets

pytestmark = pytest.mark.django_db

# The office whose records prove each row; of a row with parts, that of each.
OFFICES: Mapping[str, tuple[int, ...]] = {
    "registers": (1, 2, 3, 4, 5, 6, 20, 22, 23, 24, 25, 29, 30, 32, 79, 84, 85, 86, 87, 88, 92, 94, 95),
    "payments": (9, 15, 16, 17, 21, 28, 38, 51, 64, 72, 76, 83, 91, 103, 109, 116, 123),
    "reviews": (13, 18, 19, 34, 35, 100, 101, 107),
    "feedback": (7, 8, 14, 26, 27, 36, 37, 49, 50, 62, 63, 71, 75, 82, 90, 102, 108, 115, 122),
    "operations": (
        *(*range(39, 49), *range(52, 62), 67, 70, 73, 74, 79, 80, 81, 89),
        *(110, 111, 112, 113, 114, 117, 118, 119, 120, 121),
    ),
    "procurement": (10, 11, 12, 65, 66, 68, 69, 77, 78, 104, 105, 106),
    "gazette": (93, 96, 99),
    "documents": (31, 33),
    "exchange": (97, 98),
}
BUDGET = ("payments.paid_amount", {}, "payments.approved_budget")
MEASURES: Mapping[tuple[int, int], tuple[str, Mapping[str, Any], str]] = {
    (1, 0): ("registers.done_share", {"register": "missions"}, ""),
    (2, 0): ("registers.done_share", {"register": "petitions"}, ""),
    (3, 0): ("registers.count", {"register": "reminders"}, ""),
    (4, 0): ("registers.count", {"register": "special_inspections"}, ""),
    (5, 0): ("registers.count", {"register": "training"}, ""),
    (6, 0): ("registers.done_share", {"register": "discipline_cases"}, ""),
    **{(row, 0): BUDGET for row in (9, 15, 28, 38, 51, 64, 91, 103, 109, 116, 123)},
    (16, 0): ("payments.rounds_paid", {"programme": "参事津贴"}, ""),
    (17, 0): ("payments.rounds_paid", {"programme": "馆员津贴"}, ""),
    (20, 0): ("registers.all_by_year_end", {"register": "research_results"}, ""),
    (21, 0): ("payments.paid_before_spring_festival", {}, ""),
    (22, 0): ("registers.all_by_year_end", {"register": "counsellor_research"}, ""),
    **{(23, part): ("registers.count_by_topic", {"register": "counsellor_advice"}, "") for part in range(2)},
    **{
        (row, part): ("registers.count_by_topic", {"register": "counsellor_advice"}, "")
        for row in (24, 25)
        for part in range(3)
    },
    (29, 0): ("registers.done_share", {"register": "annual_tasks"}, ""),
    (30, 0): ("registers.done_share", {"register": "official_visits"}, ""),
    (32, 0): ("registers.count", {"register": "research"}, ""),
    **{(row, 0): ("payments.budget_spent", {}, "payments.approved_budget") for row in (72, 76, 83)},
    (79, 0): ("registers.milestone_done", {"register": "milestones", "value": "cabling"}, ""),
    (84, 0): ("registers.milestone_done", {"register": "milestones", "value": "training"}, ""),
    (85, 0): ("registers.milestone_done", {"register": "milestones", "value": "supervision"}, ""),
    (86, 0): ("registers.milestone_done", {"register": "milestones", "value": "built"}, ""),
    (87, 0): ("registers.milestone_done", {"register": "milestones", "value": "accepted"}, ""),
    (88, 0): ("registers.milestone_within", {"register": "milestones", "value": "built", "months": 18}, ""),
    (92, 0): ("registers.daily", {"register": "cleaning", "times": 2}, ""),
    (94, 0): ("registers.rounds_in_slots", {"register": "fire_rounds", "hours": 3}, ""),
    (94, 1): ("registers.count", {"register": "fire_drills"}, ""),
    (95, 0): ("registers.roster_kept", {"register": "security"}, ""),
    (13, 0): ("reviews.mark", {"rubric": "service_level"}, ""),
    (18, 0): ("reviews.reaching", {"rubric": "calligraphy"}, ""),
    (19, 0): ("reviews.reaching", {"rubric": "research_report"}, ""),
    (34, 0): ("reviews.mark", {"rubric": "economic_benefit"}, ""),
    (35, 0): ("reviews.mark", {"rubric": "social_benefit"}, ""),
    (100, 0): ("reviews.mark", {"rubric": "disclosure"}, ""),
    (101, 0): ("reviews.mark", {"rubric": "gazette_purpose"}, ""),
    (107, 0): ("reviews.mark", {"rubric": "office_environment"}, ""),
}
TOPICS = {
    (23, 0): "生态环保",
    (23, 1): "城市环境质量改善",
    (24, 0): "社会发展",
    (24, 1): "民生保障",
    (24, 2): "教科文卫事业",
    (25, 0): "经济建设",
    (25, 1): "城市发展",
    (25, 2): "乡村振兴",
}
# The tables do not say these days, so they are provisional; money follows the calendar year all the same.
WINDOWS = {
    "contract 2025-07-01 2026-07-01": (*range(39, 51), *range(110, 116)),
    "contract 2026-07-01 2027-07-01": (*range(52, 64), *range(117, 123)),
    "months 2025-09-01 2027-03-01": (88,),
    "trial 2026-07-01 2026-12-01": (89,),
}


@pytest.fixture
def bound(demonstrated: list[Text]) -> PlanVersion:
    assert any("136" in line.en and "54" in line.en for line in demonstrated)
    return PlanVersion.objects.get()


def test_every_row_stands_on_the_office_of_the_map_and_registers_and_payments_on_its_measure(
    bound: PlanVersion,
) -> None:
    listed = list(Binding.objects.select_related("indicator", "gauge", "against").order_by("indicator__row", "part"))
    assert offices_of(listed) == {name: set(rows) for name, rows in OFFICES.items()}
    assert sum(map(len, OFFICES.values())) == 123 + 1  # row 79 stands on two of them
    measured = {(each.indicator.row, each.part): each for each in listed if each.basis == "measure"}
    assert {place: told(each) for place, each in measured.items()} == dict(MEASURES)
    topics = {place: names for place, each in measured.items() if (names := "、".join(topics_of(each)))}
    assert topics == TOPICS
    windows: dict[str, set[int]] = {}
    for each in listed:
        if each.window != "year":
            windows.setdefault(f"{each.window} {each.begin} {each.end}", set()).add(each.indicator.row)
            assert "暂定" in each.reason
            assert each.is_provisional
    assert windows == {name: set(rows) for name, rows in WINDOWS.items()}
    of_project = {each.indicator.row for each in measured.values() if each.project_id}
    assert of_project == {*OFFICES["payments"], *OFFICES["reviews"], 79, 84, 85, 86, 87, 88} - {16, 17}


def test_binding_what_is_shipped_again_changes_nothing_and_a_board_is_read(bound: PlanVersion, now: datetime) -> None:
    officer = User.objects.get(username="demo-officer")
    before = Binding.objects.count(), Event.objects.filter(kind="performance.indicator_bound").count()
    again = shipping.bind_shipped(bound, by=officer, now=timezone.now())
    assert (again.count, again.already, again.left) == (0, 136, ())
    assert (Binding.objects.count(), Event.objects.filter(kind="performance.indicator_bound").count()) == before
    assert before == (136, 136)
    board = standing.read(bound, now=timezone.now())
    assert [part.refusal for row in board.rows for part in row.parts if part.refusal] == []
    assert board.bases["measured"] >= 25
    # How many of the eight are settled by today depends on the day; none is ever shown as measured.
    of_reviews = [row for row in board.rows if row.row in OFFICES["reviews"]]
    assert {row.basis for row in of_reviews} <= {"reviewed", "none"}
    assert {row.status.value for row in of_reviews if row.basis == "none"} <= {"to_be_reviewed"}


def offices_of(bindings: list[Binding]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for each in bindings:
        name = each.measure.partition(".")[0] or each.awaits or each.basis
        found.setdefault(name, set()).add(each.indicator.row)
    return found


def told(binding: Binding) -> tuple[str, dict[str, Any], str]:
    """Its measure, those of its parameters that were given, and the second figure."""
    from shixiao.casework.evidence import called

    names = {key: name for name, key in called.choices().get("programme", {}).items()}
    defaults = {"field": ("", "milestone"), "value": ("",), "since": ("contract_on",), "tier": ("",)}
    given = {name: value for name, value in binding.parameters.items() if value not in defaults.get(name, ())}
    if "programme" in given:
        given["programme"] = names[given["programme"]]
    return binding.measure, given, binding.against.measure if binding.against else ""


def topics_of(binding: Binding) -> list[str]:
    return list(binding.topics.order_by("id").values_list("name", flat=True))


# ---- what is proposed where nothing is shipped -----------------------------------------------------------------

# Rows whose name or value says its measure plainly. Of the others (结案率, 验收合格 …) somebody chooses the register.
SURE = {
    *(1, 3, 4, 5, 9, 15, 16, 17, 20, 21, 28, 38, 51, 64, 72, 76, 83, 91, 95, 103, 109, 116, 123),
    *(23, 24, 25),
    *(34, 35, 100, 107),
}


def test_the_catalogue_alone_proposes_the_measure_of_the_map_and_is_never_sure_of_another(
    bound: PlanVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "of_row", lambda row: ())
    asked, read = proposing.Proposing(bound), annual_targets(bound)
    sure, missing = set(), set()
    for row in bound.indicators.select_related("project__unit", "version__plan").order_by("row"):
        for part, target in enumerate(parts_of(read[row.pk])):
            found = asked.of(row, part, target, by=None, now=timezone.now())
            wanted = MEASURES.get((row.row, part))
            if found.sure and found.sure.wanted.basis == "measure":
                sure.add(row.row)
                assert wanted is not None, row
                assert found.sure.wanted.measure == wanted[0], row
            if wanted and wanted[0] not in [each.wanted.measure for each in found.fitting]:
                missing.add(row.row)
    assert sure == SURE
    assert missing <= {79, 94}  # their value says 是, or a time between two; a person binds them


def test_any_qualitative_target_is_proposed_the_mark_of_reviews_by_a_rubric_that_somebody_chooses(
    bound: PlanVersion,
) -> None:
    row = bound.indicators.select_related("project__unit", "version__plan").get(
        row=7
    )  # 工作氛围: no rubric is called so
    found = proposing.Proposing(bound).of(row, 0, annual_targets(bound)[row.pk], by=None, now=timezone.now())
    (offered,) = [each for each in found.fitting if each.wanted.measure == "reviews.mark"]
    assert (offered.open, offered.is_sure, offered.wanted.project is not None) == (("rubric",), False, True)


def test_windows_are_guessed_from_the_project_and_from_the_target(bound: PlanVersion) -> None:
    read = annual_targets(bound)
    rows = {row.row: row for row in bound.indicators.select_related("project__unit", "version__plan")}
    contract = proposing.guess_window(rows[39], read[rows[39].pk])
    assert (contract.kind, str(contract.begin), str(contract.end)) == ("contract", "2025-07-01", "2026-07-01")
    months = proposing.guess_window(rows[88], read[rows[88].pk])
    assert (months.kind, str(months.begin), str(months.end)) == ("months", "2026-01-01", "2027-07-01")
    assert proposing.guess_window(rows[51], read[rows[51].pk], is_of_money=True).begin is None
    assert proposing.guess_window(rows[5], read[rows[5].pk]).kind == "year"
