"""Letters are issued: numbered once, made, and kept as they were sent.

A letter is a fact that left the house. Its number is given in the transaction of the event and never changes; its Word document, its PDF,
what stands in it and the template it was made by are kept in the store under their hashes, which the event carries. So whoever asks for it
again gets the same bytes, whatever template counts by then.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from shixiao import casework, forms, ledger
from shixiao.casework import attaching, telling, through
from shixiao.casework.attaching import Kept
from shixiao.casework.local import local_day
from shixiao.casework.models import Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.storing import store
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.forms.blocks import Page
from shixiao.messages import holding
from shixiao.offices.supervision import events, letter_contents, letter_rules
from shixiao.offices.supervision.letter_contents import Asked
from shixiao.offices.supervision.letters import BY_STEP, Letter, label
from shixiao.offices.supervision.models import ErasedLetter, IssuedLetter, LetterRule, Task
from shixiao.offices.supervision.steps import HANDLER, TASK, TASKS
from shixiao.people.models import User

FORMATS = ("docx", "pdf")
PARTS = ("content", "template", "docx", "pdf")
MOST_AT_ONCE = 20  # each is set on paper within the transaction
TRIES = 5
NOT_NUMBERED = "（发文时编号）"


@dataclass(frozen=True)
class Made:
    """A letter as files: what stands in it, the template, and both formats, by their names in `PARTS`."""

    parts: Mapping[str, bytes]

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of each."""
        return {name: sha256(part).hexdigest() for name, part in self.parts.items()}

    @property
    def sizes(self) -> dict[str, int]:
        """How many bytes each has."""
        return {name: len(part) for name, part in self.parts.items()}


def make(content: forms.Letter, template: bytes) -> Made:
    """The files of any letter, whatever it is about. The same content and template give the same bytes. Raises `forms.Unfillable`."""
    docx = forms.fill(content, kind="docx", template=template)
    parts = {"content": forms.canonical(content), "template": template, "docx": docx}
    return Made({**parts, "pdf": forms.printed_letter(content, docx)})


