"""Tags: what is changed from a day on leaves every day before it as it was counted."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.casework import Opening, assessing, offices, open_many, tagging, vocabulary
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case, CaseTag, Tag
from shixiao.casework.models.tags import TAG_DEEPEST
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Steps
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.vocabulary import Part, Place, counted_with
from shixiao.ledger.models import Event, Words
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)
DAY = timedelta(days=1)


@pytest.fixture
def keeper(staff: Callable[..., User]) -> User:
    return staff("keeper", "casework.tag_keeper")


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def cases(unit: Unit, clerk: User, now: datetime) -> list[Case]:
    openings = [Opening(unit=unit, title=f"事{n}", particulars={"topic": "甲"}) for n in range(3)]
    return open_many(KIND, "open", openings, by=clerk, now=now)


def numbers(tag: Tag, *, as_of: date) -> set[int]:
    return set(tagging.tagged(tag, as_of=as_of).values_list("pk", flat=True))


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("id"))


# ---- the vocabulary --------------------------------------------------------------------------------------------


def test_a_new_tag_is_an_event_whose_name_lies_apart(keeper: User, now: datetime) -> None:
    tag = vocabulary.create(" 春  节 ", colour="red", by=keeper, now=now)
    assert vocabulary.names(on=TODAY) == {tag.pk: "春 节"}
    (event,) = events("casework.tag_created")
    assert (event.subject_id, event.by_id) == (str(tag.pk), str(keeper.pk))
    assert event.particulars["colour"] == "red"
    assert event.particulars["name"].startswith("sha256:")
    assert Words.objects.get(event=event).words == "春 节"


def test_only_the_keeper_changes_the_vocabulary(clerk: User, account: Callable[..., User], now: datetime) -> None:
    for user in (clerk, account("officer"), account("admin", role="security_administrator")):
        with pytest.raises(NotAllowed):
            vocabulary.create("春节", by=user, now=now)
    assert not Tag.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "长" * 33, "a\0b", "\ud800", "密级：机密", "秘密"])
def test_a_name_that_cannot_be_is_refused(keeper: User, now: datetime, name: str) -> None:
    with pytest.raises(Refused) as caught:
        vocabulary.create(name, by=keeper, now=now)
    assert caught.value.field == "name"
    assert not Tag.objects.exists()
    vocabulary.create("长" * 32, by=keeper, now=now)


def test_one_name_stands_for_one_tag_at_a_time(keeper: User, now: datetime) -> None:
    first = vocabulary.create("春节", by=keeper, now=now)
    with pytest.raises(Refused, match="already"):
        vocabulary.create("春节", by=keeper, now=now)
    vocabulary.rename(first, "新春", since=TODAY + 3 * DAY, by=keeper, now=now)
    for since in (TODAY + 2 * DAY, TODAY + 3 * DAY):
        with pytest.raises(Refused, match="already"):
            vocabulary.create("新春", since=since, by=keeper, now=now)
    vocabulary.retire(first, on=TODAY + 5 * DAY, by=keeper, now=now)
    with pytest.raises(Refused, match="already"):
        vocabulary.create("新春", since=TODAY + 4 * DAY, by=keeper, now=now)
    again = vocabulary.create("新春", since=TODAY + 5 * DAY, by=keeper, now=now)
    assert again.pk != first.pk


def test_a_rename_leaves_the_name_of_the_days_before(keeper: User, now: datetime) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    vocabulary.rename(tag, "新春", since=TODAY + 10 * DAY, by=keeper, now=now)
    assert vocabulary.names(on=TODAY + 9 * DAY) == {tag.pk: "春节"}
    assert vocabulary.names(on=TODAY + 10 * DAY) == {tag.pk: "新春"}
    vocabulary.rename(tag, "新春", since=TODAY + 11 * DAY, by=keeper, now=now)
    assert len(events("casework.tag_renamed")) == 1  # the same name again changes nothing


def test_nothing_is_changed_from_a_day_that_is_over(keeper: User, now: datetime) -> None:
    tag, other = (vocabulary.create(name, by=keeper, now=now) for name in "甲乙")
    yesterday = TODAY - DAY
    for change in (
        lambda: vocabulary.create("丙", since=yesterday, by=keeper, now=now),
        lambda: vocabulary.rename(tag, "丙", since=yesterday, by=keeper, now=now),
        lambda: vocabulary.retire(tag, on=yesterday, by=keeper, now=now),
        lambda: vocabulary.merge(tag, into=other, on=yesterday, by=keeper, now=now),
        lambda: vocabulary.split(tag, [Part("丙"), Part("丁")], on=yesterday, by=keeper, now=now),
    ):
        with pytest.raises(Refused, match="before today"):
            change()


def test_the_tree_has_few_levels(keeper: User, now: datetime) -> None:
    above = None
    for level in range(TAG_DEEPEST):
        above = vocabulary.create(f"第{level}级", parent=above, by=keeper, now=now)
    with pytest.raises(Refused, match="levels"):
        vocabulary.create("再下一级", parent=above, by=keeper, now=now)


def test_lower_tags_end_first(keeper: User, now: datetime) -> None:
    above = vocabulary.create("节日", by=keeper, now=now)
    below = vocabulary.create("春节", parent=above, by=keeper, now=now)
    other = vocabulary.create("其他", by=keeper, now=now)
    for end in (
        lambda: vocabulary.retire(above, by=keeper, now=now),
        lambda: vocabulary.merge(above, into=other, by=keeper, now=now),
        lambda: vocabulary.merge(above, into=below, by=keeper, now=now),
        lambda: vocabulary.split(above, [Part("丙"), Part("丁")], by=keeper, now=now),
    ):
        with pytest.raises(Refused):
            end()
    vocabulary.retire(below, on=TODAY + 2 * DAY, by=keeper, now=now)
    with pytest.raises(Refused):
        vocabulary.retire(above, on=TODAY + DAY, by=keeper, now=now)
    vocabulary.retire(above, on=TODAY + 2 * DAY, by=keeper, now=now)


def test_what_has_ended_is_changed_no_more(keeper: User, now: datetime) -> None:
    tag, other = (vocabulary.create(name, by=keeper, now=now) for name in "甲乙")
    vocabulary.merge(tag, into=other, by=keeper, now=now)
    for change in (
        lambda: vocabulary.rename(tag, "丙", by=keeper, now=now),
        lambda: vocabulary.retire(tag, by=keeper, now=now),
        lambda: vocabulary.merge(other, into=tag, by=keeper, now=now),
        lambda: vocabulary.merge(other, into=other, by=keeper, now=now),
        lambda: vocabulary.create("丁", parent=tag, by=keeper, now=now),
    ):
        with pytest.raises(Refused):
            change()
    other.refresh_from_db()
    assert other.until is None


def test_a_split_needs_two_parts_and_is_one_event(keeper: User, now: datetime) -> None:
    tag = vocabulary.create("节日", by=keeper, now=now)
    for parts in ([], [Part("春节")], [Part("春节"), Part("春节")]):
        with pytest.raises(Refused):
            vocabulary.split(tag, parts, by=keeper, now=now)
    assert Tag.objects.count() == 1
    made = vocabulary.split(tag, [Part("春节"), Part("国庆", "red")], by=keeper, now=now)
    (event,) = events("casework.tag_split")
    assert event.particulars["into"] == [each.pk for each in made]
    assert [each.split_from_id for each in made] == [tag.pk, tag.pk]


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": TODAY - DAY},
        {"colour": "pink"},
        {"path": "000009"},
        {"depth": 2},
        {"merged_into_id": 1},
        {"split_from_id": 1},
    ],
)
def test_the_database_refuses_a_tag_that_cannot_be(keeper: User, now: datetime, wrong: dict[str, Any]) -> None:
    tag = vocabulary.create("甲", by=keeper, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.filter(pk=tag.pk).update(**wrong)


# ---- tagging ---------------------------------------------------------------------------------------------------


def test_a_case_is_tagged_once(cases: list[Case], keeper: User, clerk: User, now: datetime) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    assert tagging.tag(cases[0], tag, by=clerk, now=now)
    assert not tagging.tag(cases[0], tag, by=clerk, now=now)
    (event,) = events("casework.tagged")
    assert (event.subject_id, event.particulars) == (str(cases[0].pk), {"tag": tag.pk})
    assert tagging.tags_of([cases[0].pk, cases[1].pk], on=TODAY) == {
        cases[0].pk: [(tag.pk, "春节", "grey")],
        cases[1].pk: [],
    }


def test_a_period_is_half_open(cases: list[Case], keeper: User, clerk: User, now: datetime) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    midnight = now.replace(hour=0, minute=0) + DAY
    tagging.tag(cases[0], tag, by=clerk, now=midnight)
    assert numbers(tag, as_of=TODAY) == set()
    assert numbers(tag, as_of=TODAY + DAY) == {cases[0].pk}
    tagging.untag(cases[0], tag, by=clerk, now=midnight + 2 * DAY)  # the first moment of the third day
    assert numbers(tag, as_of=TODAY + 2 * DAY) == {cases[0].pk}
    assert numbers(tag, as_of=TODAY + 3 * DAY) == set()
    assert not tagging.untag(cases[0], tag, by=clerk, now=midnight + 2 * DAY)


def test_many_are_tagged_in_one_transaction_with_an_event_each(
    cases: list[Case], keeper: User, clerk: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    tagging.tag(cases[1], tag, by=clerk, now=now)
    with django_assert_max_num_queries(9):
        assert tagging.tag_many(cases, tag, by=clerk, now=now) == 2
    assert [event.subject_id for event in events("casework.tagged")] == [str(cases[n].pk) for n in (1, 0, 2)]
    assert tagging.untag_many([*cases, cases[0]], tag, by=clerk, now=now) == 3
    assert len(events("casework.untagged")) == 3


def test_all_or_none(cases: list[Case], keeper: User, clerk: User, now: datetime) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    with pytest.raises(Refused) as caught:
        tagging.tag_many([cases[0], 10**9], tag, by=clerk, now=now)
    assert (caught.value.row, caught.value.reason) == (1, Reason.UNKNOWN)
    assert not CaseTag.objects.exists()


def test_tagging_is_for_whoever_may_take_a_step(
    cases: list[Case], keeper: User, staff: Callable[..., User], account: Callable[..., User], now: datetime
) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    for user in (keeper, staff("stranger"), account("auditor", role="auditor")):
        with pytest.raises(NotAllowed):
            tagging.tag(cases[0], tag, by=user, now=now)
    lead = account("lead", role="staff")
    Case.objects.filter(pk=cases[0].pk).update(lead=lead)
    assert tagging.tag(cases[0], tag, by=lead, now=now)
    assert tagging.tag(cases[1], tag, by=None, now=now)


def test_a_tag_is_given_only_while_it_is_in_force(cases: list[Case], keeper: User, clerk: User, now: datetime) -> None:
    later = vocabulary.create("以后", since=TODAY + DAY, by=keeper, now=now)
    tag = vocabulary.create("春节", by=keeper, now=now)
    with pytest.raises(Refused, match="not in use"):
        tagging.tag(cases[0], later, by=clerk, now=now)
    tagging.tag(cases[0], later, by=clerk, now=now + DAY)
    vocabulary.retire(tag, on=TODAY + DAY, by=keeper, now=now)
    tagging.tag(cases[0], tag, by=clerk, now=now)
    with pytest.raises(Refused, match="not in use"):
        tagging.tag(cases[1], tag, by=clerk, now=now + DAY)
    assert numbers(tag, as_of=TODAY + 9 * DAY) == {cases[0].pk}  # who has it keeps it
    assert tagging.untag(cases[0], tag, by=clerk, now=now + DAY)


def test_a_restricted_register_has_no_tags(
    cases: list[Case], keeper: User, clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    restrict(monkeypatch)
    with pytest.raises(Refused, match="restricted"):
        tagging.tag(cases[0], tag, by=clerk, now=now)


def restrict(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the desk is a restricted register."""
    desk, here = offices._catalogue()[KIND]
    hidden = Steps(**{name: getattr(here, name) for name in _FIELDS} | {"is_restricted": True})
    monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (desk, hidden)})


