"""Letters: issued once, numbered once, kept as they were sent."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import docx
import pypdfium2
import pytest
from django.db import IntegrityError, connections, transaction
from django.test import override_settings

from shixiao import casework, forms
from shixiao.casework import attaching, erasing, extending
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.storing import store
from shixiao.engine.bilingual import Text
from shixiao.messages.models import Message
from shixiao.offices.supervision import issuing, letter_rules, queries
from shixiao.offices.supervision.letters import BY_WORD, LETTERS
from shixiao.offices.supervision.models import IssuedLetter
from shixiao.offices.supervision.tests.conftest import (
    CLAUSES,
    DAY,
    MATTER,
    MINUTE,
    WRITTEN,
    People,
    Take,
    refused,
    through,
)
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db
Opener = Callable[..., Case]
Issue = Callable[..., IssuedLetter]
REMINDER = {"manner": "letter", "urging": "请本周内报送整改台账"}


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.SHIXIAO_ATTACHMENTS = str(tmp_path)
    settings.SHIXIAO_ADDRESS = "https://shixiao.example"


@pytest.fixture
def issue(now: datetime) -> Issue:
    """Issues a letter: `issue(case, "reminder_letter", by=people.officer)`."""

    def issued(case: Case, word: str, *, by: User, at: datetime = now, further: str = "") -> IssuedLetter:
        seen = Case.objects.get(pk=case.pk).revision
        return issuing.send_out(case, BY_WORD[word], seen=seen, by=by, now=at, further=further)

    return issued


def word_of(letter: IssuedLetter) -> str:
    document = docx.Document(BytesIO(issuing.content_of(letter, "docx")))
    return "\n".join(each.text or "" for each in document.element.body.iter() if each.tag.endswith("}t"))


def pdf_of(letter: IssuedLetter) -> str:
    with pypdfium2.PdfDocument(issuing.content_of(letter, "pdf")) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def content_of(letter: IssuedLetter) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(issuing.content_of(letter, "content"))["content"]
    return found


# ---- what is sent ------------------------------------------------------------------------------------------------


def test_a_letter_of_reminder_says_what_is_on_record(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(limit_on="2026-07-10"), take, people, until="accept", at=now)
    take(case, "progress", by=people.handler, at=now + DAY, progress="已整改 8 处", percent=60)
    late = now + timedelta(days=14)
    take(case, "remind", by=people.officer, at=late, **REMINDER)
    letter = issue(case, "reminder_letter", by=people.officer, at=late + MINUTE)
    said = content_of(letter)
    assert (letter.label, said["number"]) == ("督催〔2026〕1号", "督催〔2026〕1号")
    assert said["urging"] == "请本周内报送整改台账"
    assert (said["count"], said["standing"], said["limit"]) == ("1", "已超过期限4天", "2026年7月10日")
    assert said["progress"] == [{"on": "2026-07-01", "text": "已整改 8 处", "percent": "（进度60%）"}]
    assert (said["recipient"], said["address"]) == ("模拟综合处", f"https://shixiao.example/cases/{case.pk}/")
    assert said["issuer"] == people.officer.appointments.get().unit.name
    for written in (word_of(letter), pdf_of(letter)):
        assert "督催〔2026〕1号" in "".join(written.split())
        assert "请本周内报送整改台账" in "".join(written.split())
    told = Message.objects.filter(person=people.handler).values_list("slots__step", "sort")
    assert ("issue_reminder", "todo") in set(told)


def test_a_letter_is_an_event_that_carries_number_and_hashes(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    letter = issue(case, "entrusting_notice", by=people.officer, further="请指定专人")
    event = events_of(case).get(kind="supervision.notice_issued")
    assert (event.particulars["letter_year"], event.particulars["letter_number"]) == (2026, 1)
    for part, mark in event.particulars["sha256"].items():
        assert sha256(issuing.content_of(letter, part)).hexdigest() == mark == getattr(letter, f"{part}_hash")
    assert set(event.particulars["sha256"]) == set(issuing.PARTS)
    assert content_of(letter)["further"] == "请指定专人"
    assert Case.objects.get(pk=case.pk).state == "entrusted"


def test_the_same_bytes_and_number_come_again_whatever_template_counts_by_then(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    letter = issue(case, "supervision_order", by=people.officer)
    sent = {part: issuing.content_of(letter, part) for part in issuing.PARTS}
    set_rule("supervision_order", people, now, mark="模拟督", template=own_template("抓紧办理", "立即办理"))
    assert {part: issuing.content_of(letter, part) for part in issuing.PARTS} == sent
    after = issue(case, "supervision_order", by=people.officer, at=now + MINUTE)
    assert (letter.label, after.label) == ("督单〔2026〕1号", "模拟督〔2026〕2号")
    assert "立即办理" in word_of(after)
    assert "抓紧办理" in word_of(letter)


def test_made_again_from_what_it_was_made_from_a_letter_has_the_same_bytes(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    letter = issue(case, "supervision_order", by=people.officer)
    told = content_of(letter) | {"made_on": date(2026, 6, 30)}
    told["entrusted_on"] = date.fromisoformat(told["entrusted_on"])
    again = issuing.make(forms.SupervisionOrder(**told), issuing.content_of(letter, "template"))
    assert again.hashes == {part: getattr(letter, f"{part}_hash") for part in issuing.PARTS}


def test_a_request_for_more_time_says_how_much_until_when_and_why(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(limit_on="2026-07-10"), take, people, until="accept", at=now)
    with refused("没有待批的延期申请"):
        issue(case, "extension_request", by=people.handler, at=now)
    extending.ask_extension(case, "finish", budget="5wd", reason="施工图审查未完成", by=people.handler, now=now)
    letter = issue(case, "extension_request", by=people.handler, at=now + MINUTE)
    said = content_of(letter)
    assert (said["more"], said["until"], said["first_limit"]) == ("5个工作日", "2026年7月17日", "2026年7月10日")
    assert (said["reason"], said["issuer"]) == ("施工图审查未完成", "模拟综合处")
    assert said["recipient"] == people.officer.appointments.get().unit.name
    with refused("主办人"):
        issue(case, "extension_request", by=people.leader, at=now + MINUTE)


def test_a_closing_report_tells_result_and_how_it_came_about(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(limit_on="2026-07-10"), take, people, until="consent", at=now)
    letter = issue(case, "closing_report", by=people.officer, at=now + DAY)
    said = content_of(letter)
    assert said["result"] == "已整改 12 处"
    assert said["standing"] == "2026年6月30日反馈结果，没有超过期限"
    assert (said["extensions"], said["reminders"], said["returns"]) == ("0", "0", "0")
    assert [each["what"] for each in said["milestones"]] == [
        "立项",
        "交办",
        "签收",
        "反馈",
        "审核通过",
        "呈报",
        "同意办结",
    ]
    assert said["recipient"] == "模拟市长甲"
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_of_what_is_not_known_nothing_is_said(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    with override_settings(SHIXIAO_ADDRESS=""):
        said = content_of(issue(case, "supervision_order", by=people.officer))
    empty = {name for name, value in said.items() if value == ""}
    assert empty == {"address", "assisting", "copied", "further", "handler", "origin_ref", "urgency"}


# ---- what is refused ---------------------------------------------------------------------------------------------


def test_of_a_cancelled_task_no_letter_is_issued(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="accept", at=now)
    take(case, "revoke", by=people.head, reason="上级已另行安排")
    for each in LETTERS:
        with pytest.raises(Refused) as caught:
            issue(case, each.word, by=people.officer)
        assert "已撤销" in caught.value.text.zh
    assert not IssuedLetter.objects.exists()


def test_a_letter_of_reminder_needs_a_reminder_by_letter_and_is_sent_once_for_each(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="accept", at=now)
    take(case, "remind", by=people.officer, **{**REMINDER, "manner": "phone"})
    with refused("没有要发函的催办"):
        issue(case, "reminder_letter", by=people.officer, at=now + MINUTE)
    take(case, "remind", by=people.officer, at=now + MINUTE, **REMINDER)
    issue(case, "reminder_letter", by=people.officer, at=now + 2 * MINUTE)
    with refused("没有要发函的催办"):
        issue(case, "reminder_letter", by=people.officer, at=now + 3 * MINUTE)


def test_only_supervision_officers_issue_what_the_office_sends(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="accept", at=now)
    with pytest.raises(Refused):
        issue(case, "supervision_order", by=people.handler)
    assert not IssuedLetter.objects.exists()


def test_a_letter_carries_the_day_on_which_it_is_issued(
    propose: Opener, take: Take, people: People, now: datetime
) -> None:
    case = through(propose(at=now - 3 * DAY), take, people, until="entrust", at=now - 2 * DAY)
    with refused("不能补记", "happened_at"):
        casework.perform(case.pk, "issue_order", by=people.officer, now=now, happened_at=now - DAY)


def test_what_was_issued_cannot_be_changed(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    letter = issue(case, "supervision_order", by=people.officer)
    for change in (lambda: IssuedLetter.objects.update(number=7), letter.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# ---- the text of an instruction stays where it is ----------------------------------------------------------------


def test_what_a_leader_wrote_gets_into_no_letter(
    propose: Opener, register: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    instruction = register()
    instruction = take(instruction, "split", by=people.keeper, clauses=CLAUSES)
    case = propose(source="instruction")
    take(instruction, "tie", by=people.keeper, clause=1, task=case.number)
    case = through(case, take, people, until="accept", at=now)
    take(case, "remind", by=people.officer, **REMINDER)
    extending.ask_extension(case, "finish", budget="5wd", reason="审查未完成", by=people.handler, now=now)
    for number, word in enumerate(("supervision_order", "entrusting_notice", "reminder_letter")):
        issue(case, word, by=people.officer, at=now + (number + 1) * MINUTE)
    issue(case, "extension_request", by=people.handler, at=now + 5 * MINUTE)
    later = now + 6 * MINUTE
    case = through_from(case, take, people, at=later)
    issue(case, "closing_report", by=people.officer, at=later)
    letters = list(IssuedLetter.objects.all())
    assert {each.letter for each in letters} == set(BY_WORD)
    sealed = [WRITTEN, *WRITTEN.split("；"), *CLAUSES.values()]
    for each in letters:
        said = word_of(each) + pdf_of(each) + json.dumps(content_of(each), ensure_ascii=False) + each.label
        said += issuing.file_name(each, "x", "pdf")
        assert [text for text in sealed if text in said or text in "".join(said.split())] == []
        assert content_of(each)["origin"] == "领导批示"


def through_from(case: Case, take: Take, people: People, *, at: datetime) -> Case:
    take(case, "feed_back", by=people.handler, at=at, result="已整改")
    return take(case, "pass_", by=people.officer, at=at)


# ---- numbers -----------------------------------------------------------------------------------------------------


def test_numbers_are_given_by_kind_and_year_without_gaps(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(limit_on="2027-03-01"), take, people, until="accept", at=now)
    labels = [issue(case, "supervision_order", by=people.officer, at=now + n * MINUTE).label for n in range(2)]
    labels.append(issue(case, "entrusting_notice", by=people.officer, at=now + 3 * MINUTE).label)
    with pytest.raises(Refused):
        issue(case, "extension_request", by=people.handler, at=now + 4 * MINUTE)
    labels.append(issue(case, "supervision_order", by=people.officer, at=now + 5 * MINUTE).label)
    next_year = datetime(2027, 1, 4, 9, tzinfo=now.tzinfo)
    labels.append(issue(case, "supervision_order", by=people.officer, at=next_year).label)
    assert labels == ["督单〔2026〕1号", "督单〔2026〕2号", "督交〔2026〕1号", "督单〔2026〕3号", "督单〔2027〕1号"]


def test_several_at_once_get_a_number_each(propose: Opener, take: Take, people: People, now: datetime) -> None:
    cases = [through(propose(), take, people, until="entrust", at=now) for _each in range(3)]
    casework.perform_many(cases, "issue_order", by=people.officer, now=now + MINUTE)
    assert sorted(IssuedLetter.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_somebody_who_was_overtaken_gets_the_next_number(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    issue(case, "supervision_order", by=people.officer)
    given, overtaken = issuing.numbered, [Refused(Text("刚才有人", "Somebody"), reason=Reason.OVERTAKEN)] * 2

    def numbered(*asked: Any) -> int:
        if overtaken:
            raise overtaken.pop()
        return given(*asked)

    monkeypatch.setattr(issuing, "numbered", numbered)
    assert issue(case, "supervision_order", by=people.officer, at=now + MINUTE).label == "督单〔2026〕2号"
    assert overtaken == []


def test_whoever_looked_at_the_task_as_it_was_before_sends_nothing(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    seen = Case.objects.get(pk=case.pk).revision
    issue(case, "supervision_order", by=people.officer)
    with pytest.raises(Refused) as caught:  # the same button, pressed twice
        issuing.send_out(case, BY_WORD["supervision_order"], seen=seen, by=people.officer, now=now)
    assert caught.value.reason is Reason.OVERTAKEN
    assert IssuedLetter.objects.count() == 1


def test_the_database_refuses_a_number_that_is_taken(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    letter = issue(case, "supervision_order", by=people.officer)
    letter.pk, letter.label = None, "督单〔2026〕9号"
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_letters_issued_at_the_same_moment_have_numbers_of_their_own(
    propose: Opener, take: Take, people: People, now: datetime
) -> None:
    cases = [through(propose(), take, people, until="entrust", at=now) for _each in range(4)]
    start = Barrier(4)

    def one(case: Case) -> str:
        start.wait()
        try:
            return issuing.send_out(
                case, BY_WORD["supervision_order"], seen=case.revision, by=people.officer, now=now + MINUTE
            ).label
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        labels = sorted(threads.map(one, cases))
    assert labels == [f"督单〔2026〕{number}号" for number in range(1, 5)]


# ---- templates ---------------------------------------------------------------------------------------------------


def own_template(old: str, new: str, word: str = "supervision_order") -> bytes:
    document = docx.Document(BytesIO(forms.template(word, "docx").content()))
    for each in document.element.body.iter():
        if each.tag.endswith("}t") and each.text and old in each.text:
            each.text = each.text.replace(old, new)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def set_rule(word: str, people: People, now: datetime, *, template: bytes | None = None, **more: Any) -> Any:
    draft = None
    if template is not None:
        draft = store().draft(limit=100 << 20)
        draft.write(template)
        draft.finish()
    given = {"since": now.date(), "note": "按本单位格式", "name": "督办单.docx", **more}
    try:
        return letter_rules.set_rule(word, draft, by=people.officer, now=now, **given)
    finally:
        if draft is not None:
            draft.discard()


def test_a_template_counts_from_its_day_on(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    set_rule(
        "supervision_order", people, now, since=(now + DAY).date(), mark="模拟督", template=own_template("抓紧", "即刻")
    )
    before = issue(case, "supervision_order", by=people.officer)
    after = issue(case, "supervision_order", by=people.officer, at=now + DAY)
    assert (before.label, after.label) == ("督单〔2026〕1号", "模拟督〔2026〕2号")
    assert ("即刻" in word_of(before), "即刻" in word_of(after), "即刻" in pdf_of(after)) == (False, True, True)
    set_rule("supervision_order", people, now + DAY, since=(now + DAY).date(), is_shipped=True)
    back = issue(case, "supervision_order", by=people.officer, at=now + DAY + MINUTE)
    assert (back.label, "即刻" in word_of(back)) == ("模拟督〔2026〕3号", False)


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        (own_template("{{ 成文日期 }}", ""), "needed_name"),
        (own_template("{{ 事项编号 }}", "{{ 事项编码 }}"), "unknown_name"),
        (b"<html></html>", "not_office"),
        (b"PK" + b"\0" * (60 << 20), "too_large"),
    ],
    ids=["without a placeholder", "unknown placeholder", "no document", "60 MB"],
)
def test_a_template_with_a_fault_is_not_taken(people: People, now: datetime, template: bytes, fault: str) -> None:
    with pytest.raises(letter_rules.NotUsable) as caught:
        set_rule("supervision_order", people, now, template=template)
    assert {each.code for each in caught.value.faults} == {fault}
    assert letter_rules.in_force(BY_WORD["supervision_order"], now.date()) is None


@pytest.mark.parametrize(
    ("told", "words", "field"),
    [
        ({"mark": "督 1"}, "文号代字", "mark"),
        ({"mark": "督催"}, "已用于催办函", "mark"),
        ({"note": " "}, "请写一句说明", "note"),
        ({"since": date(2026, 1, 1)}, "只能从今天", "since"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    people: People, now: datetime, told: dict[str, Any], words: str, field: str
) -> None:
    with refused(words, field):
        set_rule("supervision_order", people, now, **told)


def test_only_supervision_officers_set_rules(people: People, now: datetime) -> None:
    with pytest.raises(Refused):
        letter_rules.set_rule(
            "supervision_order", None, mark="甲", since=now.date(), note="改", by=people.handler, now=now
        )


# ---- kept, verified, erased --------------------------------------------------------------------------------------


def test_files_of_letters_and_templates_are_kept_and_verified(
    propose: Opener, take: Take, people: People, issue: Issue, now: datetime
) -> None:
    set_rule("supervision_order", people, now, template=own_template("抓紧", "即刻"))
    case = through(propose(), take, people, until="entrust", at=now)
    letter = issue(case, "supervision_order", by=people.officer)
    assert attaching.tidy(now) == 0
    seen = {(kept.owner, fault) for kept, fault in attaching.examined()}
    assert (f"{letter.label} pdf", None) in seen
    assert ("supervision_order 1", None) in seen
    store().delete(letter.pdf_hash)
    (culprit,) = attaching.verify_attachments()
    assert (culprit.case, culprit.sha256) == (f"{letter.label} pdf", letter.pdf_hash)


def test_words_that_the_law_has_deleted_go_from_letters_too(
    propose: Opener,
    take: Take,
    people: People,
    issue: Issue,
    account: Callable[..., User],
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    security = account("security", role=Role.SECURITY_ADMINISTRATOR)
    case = through(propose(), take, people, until="entrust", at=now)
    with_words = issue(case, "supervision_order", by=people.officer, further="联系张某")
    without = issue(case, "entrusting_notice", by=people.officer, at=now + MINUTE)
    event = events_of(case).get(kind="supervision.order_issued")
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(event.pk, ground="person_asked", by=security, now=now + DAY)
    for part in ("content", "docx", "pdf"):
        with pytest.raises(FileNotFoundError):
            issuing.content_of(with_words, part)
        assert issuing.content_of(without, part)
    assert list(attaching.verify_attachments()) == []
    assert IssuedLetter.objects.filter(erased=None).get() == without
    assert MATTER in content_of(without)["matter"]


def test_a_task_of_a_unit_shows_its_letters_to_whoever_sees_it(
    propose: Opener, take: Take, people: People, bureau: Unit, issue: Issue, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    issue(case, "supervision_order", by=people.officer)
    assert [title for _each, title in queries.letters_of(case, by=people.officer, now=now).issued] == ["督办单"]
    shown = [title for title, _address in queries.letters_of(case, by=people.officer, now=now).to_issue]
    assert shown == ["督办单", "交办通知单", "催办函"]
    assert queries.letters_of(case, by=people.handler, now=now).to_issue == []
