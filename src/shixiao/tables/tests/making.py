"""Small tables for the tests, written as a clerk would paste them."""

from shixiao import tables
from shixiao.engine.targets import Kind, Reading
from shixiao.tables import Document

HEADER = "项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标"
ABOVE = "项目支出绩效目标表\n部门名称：甲局\n单位：万元\n"
TOTAL = "合计\t5.00\t5.00\t\t\t\t"
UNIT = "甲局\t5.00\t5.00\t\t\t\t"
ONE = "1、1-产出指标；11-数量指标；巡检次数；实施周期指标值:12次；年度指标值:12次。"
TWO = "2、1-产出指标；12-质量指标；合格率；实施周期指标值:95%；年度指标值:95%。"


def unread(wording: str, *, name: str, category: str, columns: object = None) -> Reading:
    """Stands for the reading of wordings where only the table matters."""
    return Reading(Kind.UNPARSEABLE, text=wording)


def read(text: str | bytes, name: str = "table.txt") -> Document:
    content = text.encode() if isinstance(text, str) else text
    return tables.read(content, name=name, target=unread)


def project(indicators: str, *, name: str = "运维", funds: str = "5.00\t5.00\t\t", goal: str = "保障运行。") -> str:
    return f"{name}\t{funds}\t{goal}\t{indicators}"


def table(*rows: str, above: str = ABOVE, header: str = HEADER) -> str:
    return above + "\n".join((header, *rows)) + "\n"


def small(indicators: str = ONE + TWO) -> str:
    """A whole table of one unit with one project."""
    return table(TOTAL, UNIT, project(indicators))


def codes(document: Document) -> list[str]:
    return [repair.code for repair in document.repairs]


def wordings(document: Document) -> list[tuple[str, str, str]]:
    return [
        (one.name, one.cycle_wording, one.annual_wording) for plan in document.plans for _, _, one in plan.indicators()
    ]


def shape(document: Document) -> list[tuple[str, list[str]]]:
    """Units with the names of their projects."""
    return [(unit.name, [each.name for each in unit.projects]) for plan in document.plans for unit in plan.units]
