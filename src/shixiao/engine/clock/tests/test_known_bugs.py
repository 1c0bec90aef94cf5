"""What went wrong in other systems must not go wrong here. Each test is named after it and cites the report."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    CalendarDays,
    CalendarMonths,
    DayException,
    DayKind,
    Deadline,
    Hours,
    LightCode,
    OnDay,
    Roll,
    Unworkable,
    WorkingDays,
    WorkingHours,
    add,
    around_the_clock,
    elapsed,
    explain,
    known_holidays,
    light,
    month_window,
    office_hours,
    published_rows,
    remaining,
    reproject,
)
from shixiao.engine.clock.tests.examples import ALWAYS, COMPLEX, OFFICE, PAPERS, SHANGHAI, STATION, at, on

TICK = timedelta(microseconds=1)


def test_a_due_day_ends_with_its_last_minute_not_with_its_first() -> None:
    """What was due today was shown as overdue since midnight: google/ggrc-core PR #5723."""
    deadline = Deadline(start=at(10, 8, 9), budget=OnDay(on(10, 9)), calendar=OFFICE)
    assert not deadline.is_overdue(at(10, 9, 0, 0))
    assert not deadline.is_overdue(at(10, 9, 23, 59))
    assert not deadline.is_overdue(at(10, 10) - TICK)
    assert deadline.is_overdue(at(10, 10))


def test_one_working_day_is_one_day_and_not_24_hours_of_work() -> None:
    """P1D with a business calendar became 24 business hours, three days: jmix-framework/jmix#790."""
    assert add(at(10, 12, 9), WorkingDays(1), OFFICE) == at(10, 14)
    assert add(at(10, 12, 9), WorkingHours.of(hours=24), OFFICE) == at(10, 15, 12)


def test_waiting_is_counted_once_when_pauses_overlap() -> None:
    """Hold time was applied to the input and to the output: frappe/erpnext PR #52489."""
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=2), calendar=OFFICE)
    paused = deadline.suspended(at(10, 12, 10), PAPERS, until=at(10, 12, 12))
    twice = paused.suspended(at(10, 12, 11), COMPLEX, until=at(10, 12, 12)).suspended(
        at(10, 12, 10), PAPERS, until=at(10, 12, 12)
    )
    assert paused.due == twice.due == at(10, 12, 15)
    used = elapsed(at(10, 12, 9), at(10, 12, 15), OFFICE, suspensions=twice.suspensions)
    assert used.suspended == timedelta(hours=2)


def test_a_pause_outside_working_hours_takes_no_working_time() -> None:
    """A hold over night pushed an eight-hour limit to the next day: frappe/erpnext PR #49414, frappe/helpdesk PR #2449."""
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=8), calendar=OFFICE)
    assert deadline.suspended(at(10, 12, 17, 30), PAPERS, until=at(10, 13, 8, 30)).due == deadline.due == at(10, 13, 10)


def test_a_changed_limit_keeps_the_pauses_that_were() -> None:
    """With another urgency the pending time was forgotten: glpi-project/glpi#6902, #15605."""
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=8), calendar=OFFICE)
    paused = deadline.suspended(at(10, 12, 10), PAPERS, until=at(10, 12, 12))
    urgent = replace(paused, budget=WorkingHours.of(hours=2))
    assert urgent.first_due == at(10, 12, 11)
    assert urgent.due == at(10, 12, 15)


def test_what_is_pending_does_not_become_overdue() -> None:
    """A ticket violated its limit while it was pending: glpi-project/glpi#24481, #14148."""
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=2), calendar=OFFICE)
    paused = deadline.suspended(at(10, 12, 10), PAPERS)
    assert not paused.is_overdue(at(12, 31, 17))
    assert light(paused, now=at(12, 31, 17)).code is LightCode.SUSPENDED
    resumed = paused.resumed(at(10, 13, 9))
    assert not resumed.is_overdue(at(10, 13, 10))
    assert resumed.is_overdue(at(10, 13, 10) + TICK)


def test_a_pause_with_unknown_end_gives_no_guessed_due_time() -> None:
    """Nobody can know when waiting ends; until then there is no due time, and no timer fires."""
    paused = Deadline(start=at(10, 12, 9), budget=WorkingDays(3), calendar=OFFICE).suspended(at(10, 13, 10), PAPERS)
    assert paused.due is None
    assert paused.overdue_from is None
    assert paused.first_due == at(10, 16)
    assert paused.due_if_resumed(at(10, 14, 9)) == at(10, 17)
    assert "恢复后再定" in explain(paused).zh


