"""An office is one folder: adding one edits nothing else, and deleting it leaves nothing behind."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3]
ROOT = SOURCE.parent
pytestmark = pytest.mark.house
PASSING = {"__pycache__", ".mo", ".pyc"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the source, as in a developer's working tree."""
    there = tmp_path / "house"
    shutil.copytree(SOURCE, there / "src", ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "pyproject.toml", there / "pyproject.toml")
    return there


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    home = tree / "home"
    home.mkdir(exist_ok=True)
    surroundings = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PYTEST_XDIST_WORKER"}
    }
    surroundings |= {
        "PYTHONPATH": str(tree / "src"),
        "SHIXIAO_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "shixiao.site.settings",
        "SHIXIAO_LANG": "en",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, *command], cwd=tree, env=surroundings, capture_output=True, text=True, check=False
    )


def everything(tree: Path) -> dict[str, str]:
    """Every file of the source with its hash, but what Python and gettext leave beside it."""
    return {
        str(path.relative_to(tree)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((tree / "src").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in PASSING
    }


def test_an_office_comes_and_goes_and_nothing_else_changes(tree: Path) -> None:
    before = everything(tree)
    made = run(tree, "-m", "shixiao", "new-office", "trial_desk", "--title", "试办")
    assert made.returncode == 0, made.stderr
    new = set(everything(tree)) - set(before)
    assert new
    assert all(path.startswith("src/shixiao/offices/trial_desk/") for path in new)

    checked = run(tree, "-m", "django", "check")
    assert checked.returncode == 0, checked.stderr
    migrations = run(tree, "-m", "django", "makemigrations", "--check", "--dry-run")
    assert migrations.returncode == 0, migrations.stdout
    own = run(
        tree,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "src/shixiao/offices/trial_desk",
        "src/shixiao/ledger/tests/test_kinds.py",
    )
    assert own.returncode == 0, own.stdout
    style = run(tree, "-m", "ruff", "check", "src/shixiao/offices/trial_desk")
    assert style.returncode == 0, style.stdout
    form = run(tree, "-m", "ruff", "format", "--check", "src/shixiao/offices/trial_desk")
    assert form.returncode == 0, form.stdout
    shown = run(
        tree,
        "-c",
        "import django; django.setup(); from shixiao.casework import offices; print([o.label for o in offices.installed()])",
    )
    assert "trial_desk" in shown.stdout
    assert {path: there for path, there in everything(tree).items() if path in before} == before

    shutil.rmtree(tree / "src/shixiao/offices/trial_desk")
    assert everything(tree) == before
    assert run(tree, "-m", "django", "check").returncode == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("payments", "There is payments already"),
        ("Bad-Name", "cannot name an office"),
        ("class", "cannot name an office"),
        ("x", "cannot name"),
    ],
)
def test_a_name_that_cannot_be_makes_nothing(tree: Path, name: str, said: str) -> None:
    before = everything(tree)
    refused = run(tree, "-m", "shixiao", "new-office", name)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert everything(tree) == before


WRONG = {
    "apps.py: no class extends": ("apps.py", "class TrialDeskOffice(offices.Office):", "class TrialDeskOffice:"),
    "nobody declares the responsibility 'trial_desk.nobody'": (
        "steps.py",
        'by="trial_desk.clerk"',
        'by="trial_desk.nobody"',
    ),
    "gives no time to the deadline 'finish'": ("limits.py", "LIMITS = (Limit", "UNUSED = (Limit"),
    "records 'trial_desk.opened', which belongs to another office": ("steps.py", '"trial_desk.task"', '"trial.task"'),
}


@pytest.mark.parametrize("said", WRONG, ids=list(WRONG))
def test_every_start_names_what_is_wrong_with_an_office(tree: Path, said: str) -> None:
    run(tree, "-m", "shixiao", "new-office", "trial_desk", "--title", "试办")
    file, old, new = WRONG[said]
    path = tree / "src/shixiao/offices/trial_desk" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    checked = run(tree, "-m", "django", "check")
    assert checked.returncode != 0
    assert "offices/trial_desk" in checked.stderr
    assert said.lower() in checked.stderr.lower()
