"""Why it is this number: every number in the explanation is the number on the board; the shape of the JSON does not change."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.casework import perform
from shixiao.casework.models import Case, Project
from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading
from shixiao.engine.prospects import Chance, Forecast, Headroom, Pace, Prospect, Status
from shixiao.engine.targets.json_form import json_number
from shixiao.ledger import gauges
from shixiao.people.models import Unit, User
from shixiao.performance import actions, binding, guarding
from shixiao.performance.models import Basis, PlanVersion
from shixiao.performance.standing import Row
from shixiao.performance.tests.conftest import first
from shixiao.performance.tests.numbers.conftest import FINISHED, ON_TIME, WATCHED, WORTH, board_of, finished, opened
from shixiao.performance.why import STEPS, Why, as_json, explain

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"


def why_of(version: PlanVersion, number: int, by: User | None, now: datetime, as_of: date | None = None) -> Why:
    (row,) = board_of(version, now, only=[number], as_of=as_of).rows
    return explain(row, by=by, now=now, as_of=as_of)


def text_of(why: Why, step: str, language: str = "zh") -> str:
    return "".join(each.text.in_(language) for each in why.sentences if each.step == step)


# ---- sentences -------------------------------------------------------------------------------------------------


def test_the_reading_as_a_sentence_with_both_figures(
    version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    why = why_of(version, 1, officer, now)
    assert text_of(why, "cases") == "按时 1 件，超时 1 件，未到时限 1 件，不计 1 件（已取消）。"
    assert text_of(why, "value") == "不计后 50.0%，计入后 33.3%。"
    assert text_of(why, "cases", "en").startswith("1 in time, 1 late, 1 not due yet, 1 not counted")
    assert "33.3%" in text_of(why, "value", "en")


def test_the_steps_come_in_their_order(
    version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    for number in (1, 2, 3, 5, 6):
        order = [list(STEPS).index(each.step) for each in why_of(version, number, officer, now).sentences]
        assert order == sorted(order), number


def test_it_says_to_what_it_is_bound_since_when_by_whom_and_why(
    version: PlanVersion, life: dict[str, Case], officer: User, stranger: User, now: datetime
) -> None:
    text = text_of(why_of(version, 1, officer, now), "bound")
    assert "绑定到“按时办结率”" in text
    assert "2026年3月22日由test-officer绑定" in text
    assert "理由：对得上" in text
    assert "统计期：2026 年；范围：全部" in text
    other = text_of(why_of(version, 1, stranger, now), "bound")
    assert "test-officer" not in other
    assert "由绩效管理员绑定" in other


def test_three_states_are_three_texts(
    version: PlanVersion, bind: Callable[..., Any], unit: Unit, clerk: User, officer: User, now: datetime
) -> None:
    bind(2, FINISHED)
    bind(5, WATCHED)
    gauges.put("desk.returned", {}, by=None, now=now - timedelta(days=100))
    none = why_of(version, 5, officer, now)
    assert none.parts[0].state == "no_evidence"
    signed = finished(unit, clerk, now - timedelta(days=50), now - timedelta(days=49), amount="0.01")
    assert signed.state == "done"
    nothing = why_of(version, 5, officer, now)
    value = why_of(version, 2, officer, now)
    states = [each.parts[0].state for each in (none, nothing, value)]
    assert states == ["no_evidence", "nothing_occurred", "value"]
    texts = [text_of(each, "value") for each in (none, nothing, value)]
    assert texts == [
        "没有读数：既不是零，也不是百分之百。",
        "没有发生：有人在看，零报告 1 期齐全。",
        "数值是 1 件。",
    ]
    assert "0%" not in texts[1]
    missing = opened(unit, clerk, now - timedelta(days=20), amount="0.01")
    assert missing.pk
    again = why_of(version, 5, officer, now)
    assert again.parts[0].state == "no_evidence"
    assert "缺零报告 1 期。" in text_of(again, "unknown")


def test_what_is_not_known_is_said(
    version: PlanVersion, bind: Callable[..., Any], officer: User, now: datetime
) -> None:
    def codes(number: int) -> list[str]:
        return [each.code for each in why_of(version, number, officer, now).parts[0].unknown]

    assert codes(1) == ["not_bound"]
    bind(1, "", basis=Basis.AWAITED, awaits="documents")
    assert codes(1) == ["awaited_office"]
    bind(1, "", basis=Basis.DECLARED, at=now - timedelta(days=99))
    assert codes(1) == ["not_declared"]
    bind(1, ON_TIME, at=now - timedelta(days=98))
    assert codes(1) == ["no_evidence"]
    assert why_of(version, 6, officer, now).parts[0].state == "to_be_reviewed"


def test_a_declared_value_is_marked_and_never_said_to_be_measured(
    version: PlanVersion, bind: Callable[..., Any], officer: User, now: datetime
) -> None:
    bind(2, "", basis=Basis.DECLARED)
    attached = binding.Attached(name="证明.pdf", sha256="a" * 64, size=9)
    binding.declare(
        first(version, 2), 0, "2", on=date(2026, 6, 1), note="按月报", attached=attached, by=officer, now=now
    )
    why = why_of(version, 2, officer, now)
    part = why.parts[0]
    assert (part.state, part.basis, part.cases) == ("declared", "declared", ())
    assert text_of(why, "value") == "填报值 2 件，截至2026年6月1日，由test-officer填报，说明：按月报；附件“证明.pdf”。"
    assert "declared" in [each.code for each in part.unknown]
    assert text_of(why, "open") == ""


def test_a_compound_is_explained_part_by_part_and_by_its_worst(
    version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    why = why_of(version, 4, officer, now)
    assert [part.condition for part in why.parts] == ["城区", "郊区"]
    assert [part.state for part in why.parts] == ["value", "no_evidence"]
    last = why.sentences[-1]
    assert last.part is None
    assert "共 2 个部分" in last.text.zh


def test_a_hidden_row_is_told_without_a_figure(
    version: PlanVersion, life: dict[str, Case], restrict: Callable[[], None], officer: User, now: datetime
) -> None:
    restrict()
    why = why_of(version, 1, officer, now)
    said = "".join(each.text.zh for each in why.sentences)
    assert "少于 5" in said
    assert "33.3%" not in said
    assert "超时 1" not in said


def test_a_corrected_reading_says_by_whom_and_why(
    version: PlanVersion, officer: User, stranger: User, now: datetime
) -> None:
    actions.correct_reading(
        first(version, 1), which="annual", reading=targets.read("≥90%"), reason="按批复", by=officer, now=now
    )
    text = text_of(why_of(version, 1, officer, now), "understood")
    assert "读作：不低于 90%。" in text
    assert "由test-officer更正，理由：按批复。" in text
    assert "test-officer" not in text_of(why_of(version, 1, stranger, now), "understood")


def test_parts_of_a_past_day_are_found_where_they_were_counted(
    version: PlanVersion, life: dict[str, Case], officer: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    """The addresses carry the day, so that the page of the cases counts what the sentence counts."""
    (cases,) = why_of(version, 2, officer, now, date(2026, 5, 28)).parts[0].cases
    page = signed_in(officer).get(cases.addresses[""]).content.decode()
    assert cases.reading.cases == sum(int(each) for each in re.findall(r"<b>(\d+)</b>", page)[:1])


# ---- the numbers -----------------------------------------------------------------------------------------------


def same_numbers(reading: Reading, told: dict[str, Any]) -> None:
    for name in ("met", "missed", "pending", "not_counted", "amounts"):
        assert told[name] == getattr(reading, name)
    assert told["total"] == json_number(reading.total)
    assert told["put_back"] == {"met": reading.back_met, "missed": reading.back_missed}
    if told["reasons"]:
        assert sum(each["cases"] for each in told["reasons"]) == reading.not_counted
    parts = {name for name in told["addresses"] if name not in ("all", "amount")}
    assert parts == {name for name in ("met", "missed", "pending", "not_counted") if getattr(reading, name)}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives=st.lists(st.sampled_from(["met", "missed", "pending", "swept"]), max_size=6))
def test_every_number_is_the_number_on_the_board(
    lives: list[str],
    version: PlanVersion,
    bind_once: None,
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
) -> None:
    begun = now - timedelta(days=35)
    for each in lives:
        if each in ("met", "missed"):
            late = timedelta(days=6) if each == "missed" else timedelta(hours=1)
            finished(unit, clerk, begun, begun + late)
        else:
            case = opened(unit, clerk, now - timedelta(minutes=5) if each == "pending" else begun)
            if each == "swept":
                perform(case.pk, "sweep", by=None, now=begun + timedelta(hours=1))
    board = board_of(version, now)
    shown = guarding.board(board, by=officer, now=now)
    for row in board.rows:
        why = explain(row, by=officer, now=now)
        told = as_json(why)
        assert told["status"] == row.status.value
        assert told["basis"] == row.basis
        for part, out in zip(row.parts, told["parts"], strict=True):
            assert out["value"] == (
                part.prospect.value if isinstance(part.prospect.value, bool) else json_number(part.prospect.value)
            )
            assert out["value_text"]["without"]["zh"] == shown.of[row.id, part.number].value
            assert out["status"] == part.prospect.status.value
            for cases in out["cases"]:
                if part.reading is not None and cases["role"] == "value":
                    same_numbers(part.reading, cases)
            sentence = "".join(
                each.text.zh for each in why.sentences if each.step == "cases" and each.part == part.number
            )
            if part.reading is not None:
                numbers = [int(each) for each in re.findall(r" (\d+) 件", sentence)]
                assert sum(numbers) == part.reading.cases


@pytest.fixture
def bind_once(bind: Callable[..., Any]) -> None:
    bind(1, ON_TIME)
    bind(2, FINISHED)
    bind(3, WORTH)
    bind(4, ON_TIME, 1)


def test_each_number_leads_to_just_its_cases(
    version: PlanVersion,
    life: dict[str, Case],
    officer: User,
    now: datetime,
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: now)
    browser = signed_in(officer)
    (cases,) = why_of(version, 1, officer, now).parts[0].cases
    titles = {"met": "按时的", "missed": "超时的", "pending": "还没到的", "not_counted": "清理的"}
    assert set(cases.addresses) == {"", *titles}
    for part, title in titles.items():
        page = browser.get(cases.addresses[part]).content.decode()
        assert title in page
        assert not [other for other in titles.values() if other != title and other in page]


def test_the_scope_and_the_window_arrive_at_the_page_of_the_cases(
    version: PlanVersion,
    bind: Callable[..., Any],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: now)
    project = Project.objects.create(unit=unit, name="甲项目", since_year=2026, until_year=2026)
    bind(2, FINISHED, project=project, unit=unit, begin=date(2026, 5, 1), end=date(2026, 6, 1), window="interval")
    begun = now - timedelta(days=35)
    finished(unit, clerk, begun, begun + timedelta(hours=1), title="项目里的", project=project)
    finished(unit, clerk, begun, begun + timedelta(hours=1), title="项目外的")
    finished(unit, clerk, now - timedelta(days=9), now - timedelta(days=8), title="六月的", project=project)
    why = why_of(version, 2, officer, now)
    (cases,) = why.parts[0].cases
    assert cases.reading.met == 1
    page = signed_in(officer).get(cases.addresses["met"]).content.decode()
    assert "项目里的" in page
    assert "项目外的" not in page
    assert "六月的" not in page
    assert text_of(why, "bound").endswith(
        "统计期：2026年5月1日至2026年5月31日；范围：单位 模拟市政府办公厅，项目 甲项目。"
    )


def test_of_a_past_day_it_says_what_was_known_then(
    version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    """On 27 May the late one had been missed already, and nothing of June had begun."""
    why = why_of(version, 1, officer, now, date(2026, 5, 29))
    (cases,) = why.parts[0].cases
    assert cases.reading.pending == 0
    assert all("on=2026-05-29" in address for address in cases.addresses.values())
    assert as_json(why)["as_of"] == "2026-05-29"


def test_it_costs_a_bounded_number_of_statements(
    version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    (row,) = board_of(version, now, only=[1]).rows
    with CaptureQueriesContext(connection) as asked:
        explain(row, by=officer, now=now)
    assert len(asked) <= 12, [each["sql"][:120] for each in asked]


# ---- the JSON --------------------------------------------------------------------------------------------------


def schema() -> Any:
    return json.loads(files("shixiao.site.cli").joinpath("schemas", "why-1.schema.json").read_text())


def steady(told: Any) -> Any:
    """Without keys that a database gives out."""
    if isinstance(told, dict):
        return {key: 0 if key in ("id", "gauge", "against") and value else steady(value) for key, value in told.items()}
    if isinstance(told, list):
        return [steady(each) for each in told]
    return re.sub(r"/evidence/\d+/", "/evidence/0/", told) if isinstance(told, str) else told


def foreseen(row: Row) -> Row:
    """With a forecast that no better way of forecasting changes."""
    return replace(row, parts=tuple(replace(part, prospect=_foreseen(part.prospect)) for part in row.parts))


def _foreseen(prospect: Prospect) -> Prospect:
    if prospect.value is None:
        return prospect
    return replace(
        prospect,
        status=Status.AT_RISK,
        headroom=Headroom(amount=Decimal(2), unit="件", text=Text("还可超时 2 件", "2 more may be late")),
        pace=Pace(so_far=Decimal("1.2"), needed=Decimal("1.3"), unit="件"),
        forecast=Forecast(low=Decimal(90), mid=Decimal("92.25"), high=Decimal(95), probability=0.5),
        chance=Chance.POSSIBLE,
        is_final=False,
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_the_json_is_what_it_was(
    number: int, version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    """A difference here is a change of what other programs read: within a version only further fields are allowed."""
    (row,) = board_of(version, now, only=[number]).rows
    told = steady(as_json(explain(foreseen(row), by=officer, now=now)))
    jsonschema.validate(told, schema())
    written = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"why-{number}.json"
    if not path.exists():  # after a wanted change: remove the file, look at what the test writes, and commit it
        path.parent.mkdir(exist_ok=True)
        path.write_text(written)
        pytest.fail(f"{path} was missing and has been written anew")
    assert written == path.read_text()


def test_every_field_of_the_schema_is_there(
    version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    known, told = schema(), as_json(why_of(version, 1, officer, now))
    assert set(known["properties"]) == set(known["required"]) == set(told)
    part = known["$defs"]["part"]
    assert set(part["properties"]) == set(part["required"]) == set(told["parts"][0])
