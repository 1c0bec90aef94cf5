"""Registers are defined, changed and retired; what cannot be is refused with all that is wrong at once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shixiao import casework
from shixiao.casework import Refused
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.refusing import Reason
from shixiao.ledger.models import Event
from shixiao.offices.registers.definitions import change_definition, define, retire
from shixiao.offices.registers.models import Entry, Register
from shixiao.offices.registers.tests.conftest import TRAINING, enter, plan
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def without(code: str) -> dict[str, Any]:
    return TRAINING | {"fields": [each for each in TRAINING["fields"] if each["code"] != code]}  # type: ignore[attr-defined]


def refusals(given: dict[str, Any], unit: Unit, by: User, now: datetime, **more: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        define(given, unit=unit, by=by, now=now, **more)
    return {each.field: each.text.zh for each in refused.value.all}


def test_a_register_is_an_event_with_codes_and_its_words_apart(training: Register) -> None:
    event = Event.objects.get(kind="registers.defined")
    assert event.particulars["register"] == "training"
    assert event.particulars["fields"][3] == {
        "code": "form",
        "sort": "choice",
        "is_required": False,
        "choices": ["lecture", "online"],
    }
    words = {each.name: each.words for each in event.words.all()}
    assert words["name"] == "学习培训"
    assert '"form.lecture":"讲座"' in words["titles"]


def test_a_code_that_is_left_out_is_made_up_in_ascii(unit: Unit, keeper: User, now: datetime) -> None:
    given = {"name": "来访登记", "fields": [{"title": "来访人数", "sort": "number"}, {"title": "事由", "sort": "text"}]}
    register = define(given, unit=unit, by=keeper, now=now)
    assert register.code.isascii()
    assert [each.code for each in register.current.typed_fields] == ["number_1", "text_1"]


def test_everything_that_is_wrong_with_a_definition_is_said_at_once(unit: Unit, keeper: User, now: datetime) -> None:
    given = {
        "name": "",
        "fields": [
            {"title": "日期", "sort": "date", "code": "on"},
            {"title": "日期", "sort": "moon", "code": "on"},
            {"title": "形式", "sort": "choice", "choices": ["甲", "甲"]},
            {"title": "数", "sort": "text", "unit": "人"},
        ],
        "day_field": "nowhere",
        "colour": "red",
    }
    said = refusals(given, unit, keeper, now)
    assert set(said) == {
        "name",
        "colour",
        "fields.1.sort",
        "fields.1.code",
        "fields.1.title",
        "fields.2.choices",
        "fields.3.unit",
        "day_field",
    }


@pytest.mark.parametrize("name", ["学习培训", "学习 培训", "学习培训　"])
def test_two_definitions_with_one_name_are_refused(
    training: Register, unit: Unit, keeper: User, now: datetime, name: str
) -> None:
    said = refusals({"name": name}, unit, keeper, now)
    assert "已经有一个台账叫“学习培训”" in said["name"]


def test_the_database_itself_refuses_two_with_one_name(training: Register) -> None:
    twin = Register(code="twin", unit=training.unit, name="学习培训", name_key=training.name_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_name_is_free_again_when_its_register_was_retired(
    training: Register, unit: Unit, keeper: User, now: datetime
) -> None:
    retire(training, by=keeper, now=now)
    assert define({"name": "学习培训"}, unit=unit, by=keeper, now=now).name == "学习培训"


def test_a_code_is_taken_for_ever(training: Register, unit: Unit, keeper: User, now: datetime) -> None:
    retire(training, by=keeper, now=now)
    assert "永久不变" in refusals({"name": "另一个"}, unit, keeper, now, code="training")["code"]
    assert "小写英文字母" in refusals({"name": "另一个"}, unit, keeper, now, code="培训")["code"]


@pytest.mark.parametrize(
    "given", [{"name": "密级：机密"}, {"name": "甲", "fields": [{"title": "秘密★10年", "sort": "text"}]}]
)
def test_a_mark_of_secrecy_is_refused_at_the_door(
    given: dict[str, Any], unit: Unit, keeper: User, now: datetime
) -> None:
    said = refusals(given, unit, keeper, now)
    assert any("密级" in sentence for sentence in said.values())
    assert not Register.objects.exists()


def test_only_the_keeper_defines(unit: Unit, clerk: User, now: datetime) -> None:
    with pytest.raises(NotAllowed, match="Keeper of registers"):
        define(TRAINING, unit=unit, by=clerk, now=now)


def test_only_the_keeper_changes_and_retires(training: Register, clerk: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        change_definition(training, without("people"), by=clerk, now=now)
    with pytest.raises(NotAllowed):
        retire(training, by=clerk, now=now)


def test_forty_fields_and_no_more(unit: Unit, keeper: User, now: datetime) -> None:
    fields = [{"title": f"字段{number}", "sort": "text"} for number in range(41)]
    assert "最多 40 个" in refusals({"name": "甲", "fields": fields}, unit, keeper, now)["fields"]
    assert define({"name": "甲", "fields": fields[:40]}, unit=unit, by=keeper, now=now).version == 1


def test_a_restricted_register_has_no_fields(unit: Unit, keeper: User, now: datetime) -> None:
    given = {"name": "案件", "fields": [{"title": "当事人", "sort": "text"}]}
    assert "不能有字段" in refusals(given, unit, keeper, now, is_restricted=True)["fields"]


# ---- another version ---------------------------------------------------------------------------------------------


def test_old_entries_keep_their_version(training: Register, clerk: User, keeper: User, now: datetime) -> None:
    old = enter(training, clerk, now, values={"held_on": "2026-06-29", "people": "45"}, texts={"subject": "保密教育"})
    changed = change_definition(training, without("people"), by=keeper, now=now + MINUTE)
    assert changed.version == 2
    assert Entry.objects.get(case=old).version.number == 1
    new = enter(training, clerk, now + MINUTE, values={"held_on": "2026-06-29"}, texts={"subject": "消防"})
    assert Entry.objects.get(case=new).version.number == 2


def test_a_field_that_is_removed_while_entries_wait_stays_with_them(
    training: Register, clerk: User, keeper: User, now: datetime
) -> None:
    waiting = plan(training, clerk, now, values={"people": "40"}, texts={"subject": "保密教育"})
    change_definition(training, without("people"), by=keeper, now=now + MINUTE)
    told = {"held_on": "2026-06-29", "people": "45"}
    casework.perform(waiting, "do", by=clerk, now=now + 2 * MINUTE, values=told)
    assert Entry.objects.get(case=waiting).values["people"] == "45"


def test_a_field_that_was_added_later_is_refused_with_the_version_in_words(
    training: Register, clerk: User, keeper: User, now: datetime
) -> None:
    waiting = plan(training, clerk, now, texts={"subject": "保密教育"})
    more = TRAINING | {"fields": [*TRAINING["fields"], {"code": "hours", "title": "学时", "sort": "number"}]}  # type: ignore[misc]
    change_definition(training, more, by=keeper, now=now + MINUTE)
    with pytest.raises(Refused) as refused:
        casework.perform(waiting, "do", by=clerk, now=now + 2 * MINUTE, values={"held_on": "2026-06-29", "hours": "2"})
    assert refused.value.field == "values.hours"
    assert "按第 1 版办理，台账现在是第 2 版" in refused.value.text.zh


def test_a_code_never_stands_for_another_sort(training: Register, keeper: User, now: datetime) -> None:
    change_definition(training, without("people"), by=keeper, now=now)
    again = without("people")
    again["fields"].append({"code": "people", "title": "参加人", "sort": "person"})
    with pytest.raises(Refused) as refused:
        change_definition(training, again, by=keeper, now=now)
    assert refused.value.field == "fields.3.sort"


def test_the_same_definition_again_changes_nothing(training: Register, keeper: User, now: datetime) -> None:
    assert change_definition(training, TRAINING, by=keeper, now=now).version == 1
    assert not Event.objects.filter(kind="registers.definition_changed").exists()


def test_of_two_who_change_at_once_the_second_is_told(training: Register, keeper: User, now: datetime) -> None:
    change_definition(training, without("people"), seen=1, by=keeper, now=now)
    with pytest.raises(Refused) as refused:
        change_definition(training, TRAINING, seen=1, by=keeper, now=now)
    assert refused.value.reason is Reason.OVERTAKEN


def test_into_a_retired_register_nothing_new_is_entered_but_what_waits_is_done(
    training: Register, clerk: User, keeper: User, now: datetime
) -> None:
    waiting = plan(training, clerk, now, texts={"subject": "保密教育"})
    retire(training, by=keeper, now=now)
    with pytest.raises(Refused, match="was retired"):
        plan(training, clerk, now)
    assert casework.perform(waiting, "do", by=clerk, now=now, values={"held_on": "2026-06-29"}).state == "done"
