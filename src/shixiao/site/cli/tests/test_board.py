"""`shixiao board` and `shixiao why`: rows with what they stand on, and why."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from jsonschema import validate

from shixiao.people.models import User
from shixiao.performance import actions
from shixiao.performance.models import PlanVersion
from shixiao.performance.outlets import safe
from shixiao.site import starting
from shixiao.site.cli.schema import schema
from shixiao.site.cli.tests.conftest import Ended, table
from shixiao.tables import samples

Run = Callable[..., Ended]
pytestmark = pytest.mark.django_db


@pytest.fixture
def version(officer: User, now: object) -> PlanVersion:
    return actions.accept_plan(samples.guangzhou(), name="guangzhou-2026.txt", by=officer, now=now).version  # type: ignore[arg-type]


def test_without_a_plan_it_says_what_to_do(run: Run) -> None:
    for words in (("board",), ("why", "1")):
        ended = run(*words)
        assert ended.status == 2
        assert "shixiao import" in ended.err


def test_json_is_as_the_schema_says_and_has_null_where_there_is_nothing(run: Run, version: PlanVersion) -> None:
    told = json.loads(run("board", "--format", "json").out)
    validate(told, json.loads(schema("board")))
    assert [row["row"] for row in told["rows"]] == list(range(1, 124))
    assert told["plan"]["id"] == version.plan_id
    for each in [part for row in told["rows"] for part in (row, *row["parts"])]:
        assert each["basis"] == "none"
        assert each["value"] is each["cases"] is each["headroom"] is each["forecast"] is None


def test_text_names_every_row_below_its_project(run: Run, version: PlanVersion) -> None:
    out = run("board").out
    assert "No evidence yet" in out
    assert "结案率" in out
    assert " 0%" not in out
    assert "on 2026" not in run("board", "--status", "achieved").out


def test_csv_has_a_line_for_each_part(run: Run, version: PlanVersion) -> None:
    lines = list(csv.DictReader(io.StringIO(run("board", "--format", "csv").out.removeprefix("\ufeff"))))
    assert [line["part"] for line in lines if line["row"] == "11"] == ["1", "2"]
    assert all(line["value"] == "" for line in lines)


def test_a_cell_is_never_a_formula() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "　=1", "\r=1"):
        assert safe(text) == f"'{text}"
    assert (safe("≥95%"), safe(-3), safe(None), safe(True), safe(0)) == ("≥95%", -3, "", "true", 0)


def test_the_status_alone(run: Run, version: PlanVersion) -> None:
    told = json.loads(run("board", "--format", "json", "--status", "to_be_reviewed").out)
    assert {row["status"] for row in told["rows"]} == {"to_be_reviewed"}


@pytest.mark.parametrize(
    ("day", "said"), [("2026-02-30", "2026-06-30"), ("tomorrow", "2026-06-30"), ("2199-01-01", "not come yet")]
)
def test_a_day_that_is_none_is_refused(run: Run, version: PlanVersion, day: str, said: str) -> None:
    ended = run("board", "--as-of", day)
    assert ended.status == 2
    assert said in ended.err


def test_a_past_day_says_that_it_is_one(run: Run, version: PlanVersion) -> None:
    told = json.loads(run("board", "--as-of", "2026-01-05", "--format", "json").out)
    assert (told["as_of"], told["day"], told["is_live"]) == ("2026-01-05", "2026-01-05", False)
    assert "2026-01-05, at the end of the day" in run("board", "--as-of", "2026-01-05").out


def test_a_plan_by_id_year_or_words(run: Run, version: PlanVersion, officer: User, now: object) -> None:
    actions.accept_plan(table().encode(), name="small.txt", fiscal_year=2026, by=officer, now=now)  # type: ignore[arg-type]
    several = run("board")
    assert several.status == 2
    assert f"{version.plan_id} {version.plan.department} 2026" in several.err
    for said in (str(version.plan_id), "广州市", "广州市 2026"):
        assert json.loads(run("board", "--plan", said, "-f", "json").out)["plan"]["id"] == version.plan_id
    assert run("board", "--plan", "没有").status == 2


def test_why_by_row_and_by_words(run: Run, version: PlanVersion) -> None:
    by_row = run("why", "6")
    assert by_row.status == 0
    assert "结案率" in by_row.out
    assert run("why", "结案率").out == by_row.out
    told = json.loads(run("why", "6", "--format", "json").out)
    validate(told, json.loads(schema("why")))


def test_why_of_words_that_fit_several_lists_them(run: Run, version: PlanVersion) -> None:
    ended = run("why", "满意度")
    assert ended.status == 2
    assert "14 indicators" in ended.err
    assert "26  参事满意度" in ended.err
    assert run("why", "参事", "满意度").status == 0
    for nothing in ("124", "0", "没有这样的指标", ""):
        assert run("why", nothing).status == 2


def test_a_database_of_another_version_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "pending_migrations", lambda: ("ledger.0099_later",))
    assert run("board").status == 2
