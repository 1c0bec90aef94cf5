"""What is found, by whom, and in which order."""

import random
from datetime import datetime, timedelta

import pytest

from shixiao.casework import search
from shixiao.casework.search.tests.conftest import EVERYTHING, Put, cases

TITLE = "督2026-000123 关于印发《市政府办公厅OA系统运维管理办法》的通知（穗府办〔2026〕3号）"


@pytest.mark.parametrize(
    "term",
    [
        "运维",
        "办",
        "管理办法",
        "000123",
        "督2026-000123",
        "2026",
        "00123",  # people leave zeros out
        "oa",
        "OA系统",
        "ＯＡ",
        "穗府办〔2026〕3号",
        "穗府办 3号",
        "〔2026〕",
        "印发 通知 OA",
        "　运维　",
        "通\u200b知",
        "运\x00维",
        "办法》的通知(",  # the full-width bracket is the same
        "通知 （",
    ],
)
def test_a_title_is_found_by_what_stands_in_it(put: Put, term: str) -> None:
    put(7, TITLE)
    put(8, "关于高温津贴的请示")
    assert cases(term) == [7]


@pytest.mark.parametrize(
    "term",
    [
        "维运",
        "2027",
        "0001234",
        "通知 津贴",
        "运维%",
        "_维",
        "运*",
        "运维 OR 津贴",
        "NOT",
        '"运维',
        "运维' OR 1=1 --",
        "grams:运维",
        "运维:*",
        "unit000001",  # marks are no words
        "band12x0",
    ],
)
def test_a_title_is_not_found_by_what_does_not_stand_in_it_whatever_it_means_elsewhere(put: Put, term: str) -> None:
    put(7, TITLE)
    assert cases(term) == []