_FIELDS = ("kind", "title", "prefix", "states", "steps", "overseer", "about")


def test_a_clock_set_back_makes_no_period_that_ends_before_it_begins(
    cases: list[Case], keeper: User, clerk: User, now: datetime
) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    tagging.tag(cases[0], tag, by=clerk, now=now + timedelta(hours=1))
    assert tagging.untag(cases[0], tag, by=clerk, now=now)
    row = CaseTag.objects.get()
    assert row.since == row.until


# ---- merging, splitting, and the days before -------------------------------------------------------------------


def test_a_merge_counts_from_its_day_and_changes_no_case(
    cases: list[Case], keeper: User, clerk: User, now: datetime
) -> None:
    old, new = (vocabulary.create(name, by=keeper, now=now) for name in ("旧", "新"))
    tagging.tag(cases[0], old, by=clerk, now=now)
    tagging.tag_many(cases[:2], new, by=clerk, now=now)
    tagging.untag(cases[0], new, by=clerk, now=now)
    vocabulary.merge(old, into=new, on=TODAY + 2 * DAY, by=keeper, now=now)
    assert numbers(new, as_of=TODAY + DAY) == {cases[1].pk}
    assert numbers(old, as_of=TODAY + DAY) == {cases[0].pk}
    assert numbers(new, as_of=TODAY + 2 * DAY) == {cases[0].pk, cases[1].pk}
    assert numbers(old, as_of=TODAY + 2 * DAY) == {cases[0].pk, cases[1].pk}  # another word for the new one
    assert CaseTag.objects.filter(tag=old, until=None).count() == 1
    (event,) = events("casework.tags_merged")
    assert event.particulars == {"into": new.pk, "on": "2026-07-02"}


