"""Until all have given theirs, nobody sees another's grade: each way by which one could get out is tried, as everybody.

What is looked for is a mark, a reason and a salt that stand nowhere else. After the round is open the same pages are asked again, so that a
page which shows nothing at all would not pass for a discreet one.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from shixiao import casework
from shixiao.casework import Refused, tokens
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.ledger import gauges, readings
from shixiao.ledger.readings import Days
from shixiao.messages.responsibilities import LEADER, OFFICE, UNIT_HEAD
from shixiao.offices.reviews import queries, sealing
from shixiao.offices.reviews.models import Grade, Review
from shixiao.offices.reviews.tests.conftest import grade, name_reviewers, put_file
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db
Judges = tuple[User, User, User]
MARK, REASON = "91.37", "只写在这里的理由"
API = "/api/v1"


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def first_given(grading: Case, judges: Judges, now: datetime) -> Case:
    for name in ("reviews.mark", "reviews.reaching"):
        gauges.put(name, {"rubric": "research_report"}, by=None, now=now)
    return grade(grading, judges[0], now, MARK, reason=REASON)


@pytest.fixture
def everybody(
    judges: Judges,
    chair: User,
    officer_of_reviews: User,
    submitter: User,
    staff: Callable[..., User],
    account: Callable[..., User],
    officer: User,
) -> dict[str, User]:
    """Everybody who could look, but for who gave the grade."""
    return {
        "another reviewer": judges[1],
        "a reviewer who was not named": judges[2],
        "the chair": chair,
        "the officer of reviews": officer_of_reviews,
        "the submitter": submitter,
        "all posts at once": staff(
            "all", "reviews.officer", "reviews.submitter", "reviews.reviewer", "reviews.chair", "registers.keeper"
        ),
        "the head of the unit": staff("head", UNIT_HEAD.word, OFFICE.word, LEADER.word),
        "the performance officer": officer,
        "the auditor": account("auditor", role=Role.AUDITOR),
        "the system administrator": account("system", role=Role.SYSTEM_ADMINISTRATOR),
        "the security administrator": account("security", role=Role.SECURITY_ADMINISTRATOR),
        "a reader": account("some-reader", role=Role.READER),
    }


def pages(case: Case) -> Iterator[str]:
    """Every page on which something of a review may stand."""
    yield from (f"/cases/{case.pk}/", f"/cases/{case.pk}/?all", f"/offices/reviews/of/{case.pk}/")
    yield from (f"/cases/{case.pk}/{step}/" for step in ("grade", "settle", "return_", "replace", "replace_chair"))
    yield from ("/offices/reviews/", "/offices/reviews/all/", "/offices/reviews/all/?state=grading", "/todo/")
    yield from ("/offices/reviews/export.xlsx", "/offices/reviews/export.xlsx?kind=reviews.review")
    yield from (f"/cases/search/?q={MARK}", f"/cases/search/?q={REASON}", f"/cases/search/?q={case.number}")
    yield from ("/offices/reviews/rubrics/", "/offices/reviews/rubrics/research_report/")
    yield from ("/evidence/", *(f"/evidence/{each.id}/" for each in gauges.current(timezone.now()).gauges))
    yield from (f"/messages/about/casework.case/{case.pk}/", "/messages/", "/people/book/")
    yield from (f"/people/book/?kind=reviews.graded&subject=casework.case/{case.pk}", "/", "/board/")


def interface(case: Case) -> Iterator[str]:
    """Every address for programs on which something of a review may stand."""
    yield from (f"{API}/cases/{case.pk}", f"{API}/cases/{case.pk}/events", f"{API}/cases?kind=reviews.review")
    for each in gauges.current(timezone.now()).gauges:
        window = "begin=2026-01-01&end=2027-01-01"
        yield from (f"{API}/gauges/{each.id}/reading?{window}", f"{API}/gauges/{each.id}/trace?{window}")


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(content)) as sheets:
            content = b"\n".join(sheets.read(name) for name in sheets.namelist())
    text = content.decode("utf-8", errors="replace")
    # What was typed into a search stands in its field: that is the typist's own.
    return text.replace(f'value="{MARK}"', "").replace(f'value="{REASON}"', "")


def found_by(user: User, case: Case, browser: Client, now: datetime, *, most: int | None = None) -> dict[str, str]:
    """Each page and address that says a secret to this person, and which one; of the first `most` pages."""
    secrets = [MARK, REASON, *Grade.objects.filter(round=1).values_list("salt", flat=True)]
    searched = (f"q={MARK}", f"q={REASON}")
    found = {}
    for address in islice(pages(case), most):
        text = text_of(browser.get(address))
        hits = [each for each in secrets if each in text and not (address.endswith(searched) and each in address)]
        if hits or (address.endswith(searched) and case.number in text):
            found[address] = ", ".join(hits) or "found by the secret"
    if not user.is_administrator:
        made = tokens.create_token(
            "程序", user=user, scope={"*": "read"}, valid_until=date(2026, 12, 31), by=user, now=now
        )
        for address in interface(case):
            text = text_of(Client().get(address, headers={"Authorization": f"Bearer {made.secret}"}))
            if any(each in text for each in secrets):
                found[address] = text
    return found


def test_nobody_sees_it_on_any_page_nor_by_a_program(
    first_given: Case, everybody: dict[str, User], signed_in: Callable[[User], Client], now: datetime
) -> None:
    leaks = {who: found_by(user, first_given, signed_in(user), now) for who, user in everybody.items()}
    assert {who: found for who, found in leaks.items() if found} == {}


def test_the_same_pages_show_it_once_all_have_given_theirs(
    first_given: Case, judges: Judges, signed_in: Callable[[User], Client], now: datetime
) -> None:
    grade(first_given, judges[1], now, "88")
    shown = found_by(judges[1], first_given, signed_in(judges[1]), now, most=3)
    wanted = {
        f"/cases/{first_given.pk}/",
        f"/offices/reviews/of/{first_given.pk}/",
        f"{API}/cases/{first_given.pk}/events",
    }
    assert wanted <= set(shown)


def test_it_stands_nowhere_in_the_database_but_in_the_sealed_row(first_given: Case) -> None:
    salt = Grade.objects.get().salt
    found = []
    for model in apps.get_models():
        if model is Grade or model._meta.proxy or not model._meta.managed:
            continue
        for row in model._default_manager.values_list():
            text = json.dumps([str(value) for value in row], ensure_ascii=False)
            if MARK in text or REASON in text or salt in text or "9137" in text:
                found.append(model._meta.label)
    assert found == []
    event = events_of(first_given).filter(kind="reviews.graded").get()
    assert set(event.particulars) - {"scope", "late_from"} == {"round", "commitment"}


def test_the_giver_sees_their_own(first_given: Case, judges: Judges, signed_in: Callable[[User], Client]) -> None:
    text = text_of(signed_in(judges[0]).get(f"/offices/reviews/of/{first_given.pk}/"))
    assert MARK in text
    assert "只有您自己看得到" in text


def test_that_somebody_gave_one_is_no_secret(
    first_given: Case, chair: User, signed_in: Callable[[User], Client]
) -> None:
    text = text_of(signed_in(chair).get(f"/offices/reviews/of/{first_given.pk}/"))
    assert "已评，封存" in text
    assert queries.progress([Review.objects.get()]) == {first_given.pk: (1, 2)}


def test_no_call_hands_it_out_before(first_given: Case, judges: Judges) -> None:
    assert sealing.opened(first_given, 1) is None
    assert sealing.complete(first_given.pk, 1) is None
    assert sealing.own(first_given.pk, 1, by=judges[1]) is None
    seats = queries.seats_shown(Review.objects.get(), None, on=date(2026, 6, 30))
    assert [(each.has_given, each.grade) for each in seats] == [(True, None), (False, None)]


def test_a_round_is_not_completed_by_making_it_smaller(
    first_given: Case, judges: Judges, officer_of_reviews: User, now: datetime
) -> None:
    """The one who has not graded can only be followed by somebody else, who has to grade."""
    casework.perform(
        first_given,
        "replace",
        by=officer_of_reviews,
        now=now,
        leaves=judges[1].pk,
        reviewer=judges[2].pk,
        reason="换人",
    )
    assert sealing.complete(first_given.pk, 1) is None
    with pytest.raises(Refused):
        grade(first_given, judges[1], now, "90")  # who was followed judges no more
    with pytest.raises(Refused):
        casework.perform(
            first_given,
            "replace",
            by=officer_of_reviews,
            now=now,
            leaves=judges[2].pk,
            reviewer=judges[0].pk,
            reason="换",
        )


def test_nobody_but_the_program_compares(
    first_given: Case, staff: Callable[..., User], officer: User, now: datetime
) -> None:
    everything = staff("everything", "reviews.officer", "reviews.reviewer", "reviews.chair", "reviews.submitter")
    for by in (everything, officer):
        for step in ("agree", "differ"):
            with pytest.raises(Refused, match="done by the program itself"):
                casework.perform(first_given, step, by=by, now=now)


@pytest.mark.parametrize("step", ["agree", "differ"])
def test_nor_the_program_before_all_have_given_theirs(first_given: Case, now: datetime, step: str) -> None:
    with pytest.raises(Refused, match="Not all have given"):
        casework.perform(first_given, step, by=None, now=now)


def test_material_sent_back_opens_nothing_and_a_second_round_does_not_open_the_first(
    first_given: Case,
    judges: Judges,
    chair: User,
    officer_of_reviews: User,
    submitter: User,
    signed_in: Callable[[User], Client],
    now: datetime,
) -> None:
    casework.perform(first_given, "return_", by=judges[1], now=now, reason="先退回看看")
    browser = signed_in(judges[1])
    assert found_by(judges[1], first_given, browser, now, most=3) == {}
    put_file(first_given, submitter, now, content=b"more\n")
    casework.perform(first_given, "hand_in", by=submitter, now=now)
    again = name_reviewers(first_given, officer_of_reviews, judges[1:], chair, now)
    grade(again, judges[1], now, "85")
    settled = grade(again, judges[2], now, "84")
    assert settled.state == "settled"
    assert found_by(judges[1], settled, browser, now, most=3) == {}
    assert "此前有 1 个评分" in text_of(browser.get(f"/offices/reviews/of/{settled.pk}/"))


def test_cancelling_opens_nothing(
    first_given: Case,
    judges: Judges,
    officer_of_reviews: User,
    signed_in: Callable[[User], Client],
    now: datetime,
) -> None:
    casework.perform(first_given, "cancel", by=officer_of_reviews, now=now, reason="不评了")
    for each in (judges[1], officer_of_reviews):
        assert found_by(each, first_given, signed_in(each), now, most=3) == {}


def test_a_refused_last_grade_tells_nothing_of_the_first(
    first_given: Case, judges: Judges, signed_in: Callable[[User], Client]
) -> None:
    """Trying marks until one agrees is no way to find out: what is refused says the bounds of the tier only."""
    address = f"/offices/reviews/of/{first_given.pk}/grade/"
    answer = signed_in(judges[1]).post(address, {"tier": "partly", "mark": "91", "reason": "试试"})
    assert answer.status_code == 422
    assert MARK not in text_of(answer)
    assert Grade.objects.count() == 1
    assert Case.objects.get(pk=first_given.pk).state == "grading"


def test_a_grade_that_was_changed_behind_the_programs_back_is_not_opened(
    first_given: Case, judges: Judges, now: datetime
) -> None:
    Grade.objects.update(mark="80.00")
    with pytest.raises(Refused, match="not what was committed to"):
        grade(first_given, judges[1], now, "88")
    assert Case.objects.get(pk=first_given.pk).state == "grading"


def test_everybody_can_check_what_was_opened_against_what_was_committed(
    first_given: Case, judges: Judges, now: datetime
) -> None:
    settled = grade(first_given, judges[1], now, "88")
    opened = events_of(settled).filter(kind="reviews.agreed").get()
    reasons = json.loads(opened.words.get(name="reasons").words)
    committed = {
        event.by_id: event.particulars["commitment"] for event in events_of(settled).filter(kind="reviews.graded")
    }
    for key, salt in opened.particulars["salts"].items():
        made = Grade(
            reviewer_id=int(key),
            tier=opened.particulars["graded"][key],
            mark=Decimal(opened.particulars["marks"][key]),
            reason=reasons[key],
            salt=salt,
        )
        assert sealing.commitment(made) == committed[key]


@pytest.mark.usefixtures("first_given")
def test_a_measure_says_nothing_before() -> None:
    """An open review is pending, whatever was given."""
    gauge = next(each for each in gauges.current(timezone.now()).gauges if each.measure.name == "reviews.mark")
    found = readings.reading(gauge.id, days=Days.year(2026))
    assert (found.pending, found.amounts) == (1, 0)
