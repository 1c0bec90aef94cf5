"""The Guangzhou table, and tables that are like it but never twice the same."""

import random
import re
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "src" / "shixiao" / "tables" / "samples" / "guangzhou-2026.txt"
INDICATORS = 123
# Numbers inside an indicator's cell, not the amounts: those would no longer add up.
NUMBER = re.compile(r"(?<=[≥≤><=])\d+(?=\D)")


def varied(text: str, *, seed: int) -> str:
    """The text with other numbers in its targets, so that no answer can be remembered from another file."""
    chance = random.Random(seed)
    return NUMBER.sub(lambda number: str(chance.randint(1, 10 ** len(number[0]) - 1)), text)
