"""Files of a case: adding, removing, sending, and proving that all are there.

The content is in the store before the row speaks of it. A crash in between leaves a content that nobody names, which
`tidy` removes; never a row without its content.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from shixiao import ledger
from shixiao.casework import events, file_kinds, offices, packages, searching, visibility
from shixiao.casework.allowing import NotAllowed, may_take_any
from shixiao.casework.file_names import cleaned, parted
from shixiao.casework.models import Assistant, Attachment, Case
from shixiao.casework.particulars import words
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.restricting import check_unrestricted
from shixiao.casework.storing import CHUNK, Draft, store
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import User

MARKED_BYTES = 64 * 1024  # so much of a text is looked through for marks of secrecy: a mark stands at the top
MOST_A_SWEEP = 500
_REASON = words("reason", Text("理由", "The reason"), most=500)
_PARAGRAPH = re.compile(rb"</w:p>")
_TAG = re.compile(r"<[^>]*>")


def may_attach(case: Case, *, by: User, now: datetime) -> bool:
    """Whoever may take a step on the case, and its assistants."""
    return may_take_any(case, by=by, now=now) or (
        by.is_active and not by.is_administrator and Assistant.objects.filter(case=case, user=by).exists()
    )


def attach(case: Case, draft: Draft, *, name: str, by: User, now: datetime) -> Attachment:
    """Add a finished draft to a case. Raises `Refused` with the sentence why not, `NotAllowed`; then nothing was changed.

    The draft is the caller's to discard, whatever happens.
    """
    check_unrestricted(case)
    kind, name = _examined(draft, cleaned(name))
    try:
        with transaction.atomic():
            case = Case.objects.select_related("unit").select_for_update(of=("self",)).get(pk=case.pk)
            _check_mandate(case, by=by, now=now)
            _check_new(case, draft)
            lock_content(draft.sha256)
            store().keep(draft)
            codes = {"sha256": draft.sha256, "size": draft.size, "media_type": kind.media_type}
            event = ledger.record(
                events.ATTACHED, subject=case, by=by, now=now, particulars=codes, texts={"attachment": name}
            )
            searching.put_words(case, f"attachment/{event.pk}", name)
            return Attachment.objects.create(case=case, event_id=event.pk, name=name, **codes)
    except OSError as error:
        raise Refused(
            Text(
                f"文件没有存下（{error.strerror or error}）。请联系系统管理员。",
                f"The file was not stored ({error.strerror or error}). Tell the system administrator.",
            ),
            reason=Reason.GUARDED,
            field="file",
        ) from error


def keep(draft: Draft, *, name: str) -> str:
    """The content of a file that another room names: examined as any attachment, and in the store; returns its name, cleaned.

    Whoever calls it has registered with `hold` who else names contents, or the next tidying takes it away. Raises `Refused`.
    """
    _kind, cleaned_name = _examined(draft, cleaned(name))
    with transaction.atomic():
        lock_content(draft.sha256)
        store().keep(draft)
    return cleaned_name


def keep_made(content: bytes) -> str:
    """The content of a file that the program itself made, and that another room names (`hold`): in the store; returns its hash.

    Inside the caller's transaction, so that nobody tidies it away before the row that names it is there. Raises `Refused` where the disk
    is full.
    """
    draft = store().draft(limit=len(content), expected=len(content))
    try:
        draft.write(content)
        draft.finish()
        lock_content(draft.sha256)
        store().keep(draft)
    finally:
        draft.discard()
    return draft.sha256


class Kept(NamedTuple):
    """A file that is kept: its id where it is named, what it belongs to in words, its hash and size."""

    id: int
    owner: str
    sha256: str
    size: int


Holder = Callable[[str], set[str]]
_holders: dict[str, Holder] = {}
_files: dict[str, Callable[[], Iterable[Kept]]] = {}


def hold(name: str, holder: Holder, *, files: Callable[[], Iterable[Kept]]) -> None:
    """Another room names contents, too: `holder` gives the hashes with a beginning that it names, `files` all of its files by hash, to be
    verified. Once for each room, at the start."""
    _holders[name], _files[name] = holder, files


def _is_held(sha256: str) -> bool:
    return any(sha256 in holder(sha256) for holder in _holders.values())


def remove(attachment: Attachment, *, reason: str, by: User, now: datetime) -> None:
    """The case shows the file no more; the event keeps its hash. Removing it again changes nothing. Raises `Refused`."""
    reason = _REASON.read(reason, zone=zone())
    with transaction.atomic():
        row = Attachment.objects.select_for_update().get(pk=attachment.pk)
        case = Case.objects.select_related("unit").get(pk=row.case_id)
        _check_mandate(case, by=by, now=now)
        if row.removed_at is not None:
            return
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        searching.remove_words(case.pk, f"attachment/{row.event_id}")
        codes = {"file": row.pk, "sha256": row.sha256}
        ledger.record(
            events.ATTACHMENT_REMOVED, subject=case, by=by, now=now, particulars=codes, texts={"reason": reason}
        )


def erase(attachment: Attachment, *, ground: str, by: User | None, now: datetime) -> None:
    """The law wants the file gone: name and content, while the hash stays. Inside the transaction of `erasing.erase`.

    A content that another case has too stays for that one. What is left is taken away when the transaction holds.
    """
    row = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if row.erased_at is not None:
        return
    row.removed_at, row.erased_at, row.name = row.removed_at or now, now, ""
    row.save(update_fields=["removed_at", "erased_at", "name"])
    codes = {"file": row.pk, "sha256": row.sha256, "ground": ground}
    about = ledger.Reference(Case.ledger_name, str(row.case_id))
    ledger.record(events.ATTACHMENT_ERASED, subject=about, by=by, now=now, particulars=codes)
    transaction.on_commit(lambda: forget(row.sha256))


def attachments_of(case: Case) -> QuerySet[Attachment]:
    """What the case shows, in the order in which it came."""
    return Attachment.objects.filter(case=case, removed_at=None).order_by("id")


def sent_to(user: User, attachment_id: int, *, now: datetime) -> Attachment | None:
    """The attachment, where this person may have it: who sees the case sees its files. None otherwise, whatever the reason."""
    rows = Attachment.objects.select_related("case__unit").filter(pk=attachment_id, removed_at=None)
    found = rows.first()
    if found is None or not offices.is_known(found.case.kind):
        return None
    return found if visibility.can_see(found.case, by=user, now=now) else None


# ---- looking after the store -----------------------------------------------------------------------------------


def lock_content(sha256: str) -> None:
    """Whoever keeps and whoever forgets the same content wait for each other, until their transaction ends.

    On SQLite a transaction holds the write lock from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def forget(sha256: str) -> bool:
    """The content goes when no attachment has it any more, removed ones included; whether it went."""
    with transaction.atomic():
        lock_content(sha256)
        if Attachment.objects.filter(sha256=sha256, erased_at=None).exists() or _is_held(sha256):
            return False
        return store().delete(sha256)


