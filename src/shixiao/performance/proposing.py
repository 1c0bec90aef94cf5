"""What each part of an indicator may stand on: proposals from the catalogue and from what is shipped, the likeliest first, with the reason.

Nothing is decided here: a person takes one, or binds by hand. What cannot fit the target is kept apart, with why not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from shixiao.casework.evidence import called
from shixiao.casework.evidence.naming import in_words
from shixiao.casework.models import Project as OfficesProject
from shixiao.casework.models import Topic
from shixiao.engine import targets
from shixiao.engine.measures import CATALOGUE, Measure, Ratio, Reads
from shixiao.engine.measures.declaring import SLOT
from shixiao.engine.measures.matching import Exactness, Match, matches
from shixiao.engine.measures.slot_values import split_list
from shixiao.engine.measures.wordings import AllChoices
from shixiao.engine.targets.normalise import normalise
from shixiao.people.models import User
from shixiao.performance.binding import NotBindable, Wanted, check_fit
from shixiao.performance.models import Basis, Indicator, PlanVersion, WindowKind
from shixiao.performance.shipping import Placing, of_row
from shixiao.performance.wordings import said, slot_title

MOST_FITTING = 6
MOST_OTHERS = 4
_YEARS = re.compile(r"(20\d\d)\s*[-－—–~～至]\s*(20\d\d)\s*年度")
_MONTHS = re.compile(r"P(\d+)M")
CONTRACT_MONTH = 7  # a contract year whose days nobody said is taken from July to June, and is provisional


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One thing that a part may stand on.

    `key` names it in an address: the same for the same row until bindings or registers change. `reason` is said in the language of the page.
    `open` names the parameters that somebody has to choose. `is_sure`: one press is enough. `misfit` says why it cannot be taken.
    """

    key: str
    wanted: Wanted
    reason: str
    rank: tuple[float, ...] = ()
    open: tuple[str, ...] = ()
    is_sure: bool = False
    is_shipped: bool = False
    misfit: str = ""
    choices: AllChoices = field(default_factory=dict, repr=False, compare=False)

    @property
    def title(self) -> str:
        """What it is called: the wording of the measure, or the basis."""
        return title_of(self.wanted, self.choices)

    @property
    def can_be_taken(self) -> bool:
        """Nothing is open and it fits."""
        return not self.open and not self.misfit


@dataclass(frozen=True)
class Proposals:
    """Of one part: what fits, the likeliest first, and what does not, with why."""

    fitting: tuple[Proposal, ...] = ()
    others: tuple[Proposal, ...] = ()

    @property
    def sure(self) -> Proposal | None:
        """The one that a person may take without looking further."""
        return next((each for each in self.fitting if each.is_sure), None)

    def of(self, key: str) -> Proposal | None:
        """The one with that key, of those that fit."""
        return next((each for each in self.fitting if each.key == key), None)


