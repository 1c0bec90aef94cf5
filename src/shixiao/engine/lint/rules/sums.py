"""Rules on amounts that should add up, and on the frame of units and projects. Amounts are exact, in 万元."""

from __future__ import annotations

from collections.abc import Iterator

from shixiao.engine.bilingual import Text
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import PlanRows, ProjectRows
from shixiao.engine.lint.rule import Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.plans import Project
from shixiao.engine.sums import Comparison

SUMS = Family.SUMS

_AMOUNTS = {
    "total": Text("总计", "total"),
    "fiscal": Text("财政拨款", "fiscal appropriation"),
    "special_account": Text("财政专户拨款", "special account"),
    "other": Text("其他资金", "other funds"),
}
_PARTS = {
    "units": Text("各单位相加", "its units add up to"),
    "projects": Text("所属项目相加", "its projects add up to"),
    "sources": Text("各资金来源相加", "its sources add up to"),
}


def _differences(book: PlanRows, parts: str) -> Iterator[Found]:
    """A finding for each amount that is not the sum of its `parts`. An empty cell proves nothing."""
    for comparison in book.disagreements:
        if comparison.parts == parts and comparison.stated is not None and comparison.added is not None:
            yield Found(_said(comparison), Suggestion("funds", f"{comparison.added:,}"), at=comparison)


def _said(comparison: Comparison) -> Text:
    amount, parts = _AMOUNTS[comparison.amount], _PARTS[comparison.parts]
    subject = comparison.project or comparison.unit
    stated, added, gap = f"{comparison.stated:,}", f"{comparison.added:,}", f"{abs(comparison.difference):,}"
    return Text(
        f"{f'“{subject}”' if subject else '合计行'}的{amount.zh}是 {stated} 万元，{parts.zh}是 {added} 万元，"
        f"{'多' if comparison.difference > 0 else '少'} {gap} 万元",
        f"the {amount.en} of {f'“{subject}”' if subject else 'the grand total row'} is {stated} but {parts.en} {added} "
        f"(10,000 yuan): {gap} too {'much' if comparison.difference > 0 else 'little'}",
    )


