"""A plan → the rows of the official form. What the reader would take apart wrongly is written as an entity."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shixiao.engine.plans import Funds, Indicator, Plan
from shixiao.engine.sums import AMOUNTS
from shixiao.tables.layouts.guangdong import heads, labels
from shixiao.tables.layouts.guangdong.columns import OFFICIAL
from shixiao.tables.layouts.guangdong.headings import Heading, heading_of
from shixiao.tables.layouts.guangdong.rows import is_total
from shixiao.tables.markup import guarded
from shixiao.tables.money import UNITS, printed

# What no cell of a text can hold as it is: its delimiters, and characters that a reader drops as invisible.
_NEVER = "\t\r\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"


def rows_of(plan: Plan, *, between: str = "") -> Iterator[list[str]]:
    """The heading, the header, the total, then each unit with its projects. Amounts in the plan's printed unit.

    `between` stands between the indicators of a cell: a line break, where the form is printed.
    """
    unit = plan.money_unit if plan.money_unit in UNITS else "万元"
    yield from ([line] for line in _heading(plan))
    yield list(OFFICIAL)
    if plan.funds:
        yield ["合计", *_amounts(plan.funds, unit), "", ""]
    for spender in plan.units:
        if spender.funds or not spender.projects or spender.name != plan.department:
            yield [_name(spender.name), *_amounts(spender.funds or Funds(), unit), "", ""]
        for project in spender.projects:
            indicators = between.join(map(_indicator, project.indicators))
            yield [
                _name(project.name),
                *_amounts(project.funds, unit),
                _edged(guarded(project.objective, _NEVER)),
                indicators,
            ]


def _heading(plan: Plan) -> Iterator[str]:
    if plan.title:
        title = _one_line(plan.title)
        yield title if heading_of([title]) == Heading(title=plan.title) else f"# {title}"
    if plan.department:
        yield f"部门名称：{_one_line(plan.department)}"
    if plan.money_unit:
        yield f"单位：{plan.money_unit}"


def _one_line(text: str) -> str:
    return _edged(guarded(text, _NEVER + "\n\u3000:：#*" + (" " if "  " in text else "")))


def _amounts(funds: Funds, unit: str) -> list[str]:
    return [printed(getattr(funds, amount), unit=unit) for amount in AMOUNTS]


def _name(text: str) -> str:
    written = _edged(guarded(text, _NEVER + "\n"))
    return f"&#{ord(written[0])};{written[1:]}" if is_total(written) else written


def _indicator(indicator: Indicator) -> str:
    number = "" if indicator.number is None else f"{indicator.number}、"
    head = "".join(f"{level}；" for level in (indicator.level1, indicator.level2) if level)
    name, cycle, annual = map(_field, (indicator.name, indicator.cycle_wording, indicator.annual_wording))
    return f"{number}{head}{name}；实施周期指标值:{cycle}；年度指标值:{annual}。"


def _field(text: str) -> str:
    """A name or a value. Whatever looks like the head or the label of an indicator hides its first character."""
    framed = f"。{text}；"
    patterns = (heads.pattern(), heads.plain_pattern(), labels.pattern(), _NUMBER)
    hidden = {start - 1 for pattern in patterns for start in _starts(pattern, framed)}
    return _edged(guarded(text, _NEVER, hidden=hidden))


def _starts(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """Where the pattern is found, inside an earlier find too: without its number a head is still a head."""
    match = pattern.search(text)
    while match:
        yield match.start()
        match = pattern.search(text, match.start() + 1)


# A number that begins a name could be taken for the number of the indicator.
_NUMBER = re.compile(r"(?<=。)\d(?=\d{0,2}\s*[、.．])")


def _edged(text: str) -> str:
    """Blanks at the edges as entities: a reader takes them for layout."""
    body = text.strip()
    if len(body) == len(text):
        return text
    start = text.index(body) if body else len(text)
    edges = (text[:start], text[start + len(body) :])
    before, after = ("".join(f"&#{ord(character)};" for character in edge) for edge in edges)
    return f"{before}{body}{after}"
