"""Rules on weights, and on what a self-evaluation says was reached. A form without either is not looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.lint.finding import Severity
from shixiao.engine.lint.rows import NUMERIC, RANGE, ProjectRows, Row
from shixiao.engine.lint.rule import EVALUATION, Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.plans import Execution

RESULTS = Family.RESULTS

_HUNDRED = Decimal(100)
# Of a hundred points ten are usually for spending the budget, which a table of targets need not print.
# Some provinces keep twenty.
_WHOLE = (_HUNDRED, Decimal(90), Decimal(80), Decimal(1), Decimal("0.9"))
_BAND = re.compile(r"[（(](\d{1,3}) ?分?[)）]$")
# From how many points on a grade begins (财预〔2020〕10号).
_GRADES = {"优": Decimal(90), "良": Decimal(80), "中": Decimal(60), "差": Decimal(0)}


def _sum(points: Iterator[Decimal | None]) -> Decimal:
    return sum((each for each in points if each is not None), Decimal(0))


def _once(lines: Sequence[Execution], what: str) -> Decimal:
    """The points for the spending. They belong to the line of the total; a form may repeat them on its parts."""
    printed = [(line.amount, getattr(line, what)) for line in lines if getattr(line, what) is not None]
    whole = [points for amount, points in printed if amount == "total"]
    return _sum(iter(whole[:1] or [points for _amount, points in printed]))


def _plain(points: Decimal) -> str:
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@Rule(
    "L37",
    RESULTS,
    Severity.ERROR,
    title=Text("分值之和不是 100", "The weights do not add up to 100"),
    why=Text(
        "各项指标的分值加上预算执行的分值应为 100；没有印预算执行的，指标合计 100、90 或 80 都可以。"
        "一级指标名称后面写了分值的，该组也要对得上。对不上，得分就没有意义。"
        "有的指标没有分值时，只在已经超过 100 时报。",
        "The weights of the indicators and that of the spending make 100; where the spending has none, 100, 90 or 80. A first "
        "level with points behind its name is the sum of its group. "
        "Otherwise no score means anything. Where some indicators have no weight, only a sum above 100 is reported.",
    ),
    basis=EVALUATION,
    bad="11 宣传场次 | 5场 @ 50\n22 公众知晓率 | ≥60% @ 30\n31 公众满意度 | ≥90% @ 30",
    good="11 宣传场次 | 5场 @ 50\n22 公众知晓率 | ≥60% @ 30\n31 公众满意度 | ≥90% @ 10",
).of_project
def weights_add_up(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """A form in which no indicator has a weight is left alone."""
    weights = [row.indicator.weight for row in sheet.rows]
    if not any(weights):
        return
    yield from _bands(sheet)
    indicators = _sum(iter(weights))
    spending = _once(sheet.project.execution, "weight")
    total = indicators + spending
    is_right = total == _HUNDRED if spending else total in _WHOLE
    if is_right or (None in weights and total <= _HUNDRED):
        return
    yield Found(
        Text(
            f"各项指标的分值合计 {_plain(indicators)}"
            + (f"，加上预算执行 {_plain(spending)}，共 {_plain(total)}" if spending else "")
            + "，应为 100",
            f"the weights of the indicators add up to {_plain(indicators)}"
            + (f", with the spending to {_plain(total)}" if spending else "")
            + ": it should be 100",
        ),
        at=sheet,
    )


def _bands(sheet: ProjectRows) -> Iterator[Found]:
    """产出指标（50分）: the weights of the group make what stands behind its name."""
    groups: dict[str, list[Decimal | None]] = {}
    for row in sheet.rows:
        groups.setdefault(row.indicator.level1, []).append(row.indicator.weight)
    for level1, weights in groups.items():
        match = _BAND.search(level1)
        added = _sum(iter(weights))
        if not match or added == Decimal(match[1]) or (None in weights and added < Decimal(match[1])):
            continue
        yield Found(
            Text(
                f"“{level1}”下各指标的分值合计 {_plain(added)}",
                f"the weights below “{level1}” add up to {_plain(added)}",
            ),
            at=sheet,
        )


@Rule(
    "L66",
    RESULTS,
    Severity.ERROR,
    title=Text("得分对不上", "The points do not add up"),
    why=Text(
        "一项的得分不能超过它的分值；各项得分加上预算执行得分应等于总分（印出的总分四舍五入的，差在末位以内不报）。",
        "An indicator cannot have more points than its weight, and all points with those for the spending make the total "
        "score (a printed total that was rounded is not reported).",
    ),
    basis=EVALUATION,
    bad="11 宣传场次 | 5场 @ 60 / 5场 / 60\n31 公众满意度 | ≥90% @ 40 / 93% / 35\n总分 98",
    good="11 宣传场次 | 5场 @ 60 / 5场 / 60\n31 公众满意度 | ≥90% @ 40 / 93% / 35\n总分 95",
).of_project
def points_add_up(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Points above a weight, and a total that is not their sum. Where points are missing, the sum proves nothing."""
    for row in sheet.rows:
        weight, score = row.indicator.weight, row.indicator.score
        if weight and score is not None and score > weight:
            yield Found(
                Text(
                    f"得分 {_plain(score)} 超过分值 {_plain(weight)}",
                    f"{_plain(score)} points are more than the weight of {_plain(weight)}",
                ),
                at=row,
            )
    total, scores = sheet.project.total_score, [row.indicator.score for row in sheet.rows]
    if total is None or not scores or None in scores:
        return
    added = _sum(iter(scores)) + _once(sheet.project.execution, "score")
    exponent = total.as_tuple().exponent
    last_digit = Decimal(1).scaleb(exponent if isinstance(exponent, int) and exponent < 0 else 0)
    if abs(added - total) >= last_digit:
        yield Found(
            Text(
                f"总分印的是 {_plain(total)}，各项得分相加是 {_plain(added)}",
                f"the total score is printed as {_plain(total)}, the points add up to {_plain(added)}",
            ),
            at=sheet,
        )


