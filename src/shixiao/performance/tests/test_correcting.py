from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from shixiao.engine import targets
from shixiao.engine.targets import Kind, Sense
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance import actions
from shixiao.performance.correcting import CorrectionForm, initial_of
from shixiao.performance.models import Correction, Indicator, PlanVersion
from shixiao.performance.tests.conftest import first

EXACTLY = targets.read("恰好3次")


@pytest.fixture
def indicator(accept: Callable[..., actions.Acceptance]) -> Indicator:
    return first(accept().version)


@pytest.fixture
def correct(officer: User, now: datetime) -> Callable[..., Correction]:
    def correcting(indicator: Indicator, reading: targets.Reading = EXACTLY, **more: Any) -> Correction:
        given = {"which": "annual", "reason": "按实施方案", "by": officer, "now": now} | more
        return actions.correct_reading(indicator, reading=reading, **given)

    return correcting


def test_a_correction_counts_and_the_wording_stays(indicator: Indicator, correct: Callable[..., Correction]) -> None:
    correct(indicator)
    indicator.refresh_from_db()
    assert indicator.annual_wording == "3次"
    assert actions.counting_reading(indicator, "annual") == EXACTLY
    assert targets.from_json(indicator.annual_reading) == targets.read("3次")


def test_a_correction_leaves_one_event_without_its_text(
    indicator: Indicator, correct: Callable[..., Correction]
) -> None:
    made = correct(indicator)
    event = Event.objects.get(kind="performance.reading_corrected")
    assert event.particulars["correction"] == made.pk
    assert event.particulars["row"] == 1
    assert "按实施方案" not in str(event.particulars)


def test_the_newest_correction_wins(indicator: Indicator, correct: Callable[..., Correction]) -> None:
    correct(indicator)
    correct(indicator, targets.read("≥5次"))
    assert actions.counting_reading(indicator, "annual") == targets.read("≥5次")


def test_taking_a_correction_back_is_a_new_record(
    indicator: Indicator, correct: Callable[..., Correction], officer: User, now: datetime
) -> None:
    correct(indicator)
    newest = correct(indicator, targets.read("≥5次"))
    later = now + timedelta(hours=1)
    withdrawal = actions.withdraw_correction(newest, reason="看错了", by=officer, now=later)
    assert withdrawal.withdraws == newest
    assert actions.counting_reading(indicator, "annual") == EXACTLY
    assert Correction.objects.count() == 3
    assert Event.objects.filter(kind="performance.correction_withdrawn").count() == 1


def test_only_the_newest_correction_can_be_taken_back_and_once(
    indicator: Indicator, correct: Callable[..., Correction], officer: User, now: datetime
) -> None:
    older = correct(indicator)
    newest = correct(indicator, targets.read("≥5次"))
    with pytest.raises(actions.NotCorrectable):
        actions.withdraw_correction(older, reason="看错了", by=officer, now=now)
    withdrawal = actions.withdraw_correction(newest, reason="看错了", by=officer, now=now)
    for correction in (newest, withdrawal):
        with pytest.raises(actions.NotCorrectable):
            actions.withdraw_correction(correction, reason="看错了", by=officer, now=now)


def test_a_correction_needs_a_reason_and_a_change(indicator: Indicator, correct: Callable[..., Correction]) -> None:
    with pytest.raises(actions.NotCorrectable):
        correct(indicator, reason="  ")
    with pytest.raises(actions.NotCorrectable):
        correct(indicator, targets.read("3次"))
    assert not Correction.objects.exists()


def test_a_reader_may_not_correct(indicator: Indicator, correct: Callable[..., Correction], reader: User) -> None:
    with pytest.raises(PermissionDenied):
        correct(indicator, by=reader)
    assert not Correction.objects.exists()


