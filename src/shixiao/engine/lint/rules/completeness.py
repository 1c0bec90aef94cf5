"""Rules on what is missing from a project, and on what is too much."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity
from shixiao.engine.lint.rows import BOOLEAN, ProjectRows
from shixiao.engine.lint.rule import GUIDE, REFORM, Family, Found, Rule
from shixiao.engine.lint.settings import Settings

COMPLETENESS = Family.COMPLETENESS


@Rule(
    "L25",
    COMPLETENESS,
    Severity.WARNING,
    also=(Severity.HINT,),
    title=Text("缺少一类指标", "A class of indicator is missing"),
    why=Text(
        "没有数量指标看不出做多少，没有效益指标看不出有什么用，大额项目没有成本指标看不出贵不贵。只缺满意度时作提示：机关内部运转没有服务对象，可以不设。",
        "Without a quantity nobody sees how much is done, without an effect what for, and in a large project without a cost "
        "whether it is dear. Satisfaction alone missing is a hint: internal running costs may serve nobody outside.",
    ),
    basis=GUIDE,
    bad="项目 宣传经费 60.00\n12 稿件差错率 | ≤1%\n22 公众知晓率 | ≥60%\n31 公众满意度 | ≥90%",
    good="项目 宣传经费 60.00\n11 宣传场次 | 5场\n22 公众知晓率 | ≥60%\n31 公众满意度 | ≥90%",
).of_project
def class_missing(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """One finding per project. Costs are asked for from `cost_needed_from` on."""
    codes = sheet.codes - {""}
    if not codes:
        return
    missing = []
    if "11" not in codes:
        missing.append(Text("数量指标", "quantity"))
    if not codes & words.BENEFITS:
        missing.append(Text("效益指标", "an effect"))
    if not codes & words.COSTS and (sheet.project.funds.total or Decimal(0)) >= settings.cost_needed_from:
        missing.append(Text("成本指标", "cost"))
    severity = Severity.WARNING if missing else Severity.HINT
    if words.SATISFACTION not in codes:
        missing.append(Text("满意度指标", "satisfaction"))
    if missing:
        yield Found(
            Text(
                f"缺少{'、'.join(each.zh for each in missing)}；确实不适用的请说明理由",
                f"missing: {', '.join(each.en for each in missing)}; say why if it does not apply",
            ),
            severity=severity,
        )


@Rule(
    "L26",
    COMPLETENESS,
    Severity.WARNING,
    also=(Severity.HINT,),
    title=Text("指标太少或太多", "Too few or too many indicators"),
    why=Text(
        "一两条指标说不清一个项目；十五条以上分不出重点，每条的权重也小到没有意义（作提示）。",
        "One or two indicators cannot describe a project; more than fifteen hide what matters, and each weighs next to nothing "
        "(a hint).",
    ),
    basis=GUIDE,
    bad="项目 宣传经费 60.00\n11 宣传场次 | 5场\n22 公众知晓率 | ≥60%",
    good="项目 宣传经费 60.00\n11 宣传场次 | 5场\n22 公众知晓率 | ≥60%\n31 公众满意度 | ≥90%",
).of_project
def too_few_or_many(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Fewer than `fewest_indicators`, or more than `most_indicators`. None at all is L43."""
    count = len(sheet.rows)
    if 0 < count < settings.fewest_indicators:
        yield Found(
            Text(
                f"只有 {count} 条指标，少于 {settings.fewest_indicators} 条",
                f"indicators: {count}; at least {settings.fewest_indicators} are needed",
            )
        )
    elif count > settings.most_indicators:
        yield Found(
            Text(
                f"有 {count} 条指标，多于 {settings.most_indicators} 条；请保留最能说明效果的",
                f"{count} indicators, more than {settings.most_indicators}; keep those that show the most",
            ),
            severity=Severity.HINT,
        )


