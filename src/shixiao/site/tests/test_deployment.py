"""`shixiao check-deploy`: a good installation, and bad ones one by one."""

import json
import os
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import jsonschema
import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from shixiao import ledger
from shixiao.ledger import guard
from shixiao.ledger.book import Reference
from shixiao.ledger.heartbeats import SILENT_AFTER, Heart
from shixiao.ledger.models import WorkerHeartbeat
from shixiao.people.models import Role, User
from shixiao.site import certificates, deployment
from shixiao.site.cli.deploying import _as_json
from shixiao.site.cli.schema import schema
from shixiao.site.deployment import configuration, database, framework, machine
from shixiao.site.deployment.concerns import Concern, Severity
from shixiao.site.tests.processes import LONGEST, done, said_until, start

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOON = datetime(2027, 3, 1, 4, tzinfo=UTC)

# What depends on the machine of the test, or on its database being a throw-away one, and not on what is asked.
ASIDE = {
    "site.root",
    "site.sqlite",
    "site.disk",
    "site.time-zone",
    "site.clocks-apart",
    "site.clock-was-back",
    "ledger.W001",
}


@pytest.fixture
def good(settings: Settings, tmp_path: Path, account: Callable[..., User]) -> None:
    """An installation that is in order: behind an HTTPS proxy, with a worker and its three administrators."""
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    settings.HOME, settings.CERTIFICATES = home, home / "certificates"
    settings.DEBUG = settings.SHIXIAO_DEMO = settings.SHIXIAO_LAN = False
    settings.BEHIND_HTTPS = True
    settings.ALLOWED_HOSTS = ["plans.example.cn"]
    settings.SECRET_KEY = "an Example of many Characters, none of which is 0123456789"
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR, Role.OFFICER):
        account(f"the-{role.value}"[:30], role=role)
    note("site.drilled", NOON - timedelta(days=3), backup="shixiao-1", outcome="green")
    note("site.backed_up", NOON - timedelta(hours=9), backup="shixiao-1")
    Heart(host="pc", pid=7).beat(now=NOON)


def note(kind: str, at: datetime, **codes: Any) -> None:
    """An event of backups."""
    ledger.record(kind, subject=Reference("site.backup", "all"), by=None, now=at, particulars=codes)


def found(*, now: datetime = NOON) -> dict[str, Severity]:
    return {each.id: each.severity for each in deployment.examine(now=now) if each.id not in ASIDE}


def concern(id: str, *, now: datetime = NOON) -> Concern:
    return next(each for each in deployment.examine(now=now) if each.id == id)


ERROR, WARNING = Severity.ERROR, Severity.WARNING


@pytest.mark.usefixtures("good")
def test_a_good_installation_has_nothing_against_it() -> None:
    assert found() == {}


