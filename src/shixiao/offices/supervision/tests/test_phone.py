"""Pages for a phone, and what arrives from one: once, whole or not at all, and never as somebody else."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework import receiving
from shixiao.casework.models import Attachment, Case, Received
from shixiao.casework.performing import events_of
from shixiao.casework.tests.some_files import picture
from shixiao.casework.views import phone
from shixiao.conftest import NOW, accounts, root_unit, staffing
from shixiao.ledger.models import Event, Words
from shixiao.messages.models import Message
from shixiao.offices.supervision.models import Instruction
from shixiao.offices.supervision.tests.conftest import MATTER, WRITTEN, People, Take, through
from shixiao.people.actions import create_unit
from shixiao.people.marks import mark_of
from shixiao.people.models import Unit, User
from shixiao.ui import offline

pytestmark = pytest.mark.django_db
Opener = Callable[..., Case]
SignedIn = Callable[[User], Client]
JSON = {"HTTP_ACCEPT": "application/json"}
MINE, LEADER, WRITE = (f"/offices/supervision/{name}/" for name in ("mine", "leader", "leader/write"))
KEY = "a-key-made-on-a-phone"


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture(autouse=True)
def _here(settings: Settings, tmp_path: Path) -> None:
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"


@pytest.fixture(scope="module")
def _office(lived: None) -> tuple[Unit, Unit, Callable[..., User], People]:
    """Everybody of the desk and their units: once for all tests here."""
    unit = root_unit(NOW)
    staff = staffing(accounts(NOW), unit, NOW)
    bureau = create_unit("模拟综合处", code="SIM1", parent=unit, since=date(2020, 1, 1), by=None, now=NOW)
    return unit, bureau, staff, People(staff, unit, bureau)


@pytest.fixture
def unit(db: None, _office: tuple[Any, ...]) -> Unit:
    return _office[0]  # type: ignore[no-any-return]


@pytest.fixture
def bureau(db: None, _office: tuple[Any, ...]) -> Unit:
    return _office[1]  # type: ignore[no-any-return]


@pytest.fixture
def staff(db: None, _office: tuple[Any, ...]) -> Callable[..., User]:
    return _office[2]  # type: ignore[no-any-return]


@pytest.fixture
def people(db: None, _office: tuple[Any, ...]) -> People:
    return _office[3]  # type: ignore[no-any-return]


@pytest.fixture
def case(propose: Opener, take: Take, people: People, now: datetime) -> Case:
    """A task that was accepted two hours ago."""
    earlier = now - timedelta(hours=2)
    return through(propose(at=earlier, limit_on="2026-07-20"), take, people, until="accept", at=earlier)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def report(browser: Client, case: Case, step: str = "progress", **told: Any) -> Any:
    given = {"key": KEY, "progress": "已完成走访", "percent": "40"} | told
    return browser.post(f"/cases/{case.pk}/{step}/send/", given, **JSON)


def photo(name: str = "现场.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture("JPEG"))


def progressed(case: Case) -> list[Event]:
    return list(events_of(case).filter(kind="supervision.progressed"))


# ---- once ----------------------------------------------------------------------------------------------------------


def test_a_report_with_a_photo_is_one_event_however_often_it_arrives(
    case: Case, people: People, signed_in: SignedIn
) -> None:
    browser = signed_in(people.handler)
    first = report(browser, case, photo=photo())
    assert (first.status_code, first.json()["again"]) == (200, False)
    for _lost_answer in range(2):
        again = report(browser, case, photo=photo())
        assert (again.status_code, again.json()["again"], again.json()["said"]) == (200, True, first.json()["said"])
    (event,) = progressed(case)
    assert event.by_id == str(people.handler.pk)
    assert Attachment.objects.get(case=case).name == "现场.jpg"
    assert Received.objects.get().body["number"] == case.number


def test_the_same_key_with_other_words_is_refused_and_nothing_is_recorded(
    case: Case, people: People, signed_in: SignedIn
) -> None:
    browser = signed_in(people.handler)
    report(browser, case)
    for otherwise in ({"progress": "另一句"}, {"photo": photo()}):
        answer = report(browser, case, **otherwise)
        assert answer.status_code == 422
        assert "内容不一样" in answer.json()["refused"][0]["said"]
    assert len(progressed(case)) == 1
    assert not Attachment.objects.exists()


def test_the_key_of_one_person_is_not_the_key_of_another(
    case: Case, people: People, staff: Callable[..., User], unit: Unit, signed_in: SignedIn
) -> None:
    report(signed_in(people.handler), case)
    report(signed_in(people.officer), case)  # the overseer may report in place of the lead
    assert [event.by_id for event in progressed(case)] == [str(people.handler.pk), str(people.officer.pk)]


def test_what_one_person_wrote_is_not_sent_as_another(case: Case, people: People, signed_in: SignedIn) -> None:
    browser = signed_in(people.officer)
    answer = report(browser, case, person=mark_of(people.handler))
    assert answer.status_code == 409
    assert not progressed(case)
    assert report(browser, case, person=mark_of(people.officer)).status_code == 200


@pytest.mark.parametrize("key", ["", "short", "有汉字的编号有汉字的编号", "x" * 101])
def test_without_a_key_nothing_is_taken(case: Case, people: People, signed_in: SignedIn, key: str) -> None:
    assert report(signed_in(people.handler), case, key=key).status_code == 422
    assert not progressed(case)


def test_keys_are_forgotten_after_ninety_days(case: Case, people: People, signed_in: SignedIn, now: datetime) -> None:
    report(signed_in(people.handler), case)
    assert receiving.forget_old(now + timedelta(days=90)) == 0
    assert receiving.forget_old(now + timedelta(days=90, seconds=1)) == 1


# ---- whole or not at all ---------------------------------------------------------------------------------------------


def test_a_refused_report_leaves_no_photo_behind(case: Case, people: People, signed_in: SignedIn) -> None:
    answer = report(signed_in(people.handler), case, progress="", photo=photo())
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["refused"]] == ["progress"]
    assert not Attachment.objects.exists()
    assert not Received.objects.exists()


def test_a_photo_that_is_none_refuses_the_report(case: Case, people: People, signed_in: SignedIn) -> None:
    answer = report(signed_in(people.handler), case, photo=photo(content=b"MZ a program"))
    assert answer.status_code == 422
    assert not progressed(case)


def test_a_photo_that_the_case_has_already_is_no_reason_to_refuse(
    case: Case, people: People, signed_in: SignedIn
) -> None:
    browser = signed_in(people.handler)
    report(browser, case, photo=photo())
    assert report(browser, case, key="another-key", photo=photo()).status_code == 200
    assert len(progressed(case)) == 2
    assert Attachment.objects.filter(case=case).count() == 1


def test_a_result_takes_its_photo_along_although_nothing_can_be_added_later(
    case: Case, people: People, signed_in: SignedIn
) -> None:
    answer = report(signed_in(people.handler), case, "feed_back", result="全部整改", photo=photo())
    assert answer.status_code == 200, answer.content
    case.refresh_from_db()
    assert (case.state, Attachment.objects.filter(case=case).count()) == ("review", 1)


def test_a_photo_of_60_mb_is_refused_by_its_length_and_by_its_content(
    case: Case, people: People, signed_in: SignedIn, settings: Settings
) -> None:
    browser, address = signed_in(people.handler), f"/cases/{case.pk}/progress/send/"
    announced = browser.generic("POST", address, b"", CONTENT_LENGTH=str(60 << 20))
    assert announced.status_code == 413
    assert "21 MB" in text(announced) or "20 MB" in text(announced)
    settings.SHIXIAO_PHOTO_LIMIT = 1000
    broken_off = report(browser, case, photo=photo(content=picture("JPEG") + bytes(70_000)))
    assert broken_off.status_code == 422
    assert "超过" in broken_off.json()["refused"][0]["said"]
    assert not progressed(case)
    assert not Attachment.objects.exists()


# ---- when, and who -----------------------------------------------------------------------------------------------------


def test_what_was_written_without_a_network_happened_then(
    case: Case, people: People, signed_in: SignedIn, now: datetime
) -> None:
    browser, written = signed_in(people.handler), now - timedelta(hours=1)
    report(browser, case, written_at=written.isoformat())
    (event,) = progressed(case)
    assert (event.happened_at, event.recorded_at) == (written, now)


@pytest.mark.parametrize("hours", [-1, 0, 3])
def test_a_phone_whose_clock_cannot_be_right_says_nothing_of_when(
    case: Case, people: People, signed_in: SignedIn, now: datetime, hours: int
) -> None:
    report(signed_in(people.handler), case, written_at=(now - timedelta(hours=hours)).isoformat())
    assert progressed(case)[0].happened_at == now


@pytest.mark.parametrize("written_at", ["yesterday", "2026-06-30T08:00:00", "2026-13-45T99:00:00+08:00"])
def test_a_moment_that_is_none_says_nothing(
    case: Case, people: People, signed_in: SignedIn, written_at: str, now: datetime
) -> None:
    report(signed_in(people.handler), case, written_at=written_at)
    assert progressed(case)[0].happened_at == now


def test_a_ticket_says_whose_browser_it_is_and_nobody_else_gets_one(
    people: People, signed_in: SignedIn, client: Client
) -> None:
    answer = signed_in(people.handler).get("/phone/ticket/", **JSON)
    assert answer.json()["person"] == mark_of(people.handler)
    assert len(answer.json()["token"]) == 64
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/phone/ticket/").status_code == 302


def test_without_the_forgery_token_nothing_is_taken(case: Case, people: People, signed_in: SignedIn) -> None:
    browser = signed_in(people.handler)
    browser.handler.enforce_csrf_checks = True
    assert report(browser, case, photo=photo()).status_code == 403
    assert not progressed(case)
    fresh = browser.get("/phone/ticket/").json()["token"]
    assert report(browser, case, photo=photo(), csrfmiddlewaretoken=fresh).status_code == 200


def test_a_stranger_learns_nothing(case: Case, staff: Callable[..., User], people: People, signed_in: SignedIn) -> None:
    stranger = staff("stranger", "payments.clerk")
    assert report(signed_in(stranger), case).status_code == 404
    assert report(signed_in(people.other_leader), case).status_code in (403, 404, 422)
    assert not progressed(case)


# ---- what a phone may keep -------------------------------------------------------------------------------------------


def test_only_two_lists_may_be_kept_and_all_else_says_no(
    case: Case, people: People, register: Opener, signed_in: SignedIn, client: Client
) -> None:
    assert set(_kept(get_resolver())) == {"mine", "leader"}
    for who, address in ((people.handler, MINE), (people.leader, LEADER)):
        answer = signed_in(who).get(address)
        assert answer.headers[offline.KEEP] == str(offline.LONGEST)
        assert answer.headers[offline.PERSON] == mark_of(who)
        assert answer.headers["Cache-Control"] == "private, no-cache"
    leader = signed_in(people.leader)
    instruction = register()
    own = f"/offices/supervision/instruction/{instruction.pk}/"
    pages = [
        f"/cases/{case.pk}/",
        own,
        f"/offices/supervision/leader/{instruction.pk}/",
        WRITE,
        "/todo/",
        "/phone/ticket/",
    ]
    for answer in (*(leader.get(address) for address in pages), leader.post(f"{own}text/")):
        assert offline.KEEP not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/sign-in/").headers[offline.PERSON] == offline.NOBODY
    assert leader.post("/sign-out/").headers[offline.PERSON] == offline.NOBODY


def _kept(resolver: URLResolver) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _kept(each)
        elif isinstance(each, URLPattern) and getattr(each.callback, "is_kept", False):
            yield str(each.name)


def test_a_page_that_says_what_was_just_done_is_not_kept(case: Case, people: People, signed_in: SignedIn) -> None:
    browser = signed_in(people.handler)
    told = {"key": KEY, "progress": "已完成走访", "next": MINE}
    answer = browser.post(f"/cases/{case.pk}/progress/send/", told, follow=True)  # as without a script
    assert "已办理“报告进展”" in text(answer)
    assert offline.KEEP not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
    assert offline.KEEP in browser.get(MINE).headers


def test_what_is_kept_holds_no_words_of_anybody(
    case: Case, propose: Opener, register: Opener, take: Take, people: People, signed_in: SignedIn, now: datetime
) -> None:
    shown = through(propose(matter="模拟：已呈报"), take, people, until="present", at=now)
    instruction = register()
    take(instruction, "split", by=people.keeper, clauses={"clause_1": "月底前拿出方案"})
    take(case, "progress", by=people.handler, progress="走访了三家")
    pages = text(signed_in(people.leader).get(LEADER)) + text(signed_in(people.handler).get(MINE))
    assert shown.number in pages
    assert instruction.number in pages
    assert "1 条，0 条已落到事项" in pages
    for words in (WRITTEN[:8], "拿出方案", "已整改完毕", "已整改 12 处", "走访了三家", "隐患全部整改并复查"):
        assert words not in pages


def test_what_installs_the_house_needs_no_sign_in_and_says_nothing_of_anybody(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest")
    told = manifest.json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/phone/", "/", "standalone")
    assert {(each["sizes"], each["purpose"]) for each in told["icons"]} >= {("192x192", "any"), ("512x512", "maskable")}
    worker = client.get("/service-worker.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "const RELEASE" in text(worker)
    assert "没有网络" in text(client.get("/offline/"))


def test_another_file_of_the_frame_is_another_release(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed, found = tmp_path / "page.js", phone._path
    changed.write_text("// another", encoding="utf-8")
    before = phone._release()
    monkeypatch.setattr(phone, "_path", lambda name: changed if name == "ui/page.js" else found(name))
    assert phone._release.__wrapped__() != before


# ---- the pages -------------------------------------------------------------------------------------------------------


def test_a_handler_sees_what_is_mine_and_what_waits_to_be_accepted(
    case: Case,
    propose: Opener,
    take: Take,
    people: People,
    staff: Callable[..., User],
    bureau: Unit,
    signed_in: SignedIn,
    now: datetime,
) -> None:
    waits = through(propose(matter="模拟：等签收"), take, people, until="entrust", at=now)
    other = staff("handler2", "supervision.handler", at=bureau)
    others = through(propose(matter="模拟：别人的"), take, people, until="entrust", at=now)
    take(others, "accept", by=other)
    page = text(signed_in(people.handler).get(MINE))
    assert MATTER in page
    assert "模拟：等签收" in page
    assert "模拟：别人的" not in page
    assert f"/cases/{case.pk}/progress/send/" in page
    assert f"/cases/{case.pk}/extension/finish/ask/" in page
    assert f"/cases/{waits.pk}/accept/send/" in page
    assert f"/cases/{waits.pk}/progress/send/" not in page
    assert text(signed_in(people.leader).get(MINE)).count("phone-card") == 0


def test_the_lists_take_few_statements_however_many_tasks(
    propose: Opener, take: Take, people: People, signed_in: SignedIn, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(2):
        through(propose(matter=f"模拟事项{number}"), take, people, until="accept", at=now)
    for who, address in ((people.handler, MINE), (people.leader, LEADER)):
        browser = signed_in(who)
        browser.get(address)
        with django_assert_max_num_queries(20) as few:
            browser.get(address)
        through(propose(matter="模拟：再一件"), take, people, until="accept", at=now)
        with django_assert_max_num_queries(len(few)):
            browser.get(address)


def test_inside_a_messenger_no_file_is_asked_for(case: Case, people: People, signed_in: SignedIn) -> None:
    browser = signed_in(people.handler)
    inside = text(
        browser.get(MINE, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) wxwork/4.1.30 MicroMessenger/7.0.1")
    )
    assert 'type="file"' not in inside
    assert "data-inside" in inside
    outside = text(browser.get(MINE, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/140 Mobile"))
    assert 'capture="environment"' in outside
    assert "data-inside" not in outside


def test_a_leader_reads_a_result_and_decides_once(
    propose: Opener, take: Take, people: People, signed_in: SignedIn, now: datetime
) -> None:
    case = through(propose(), take, people, until="present", at=now)
    browser = signed_in(people.leader)
    assert "1 件等您审阅" in text(browser.get(LEADER))
    page = text(browser.get(f"/offices/supervision/leader/{case.pk}/"))
    assert "已整改完毕，请审阅" in page
    assert "已整改 12 处" in page
    told = {"key": KEY, "opinion": "同意", "seen": case.revision, "next": LEADER}
    for _press in range(2):
        assert browser.post(f"/cases/{case.pk}/consent/send/", told, **JSON).json()["next"] == LEADER
    assert events_of(case).filter(kind="supervision.consented").count() == 1
    assert "没有等您审阅的" in text(browser.get(LEADER))
    assert signed_in(people.other_leader).get(f"/offices/supervision/leader/{case.pk}/").status_code == 404


def test_a_leader_who_looked_at_an_older_state_decides_nothing(
    propose: Opener, take: Take, people: People, signed_in: SignedIn, now: datetime
) -> None:
    case = through(propose(), take, people, until="present", at=now)
    told = {"key": KEY, "seen": case.revision - 1}
    assert signed_in(people.leader).post(f"/cases/{case.pk}/consent/send/", told, **JSON).status_code == 422
    case.refresh_from_db()
    assert case.state == "presented"


def written(**told: str) -> dict[str, str]:
    return {
        "key": KEY,
        "instruction": WRITTEN,
        "secrecy": "none",
        "given_on": "2026-06-30",
        "urgency": "urgent",
        "next": LEADER,
    } | told


def test_a_leader_writes_an_instruction_once_and_its_keeper_is_told(
    people: People, signed_in: SignedIn, take: Take
) -> None:
    browser = signed_in(people.leader)
    for _press in range(2):
        assert browser.post(WRITE, written(), **JSON).json()["next"] == LEADER
    case = Case.objects.get(kind="supervision.instruction")
    assert (case.state, case.urgency, Instruction.objects.get().leader) == ("registered", "urgent", people.leader)
    assert Message.objects.filter(person=people.keeper).exists()
    assert WRITTEN[:8] not in case.title
    own = f"/offices/supervision/instruction/{case.pk}/"
    assert WRITTEN[:8] in text(browser.post(f"{own}text/"))
    assert WRITTEN[:8] not in text(browser.get(LEADER)) + text(browser.get(f"/cases/{case.pk}/"))
    assert not [each for each in Received.objects.all() if WRITTEN[:8] in str(vars(each))]
    take(case, "split", by=people.keeper, clauses={"clause_1": "月底前拿出方案"})


def test_a_marked_instruction_is_not_taken_and_nothing_of_it_stays(people: People, signed_in: SignedIn) -> None:
    browser = signed_in(people.leader)
    answer = browser.post(WRITE, written(secrecy="marked"), **JSON)
    assert answer.status_code == 422
    assert answer.json()["refused"][0]["field"] == "secrecy"
    refused = browser.post(WRITE, written(secrecy="marked"))  # without a script
    assert (refused.status_code, "不得录入" in text(refused)) == (422, True)
    assert not Case.objects.exists()
    assert not Words.objects.filter(words__contains=WRITTEN[:8]).exists()
    assert signed_in(people.handler).get(WRITE).status_code == 403


def test_the_house_opens_on_a_phone_with_the_page_that_is_for_the_person(
    people: People, officer: User, signed_in: SignedIn
) -> None:
    for who, address in ((people.leader, LEADER), (people.handler, MINE), (officer, "/todo/")):
        assert signed_in(who).get("/phone/").headers["Location"] == address