@Rule(
    "L38",
    SUMS,
    Severity.ERROR,
    title=Text("单位金额不等于所属项目之和", "A unit's amount is not the sum of its projects"),
    why=Text(
        "单位小计与所属项目逐分对不上，说明漏了项目、重复了项目，或金额有误。用精确小数比较，差一分也算。",
        "When a unit and its projects differ, a project is missing or stands twice, or an amount is wrong. "
        "The comparison is exact: a hundredth counts.",
    ),
    bad="单位 市某局 100.00\n项目 宣传经费 60.00\n11 宣传场次 | 5场\n项目 培训经费 30.00\n11 培训人次 | 80人次",
    good="单位 市某局 100.00\n项目 宣传经费 60.00\n11 宣传场次 | 5场\n项目 培训经费 40.00\n11 培训人次 | 80人次",
).of_plan
def unit_against_projects(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """Each source by itself, and the total."""
    return _differences(book, "projects")


@Rule(
    "L39",
    SUMS,
    Severity.ERROR,
    title=Text("合计不等于各单位之和", "The grand total is not the sum of the units"),
    why=Text(
        "合计行与各单位对不上，公开的总数就是错的。",
        "When the grand total and the units differ, the published total is wrong.",
    ),
    bad="合计 120.00\n单位 市某局 100.00\n项目 宣传经费 100.00\n11 宣传场次 | 5场",
    good="合计 100.00\n单位 市某局 100.00\n项目 宣传经费 100.00\n11 宣传场次 | 5场",
).of_plan
def grand_total_against_units(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """Each source by itself, and the total."""
    return _differences(book, "units")


@Rule(
    "L40",
    SUMS,
    Severity.ERROR,
    title=Text("总计不等于各资金来源之和", "A total is not the sum of its sources"),
    why=Text(
        "财政拨款、财政专户拨款、其他资金相加应等于总计。来源全部空着的行不比较。",
        "Fiscal appropriation, special account and other funds make up the total. Rows without any source are left alone.",
    ),
    bad="项目 宣传经费 60.00 = 40.00 + 0 + 10.00\n11 宣传场次 | 5场",
    good="项目 宣传经费 60.00 = 40.00 + 10.00 + 10.00\n11 宣传场次 | 5场",
).of_plan
def total_against_sources(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """Every row with money: projects, units, grand total."""
    return _differences(book, "sources")


@Rule(
    "L41",
    SUMS,
    Severity.WARNING,
    title=Text("同一单位里项目重复", "A project twice in one unit"),
    why=Text(
        "同一单位出现两个同名项目，可能是复制后忘了改，也可能是分页时重复读入；金额会多算一次。",
        "Two projects of one name in one unit: a copy nobody changed, or a row repeated at a page break. The money counts twice.",
    ),
    bad="单位 市某局 120.00\n项目 宣传经费 60.00\n11 宣传场次 | 5场\n项目 宣传经费 60.00\n11 宣传场次 | 5场",
    good="单位 市某局 120.00\n项目 宣传经费 60.00\n11 宣传场次 | 5场\n项目 培训经费 60.00\n11 宣传场次 | 5场",
).of_plan
def project_twice(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """The same name in the same unit; the text says whether amount and indicators are the same, too."""
    first: dict[tuple[int, str], ProjectRows] = {}
    for sheet in book.sheets:
        earlier = first.setdefault((id(sheet.unit), sheet.project.name), sheet)
        if earlier is not sheet:
            same = _content(earlier.project) == _content(sheet.project)
            yield Found(
                Text(
                    f"“{sheet.unit.name}”里已有同名项目“{sheet.project.name}”，"
                    + ("金额和指标也完全相同，应是重复" if same else "金额或指标不同，请在名称上区分"),
                    f"“{sheet.unit.name}” already has a project “{sheet.project.name}”, "
                    + (
                        "with the same amount and indicators: a repetition"
                        if same
                        else "with other content: tell them apart"
                    ),
                ),
                at=sheet,
            )


def _content(project: Project) -> tuple[object, ...]:
    return (project.funds, tuple((each.code, each.name, each.annual_wording) for each in project.indicators))


@Rule(
    "L42",
    SUMS,
    Severity.WARNING,
    title=Text("单位下面没有项目", "A unit without projects"),
    why=Text(
        "有金额而没有项目的单位，公开的钱没有对应的目标；也可能是项目行被当成了单位行。",
        "A unit with money and no project publishes money without a target; or a project was taken for a unit.",
    ),
    bad="单位 市某局 60.00\n项目 宣传经费 60.00\n11 宣传场次 | 5场\n单位 市某中心 20.00",
    good="单位 市某局 60.00\n项目 宣传经费 60.00\n11 宣传场次 | 5场\n单位 市某中心 20.00\n项目 培训经费 20.00\n11 培训人次 | 80人次",
).of_plan
def unit_without_projects(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """No project at all, with or without money."""
    for unit in book.plan.units:
        if not unit.projects:
            yield Found(
                Text(
                    f"单位“{unit.name}”下面没有项目；请核对是否漏了项目，或这一行本身就是项目",
                    f"the unit “{unit.name}” has no projects; check whether some are missing, or whether it is a project itself",
                ),
                at=unit,
            )


@Rule(
    "L45",
    SUMS,
    Severity.WARNING,
    title=Text("项目没有金额", "A project without an amount"),
    why=Text(
        "绩效目标随预算一起公开，没有金额、金额为零或为负的项目无法与预算核对。",
        "Targets are published with the budget; a project with no, a zero or a negative amount cannot be checked against it.",
    ),
    bad="项目 宣传经费 60.00\n11 宣传场次 | 5场\n项目 培训经费 0\n11 培训人次 | 80人次",
    good="项目 宣传经费 60.00\n11 宣传场次 | 5场\n项目 培训经费 20.00\n11 培训人次 | 80人次",
).of_plan
def project_without_amount(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """An empty, zero or negative total. A table that prints no amounts at all is left alone."""
    amounts = [sheet.project.funds.total for sheet in book.sheets]
    if all(amount is None for amount in amounts):
        return
    for sheet, total in zip(book.sheets, amounts, strict=True):
        if total is None or total <= 0:
            said = (
                Text("没有金额", "has no amount")
                if total is None
                else Text(f"的金额是 {total} 万元", f"has the amount {total}")
            )
            name = sheet.project.name
            yield Found(Text(f"项目“{name}”{said.zh}，请核对", f"the project “{name}” {said.en}; check it"), at=sheet)


@Rule(
    "L63",
    SUMS,
    Severity.WARNING,
    title=Text("项目与单位同名", "A project with the name of its unit"),
    why=Text(
        "单位小计行和项目行长得一样。与单位同名的项目，多半是把小计当成了项目，金额会多算一次。",
        "The subtotal of a unit looks like a project. A project with its unit's name is usually that subtotal; its money counts twice.",
    ),
    bad="单位 市某局 60.00\n项目 市某局 60.00\n11 宣传场次 | 5场",
    good="单位 市某局 60.00\n项目 市某局宣传经费 60.00\n11 宣传场次 | 5场",
).of_project
def project_named_like_unit(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """Exactly the same name; a project that only begins with its unit's name is ordinary."""
    name = sheet.project.name
    if name and name == sheet.unit.name:
        yield Found(
            Text(
                f"项目“{name}”与所在单位同名，请核对它是不是单位小计",
                f"the project “{name}” has the name of its unit; check whether it is the unit's subtotal",
            )
        )