def numbered(letter: Letter, year: int) -> int:
    """The next number of such letters in that year. Whoever asks at the same moment waits until this transaction ends; on SQLite a
    transaction holds the write lock from its beginning, anyway."""
    if connection.vendor == "postgresql":
        key = int(sha256(f"supervision.letter {letter.word} {year}".encode()).hexdigest()[:15], 16)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
    last = IssuedLetter.objects.filter(letter=letter.word, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


# ---- the step ----------------------------------------------------------------------------------------------------


def issue(work: Work) -> None:
    """Number the letter, make its files, keep them; the event carries number and hashes."""
    letter = BY_STEP[work.step.name]
    if through.current() is not None:
        text = Text("成批装载时不发文书。", "No letters are issued while cases are loaded in bulk.")
        raise work.refuse(text)
    if work.many > MOST_AT_ONCE:
        text = Text(f"一次最多发 {MOST_AT_ONCE} 件文书。", f"At most {MOST_AT_ONCE} letters at once.")
        raise work.refuse(text, reason=Reason.INVALID)
    assert work.by is not None  # noqa: S101 — no letter is the program's
    on = local_day(work.now)
    if local_day(work.happened_at) != on:
        text = Text(
            "文书的日期就是发出的那一天，不能补记为以前。",
            "A letter carries the day on which it is issued, and no other.",
        )
        raise work.refuse(text, field="happened_at", reason=Reason.INVALID)
    work.detail.case = work.case
    rule = letter_rules.in_force(letter, on)
    asked = Asked(letter, work.detail, work.by, work.now, work["further"] or "", on.year, NOT_NUMBERED)
    content = letter_contents.content(asked)
    number = _next(work, letter, on.year)
    content = replace(content, number=label(letter_rules.mark_of(letter, rule), on.year, number))
    made = _made(content, letter_rules.template_of(letter, rule, year=on.year))
    for name in PARTS:  # always in one order: two that keep the same template wait for each other
        attaching.keep_made(made.parts[name])
    hashes = made.hashes
    work.create(
        _row(
            content,
            made,
            letter=letter,
            rule=rule,
            year=on.year,
            number=number,
            by=work.by,
            now=work.now,
            case=work.case,
        )
    )
    work.note(letter_year=on.year, letter_number=number, sha256=hashes)
    work.named = _handlers(work)


def _next(work: Work, letter: Letter, year: int) -> int:
    """The next number; of several in one call each gets its own."""
    key = ("supervision.letter", letter.word, year)
    work.shared[key] = work.shared[key] + 1 if key in work.shared else numbered(letter, year)
    number: int = work.shared[key]
    return number


def _made(content: forms.Letter, template: bytes) -> Made:
    try:
        return make(content, template)
    except forms.Unfillable as wrong:
        raise Refused(Text(wrong.in_("zh"), wrong.in_("en")), reason=Reason.GUARDED) from wrong


def _row(
    content: forms.Letter,
    made: Made,
    *,
    letter: Letter,
    rule: LetterRule | None,
    year: int,
    number: int,
    by: User,
    now: datetime,
    case: Case | None,
) -> IssuedLetter:
    hashes = made.hashes
    return IssuedLetter(
        case=case,
        letter=letter.word,
        year=year,
        number=number,
        label=content.number,
        rule=rule,
        content_hash=hashes["content"],
        template_hash=hashes["template"],
        docx_hash=hashes["docx"],
        pdf_hash=hashes["pdf"],
        sizes=made.sizes,
        issued_on=content.made_on,
        issued_by=by,
        issued_at=now,
    )


def _handlers(work: Work) -> list[int]:
    """Whoever has the task in hand; while nobody has, the handlers of the lead unit."""
    case = work.case
    if case.lead_id is not None:
        return [case.lead_id]
    on = local_day(work.now)
    return telling.nearest(holding.holders([HANDLER], [case.unit.path], on=on), HANDLER, case.unit.path)


ACTIONS: Mapping[tuple[str, str], Callable[[Work], None]] = {(TASK, step): issue for step in BY_STEP}


def send_out(case: Case, letter: Letter, *, seen: int, by: User, now: datetime, further: str = "") -> IssuedLetter:
    """Issue a letter about a task as it was `seen`. Should its number have been taken at the very same moment, it is issued with the next one.

    Raises `Refused`, as the step does.
    """
    told: dict[str, Any] = {"further": further} if further and takes_more(letter) else {}
    for left in reversed(range(TRIES)):
        try:
            casework.perform(case.pk, letter.step, by=by, now=now, seen=seen, **told)
        except Refused as refused:
            is_overtaken = refused.reason is Reason.OVERTAKEN
            if not (left and is_overtaken and Case.objects.filter(pk=case.pk, revision=seen).exists()):
                raise
        else:
            break
    return IssuedLetter.objects.filter(case=case, letter=letter.word).latest("id")


def takes_more(letter: Letter) -> bool:
    """Whether something may be said in it beyond what is on record."""
    step = TASKS.step(letter.step)
    return step is not None and bool(step.takes)


# ---- looked at ---------------------------------------------------------------------------------------------------


def preview(task: Task, letter: Letter, *, by: User, now: datetime, further: str = "") -> Page:
    """What the letter would say, block by block; nothing is written and no number is taken. Raises `Refused`."""
    on = local_day(now)
    rule = letter_rules.in_force(letter, on)
    content = letter_contents.content(Asked(letter, task, by, now, further, on.year, NOT_NUMBERED))
    template = letter_rules.template_of(letter, rule, year=on.year)
    try:
        return forms.laid_out(forms.fill(content, kind="docx", template=template))
    except forms.Unfillable as wrong:
        raise Refused(Text(wrong.in_("zh"), wrong.in_("en")), reason=Reason.GUARDED) from wrong


def content_of(letter: IssuedLetter, part: str) -> bytes:
    """One of the `PARTS` of a letter as it was sent. Raises `FileNotFoundError` where it is gone."""
    with store().open(getattr(letter, f"{part}_hash")) as file:
        return file.read()


def file_name(letter: IssuedLetter, title: str, format_: str) -> str:
    """What the file is called: its number and its kind, never its matter."""
    return f"{letter.label}-{title}.{format_}"


# ---- what the law has deleted ------------------------------------------------------------------------------------


def erase(case: Case, words: Mapping[str, str], *, now: datetime) -> None:
    """The contents of those letters of a case that say words which the law had deleted; numbers and hashes stay.

    Inside the transaction of `erasing.erase`. A letter whose content cannot be read any more goes, too.
    """
    said = [text for text in words.values() if text]
    rows = [each for each in IssuedLetter.objects.filter(case=case, erased=None) if _says(each, said)]
    if not rows:
        return
    ErasedLetter.objects.bulk_create([ErasedLetter(letter=each, erased_at=now) for each in rows])
    codes = {"letters": [each.pk for each in rows]}
    ledger.record(events.LETTERS_ERASED, subject=case, by=None, now=now, particulars=codes)
    gone = [getattr(each, f"{part}_hash") for each in rows for part in PARTS]
    transaction.on_commit(lambda: _forget(gone))


def _forget(hashes_: Sequence[str]) -> None:
    for each in hashes_:
        attaching.forget(each)


def _says(letter: IssuedLetter, said: list[str]) -> bool:
    try:
        written = json.dumps(json.loads(content_of(letter, "content")), ensure_ascii=False)
    except FileNotFoundError:
        return True
    return any(json.dumps(text, ensure_ascii=False)[1:-1] in written for text in said)


def _standing() -> QuerySet[IssuedLetter]:
    return IssuedLetter.objects.filter(erased=None)


def hashes(beginning: str) -> set[str]:
    """The hashes with that beginning of what letters keep in the store."""
    found: set[str] = set()
    for part in PARTS:
        rows = _standing().filter(**{f"{part}_hash__startswith": beginning})
        found |= set(rows.values_list(f"{part}_hash", flat=True))
    return found


def files() -> Iterator[Kept]:
    """The same, part by part and by hash, to be verified."""
    for part in PARTS:
        for each in _standing().order_by(f"{part}_hash", "id").iterator(chunk_size=500):
            yield Kept(each.pk, f"{each.label} {part}", getattr(each, f"{part}_hash"), each.sizes[part])
