import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shixiao.site.cli.tests.conftest import Ended

Run = Callable[..., Ended]


def rules(run: Run, path: Path, *words: str) -> list[tuple[str, int | None]]:
    [file] = json.loads(run("check", "-f", "json", *words, path).out)["files"]
    return [(finding["rule"], finding["row"]) for finding in file["findings"]]


def write(folder: Path, text: str, *, name: str = "shixiao.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_are_found_in_this_folder_and_above(
    run: Run, guangzhou: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, '[lint]\nselect = ["L03"]\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert {rule for rule, _ in rules(run, guangzhou)} == {"L03"}


def test_the_nearest_settings_win_and_config_wins_over_all(run: Run, guangzhou: Path, tmp_path: Path) -> None:
    write(tmp_path, '[lint]\nselect = ["L03"]\n')
    other = write(tmp_path, '[lint]\nselect = ["L04"]\n', name="other.toml")
    assert {rule for rule, _ in rules(run, guangzhou, "--config", str(other))} == {"L04"}


def test_thresholds_change_what_is_found(run: Run, guangzhou: Path, tmp_path: Path) -> None:
    assert ("L50", 102) in rules(run, guangzhou)
    write(tmp_path, "[lint]\nsurvey_answers = 500\n")
    assert ("L50", 102) not in rules(run, guangzhou)


def test_findings_are_accepted_for_a_row_and_for_a_file_with_the_reason(
    run: Run, guangzhou: Path, tmp_path: Path
) -> None:
    write(
        tmp_path,
        '[[lint.suppress]]\nrule = "L22"\nrow = 93\nreason = "合同如此"\n'
        '[[lint.suppress]]\nrule = "L03"\nfile = "guangzhou-*.txt"\nreason = "已核"\n'
        '[[lint.suppress]]\nrule = "L04"\nfile = "beijing-*.txt"\nreason = "已核"\n',
    )
    found = rules(run, guangzhou)
    assert ("L22", 93) not in found
    assert ("L22", 94) in found
    assert "L03" not in {rule for rule, _ in found}
    assert "L04" in {rule for rule, _ in found}
    [file] = json.loads(run("check", "-f", "json", guangzhou).out)["files"]
    assert {(each["rule"], each["reason"]) for each in file["suppressed"]} == {("L22", "合同如此"), ("L03", "已核")}
    assert "suppressed" in run("check", guangzhou).out.splitlines()[-1]


REFUSED = {
    "no TOML": ("[lint\n", "this is not TOML"),
    "an unknown section": ("[lnit]\n", "there is no section 'lnit'; the nearest is [lint]."),
    "a section that is none": ("lint = 3\n", "lint must be a section"),
    "an unknown threshold": ("[lint]\nsurvey_answer = 3\n", "the nearest is survey_answers"),
    "a threshold that is no number": ('[lint]\nsurvey_answers = "many"\n', "must be a whole number"),
    "an unknown rule": ('[lint]\nignore = ["L999"]\n', "unknown rule 'L999'"),
    "no reason": ('[[lint.suppress]]\nrule = "L03"\n', "gives no reason"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_settings_are_refused_with_the_place_and_the_next_step(run: Run, small: Path, name: str) -> None:
    text, reason = REFUSED[name]
    path = write(small.parent, text)
    ended = run("check", small)
    assert ended.status == 2
    assert str(path) in ended.err
    assert reason in ended.err
    assert ended.out == ""


def test_a_settings_file_that_is_not_there_is_said(run: Run, small: Path) -> None:
    ended = run("check", "--config", "none.toml", small)
    assert ended.status == 2
    assert "the settings file none.toml cannot be opened: no such file or folder. Check --config." in ended.err
