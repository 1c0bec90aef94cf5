"""What a version changes against another one, as a page shows it."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shixiao.engine import changes, plans
from shixiao.engine.changes import Change, FieldChange, How, Piece
from shixiao.performance import rows
from shixiao.performance.models import PlanVersion
from shixiao.performance.wordings import said
from shixiao.ui import formats

GLYPHS = {How.ADDED: "＋", How.REMOVED: "－", How.CHANGED: "±"}
TONES = {How.ADDED: "green", How.REMOVED: "red", How.CHANGED: "amber"}
TENDENCY_TONES = {
    changes.Tendency.STRICTER: "blue",
    changes.Tendency.LOOSER: "amber",
    changes.Tendency.VAGUER: "red",
    changes.Tendency.FIRMER: "green",
}


class FieldLine(NamedTuple):
    """One changed field: its label, both texts in one with what went and what came, and what that means."""

    label: str
    words: SafeString
    meaning: str
    tone: str


class ChangeLine(NamedTuple):
    """One thing that changed. `row` is the running number in the new version, None where it has none."""

    how: str
    glyph: str
    tone: str
    kind: str
    name: str
    row: int | None
    fields: list[FieldLine]


class Group(NamedTuple):
    """The changes of one project, or of a unit or the table itself."""

    title: str
    lines: list[ChangeLine]


@dataclass(frozen=True)
class Differences:
    """All changes between two versions, grouped as the table is, and the counts of the opening sentence."""

    groups: list[Group]
    added: int
    removed: int
    changed: int
    tendencies: list[tuple[str, str, int]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        return not self.groups


def between(before: PlanVersion, after: PlanVersion) -> Differences:
    """What `after` changes against `before`."""
    return of(rows.plan_of(before), rows.plan_of(after))


def of(before: plans.Plan, after: plans.Plan) -> Differences:
    """What changed from one table to another."""
    found = changes.compare(before, after)
    indicators = Counter(change.how for change in found if change.of == "indicator")
    moved = Counter(tendency for change in found if (tendency := _tendency_of(change)))
    return Differences(
        groups=[Group(title, [_line(change) for change in group]) for title, group in groupby(found, _title)],
        added=indicators[How.ADDED],
        removed=indicators[How.REMOVED],
        changed=indicators[How.CHANGED],
        tendencies=[
            (said(text), TENDENCY_TONES[which], moved[which])
            for which, text in changes.TENDENCIES.items()
            if moved[which]
        ],
    )


def _tendency_of(change: Change) -> changes.Tendency | None:
    found = [field.tendency for field in change.fields if field.tendency]
    return found[-1] if found else None


def _title(change: Change) -> str:
    return " › ".join(part for part in (change.unit, change.project) if part) or _("整张表")


def _line(change: Change) -> ChangeLine:
    name = change.indicator or change.project or change.unit or _("整张表")
    return ChangeLine(
        how=said(changes.HOW[change.how]),
        glyph=GLYPHS[change.how],
        tone=TONES[change.how],
        kind={"plan": _("整张表"), "unit": _("单位"), "project": _("项目"), "indicator": _("指标")}[change.of],
        name=name,
        row=change.row_after,
        fields=[_field(field) for field in change.fields],
    )


def _field(field: FieldChange) -> FieldLine:
    meaning, tone = "", ""
    if field.tendency:
        meaning, tone = said(changes.TENDENCIES[field.tendency]), TENDENCY_TONES[field.tendency]
    elif field.difference is not None:
        sign = "+" if field.difference > 0 else "−" if field.difference < 0 else ""
        meaning = sign + formats.money(abs(field.difference))
    words = format_html_join("", "{}", ((_piece(piece),) for piece in field.pieces))
    return FieldLine(said(changes.field_name(field.field)), words, meaning, tone)


def _piece(piece: Piece) -> SafeString | str:
    if piece.is_same:
        return piece.before
    gone = format_html("<del>{}</del>", piece.before) if piece.before else ""
    come = format_html("<ins>{}</ins>", piece.after) if piece.after else ""
    return format_html("{}{}", gone, come)