def test_a_case_shows_where_its_tag_went(cases: list[Case], keeper: User, clerk: User, now: datetime) -> None:
    old, new = (vocabulary.create(name, by=keeper, now=now) for name in ("旧", "新"))
    tagging.tag(cases[0], old, by=clerk, now=now)
    tagging.tag(cases[0], new, by=clerk, now=now)
    vocabulary.merge(old, into=new, by=keeper, now=now)
    assert [each.name for each in tagging.tags_of([cases[0].pk], on=TODAY)[cases[0].pk]] == ["新"]
    carried = tagging.carried_as(cases[0], new, on=TODAY)
    assert {each.pk for each in carried} == {old.pk, new.pk}


def test_a_tag_counts_what_lies_below_it_even_when_it_was_merged_or_retired(
    cases: list[Case], keeper: User, clerk: User, now: datetime
) -> None:
    top, other = (vocabulary.create(name, by=keeper, now=now) for name in ("节日", "活动"))
    below = vocabulary.create("春节", parent=top, by=keeper, now=now)
    tagging.tag(cases[0], below, by=clerk, now=now)
    vocabulary.retire(below, on=TODAY + DAY, by=keeper, now=now)
    vocabulary.merge(top, into=other, on=TODAY + 2 * DAY, by=keeper, now=now)
    assert numbers(top, as_of=TODAY + DAY) == {cases[0].pk}
    assert numbers(other, as_of=TODAY + DAY) == set()
    assert numbers(other, as_of=TODAY + 2 * DAY) == {cases[0].pk}