def test_a_pause_that_comes_too_late_saves_nothing() -> None:
    """What is overdue stays overdue when somebody sets it to waiting afterwards (anchors, area 10: back-dating)."""
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=2), calendar=OFFICE)
    late = deadline.suspended(at(10, 12, 11, 1), PAPERS)
    assert late.due == at(10, 12, 11)
    assert late.is_overdue(at(10, 12, 11, 2))


def test_a_day_that_somebody_set_is_not_moved_by_waiting() -> None:
    """A manual time to resolve crept on with every pending minute; a deadline is no timer: glpi-project/glpi#17186."""
    deadline = Deadline(start=at(10, 8, 9), budget=OnDay(on(10, 14)), calendar=OFFICE)
    paused = deadline.suspended(at(10, 9, 9), PAPERS)
    assert paused.due == paused.resumed(at(10, 13, 9)).due == at(10, 15)
    assert "限期不变" in explain(paused).zh
    assert light(paused, now=at(10, 12, 9)).code is LightCode.NORMAL


def test_a_deadline_and_a_timer_cannot_be_mixed_up() -> None:
    """Time to resolve (a deadline) and total resolution time (a timer) were one field: glpi-project/glpi#17186."""
    deadline = Deadline(start=at(10, 8, 9), budget=WorkingHours.of(hours=8), calendar=OFFICE)
    used = elapsed(at(10, 8, 9), at(10, 8, 11), OFFICE)
    with pytest.raises(TypeError):
        used + deadline  # type: ignore[operator]
    with pytest.raises(TypeError):
        used < deadline  # type: ignore[operator]  # noqa: B015
    with pytest.raises(TypeError, match="needs a budget"):
        Deadline(start=at(10, 8, 9), budget=used, calendar=OFFICE)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Only a budget"):
        add(at(10, 8, 9), used, OFFICE)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="WorkingHours"):
        used.is_within(Hours.of(hours=8))  # type: ignore[arg-type]


def test_both_figures_are_there_with_and_without_pending_time() -> None:
    """Total time could only be had with pending time in it: glpi-project/glpi#1912."""
    pauses = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=8), calendar=OFFICE).suspended(
        at(10, 12, 10), PAPERS, until=at(10, 12, 12)
    )
    used = elapsed(at(10, 12, 9), at(10, 12, 15), OFFICE, suspensions=pauses.suspensions)
    assert (used.gross, used.suspended, used.net) == tuple(timedelta(hours=n) for n in (4, 2, 2))
    assert pauses.first_due == at(10, 13, 10)
    assert pauses.without_suspensions().due == at(10, 13, 10)
    assert pauses.due == at(10, 13, 12)


def test_an_extension_never_overwrites_the_first_deadline() -> None:
    """On-time rates need the original and the extended deadline (anchors, area 2)."""
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingDays(2), calendar=OFFICE)
    extended = deadline.extended(WorkingDays(2), COMPLEX).extended(OnDay(on(10, 23)), COMPLEX)
    assert extended.first_due == deadline.due == at(10, 15)
    assert extended.due == at(10, 24)
    assert extended.without_extensions().due == at(10, 15)


def test_an_edited_calendar_moves_an_open_deadline_and_says_which_day_did_it() -> None:
    """A calendar edit left open deadlines behind, and nobody saw what moved one: ConductionNL/openregister#3935, #3939."""
    deadline = Deadline(start=at(10, 8, 16), budget=WorkingHours.of(hours=8), calendar=OFFICE)
    storm = DayException(on(10, 9), DayKind.HOLIDAY, Text("台风停工", "typhoon"))
    moved = reproject(deadline, replace(OFFICE, exceptions=(*OFFICE.exceptions, storm)))
    assert (moved.old_due, moved.new_due) == (at(10, 9, 17), at(10, 10, 17))
    assert moved.changed_days == (on(10, 9),)
    assert moved.reason.zh == "因10月9日调整为放假（台风停工），由10月9日17:00改为10月10日17:00"


