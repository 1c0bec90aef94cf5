"""The reference of the rules as a document, made from the rules themselves.

`python -m shixiao.engine.lint.reference en` prints docs/rules.md, with `zh` docs/rules.zh-CN.md; a test holds both
files to what is printed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import DEFAULT, RULES, THRESHOLDS, Family, Finding, Rule, Severity, check
from shixiao.engine.lint.example_plans import plan_of

# Defects that are known and numbered, but cannot be seen in a table of targets.
WAITING = {
    "L35": Text("多年一字不改：要有往年的表", "Text frozen for years: needs the tables of earlier years"),
}

_TITLE = Text("规则手册", "The rules")
_INTRODUCTION = Text(
    """本页由程序从规则生成，请勿手改。`shixiao rules 编号` 显示其中一条。

错误（error）是仅凭这份文件就能证明不对的；警告（warning）请人看一看；提示（hint）供改进参考。已批复公开的表里，很多奇怪的写法是合法的。
例子每行一条指标：`类别 名称 | 年度指标值` 或 `类别 名称 | 实施周期指标值 | 年度指标值`，`单位`、`项目`、`合计` 行写其余部分；有分值的后面写 ` @ 分值`，
自评的写 ` @ 分值 / 实际完成值 / 得分`，`执行`（分值 / 预算 / 执行数 / 得分）和 `总分` 各写一行。它们也是测试：前一个必报，后一个必不报。""",
    """This page is made from the rules by a program; do not edit it by hand. `shixiao rules ID` shows one of them.

An error is what the file alone proves wrong; a warning wants a person to look; a hint is for improvement. A published table
is approved, and many odd wordings in it are lawful. In the examples a line is an indicator: `class name | annual value`, or
`class name | cycle value | annual value`; lines beginning with 单位 (unit), 项目 (project) and 合计 (grand total) set the rest.
A weight follows as ` @ weight`, a self-evaluation as ` @ weight / value reached / points`; 执行 (weight / budget / spent / points)
and 总分 (total score, grade) have lines of their own. They are tests, too: the first one is reported, the second one is not.""",
)
_SETTINGS = Text("设置", "Settings")
_SETTINGS_BODY = Text(
    """写在 `shixiao.toml` 的 `[lint]` 一节。不认识的键和规则会被拒绝，并指出最接近的一个。接受一处发现必须写理由，理由会与它一起显示。

```toml
[lint]
ignore = ["L05", "wording"]     # 规则编号，或一组规则
satisfaction_floor = 85

[[lint.suppress]]
rule = "L50"
file = "2026/*.txt"             # 可不写；row、unit、project、indicator 也可不写
indicator = "服务对象满意度"
reason = "去年收到回答 412 份"
```
""",
    """They stand in the section `[lint]` of `shixiao.toml`. Unknown keys and rules are refused, with the nearest one named.
A finding is accepted only with a reason, which is shown beside it.

```toml
[lint]
ignore = ["L05", "wording"]     # ids of rules, or families
satisfaction_floor = 85

[[lint.suppress]]
rule = "L50"
file = "2026/*.txt"             # optional, as are row, unit, project and indicator
indicator = "服务对象满意度"
reason = "412 answers last year"
```
""",
)
_THRESHOLD_HEADINGS = Text("| 键 | 含义 | 默认 |", "| key | meaning | default |")
_WAITING = Text("等待资料的规则", "Rules that wait for data")
_WAITING_BODY = Text(
    "以下缺陷已有编号，但在绩效目标表里看不出来，有了资料再启用。",
    "These defects have their numbers, but a table of targets does not show them. They come with the data they need.",
)
_LABELS = {
    "bad": Text("会报", "Reported"),
    "good": Text("不报", "Not reported"),
    "says": Text("提示语", "It says"),
    "repair": Text("建议", "Repair"),
    "basis": Text("参见", "See"),
    "also": Text("有时", "sometimes"),
}
_SEVERITIES = {
    Severity.ERROR: Text("错误", "error"),
    Severity.WARNING: Text("警告", "warning"),
    Severity.HINT: Text("提示", "hint"),
}
_FIELDS = {
    "annual_wording": Text("年度指标值", "annual value"),
    "cycle_wording": Text("实施周期指标值", "cycle value"),
    "name": Text("指标名称", "name"),
    "level2": Text("二级指标", "class"),
    "funds": Text("金额", "amount"),
}


def as_markdown(language: str) -> str:
    """The whole reference in `language` ("zh", "en"), ending in one line break."""
    return "\n".join(_lines(language)).rstrip() + "\n"


def _lines(language: str) -> Iterator[str]:
    yield from (f"# {_TITLE.in_(language)}", "", _INTRODUCTION.in_(language), "")
    yield from _overview(language)
    for family in Family:
        yield from (f"## {family.title.in_(language)}", "")
        for rule in RULES.values():
            if rule.family is family:
                yield from _rule(rule, language)
    yield from (f"## {_SETTINGS.in_(language)}", "", _SETTINGS_BODY.in_(language))
    yield from (_THRESHOLD_HEADINGS.in_(language), "|---|---|---|")
    for key, meaning in THRESHOLDS.items():
        yield f"| `{key}` | {meaning.in_(language)} | {getattr(DEFAULT, key)} |"
    yield from ("", f"## {_WAITING.in_(language)}", "", _WAITING_BODY.in_(language), "")
    for waiting, what in WAITING.items():
        yield f"- {waiting} {what.in_(language)}"


def _overview(language: str) -> Iterator[str]:
    for rule in RULES.values():
        anchor = rule.id.lower()
        yield f"- [{rule.id}](#{anchor}) {rule.title.in_(language)} ({_severities(rule, language)})"
    yield ""


def _rule(rule: Rule, language: str) -> Iterator[str]:
    yield from (f'### <a id="{rule.id.lower()}"></a>{rule.id} {rule.title.in_(language)}', "")
    yield from (f"*{_severities(rule, language)}* · {rule.why.in_(language)}", "")
    if rule.basis:
        yield from (f"{_LABELS['basis'].in_(language)}: {rule.basis.in_(language)}", "")
    for which in ("bad", "good"):
        example = getattr(rule, which)
        yield from (f"{_LABELS[which].in_(language)}:", "", "```text", example.text, "```", "")
        if which == "bad":
            finding = next(found for found in check(plan_of(example)) if found.rule == rule.id)
            yield from _said(finding, language)


def _said(finding: Finding, language: str) -> Iterator[str]:
    yield from (f"{_LABELS['says'].in_(language)}: {finding.text.in_(language)}", "")
    if finding.suggestion:
        field, text = _FIELDS[finding.suggestion.field].in_(language), finding.suggestion.text
        yield from (f"{_LABELS['repair'].in_(language)}: {field} → `{text}`", "")


def _severities(rule: Rule, language: str) -> str:
    said = _SEVERITIES[rule.severity].in_(language)
    if rule.also:
        others = Text("、", ", ").in_(language).join(_SEVERITIES[severity].in_(language) for severity in rule.also)
        said += f"; {_LABELS['also'].in_(language)} {others}" if language == "en" else f"，{_LABELS['also'].zh}{others}"
    return said


if __name__ == "__main__":
    sys.stdout.write(as_markdown(sys.argv[1] if len(sys.argv) > 1 else "en"))
