"""What the page of one review and the page of a plan's life read, in a bounded number of statements."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import Http404
from django.utils.translation import gettext as _

from shixiao.casework import allowing, visibility
from shixiao.casework import life as casework_life
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.casework.queries import LimitShown, limits_of
from shixiao.casework.steps import State, Step
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance import differences, wordings
from shixiao.performance.differences import Differences
from shixiao.performance.life import approving, contents, reviewing, told
from shixiao.performance.life.actions import BULKY
from shixiao.performance.life.models import Approval, Level, PlanLife, RowNote
from shixiao.performance.life.steps import LEVEL_OF, PLANS
from shixiao.performance.life.told import Told
from shixiao.performance.models.plans import Finding, Indicator, PlanVersion
from shixiao.ui import formats

_RETURNED = frozenset(f"performance.plan_{level}_returned" for level in LEVEL_OF.values())


class FindingShown(NamedTuple):
    """One open finding of a row, or of the project or unit that `where` names; of the whole table where it is empty."""

    severity: str
    rule: str
    text: str
    where: str = ""


@dataclass(kw_only=True)
class ReviewRow:
    """One row of the table with what is to be said of it. `note` is this reviewer's own, `remark` what the last return said."""

    row: int
    name: str
    wording: str
    plain: str
    project: str
    findings: list[FindingShown]
    note: str = ""
    remark: str = ""


@dataclass(kw_only=True)
class Letter:
    """What the table was returned with."""

    title: str
    who: str
    at: datetime
    letter: str
    remarks: dict[int, str]
    version: int
    findings: int


@dataclass(kw_only=True)
class ReviewPage:
    """Everything of one review."""

    life: PlanLife
    case: Case
    state: State
    limits: list[LimitShown]
    rows: list[ReviewRow]
    hidden: int
    beyond: list[FindingShown]
    changed: list[Told]
    looked_at: str
    newest: int
    letter: Letter | None
    answer: str
    since_return: Differences | None
    last_year: Differences | None
    may_decide: bool
    buttons: list[Step]
    history: casework_life.Life

    @property
    def errors(self) -> int:
        """Open errors of the version."""
        found = [*self.beyond, *(finding for row in self.rows for finding in row.findings)]
        return sum(each.severity == "error" for each in found)

    @property
    def amount_change(self) -> Decimal | None:
        """By how much the grand total moved against last year, in 万元."""
        before, now = self.life.amount_before, self.life.amount_now
        return None if before is None or now is None else now - before


def life_of(case: int, *, by: User, now: datetime) -> PlanLife:
    """The life behind a case that the person may look at; 404 otherwise."""
    rows = PlanLife.objects.select_related(
        "case__unit", "plan", "version__plan", "version__accepted_by", "approved", "published", "compared__plan"
    )
    found = rows.defer(*(f"{way}__{name}" for way in _VERSIONS for name in BULKY)).filter(case=case).first()
    if found is None or not visibility.can_see(found.case, by=by, now=now):
        raise Http404
    return found


_VERSIONS = ("version", "approved", "published", "compared")


def review(life: PlanLife, *, by: User, now: datetime, is_whole: bool) -> ReviewPage:
    """The page of a review. `is_whole` shows the rows without findings, too."""
    case, version = life.case, life.version
    parts = contents.of([version])[version.pk]
    letter, answer = _last_letter(case)
    notes = dict(RowNote.objects.filter(case=case, author=by, round=life.round).values_list("row", "text"))
    rows, beyond = _rows(version, notes, letter.remarks if letter else {})
    shown = [row for row in rows if is_whole or row.findings or row.note or row.remark]
    newest = PlanVersion.objects.filter(plan=life.plan_id).order_by("-number").values_list("number", flat=True)[0]
    return ReviewPage(
        life=life,
        case=case,
        state=PLANS.state(case.state),
        limits=limits_of(case, by=by, now=now),
        rows=shown,
        hidden=len(rows) - len(shown),
        beyond=beyond,
        changed=told.one_by_one(contents.differences(approving.frozen(case.pk, round=life.round), parts)),
        looked_at=contents.whole_hash(parts),
        newest=newest,
        letter=letter,
        answer=answer,
        since_return=_since(letter, life),
        last_year=differences.between(life.compared, version) if life.compared else None,
        may_decide=reviewing.may_review(case, by=by, now=now),
        buttons=_buttons(life, by=by, now=now),
        history=casework_life.read(case)[0],
    )


def _buttons(life: PlanLife, *, by: User, now: datetime) -> list[Step]:
    """What this person can do now, without giving up an adjustment that there is not."""
    is_import = life.approved_id is None and life.published_id is not None
    out = {"abandon": life.approved_id is None, "abandon_import": not is_import}
    return [step for step in allowing.buttons(life.case, by=by, now=now) if not out.get(step.name)]


def _last_letter(case: Case) -> tuple[Letter | None, str]:
    """The newest return with its words, and what was answered to it since."""
    answer = ""
    for event in events_of(case).reverse().prefetch_related("words"):
        words = {each.name: each.words for each in event.words.all()}
        if event.kind == "performance.plan_submitted" and not answer:
            answer = words.get("answer", "")
        if event.kind in _RETURNED:
            return _letter(event, words), answer
    return None, ""


