import json
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from shixiao import tables
from shixiao.engine import lint, plans, targets
from shixiao.people.models import User
from shixiao.performance import actions, queries, rows, suppressing
from shixiao.performance.content import content_hash
from shixiao.performance.models import Correction, Plan, PlanVersion, Upload
from shixiao.performance.tests.conftest import SMALL, first, row, table
from shixiao.tables import samples
from shixiao.tables.tests import difficult

Accept = Callable[..., actions.Acceptance]
HTMX = {"HTTP_HX_REQUEST": "true"}


def text_of(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def statements(captured: CaptureQueriesContext) -> list[str]:
    """Without BEGIN and COMMIT, as the promise counts them."""
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(control)]


# ---- bounded work --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/plans/1/", 8),
        ("/plans/1/?class=11&check=L05&unit=1&q=率", 8),
        ("/plans/1/?check=accepted", 8),
        ("/plans/1/v1/93/", 11),
        ("/", 4),
        ("/rules/", 4),
        ("/rules/L05/", 5),
        ("/search/?q=满意度", 4),
        ("/plans/1/events/", 8),
    ],
)
def test_a_page_asks_a_bounded_number_of_questions(
    desk: Client, guangzhou: PlanVersion, officer: User, now: datetime, path: str, limit: int
) -> None:
    path = path.replace("/plans/1/", f"/plans/{guangzhou.plan_id}/")
    for finding in (guangzhou.findings.filter(indicator=None)[0], guangzhou.findings.filter(indicator__row=93)[0]):
        suppressing.suppress_finding(finding, everywhere=False, reason="已核", by=officer, now=now)
    desk.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert desk.get(path).status_code == 200
    assert len(statements(captured)) <= limit, statements(captured)


def test_the_plan_page_asks_no_more_for_a_table_ten_times_as_long(desk: Client, accept: Accept) -> None:
    counts = []
    for size in (3, 300):
        version = accept(table(*(row(number, f"指标{number}", "3次") for number in range(1, size + 1)))).version
        with CaptureQueriesContext(connection) as captured:
            desk.get(f"/plans/{version.plan_id}/")
        counts.append(len(statements(captured)))
    assert counts[0] == counts[1]


def test_a_correction_shows_at_once(desk: Client, guangzhou: PlanVersion, officer: User, now: datetime) -> None:
    path = f"/plans/{guangzhou.plan_id}/"
    desk.get(path)
    reading = targets.read("≥5份")
    actions.correct_reading(first(guangzhou, 3), which="annual", reading=reading, reason="按批复", by=officer, now=now)
    assert "不低于 5份" in text_of(desk.get(path).content)


def test_a_long_table_comes_in_pages(desk: Client, accept: Accept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ROWS_A_PAGE", 10)
    version = accept(table(*(row(number, f"指标{number}", "3次") for number in range(1, 26)))).version
    last = desk.get(f"/plans/{version.plan_id}/?page=3").content.decode()
    assert re.findall(r'id="row-(\d+)"', last) == [str(number) for number in range(21, 26)]
    assert "page=2" in last
    assert "page=4" not in last


# ---- what the plan page shows ----------------------------------------------------------------------------------


def rows_of(response: object) -> list[int]:
    return [int(number) for number in re.findall(r'id="row-(\d+)"', response.content.decode())]  # type: ignore[attr-defined]


def test_the_plan_page_shows_the_whole_tree(desk: Client, guangzhou: PlanVersion) -> None:
    page = desk.get(f"/plans/{guangzhou.plan_id}/")
    assert rows_of(page) == list(range(1, 124))
    shown = text_of(page.content)
    for words in (
        "1,497.06",
        "1,361.61",
        "全年共发行不超过38期，每期3524份",
        "每年不超过 38期；每期正好 3524份",
        "2026年6月30日",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("class=23", [107]),
        ("q=公报编印", [93, 96, 99]),
        ("q=公报 编印数量", [93]),
        ("unit=2&class=31", [71, 75, 82, 90]),
        ("check=doubtful", [121]),
        ("q=没有这样的指标", []),
        ("class=99&unit=x&page=zero&check=;drop", list(range(1, 124))),
        ("q=%00%00", list(range(1, 124))),
    ],
)
def test_the_address_chooses_the_rows(desk: Client, guangzhou: PlanVersion, asked: str, expected: list[int]) -> None:
    assert rows_of(desk.get(f"/plans/{guangzhou.plan_id}/?{asked}")) == expected