@Rule(
    "L36",
    RESULTS,
    Severity.WARNING,
    title=Text("自评不可信", "A self-evaluation that is not plausible"),
    why=Text(
        "没有达到目标却得满分、钱花了不到六成而产出全部满分、等级和总分不一致，都说明自评没有对着目标打。"
        "等级以 90 分以上为优、80 分以上为良、60 分以上为中、60 分以下为差。",
        "Full points for a target that was missed, all outputs with full points on less than 60% of the money, or a grade "
        "that does not fit the score: the evaluation was not made against the targets. 优 begins at 90, 良 at 80, 中 at 60.",
    ),
    basis=EVALUATION,
    bad="11 宣传场次 | 5场 @ 60 / 3场 / 60\n31 公众满意度 | ≥90% @ 40 / 93% / 40\n总分 100 优",
    good="11 宣传场次 | 5场 @ 60 / 3场 / 36\n31 公众满意度 | ≥90% @ 40 / 93% / 40\n总分 76 中",
).of_project
def plausible(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Only what the form says by itself: a result without a number is left to people."""
    if not any(row.indicator.actual_wording for row in sheet.rows):
        return
    for row in sheet.rows:
        if _is_full(row) and _reached(row) is False:
            actual = row.indicator.actual_wording
            yield Found(
                Text(
                    f"完成“{actual}”没有达到“{row.indicator.annual_wording}”，却得满分",
                    f"“{actual}” misses “{row.indicator.annual_wording}” and yet has full points",
                ),
                at=row,
            )
    outputs = [row for row in sheet.rows if row.code.startswith("1")]
    spent = _spent(sheet)
    if spent is not None and spent < 60 and outputs and all(map(_is_full, outputs)):
        yield Found(
            Text(
                f"预算只执行了 {_plain(spent)}%，产出却全部得满分",
                f"only {_plain(spent)}% of the budget was spent, and yet all outputs have full points",
            ),
            at=sheet,
        )
    yield from _grade(sheet)


def _grade(sheet: ProjectRows) -> Iterator[Found]:
    total, grade = sheet.project.total_score, sheet.project.grade.strip()[:1]
    if total is None or grade not in _GRADES or not 0 <= total <= _HUNDRED:
        return
    due = next(name for name, least in _GRADES.items() if total >= least)
    if due != grade:
        yield Found(
            Text(
                f"总分 {_plain(total)} 的等级应为“{due}”，写的是“{grade}”",
                f"a total of {_plain(total)} is graded “{due}”, not “{grade}”",
            ),
            at=sheet,
        )


def _is_full(row: Row) -> bool:
    return bool(row.indicator.weight) and row.indicator.score == row.indicator.weight


def _spent(sheet: ProjectRows) -> Decimal | None:
    """Percent of the year's budget that was spent; None where the form does not say."""
    for line in sheet.project.execution:
        budget = line.full_year or line.budget
        if budget and line.executed is not None:
            return (line.executed / budget * 100).quantize(Decimal("0.1"))
    return None


def _actual(row: Row) -> Decimal | None:
    """What was reached, in the unit of the target; None where it is no plain number of that unit."""
    if row.kind not in (NUMERIC, RANGE) or not row.indicator.actual_wording:
        return None
    from shixiao.engine.targets import read  # only a self-evaluation says what was reached

    found = read(row.indicator.actual_wording, name=row.indicator.name, category=row.code)
    if found.kind is not NUMERIC or found.op != "=" or found.value is None or found.unsure:
        return None
    return found.value if found.unit in (row.reading.unit, None) or row.reading.unit is None else None


def _reached(row: Row) -> bool | None:
    """Whether the target was reached; None where the form does not tell by numbers."""
    from shixiao.engine.targets import Verdict, judge

    value = _actual(row)
    if value is None or row.reading.unsure:
        return None
    verdict = judge(row.reading, value).verdict
    return None if verdict is Verdict.UNDECIDED else verdict is Verdict.MET


@Rule(
    "L12",
    RESULTS,
    Severity.HINT,
    title=Text("事后看目标偏低", "A target too low in hindsight"),
    why=Text(
        "完成值是目标值的几倍，说明目标定得太低，明年应提高，或说明是什么变了。倍数（百分数）可以设置。",
        "A result of several times the target shows that the target was too low: raise it next year, or say what changed. "
        "The factor can be set.",
    ),
    bad="11 宣传场次 | ≥5场 @ 60 / 20场 / 60\n31 公众满意度 | ≥90% @ 40 / 93% / 40",
    good="11 宣传场次 | ≥5场 @ 60 / 6场 / 60\n31 公众满意度 | ≥90% @ 40 / 93% / 40",
).of_project
def low_in_hindsight(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Counts and amounts that should be at least something; a rate cannot be passed by far."""
    for row in sheet.rows:
        target = row.reading.value
        if not row.indicator.actual_wording or row.reading.sense.value != "at_least" or not target or target <= 0:
            continue
        value = _actual(row)
        if value is None or value * 100 < target * settings.hindsight_factor:
            continue
        yield Found(
            Text(
                f"完成“{row.indicator.actual_wording}”，是目标“{row.indicator.annual_wording}”的 {_plain((value / target).quantize(Decimal('0.1')))} 倍",
                f"“{row.indicator.actual_wording}” is {_plain((value / target).quantize(Decimal('0.1')))} times the target "
                f"“{row.indicator.annual_wording}”",
            ),
            at=row,
        )
