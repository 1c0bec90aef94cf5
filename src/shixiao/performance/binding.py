"""Saying what an indicator stands on, and declaring values: one call, one transaction, one event each.

A binding is never changed: a further one takes its place, with the reason. A gauge that is new makes the worker look at every case again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework.models import Contract, Subject, Topic
from shixiao.casework.models import Project as OfficesProject
from shixiao.engine import prospects, targets
from shixiao.engine.measures import CATALOGUE, Measure, Ratio
from shixiao.engine.measures.parameters import WrongParameters
from shixiao.ledger import gauges
from shixiao.ledger.gauges import UnknownMeasure
from shixiao.ledger.models import Gauge
from shixiao.people.models import Unit, User
from shixiao.people.permissions import may_bind_indicators
from shixiao.performance import events, narrowing
from shixiao.performance.content import digest
from shixiao.performance.models import (
    Basis,
    Binding,
    BindingQuestion,
    BindingTopic,
    Declared,
    Indicator,
    Plan,
    PlanVersion,
    WindowKind,
)
from shixiao.performance.wordings import said


class NotBindable(ValueError):
    """It cannot be bound or declared so; the sentence says why and what to do. `field` names what is wrong."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants a part of an indicator to stand on.

    `against` is the measure that gives the second figure, with its parameters; a ratio brings its own. Without `begin` and `end` the
    window is the plan's year. `topics` are counted apart. `awaits` is the office that it waits for; of what is measured, the office whose
    records are still missing from the value.
    """

    basis: str
    measure: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    against: str = ""
    against_parameters: Mapping[str, Any] = field(default_factory=dict)
    unit: Unit | None = None
    project: OfficesProject | None = None
    contract: Contract | None = None
    subject: Subject | None = None
    topics: Sequence[Topic] = ()
    window: str = WindowKind.YEAR
    begin: date | None = None
    end: date | None = None
    is_provisional: bool = False
    awaits: str = ""


def bind(
    indicator: Indicator, part: int, wanted: Wanted, *, reason: str, by: User, now: datetime, seen: int | None = None
) -> Binding:
    """The part stands on this from now on. `seen` is the binding that the person saw, 0 for none; None where nobody looked.

    Raises `PermissionDenied`; `NotBindable` without a reason, in an old version, for a part that the target has not, a measure that is not
    there or cannot fit the target, parameters that are empty or wrong, a window that is empty, and what stands already.
    """
    known = {} if seen is None else {(indicator.pk, part): seen}
    (made,) = bind_many([(indicator, part, wanted, reason)], by=by, now=now, seen=known)
    return made


def bind_many(
    several: Sequence[tuple[Indicator, int, Wanted, str]],
    *,
    by: User,
    now: datetime,
    seen: Mapping[tuple[int, int], int] | None = None,
) -> list[Binding]:
    """Several parts at once, all or none, with one event for each and one new generation of gauges for all.

    `seen`: the binding of an indicator's part that the person had before the eyes; where another one has come since, nothing is bound.
    """
    if not several:
        return []
    _check_person(by)
    claimed = [(indicator.pk, part) for indicator, part, *_rest in several]
    if len(set(claimed)) < len(claimed):
        raise NotBindable(_("同一部分绑定了两次。一个部分只能有一个绑定，请去掉一个。"), field="part")
    with transaction.atomic():
        plans = {indicator.version.plan_id for indicator, *_rest in several}
        list(Plan.objects.select_for_update().filter(pk__in=plans).order_by("pk"))
        checked = [
            (indicator, part, _checked(indicator, part, wanted, reason), reason)
            for indicator, part, wanted, reason in several
        ]
        standing = newest({indicator.version_id for indicator, *_rest in several})
        _check_seen([(indicator, part) for indicator, part, *_rest in several], seen or {}, standing)
        made_gauges = _gauges([wanted for _i, _p, wanted, _r in checked], by=by, now=now)
        for each, pair in zip(checked, made_gauges, strict=True):
            _check_whole(each[0], each[2], pair, by=by, now=now)
        return [
            _bind(indicator, part, wanted, reason.strip(), found, standing.get((indicator.pk, part)), by=by, now=now)
            for (indicator, part, wanted, reason), found in zip(checked, made_gauges, strict=True)
        ]


def confirm(binding: Binding, *, reason: str, by: User, now: datetime) -> Binding:
    """Somebody looked at a binding that had followed a changed row, and it is right. Raises `NotBindable`."""
    _check_person(by)
    with transaction.atomic():
        indicator = _newest_version(binding.indicator)
        standing = newest({indicator.version_id}).get((indicator.pk, binding.part))
        if standing is None or standing.pk != binding.pk or not binding.question:
            raise NotBindable(_("这个绑定没有待确认的问题，或者已经换了。请刷新页面看看。"))
        topics = list(binding.by_topic.values_list("topic_id", flat=True))
        confirmed = binding.pk
        made = Binding.objects.get(pk=binding.pk)
        made.pk, made.question, made.carried_from = None, BindingQuestion.NO, binding
        made.reason, made.made_by, made.made_at = reason.strip() or binding.reason, by, now
        made.save(force_insert=True)
        BindingTopic.objects.bulk_create(BindingTopic(binding=made, topic_id=each) for each in topics)
        codes = {**_place(indicator, made.part), "binding": made.pk, "confirms": confirmed}
        ledger.record(events.BINDING_CONFIRMED, subject=indicator.version.plan, by=by, now=now, particulars=codes)
    return made


def newest(versions: Iterable[int], *, known_at: datetime | None = None) -> dict[tuple[int, int], Binding]:
    """The binding that counts of each part of these versions, by indicator and part, as they stood before `known_at`; one statement."""
    rows = Binding.objects.filter(indicator__version__in=list(versions)).order_by("id")
    if known_at is not None:
        rows = rows.filter(made_at__lt=known_at)
    return {(row.indicator_id, row.part): row for row in rows}


def parts_of(target: targets.Reading) -> tuple[targets.Reading, ...]:
    """The atomic parts of a target: its own, or it alone."""
    return target.parts or (target,)


# ---- checks ----------------------------------------------------------------------------------------------------


def _check_person(by: User) -> None:
    if not may_bind_indicators(by):
        raise PermissionDenied(_("指标的绑定和填报由绩效管理员办理。"))


def _newest_version(indicator: Indicator) -> Indicator:
    """The row, in a transaction that holds its plan; only the newest version is worked on."""
    found = Indicator.objects.select_related("version__plan").get(pk=indicator.pk)
    Plan.objects.select_for_update().get(pk=found.version.plan_id)
    _check_newest(found)
    return found


def _check_newest(indicator: Indicator) -> None:
    if PlanVersion.objects.filter(plan=indicator.version.plan_id, number__gt=indicator.version.number).exists():
        raise NotBindable(_("这是旧版。请在最新一版里办理。"))


def _part(indicator: Indicator, part: int) -> targets.Reading:
    from shixiao.performance.actions import counting_reading

    parts = parts_of(counting_reading(indicator, "annual"))
    if not 0 <= part < len(parts):
        sentence = _("第 %(row)s 行的目标只有 %(count)s 个部分，没有第 %(part)s 个。请刷新页面再选。")
        raise NotBindable(sentence % {"row": indicator.row, "count": len(parts), "part": part + 1}, field="part")
    return parts[part]


def _checked(indicator: Indicator, part: int, wanted: Wanted, reason: str) -> Wanted:
    """What is wanted, with the window filled in. Raises `NotBindable`."""
    _check_newest(indicator)
    if not reason.strip():
        raise NotBindable(_("请写明理由。"), field="reason")
    target = _part(indicator, part)
    year = indicator.version.plan.fiscal_year
    begin, end = window_of(wanted, year)
    if begin >= end:
        sentence = _("统计期从 %(begin)s 到 %(end)s，里面一天也没有。请改起止日期。")
        raise NotBindable(sentence % {"begin": begin, "end": end}, field="begin")
    if wanted.basis == Basis.MEASURE:
        check_fit(target, wanted)
    elif wanted.basis == Basis.AWAITED and not wanted.awaits:
        raise NotBindable(_("请写明在等哪个办公系统。"), field="awaits")
    return replace(wanted, begin=begin, end=end)


def window_of(wanted: Wanted, year: int) -> tuple[date, date]:
    """The two days of the window, half-open; the plan's year where nothing is said."""
    return wanted.begin or date(year, 1, 1), wanted.end or date(year + 1, 1, 1)