def test_a_month_is_as_long_as_it_is() -> None:
    """A monthly report was off by a month: healthchecks/healthchecks#539, #497."""
    months = [month_window(2028, month, ALWAYS) for month in range(1, 13)]
    assert [end for _, end in months[:-1]] == [begin for begin, _ in months[1:]]
    assert [elapsed(*month, ALWAYS).gross.days for month in months] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    june = month_window(2026, 6, ALWAYS)
    assert june[0] <= at(6, 30, 23, 59) < june[1] == at(7, 1)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 8, 31), 18, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
    ],
)
def test_a_month_from_the_31st_ends_with_the_last_day_of_a_shorter_month(start: date, months: int, last: date) -> None:
    """Month arithmetic overflows into the next month elsewhere (healthchecks/healthchecks#539 and its kin)."""
    begin = datetime(start.year, start.month, start.day, 9, tzinfo=SHANGHAI)
    midnight = datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)
    assert add(begin, CalendarMonths(months), OFFICE) == midnight


def test_the_summer_time_of_1986_makes_no_day_of_work_longer() -> None:
    """China had summer time from 1986 to 1991: in the night to 4 May 1986 an hour was left out."""
    assert elapsed(at(5, 3, year=1986), at(5, 5, year=1986), ALWAYS).gross == timedelta(hours=47)
    assert add(at(5, 3, 12, year=1986), Hours.of(hours=24), OFFICE) == at(5, 4, 13, year=1986)
    assert add(at(5, 3, 12, year=1986), CalendarDays(1), OFFICE) == at(5, 5, year=1986)
    # The hours of an office are those on its clock: Monday is as long as ever.
    assert elapsed(at(5, 5, year=1986), at(5, 6, year=1986), OFFICE).gross == timedelta(hours=7)
    # The night duty of that night was an hour shorter.
    assert elapsed(at(5, 3, 22, year=1986), at(5, 4, 6, year=1986), STATION).gross == timedelta(hours=7)


def test_an_hour_that_comes_twice_is_counted_twice() -> None:
    """Times of one zone were subtracted by what the clocks show, not by how much time passed."""
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    always = around_the_clock("Europe/Berlin")
    assert elapsed(first, second, always).gross == timedelta(hours=1)
    assert add(first, Hours.of(hours=1), always).astimezone(UTC) == second.astimezone(UTC)
    deadline = Deadline(start=first, budget=Hours.of(minutes=30), calendar=always)
    assert deadline.is_overdue(second)
    assert deadline.suspended(first, PAPERS, until=second).is_suspended(first + timedelta(minutes=15))


def test_the_same_instant_in_another_zone_gives_the_same_answer() -> None:
    """What a server in UTC stores and what a clerk in Guangzhou types is one instant."""
    start, now = at(9, 30, 16), at(10, 8, 17)
    deadline = Deadline(start=start.astimezone(UTC), budget=WorkingHours.of(hours=8), calendar=OFFICE)
    assert deadline.due == now
    assert explain(deadline) == explain(replace(deadline, start=start))
    assert elapsed(start.astimezone(UTC), now.astimezone(ZoneInfo("America/New_York")), OFFICE).gross == timedelta(
        hours=8
    )


def test_a_time_without_a_zone_is_refused_and_not_guessed() -> None:
    """A naive time was read in the server's zone and moved by eight hours."""
    naive = datetime(2026, 10, 8, 9)  # noqa: DTZ001
    with pytest.raises(Unworkable, match="没有时区"):
        Deadline(start=naive, budget=WorkingDays(1), calendar=OFFICE)
    with pytest.raises(Unworkable, match="没有时区"):
        elapsed(naive, at(10, 9), OFFICE)