@dataclass
class Proposing:
    """Proposes for the parts of a version; asks once what things are called."""

    version: PlanVersion
    choices: AllChoices = field(default_factory=called.choices)

    def __post_init__(self) -> None:
        self.placing = Placing(self.version)
        self.projects: Mapping[int, OfficesProject] = self.placing.projects
        self.topics = {topic.name: topic for topic in Topic.objects.filter(until=None)}

    def of(self, row: Indicator, part: int, target: targets.Reading, *, by: User | None, now: datetime) -> Proposals:
        """Of one part of a row, whose target is `target`."""
        found = list(self._shipped(row, part, by=by, now=now))
        found += self._of_catalogue(row, part, target)
        if target.kind is targets.Kind.QUALITATIVE and not any(each.wanted.basis == Basis.REVIEW for each in found):
            found += self._judged(row, target, {each.wanted.measure for each in found})
            is_alone = all(each.misfit or each.open for each in found)
            reason = _("定性目标，需要有人评议")
            found.append(Proposal(key="review", wanted=Wanted(basis=Basis.REVIEW), reason=reason, is_sure=is_alone))
        fitting = [each for each in found if not each.misfit]
        others = [each for each in found if each.misfit]
        return Proposals(tuple(_only_one_is_sure(fitting[:MOST_FITTING])), tuple(others[:MOST_OTHERS]))

    # ---- shipped ---------------------------------------------------------------------------------------------------

    def _shipped(self, row: Indicator, part: int, *, by: User | None, now: datetime) -> Iterator[Proposal]:
        for shipped in of_row(row):
            if shipped.part != part:
                continue
            plain = Wanted(basis=shipped.basis, measure=shipped.measure, awaits=shipped.awaits)
            made = Proposal(
                key="shipped", wanted=plain, reason=shipped.reason, is_sure=True, is_shipped=True, choices=self.choices
            )
            try:
                yield replace(made, wanted=self.placing.wanted(row, shipped, by=by, now=now))
            except NotBindable as refused:
                yield replace(made, misfit=str(refused), is_sure=False)

    # ---- the catalogue ---------------------------------------------------------------------------------------------

    def _of_catalogue(self, row: Indicator, part: int, target: targets.Reading) -> list[Proposal]:
        best: dict[str, Match] = {}
        for match in _found(row, part, target, self.choices):
            known = best.get(match.measure.name)
            if known is None or _likelier(match, known):
                best[match.measure.name] = match
        if not any(match.exactness >= Exactness.SLOTS and not match.open for match in best.values()):
            for match in _held(row, target, self.choices):
                best.setdefault(match.measure.name, match)
        made = [self._proposal(row, target, match) for match in best.values()]
        return sorted(made, key=lambda each: (each.rank, each.key))

    def _judged(self, row: Indicator, target: targets.Reading, there: Iterable[str]) -> Iterator[Proposal]:
        """The mean mark of reviews answers any qualitative target: by which rubric, somebody has to say. Nothing where there is no rubric."""
        for measure in CATALOGUE.values():
            is_mark = isinstance(measure, Measure) and measure.is_judgement and measure.reads is Reads.MEAN
            if not is_mark or measure.name in there or not isinstance(measure, Measure):
                continue
            if self.choices.get(measure.keyed_by):
                asks = (measure.keyed_by,)
                yield self._proposal(
                    row, target, Match(measure=measure, parameters={}, exactness=Exactness.NEAR, likeness=0, open=asks)
                )

    def _proposal(self, row: Indicator, target: targets.Reading, match: Match) -> Proposal:
        measure = match.measure
        window = guess_window(row, target, is_of_money=_is_of_money(measure))
        wanted = Wanted(
            basis=Basis.MEASURE,
            measure=measure.name,
            parameters=dict(match.parameters),
            against=against_of(measure, target),
            topics=self._topics(match, target),
            window=window.kind,
            begin=window.begin,
            end=window.end,
            is_provisional=bool(window.why),
        )
        open_ = list(match.open)
        if _needs_project(measure, match):
            wanted = replace(wanted, project=self.projects.get(row.project_id))
            open_ += [] if wanted.project else ["project"]
        if _needs_topics(measure) and not wanted.topics:
            open_.append("topics")
        reason = _reason(match, tuple(open_), self.choices)
        if window.why:
            reason = f"{reason}{_('；')}{window.why}"
        return Proposal(
            key=measure.name,
            wanted=wanted,
            reason=reason,
            rank=(-match.exactness, _is_second_choice(measure, target), *_rank(match)),
            open=tuple(open_),
            choices=self.choices,
            is_sure=match.exactness >= Exactness.SLOTS and not open_,
            misfit=_misfit(target, wanted),
        )

    def _topics(self, match: Match, target: targets.Reading) -> list[Topic]:
        """The topics that the name says; of a part with a condition, that one."""
        if not _needs_topics(match.measure):
            return []
        words = target.condition or match.said.get("topics", "")
        return [self.topics[each] for each in split_list(words) if each in self.topics]