def check_fit(target: targets.Reading, wanted: Wanted) -> prospects.Fit:
    """How the measure answers the target. Raises `NotBindable` where it cannot."""
    measure = CATALOGUE.get(wanted.measure)
    if measure is None:
        sentence = _("没有“%(name)s”这个度量，或者它的办公系统没有安装。请另选一个。")
        raise NotBindable(sentence % {"name": wanted.measure}, field="measure")
    try:
        return prospects.fit(target, measure, has_against=bool(wanted.against) or isinstance(measure, Ratio))
    except prospects.Misfit as misfit:
        raise NotBindable(said(misfit.text), field="measure") from None


def _check_whole(
    indicator: Indicator, wanted: Wanted, pair: tuple[Gauge | None, Gauge | None], *, by: User, now: datetime
) -> None:
    if not narrowing.may_bind(wanted, pair, by=by, now=now):
        sentence = _(
            "第 %(row)s 行的依据来自限制台账，您不持有它：只能按整个年度、全部范围绑定，不能按月、按单位、按项目或按别的条件分开。"
        )
        raise NotBindable(sentence % {"row": indicator.row}, field="begin")


def _check_seen(
    places: Sequence[tuple[Indicator, int]],
    seen: Mapping[tuple[int, int], int],
    standing: Mapping[tuple[int, int], Binding],
) -> None:
    for indicator, part in places:
        there = standing.get((indicator.pk, part))
        if seen.get((indicator.pk, part), there.pk if there else 0) != (there.pk if there else 0):
            sentence = _("第 %(row)s 行在您打开页面以后由 %(who)s 改了绑定。您填的都在；请先看看现在的绑定，再保存。")
            raise NotBindable(sentence % {"row": indicator.row, "who": there.made_by if there else ""}, field="seen")


