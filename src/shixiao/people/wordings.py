"""Sentences of the pure rooms in the language of the page being made."""

from django.utils.translation import get_language

from shixiao.engine.bilingual import Text


def said(text: Text) -> str:
    """The sentence in the language that is being spoken just now."""
    return text.in_(get_language() or "zh-hans")
