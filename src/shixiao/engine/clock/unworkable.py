"""What the clock refuses to compute, said in both languages."""

from __future__ import annotations

from shixiao.engine.bilingual import Text


class Unworkable(ValueError):
    """Something from which no right time can be worked out; `text` says what, where, and what to do next."""

    def __init__(self, text: Text) -> None:
        super().__init__(f"{text.zh} / {text.en}")
        self.text = text
