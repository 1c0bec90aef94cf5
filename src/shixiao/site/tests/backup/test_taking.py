"""A backup is whole or not there, shows one moment, and stops nobody."""

import errno
import hashlib
import json
import subprocess
from collections import namedtuple
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from shixiao import ledger
from shixiao.casework.models import Attachment, Case
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.site.backup import boards, folder, manifest, recording, streams
from shixiao.site.backup.refusals import CannotBackUp
from shixiao.site.backup.taking import Taken
from shixiao.site.tests.backup.conftest import PASSPHRASE, attach, newest_event, rows_of
from shixiao.site.tests.processes import LONGEST

pytestmark = pytest.mark.usefixtures("house")
Take = Callable[..., Taken]


def test_it_says_what_is_in_it(take: Take, house: Case) -> None:
    head, made = newest_event(), take().manifest
    assert made.database == connection.vendor
    assert (made.head["id"], made.head["kind"]) == (head.pk, head.kind)
    assert made.rows_of("ledger_event") == Event.objects.count()
    assert made.attachments["files"] == 2
    assert "ledger.0001_events" in made.migrations
    assert set(made.left_out) == {"django_session", "ledger_workerheartbeat"}
    assert made.sealing is None


def test_anybody_can_check_and_read_it_without_the_program(take: Take, house: Case) -> None:
    taken = take()
    checked = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=taken.path, check=False)
    assert checked.returncode == 0
    told = json.loads((taken.path / "manifest.json").read_text(encoding="utf-8"))
    (table,) = [each for each in told["tables"] if each["table"] == "casework_case"]
    names = [name for name, _sort, _places in table["columns"]]
    (row,) = rows_of(taken, "casework_case")
    assert dict(zip(names, row, strict=True))["number"] == house.number
    listed = subprocess.run(
        ["tar", "-tf", "attachments-00001.tar"], cwd=taken.path, capture_output=True, text=True, check=True
    )
    assert sorted(listed.stdout.split()) == sorted(Attachment.objects.values_list("sha256", flat=True))


def test_only_the_owner_reads_it(take: Take) -> None:
    taken = take()
    assert {path.stat().st_mode & 0o777 for path in taken.path.iterdir()} == {0o600}
    assert taken.path.stat().st_mode & 0o777 == 0o700


