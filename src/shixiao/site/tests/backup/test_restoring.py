"""A backup becomes an installation again, as it was, in an empty place only; and drills find out beforehand."""

import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from shixiao.casework.models import Attachment, Case
from shixiao.ledger.models import Event
from shixiao.site.backup import drilling, folder, manifest, recording, restoring, streams
from shixiao.site.backup.taking import Taken
from shixiao.site.tests.backup.conftest import PASSPHRASE, newest_event
from shixiao.site.tests.processes import LONGEST, start

Take = Callable[..., Taken]
pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty data folder, `home` below it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.fixture
def restored(place: Path, empty_database: str) -> Callable[..., tuple[int, str]]:
    """`shixiao restore` in the empty place."""

    def restore(taken: Taken, *words: str, **more: str) -> tuple[int, str]:
        given = {"DATABASE_URL": empty_database, "SHIXIAO_SECRET_KEY": settings.SECRET_KEY} | more
        process = start(place, "restore", taken.path, *words, **given)
        said, _ = process.communicate(timeout=LONGEST)
        return process.returncode, said

    return restore


def asked(place: Path, database: str, sql: str) -> list[tuple[object, ...]]:
    """The rows of a statement in the restored place. Raises what the database raises."""
    if database:
        with psycopg.connect(database) as found:
            return list(found.execute(sql).fetchall())
    with sqlite3.connect(place / "home" / "shixiao.sqlite3") as file:
        rows = list(file.execute(sql).fetchall())
    file.close()
    return rows


@pytest.mark.usefixtures("planned")
def test_everything_is_there_again_guarded_and_counts_on(
    take: Take, restored: Callable[..., tuple[int, str]], place: Path, empty_database: str, house: Case, home: Path
) -> None:
    """A number that was given and taken away again is not given a second time."""
    last = Attachment.objects.create(
        case=house, event_id=99, name="x", sha256="0" * 64, size=1, media_type="text/plain"
    ).pk
    Attachment.objects.filter(pk=last).delete()
    taken, head = take(), newest_event()
    status, said = restored(taken, "--format", "json")
    told = json.loads(said)
    assert (status, told["is_whole"], told["boards"], told["differences"]) == (0, True, [], [])
    assert told["numbers"]["board_rows"] == 123
    assert told["numbers"]["events"] == Event.objects.count()
    assert asked(place, empty_database, "SELECT kind FROM ledger_event ORDER BY id DESC LIMIT 2") == [
        ("site.restored",),
        ("ledger.verified",),
    ]
    assert (
        asked(place, empty_database, "SELECT min(id) FROM ledger_event WHERE kind = 'ledger.verified'")[0][0] > head.pk
    )  # type: ignore[operator]
    contents = sorted(path.relative_to(home / "attachments") for path in (home / "attachments").glob("??/*"))
    assert (
        sorted(
            path.relative_to(place / "home" / "attachments") for path in (place / "home" / "attachments").glob("??/*")
        )
        == contents
    )
    for path in contents:
        assert (place / "home" / "attachments" / path).read_bytes() == (home / "attachments" / path).read_bytes()
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation), match="append-only"):
        asked(place, empty_database, "UPDATE ledger_event SET kind = 'x'")
    if empty_database:
        (found,) = asked(place, empty_database, "SELECT nextval(pg_get_serial_sequence('casework_attachment', 'id'))")
    else:
        (found,) = asked(
            place, empty_database, "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'casework_attachment'"
        )
    assert found == (last + 1,)
    status, said = restored(taken)
    assert status == 2
    assert "not empty" in said


def test_a_sealed_one_brings_the_secret_key_along(
    take: Take, place: Path, empty_database: str, restored: Callable[..., tuple[int, str]]
) -> None:
    taken = take(passphrase=PASSPHRASE)
    status, said = restored(taken, SHIXIAO_SECRET_KEY="")
    assert (status, "is sealed" in said) == (2, True)
    status, said = restored(taken, SHIXIAO_SECRET_KEY="", SHIXIAO_BACKUP_PASSPHRASE="another passphrase")
    assert (status, "passphrase is wrong" in said) == (2, True)
    status, said = restored(taken, SHIXIAO_SECRET_KEY="", SHIXIAO_BACKUP_PASSPHRASE=PASSPHRASE)
    assert status == 0, said
    key = place / "home" / "secret-key"
    assert key.read_text(encoding="ascii").strip() == settings.SECRET_KEY
    assert key.stat().st_mode & 0o777 == 0o600


def test_one_that_was_killed_leaves_the_place_empty_and_the_next_is_whole(
    take: Take, place: Path, empty_database: str, restored: Callable[..., tuple[int, str]]
) -> None:
    taken = take()
    process = start(place, "restore", taken.path, DATABASE_URL=empty_database)
    beside = place / "home" / f"shixiao.sqlite3{restoring.UNFINISHED}"
    until = time.monotonic() + LONGEST

    def is_under_way() -> bool:
        if not empty_database:
            return beside.exists() and beside.stat().st_size > 100_000
        with psycopg.connect(empty_database) as found:
            sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND xact_start IS NOT NULL"
            row = found.execute(sql).fetchone()
        return row is not None and row[0] > 1

    while not is_under_way() and process.poll() is None and time.monotonic() < until:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (place / "home" / "shixiao.sqlite3").exists()
    status, said = restored(taken)
    assert status == 0, said
    assert not beside.exists()


