"""What holds of every score, whatever stands in the sheet."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.engine.scoring import (
    PROFILES,
    Basis,
    ByHand,
    Counts,
    Member,
    Money,
    Part,
    Profile,
    Share,
    Sheet,
    Standing,
    of_department,
    profile_as_json,
    profile_from_json,
    score,
    score_as_json,
    sheet_as_json,
    sheet_from_json,
)
from shixiao.engine.scoring.examples import indicator, of_ten
from shixiao.engine.scoring.outcomes import Reached
from shixiao.engine.scoring.profiles import CLASSES, AllOf, LateStep, Rounding, Several, WhenNothing
from shixiao.engine.scoring.reaching import reach
from shixiao.engine.scoring.shipped import NATIONAL_2021
from shixiao.engine.targets import Reading, Verdict, judge, read

D = Decimal
LAW = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
WORDINGS = (
    "≥40期", ">40期", "≤5%", "<30分钟", "0起", "恰好20份", "10至20次", "±3%", "100%", "≥95%", "是", "否", "有效提升", "良好",
    "6月30日前", "≤预算", "每天巡查不少于2次，每年演练不少于4次", "按需",
)  # fmt: skip
numbers = st.decimals(-20, 300, places=2) | st.fractions(0, 200, max_denominator=500)
values = st.none() | st.booleans() | numbers | st.dates() | st.sampled_from(("优", "良", "中", "很多"))
counts = st.none() | st.builds(
    Counts,
    met=st.integers(0, 500),
    missed=st.integers(0, 500),
    pending=st.integers(0, 5),
    not_counted=st.integers(0, 5),
)


@st.composite
def parts(draw: st.DrawFn, target: Reading) -> Part:
    return Part(
        target=target,
        basis=draw(st.sampled_from(Basis)),
        value=draw(values),
        counts=draw(counts),
        is_timely=draw(st.booleans()),
        value_put_back=draw(st.none() | numbers),
        counts_put_back=draw(counts),
        mark=draw(st.none() | st.decimals(0, 100, places=1)),
        tier=draw(st.sampled_from(("", "", "达成", "partly", "优"))),
        budget=draw(st.none() | st.decimals(1, 100, places=2)),
        year=draw(st.sampled_from((None, 2026))),
    )


@cache
def understood(wording: str, code: str) -> Reading:
    return read(wording, name="指标", category=code)


@st.composite
def standings(draw: st.DrawFn, row: int) -> Standing:
    code, wording = draw(st.sampled_from(CLASSES)), draw(st.sampled_from(WORDINGS))
    target = understood(wording, code)
    return Standing(
        row=row,
        code=code,
        name="指标",
        parts=tuple(draw(parts(each)) for each in target.parts or (target,)),
        by_hand=draw(st.none() | st.just(ByHand(D(0), "核查"))),
        over_reason=draw(st.sampled_from(("", "增加了一期"))),
    )


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    amounts = st.none() | st.decimals(0, 2000, places=2)
    money = Money(
        full_year=draw(amounts), executed=draw(amounts), is_finished=draw(st.sampled_from((None, True, False)))
    )
    rows = tuple(draw(standings(row)) for row in range(1, draw(st.integers(1, 4)) + 1))
    return Sheet(project="项目", rows=rows, money=money)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    return replace(
        draw(st.sampled_from(PROFILES)),
        when_nothing=draw(st.sampled_from(WhenNothing)),
        several=draw(st.sampled_from(Several)),
        all_of=draw(st.sampled_from(AllOf)),
        late=draw(st.sampled_from(((), (LateStep(30, D(50)),)))),
        pass_line=draw(st.sampled_from((D(0), D(60)))),
        rounding=Rounding(points=draw(st.integers(0, 3)), weights=draw(st.integers(0, 3))),
    )


@LAW
@given(sheet=sheets(), profile=profiles())
def test_what_is_explained_is_exactly_what_is_missing(sheet: Sheet, profile: Profile) -> None:
    found = score(sheet, profile)
    assert found.weights.total == 100
    assert sum((each.lost for each in found.explanations), D(0)) == 100 - found.computed.points
    assert sum((each.lost for each in found.explanations if each.is_open), D(0)) == found.computed.open
    if found.with_hand is not None:
        assert sum((each.lost for each in found.explanations_by_hand), D(0)) == 100 - found.with_hand.points
    for line in found.lines:
        assert sum((each.lost for each in line.explanations), D(0)) == line.lost
        assert all(each.lost > 0 and each.text.zh and each.text.en for each in line.explanations)


@LAW
@given(sheet=sheets(), profile=profiles())
def test_no_row_has_less_than_nothing_or_more_than_its_weight(sheet: Sheet, profile: Profile) -> None:
    found = score(sheet, profile)
    for line in found.lines:
        assert 0 <= (line.points or 0) <= line.weight
        assert 0 <= line.open <= line.weight
        assert (line.points or 0) + line.open <= line.weight
        assert line.basis is not Basis.NONE or line.points != line.weight or not line.weight
    assert sum((line.points or D(0) for line in found.lines), D(0)) == found.computed.points
    assert 0 <= found.computed.points <= found.computed.most <= 100


@LAW
@given(sheet=sheets(), profile=profiles())
def test_without_evidence_there_are_no_points(sheet: Sheet, profile: Profile) -> None:
    nobody = tuple(
        replace(row, parts=tuple(replace(part, basis=Basis.NONE) for part in row.parts)) for row in sheet.rows
    )
    found = score(replace(sheet, rows=nobody, money=Money(full_year=None, executed=None)), profile)
    assert all(line.points is None for line in found.lines)
    assert (found.computed.points, found.computed.open) == (0, 100)


@LAW
@given(sheet=sheets(), profile=profiles())
def test_an_outsider_gets_the_same_digits_from_what_is_frozen(sheet: Sheet, profile: Profile) -> None:
    frozen = json.loads(json.dumps([sheet_as_json(sheet), profile_as_json(profile)]))
    again = sheet_from_json(frozen[0])
    assert again == sheet
    first, second = score(sheet, profile), score(again, profile_from_json(frozen[1]))
    assert json.dumps(score_as_json(second)) == json.dumps(score_as_json(first))


@LAW
@given(sheet=sheets(), profile=profiles(), data=st.data())
def test_the_order_of_rows_changes_no_more_than_who_has_the_last_digit(
    sheet: Sheet, profile: Profile, data: st.DataObject
) -> None:
    mixed = replace(sheet, rows=tuple(data.draw(st.permutations(sheet.rows))))
    step = Fraction(1, 10**profile.rounding.weights) + Fraction(1, 10**profile.rounding.points)
    before, after = ({line.row: line.weight for line in score(each, profile).rows} for each in (sheet, mixed))
    assert all(abs(Fraction(before[row]) - Fraction(after[row])) <= step for row in before)


@LAW
@given(sheet=sheets(), profile=profiles(), data=st.data())
def test_how_a_row_stands_changes_only_that_row(sheet: Sheet, profile: Profile, data: st.DataObject) -> None:
    profile = replace(profile, when_nothing=WhenNothing.FULL)
    changed = data.draw(st.sampled_from(sheet.rows))
    other = replace(changed, parts=tuple(data.draw(parts(part.target)) for part in changed.parts))
    rows = tuple(other if row is changed else row for row in sheet.rows)
    before, after = score(sheet, profile), score(replace(sheet, rows=rows), profile)
    assert [row for row in before.rows if row.row != changed.row] == [
        row for row in after.rows if row.row != changed.row
    ]
    assert before.execution == after.execution


BOUNDS = ("≥40期", ">40期", "≥95%", "≤5%", "<30分钟", "0起", "恰好20份", "10至20次", "±3%", "1期", "≤0起")


@settings(deadline=None)
@given(wording=st.sampled_from(BOUNDS), value=numbers)
def test_full_points_are_for_what_the_language_of_targets_calls_met(wording: str, value: Decimal | Fraction) -> None:
    target = read(wording, name="指标", category="12")
    outcome = reach(Part(target=target, basis=Basis.MEASURED, value=value), "12", NATIONAL_2021)
    assert isinstance(outcome, Reached)
    exact = D(value.numerator) / D(value.denominator) if isinstance(value, Fraction) else value
    if Fraction(exact) == Fraction(value):
        assert outcome.is_full is (judge(target, exact).verdict is Verdict.MET)


@settings(deadline=None)
@given(
    wording=st.sampled_from(("≥40期", ">40期", "≥95%", "≤5%", "<30分钟", "0起", "≤100万元")), one=numbers, other=numbers
)
def test_better_is_never_less(wording: str, one: Decimal | Fraction, other: Decimal | Fraction) -> None:
    target = read(wording, name="指标", category="12")
    low, high = sorted((one, other), key=Fraction)
    points = [
        of_ten(indicator(1, "12", "指标", wording, {"value": each}), NATIONAL_2021).points for each in (low, high)
    ]
    assert None not in points
    if target.sense.value == "at_least":
        assert points == sorted(points)  # type: ignore[type-var]
    else:
        assert points == sorted(points, reverse=True)  # type: ignore[type-var]


@settings(deadline=None)
@given(one=numbers, other=numbers, wording=st.sampled_from(("恰好20份", "10至20次", "±3%")))
def test_nearer_on_the_same_side_is_never_less(
    one: Decimal | Fraction, other: Decimal | Fraction, wording: str
) -> None:
    target = read(wording, name="指标", category="12")
    low, high = target.value or D(0), target.high if target.high is not None else target.value
    for side in (min, max):
        near, far = side(low, high), side  # type: ignore[type-var]
        on_side = [each for each in (one, other) if (Fraction(each) <= near if side is min else Fraction(each) >= near)]
        on_side.sort(key=lambda each: abs(Fraction(each) - Fraction(near)))
        points = [
            of_ten(indicator(1, "12", "指标", wording, {"value": each}), NATIONAL_2021).points for each in on_side
        ]
        assert points == sorted(points, reverse=True), (far, on_side)  # type: ignore[type-var]


@settings(deadline=None)
@given(met=st.integers(0, 60), missed=st.integers(0, 60))
def test_one_more_missed_never_helps(met: int, missed: int) -> None:
    def points(missed: int) -> Decimal:
        found = Counts(met=met, missed=missed)
        stand = {"value": Fraction(100 * met, found.counted) if found.counted else D(100), "counts": found}
        return of_ten(indicator(1, "13", "及时率", "≥95%", stand), NATIONAL_2021).points or D(0)

    assert points(missed + 1) <= points(missed)


@settings(deadline=None)
@given(
    values=st.lists(
        st.tuples(st.none() | st.decimals(0, 120, places=1), st.decimals("0.01", 999, places=2)), min_size=1, max_size=6
    ),
    share=st.sampled_from(Share),
)
def test_a_department_lies_between_its_projects(values: list[tuple[Decimal | None, Decimal]], share: Share) -> None:
    members = []
    for value, budget in values:
        row = indicator(1, "11", "份数", "≥100份", {"value": value})
        money = Money(full_year=budget, executed=budget)
        members.append(Member(score(Sheet(project="项目", rows=(row,), money=money), NATIONAL_2021), budget))
    found = of_department(members, share=share, profile=NATIONAL_2021)
    points = [each.score.computed.points for each in members]
    assert min(points) - D("0.01") <= found.total.points <= max(points)
    assert sum(each.lost for each in found.projects) == 100 - found.total.points
    assert sum(each.share for each in found.projects) == 1
    assert found.total.is_whole is all(each.score.computed.is_whole for each in members)