@pytest.mark.parametrize("check", ["warning", "hint", "L05"])
def test_a_filter_by_finding_shows_exactly_the_rows_that_have_it(
    desk: Client, guangzhou: PlanVersion, check: str
) -> None:
    of_rows = guangzhou.findings.filter(indicator__isnull=False)
    found = of_rows.filter(severity=check) if check.islower() else of_rows.filter(rule=check)
    expected = sorted(set(found.values_list("indicator__row", flat=True)))
    assert expected
    assert rows_of(desk.get(f"/plans/{guangzhou.plan_id}/?check={check}")) == expected


def test_htmx_gets_the_table_alone_and_a_browser_the_whole_page(desk: Client, guangzhou: PlanVersion) -> None:
    path = f"/plans/{guangzhou.plan_id}/?class=23"
    part, whole = desk.get(path, **HTMX), desk.get(path)
    assert rows_of(part) == rows_of(whole) == [107]
    assert b"<html" not in part.content
    assert b"<html" in whole.content
    assert "HX-Request" in part["Vary"]


def test_a_plan_that_is_not_there_is_said_to_be_so(desk: Client, guangzhou: PlanVersion) -> None:
    for path in (
        "/plans/9999/",
        f"/plans/{guangzhou.plan_id}/v9/",
        f"/plans/{guangzhou.plan_id}/v1/999/",
        "/rules/L999/",
    ):
        page = desk.get(path)
        assert page.status_code == 404
        assert "这个地址下没有内容" in text_of(page.content)


# ---- indicator, rules, events, downloads --------------------------------------------------------------------------


def test_the_indicator_page_shows_wording_reading_and_findings(desk: Client, guangzhou: PlanVersion) -> None:
    html = desk.get(f"/plans/{guangzhou.plan_id}/v1/93/").content
    assert b'<span class="part role-number">38<i>' in html
    shown = text_of(html)
    for words in ("每期恰好3524份", "2 个条件须同时满足", "核查发现", "L09"):
        assert words in shown


def test_the_reading_is_there_as_json_in_the_published_shape(desk: Client, guangzhou: PlanVersion) -> None:
    body = desk.get(f"/plans/{guangzhou.plan_id}/v1/93/reading.json").json()
    assert body["annual"] == targets.as_json(targets.read(body["annual_wording"], name=body["name"], category="11"))
    assert body["corrected"] == []


def test_source_and_document_come_back_as_they_were(desk: Client, guangzhou: PlanVersion) -> None:
    source = desk.get(f"/plans/{guangzhou.plan_id}/v1/source/")
    assert source.content == samples.guangzhou()
    assert source["Content-Disposition"].startswith("attachment")
    assert json.loads(desk.get(f"/plans/{guangzhou.plan_id}/v1/plan.json").content)


def test_every_rule_has_its_page_with_both_examples(desk: Client, guangzhou: PlanVersion) -> None:
    listing = desk.get("/rules/").content.decode()
    for rule in lint.RULES.values():
        assert f'href="/rules/{rule.id}/"' in listing
        page = desk.get(f"/rules/{rule.id}/")
        assert page.status_code == 200
        assert rule.title.zh in text_of(page.content)


