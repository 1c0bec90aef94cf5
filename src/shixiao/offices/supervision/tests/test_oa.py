"""Documents of an OA, pushed to us and fetched by us: each is taken in once, whatever happens on the way."""

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from shixiao import casework
from shixiao.casework import tokens
from shixiao.casework.models import Attachment, Case
from shixiao.ledger.models import Event, Words
from shixiao.messages.emulators import Fault, Faults, Oa, Waits
from shixiao.messages.emulators.serving import said as as_json
from shixiao.offices.supervision import checks, forgetting
from shixiao.offices.supervision.models import Instruction, OaDocument, OaFetch, OaRefusal, Task
from shixiao.offices.supervision.oa import fetching, taking
from shixiao.offices.supervision.tests.conftest import People
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db

DOCUMENTS = "/api/v1/oa/documents"
SECRET_TEXT = "演习代号长风"  # what must be found nowhere
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"


def task(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": f"OA-2026-{number:04}",
        "kind": "task",
        "secrecy": "none",
        "unit": "SIM1",
        "leader": "leader",
        "matter": f"模拟：第{number}件事",
        "done_when": "有书面结果",
        "source_ref": "模拟〔2026〕8号",
        **more,
    }


def instruction(**more: Any) -> dict[str, Any]:
    return {
        "id": "OA-P-1",
        "kind": "instruction",
        "secrecy": "none",
        "unit": "SIM1",
        "leader": "模拟市长甲",
        "instruction": "请模拟综合处研究，三日内报我。",
        "given_on": "2026-06-29",
        "document": "模拟〔2026〕9号",
        **more,
    }


def within(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(content).decode()}


@pytest.fixture
def desk(people: People, helping: Unit) -> People:
    """The desk, with a second unit."""
    assert helping.pk
    return people


class Program:
    """An OA that calls us."""

    def __init__(self, secret: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "zh-CN"}

    def send(self, document: Any, **more: Any) -> Any:
        body = {"document": document, **more}
        return self.client.post(DOCUMENTS, body, content_type="application/json", headers=self.headers)

    def ask(self, id_: str, **more: str) -> Any:
        return self.client.get(DOCUMENTS, {"id": id_, **more}, headers=self.headers)

    def file(self, case: object, name: str, content: bytes, **headers: str) -> Any:
        said = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", **headers}
        return self.client.generic(
            "POST",
            f"/api/v1/cases/{case}/files",
            content,
            content_type="application/octet-stream",
            headers=self.headers | said,
        )


@pytest.fixture
def oa(desk: People, staff: Callable[..., User], now: datetime) -> Program:
    """The account of the OA may propose tasks and register instructions."""
    user = staff("oa", "supervision.officer", "supervision.instructions")
    return Program(_token(user, now))


def _token(user: User, now: datetime, **scope: str) -> str:
    until = now.date() + timedelta(days=180)
    wanted = scope or {"*": "write"}
    return tokens.create_token("模拟 OA", user=user, scope=wanted, valid_until=until, by=user, now=now).secret


# ---- pushed ------------------------------------------------------------------------------------------------------


def test_a_document_becomes_a_task_with_its_files(oa: Program, desk: People) -> None:
    told = task(assisting=["模拟行政处"], limit_on="2099-07-31", urgency="urgent", files=[within("来文.txt", b"hello")])
    answer = oa.send(told)
    assert answer.status_code == 201, answer.content.decode()
    said = answer.json()
    case = Case.objects.get()
    assert (said["number"], said["id"], said["state"]) == (
        case.number,
        "OA-2026-0001",
        {"name": "proposed", "title": "拟办"},
    )
    assert [each["name"] for each in said["files"]] == ["来文.txt"]
    row = Task.objects.get()
    assert (case.unit.code, case.title, case.urgency) == ("SIM1", "模拟：第1件事", "urgent")
    assert (row.source, row.orderer, row.done_when) == ("document", desk.leader, "有书面结果")
    assert (row.source_ref, str(row.limit_on)) == ("模拟〔2026〕8号", "2099-07-31")
    assert Attachment.objects.get().case == case
    event = Event.objects.get(kind="supervision.came_from_oa")
    assert event.particulars == {"system": "oa", "reference": "OA-2026-0001", "way": "pushed", "files": 1}


