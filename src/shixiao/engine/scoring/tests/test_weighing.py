"""Points shared out over the indicators of a project."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao.engine.scoring import PROFILES, Line, Profile, Unscorable, weigh
from shixiao.engine.scoring.profiles import CLASSES, Group, Move, Rounding
from shixiao.engine.scoring.shipped import HUBEI, NATIONAL_2020, NATIONAL_2021

D = Decimal


def lines(*codes: str) -> list[Line]:
    """One indicator of each class, without points of its own."""
    return [Line(number, code) for number, code in enumerate(codes, 1)]


def points(profile: Profile, *codes: str) -> list[str]:
    """The points of each row."""
    return [str(each) for each in weigh(lines(*codes), profile).by_row.values()]


@pytest.mark.parametrize(
    ("profile", "codes", "expected"),
    [
        (NATIONAL_2021, ("11", "21", "31", "41"), ["40.00", "20.00", "10.00", "20.00"]),
        (NATIONAL_2021, ("11", "21", "31"), ["50.00", "30.00", "10.00"]),
        (NATIONAL_2021, ("11", "21", "41"), ["40.00", "30.00", "20.00"]),
        (NATIONAL_2021, ("11", "21"), ["50.00", "40.00"]),
        (NATIONAL_2021, ("11",), ["90.00"]),
        (NATIONAL_2020, ("11", "21", "31"), ["50.00", "30.00", "10.00"]),
        (NATIONAL_2020, ("11", "14", "21", "31"), ["25.00", "25.00", "30.00", "10.00"]),
        (NATIONAL_2020, ("11", "41", "21"), ["25.00", "25.00", "40.00"]),
        (HUBEI, ("11", "21", "31"), ["40.00", "20.00", "20.00"]),
        (HUBEI, ("11", "21"), ["40.00", "40.00"]),
    ],
)
def test_points_by_the_classes_that_there_are(profile: Profile, codes: tuple[str, ...], expected: list[str]) -> None:
    assert points(profile, *codes) == expected
    assert weigh(lines(*codes), profile).is_right


def test_a_class_that_nothing_is_said_about_goes_to_all_others_in_proportion() -> None:
    """Without benefits, 20 of 101号 go to costs 20, outputs 40 and satisfaction 10: two, four and one of seven."""
    weights = weigh(lines("11", "31", "41"), NATIONAL_2021)
    assert {row: str(each) for row, each in weights.by_row.items()} == {1: "51.43", 2: "12.86", 3: "25.71"}
    assert weights.total == 100
    assert "项目没有效益指标，它的 20 分并入" in weights.moved[0].zh


def test_points_follow_on_where_the_group_they_go_to_is_missing_as_well() -> None:
    """Neither satisfaction nor benefits: the 10 that would go to benefits go on, with the 20 of benefits."""
    assert points(NATIONAL_2020, "11") == ["90.00"]
    assert points(NATIONAL_2021, "11", "41") == ["60.00", "30.00"]


def test_two_groups_that_name_each_other_end_with_the_others() -> None:
    first, second, third = NATIONAL_2020.groups
    groups = (
        first,
        replace(second, when_absent=(Move("satisfaction", D(30)),)),
        replace(third, when_absent=(Move("benefits", D(10)),)),
    )
    assert points(replace(NATIONAL_2020, groups=groups), "11") == ["90.00"]


def test_what_cannot_be_shared_evenly_goes_to_the_first_rows() -> None:
    assert points(NATIONAL_2021, "11", "12", "13", "21", "31", "41") == [
        "13.34",
        "13.33",
        "13.33",
        "20.00",
        "10.00",
        "20.00",
    ]


def test_an_office_may_share_out_whole_points() -> None:
    profile = replace(NATIONAL_2021, rounding=Rounding(weights=0))
    assert points(profile, "11", "12", "13", "21", "31", "41") == ["14", "13", "13", "20", "10", "20"]


def test_groups_of_second_level_classes() -> None:
    groups = (
        Group(code="quantity", title=NATIONAL_2020.title, classes=("11",), points=D(20)),
        replace(NATIONAL_2020.groups[0], points=D(30)),
        *NATIONAL_2020.groups[1:],
    )
    profile = replace(NATIONAL_2020, groups=groups)
    assert points(profile, "11", "11", "12", "21", "31") == ["10.00", "10.00", "30.00", "30.00", "10.00"]


# ---- points that are given -------------------------------------------------------------------------------------


def test_published_points_stay_as_they_are() -> None:
    given_ = [
        Line(1, "11", D(15)),
        Line(2, "12", D(25)),
        Line(3, "21", D(20)),
        Line(4, "31", D(10)),
        Line(5, "41", D(20)),
    ]
    weights = weigh(given_, NATIONAL_2021)
    assert list(weights.by_row.values()) == [D(15), D(25), D(20), D(10), D(20)]
    assert weights.is_right
    assert weights.check is None


def test_the_rest_of_a_group_goes_to_the_rows_without() -> None:
    given_ = [Line(1, "11", D(15)), Line(2, "12"), Line(3, "13"), Line(4, "21"), Line(5, "31"), Line(6, "41")]
    weights = weigh(given_, NATIONAL_2021)
    assert list(weights.by_row.values()) == [D(15), D("12.5"), D("12.5"), D(20), D(10), D(20)]


def test_a_published_sum_of_110_is_said_and_not_mended() -> None:
    given_ = [Line(1, "11", D(70)), Line(2, "21", D(20)), Line(3, "31", D(10))]
    weights = weigh(given_, NATIONAL_2020)
    assert weights.total == 110
    assert not weights.is_right
    assert weights.check is not None
    assert "合计 110，应为 100（产出指标 70，方案为 50；效益指标 20，方案为 30）" in weights.check.zh


def test_a_sum_of_100_that_differs_from_the_profile_is_said() -> None:
    given_ = [Line(1, "11", D(40)), Line(2, "21", D(40)), Line(3, "31", D(10))]
    weights = weigh(given_, NATIONAL_2020)
    assert weights.is_right
    assert weights.check is not None
    assert "与方案不同" in weights.check.zh


def test_the_points_printed_for_the_execution_count() -> None:
    given_ = [Line(1, "11", D(40)), Line(2, "21", D(40))]
    assert weigh(given_, NATIONAL_2020, execution=D(20)).total == 100
    assert weigh(given_, NATIONAL_2020, execution=D(20)).execution == 20
    assert weigh(given_, NATIONAL_2020, execution=D(0)).total == 80


@pytest.mark.parametrize("given_", ["40", "41", "50"])
def test_nothing_left_for_a_row_is_refused(given_: str) -> None:
    with pytest.raises(Unscorable) as raised:
        weigh([Line(1, "11", D(given_)), Line(2, "12"), Line(3, "21"), Line(4, "31"), Line(5, "41")], NATIONAL_2021)
    (fault,) = raised.value.faults
    assert fault.place == "row 2"
    assert f"已给出的合计 {given_}" in fault.text.zh


def test_a_hundredth_that_is_left_is_enough() -> None:
    rows = [Line(1, "11", D("39.99")), Line(2, "12"), Line(3, "21"), Line(4, "31"), Line(5, "41")]
    assert weigh(rows, NATIONAL_2021).by_row[2] == D("0.01")


def test_every_row_that_is_wrong_is_named() -> None:
    rows = [Line(1, ""), Line(2, "99"), Line(3, "11", D(-1)), Line(3, "12")]
    with pytest.raises(Unscorable) as raised:
        weigh(rows, NATIONAL_2021)
    assert [each.place for each in raised.value.faults] == ["row 1", "row 2", "row 3", "row 3"]


def test_a_project_without_indicators_is_refused() -> None:
    with pytest.raises(Unscorable, match="no indicators"):
        weigh([], NATIONAL_2021)


def test_rows_that_are_left_out_give_their_points_to_their_group() -> None:
    weights = weigh(lines("11", "12", "21", "31", "41"), NATIONAL_2021, left_out=[2])
    assert list(weights.by_row.values()) == [D(40), D(0), D(20), D(10), D(20)]
    weights = weigh(lines("11", "12", "21", "31", "41"), NATIONAL_2021, left_out=[4])
    assert list(weights.by_row.values()) == [D(20), D(20), D(30), D(0), D(20)]


# ---- laws ------------------------------------------------------------------------------------------------------

profiles = st.sampled_from(PROFILES)
projects = st.lists(st.sampled_from(CLASSES), min_size=1, max_size=40)


@settings(deadline=None)
@given(profile=profiles, codes=projects, digits=st.integers(0, 4))
def test_the_points_of_any_project_make_exactly_100(profile: Profile, codes: list[str], digits: int) -> None:
    weights = weigh(lines(*codes), replace(profile, rounding=Rounding(weights=digits)))
    assert weights.total == 100
    assert weights.check is None
    assert all(each >= 0 for each in weights.by_row.values())


@settings(deadline=None)
@given(profile=profiles, codes=projects, added=st.sampled_from(CLASSES))
def test_another_row_changes_only_its_own_group_and_those_that_had_its_points(
    profile: Profile, codes: list[str], added: str
) -> None:
    before, after = weigh(lines(*codes), profile).by_row, weigh(lines(*codes, added), profile).by_row
    group = profile.group_of(added)
    assert group is not None
    groups = [profile.group_of(code) for code in codes]
    if group not in groups:
        return
    for row, own in enumerate(groups, 1):
        if own != group:
            assert after[row] == before[row]
        else:
            assert after[row] <= before[row]


@settings(deadline=None)
@given(profile=profiles, codes=projects)
def test_rows_of_one_group_differ_by_one_last_digit_at_most(profile: Profile, codes: list[str]) -> None:
    by_row = weigh(lines(*codes), profile).by_row
    for group in profile.groups:
        own = [by_row[row] for row, code in enumerate(codes, 1) if profile.group_of(code) == group]
        assert not own or max(own) - min(own) <= D("0.01")
        assert own == sorted(own, reverse=True)