# ---- settings --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("good")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"DEBUG": True}, {"site.debug": ERROR}),
        ({"SHIXIAO_DEMO": True}, {"people.E001": ERROR}),
        ({"SECRET_KEY": "x" * 60}, {"site.secret-key": ERROR}),
        ({"SECRET_KEY": "abcdefghij" * 4 + "abcdefghi"}, {"site.secret-key": ERROR}),
        ({"SECRET_KEY": "abcdefghij" * 5}, {}),
        ({"ALLOWED_HOSTS": ["*"]}, {"site.hosts-any": ERROR}),
        ({"ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"]}, {"site.hosts": WARNING}),
        ({"ALLOWED_HOSTS": ["127.0.0.1"], "BEHIND_HTTPS": False}, {"site.hosts": WARNING}),
        ({"BEHIND_HTTPS": False}, {"site.https": ERROR}),
        ({"BEHIND_HTTPS": False, "SHIXIAO_LAN": True}, {}),
        ({"DEBUG": True, "BEHIND_HTTPS": False}, {"site.debug": ERROR, "site.https": ERROR}),
    ],
)
def test_each_wrong_setting_is_named(
    settings: Settings, changes: dict[str, Any], expected: dict[str, Severity]
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert found() == expected


@pytest.mark.usefixtures("good")
@pytest.mark.parametrize(("mode", "is_wrong"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_key_that_others_can_read_is_named(settings: Settings, mode: int, is_wrong: bool) -> None:
    path = settings.HOME / "secret-key"
    path.write_text("x", encoding="ascii")
    path.chmod(mode)
    assert found() == ({"site.secret-key-file": ERROR} if is_wrong else {})


@pytest.mark.usefixtures("good")
def test_it_is_said_where_a_weak_key_comes_from(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECRET_KEY = "abc9"
    assert "the file" in concern("site.secret-key").what.en
    monkeypatch.setenv("SHIXIAO_SECRET_KEY", "abc9")
    assert "the environment" in concern("site.secret-key").what.en
    assert "abc9" not in str(concern("site.secret-key")), "the key itself is never printed"


@pytest.mark.usefixtures("good")
def test_a_certificate_that_is_about_to_end_is_named(settings: Settings) -> None:
    settings.SHIXIAO_LAN = True
    ends = certificates.ensure(settings.CERTIFICATES, names=["localhost"], now=NOON).ends_at
    last = ends - certificates.RENEWED_BEFORE
    assert list(configuration.concerns(now=last)) == []
    (named,) = configuration.concerns(now=last + MOMENT)
    assert (named.id, named.severity) == ("site.certificate", WARNING)
    assert ends.date().isoformat() in named.what.zh
    settings.SHIXIAO_LAN = False
    assert list(configuration.concerns(now=ends)) == [], "an old certificate that is not used is nobody's concern"
    (settings.CERTIFICATES / "server.pem").write_text("nonsense", encoding="ascii")
    assert found() == {"site.certificate": WARNING}


# ---- machine ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("good")
@pytest.mark.parametrize(
    ("mode", "severity"),
    [(0o700, None), (0o710, WARNING), (0o750, WARNING), (0o720, ERROR), (0o701, ERROR), (0o777, ERROR)],
)
def test_a_data_folder_that_others_can_open_is_named(settings: Settings, mode: int, severity: Severity | None) -> None:
    settings.HOME.chmod(mode)
    assert found() == ({} if severity is None else {"site.folder-mode": severity})


@pytest.mark.usefixtures("good")
def test_a_data_folder_that_cannot_be_written_is_named() -> None:
    with patch.object(machine.os, "access", return_value=False):
        assert found() == {"site.folder": ERROR}


@pytest.mark.parametrize(
    ("megabytes", "severity"), [(1024, None), (1023, WARNING), (100, WARNING), (99, ERROR), (0, ERROR)]
)
def test_a_disk_that_is_nearly_full_is_named(megabytes: int, severity: Severity | None) -> None:
    named = list(machine._disk(megabytes * machine.MEGABYTE, Path("/data")))
    assert [each.severity for each in named] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("now", "is_wrong"),
    [
        (machine.BUILT - MOMENT, True),
        (machine.BUILT, False),
        (machine.FARTHEST - MOMENT, False),
        (machine.FARTHEST, True),
    ],
)
def test_a_clock_that_cannot_be_right_is_named(now: datetime, is_wrong: bool) -> None:
    assert [each.id for each in machine._clock(now)] == (["site.clock"] if is_wrong else [])


@pytest.mark.parametrize(("hours", "expected"), [(8, []), (0, ["site.time-zone"]), (-5, ["site.time-zone"])])
def test_another_time_zone_of_the_machine_is_named(hours: int, expected: list[str]) -> None:
    """That the machine is asked, and not what Django made of it: disasters/test_clock_set.py."""
    assert [each.id for each in machine._zone(NOON, timedelta(hours=hours))] == expected


MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:26 / /srv rw - nfs4 server:/srv rw
31 30 8:2 / /srv/local\\040disk rw - xfs /dev/sdb rw
32 22 0:27 / /mnt/team rw - cifs //server/team rw
33 22 0:28 / /mnt/team rw - ext4 /dev/sdc rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/var/lib/shixiao", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/shixiao", "nfs4"),
        ("/srvice", "ext4"),
        ("/srv/local disk/data", "xfs"),
        ("/mnt/team/x", "ext4"),
    ],
)
def test_the_file_system_is_that_of_the_deepest_and_latest_mount(path: str, kind: str) -> None:
    assert machine.kind_of(Path(path), MOUNTS) == kind


def test_only_file_systems_over_a_network_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS, encoding="utf-8")
    monkeypatch.setattr(machine, "MOUNTS", mounts)
    assert (machine.network_file_system(Path("/srv/a")), machine.network_file_system(Path("/a"))) == ("nfs4", "")
    monkeypatch.setattr(machine, "MOUNTS", tmp_path / "none")
    assert machine.network_file_system(Path("/srv/a")) == ""


