"""Values read by the sorts of their fields; both sides of each boundary."""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.casework import Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.registers.fields import (
    Choice,
    Field,
    Sort,
    as_json,
    free_code,
    from_json,
    merged,
    missing,
    name_key,
    read_values,
    split,
)

ZONE = ZoneInfo("Asia/Shanghai")
OF = Text("“甲”", "“甲”")


def read(sort: Sort, value: Any, **more: Any) -> Any:
    field = Field(code="it", title="这一项", sort=sort, **more)
    values, texts = split([field], {"it": value})
    found = read_values([field], values, texts, zone=ZONE, of=OF)
    return {**found[0], **found[1]}["it"]


@pytest.mark.parametrize(
    ("sort", "given", "wanted"),
    [
        (Sort.NUMBER, "１２．５０", "12.5"),
        (Sort.NUMBER, "1,200 人", "1200"),
        (Sort.NUMBER, 45, "45"),
        (Sort.NUMBER, "-0.0001", "-0.0001"),
        (Sort.NUMBER, "999999999999.9999", "999999999999.9999"),
        (Sort.MONEY, "1,200.5元", "1200.50"),
        (Sort.MONEY, "-3", "-3.00"),
        (Sort.DATE, "2026年6月3日", "2026-06-03"),
        (Sort.DATE, date(2026, 6, 3), "2026-06-03"),
        (Sort.CHOICE, "讲座", "lecture"),
        (Sort.CHOICE, "lecture", "lecture"),
        (Sort.PERSON, "12", 12),
        (Sort.TEXT, " 保密教育\r\n第二行 ", "保密教育\n第二行"),
        (Sort.ATTACHMENT, "0f" * 32, "0f" * 32),
        (Sort.TEXT, "  ", ""),
        (Sort.NUMBER, "", ""),
    ],
)
def test_what_is_meant_is_read(sort: Sort, given: Any, wanted: Any) -> None:
    more = {
        Sort.NUMBER: {"unit": "人"},
        Sort.CHOICE: {"choices": (Choice(code="lecture", title="讲座"), Choice(code="online", title="网上"))},
    }
    assert read(sort, given, **more.get(sort, {})) == wanted


@pytest.mark.parametrize(
    ("sort", "given"),
    [
        (Sort.NUMBER, "1000000000000"),
        (Sort.NUMBER, "0.00001"),
        (Sort.NUMBER, "1e3"),
        (Sort.NUMBER, 0.5),
        (Sort.NUMBER, True),
        (Sort.NUMBER, "四十"),
        (Sort.MONEY, "1.005"),
        (Sort.DATE, "2026-02-30"),
        (Sort.CHOICE, "郊游"),
        (Sort.PERSON, "张三"),
        (Sort.PERSON, "-1"),
        (Sort.UNIT, "9" * 30),
        (Sort.TEXT, "甲\x07"),
        (Sort.TEXT, "密级：机密"),
        (Sort.TEXT, 5),
        (Sort.ATTACHMENT, "照片.jpg"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_field(sort: Sort, given: Any) -> None:
    with pytest.raises(Refused) as refused:
        read(sort, given)
    assert refused.value.field == ("texts.it" if sort is Sort.TEXT else "values.it")
    assert refused.value.text.zh


def test_a_text_among_the_values_is_sent_to_its_place() -> None:
    field = Field(code="it", title="事由", sort=Sort.TEXT)
    with pytest.raises(Refused, match="belongs into texts"):
        read_values([field], {"it": "甲"}, {}, zone=ZONE, of=OF)


def test_an_empty_value_takes_away_and_what_is_required_is_missed() -> None:
    field = Field(code="it", title="人数", sort=Sort.NUMBER, is_required=True)
    values = merged({"it": "4", "other": "1"}, {"it": ""})
    assert values == {"other": "1"}
    assert [(each.field, each.text.zh) for each in missing([field], values, {})] == [("values.it", "请填写人数。")]
    assert missing([field], {"it": "0"}, {}) == []


@given(st.decimals(min_value=Decimal(-(10**12) + 1), max_value=Decimal(10**12) - 1, places=4))
def test_a_number_is_kept_exactly_and_read_again_as_itself(number: Decimal) -> None:
    written = read(Sort.NUMBER, f"{number:f}")
    assert Decimal(written) == number
    assert read(Sort.NUMBER, written) == written


@given(st.lists(st.tuples(st.text(max_size=8), st.sampled_from(list(Sort))), max_size=6))
def test_codes_that_are_made_up_are_codes_and_differ(given: list[tuple[str, Sort]]) -> None:
    taken: set[str] = set()
    for title, sort in given:
        code = free_code(title, sort.value, taken)
        assert code not in taken
        assert code.isascii()
        taken.add(code)


def test_fields_are_stored_and_read_again() -> None:
    fields = (
        Field(code="a", title="甲", sort=Sort.NUMBER, unit="人", is_required=True),
        Field(code="b", title="乙", sort=Sort.CHOICE, choices=(Choice(code="x", title="丙"),)),
    )
    assert from_json(as_json(fields)) == fields


def test_names_that_people_call_the_same_have_one_key() -> None:
    assert name_key("学习 培训 Ａ") == name_key("学习培训a")
    assert name_key("学习培训") != name_key("学习培训班")