def test_the_events_page_says_who_did_what_and_why(
    desk: Client, guangzhou: PlanVersion, officer: User, now: datetime
) -> None:
    reading = targets.read("≥5份")
    actions.correct_reading(first(guangzhou, 3), which="annual", reading=reading, reason="按批复", by=officer, now=now)
    shown = text_of(desk.get(f"/plans/{guangzhou.plan_id}/events/").content)
    for words in ("接受目标表", "更正读法", "按批复", officer.display_name, "2026年6月30日 09:00"):
        assert words in shown


def test_the_first_page_says_what_matters_and_an_empty_house_what_to_do(desk: Client, accept: Accept) -> None:
    assert "导入第一张表" in text_of(desk.get("/").content)
    accept(samples.guangzhou())
    assert "123 项指标" in text_of(desk.get("/").content)


def test_search_finds_indicators_of_the_newest_versions_only(desk: Client, accept: Accept) -> None:
    accept()
    accept(SMALL.replace("开展培训", "举办讲座"))
    assert "没有含“开展培训”的指标" in text_of(desk.get("/search/?q=开展培训").content)
    assert "找到 1 项" in text_of(desk.get("/search/?q=讲座").content)


# ---- import, review, accept through the browser --------------------------------------------------------------------


def reviewed(desk: Client, text: str, *, table: int = 1) -> HttpResponse:
    """The review page of a pasted text."""
    page = desk.post("/import/", {"text": text}, follow=True)
    return desk.get(f"{page.redirect_chain[-1][0]}?table={table}") if page.redirect_chain else page


def accepted(desk: Client, review: HttpResponse, **changed: str) -> HttpResponse:
    """What comes of pressing the button of the review page, with fields changed by hand."""
    form = re.search(
        r'<form method="post" action="(/import/\d+/accept/)".*?</form>', review.content.decode(), re.DOTALL
    )
    assert form
    return desk.post(form.group(1), fields_of(form.group()) | changed, follow=True)


def fields_of(form: str) -> dict[str, str]:
    fields = {}
    for found in re.finditer(r"<input[^>]*>", form):
        name, value = (re.search(rf'{key}="([^"]*)"', found.group()) for key in ("name", "value"))
        if name and name.group(1) != "csrfmiddlewaretoken":
            fields[name.group(1)] = value.group(1) if value else ""
    return fields


def test_no_plan_is_stored_before_accepting(desk: Client) -> None:
    review = reviewed(desk, SMALL)
    assert review.status_code == 200
    assert "还没有接受" in text_of(review.content)
    assert not Plan.objects.exists()
    page = accepted(desk, review)
    assert PlanVersion.objects.count() == 1
    assert "已接受为第1版" in text_of(page.content)
    assert not Upload.objects.exists()


def test_one_can_leave_and_come_back_to_what_waits(desk: Client) -> None:
    reviewed(desk, SMALL)
    page = desk.get("/import/")
    assert "1 个文件" in text_of(page.content)
    review = desk.get(re.search(r'href="(/import/\d+/)"', page.content.decode()).group(1))  # type: ignore[union-attr]
    assert "已接受为第1版" in text_of(accepted(desk, review).content)


def test_accepting_again_shows_the_first_copy(desk: Client) -> None:
    accepted(desk, reviewed(desk, SMALL))
    review = reviewed(desk, SMALL)
    assert "这张表已由" in text_of(review.content)
    assert "没有另存一份" in text_of(accepted(desk, review).content)
    assert PlanVersion.objects.count() == 1


def test_a_pasted_text_is_stored_as_it_was_pasted(desk: Client) -> None:
    accepted(desk, reviewed(desk, SMALL.replace("\n", "\r\n")))
    assert bytes(PlanVersion.objects.get().source) == SMALL.encode()


def test_a_year_that_is_wrong_is_asked_for_again_and_nothing_is_lost(desk: Client) -> None:
    refused = accepted(desk, reviewed(desk, SMALL), fiscal_year="1999", department="另一个局")
    assert refused.status_code == 422
    assert 'value="另一个局"' in refused.content.decode()
    assert not Plan.objects.exists()
    assert "已接受为第1版" in text_of(accepted(desk, refused, fiscal_year="2026").content)