# ---- database --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("good")
def test_demonstration_accounts_are_named_while_they_are_active(account: Callable[..., User]) -> None:
    user = account("demo-x", is_demonstration=True)
    assert found() == {"people.E002": ERROR}
    named = concern("people.E002")
    assert "demo-x" in named.what.zh
    assert "demo-x" in named.what.en
    user.is_active = False
    user.save()
    assert found() == {}


@pytest.mark.usefixtures("good")
def test_a_missing_trigger_is_named_in_both_languages() -> None:
    name = "ledger_event_no_delete" if connection.vendor == "sqlite" else "ledger_event_no_change"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"' + (" ON ledger_event" if connection.vendor == "postgresql" else ""))
    assert found() == {"ledger.E001": ERROR}
    assert name in concern("ledger.E001").what.zh
    guard.install()
    assert found() == {}


@pytest.mark.usefixtures("good")
def test_a_database_that_is_older_or_newer_than_the_program_is_named() -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("ledger", "9999_from_the_future")
    assert found() == {"site.newer-database": ERROR}
    assert "ledger.9999_from_the_future" in concern("site.newer-database").what.zh
    recorder.record_unapplied("ledger", "9999_from_the_future")
    recorder.record_applied("an_app_of_long_ago", "0001_initial")
    assert found() == {}
    with patch.object(database.starting, "pending_migrations", return_value=("ledger.0009_new",)):
        assert found() == {"site.migrations": ERROR}
        assert "ledger.0009_new" in concern("site.migrations").what.zh


@pytest.mark.usefixtures("good")
def test_a_database_that_cannot_be_reached_is_named_and_nothing_else_is_asked_of_it() -> None:
    refused = OperationalError("connection refused\nIs the server running?")
    with patch.object(connection, "ensure_connection", side_effect=refused):
        assert found() == {"site.database": ERROR}
        assert "connection refused." in concern("site.database").what.en


@pytest.mark.usefixtures("good")
@pytest.mark.parametrize(
    ("later", "is_missed"), [(timedelta(0), False), (SILENT_AFTER, False), (SILENT_AFTER + MOMENT, True)]
)
def test_a_worker_that_has_been_silent_is_missed(later: timedelta, is_missed: bool) -> None:
    assert found(now=NOON + later) == ({"site.worker": WARNING} if is_missed else {})


@pytest.mark.usefixtures("good")
def test_it_is_said_since_when_there_is_no_worker_and_what_it_did() -> None:
    heart = Heart(host="pc", pid=7)
    heart.beat(now=NOON, doing="casework.timers")
    silent = concern("site.worker", now=NOON + timedelta(hours=1)).what
    assert silent.en == "No worker has been seen since 2027-03-01 12:00 (pc:7, at the job casework.timers)."
    assert "2027-03-01 12:00" in silent.zh
    heart.end(now=NOON + timedelta(minutes=1))
    assert concern("site.worker", now=NOON + timedelta(minutes=1)).what.en.endswith("12:01 (pc:7).")
    WorkerHeartbeat.objects.all().delete()
    assert concern("site.worker").what.en == "No worker has ever been seen."


@pytest.mark.usefixtures("good")
@pytest.mark.parametrize(("back", "is_named"), [(timedelta(minutes=5), False), (timedelta(minutes=6), True)])
def test_a_clock_that_was_set_back_is_named_for_a_week(back: timedelta, is_named: bool) -> None:
    """Steps of several processes are written down a little out of order: that is none."""
    ahead = NOON + timedelta(hours=1)
    note("site.backed_up", ahead, backup="shixiao-2")
    note("site.backed_up", ahead - back, backup="shixiao-3")
    for later, expected in ((timedelta(days=6), is_named), (timedelta(days=7), False)):
        named = [each for each in deployment.examine(now=ahead + later) if each.id == "site.clock-was-back"]
        assert bool(named) is expected
        assert all("13:00" in each.what.zh for each in named)


@pytest.mark.usefixtures("good")
def test_several_workers_are_named_with_their_numbers() -> None:
    assert "site.workers" not in found()
    Heart(host="other", pid=8).beat(now=NOON)
    assert "other:8, pc:7" in concern("site.workers").what.zh
    assert "site.workers" not in found(now=NOON + timedelta(seconds=46))