@pytest.mark.parametrize(
    ("term", "refusal"),
    [
        ("", "empty"),
        (" 　\n", "empty"),
        ("，。！", "unsearchable"),
        ("%", "unsearchable"),
        ("\x00", "unsearchable"),
        ("\ud83d", "unsearchable"),
        ("\u200b", "unsearchable"),
        ("政" * 129, "too_long"),
        ("政" * 10_000, "too_long"),
        (" ".join(chr(0x4E00 + n) for n in range(17)), "too_long"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_a_word(put: Put, term: str, refusal: str) -> None:
    put(7, "政" * 200 + "，。！%")
    found = search.find(term, within=EVERYTHING)
    assert (found.hits, found.before, found.refusal) == ((), None, refusal)


def test_the_longest_word_and_the_most_words_are_searched(put: Put) -> None:
    put(7, "政" * 200 + "".join(chr(0x4E00 + n) for n in range(16)))
    assert cases("政" * 128) == [7]
    assert cases(" ".join(chr(0x4E00 + n) for n in range(16))) == [7]


def test_halves_of_surrogate_pairs_neither_fail_nor_part_a_word(put: Put) -> None:
    put(7, "老旧\ud83d小区")
    assert cases("旧小") == cases("旧\udc00小") == [7]


def test_words_may_stand_in_different_texts_of_a_case(put: Put) -> None:
    put(7, "高温津贴的请示")
    put(7, "张三已核实", "remark/1")
    put(8, "高温津贴的请示")
    put(9, "张三已核实", "remark/2")
    assert cases("津贴 核实") == [7]


def test_a_case_comes_once_with_the_place_where_the_word_was_written_first(put: Put) -> None:
    put(7, "关于高温津贴的请示")
    put(7, "津贴津贴", "remark/1")
    (hit,) = search.find("津贴", within=EVERYTHING).hits
    assert (hit.case_id, hit.field) == (7, "title")
    assert hit.excerpt == ("关于高温", "津贴", "的请示")


def test_an_excerpt_shows_what_was_written_not_what_was_compared(put: Put) -> None:
    put(7, "前" * 50 + "ＯＡ　系统" + "后" * 80)
    (hit,) = search.find("oa系统", within=EVERYTHING).hits
    assert hit.excerpt == ("…" + "前" * 30, "ＯＡ 系统", "后" * 60 + "…")


def test_names_spread_over_a_line_and_lines_broken_in_a_word_are_found(put: Put) -> None:
    put(7, "姓　　名：王\n小明 address book")
    assert cases("姓名") == cases("王小明") == cases("address book") == [7]
    assert cases("addressbook") == []


# ---- long texts ------------------------------------------------------------------------------------------------


def _long(alphabet: str, seed: int) -> list[str]:
    return random.Random(seed).choices(alphabet, k=100_000)  # noqa: S311 — a text, not a secret


COMMON = "".join(chr(0x4E00 + n) for n in range(3000))
RARE = "".join(chr(0x20000 + n) for n in range(20_000))


@pytest.mark.parametrize(
    "alphabet", [COMMON, RARE, "政", "政a ", "0123456789"], ids=["common", "rare", "one", "mixed", "digits"]
)
def test_a_text_of_a_hundred_thousand_characters_is_found_by_every_part(put: Put, alphabet: str) -> None:
    characters = _long(alphabet, 1)
    places = [0, 255, 16_380, 16_384, 49_999, 99_990, *range(4090, 4700, 37)]
    for place in places:
        characters[place : place + 4] = f"榕{place:03}"[-1:] + "榕桥" + chr(0x9000 + place % 500)
    text = "".join(characters)
    put(7, text, "attachment/1")
    put(8, "".join(_long(alphabet, 2)), "attachment/1")
    for place in places:
        word = text[place + 1 : place + 4]
        assert cases(word) == [7], place
    for place in range(0, 99_000, 4999):
        word = text[place : place + 100].replace(" ", "")
        if text[place : place + 100].strip() == word:
            assert 7 in cases(word), place
    assert cases("桥榕") == []


def test_words_far_apart_in_a_long_text_are_found_together(put: Put) -> None:
    put(7, "榕树" + "".join(_long(COMMON, 1)) + "石桥", "attachment/1")
    assert cases("榕树 石桥") == [7]


# ---- order, scope ----------------------------------------------------------------------------------------------


def test_the_newest_case_comes_first_even_where_an_older_one_was_written_to_later(put: Put) -> None:
    for case_id in (3, 1, 70_000, 5000, 2):
        put(case_id, "河道整治")
    put(1, "河道已清", "remark/9")
    assert cases("河道") == [70_000, 5000, 3, 2, 1]


def test_the_next_page_begins_where_one_ended(put: Put) -> None:
    for case_id in range(1, 8):
        put(case_id, "河道")
    first = search.find("河道", within=EVERYTHING, limit=5)
    assert ([hit.case_id for hit in first.hits], first.before) == ([7, 6, 5, 4, 3], 3)
    second = search.find("河道", within=EVERYTHING, limit=5, before=3)
    assert ([hit.case_id for hit in second.hits], second.before) == ([2, 1], None)
    assert search.find("河道", within=EVERYTHING, limit=7).before is None


@pytest.mark.parametrize("before", [-5, 0, 1, 10**18])
def test_any_number_may_be_given_as_the_place_of_a_page(put: Put, before: int) -> None:
    put(1, "河道")
    assert cases("河道", before=before) == ([1] if before > 1 else [])


def test_only_cases_of_the_units_below_are_found(put: Put) -> None:
    for case_id, path in enumerate(("000001", "000001000002", "000001000020", "000002", "000001000002000003"), 1):
        put(case_id, "河道", path=path)
    assert cases("河道", search.Scope(("000001000002",))) == [5, 2]
    assert cases("河道", search.Scope(("000001",))) == [5, 3, 2, 1]
    assert cases("河道", search.Scope(("000002", "000001000020"))) == [4, 3]
    assert cases("河道", search.Scope(tuple(f"{n:06}" for n in range(2, 200)))) == [4]
    assert cases("河道", search.Scope(tuple(f"000001{n:06}" for n in range(1, 200, 2)))) == []
    assert cases("河道", search.Scope(("-",))) == []
    assert cases("河道", search.Scope(())) == []


def test_kinds_are_left_out_or_chosen(put: Put) -> None:
    put(1, "河道", kind="supervision")
    put(2, "河道", kind="discipline")
    assert cases("河道", search.Scope(None, without_kinds=("discipline",))) == [1]
    assert cases("河道", search.Scope(None, kinds=("discipline",))) == [2]
    assert cases("河道", search.Scope(None, kinds=())) == []


def test_the_time_of_opening_is_half_open(put: Put, now: datetime) -> None:
    put(1, "河道")
    later = now + timedelta(microseconds=1)
    assert cases("河道", search.Scope(None, opened_from=now, opened_until=later)) == [1]
    assert cases("河道", search.Scope(None, opened_from=later)) == []
    assert cases("河道", search.Scope(None, opened_until=now)) == []


def test_the_excluded_kind_and_a_scope_hold_for_several_words_too(put: Put) -> None:
    for case_id in range(1, 30):
        put(case_id, "河道 整治", path=f"{case_id % 3 + 1:06}", kind="k" if case_id % 2 else "discipline")
    scope = search.Scope(("000002",), without_kinds=("discipline",))
    assert cases("河道 整治", scope) == [25, 19, 13, 7, 1]
