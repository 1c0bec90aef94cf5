"""Profiles: those that come with the program, which one is in force, and an office's own checked whole."""

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shixiao.engine.scoring import PROFILES, NoProfile, Profile, Unscorable, by_code, faults_of, profile_for
from shixiao.engine.scoring.profile_json import _READERS, profile_as_json, profile_from_json
from shixiao.engine.scoring.profiles import SourceKind
from shixiao.engine.scoring.shipped import HUBEI, NATIONAL_2020, NATIONAL_2021

D = Decimal


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.code)
def test_every_profile_of_the_house_is_sound_and_comes_back_from_json(profile: Profile) -> None:
    assert faults_of(profile) == []
    written = json.loads(json.dumps(profile_as_json(profile), ensure_ascii=False))
    assert profile_from_json(written) == profile


def test_only_rules_that_were_verified_are_named_by_number() -> None:
    numbers = {each.source.number for each in PROFILES if each.source.kind is SourceKind.RULE}
    assert numbers == {"财预〔2020〕10号", "财预〔2021〕101号"}
    assert all(not each.source.number for each in PROFILES if each.source.kind is not SourceKind.RULE)
    assert all("默认值" in each.source.text.zh for each in PROFILES)


@pytest.mark.parametrize(
    ("code", "execution", "points"),
    [
        ("national-2020", "10", {"outputs": 50, "benefits": 30, "satisfaction": 10}),
        ("national-2021", "10", {"costs": 20, "outputs": 40, "benefits": 20, "satisfaction": 10}),
        ("national-2021-steps", "10", {"costs": 20, "outputs": 40, "benefits": 20, "satisfaction": 10}),
        ("hubei", "20", {"outputs": 40, "benefits": 40}),
        ("yongde", "10", {"outputs": 40, "benefits": 30, "satisfaction": 20}),
    ],
)
def test_the_points_are_those_of_the_published_tables(code: str, execution: str, points: dict[str, int]) -> None:
    profile = by_code(code)
    assert profile.execution.points == D(execution)
    assert {group.code: group.points for group in profile.groups} == points


# ---- which one -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "place", "code"),
    [
        (date(2021, 8, 17), "", "national-2020"),
        (date(2021, 8, 18), "", "national-2021"),
        (date(2020, 2, 25), "广东省广州市", "national-2020"),
        (date(2026, 12, 31), "广东省广州市", "national-2021"),
        (date(2026, 12, 31), "湖北省武汉市", "hubei"),
        (date(2026, 12, 31), "湖北省", "hubei"),
        (date(2026, 12, 31), "湖", "national-2021"),
        (date(2026, 12, 31), "云南省永德县", "yongde"),
        (date(2026, 12, 31), "云南省", "national-2021"),
    ],
)
def test_the_one_that_names_most_of_the_place_is_in_force(day: date, place: str, code: str) -> None:
    assert profile_for(day, place=place).code == code


def test_before_the_first_rule_there_is_none_and_the_next_step_is_said() -> None:
    with pytest.raises(NoProfile) as raised:
        profile_for(date(2020, 2, 24))
    assert "2020-02-24" in raised.value.text.zh
    assert "指定" in raised.value.text.zh


def test_an_offices_own_comes_before_the_house_and_the_newest_before_older_ones() -> None:
    old = replace(NATIONAL_2021, code="own-2022", place="湖北省", applies_from=date(2022, 1, 1))
    new = replace(old, code="own-2024", applies_from=date(2024, 1, 1), until=date(2025, 1, 1))
    own = (old, new)
    assert profile_for(date(2023, 12, 31), place="湖北省武汉市", own=own).code == "own-2022"
    assert profile_for(date(2024, 12, 31), place="湖北省武汉市", own=own).code == "own-2024"
    assert profile_for(date(2025, 1, 1), place="湖北省武汉市", own=own).code == "own-2022"
    assert profile_for(date(2024, 12, 31), place="湖南省", own=own).code == "national-2021"


def test_a_profile_for_a_level_is_for_that_level_only() -> None:
    city = replace(NATIONAL_2021, code="cities", level="city", applies_from=date(2022, 1, 1))
    assert profile_for(date(2026, 1, 1), level="city", own=[city]).code == "cities"
    assert profile_for(date(2026, 1, 1), level="county", own=[city]).code == "national-2021"
    assert profile_for(date(2026, 1, 1), own=[city]).code == "national-2021"


def test_a_variant_is_never_chosen_by_itself() -> None:
    variant = replace(NATIONAL_2021, code="variant", place="广东省", is_chosen=False)
    assert profile_for(date(2026, 1, 1), place="广东省", own=[variant]).code == "national-2021"
    assert by_code("variant", own=[variant]) is variant


