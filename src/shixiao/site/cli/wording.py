"""The words that several outputs share."""

from __future__ import annotations

from shixiao.engine import lint
from shixiao.engine.bilingual import Text

SEVERITIES = {
    lint.Severity.ERROR: Text("错误", "error"),
    lint.Severity.WARNING: Text("警告", "warning"),
    lint.Severity.HINT: Text("提示", "hint"),
}
_FIELDS = {
    "annual_wording": Text("年度指标值", "annual target"),
    "cycle_wording": Text("实施周期指标值", "cycle target"),
    "name": Text("指标名称", "name"),
    "level1": Text("一级指标", "first-level class"),
    "level2": Text("二级指标", "class"),
    "funds": Text("金额", "amount"),
}


def field_of(suggestion: lint.Suggestion) -> Text:
    """What the field of a suggestion is called."""
    return _FIELDS.get(suggestion.field) or Text(suggestion.field, suggestion.field)


def repair_of(suggestion: lint.Suggestion) -> Text:
    """A suggestion as a sentence."""
    field = field_of(suggestion)
    return Text(f"建议：{field.zh}改为“{suggestion.text}”", f"repair: {field.en} → “{suggestion.text}”")


def visible(text: str) -> str:
    """`text` on one line and without characters that would steer a terminal (file names may hold any)."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    return " " if character in "\n\r\t" else character.encode("unicode_escape").decode()