def tidy(now: datetime) -> int:
    """A job of the worker: drafts that nobody finished, and contents that no attachment names; how many went."""
    here, gone = store(), store().sweep(now=now)
    for prefix in (f"{number:02x}" for number in range(256)):
        kept = list(here.kept(prefix))
        if kept:
            rows = Attachment.objects.filter(sha256__startswith=prefix, erased_at=None)
            named = set(rows.values_list("sha256", flat=True).distinct()).union(*(h(prefix) for h in _holders.values()))
            gone += sum(forget(sha256) for sha256 in kept if sha256 not in named)
        if gone >= MOST_A_SWEEP:
            break
    return gone


class Fault(Enum):
    """What is wrong with a stored content."""

    ABSENT = Text("文件不在存储中", "the content is absent")
    CHANGED = Text("内容与指纹不符", "the content is not what its hash says")


class Culprit(NamedTuple):
    """A file whose content is not as it was: an attachment of a case, or what another room holds."""

    attachment: int
    case: str
    sha256: str
    fault: Fault


def verify_attachments() -> Iterator[Culprit]:
    """Every file whose content is absent or changed, removed ones included."""
    for kept, fault in examined():
        if fault is not None:
            yield Culprit(kept.id, kept.owner, kept.sha256, fault)


def examined() -> Iterator[tuple[Kept, Fault | None]]:
    """Every file of a case and every one that another room holds, with what is wrong with it; each content is read once for each of them."""
    rows = Attachment.objects.filter(erased_at=None).order_by("sha256", "id")
    of_cases = rows.values_list("id", "case__number", "sha256", "size").iterator(chunk_size=2000)
    for several in ((Kept(*row) for row in of_cases), *(files() for files in _files.values())):
        known: dict[str, Fault | None] = {}
        for kept in several:
            if kept.sha256 not in known:
                known = {kept.sha256: _fault(kept.sha256, kept.size)}
            yield kept, known[kept.sha256]


