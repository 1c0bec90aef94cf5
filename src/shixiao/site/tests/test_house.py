"""The house as a whole: floors, style, types, and that the papers on the wall are true."""

import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
PACKAGE = ROOT / "src" / "shixiao"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def output_of(*command: str) -> str:
    """What a tool printed, asserted to have been content."""
    result = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def tracked_texts() -> Iterator[tuple[str, str]]:
    """Every file that is committed or about to be, with its text; pictures and the like are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


# ---- tools over the whole tree -------------------------------------------------------------------------------


LINT_IMPORTS = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]


@pytest.mark.house
def test_imports_go_down_only() -> None:
    result = subprocess.run(LINT_IMPORTS, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", result.stdout), result.stdout


@pytest.fixture(scope="module")
def copy_of_the_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree without its tests, to be broken."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copyfile(ROOT / "pyproject.toml", copy / "pyproject.toml")
    ignored = shutil.ignore_patterns("tests", "__pycache__", "static", "locale", "templates")
    shutil.copytree(PACKAGE, copy / "src" / "shixiao", ignore=ignored)
    return copy


@pytest.mark.house
@pytest.mark.parametrize(
    ("place", "statement"),
    [
        ("engine/trespasser.py", "import django"),
        ("engine/targets/trespasser.py", "from shixiao.engine.lint import rule"),
        ("tables/trespasser.py", "def lazily():\n    import sqlite3"),
        ("tables/trespasser.py", "from shixiao.people import models"),
        ("forms/trespasser.py", "from shixiao.tables import money"),
        ("forms/trespasser.py", "import django"),
        ("ledger/trespasser.py", "from shixiao.people import models"),
        ("people/trespasser.py", "from shixiao.performance import models"),
        ("performance/trespasser.py", "from shixiao.site import settings"),
        ("performance/trespasser.py", "import pytest"),
        ("attic/__init__.py", ""),
    ],
)
def test_the_floors_notice_a_wrong_step(copy_of_the_house: Path, place: str, statement: str) -> None:
    wrong = copy_of_the_house / "src" / "shixiao" / place
    wrong.parent.mkdir(exist_ok=True)
    wrong.write_text(statement, encoding="utf-8")
    config = ["--config", str(copy_of_the_house / "pyproject.toml")]
    result = subprocess.run(
        [*LINT_IMPORTS, *config], cwd=copy_of_the_house / "src", capture_output=True, text=True, check=False
    )
    wrong.unlink()
    if not any(wrong.parent.iterdir()):
        wrong.parent.rmdir()
    assert result.returncode == 1, result.stdout
    assert "trespasser" in result.stdout or "attic" in result.stdout, result.stdout


@pytest.mark.house
def test_ruff_finds_nothing() -> None:
    output_of("ruff", "check", "--no-cache", ".")


@pytest.mark.house
def test_the_code_is_formatted() -> None:
    output_of("ruff", "format", "--no-cache", "--check", ".")


@pytest.mark.house
def test_types_hold() -> None:
    output_of("mypy")


# ---- dependencies --------------------------------------------------------------------------------------------


def dependencies() -> list[str]:
    everything = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    for extra in PROJECT["project"]["optional-dependencies"].values():
        everything += extra
    return everything


def test_every_dependency_says_why_it_is_here() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for wanted in dependencies():
        found = [line for line in lines if f'"{wanted}"' in line]
        assert found
        assert all(re.search(r'",\s+# \S+ \S+', line) for line in found), f"{wanted} has no reason beside it"


def plain(name: str) -> str:
    """The name of a package as registries compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ]", name)[0]).lower()


def test_every_dependency_is_pinned() -> None:
    pinned = {plain(line) for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    assert {plain(wanted) for wanted in dependencies()} <= pinned


def test_constraints_hold_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wrong = [line for line in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line)]
    assert wrong == []


# Written in parts, so that this file does not find itself.
REGISTRY = re.compile(
    r"https?://[\w.-]*(?:"
    + "|".join(("py" + "pi", "python" + "hosted", "npm" + "js", "npm" + "mirror", "reg" + "istry"))
    + r")[\w.-]*",
    re.IGNORECASE,
)


def test_no_committed_file_names_the_address_of_a_registry() -> None:
    found = [f"{name}: {match[0]}" for name, text in tracked_texts() for match in REGISTRY.finditer(text)]
    assert found == []


def test_no_lock_file_that_records_addresses_is_committed() -> None:
    names = {Path(name).name for name, _ in tracked_texts()}
    assert names.isdisjoint({"uv.lock", "poetry.lock", "Pipfile.lock", "yarn.lock"})
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


# ---- what is written about the house -------------------------------------------------------------------------


def test_the_generated_documents_are_fresh() -> None:
    documents = runpy.run_path(str(ROOT / "tools" / "documents.py"))["documents"]()
    stale = [name for name, text in documents.items() if (ROOT / "docs" / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs` and commit what it writes"


LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")


def test_links_between_documents_lead_somewhere() -> None:
    papers = ((name, text) for name, text in tracked_texts() if name.endswith(".md"))
    broken = [
        f"{name} → {match[1]}"
        for name, text in papers
        for match in LINK.finditer(text)
        if not (ROOT / name).parent.joinpath(match[1]).exists()
    ]
    assert broken == []


MENTION = re.compile(r"\bdocs/[\w/.-]+\.md\b")


def test_documents_that_the_code_points_to_are_there() -> None:
    missing = {
        f"{name} → {mention}"
        for name, text in tracked_texts()
        for mention in MENTION.findall(text)
        if not (ROOT / mention).exists()
    }
    assert missing == set()


def rooms() -> set[str]:
    """The rooms that exist: the packages under src/shixiao."""
    return {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file()}


def test_the_map_of_the_house_names_every_room() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert {room for room in rooms() if f"`{room}`" not in plan} == set()


def test_no_two_decisions_share_a_number() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))


def test_both_readmes_show_the_same_commands() -> None:
    chinese, english = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.zh-CN.md", "README.md"))
    assert commands_in(chinese) == commands_in(english) != []


def commands_in(text: str) -> list[str]:
    """The lines of the blocks that a person would type, without their comments."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


# ---- tests ---------------------------------------------------------------------------------------------------


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    words = re.compile("|".join((r"mark\.ski" + "p", r"\bpytest\.ski" + "p", r"x" + "fail", r"import" + "orskip")))
    found = [
        name
        for name, text in tracked_texts()
        if name.startswith("src/") and name.endswith(".py") and words.search(text)
    ]
    assert found == []
