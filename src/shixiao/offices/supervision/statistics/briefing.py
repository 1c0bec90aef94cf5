"""A week or a month as a drafted report (专报), which an officer downloads and edits in Word. Every figure in it is the page's."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Annotated, ClassVar, NamedTuple

from django.utils import timezone

from shixiao import forms
from shixiao.casework import simulated
from shixiao.forms.contents import Label, OfficialForm, Section, Style
from shixiao.offices.supervision.statistics.figures import Line
from shixiao.offices.supervision.statistics.periods import AGES, MONTH, WEEK, Period
from shixiao.offices.supervision.statistics.reading import Statistics
from shixiao.offices.supervision.statistics.showing import RANK, by_age, ranked
from shixiao.people.models import User

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORDS = {WEEK: "周报", MONTH: "月报"}
_OLD = ("3_5_months", "6_11_months", "a_year")


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """A unit in one line of the report."""

    unit: Annotated[str, Label("单位")]
    issued: Annotated[Decimal | None, Label("交办", Style.POINTS)] = None
    closed: Annotated[Decimal | None, Label("办结", Style.POINTS)] = None
    due: Annotated[Decimal | None, Label("到期", Style.POINTS)] = None
    in_time: Annotated[Decimal | None, Label("按期", Style.POINTS)] = None
    rate: Annotated[Decimal | None, Label("按期率", Style.PERCENT)] = None
    overdue: Annotated[Decimal | None, Label("现在逾期", Style.POINTS)] = None
    in_hand: Annotated[Decimal | None, Label("在办", Style.POINTS)] = None
    remark: Annotated[str, Label("备注", needed=False)] = ""


@dataclass(frozen=True, kw_only=True)
class Briefing(OfficialForm):
    """督办工作专报 of a week or a month: what is known is written, the rest is for an officer."""

    TITLE: ClassVar[str] = "督办工作专报"
    WORD: ClassVar[str] = "supervision_briefing"

    sort: Annotated[str, Label("报别")]
    period: Annotated[str, Label("期间")]
    cut_off: Annotated[str, Label("截止")]
    sections: Annotated[tuple[Section, ...], Label("章节", Style.ROWS)] = ()
    units: Annotated[tuple[UnitLine, ...], Label("单位", Style.ROWS)] = ()


class Drafted(NamedTuple):
    """A file and what it is called."""

    name: str
    content: bytes


def is_for(period: Period) -> bool:
    """Weeks and months have a report."""
    return period.sort in _WORDS


def draft(told: Statistics, *, by: User, now: datetime) -> Drafted:
    """The report as a Word file. `told` is a reading by unit."""
    content = content_of(told, filled_by=by.display_name, now=now)
    template = files("shixiao.offices.supervision.statistics").joinpath("briefing.docx").read_bytes()
    filled = forms.fill(content, kind="docx", template=template)
    return Drafted(f"{Briefing.TITLE}-{told.period.written}.docx", filled)


def content_of(told: Statistics, *, filled_by: str, now: datetime) -> Briefing:
    """What the report says, before it is set."""
    cut_off = (
        f"{_day(told.day)}日终所知" if told.as_of is not None else f"{_day(told.day)}{timezone.localtime(now):%H:%M}"
    )
    return Briefing(
        year=str(told.period.days.begin.year),
        made_on=timezone.localtime(now).date(),
        source="实效督办台账" if told.is_everywhere else "实效督办台账（本人可见的单位）",
        filled_by=filled_by,
        simulated=simulated.is_simulated(),
        sort=_WORDS[told.period.sort],
        period=told.period.title.zh,
        cut_off=cut_off,
        sections=tuple(_sections(told)),
        units=tuple(_units(told)),
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _sections(told: Statistics) -> list[Section]:
    total = told.total
    return [
        Section(heading="一、总体情况", text=_overall(told)),
        Section(heading="二、办理时效", text=_pace(total)),
        Section(heading="三、逾期和久拖事项", text=_lasting(told)),
        Section(heading="四、存在问题", text=""),
        Section(heading="五、下一步安排", text=""),
    ]


def _overall(told: Statistics) -> str:
    total = told.total
    found = (
        f"{told.period.title.zh}，共交办督办事项{total.value('issued')}件，办结{total.value('closed')}件。"
        f"到期{total.rate.counted}件，其中按期{total.rate.met}件，逾期{total.rate.missed}件"
    )
    if (rate := total.value("in_time_rate")) is not None:
        found += f"，按期率{rate}%"
        if (first := total.value("first_limit_rate")) is not None:
            found += f"（按原定期限为{first}%）"
    return f"{found}。"


def _pace(total: Line) -> str:
    found = f"审核退回{total.value('returned')}件；批准延期{total.value('extensions')}次，催办{total.value('reminders')}次。"
    mean, median = total.value("hours_mean"), total.value("hours_median")
    if mean is not None and median is not None:
        found += f"审核通过的事项平均用时{mean}个工作小时，中位数约{median}个工作小时。"
    return found


def _lasting(told: Statistics) -> str:
    total = told.total
    ages = by_age(total.ages)
    old = sum(ages[code] for code in _OLD)
    late = by_age(total.late_ages)
    found = f"在办{total.value('in_hand')}件，其中逾期{total.value('overdue')}件。交办三个月以上仍未办结的{old}件。"
    parts = [f"{age.title.zh}到期的{late[age.code]}件" for age in AGES if late[age.code]]
    return found + (f"逾期事项中，{'，'.join(parts)}。" if parts else "")


def _units(told: Statistics) -> list[UnitLine]:
    rows = [(each.row.name, each.row.line) for each in ranked(told.rows, RANK)]
    return [_unit(name, line) for name, line in [*rows, ("合计", told.total)]]


def _unit(name: str, line: Line) -> UnitLine:
    def number(code: str) -> Decimal | None:
        value = line.value(code)
        return None if value is None else Decimal(value)

    return UnitLine(
        unit=name,
        issued=number("issued"),
        closed=number("closed"),
        due=number("due"),
        in_time=number("in_time"),
        rate=number("in_time_rate"),
        overdue=number("overdue"),
        in_hand=number("in_hand"),
        remark="件数少" if line.is_of_few else "",
    )
