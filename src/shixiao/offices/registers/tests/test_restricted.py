"""Restricted registers: number, dates, state. Each way by which more could get in or out is tried."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from shixiao import casework, ledger
from shixiao.casework import (
    Opening,
    Refused,
    assigning,
    extending,
    listing,
    offices,
    remarking,
    search,
    tagging,
    visibility,
    vocabulary,
)
from shixiao.casework.models import Case, Project
from shixiao.casework.models.shared import Topic
from shixiao.casework.performing import events_of, relate
from shixiao.ledger import gauges
from shixiao.ledger.book import NotRecordable
from shixiao.ledger.models import Words
from shixiao.offices.registers.models import Register, RestrictedEntry
from shixiao.offices.registers.tests.conftest import enter, receive
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(letters: Register, holder: User, now: datetime) -> Case:
    return receive(letters, holder, now)


def test_from_receiving_to_confirming(letter: Case, holder: User, superior: User, now: datetime) -> None:
    done = casework.perform(letter, "do", by=holder, now=now, done_on="2026-06-29")
    assert (done.state, RestrictedEntry.objects.get().done_on.isoformat()) == ("done", "2026-06-29")  # type: ignore[union-attr]
    assert casework.perform(letter, "confirm", by=superior, now=now).state == "confirmed"


def test_its_events_carry_no_words(letter: Case, holder: User, superior: User, now: datetime) -> None:
    casework.perform(letter, "cancel", by=superior, now=now, reason="twice")
    assert not Words.objects.filter(event__subject_id=str(letter.pk), event__subject_kind="casework.case").exists()
    assert set(events_of(letter).first().particulars) <= {  # type: ignore[union-attr]
        "register", "version", "needs_confirmation", "received_on", "due_on", "due", "scope", "late_from", "window", "duty",
    }  # fmt: skip


def test_it_is_called_by_its_register_alone(letter: Case) -> None:
    assert letter.title == "信访举报件"


@pytest.mark.parametrize("what", ["title", "lead", "topic"])
def test_nothing_else_comes_in_with_the_opening(letters: Register, holder: User, now: datetime, what: str) -> None:
    more: dict[str, Any] = {
        "title": {"title": "张某"},
        "lead": {"lead": holder},
        "topic": {"topic": Topic.objects.create(name="某事", since=now.date())},
    }[what]
    told = {"register": "letters", "received_on": "2026-06-01"}
    with pytest.raises(Refused, match="number, dates and state only"):
        casework.open_case(
            "registers.restricted_entry",
            "receive",
            Opening(unit=letters.unit, particulars=told, **more),
            by=holder,
            now=now,
        )
    assert not Case.objects.exists()


def test_nor_as_an_entry_of_another_kind(
    letters: Register, training: Register, clerk: User, holder: User, now: datetime
) -> None:
    with pytest.raises(Refused, match="no register with the code"):
        enter(letters, clerk, now, texts={"subject": "张某"})
    with pytest.raises(Refused, match="no register with the code"):
        receive(training, holder, now)


def test_no_tag_remark_assignment_extension_or_relation(
    letter: Case, training: Register, holder: User, superior: User, clerk: User, now: datetime
) -> None:
    other = enter(training, clerk, now, values={"held_on": "2026-06-29"}, texts={"subject": "保密教育"})
    attempts: list[Callable[[], object]] = [
        lambda: remarking.remark(letter, "张某", by=holder, now=now),
        lambda: assigning.assign(letter, lead=holder, reason="张某", by=superior, now=now),
        lambda: extending.ask_extension(letter, "due", budget="2wd", reason="张某", by=superior, now=now),
        lambda: relate(letter, other, as_="continues", by=holder, now=now),
        lambda: relate(other, letter, as_="continues", by=clerk, now=now),
        lambda: casework.ask("payments.register", Opening(unit=letter.unit), origin=letter, by=holder, now=now),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="number, dates and state only"):
            attempt()


def test_no_tag(letter: Case, holder: User, staff: Callable[..., User], now: datetime) -> None:
    tag = vocabulary.create("春节", by=staff("tags", "casework.tag_keeper"), now=now)
    with pytest.raises(Refused, match="number, dates and state only"):
        tagging.tag(letter, tag, by=holder, now=now)


def test_it_is_not_found_by_any_word(letter: Case) -> None:
    everywhere = search.Scope(paths=(letter.unit.path,), kinds=(letter.kind,))
    assert search.find("信访", within=everywhere).hits == ()
    assert search.find(letter.number, within=everywhere).hits == ()


def test_only_its_holders_see_it(
    letter: Case, holder: User, clerk: User, keeper: User, officer: User, now: datetime
) -> None:
    table = offices.table_of(letter.kind)
    seen = {user.username: visibility.can_see(letter, by=user, now=now) for user in (holder, clerk, keeper, officer)}
    assert seen == {"holder": True, "clerk": False, "keeper": False, "test-officer": False}
    assert listing.sight(table, by=clerk, now=now).paths == ()
    assert listing.sight(table, by=officer, now=now).paths == ()


def test_its_pages_are_not_there_for_others(
    letter: Case, holder: User, clerk: User, officer: User, signed_in: Callable[[User], Client]
) -> None:
    for user, status in ((holder, 200), (clerk, 404), (officer, 404)):
        assert signed_in(user).get(f"/cases/{letter.pk}/").status_code == status
    for user in (clerk, officer):
        page = signed_in(user).get("/offices/registers/?kind=registers.restricted_entry").content.decode()
        assert letter.number not in page
        assert letter.number not in signed_in(user).get("/todo/").content.decode()


def test_its_page_offers_nothing_that_would_be_refused(
    letter: Case, superior: User, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(superior).get(f"/cases/{letter.pk}/").content.decode()
    for word in ("改派", "申请延期", "写下备注", "remarks-title", "files-title"):
        assert word not in page


def test_its_number_opens_for_its_holders_alone(
    letter: Case, holder: User, clerk: User, officer: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    gauge = gauges.put("registers.done_share", {"register": "letters"}, by=None, now=now)
    casework.perform(letter, "do", by=holder, now=now, done_on="2026-06-29")
    for user in (clerk, officer):
        for address in (f"/evidence/{gauge.pk}/?year=2026", "/evidence/", "/offices/registers/", "/duties/"):
            page = signed_in(user).get(address).content.decode()
            assert letter.number not in page
            assert f"/cases/{letter.pk}/" not in page


def test_the_book_refuses_words_of_a_restricted_entry(letter: Case, holder: User, now: datetime) -> None:
    with pytest.raises(NotRecordable):
        ledger.record("registers.restricted_done", subject=letter, by=holder, now=now, texts={"texts": "张某"})


@pytest.mark.parametrize(
    ("done_on", "field"), [("2026-05-31", "done_on"), ("2026-07-01", "done_on"), ("2026-06-01", None)]
)
def test_it_is_finished_between_receiving_and_today(
    letter: Case, holder: User, now: datetime, done_on: str, field: str | None
) -> None:
    if field is None:
        assert casework.perform(letter, "do", by=holder, now=now, done_on=done_on).state == "done"
        return
    with pytest.raises(Refused) as refused:
        casework.perform(letter, "do", by=holder, now=now, done_on=done_on)
    assert refused.value.field == field


def test_it_counts_in_a_project_which_is_a_number(
    letters: Register, project: Project, holder: User, unit: Unit, now: datetime
) -> None:
    told = {"register": "letters", "received_on": "2026-06-01"}
    opening = Opening(unit=unit, project=project, particulars=told)
    assert casework.open_case("registers.restricted_entry", "receive", opening, by=holder, now=now).project == project
