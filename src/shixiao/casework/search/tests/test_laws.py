"""What is found is what a person with all texts and all patience would find."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.casework import search
from shixiao.casework.search import folding, grams, walking
from shixiao.casework.search.tests.conftest import EVERYTHING, cases

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
LONGEST = 6
# Few characters, so that words repeat and meet at borders; and some of every awkward sort.
LETTERS = "财政局aA1２ＢßÉe\u0301ｶﾞ㎡𠀀〇 　\n-〔%_\"'\x00\u200b"
UNITS = ("000001", "000001000002", "000001000003", "000001000003000004", "000005")
texts = st.text(LETTERS, max_size=160)
parts = st.tuples(st.integers(1, 40), st.sampled_from(("title", "remark/1")), texts, st.sampled_from(UNITS))
words = st.lists(st.text(LETTERS, min_size=1, max_size=LONGEST), min_size=1, max_size=3)
paths = st.lists(st.sampled_from((*UNITS, "")), max_size=3).map(tuple)
kinds = st.lists(st.integers(0, 5).map("kind-{}".format), max_size=5).map(tuple)
scopes = st.tuples(st.none() | paths, st.just(()), st.none() | kinds).map(lambda limits: search.Scope(*limits))
quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def _everything_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few characters, bands of two, eight and sixteen cases, and a word is rare with two places."""
    monkeypatch.setattr(folding, "OVERLAP", 4 * LONGEST)
    monkeypatch.setattr(folding, "LENGTH", 4 * LONGEST + 10)
    monkeypatch.setattr(grams, "BANDS", (1, 3, 4))
    monkeypatch.setattr(walking, "CAP", 2)


class _TakeBack(Exception):
    """Ends an example, and nothing of it stays."""


@contextmanager
def _taken_back() -> Iterator[None]:
    with suppress(_TakeBack), transaction.atomic():
        yield
        raise _TakeBack


def kind(case_id: int) -> str:
    return f"kind-{case_id % 5}"


def expected(standing: dict[tuple[int, str], str], units: dict[int, str], term: str, scope: search.Scope) -> list[int]:
    asked = [word for each in term.split() for word in folding.fold(each).split()]
    if not any(map(grams.has_letters, asked)):
        return []
    found = []
    for case_id in sorted({case_id for case_id, _ in standing}, reverse=True):
        if scope.paths is not None and not units[case_id].startswith(scope.paths):
            continue
        if scope.kinds is not None and kind(case_id) not in scope.kinds:
            continue
        of_case = [folding.fold(folding.clean(text)) for (of, _), text in standing.items() if of == case_id]
        if all(any(word in text for text in of_case) for word in asked):
            found.append(case_id)
    return found


@quick
@given(first=st.lists(parts, max_size=25), later=st.lists(parts, max_size=8), asked=words, scope=scopes)
def test_a_search_equals_looking_through_everything(db: None, first, later, asked, scope) -> None:
    units = {case_id: path for case_id, _, _, path in first + later}
    entries = [
        search.Entry(case_id, field, text, kind(case_id), units[case_id], NOW)
        for case_id, field, text, _ in first + later
    ]
    standing = {(entry.case_id, entry.field): entry.text for entry in entries}
    with _taken_back():
        search.put_many(entries[: len(first)])
        for entry in entries[len(first) :]:
            search.put(entry)
        assert cases(" ".join(asked), scope) == expected(standing, units, " ".join(asked), scope)
        # a word that is there, cut from a text
        for entry in entries[:6]:
            folded = folding.fold(entry.text)
            for at in range(0, len(folded), 17):
                word = folded[at : at + LONGEST]
                assert cases(word, scope) == expected(standing, units, word, scope)
        assert search.differences() == []


@quick
@given(entries=st.lists(parts, max_size=25), asked=words, limit=st.integers(1, 4))
def test_pages_end_to_end_are_one_long_page(db: None, entries, asked, limit: int) -> None:
    with _taken_back():
        search.put_many([search.Entry(case_id, field, text, "k", "000001", NOW) for case_id, field, text, _ in entries])
        whole = cases(" ".join(asked), limit=1000)
        pages, before = [], None
        while True:
            page = search.find(" ".join(asked), within=EVERYTHING, limit=limit, before=before)
            pages += [hit.case_id for hit in page.hits]
            before = page.before
            if before is None:
                break
        assert pages == whole


@quick
@given(text=st.text(max_size=300), word=st.text(max_size=8))
def test_folding_twice_is_folding_once_and_cleaning_changes_nothing_for_it(text: str, word: str) -> None:
    assert folding.fold(folding.fold(text)) == folding.fold(text)
    assert folding.fold(folding.clean(text)) == folding.fold(text)


@quick
@given(text=st.text(max_size=60), word=st.text(min_size=1, max_size=8))
def test_the_grams_of_a_word_are_among_those_of_every_text_with_it(text: str, word: str) -> None:
    word = folding.fold(word)
    assert grams.of_word(word) <= grams.of_text(folding.fold(text[:20]) + word + folding.fold(text[20:]))


@quick
@given(text=st.text(LETTERS, min_size=60, max_size=200))
def test_every_word_lies_whole_in_a_piece_and_no_piece_has_one_of_its_own(text: str) -> None:
    folded = folding.fold(text)
    in_pieces = [folding.fold(piece) for piece in folding.pieces(folding.clean(text))]
    assert all(piece in folded for piece in in_pieces)
    for start in range(len(folded)):
        word = folded[start : start + LONGEST]
        assert any(word in piece for piece in in_pieces)


def test_where_a_word_is_neither_rare_nor_new_no_case_is_passed_over(db: None) -> None:
    """With two places for rare, sixty cases in a row take every turn of the walk."""
    search.put_many([search.Entry(case_id, "title", "财政局", "k", "000001", NOW) for case_id in range(1, 61)])
    assert cases("财政", limit=100) == list(range(60, 0, -1))
    assert cases("财政 政局", limit=100) == list(range(60, 0, -1))


@quick
@given(text=st.text(LETTERS, max_size=400), start=st.integers(0, 400), length=st.integers(1, LONGEST))
def test_an_excerpt_marks_what_was_searched(text: str, start: int, length: int) -> None:
    word = folding.fold(text)[start : start + length].strip()
    found = folding.excerpt(folding.clean(text), word)
    assert word in folding.fold(found.match)
