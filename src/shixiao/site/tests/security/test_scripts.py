"""What people write is shown as they wrote it, and never becomes a script or a formula."""

import io
import os
import re
import shutil
import zipfile
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import sync_playwright

from shixiao.ledger import gauges
from shixiao.performance import question_list
from shixiao.site.tests.security.addresses import everything, examples
from shixiao.site.tests.security.asking import ask
from shixiao.site.tests.security.conftest import QUICK
from shixiao.site.tests.security.crawling import crawl
from shixiao.site.tests.security.forms import forms, parsed
from shixiao.site.tests.security.house import House

# It begins as a formula does, closes attributes and texts of every sort, and would run in a browser.
SCRIPT = "=1+evil\"'><script>evil()</script><img src=x onerror=evil()><svg/onload=evil()>{{evil}}"
LIVE = re.compile(r"<script>evil|<img src=x|<svg/onload|onerror=evil\(\)>(?!&)")
WRITERS = (
    "officer", "here:payments.clerk", "here:registers.clerk", "here:registers.keeper", "here:casework.keeper",
    "here:casework.tag_keeper", "security_administrator", "system_administrator",
)  # fmt: skip
READERS = (
    "officer",
    "here:payments.clerk",
    "here:registers.clerk",
    "auditor",
    "security_administrator",
    "here:casework.keeper",
)
ESCAPED = "&lt;img src=x onerror=evil()&gt;"


@pytest.fixture(scope="module")
def _poisoned(_built: House) -> Iterator[House]:
    with override_settings(**QUICK), transaction.atomic():
        yield _poison(_built)
        transaction.set_rollback(True)


@pytest.fixture
def poisoned(_poisoned: House, house: House) -> House:
    """A house in which every text field of every form that these people see was sent with a script in it: once for all tests here."""
    return house


def _poison(house: House) -> House:
    gauges.forget()
    question_list.forget()
    sent = 0
    for person in WRITERS:
        browser, tried = house.browser(person), set()
        found = [
            form
            for _source, where, answer in crawl(browser)
            if "text/html" in answer.headers.get("Content-Type", "") and answer.status_code == 200
            for form in forms(answer.whole.decode(), where)
        ]
        for form in found:
            key = (form.action.partition("?")[0], tuple(form.typed))
            is_ending = re.search(
                r"sign-out|password|/end/|close|retire|leave|put-away|remove|revoke|withdraw", form.action
            )
            if form.method != "post" or not form.typed or key in tried or is_ending:
                continue
            tried.add(key)
            for text in (SCRIPT, SCRIPT[:60]):
                sent += browser.post(form.action, form.filled(text)).status_code in {200, 302}
    assert sent > 10
    return house


def test_what_people_write_is_never_a_script(poisoned: House) -> None:
    shown, wrong = 0, []
    for person in READERS:
        browser = poisoned.browser(person)
        listed = [(where, answer) for _source, where, answer in crawl(browser)]
        listed += [
            (where, ask(browser, "GET", where))
            for each in everything()
            if not each.is_of_programs
            for where in examples(each, poisoned, most=2)
        ]
        for where, answer in listed:
            page = answer.whole.decode(errors="replace")
            if "html" in answer.headers.get("Content-Type", ""):
                shown += ESCAPED in page or "evil&quot;" in page
                wrong += [
                    f"{person} {where}: …{page[max(0, hit.start() - 80) : hit.end() + 20]}…"
                    for hit in LIVE.finditer(page)
                ]
                root = parsed(page)
                inline = [] if root is None else root.xpath("//*[@*[starts-with(name(), 'on') or name() = 'style']]")
                wrong += [f"{person} {where}: <{each.tag} {dict(each.attrib)}>" for each in inline]
    assert not wrong, "\n".join(wrong)
    assert shown > 5, "nothing that was written is shown anywhere: the test would see nothing"


def test_no_cell_of_what_is_taken_away_is_a_formula(poisoned: House) -> None:
    books = 0
    for person in ("officer", "here:payments.clerk", "here:registers.clerk"):
        browser = poisoned.browser(person)
        for address in everything():
            if address.is_of_programs or not re.search(r"xlsx|download|csv", address.route):
                continue
            for where in examples(address, poisoned, most=4):
                for method in ("GET", "POST"):
                    answer = ask(browser, method, where)
                    if (
                        answer.status_code == 200
                        and answer.whole[:2] == b"PK"
                        and "sheet" in answer.headers["Content-Type"]
                    ):
                        books += 1
                        _check_book(answer.whole, where)
    assert books >= 6


def _check_book(content: bytes, where: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            assert not name.startswith(("/", "..")), where
            if name.startswith("xl/worksheets/"):
                sheet = packed.read(name).decode()
                assert not re.search(r"<f[ >]", sheet), f"{where} has a formula in {name}"
                assert 't="str"' not in sheet, f"{where}: a cell that is worked out"


@pytest.mark.browser
def test_a_real_browser_runs_nothing_of_it(poisoned: House) -> None:
    """What a browser makes of the pages, without the policy that would stop a script that got through."""
    pages = [
        answer.whole.decode()
        for person in ("officer", "here:payments.clerk", "here:registers.clerk")
        for _source, _where, answer in crawl(poisoned.browser(person))
        if "html" in answer.headers.get("Content-Type", "") and b"evil" in answer.whole
    ][:12]
    assert len(pages) >= 4
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"], timeout=240_000
        )
        page = browser.new_page()
        page.add_init_script("window.ran = 0; window.evil = () => { window.ran += 1 }")
        page.route("**/*", lambda route: route.abort())
        for each in ["<img src=x onerror=evil()>", *pages]:
            page.goto("about:blank")
            page.set_content(each, wait_until="domcontentloaded")
            page.wait_for_function("document.readyState === 'complete'")
            assert bool(page.evaluate("window.ran")) is (each.startswith("<img")), each[:200]
        browser.close()
