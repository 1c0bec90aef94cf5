"""The pages of letters as people use them, and letters for programs."""

from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shixiao.casework import tokens
from shixiao.casework.models import Case
from shixiao.offices.supervision.letters import BY_WORD
from shixiao.offices.supervision.models import IssuedLetter, LetterRule
from shixiao.offices.supervision.tests.conftest import MATTER, People, Take, through
from shixiao.offices.supervision.tests.test_letters import REMINDER, own_template
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
Opener = Callable[..., Case]
SignedIn = Callable[[User], Client]
LETTERS = "/offices/supervision/letters/"
TEMPLATES = f"{LETTERS}templates/"


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)
    settings.SHIXIAO_ATTACHMENTS = str(tmp_path)


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


@pytest.fixture
def case(propose: Opener, take: Take, people: People, now: datetime) -> Case:
    """In progress, reminded by letter."""
    found = through(propose(limit_on="2026-07-10"), take, people, until="accept", at=now)
    return take(found, "remind", by=people.officer, **REMINDER)


def preview(case: Case, letter: str) -> str:
    return f"/offices/supervision/task/{case.pk}/letters/{letter}/"


def test_a_letter_is_looked_at_sent_found_and_downloaded(case: Case, people: People, signed_in: SignedIn) -> None:
    browser = signed_in(people.officer)
    task = text(browser.get(f"/offices/supervision/task/{case.pk}/"))
    address = preview(case, "reminder-letter")
    assert address in task
    assert preview(case, "closing-report") not in task
    assert "还没有反馈" in text(browser.get(preview(case, "closing-report")))
    shown = text(browser.get(address))
    assert "请本周内报送整改台账" in shown
    assert "（发文时编号）" in shown
    assert "没有二维码" in shown  # nobody has set where this house is found
    assert not IssuedLetter.objects.exists()
    answer = browser.post(address, {"issue": "1", "seen": Case.objects.get(pk=case.pk).revision}, follow=True)
    letter = IssuedLetter.objects.get()
    assert answer.redirect_chain[-1][0] == f"{LETTERS}{letter.pk}/"
    assert "督催〔2026〕1号" in text(answer)
    assert letter.pdf_hash in text(answer)
    assert f"{LETTERS}{letter.pk}/" in text(browser.get(f"/offices/supervision/task/{case.pk}/"))
    for wanted, found in (("督催", True), ("督催[2026]1号", True), ("1", True), (case.number, True), ("督单", False)):
        assert (f"{LETTERS}{letter.pk}/" in text(browser.get(LETTERS, {"q": wanted}))) is found, wanted
    assert "没有这样的文书" in text(browser.get(LETTERS, {"letter": "closing_report"}))
    for format_, mark in (("docx", letter.docx_hash), ("pdf", letter.pdf_hash)):
        file = browser.get(f"{LETTERS}{letter.pk}/{format_}/")
        assert sha256(file.content).hexdigest() == mark
        name = unquote(file["Content-Disposition"])
        assert f"督催〔2026〕1号-催办函.{format_}" in name
        assert MATTER not in name
    assert browser.get(f"{LETTERS}{letter.pk}/xlsx/").status_code == 404
    history = text(browser.get(f"/cases/{case.pk}/"))
    assert "发催办函" in history
    assert "文书序号" in history
    assert letter.docx_hash not in history


def test_what_is_to_be_added_is_looked_at_first_and_kept_when_the_letter_is_refused(
    case: Case, take: Take, people: People, signed_in: SignedIn
) -> None:
    browser, address = signed_in(people.officer), preview(case, "supervision-order")
    seen = Case.objects.get(pk=case.pk).revision
    again = text(browser.post(address, {"further": "每周五报进展"}))
    assert again.count("每周五报进展") == 2
    assert 'colspan="3"' in again
    assert again.count('<td class="is-name">') == 13  # what a value is called stands in one line
    take(case, "progress", by=people.handler, progress="已开工")
    late = browser.post(address, {"issue": "1", "seen": seen, "further": "每周五报进展"})
    assert late.status_code == 422
    assert "每周五报进展" in text(late)
    assert not IssuedLetter.objects.exists()
    secret = browser.post(address, {"issue": "1", "seen": seen + 1, "further": "机密★1年"})
    assert (secret.status_code, IssuedLetter.objects.count()) == (422, 0)


def test_who_may_not_send_a_letter_may_look_at_it(case: Case, people: People, signed_in: SignedIn) -> None:
    browser, address = signed_in(people.handler), preview(case, "supervision-order")
    assert "只能看，不能发" in text(browser.get(address))
    assert browser.post(address, {"issue": "1", "seen": case.revision}).status_code in {403, 422}
    assert not IssuedLetter.objects.exists()
    assert preview(case, "supervision-order") not in text(browser.get(f"/offices/supervision/task/{case.pk}/"))


def test_of_a_cancelled_task_the_page_says_that_no_letter_is_issued(
    case: Case, take: Take, people: People, signed_in: SignedIn
) -> None:
    case = take(case, "revoke", by=people.head, reason="另行安排")
    browser = signed_in(people.officer)
    assert preview(case, "supervision-order") not in text(browser.get(f"/offices/supervision/task/{case.pk}/"))
    answer = browser.post(preview(case, "supervision-order"), {"issue": "1", "seen": case.revision})
    assert answer.status_code == 422
    assert "已撤销" in text(answer)


