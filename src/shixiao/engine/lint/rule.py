"""What a rule is: one function, declared once with its id, its reason and two examples that are also its tests.

An id is for ever: offices write it into their settings, so a rule may be retired but its id is never given to
another one. The functions are plain and the declarations are constants, because the command line loads every
rule each time it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.plans import Unit
from shixiao.engine.sums import Comparison
from shixiao.engine.targets.reading import Kind

if TYPE_CHECKING:
    from shixiao.engine.lint.rows import PlanRows, ProjectRows, Row
    from shixiao.engine.lint.settings import Settings


class Family(Enum):
    """What a rule is about. The order is the order of the reference."""

    SUMS = "sums"
    MEASURABILITY = "measurability"
    CLASSIFICATION = "classification"
    DIRECTION = "direction"
    CONSISTENCY = "consistency"
    ATTAINABILITY = "attainability"
    COMPLETENESS = "completeness"
    WORDING = "wording"
    RESULTS = "results"

    @property
    def title(self) -> Text:
        """The heading of the family."""
        return _FAMILY_TITLES[self.value]


_FAMILY_TITLES = {
    "sums": Text("合计与结构", "Sums and structure"),
    "measurability": Text("可衡量", "Measurability"),
    "classification": Text("指标归类", "Classification"),
    "direction": Text("方向与界限", "Direction and bounds"),
    "consistency": Text("前后一致", "Consistency"),
    "attainability": Text("能否达到", "Attainability"),
    "completeness": Text("完整性", "Completeness"),
    "wording": Text("文字", "Wording"),
    "results": Text("分值与自评", "Weights and results"),
}

# Regulations, by number and title only.
GUIDE = Text(
    "财预〔2021〕101号《中央部门项目支出核心绩效目标和指标设置及取值指引（试行）》",
    "财预〔2021〕101号 (guide to setting and valuing core performance targets and indicators)",
)
EVALUATION = Text("财预〔2020〕10号《项目支出绩效评价管理办法》", "财预〔2020〕10号 (evaluation of project spending)")
REFORM = Text(
    "中发〔2018〕34号《关于全面实施预算绩效管理的意见》", "中发〔2018〕34号 (performance management of budgets)"
)


class Found(NamedTuple):
    """What a check saw. `severity` is None for the rule's own; `at` is where, for rules that look at more than
    one row (an indicator rule leaves it out: it is the row that was looked at)."""

    text: Text
    suggestion: Suggestion | None = None
    severity: Severity | None = None
    at: Row | ProjectRows | Unit | Comparison | None = None


class Example:
    """A small table in a few lines of text, readable by a clerk and by `example_plans.plan_of`.

    One line per indicator: `11 名称 | 年度指标值` or `11 名称 | 实施周期指标值 | 年度指标值`. Lines that begin with
    标题, 合计, 单位 or 项目 set what is around it. Of forms with weights ` @ 分值` follows, of self-evaluations
    ` @ 分值 / 实际完成值 / 得分`; 执行 (`分值 / 预算 / 执行数 / 得分`) and 总分 (`95 优`) stand on lines of their own; what is not said is filled with something harmless.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


if TYPE_CHECKING:
    RowCheck = Callable[[Row, Settings], Found | None]
    ProjectCheck = Callable[[ProjectRows, Settings], Iterable[Found]]
    PlanCheck = Callable[[PlanRows, Settings], Iterable[Found]]
    Check = RowCheck | ProjectCheck | PlanCheck


class Rule:
    """One rule. `severity` is what it normally says; `also` are the other severities it can say, with the cases
    told in `why`. `basis` is a regulation by number and title, or None.

    A rule for indicators is asked only about those whose annual reading is of `kinds` and whose class is one of
    `codes`; empty means any."""

    __slots__ = (
        "also", "bad", "basis", "check", "codes", "family", "good", "id", "kinds", "scope", "severity", "title", "why",
    )  # fmt: skip

    def __init__(
        self,
        id: str,
        family: Family,
        severity: Severity,
        *,
        title: Text,
        why: Text,
        bad: str,
        good: str,
        kinds: Collection[Kind] = (),
        codes: Collection[str] = (),
        also: tuple[Severity, ...] = (),
        basis: Text | None = None,
    ) -> None:
        self.id, self.family, self.severity, self.also = id, family, severity, also
        self.title, self.why, self.basis = title, why, basis
        self.kinds, self.codes = kinds, codes
        self.bad, self.good = Example(bad), Example(good)
        self.scope = ""
        self.check: Check

    def concerns(self, kind: Kind, code: str) -> bool:
        """Whether it is asked about an indicator of this kind and class."""
        return (not self.kinds or kind in self.kinds) and (not self.codes or code in self.codes)

    def of_row(self, check: RowCheck) -> RowCheck:
        """Register `check` as this rule: it is asked about every indicator."""
        self._register("row", check)
        return check

    def of_project(self, check: ProjectCheck) -> ProjectCheck:
        """Register `check` as this rule: it is asked about every project."""
        self._register("project", check)
        return check

    def of_plan(self, check: PlanCheck) -> PlanCheck:
        """Register `check` as this rule: it is asked once about the whole table."""
        self._register("plan", check)
        return check

    def _register(self, scope: str, check: Check) -> None:
        if self.id in RULES:
            raise ValueError(f"two rules are called {self.id}")
        self.scope, self.check = scope, check
        RULES[self.id] = self

    def __repr__(self) -> str:
        return f"<Rule {self.id} {self.title.en}>"


RULES: dict[str, Rule] = {}
