"""A bundle in the hands of an outsider: what agrees, what does not, and files that are no bundle at all."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao.engine.bundles import as_bytes, make, verifier, verify
from shixiao.engine.bundles.tests.examples import publication, salts

MADE = make(publication(), salts())
RAW = as_bytes(MADE.bundle)


def found_in(raw: bytes, openings: Any = None) -> verify.Report:
    return verify.verify(verify.parse(raw), raw, openings)


def test_what_was_published_agrees_number_by_number() -> None:
    report = found_in(RAW)
    assert report.differences == []
    assert all(report.checked[kind] for kind in verify.KINDS if kind != "openings")
    reasons = {each.en for each in report.unproved}
    assert any("Declared" in each for each in reasons)
    assert any("Reviewed" in each for each in reasons)
    assert any("restricted" in each for each in reasons)
    assert any("kept back" in each for each in reasons)


def test_one_byte_changed_anywhere_is_found_with_its_place() -> None:
    """Every byte of the file, each made another one; what is no JSON any more is refused."""
    chance = Random(26)  # noqa: S311 - a sample, the same in every run
    for at in [*sorted(chance.sample(range(len(RAW)), 700)), len(RAW) - 1]:
        changed = bytearray(RAW)
        changed[at] ^= chance.choice((1, 2, 4, 8, 16))
        try:
            report = found_in(bytes(changed))
        except verify.Unreadable as refused:
            assert refused.zh
            assert refused.en
            continue
        assert report.differences, (at, RAW[max(0, at - 40) : at + 20])
        assert all(each.place for each in report.differences)


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("records", "1.0.0", 0, "outcome"), "pending", "records/1.0.0"),
        (("projects", 0, "score", "computed", "points"), "99", "projects/0/score/computed/points"),
        (("projects", 0, "indicators", 0, "parts", 0, "readings", 0, "met"), 41, "projects/0/rows/1/0/1.0.0/met"),
        (("projects", 0, "sheet", "rows", 0, "parts", 0, "value"), {"number": "99"}, "projects/0/rows/1/0/value"),
        (("plan", "units", 0, "funds", "total"), "93.3", "plan/funds/total"),
        (("publication", "as_of"), "2027-01-01", "publication"),
        (("hash",), "0" * 64, "hash"),
    ],
)
def test_a_number_that_was_changed_together_with_its_hashes_is_found_by_reckoning(
    place: tuple[Any, ...], value: Any, expected: str
) -> None:
    """Whoever can change the file can make its hashes anew, but for the one that is printed on the page; a sum gives him away."""
    changed = deepcopy(MADE.bundle)
    at: Any = changed
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    if expected not in ("publication", "hash"):
        changed["hashes"] = {where: verify.digest(each) for where, each in verify.sections(changed)}
        changed["hash"] = verify.digest({key: each for key, each in changed.items() if key != "hash"})
    raw = as_bytes(changed)
    places = [each.place for each in found_in(raw).differences]
    if place[0] == "records":
        assert any(each.startswith("projects/0/rows/1/0/1.0.0/") for each in places)
    else:
        assert expected in places


def test_an_auditor_checks_the_records_that_are_shown() -> None:
    report = found_in(RAW, MADE.openings)
    assert report.differences == []
    assert report.checked["openings"] == len(MADE.openings["records"]) > 50
    for name, value in (("day", "2026-12-31"), ("case", "JH-2026-99999"), ("salt", "0" * 64), ("outcome", "pending")):
        shown = {**MADE.openings, "records": [{**MADE.openings["records"][0], name: value}]}
        assert [each.place for each in found_in(RAW, shown).differences] == ["openings/0"], name
    other = {**MADE.openings, "bundle": "0" * 64}
    assert [each.place for each in found_in(RAW, other).differences] == ["openings"]


def test_a_commitment_tells_nothing_without_its_salt() -> None:
    """Two cases that are alike but for their salts have nothing in common."""
    commitments = [each["commitment"] for records in MADE.bundle["records"].values() for each in records]
    assert len(set(commitments)) == len(commitments)
    text = RAW.decode()
    for opening in MADE.openings["records"]:
        assert opening["salt"] not in text
        assert opening["case"] not in text


# ---- files that are no bundle -----------------------------------------------------------------------------------------

DEEP = b"[" * 100_000 + b"]" * 100_000
HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "cut off": RAW[: len(RAW) // 2],
    "no JSON": b"%PDF-1.7 not a bundle",
    "no UTF-8": b'{"schema":"\xff\xfe"}',
    "another schema": b'{"schema":"urn:shixiao:schema:bundle:2"}',
    "a list": b"[1,2,3]",
    "only the schema": b'{"schema":"urn:shixiao:schema:bundle:1"}',
    "deep": DEEP,
    "deep objects": b'{"a":' * 60 + b"1" + b"}" * 60,
    "twice": b'{"schema":1,"schema":"urn:shixiao:schema:bundle:1"}',
    "NaN": b'{"schema":NaN}',
    "infinite": b'{"schema":1e999}',
    "long number": b'{"schema":' + b"9" * 100_000 + b"}",
    "a schema with a bell": b'{"schema":"\\u0007\\u001b[31m"}',
    "half a character": b'{"schema":"\\ud800"}',
    "null": b"null",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_bundle_is_refused_in_words(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(HOSTILE[name])
    for more in ([], ["--english"], ["--json"]):
        assert verify.main([str(path), *more]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1
        assert "\x1b" not in said.err
        assert "Traceback" not in said.err


def test_a_file_that_is_too_large_or_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verify, "LARGEST", 1 << 20)
    (tmp_path / "large.json").write_bytes(b" " * ((1 << 20) + 1))
    assert verify.main([str(tmp_path / "large.json")]) == 2
    assert "1 MB" in capsys.readouterr().err
    assert verify.main([str(tmp_path / "nowhere.json")]) == 2
    assert verify.main([str(tmp_path)]) == 2


ODD = (
    None,
    True,
    -1,
    10**50,
    0.5,
    "",
    "1/0",
    "NaN",
    "1e9",
    "²",
    "\x1b[2J",
    "\ud800",
    [],
    {},
    [[]],
    {"number": "1/0"},
    "x" * 5000,
)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_whatever_stands_in_a_place_there_is_an_answer(data: st.DataObject) -> None:
    """A value of another shape anywhere: an answer, and never a crash."""
    changed = deepcopy(MADE.bundle)
    at: Any = changed
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        below = at[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.integers(0, 5)) == 0:
            break
        at = below
    odd = data.draw(st.sampled_from(ODD))
    at[key] = odd
    try:
        report = verify.verify(changed)
    except verify.Unreadable:
        return
    assert report.differences or odd == below
    assert "\x1b" not in "\n".join(verify.as_text(report, changed, english=False))
    json.dumps(verify.as_json(report, changed))


# ---- alone, in an empty folder ------------------------------------------------------------------------------------------


def run_alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """verify.py as an outsider has it: no packages, no user's site, nothing but the two files."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_the_one_file_is_enough(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(verifier())
    (tmp_path / "bundle.json").write_bytes(RAW)
    (tmp_path / "shown.json").write_text(json.dumps(MADE.openings), encoding="utf-8")
    done = run_alone(tmp_path, "bundle.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "能重算的全部一致" in done.stdout
    assert MADE.bundle["hash"] in done.stdout
    assert "Everything that can be worked out agrees" in run_alone(tmp_path, "bundle.json", "--english").stdout
    assert (
        "records that were shown" in run_alone(tmp_path, "bundle.json", "--english", "--openings", "shown.json").stdout
    )
    said = json.loads(run_alone(tmp_path, "bundle.json", "--json").stdout)
    assert (said["agrees"], said["differences"]) == (True, [])
    (tmp_path / "bundle.json").write_bytes(RAW.replace(b'"number":"93"', b'"number":"94"'))
    done = run_alone(tmp_path, "bundle.json")
    assert done.returncode == 1
    assert "projects/0/sheet" in done.stdout


def test_it_is_written_for_an_old_python_and_imports_nothing_of_the_house() -> None:
    import ast

    tree = ast.parse(verifier(), feature_version=(3, 9))
    named = {each.name.partition(".")[0] for one in ast.walk(tree) if isinstance(one, ast.Import) for each in one.names}
    named |= {(one.module or "").partition(".")[0] for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    assert named <= sys.stdlib_module_names
    assert not [
        one for one in ast.walk(tree) if isinstance(one, ast.keyword) and one.arg in ("strict", "slots", "kw_only")
    ]