def test_a_table_number_that_was_altered_is_not_accepted(desk: Client) -> None:
    for damage in ("x", "0", "999"):
        assert accepted(desk, reviewed(desk, SMALL), table=damage).status_code == 422
    assert not Plan.objects.exists()


def test_nobody_sees_the_desk_of_another(
    desk: Client, signed_in: Callable[[User], Client], account: Callable[..., User]
) -> None:
    reviewed(desk, SMALL)
    upload = Upload.objects.get()
    other = signed_in(account("zhao"))
    for path in ("", "original/", "summary/"):
        assert other.get(f"/import/{upload.pk}/{path}").status_code == 404
    for path in ("accept/", "put-away/"):
        assert other.post(f"/import/{upload.pk}/{path}").status_code == 404
    assert "等待核对" not in text_of(other.get("/import/").content)


def test_what_is_put_away_is_gone_and_what_was_accepted_stays(desk: Client) -> None:
    accepted(desk, reviewed(desk, SMALL))
    reviewed(desk, SMALL.replace("3次", "4次"))
    page = desk.post(f"/import/{Upload.objects.get().pk}/put-away/", follow=True)
    assert "没有接受它" in text_of(page.content)
    assert not Upload.objects.exists()
    assert PlanVersion.objects.count() == 1


def test_several_files_wait_in_a_list_and_one_bad_file_does_not_stop_the_rest(desk: Client) -> None:
    files = [
        SimpleUploadedFile(name, content)
        for name, content in (
            ("one.txt", SMALL.encode()),
            ("bad.txt", b"\x00\x01" * 400),
            ("two.txt", SMALL.replace("3次", "5次").encode()),
        )
    ]
    page = desk.post("/import/", {"file": files}, follow=True)
    assert text_of(page.content).count("正在读…") == 3
    rows = {upload.name: text_of(desk.get(f"/import/{upload.pk}/summary/").content) for upload in Upload.objects.all()}
    assert "2 项指标" in rows["one.txt"]
    assert "2 项指标" in rows["two.txt"]
    assert "读不出来" in rows["bad.txt"]
    again = text_of(desk.get("/import/").content)
    assert "正在读…" not in again
    assert "读不出来" in again


def test_two_tables_in_one_file_are_chosen_between(desk: Client) -> None:
    both = SMALL + "\n" + table(row(1, "印发公报", "38期"), department="某市某办")
    review = reviewed(desk, both, table=2)
    assert "这个文件里有 2 张表" in text_of(review.content)
    page = accepted(desk, review)
    assert Plan.objects.get().department == "某市某办"
    assert "还有别的表" in text_of(page.content)
    assert Upload.objects.exists()


