"""One clock for every office: working time, deadlines, lights. Pure: no system clock, `now` comes in.

    office = office_hours(*published_holidays())
    deadline = Deadline(start=received, budget=WorkingHours.of(hours=8), calendar=office)
    deadline.due                       the instant; None while it stands still without an end
    explain(deadline)                  8小时（工作时间），自9月30日16:00起，国庆节放假顺延，至10月8日17:00
    deadline.is_overdue(now)
    light(deadline, now=now)           word, colour, reason

- A `Calendar` is when somebody works: weekly hours, days that differ (放假, 调休上班, special hours), night duty, and
  until when the data is known. Beyond, everything is provisional (暂定).
- A budget says how much time is allowed: `WorkingHours`, `Hours`, `WorkingDays`, `CalendarDays`, `CalendarMonths`,
  `OnDay`, `AtInstant`. Each is a type of its own; `budgets` says on which day counting begins and when a day ends.
- A `Deadline` is a start, a budget, a calendar, a roll rule, and a ledger of suspensions and extensions. Its due
  instant is worked out and never stored, so a calendar edit moves it (`reproject` says why) and `first_due` stays.
- `Elapsed` is time consumed. It is no deadline and cannot be compared with one.
- A `Schedule` says what is expected again and again; `expected_windows` gives the window of each time.
- All intervals are half-open. A due day ends with its last moment: its due instant is the midnight after it.
"""

from shixiao.engine.clock.budgets import (
    AtInstant,
    Budget,
    CalendarDays,
    CalendarMonths,
    CountedFrom,
    Hours,
    OnDay,
    Roll,
    Until,
    WorkingDays,
    WorkingHours,
)
from shixiao.engine.clock.calendars import OFFICE_DAY, WHOLE_DAY, Calendar, Week, around_the_clock, office_hours
from shixiao.engine.clock.days import DayException, DayKind, Span, spans
from shixiao.engine.clock.deadlines import Deadline, Extension
from shixiao.engine.clock.elapsed import Elapsed, add, elapsed
from shixiao.engine.clock.explaining import explain
from shixiao.engine.clock.holiday_table import Problem, check_table
from shixiao.engine.clock.holidays import (
    KnownHolidays,
    holiday_name,
    known_holidays,
    published_holidays,
    published_rows,
)
from shixiao.engine.clock.json_form import (
    budget_from_dict,
    budget_to_dict,
    calendar_from_dict,
    calendar_to_dict,
    exception_from_dict,
    exception_to_dict,
    extension_from_dict,
    extension_to_dict,
    scheme_from_dict,
    scheme_to_dict,
    suspension_from_dict,
    suspension_to_dict,
)
from shixiao.engine.clock.lights import (
    LIGHT_WORDS,
    USUAL_SCHEME,
    Colour,
    Light,
    LightCode,
    LightRule,
    LightScheme,
    light,
)
from shixiao.engine.clock.remaining import Remaining, remaining
from shixiao.engine.clock.reprojecting import Reprojection, reproject
from shixiao.engine.clock.schedule_words import (
    schedule_from_dict,
    schedule_in_words,
    schedule_to_dict,
    window_in_words,
)
from shixiao.engine.clock.schedules import (
    Daily,
    Days,
    ExpectedWindow,
    Monthly,
    Quarterly,
    Schedule,
    Slots,
    Weekly,
    Yearly,
    expected_windows,
    first_day,
    how_many,
    is_rare,
)
from shixiao.engine.clock.suspensions import Suspension
from shixiao.engine.clock.unworkable import Unworkable
from shixiao.engine.clock.windows import day_window, month_window
from shixiao.engine.clock.wordings import (
    amount_in_words,
    budget_in_words,
    day_in_words,
    instant_in_words,
    moment_in_words,
)

__all__ = [
    "LIGHT_WORDS",
    "OFFICE_DAY",
    "USUAL_SCHEME",
    "WHOLE_DAY",
    "AtInstant",
    "Budget",
    "Calendar",
    "CalendarDays",
    "CalendarMonths",
    "Colour",
    "CountedFrom",
    "Daily",
    "DayException",
    "DayKind",
    "Days",
    "Deadline",
    "Elapsed",
    "ExpectedWindow",
    "Extension",
    "Hours",
    "KnownHolidays",
    "Light",
    "LightCode",
    "LightRule",
    "LightScheme",
    "Monthly",
    "OnDay",
    "Problem",
    "Quarterly",
    "Remaining",
    "Reprojection",
    "Roll",
    "Schedule",
    "Slots",
    "Span",
    "Suspension",
    "Until",
    "Unworkable",
    "Week",
    "Weekly",
    "WorkingDays",
    "WorkingHours",
    "Yearly",
    "add",
    "amount_in_words",
    "around_the_clock",
    "budget_from_dict",
    "budget_in_words",
    "budget_to_dict",
    "calendar_from_dict",
    "calendar_to_dict",
    "check_table",
    "day_in_words",
    "day_window",
    "elapsed",
    "exception_from_dict",
    "exception_to_dict",
    "expected_windows",
    "explain",
    "extension_from_dict",
    "extension_to_dict",
    "first_day",
    "holiday_name",
    "how_many",
    "instant_in_words",
    "is_rare",
    "known_holidays",
    "light",
    "moment_in_words",
    "month_window",
    "office_hours",
    "published_holidays",
    "published_rows",
    "remaining",
    "reproject",
    "schedule_from_dict",
    "schedule_in_words",
    "schedule_to_dict",
    "scheme_from_dict",
    "scheme_to_dict",
    "spans",
    "suspension_from_dict",
    "suspension_to_dict",
    "window_in_words",
]