def _found(row: Indicator, part: int, target: targets.Reading, choices: AllChoices) -> Iterator[Match]:
    """What the name asks for and what the value asks for; of several statements those of this part."""
    for words in dict.fromkeys((row.name, row.annual_wording, target.words or "")):
        if not words:
            continue
        listed = matches(words, choices=choices, unit=target.unit)
        several = {each.clause for each in listed} - {0}
        yield from (each for each in listed if not several or each.clause == part or words == target.words)


def _held(row: Indicator, target: targets.Reading, choices: AllChoices) -> Iterator[Match]:
    """Measures of a thing whose name the indicator's name holds (举办教师培训 of the register 教师培训), though no wording of theirs says so:
    those that need nothing else and fit the target."""
    words = normalise(row.name).clean
    for measure in CATALOGUE.values():
        named = choices.get(measure.keyed_by, {}) if isinstance(measure, Measure) and measure.keyed_by else {}
        held = sorted((name for name in named if len(name) > 1 and normalise(name).clean in words), key=len)
        if (
            not held
            or not isinstance(measure, Measure)
            or {s.name for s in measure.slots if s.needed} != {measure.keyed_by}
        ):
            continue
        found = Wanted(basis=Basis.MEASURE, measure=measure.name)
        if not _misfit(target, found):
            parameters = {measure.keyed_by: named[held[-1]]}
            yield Match(
                measure=measure, parameters=parameters, exactness=Exactness.NEAR, likeness=len(held[-1]) / len(words)
            )


def _is_second_choice(measure: Measure | Ratio, target: targets.Reading) -> bool:
    """A bound by the budget is said in money rather than as a share of it."""
    return target.kind is targets.Kind.BUDGET_BOUND and isinstance(measure, Ratio)


def _likelier(one: Match, other: Match) -> bool:
    return _rank(one) < _rank(other)


def _rank(match: Match) -> tuple[float, ...]:
    return (-match.exactness, len(match.open), -match.likeness)


def _only_one_is_sure(fitting: list[Proposal]) -> list[Proposal]:
    """What is shipped is sure; else the first, unless another is as likely."""
    first = fitting[0] if fitting else None
    rivals = [each for each in fitting if first and not each.is_shipped and each.rank[:2] == first.rank[:2]]
    is_clear = first is not None and (first.is_shipped or len(rivals) < 2)
    return [replace(each, is_sure=each.is_sure and is_clear and each is first) for each in fitting]


def _misfit(target: targets.Reading, wanted: Wanted) -> str:
    try:
        check_fit(target, wanted)
    except NotBindable as refused:
        return str(refused)
    return ""


def _reason(match: Match, open_: Iterable[str], choices: AllChoices) -> str:
    names = {"wording": filled(match.measure, match.parameters, choices), "words": "、".join(_taken(match, choices))}
    sentences = {
        Exactness.EXACT: _("名称与度量“%(wording)s”一致"),
        Exactness.SLOTS: _("名称与度量“%(wording)s”一致，读出：%(words)s")
        if names["words"]
        else _("名称与度量“%(wording)s”一致"),
        Exactness.CONTAINED: _("名称里有度量“%(wording)s”的说法，读出：%(words)s")
        if names["words"]
        else _("名称里有度量“%(wording)s”的说法"),
        Exactness.NEAR: _("名称与度量“%(wording)s”相近，读出：%(words)s")
        if names["words"]
        else _("名称与度量“%(wording)s”相近"),
    }
    reason = sentences[match.exactness] % names
    wanted = "、".join(slot_title(each) for each in open_)
    return reason + (_("；需要选定%(slots)s") % {"slots": wanted} if wanted else "")


def _taken(match: Match, choices: AllChoices) -> Iterator[str]:
    for slot, value in match.parameters.items():
        yield f"{slot_title(slot)} {word_of(slot, value, choices)}"


# ---- what follows from a measure -------------------------------------------------------------------------------