def test_the_review_shows_where_something_stood(desk: Client) -> None:
    review = reviewed(desk, SMALL.replace("服务对象满意度；实施", "服务对象满意度。实施"))
    address = re.search(r'href="(/import/\d+/original/[^"]*start[^"]*)"', review.content.decode())
    assert address
    part = desk.get(address.group(1).replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "<mark>" in part.content.decode()
    assert "<html" not in part.content.decode()
    whole = desk.get(address.group(1).replace("&amp;", "&"))
    assert "<html" in whole.content.decode()


def test_a_place_that_is_nowhere_shows_nothing_and_fails_nothing(desk: Client) -> None:
    reviewed(desk, SMALL)
    base = f"/import/{Upload.objects.get().pk}/original/"
    for query in ("", "?line=999999", "?line=-1&column=x", "?sheet=none&line=1", "?line=3&column=99&start=5&end=2"):
        assert desk.get(base + query).status_code == 200


def test_a_new_version_is_compared_with_the_one_before(desk: Client) -> None:
    accepted(desk, reviewed(desk, SMALL))
    review = reviewed(desk, SMALL.replace("≥90%", "≥95%"))
    words = text_of(review.content)
    assert "指标修改 1 条" in words
    assert "要求提高 1 条" in words
    page = accepted(desk, review)
    version = PlanVersion.objects.get(number=2)
    changes = desk.get(f"/plans/{version.plan_id}/v2/changes/").content.decode()
    assert "<del>90%</del><ins>95%</ins>" in changes
    assert "第2版" in text_of(page.content)
    assert "没有更早的表" in text_of(desk.get(f"/plans/{version.plan_id}/v1/changes/").content)


@pytest.mark.parametrize("format", tables.WRITTEN)
def test_a_plan_is_downloaded_in_every_format_and_reads_back_the_same(
    desk: Client, guangzhou: PlanVersion, format: str
) -> None:
    answer = desk.get(f"/plans/{guangzhou.plan_id}/v1/download/{format}/")
    assert answer.headers["Content-Disposition"].endswith(f'.{format}"')
    document = tables.read(answer.content, name="again")
    assert content_hash(document.plans[0]) == guangzhou.content_hash


def test_a_format_that_is_not_written_is_not_there(desk: Client, guangzhou: PlanVersion) -> None:
    assert desk.get(f"/plans/{guangzhou.plan_id}/v1/download/exe/").status_code == 404


# ---- correcting through the browser ----------------------------------------------------------------------------------


CORRECTION = {
    "kind": "numeric",
    "op": "=",
    "value": "3",
    "unit": "次",
    "sense": "exact",
    "reason": "按方案",
    "part_count": "2",
}


def test_a_correction_is_shown_before_it_is_saved(desk: Client, accept: Accept) -> None:
    path = f"/plans/{accept().version.plan_id}/v1/1/correct/annual/"
    preview = desk.post(path, CORRECTION | {"preview": "1"})
    assert "正好 3次" in text_of(preview.content)
    assert not Correction.objects.exists()
    saved = desk.post(path, CORRECTION | {"save": "1", "both": "on"}, follow=True)
    assert Correction.objects.count() == 2
    assert "人工更正" in text_of(saved.content)
    withdrawal = re.search(r'href="([^"]*/withdraw/\d+/)"', saved.content.decode())
    assert withdrawal
    back = desk.post(withdrawal.group(1), {"reason": "看错了"}, follow=True)
    assert "更正已撤回" in text_of(back.content)


def test_a_correction_that_fails_keeps_what_was_typed(desk: Client, accept: Accept) -> None:
    path = f"/plans/{accept().version.plan_id}/v1/1/correct/annual/"
    page = desk.post(path, CORRECTION | {"value": "许多", "save": "1"})
    assert page.status_code == 422
    assert 'value="许多"' in page.content.decode()
    assert "请填数字" in text_of(page.content)
    assert not Correction.objects.exists()


def test_a_compound_can_have_more_parts(desk: Client, accept: Accept) -> None:
    path = f"/plans/{accept().version.plan_id}/v1/1/correct/annual/"
    page = desk.post(path, CORRECTION | {"kind": "compound", "more": "1", "part0-value": "7"}).content.decode()
    assert 'name="part2-value"' in page
    assert 'value="7"' in page
    assert "还没有更正" not in page


def test_an_old_version_is_not_corrected(desk: Client, accept: Accept) -> None:
    version = accept().version
    accept(SMALL.replace("3次", "4次"))
    assert desk.get(f"/plans/{version.plan_id}/v1/1/correct/annual/").status_code == 403
    assert "只能查看" in text_of(desk.get(f"/plans/{version.plan_id}/v1/1/").content)


# ---- who may -----------------------------------------------------------------------------------------------------


def test_a_reader_looks_and_changes_nothing(
    signed_in: Callable[[User], Client], reader: User, guangzhou: PlanVersion
) -> None:
    client, base = signed_in(reader), f"/plans/{guangzhou.plan_id}/"
    for path in ("/", base, f"{base}v1/1/", f"{base}events/", "/rules/", "/search/?q=率"):
        page = client.get(path)
        assert page.status_code == 200
        assert "/correct/" not in page.content.decode()
    for path in (
        "/import/",
        f"{base}v1/1/correct/annual/",
        f"{base}v1/1/withdraw/1/",
    ):
        for answer in (client.get(path), client.post(path, {"text": SMALL})):
            assert answer.status_code == 403
            assert "您的账号不能做这一步" in text_of(answer.content)


def test_nobody_looks_without_signing_in(client: Client, guangzhou: PlanVersion) -> None:
    for path in ("/", f"/plans/{guangzhou.plan_id}/", f"/plans/{guangzhou.plan_id}/v1/source/", "/import/", "/rules/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", ["/import/"])
def test_a_form_from_elsewhere_is_refused(officer: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, backend="shixiao.people.backends.Accounts")
    answer = client.post(path, {"text": SMALL})
    assert answer.status_code == 403
    assert "过期" in text_of(answer.content)


def test_pages_load_nothing_inline_and_nothing_from_outside(desk: Client, guangzhou: PlanVersion) -> None:
    base = f"/plans/{guangzhou.plan_id}/"
    for path in ("/", base, f"{base}v1/93/", f"{base}v1/93/correct/annual/", "/import/", "/rules/", "/nowhere/"):
        html = desk.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", html), path
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html), path


