"""Examples that the document of scoring is made of, and that the tests hold to: single conditions, and one project."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.profiles import Profile
from shixiao.engine.scoring.projects import score
from shixiao.engine.scoring.scores import RowScore
from shixiao.engine.scoring.standing import Basis, ByHand, Counts, Money, Part, Sheet, Standing

TEN = Decimal(10)


def indicator(row: int, code: str, name: str, wording: str, *stand: dict[str, Any], **row_has: Any) -> Standing:
    """An indicator with its wording read; `stand` has one set of values for each condition of the target, measured unless it says other."""
    target = targets.read(wording, name=name, category=code)
    conditions = target.parts or (target,)
    parts = tuple(
        Part(target=each, **{"basis": Basis.MEASURED, **values}) for each, values in zip(conditions, stand, strict=True)
    )
    return Standing(row=row, code=code, name=name, parts=parts, **row_has)


def of_ten(example: Standing, profile: Profile) -> RowScore:
    """What an indicator of ten points scores by itself."""
    alone = Standing(
        row=example.row,
        code=example.code,
        name=example.name,
        parts=example.parts,
        weight=TEN,
        by_hand=example.by_hand,
        over_reason=example.over_reason,
    )
    return score(Sheet(project="", rows=(alone,)), profile).rows[0]


class Example(NamedTuple):
    """One way a condition may stand, in a few words."""

    about: Text
    standing: Standing


def _example(zh: str, en: str, code: str, name: str, wording: str, *stand: dict[str, Any], **row_has: Any) -> Example:
    return Example(Text(zh, en), indicator(1, code, name, wording, *stand, **row_has))


def _counted(met: int, missed: int, **also: int) -> dict[str, Any]:
    """A share of cases, in percent, exact."""
    counts = Counts(met=met, missed=missed, **also)
    return {"value": Fraction(100 * met, counts.counted), "counts": counts}


EXAMPLES: tuple[Example, ...] = (
    _example("达到", "reached", "11", "印发期数", "≥40期", {"value": Decimal(40)}),
    _example("未达到，按比例", "not reached, by proportion", "11", "印发期数", "≥40期", {"value": Decimal(38)}),
    _example("一件也没有", "none at all", "11", "印发期数", "≥40期", {"value": Decimal(0)}),
    _example(
        "按件计的占比", "a share of cases", "13", "紧急公文发出及时率", "100%", {**_counted(409, 3), "is_timely": True}
    ),
    _example("反向，达到", "less is better, reached", "12", "退文率", "≤5%", _counted(5, 95)),
    _example("反向，超过", "less is better, exceeded", "12", "退文率", "≤5%", _counted(6, 94)),
    _example("反向，目标为 0", "less is better, a target of 0", "12", "安全事故", "0起", {"value": Decimal(1)}),
    _example("恰在界限上，不含界限", "on a bound that is out", "13", "恢复时间", "<30分钟", {"value": Decimal(30)}),
    _example("正好，少了", "exactly, too few", "11", "每期份数", "恰好3524份", {"value": Decimal(3500)}),
    _example("正好，多了", "exactly, too many", "11", "每期份数", "恰好3524份", {"value": Decimal(3600)}),
    _example("区间以外", "outside a range", "12", "误差", "±3%", {"value": Decimal(-4)}),
    _example("期限以内", "in time", "13", "验收时间", "6月30日前", {"value": date(2026, 6, 30), "year": 2026}),
    _example(
        "晚于期限", "after the deadline", "13", "验收时间", "6月30日前", {"value": date(2026, 7, 1), "year": 2026}
    ),
    _example("是与否", "yes or no", "12", "系统通过验收", "是", {"value": False}),
    _example(
        "是与否，逐件看",
        "yes or no, case by case",
        "12",
        "文件及时归档",
        "是",
        {"value": False, "counts": Counts(met=9, missed=1)},
    ),
    _example(
        "要求每次都做到，逐件看",
        "each time, case by case",
        "13",
        "到场时间",
        "≤4小时",
        {"value": False, "counts": Counts(met=48, missed=2), "is_timely": True},
    ),
    _example(
        "以预算为上限",
        "bound by the budget",
        "41",
        "总成本",
        "≤预算",
        {"value": Decimal("102.5"), "budget": Decimal(100)},
    ),
    _example(
        "两个条件",
        "two conditions",
        "12",
        "巡查与演练",
        "每天巡查不少于2次，每年演练不少于4次",
        {"value": Decimal(2)},
        {"value": Decimal(3)},
    ),
    _example("远超目标", "far above the target", "11", "培训人次", "≥100人次", {"value": Decimal(130)}),
    _example(
        "无发生",
        "nothing occurred",
        "13",
        "信访按期办结率",
        "100%",
        {"basis": Basis.NOTHING_OCCURRED},
    ),
    _example("填报", "declared", "31", "满意度", "≥95%", {"basis": Basis.DECLARED, "value": Decimal(93)}),
    _example(
        "评议，给了百分数",
        "reviewed, with a mark",
        "22",
        "服务水平",
        "有效提升",
        {"basis": Basis.REVIEWED, "mark": Decimal(85)},
    ),
    _example(
        "评议，只给了档",
        "reviewed, only a tier",
        "22",
        "服务水平",
        "有效提升",
        {"basis": Basis.REVIEWED, "tier": "达成"},
    ),
    _example(
        "不计的恢复后不同",
        "another figure with exclusions put back",
        "13",
        "办结及时率",
        "100%",
        {
            **_counted(98, 0, not_counted=2),
            "is_timely": True,
            "value_put_back": Decimal(98),
            "counts_put_back": Counts(met=98, missed=2),
        },
    ),
    _example("尚无证据", "no evidence", "22", "群众知晓率", "≥90%", {"basis": Basis.NONE}),
)

PROJECT = Sheet(
    project="公文交换服务",
    rows=(
        indicator(1, "11", "印发期数", "≥40期", {"value": Decimal(38)}),
        indicator(2, "12", "退文率", "≤5%", _counted(4, 96)),
        indicator(3, "13", "紧急公文发出及时率", "100%", {**_counted(409, 3), "is_timely": True}),
        indicator(4, "22", "服务水平", "有效提升", {"basis": Basis.REVIEWED, "mark": Decimal(85)}),
        indicator(5, "22", "群众知晓率", "≥90%", {"basis": Basis.NONE}),
        indicator(
            6,
            "31",
            "服务对象满意度",
            "≥95%",
            {"basis": Basis.DECLARED, "value": Decimal(93)},
            by_hand=ByHand(Decimal(9), "问卷只收回 20 份"),
        ),
        indicator(7, "41", "总成本", "≤预算", {"value": Decimal("95.6"), "budget": Decimal(100)}),
    ),
    money=Money(full_year=Decimal(100), executed=Decimal("95.6")),
)