def _fault(sha256: str, size: int) -> Fault | None:
    try:
        file = store().open(sha256)
    except FileNotFoundError:
        return Fault.ABSENT
    with file:
        found, length = hashlib.sha256(), 0
        while part := file.read(CHUNK):
            found.update(part)
            length += len(part)
    return None if (found.hexdigest(), length) == (sha256, size) else Fault.CHANGED


# ---- before ----------------------------------------------------------------------------------------------------


def size_limit() -> int:
    """The largest file, in bytes."""
    limit: int = settings.SHIXIAO_ATTACHMENT_LIMIT
    return limit


def photo_limit() -> int:
    """All photos of one report together, in bytes: a phone makes them smaller before it sends them."""
    limit: int = settings.SHIXIAO_PHOTO_LIMIT
    return limit


def _examined(draft: Draft, name: str) -> tuple[file_kinds.FileKind, str]:
    with draft.read() as file:
        kind, name = file_kinds.recognised(file, name)
        if is_marked(name) or is_marked(parted(name)[0]) or _is_marked_inside(file, kind):
            raise Refused(
                Text(
                    f"“{parted(name)[0]}”带有密级标志，不得录入本系统。请按保密规定处理。",
                    f"“{parted(name)[0]}” carries a mark of secrecy and may not be entered. Deal with it as the rules say.",
                ),
                reason=Reason.INVALID,
                field="file",
            )
    return kind, name


def _is_marked_inside(file: BinaryIO, kind: file_kinds.FileKind) -> bool:
    """A mark of secrecy at the top of a plain text or a Word document; other kinds are not looked through."""
    if kind in (file_kinds.TXT, file_kinds.CSV):
        file.seek(0)
        top = file.read(MARKED_BYTES)
        encodings = ("utf-16",) if top.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
        return any(is_marked(top.decode(encoding, errors="ignore")) for encoding in encodings)
    if kind is file_kinds.DOCX:
        top = packages.first_part(file, "word/document.xml")[: 4 * MARKED_BYTES]
        return is_marked(_TAG.sub("", _PARAGRAPH.sub(b"\n", top).decode("utf-8", errors="ignore")))
    return False


def _check_mandate(case: Case, *, by: User, now: datetime) -> None:
    if not may_attach(case, by=by, now=now):
        raise NotAllowed(
            Text(
                f"您不能办理 {case.number}，所以不能添加或移除它的附件。",
                f"You can take no step on {case.number}, so its files are not yours to change.",
            )
        )


def _check_new(case: Case, draft: Draft) -> None:
    there = Attachment.objects.filter(case=case, sha256=draft.sha256, removed_at=None).first()
    if there is not None:
        raise Refused(
            Text(
                f"这个文件已经添加过了，叫“{there.name}”。",
                f"This file is attached already, under the name “{there.name}”.",
            ),
            reason=Reason.OVERTAKEN,
            field="file",
        )