# ---- writing ---------------------------------------------------------------------------------------------------


def _gauges(several: Sequence[Wanted], *, by: User, now: datetime) -> list[tuple[Gauge | None, Gauge | None]]:
    """The gauge and the second one of each, put into use all at once."""
    pairs = [_measured(wanted) for wanted in several]
    flat = [each for pair in pairs for each in pair if each is not None]
    try:
        made = iter(gauges.put_many(flat, by=by, now=now) if flat else [])
    except WrongParameters as wrong:
        raise NotBindable(said(wrong.text), field="parameters") from None
    except UnknownMeasure as unknown:
        raise NotBindable(str(unknown), field="measure") from None
    return [(next(made) if one else None, next(made) if other else None) for one, other in pairs]


Named = tuple[str, Mapping[str, Any]]


def _measured(wanted: Wanted) -> tuple[Named | None, Named | None]:
    """The measure of the value and that of the second figure. The two halves of a ratio take of the parameters what they have."""
    if wanted.basis != Basis.MEASURE:
        return None, None
    measure = CATALOGUE[wanted.measure]
    if isinstance(measure, Ratio):
        return _half(measure.numerator, wanted.parameters), _half(measure.denominator, wanted.parameters)
    against = (wanted.against, wanted.against_parameters) if wanted.against else None
    return (wanted.measure, wanted.parameters), against


