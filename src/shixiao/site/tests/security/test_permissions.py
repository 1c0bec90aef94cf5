"""Every address, as everybody: who gets how far. The addresses come from the resolver, the persons from roles and responsibilities,
what is expected from the `access.py` of the rooms; a new page or a new post is in it by itself."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from shixiao.ledger.models import Event
from shixiao.people import access
from shixiao.people.middleware import Declared
from shixiao.people.models import Role, User
from shixiao.people.permissions import NONE, mandates
from shixiao.people.responsibilities import DECLARED
from shixiao.site.tests.security.addresses import Address, everything, examples
from shixiao.site.tests.security.asking import WRITING, ask, ask_as_program, is_refused, is_sent_to_sign_in
from shixiao.site.tests.security.house import NOW, House

ADDRESSES = everything()
PERSONS = ["nobody", *(role.value for role in Role), *(f"here:{word}" for word in sorted(DECLARED))]
# Addresses with nothing behind them in this house, so that nobody can be seen to get there.
EMPTY = {
    "performance:page_picture", "performance:question", "performance:declared_file", "certificate_of_authority",
    "people:second_step", "people:sign_out", "messages:sms_report", "messages:yuezhengyi_callback",
    "messages:yuezhengyi_entered",
}  # fmt: skip


def declared(address: Address) -> access.Access:
    found = access.declared(address.view, address.name.rpartition(":")[2])
    assert found is not None, f"{address.name} is not declared"
    return found


def test_every_address_says_who_may_go_there() -> None:
    assert len(ADDRESSES) > 200
    assert access.undeclared() == []


def test_what_is_declared_exists() -> None:
    """A line for a page that is gone would hide that the next page of that name was never thought about."""
    names = {each.name.rpartition(":")[2] for each in ADDRESSES}
    rooms = {access._room(each.view.__module__) for each in ADDRESSES} - {""}
    assert rooms
    for room in rooms:
        assert set(access._table(room)) <= names, room


def test_what_is_public_says_why() -> None:
    public = {each.name: declared(each).reason for each in ADDRESSES if declared(each).reason}
    assert set(public) == {
        "people:sign_in", "people:second_step", "people:sign_out", "people:choose_language", "programs:openapi",
        "programs:documentation", "programs:problem", "certificate_of_authority", "performance:published",
        "performance:published_file", "messages:sms_report", "messages:yuezhengyi_callback", "messages:yuezhengyi_enter",
        "messages:yuezhengyi_entered",
    }  # fmt: skip
    assert all(len(reason) > 20 for reason in public.values())


def pages(house: House, *, most: int) -> Iterator[tuple[Address, str]]:
    for address in ADDRESSES:
        if not address.is_of_programs:
            for each in examples(address, house, most=most):
                yield address, each


@pytest.mark.parametrize("person", PERSONS)
def test_nobody_gets_further_than_is_declared(house: House, person: str) -> None:
    browser, user = house.browser(person), house.people[person]
    held = mandates(user, NOW.date()) if user else NONE
    wrong = []
    for address, where in pages(house, most=1):
        found = declared(address)
        for method in ("GET", "POST"):
            answer = ask(browser, method, where)
            admitted = found.admits(user, held, is_sending=method in WRITING)
            if answer.status_code >= 500:
                wrong.append(f"{method} {where} fails: {answer.status_code}")
            elif not admitted and not is_refused(answer):
                wrong.append(f"{method} {where} lets {person} in: {answer.status_code}")
            elif not admitted and user is None and answer.status_code != 405 and not is_sent_to_sign_in(answer):
                wrong.append(f"{method} {where} does not send a stranger to sign in: {answer.status_code}")
            elif admitted and not found.decides and answer.status_code in {401, 403, 404}:
                wrong.append(f"{method} {where} ({address.name}) keeps {person} out: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_somebody_gets_to_every_address(house: House) -> None:
    """Else the walk would be content with pages that are closed to all, and with examples that do not exist."""
    closed = {each.name: each for each in ADDRESSES if not each.is_of_programs}
    for person in PERSONS[1:]:
        browser = house.browser(person)
        for name in list(closed):
            answers = [
                ask(browser, m, where) for where in examples(closed[name], house, most=2) for m in ("GET", "POST")
            ]
            if any(not is_refused(answer) and answer.status_code < 500 for answer in answers):
                del closed[name]
    assert set(closed) - EMPTY == set()


# ---- programs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", PERSONS)
def test_programs_get_no_further_than_their_person(house: House, person: str) -> None:
    token = house.token(person)
    wrong, reached = [], 0
    for address in ADDRESSES:
        if not address.is_of_programs or declared(address).reason:
            continue
        for where in examples(address, house, most=1):
            for method in ("GET", "POST"):
                answer = ask_as_program(token, method, where)
                reached += answer.status_code not in {401, 405}
                if answer.status_code >= 500 or answer.status_code == 302:
                    wrong.append(f"{method} {where}: {answer.status_code}")
                if not token and answer.status_code not in {401, 404, 405}:
                    wrong.append(f"{method} {where} lets {person} in: {answer.status_code}")
                if answer.headers["Content-Type"] not in {
                    "application/json; charset=utf-8",
                    "application/json",
                    "application/problem+json",
                    "text/csv; charset=utf-8",
                }:
                    wrong.append(f"{method} {where}: {answer.headers['Content-Type']}")
    assert not wrong, "\n".join(wrong)
    assert bool(token) == (reached > 10)


# ---- and when something is forgotten ---------------------------------------------------------------------------


def forgotten(request: object) -> object:
    """A view that somebody added without a word about who may see it."""
    raise AssertionError("nobody comes here")


def test_an_address_without_a_declaration_is_answered_to_nobody(house: House) -> None:
    request = RequestFactory().get("/forgotten/")
    for person in ("officer", "auditor", "here:payments.clerk"):
        request.user, request.session = house.people[person], house.browser(person).session  # type: ignore[assignment]
        with pytest.raises(PermissionDenied):
            Declared(lambda _: HttpResponse()).process_view(request, forgotten, (), {})


def test_what_is_refused_is_in_the_book(house: House) -> None:
    before = Event.objects.filter(kind="people.attempt_refused").count()
    reader = house.people["reader"]
    assert isinstance(reader, User)
    assert house.browser("reader").get("/people/book/").status_code == 403
    event = Event.objects.filter(kind="people.attempt_refused").latest("pk")
    assert Event.objects.filter(kind="people.attempt_refused").count() == before + 1
    assert (event.subject_id, event.particulars["what"]) == (str(reader.pk), "GET:people:book")
