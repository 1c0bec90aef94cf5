"""Publishing: what is refused, what is handed out, what is withdrawn, and that no page costs a statement."""

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import Settings

from shixiao.engine import bundles
from shixiao.engine.bundles import verify
from shixiao.engine.bundles.tests.examples import publication as example
from shixiao.ledger.models import Event
from shixiao.people.models import Role, User
from shixiao.performance.models import PlanVersion, Publication, Withdrawal
from shixiao.performance.publication import filling, publishing, shelf

REVIEWER = "保密员甲"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def shelves(tmp_path: Path, settings: Settings) -> Path:
    settings.SHIXIAO_PUBLISHED = tmp_path / "published"
    return tmp_path / "published"


@pytest.fixture
def publish(
    guangzhou: PlanVersion, officer: User, now: datetime, django_capture_on_commit_callbacks: Any
) -> Callable[..., Publication]:
    """Publishes the example, or another value, as the officer."""

    def publishing_it(value: bundles.Published | None = None, **more: Any) -> Publication:
        given = {"version": guangzhou, "reviewed_by": REVIEWER, "by": officer, "now": now} | more
        with django_capture_on_commit_callbacks(execute=True):
            return publishing.publish(value or today(now), **given)

    return publishing_it


def today(now: datetime, **more: Any) -> bundles.Published:
    day = (now - timedelta(days=1)).date()
    value = replace(example(), published_on=now.date(), secrecy=bundles.SecrecyReview(on=day, result="可以公开"))
    return replace(value, **more)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


