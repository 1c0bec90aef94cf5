"""--layout and --columns: how to read tables that the program does not understand by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Option, Wishes
from shixiao.site.cli.refusal import Refused

if TYPE_CHECKING:
    from shixiao.tables.assignments import Assignment

OPTIONS = (
    Option(
        "layout",
        Text(
            "按这种版式读：guangdong 一格写全部指标，indicator_rows 一行一项指标；不写时自行判断",
            "read it in this layout: guangdong has all indicators in one cell, indicator_rows one in each row; "
            "by default the program finds out",
        ),
        metavar="LAYOUT",
        choices=("guangdong", "indicator_rows"),
    ),
    Option(
        "columns",
        Text(
            "说明各列：[表/]表头行:列,列,…，如 4:level1,level2,name,value,-（- 不读，空着照原样保留；"
            "还有 operator、measure、cycle_value、weight、actual、score、project、total 等）",
            "what the columns hold: [TABLE/]LINE:FIELD,FIELD,… such as 4:level1,level2,name,value,- (- is not read, "
            "nothing keeps it as published; also operator, measure, cycle_value, weight, actual, score, project, total …)",
        ),
        metavar="COLUMNS",
    ),
)


class Asked(NamedTuple):
    """How a file is to be read, as `tables.read` takes it; it travels to the other processes."""

    layout: str = ""
    assignments: tuple[Assignment, ...] = ()


def asked(wishes: Wishes) -> Asked:
    """What --layout and --columns say. Raises Refused for columns that cannot be understood."""
    columns = wishes.chosen("columns")
    return Asked(wishes.chosen("layout") or "", (_assignment(columns),) if columns is not None else ())


def _assignment(text: str) -> Assignment:
    from shixiao.tables.assignments import Assignment, Field  # only --columns needs them

    place, colon, fields = text.partition(":")
    table, slash, line = place.rpartition("/")
    table = table if slash else "1"
    if not colon or not (line.isdecimal() and table.isdecimal() and line.isascii() and table.isascii()):
        raise _refused(text, Text("开头应是表头的行号和冒号。", "it begins with the line of the header and a colon."))
    known = {field.value: field for field in Field} | {"-": Field.IGNORED, "": Field.KEPT}
    words = [word.strip() for word in fields.split(",")]
    unknown = [word for word in words if word not in known]
    if unknown:
        names = ", ".join(field.value for field in Field)
        raise _refused(
            text, Text(f"不认识“{unknown[0]}”，可以写 {names}。", f"{unknown[0]!r} is unknown; there are {names}.")
        )
    return Assignment(int(table[:9]), int(line[:9]), tuple(known[word] for word in words))


def _refused(text: str, why: Text) -> Refused:
    return Refused(Text(f"--columns {text} 看不懂，", f"--columns {text} is not clear;"), why)