def test_an_unknown_code_names_those_that_there_are() -> None:
    with pytest.raises(NoProfile) as raised:
        by_code("guangdong")
    assert "hubei" in raised.value.text.en


# ---- grades and tiers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.99", "中"),
        ("60", "中"),
        ("59.99", "差"),
        ("0", "差"),
    ],
)
def test_grades_begin_at_their_bound(points: str, grade: str) -> None:
    band = NATIONAL_2021.band_of(D(points))
    assert band is not None
    assert band.word.zh == grade


@pytest.mark.parametrize(
    ("mark", "national", "hubei"),
    [
        ("100", "reached", "reached"),
        ("80", "reached", "reached"),
        ("79.99", "partly", "partly"),
        ("60", "partly", "partly"),
        ("59.99", "missed", "partly"),
        ("50", "missed", "partly"),
        ("49.99", "missed", "missed"),
        ("0", "missed", "missed"),
    ],
)
def test_tiers_include_their_lower_bound(mark: str, national: str, hubei: str) -> None:
    found = [profile.tier_of(D(mark)) for profile in (NATIONAL_2020, HUBEI)]
    assert [tier.code if tier else None for tier in found] == [national, hubei]


def test_a_mark_beyond_the_tiers_is_in_none() -> None:
    assert NATIONAL_2021.tier_of(D("100.01")) is None
    assert NATIONAL_2021.tier_of(D("-0.01")) is None


def test_the_longer_class_wins() -> None:
    groups = (replace(NATIONAL_2020.groups[0], code="quantity", classes=("11",)), *NATIONAL_2020.groups)
    profile = replace(NATIONAL_2020, groups=groups)
    assert [group.code if (group := profile.group_of(code)) else None for code in ("11", "12", "41", "", "51")] == [
        "quantity",
        "outputs",
        "outputs",
        None,
        None,
    ]


# ---- an office's own -------------------------------------------------------------------------------------------


def written() -> dict[str, Any]:
    """The JSON of a sound profile."""
    return profile_as_json(NATIONAL_2021)


def refused(form: Any) -> dict[str, str]:
    """The faults by place, in Chinese."""
    with pytest.raises(Unscorable) as raised:
        profile_from_json(form)
    assert all(each.text.zh and each.text.en for each in raised.value.faults)
    return {each.place: each.text.zh for each in raised.value.faults}


def test_points_that_add_up_to_110_are_refused_with_the_sum() -> None:
    """Zhongjiang's form: outputs 70, benefits 20, satisfaction 10, execution 10."""
    form = profile_as_json(NATIONAL_2020)
    form["groups"][0]["points"], form["groups"][1]["points"] = 70, 20
    faults = refused(form)
    assert list(faults) == ["groups"]
    assert "110（10 + 70 + 20 + 10）" in faults["groups"]


def test_a_hundredth_too_much_is_too_much() -> None:
    form = written()
    form["execution"]["points"] = "10.01"
    assert "100.01" in refused(form)["groups"]


def test_a_gap_and_an_overlap_between_tiers_are_told_apart() -> None:
    form = written()
    form["tiers"][1]["high"] = 75
    assert "75 到 80 之间有空档" in refused(form)["tiers[1].high"]
    form["tiers"][1]["high"] = "80.5"
    assert "80 到 80.5 之间有重叠" in refused(form)["tiers[1].high"]


def test_tiers_begin_at_100_and_end_at_0() -> None:
    form = written()
    form["tiers"][0]["high"] = 95
    form["tiers"][2]["low"] = 5
    faults = refused(form)
    assert "空档" in faults["tiers[0].high"]
    assert "现在到 5" in faults["tiers"]
    assert "tiers" in refused({**written(), "tiers": []})


def test_a_tier_upside_down_is_refused() -> None:
    form = written()
    form["tiers"][1] |= {"low": 80, "high": 60}
    assert "不小于上界" in refused(form)["tiers[1]"]


def test_bands_out_of_order_are_refused() -> None:
    form = written()
    form["bands"][1]["at_least"] = 90
    assert "由高到低" in refused(form)["bands[1].at_least"]
    form["bands"][1]["at_least"] = "89.99"
    assert profile_from_json(form).bands[1].at_least == D("89.99")


def test_bands_end_at_0_and_have_words_of_their_own() -> None:
    form = written()
    form["bands"][3]["at_least"] = 1
    form["bands"][2]["word"] = "优"
    faults = refused(form)
    assert "0 分起" in faults["bands"]
    assert "重复" in faults["bands[2].word"]


def test_points_that_move_are_those_of_the_group_and_go_somewhere_else() -> None:
    form = written()
    form["groups"][0]["when_absent"][0]["points"] = 9
    assert "移出 19 分，应为它的 20 分" in refused(form)["groups[0].when_absent"]
    form = written()
    form["groups"][3]["when_absent"][0]["to"] = "satisfaction"
    assert "没有另一组" in refused(form)["groups[3].when_absent[0].to"]