def test_pages_speak_english(desk: Client, guangzhou: PlanVersion) -> None:
    desk.cookies["shixiao_language"] = "en"
    for path, words in (("/", "Performance targets"), (f"/plans/{guangzhou.plan_id}/", "at least 100%")):
        page = desk.get(path)
        assert words in text_of(page.content)
        assert '<html lang="en">' in page.content.decode()


# ---- bad input through the forms: a clear error beside the field, nothing lost, nothing stored -----------------------


def upload(desk: Client, content: bytes, name: str = "table.txt") -> object:
    return desk.post("/import/", {"file": SimpleUploadedFile(name, content)}, follow=True)


UNREADABLE = {
    "empty": b"",
    "only blanks": b" \n\t ",
    "binary noise": bytes(range(256)) * 40,
    "a picture with a wrong extension": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "a NUL": SMALL.replace("办好业务", "办好\0业务").encode(),
    "a lone surrogate": SMALL.encode().replace("办好".encode(), b"\xed\xa0\x80"),
    "broken bytes": SMALL.encode().replace("办好".encode(), b"\xff\xfe\xfd"),
    "a table of another kind": "姓名\t职务\t工资\n甲\t科员\t1\n".encode(),
    "a header without rows": SMALL.split("合计")[0].encode(),
    "a secrecy mark": b"\xe6\x9c\xba\xe5\xaf\x86\xe2\x98\x8510\xe5\xb9\xb4\n" + SMALL.encode(),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_said_beside_the_field(desk: Client, content: bytes) -> None:
    answer = upload(desk, content)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    html = answer.content.decode()  # type: ignore[attr-defined]
    # One with columns waits on the desk, where a person can say what they hold.
    is_explainable = "columns/" in html
    assert re.search(r'role="alert"' if is_explainable else r'<p class="error" id="id_(file|text)_error">', html)
    assert is_explainable == Upload.objects.exists()
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    "content",
    [content for content in UNREADABLE.values() if content],
    ids=[name for name in UNREADABLE if name != "empty"],
)
def test_what_is_pasted_and_cannot_be_read_stays_in_the_form(desk: Client, content: bytes) -> None:
    pasted = content.decode("utf-8", "replace")
    answer = desk.post("/import/", {"text": pasted}, follow=True)
    assert answer.status_code in (200, 422)
    assert not Plan.objects.exists()
    if answer.status_code == 422 and pasted.strip("\0 \n\t"):
        kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)
        assert kept
        assert kept.group(1).strip()


