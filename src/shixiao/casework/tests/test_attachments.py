"""Files of a case: kept once, whole or not at all, and gone only when the law wants it."""

import hashlib
import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connections, transaction
from pytest_django import Settings

from shixiao import ledger
from shixiao.casework import Opening, attaching, erasing, open_case, search, storing
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.attaching import Fault
from shixiao.casework.models import Assistant, Attachment, Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.some_files import PDF, office
from shixiao.casework.tests.test_tags import restrict
from shixiao.ledger.models import Event, Words
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SHA = hashlib.sha256(PDF).hexdigest()


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """Where contents lie in these tests."""
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"
    return tmp_path / "attachments"


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def security(account: Callable[..., User]) -> User:
    return account("security", role="security_administrator")


@pytest.fixture
def case(unit: Unit, clerk: User, now: datetime) -> Case:
    return opened(unit, clerk, now)


def opened(unit: Unit, clerk: User, now: datetime) -> Case:
    return open_case(KIND, "open", Opening(unit=unit, title="事", particulars={"topic": "甲"}), by=clerk, now=now)


def draft(content: bytes, *, limit: int = 1 << 20) -> storing.Draft:
    made = storing.store().draft(limit=limit)
    for start in range(0, len(content), 7):
        made.write(content[start : start + 7])
    made.finish()
    return made


def attach(case: Case, clerk: User, now: datetime, content: bytes = PDF, name: str = "函.pdf") -> Attachment:
    made = draft(content)
    try:
        return attaching.attach(case, made, name=name, by=clerk, now=now)
    finally:
        made.discard()


def files(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file())


def test_a_file_lies_under_its_hash_and_its_event_says_so(case: Case, clerk: User, now: datetime, home: Path) -> None:
    row = attach(case, clerk, now, name="../../函\u202e一.pdf")
    assert (row.name, row.sha256, row.size, row.media_type) == ("函一.pdf", SHA, len(PDF), "application/pdf")
    (path,) = files(home)
    assert path == home / SHA[:2] / SHA[2:]
    assert path.read_bytes() == PDF
    event = Event.objects.get(kind="casework.attached")
    assert event.pk == row.event_id
    assert event.particulars["sha256"] == SHA
    assert Words.objects.get(event=event).words == "函一.pdf"
    assert [hit.case_id for hit in search.find("函一", within=search.Scope(paths=None)).hits] == [case.pk]


def test_nobody_else_on_the_machine_reads_them(case: Case, clerk: User, now: datetime, home: Path) -> None:
    attach(case, clerk, now)
    (path,) = files(home)
    assert path.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, home, home / "incoming")} == {0o700}


def test_the_same_content_is_stored_once(case: Case, unit: Unit, clerk: User, now: datetime, home: Path) -> None:
    attach(case, clerk, now)
    attach(opened(unit, clerk, now), clerk, now, name="别名.pdf")
    assert len(files(home)) == 1
    with pytest.raises(Refused) as caught:
        attach(case, clerk, now, name="又一次.pdf")
    assert caught.value.reason is Reason.OVERTAKEN
    assert "函.pdf" in caught.value.text.zh
    assert Attachment.objects.count() == 2
    assert len(files(home)) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.pdf"),
        (PDF, "a.docx"),
        (PDF, "a.exe"),
        (office("docm"), "a.docx"),
        (PDF, "密级：机密.pdf"),
        (PDF, "【秘密】函.pdf"),
        (PDF, "机密.pdf"),
        ("机密★10年\n正文".encode(), "a.txt"),
        ("机密★10年\n正文".encode("gb18030"), "a.txt"),
        ("机密★10年\n正文".encode("utf-16"), "a.txt"),
        (office("docx", "秘密★5年"), "a.docx"),
    ],
)
def test_what_may_not_come_in_leaves_nothing(
    case: Case, clerk: User, now: datetime, home: Path, content: bytes, name: str
) -> None:
    with pytest.raises(Refused) as caught:
        attach(case, clerk, now, content, name)
    assert caught.value.field == "file"
    assert files(home) == []
    assert not Attachment.objects.exists()
    assert not Event.objects.filter(kind="casework.attached").exists()


def test_a_sentence_about_secrets_is_no_mark(case: Case, clerk: User, now: datetime) -> None:
    attach(case, clerk, now, "会议提醒大家保守商业秘密。".encode(), "保密教育.txt")


