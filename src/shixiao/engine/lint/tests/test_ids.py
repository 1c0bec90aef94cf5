"""Ids are for ever: offices write them into their settings, and findings are stored with them."""

from __future__ import annotations

from pathlib import Path

from shixiao.engine import lint
from shixiao.engine.lint.reference import WAITING

EVER_GIVEN = Path(__file__).with_name("ids.txt")


def test_the_list_of_ids_only_grows() -> None:
    given = EVER_GIVEN.read_text(encoding="utf-8").split()
    assert set(given) <= lint.RULES.keys() | WAITING.keys(), "an id has gone: retire the rule, keep the id"
    assert lint.RULES.keys() <= set(given), "a new rule: add its id at the end of ids.txt"


def test_an_id_that_waits_is_not_given_to_a_rule() -> None:
    assert not lint.RULES.keys() & WAITING.keys()


def test_rules_are_listed_in_the_order_of_their_ids() -> None:
    assert list(lint.RULES) == sorted(lint.RULES)
