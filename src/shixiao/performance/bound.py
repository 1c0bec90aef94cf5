"""What the parts of a version stand on, as its pages show it; a bounded number of statements whatever the size of the table."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from django.utils.translation import gettext as _

from shixiao.casework.attaching import Kept
from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import CATALOGUE, Measure
from shixiao.engine.measures.wordings import AllChoices
from shixiao.performance.binding import newest, parts_of
from shixiao.performance.models import Basis, Binding, Declared, Indicator, PlanVersion, WindowKind
from shixiao.performance.proposing import Proposals, Proposing, filled, word_of
from shixiao.performance.rows import annual_targets
from shixiao.performance.wordings import SLOTS, office_title, said, slot_title
from shixiao.ui import formats


class State(str, Enum):
    """What has to be done with a part, the most pressing first."""

    QUESTION = "question"
    PROPOSED = "proposed"
    OPEN = "open"
    MEASURED = "measured"
    JUDGED = "judged"
    DECLARED = "declared"
    REVIEW = "review"
    AWAITED = "awaited"


STATES: Mapping[State, Text] = {
    State.QUESTION: Text("待确认", "To be confirmed"),
    State.PROPOSED: Text("有把握的建议", "A sure proposal"),
    State.OPEN: Text("未绑定", "Not bound"),
    State.MEASURED: Text("由记录计量", "Measured from records"),
    State.JUDGED: Text("由评议评定", "Judged by reviews"),
    State.DECLARED: Text("填报", "Declared"),
    State.REVIEW: Text("待评议", "To be reviewed"),
    State.AWAITED: Text("等办公系统", "Awaits an office"),
}
MARKS: Mapping[State, tuple[str, str]] = {
    State.QUESTION: ("?", "violet"),
    State.PROPOSED: ("◔", "blue"),
    State.OPEN: ("○", "grey"),
    State.MEASURED: ("●", "green"),
    State.JUDGED: ("◆", "violet"),
    State.DECLARED: ("✎", "amber"),
    State.REVIEW: ("◇", "violet"),
    State.AWAITED: ("◌", "grey"),
}
_BY_BASIS = {
    Basis.MEASURE: State.MEASURED,
    Basis.DECLARED: State.DECLARED,
    Basis.REVIEW: State.REVIEW,
    Basis.AWAITED: State.AWAITED,
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """A binding in words: what it is called, its details by title, and its days."""

    title: str
    details: tuple[tuple[str, str], ...] = ()
    days: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One part of one indicator, what it stands on, and what is proposed where it stands on nothing."""

    indicator: Indicator
    part: int
    parts: int
    target: targets.Reading
    binding: Binding | None = None
    words: Words | None = None
    proposals: Proposals = field(default_factory=Proposals)

    @property
    def number(self) -> int:
        """The part as people count."""
        return self.part + 1

    @property
    def wording(self) -> str:
        """What of the published wording this part is."""
        if self.parts < 2:
            return str(self.indicator.annual_wording)
        said_of = self.target.condition or ""
        words = self.target.words or ""
        return words if said_of in words else f"{said_of} {words}"

    @property
    def state(self) -> State:
        """What has to be done with it."""
        if self.binding is None or self.binding.basis == Basis.NONE:
            return State.PROPOSED if self.proposals.sure else State.OPEN
        if self.binding.question:
            return State.QUESTION
        measure = CATALOGUE.get(self.binding.measure)
        is_judged = isinstance(measure, Measure) and measure.is_judgement
        return State.JUDGED if is_judged else _BY_BASIS[Basis(self.binding.basis)]

    @property
    def state_word(self) -> str:
        """The state in the language of the page."""
        return said(STATES[self.state])

    @property
    def mark(self) -> tuple[str, str]:
        """Its glyph and its tone."""
        return MARKS[self.state]


@dataclass(frozen=True)
class Lines:
    """Every part of a version."""

    lines: Sequence[Line]

    @property
    def counts(self) -> Counter[State]:
        """How many parts are in which state."""
        return Counter(line.state for line in self.lines)

    @property
    def sure(self) -> list[Line]:
        """Those that can be bound with one press."""
        return [line for line in self.lines if line.state is State.PROPOSED]

    def of(self, state: str, unit: int) -> list[Line]:
        """Those in that state and of that unit; everything where nothing is asked."""
        return [
            line
            for line in self.lines
            if (not state or line.state.value == state) and (not unit or line.indicator.project.unit_id == unit)
        ]


