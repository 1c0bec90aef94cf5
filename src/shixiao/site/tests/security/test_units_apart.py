"""Guessing numbers: as somebody of another unit, of no unit, as an administrator. Nothing of the first unit is read or changed."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from shixiao.casework.models import Assistant, Attachment, Case, Duty, Extension
from shixiao.ledger.models import Event
from shixiao.messages import subjects
from shixiao.people.models import User
from shixiao.performance.models import Counterpart
from shixiao.site.tests.security.addresses import everything, examples
from shixiao.site.tests.security.asking import ask, ask_as_program
from shixiao.site.tests.security.house import AMOUNT, NOW, SECRETS, House

ADDRESSES = everything()
# `there:*` holds every responsibility, at the other unit. The performance officer looks at every unit and is not here.
OUTSIDERS = ["staff", "reader", "auditor", "there:*"]


def words_in(answer: Any) -> str:
    """Everything that an answer says: text, headers, what is packed in a workbook, and what JSON writes as numbers of letters."""
    content: bytes = answer.whole
    if content[:1] in (b"{", b"["):
        content = json.dumps(json.loads(content), ensure_ascii=False).encode()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode(errors="replace") + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())


def leaked(answer: Any, house: House) -> list[str]:
    said = words_in(answer)
    known = [word for word in SECRETS.values() if word in said]
    return known + [word for word in (AMOUNT, "73,419.27", house.things["payment_number"]) if word in said]


@pytest.mark.parametrize("person", OUTSIDERS)
def test_nothing_of_another_unit_is_seen(house: House, person: str) -> None:
    browser = house.browser(person)
    asked = [where for each in ADDRESSES if not each.is_of_programs for where in examples(each, house, most=4)]
    unit, project = house.units["A"].pk, house.things["project"]
    contract, subject = house.things["contract"], house.things["subject"]
    scopes = (
        f"contract={contract}",
        f"subject={subject}",
        f"unit={unit}",
        f"project={project}",
        f"unit={unit}&project={project}&state=registered",
    )
    lists = (
        "/offices/payments/",
        "/offices/registers/",
        "/todo/",
        "/evidence/",
        f"/evidence/{house.things['gauge']}/",
        "/board/",
        "/offices/payments/execution/",
        "/offices/payments/export.xlsx",
        "/offices/registers/export.xlsx",
    )
    asked += [f"{where}?{scope}" for where in lists for scope in scopes]
    asked += [f"/cases/search/?q={word}" for word in ("密语", AMOUNT, "印刷费")]
    asked += [
        f"/cases/things/?of={of}&unit={unit}" for of in ("casework.project", "casework.contract", "casework.subject")
    ]
    found = []
    for where in asked:
        for method, headers in (("GET", {}), ("GET", {"HX-Request": "true"}), ("POST", {})):
            answer = ask(browser, method, where, headers=headers)
            if where.startswith(("/cases/search/?q=", "/people/book/")):
                answer.whole = answer.whole.replace(
                    AMOUNT.encode(), b""
                )  # as it was typed; the auditor reads codes of events
            if answer.status_code < 400 or answer.whole:
                found += [f"{method} {where}: {word}" for word in leaked(answer, house)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("person", ["staff", "there:*"])
def test_programs_of_another_unit_see_nothing(house: House, person: str) -> None:
    token, found = house.token(person), []
    for address in ADDRESSES:
        if address.is_of_programs:
            for where in examples(address, house, most=4):
                for method in ("GET", "POST"):
                    answer = ask_as_program(token, method, where)
                    found += [f"{method} {where}: {word}" for word in leaked(answer, house)]
    assert not found, "\n".join(found)


def test_a_case_of_another_unit_is_as_unknown_as_none(house: House) -> None:
    """The same answer to the letter, so that no number is found out by trying."""
    browser, token = house.browser("there:payments.clerk"), house.token("there:payments.clerk")
    hidden = house.things["payment"]
    absent = "0" * len(str(hidden))  # as many digits, so that even the lengths of the answers are the same
    for template in ("/cases/{}/", "/cases/{}/assign/", "/cases/{}/approve/", "/cases/{}/files/add/", "/files/{}/"):
        answers = [ask(browser, "GET", template.format(number)) for number in (absent, hidden)]
        bodies = [
            re.sub(
                r'name="csrfmiddlewaretoken" value="\w+"|next" value="[^"]*"|X-Request-ID: \w+',
                "",
                words_in(each),
            )
            for each in answers
        ]
        assert answers[0].status_code == answers[1].status_code == 404, template
        assert bodies[0].replace(f"/{absent}/", "/N/") == bodies[1].replace(f"/{hidden}/", "/N/"), template
    answers = [ask_as_program(token, "GET", f"/api/v1/cases/{number}") for number in (absent, hidden)]
    assert answers[0].whole == answers[1].whole


def test_what_belongs_to_another_unit_is_not_changed(house: House) -> None:
    kept = {model: list(model.objects.order_by("pk").values()) for model in (Case, Attachment, Extension, Duty)}
    told = {
        "reason": "x",
        "text": "x",
        "tag": house.things["tag"],
        "to": "1",
        "lead": "1",
        "budget": "2wd",
        "answer": "grant",
    }
    refusals = {"people.attempt_refused", "casework.token_refused", "casework.list_exported"}
    events = Event.objects.exclude(kind__in=refusals).count()
    for person in OUTSIDERS:
        browser = house.browser(person)
        for address in ADDRESSES:
            if "case" in address.parameters or address.name in {
                "casework:remove_file",
                "casework:duty_change",
                "casework:duty_end",
            }:
                for where in examples(address, house, most=4):
                    browser.post(where, told)
    assert {model: list(model.objects.order_by("pk").values()) for model in kept} == kept
    assert Event.objects.exclude(kind__in=refusals).count() == events


# ---- names of projects ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "knows"),
    [("officer", True), ("here:payments.clerk", True), ("here:messages.leader", True), ("staff", False), ("there:*", False)],
)  # fmt: skip
def test_names_of_projects_contracts_and_subjects_follow_the_unit(house: House, person: str, knows: bool) -> None:
    """As one of the unit in every list and page of evidence; as another like what is not there, to the letter."""
    browser, gauge = house.browser(person), house.things["gauge"]
    assert (SECRETS["project"] in words_in(ask(browser, "GET", "/evidence/"))) is knows
    for sort in ("project", "contract", "subject"):
        key = str(house.things[sort])
        absent = "0" * len(key)  # as many digits, so that even the lengths of the answers are the same
        pages = [words_in(ask(browser, "GET", f"/evidence/{gauge}/?{sort}={each}")) for each in (key, absent)]
        assert (SECRETS[sort] in pages[0]) is knows
        bare = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"|X-Request-ID: \w+', "", each) for each in pages]
        assert (re.sub(rf"\b{sort}={key}\b", f"{sort}={absent}", bare[0]) == bare[1]) is not knows
    token = house.token(person)
    assert (SECRETS["project"] in words_in(ask_as_program(token, "GET", "/api/v1/projects"))) is knows


@pytest.mark.parametrize(("person", "knows"), [("here:payments.clerk", True), ("there:payments.clerk", False)])
def test_the_head_of_a_file_names_no_project_that_the_person_does_not_know(
    house: House, person: str, knows: bool
) -> None:
    where = f"/offices/payments/export.xlsx?kind=payments.payment&project={house.things['project']}"
    answer = ask(house.browser(person), "POST", where)
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.whole))
    said = "\n".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell)
    assert (SECRETS["project"] in said) is knows
    assert f"项目 {SECRETS['project'] if knows else house.things['project']}" in said


def test_a_project_that_a_published_table_names_is_known_to_everybody(house: House) -> None:
    said = {
        "plan_id": house.things["plan"],
        "unit_name": "甲处",
        "project_name": "印刷",
        "made_by": house.people["officer"],
    }
    Counterpart.objects.create(**said, counterpart_id=house.things["project"], made_at=NOW)
    browser = house.browser("staff")
    assert SECRETS["project"] in words_in(ask(browser, "GET", "/evidence/"))
    gauge = house.things["gauge"]
    assert SECRETS["contract"] in words_in(
        ask(browser, "GET", f"/evidence/{gauge}/?contract={house.things['contract']}")
    )
    assert SECRETS["subject"] not in words_in(
        ask(browser, "GET", f"/evidence/{gauge}/?subject={house.things['subject']}")
    )
    Counterpart.objects.create(**said, counterpart=None, made_at=NOW)
    assert SECRETS["project"] not in words_in(ask(browser, "GET", "/evidence/"))


# ---- those above ------------------------------------------------------------------------------------------------

ABOVE = ["messages.unit_head", "messages.office", "messages.leader"]


@pytest.mark.parametrize("word", ABOVE)
def test_who_is_reminded_looks_at_the_cases_of_the_unit_and_takes_no_step(house: House, word: str) -> None:
    case, browser = house.things["payment"], house.browser(f"here:{word}")
    page = ask(browser, "GET", f"/cases/{case}/").whole.decode()
    assert house.things["payment_number"] in page
    assert f"/cases/{case}/approve/" not in page
    assert house.things["payment_number"] in ask(browser, "GET", "/offices/payments/").whole.decode()
    before = Case.objects.filter(pk=case).values().get()
    assert ask(browser, "POST", f"/cases/{case}/approve/").status_code == 403
    assert Case.objects.filter(pk=case).values().get() == before
    assert ask(house.browser(f"there:{word}"), "GET", f"/cases/{case}/").status_code == 404
    restricted = house.things["restricted"]
    assert ask(browser, "GET", f"/cases/{restricted}/").status_code == 404


@pytest.mark.parametrize("word", ABOVE)
def test_a_reminder_leads_to_its_case(house: House, word: str) -> None:
    person = house.people[f"here:{word}"]
    found = subjects.shown([("casework.case", house.things["payment"])], by=User.objects.get(pk=person.pk), now=NOW)
    (shown,) = found.values()
    assert ask(house.browser(f"here:{word}"), "GET", shown.address).status_code == 200


# ---- restricted registers --------------------------------------------------------------------------------------

HOLDERS = ("here:registers.restricted_clerk", "here:registers.restricted_confirmer", "here:registers.keeper")
# `here:open` holds every other responsibility, at the very unit.
NOT_HOLDERS = ["officer", "auditor", "there:*", "here:open"]


@pytest.mark.parametrize("person", NOT_HOLDERS)
def test_a_restricted_register_is_seen_by_its_holders_alone(house: House, person: str) -> None:
    browser, number = house.browser(person), house.things["restricted_number"]
    case = house.things["restricted"]
    asked = [where for each in ADDRESSES if not each.is_of_programs for where in examples(each, house, most=4)]
    asked += [f"/cases/{case}/", f"/cases/search/?q={number}", f"/cases/search/?q={case}", f"/?q={number}"]
    asked += [
        "/offices/registers/?kind=registers.restricted_entry",
        "/offices/registers/export.xlsx?kind=registers.restricted_entry",
    ]
    asked += [f"/cases/many/?step=registers.restricted_entry/finish&case={case}", "/offices/registers/of/letters/"]
    found = []
    for where in asked:
        for method in ("GET", "POST"):
            said = words_in(ask(browser, method, where)).replace(f"q={number}", "").replace(f'value="{number}"', "")
            said = said.replace(f"“{number}”", "").replace(f"?q={number}", "")
            if number in said or f'href="/cases/{case}/"' in said:
                found.append(f"{method} {where}")
    assert not found, "\n".join(found)


def test_whoever_leads_or_helps_without_holding_it_sees_nothing(house: House) -> None:
    """A lead or an assistant of before, whose post is gone: neither page, nor to-do list, nor search."""
    case, number = house.things["restricted"], house.things["restricted_number"]
    person = house.people["here:open"]
    Case.objects.filter(pk=case).update(lead=person)
    Assistant.objects.create(case_id=case, user=person)
    browser = house.browser("here:open")
    for where in ("/todo/", "/", f"/cases/search/?q={case}", "/offices/registers/", f"/cases/{case}/", "/messages/"):
        said = words_in(ask(browser, "GET", where))
        assert number not in said, where
        assert f'href="/cases/{case}/"' not in said, where


def test_its_holder_sees_it(house: House) -> None:
    """Else the test before would be content with a register that nobody can see."""
    page = ask(house.browser("here:registers.restricted_clerk"), "GET", f"/cases/{house.things['restricted']}/")
    assert house.things["restricted_number"] in page.whole.decode()


@pytest.mark.parametrize("person", [*HOLDERS, "officer"])
def test_programs_know_nothing_of_it_even_its_holders(house: House, person: str) -> None:
    token, number = house.token(person), house.things["restricted_number"]
    for address in ADDRESSES:
        if address.is_of_programs:
            for where in [
                *examples(address, house, most=4),
                f"/api/v1/cases/{house.things['restricted']}",
                f"/api/v1/cases/{number}",
            ]:
                answer = ask_as_program(token, "GET", where)
                assert number not in words_in(answer).replace(f"/{number}", ""), where
    assert ask_as_program(token, "GET", f"/api/v1/cases/{house.things['restricted']}").status_code == 404
