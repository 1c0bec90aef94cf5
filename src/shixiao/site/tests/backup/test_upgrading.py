"""An upgrade makes a backup before it migrates, and there is no downgrade."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from shixiao.casework.models import Case
from shixiao.ledger import guard
from shixiao.ledger.models import Event
from shixiao.site import starting
from shixiao.site.backup import folder, manifest, recording, taking, upgrading
from shixiao.site.backup.refusals import CannotBackUp

pytestmark = pytest.mark.usefixtures("house")
PENDING = ("ledger", "0008_reasons_by_unit")


@pytest.fixture
def older(house: Case) -> Iterator[None]:
    """The database as the version before left it: of the last migration of the ledger, which makes an index anew, it knows nothing."""
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*PENDING)
    yield
    if PENDING not in recorder.applied_migrations():
        recorder.record_applied(*PENDING)


@pytest.mark.usefixtures("older")
def test_it_backs_up_migrates_verifies_and_leaves_its_event(home: Path, now: datetime) -> None:
    assert starting.pending_migrations() == (".".join(PENDING),)
    events = Event.objects.count()
    done = upgrading.upgrade(home / "backups", now=now)
    assert done.migrations == [".".join(PENDING)]
    assert starting.pending_migrations() == ()
    assert guard.missing() == ()
    assert done.backup is not None
    made = manifest.read(done.backup.path)
    assert ".".join(PENDING) not in made.migrations
    assert (made.rows_of("ledger_event"), made.boards["is_told"]) == (events, False)
    noted = [each.kind for each in recording.history()]
    assert noted == ["site.upgraded", "site.backed_up"]
    assert str(done.backup.path) in upgrading.way_back(done.backup).en
    assert upgrading.upgrade(home / "backups", now=now).migrations == []


@pytest.mark.usefixtures("older")
def test_without_a_backup_nothing_is_migrated(home: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_words: object, **_more: object) -> None:
        raise CannotBackUp(starting.NotReady(upgrading._failed(DatabaseError("full"), None)).text)

    monkeypatch.setattr(taking, "take", full)
    with pytest.raises(CannotBackUp):
        upgrading.upgrade(home / "backups", now=now)
    assert starting.pending_migrations() == (".".join(PENDING),)


@pytest.mark.usefixtures("older")
def test_a_migration_that_fails_says_how_to_go_back(home: Path, now: datetime) -> None:
    with (
        patch.object(upgrading, "call_command", side_effect=DatabaseError("column is in use")),
        pytest.raises(upgrading.NotUpgraded, match=r"column is in use.*shixiao restore"),
    ):
        upgrading.upgrade(home / "backups", now=now)
    assert len(folder.listed(home / "backups")) == 1


def test_a_database_that_is_newer_is_refused_by_everybody(home: Path, now: datetime) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("ledger", "9999_of_a_later_version")
    try:
        for step in (
            lambda: upgrading.upgrade(home / "backups", now=now),
            starting.require_database,
            starting.prepare_database,
        ):
            with pytest.raises(starting.NotReady, match=r"ledger\.9999_of_a_later_version.*no downgrade"):
                step()
        with pytest.raises(CannotBackUp, match="newer than the program"):
            taking.take(home / "backups", now=now)
    finally:
        recorder.record_unapplied("ledger", "9999_of_a_later_version")
    assert folder.listed(home / "backups") == []
