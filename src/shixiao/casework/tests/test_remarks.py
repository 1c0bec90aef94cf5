"""Remarks stay as they were written: a correction is another one, and only the law takes words away."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shixiao.casework import Opening, erasing, open_case, remarking, search
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Assistant, Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.test_tags import restrict
from shixiao.ledger.book import words_hash
from shixiao.ledger.models import Event, Words
from shixiao.people import refusals
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
EVERYWHERE = search.Scope(paths=None)


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def security(account: Callable[..., User]) -> User:
    return account("security", role="security_administrator")


@pytest.fixture
def case(unit: Unit, clerk: User, now: datetime) -> Case:
    return open_case(KIND, "open", Opening(unit=unit, title="事", particulars={"topic": "甲"}), by=clerk, now=now)


def found(term: str) -> list[int]:
    return [hit.case_id for hit in search.find(term, within=EVERYWHERE).hits]


def test_a_remark_is_an_event_whose_words_lie_apart(case: Case, clerk: User, now: datetime) -> None:
    event = remarking.remark(case, "  已电话联系对方  ", by=clerk, now=now)
    assert event.kind == "casework.remarked"
    words = Words.objects.get(event=event)
    assert words.words == "已电话联系对方"
    assert event.particulars == {"remark": words_hash(words.words, salt=words.salt)}
    (shown,) = remarking.remarks_of(case)
    assert (shown.words, shown.by, shown.at) == ("已电话联系对方", clerk, now)
    assert found("电话联系") == [case.pk]


@pytest.mark.parametrize("text", ["", " \n ", "长" * 2001, "a\0b", "半\ud800", "密级：机密\n内容"])
def test_a_text_that_cannot_be_kept_is_refused(case: Case, clerk: User, now: datetime, text: str) -> None:
    with pytest.raises(Refused) as caught:
        remarking.remark(case, text, by=clerk, now=now)
    assert caught.value.field == "remark"
    assert remarking.remarks_of(case) == []
    remarking.remark(case, "长" * 2000, by=clerk, now=now)


def test_whoever_sees_the_case_may_remark_and_nobody_else(
    case: Case, staff: Callable[..., User], account: Callable[..., User], now: datetime
) -> None:
    helper = account("helper", role="staff")
    for stranger in (helper, staff("stranger"), account("reader", role="reader"), account("auditor", role="auditor")):
        with pytest.raises(NotAllowed):
            remarking.remark(case, "备注", by=stranger, now=now)
    Assistant.objects.create(case=case, user=helper)
    remarking.remark(case, "备注", by=helper, now=now)
    remarking.remark(case, "备注", by=staff("checker", "desk.checker"), now=now)
    assert len(remarking.remarks_of(case)) == 2


def test_a_correction_is_another_remark(case: Case, clerk: User, now: datetime) -> None:
    first = remarking.remark(case, "三份", by=clerk, now=now)
    second = remarking.remark(case, "四份", corrects=first.pk, by=clerk, now=now + MINUTE)
    old, new = remarking.remarks_of(case)
    assert (old.words, old.corrected_by, new.corrects) == ("三份", second.pk, first.pk)
    with pytest.raises(Refused) as caught:
        remarking.remark(case, "五份", corrects=first.pk, by=clerk, now=now + MINUTE)
    assert caught.value.reason is Reason.OVERTAKEN
    remarking.remark(case, "五份", corrects=second.pk, by=clerk, now=now + MINUTE)


def test_only_ones_own_remark_of_this_case_is_corrected(
    case: Case, clerk: User, unit: Unit, staff: Callable[..., User], now: datetime
) -> None:
    first = remarking.remark(case, "三份", by=clerk, now=now)
    with pytest.raises(NotAllowed):
        remarking.remark(case, "四份", corrects=first.pk, by=staff("other", "desk.clerk"), now=now)
    other = open_case(KIND, "open", Opening(unit=unit, title="事", particulars={"topic": "乙"}), by=clerk, now=now)
    opened = Event.objects.get(kind="desk.opened", subject_id=str(case.pk))
    for where, which in ((other, first.pk), (case, opened.pk), (case, 10**15)):
        with pytest.raises(Refused) as caught:
            remarking.remark(where, "四份", corrects=which, by=clerk, now=now)
        assert caught.value.reason is Reason.UNKNOWN


def test_a_restricted_register_has_no_remarks(
    case: Case, clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    restrict(monkeypatch)
    with pytest.raises(Refused, match="restricted"):
        remarking.remark(case, "备注", by=clerk, now=now)


# ---- lawful deletion -------------------------------------------------------------------------------------------


def test_the_law_takes_the_words_and_leaves_the_hash(case: Case, clerk: User, security: User, now: datetime) -> None:
    event = remarking.remark(case, "张某的病历号", by=clerk, now=now)
    before = dict(event.particulars)
    assert erasing.erase(event.pk, ground="person_asked", by=security, now=now + MINUTE) == case.number
    event.refresh_from_db()
    assert event.particulars == before
    (shown,) = remarking.remarks_of(case)
    assert shown.words is None
    assert found("病历") == []
    erased = Event.objects.get(kind="ledger.words_erased")
    assert erased.particulars == {"event": event.pk, "name": "remark", "ground": "person_asked"}
    assert (erased.by_id, erased.subject_id) == (str(security.pk), str(case.pk))


def test_only_the_security_administrator_deletes_and_an_attempt_is_noted(
    case: Case, clerk: User, account: Callable[..., User], now: datetime
) -> None:
    event = remarking.remark(case, "备注", by=clerk, now=now)
    others = (clerk, account("officer"), account("system", role="system_administrator"), account("a", role="auditor"))
    for user in others:
        with pytest.raises(refusals.Refused):
            erasing.erase(event.pk, ground="person_asked", by=user, now=now)
    assert Event.objects.filter(kind="people.attempt_refused").count() == len(others)
    assert remarking.remarks_of(case)[0].words == "备注"


@pytest.mark.parametrize(("which", "ground"), [(0, "person_asked"), (10**15, "person_asked"), (1, ""), (1, "whim")])
def test_a_deletion_without_record_or_ground_is_refused(
    case: Case, clerk: User, security: User, now: datetime, which: int, ground: str
) -> None:
    event = remarking.remark(case, "备注", by=clerk, now=now)
    with pytest.raises(Refused):
        erasing.erase(event.pk if which == 1 else which, ground=ground, by=security, now=now)
    assert remarking.remarks_of(case)[0].words == "备注"


def test_what_is_gone_is_not_deleted_again(case: Case, clerk: User, security: User, now: datetime) -> None:
    event = remarking.remark(case, "备注", by=clerk, now=now)
    erasing.erase(event.pk, ground="authority", by=security, now=now)
    with pytest.raises(Refused, match="are gone"):
        erasing.erase(event.pk, ground="authority", by=security, now=now)


def test_an_event_of_something_else_is_no_record_of_a_case(security: User, now: datetime, unit: Unit) -> None:
    event = Event.objects.filter(subject_kind="people.unit").first()
    assert event is not None
    with pytest.raises(Refused, match="no such record"):
        erasing.erase(event.pk, ground="authority", by=security, now=now)
