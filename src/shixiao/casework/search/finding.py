"""What is found."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models import Max

from shixiao.casework.search import stores, terms, walking
from shixiao.casework.search.folding import Excerpt, excerpt
from shixiao.casework.search.grams import has_letters
from shixiao.casework.search.models import SearchText
from shixiao.casework.search.scopes import Scope
from shixiao.casework.search.terms import Refusal


class Hit(NamedTuple):
    """A case that has every word, and where its first word was written first."""

    case_id: int
    field: str
    excerpt: Excerpt


class Found(NamedTuple):
    """One page of hits. `before`: what to give to `find` for the next one, None where this was the last. `refusal`:
    why nothing was searched."""

    hits: tuple[Hit, ...]
    before: int | None = None
    refusal: Refusal | None = None


def find(term: str, *, within: Scope, limit: int = 50, before: int | None = None) -> Found:
    """The newest cases (below `before`) that have every word of `term` somewhere in their texts.

    Words stand between blanks and are searched as they are written, wildcards and operators included, in the spelling
    of `folding.fold`; one without a letter or a digit is looked for beside others, never alone. Never raises for a
    term, whatever is in it.
    """
    words = terms.read(term)
    if isinstance(words, Refusal):
        return Found((), refusal=words)
    if within.is_empty():
        return Found(())
    store = stores.of(connection)
    with store.asked():
        cases = list(islice(walking.cases(store, words, within, before=_end(before)), limit + 1))
        hits = _hits(store, cases[:limit], next(filter(has_letters, words)))
    return Found(hits, before=hits[-1].case_id if len(cases) > limit and hits else None)


def _end(before: int | None) -> int:
    """The case that is too new."""
    newest = SearchText.objects.aggregate(newest=Max("case_id"))["newest"] or 0
    return newest + 1 if before is None else max(min(before, newest + 1), 0)


def _hits(store: stores.Store, cases: Sequence[int], word: str) -> tuple[Hit, ...]:
    if not cases:
        return ()
    texts = store.first_texts(word, cases)
    return tuple(Hit(case_id, field, excerpt(text, word)) for case_id in cases for field, text in [texts[case_id]])
