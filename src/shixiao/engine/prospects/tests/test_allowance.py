"""How many may fail, both sides of each bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine import targets
from shixiao.engine.prospects.allowance import allowance, in_words


@pytest.mark.parametrize(
    ("wording", "cases", "may_fail", "least"),
    [
        ("≥99%", 60, 0, 100),
        ("≥99%", 99, 0, 100),
        ("≥99%", 100, 1, 100),
        ("≥99%", 199, 1, 100),
        (">99%", 100, 0, 101),
        (">99%", 101, 1, 101),
        ("≥95%", 60, 3, 20),
        ("≥90%", None, None, 10),
    ],
)
def test_of_so_many_cases_so_many_may_fail(wording: str, cases: int | None, may_fail: int | None, least: int) -> None:
    found = allowance(targets.read(wording, name="服务对象满意度"), cases)
    assert found is not None
    assert (found.may_fail, found.least) == (may_fail, least)


def test_everything_allows_nothing() -> None:
    found = allowance(targets.read("100%", name="及时率"), 500)
    assert found == (500, 0, None)


def test_a_share_of_faults_is_the_share_that_may_fail() -> None:
    found = allowance(targets.read("≤1%", name="投诉率"), 250)
    assert found == (250, 2, 100)


@pytest.mark.parametrize("wording", ["12次", "是", "良好", "≥150%", ""])
def test_what_is_no_share_has_no_allowance(wording: str) -> None:
    assert allowance(targets.read(wording, name="增长情况"), 60) is None


def test_the_sentence_says_that_the_first_one_fails_it() -> None:
    target = targets.read("≥99%", name="满意度")
    found = allowance(target, 60)
    assert found is not None
    said = in_words(found, target, "99%")
    assert "只有 60 件时，第一件" in said.zh
    assert "fails at the first" in said.en


@given(percent=st.integers(1, 100), cases=st.integers(1, 5000), is_strict=st.booleans())
def test_so_many_do_not_break_it_and_one_more_does(percent: int, cases: int, is_strict: bool) -> None:
    target = targets.read(f"{'>' if is_strict else '≥'}{percent}%", name="及时率")
    found = allowance(target, cases)
    assert found is not None
    assert found.may_fail is not None

    def holds(failed: int) -> bool:
        reached = (cases - failed) * 100
        return reached > percent * cases if is_strict else reached >= percent * cases

    assert not holds(found.may_fail + 1)
    assert holds(found.may_fail) or found.may_fail == 0
