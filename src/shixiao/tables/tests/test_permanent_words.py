"""Codes are stored and quoted: the lists may only grow, and each is said in both languages."""

import re
from pathlib import Path

from shixiao.tables.repairs import CODES
from shixiao.tables.unreadable import REASONS, Unreadable

KNOWN = Path(__file__).with_name("permanent_words.txt").read_text(encoding="utf-8").split()


def test_no_code_ever_goes_or_changes():
    assert set(KNOWN) == {*CODES, *REASONS}, "add new codes to permanent_words.txt; never rename or remove one"
    assert len(KNOWN) == len(set(KNOWN))


def test_every_repair_is_said_in_chinese_and_in_english_with_the_same_particulars():
    for code, kind in CODES.items():
        assert re.search("[一-鿿]", kind.zh), code
        assert not re.search("[一-鿿]", re.sub("指标值|万元", "", kind.en)), code
        assert set(re.findall(r"\{(\w+)\}", kind.zh)) == set(re.findall(r"\{(\w+)\}", kind.en)), code


def test_every_refusal_says_what_and_what_next_in_both_languages():
    particulars = dict.fromkeys(("size", "limit", "kind_zh", "kind_en", "encoding", "missing", "path", "part"), "x")
    particulars |= dict.fromkeys(("expected_zh", "expected_en", "found", "known", "page", "pages", "count"), "x")
    particulars |= dict.fromkeys(("missing_zh", "missing_en"), "x")
    for code in REASONS:
        refused = Unreadable(code, **particulars)
        assert re.search("[一-鿿]", refused.text.zh), code
        assert re.search("[一-鿿]", refused.next_step.zh), code
        assert refused.in_("en").count(".") >= 2, code
        assert "{" not in refused.in_("zh") + refused.in_("en")