# ---- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reviewer", ["", "  ", "甲" * 501])
def test_nothing_is_published_without_the_name_of_who_reviewed_it(
    publish: Callable[..., Publication], reviewer: str
) -> None:
    with pytest.raises(publishing.NotPublishable, match="保密审查人"):
        publish(reviewed_by=reviewer)
    assert not Publication.objects.exists()
    assert not Event.objects.filter(kind="performance.publication_made").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"secrecy": bundles.SecrecyReview(on=date(2020, 1, 1), result=" ")}, "结论"),
        ({"secrecy": bundles.SecrecyReview(on=date(2099, 1, 1), result="可以公开")}, "还没有到"),
        ({"secrecy": bundles.SecrecyReview(on=date(2020, 1, 1), result=f"{REVIEWER}看过")}, "姓名"),
        ({"office": "Example Office"}, "小写"),
        ({"office": "../../etc"}, "小写"),
        ({"office": ""}, "小写"),
        ({"title": "【秘密】2026年绩效"}, "publication/title"),
        ({"department": "密级：机密"}, "publication/department"),
    ],
)
def test_what_must_not_go_out_is_refused(
    publish: Callable[..., Publication], now: datetime, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(publishing.NotPublishable, match=said):
        publish(today(now, **change))
    assert not Publication.objects.exists()


def test_only_the_performance_officer_publishes_and_withdraws(
    publish: Callable[..., Publication], account: Callable[..., User], now: datetime
) -> None:
    made = publish()
    for role in Role:
        if role is Role.OFFICER:
            continue
        other = account(f"someone-{role.value}", role=role)
        with pytest.raises(PermissionDenied):
            publish(by=other)
        with pytest.raises(PermissionDenied):
            publishing.withdraw(made, reason="数据有误", by=other, now=now)


# ---- what is handed out ----------------------------------------------------------------------------------------------


def test_one_call_is_one_publication_and_one_event(publish: Callable[..., Publication]) -> None:
    made = publish()
    assert made.address == "2026/example-office/1"
    (event,) = Event.objects.filter(kind="performance.publication_made")
    assert event.particulars["bundle_hash"] == made.bundle_hash
    assert REVIEWER not in json.dumps(event.particulars, ensure_ascii=False)
    bundle = gzip.decompress(bytes(made.bundle))
    assert (
        verify.verify(verify.parse(bundle), bundle, json.loads(gzip.decompress(bytes(made.openings)))).differences == []
    )


def test_a_stranger_reads_checks_and_cites_it_without_a_statement_or_a_cookie(
    publish: Callable[..., Publication], client: Client, django_assert_num_queries: Any
) -> None:
    made = publish()
    address = f"/published/{made.address}/"
    with django_assert_num_queries(0):
        for path in ("", "en/", "feed.xml", "page.css", "verify.py", "bundle-1.schema.json"):
            assert client.get(f"/published/{path}").status_code == 200, path
        page = client.get(address)
        english = client.get(f"{address}en/")
        bundle = client.get(f"{address}bundle.json")
        table = client.get(f"{address}indicators.csv")
    for response in (page, english, bundle, table):
        assert response.status_code == 200
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=60"
        assert response["ETag"]
        assert response["Last-Modified"]
        assert "script-src" not in response["Content-Security-Policy"]
        assert client.get(response.request["PATH_INFO"], headers={"If-None-Match": response["ETag"]}).status_code == 304
        since = {"If-Modified-Since": response["Last-Modified"]}
        assert client.get(response.request["PATH_INFO"], headers=since).status_code == 304
    assert made.bundle_hash in page.content.decode()
    assert 'id="i1"' in page.content.decode()
    assert "Declared" in english.content.decode()
    assert json.loads(body(bundle))["hash"] == made.bundle_hash
    rows = list(csv.DictReader(io.StringIO(body(table).decode("utf-8-sig"))))
    assert [row["row"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == page.content
    assert packed["ETag"] != page["ETag"]


def test_both_figures_and_what_was_typed_or_judged_are_said_on_the_page(
    publish: Callable[..., Publication], client: Client
) -> None:
    page = client.get(f"/published/{publish().address}/").content.decode()
    for said in (
        "93.02%",
        "恢复计入后 88.89%",
        '<span class="mark">填报</span>',
        '<span class="mark">评议</span>',
        "限制登记簿",
        "总分不公开",
    ):
        assert said in page, said


def test_metadata_is_a_dataset_that_leads_to_the_files(publish: Callable[..., Publication], client: Client) -> None:
    made = publish()
    page = client.get(f"/published/{made.address}/").content.decode()
    text = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    found = json.loads(text)
    assert (found["@type"], found["identifier"]) == ("Dataset", f"sha256:{made.bundle_hash}")
    for each in found["distribution"]:
        assert client.get(each["contentUrl"]).status_code == 200


def test_hostile_words_stay_words(publish: Callable[..., Publication], client: Client, now: datetime) -> None:
    title = "</script><script>alert(1)</script><b>&"
    publish(today(now, title=title, department='"><img src=x onerror=alert(1)>'))
    for path in ("", "2026/example-office/1/", "2026/example-office/1/en/"):
        page = client.get(f"/published/{path}").content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<b>&" not in page
    ET.fromstring(client.get("/published/feed.xml").content)  # noqa: S314


def test_nothing_of_people_restricted_registers_or_the_inside_goes_out(
    publish: Callable[..., Publication], officer: User, shelves: Path
) -> None:
    made = publish()
    everything = b"".join(
        path.read_bytes() for path in shelves.rglob("*") if path.is_file() and path.name != "verify.py"
    ).decode()
    openings = gzip.decompress(bytes(made.openings)).decode()
    assert "JH-2026-00001" in openings
    for secret in (
        REVIEWER,
        officer.display_name,
        officer.username,
        "MIMI",
        "JH-2026-",
        "ZF-2026-",
        '"salt"',
        '"case"',
    ):
        assert secret not in everything, secret
    for each in json.loads(openings)["records"]:
        assert each["salt"] not in everything
    bundle = json.loads(gzip.decompress(bytes(made.bundle)))
    assert not {"id", "pk", "made_by", "event", "case", "day", "salt"} & keys_of(bundle)


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(keys_of(each) for each in value.values()))
    return set().union(*(keys_of(each) for each in value)) if isinstance(value, list) else set()


def test_simulated_data_says_so_everywhere(publish: Callable[..., Publication], client: Client, now: datetime) -> None:
    made = publish(today(now, is_simulated=True))
    for path in ("", "en/", f"{made.address}/", f"{made.address}/en/", "feed.xml", f"{made.address}/indicators.csv"):
        text = body(client.get(f"/published/{path}")).decode()
        assert "模拟" in text or "imulated" in text, path
    assert json.loads(body(client.get(f"/published/{made.address}/bundle.json")))["publication"]["is_simulated"] is True


# ---- newer, and withdrawn --------------------------------------------------------------------------------------------


def test_an_old_publication_points_to_the_new_one_and_stays_as_it_was(
    publish: Callable[..., Publication], client: Client
) -> None:
    first = publish()
    before = client.get(f"/published/{first.address}/")
    second = publish()
    assert second.address == "2026/example-office/2"
    after = client.get(f"/published/{first.address}/")
    assert f"/published/{second.address}/" in after.content.decode()
    assert after["ETag"] != before["ETag"]
    assert first.bundle_hash in after.content.decode()
    assert first.address in client.get(f"/published/{second.address}/").content.decode()


def test_what_was_withdrawn_says_when_and_why_and_shows_nothing_more(
    publish: Callable[..., Publication],
    client: Client,
    officer: User,
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    made, later = publish(), now + timedelta(days=3)
    etag = client.get(f"/published/{made.address}/")["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        publishing.withdraw(made, reason="第 1 行的数据有误", by=officer, now=later)
    for path in ("", "en/", "bundle.json", "indicators.csv"):
        gone = client.get(f"/published/{made.address}/{path}", headers={"If-None-Match": etag})
        assert gone.status_code == 410, path
        text = body(gone).decode()
        assert "第 1 行的数据有误" in text
        assert later.strftime("%Y-%m-") in text
        assert made.bundle_hash in text
        assert "93.02" not in text
        assert "及时率" not in text
    assert "已撤回" in client.get("/published/").content.decode()
    feed = ET.fromstring(client.get("/published/feed.xml").content)  # noqa: S314
    assert ["已撤回" in (each.findtext(f"{ATOM}title") or "") for each in feed.iter(f"{ATOM}entry")] == [True]
    assert Event.objects.filter(kind="performance.publication_withdrawn").count() == 1
    assert Publication.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("reason", ["", " ", "字" * 501, "密级：秘密"])
def test_a_withdrawal_needs_a_reason_that_may_be_public(
    publish: Callable[..., Publication], officer: User, now: datetime, reason: str
) -> None:
    made = publish()
    with pytest.raises(publishing.NotPublishable):
        publishing.withdraw(made, reason=reason, by=officer, now=now)
    assert not Withdrawal.objects.exists()


def test_nobody_withdraws_twice(publish: Callable[..., Publication], officer: User, now: datetime) -> None:
    made = publish()
    publishing.withdraw(made, reason="数据有误", by=officer, now=now)
    with pytest.raises(publishing.NotPublishable, match="已经撤回"):
        publishing.withdraw(made, reason="再撤一次", by=officer, now=now)
    assert Withdrawal.objects.count() == 1


# ---- the shelf -------------------------------------------------------------------------------------------------------


def test_an_empty_shelf_is_filled_by_whoever_asks_first(
    publish: Callable[..., Publication], client: Client, shelves: Path
) -> None:
    """As after a restore: the backup has the database, and nobody copied the files."""
    made = publish()
    before = {path.relative_to(shelves): path.read_bytes() for path in shelves.rglob("*") if path.is_file()}
    for path in before:
        (shelves / path).unlink()
    assert client.get(f"/published/{made.address}/").status_code == 200
    assert {path.relative_to(shelves): path.read_bytes() for path in shelves.rglob("*") if path.is_file()} == before


def test_a_file_that_the_database_does_not_know_is_taken_away(
    publish: Callable[..., Publication], shelves: Path
) -> None:
    publish()
    stranger = shelves / "2025" / "other" / "1" / "index.html"
    stranger.parent.mkdir(parents=True)
    stranger.write_text("从别的数据库来的", encoding="utf-8")
    shelf.fill()
    assert not stranger.exists()
    assert not (shelves / "2025").exists()


@pytest.mark.parametrize(
    "name", ["2026/nowhere/1/", "../settings.py", ".state", "%2e%2e/x", "2026//x", "en/.state", "a" * 3000, "x\0y"]
)
def test_what_was_never_published_is_not_found(publish: Callable[..., Publication], client: Client, name: str) -> None:
    publish()
    assert client.get(f"/published/{name}").status_code == 404


def test_nobody_writes_there(publish: Callable[..., Publication], client: Client) -> None:
    assert client.post(f"/published/{publish().address}/").status_code == 405


# ---- from the board --------------------------------------------------------------------------------------------------


def test_a_whole_plan_is_filled_from_its_board_and_verified(
    publish: Callable[..., Publication], guangzhou: PlanVersion, now: datetime
) -> None:
    """123 indicators without a binding: nothing is scored, and that is said; funds add up."""
    secrecy = bundles.SecrecyReview(on=now.date(), result="可以公开")
    value = filling.from_board(guangzhou, office="guangzhou", secrecy=secrecy, now=now)
    made = publish(value)
    raw = gzip.decompress(bytes(made.bundle))
    report = verify.verify(verify.parse(raw), raw)
    assert report.differences == []
    assert report.checked["funds"] >= 20
    assert sum(len(project.rows) for project in value.projects) == 123
    assert len(value.projects) == 14
