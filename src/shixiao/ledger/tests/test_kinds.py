"""The list of what can happen only grows."""

from pathlib import Path

import pytest

from shixiao.engine.bilingual import Text
from shixiao.ledger import kinds

NAMES = Path(kinds.__file__).with_name("names.txt")


# An office keeps the names of its own events in its folder, which it takes along when it goes.
OFFICES = NAMES.parents[1] / "offices"


def written_names() -> list[str]:
    lists = [NAMES, *OFFICES.glob("*/names.txt")]
    return sorted(name for each in lists for name in each.read_text(encoding="utf-8").split())


def test_every_kind_of_event_is_on_the_list_and_no_name_ever_leaves_it() -> None:
    """A name that is missing here was declared without adding its line to names.txt. A name that is too many was
    used once: events with it are in offices' books, so put its declaration back."""
    assert sorted(kinds.DECLARED) == written_names()


def test_a_name_stands_on_the_list_once() -> None:
    assert len(written_names()) == len(set(written_names()))


def test_every_kind_has_a_title_in_both_languages() -> None:
    assert all(kind.title.zh and kind.title.en for kind in kinds.DECLARED.values())


def test_a_kind_cannot_be_declared_twice() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        kinds.declare("people.signed_in", Text("登录", "Signed in"))


@pytest.mark.parametrize(
    "name", ["signed_in", "People.signed_in", "people.", "people.signed-in", "people." + "a" * 100]
)
def test_a_name_is_a_room_and_a_past_participle(name: str) -> None:
    with pytest.raises(ValueError, match="is no name for a kind of event"):
        kinds.declare(name, Text("无", "None"))
    assert name not in kinds.DECLARED


def test_a_text_cannot_be_called_what_any_event_may_carry() -> None:
    with pytest.raises(ValueError, match="any event may carry"):
        kinds.declare("people.reserved", Text("无", "None"), texts=("window",))
    assert "people.reserved" not in kinds.DECLARED


def test_only_texts_can_be_sealed() -> None:
    with pytest.raises(ValueError, match="seals"):
        kinds.declare("people.sealed", Text("无", "None"), texts=("words",), sealed=("other",))
    assert "people.sealed" not in kinds.DECLARED
