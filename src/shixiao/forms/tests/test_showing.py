"""How numbers, dates and ticks are worded, and what the hash stands on."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from shixiao import forms
from shixiao.forms import Basis, Cause, Likelihood, hashing
from shixiao.forms.tests.making import MAKERS, made


def values(**given):
    return forms.shown(replace(made("summary", 0), **given)).values


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1361.61", "1,361.61"),
        ("70.3", "70.30"),
        ("0", "0.00"),
        ("-12345.6", "-12,345.60"),
        ("1400.000001", "1,400.000001"),
        ("1E+3", "1,000.00"),
        ("65.1500", "65.15"),
    ],
)
def test_an_amount_has_two_decimals_or_as_many_as_it_needs(number, text):
    assert values(adjusted=Decimal(number))["全年预算数合计"].text == text


def test_an_amount_that_is_not_known_is_blank_and_not_nought():
    assert values(adjusted=None)["全年预算数合计"].text == ""


@pytest.mark.parametrize(
    ("number", "text"), [("97.49", "97.49%"), ("100", "100%"), ("0", "0%"), ("102.590", "102.59%")]
)
def test_a_rate_is_per_cent(number, text):
    assert values(rate=Decimal(number))["总执行率"].text == text


@pytest.mark.parametrize(("number", "text"), [("94.350", "94.35"), ("100", "100"), ("1E+1", "10"), ("0.5", "0.5")])
def test_points_have_no_needless_noughts(number, text):
    content = replace(made("self_evaluation", 0), total_score=Decimal(number))
    assert forms.shown(content).values["总得分"].text == text


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_what_is_no_amount_is_refused(number):
    with pytest.raises(ValueError, match="no amount"):
        values(adjusted=Decimal(number))


def test_a_date_is_written_as_officials_write_it():
    assert values(made_on=date(2027, 1, 5))["填报日期"].text == "2027年1月5日"


def test_control_characters_go_and_line_ends_stay():
    assert values(remark="甲\x00\x0b\ud800乙\r\n丙\r丁\t戊\u3000")["说明"].text == "甲乙\n丙\n丁 戊\u3000"


def test_ticks_stand_under_their_words():
    indicator = replace(
        made("monitoring", 1).indicators[0],
        causes=frozenset({Cause.STAFF, Cause.OTHER}),
        likelihood=Likelihood.POSSIBLE,
    )
    row = forms.shown(replace(made("monitoring", 1), indicators=(indicator,))).rows["指标"][0]
    ticked = {name for name, value in row.items() if value.text == "√"}
    assert ticked == {"人员保障", "其他", "有可能"}
    assert {each.value for each in (*Cause, *Likelihood)} <= set(row)


def test_reason_and_improvement_share_a_cell_without_an_empty_line():
    rows = {}
    for reason, improvement in (("甲", "乙"), ("", "乙"), ("甲", ""), ("", "")):
        indicator = replace(made("self_evaluation", 1).indicators[0], reason=reason, improvement=improvement)
        content = replace(made("self_evaluation", 1), indicators=(indicator,))
        rows[reason + improvement] = forms.shown(content).rows["指标"][0]["偏差原因分析及改进措施"].text
    assert rows == {"甲乙": "甲\n乙", "乙": "乙", "甲": "甲", "": ""}


def test_equal_cells_merge_within_the_column_before():
    levels = [("甲", "一"), ("甲", "一"), ("甲", "二"), ("乙", "二"), ("乙", "二"), ("甲", "二")]
    base = made("report", 1).lines[0]
    lines = tuple(replace(base, level1=first, level2=second) for first, second in levels)
    rows = forms.shown(replace(made("report", 1), lines=lines)).rows["评分"]
    assert [row["一级指标"].span for row in rows] == [3, 0, 0, 2, 0, 1]
    assert [row["二级指标"].span for row in rows] == [2, 0, 1, 2, 0, 1]


# ---- the hash ------------------------------------------------------------------------------------------------


def test_the_hash_is_that_of_a_text_that_anybody_can_write():
    content = forms.Report(
        year="2026",
        made_on=date(2027, 1, 5),
        source="甲",
        project="乙",
        department="丙",
        unit="丁",
        lines=(forms.Scored(level1="一", level2="二", level3="三", weight=Decimal("10.0")),),
    )
    fields = {
        "year": "2026",
        "made_on": "2027-01-05",
        "source": "甲",
        "filled_by": "",
        "head_of_unit": "",
        "telephone": "",
        "simulated": False,
        "project": "乙",
        "department": "丙",
        "unit": "丁",
        "sections": [],
        "grade": "",
        "total_weight": None,
        "total_score": None,
        "lines": [
            {"level1": "一", "level2": "二", "level3": "三", "weight": "10", "score": None, "explanation": ""},
        ],
    }
    text = json.dumps(
        {"schema": "shixiao-form/1", "form": "report", "content": fields}, sort_keys=True, separators=(",", ":")
    )
    assert forms.canonical(content).decode() == text
    assert forms.content_hash(content) == sha256(text.encode()).hexdigest()


PINNED = "23f3cdd4f413bc2b706124e70c9fc6a4ce0fc76249e96efc507f7c53c5b65c54"


def test_version_one_of_the_hash_stays_what_it_is():
    assert forms.content_hash(made("monitoring", 2)) == PINNED


def test_the_hash_changes_with_every_value_and_not_with_the_writing_of_a_number():
    content = made("self_evaluation", 2)
    mark = forms.content_hash(content)
    assert forms.content_hash(replace(content, total_score=Decimal("94.35"))) == mark
    indicator = content.indicators[1]
    changes = (
        replace(content, total_score=Decimal("94.36")),
        replace(content, simulated=False),
        replace(content, made_on=date(2027, 1, 16)),
        replace(content, indicators=content.indicators[::-1]),
        replace(content, indicators=(content.indicators[0], replace(indicator, basis=Basis.REVIEWED))),
        replace(content, expected_goal=content.expected_goal + " "),
    )
    assert len({mark, *map(forms.content_hash, changes)}) == 7


@pytest.mark.parametrize("form", MAKERS)
def test_every_form_has_its_own_word_in_the_hash(form):
    assert json.loads(forms.canonical(made(form, 1)))["form"] == form
    assert hashing.code(form, "0" * 64).startswith(f"shixiao-form/1 {form} sha256:0000")