def test_a_split_leaves_what_was_tagged(cases: list[Case], keeper: User, clerk: User, now: datetime) -> None:
    tag = vocabulary.create("节日", by=keeper, now=now)
    tagging.tag(cases[0], tag, by=clerk, now=now)
    first, _second = vocabulary.split(tag, [Part("春节"), Part("国庆")], on=TODAY + DAY, by=keeper, now=now)
    tagging.tag(cases[1], first, by=clerk, now=now + DAY)
    assert numbers(tag, as_of=TODAY + 5 * DAY) == {cases[0].pk}
    assert numbers(first, as_of=TODAY) == set()
    assert numbers(first, as_of=TODAY + DAY) == {cases[1].pk}


Change = tuple[str, int, int, int]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["create", "below", "rename", "retire", "merge", "split", "tag", "untag", "wait"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=14,
)


def _apply(change: Change, turn: int, *, keeper: User, clerk: User, cases: list[Case], now: datetime) -> None:
    """One change; what the vocabulary refuses, it refuses."""
    what, first, second, days = change
    tags = list(Tag.objects.order_by("id"))
    on = now.date() + timedelta(days=days)
    if what == "create" or not tags:
        vocabulary.create(f"标{turn}", since=on, by=keeper, now=now)
        return
    tag, other = tags[first % len(tags)], tags[second % len(tags)]
    match what:
        case "below":
            vocabulary.create(f"标{turn}", parent=tag, since=on, by=keeper, now=now)
        case "rename":
            vocabulary.rename(tag, f"名{turn}", since=on, by=keeper, now=now)
        case "retire":
            vocabulary.retire(tag, on=on, by=keeper, now=now)
        case "merge":
            vocabulary.merge(tag, into=other, on=on, by=keeper, now=now)
        case "split":
            vocabulary.split(tag, [Part(f"甲{turn}"), Part(f"乙{turn}")], on=on, by=keeper, now=now)
        case "tag":
            tagging.tag(cases[second % len(cases)], tag, by=clerk, now=now)
        case "untag":
            tagging.untag(cases[second % len(cases)], tag, by=clerk, now=now)


def _counted(until: date) -> dict[tuple[int, date], frozenset[int]]:
    """What every tag counted at the end of each day that is over."""
    days = [TODAY + timedelta(days=number) for number in range((until - TODAY).days)]
    return {(tag.pk, day): frozenset(numbers(tag, as_of=day)) for tag in Tag.objects.all() for day in days}


