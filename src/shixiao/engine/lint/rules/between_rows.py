"""Rules on rows against each other: the same value everywhere, the same name twice, a goal nobody measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity
from shixiao.engine.lint.rows import NUMERIC, PlanRows, ProjectRows, Row
from shixiao.engine.lint.rule import GUIDE, Family, Found, Rule
from shixiao.engine.lint.settings import Settings

CONSISTENCY = Family.CONSISTENCY


@Rule(
    "L13",
    CONSISTENCY,
    Severity.HINT,
    title=Text("一个项目里大多是同一个值", "One value nearly everywhere in a project"),
    why=Text(
        "不相干的指标都写“≥95%”，说明数不是按各自情况定的。很多表都这样，所以全表只提示一行。",
        "When unrelated indicators all say ≥95%, the numbers were not set one by one. Many tables do it, so there is one line "
        "for the whole table.",
    ),
    bad="11 巡检次数 | ≥95%\n12 故障解决率 | ≥95%\n12 记录完整率 | ≥95%\n13 处理及时率 | ≥95%\n31 用户满意度 | ≥95%",
    good="11 巡检次数 | 12次\n12 故障解决率 | ≥95%\n12 记录完整率 | 100%\n13 处理及时率 | ≥98%\n31 用户满意度 | ≥90%",
).of_plan
def one_value_everywhere(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """Projects of `same_value_rows` rows or more in which `same_value_share` percent are one value."""
    alike = [said for sheet in book.sheets if (said := _commonest(sheet, settings))]
    if alike:
        yield Found(
            Text(
                f"{len(alike)} 个项目的指标值大多相同：{'；'.join(alike)}；请逐条按实际情况设定",
                f"most values are the same in {'; '.join(alike)}; set each by itself",
            )
        )


def _commonest(sheet: ProjectRows, settings: Settings) -> str:
    rows = [row for row in sheet.rows if row.value]
    if len(rows) < settings.same_value_rows:
        return ""
    target, count = Counter([_target(row) for row in rows]).most_common(1)[0]
    if count * 100 < settings.same_value_share * len(rows):
        return ""
    example = next(row for row in rows if _target(row) == target)
    return f"“{sheet.project.name}” {count}/{len(rows)} “{example.indicator.annual_wording}”"


def _target(row: Row) -> tuple[object, ...]:
    if row.kind is NUMERIC:
        reading = row.reading
        return (reading.op, reading.value, reading.unit)
    return (row.value,)


@Rule(
    "L27",
    CONSISTENCY,
    Severity.WARNING,
    also=(Severity.HINT,),
    title=Text("同名指标", "Indicators of one name"),
    why=Text(
        "同一项目里两条同名指标，完成值无法对应。不同项目的同名指标要求不同，可能有道理，只作提示，每个名称一行。",
        "With two indicators of one name in a project nobody knows which result belongs to which. The same name with different "
        "targets in different projects may have its reasons: a hint, one line per name.",
    ),
    bad="11 培训人次 | ≥60人次\n11 培训人次 | ≥80人次",
    good="11 干部培训人次 | ≥60人次\n11 群众培训人次 | ≥80人次",
).of_plan
def same_name(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """Twice in a project: a warning at the second. Different numbers across projects: one hint for the table."""
    by_name: dict[str, list[Row]] = {}
    for sheet in book.sheets:
        seen: dict[tuple[str, str], Row] = {}
        for row in sheet.rows:
            first = seen.setdefault((row.code, row.stem), row)
            if first is row:
                by_name.setdefault(row.stem, []).append(row)
            elif row.stem:
                yield _twice(first, row)
    for stem, rows in by_name.items():
        if stem and len(rows) > 1:
            yield from _different_targets(rows)


def _twice(first: Row, row: Row) -> Found:
    same = first.value == row.value
    return Found(
        Text(
            f"与第 {first.indicator.row} 行同名" + ("，值也相同，应是重复" if same else "，值不同；请在名称上区分"),
            f"the same name as row {first.indicator.row}"
            + (", and the same value: a repetition" if same else ", with another value; tell them apart by name"),
        ),
        at=row,
    )


def _different_targets(rows: list[Row]) -> Iterator[Found]:
    numeric = [row for row in rows if row.kind is NUMERIC and row.code not in words.COSTS]
    amounts = {(row.reading.unit, row.reading.value) for row in numeric}
    if len(amounts) < 2 or len({unit for unit, _ in amounts}) > 1:
        return
    listed = "、".join(f"第 {row.indicator.row} 行 {row.indicator.annual_wording}" for row in numeric)
    listed_en = ", ".join(f"row {row.indicator.row} {row.indicator.annual_wording}" for row in numeric)
    name = rows[0].indicator.name
    yield Found(
        Text(
            f"“{name}”在各项目里要求不同：{listed}；请确认有依据",
            f"“{name}” has different targets in different projects: {listed_en}; confirm that there is a reason",
        ),
        severity=Severity.HINT,
    )


@Rule(
    "L31",
    CONSISTENCY,
    Severity.HINT,
    title=Text("指标与绩效目标没有关系", "Indicators that have nothing to do with the goal"),
    why=Text(
        "指标应从绩效目标分解而来。目标说的事在指标里一个词也找不到，说明两者是分开写的。",
        "Indicators are drawn from the goal. When not one word of the goal comes back in them, the two were written apart.",
    ),
    basis=GUIDE,
    bad="项目 普法经费 60.00 | 开展普法讲座，提高公众法治意识。\n11 设备巡检次数 | 12次\n12 机房故障解决率 | ≥95%\n22 网络带宽 | ≥100M",
    good="项目 普法经费 60.00 | 开展普法讲座，提高公众法治意识。\n11 普法讲座场次 | 12场\n12 讲座到场率 | ≥90%\n22 公众知晓率 | ≥60%",
).of_project
def goal_not_measured(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Not one pair of characters of the goal in any indicator but satisfaction and cost; three indicators at least."""
    goal = sheet.project.objective
    rows = [row for row in sheet.rows if row.code not in words.COSTS and row.code != words.SATISFACTION]
    if len(rows) < 3 or len(goal) < 8:
        return
    for row in rows:
        text = row.indicator.name + row.indicator.annual_wording
        for at in range(len(text) - 1):
            pair = text[at : at + 2]
            if pair in goal and pair not in _EVERYWHERE:
                return
    yield Found(
        Text(
            "绩效目标里说的事，产出和效益指标里一件也没有提到；请按目标逐句设指标",
            "nothing the goal speaks of comes back in the outputs and effects; set indicators sentence by sentence",
        )
    )


_EVERYWHERE = frozenset(
    "工作 完成 项目 保障 提高 提升 开展 有效 进行 实现 情况 相关 及时 年度 数量 质量 经费 加强 促进 确保 ，保 ，提 的工".split()
)
