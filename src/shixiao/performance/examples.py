"""The examples of the rules as small tables."""

from typing import NamedTuple

from shixiao.engine import lint


class Line(NamedTuple):
    """A line of an example. A heading (单位， 项目， 合计 …) has `heading` only; a row has class, name and values."""

    heading: str
    code: str
    name: str
    cycle: str
    annual: str


def lines(example: lint.Example) -> list[Line]:
    """The lines of `11 名称 | 实施周期指标值 | 年度指标值`; a single value is the annual one."""
    return [_line(written.strip()) for written in example.text.splitlines() if written.strip()]


def _line(written: str) -> Line:
    head, *values = [cell.strip() for cell in written.split("|")]
    code, _space, name = head.partition(" ")
    if not values or not code[:1].isdigit():
        return Line(written.replace("|", " "), "", "", "", "")
    return Line("", code, name.strip(), values[0] if len(values) > 1 else "", values[-1])
