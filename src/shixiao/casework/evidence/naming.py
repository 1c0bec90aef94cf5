"""What people call a gauge: its wording with the parameters in words, the group it belongs to, the unit it is counted in.

Only an office knows what its parameters stand for. One whose measures have such parameters has a module `gauges` with a function `tell`:
from several of its gauges to what it says of each, in one statement at most.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from shixiao.casework import offices
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import REASONS, Aspect, Measure, Reads
from shixiao.engine.measures.declaring import SLOT
from shixiao.ledger.gauges import InUse
from shixiao.people.wordings import said
from shixiao.ui import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an office says of one of its gauges: parameters in words, by slot; the group it stands in (a register); and
    whether its cases are restricted. None: as its kinds of case are."""

    words: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    is_restricted: bool | None = None


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A gauge in words."""

    id: int
    measure: Measure
    parameters: Mapping[str, Any]
    wording: str
    detail: str  # what its wording does not say of its parameters, so that two gauges of one measure can be told apart
    words: Mapping[str, str]  # the parameters in words
    group: str
    is_restricted: bool

    @property
    def about(self) -> tuple[str, ...]:
        """The definition that an auditor reads, in paragraphs."""
        return tuple(_paragraph(each, self.words) for each in self.measure.about.split("\n\n"))

    @property
    def reads(self) -> Reads:
        """What a reading of it says."""
        return self.measure.reads

    @property
    def unit(self) -> str:
        """What it is counted in, in the language of the page."""
        return unit_word(self.measure.unit)

    @property
    def verdicts(self) -> tuple[str, str]:
        """What met and missed are called."""
        return verdict_words(self.measure.aspect, self.reads)


def verdict_words(aspect: Aspect, reads: Reads) -> tuple[str, str]:
    """What met and missed are called by a measure of that aspect which is read so."""
    if aspect is Aspect.TIMELINESS:
        return _("按时"), _("超时")
    return (_("计入"), _("未达标")) if reads is Reads.COUNT else (_("达标"), _("未达标"))


def named(gauges: Iterable[InUse]) -> list[Named]:
    """The gauges in words, in their order. A statement for each office that has to look its parameters up."""
    gauges = list(gauges)
    told = _told(gauges)
    language = get_language() or "zh-hans"
    return [_named(each, told.get(each.id, NOTHING_TOLD), language) for each in gauges]


def _told(gauges: Sequence[InUse]) -> dict[int, Told]:
    by_office: dict[str, list[InUse]] = {}
    for each in gauges:
        by_office.setdefault(each.measure.office, []).append(each)
    found: dict[int, Told] = {}
    for office in offices.installed():
        if office.label in by_office and (tell := office.gauge_words) is not None:
            found |= tell(by_office[office.label])
    return found


def _named(gauge: InUse, told: Told, language: str) -> Named:
    is_restricted = told.is_restricted
    if is_restricted is None:
        is_restricted = any(offices.is_known(k) and offices.table_of(k).is_restricted for k in gauge.measure.of)
    words = {name: told.words.get(name) or in_words(value) for name, value in gauge.parameters.items()}
    wording = gauge.measure.wording.in_(language)
    said_there = {gauge.measure.keyed_by, *_slots(wording)}
    unsaid = [word for name, word in words.items() if word and name not in said_there]
    return Named(
        id=gauge.id,
        measure=gauge.measure,
        parameters=gauge.parameters,
        wording=_filled(wording, words) if _slots(wording) else wording,
        detail="、".join(unsaid),
        words=words,
        group=told.group,
        is_restricted=is_restricted,
    )


@cache
def _slots(wording: str) -> tuple[str, ...]:
    """A wording is declared once and read for every page with many gauges."""
    return tuple(SLOT.findall(wording))


def _filled(text: str, words: Mapping[str, str]) -> str:
    return SLOT.sub(lambda slot: words.get(slot[1], slot[0]), text)


def _paragraph(text: str, words: Mapping[str, str]) -> str:
    """A paragraph of a docstring without the ends of its lines; Latin words keep the space between them."""
    lines = [line.strip() for line in text.split("\n")]
    joined = lines[0]
    for line in lines[1:]:
        joined += f" {line}" if joined[-1:].isascii() and line[:1].isascii() else line
    return _filled(joined, words)


def in_words(value: Any) -> str:
    """A parameter in words."""
    match value:
        case None:
            return ""
        case timedelta():
            return _duration(value)
        case date():
            return formats.day(value)
        case Decimal():
            return f"{value.normalize():,f}"
        case tuple() | list():
            return "、".join(map(in_words, value))
    return str(value)


def _duration(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    parts = [ngettext("%(n)d小时", "%(n)d小时", hours) % {"n": hours}] if hours else []
    if rest or not hours:
        parts.append(ngettext("%(n)d分钟", "%(n)d分钟", rest) % {"n": rest})
    return "".join(parts)


# What things are counted in, as measures write it, so that the English page has words for them.
UNITS = (
    gettext_noop("件"), gettext_noop("次"), gettext_noop("份"), gettext_noop("篇"), gettext_noop("项"),
    gettext_noop("元"), gettext_noop("万元"), gettext_noop("人"), gettext_noop("人次"), gettext_noop("台"), gettext_noop("期"),
    gettext_noop("分钟"), gettext_noop("小时"), gettext_noop("天"), gettext_noop("条"), gettext_noop("户"), gettext_noop("套"),
    gettext_noop("场"),
)  # fmt: skip


def unit_word(unit: str) -> str:
    """The unit in the language of the page; as it is written where nobody translated it."""
    return _(unit) if unit in UNITS else unit


ASPECTS = {
    Aspect.QUANTITY: Text("数量", "Quantity"),
    Aspect.QUALITY: Text("质量", "Quality"),
    Aspect.TIMELINESS: Text("时效", "Timeliness"),
    Aspect.COST: Text("成本", "Cost"),
    Aspect.BENEFIT: Text("效益", "Benefit"),
    Aspect.SATISFACTION: Text("满意度", "Satisfaction"),
}


def reason_word(code: str) -> str:
    """Why a case is not counted; the code where its office was taken out."""
    return said(REASONS[code].text) if code in REASONS else code