def test_the_same_again_is_answered_and_is_one_task(oa: Program) -> None:
    told = task(files=[within("来文.txt", b"hello")])
    first = oa.send(told)
    for again in (told, dict(reversed(told.items())), {**told, "urgency": "normal", "source": "document"}):
        answer = oa.send(again)
        assert (answer.status_code, answer.json()) == (200, first.json())
    other = oa.send(told, system="oa-2")
    assert other.status_code == 201
    assert Case.objects.count() == OaDocument.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "differs", "title"),
    [
        ({"matter": "另一件事"}, ["matter"], "事项"),
        ({"done_when": "口头汇报", "limit_on": "2099-01-01"}, ["done_when", "limit_on"], "办成标准、办理期限"),
        ({"assisting": ["SIM2"]}, ["assisting"], "协办单位"),
        ({"files": [within("来文.txt", b"other")]}, ["files"], "附件"),
        ({"unit": "SIM2"}, ["unit"], "单位"),
    ],
)
def test_the_same_id_with_another_text_is_refused_and_nothing_is_lost(
    oa: Program, more: dict[str, Any], differs: list[str], title: str
) -> None:
    first = oa.send(task()).json()
    before = Event.objects.count()
    answer = oa.send(task(**more))
    told = answer.json()
    assert (answer.status_code, told["reason"], told["differs"], told["number"]) == (
        409,
        "differs",
        differs,
        first["number"],
    )
    assert title in told["detail"]
    assert not any(
        str(value) in answer.content.decode() for value in more.values() if isinstance(value, str) and len(value) > 4
    )
    assert (Case.objects.count(), Event.objects.count()) == (1, before)
    assert oa.ask("OA-2026-0001").json() == first


def test_a_task_and_an_instruction_of_one_id_differ(oa: Program) -> None:
    oa.send(task(id="X-1"))
    assert "kind" in oa.send(instruction(id="X-1")).json()["differs"]


def test_an_instruction_is_sealed_from_the_door_on(oa: Program, desk: People) -> None:
    told = instruction(files=[within("呈阅件.txt", b"hello")])
    answer = oa.send(told)
    assert answer.status_code == 201, answer.content.decode()
    assert Instruction.objects.get().leader == desk.leader
    text = told["instruction"]
    assert Words.objects.filter(words=text).count() == 1
    assert text not in answer.content.decode() + oa.ask("OA-P-1").content.decode()
    document = OaDocument.objects.get()
    assert text not in f"{document.prints}{Event.objects.values_list('particulars')}"
    refused = oa.send({**told, "instruction": f"{text}另请抄送。"})
    assert (refused.status_code, refused.json()["differs"]) == (409, ["instruction"])
    assert text not in refused.content.decode()
    assert oa.send(told).status_code == 200