@pytest.mark.parametrize("day", [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)])
def test_a_weekend_day_worked_in_lieu_is_a_working_day(day: tuple[int, int]) -> None:
    """调休 was missing or wrong: NateScarlet/holiday-cn#301, liriansu-opus/chinese-calendar#68, workalendar/workalendar#761."""
    assert OFFICE.is_working_day(on(*day))
    assert elapsed(at(*day), at(*day) + timedelta(days=1), OFFICE).gross == timedelta(hours=7)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ((1, 1), (1, 3)),
        ((2, 15), (2, 23)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((6, 19), (6, 21)),
        ((9, 25), (9, 27)),
        ((10, 1), (10, 7)),
    ],
)
def test_no_day_of_an_announced_holiday_is_worked_and_its_neighbours_are(
    first: tuple[int, int], last: tuple[int, int]
) -> None:
    """The days of 2026 as announced, both sides of each boundary."""
    days = [date.fromordinal(number) for number in range(on(*first).toordinal(), on(*last).toordinal() + 1)]
    assert not any(OFFICE.is_working_day(day) for day in days)
    begin, end = days[0] - timedelta(days=1), days[-1] + timedelta(days=1)
    ordinary = {day for day in (begin, end) if day.weekday() < 5}
    assert all(OFFICE.is_working_day(day) for day in ordinary)


def test_days_beyond_the_known_data_are_provisional_and_not_guessed_silently() -> None:
    """A library made up the holidays of a year that was not announced (dependencies: `holidays` for 2027)."""
    sure = Deadline(start=at(12, 30, 9), budget=WorkingDays(1), calendar=OFFICE)
    unsure = Deadline(start=at(12, 30, 9), budget=WorkingDays(2), calendar=OFFICE)
    assert not sure.is_provisional
    assert unsure.is_provisional
    assert "暂定" in explain(unsure).zh
    assert "provisional" in explain(unsure).en
    assert not elapsed(at(12, 30), at(1, 1, year=2027), OFFICE).is_provisional
    assert elapsed(at(12, 30), at(1, 1, year=2027) + TICK, OFFICE).is_provisional
    # Where no holiday matters nothing is provisional.
    assert not Deadline(start=at(12, 30, 9), budget=CalendarDays(20), calendar=OFFICE).is_provisional


def test_a_new_year_of_holidays_settles_what_was_provisional() -> None:
    """The data of 2026 arrives while a deadline runs into it."""
    before = office_hours(*known_holidays(row for row in published_rows() if row["date"] < "2026"))
    deadline = Deadline(start=at(12, 30, 9, year=2025), budget=WorkingDays(2), calendar=before)
    assert deadline.is_provisional
    moved = reproject(deadline, OFFICE)
    assert (moved.old_due, moved.new_due) == (at(1, 2), at(1, 5))
    assert moved.reason.zh == "因1月1日至2日调整为放假（元旦）、1月4日调整为调休上班，由1月1日24:00改为1月4日24:00"
    assert not moved.deadline.is_provisional


def test_work_that_begins_after_closing_time_does_not_lose_the_evening() -> None:
    """Timers set after business hours came out wrong: kiegroup/jbpm PR #1342, PR #1830; glpi-project/glpi#687."""
    assert add(at(10, 12, 20), WorkingHours.of(hours=1), OFFICE) == at(10, 13, 9, 30)
    assert add(at(10, 12, 7), WorkingHours.of(hours=1), OFFICE) == at(10, 12, 9, 30)
    assert elapsed(at(10, 12, 20), at(10, 13, 9, 30), OFFICE).gross == timedelta(hours=1)


def test_a_date_is_not_both_holiday_and_working_day() -> None:
    """A calendar took a holiday and a working day on one date: jmix-framework/jmix#1461."""
    with pytest.raises(Unworkable, match="2026-10-09"):
        office_hours((DayException(on(10, 9), DayKind.HOLIDAY), DayException(on(10, 9), DayKind.WORKDAY)))


def test_an_unknown_roll_rule_is_refused_and_not_taken_for_none() -> None:
    """openregister refuses it, too: ConductionNL/openregister PR #3272."""
    with pytest.raises(Unworkable, match="顺延规则“sideways”"):
        Roll("sideways")
    with pytest.raises(TypeError, match="roll rule"):
        Deadline(start=at(10, 8, 9), budget=WorkingDays(1), calendar=OFFICE, roll="next")  # type: ignore[arg-type]


def test_a_weekend_makes_no_ticket_overdue_in_an_office_that_is_closed() -> None:
    """Tickets that came in on a weekend were overdue on Monday: osTicket/osTicket#1168, megaapp977/stack#144."""
    deadline = Deadline(start=at(10, 17, 10), budget=WorkingHours.of(hours=4), calendar=OFFICE)
    assert deadline.due == at(10, 19, 14, 30)
    assert remaining(deadline, now=at(10, 19, 8, 30)).working == timedelta(hours=4)