def _half(name: str, parameters: Mapping[str, Any]) -> Named:
    measure = CATALOGUE[name]
    slots = {slot.name for slot in measure.slots} if isinstance(measure, Measure) else set()
    return name, {key: value for key, value in parameters.items() if key in slots}


def _bind(
    indicator: Indicator,
    part: int,
    wanted: Wanted,
    reason: str,
    found: tuple[Gauge | None, Gauge | None],
    standing: Binding | None,
    *,
    by: User,
    now: datetime,
) -> Binding:
    gauge, against = found
    is_measured = wanted.basis == Basis.MEASURE
    begin, end = window_of(wanted, indicator.version.plan.fiscal_year)
    made = Binding(
        indicator=indicator,
        part=part,
        basis=wanted.basis,
        measure=wanted.measure if is_measured else "",
        parameters=dict(gauge.parameters) if gauge else {},
        gauge=gauge,
        against=against,
        unit=wanted.unit,
        project=wanted.project,
        contract=wanted.contract,
        subject=wanted.subject,
        window=wanted.window,
        begin=begin,
        end=end,
        is_provisional=wanted.is_provisional,
        awaits=wanted.awaits if wanted.basis in (Basis.AWAITED, Basis.MEASURE) else "",
        reason=reason,
        made_by=by,
        made_at=now,
    )
    topics = sorted({topic.pk for topic in wanted.topics})
    if standing is not None and not standing.question and _says_the_same(standing, made, topics):
        raise NotBindable(_("第 %(row)s 行已经这样绑定，没有什么可改。") % {"row": indicator.row})
    made.save(force_insert=True)
    BindingTopic.objects.bulk_create(BindingTopic(binding=made, topic_id=each) for each in topics)
    codes = {
        **_place(indicator, part),
        "binding": made.pk,
        "basis": made.basis,
        "gauge": made.gauge_id,
        "against": made.against_id,
        "begin": made.begin,
        "end": made.end,
        "scope": scope_codes(made, topics),
        "awaits": made.awaits,
    }
    ledger.record(
        events.INDICATOR_BOUND,
        subject=indicator.version.plan,
        by=by,
        now=now,
        particulars={name: value for name, value in codes.items() if value not in (None, "", {})},
    )
    return made


_SAME = (
    "basis",
    "measure",
    "gauge_id",
    "against_id",
    "unit_id",
    "project_id",
    "contract_id",
    "subject_id",
    "window",
    "begin",
    "end",
    "is_provisional",
    "awaits",
)


def _says_the_same(standing: Binding, made: Binding, topics: Sequence[int]) -> bool:
    if any(getattr(standing, name) != getattr(made, name) for name in _SAME):
        return False
    return sorted(standing.by_topic.values_list("topic_id", flat=True)) == list(topics)


def scope_codes(binding: Binding, topics: Sequence[int]) -> dict[str, Any]:
    """Over which cases it reads, as ids; what is left open is left out."""
    told: dict[str, Any] = {name: getattr(binding, f"{name}_id") for name in ("unit", "project", "contract", "subject")}
    if topics:
        told["topics"] = list(topics)
    return {name: value for name, value in told.items() if value}


def _place(indicator: Indicator, part: int) -> dict[str, Any]:
    return {"version": indicator.version.number, "row": indicator.row, "part": part}


# ---- declared values -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that goes with a declared value, kept in the store under its hash."""

    name: str
    sha256: str
    size: int


