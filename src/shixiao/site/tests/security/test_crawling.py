"""As everybody over every link and into every form: nothing is broken, nothing fails."""

import pytest

from shixiao.people.models import Role
from shixiao.site.tests.security.asking import ask, is_sent_to_sign_in
from shixiao.site.tests.security.crawling import crawl
from shixiao.site.tests.security.forms import forms, outside
from shixiao.site.tests.security.house import House

PERSONS = [
    *(role.value for role in Role),
    "here:payments.clerk", "here:payments.budget_keeper", "here:registers.clerk", "here:registers.keeper",
    "here:registers.restricted_confirmer", "here:casework.keeper", "here:casework.tag_keeper",
]  # fmt: skip
MENU = {
    "/offices/payments/execution/", "/offices/registers/all/", "/offices/reviews/all/", "/offices/supervision/all/",
}  # fmt: skip
# What people type, paste and send by mistake or on purpose.
NONSENSE = (
    "", "0", "-1", "9" * 40, "1e309", "NaN", "２０２６", "'; DROP TABLE x; --", "%s%n{0}{{7*7}}${7*7}", "\x7f\u202e\ufeff",
    "a" * 5000, "2026-02-30", "{}", "../../etc/passwd", "\U0001f600中文", "(((((((((((((((((((((((a+)+)+$",
)  # fmt: skip


@pytest.mark.parametrize("person", PERSONS)
def test_every_link_leads_somewhere(house: House, person: str) -> None:
    wrong, pages = [], 0
    # Most pages are the same for several of these people: who sees the most looks at two of a sort, the others at one.
    for source, where, answer in crawl(house.browser(person), most_alike=2 if person == "officer" else 1):
        pages += 1
        is_refused = (
            answer.status_code == 403 and where in MENU
        )  # the menu names every desk, and the page says who opens it
        if (answer.status_code >= 400 and not is_refused) or is_sent_to_sign_in(answer):
            wrong.append(f"{source} → {where}: {answer.status_code}")
        if "text/html" in answer.headers.get("Content-Type", ""):
            wrong += [
                f"{where} leads out: {each}" for each in outside(answer.whole.decode()) if "www.w3.org" not in each
            ]
    assert not wrong, "\n".join(wrong)
    assert pages > 20


@pytest.mark.parametrize("person", PERSONS)
def test_nonsense_in_every_form_is_no_failure(house: House, person: str) -> None:
    browser, wrong, tried = house.browser(person), [], set()
    for _source, where, answer in crawl(browser):
        if "text/html" not in answer.headers.get("Content-Type", "") or answer.status_code != 200:
            continue
        for form in forms(answer.whole.decode(), where):
            key = (form.action.partition("?")[0], form.method, tuple(form.typed))
            if key in tried or form.action.startswith(("/sign-out/", "/language/")):
                continue
            tried.add(key)
            for number, text in enumerate(NONSENSE):
                if number % 4 != len(tried) % 4:  # each form with a quarter of it, all of it over all forms
                    continue
                everything = {name: [text] for name in form.values} if number % 8 < 4 else form.values
                told = everything | {name: [text] for name in form.typed}
                got = ask(browser, form.method.upper(), form.action, told)
                if got.status_code >= 500:
                    wrong.append(f"{form.method} {form.action} with {text[:20]!r}: {got.status_code}")
    assert not wrong, "\n".join(wrong)
    assert len(tried) >= 3
