"""Tags, remarks and files as people use them: who sees what, what is refused and kept, and what a browser is sent."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework import Opening, attaching, open_case, remarking, tagging, vocabulary
from shixiao.casework.models import Attachment, Case, Tag
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.some_files import PDF, office, picture
from shixiao.casework.tests.test_tags import restrict
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shixiao.casework.tests.paper_addresses")]
SHA = hashlib.sha256(PDF).hexdigest()
SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"
    return tmp_path / "attachments"


@pytest.fixture
def now() -> datetime:
    """Pages ask the clock, so what they show was made a moment ago."""
    return timezone.now()


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def keeper(staff: Callable[..., User]) -> User:
    return staff("keeper", "casework.tag_keeper")


@pytest.fixture
def stranger(staff: Callable[..., User]) -> User:
    return staff("stranger")


@pytest.fixture
def security(account: Callable[..., User]) -> User:
    return account("security", role="security_administrator")


@pytest.fixture
def case(unit: Unit, clerk: User, now: datetime) -> Case:
    return open_case(KIND, "open", Opening(unit=unit, title="一件事", particulars={"topic": "甲"}), by=clerk, now=now)


def upload(browser: Client, case: Case, *contents: tuple[str, bytes]) -> Any:
    several = [SimpleUploadedFile(name, content) for name, content in contents]
    return browser.post(f"/cases/{case.pk}/files/add/", {"file": several})


def sent(browser: Client, address: str, *, method: str = "GET", **headers: str) -> Any:
    """What a browser is sent, with the whole `body`: read to its end, the file behind it is closed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response: Any = browser.generic(method, address, headers=named)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def _without_tokens(response: Any) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r'name="next" value="[^"]*"', "", page)


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


# ---- files -----------------------------------------------------------------------------------------------------


def test_a_file_is_added_listed_and_sent_again(case: Case, clerk: User, signed_in: SignedIn, home: Path) -> None:
    browser = signed_in(clerk)
    response = upload(browser, case, ("会议纪要.pdf", PDF), ("图.png", picture("PNG")))
    assert (response.status_code, response["Location"]) == (302, f"/cases/{case.pk}/#files")
    assert len(files(home)) == 2
    row = Attachment.objects.get(name="会议纪要.pdf")
    page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert f'href="/files/{row.pk}/"' in page
    assert "已添加 2 个附件" in page
    answer = sent(browser, f"/files/{row.pk}/")
    assert answer.body == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('会议纪要.pdf')}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["ETag"] == f'"{SHA}"'
    assert (answer["Content-Length"], answer["Cache-Control"]) == (str(len(PDF)), "private, no-cache")


def test_only_pictures_and_pdf_are_shown_in_the_browser(case: Case, clerk: User, signed_in: SignedIn) -> None:
    browser = signed_in(clerk)
    contents = [("a.pdf", PDF), ("a.png", picture("PNG")), ("a.jpg", picture("JPEG"))]
    others = [("a.gif", picture("GIF")), ("a.txt", b"<script>alert(1)</script>"), ("a.docx", office("docx"))]
    upload(browser, case, *contents, *others)
    for row in Attachment.objects.all():
        disposition = sent(browser, f"/files/{row.pk}/?show")["Content-Disposition"]
        assert disposition.startswith("inline" if (row.name in dict(contents)) else "attachment")
        assert sent(browser, f"/files/{row.pk}/")["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-4", 206, slice(len(PDF) - 4, None)),
        ("bytes=-999999", 206, slice(0, None)),
        (f"bytes=0-{10**15}", 206, slice(0, None)),
        (f"bytes={len(PDF) - 1}-{len(PDF) - 1}", 206, slice(len(PDF) - 1, None)),
        (f"bytes={len(PDF)}-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        ("bytes=0-1,3-4", 200, slice(0, None)),
        ("bytes=4-2", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
    ],
)
def test_parts_of_a_file(case: Case, clerk: User, signed_in: SignedIn, wanted: str, status: int, part: slice) -> None:
    browser = signed_in(clerk)
    upload(browser, case, ("a.pdf", PDF))
    response = sent(browser, f"/files/{Attachment.objects.get().pk}/", Range=wanted)
    assert response.status_code == status
    assert response.body == PDF[part]
    if status == 206:
        start, stop, _step = part.indices(len(PDF))
        assert response["Content-Range"] == f"bytes {start}-{stop - 1}/{len(PDF)}"
        assert response["Content-Length"] == str(stop - start)
    elif status == 416:
        assert response["Content-Range"] == f"bytes */{len(PDF)}"


