"""`shixiao evaluate` and `shixiao monitor`: from a plan to files in a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shixiao.people.models import User
from shixiao.performance import actions
from shixiao.performance.models import Evaluation, PlanVersion
from shixiao.site.cli.tests.conftest import Ended, table

Run = Callable[..., Ended]
pytestmark = pytest.mark.django_db


@pytest.fixture
def version(officer: User, now: object) -> PlanVersion:
    return actions.accept_plan(table().encode(), name="small.txt", fiscal_year=2026, by=officer, now=now).version  # type: ignore[arg-type]


def test_a_year_is_frozen_once_and_its_forms_are_written(run: Run, version: PlanVersion, tmp_path: Path) -> None:
    ended = run("evaluate", "--year", "2026", "--out", str(tmp_path / "new"), "--kinds", "docx,pdf", "--reports")
    assert ended.status == 0, ended.err
    count = Evaluation.objects.count()
    names = sorted(each.name for each in (tmp_path / "new").iterdir())
    assert len(names) == count * 4 + 4
    assert {name.rpartition(".")[2] for name in names} == {"docx", "pdf"}
    assert "points not scored" in ended.out
    assert f"1/{len(names)}" in ended.err
    again = run("evaluate", "--year", "2026", "--out", str(tmp_path / "new"), "--kinds", "docx")
    assert "newly frozen 0" in again.out
    assert Evaluation.objects.count() == count


def test_a_monitoring_until_a_day_in_the_name_of_somebody(
    run: Run, version: PlanVersion, officer: User, tmp_path: Path
) -> None:
    words = ("monitor", "--until", "2026-07-31", "--out", str(tmp_path), "--kinds", "xlsx", "--by", officer.username)
    ended = run(*words)
    assert ended.status == 0, ended.err
    assert {each.until.isoformat() for each in Evaluation.objects.all()} == {"2026-07-31"}
    assert {each.made_by for each in Evaluation.objects.all()} == {officer}
    assert all("2026-07-31" in each.name and each.suffix == ".xlsx" for each in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("evaluate", "--year", "2031", "--out", "OUT"), "no plan of 2031"),
        (("evaluate", "--year", "2026"), "--out"),
        (("evaluate", "--year", "2026", "--out", "OUT", "--kinds", "odt"), "odt"),
        (("evaluate", "--year", "2026", "--out", "OUT", "--project", "没有"), "no project"),
        (("evaluate", "--year", "2026", "--out", "OUT", "--by", "nobody"), "no account"),
        (("monitor", "--until", "tomorrow", "--out", "OUT", "--plan", "2026"), "2026-07-31"),
        (("monitor", "--until", "2026-02-30", "--out", "OUT"), "2026-07-31"),
        (("monitor", "--until", "2199-01-01", "--out", "OUT", "--plan", "2026"), "not over"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_frozen(
    run: Run, version: PlanVersion, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ended = run(*(str(tmp_path) if each == "OUT" else each for each in words))
    assert ended.status == 2
    assert said in ended.err
    assert not Evaluation.objects.exists()


def test_a_folder_that_is_a_file_is_refused(run: Run, version: PlanVersion, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run("evaluate", "--year", "2026", "--out", str(tmp_path / "file"))
    assert ended.status == 2
    assert "cannot be written to" in ended.err
