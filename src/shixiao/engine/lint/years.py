"""Years as tables write them: 2026年, 2025-2026年度, 2026.12. A base year (较2020年) is none of these."""

from __future__ import annotations

import re
from functools import cache


@cache
def _years() -> re.Pattern[str]:
    return re.compile(r"(?<![\d.])(20\d\d)(?:[-—–~至](20\d\d))?(?=年|[./-]\d{1,2}(?!\d))")


_BASE_YEAR_WORDS = ("较", "比", "以", "自", "从", "于", "与", "同", "超过", "达到", "基于", "对照")


def years_in(text: str) -> list[int]:
    """Every year `text` is about, in order; both ends of a range."""
    years = []
    for match in _years().finditer(text):
        if not text.endswith(_BASE_YEAR_WORDS, 0, match.start()):
            years += [int(year) for year in match.groups() if year]
    return years
