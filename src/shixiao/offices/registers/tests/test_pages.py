"""The pages of this desk: what they show, to whom, and what their buttons do."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from shixiao import casework
from shixiao.casework.models import Attachment, Case, Duty, DutyCase, DutyVersion, Project
from shixiao.offices.registers import definitions, shipped
from shixiao.offices.registers.models import Entry, NilReturn, Register, RestrictedEntry
from shixiao.offices.registers.tests.conftest import TRAINING, enter, plan, receive
from shixiao.people import actions
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
HOME = "/offices/registers/all/"
OF = "/offices/registers/of/training/"
MINUTE = timedelta(minutes=1)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 64 + b"\xff\xd9"
TOLD = {"values": {"held_on": "2026-06-29", "people": "45"}, "texts": {"subject": "保密教育"}}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Pages ask for the time themselves."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def desk(signed_in: Callable[[User], Client], clerk: User) -> Client:
    return signed_in(clerk)


@pytest.fixture
def keeping(signed_in: Callable[[User], Client], keeper: User) -> Client:
    return signed_in(keeper)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return " ".join(answer.content.decode().split())


# ---- the list of registers -------------------------------------------------------------------------------------


def test_the_list_says_what_waits_and_what_is_late(
    desk: Client, training: Register, clerk: User, now: datetime
) -> None:
    plan(training, clerk, now - timedelta(days=20), due_on="2026-06-20", texts={"subject": "迟了"})
    plan(training, clerk, now, due_on="2026-09-30", texts={"subject": "保密教育"})
    text = text_of(desk, HOME)
    assert "2 条待完成" in text
    assert "1 条逾期" in text


def test_what_waits_for_confirmation_is_listed(
    signed_in: Callable[[User], Client], training: Register, clerk: User, confirmer: User, now: datetime
) -> None:
    case = enter(training, clerk, now, **TOLD)
    assert f"/cases/{case.pk}/" in text_of(signed_in(confirmer), HOME)


def test_who_has_nothing_to_do_with_registers(
    signed_in: Callable[[User], Client], staff: Callable[..., User], training: Register
) -> None:
    stranger = signed_in(staff("stranger", "payments.clerk"))
    for address in (HOME, OF, f"{OF}calendar/", f"{OF}measures/", f"{OF}new/enter/", f"{OF}import/"):
        assert stranger.get(address).status_code == 403, address


def test_the_shipped_registers_with_one_press(keeping: Client, unit: Unit) -> None:
    assert "采用自带的" in text_of(keeping, HOME)
    keeping.post("/offices/registers/shipped/")
    assert Register.objects.count() == len(shipped.REGISTERS)
    text = text_of(keeping, HOME)
    assert "采用自带的" not in text
    assert "学习培训" in text


# ---- defining --------------------------------------------------------------------------------------------------


def definition(*fields: dict[str, str], **more: str) -> dict[str, str]:
    posted = {"name": "调研", "rows": str(len(fields)), "entering": "own", "day_field": ""} | more
    for at, each in enumerate(fields):
        posted |= {f"f{at}-{name}": value for name, value in ({"code": "", "sort": "text"} | each).items()}
    return posted


def test_defining_a_register(keeping: Client) -> None:
    posted = definition(
        {"title": "题目", "is_required": "on"},
        {"title": "调研日期", "sort": "date", "is_required": "on"},
        {"title": "方式", "sort": "choice", "choices": "实地\n座谈"},
        {"title": ""},
        day_field="title:调研日期",
        is_planned="on",
    )
    answer = keeping.post("/offices/registers/define/", posted)
    assert answer.status_code == 302, answer.context["form"]
    version = Register.objects.get().current
    assert [each.title for each in version.typed_fields] == ["题目", "调研日期", "方式"]
    assert version.definition.field(version.day_field).title == "调研日期"  # type: ignore[union-attr]
    assert version.is_planned
    assert [one.title for one in version.typed_fields[2].choices] == ["实地", "座谈"]


@pytest.mark.parametrize(
    ("press", "expected"),
    [
        ("up-1", ["乙", "甲", "丙"]),
        ("down-1", ["甲", "丙", "乙"]),
        ("remove-0", ["乙", "丙"]),
        ("add", ["甲", "乙", "丙", ""]),
        ("up-0", ["甲", "乙", "丙"]),
        ("down-2", ["甲", "乙", "丙"]),
        ("remove-99999999", ["甲", "乙", "丙"]),
        ("sideways", ["甲", "乙", "丙"]),
    ],
)
def test_rows_are_added_moved_and_removed_without_a_script(keeping: Client, press: str, expected: list[str]) -> None:
    posted = definition({"title": "甲"}, {"title": "乙"}, {"title": "丙"}, arrange=press)
    answer = keeping.post("/offices/registers/define/", posted)
    assert answer.status_code == 200
    assert [row.title for row in answer.context["form"].rows] == expected
    assert not Register.objects.exists()


def test_a_failed_form_keeps_what_was_typed(keeping: Client, training: Register) -> None:
    answer = keeping.post(
        "/offices/registers/define/", definition({"title": "题目"}, {"title": "题目"}, name="学习 培训")
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count('value="题目"') == 2
    assert "两个字段的名称都是“题目”" in text
    answer = keeping.post("/offices/registers/define/", definition({"title": "题目"}, name="学习 培训"))
    assert answer.status_code == 422
    assert "已经有一个台账叫“学习培训”" in answer.content.decode()
    assert Register.objects.count() == 1


def of_training(**more: str) -> dict[str, str]:
    return definition(
        {"code": "subject", "title": "培训主题", "is_required": "on"},
        {"code": "held_on", "title": "举办日期", "sort": "date", "is_required": "on"},
        {"code": "form", "title": "形式", "sort": "choice", "choices": "讲座|lecture\n网络|online\n现场"},
        name="学习培训", day_field="held_on", is_planned="on", needs_confirmation="on", seen="1", **more,
    )  # fmt: skip


def test_a_change_says_what_it_means_before_it_is_accepted(
    keeping: Client, training: Register, clerk: User, now: datetime
) -> None:
    plan(training, clerk, now, due_on="2026-09-30", texts={"subject": "保密教育"})
    answer = keeping.post(f"{OF}change/", of_training())
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "取消字段“参加人数”" in text
    assert "1 条还没有完成的记录按它们安排时的定义办完" in text
    assert "“形式”新增：现场、网络" in text or "“形式”新增：现场" in text
    training.refresh_from_db()
    assert training.version == 1
    keeping.post(f"{OF}change/", of_training(accept="yes"))
    training.refresh_from_db()
    assert training.version == 2
    choices = {one.code: one.title for one in training.current.definition.field("form").choices}  # type: ignore[union-attr]
    assert choices["online"] == "网络"


def test_somebody_who_changed_it_meanwhile_is_noticed(
    keeping: Client, training: Register, keeper: User, now: datetime
) -> None:
    definitions.change_definition(training, TRAINING | {"name": "培训"}, by=keeper, now=now)
    answer = keeping.post(f"{OF}change/", of_training(accept="yes"))
    assert answer.status_code == 422
    assert "别人刚把" in answer.content.decode()


def test_retiring_is_asked_first(keeping: Client, training: Register, desk: Client) -> None:
    assert "不能恢复使用" in text_of(keeping, f"{OF}retire/")
    keeping.post(f"{OF}retire/")
    training.refresh_from_db()
    assert training.retired_on == date(2026, 6, 30)
    assert desk.get(f"{OF}new/enter/").status_code == 404


@pytest.mark.parametrize("path", ["change/", "retire/"])
def test_only_the_keeper_defines(desk: Client, training: Register, path: str) -> None:
    assert desk.get(f"{OF}{path}").status_code == 403
    assert desk.post(f"{OF}{path}", of_training(accept="yes")).status_code == 403
    assert desk.get("/offices/registers/define/").status_code == 403
    assert desk.post("/offices/registers/shipped/").status_code == 403
    training.refresh_from_db()
    assert (training.version, training.retired_on) == (1, None)


# ---- the table and the calendar --------------------------------------------------------------------------------


def test_the_table_is_narrowed_by_its_address(desk: Client, training: Register, clerk: User, now: datetime) -> None:
    done = enter(training, clerk, now, **TOLD)
    late = plan(training, clerk, now - timedelta(days=20), due_on="2026-06-20", texts={"subject": "迟了的"})
    for query, shown, hidden in (
        ("", [done, late], []),
        ("state=late", [late], [done]),
        ("state=waiting", [done], [late]),
        ("since=2026-06-29&until=2026-06-29", [done], [late]),
        ("since=2026-06-20&until=2026-06-20", [late], [done]),
        ("q=迟了", [late], [done]),
        ("v-form=lecture", [], [done, late]),
        ("sort=limit", [done, late], []),
        ("state=nonsense&since=x&page=0&unit=a&sort=z", [done, late], []),
    ):
        text = text_of(desk, f"{OF}?{query}")
        for case in shown:
            assert f"/cases/{case.pk}/" in text, query
        for case in hidden:
            assert f"/cases/{case.pk}/" not in text, query


def test_pages_of_a_long_table(desk: Client, training: Register, clerk: User, now: datetime) -> None:
    told = {"register": "training", **TOLD}
    opening = casework.Opening(unit=training.unit, particulars=told)
    casework.open_many("registers.entry", "enter", [opening] * 51, by=clerk, now=now)
    assert "51 条" in text_of(desk, OF)
    assert text_of(desk, OF).count("case-number") == 50
    assert text_of(desk, f"{OF}?page=2").count("case-number") == 1
    assert text_of(desk, f"{OF}?page=99").count("case-number") == 1


def test_the_table_asks_as_much_for_many_as_for_few(
    desk: Client, training: Register, clerk: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    opening = casework.Opening(unit=training.unit, particulars={"register": "training", **TOLD})
    casework.open_many("registers.entry", "enter", [opening] * 40, by=clerk, now=now)
    with django_assert_max_num_queries(20):
        desk.get(OF)


def test_the_calendar_shows_what_counts_and_what_is_due(
    desk: Client, training: Register, clerk: User, now: datetime
) -> None:
    done = enter(training, clerk, now, **TOLD)
    due = plan(training, clerk, now, due_on="2026-07-31", texts={"subject": "七月的"})
    june, july = text_of(desk, f"{OF}calendar/"), text_of(desk, f"{OF}calendar/?month=2026-07")
    assert f"/cases/{done.pk}/" in june
    assert f"/cases/{due.pk}/" not in june
    assert f"/cases/{due.pk}/" in july
    assert "待确认" in june
    for month in ("2026-13", "x", "1000-01", "9999-12", "%00"):
        assert desk.get(f"{OF}calendar/?month={month}").status_code == 200, month


def test_export_of_what_is_shown(desk: Client, training: Register, clerk: User, now: datetime) -> None:
    enter(
        training,
        clerk,
        now,
        values={"held_on": "2026-06-29", "people": "45"},
        texts={"subject": '=HYPERLINK("http://a")'},
    )
    answer = desk.post(f"{OF}export.xlsx?state=waiting")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    row = next(iter(book.active.iter_rows(min_row=4)))  # type: ignore[union-attr]
    texts = [cell for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert [cell.data_type for cell in texts] == ["s"]
    assert 45 in [cell.value for cell in row]
    assert desk.get(f"{OF}export.xlsx").status_code == 405


# ---- entering --------------------------------------------------------------------------------------------------


def test_entering_and_the_next_one(desk: Client, training: Register) -> None:
    assert 'value="2026-06-30"' in text_of(desk, f"{OF}new/enter/")
    posted = {
        "texts.subject": "保密教育",
        "values.held_on": "2026-06-29",
        "values.people": "45",
        "values.form": "lecture",
    }
    answer = desk.post(f"{OF}new/enter/", posted | {"next": "another"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{OF}new/enter/")
    entry = Entry.objects.get()
    assert entry.values == {"held_on": "2026-06-29", "people": "45", "form": "lecture"}
    assert entry.case.title == "保密教育"
    assert "培训主题" in text_of(desk, f"/cases/{entry.case_id}/")
    assert "讲座" in text_of(desk, f"/cases/{entry.case_id}/")


def test_each_mistake_stands_beside_its_field(desk: Client, training: Register) -> None:
    answer = desk.post(
        f"{OF}new/enter/", {"texts.subject": "", "values.held_on": "2026-06-29", "values.people": "很多"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "参加人数不是数" in text
    assert "很多" in text
    assert not Case.objects.exists()


def test_planned_and_done_in_two_presses(desk: Client, training: Register, clerk: User, now: datetime) -> None:
    desk.post(f"{OF}new/plan/", {"texts.subject": "保密教育", "due_on": "2026-09-30"})
    case = Case.objects.get()
    assert f"/cases/{case.pk}/do/" in text_of(desk, OF)
    form = text_of(desk, f"/cases/{case.pk}/do/")
    assert "保密教育" in form
    desk.post(
        f"/cases/{case.pk}/do/", {"texts.subject": "保密教育", "values.held_on": "2026-06-30", "seen": case.revision}
    )
    case.refresh_from_db()
    assert case.state == "done"


def test_amending_tells_only_what_changed(desk: Client, training: Register, clerk: User, now: datetime) -> None:
    case = enter(training, clerk, now, **TOLD)
    posted = {"texts.subject": "保密教育", "values.held_on": "2026-06-29", "values.people": "", "reason": "没有统计"}
    desk.post(f"/cases/{case.pk}/amend/", posted)
    event = casework.performing.events_of(case).last()
    assert event is not None
    assert event.particulars["values"] == {"people": ""}
    assert Entry.objects.get().values == {"held_on": "2026-06-29"}
    assert "（已删去）" in text_of(desk, f"/cases/{case.pk}/")


@pytest.fixture
def rounds(unit: Unit, keeper: User, now: datetime) -> Register:
    given = {"name": "保洁", "fields": [{"code": "photo", "title": "照片", "sort": "attachment", "is_required": True}]}
    return definitions.define(given, unit=unit, code="rounds", by=keeper, now=now)


def test_a_photo_becomes_an_attachment(desk: Client, rounds: Register) -> None:
    address = "/offices/registers/of/rounds/new/enter/"
    assert 'capture="environment"' in text_of(desk, address)
    assert desk.post(address, {}).status_code == 422
    assert not Case.objects.exists()
    answer = desk.post(address, {"values.photo.photo": SimpleUploadedFile("IMG_1.jpg", JPEG, "image/jpeg")})
    assert answer.status_code == 302, answer.content.decode()
    file = Attachment.objects.get()
    assert Entry.objects.get().values == {"photo": file.sha256}
    assert file.case == Entry.objects.get().case
    assert "IMG_1.jpg" in text_of(desk, f"/cases/{file.case_id}/")


def test_a_file_that_is_none_leaves_nothing(desk: Client, rounds: Register) -> None:
    file = SimpleUploadedFile("x.jpg", b"MZ\x90\x00 not a picture", "image/jpeg")
    answer = desk.post("/offices/registers/of/rounds/new/enter/", {"values.photo": file})
    assert answer.status_code == 422
    assert not Case.objects.exists()
    assert not Attachment.objects.exists()


def test_an_entry_counts_in_its_project(desk: Client, training: Register, project: Project) -> None:
    posted = {"texts.subject": "保密教育", "values.held_on": "2026-06-29", "project": str(project.pk)}
    desk.post(f"{OF}new/enter/", posted)
    assert Case.objects.get().project == project


# ---- nil returns -----------------------------------------------------------------------------------------------


def test_a_nil_return_is_asked_for_and_signed(desk: Client, training: Register) -> None:
    assert "没有安排，不能说明没有发生" in text_of(desk, f"{OF}nil-returns/")
    desk.post(f"{OF}nil-returns/ask/", {"period": "2026-05"})
    row = NilReturn.objects.get()
    assert f"/cases/{row.case_id}/sign/" in text_of(desk, f"{OF}nil-returns/")
    desk.post(f"/cases/{row.case_id}/sign/", {})
    assert "无发生" in text_of(desk, f"{OF}nil-returns/?year=2026")
    assert desk.post(f"{OF}nil-returns/ask/", {"period": "昨天"}).status_code == 302
    assert NilReturn.objects.count() == 1


# ---- restricted registers --------------------------------------------------------------------------------------

LETTERS = "/offices/registers/of/letters/"


def test_a_restricted_register_is_not_there_for_others(
    signed_in: Callable[[User], Client],
    desk: Client,
    officer: User,
    confirmer: User,
    letters: Register,
    training: Register,
    holder: User,
    now: datetime,
) -> None:
    receive(letters, holder, now)
    for client in (desk, signed_in(officer), signed_in(confirmer)):
        assert "信访举报件" not in text_of(client, HOME)
        for path in (
            "",
            "calendar/",
            "measures/",
            "nil-returns/",
            "new/receive/",
            "import/",
            "template.xlsx",
            "change/",
        ):
            assert client.get(f"{LETTERS}{path}").status_code == 404, path
        for path in ("export.xlsx", "nil-returns/ask/", "new/receive/"):
            assert client.post(f"{LETTERS}{path}", {"received_on": "2026-06-01"}).status_code == 404, path
    assert RestrictedEntry.objects.count() == 1


def test_its_holders_see_dates_and_state_only(
    signed_in: Callable[[User], Client], letters: Register, holder: User, now: datetime
) -> None:
    client = signed_in(holder)
    answer = client.post(f"{LETTERS}new/receive/", {"received_on": "2026-06-01"})
    assert answer.status_code == 302
    row = RestrictedEntry.objects.get()
    assert row.case.number in text_of(client, LETTERS)
    assert 'type="file"' not in text_of(client, f"{LETTERS}new/receive/")
    assert client.get(f"{LETTERS}import/").status_code == 404
    assert f"/cases/{row.case_id}/do/" in text_of(client, LETTERS)
    assert client.get(f"{LETTERS}calendar/").status_code == 200


def test_the_keeper_of_a_restricted_register_sees_no_entries(
    keeping: Client, letters: Register, holder: User, now: datetime
) -> None:
    case = receive(letters, holder, now)
    text = text_of(keeping, LETTERS)
    assert case.number not in text
    assert "只对登记和确认的人开放" in text
    for path in ("calendar/", "measures/", "nil-returns/"):
        assert keeping.get(f"{LETTERS}{path}").status_code == 404


def test_others_learn_a_share_and_that_there_are_few(
    desk: Client, unit: Unit, keeper: User, holder: User, superior: User, now: datetime
) -> None:
    shipped.take_in_shipped(unit, by=keeper, now=now)
    register = next(each for each in Register.objects.filter(is_restricted=True) if "信访" in each.name)
    for number in range(4):
        case = receive(register, holder, now, due_on="2026-06-10") if number else receive(register, holder, now)
        if number < 3:
            casework.perform(case, "do", by=holder, now=now + MINUTE, done_on="2026-06-20")
            casework.perform(case, "confirm", by=superior, now=now + 2 * MINUTE)
    text = text_of(desk, HOME)
    assert "限制台账的比率" in text, text
    assert "少于 5" in text, text[text.index("限制台账的比率") :]
    assert "/of/" + register.code not in text


# ---- everything ------------------------------------------------------------------------------------------------


def test_other_units_see_nothing_of_it(
    signed_in: Callable[[User], Client], staff: Callable[..., User], training: Register, clerk: User, now: datetime
) -> None:
    below = actions.create_unit("模拟别处", code="EL", parent=training.unit, since=date(2020, 1, 1), by=None, now=now)
    case = enter(training, clerk, now, **TOLD)
    client = signed_in(staff("other", "registers.clerk", at=below))
    assert case.number not in text_of(client, OF)
    assert client.get(f"{OF}new/enter/").status_code == 403
    assert client.post(f"{OF}new/enter/", {"texts.subject": "x"}).status_code == 403


def test_the_measures_of_a_register(desk: Client, unit: Unit, keeper: User, clerk: User, now: datetime) -> None:
    shipped.take_in_shipped(unit, by=keeper, now=now)
    text = text_of(desk, f"{OF}measures/?year=2026")
    assert "学习培训数" in text
    assert "尚无证据" in text
    enter(
        Register.objects.get(code="training"),
        clerk,
        now,
        values={"held_on": "2026-06-29"},
        texts={"subject": "保密教育"},
    )
    assert desk.get(f"{OF}measures/?year=abc").status_code == 200


def test_the_pages_speak_english(desk: Client, training: Register) -> None:
    desk.cookies["shixiao_language"] = "en"
    assert "Registers" in text_of(desk, HOME)
    assert "Calendar" in text_of(desk, OF)


# ---- duties ----------------------------------------------------------------------------------------------------


def test_a_window_on_a_closed_day_is_not_late(desk: Client, training: Register, clerk: User, now: datetime) -> None:
    case = plan(training, clerk, now - timedelta(days=20), due_on="2026-06-20", texts={"subject": "周末的"})
    begin, end = now - timedelta(days=10), now - timedelta(days=9)
    day = begin.date()
    duty = Duty.objects.create(
        title="巡查", kind=case.kind, step="expect", unit=training.unit, told={"register": "training"},
        calendar="office", since=day, made_until=day, is_rare=False,
    )  # fmt: skip
    version = DutyVersion.objects.create(duty=duty, number=1, since=day, schedule={}, decided_at=now)
    DutyCase.objects.create(
        duty=duty, version=version, key="1", begin=begin, end=end, closed="calendar.day_off", case=case, tried_at=now
    )
    assert "不开放，不计" in text_of(desk, OF)
    assert "逾期" not in text_of(desk, OF).partition("<tbody>")[2]
    assert f"/cases/{case.pk}/" not in text_of(desk, f"{OF}?state=late")
    assert "逾期" not in text_of(desk, HOME)
    assert "不开放，不计" in text_of(desk, f"{OF}calendar/?month=2026-06")
