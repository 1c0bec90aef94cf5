"""The verifier reckons by itself, and comes to the same digits as the engine that published: over any sheet and any profile."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine.bundles import verify
from shixiao.engine.scoring import (
    Basis,
    ByHand,
    Counts,
    Money,
    Part,
    Profile,
    Sheet,
    Standing,
    profile_as_json,
    score,
    score_as_json,
    sheet_as_json,
)
from shixiao.engine.scoring.profiles import CLASSES, Deduction, LateStep, Over, Step
from shixiao.engine.scoring.shipped import HUBEI, NATIONAL_2021
from shixiao.engine.scoring.tests.test_laws import LAW, profiles, sheets, understood
from shixiao.engine.targets import read

D = Decimal
SATISFACTION = (Step(D(90), D(100)), Step(D(80), D(80)), Step(D(0), D(0)))
OVER = Over(explain_from=D(130), deductions=(Deduction(D(130), D(200), D(10)), Deduction(D(200), None, D(100))))


def differences(sheet: Sheet, profile: Profile, changed: dict[str, Any] | None = None) -> list[verify.Difference]:
    """What the verifier finds in the score that the engine makes of the sheet, or in this other one."""
    made, written = json.loads(json.dumps([score_as_json(score(sheet, profile)), sheet_as_json(sheet)]))
    indicators = [{"row": row.row, "disclosure": "records"} for row in sheet.rows]
    project = {"sheet": written, "score": changed or made, "indicators": indicators, "withheld": False}
    report = verify.Report()
    verify.check_score(report, "score", project, json.loads(json.dumps(profile_as_json(profile))))
    assert report.checked["points"] > 0
    assert report.checked["totals"] > 0
    return report.differences


@st.composite
def any_profile(draw: st.DrawFn) -> Profile:
    """Every rule that a profile may have, turned on and off."""
    return replace(
        draw(profiles()),
        satisfaction=draw(st.sampled_from(((), SATISFACTION))),
        over=draw(st.sampled_from((Over(), OVER, Over(explain_from=None)))),
        late=draw(st.sampled_from(((), (LateStep(1, D(100)), LateStep(30, D("33.3")), LateStep(9999, D(0)))))),
        pass_line=draw(st.sampled_from((D(0), D(60), D(100)))),
    )


@st.composite
def any_sheet(draw: st.DrawFn) -> Sheet:
    """Also with weights that are given, and scores by hand."""
    sheet = draw(sheets())
    if draw(st.booleans()):
        weights = st.decimals(0, 60, places=2)
        sheet = replace(sheet, rows=tuple(replace(row, weight=draw(weights)) for row in sheet.rows))
    money = replace(sheet.money, weight=draw(st.none() | st.sampled_from((D(0), D(10), D("12.5")))))
    return replace(sheet, money=replace(money, by_hand=draw(st.none() | st.just(ByHand(D(0), "核查")))))


@LAW
@given(sheet=any_sheet(), profile=any_profile())
def test_the_verifier_comes_to_the_same_digits(sheet: Sheet, profile: Profile) -> None:
    assert differences(sheet, profile) == []


TARGETS = (
    "≥40期", ">40期", "≤5%", "<30分钟", "0起", "≥0起", ">0起", "≥-3%", "≤-3%", "恰好20份", "恰好0份", "10至20次", "±3%", "-5%至-1%", "100%",
    "≥95%", "是", "否", "有效提升", "良好", "优", "6月30日前", "2026年6月30日前", "18个月内", "≤预算", "按需",
)  # fmt: skip
exact = (
    st.decimals(-60, 300, places=2)
    | st.fractions(-10, 200, max_denominator=700)
    | st.sampled_from((D(0), D(40), D("0.01")))
)
tallies = st.builds(Counts, met=st.integers(0, 9), missed=st.integers(0, 9), pending=st.integers(0, 3))


@st.composite
def one_row(draw: st.DrawFn) -> Standing:
    """One condition of any kind at and around its bound."""
    wording, code = draw(st.sampled_from(TARGETS)), draw(st.sampled_from(CLASSES))
    target = understood(wording, code)
    near = st.just(target.value) if target.value is not None else exact
    anything = st.one_of(
        near, exact, st.booleans(), st.none(), st.dates(), st.sampled_from(("优", "良", "中", "差", "很多"))
    )
    part = Part(
        target=target,
        basis=draw(st.sampled_from(Basis)),
        value=draw(anything),
        counts=draw(st.none() | tallies),
        is_timely=draw(st.booleans()),
        value_put_back=draw(st.none() | near | exact),
        counts_put_back=draw(st.none() | tallies),
        mark=draw(st.none() | st.sampled_from((D(0), D(50), D(60), D("79.9"), D(80), D(100)))),
        tier=draw(st.sampled_from(("", "", "", "达成", "partly", "Reached", "优"))),
        budget=draw(st.none() | st.sampled_from((D(0), D("0.01"), D(40), D(100)))),
        year=draw(st.sampled_from((None, 2024, 2026))),
        started_on=draw(st.none() | st.dates()),
    )
    return Standing(row=1, code=code, name="指标", parts=(part,))


@LAW
@given(row=one_row(), profile=any_profile(), spent=st.sampled_from(("0", "79.99", "80", "99.995", "100", "102")))
def test_they_agree_at_and_around_every_bound(row: Standing, profile: Profile, spent: str) -> None:
    sheet = Sheet(project="项目", rows=(row,), money=Money(full_year=D(100), executed=D(spent), is_finished=False))
    try:
        assert differences(sheet, profile) == []
    except OverflowError:  # a period that ends after the year 9999
        assert row.parts[0].started_on is not None


@pytest.mark.parametrize("wording", TARGETS)
def test_they_agree_on_every_wording_of_the_documentation(wording: str) -> None:
    target = read(wording, name="指标", category="31")
    values = (D(0), D(-1), D("0.005"), Fraction(1, 3), target.value, True, False, None, "良")
    for value in values:
        for counts in (None, Counts(met=0, missed=0), Counts(met=9, missed=3, pending=1, not_counted=2)):
            part = Part(target=target, basis=Basis.MEASURED, value=value, counts=counts, budget=D(100), year=2026)
            for profile in (NATIONAL_2021, HUBEI, replace(NATIONAL_2021, satisfaction=SATISFACTION, over=OVER)):
                row = Standing(row=1, code="31", name="满意度", parts=(part,))
                assert differences(Sheet(project="项目", rows=(row,)), profile) == [], (wording, value, counts)


# ---- it is not blind: a score that is a hundredth off is found --------------------------------------------------------


def numbers_in(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of every published number of a score, but those inside a sentence."""
    if isinstance(value, dict):
        return [
            each
            for key, below in value.items()
            if key
            not in ("text", "found", "notes", "check", "moved", "title", "word", "schema", "reason", "cause", "code")
            for each in numbers_in(below, (*place, key))
        ]
    if isinstance(value, list):
        return [each for at, below in enumerate(value) for each in numbers_in(below, (*place, at))]
    is_number = isinstance(value, bool) or (isinstance(value, str) and verify._DECIMAL.fullmatch(value))
    return [place] if is_number else []