@pytest.mark.usefixtures("good")
def test_a_clock_behind_the_newest_event_is_named() -> None:
    ledger.record("people.signed_in", subject=Reference("people.user", "7"), by=None, now=NOON)
    assert found(now=NOON) == {}
    assert found(now=NOON - MOMENT) == {"site.clock-back": ERROR}
    assert "2027-03-01 12:00" in concern("site.clock-back", now=NOON - MOMENT).what.zh


@pytest.mark.usefixtures("good")
def test_administrators_that_are_missing_are_named_in_both_languages() -> None:
    User.objects.filter(role=Role.AUDITOR).update(is_active=False)
    assert found() == {"people.W003": WARNING}
    assert "审计" in concern("people.W003").what.zh
    assert "auditor" in concern("people.W003").what.en


if connection.vendor == "sqlite":

    @pytest.mark.usefixtures("good")
    def test_sqlite_is_named_and_on_a_network_disk_or_without_wal_refused(settings: Settings) -> None:
        assert "site.sqlite" in {each.id for each in database.concerns(now=NOON)}
        with patch.object(machine, "network_file_system", return_value="nfs4"):
            assert found() == {"site.sqlite-network": ERROR}
        with patch.object(database, "_ask", return_value="delete"):
            assert found() == {"site.sqlite-wal": ERROR}

else:

    @pytest.mark.usefixtures("good")
    def test_two_clocks_that_differ_are_named() -> None:
        ids = [each.id for each in database._clocks(NOON)]
        assert ids == []
        for apart, expected in ((database.CLOCKS_APART / 2, []), (database.CLOCKS_APART * 2, ["site.clocks-apart"])):
            with patch.object(database, "_ask", return_value=timezone.now() + apart):
                assert [each.id for each in database._clocks(NOON)] == expected

    @pytest.mark.django_db(transaction=True)
    def test_with_two_roles_the_program_runs_works_and_may_not_change_the_ledger(
        tmp_path: Path, empty_database: str
    ) -> None:
        role = f"running_{uuid4().hex}"
        owner, running = empty_database, re.sub(r"//[^@]*@", f"//{role}@", empty_database)
        with psycopg.connect(owner, autocommit=True) as administrator:
            administrator.execute(f'CREATE ROLE "{role}" LOGIN')
            try:
                migrate = ("manage", "migrate", "--verbosity=0")
                assert done(tmp_path, *migrate, DATABASE_URL=owner, SHIXIAO_RUNNING_ROLE=role) == (0, "")
                worker = start(tmp_path, "worker", DATABASE_URL=running)
                said_until(worker.stdout, "The worker is ready")
                worker.terminate()
                worker.communicate(timeout=LONGEST)
                assert worker.returncode == 0
                status, said = done(tmp_path, "check-deploy", DATABASE_URL=running)
                assert (status, "ledger.W001" in said) == (0, False)
                assert "ledger.W001" in done(tmp_path, "check-deploy", DATABASE_URL=owner)[1]
            finally:
                administrator.execute(f'DROP OWNED BY "{role}"')
                administrator.execute(f'DROP ROLE "{role}"')


