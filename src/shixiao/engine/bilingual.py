"""Sentences for people, always in both languages.

The pure rooms and the command line may not load Django, and gettext catalogues can be incomplete without
anybody noticing. A sentence that cannot be built without both languages cannot be half translated.
"""

from typing import NamedTuple

CHINESE = "zh"
ENGLISH = "en"


class Text(NamedTuple):
    """One sentence in Chinese and in English; `in_` picks one, Chinese when the language is unknown."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The sentence in `language` ("zh", "zh-hans", "en", "en-gb" …)."""
        return self.en if language.startswith(ENGLISH) else self.zh