def another(value: Any) -> Any:
    """Not the same."""
    return not value if isinstance(value, bool) else str(D(value) + D("0.01"))


SCORED = Sheet(
    project="项目",
    rows=(
        Standing(row=1, code="13", name="及时率", parts=(
            Part(target=read("100%", name="率", category="13"), basis=Basis.MEASURED, value=Fraction(40900, 412),
                 counts=Counts(met=409, missed=3, not_counted=2), is_timely=True, value_put_back=Fraction(40900, 414),
                 counts_put_back=Counts(met=409, missed=5)),
        )),
        Standing(row=2, code="21", name="效果", parts=(Part(target=read("有效提升", name="效果", category="21"), basis=Basis.REVIEWED,
                 tier="达成", mark=D(85)),), by_hand=ByHand(D(7), "核查")),
        Standing(row=3, code="31", name="满意度", parts=(Part(target=read("≥95%", name="满意度", category="31"), basis=Basis.NONE),)),
    ),
    money=Money(full_year=D(1000), executed=D(932)),
)  # fmt: skip


def test_every_single_number_of_a_score_is_checked() -> None:
    made = score_as_json(score(SCORED, NATIONAL_2021))
    places = numbers_in(made)
    assert len(places) > 60
    for place in places:
        changed = json.loads(json.dumps(made))
        at = changed
        for step in place[:-1]:
            at = at[step]
        at[place[-1]] = another(at[place[-1]])
        assert differences(SCORED, NATIONAL_2021, changed), place
