"""What a request may not do: come from elsewhere, ride on an old session, lead away, break a header, bring fields along."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shixiao.casework.models import Attachment, Case
from shixiao.casework.tests.some_files import office
from shixiao.ledger.models import Event
from shixiao.people.models import Role, User
from shixiao.site.tests.security.addresses import Address, everything, examples
from shixiao.site.tests.security.asking import ask, ask_as_program, is_sent_to_sign_in, whole
from shixiao.site.tests.security.house import NOW, PASSWORD, House

ADDRESSES = everything()
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "\thttps://evil.example",
)
PAYLOAD = "a\r\nSet-Cookie: evil=1\r\n\r\n<script>"

PUBLISHED = "/published/"
OFFLINE = "/offline/"
TAKES_FILES = ("casework:add_file", "casework:send_step")
# What other machines send carries no token of a page: a signature or a word of its own is asked for instead, and POST alone is taken.
SIGNED_BY_OTHERS = {"messages:sms_report", "messages:yuezhengyi_callback"}


def pages(house: House, *, most: int = 1) -> Iterator[tuple[Address, str]]:
    for address in ADDRESSES:
        if not address.is_of_programs:
            for where in examples(address, house, most=most):
                yield address, where


# ---- forged ----------------------------------------------------------------------------------------------------


def test_every_writing_address_refuses_without_the_forgery_token(house: House) -> None:
    before = Event.objects.count()
    browser = house.browser("officer", enforce_csrf_checks=True)
    for address, where in pages(house):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            status = ask(browser, method, where).status_code
            # Who may attach is asked before a byte is read, so some hear that there is no such case.
            refusals = {403, 404} if address.name in TAKES_FILES and method == "POST" else {403}
            if address.name in SIGNED_BY_OTHERS and method != "POST":
                refusals = {405}
            assert status in refusals, f"{method} {where} ({address.name}): {status}"
    assert Event.objects.count() == before


def test_a_file_is_not_taken_without_the_forgery_token(house: House) -> None:
    """Of whoever may attach one: the token is looked for before a byte is kept."""
    browser = house.browser("here:payments.clerk", enforce_csrf_checks=True)
    where, before = f"/cases/{house.things['payment']}/files/add/", Attachment.objects.count()
    told = {"file": SimpleUploadedFile("a.docx", office("docx"))}
    assert browser.post(where, told).status_code == 403
    assert Attachment.objects.count() == before
    mine = house.browser(
        "here:payments.clerk"
    )  # the same without the check is taken, so nothing else was wrong with it
    assert mine.post(where, {"file": SimpleUploadedFile("a.docx", office("docx"))}).status_code == 302
    assert Attachment.objects.count() == before + 1


def test_a_cookie_lets_no_program_in(house: House) -> None:
    browser = house.browser("here:payments.clerk")
    for address in ADDRESSES:
        if address.is_of_programs and not address.name.endswith(("openapi", "documentation", "not_found")):
            for where in examples(address, house, most=1):
                for method in ("GET", "POST"):
                    more = {"content_type": "application/json"} if method == "POST" else {}
                    answer = ask(browser, method, where, **more)
                    assert answer.status_code in {401, 404, 405}, f"{method} {where}: {answer.status_code}"
                    assert not answer.cookies, where


def test_links_change_nothing(house: House) -> None:
    """Reading every page as everybody leaves no event but refusals, and nothing becomes different."""
    refusals = {"people.attempt_refused", "casework.token_refused"}
    for person in ("officer", "security_administrator", "here:payments.clerk"):
        browser = house.browser(person)
        events, cases = Event.objects.exclude(kind__in=refusals).count(), list(Case.objects.order_by("pk").values())
        for _address, where in pages(house):
            whole(browser.get(where))
        assert Event.objects.exclude(kind__in=refusals).count() == events, person
        assert list(Case.objects.order_by("pk").values()) == cases, person


def test_no_folder_is_listed_and_trace_is_not_answered(house: House) -> None:
    browser = house.browser("officer")
    for where in (
        "/static/",
        "/static/ui/",
        "/static/../",
        "/static/%2e%2e/settings.py",
        "/.git/config",
        "/static/..%2f",
    ):
        assert ask(browser, "GET", where).status_code in {400, 404}, where
    for where in ("/", "/account/", "/todo/"):
        assert ask(browser, "TRACE", where).status_code in {403, 405}, where


# ---- sessions --------------------------------------------------------------------------------------------------


def test_the_session_before_sign_in_is_worth_nothing_after_it(house: House) -> None:
    """Somebody put a session into the browser of an officer and waits for the sign-in."""
    attacker = Client()
    attacker.get("/sign-in/")
    session = attacker.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    victim = Client()
    victim.cookies[configured.SESSION_COOKIE_NAME] = planted
    assert victim.post("/sign-in/", {"username": "test-reader", "password": PASSWORD}).status_code == 302
    assert victim.get("/account/").status_code == 200
    assert victim.cookies[configured.SESSION_COOKIE_NAME].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
    attacker.cookies[configured.SESSION_COOKIE_NAME] = planted
    assert is_sent_to_sign_in(attacker.get("/account/"))


def test_a_session_that_was_invented_is_nobody(house: House) -> None:
    known = house.browser("officer").session.session_key
    assert known is not None
    assert len(known) >= 32  # of 36 letters and digits: more than 128 bits
    for key in ("a" * 32, known[:-1] + ("a" if known[-1] != "a" else "b"), known.upper(), "", "' OR 1=1 --", "../" * 9):
        client = Client()
        client.cookies[configured.SESSION_COOKIE_NAME] = key
        assert is_sent_to_sign_in(client.get("/account/")), key
        assert client.session.session_key != key or not key


def test_a_session_that_was_signed_out_is_dead(house: House) -> None:
    browser = house.browser("officer")
    kept = browser.cookies[configured.SESSION_COOKIE_NAME].value
    answer = browser.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    browser.cookies[configured.SESSION_COOKIE_NAME] = kept
    assert is_sent_to_sign_in(browser.get("/account/"))


def test_a_session_ends_after_twelve_hours_however_busy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = house.browser("nobody")
    browser.post("/sign-in/", {"username": "test-reader", "password": PASSWORD})
    for minutes in range(0, 12 * 60, 20):
        monkeypatch.setattr(timezone, "now", lambda minutes=minutes: NOW + timedelta(minutes=minutes))
        assert browser.get("/rules/").status_code == 200, minutes
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=12))
    assert is_sent_to_sign_in(browser.get("/rules/"))
    assert "登录已满 12 小时" in browser.get("/sign-in/").content.decode()


# ---- away ------------------------------------------------------------------------------------------------------


def test_nothing_leads_to_another_server(house: House) -> None:
    """Whatever a link or a form says of where to go next, and wherever the page before was."""
    names, several = ("next", "back", "address", "url", "return", "redirect", "to", "then"), cycle(ELSEWHERE)
    for person in ("officer", "here:payments.clerk"):
        browser = house.browser(person)
        for _address, where in pages(house):
            address, join = next(several), "&" if "?" in where else "?"
            found = [
                ask(browser, "GET", f"{where}{join}{'&'.join(f'{name}={address}' for name in names)}"),
                ask(browser, "POST", where, dict.fromkeys(names, address), headers={"Referer": address.strip()}),
            ]
            for answer in found:
                told = answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")
                assert not re.match(r"\s*(https?:|/[/\\])", told), f"{where} → {told}"
    for address in ELSEWHERE:
        stranger = Client().post("/sign-in/", {"username": "test-reader", "password": PASSWORD, "next": address})
        assert stranger.headers["Location"] == "/", address


def test_no_header_is_broken_in_two(house: House) -> None:
    browser = house.browser("officer")
    for _address, where in pages(house):
        join = "&" if "?" in where else "?"
        answer = ask(browser, "GET", f"{where}{join}next=%0d%0aSet-Cookie:%20evil=1&q=%0d%0aevil")
        assert "evil" not in answer.cookies
        assert not any(re.search(r"[\r\n]", f"{name}{value}") for name, value in answer.headers.items()), where
    clerk = house.browser("here:payments.clerk")
    # Below the names that the door lets in there is still the header: what a row could hold at worst.
    for name in ("a\r\nX-Evil: 1.pdf", 'a"; filename="b.html', "中文 名.pdf", "a;b.pdf", "a%0d%0ab.pdf"):
        Attachment.objects.filter(pk=house.things["file"]).update(name=name.replace("\r\n", ""))
        answer = ask(clerk, "GET", f"/files/{house.things['file']}/")
        disposition = answer.headers["Content-Disposition"]
        assert answer.status_code == 200
        assert disposition.startswith("attachment")
        assert "X-Evil" not in answer.headers
        assert disposition.count("filename=") <= 1 or '\\"' in disposition, disposition


# ---- what browsers are told -------------------------------------------------------------------------------------


def test_every_answer_says_what_a_browser_may_do_with_it(house: House) -> None:
    for person in ("nobody", "officer"):
        browser = house.browser(person)
        for address in ADDRESSES:
            for where in examples(address, house, most=1):
                answer = ask(browser, "GET", where)
                _check_headers(answer, where)


def _check_headers(answer: Any, where: str) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy or policy.startswith("sandbox;"), (
        where
    )  # a file that is shown alone may have its styles
    sources = {source for part in policy.split(";") for source in part.split()[1:] if not part.startswith("sandbox")}
    assert sources <= {"'self'", "'none'", "data:"} | (
        {"'unsafe-inline'"} if policy.startswith("sandbox;") else set()
    ), where
    for part in ("default-src", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy or "default-src 'none'" in policy or "sandbox" in policy, f"{where}: {part}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert answer.headers["Referrer-Policy"] == "same-origin", where
    assert answer.headers["X-Frame-Options"] == "DENY", where
    assert "Access-Control-Allow-Origin" not in answer.headers, where
    if answer.status_code == 200:
        kept = r"^public, max-age=60$" if where.startswith(PUBLISHED) else r"no-store|no-cache|private|max-age=0"
        assert re.search(kept, answer.headers["Cache-Control"]), where
    if answer.whole and answer.headers["Content-Type"].startswith("text/"):
        assert "charset=utf-8" in answer.headers["Content-Type"].lower(), where


def test_cookies_say_who_may_read_them_and_who_gets_them(house: House) -> None:
    browser = Client()
    browser.get("/sign-in/")
    browser.post("/sign-in/", {"username": "test-reader", "password": PASSWORD})
    browser.post("/language/", {"language": "en"})
    assert len(browser.cookies) == 3
    for name, cookie in browser.cookies.items():
        assert cookie["httponly"] is True, name
        assert cookie["samesite"] == "Lax", name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name


def test_no_secret_stands_in_an_address(house: House) -> None:
    """Neither tokens nor sessions nor passwords are taken from the query: they would stand in every log."""
    token = house.token("here:payments.clerk")
    for where in (f"/api/v1/kinds?token={token}", f"/api/v1/kinds?access_token={token}", f"/api/v1/kinds?key={token}"):
        assert ask_as_program("", "GET", where).status_code in {401, 422}
    assert is_sent_to_sign_in(Client().get(f"/account/?session={house.browser('officer').session.session_key}"))
    stranger = Client()
    assert stranger.get(f"/sign-in/?username=test-reader&password={PASSWORD}").status_code == 200
    assert is_sent_to_sign_in(stranger.get("/account/"))


def test_every_field_for_a_password_hides_it_and_lets_it_be_pasted(house: House) -> None:
    stranger, browser = Client(), house.browser("system_administrator")
    seen = [stranger.get("/sign-in/").content.decode()]
    seen += [
        browser.get(where).content.decode() for where in ("/account/password/", "/account/app/", "/people/staff/new/")
    ]
    fields = [
        field for page in seen for field in re.findall(r'<input[^>]*name="(?:password|old|new|again)"[^>]*>', page)
    ]
    assert len(fields) >= 6
    for field in fields:
        assert 'type="password"' in field, field
        assert "onpaste" not in field
        assert re.search(r'autocomplete="(current|new)-password"', field), field


def test_every_page_has_the_way_out(house: House) -> None:
    for person in ("officer", "auditor", "here:payments.clerk"):
        browser = house.browser(person)
        for _address, where in pages(house):
            answer = ask(browser, "GET", where)
            page = (
                answer.whole.decode(errors="replace") if "text/html" in answer.headers.get("Content-Type", "") else ""
            )
            # What was published, and what a phone shows without a network, is the same for everybody: it knows nobody who could leave.
            if "<html" in page and answer.status_code == 200 and not where.startswith((PUBLISHED, OFFLINE)):
                assert 'action="/sign-out/"' in page, where


# ---- brought along ---------------------------------------------------------------------------------------------

EXTRA = {
    "role": "officer", "is_active": "0", "is_demonstration": "1", "is_administrator": "1", "must_change_password": "0",
    "id": "1", "pk": "1", "user": "1", "by": "1", "owner": "1", "state": "paid", "unit_id": "1", "lead": "1", "lead_id": "1",
    "number": "支-1", "revision": "99", "opened_at": "2020-01-01", "closed_at": "2020-01-01", "made_by": "1", "sha256": "0" * 64,
}  # fmt: skip


def test_fields_that_no_form_has_change_nothing(house: House) -> None:
    """A person sends fields along that the form does not show."""
    clerk = house.people["here:payments.clerk"]
    assert clerk is not None
    browser = house.browser("here:payments.clerk")
    before = (
        User.objects.filter(pk=clerk.pk)
        .values("role", "is_active", "is_demonstration", "username", "display_name")
        .get()
    )
    told = EXTRA | {"old": PASSWORD, "new": "a-better-long-word-8", "again": "a-better-long-word-8"}
    assert browser.post("/account/password/", told).status_code == 302
    assert browser.post("/language/", EXTRA | {"language": "en"}).status_code == 302
    assert User.objects.filter(pk=clerk.pk).values(*before).get() == before
    form = {"unit": house.units["A"].pk, "project": house.things["project"], "source": "fiscal", "amount": "1.00"}
    told = EXTRA | form | {"payee": "甲", "purpose": "乙"}
    made = browser.post("/cases/new/payments.payment/register/", told)
    assert made.status_code == 302, made.content.decode()[-3000:]
    case = Case.objects.latest("pk")
    assert (case.state, case.lead_id, case.revision, case.closed_at, case.opened_at) == (
        "registered",
        None,
        1,
        None,
        NOW,
    )
    assert (case.unit_id, case.number != "支-1") == (house.units["A"].pk, True)


def test_no_field_makes_an_administrator(house: House) -> None:
    browser = house.browser("system_administrator")
    told = {"username": "evil", "display_name": "恶", "password": "a-good-long-word-7", "again": "a-good-long-word-7"}
    for role in (Role.SECURITY_ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR):
        browser.post("/people/staff/new/", EXTRA | told | {"role": role.value})
    assert not User.objects.filter(username="evil", role__in=(Role.SECURITY_ADMINISTRATOR, Role.AUDITOR)).exists()


def test_programs_bring_no_fields_along(house: House) -> None:
    token = house.token("here:payments.clerk")
    told = {"project": house.things["project"], "source": "fiscal", "amount": "1.00", "payee": "甲", "purpose": "乙"}
    good = {"unit": house.units["A"].pk, "particulars": told}
    where = "/api/v1/cases/payments.payment/register"
    for extra in ({"state": "paid"}, {"number": "支-1"}, {"by": 1}, {"revision": 9}):
        assert ask_as_program(token, "POST", where, json.dumps(good | extra)).status_code == 422, extra
        inner = good | {"particulars": told | extra}
        assert ask_as_program(token, "POST", where, json.dumps(inner)).status_code == 422, extra
    assert ask_as_program(token, "POST", where, json.dumps(good)).status_code == 201


def test_a_doubled_parameter_shows_no_more(house: House) -> None:
    there, link = house.browser("there:payments.clerk"), f"/cases/{house.things['payment']}/"
    for where in ("/offices/payments/?unit=1&unit=2&unit=3", f"/cases/search/?q=x&q={house.things['payment_number']}"):
        assert link not in ask(there, "GET", where).whole.decode()
        assert (
            link in ask(house.browser("here:payments.clerk"), "GET", where.replace("unit=3", "unit=2")).whole.decode()
        )
