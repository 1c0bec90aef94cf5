"""Collects what explains a row: a bounded number of statements, and one more for each gauge with cases that are not counted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone, translation

from shixiao.casework.evidence import figures, sentences
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.naming import Named, reason_word
from shixiao.casework.models import Topic
from shixiao.engine import prospects, targets
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import CATALOGUE, REASONS, Reading
from shixiao.engine.prospects import Status
from shixiao.ledger import tracing
from shixiao.ledger.readings import ALWAYS, Days, Where
from shixiao.people.models import User
from shixiao.performance import amounts, evidence_links, guarding
from shixiao.performance.guarding import Shown, may_see_names
from shixiao.performance.models import Basis, Binding, Correction, Indicator, Which
from shixiao.performance.standing import Part, Row, bindings_of
from shixiao.performance.why import reasoning
from shixiao.performance.why.model import BoundTo, Cases, Declared, Piece, Understood, Why, WhyPart
from shixiao.performance.why.sentences import sentences_of
from shixiao.performance.wordings import in_both


def explain(
    row: Row,
    *,
    by: User | None,
    now: datetime,
    as_of: date | None = None,
    indicator: Indicator | None = None,
    bindings: Sequence[Binding] | None = None,
) -> Why:
    """Why the row stands as it does on that day, for one person. `row` is of a board of that day, as it was read and not yet guarded.

    `by` is None for a program without an account. `indicator` is the row in the database, where it is at hand with its project and
    understanding, and `bindings` what `standing.bindings_of` says of it. Raises `Indicator.DoesNotExist` for a row that is gone.
    """
    if indicator is None:
        known = Indicator.objects.select_related("version__plan", "understanding").only(*_OF_INDICATOR)
        indicator = known.get(pk=row.id)
    bindings = bindings_of(row.id) if bindings is None else bindings
    return _Gatherer(row, indicator, bindings, by=by, now=now, as_of=as_of).explain()


_OF_INDICATOR = (
    "annual_wording",
    "cycle_wording",
    "version__number",
    "version__plan__fiscal_year",
    "version__plan__department",
    "understanding__is_corrected",
)


class _Gatherer:
    def __init__(
        self,
        row: Row,
        indicator: Indicator,
        bindings: Sequence[Binding],
        *,
        by: User | None,
        now: datetime,
        as_of: date | None,
    ) -> None:
        self.row, self.indicator, self.by, self.now, self.as_of = row, indicator, by, now, as_of
        self.day = as_of or timezone.localtime(now).date()
        self.bindings = bindings
        with translation.override("en"):
            english = guarding.guarded([row], by=by, now=now, as_of=as_of)
        with translation.override("zh-hans"):
            self.guarded = guarding.guarded([row], by=by, now=now, as_of=as_of)
        self.shown = [(zh, en) for zh, en in zip(self.guarded.parts(row), english.parts(row), strict=True)]
        self.names = _named(self.shown)
        self.topics = _topic_names(row)

    def explain(self) -> Why:
        (guarded,) = self.guarded.rows
        plan = self.indicator.version.plan
        made = Why(
            plan=plan.pk,
            plan_version=self.indicator.version.number,
            year=plan.fiscal_year,
            department=plan.department,
            row=self.row.row,
            code=self.row.code,
            name=self.row.name,
            unit=self.row.place.unit_name,
            project=self.row.place.project_name,
            wording=self.indicator.annual_wording,
            cycle_wording=self.indicator.cycle_wording,
            day=self.day,
            as_of=self.as_of,
            understood=self._understood(),
            prospect=guarded.prospect,
            basis=guarded.basis,
            parts=tuple(self._part(zh, en) for zh, en in self.shown),
        )
        return replace(made, sentences=sentences_of(made))

    # ---- the wording

    def _understood(self) -> Understood:
        reading = self.row.target
        newest = _newest_correction(self.indicator) if self.indicator.understanding.is_corrected else None
        is_corrected = newest is not None and newest.withdraws_id is None
        return Understood(
            plain=targets.explain(reading),
            standard=targets.write(reading),
            doubts=tuple(targets.REASONS.get(code) or Text(code, code) for code in reading.unsure),
            is_corrected=is_corrected,
            corrected_at=newest.made_at if newest is not None and is_corrected else None,
            corrected_by=self._name(newest.made_by) if newest is not None and is_corrected else "",
            reason=newest.reason if newest is not None and is_corrected else "",
        )

    def _name(self, person: User) -> str:
        return str(person) if may_see_names(self.by, of=person) else ""

    # ---- a part

    def _part(self, zh: Shown, en: Shown) -> WhyPart:
        part = zh.part
        made = WhyPart(
            number=part.number,
            words=part.target.words or "",
            condition=part.target.condition or "",
            target=part.target,
            plain=targets.explain(part.target),
            state=state_of(part),
            basis=part.basis,
            prospect=part.prospect,
            limits=prospects.USUAL,
            value=Text(zh.value, en.value),
            other=Text(zh.other, en.other) if zh.other else None,
            is_hidden=not zh.is_open,
            note=Text(zh.note, en.note) if zh.note else None,
            is_frozen=part.is_frozen,
            is_bound_later=part.is_bound_later,
            bound=self._bound(part),
            cases=tuple(self._cases(zh)) if zh.may_open else (),
            declared=self._declared(part),
            returns=part.watch,
        )
        return replace(
            made,
            rules=reasoning.rules(made),
            changes=reasoning.changes(made),
            unknown=reasoning.unknown(made),
        )

    def _bound(self, part: Part) -> BoundTo | None:
        if part.bound is None:
            return None
        row = next(each for each in self.bindings if each.pk == part.bound.id)
        before = [each for each in self.bindings if each.part == row.part and each.pk < row.pk]
        return BoundTo(
            id=row.pk,
            basis=row.basis,
            measure=row.measure,
            wording=self._wording(row.measure, row.gauge_id),
            parameters=row.parameters,
            gauge=row.gauge_id,
            against=row.against_id,
            against_wording=self._wording("", row.against_id) if row.against_id else None,
            window=row.window,
            begin=row.begin,
            last=row.end - timedelta(days=1),
            scope=_scope(row),
            topics=tuple((topic, self.topics.get(topic, str(topic))) for topic in sorted(part.bound.topics)),
            awaits=row.awaits,
            made_at=row.made_at,
            made_by=self._name(row.made_by),
            reason=row.reason,
            question=row.question,
            is_provisional=row.is_provisional,
            is_carried=row.carried_from_id is not None,
            changed=sum(each.basis != Basis.NONE for each in before),
        )

    def _wording(self, measure: str, gauge: int | None) -> Text:
        """A ratio is called by its own name, a gauge by its wording with its parameters."""
        known = CATALOGUE.get(measure)
        if known is not None and known.reads.value == "ratio":
            return known.wording
        if gauge in self.names:
            return self.names[gauge][1]
        return known.wording if known is not None else Text(measure, measure)

    # ---- cases

    def _cases(self, shown: Shown) -> list[Cases]:
        part, bound = shown.part, shown.part.bound
        if bound is None:
            return []
        row = next(each for each in self.bindings if each.pk == bound.id)
        view = evidence_links.chosen(bound, unit=row.unit_id, as_of=self.as_of)
        found = []
        pairs = ((bound.gauge, part.reading, "value"), (bound.against, part.against, "against"))
        for gauge, reading, role in pairs:
            if gauge is not None and reading is not None and gauge in self.names:
                found.append(self._of_gauge(gauge, reading, view, bound.days, bound.where, role=role))
        if bound.gauge is not None and bound.gauge in self.names:
            found += [self._of_topic(bound.gauge, topic, reading, view) for topic, reading in part.by_topic]
        return found

    def _of_gauge(self, gauge: int, reading: Reading, view: Chosen, days: Days, where: Where, *, role: str) -> Cases:
        named, wording = self.names[gauge]
        reasons = self._reasons(named, reading, days, where)
        return Cases(
            role=role,
            gauge=gauge,
            wording=wording,
            reading=reading,
            unit=named.measure.unit,
            value=in_both(lambda: figures.value(reading, named)),
            reasons=tuple((code, _reason(code), number) for code, number in reasons.items()),
            addresses=evidence_links.addresses(gauge, view, reading),
            sentence=_pieces(gauge, view, lambda: sentences.of_reading(reading, named, reasons, view)),
            why_not=_pieces(gauge, view, lambda: sentences.of_reasons(reasons, view)),
        )

    def _of_topic(self, gauge: int, topic: int, reading: Reading, view: Chosen) -> Cases:
        named, wording = self.names[gauge]
        own = replace(view, topic=str(topic))
        return Cases(
            role="topic",
            gauge=gauge,
            wording=wording,
            reading=reading,
            unit=named.measure.unit,
            value=in_both(lambda: figures.value(reading, named)),
            topic=(topic, self.topics.get(topic, str(topic))),
            addresses=evidence_links.addresses(gauge, own, reading),
            sentence=_pieces(gauge, own, lambda: sentences.of_reading(reading, named, {}, own)),
        )

    def _reasons(self, named: Named, reading: Reading, days: Days, where: Where) -> dict[str, int]:
        """Why cases are not counted. Nothing where something happened in between, so that the sum would not be the number shown."""
        if not reading.not_counted:
            return {}
        begin = ALWAYS if named.reads.value == "stock" else days.begin
        found = tracing.reasons(named.id, days=Days(begin, days.end), where=where, as_of=self.as_of)
        ordered = dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))
        return ordered if sum(ordered.values()) == reading.not_counted else {}

    # ---- declared

    def _declared(self, part: Part) -> Declared | None:
        row = part.declared
        if row is None:
            return None
        return Declared(
            id=row.pk,
            value=row.value,
            text=in_both(lambda: amounts.declared(row.value, part.target)),
            on=row.on,
            note=row.note,
            file_name=row.file_name,
            file_hash=row.file_hash,
            made_at=row.made_at,
            made_by=self._name(row.made_by),
        )


def state_of(part: Part) -> str:
    """What a part stands on: three states are never confused, and cases of which none is decided are none of them."""
    if part.declared is not None:
        return "declared"
    if part.basis == "nothing_occurred":
        return "nothing_occurred"
    if part.prospect.status is Status.TO_BE_REVIEWED:
        return "to_be_reviewed"
    if part.basis not in ("measured", "reviewed"):
        return "no_evidence"
    # Of a part that is hidden nobody learns whether some of its cases are decided.
    return "undecided" if part.reading is not None and part.prospect.value is None else "value"


def _newest_correction(indicator: Indicator) -> Correction | None:
    rows = Correction.objects.filter(indicator=indicator, which=Which.ANNUAL).select_related("made_by")
    return rows.order_by("-id").first()


def _scope(row: Binding) -> tuple[tuple[str, int, str], ...]:
    found = []
    for what in ("unit", "project", "contract", "subject"):
        one = getattr(row, what)
        if one is not None:
            found.append((what, one.pk, one.name))
    return tuple(found)


def _named(shown: Sequence[tuple[Shown, Shown]]) -> dict[int, tuple[Named, Text]]:
    """The gauges of the parts with their wording in both languages."""
    pairs = [pair for zh, en in shown for pair in zip(zh.gauges, en.gauges, strict=True)]
    return {zh.id: (zh, Text(_told(zh), _told(en))) for zh, en in pairs}


def _told(named: Named) -> str:
    return f"{named.wording}（{named.detail}）" if named.detail else named.wording


def _topic_names(row: Row) -> dict[int, str]:
    wanted = {topic for part in row.parts if part.bound is not None for topic in part.bound.topics}
    return dict(Topic.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _reason(code: str) -> Text:
    return REASONS[code].text if code in REASONS else in_both(lambda: reason_word(code))


def _pieces(gauge: int, view: Chosen, said: Callable[[], Sequence[sentences.Part]]) -> tuple[Piece, ...]:
    """The parts of a sentence about a gauge in both languages, each with its address."""
    with translation.override("en"):
        english = said()
    with translation.override("zh-hans"):
        chinese = said()
    start = evidence_links.address(gauge, view).partition("?")[0]
    return tuple(
        Piece(Text(zh.text, en.text), f"{start}?{zh.query}#cases") for zh, en in zip(chinese, english, strict=True)
    )