@Rule(
    "L28",
    COMPLETENESS,
    Severity.HINT,
    title=Text("钱多事少", "Much money, little work"),
    why=Text(
        "大额项目只有一条产出，而且是“是”或做一次，看不出钱花在哪里。",
        "A large project with one output that is 是 or “once” does not show where the money goes.",
    ),
    bad="项目 综合保障经费 800.00\n11 召开工作会议 | 1次\n22 服务保障对象 | ≥200人\n31 参会人员满意度 | ≥90%",
    good="项目 综合保障经费 800.00\n11 召开工作会议 | 24次\n22 服务保障对象 | ≥200人\n31 参会人员满意度 | ≥90%",
).of_project
def much_money_little_work(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """From `large_budget` on: a single output row, and that one trivial."""
    total = sheet.project.funds.total
    outputs = [row for row in sheet.rows if row.code in words.OUTPUTS]
    if total is None or total < settings.large_budget or len(outputs) != 1:
        return
    reading = outputs[0].reading
    if reading.kind is BOOLEAN or (reading.unit != "%" and reading.value == 1):
        yield Found(
            Text(
                f"项目 {total:,} 万元，产出只有“{outputs[0].indicator.name}”一条；请写出主要工作量",
                f"{total:,} (10,000 yuan) and one output, “{outputs[0].indicator.name}”; state the main work",
            ),
            at=outputs[0],
        )


@Rule(
    "L43",
    COMPLETENESS,
    Severity.WARNING,
    title=Text("项目没有指标", "A project without indicators"),
    why=Text(
        "有预算就要有绩效指标。没有指标的项目，年底没有可评的内容。",
        "A budget comes with indicators. A project without any leaves nothing to evaluate.",
    ),
    basis=REFORM,
    bad="项目 宣传经费 60.00",
    good="项目 宣传经费 60.00\n11 宣传场次 | 5场",
).of_project
def no_indicators(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Not a single row could be read under the project."""
    if not sheet.rows:
        yield Found(
            Text(
                f"项目“{sheet.project.name}”没有指标，请核对是漏填还是没有读出",
                f"the project “{sheet.project.name}” has no indicators; check whether none were written or none were read",
            )
        )


@Rule(
    "L44",
    COMPLETENESS,
    Severity.WARNING,
    title=Text("绩效目标空着", "The goal is empty"),
    why=Text(
        "指标是从绩效目标分解出来的。没有目标，就说不清为什么选这些指标。",
        "Indicators are drawn from the goal. Without one nobody can say why these were chosen.",
    ),
    basis=GUIDE,
    bad="项目 宣传经费 60.00 |\n11 宣传场次 | 5场",
    good="项目 宣传经费 60.00 | 开展普法宣传，提高公众知晓率。\n11 宣传场次 | 5场",
).of_project
def goal_empty(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Nothing, or nothing but punctuation."""
    if sheet.project.objective.strip(" 　\t\r\n。，、；;.*…—-/无"):
        return
    yield Found(
        Text(
            f"项目“{sheet.project.name}”没有写绩效目标",
            f"the project “{sheet.project.name}” states no goal",
        )
    )


@Rule(
    "L46",
    COMPLETENESS,
    Severity.WARNING,
    title=Text("指标序号不连续", "Numbers of indicators are missing or repeated"),
    why=Text(
        "项目内的序号应从 1 起连续。跳号可能丢了一条，重号可能把两条并成了一条。",
        "Numbers inside a project run from 1 without gaps. A gap may be a lost row, a repetition two rows run together.",
    ),
    bad="项目 宣传经费 60.00\n11 宣传场次 | 5场 #1\n22 公众知晓率 | ≥60% #3",
    good="项目 宣传经费 60.00\n11 宣传场次 | 5场 #1\n22 公众知晓率 | ≥60% #2",
).of_project
def numbers_not_consecutive(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """The first number that is not one more than the last; projects without printed numbers are left alone."""
    expected = 1
    for row in sheet.rows:
        number = row.indicator.number
        if number is None:
            return
        if number != expected:
            yield Found(
                Text(
                    f"这里应是第 {expected} 条，印的序号是 {number}；请核对前面是否漏了或重了一条",
                    f"number {expected} is expected here and {number} is printed; check whether a row is missing or repeated",
                ),
                at=row,
            )
            return
        expected += 1
