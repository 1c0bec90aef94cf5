"""How letters are made, as dated data: the mark of their numbers and the office's own templates, checked before they are used and kept in
versions. Without a rule a letter is made by the template that comes with the program."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Max

from shixiao import forms, ledger
from shixiao.casework import attaching, visibility
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.attaching import Kept
from shixiao.casework.local import local_day
from shixiao.casework.racing import transaction_of_one
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.storing import Draft, store
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.forms import Fault
from shixiao.offices.supervision import events
from shixiao.offices.supervision.letters import BY_WORD, LETTERS, MARK_LENGTH, Letter
from shixiao.offices.supervision.models import NOTE_LENGTH, LetterRule
from shixiao.offices.supervision.responsibilities import OFFICER
from shixiao.people.models import User

MARK = re.compile(rf"[^\s〔〕\[\]（）()\d]{{1,{MARK_LENGTH}}}")
_UNKNOWN = Text("没有这种文书。", "There is no such letter.")


class NotUsable(ValueError):
    """The template is not taken; `faults` says each reason with its place."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(each.in_("zh") for each in faults))
        self.faults = faults


def in_force(letter: Letter, on: date) -> LetterRule | None:
    """The rule that counts on that day; None where the house's own way does. One statement."""
    return LetterRule.objects.filter(letter=letter.word, since__lte=on).order_by("since", "number").last()


def mark_of(letter: Letter, rule: LetterRule | None) -> str:
    """What begins the numbers of such a letter."""
    return rule.mark if rule else letter.mark


def template_of(letter: Letter, rule: LetterRule | None, *, year: int) -> bytes:
    """The template that fills it. Raises `Refused` where the file is not there any more."""
    if rule is None or not rule.file_hash:
        return forms.template(letter.word, "docx", year=str(year)).content()
    try:
        with store().open(rule.file_hash) as file:
            return file.read()
    except FileNotFoundError:
        text = Text(
            f"“{letter.title.zh}”的模板文件不在存储里。请联系系统管理员，或换一份模板。",
            f"The template of “{letter.title.en}” is not in the store. Tell the system administrator, or set another one.",
        )
        raise Refused(text, reason=Reason.GUARDED) from None


def set_rule(
    word: str,
    draft: Draft | None,
    *,
    name: str = "",
    mark: str = "",
    since: date,
    note: str,
    is_shipped: bool = False,
    by: User,
    now: datetime,
) -> LetterRule:
    """Another mark, another template (`draft`), or the shipped one again (`is_shipped`), from a day on; what is not told stays as it is in
    force that day. Raises `NotAllowed`; `NotUsable` with every fault of the template; `Refused`."""
    if OFFICER.word not in visibility.held_by(by, now=now).words:
        raise NotAllowed(Text("文书模板由督办管理设定。", "Templates of letters are for supervision officers."))
    letter = BY_WORD.get(word)
    if letter is None:
        raise Refused(_UNKNOWN, reason=Reason.UNKNOWN)
    before = in_force(letter, since)
    written = mark.strip() or mark_of(letter, before)
    told = note.strip().replace("\0", "")
    _check(letter, written, since=since, note=told, today=local_day(now))
    if draft is not None:
        with draft.read() as file:
            if faults := forms.check_template(file.read(), form=word, kind="docx"):
                raise NotUsable(*faults)
        kept, sha256, size = attaching.keep(draft, name=name), draft.sha256, draft.size
    elif is_shipped or before is None:
        kept, sha256, size = "", "", 0
    else:
        kept, sha256, size = before.file_name, before.file_hash, before.file_size
    with transaction_of_one():
        newest = LetterRule.objects.filter(letter=word).aggregate(last=Max("number"))["last"] or 0
        made = LetterRule.objects.create(
            letter=word,
            number=newest + 1,
            since=since,
            mark=written,
            file_name=kept,
            file_hash=sha256,
            file_size=size,
            note=told,
            made_by=by,
            made_at=now,
        )
        codes = {"letter": word, "number": made.number, "since": since, "file_hash": sha256}
        ledger.record(events.LETTER_RULE_SET, subject=made, by=by, now=now, particulars=codes)
    return made


def _check(letter: Letter, mark: str, *, since: date, note: str, today: date) -> None:
    if since < today:
        text = Text("只能从今天或以后起改。", "It changes from today or a later day on.")
        raise Refused(text, reason=Reason.INVALID, field="since")
    if not MARK.fullmatch(mark) or is_marked(mark):
        text = Text(
            f"文号代字写 1 到 {MARK_LENGTH} 个字，不含数字、空格和括号；年份和序号由系统加上。",
            f"The mark has 1 to {MARK_LENGTH} characters without digits, blanks and brackets; year and number are added.",
        )
        raise Refused(text, reason=Reason.INVALID, field="mark")
    taken = {each.word for each in LETTERS if each.mark == mark}
    taken |= set(LetterRule.objects.filter(mark=mark).values_list("letter", flat=True))
    if other := sorted(taken - {letter.word}):
        titles = BY_WORD[other[0]].title
        text = Text(
            f"代字“{mark}”已用于{titles.zh}，两种文书会有同样的文号。请换一个。",
            f"“{mark}” is the mark of “{titles.en}”: two letters would have one number. Choose another.",
        )
        raise Refused(text, reason=Reason.INVALID, field="mark")
    if not note or len(note) > NOTE_LENGTH or is_marked(note):
        text = Text(
            f"请写一句说明，最多 {NOTE_LENGTH} 字，不带密级标志。",
            f"Say why in a sentence of at most {NOTE_LENGTH} characters, without a mark of secrecy.",
        )
        raise Refused(text, reason=Reason.INVALID, field="note")


def hashes(beginning: str) -> set[str]:
    """The hashes with that beginning of templates that were ever in use."""
    rows = LetterRule.objects.filter(file_hash__startswith=beginning).exclude(file_hash="")
    return set(rows.values_list("file_hash", flat=True))


def files() -> Iterator[Kept]:
    """The same, by hash, to be verified."""
    rows = LetterRule.objects.exclude(file_hash="").order_by("file_hash", "id")
    for each in rows.iterator(chunk_size=500):
        yield Kept(each.pk, str(each), each.file_hash, each.file_size)
