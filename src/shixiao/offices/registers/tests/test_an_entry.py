"""The life of one entry, from planning to confirming and back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening, Refused, search
from shixiao.casework.erasing import erase
from shixiao.casework.models import Case, Project, Topic
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.casework.years import close_year
from shixiao.offices.registers.definitions import define
from shixiao.offices.registers.models import Entry, Register
from shixiao.offices.registers.tests.conftest import enter, plan
from shixiao.people.actions import create_unit
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def planned(training: Register, clerk: User, now: datetime) -> Case:
    return plan(training, clerk, now, due_on="2026-09-30", texts={"subject": "保密教育"})


def test_from_planning_to_confirming(planned: Case, clerk: User, confirmer: User, now: datetime) -> None:
    assert (planned.state, planned.title) == ("planned", "保密教育")
    done = casework.perform(
        planned, "do", by=clerk, now=now + MINUTE, values={"held_on": "2026年6月29日", "people": "45人"}
    )
    assert (done.state, done.limit_at) == ("done", None)
    confirmed = casework.perform(planned, "confirm", by=confirmer, now=now + 2 * MINUTE)
    assert confirmed.state == "confirmed"
    entry = Entry.objects.get()
    assert entry.day == date(2026, 6, 29)
    assert (entry.values, entry.texts) == ({"held_on": "2026-06-29", "people": "45"}, {"subject": "保密教育"})
    assert [event.kind for event in events_of(planned)] == [
        "registers.planned",
        "registers.done",
        "registers.confirmed",
    ]


def test_the_event_carries_codes_and_the_texts_lie_apart(training: Register, clerk: User, now: datetime) -> None:
    told = {"values": {"held_on": "2026-06-29", "form": "讲座"}, "texts": {"subject": "保密教育"}}
    event = events_of(enter(training, clerk, now, **told)).get()
    assert event.particulars["values"] == {"held_on": "2026-06-29", "form": "lecture"}
    assert event.particulars["register"] == "training"
    assert event.particulars["day"] == "2026-06-29"
    assert event.particulars["texts"].startswith("sha256:")
    assert event.words.get().words == '{"subject":"保密教育"}'


def test_everything_that_is_wrong_is_said_at_once(training: Register, clerk: User, now: datetime) -> None:
    told = {"values": {"held_on": "上周", "people": "很多", "form": "郊游", "no_such": "1"}, "texts": {}}
    with pytest.raises(Refused) as refused:
        enter(training, clerk, now, **told)
    fields = {each.field for each in refused.value.all}
    assert fields == {"values.held_on", "values.people", "values.form", "values.no_such"}


def test_what_is_missing_is_named(planned: Case, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        casework.perform(planned, "do", by=clerk, now=now + MINUTE, values={"people": "45"})
    assert [(each.field, each.text.zh) for each in refused.value.all] == [("values.held_on", "请填写举办日期。")]


def test_a_project_of_the_unit(training: Register, project: Project, clerk: User, now: datetime) -> None:
    told = {"register": "training", "values": {"held_on": "2026-06-29"}, "texts": {"subject": "保密教育"}}
    opening = Opening(unit=training.unit, project=project, particulars=told)
    assert casework.open_case("registers.entry", "enter", opening, by=clerk, now=now).project == project


def test_who_did_it_does_not_confirm(training: Register, unit: object, staff: object, now: datetime) -> None:
    both = staff("both", "registers.clerk", "registers.confirmer")  # type: ignore[operator]
    case = enter(training, both, now, values={"held_on": "2026-06-29"}, texts={"subject": "保密教育"})
    with pytest.raises(Refused) as refused:
        casework.perform(case, "confirm", by=both, now=now + MINUTE)
    assert refused.value.reason is Reason.SAME_PERSON


# ---- returned, amended, cancelled, moved -------------------------------------------------------------------------


@pytest.fixture
def done(training: Register, project: Project, clerk: User, now: datetime) -> Case:
    told = {
        "register": "training",
        "values": {"held_on": "2026-06-20", "people": "4"},
        "texts": {"subject": "保密教育"},
    }
    opening = Opening(unit=training.unit, project=project, particulars=told)
    return casework.open_case("registers.entry", "enter", opening, by=clerk, now=now)


def test_what_was_returned_does_not_count_until_it_is_done_again(
    done: Case, clerk: User, confirmer: User, now: datetime
) -> None:
    casework.perform(done, "return_", by=confirmer, now=now, reason="人数不对")
    assert Entry.objects.get().day is None
    again = casework.perform(done, "do", by=clerk, now=now + MINUTE, values={"people": "5"})
    assert again.state == "done"
    assert (Entry.objects.get().values["people"], Entry.objects.get().day) == ("5", date(2026, 6, 20))


def test_an_amendment_tells_only_what_changes_and_an_empty_value_takes_away(
    done: Case, clerk: User, now: datetime
) -> None:
    amended = casework.perform(
        done, "amend", by=clerk, now=now + MINUTE, values={"people": "", "held_on": "2026-06-21"}
    )
    assert (amended.state, amended.revision) == ("done", 2)
    assert Entry.objects.get().values == {"held_on": "2026-06-21"}
    event = events_of(done).last()
    assert event is not None
    assert (event.particulars["values"], event.particulars["day"]) == (
        {"people": "", "held_on": "2026-06-21"},
        "2026-06-21",
    )


def test_what_is_required_cannot_be_taken_away(done: Case, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        casework.perform(done, "amend", by=clerk, now=now, texts={"subject": ""})
    assert refused.value.field == "texts.subject"
    assert Entry.objects.get().texts == {"subject": "保密教育"}


def test_after_confirmation_it_is_returned_first(done: Case, clerk: User, confirmer: User, now: datetime) -> None:
    casework.perform(done, "confirm", by=confirmer, now=now)
    with pytest.raises(Refused) as refused:
        casework.perform(done, "amend", by=clerk, now=now, values={"people": "5"})
    assert refused.value.reason is Reason.WRONG_STATE
    assert casework.perform(done, "return_", by=confirmer, now=now, reason="要更正").state == "returned"


def test_an_entry_moves_to_another_project_of_its_unit_even_when_it_is_over(
    done: Case, training: Register, clerk: User, now: datetime
) -> None:
    other = Project.objects.create(unit=training.unit, name="另一项", since_year=2026, until_year=2026)
    moved = casework.perform(done, "move", by=clerk, now=now, project=other.pk, reason="记错项目")
    assert (moved.project, moved.state) == (other, "done")
    event = events_of(done).last()
    assert event is not None
    assert event.particulars["project"] == other.pk


def test_a_project_of_another_unit_or_another_year_is_refused(
    done: Case, training: Register, clerk: User, now: datetime
) -> None:
    beside = create_unit("模拟秘书处", code="SIM1", parent=training.unit, since=date(2020, 1, 1), by=None, now=now)
    for given in ({"unit": beside, "since_year": 2026}, {"unit": training.unit, "since_year": 2027}):
        other = Project.objects.create(name="另一项", until_year=2027, **given)
        with pytest.raises(Refused) as refused:
            casework.perform(done, "move", by=clerk, now=now, project=other.pk, reason="记错项目")
        assert refused.value.field == "project"


def test_a_file_that_an_entry_names_is_attached_before_it_is_confirmed(
    unit: Unit, keeper: User, clerk: User, confirmer: User, now: datetime
) -> None:
    given = {
        "name": "调研",
        "fields": [{"code": "photo", "title": "照片", "sort": "attachment"}],
        "needs_confirmation": True,
    }
    register = define(given, unit=unit, code="research", by=keeper, now=now)
    case = enter(register, clerk, now, values={"photo": "ab" * 32})
    with pytest.raises(Refused) as refused:
        casework.perform(case, "confirm", by=confirmer, now=now)
    assert (refused.value.field, refused.value.text.zh) == ("values.photo", "“照片”的文件还没有添加，或者已经移除。")
    waiting = plan(register, clerk, now)
    with pytest.raises(Refused):
        casework.perform(waiting, "do", by=clerk, now=now, values={"photo": "ab" * 32})


def test_an_entry_of_a_closed_year_does_not_move(training: Register, clerk: User, now: datetime) -> None:
    later = now.replace(year=2027)
    project = Project.objects.create(unit=training.unit, name="跨年", since_year=2026, until_year=2027)
    case = enter(training, clerk, now, values={"held_on": "2026-06-20"}, texts={"subject": "保密教育"})
    close_year(2026, by=None, now=later)
    with pytest.raises(Refused) as refused:
        casework.perform(case, "move", by=clerk, now=later, project=project.pk, reason="记错项目")
    assert refused.value.reason is Reason.YEAR_CLOSED
    assert "entry moved to another project after the year closed" in refused.value.text.en
    with pytest.raises(Refused) as refused:  # not even onto a day of an open year
        casework.perform(case, "amend", by=clerk, now=later, values={"held_on": "2027-06-20"})
    assert refused.value.reason is Reason.YEAR_CLOSED


def test_nothing_is_entered_for_a_day_of_a_closed_year(training: Register, clerk: User, now: datetime) -> None:
    later = now.replace(year=2027)
    close_year(2026, by=None, now=later)
    with pytest.raises(Refused) as refused:
        enter(training, clerk, later, values={"held_on": "2026-06-20"}, texts={"subject": "保密教育"})
    assert refused.value.reason is Reason.YEAR_CLOSED


def test_a_day_that_has_not_come_cannot_be_done(training: Register, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        enter(training, clerk, now, values={"held_on": "2026-07-01"}, texts={"subject": "保密教育"})
    assert (refused.value.field, refused.value.reason) == ("values.held_on", Reason.NOT_YET)


def test_a_text_with_a_mark_of_secrecy_is_refused(training: Register, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused, match="mark of secrecy"):
        enter(training, clerk, now, values={"held_on": "2026-06-20"}, texts={"subject": "密级：机密"})
    assert not Entry.objects.exists()


def test_topics_people_and_subjects_are_looked_up(unit: Unit, keeper: User, clerk: User, now: datetime) -> None:
    topic = Topic.objects.create(name="乡村振兴", since=date(2026, 1, 1))
    given = {
        "name": "参事建议",
        "fields": [
            {"code": "topic", "title": "主题", "sort": "topic", "is_required": True},
            {"code": "author", "title": "参事", "sort": "person"},
        ],
    }
    register = define(given, unit=unit, code="advice", by=keeper, now=now)
    case = enter(register, clerk, now, values={"topic": topic.pk, "author": str(clerk.pk)})
    assert case.topic == topic
    with pytest.raises(Refused) as refused:
        enter(register, clerk, now, values={"topic": 987, "author": 654})
    assert {each.field for each in refused.value.all} == {"values.topic", "values.author"}


def test_a_register_of_its_own_unit_is_not_entered_by_one_below(training: Register, clerk: User, now: datetime) -> None:
    below = create_unit("模拟秘书处", code="SIM1", parent=training.unit, since=date(2020, 1, 1), by=None, now=now)
    told = {"register": "training", "values": {"held_on": "2026-06-20"}, "texts": {"subject": "保密教育"}}
    with pytest.raises(Refused) as refused:
        casework.open_case("registers.entry", "enter", Opening(unit=below, particulars=told), by=clerk, now=now)
    assert refused.value.field == "unit"


def test_every_unit_enters_its_own_where_the_register_says_so(
    unit: Unit, keeper: User, clerk: User, now: datetime
) -> None:
    register = define({"name": "调研", "entering": "every"}, unit=unit, code="research", by=keeper, now=now)
    below = create_unit("模拟秘书处", code="SIM1", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    opening = Opening(unit=below, particulars={"register": register.code})
    assert casework.open_case("registers.entry", "enter", opening, by=clerk, now=now).unit == below


def test_without_confirmation_done_is_the_end(
    unit: Unit, keeper: User, clerk: User, confirmer: User, now: datetime
) -> None:
    register = define({"name": "调研"}, unit=unit, code="research", by=keeper, now=now)
    case = enter(register, clerk, now)
    assert case.closed_at == now
    with pytest.raises(Refused, match="need no confirmation"):
        casework.perform(case, "confirm", by=confirmer, now=now)


def test_five_hundred_entries_need_no_more_statements_than_five(
    training: Register, clerk: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    told = {"register": "training", "values": {"held_on": "2026-05-04"}, "texts": {"subject": "保密教育"}}
    for many in (5, 200):
        openings = [Opening(unit=training.unit, particulars=told) for _ in range(many)]
        with django_assert_max_num_queries(24):
            casework.open_many("registers.entry", "enter", openings, by=clerk, now=now)


def test_words_that_the_law_has_deleted_are_gone_everywhere(
    done: Case, clerk: User, account: Callable[..., User], now: datetime
) -> None:
    (opening,) = events_of(done)
    administrator = account("security", role=Role.SECURITY_ADMINISTRATOR)
    casework.perform(done, "amend", by=clerk, now=now, values={"people": "5"})
    erase(opening.pk, ground="person_asked", by=administrator, now=now)
    assert Entry.objects.get().texts == {}
    assert Case.objects.get().title == "学习培训"
    everywhere = search.Scope(paths=(done.unit.path,), kinds=(done.kind,))
    assert search.find("保密教育", within=everywhere).hits == ()
    assert opening.particulars["texts"].startswith("sha256:")


def test_words_that_were_replaced_before_are_not_taken_from_the_entry(
    done: Case, clerk: User, account: Callable[..., User], now: datetime
) -> None:
    (opening,) = events_of(done)
    casework.perform(done, "amend", by=clerk, now=now, texts={"subject": "消防安全"})
    administrator = account("security", role=Role.SECURITY_ADMINISTRATOR)
    erase(opening.pk, ground="person_asked", by=administrator, now=now)
    assert Entry.objects.get().texts == {"subject": "消防安全"}
    assert Case.objects.get().title == "消防安全"
