"""Taking in a document of an OA: one case for each, with its files, all or nothing; what came before is never changed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from shixiao import casework, ledger
from shixiao.casework import attaching, racing, searching, visibility
from shixiao.casework.models import Case, Urgency
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.storing import CHUNK, Draft, store
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision import wording
from shixiao.offices.supervision.events import CAME_FROM_OA
from shixiao.offices.supervision.models import OaDocument, OaRefusal
from shixiao.offices.supervision.oa.reading import TITLES, Document, File, differs
from shixiao.people.models import User

STEPS = {"task": "propose", "instruction": "register"}


class Differs(Exception):
    """A document of this id is there with another content; nothing was changed. `fields` are otherwise."""

    def __init__(self, document: OaDocument, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.document = document
        self.fields = tuple(fields)

    @property
    def text(self) -> Text:
        """What is otherwise, by its title; never what it says."""
        titles = [TITLES.get(each, Text(each, each)) for each in self.fields]
        zh, en = "、".join(each.zh for each in titles), ", ".join(each.en for each in titles)
        number = self.document.case.number
        return Text(
            f"这个编号的文件已经登记为 {number}，这次不同的是：{zh}。什么都没有改变。",
            f"The document of this id is {number}; otherwise are: {en}. Nothing was changed.",
        )


class Unseen(Exception):
    """A document of this id is there, and whoever asks may not see its case."""


class Taken(NamedTuple):
    """The document as it is there, and whether it is new."""

    document: OaDocument
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """A file that is whole, in a draft of the store."""

    name: str
    draft: Draft


def known(document: Document, *, system: str, by: User, now: datetime) -> OaDocument | None:
    """The same document, where it was taken in before; None for a new one. Raises `Differs`, and `Unseen` for who may not know of it."""
    rows = OaDocument.objects.select_related("case__unit")
    row = rows.filter(system=system, reference=document.reference).first()
    if row is None:
        return None
    if not visibility.can_see(row.case, by=by, now=now):
        raise Unseen
    if fields := differs(row.prints, document.prints(row.salt)):
        raise Differs(row, fields)
    return row


def take(
    document: Document, *, system: str, way: str, by: User, now: datetime, drafts: Sequence[tuple[File, Draft]] = ()
) -> Taken:
    """A case for the document, once. `drafts`: the files that lay elsewhere, each fetched; the caller discards them.

    Raises `Refused` where the counter refuses it or words name nobody, `Differs`, `Unseen`.
    """
    if (row := known(document, system=system, by=by, now=now)) is not None:
        return Taken(row, is_new=False)
    made = [_Ready(each.name, _kept(each)) for each in document.files if each.content is not None]
    ready = [*made, *(_Ready(file.name, draft) for file, draft in drafts)]
    try:
        return Taken(_taken(document, ready, system=system, way=way, by=by, now=now), is_new=True)
    except Refused as refused:
        if (
            refused.reason is not Reason.OVERTAKEN or (row := known(document, system=system, by=by, now=now)) is None
        ):  # not by the same document
            raise
        return Taken(row, is_new=False)
    finally:
        for each in made:
            each.draft.discard()


def _kept(file: File) -> Draft:
    content = file.content or b""
    draft = store().draft(limit=attaching.size_limit(), expected=len(content))
    try:
        for start in range(0, len(content), CHUNK):
            draft.write(content[start : start + CHUNK])
        draft.finish()
    except BaseException:
        draft.discard()
        raise
    return draft


def _taken(
    document: Document, ready: Sequence[_Ready], *, system: str, way: str, by: User, now: datetime
) -> OaDocument:
    opening = _opening(document, now=now)
    made: list[OaDocument] = []

    def also(cases: Sequence[Case]) -> None:
        (case,) = cases
        salt = secrets.token_hex(16)
        row = OaDocument(
            system=system, reference=document.reference, case=case, way=way, salt=salt, prints=document.prints(salt), received_at=now
        )  # fmt: skip
        row.save(force_insert=True)
        made.append(row)
        codes = {"system": system, "reference": document.reference, "way": way, "files": len(ready)}
        ledger.record(CAME_FROM_OA, subject=case, by=by, now=now, particulars=codes)
        searching.put_words(case, f"oa/{row.pk}", document.reference)
        for each in ready:
            attaching.attach(case, each.draft, name=each.name, by=by, now=now)
        OaRefusal.objects.filter(system=system, reference=document.reference).delete()

    with racing.transaction_of_one():
        casework.open_case(document.kind, STEPS[document.sort], opening, by=by, now=now, also=also)
    return made[0]


def _opening(document: Document, *, now: datetime) -> casework.Opening:
    """What the case is about. Raises `Refused` for every word that names nothing here, or too much."""
    told = dict(document.told)
    names, wrong = _Names(now), list[Refused]()
    unit = names.unit(told.pop("unit"), "unit", wrong)
    leader = names.leader(told.pop("leader"), wrong)
    helping = [names.unit(each, "assisting", wrong) for each in document.assisting]
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=Reason.INVALID, field=first.field, others=others)
    urgency = Urgency(told.pop("urgency"))
    particulars: dict[str, Any] = {**told, _LEADER[document.sort]: leader.pk}
    if document.sort == "instruction":
        particulars["secrecy"] = "none"
    particulars |= {f"assisting_{number}": each.pk for number, each in enumerate(helping, start=1)}
    return casework.Opening(unit=unit, urgency=urgency, particulars=particulars)


_LEADER = {"task": "orderer", "instruction": "leader"}


class _Names:
    """Who is who today."""

    def __init__(self, now: datetime) -> None:
        self.units = wording.units(timezone.localtime(now).date())
        self.leaders = wording.people_who_order(now)

    def unit(self, words: str, field: str, wrong: list[Refused]) -> Any:
        return self._one(wording.meant(self.units, words), field, wrong)

    def leader(self, words: str, wrong: list[Refused]) -> Any:
        return self._one(wording.meant(self.leaders, words), "leader", wrong)

    def _one(self, here: list[Any], field: str, wrong: list[Refused]) -> Any:
        if len(here) == 1:
            return here[0]
        title = TITLES[field]
        text = Text(
            f"{title.zh}：系统里{'有几个同名的' if here else '没有这个'}。请写单位编码、领导的登录名，或者核对写法。",
            f"{title.en}: {'several are called so' if here else 'nothing is called so'} here. Write the code of the unit, the user name of the leader.",
        )
        wrong.append(Refused(text, reason=Reason.INVALID, field=field))
        return None