def test_a_browser_that_has_it_is_told_so(case: Case, clerk: User, signed_in: SignedIn) -> None:
    browser = signed_in(clerk)
    upload(browser, case, ("a.pdf", PDF))
    address = f"/files/{Attachment.objects.get().pk}/"
    assert sent(browser, address, If_None_Match=f'"{SHA}"').status_code == 304
    assert sent(browser, address, If_None_Match=f'W/"{SHA}", "x"').status_code == 304
    assert sent(browser, address, If_None_Match='"other"').status_code == 200
    assert sent(browser, address, Range="bytes=0-3", If_Range=f'"{SHA}"').status_code == 206
    assert sent(browser, address, Range="bytes=0-3", If_Range='"other"').status_code == 200
    head = sent(browser, address, method="HEAD")
    assert (head.status_code, head["Content-Length"]) == (200, str(len(PDF)))


def test_a_stranger_learns_nothing(
    case: Case, clerk: User, stranger: User, security: User, signed_in: SignedIn, home: Path, client: Client
) -> None:
    upload(signed_in(clerk), case, ("a.pdf", PDF))
    row = Attachment.objects.get()
    absent = signed_in(stranger).get("/files/999999/")
    for user in (stranger, security):
        browser = signed_in(user)
        for address in (f"/files/{row.pk}/", f"/files/{row.pk}/remove/", f"/cases/{case.pk}/files/add/"):
            response = browser.get(address, headers={"If-None-Match": f'"{SHA}"'})
            assert response.status_code == 404
            assert user is security or _without_tokens(response) == _without_tokens(absent)
        assert upload(browser, case, ("b.pdf", PDF + b"%")).status_code == 404
        for address in ("remarks/add/", "tags/add/"):
            assert browser.post(f"/cases/{case.pk}/{address}", {"remark": "x", "tag": "1"}).status_code == 404
    assert client.get(f"/files/{row.pk}/").status_code == 302
    assert upload(client, case, ("b.pdf", PDF + b"%")).status_code == 302
    assert len(files(home)) == 1


def test_whoever_sees_but_may_take_no_step_downloads_and_adds_nothing(
    case: Case, clerk: User, staff: Callable[..., User], signed_in: SignedIn, home: Path
) -> None:
    upload(signed_in(clerk), case, ("a.pdf", PDF))
    helper = staff("helper")
    case.assistants.create(user=helper)
    browser = signed_in(helper)
    assert sent(browser, f"/files/{Attachment.objects.get().pk}/").status_code == 200
    assert upload(browser, case, ("b.txt", b"1")).status_code == 302  # an assistant helps with files, too
    assert "加标签" not in browser.get(f"/cases/{case.pk}/").content.decode()


def test_a_refused_file_is_named_and_the_others_are_there(
    case: Case, clerk: User, signed_in: SignedIn, home: Path
) -> None:
    response = upload(signed_in(clerk), case, ("好.pdf", PDF), ("坏.docx", PDF), ("空.txt", b""))
    page = response.content.decode()
    assert response.status_code == 422
    assert "“坏.docx”的内容其实是PDF" in page
    assert "“空.txt”是空文件" in page
    assert "已添加 1 个附件" in page
    assert [row.name for row in Attachment.objects.all()] == ["好.pdf"]
    assert len(files(home)) == 1


def test_no_file_is_a_sentence(case: Case, clerk: User, signed_in: SignedIn) -> None:
    response = signed_in(clerk).post(f"/cases/{case.pk}/files/add/", {})
    assert (response.status_code, "请先选择文件" in response.content.decode()) == (422, True)