def test_a_draft_stops_at_the_limit(home: Path) -> None:
    made = storing.store().draft(limit=10)
    made.write(b"x" * 10)
    with pytest.raises(Refused, match="larger than"):
        made.write(b"x")
    made.discard()
    assert files(home) == []


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "free_bytes", lambda _folder: storing.RESERVE + 99)
    with pytest.raises(Refused, match="nearly full"):
        storing.store().draft(limit=1000, expected=100)
    storing.store().draft(limit=1000, expected=99).discard()


def test_a_disk_that_fills_up_while_writing_is_said(home: Path) -> None:
    made = storing.store().draft(limit=1000)

    class Full(io.BytesIO):
        def write(self, part: object) -> int:
            raise OSError(28, "No space left on device")

    real, made._file = made._file, Full()
    with pytest.raises(Refused, match="nearly full"):
        made.write(b"x")
    real.close()
    made.discard()
    assert files(home) == []


def test_files_are_for_whoever_works_on_the_case(
    case: Case, clerk: User, staff: Callable[..., User], account: Callable[..., User], now: datetime, home: Path
) -> None:
    helper = account("helper", role="staff")
    for user in (helper, staff("stranger"), account("auditor", role="auditor")):
        with pytest.raises(NotAllowed):
            attach(case, user, now)
        assert files(home) == []
    Assistant.objects.create(case=case, user=helper)
    row = attach(case, helper, now)
    with pytest.raises(NotAllowed):
        attaching.remove(row, reason="错了", by=staff("other"), now=now)
    row.refresh_from_db()
    assert row.removed_at is None