def test_a_sealed_one_gives_nothing_away(take: Take, house: Case) -> None:
    taken = take(passphrase=PASSPHRASE)
    every = b"".join(path.read_bytes() for path in taken.path.iterdir() if path.name != "manifest.json")
    for word in (house.number.encode(), settings.SECRET_KEY.encode(), b"%PDF", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"):
        assert word not in every
    assert settings.SECRET_KEY not in (taken.path / "manifest.json").read_text(encoding="utf-8")
    assert {path.suffix for path in taken.path.iterdir()} == {".sealed", ".json", ""}


def test_a_short_passphrase_is_refused(take: Take, home: Path) -> None:
    with pytest.raises(CannotBackUp, match="12"):
        take(passphrase="short")
    assert folder.listed(home / "backups") == []


# ---- one moment, and nobody waits ------------------------------------------------------------------------------


def test_what_is_written_meanwhile_is_written_at_once_and_not_in_it(
    take: Take, officer: User, house: Case, now: datetime
) -> None:
    before, written = Event.objects.count(), []

    def write() -> None:
        try:
            with transaction.atomic():
                ledger.record("casework.remarked", subject=house, by=officer, now=now, texts={"remark": "其间"})
            attach(house, b"%PDF-1.4 meanwhile", 50 + len(written))
            written.append(Event.objects.count())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as others:

        def say(part: str, number: int) -> None:
            if part == "rows" and not written:
                others.submit(write).result(timeout=LONGEST)  # it does not wait for the backup

        made = take(say=say).manifest
    assert written == [before + 1]
    assert made.rows_of("ledger_event") == before
    assert made.rows_of("casework_attachment") == 2
    assert made.attachments["files"] == 3, "a content before its row is no harm"
    assert made.attachments["absent_count"] == 0


def test_afterwards_the_house_writes_as_before(take: Take, officer: User, house: Case, now: datetime) -> None:
    take()
    with transaction.atomic():
        ledger.record("casework.remarked", subject=house, by=officer, now=now, texts={"remark": "以后"})
    if connection.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


# ---- all or nothing --------------------------------------------------------------------------------------------


class _Ended(BaseException):
    """As Ctrl-C."""


@pytest.mark.parametrize("part", ["rows", "attachments", "files"])
def test_what_was_interrupted_leaves_nothing(take: Take, home: Path, part: str) -> None:
    def say(said: str, _number: int) -> None:
        if said == part:
            raise _Ended

    with pytest.raises(_Ended):
        take(say=say)
    assert [path.name for path in (home / "backups").iterdir()] == [".lock"]


def test_what_a_kill_left_is_no_backup_and_goes_with_the_next(take: Take, home: Path) -> None:
    root = home / "backups"
    for name in (
        f"{folder.UNFINISHED}shixiao-20260101T000000Z-abcdef",
        f"{folder.GOING}shixiao-20260101T000000Z-abcdef",
    ):
        (root / name).mkdir(parents=True)
        (root / name / "manifest.json").write_text("{}", encoding="utf-8")
    assert folder.listed(root) == []
    taken = take()
    assert [each.path for each in folder.listed(root)] == [taken.path]
    assert sorted(path.name for path in root.iterdir()) == [".lock", taken.path.name]


def test_two_at_once_are_one(take: Take, home: Path) -> None:
    with folder.alone(home / "backups"), pytest.raises(CannotBackUp, match="Another backup"):
        take()


def test_a_nearly_full_disk_is_said_before_anything_is_written(
    take: Take, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(streams.shutil, "disk_usage", lambda _path: usage(1 << 40, 1 << 40, streams.RESERVE - 1))
    with pytest.raises(CannotBackUp, match="nearly full"):
        take()
    assert [path.name for path in (home / "backups").iterdir()] == [".lock"]


@pytest.mark.parametrize("after", [0, 1, 20])
def test_a_disk_that_gets_full_is_said_and_nothing_half_is_left(
    take: Take, home: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    put, calls = streams.Writer._put, []

    def full(writer: Any, content: bytes) -> None:
        calls.append(1)
        if len(calls) > after:
            raise streams._no_room(OSError(errno.ENOSPC, "No space left on device"), writer._path)
        put(writer, content)

    monkeypatch.setattr(streams.Writer, "_put", full)
    with pytest.raises(CannotBackUp, match="nearly full"):
        take()
    assert [path.name for path in (home / "backups").iterdir()] == [".lock"]


def test_a_disk_that_gives_back_something_else_is_said(take: Take, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sha256_of = streams.sha256_of
    monkeypatch.setattr(
        manifest,
        "sha256_of",
        lambda path: (sha256_of(path)[0], "0" * 64) if path.name.startswith("ledger_event") else sha256_of(path),
    )
    with pytest.raises(CannotBackUp, match="ledger_event"):
        take()
    assert folder.listed(home / "backups") == []


# ---- how many are kept -----------------------------------------------------------------------------------------


def test_older_ones_go_once_the_new_one_is_there(take: Take, home: Path) -> None:
    first, second = take(), take()
    third = take(keep=2)
    assert third.removed == [first.path.name]
    assert [each.path for each in folder.listed(home / "backups")] == [third.path, second.path]


def test_none_goes_when_the_new_one_fails_and_none_that_cannot_be_read(take: Take, home: Path) -> None:
    first = take()
    with pytest.raises(CannotBackUp):
        take(keep=1, passphrase="short")
    assert [each.path for each in folder.listed(home / "backups")] == [first.path]
    (first.path / "manifest.json").write_bytes(b"{}")
    second = take(keep=1)
    assert second.removed == []
    assert [each.found is None for each in folder.listed(home / "backups")] == [False, True]


# ---- what is wrong in the installation itself ------------------------------------------------------------------


def test_attachments_that_are_not_there_or_damaged_are_told(take: Take, home: Path, house: Case) -> None:
    gone, broken = Attachment.objects.order_by("pk")
    store = home / "attachments"
    (store / gone.sha256[:2] / gone.sha256[2:]).unlink()
    (store / broken.sha256[:2] / broken.sha256[2:]).write_bytes(b"something else")
    taken = take()
    assert (taken.manifest.attachments["absent"], taken.manifest.attachments["broken"]) == (
        [gone.sha256],
        [broken.sha256],
    )
    assert len([each for each in taken.remarks if "verify_attachments" in each.en]) == 2


@pytest.mark.usefixtures("planned")
def test_the_boards_in_it_are_those_of_the_moment(take: Take) -> None:
    made = take().manifest
    assert made.boards["rows"] == 123
    told = boards.as_bytes(boards.read(made.at))
    assert hashlib.sha256(told).hexdigest() == made.boards["sha256"]
    assert list(boards.differences(json.loads(told), boards.read(made.at))) == []


@pytest.mark.usefixtures("planned")
def test_a_digit_of_a_board_that_differs_is_named(now: datetime) -> None:
    before, after = boards.read(now), boards.read(now)
    after[0]["rows"][53]["status"] = "achieved"
    assert list(boards.differences(before, after)) == [f"plan {after[0]['plan']['id']} row 54 status"]


def test_it_leaves_an_event_that_carries_codes_only(take: Take, now: datetime) -> None:
    taken, number = take(), Event.objects.count()
    recording.backed_up(taken, reason="manual", now=now)
    (noted,) = recording.history()
    assert (noted.kind, noted.told["backup"], noted.told["events"]) == ("site.backed_up", taken.path.name, number)
    standing = recording.standing()
    assert standing.backup is not None
    assert standing.backup.number == noted.number
    assert (standing.green, standing.drill) == (None, None)