def declare(
    indicator: Indicator,
    part: int,
    value: str | bool,
    *,
    on: date,
    note: str,
    attached: Attached | None = None,
    by: User,
    now: datetime,
) -> Declared:
    """Somebody says what the part has reached by the day `on`. It is shown as 填报 and never mixed with what is measured.

    A part that stands on nothing stands on what is declared from then on, with the note as its reason, in the same transaction; one that
    is measured, reviewed or awaits an office stays as it is.

    Raises `PermissionDenied`; `NotBindable` without a note, for a value that the target cannot be judged by, and for a day that has not come.
    """
    _check_person(by)
    if not note.strip():
        raise NotBindable(_("请写明数值的来源。"), field="note")
    from shixiao.ledger.readings import end_of

    if on > now.astimezone(end_of(on).tzinfo).date():
        raise NotBindable(_("截至日期还没有到。请填今天或以前的日期。"), field="on")
    with transaction.atomic():
        row = _newest_version(indicator)
        stored = read_value(_part(row, part), value)
        made = Declared.objects.create(
            indicator=row,
            part=part,
            value=stored,
            on=on,
            note=note.strip(),
            file_name=attached.name if attached else "",
            file_hash=attached.sha256 if attached else "",
            file_size=attached.size if attached else 0,
            made_by=by,
            made_at=now,
        )
        _bind_to_declared(row, part, note.strip(), by=by, now=now)
        codes = {
            **_place(row, part),
            "declared": made.pk,
            "on": on,
            "value_hash": digest(str(stored).encode()),
            **({"file_hash": made.file_hash} if made.file_hash else {}),
        }
        ledger.record(events.VALUE_DECLARED, subject=row.version.plan, by=by, now=now, particulars=codes)
    return made


def _bind_to_declared(row: Indicator, part: int, note: str, *, by: User, now: datetime) -> None:
    """Where nobody said yet on what the part stands."""
    standing = newest({row.version_id}).get((row.pk, part))
    if standing is not None and standing.basis != Basis.NONE:
        return
    wanted = _checked(row, part, Wanted(basis=Basis.DECLARED), note)
    _bind(row, part, wanted, note, (None, None), standing, by=by, now=now)


def withdraw_declared(declared: Declared, *, reason: str, by: User, now: datetime) -> Declared:
    """Take a declared value back, by a new record. Raises `NotBindable` where it was taken back already."""
    _check_person(by)
    if not reason.strip():
        raise NotBindable(_("请写明撤回的理由。"), field="reason")
    with transaction.atomic():
        row = _newest_version(declared.indicator)
        if Declared.objects.filter(withdraws=declared).exists() or declared.withdraws_id is not None:
            raise NotBindable(_("这个填报值已经撤回。请刷新页面看看。"))
        made = Declared.objects.create(
            indicator=row,
            part=declared.part,
            value=None,
            on=declared.on,
            note=reason.strip(),
            withdraws=declared,
            made_by=by,
            made_at=now,
        )
        codes = {**_place(row, declared.part), "declared": made.pk, "withdraws": declared.pk}
        ledger.record(events.DECLARED_WITHDRAWN, subject=row.version.plan, by=by, now=now, particulars=codes)
    return made


def read_value(target: targets.Reading, value: str | bool) -> Any:
    """A typed value as it is stored, if the target can be judged by it. Raises `NotBindable`."""
    stored: Any = value.strip() if isinstance(value, str) else value
    try:
        targets.judge(target, as_judged(target, stored), budget=Decimal(1), year=2000, started_on=date(2000, 1, 1))
    except ValueError as error:
        sentence = str(error).partition(" / ")[0]
        raise NotBindable(sentence, field="value") from None
    return stored


def as_judged(target: targets.Reading, stored: Any) -> Any:
    """A stored value as `targets.judge` takes it. Raises ValueError for one that is no number, day or grade of this target."""
    if target.kind is targets.Kind.DEADLINE:
        return date.fromisoformat(str(stored))
    if target.kind is targets.Kind.BOOLEAN and isinstance(stored, str):
        known = {"是": True, "否": False, "true": True, "false": False}
        if stored.lower() not in known:
            raise ValueError(_("请填“是”或“否”。"))
        return known[stored.lower()]
    return stored
