"""docs/rules.md is made from the rules, and is as they are now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shixiao.engine import lint
from shixiao.engine.lint.reference import WAITING, as_markdown

DOCS = Path(__file__).parents[5] / "docs"
# Regulations that were seen by number and title; no other may be named.
SEEN = {"财预〔2021〕101号", "财预〔2020〕10号", "中发〔2018〕34号"}


@pytest.mark.parametrize(("language", "file"), [("en", "rules.md"), ("zh", "rules.zh-CN.md")])
def test_the_document_is_fresh(language: str, file: str) -> None:
    written = (DOCS / file).read_text(encoding="utf-8")
    assert written == as_markdown(language), f"run: python -m shixiao.engine.lint.reference {language} > docs/{file}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_and_threshold_is_in_it(language: str) -> None:
    text = as_markdown(language)
    for rule in lint.RULES.values():
        assert text.count(f'<a id="{rule.id.lower()}">') == 1
        assert rule.why.in_(language) in text
        assert rule.bad.text in text
        assert rule.good.text in text
    for key in lint.THRESHOLDS:
        assert f"`{key}`" in text
    for waiting in WAITING:
        assert f"- {waiting} " in text


def test_only_regulations_that_were_seen_are_named() -> None:
    for language in ("en", "zh"):
        assert set(re.findall(r"[\u4e00-\u9fff]{1,3}〔\d{4}〕\d+号", as_markdown(language))) <= SEEN