def test_it_is_found_by_the_id_of_the_oa(oa: Program, desk: People, signed_in: Callable[[User], Client]) -> None:
    oa.send(task())
    number = oa.send(task(2)).json()["number"]
    found = signed_in(desk.officer).get("/cases/search/", {"q": "OA-2026-0002"}).content.decode()
    assert number in found
    assert Case.objects.get(title="模拟：第1件事").number not in found


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"secrecy": "机密"}, ["secrecy"]),
        ({"secrecy": ""}, ["secrecy"]),
        ({"secrecy": None}, ["secrecy"]),
        ({"matter": f"机密★{SECRET_TEXT}"}, ["matter"]),
        ({"done_when": f"密级：秘密\n{SECRET_TEXT}"}, ["done_when"]),
        ({"source_ref": f"【绝密】{SECRET_TEXT}"}, ["source_ref"]),
        ({"files": [{"name": "秘密.txt", "content": ""}]}, ["files"]),
        ({"whatever": {"deep": [f"秘密★{SECRET_TEXT}"]}}, ["?"]),
    ],
)
def test_what_carries_a_mark_is_refused_at_the_door_and_stands_nowhere(
    oa: Program, more: dict[str, Any], fields: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = oa.send(task(**more))
    told = answer.json()
    assert (answer.status_code, told["reason"], told["fields"]) == (422, "secret", fields)
    assert SECRET_TEXT not in answer.content.decode() + caplog.text
    assert not Case.objects.exists()
    assert not Words.objects.filter(words__contains=SECRET_TEXT).exists()
    assert not OaDocument.objects.exists()


def test_a_mark_within_a_file_keeps_the_whole_out(oa: Program) -> None:
    answer = oa.send(task(files=[within("来文.txt", f"密级：机密\n{SECRET_TEXT}".encode())]))
    assert answer.status_code == 422
    assert SECRET_TEXT not in answer.content.decode()
    assert not Case.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"id": ""}, "document.id"),
        ({"id": "有 空格"}, "document.id"),
        ({"id": "x" * 101}, "document.id"),
        ({"kind": "letter"}, "document.kind"),
        ({"kind": None}, "document.kind"),
        ({"unit": None}, "document.unit"),
        ({"unit": "没有这个单位"}, "unit"),
        ({"leader": "没有这个人"}, "leader"),
        ({"leader": "handler"}, "leader"),
        ({"matter": ""}, "document.matter"),
        ({"matter": "字" * 201}, "document.matter"),
        ({"matter": "两\n行"}, "document.matter"),
        ({"matter": 7}, "document.matter"),
        ({"urgency": "soon"}, "document.urgency"),
        ({"source": "rumour"}, "document.source"),
        ({"limit_on": "2026-02-30"}, "document.limit_on"),
        ({"limit_on": "2020-01-01"}, "limit_on"),
        ({"assisting": ["SIM1"]}, "assisting_1"),
        ({"assisting": "SIM2"}, "document.assisting"),
        ({"assisting": ["SIM2"] * 5}, "document.assisting"),
        ({"instruction": "请办"}, "document.instruction"),
        ({"nonsense": 1}, "document.nonsense"),
        ({"files": [{"name": "a.txt"}]}, "document.files"),
        ({"files": [{"name": "a.txt", "content": "*"}]}, "document.files"),
        ({"files": [{"name": "a.txt", "sha256": "0" * 64, "address": "/x"}]}, "document.files"),
        ({"files": [within("a.txt", b"1"), within("b.txt", b"1")]}, "document.files"),
        ({"files": [within("a.exe", b"MZ")]}, "file"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(oa: Program, more: dict[str, Any], field: str) -> None:
    answer = oa.send({**task(), **more})
    told = answer.json()
    assert (answer.status_code, told["reason"]) == (422, "invalid"), told
    assert field in [each["field"] for each in told["errors"]]
    assert not Case.objects.exists()
    assert not OaDocument.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(oa: Program) -> None:
    told = oa.send({"id": "A-1", "kind": "task", "secrecy": "none", "urgency": "x"}).json()
    assert {each["field"].removeprefix("document.") for each in told["errors"]} == {
        "unit", "leader", "urgency", "matter", "done_when",
    }  # fmt: skip
    assert oa.send([]).status_code == 422
    assert oa.send({}).json()["errors"][0]["field"] == "document.secrecy"


def test_who_may_not_is_told_so_and_who_sees_nothing_learns_nothing(
    oa: Program, desk: People, staff: Callable[..., User], now: datetime
) -> None:
    handler = Program(_token(desk.handler, now))
    assert handler.send(task()).json()["reason"] == "not-allowed"
    officer = staff("oa3", "supervision.officer")
    narrow = Program(_token(officer, now, **{"supervision.task": "write"}))
    assert narrow.send(instruction()).json()["reason"] == "out-of-scope"
    assert oa.send(instruction()).status_code == 201
    wide = Program(_token(officer, now))
    for answer in (wide.send(instruction()), wide.send(instruction(instruction="另一段")), wide.ask("OA-P-1")):
        assert (answer.status_code, answer.json()["reason"]) == (404, "unknown")
    assert oa.ask("OA-NONE").status_code == 404
    assert oa.ask("OA-P-1", system="other").status_code == 404
    assert oa.client.post(DOCUMENTS, {}, content_type="application/json").status_code == 401


def test_what_became_of_it_is_told_for_as_long_as_it_is_asked(oa: Program, desk: People) -> None:
    oa.send(task())
    case = Case.objects.get()
    casework.perform(case.pk, "decline", by=desk.officer, now=timezone.now(), reason="不属于督办")
    told = oa.ask("OA-2026-0001").json()
    assert (told["state"]["name"], told["closed_at"] is not None) == ("declined", True)
    assert oa.send(task()).json()["state"]["name"] == "declined"


def test_two_at_once_are_one(oa: Program, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The second does not see the first, as on PostgreSQL before it is committed, and loses the race."""
    oa.send(task())
    usual, asked = taking.known, []

    def blind(*args: Any, **more: Any) -> Any:
        asked.append(args)
        return None if len(asked) == 1 else usual(*args, **more)

    monkeypatch.setattr(taking, "known", blind)
    assert oa.send(task()).status_code == 200
    asked.clear()
    assert oa.send(task(matter="另一件事")).status_code == 409
    assert Case.objects.count() == 1


def test_words_that_the_law_had_deleted_leave_no_hash_to_guess_at(oa: Program) -> None:
    oa.send(task())
    forgetting.forget(Case.objects.get(), {"matter": "模拟：第1件事"})
    assert OaDocument.objects.get().prints == {}
    assert oa.send(task(matter="另一件事")).status_code == 200  # known by its id, and nothing more is known


def test_a_document_takes_few_statements(oa: Program, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    oa.send(task())
    with django_assert_max_num_queries(40):
        assert oa.send(task(2)).status_code == 201
    with django_assert_max_num_queries(12):
        assert oa.send(task(2)).status_code == 200


# ---- files afterwards --------------------------------------------------------------------------------------------


def test_a_file_follows_and_is_there_once(oa: Program) -> None:
    number = oa.send(task()).json()["number"]
    content = b"%PDF-1.4 " + b"x" * 2_000_000  # more than any JSON may be
    first = oa.file(number, "来文 一.pdf", content)
    assert first.status_code == 201, first.content.decode()
    assert (first.json()["name"], first.json()["size"]) == ("来文 一.pdf", len(content))
    again = oa.file(Case.objects.get().pk, "另一个名字.pdf", content)
    assert (again.status_code, again.json()) == (200, first.json())
    assert [each["name"] for each in oa.ask("OA-2026-0001").json()["files"]] == ["来文 一.pdf"]
    assert oa.send(task()).status_code == 200  # what the document said is as it was


@pytest.mark.parametrize(
    ("name", "content", "status", "reason"),
    [
        ("照片.jpg", b"\xff\xd8\xff" + b"0" * 1_200_000, 422, "invalid"),  # larger than is taken here
        ("a.exe", b"MZ", 422, "invalid"),
        ("空.txt", b"", 422, "invalid"),
        ("秘密.txt", b"x", 422, "invalid"),
        ("", b"x", 422, "invalid"),
    ],
)
def test_a_file_that_is_refused(
    oa: Program, settings: Settings, name: str, content: bytes, status: int, reason: str
) -> None:
    settings.SHIXIAO_ATTACHMENT_LIMIT = 1_000_000
    number = oa.send(task()).json()["number"]
    answer = oa.file(number, name, content)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason), answer.content.decode()
    assert not Attachment.objects.exists()


def test_files_are_for_those_who_work_on_the_case(
    oa: Program, desk: People, staff: Callable[..., User], now: datetime
) -> None:
    number = oa.send(task()).json()["number"]
    stranger = Program(_token(staff("stranger", "payments.clerk"), now))
    assert stranger.file(number, "a.txt", b"x").json()["reason"] == "unknown"
    assert Program(_token(desk.head, now)).file(number, "b.txt", b"y").status_code == 201
    reader = Program(_token(desk.officer, now, **{"*": "read"}))
    assert reader.file(number, "a.txt", b"x").json()["reason"] == "out-of-scope"
    wrong = oa.client.post(f"/api/v1/cases/{number}/files", b"x", content_type="text/plain", headers=oa.headers)
    assert (wrong.status_code, wrong.json()["reason"]) == (415, "wrong-media-type")
    assert Attachment.objects.count() == 1


# ---- fetched -----------------------------------------------------------------------------------------------------


@contextmanager
def fetched_from(settings: Settings, folder: Path, faults: Faults) -> Iterator[Oa]:
    with Oa(faults=faults, waits=Waits.quick()) as there:
        (folder / "oa-secret").write_text(there.secret)
        settings.SHIXIAO_OA_ADDRESS, settings.SHIXIAO_OA_ACCOUNT = there.address, "oa"
        settings.SHIXIAO_OA_SECRET_FILE = str(folder / "oa-secret")
        yield there


def references() -> list[str]:
    return list(OaDocument.objects.order_by("reference").values_list("reference", flat=True))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_goes_wrong_each_document_is_taken_in_once(
    settings: Settings, tmp_path: Path, oa: Program, now: datetime, seed: int
) -> None:
    with fetched_from(settings, tmp_path, Faults(seed, share=0.4)) as there:
        for number in range(1, 31):
            there.issue(task(number), **({"report_txt": f"附件{number}".encode()} if number % 10 == 0 else {}))
        for minute in range(40):
            fetching.fetch(now + minute * MINUTE)
        assert there.happened
    assert references() == [f"OA-2026-{number:04}" for number in range(1, 31)]
    assert Case.objects.count() == 30
    assert Attachment.objects.count() == 3
    assert OaFetch.objects.get().cursor == "30"
    assert not OaRefusal.objects.exists()


@pytest.mark.parametrize(
    "fault", [Fault.CUT_AFTER, Fault.PAGE, Fault.TRUNCATED, Fault.BUSY, Fault.LIMITED, Fault.CUT_BEFORE]
)
@pytest.mark.parametrize("place", ["documents", "file"])
def test_after_each_fault_it_goes_on_where_it_was(
    settings: Settings, tmp_path: Path, oa: Program, now: datetime, fault: Fault, place: str
) -> None:
    with fetched_from(settings, tmp_path, Faults.planned({place: [fault]})) as there:
        there.issue(task(1))
        there.issue(task(2), report_txt=b"hello")
        there.issue(task(3))
        fetching.fetch(now)
        assert len(there.met(fault)) == 1
        fetching.fetch(now + MINUTE)
    assert references() == ["OA-2026-0001", "OA-2026-0002", "OA-2026-0003"]
    assert Attachment.objects.count() == 1


def test_what_cannot_be_taken_in_is_written_down_and_does_not_stop_the_rest(
    settings: Settings, tmp_path: Path, oa: Program, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with fetched_from(settings, tmp_path, Faults.none()) as there:
        there.issue(task(1, unit="没有这个单位"))
        there.issue(task(2, secrecy="机密", matter=SECRET_TEXT))
        there.issue(task(3), report_txt=b"hello")
        there.files.clear()
        there.listed.append("nonsense")
        there.issue(task(4))
        there.issue(task(4, matter="另一件事"))
        assert fetching.fetch(now) == 6
        assert fetching.fetch(now + MINUTE) == 0
        told = {each.reference: (each.why, each.fields) for each in OaRefusal.objects.all()}
        assert told == {
            "OA-2026-0001": ("invalid", ["unit"]),
            "OA-2026-0002": ("secret", ["secrecy"]),
            "OA-2026-0003": ("http_404", ["files"]),
            "": ("invalid", [""]),
            "OA-2026-0004": ("differs", ["matter"]),
        }
        assert references() == ["OA-2026-0004"]
        assert SECRET_TEXT not in caplog.text + str(told)
        Unit.objects.filter(code="SIM1").update(short_name="没有这个单位")
        fetching.begin_anew(now + MINUTE)
        fetching.fetch(now + MINUTE)
    assert references() == ["OA-2026-0001", "OA-2026-0004"]
    assert not OaRefusal.objects.filter(reference="OA-2026-0001").exists()


def test_files_lie_below_the_address_and_nowhere_else(
    settings: Settings, tmp_path: Path, oa: Program, now: datetime
) -> None:
    with fetched_from(settings, tmp_path, Faults.none()) as there:
        for number, address in enumerate(
            ("http://127.0.0.1:1/x", "//127.0.0.1/x", "/../x", "x", "/a b", "/a\r\nHost: x", "/" + "x" * 600), start=1
        ):
            there.issue(task(number, files=[{"name": "a.txt", "sha256": "0" * 64, "address": address}]))
        fetching.fetch(now)
        assert there.handed
        assert {each.why for each in OaRefusal.objects.all()} == {"invalid"}
        there.issue(task(9), report_txt=b"hello")
        there.files = dict.fromkeys(there.files, b"other bytes")
        fetching.fetch(now + MINUTE)
    assert OaRefusal.objects.get(reference="OA-2026-0009").why == "file_changed"
    assert references() == []


def test_one_process_fetches_once_a_minute_and_a_killed_one_is_followed(
    settings: Settings, tmp_path: Path, oa: Program, now: datetime
) -> None:
    with fetched_from(settings, tmp_path, Faults.none()) as there:
        for seconds in (0, 1, 30, 59, 60, 90):
            fetching.fetch(now + timedelta(seconds=seconds))
        assert len(there.handed) == 2
        OaFetch.objects.update(fetched_at=now + timedelta(minutes=12))  # claimed at minute 2, and killed
        fetching.fetch(now + timedelta(minutes=5))
        assert len(there.handed) == 2
        fetching.fetch(now + timedelta(minutes=13))
        assert len(there.handed) == 3


def test_an_oa_that_goes_in_circles_and_one_that_talks_nonsense_end(
    settings: Settings, tmp_path: Path, oa: Program, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    monkeypatch.setattr(Oa, "_page", lambda self, asked: said[-1])
    with fetched_from(settings, tmp_path, Faults.none()):
        for minute, (told, trouble) in enumerate((
            ({"items": [], "next": "", "more": True}, ""),
            ({"items": [task(1)], "next": "a", "more": True}, ""),
            ({"items": [], "next": "字"}, "answer_garbled"),
            ({"items": {}, "next": "b"}, "answer_garbled"),
            ({"items": [None] * 21, "next": "b"}, "answer_garbled"),
            ({"items": [], "next": 7}, "answer_garbled"),
            ([], "answer_garbled"),
            ({"items": [], "next": "x" * 201}, "answer_garbled"),
        )):  # fmt: skip
            said.append(as_json(told))
            fetching.fetch(now + minute * MINUTE)
            assert OaFetch.objects.get().trouble == trouble
    assert (references(), OaFetch.objects.get().cursor) == (["OA-2026-0001"], "a")


def test_without_an_account_or_with_a_wrong_secret_nothing_is_taken(
    settings: Settings, tmp_path: Path, oa: Program, now: datetime
) -> None:
    with fetched_from(settings, tmp_path, Faults.none()) as there:
        there.issue(task(1))
        settings.SHIXIAO_OA_ACCOUNT = "nobody"
        fetching.fetch(now)
        assert (OaFetch.objects.get().trouble, there.handed) == ("account", [])
        settings.SHIXIAO_OA_ACCOUNT = "oa"
        (tmp_path / "oa-secret").write_text("another")
        fetching.fetch(now + MINUTE)
        assert OaFetch.objects.get().trouble == "http_401"
        settings.SHIXIAO_OA_ADDRESS = "http://10.0.0.1"  # in the open
        assert fetching.fetch(now + 2 * MINUTE) == 0
    assert references() == []


# ---- the page ----------------------------------------------------------------------------------------------------

PAGE = "/offices/supervision/oa/"


def test_the_page_says_what_came_what_did_not_and_how_far_it_is(
    settings: Settings, tmp_path: Path, oa: Program, desk: People, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(desk.officer)
    assert "没有设定要去取的 OA" in browser.get(PAGE).content.decode()
    oa.send(task(7))
    oa.send(instruction())
    with fetched_from(settings, tmp_path, Faults.none()) as there:
        there.issue(task(1))
        there.issue(task(2, leader="没有这个人"))
        there.issue(task(3, secrecy="秘密", matter=SECRET_TEXT))
        fetching.fetch(now)
        page = browser.get(PAGE).content.decode()
        for words in (
            "2 份没有收下",
            "OA-2026-0001",
            "我方去取",
            "OA 推送",
            "OA-2026-0002",
            "领导",
            "带有密级标志，没有收下",
        ):
            assert words in page
        assert "OA-P-1" not in page  # whose instruction this officer may not see
        assert SECRET_TEXT not in page
        assert "OA-P-1" in signed_in(desk.keeper).get(PAGE).content.decode()
        there.listed[1] = task(2)
        assert browser.post(PAGE).status_code == 302
        fetching.fetch(timezone.now())
    assert "OA-2026-0002" in references()
    settings.SHIXIAO_OA_SECRET_FILE = ""
    assert "SHIXIAO_OA_SECRET_FILE" in browser.get(PAGE).content.decode()
    for user in (desk.handler, desk.leader):
        assert signed_in(user).get(PAGE).status_code == 403


def test_the_deploy_check_says_what_is_missing(settings: Settings, tmp_path: Path, oa: Program) -> None:
    assert checks.oa_is_whole() == []
    with fetched_from(settings, tmp_path, Faults.none()):
        assert checks.oa_is_whole() == []
        (tmp_path / "oa-secret").write_text("")
        settings.SHIXIAO_OA_ACCOUNT, settings.SHIXIAO_OA_SYSTEM = "", "O A"
        (found,) = checks.oa_is_whole()
    assert (found.id, "SHIXIAO_OA_ACCOUNT, SHIXIAO_OA_SYSTEM, SHIXIAO_OA_SECRET_FILE" in found.msg) == (
        "supervision.W001",
        True,
    )