@pytest.mark.parametrize(("announced", "status"), [(2 << 30, 413), ((100 << 20) + (1 << 20) + 1, 413)])
def test_two_gigabytes_are_refused_before_a_byte_is_read(
    case: Case, clerk: User, signed_in: SignedIn, home: Path, announced: int, status: int
) -> None:
    class Untouched:
        def read(self, *_given: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    response = signed_in(clerk).generic(
        "POST",
        f"/cases/{case.pk}/files/add/",
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(announced),
        **{"wsgi.input": Untouched()},
    )
    page = response.content.decode()
    assert (response.status_code, "太大" in page, "最多提交 100 MB" in page) == (status, True, True)
    assert not home.exists()


def test_other_views_keep_their_own_limit(case: Case, clerk: User, signed_in: SignedIn) -> None:
    response = signed_in(clerk).generic(
        "POST", f"/cases/{case.pk}/remarks/add/", b"", CONTENT_LENGTH=str((20 << 20) + 1)
    )
    assert response.status_code == 413


def test_a_file_above_the_limit_is_broken_off(
    case: Case, clerk: User, signed_in: SignedIn, settings: Settings, home: Path
) -> None:
    """The announced length leaves room for the form, so a file a little too large is noticed while it comes in."""
    settings.SHIXIAO_ATTACHMENT_LIMIT = 1000
    response = upload(signed_in(clerk), case, ("大.txt", b"x" * 1001))
    assert (response.status_code, "超过" in response.content.decode()) == (422, True)
    assert files(home) == []
    assert upload(signed_in(clerk), case, ("小.txt", b"x" * 1000)).status_code == 302


def test_without_the_forgery_token_nothing_is_kept(case: Case, clerk: User, signed_in: SignedIn, home: Path) -> None:
    browser = signed_in(clerk)
    browser.handler.enforce_csrf_checks = True
    assert upload(browser, case, ("a.pdf", PDF)).status_code == 403
    assert files(home) == []
    assert not Attachment.objects.exists()


def test_a_file_is_removed_with_a_reason(case: Case, clerk: User, signed_in: SignedIn) -> None:
    browser = signed_in(clerk)
    upload(browser, case, ("a.pdf", PDF))
    address = f"/files/{Attachment.objects.get().pk}/"
    assert browser.post(f"{address}remove/", {"reason": ""}).status_code == 422
    assert browser.post(f"{address}remove/", {"reason": "传错了"})["Location"] == f"/cases/{case.pk}/#files"
    assert browser.get(address).status_code == 404
    assert "还没有附件" in browser.get(f"/cases/{case.pk}/").content.decode()


def test_a_content_that_is_absent_is_said(case: Case, clerk: User, signed_in: SignedIn, home: Path) -> None:
    browser = signed_in(clerk)
    upload(browser, case, ("a.pdf", PDF))
    for path in files(home):
        path.unlink()
    response = browser.get(f"/files/{Attachment.objects.get().pk}/")
    assert (response.status_code, "从备份恢复" in response.content.decode()) == (410, True)


# ---- remarks ---------------------------------------------------------------------------------------------------


def test_a_remark_and_its_correction_stand_on_the_page(case: Case, clerk: User, signed_in: SignedIn) -> None:
    browser = signed_in(clerk)
    first = browser.post(f"/cases/{case.pk}/remarks/add/", {"remark": "三份<b>"})
    (shown,) = remarking.remarks_of(case)
    assert first["Location"] == f"/cases/{case.pk}/#remark-{shown.event_id}"
    form = browser.get(f"/cases/{case.pk}/remarks/add/?corrects={shown.event_id}").content.decode()
    assert "三份&lt;b&gt;" in form
    assert "更正备注" in form
    browser.post(f"/cases/{case.pk}/remarks/add/", {"remark": "四份", "corrects": shown.event_id})
    page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert "<del>三份&lt;b&gt;</del>" in page
    assert "四份" in page


def test_a_refused_remark_keeps_what_was_typed(case: Case, clerk: User, signed_in: SignedIn) -> None:
    browser = signed_in(clerk)
    response = browser.post(f"/cases/{case.pk}/remarks/add/", {"remark": "密级：机密 会议安排"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "会议安排" in page
    assert "密级标志" in page
    for bad in ("", "x" * 2001):
        assert browser.post(f"/cases/{case.pk}/remarks/add/", {"remark": bad}).status_code == 422
    for corrects in ("abc", "-1", str(2**63), "999999"):
        response = browser.post(f"/cases/{case.pk}/remarks/add/", {"remark": "甲", "corrects": corrects})
        assert response.status_code == 422
    assert remarking.remarks_of(case) == []


# ---- tags ------------------------------------------------------------------------------------------------------


def test_a_tag_is_given_and_taken_on_the_page(case: Case, clerk: User, keeper: User, signed_in: SignedIn) -> None:
    tag = vocabulary.create("春节", colour="red", by=keeper, now=timezone.now())
    browser = signed_in(clerk)
    assert "春节" in browser.get(f"/cases/{case.pk}/").content.decode()
    browser.post(f"/cases/{case.pk}/tags/add/", {"tag": tag.pk})
    assert "去掉标签“春节”" in browser.get(f"/cases/{case.pk}/").content.decode()
    browser.post(f"/cases/{case.pk}/tags/{tag.pk}/remove/")
    assert "还没有标签" in browser.get(f"/cases/{case.pk}/").content.decode()
    for nonsense in ("", "x", "9" * 40):
        assert browser.post(f"/cases/{case.pk}/tags/add/", {"tag": nonsense}).status_code == 302
    assert browser.post(f"/cases/{case.pk}/tags/add/", {"tag": "999999"}).status_code == 404


def test_many_cases_are_tagged_at_once(
    case: Case, unit: Unit, clerk: User, keeper: User, stranger: User, signed_in: SignedIn, now: datetime
) -> None:
    tag = vocabulary.create("春节", by=keeper, now=now)
    other = open_case(KIND, "open", Opening(unit=unit, title="另一件", particulars={"topic": "乙"}), by=clerk, now=now)
    chosen = {"cases": [case.pk, other.pk], "tag": tag.pk, "next": f"/cases/{case.pk}/"}
    response = signed_in(clerk).post("/tags/many/", chosen)
    assert response["Location"] == f"/cases/{case.pk}/"
    today = timezone.localdate()
    assert tagging.tagged(tag, as_of=today).count() == 2
    assert signed_in(stranger).post("/tags/many/", chosen).status_code == 404
    assert signed_in(clerk).post("/tags/many/", chosen | {"next": "https://elsewhere.example/"})["Location"] == "/tags/"
    signed_in(clerk).post("/tags/many/", chosen | {"take": "away"})
    assert tagging.tagged(tag, as_of=today).count() == 0
    assert signed_in(clerk).post("/tags/many/", {"tag": tag.pk}).status_code == 302


def test_the_keeper_makes_renames_merges_splits_and_retires(keeper: User, signed_in: SignedIn) -> None:
    browser, today = signed_in(keeper), f"{timezone.localdate():%F}"

    def made(name: str, **more: object) -> Tag:
        given = {"name": name, "colour": "blue", "since": today, "parent": ""} | more
        assert browser.post("/tags/new/", given).status_code == 302
        return Tag.objects.latest("id")

    first, second, third = made("甲"), made("乙"), made("丙")
    below = made("丁", parent=first.pk)
    assert below.parent_id == first.pk
    assert browser.post(f"/tags/{first.pk}/rename/", {"name": "甲一", "since": today}).status_code == 302
    assert browser.post(f"/tags/{first.pk}/retire/", {"on": today}).status_code == 422  # the lower one ends first
    assert browser.post(f"/tags/{below.pk}/retire/", {"on": today}).status_code == 302
    assert browser.post(f"/tags/{first.pk}/merge/", {"into": second.pk, "on": today}).status_code == 302
    assert browser.post(f"/tags/{third.pk}/split/", {"parts": "戊\n\n己\n", "on": today}).status_code == 302
    assert browser.post(f"/tags/{second.pk}/recolour/", {"colour": "red"}).status_code == 302
    browser.get("/tags/")  # the messages are shown once
    page = browser.get("/tags/").content.decode()
    assert all(name in page for name in "乙戊己")
    assert "甲一" not in page
    assert "并入“乙”" in browser.get("/tags/?ended").content.decode()
    assert "并入的" in browser.get(f"/tags/{second.pk}/").content.decode()
    assert browser.get(f"/tags/{second.pk}/?as_of=nonsense").status_code == 200
    assert browser.get(f"/tags/{second.pk}/burn/").status_code == 404


def test_a_refused_change_keeps_what_was_typed(keeper: User, signed_in: SignedIn) -> None:
    browser = signed_in(keeper)
    given = {"name": "春节", "colour": "blue", "since": "2020-01-01", "parent": ""}
    page = browser.post("/tags/new/", given).content.decode()
    assert "不能早于今天" in page
    assert 'value="春节"' in page


def test_others_look_and_an_attempt_is_noted(clerk: User, keeper: User, signed_in: SignedIn) -> None:
    tag = vocabulary.create("春节", by=keeper, now=timezone.now())
    browser, today = signed_in(clerk), f"{timezone.localdate():%F}"
    assert "新标签" not in browser.get("/tags/").content.decode()
    assert f"/tags/{tag.pk}/rename/" not in browser.get(f"/tags/{tag.pk}/").content.decode()
    assert f"/tags/{tag.pk}/rename/" in signed_in(keeper).get(f"/tags/{tag.pk}/").content.decode()
    assert browser.post(f"/tags/{tag.pk}/retire/", {"on": today}).status_code == 403
    assert Event.objects.filter(kind="people.attempt_refused").count() == 1
    tag.refresh_from_db()
    assert tag.until is None


# ---- lawful deletion -------------------------------------------------------------------------------------------


def test_the_security_administrator_deletes_without_seeing_the_case(
    case: Case, clerk: User, security: User, signed_in: SignedIn
) -> None:
    event = remarking.remark(case, "某人的病历号", by=clerk, now=timezone.now())
    browser = signed_in(security)
    assert browser.get(f"/cases/{case.pk}/remarks/add/").status_code == 404
    form = {"record": str(event.pk), "ground": "person_asked"}
    assert browser.post("/erasing/", form).status_code == 422  # not confirmed
    assert browser.post("/erasing/", form | {"confirm": "on", "record": "0"}).status_code == 422
    assert browser.post("/erasing/", form | {"confirm": "on"}).status_code == 302
    page = signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    assert "病历" not in page
    assert "文字已依法删除" in page


def test_others_have_no_such_page(clerk: User, security: User, signed_in: SignedIn) -> None:
    assert signed_in(clerk).get("/erasing/").status_code == 403
    assert "依法删除" not in signed_in(clerk).get("/tags/").content.decode()
    assert 'href="/erasing/"' in signed_in(security).get("/tags/").content.decode()


# ---- the parts -------------------------------------------------------------------------------------------------


def test_a_restricted_case_shows_no_parts(
    case: Case, clerk: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = ('id="remarks"', 'id="files"', 'id="tags"')
    page = signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    assert all(part in page for part in parts)
    restrict(monkeypatch)
    page = signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    assert not any(part in page for part in parts)


def test_the_parts_take_few_statements(
    case: Case, clerk: User, keeper: User, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    browser, now = signed_in(clerk), timezone.now()
    for number in range(12):
        tagging.tag(case, vocabulary.create(f"标签{number}", by=keeper, now=now), by=clerk, now=now)
        remarking.remark(case, f"备注{number}", by=clerk, now=now)
    upload(browser, case, *[(f"{number}.txt", str(number).encode()) for number in range(12)])
    browser.get(f"/cases/{case.pk}/")
    with django_assert_max_num_queries(15):
        browser.get(f"/cases/{case.pk}/")


def test_what_attaching_limits_is_what_the_form_says(case: Case, clerk: User, signed_in: SignedIn) -> None:
    page = signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    assert f'data-limit="{attaching.size_limit()}"' in page
    assert 'accept="image/jpeg,image/png" capture="environment"' in page