def test_the_database_keeps_corrections_from_change(indicator: Indicator, correct: Callable[..., Correction]) -> None:
    made = correct(indicator)
    for change in (
        lambda: Correction.objects.filter(pk=made.pk).update(reason="改了"),
        lambda: Correction.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            change()
    assert Correction.objects.get().reason == "按实施方案"


def test_findings_and_doubts_follow_the_reading_that_counts(
    guangzhou: PlanVersion, correct: Callable[..., Correction]
) -> None:
    doubtful = guangzhou.indicators.get(understanding__is_doubtful=True)
    correct(doubtful, targets.read("小于2小时"), which="cycle")
    doubtful.refresh_from_db()
    assert not doubtful.understanding.is_doubtful
    assert doubtful.understanding.is_corrected
    assert doubtful.understanding.cycle_zh == "低于 2小时"
    low = first(guangzhou, 2)
    assert "L11" in set(low.findings.values_list("rule", flat=True))
    correct(low, targets.read("≥95%"))
    assert "L11" not in set(low.findings.values_list("rule", flat=True))


# ---- the form --------------------------------------------------------------------------------------------------


def fields(**given: str) -> dict[str, str]:
    return {"kind": "numeric", "op": ">=", "value": "95", "unit": "%", "reason": "r", "part_count": "2"} | given


BLANK_PARTS = {
    f"part{number}-{name}": value
    for number in (0, 1)
    for name, value in {"kind": "numeric", "op": "=", "sense": "at_least", "answer": "是"}.items()
}


@pytest.mark.parametrize(
    ("given", "wording"),
    [
        ({}, "≥95%"),
        ({"value": "28.8", "unit": "万元", "op": "<="}, "≤28.8万元"),
        ({"op": "=", "value": "3524", "unit": "份", "per": "每期", "sense": "exact"}, "每期恰好3524份"),
        ({"kind": "range", "value": "3", "high": "5", "unit": "次"}, "3至5次"),
        ({"kind": "deadline", "date": "2026年12月31日"}, "2026年12月31日前"),
        ({"kind": "deadline", "date": "18个月"}, "18个月内完成"),
        ({"kind": "deadline", "date": "12月31日"}, "12月31日前"),
        ({"kind": "boolean", "answer": "是"}, "是"),
        ({"kind": "qualitative", "text": "良好"}, "良好"),
        ({"kind": "budget_bound", "op": "<="}, "≤预算"),
    ],
)
def test_the_fields_of_each_kind_make_its_reading(given: dict[str, str], wording: str) -> None:
    form = CorrectionForm(fields(**given))
    assert form.is_valid(), form.errors
    assert form.reading is not None
    assert targets.write(form.reading) == wording
    assert targets.read(wording) == form.reading


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": ""}, "value"),
        ({"value": "九十五"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"unit": "5次"}, "unit"),
        ({"kind": "range", "value": "5", "high": "5"}, "high"),
        ({"kind": "range", "value": "5", "high": ""}, "high"),
        ({"kind": "deadline", "date": "尽快"}, "date"),
        ({"kind": "deadline", "date": ""}, "date"),
        ({"kind": "qualitative", "text": " "}, "text"),
        ({"kind": "budget_bound", "op": ">="}, "op"),
        ({"kind": "compound", **BLANK_PARTS}, "kind"),
        ({"kind": "nothing"}, "kind"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(given: dict[str, str], field: str) -> None:
    form = CorrectionForm(fields(**given))
    assert not form.is_valid()
    assert field in form.errors


def test_a_compound_is_built_from_its_parts_and_blank_parts_are_left_out() -> None:
    parts = {
        "part0-kind": "numeric", "part0-op": "<=", "part0-value": "2", "part0-unit": "小时", "part0-condition": "紧急公文",
        "part1-kind": "numeric", "part1-op": "<=", "part1-value": "8", "part1-unit": "小时", "part1-condition": "非紧急公文",
        "part2-kind": "numeric", "part2-op": "=", "part2-sense": "at_least", "part2-answer": "是",
    }  # fmt: skip
    form = CorrectionForm(fields(kind="compound", part_count="3", **parts), parts=3)
    assert form.is_valid(), (form.errors, [part.errors for part in form.parts])
    assert form.reading == targets.read("紧急公文在2小时内发出，非紧急公文在8小时内发出")


@pytest.mark.parametrize(
    "wording",
    ["≥95%", "3份", "3-5次", "是", "有效提升", "年底前完成", "18个月内", "≤预算", "全年共发行不超过38期，每期3524份"],
)
def test_the_form_opens_with_what_counts_and_gives_it_back(wording: str) -> None:
    reading = targets.read(wording)
    initial = initial_of(reading)
    data = {key: str(value) for key, value in initial.items() if key != "parts"} | {"reason": "r"}
    for number, part in enumerate(initial["parts"]):
        data |= {f"part{number}-{key}": str(value) for key, value in part.items()}
    form = CorrectionForm(data, initial=initial, parts=len(reading.parts))
    assert form.is_valid(), (form.errors, [part.errors for part in form.parts])
    assert form.reading == reading


def test_numbers_are_exact_decimals() -> None:
    form = CorrectionForm(fields(value="1,497.06", unit="万元", op="="))
    assert form.is_valid()
    assert form.reading is not None
    assert (form.reading.value, form.reading.kind, form.reading.sense) == (
        Decimal("1497.06"),
        Kind.NUMERIC,
        Sense.AT_LEAST,
    )