def test_a_backup_of_a_newer_program_is_refused_with_its_version(
    take: Take, restored: Callable[..., tuple[int, str]], home: Path
) -> None:
    taken = take()
    found = manifest.read(taken.path)
    told = manifest.Manifest(
        **{**vars(found), "migrations": [*found.migrations, "ledger.9999_later"], "program": "9.1"}
    )
    (taken.path / manifest.NAME).write_bytes(told.as_bytes())
    (taken.path / manifest.SUMS).write_bytes(manifest.sums(told.as_bytes(), told.files))
    status, said = restored(taken)
    assert status == 2
    assert "9.1" in said
    assert "ledger.9999_later" in said


def test_rows_that_were_changed_with_new_sums_are_noticed_all_the_same(
    take: Take, restored: Callable[..., tuple[int, str]]
) -> None:
    """The hash of the lines stands in the manifest as well."""
    taken = take()
    found = manifest.read(taken.path)
    name = "casework_case.jsonl.gz"
    content = b"".join(streams.content(taken.path, name, key=None)).replace("支2026-1".encode(), "支2026-2".encode())
    (taken.path / name).unlink()
    writer = streams.Writer(taken.path, name, key=None)
    writer.write(content)
    again = writer.close()
    told = manifest.Manifest(**{**vars(found), "files": [again if each.name == name else each for each in found.files]})
    (taken.path / manifest.NAME).write_bytes(told.as_bytes())
    (taken.path / manifest.SUMS).write_bytes(manifest.sums(told.as_bytes(), told.files))
    status, said = restored(taken)
    assert (status, name in said) == (2, True), said


# ---- drills ----------------------------------------------------------------------------------------------------


@pytest.fixture
def of_this_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process of its own needs to know in these tests."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[4]))
    monkeypatch.setenv("SHIXIAO_LANG", "en")


@pytest.mark.usefixtures("of_this_place", "planned")
def test_a_drill_is_green_on_either_database_is_recorded_and_leaves_nothing(
    take: Take, home: Path, now: object
) -> None:
    taken = take(passphrase=PASSPHRASE)
    outcome = drilling.drill(taken.path, passphrase=PASSPHRASE)
    assert outcome.findings == []
    assert (outcome.where, outcome.numbers["board_rows"]) == (connection.vendor, 123)
    recording.drilled(outcome, now=taken.manifest.at)
    standing = recording.standing()
    assert standing.green is not None
    assert standing.green == standing.drill
    assert (standing.green.told["backup"], standing.green.told["outcome"]) == (taken.path.name, "green")
    if connection.vendor == "postgresql":
        elsewhere = drilling.drill(taken.path, passphrase=PASSPHRASE, where="sqlite")
        assert (elsewhere.findings, elsewhere.where) == ([], "sqlite")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'shixiao!_drill!_%' ESCAPE '!'")
            assert cursor.fetchone() == (0,)
    assert list((home / "drills").iterdir()) == []


@pytest.mark.usefixtures("of_this_place")
def test_a_drill_of_a_damaged_backup_is_red_and_names_the_file(take: Take, home: Path) -> None:
    taken = take()
    path = taken.path / "ledger_event.jsonl.gz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (taken.path / "附件 of somebody").write_bytes(b"x")
    outcome = drilling.drill(taken.path, where="sqlite")
    assert [each.place for each in outcome.findings] == [path.name, "附件 of somebody"]
    recording.drilled(outcome, now=taken.manifest.at)
    last = recording.standing().drill
    assert last is not None
    assert (last.told["outcome"], last.told["differences"]) == ("red", 2)
    assert last.told["places"] == [path.name, "%E9%99%84%E4%BB%B6_of_somebody"]


@pytest.mark.usefixtures("of_this_place")
def test_a_drill_of_what_is_no_backup_is_red(home: Path) -> None:
    (home / "nothing").mkdir()
    outcome = drilling.drill(home / "nothing", where="sqlite")
    (found,) = outcome.findings
    assert "manifest.json" in found.what


def test_what_a_killed_drill_left_goes_with_the_next(home: Path) -> None:
    left, held = (home / "drills" / f"{drilling.PREFIX}{name}" for name in ("left", "held"))
    for path, pid in ((left, 2**22 + 1), (held, os.getpid())):
        path.mkdir(parents=True)
        (path / "pid").write_text(str(pid), encoding="ascii")
    with drilling._scratch_folder(None):
        assert sorted(path.name for path in (home / "drills").iterdir() if path.name.endswith(("left", "held"))) == [
            held.name
        ]
    shutil.rmtree(held)
    assert folder.WHOLE.fullmatch(left.name) is None
