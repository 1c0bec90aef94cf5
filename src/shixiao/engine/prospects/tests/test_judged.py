"""A qualitative target against what people judged: by tiers, and never forecast."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading, Reads
from shixiao.engine.prospects import Chance, Evidence, Misfit, Mode, Status, Tier, fit, prospect
from shixiao.engine.prospects.tests.positions import LAST, MIDDLE, a_measure, amounts, at
from shixiao.engine.targets import Verdict, read

MARK, SHARE = a_measure(Reads.MEAN, "%", is_judgement=True), a_measure(Reads.SHARE, "%", is_judgement=True)
NATIONAL = (
    Tier("reached", Text("达成", "Reached"), Decimal(80)),
    Tier("partly", Text("部分达成", "Partly reached"), Decimal(60)),
    Tier("missed", Text("未达成", "Not reached"), Decimal(0)),
)
HUBEI = (NATIONAL[0], Tier("partly", Text("部分达成", "Partly reached"), Decimal(50)), NATIONAL[2])


@pytest.mark.parametrize(
    ("mark", "day", "status", "tier"),
    [
        ("86", MIDDLE, Status.LIKELY, "达成"),
        ("80", MIDDLE, Status.LIKELY, "达成"),
        ("79.99", MIDDLE, Status.AT_RISK, "部分达成"),
        ("60", MIDDLE, Status.AT_RISK, "部分达成"),
        ("59.99", MIDDLE, Status.UNLIKELY, "未达成"),
        ("86", LAST, Status.ACHIEVED, "达成"),
        ("79.99", LAST, Status.MISSED, "部分达成"),
        ("10", LAST, Status.MISSED, "未达成"),
    ],
)
def test_the_tier_says_how_it_stands(mark: str, day: date, status: Status, tier: str) -> None:
    found = prospect(at("有效提升", MARK, amounts(mark), day, tiers=NATIONAL))
    assert found.judgement is not None
    assert (found.status, found.judgement.text.zh, found.value) == (status, tier, Decimal(mark))
    assert found.judgement.verdict is (Verdict.MET if tier == "达成" else Verdict.MISSED)
    assert found.forecast is None


def test_the_same_mark_lies_in_another_tier_elsewhere() -> None:
    national, hubei = (prospect(at("有效提升", MARK, amounts("55"), tiers=each)) for each in (NATIONAL, HUBEI))
    assert (national.status, hubei.status) == (Status.UNLIKELY, Status.AT_RISK)


def test_nothing_settled_is_to_be_reviewed_whatever_is_open() -> None:
    for reading, evidence in ((Reading(), Evidence.NO_EVIDENCE), (Reading(pending=3), Evidence.VALUE)):
        for day in (MIDDLE, LAST):
            found = prospect(at("有效提升", MARK, reading, day, evidence=evidence, tiers=NATIONAL))
            assert (found.status, found.value, found.is_final) == (Status.TO_BE_REVIEWED, None, False)


def test_without_tiers_nobody_can_say() -> None:
    assert prospect(at("有效提升", MARK, amounts("86"))).status is Status.TO_BE_REVIEWED


def test_it_is_not_final_while_a_review_is_open() -> None:
    reading = amounts("86") + Reading(pending=1)
    assert prospect(at("有效提升", MARK, reading, LAST, tiers=NATIONAL)).status is Status.LIKELY
    over = prospect(at("有效提升", MARK, amounts("86"), LAST, tiers=NATIONAL))
    assert (over.status, over.chance, over.is_final) == (Status.ACHIEVED, Chance.CERTAIN, True)


def test_what_is_said_of_marks_and_of_works() -> None:
    marks = prospect(at("有效提升", MARK, amounts("84", "88") + Reading(pending=1), tiers=NATIONAL))
    works = prospect(at("体现馆员应有水准", SHARE, Reading(met=9, missed=1), tiers=NATIONAL))
    assert marks.headroom is not None
    assert works.headroom is not None
    assert marks.headroom.text.zh == "平均 86 分，2 项评议，档次：达成；另有 1 项未定"
    assert works.headroom.text.zh == "评定 10 件，达到 9 件，档次：达成"
    assert (works.value, works.status, works.forecast) == (Decimal(90), Status.LIKELY, None)


def test_the_exact_mean_is_judged_and_not_what_is_shown() -> None:
    reading = amounts("79.9999", "80", "80")
    assert reading.mean is not None
    assert reading.mean < 80
    assert prospect(at("有效提升", MARK, reading, tiers=NATIONAL)).status is Status.AT_RISK


def test_a_judgement_fits_a_qualitative_target_and_a_percentage() -> None:
    assert fit(read("有效提升"), MARK).mode is Mode.TIERS
    assert (fit(read("良好"), SHARE).mode, fit(read("良好"), SHARE).factor) == (Mode.TIERS, Fraction(100))
    number = fit(read("≥85%"), MARK)
    assert (number.mode, number.is_judgement) == (Mode.NUMBER, True)
    with pytest.raises(Misfit):
        fit(read("有效提升"), a_measure(Reads.COUNT, is_judgement=True))


def test_a_percentage_that_people_judged_is_not_forecast_either() -> None:
    found = prospect(at("≥85%", MARK, amounts("86")))
    assert (found.status, found.forecast) == (Status.LIKELY, None)
    assert prospect(at("≥85%", MARK, Reading(pending=1))).status is Status.TO_BE_REVIEWED
