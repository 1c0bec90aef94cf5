"""What was known when: the history of a verdict, whoever works it out and however late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shixiao.engine.measures import (
    Aspect,
    CountsOn,
    Happening,
    Measure,
    Outcome,
    Reads,
    Restless,
    Timeline,
    Verdict,
    declaring,
    history,
    missed,
    on_time,
    pending,
    versions_at,
)
from shixiao.engine.measures.readings import add_up, of_finding

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=ZONE)


def declared(function, **more):
    given = {
        "name": "desk.sent_on_time",
        "wording": None,
        "of": ("desk.item",),
        "unit": "%",
        "aspect": Aspect.TIMELINESS,
        "counts_on": CountsOn.DUE,
        "reads": Reads.SHARE,
        "function": function,
        "about": "…",
    }
    return Measure(**(given | more))


def sent_on_time(case, *, clock, now):
    return on_time(case, "desk.opened", "desk.sent", "send", now=now)


SENT = declared(sent_on_time)


FIFTH = at(5)


def opened(day=1, *, late=FIFTH, id_=1, recorded=None):
    particulars = {"late_from": {"send": late.isoformat()}, "scope": {"unit": 3, "project": 7}}
    return Happening("desk.opened", at(day), recorded or at(day), particulars, id_)


def sent(day, *, id_=2, recorded=None, hour=9):
    return Happening("desk.sent", at(day, hour), recorded or at(day, hour), {}, id_)


def line(*events):
    return Timeline("desk.item", events, ZONE, id=1)


def told(case, now, measure=SENT):
    return [(each.known_at, each.event, each.finding.outcome) for each in history(measure, {}, case, now=now).versions]


def test_a_case_is_pending_until_it_is_done():
    assert told(line(opened(), sent(3)), at(4)) == [(at(1), 1, Outcome.PENDING), (at(3), 2, Outcome.MET)]


def test_a_limit_that_passes_is_known_at_that_instant_and_not_when_somebody_looks():
    assert told(line(opened()), at(9)) == [(at(1), 1, Outcome.PENDING), (at(5), 0, Outcome.MISSED)]


def test_the_instant_of_the_limit_is_too_late_and_the_moment_before_is_not():
    before = history(SENT, {}, line(opened()), now=at(5) - timedelta(microseconds=1))
    assert [each.finding.outcome for each in before.versions] == [Outcome.PENDING]
    assert before.look_at == at(5)
    assert told(line(opened()), at(5))[-1] == (at(5), 0, Outcome.MISSED)


def test_what_was_done_in_time_and_written_down_late_was_missed_in_between():
    case = line(opened(), sent(4, recorded=at(8)))
    assert told(case, at(9)) == [
        (at(1), 1, Outcome.PENDING),
        (at(5), 0, Outcome.MISSED),
        (at(8), 2, Outcome.MET),
    ]


def test_the_history_known_at_a_moment_is_a_beginning_of_the_history_known_later():
    case = line(opened(), sent(4, recorded=at(8)))
    whole = history(SENT, {}, case, now=at(20)).versions
    for day in range(1, 20):
        known = [each for each in case.recorded if each.recorded_at <= at(day)]
        part = history(SENT, {}, line(*known), now=at(day)).versions
        assert part == whole[: len(part)]
        assert versions_at(whole, at(day)) == versions_at(part, at(day))


def test_a_fact_counts_on_the_day_of_its_limit_and_where_the_case_belongs():
    (first, *_more) = history(SENT, {}, line(opened(late=datetime(2026, 6, 6, 0, 0, tzinfo=ZONE))), now=at(2)).versions
    assert first.finding.day == date(2026, 6, 5)  # the midnight after a day is that day's end
    assert (first.finding.scope.unit, first.finding.scope.project) == (3, 7)


def test_a_case_that_moves_to_another_project_takes_its_verdict_along():
    move = Happening("casework.moved", at(4), at(4), {"scope": {"unit": 3, "project": 8}}, 3)
    versions = history(SENT, {}, line(opened(), sent(3), move), now=at(9)).versions
    assert [each.finding.scope.project for each in versions] == [7, 7, 8]
    assert versions[-1].finding.outcome is Outcome.MET


def test_done_in_time_only_because_of_an_extension_is_not_counted_and_both_figures_are_kept():
    more = Happening(
        "casework.extension_granted", at(4), at(4), {"name": "send", "late_from": {"send": at(10).isoformat()}}, 2
    )
    (last,) = versions_at(history(SENT, {}, line(opened(), more, sent(7, id_=3)), now=at(9)).versions, at(9)).values()
    assert (last.finding.outcome, last.finding.reason) == (Outcome.NOT_COUNTED, "extended")
    reading = of_finding(last.finding)
    assert (reading.not_counted, reading.back_missed, reading.share) == (1, 1, None)
    assert reading.share_with_exclusions == 0


def test_what_stands_still_is_pending_without_an_end():
    pause = Happening("desk.paused", at(3), at(3), {"late_from": {"send": None}}, 2)
    found = history(SENT, {}, line(opened(), pause), now=at(9))
    assert found.look_at is None
    assert found.versions[-1].finding.outcome is Outcome.PENDING


def test_a_book_whose_clock_was_set_back_does_not_go_back():
    case = line(opened(), sent(3, recorded=at(3)), Happening("desk.noted", at(1), at(2), {}, 3))
    known = [each.known_at for each in history(SENT, {}, case, now=at(9)).versions]
    assert known == sorted(known)


def test_a_measure_that_always_wants_to_be_looked_at_again_is_named():
    def restless(case, *, clock, now):
        return pending(on=now.date(), until=now)

    with pytest.raises(Restless, match=r"desk\.sent_on_time"):
        history(declared(restless), {}, line(opened()), now=at(9))


def test_parts_that_vanish_are_gone():
    def stock(case, *, clock, now):
        one = missed(on=date(2026, 6, 1))
        return (one, one) if not case.has("desk.sent") else (one,)

    versions = history(declared(stock), {}, line(opened(), sent(3)), now=at(9)).versions
    assert [(each.part, each.number, each.finding.outcome) for each in versions] == [
        (0, 1, Outcome.MISSED),
        (1, 1, Outcome.MISSED),
        (1, 2, Outcome.GONE),
    ]


def test_only_what_came_after_is_new():
    case = line(opened(), sent(4, recorded=at(8)))
    found = history(SENT, {}, case, now=at(9))
    assert [each.known_at for each in found.after(1, at(1))] == [at(5), at(8)]
    assert [each.known_at for each in found.after(1, at(6))] == [at(8)]
    assert found.after(2, at(9)) == ()


def test_readings_add_and_ratios_are_taken_from_the_sums():
    one, other = Verdict(Outcome.MET, date(2026, 1, 1)), Verdict(Outcome.MISSED, date(2026, 1, 1))
    assert one.outcome is not other.outcome
    from shixiao.engine.measures import Finding

    many = [of_finding(Finding(outcome)) for outcome in (Outcome.MET, Outcome.MET, Outcome.MISSED, Outcome.PENDING)]
    total = add_up(many)
    assert (total.met, total.missed, total.pending, total.cases) == (2, 1, 1, 4)
    assert total.share is not None
    assert add_up(many[:2]) + add_up(many[2:]) == total


def test_a_measure_without_a_definition_is_refused():
    def nothing(case, *, clock, now):
        return None

    with pytest.raises(declaring.BrokenMeasure, match="docstring"):
        declaring.measure(
            "甲",
            "A",
            of="desk.item",
            unit="%",
            aspect=Aspect.QUANTITY,
            counts_on=CountsOn.DONE,
            reads=Reads.COUNT,
            name="desk.a",
        )(nothing)


UTC_NOW = datetime(2026, 6, 1, 1, tzinfo=UTC)


def test_a_moment_is_local_to_the_office():
    assert line(opened()).day(datetime(2026, 6, 1, 17, tzinfo=UTC)) == date(2026, 6, 2)
    assert at(1) == UTC_NOW