def test_every_class_has_one_group() -> None:
    form = written()
    form["groups"][0]["classes"] = ["41", "42"]
    assert "43" in refused(form)["groups"]
    form["groups"][0]["classes"] = ["4", "1"]
    assert "第 1 组里已经有了" in refused(form)["groups[1].classes[0]"]
    form["groups"][0]["classes"] = ["4", "5"]
    assert "没有“5”这一类" in refused(form)["groups[0].classes[1]"]


def test_steps_go_down_and_reach_0() -> None:
    form = profile_as_json(by_code("national-2021-steps"))
    form["execution"]["steps"][1]["at_least"] = 80
    assert "由高到低" in refused(form)["execution.steps[1]"]
    form["execution"]["steps"] = []
    assert "从 0 起" in refused(form)["execution.steps"]
    form = profile_as_json(by_code("national-2021-steps"))
    form["satisfaction"] = form["satisfaction"][:-1]
    assert "从 0 起" in refused(form)["satisfaction"]


def test_deductions_join_and_lie_above_100() -> None:
    form = written()
    steps = [{"at_least": 200, "below": 300, "share": 10}, {"at_least": 300, "below": None, "share": 20}]
    form["over"]["deductions"] = steps
    assert len(profile_from_json(form).over.deductions) == 2
    for first, second in (((200, 300), 301), ((200, 300), 299), ((99, 300), 300), ((300, 300), 300)):
        steps[0] |= {"at_least": first[0], "below": first[1]}
        steps[1]["at_least"] = second
        assert any(place.startswith("over.deductions") for place in refused(form))


def test_an_explanation_is_asked_above_100_only() -> None:
    form = written()
    form["over"]["explain_from"] = 100
    assert "over.explain_from" in refused(form)
    form["over"]["explain_from"] = "100.01"
    assert profile_from_json(form).over.explain_from == D("100.01")
    form["over"]["explain_from"] = None
    assert profile_from_json(form).over.explain_from is None


def test_it_ends_after_it_begins() -> None:
    form = written()
    form["until"] = form["applies_from"]
    assert "不在起用日" in refused(form)["until"]


def test_late_steps_grow() -> None:
    form = written()
    form["late"] = [{"days": 10, "share": 80}, {"days": 10, "share": 50}]
    assert "late[1]" in refused(form)
    form["late"][1]["days"] = 11
    assert len(profile_from_json(form).late) == 2


def test_everything_that_is_wrong_is_named_at_once_with_its_place() -> None:
    form = written()
    form["applies_from"] = "2026-02-30"
    form["groups"][2]["points"] = "twenty"
    form["tiers"][0]["lowest"] = 80
    del form["bands"][1]["at_least"]
    form["rounding"]["points"] = True
    form["when_nothing"] = "half"
    form["source"] = []
    form["late"] = {}
    form["is_chosen"] = 1
    form["place"] = 3
    form["titel"] = "x"
    form["schema"] = 2
    assert set(refused(form)) == {
        "schema",
        "titel",
        "applies_from",
        "groups[2].points",
        "tiers[0].lowest",
        "bands[1].at_least",
        "rounding.points",
        "when_nothing",
        "source",
        "late",
        "is_chosen",
        "place",
    }


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e99", True, None, [], "12,5", 0.1234567890123])
def test_what_is_no_plain_number_is_refused(number: Any) -> None:
    form = written()
    form["execution"]["points"] = number
    assert "execution.points" in refused(form)


@pytest.mark.parametrize("form", [None, [], 3, "x", {}])
def test_what_is_no_profile_at_all_is_refused(form: Any) -> None:
    assert refused(form)


def test_numbers_may_be_texts_and_words_may_be_in_one_language() -> None:
    form = written()
    form["pass_line"] = 12.5
    form["title"] = "本市"
    profile = profile_from_json(form)
    assert profile.pass_line == D("12.5")
    assert profile.title.en == "本市"


def test_what_is_left_out_has_its_default() -> None:
    form = written()
    for key in ("over", "late", "satisfaction", "rounding", "when_nothing", "several", "all_of", "pass_line"):
        del form[key]
    assert profile_from_json(form) == NATIONAL_2021


def test_the_reader_knows_every_field() -> None:
    for made, readers in _READERS.items():
        assert {each.name for each in fields(made)} == set(readers)


def test_too_many_digits_and_impossible_shares_are_refused() -> None:
    form = written()
    form["rounding"]["points"] = 5
    form["execution"]["points"] = "9.999"
    form["groups"][0]["points"] = "20.001"
    form["groups"][0]["when_absent"][0]["points"] = "10.001"
    form["pass_line"] = 101
    assert {"rounding.points", "execution.points", "groups[0].points", "pass_line"} <= set(refused(form))