def _letter(event: Event, words: dict[str, str]) -> Letter:
    step = PLANS.step_of(event.kind)
    who = User.objects.filter(pk=event.by_id).first() if event.by_id else None
    return Letter(
        title=wordings.said(step.title) if step else "",
        who=who.display_name if who else "",
        at=event.happened_at,
        letter=words.get("letter", ""),
        remarks=remarks_of(words.get("remarks", "")),
        version=event.particulars.get("version", 0),
        findings=sum(len(rows.split(",")) for rows in event.particulars.get("findings", {}).values()),
    )


def remarks_of(text: str) -> dict[int, str]:
    """The remarks of a return by row."""
    found: dict[str, Any] = json.loads(text) if text else {}
    return {int(key.removeprefix("row_")): said for key, said in found.items() if key.removeprefix("row_").isdigit()}


def _since(letter: Letter | None, life: PlanLife) -> Differences | None:
    """What the version that came back changes against the one that was returned."""
    if letter is None or letter.version == life.version.number:
        return None
    before = PlanVersion.objects.filter(plan=life.plan_id, number=letter.version).select_related("plan").first()
    return differences.between(before, life.version) if before else None


def _rows(
    version: PlanVersion, notes: dict[int, str], remarks: dict[int, str]
) -> tuple[list[ReviewRow], list[FindingShown]]:
    """The rows with their findings, and the findings of more than a row. Two statements."""
    text = "text_en" if formats.is_english() else "text_zh"
    plain = "understanding__annual_en" if formats.is_english() else "understanding__annual_zh"
    of_row: dict[int, list[FindingShown]] = defaultdict(list)
    beyond: list[FindingShown] = []
    found = Finding.objects.filter(version=version, suppression=None).order_by("position")
    columns = ("indicator__row", "severity", "rule", text, "project__name", "unit__name")
    for row, severity, rule, said, project, unit in found.values_list(*columns):
        (beyond if row is None else of_row[row]).append(FindingShown(severity, rule, said, project or unit or ""))
    listed = Indicator.objects.filter(version=version).order_by("row")
    of_rows = ("row", "name", "annual_wording", plain, "project__name")
    rows = [
        ReviewRow(
            row=row,
            name=name,
            wording=wording,
            plain=read,
            project=project,
            findings=of_row.get(row, []),
            note=notes.get(row, ""),
            remark=remarks.get(row, ""),
        )
        for row, name, wording, read, project in listed.values_list(*of_rows)
    ]
    return rows, beyond


# ---- the life of a plan --------------------------------------------------------------------------------------------


class Approved(NamedTuple):
    """One level of the version in force, and what was approved then."""

    level: str
    who: str
    at: datetime
    version: int
    parts: list[tuple[str, str]]


@dataclass(kw_only=True)
class LifePage:
    """Where a plan stands. `changed`: what was approved, and what is there now."""

    life: PlanLife | None
    state: State | None
    may_see: bool
    changed: list[Told]
    approvals: list[Approved]
    history: casework_life.Life | None
    buttons: list[Step]
    openings: list[Step]
    newest: PlanVersion


def life_page(newest: PlanVersion, *, by: User, now: datetime) -> LifePage:
    """The life of the plan whose newest version that is. Opinions and letters only for those who may see the case."""
    life = strip_of(newest.plan_id)
    openings = []
    if life is None:
        openings = [step for _table, step in allowing.openings(by, now=now, tables=[PLANS])]
    may_see = life is not None and visibility.can_see(life.case, by=by, now=now)
    rows = list(_in_force(life)) if life else []
    return LifePage(
        life=life,
        state=PLANS.state(life.case.state) if life else None,
        may_see=may_see,
        changed=_differing(rows, newest),
        approvals=_approvals(rows),
        history=casework_life.read(life.case)[0] if life and may_see else None,
        buttons=_buttons(life, by=by, now=now) if life and may_see else [],
        openings=openings,
        newest=newest,
    )


def strip_of(plan: int) -> PlanLife | None:
    """The life of a plan, with its case; one statement."""
    rows = PlanLife.objects.select_related("case__unit", "version", "approved", "published")
    return rows.defer(*(f"{way}__{name}" for way in _VERSIONS[:3] for name in BULKY)).filter(plan=plan).first()


def _in_force(life: PlanLife) -> Iterable[Approval]:
    """What was frozen of the approved version, level by level, the newest of each part."""
    if life.approved_id is None:
        return []
    rows = Approval.objects.filter(case=life.case_id, version=life.approved_id).exclude(level=Level.SUBMITTED)
    return {(row.level, row.about): row for row in rows.select_related("made_by", "version").order_by("id")}.values()


def _differing(rows: Sequence[Approval], newest: PlanVersion) -> list[Told]:
    """The approved values beside those of the newest version."""
    approved = [row for row in rows if row.level == Level.FINANCE]
    if not approved:
        return []
    return told.one_by_one(contents.differences(contents.frozen(approved), contents.of([newest])[newest.pk]))


def _approvals(rows: Sequence[Approval]) -> list[Approved]:
    by_level: dict[str, list[Approval]] = defaultdict(list)
    for row in rows:
        by_level[row.level].append(row)
    return [
        Approved(
            level=str(Level(level).label),
            who=str(several[0].made_by),
            at=several[0].made_at,
            version=several[0].version.number,
            parts=[
                (wordings.said(contents.TITLES[row.about]), row.content_hash)
                for row in several
                if row.about in contents.TITLES
            ],
        )
        for level, several in by_level.items()
    ]


def waits(life: PlanLife, *, now: datetime) -> str:
    """How long nothing has happened, in days."""
    days = (now - life.waits_since).days
    return _("%(n)s 天") % {"n": days} if days else _("不到一天")
