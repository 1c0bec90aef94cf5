"""Every page speaks English, too: no string without it, and the catalogues are as the tool writes them."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[4]
ROOMS = ("ui", "performance", "casework")


def test_no_string_lacks_its_english_and_the_catalogues_are_fresh() -> None:
    command = [sys.executable, "tools/translations.py", "--check", *ROOMS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_the_english_keeps_every_placeholder(room: str) -> None:
    with (ROOT / "src" / "shixiao" / room / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    for message in catalogue:
        wanted = message.id if isinstance(message.id, tuple) else (message.id,)
        given = message.string if isinstance(message.string, tuple) else (message.string,)
        for source in wanted:
            for english in given:
                assert placeholders(source) == placeholders(english), message.id


def placeholders(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}