def _names(day: date) -> dict[int, str]:
    """What the tags that were there on that day were called then."""
    there = set(Tag.objects.filter(since__lte=day).values_list("pk", flat=True))
    return {tag: name for tag, name in vocabulary.names(on=day).items() if tag in there}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHANGES)
def test_no_change_alters_what_was_counted_for_a_past_day(
    cases: list[Case], keeper: User, clerk: User, now: datetime, changes: list[Change]
) -> None:
    with transaction.atomic():
        at, known, called = now, dict[tuple[int, date], frozenset[int]](), dict[date, dict[int, str]]()
        for turn, change in enumerate(changes):
            at += DAY if change[0] == "wait" else timedelta(minutes=1)
            try:
                with transaction.atomic():
                    _apply(change, turn, keeper=keeper, clerk=clerk, cases=cases, now=at)
            except Refused:
                continue
            counted = _counted(at.date())
            assert {key: counted[key] for key in known} == known
            known = counted
            assert {day: _names(day) for day in called} == called
            called[at.date() - DAY] = _names(at.date() - DAY)
        transaction.set_rollback(True)


@given(st.data())
def test_a_case_counts_for_one_way_up_only(data: st.DataObject) -> None:
    """Among tags at the top that are in force, a case with one tag counts for exactly one of them."""
    day = TODAY
    places: list[Place] = []
    for number in range(1, data.draw(st.integers(2, 12))):
        above = data.draw(st.sampled_from([None, *(place.id for place in places)]))
        places.append(Place(number, above, None, None))
    # From the last to the first, so that lower tags end first, as the vocabulary demands.
    for number in reversed(range(len(places))):
        targets = [place.id for place in places[:number] if place.until is None]
        if targets and data.draw(st.booleans()):
            into = data.draw(st.sampled_from([None, *targets]))
            places[number] = places[number]._replace(until=day, merged_into_id=into)
    tops = [place for place in places if place.parent_id is None and place.merged_into_id is None]
    counted = [tag for top in tops for tag in counted_with(top.id, places, on=day)]
    assert sorted(counted) == [place.id for place in places]
    assert counted_with(1, places, on=day - DAY) >= {1}


# ---- what a case tells of its tags -----------------------------------------------------------------------------


changes = st.lists(
    st.tuples(
        st.sampled_from(["create", "below", "tag", "untag", "merge", "retire", "split"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(0, 4),
    ),
    max_size=25,
)


@given(changes=changes)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_by_its_own_events_a_case_counts_for_the_tags_for_which_the_vocabulary_counts_it(cases, now, changes) -> None:
    with transaction.atomic():
        for number, (what, one, other, days) in enumerate(changes):
            with suppress(Refused), transaction.atomic():
                _change(what, one, other, days, number, cases, now)
        stated = {case.pk: assessing.timeline_of(case) for case in Case.objects.all()}
        places = {place.id: place for place in vocabulary.places()}
        for day in (TODAY + each * DAY for each in range(6)):
            for tag in Tag.objects.all():
                if vocabulary.successor(tag.pk, places, on=day) != tag.pk:
                    continue  # another one stands for it then
                told = {key for key, timeline in stated.items() if timeline.events and tag.pk in timeline.tags(day)}
                assert told == numbers(tag, as_of=day)
        transaction.set_rollback(True)


def _change(what: str, one: int, other: int, days: int, number: int, cases: list[Case], now: datetime) -> None:
    """Something happens to a tag or to a case; what cannot be is refused."""
    tags, on = list(Tag.objects.order_by("pk")), TODAY + days * DAY
    if what == "create" or not tags:
        vocabulary.create(f"标签{number}", by=None, now=now)
        return
    tag, second, case = tags[one % len(tags)], tags[other % len(tags)], cases[other % len(cases)]
    match what:
        case "below":
            vocabulary.create(f"标签{number}", parent=tag, by=None, now=now)
        case "tag":
            tagging.tag(case, tag, by=None, now=now)
        case "untag":
            tagging.untag(case, tag, by=None, now=now)
        case "merge":
            vocabulary.merge(tag, into=second, on=on, by=None, now=now)
        case "retire":
            vocabulary.retire(tag, on=on, by=None, now=now)
        case _:
            vocabulary.split(tag, [Part(f"分{number}甲"), Part(f"分{number}乙")], on=on, by=None, now=now)