def title_of(wanted: Wanted, choices: AllChoices) -> str:
    """What somebody would call it: the wording of the measure with its slots filled, or the basis."""
    measure = CATALOGUE.get(wanted.measure)
    if wanted.basis != Basis.MEASURE:
        return str(Basis(wanted.basis).label)
    return filled(measure, wanted.parameters, choices) if measure else wanted.measure


def filled(measure: Measure | Ratio, parameters: Mapping[str, Any], choices: AllChoices) -> str:
    """The wording with its slots in words; one that nobody has filled is named in brackets."""
    defaults = {slot.name: slot.default for slot in measure.slots} if isinstance(measure, Measure) else {}
    words = {slot: word_of(slot, value, choices) for slot, value in {**defaults, **parameters}.items()}
    return SLOT.sub(lambda slot: words.get(slot[1]) or f"（{slot_title(slot[1])}）", said(measure.wording))


def word_of(slot: str, value: Any, choices: AllChoices) -> str:
    """A parameter as people say it; nothing for one that is empty."""
    if value in (None, "", [], ()):
        return ""
    if isinstance(value, str | int):
        name = next((name for name, kept in choices.get(slot, {}).items() if kept == value), "")
        return name or in_words(value)
    return in_words(value)


def against_of(measure: Measure | Ratio, target: targets.Reading) -> str:
    """The second figure of a bound by the budget: what some ratio of the catalogue divides this measure by."""
    if isinstance(measure, Ratio) or target.kind not in (targets.Kind.BUDGET_BOUND, targets.Kind.BOOLEAN):
        return ""
    ratios = [each for each in CATALOGUE.values() if isinstance(each, Ratio) and each.numerator == measure.name]
    return ratios[0].denominator if ratios else ""


def _needs_project(measure: Measure | Ratio, match: Match) -> bool:
    """What no register and no programme narrows down counts for the row's own project; so does one value of a register, and what is judged by a
    rubric, which several projects may share."""
    return isinstance(measure, Ratio) or not measure.keyed_by or measure.is_judgement or "value" in match.parameters


def _needs_topics(measure: Measure | Ratio) -> bool:
    return isinstance(measure, Measure) and measure.needs_topic


def _is_of_money(measure: Measure | Ratio) -> bool:
    return isinstance(measure, Ratio) or measure.unit == "元"


@dataclass(frozen=True)
class GuessedWindow:
    """The days that a row is about, as its wordings let suppose; without days it is the plan's year."""

    kind: str = WindowKind.YEAR
    begin: date | None = None
    end: date | None = None
    why: str = ""


def guess_window(row: Indicator, target: targets.Reading, *, is_of_money: bool = False) -> GuessedWindow:
    """From the name of the project (2025-2026年度) a contract year, from a target such as 18个月内 so many months; provisional both.

    Money is approved by calendar year, whatever the contract says.
    """
    months = _MONTHS.fullmatch(target.date or "") if target.kind is targets.Kind.DEADLINE else None
    if months is not None:
        begin = date(row.version.plan.fiscal_year, 1, 1)
        return GuessedWindow(
            WindowKind.MONTHS, begin, later(begin, int(months[1])), _("起算日期表里没有写，暂定年初，请改")
        )
    years = _YEARS.search(row.project.name)
    if years is None or is_of_money or int(years[2]) != int(years[1]) + 1:
        return GuessedWindow()
    begin, end = (date(int(year), CONTRACT_MONTH, 1) for year in years.groups())
    return GuessedWindow(WindowKind.CONTRACT, begin, end, _("合同年度的起止日期表里没有写，暂定7月至次年6月"))


def later(begin: date, months: int) -> date:
    """The same day so many months later; the first of the next month where that one is shorter."""
    years, month = divmod(begin.month - 1 + months, 12)
    try:
        return date(begin.year + years, month + 1, begin.day)
    except ValueError:
        years, month = divmod(begin.month + months, 12)
        return date(begin.year + years, month + 1, 1)
