"""`shixiao show`: one table as a tree that reads like the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from shixiao import tables
from shixiao.engine import targets
from shixiao.engine.bilingual import Text
from shixiao.engine.plans import Funds, Indicator, Plan, Project, Repair, Unit
from shixiao.engine.targets.reading import Reading
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.layout import asked
from shixiao.site.cli.refusal import CLEAN
from shixiao.site.cli.sources import read_document
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.width import padded, width, wrapped
from shixiao.site.cli.wording import visible

_COLUMNS = 100
_NAMES = 34  # columns that names line up to; longer ones push their row to the right
_WORDINGS = 22
_SOURCES = (
    ("fiscal", Text("财政拨款", "fiscal")),
    ("special_account", Text("财政专户", "special account")),
    ("other", Text("其他资金", "other")),
)


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Show the file. Raises Refused when it cannot be read."""
    document = read_document(wishes.words("FILE")[0], terminal, asked(wishes))
    for number, plan in enumerate(document.plans, 1):
        if number > 1:
            terminal.line()
        _show_plan(plan, terminal)
    _show_repairs(document, terminal)
    return CLEAN


def _show_plan(plan: Plan, terminal: Terminal) -> None:
    heading = " · ".join(filter(None, (plan.department, plan.title)))
    terminal.line(terminal.paint(visible(heading), "strong"))
    totals = tables.totals(plan)
    counts = Text(
        f"{totals.units} 个单位，{totals.projects} 个项目，{totals.indicators} 条指标",
        f"units {totals.units}, projects {totals.projects}, indicators {totals.indicators}",
    )
    terminal.line(f"{terminal.say(counts)}  {_money(totals.funds, terminal)}")
    for unit in plan.units:
        terminal.line()
        _show_unit(unit, terminal)


def _show_unit(unit: Unit, terminal: Terminal) -> None:
    terminal.line(f"{terminal.paint(visible(unit.name), 'strong')}  {_funds(unit.funds, terminal)}".rstrip())
    for project in unit.projects:
        is_last = project is unit.projects[-1]
        terminal.line(
            f"{'└─' if is_last else '├─'} {visible(project.name)}  {_funds(project.funds, terminal)}".rstrip()
        )
        stem = "   " if is_last else "│  "
        for line in _project_lines(project, terminal):
            terminal.line(f"{stem}{line}".rstrip())


def _project_lines(project: Project, terminal: Terminal) -> Iterator[str]:
    if project.objective:
        label = terminal.say(Text("目标：", "goal: "))
        for line in _hanging(label, visible(project.objective), _COLUMNS - 3):
            yield terminal.paint(line, "faint")
    if project.total_score is not None:
        grade = f" {visible(project.grade)}" if project.grade else ""
        yield terminal.say(Text("自评得分 {}{}", "self-evaluation: {} points{}")).format(
            f"{project.total_score:f}", grade
        )
    for repair in project.repairs:
        yield _repair(repair, terminal)
    for indicator in project.indicators:
        yield from _indicator_lines(indicator, terminal)


def _indicator_lines(indicator: Indicator, terminal: Terminal) -> Iterator[str]:
    name = padded(f"{indicator.code or '??'} {visible(indicator.name)}", _NAMES)
    head = f"{indicator.row:>4} {name}"
    for which, published, reading in indicator.sides():
        label = terminal.say(Text("周期 ", "cycle ")) if which == "cycle" else ""
        yield f"{head} {padded(label + (visible(published) or '—'), _WORDINGS)} {_words(reading, terminal)}"
        head = f"     {' ' * _NAMES}"
    if result := _result(indicator, terminal):
        yield f"{head} {terminal.paint(result, 'faint')}"
    for repair in indicator.repairs:
        yield f"     {_repair(repair, terminal)}"


def _result(indicator: Indicator, terminal: Terminal) -> str:
    """What a self-evaluation published beside the target, and the weight of a form that has weights."""
    said = []
    if indicator.actual_wording:
        said.append(terminal.say(Text("实际 ", "reached ")) + visible(indicator.actual_wording))
    of = "" if indicator.weight is None else f"{indicator.weight:f}"
    if indicator.score is not None:
        said.append(terminal.say(Text("得分 ", "points ")) + f"{indicator.score:f}" + (f" / {of}" if of else ""))
    elif of:
        said.append(terminal.say(Text("分值 ", "weight ")) + of)
    return "  ".join(said)


def _words(reading: Reading, terminal: Terminal) -> str:
    """The reading in plain words, with what is unsure about it."""
    said = f"→ {visible(terminal.say(targets.explain(reading)))}"
    if not reading.unsure:
        return said
    reasons = [terminal.say(targets.REASONS.get(code) or Text(code, code)) for code in reading.unsure]
    return f"{said}  {terminal.paint('? ' + '；'.join(map(visible, reasons)), 'warning')}"


def _funds(funds: Funds | None, terminal: Terminal) -> str:
    if funds is None:
        return ""
    amounts = [(text, getattr(funds, source)) for source, text in _SOURCES]
    parts = [f"{terminal.say(text)} {amount:,}" for text, amount in amounts if amount]
    detail = (
        Text("（{}）", " ({})").in_(terminal.language).format(terminal.say(Text("，", ", ")).join(parts))
        if parts
        else ""
    )
    return _money(funds.total, terminal) + detail


def _money(amount: Decimal | None, terminal: Terminal) -> str:
    if amount is None:
        return terminal.say(Text("金额未写", "no amount"))
    return terminal.say(Text(f"{amount:,} 万元", f"{amount:,} ×10,000 yuan"))


def _show_repairs(document: tables.Document, terminal: Terminal) -> None:
    """Everything that was mended, also what stands above beside its row: nothing is mended in silence."""
    if not document.repairs:
        return
    terminal.line()
    terminal.line(
        terminal.say(Text(f"读取时修补 {len(document.repairs)} 处：", f"mended while reading: {len(document.repairs)}"))
    )
    for repair in document.repairs:
        place = _place(repair)
        terminal.line(f"  {visible(terminal.say(place))}{_repair(repair, terminal)}")


def _place(repair: Repair) -> Text:
    if repair.row is not None:
        return Text(f"第 {repair.row} 条 ", f"row {repair.row}: ")
    return Text(f"第{repair.place.line}行 ", f"line {repair.place.line}: ") if repair.place.line else Text("", "")


def _repair(repair: Repair, terminal: Terminal) -> str:
    mark = "!" if repair.defect else "~"
    return terminal.paint(f"{mark} {visible(terminal.say(repair.text))}", "warning" if repair.defect else "faint")


def _hanging(label: str, text: str, columns: int) -> Iterable[str]:
    """`label` and then `text`, the following lines below the beginning of the text."""
    lines: Sequence[str] = wrapped(text, columns - width(label))
    yield label + lines[0]
    for line in lines[1:]:
        yield " " * width(label) + line
