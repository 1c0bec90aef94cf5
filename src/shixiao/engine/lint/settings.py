"""What an office may set: thresholds, which rules run, and findings it has accepted, each with its reason.

Settings come from the `[lint]` table of shixiao.toml as a plain mapping. Nothing in it is ignored silently: an
unknown key or rule is refused together with the nearest one that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.lint.rule import RULES, Family

if TYPE_CHECKING:
    from shixiao.engine.lint.finding import Finding


class SettingsRefused(ValueError):
    """The settings cannot be used. `text` says what and where, `next_step` what to do."""

    def __init__(self, text: Text, next_step: Text) -> None:
        super().__init__(text.en)
        self.text, self.next_step = text, next_step


class Suppression(NamedTuple):
    """A finding somebody has looked at and accepted. What is None matches everything; `reason` is compulsory.

    `file` is a pattern such as `2026/*.txt`, matched against the end of the path. `indicator` is the name as
    published, which survives a row being inserted above, as `row` does not."""

    rule: str
    reason: str
    file: str | None = None
    row: int | None = None
    unit: str | None = None
    project: str | None = None
    indicator: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether it accepts `finding`; the file is the caller's to match."""
        return (
            finding.rule == self.rule
            and self.row in (None, finding.row)
            and self.unit in (None, finding.unit)
            and self.project in (None, finding.project)
            and self.indicator in (None, finding.indicator)
        )


class Settings(NamedTuple):
    """Thresholds and choices. `select` empty means every rule; both lists hold rule ids and names of families."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    repeated_share: int = 75
    satisfaction_floor: int = 90
    compliance_floor: int = 85
    survey_answers: int = 50
    cases_expected: int = 50
    fewest_indicators: int = 3
    most_indicators: int = 15
    same_value_share: int = 60
    same_value_rows: int = 5
    cost_needed_from: int = 100
    large_budget: int = 500
    hindsight_factor: int = 200

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Settings:
        """Settings from a plain mapping: thresholds by name, `select`, `ignore`, and `suppress`, a list of tables
        with `rule`, `reason` and any of `file`, `row`, `unit`, `project`, `indicator`.

        Raises `SettingsRefused` for unknown keys and rules, numbers that are none, and a missing reason."""
        chosen: dict[str, Any] = {}
        for key, value in mapping.items():
            if key in ("select", "ignore"):
                chosen[key] = _rules(key, value)
            elif key == "suppress":
                chosen["suppressions"] = _suppressions(value)
            elif key in THRESHOLDS:
                chosen[key] = _threshold(key, value)
            else:
                raise _unknown(key, ("select", "ignore", "suppress", *THRESHOLDS), Text("设置项", "setting"))
        return cls(**chosen)

    def choosing(self, *, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Settings:
        """The same settings with a narrower choice of rules; what the command line's --select and --ignore do."""
        selected = _rules("select", list(select)) or self.select
        return self._replace(select=selected, ignore=self.ignore + _rules("ignore", list(ignore)))


DEFAULT = Settings()

# What each threshold means; shown in the reference, in this order.
THRESHOLDS = {
    "repeated_share": Text(
        "值中重复名称用字达到百分之几算重复名称", "percent of the name's characters that make a repeat"
    ),
    "satisfaction_floor": Text("满意度低于百分之几提示偏低", "satisfaction below this percent is low"),
    "compliance_floor": Text(
        "合格、完成、及时类比率低于百分之几提示偏低", "rates of compliance below this percent are low"
    ),
    "survey_answers": Text("一次满意度调查通常能收到多少份回答", "answers a satisfaction survey usually gets"),
    "cases_expected": Text("一年通常有多少件服务或业务", "services or cases expected in a year"),
    "fewest_indicators": Text("一个项目至少应有几条指标", "fewest indicators of a project"),
    "most_indicators": Text("一个项目至多宜有几条指标", "most indicators of a project"),
    "same_value_share": Text("项目中同一指标值占百分之几提示雷同", "percent of a project's targets that are one value"),
    "same_value_rows": Text("至少几条指标才看指标值是否雷同", "rows from which that share is looked at"),
    "cost_needed_from": Text("多少万元以上的项目应有成本指标", "10,000 yuan from which a project needs a cost target"),
    "large_budget": Text("多少万元以上算大额项目", "10,000 yuan from which a project is large"),
    "hindsight_factor": Text(
        "完成值达到目标值的百分之几提示目标偏低", "a result of this percent of the target shows it was low"
    ),
}


def _rules(key: str, value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise SettingsRefused(
            Text(f"{key} 应是规则编号的列表", f"{key} must be a list of rule ids"),
            Text('例如 ["L05", "wording"]', 'for example ["L05", "wording"]'),
        )
    for name in names:
        if name not in RULES and name not in _FAMILIES:
            raise _unknown(name, (*RULES, *_FAMILIES), Text("规则", "rule"))
    return tuple(names)


_FAMILIES = tuple(family.value for family in Family)


def _threshold(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SettingsRefused(
            Text(f"{key} 应是不小于 0 的整数，现在是 {value!r}", f"{key} must be a whole number from 0, not {value!r}"),
            Text(f"它的含义：{THRESHOLDS[key].zh}", f"it means: {THRESHOLDS[key].en}"),
        )
    return value


_SUPPRESSION_KEYS = {"rule": str, "reason": str, "file": str, "row": int, "unit": str, "project": str, "indicator": str}


def _suppressions(value: object) -> tuple[Suppression, ...]:
    if not isinstance(value, Sequence) or not all(isinstance(entry, Mapping) for entry in value):
        raise SettingsRefused(
            Text("suppress 应是一组表", "suppress must be a list of tables"),
            Text("写成 [[lint.suppress]]，每个一节", "write one [[lint.suppress]] section for each"),
        )
    return tuple(_suppression(entry, number) for number, entry in enumerate(value, 1))


def _suppression(entry: Mapping[str, Any], number: int) -> Suppression:
    for key, value in entry.items():
        if key not in _SUPPRESSION_KEYS:
            raise _unknown(
                key, _SUPPRESSION_KEYS, Text(f"第 {number} 个 suppress 的设置项", f"key in suppress no. {number}")
            )
        if not isinstance(value, _SUPPRESSION_KEYS[key]) or isinstance(value, bool):
            raise SettingsRefused(
                Text(f"第 {number} 个 suppress 的 {key} 类型不对", f"suppress no. {number}: {key} has the wrong type"),
                Text("row 用整数，其余用文字", "row is a whole number, the others are text"),
            )
    if entry.get("rule") not in RULES:
        raise _unknown(
            str(entry.get("rule", "")), RULES, Text(f"第 {number} 个 suppress 的规则", f"rule in suppress no. {number}")
        )
    if not str(entry.get("reason", "")).strip():
        raise SettingsRefused(
            Text(f"第 {number} 个 suppress 没有写理由", f"suppress no. {number} gives no reason"),
            Text('加上 reason = "……"，说明为什么可以接受', 'add reason = "…": why it is acceptable'),
        )
    return Suppression(**entry)


def _unknown(name: str, known: Iterable[str], what: Text) -> SettingsRefused:
    from difflib import get_close_matches  # only a mistake pays for loading it

    near = get_close_matches(name, known, n=1, cutoff=0.0)
    return SettingsRefused(
        Text(f"{what.zh}“{name}”不存在", f"unknown {what.en} {name!r}"),
        Text(f"最接近的是 {near[0]}", f"the nearest is {near[0]}"),
    )