def lines(version: PlanVersion, *, now: datetime, only: int | None = None) -> Lines:
    """The parts of every row, or of one row (its running number), in the order of the table."""
    rows = version.indicators.select_related("project__unit", "version__plan").order_by("row")
    rows = rows.filter(row=only) if only is not None else rows
    read, standing, proposing = annual_targets(version), newest([version.pk]), Proposing(version)
    found = []
    for row in rows:
        parts = parts_of(read[row.pk])
        for number, target in enumerate(parts):
            binding = standing.get((row.pk, number))
            is_bound = binding is not None and binding.basis != Basis.NONE
            found.append(
                Line(
                    indicator=row,
                    part=number,
                    parts=len(parts),
                    target=target,
                    binding=binding,
                    words=words_of(binding, proposing.choices) if binding is not None and is_bound else None,
                    proposals=Proposals()
                    if is_bound and only is None
                    else proposing.of(row, number, target, by=None, now=now),
                )
            )
    return Lines(found)


def words_of(binding: Binding, choices: AllChoices) -> Words:
    """A binding in words; its project, unit, contract, subject and topics are asked of the database where it has any."""
    measure = CATALOGUE.get(binding.measure)
    title = str(Basis(binding.basis).label)
    if binding.basis == Basis.MEASURE:
        title = filled(measure, binding.parameters, choices) if measure else binding.measure
    elif binding.basis == Basis.AWAITED:
        title = _("等待“%(office)s”") % {"office": office_title(binding.awaits)}
    details = []
    for slot, value in binding.parameters.items():
        if slot in SLOTS and (word := word_of(slot, value, choices)):
            details.append((slot_title(slot), word))
    if binding.against is not None and (second := CATALOGUE.get(binding.against.measure)):
        details.append((_("比较数"), said(second.wording)))
    if binding.basis == Basis.MEASURE and binding.awaits:
        details.append((_("还缺"), office_title(binding.awaits)))
    return Words(
        title=title,
        details=(*details, *_scope(binding)),
        days=days_of(binding.window, binding.begin, binding.end),
        is_provisional=binding.is_provisional,
    )


def _scope(binding: Binding) -> list[tuple[str, str]]:
    told = [
        (_("单位"), binding.unit),
        (_("项目"), binding.project),
        (_("合同"), binding.contract),
        (_("物件"), binding.subject),
    ]
    found = [(title, str(getattr(each, "name", each))) for title, each in told if each is not None]
    topics = "、".join(each.topic.name for each in binding.by_topic.all())
    return found + ([(_("主题"), topics)] if topics else [])


def days_of(kind: str, begin: date, end: date) -> str:
    """The window in words; its last day is the day before `end`."""
    last = end - timedelta(days=1)
    if kind == WindowKind.YEAR and (begin.month, begin.day, last.month, last.day) == (1, 1, 12, 31):
        return _("%(year)s年全年") % {"year": begin.year}
    words = {"kind": WindowKind(kind).label, "begin": formats.day(begin), "last": formats.day(last)}
    return _("%(kind)s：%(begin)s 至 %(last)s") % words


def history_of(indicator: Indicator, part: int) -> list[Binding]:
    """Every binding of a part, the newest first."""
    rows = Binding.objects.filter(indicator=indicator, part=part).select_related(
        "made_by", "against", "unit", "project", "contract", "subject"
    )
    return list(rows.prefetch_related("by_topic__topic").order_by("-id"))


def declared_of(indicator: Indicator, part: int) -> list[Declared]:
    """Every value that was declared of a part, the newest first; one that was taken back knows by whom."""
    rows = Declared.objects.filter(indicator=indicator, part=part, withdraws=None)
    return list(rows.select_related("made_by", "withdrawn_by__made_by").order_by("-on", "-id"))


def files_of_declared() -> Iterator[Kept]:
    """The files of all values that were ever declared, those taken back included, by hash."""
    rows = Declared.objects.exclude(file_hash="").select_related("indicator__version__plan").order_by("file_hash", "id")
    for made in rows.iterator(chunk_size=500):
        plan = made.indicator.version.plan
        yield Kept(
            made.pk, f"{plan.department} {plan.fiscal_year} {made.indicator.row}", made.file_hash, made.file_size
        )