READABLE = {
    "GB18030": SMALL.encode("gb18030"),
    "UTF-16": SMALL.encode("utf-16"),
    "UTF-8 with BOM": SMALL.encode("utf-8-sig"),
    "a wrong extension": SMALL.encode(),
    "funds that are not numbers": SMALL.replace("10.00", "拾万").encode(),
    "a unit without projects": (SMALL + "另一个单位\t0.00\t0.00\n").encode(),
    "a project twice": (SMALL + SMALL.splitlines()[-1] + "\n").encode(),
    "a truncated table": SMALL.encode()[:-40],
    "control characters": SMALL.replace("办好", "办\x07\x0b好").encode(),
    "two tables": (SMALL + SMALL.replace("某市某局", "某市某办")).encode(),
}


@pytest.mark.parametrize(("name", "content"), READABLE.items(), ids=READABLE.keys())
def test_what_can_be_read_comes_to_review_and_can_be_accepted(desk: Client, name: str, content: bytes) -> None:
    answer = upload(desk, content, "table.pdf" if name == "a wrong extension" else "table.txt")
    if answer.status_code == 422:  # type: ignore[attr-defined]
        assert 'class="error"' in answer.content.decode()  # type: ignore[attr-defined]
        assert name == "funds that are not numbers"
        return
    assert accepted(desk, answer).status_code == 200  # type: ignore[arg-type]
    assert bytes(PlanVersion.objects.get().source) == content


def test_scripts_in_a_cell_are_shown_and_never_run(desk: Client) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;b&gt;"
    text = table(row(1, f"培训{attack}", f"3次{attack}"), department="某局<b>", project=f"2026项目{attack}")
    review = reviewed(desk, text)
    page_after = accepted(desk, review)
    version = PlanVersion.objects.get()
    pages = [
        review,
        page_after,
        desk.get(f"/plans/{version.plan_id}/v1/1/"),
        desk.get("/search/?q=培训"),
        desk.get("/"),
    ]
    for page in pages:
        html = page.content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>" not in html.replace("<b>实施周期</b>", "") or "某局<b>" not in html


def full_of(text: str, document: tables.Document) -> plans.Plan:
    """The table with `text` in every place where there can be one."""
    plan = document.plans[0]
    reading = targets.read("良好")._replace(text=text)
    said = dict.fromkeys(("name", "level2", "annual_wording", "cycle_wording"), text) | {"code": "", "annual": reading}

    def project(each: plans.Project) -> plans.Project:
        rows = tuple(row._replace(**said) for row in each.indicators)
        return each._replace(name=text, objective=text, indicators=rows)

    units = tuple(
        unit._replace(name=text, projects=tuple(project(each) for each in unit.projects)) for unit in plan.units
    )
    return plan._replace(title=text, department=text, units=units)