def test_whoever_does_not_see_the_task_sees_no_letter_of_it(
    case: Case, people: People, staff: Callable[..., User], signed_in: SignedIn
) -> None:
    officer = signed_in(people.officer)
    officer.post(preview(case, "supervision-order"), {"issue": "1", "seen": Case.objects.get(pk=case.pk).revision})
    letter = IssuedLetter.objects.get()
    stranger = signed_in(staff("stranger", "payments.clerk"))
    for address in (f"{LETTERS}{letter.pk}/", f"{LETTERS}{letter.pk}/pdf/", preview(case, "supervision-order")):
        assert stranger.get(address).status_code == 404
    assert stranger.get(LETTERS).status_code == 403


# ---- templates ---------------------------------------------------------------------------------------------------


def test_an_officer_takes_the_template_edits_it_and_sets_it(
    case: Case, people: People, signed_in: SignedIn, now: datetime
) -> None:
    browser = signed_in(people.officer)
    file = browser.get(f"{TEMPLATES}supervision-order/")
    assert file.content[:2] == b"PK"
    own = SimpleUploadedFile("督办单.docx", own_template("抓紧办理", "立即办理"))
    told = {"since": now.date().isoformat(), "mark": "模拟督", "note": "按本单位格式", "file": own}
    answer = browser.post(f"{TEMPLATES}supervision-order/", told, follow=True)
    assert "模拟督〔2026〕1号" in text(answer)
    assert "督办单.docx" in text(answer)
    assert browser.get(f"{TEMPLATES}supervision-order/").content == own_template("抓紧办理", "立即办理")
    assert "立即办理" in text(browser.get(preview(case, "supervision-order")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (own_template("{{ 成文日期 }}", ""), "缺少“{{ 成文日期 }}”"),
        (own_template("{{ 事项编号 }}", "{{ 事项编码 }}"), "正文第1张表第2行第2格"),
        (b"%PDF-1.7", "这不是 Word 或 Excel 文件"),
    ],
)
def test_faults_of_a_template_stand_beside_its_letter_with_their_place(
    people: People, signed_in: SignedIn, now: datetime, content: bytes, words: str
) -> None:
    told = {"since": now.date().isoformat(), "note": "试", "file": SimpleUploadedFile("督办单.docx", content)}
    answer = signed_in(people.officer).post(f"{TEMPLATES}supervision-order/", told)
    assert answer.status_code == 422
    assert words in text(answer).replace("&quot;", '"')
    assert not LetterRule.objects.exists()


def test_a_template_of_60_mb_is_broken_off(people: People, signed_in: SignedIn, now: datetime, settings: Any) -> None:
    settings.SHIXIAO_ATTACHMENT_LIMIT = 1 << 20
    large = SimpleUploadedFile("督办单.docx", b"PK" + b"\0" * (3 << 20))
    told = {"since": now.date().isoformat(), "note": "试", "file": large}
    answer = signed_in(people.officer).post(f"{TEMPLATES}supervision-order/", told)
    assert answer.status_code in {413, 422}
    assert "1 MB" in text(answer)
    assert not LetterRule.objects.exists()


def test_nobody_else_sets_a_template(people: People, signed_in: SignedIn, now: datetime) -> None:
    browser = signed_in(people.handler)
    assert "检查并设定" not in text(browser.get(TEMPLATES))
    told = {"since": now.date().isoformat(), "note": "试", "mark": "甲"}
    assert browser.post(f"{TEMPLATES}supervision-order/", told).status_code == 403
    assert browser.get(f"{TEMPLATES}no-such-letter/").status_code == 404


def test_every_letter_has_its_place_on_the_page_of_templates(people: People, signed_in: SignedIn) -> None:
    shown = text(signed_in(people.officer).get(TEMPLATES))
    assert [each.title.zh for each in BY_WORD.values() if f"<h2>{each.title.zh}</h2>" not in shown] == []


# ---- programs ----------------------------------------------------------------------------------------------------


def test_a_program_issues_a_letter_by_its_step_and_fetches_it(
    case: Case, people: People, client: Client, now: datetime
) -> None:
    made = tokens.create_token(
        "督办程序",
        user=people.officer,
        scope={"*": "write"},
        valid_until=date(2026, 12, 31),
        by=people.officer,
        now=now,
    )
    with_token = {"HTTP_AUTHORIZATION": f"Bearer {made.secret}"}
    done = client.post(
        f"/api/v1/cases/{case.pk}/steps/issue_order",
        {"particulars": {"further": "请指定专人"}},
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="issue-1",
        **with_token,
    )
    assert done.status_code == 200, text(done)
    listed = client.get(f"/api/v1/cases/{case.number}/letters", **with_token).json()["items"]
    assert [each["label"] for each in listed] == ["督单〔2026〕1号"]
    one = listed[0]
    address = f"/api/v1/cases/{case.pk}/letters/{one['letter']}/{one['year']}/{one['number']}"
    file = client.get(f"{address}/pdf", **with_token)
    assert sha256(file.content).hexdigest() == one["sha256"]["pdf"]
    assert client.get(f"{address[:-1]}9/pdf", **with_token).status_code == 404
    assert client.get(f"{address}/xlsx", **with_token).status_code in {404, 422}
    assert client.get(f"{address}/pdf").status_code == 401