def test_a_restricted_register_has_no_files(
    case: Case, clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    restrict(monkeypatch)
    with pytest.raises(Refused, match="restricted"):
        attach(case, clerk, now)
    assert files(home) == []


# ---- removing, erasing -----------------------------------------------------------------------------------------


def test_a_removed_file_leaves_its_hash_and_its_content(case: Case, clerk: User, now: datetime, home: Path) -> None:
    row = attach(case, clerk, now)
    with pytest.raises(Refused):
        attaching.remove(row, reason=" ", by=clerk, now=now)
    attaching.remove(row, reason="传错了", by=clerk, now=now + MINUTE)
    attaching.remove(row, reason="再一次", by=clerk, now=now + MINUTE)
    (event,) = Event.objects.filter(kind="casework.attachment_removed")
    assert event.particulars["sha256"] == SHA
    assert not attaching.attachments_of(case).exists()
    assert attaching.sent_to(clerk, row.pk, now=now) is None
    assert len(files(home)) == 1
    again = attach(case, clerk, now + MINUTE)
    assert again.pk != row.pk


@pytest.mark.django_db(transaction=True)
def test_the_law_takes_name_and_content_and_leaves_the_hash(
    case: Case, clerk: User, security: User, now: datetime, home: Path
) -> None:
    row = attach(case, clerk, now)
    erasing.erase(row.event_id, ground="not_lawful", by=security, now=now + MINUTE)
    row.refresh_from_db()
    assert (row.name, row.sha256) == ("", SHA)
    assert row.removed_at == row.erased_at == now + MINUTE
    assert files(home) == []
    assert not Words.objects.filter(event_id=row.event_id).exists()
    event = Event.objects.get(kind="casework.attachment_erased")
    assert event.particulars == {"file": row.pk, "sha256": SHA, "ground": "not_lawful"}
    assert not search.find("函", within=search.Scope(paths=None)).hits


@pytest.mark.django_db(transaction=True)
def test_a_content_that_another_case_has_stays_for_that_one(
    case: Case, unit: Unit, clerk: User, security: User, now: datetime, home: Path
) -> None:
    first, second = attach(case, clerk, now), attach(opened(unit, clerk, now), clerk, now)
    attaching.remove(second, reason="传错了", by=clerk, now=now)  # removed is not erased
    erasing.erase(first.event_id, ground="not_lawful", by=security, now=now)
    assert len(files(home)) == 1
    erasing.erase(second.event_id, ground="not_lawful", by=security, now=now)
    assert files(home) == []


@pytest.mark.django_db(transaction=True)
def test_a_deletion_that_does_not_hold_takes_nothing(
    case: Case, clerk: User, security: User, now: datetime, home: Path
) -> None:
    row = attach(case, clerk, now)
    with transaction.atomic():
        erasing.erase(row.event_id, ground="not_lawful", by=security, now=now)
        transaction.set_rollback(True)
    row.refresh_from_db()
    assert row.erased_at is None
    assert len(files(home)) == 1


# ---- looking after the store -----------------------------------------------------------------------------------


def test_a_crash_between_file_and_row_leaves_no_row_and_the_file_is_collected(
    case: Case, clerk: User, now: datetime, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = attach(case, clerk, now, office("docx"), "函.docx")

    def crashes(*_given: object, **_named: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "record", crashes)
        with pytest.raises(RuntimeError):
            attach(case, clerk, now)
    assert [row.pk for row in Attachment.objects.all()] == [kept.pk]
    assert len(files(home)) == 2
    assert list(attaching.verify_attachments()) == []
    assert attaching.tidy(now) == 1
    assert attaching.tidy(now) == 0
    (path,) = files(home)
    assert path.parent.name + path.name == kept.sha256


def test_drafts_that_nobody_finished_are_swept_after_a_day(home: Path, now: datetime) -> None:
    old, new = storing.store().draft(limit=9), storing.store().draft(limit=9)
    for each, age in ((old, storing.ABANDONED + MINUTE), (new, storing.ABANDONED - MINUTE)):
        moment = (now - age).timestamp()
        os.utime(each.path, (moment, moment))
    assert attaching.tidy(now) == 1
    assert files(home) == [new.path]
    for each in (old, new):
        each.discard()


def test_verification_names_the_culprits(case: Case, clerk: User, now: datetime, home: Path) -> None:
    whole = attach(case, clerk, now)
    changed = attach(case, clerk, now, office("docx"), "函.docx")
    absent = attach(case, clerk, now, "甲".encode(), "记.txt")
    assert list(attaching.verify_attachments()) == []
    call_command("verify_attachments")
    path = home / changed.sha256[:2] / changed.sha256[2:]
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    (home / absent.sha256[:2] / absent.sha256[2:]).unlink()
    found = {each.attachment: (each.fault, each.case) for each in attaching.verify_attachments()}
    assert found == {changed.pk: (Fault.CHANGED, case.number), absent.pk: (Fault.ABSENT, case.number)}
    assert whole.pk not in found
    with pytest.raises(CommandError, match="2"):
        call_command("verify_attachments")


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "G" * 64, "a" * 63])
def test_the_store_opens_hashes_only(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        storing.store().open(name)


@pytest.mark.django_db(transaction=True)
def test_the_same_content_from_many_at_once(unit: Unit, clerk: User, now: datetime, home: Path) -> None:
    cases = [opened(unit, clerk, now) for _turn in range(2)]
    start = Barrier(4)

    def one(number: int) -> object:
        try:
            start.wait()
            return attach(cases[number % 2], clerk, now)
        except Refused as refused:
            return refused.reason
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        came = list(threads.map(one, range(4)))
    assert sorted(type(each).__name__ for each in came) == ["Attachment", "Attachment", "Reason", "Reason"]
    assert {each for each in came if isinstance(each, Reason)} == {Reason.OVERTAKEN}
    (path,) = files(home)
    assert path.read_bytes() == PDF
    assert list(attaching.verify_attachments()) == []


@pytest.mark.django_db(transaction=True)
def test_who_attaches_while_another_erases_keeps_the_content(
    unit: Unit, clerk: User, security: User, now: datetime, home: Path
) -> None:
    """Whatever comes first, no row is left without its content."""
    for _turn in range(4):
        first, second = opened(unit, clerk, now), opened(unit, clerk, now)
        row, start = attach(first, clerk, now), Barrier(2)

        def erases(row: Attachment = row, start: Barrier = start) -> None:
            start.wait()
            erasing.erase(row.event_id, ground="authority", by=security, now=now)
            connections.close_all()

        def attaches(second: Case = second, start: Barrier = start) -> None:
            start.wait()
            attach(second, clerk, now)
            connections.close_all()

        with ThreadPoolExecutor(2) as threads:
            for done in [threads.submit(erases), threads.submit(attaches)]:
                done.result()
        assert list(attaching.verify_attachments()) == []
        assert len(files(home)) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"sha256": "a" * 63}, {"name": ""}, {"erased_at": datetime.fromisoformat("2026-01-01T00:00+08:00")}],
)
def test_the_database_refuses_a_row_that_cannot_be(
    case: Case, clerk: User, now: datetime, wrong: dict[str, object]
) -> None:
    row = attach(case, clerk, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(**wrong)