def test_markup_that_reached_the_database_is_shown_as_text_on_every_page(
    desk: Client, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x>"
    document = tables.read(samples.guangzhou(), name="t.txt")
    monkeypatch.setattr(actions.tables, "read", lambda *_a, **_k: document._replace(plans=(full_of(attack, document),)))
    version = accept(fiscal_year=2026, department=attack).version
    version.findings.update(text_zh=attack, suggestion_text=attack)
    fires = version.findings.values_list("rule", flat=True)[0]
    base = f"/plans/{version.plan_id}/"
    for path in (
        "/",
        base,
        f"{base}v1/93/",
        f"{base}v1/93/correct/annual/",
        f"{base}events/",
        "/search/?q=alert",
        f"/rules/{fires}/",
    ):
        html = desk.get(path).content.decode()
        assert "&lt;script&gt;" in html, path
        assert "<script>alert" not in html, path
        assert "<img src=x" not in html, path


def test_a_file_beyond_the_limit_is_refused_beside_the_field(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shixiao.performance.forms.LIMIT", 1000)
    answer = upload(desk, b"x" * 1001)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "请确认选对了文件" in text_of(answer.content)  # type: ignore[attr-defined]


def test_a_request_beyond_the_limit_gets_a_page_that_says_so(desk: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = desk.post("/import/", {"text": "目" * 1001})
    assert answer.status_code == 413
    assert "提交的内容太大" in text_of(answer.content)


def test_text_and_file_together_are_not_guessed_between(desk: Client) -> None:
    answer = desk.post("/import/", {"text": SMALL, "file": SimpleUploadedFile("t.txt", SMALL.encode())})
    assert answer.status_code == 422
    assert "文字和文件只要一样" in text_of(answer.content)
    assert "开展培训" in answer.content.decode()


# ---- other forms -----------------------------------------------------------------------------------------------

SELF_EVALUATION = """\
项目支出绩效自评表（2025年度）
单位：万元
项目名称|信息系统运行维护
主管部门|某市示范局||实施单位|某市示范局信息中心
项目资金|年初预算数|全年预算数|全年执行数|分值|执行率|得分
年度资金总额|120.00|120.00|118.20|10|98.5%|9.85
一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施
产出指标|数量指标|巡检次数|≥12次|13次|60|60|
产出指标|质量指标|系统可用率|≥99.5%|99.2%|30|26|机房停电
总分|||||100|95.85|
""".replace("|", "\t")


def test_a_self_evaluation_shows_what_was_reached_and_the_published_score(desk: Client, accept: Accept) -> None:
    version = accept(SELF_EVALUATION, fiscal_year=2025).version
    page = text_of(desk.get(f"/plans/{version.plan_id}/").content)
    assert "绩效自评表" in page
    assert "自评 95.85 分" in page
    assert "实际完成 99.2% · 得分 26 / 30" in page
    one = text_of(desk.get(f"/plans/{version.plan_id}/v1/2/").content)
    assert "偏差原因 机房停电" in one
    english = text_of(desk.get(f"/plans/{version.plan_id}/", HTTP_ACCEPT_LANGUAGE="en").content)
    assert "Reached: 99.2% · 26 of 30 points" in english


def test_a_form_with_one_column_of_targets_is_not_in_doubt_about_the_other(desk: Client, accept: Accept) -> None:
    version = accept(SELF_EVALUATION, fiscal_year=2025).version
    assert not version.indicators.filter(understanding__is_doubtful=True).exists()
    assert "实施周期指标值" not in text_of(desk.get(f"/plans/{version.plan_id}/v1/2/").content)


def test_a_version_gives_back_all_that_its_form_published(accept: Accept) -> None:
    version = accept(SELF_EVALUATION, fiscal_year=2025).version
    published = tables.read(SELF_EVALUATION.encode(), name="x").plans[0]
    assert content_hash(rows.plan_of(version)) == content_hash(published)
    assert [str(row.weight) for row in version.indicators.order_by("row")] == ["60.0000", "30.0000"]


def test_points_that_no_database_holds_are_refused_with_their_line(accept: Accept) -> None:
    with pytest.raises(actions.NotAcceptable, match="第 8 行的分值"):
        accept(SELF_EVALUATION.replace("60\t60", "60\t60.00001"), fiscal_year=2025)


# ---- files of other programs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", difficult.REFUSED)
def test_a_difficult_file_is_refused_with_its_own_sentence(desk: Client, name: str) -> None:
    file, content, code = difficult.REFUSED[name]
    answer = upload(desk, content, file)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    with pytest.raises(tables.Unreadable) as refused:
        tables.read(content, name=file)
    assert refused.value.code == code
    assert refused.value.next_step.zh in text_of(answer.content)  # type: ignore[attr-defined]
    assert not Plan.objects.exists()


@pytest.mark.parametrize("name", difficult.READ)
def test_the_review_says_what_was_done_to_read_a_file(desk: Client, name: str) -> None:
    file, content, codes, _units = difficult.READ[name]
    page = upload(desk, content, file)
    assert page.status_code == 200  # type: ignore[attr-defined]
    said = text_of(page.content)  # type: ignore[attr-defined]
    document = tables.read(content, name=file)
    for code in codes:
        first = next(repair for repair in document.repairs if repair.code == code)
        assert first.text.zh.split("“")[0] in said
