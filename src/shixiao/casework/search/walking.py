"""Newest first: how far back to look, so that a frequent word costs no more than its first page.

Pure: what a window holds is asked of a `Store`. A word is asked for in the newest few thousand cases first; that is
enough where it is frequent. Then everywhere, up to CAP answers: that is enough where it is rare. Where it is neither,
the window is cut into sixteen, and each is asked in the same way.

Of several words that one leads which has the fewest places; in the cases it names the others are looked for.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from shixiao.casework.search import grams
from shixiao.casework.search.scopes import Scope
from shixiao.casework.search.stores import Store, Window

CAP = 1000
_ALL = 1 << 31
_AT_ONCE = 100


def cases(store: Store, words: Sequence[str], scope: Scope, *, before: int) -> Iterator[int]:
    """The cases below `before` in which every one of `words` stands, newest first, worked out as they are asked for."""
    newest = list(islice(_bands(0, before, grams.BANDS[0]), 2))
    for window in newest:
        yield from _in_window(store, words, scope, window)
    if newest and newest[-1].low > 0:
        yield from _in_window(store, words, scope, Window(0, newest[-1].low))


def _in_window(store: Store, words: Sequence[str], scope: Scope, window: Window) -> Iterator[int]:
    cap = _ALL if window.bits == grams.BANDS[0] else CAP
    for word in sorted(filter(grams.has_letters, words), key=len, reverse=True):
        answers = store.cases(word, window, scope, at_most=cap + 1)
        found = sorted(set(answers), reverse=True)
        if len(answers) <= cap:
            yield from _with_all(store, found, [other for other in words if other != word])
            return
        if store.is_newest_first and len(words) == 1:
            yield from found
            yield from _in_window(store, words, scope, Window(window.low, found[-1]))
            return
    for part in _parts(window):
        yield from _in_window(store, words, scope, part)


def _with_all(store: Store, found: Sequence[int], words: Sequence[str]) -> Iterator[int]:
    """Those of `found` that have the other words as well."""
    for start in range(0, len(found), _AT_ONCE):
        left = found[start : start + _AT_ONCE]
        for word in words:
            holding = store.holding(word, left) if left else ()
            left = [case_id for case_id in left if case_id in holding]
        yield from left


def _parts(window: Window) -> Iterator[Window]:
    """The bands of the next smaller width in a window."""
    bits = max(
        bits for bits in grams.BANDS if bits < (window.bits or window.high.bit_length()) or bits == grams.BANDS[0]
    )
    return _bands(window.low, window.high, bits)


def _bands(low: int, high: int, bits: int) -> Iterator[Window]:
    """The bands of that width between two cases, newest first."""
    for number in range((high - 1) >> bits, (low >> bits) - 1, -1):
        yield Window(max(number << bits, low), min((number + 1) << bits, high), bits)
