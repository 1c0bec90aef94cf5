"""An installation with a bit of everything, and backups of it."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from shixiao import ledger
from shixiao.casework.models import Attachment, Case
from shixiao.casework.storing import Folder
from shixiao.casework.tests.some_files import PDF
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User
from shixiao.performance import actions
from shixiao.site import starting
from shixiao.site.backup import taking
from shixiao.site.backup.taking import Taken

# Everything that one of the two formats might write otherwise: quotes, what JSON escapes, what it need not, beyond the first plane.
ODD = "引号\"' 反斜杠\\ 换行\n制表\t回车\r 控制\x01\x1f\x7f 分隔\u2028\u0085 表情\U0001f600 \\N \\x41 , ; 末尾 "
PASSPHRASE = "a passphrase of a backup"


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of this test."""
    home = tmp_path / "house"
    home.mkdir(mode=0o700)
    settings.HOME, settings.SHIXIAO_ATTACHMENTS, settings.SHIXIAO_BACKUPS = home, home / "attachments", home / "backups"
    settings.CERTIFICATES = home / "certificates"
    return home


@pytest.fixture
def house(home: Path, transactional_db: None, officer: User, unit: Unit, now: datetime) -> Case:
    """A case with odd words and two attachments."""
    case = Case.objects.create(
        number="支2026-1",
        kind="payments.payment",
        title=ODD[:40].replace("\n", " "),
        unit=unit,
        opened_at=now,
        state="open",
    )
    kind = next(each for each in DECLARED.values() if each.name == "casework.remarked")
    with transaction.atomic():
        for number in range(3):
            ledger.record(
                kind,
                subject=case,
                by=officer,
                now=now + timedelta(microseconds=number),
                particulars={},
                texts={"remark": ODD * (number + 1)},
            )
    for number, more in enumerate((b"", b"more")):
        attach(case, PDF + more, number + 1)
    return case


@pytest.fixture
def planned(house: Case, officer: User, now: datetime) -> None:
    """The published table, too."""
    name, content = starting.sample()
    actions.accept_plan(content, name=name, by=officer, now=now)


def attach(case: Case, content: bytes, number: int) -> Attachment:
    """A row and its content in the store."""
    from django.conf import settings

    store = Folder(Path(settings.SHIXIAO_ATTACHMENTS))
    draft = store.draft(limit=1 << 20)
    draft.write(content)
    draft.finish()
    store.keep(draft)
    return Attachment.objects.create(
        case=case, event_id=number, name="附件.pdf", sha256=draft.sha256, size=draft.size, media_type="application/pdf"
    )


@pytest.fixture
def take(house: Case, home: Path, now: datetime) -> Callable[..., Taken]:
    """Makes a backup of the house; each a minute after the one before."""
    moments = iter(range(1000))

    def make(**more: object) -> Taken:
        given = {"now": now + timedelta(minutes=next(moments))} | more
        return taking.take(home / "backups", **given)  # type: ignore[arg-type]

    return make


def rows_of(taken: Taken, table: str) -> list[list[object]]:
    """The lines of a table in a backup, as anybody reads them who has gzip and JSON."""
    import gzip

    with io.TextIOWrapper(gzip.open(taken.path / f"{table}.jsonl.gz"), encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def newest_event() -> Event:
    """The last of the book."""
    event = Event.objects.order_by("-pk").first()
    assert event is not None
    return event
