"""A deadline explains itself, stands still, goes on, is extended; and says what is left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    AtInstant,
    CalendarDays,
    DayException,
    DayKind,
    Deadline,
    Hours,
    OnDay,
    Roll,
    Suspension,
    Until,
    Unworkable,
    WorkingDays,
    WorkingHours,
    explain,
    remaining,
    reproject,
    spans,
)
from shixiao.engine.clock.tests.examples import ALWAYS, COMPLEX, OFFICE, PAPERS, STATION, at, on

EIGHT_HOURS = Deadline(start=at(9, 30, 16), budget=WorkingHours.of(hours=8), calendar=OFFICE)
MONDAY = Deadline(start=at(10, 12, 9), budget=WorkingDays(3), calendar=OFFICE)


def sentence(deadline: Deadline) -> str:
    return explain(deadline).zh


# ---- the sentence --------------------------------------------------------------------------------------------


def test_the_national_day_holiday_is_named_in_both_languages() -> None:
    assert EIGHT_HOURS.due == at(10, 8, 17)
    assert explain(EIGHT_HOURS) == Text(
        "8小时（工作时间），自9月30日16:00起，国庆节放假顺延，至10月8日17:00",
        "8 h of working time, from 30 September 16:00, National Day not counted, until 8 October 17:00",
    )


def test_a_limit_that_no_holiday_touches_names_none() -> None:
    assert (
        sentence(replace(EIGHT_HOURS, start=at(10, 12, 9))) == "8小时（工作时间），自10月12日09:00起，至10月13日10:00"
    )
    always = replace(EIGHT_HOURS, budget=Hours.of(hours=36))
    assert sentence(always) == "36小时（连续计时），自9月30日16:00起，至10月2日04:00"


def test_a_day_worked_in_lieu_is_named() -> None:
    assert sentence(Deadline(start=at(10, 9, 9), budget=WorkingDays(2), calendar=OFFICE)) == (
        "2个工作日，自10月9日09:00起，10月10日（周六）调休上班，至10月12日24:00"
    )


def test_pauses_and_extensions_are_named_with_their_reasons() -> None:
    deadline = (
        EIGHT_HOURS.suspended(at(10, 8, 9), PAPERS, until=at(10, 9, 9), code="papers")
        .extended(WorkingHours.of(hours=2, minutes=30), COMPLEX)
        .extended(OnDay(on(10, 16)), COMPLEX)
    )
    assert sentence(deadline) == (
        "8小时（工作时间），自9月30日16:00起，国庆节放假顺延，10月10日（周六）调休上班，"
        "10月8日09:00至10月9日09:00暂停（等待补正）而限期不变，"
        "延长2小时30分钟（工作时间）（情况复杂），延期至10月16日（情况复杂），至10月16日24:00"
    )


def test_a_code_stands_for_a_reason_that_is_kept_elsewhere() -> None:
    paused = MONDAY.suspended(at(10, 13, 9), Text("", ""), until=at(10, 14, 9), code="papers")
    assert "暂停（papers）" in sentence(paused)


@pytest.mark.parametrize(
    ("budget", "roll", "words"),
    [
        (CalendarDays(15), Roll.NEXT, "10月1日为国庆节假期，顺延，至10月8日24:00"),
        (CalendarDays(15), Roll.PREVIOUS, "10月1日为国庆节假期，提前，至9月30日24:00"),
        (CalendarDays(3), Roll.NEXT, "9月19日（周六）非工作时间，顺延，至9月20日24:00"),
        (CalendarDays(15), Roll.NONE, "自9月16日16:00起，至10月1日24:00"),
    ],
)
def test_a_roll_names_the_day_off(budget: CalendarDays, roll: Roll, words: str) -> None:
    deadline = Deadline(start=at(9, 16, 16), budget=budget, calendar=OFFICE, roll=roll)
    assert sentence(deadline).endswith(words)


def test_a_roll_within_a_day_is_named_too() -> None:
    deadline = Deadline(start=at(10, 12, 9), budget=Hours.of(hours=4), calendar=OFFICE, roll=Roll.NEXT)
    assert (
        sentence(deadline) == "4小时（连续计时），自10月12日09:00起，10月12日（周一）非工作时间，顺延，至10月12日14:00"
    )


def test_a_holiday_on_a_weekend_took_nothing_and_is_not_named() -> None:
    deadline = Deadline(start=at(6, 20, 9), budget=WorkingDays(1), calendar=OFFICE)
    assert sentence(deadline) == "1个工作日，自6月20日09:00起，至6月22日24:00"


def test_years_are_written_where_they_differ() -> None:
    deadline = Deadline(start=at(12, 30, 16), budget=WorkingDays(2), calendar=OFFICE)
    assert sentence(deadline) == (
        "2个工作日，自2026年12月30日16:00起，至2027年1月1日24:00（暂定：2027年1月1日起的节假日安排尚未录入）"
    )
    assert explain(deadline).en.endswith("(provisional: holidays from 1 January 2027 on are not known yet)")


def test_special_hours_are_named() -> None:
    short = replace(OFFICE, exceptions=(DayException(on(10, 13), DayKind.HOURS, hours=spans("08:30-10:30")),))
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=8), calendar=short)
    assert deadline.due == at(10, 13, 10)
    assert "10月13日按特殊时间上班" in sentence(deadline)


# ---- standing still and going on -----------------------------------------------------------------------------


def test_a_deadline_goes_on_where_it_stood() -> None:
    paused = MONDAY.suspended(at(10, 13, 10), PAPERS)
    assert paused.is_suspended(at(10, 13, 10))
    assert not paused.is_suspended(at(10, 13, 9, 59))
    resumed = paused.resumed(at(10, 15, 9))
    assert not resumed.is_suspended(at(10, 15, 9))
    assert resumed.due == at(10, 20)
    assert resumed.first_due == paused.first_due == MONDAY.due


def test_going_on_without_standing_still_is_refused() -> None:
    with pytest.raises(Unworkable, match="没有正在进行的暂停"):
        MONDAY.resumed(at(10, 13, 9))
    with pytest.raises(Unworkable, match="早于开始时间"):
        MONDAY.suspended(at(10, 13, 9), PAPERS).resumed(at(10, 13, 8))


def test_a_pause_and_an_extension_need_a_reason() -> None:
    with pytest.raises(Unworkable, match="须写明原因"):
        Suspension(at(10, 13), None, Text(" ", " "))
    with pytest.raises(Unworkable, match="须写明原因"):
        MONDAY.extended(WorkingDays(1), Text("", ""))


def test_an_extension_is_counted_from_where_the_deadline_stood() -> None:
    assert MONDAY.due == at(10, 16)
    assert MONDAY.extended(WorkingDays(1), COMPLEX).due == at(10, 17)
    assert MONDAY.extended(CalendarDays(2), COMPLEX).due == at(10, 18)
    assert MONDAY.extended(WorkingHours.of(hours=1), COMPLEX).due == at(10, 16, 9, 30)


def test_a_pause_during_the_extension_moves_only_the_extension() -> None:
    extended = MONDAY.extended(WorkingDays(2), COMPLEX).suspended(at(10, 16, 9), PAPERS, until=at(10, 20, 9))
    assert extended.due == at(10, 22)
    assert extended.without_extensions().due == MONDAY.due


def test_a_new_day_ends_a_pause_without_an_end() -> None:
    paused = MONDAY.suspended(at(10, 13, 9), PAPERS)
    assert paused.due is None
    assert paused.extended(OnDay(on(10, 30)), COMPLEX).due == at(10, 31)


# ---- what is left --------------------------------------------------------------------------------------------


def test_what_is_left_is_counted_in_working_time_and_in_real_time() -> None:
    left = remaining(EIGHT_HOURS, now=at(9, 30, 17))
    assert left.working == timedelta(hours=7)
    assert left.real == at(10, 8, 17) - at(9, 30, 17)
    assert left.share == pytest.approx(7 / 8)
    assert not left.over_working
    assert not left.over_real


def test_what_is_over_is_counted_too() -> None:
    left = remaining(EIGHT_HOURS, now=at(10, 9, 9))
    assert (left.working, left.real, left.share) == (timedelta(0), timedelta(0), 0)
    assert left.over_working == timedelta(hours=1)
    assert left.over_real == timedelta(hours=16)


def test_while_it_stands_still_as_much_is_left_as_when_it_stopped() -> None:
    paused = EIGHT_HOURS.suspended(at(10, 8, 10), PAPERS)
    for now in (at(10, 8, 10), at(10, 9, 15), at(11, 30, 23)):
        left = remaining(paused, now=now)
        assert left.working == timedelta(hours=5)
        assert left.share == pytest.approx(5 / 8)
        assert left.is_suspended


def test_a_limit_within_a_holiday_has_a_share_of_real_time() -> None:
    deadline = Deadline(start=at(10, 1), budget=OnDay(on(10, 4)), calendar=OFFICE)
    assert remaining(deadline, now=at(10, 2)).share == pytest.approx(3 / 4)


def test_a_share_never_leaves_0_to_1() -> None:
    assert remaining(EIGHT_HOURS, now=at(9, 1)).share == 1
    assert remaining(EIGHT_HOURS, now=at(12, 1)).share == 0


# ---- another calendar ----------------------------------------------------------------------------------------


def test_a_change_elsewhere_moves_nothing_and_says_so() -> None:
    later = replace(OFFICE, exceptions=(*OFFICE.exceptions, DayException(on(11, 2), DayKind.HOLIDAY)))
    moved = reproject(EIGHT_HOURS, later)
    assert not moved.has_moved
    assert moved.changed_days == ()
    assert moved.reason.zh == "日历调整不涉及这段时间，到期时间不变"


def test_a_holiday_that_is_taken_back_brings_the_deadline_forward() -> None:
    kept = tuple(one for one in OFFICE.exceptions if one.date not in {on(10, 6), on(10, 7)})
    moved = reproject(EIGHT_HOURS, replace(OFFICE, exceptions=kept))
    assert moved.new_due == at(10, 6, 17)
    assert moved.reason.zh == "因10月6日至7日调整为上班，由10月8日17:00改为10月6日17:00"
    assert moved.reason.en == "6 to 7 October is worked now: moved from 8 October 17:00 to 6 October 17:00"


def test_other_hours_and_night_duty_are_reasons_too() -> None:
    short = DayException(on(10, 8), DayKind.HOURS, hours=spans("08:30-12:00"))
    moved = reproject(EIGHT_HOURS, replace(OFFICE, exceptions=(*OFFICE.exceptions, short)))
    assert moved.reason.zh == "因10月8日调整上班时间，由10月8日17:00改为10月9日11:30"
    on_duty = reproject(EIGHT_HOURS, replace(OFFICE, night_duty=spans("22:00-06:00")))
    assert on_duty.new_due == at(10, 1, 4, 30)
    assert on_duty.reason.zh.startswith("因日历的夜间值班")


def test_many_changes_are_counted_instead_of_listed() -> None:
    days = tuple(DayException(on(10, day), DayKind.HOLIDAY) for day in (13, 15, 19, 21, 23, 27))
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingDays(10), calendar=OFFICE)
    moved = reproject(deadline, replace(OFFICE, exceptions=(*OFFICE.exceptions, *days)))
    assert "等6处调整" in moved.reason.zh


def test_what_stands_still_has_no_due_time_by_the_new_calendar_either() -> None:
    moved = reproject(EIGHT_HOURS.suspended(at(10, 8, 9), PAPERS), replace(OFFICE, exceptions=()))
    assert moved.new_due == at(10, 1, 17)  # by the new calendar it was due before the pause
    still = reproject(MONDAY.suspended(at(10, 13, 9), PAPERS), replace(OFFICE, exceptions=()))
    assert (still.old_due, still.new_due) == (None, None)
    assert "暂停中" in still.reason.zh


# ---- several calendars ---------------------------------------------------------------------------------------


def test_every_desk_has_its_own_calendar() -> None:
    saturday = at(10, 17, 11)
    limit = WorkingHours.of(hours=2)
    assert Deadline(start=saturday, budget=limit, calendar=OFFICE).due == at(10, 19, 10, 30)
    assert Deadline(start=saturday, budget=limit, calendar=STATION).due == at(10, 17, 23)
    assert Deadline(start=saturday, budget=limit, calendar=ALWAYS).due == at(10, 17, 13)
    day = WorkingDays(1, Until.CLOSING_TIME)
    assert Deadline(start=saturday, budget=day, calendar=STATION).due == at(10, 18, 12)


# ---- a named instant -------------------------------------------------------------------------------------------

WINDOW = Deadline(start=at(6, 30), budget=AtInstant(at(6, 30, 9)), calendar=OFFICE, roll=Roll.NEXT)


def test_an_instant_is_too_late_itself_and_nothing_rolls_it() -> None:
    assert (WINDOW.due, WINDOW.overdue_from, WINDOW.first_due) == (at(6, 30, 9), at(6, 30, 9), at(6, 30, 9))
    assert WINDOW.is_on_time(at(6, 30, 9) - timedelta(microseconds=1))
    assert WINDOW.is_overdue(at(6, 30, 9))
    holiday = Deadline(start=at(10, 1), budget=AtInstant(at(10, 3, 12)), calendar=OFFICE, roll=Roll.NEXT)
    assert holiday.due == at(10, 3, 12)
    assert not replace(WINDOW, budget=AtInstant(at(6, 30, 9, year=2099))).is_provisional


def test_no_pause_moves_a_named_instant_and_an_extension_does() -> None:
    paused = WINDOW.suspended(at(6, 30, 1), PAPERS)
    assert paused.due == at(6, 30, 9)
    assert not paused.is_suspended(at(6, 30, 2))
    assert paused.extended(AtInstant(at(7, 1, 9)), COMPLEX).due == at(7, 1, 9)
    assert WINDOW.extended(WorkingHours.of(hours=1), COMPLEX).due == at(6, 30, 10)


def test_the_sentence_of_a_named_instant() -> None:
    assert explain(WINDOW) == Text(
        "限6月30日09:00前，自6月30日00:00起，至6月30日09:00",
        "before 30 June 09:00, from 30 June 00:00, until 30 June 09:00",
    )
    day = replace(WINDOW, budget=AtInstant(at(7, 1)))
    assert sentence(day) == "限6月30日24:00前，自6月30日00:00起，至6月30日24:00"
    longer = WINDOW.extended(AtInstant(at(7, 1, 9)), COMPLEX)
    assert "延期至7月1日09:00（情况复杂）" in sentence(longer)


def test_an_instant_may_be_the_start_and_not_before_it() -> None:
    assert replace(WINDOW, start=at(6, 30, 9)).is_overdue(at(6, 30, 9))
    with pytest.raises(Unworkable):
        replace(WINDOW, start=at(6, 30, 9, 1)).due  # noqa: B018


def test_what_is_left_of_a_named_instant() -> None:
    left = remaining(replace(WINDOW, budget=AtInstant(at(6, 30, 10))), now=at(6, 30, 9, 30))
    assert (left.working, left.real) == (timedelta(minutes=30), timedelta(minutes=30))