# ---- how it is said --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("good")
def test_errors_come_first(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.DEBUG = True
    severities = [each.severity for each in deployment.examine(now=NOON)]
    assert severities == sorted(severities, key=lambda severity: severity is WARNING)
    assert {ERROR, WARNING} <= set(severities)


@pytest.mark.usefixtures("good")
def test_every_concern_says_what_why_and_what_to_do_in_both_languages(settings: Settings) -> None:
    settings.DEBUG = settings.SHIXIAO_DEMO = True
    settings.BEHIND_HTTPS = False
    settings.HOME.chmod(0o777)
    everything = [
        *deployment.examine(now=NOON + timedelta(days=1)),
        *machine._disk(0, Path("/data")),
        *machine._clock(machine.FARTHEST),
        machine._ROOT,
        database._behind(("ledger.0009_new",)),
        database._ahead(("ledger.0009_new",)),
    ]
    known = [Concern(code, ERROR, words.what, words.why, words.next_step) for code, words in framework._KNOWN.items()]
    for each in [*everything, *known]:
        for text in (each.what, each.why):
            assert CHINESE.search(text.zh), each.id
        for text in (each.what, each.why, each.next_step):
            assert text.zh
            assert not CHINESE.search(text.en), each.id
    assert len({each.id for each in everything}) >= 10


def test_a_message_of_django_that_we_do_not_know_is_handed_on() -> None:
    from django.core import checks

    with patch.object(
        framework.checks,
        "run_checks",
        return_value=[checks.Error("Odd.", id="x.E1"), checks.Warning("Hm.", hint="Do.")],
    ):
        first, second = framework.concerns(with_database=True)
    assert (first.id, first.severity, first.what.en) == ("x.E1", ERROR, "Odd.")
    assert (second.severity, second.next_step.zh) == (WARNING, "Do.")


@pytest.mark.usefixtures("good")
def test_the_json_keeps_its_schema(settings: Settings) -> None:
    settings.DEBUG = True
    concerns = deployment.examine(now=NOON)
    errors = sum(each.severity is ERROR for each in concerns)
    for language in ("zh", "en"):
        form = json.loads(_as_json(concerns, errors=errors, language=language))
        jsonschema.validate(form, json.loads(schema("check-deploy")))
        assert form["summary"]["errors"] == 1
        assert form["concerns"][0]["id"] == "site.debug"


# ---- the command -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("migrated")
def test_the_exit_status_says_whether_there_is_an_error(tmp_path: Path, empty_database: str) -> None:
    environment = {"DATABASE_URL": empty_database, "SHIXIAO_HTTPS": "1", "SHIXIAO_HOSTS": "plans.example.cn"}
    status, said = done(tmp_path, "check-deploy", **environment)
    assert status == 0
    assert said.splitlines()[-1].startswith("errors 0, warnings ")
    assert "No worker has ever been seen." in said
    status, said = done(tmp_path, "check-deploy", "--format", "json", **environment, SHIXIAO_DEBUG="1")
    assert status == 1
    assert [each["id"] for each in json.loads(said)["concerns"] if each["severity"] == "error"] == ["site.debug"]
    said = done(tmp_path, "check-deploy", **environment | {"SHIXIAO_LANG": "zh", "SHIXIAO_HTTPS": "0"})[1]
    assert "错误  site.https  别的机器用不加密的 HTTP 访问。" in said


def test_a_new_installation_hears_of_its_migrations_and_nothing_is_made(tmp_path: Path) -> None:
    status, said = done(tmp_path, "check-deploy")
    assert (status, "site.migrations" in said) == (1, True)
    with sqlite3.connect(tmp_path / "home" / "shixiao.sqlite3") as asked:
        assert asked.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


if os.name == "posix":

    def test_a_data_folder_that_cannot_be_opened_is_said_without_a_trace(tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        status, said = done(tmp_path, "check-deploy", SHIXIAO_HOME=str(tmp_path / "file" / "home"))
        assert status == 2
        assert said.startswith("shixiao: error: ")
        assert "Traceback" not in said


# ---- backups, roles --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("good")
@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(hours=27), {}),
        (timedelta(hours=27) + MOMENT, {"site.backup": WARNING}),
        (timedelta(days=32), {"site.backup": WARNING}),
        (timedelta(days=32) + MOMENT, {"site.backup": WARNING, "site.drill": WARNING}),
    ],
)
def test_a_backup_or_a_drill_that_is_too_long_ago_is_named(later: timedelta, expected: dict[str, Severity]) -> None:
    Heart(host="pc", pid=7).beat(now=NOON + later)
    assert found(now=NOON + later) == expected


@pytest.mark.usefixtures("good")
def test_a_red_drill_is_named_with_its_places_until_one_is_green() -> None:
    note("site.drilled", NOON - timedelta(hours=2), backup="b", outcome="red", places=["ledger_event.jsonl.gz"])
    assert found() == {"site.drill-red": WARNING}
    assert "ledger_event.jsonl.gz" in concern("site.drill-red").what.zh
    note("site.drilled", NOON - timedelta(hours=1), backup="c", outcome="green")
    assert found() == {}


def test_an_installation_without_backups_is_told_so() -> None:
    assert {"site.backup", "site.drill"} <= set(found())


@pytest.mark.usefixtures("good")
def test_two_administrators_who_are_one_person_are_named(account: Callable[..., User]) -> None:
    account("second", role=Role.AUDITOR, display_name="the-system_administrator")
    assert found() == {"site.administrators": WARNING}
    assert "second" in concern("site.administrators").what.en
    User.objects.filter(username="second").update(is_active=False)
    assert found() == {}


@pytest.mark.usefixtures("good")
def test_no_officer_is_named() -> None:
    User.objects.filter(role=Role.OFFICER).update(is_active=False)
    assert found() == {"site.officer": WARNING}
