"""A finding is accepted with a reason, stays visible, and the acceptance can be withdrawn."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client

from shixiao.engine import targets
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance import actions, overview, suppressing
from shixiao.performance.filters import Filters
from shixiao.performance.models import Finding, PlanVersion, Suppression
from shixiao.performance.tests.conftest import first, row, table
from shixiao.performance.tests.test_pages import rows_of, text_of

Accept = Callable[..., actions.Acceptance]
Suppress = Callable[..., Suppression]
YES = table(
    row(1, "建成系统", "是"), row(2, "开展培训", "是"), row(3, "服务对象满意度", "≥90%", code="31-服务对象满意度")
)


@pytest.fixture
def suppress(officer: User, now: datetime) -> Suppress:
    def suppressing_it(finding: Finding, **more: Any) -> Suppression:
        given = {"everywhere": False, "reason": "按合同如此", "by": officer, "now": now} | more
        return suppressing.suppress_finding(finding, **given)

    return suppressing_it


def of_row(version: PlanVersion, number: int, rule: str = "L48") -> Finding:
    return version.findings.get(indicator__row=number, rule=rule)


def open_rows(version: PlanVersion, rule: str = "L48") -> list[int]:
    found = version.findings.filter(rule=rule, suppression=None, indicator__isnull=False)
    return sorted(found.values_list("indicator__row", flat=True))


def test_an_accepted_finding_stays_and_is_no_longer_open(accept: Accept, suppress: Suppress, officer: User) -> None:
    version = accept(YES).version
    before = version.findings.count()
    made = suppress(of_row(version, 1))
    assert of_row(version, 1).suppression == made
    assert (made.reason, made.made_by) == ("按合同如此", officer)
    assert open_rows(version) == [2]
    assert version.findings.count() == before


def test_all_of_a_rule_is_accepted_at_once(accept: Accept, suppress: Suppress) -> None:
    version = accept(YES).version
    suppress(of_row(version, 1), everywhere=True)
    assert open_rows(version) == []
    assert Suppression.objects.count() == 1


def test_each_acceptance_and_withdrawal_is_one_event_without_its_text(
    accept: Accept, suppress: Suppress, officer: User, now: datetime
) -> None:
    version = accept(YES).version
    made = suppress(of_row(version, 2))
    withdrawal = suppressing.withdraw_suppression(made, reason="看错了", by=officer, now=now)
    accepted = Event.objects.get(kind="performance.finding_suppressed")
    withdrawn = Event.objects.get(kind="performance.suppression_withdrawn")
    assert accepted.subject_id == str(version.plan_id)
    assert accepted.particulars == {
        "version": 1, "rule": "L48", "is_everywhere": False, "row": 2, "suppression": made.pk, "findings": 1,
    }  # fmt: skip
    assert withdrawn.particulars["withdraws"] == made.pk
    assert withdrawn.particulars["suppression"] == withdrawal.pk
    assert "按合同如此" not in str(accepted.particulars)


def test_a_withdrawal_opens_the_finding_again_and_both_records_stay(
    accept: Accept, suppress: Suppress, officer: User, now: datetime
) -> None:
    version = accept(YES).version
    made = suppress(of_row(version, 1))
    suppressing.withdraw_suppression(made, reason="看错了", by=officer, now=now + timedelta(hours=1))
    assert open_rows(version) == [1, 2]
    assert Suppression.objects.count() == 2
    suppress(of_row(version, 1), reason="再核，可以")
    assert open_rows(version) == [2]


def test_withdrawing_one_leaves_what_another_accepts(
    accept: Accept, suppress: Suppress, officer: User, now: datetime
) -> None:
    version = accept(YES).version
    one = suppress(of_row(version, 1))
    everywhere = suppress(of_row(version, 2), everywhere=True)
    suppressing.withdraw_suppression(everywhere, reason="不能全算", by=officer, now=now)
    assert open_rows(version) == [2]
    assert of_row(version, 1).suppression == one


def test_what_is_accepted_or_withdrawn_already_is_refused(
    accept: Accept, suppress: Suppress, officer: User, now: datetime
) -> None:
    version = accept(YES).version
    made = suppress(of_row(version, 1))
    with pytest.raises(suppressing.NotSuppressible):
        suppress(of_row(version, 1))
    withdrawal = suppressing.withdraw_suppression(made, reason="看错了", by=officer, now=now)
    for gone in (made, withdrawal):
        with pytest.raises(suppressing.NotSuppressible):
            suppressing.withdraw_suppression(gone, reason="看错了", by=officer, now=now)


def test_a_reason_is_needed_and_a_reader_may_not(accept: Accept, suppress: Suppress, reader: User) -> None:
    version = accept(YES).version
    with pytest.raises(suppressing.NotSuppressible):
        suppress(of_row(version, 1), reason=" \n")
    with pytest.raises(PermissionDenied):
        suppress(of_row(version, 1), by=reader)
    assert not Suppression.objects.exists()


def test_an_old_version_is_left_as_it_is(accept: Accept, suppress: Suppress) -> None:
    old = accept(YES).version
    accept(YES.replace("≥90%", "≥95%"))
    with pytest.raises(suppressing.NotSuppressible):
        suppress(of_row(old, 1))


def test_the_database_keeps_acceptances_from_change(accept: Accept, suppress: Suppress) -> None:
    made = suppress(of_row(accept(YES).version, 1))
    for change in (
        lambda: Suppression.objects.filter(pk=made.pk).update(reason="改了"),
        lambda: Suppression.objects.filter(pk=made.pk)._raw_delete("default"),
        made.save,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert Suppression.objects.get().reason == "按合同如此"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"is_everywhere": True}, "performance_suppression_everywhere_or_somewhere"),
        ({"reason": ""}, "performance_suppression_has_a_reason"),
        ({"rule": ""}, "performance_suppression_rule_length"),
    ],
)
def test_the_database_refuses_what_cannot_be(
    accept: Accept, suppress: Suppress, change: dict[str, Any], constraint: str
) -> None:
    made = suppress(of_row(accept(YES).version, 1))
    for name, value in ({"pk": None} | change).items():
        setattr(made, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        made.save(force_insert=True)


# ---- the next version --------------------------------------------------------------------------------------------


def test_what_was_accepted_comes_over_for_rows_that_are_the_same_word_for_word(
    accept: Accept, suppress: Suppress, officer: User
) -> None:
    old = accept(YES).version
    made = suppress(of_row(old, 1))
    accepted = accept(YES.replace("≥90%", "≥95%"))
    assert accepted.suppressions_carried == 1
    carried = Suppression.objects.get(version=accepted.version)
    assert (carried.carried_from, carried.made_by, carried.made_at) == (made, officer, made.made_at)
    assert of_row(accepted.version, 1).suppression == carried
    assert open_rows(accepted.version) == [2]
    event = Event.objects.filter(kind="performance.plan_accepted").last()
    assert event is not None
    assert event.particulars["suppressions_carried"] == 1


def test_a_row_that_moved_is_still_the_same_row(accept: Accept, suppress: Suppress) -> None:
    suppress(of_row(accept(YES).version, 1))
    moved = table(
        row(1, "开展培训", "是"), row(2, "建成系统", "是"), row(3, "服务对象满意度", "≥90%", code="31-服务对象满意度")
    )
    assert open_rows(accept(moved).version) == [1]


def test_what_was_accepted_does_not_come_over_for_rows_that_changed(accept: Accept, suppress: Suppress) -> None:
    suppress(of_row(accept(YES).version, 1))
    accepted = accept(YES.replace("建成系统", "建成平台"))
    assert accepted.suppressions_carried == 0
    assert open_rows(accepted.version) == [1, 2]


def test_what_was_withdrawn_does_not_come_over(
    accept: Accept, suppress: Suppress, officer: User, now: datetime
) -> None:
    made = suppress(of_row(accept(YES).version, 1))
    suppressing.withdraw_suppression(made, reason="看错了", by=officer, now=now)
    assert accept(YES.replace("≥90%", "≥95%")).suppressions_carried == 0


def test_all_of_a_rule_stays_accepted_in_the_next_version(accept: Accept, suppress: Suppress) -> None:
    suppress(of_row(accept(YES).version, 1), everywhere=True)
    assert open_rows(accept(YES.replace("建成系统", "建成平台")).version) == []


def test_a_finding_of_a_project_does_not_come_over_where_the_rule_says_something_else(
    accept: Accept, suppress: Suppress
) -> None:
    old = accept(YES).version
    of_project = old.findings.get(rule="L25", project__isnull=False)
    suppress(of_project)
    new = accept(YES.replace("31-服务对象满意度", "21-经济效益").replace("3-满意度指标", "2-效益指标")).version
    assert new.findings.get(rule="L25", project__isnull=False).text_zh != of_project.text_zh
    assert new.findings.get(rule="L25", project__isnull=False).suppression is None


def test_a_finding_of_a_project_comes_over_where_the_rule_says_the_same(accept: Accept, suppress: Suppress) -> None:
    old = accept(YES).version
    of_project = old.findings.filter(project__isnull=False, indicator=None)[0]
    suppress(of_project)
    new = accept(YES.replace("≥90%", "≥95%")).version
    assert new.findings.get(rule=of_project.rule, project__isnull=False, indicator=None).suppression is not None


def test_corrections_and_acceptances_come_over_together(
    accept: Accept, suppress: Suppress, officer: User, now: datetime
) -> None:
    old = accept(YES).version
    reading = targets.read("≥91%")
    actions.correct_reading(first(old, 3), which="annual", reading=reading, reason="按文件", by=officer, now=now)
    suppress(of_row(old, 1))
    accepted = accept(YES.replace("办好业务", "办好各项业务"))
    assert (accepted.carried, accepted.suppressions_carried) == (1, 1)
    assert open_rows(accepted.version) == [2]


# ---- what pages show -----------------------------------------------------------------------------------------------


def test_counts_and_filters_leave_accepted_findings_out_and_one_filter_shows_them(
    desk: Client, guangzhou: PlanVersion, suppress: Suppress
) -> None:
    base = f"/plans/{guangzhou.plan_id}/"
    before = guangzhou.findings.filter(severity="warning").count()
    of_rule = rows_of(desk.get(f"{base}?check=L03"))
    suppress(of_row(guangzhou, of_rule[0], "L03"))
    assert rows_of(desk.get(f"{base}?check=L03")) == of_rule[1:]
    assert rows_of(desk.get(f"{base}?check=accepted")) == of_rule[:1]
    whole = desk.get(base)
    assert f"{before - 1} 处警告" in text_of(whole.content)
    assert "1 处已接受" in text_of(whole.content)
    assert rows_of(whole) == list(range(1, 124))
    assert "chip-accepted" in whole.content.decode()
    assert overview.plans()[0].warnings == before - 1
    assert overview.fires()["L03"] == (len(of_rule) - 1, 1, 1)


def test_a_row_with_accepted_findings_only_is_clean(accept: Accept, suppress: Suppress) -> None:
    version = accept(YES).version
    for rule in version.findings.filter(indicator__row=1).values_list("rule", flat=True):
        suppress(of_row(version, 1, rule))
    clean = Filters(check="clean").chosen_from(version.indicators.all())
    assert 1 in clean.values_list("row", flat=True)


def links(html: bytes, part: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(rf'href="([^"]*{part}[^"]*)"', html.decode())]


def test_accepting_and_withdrawing_on_the_indicator_page(desk: Client, guangzhou: PlanVersion, officer: User) -> None:
    path = f"/plans/{guangzhou.plan_id}/v1/{open_rows(guangzhou, 'L03')[0]}/"
    [address] = links(desk.get(path).content, "findings/L03/accept/")
    asked = desk.get(address)
    assert "接受核查发现" in text_of(asked.content)
    refused = desk.post(address, {"scope": "here", "reason": ""})
    assert refused.status_code == 422
    assert not Suppression.objects.exists()
    done = desk.post(address, {"scope": "here", "reason": "按合同\n如此 <b>"}, follow=True)
    shown = text_of(done.content)
    for words in ("已接受，理由已记录", "按合同 如此 &lt;b&gt;", officer.display_name, "1 条已接受"):
        assert words in shown
    assert desk.get(address).status_code == 302
    [back] = links(done.content, "/withdraw/")
    assert "重新算作待处理" in text_of(desk.get(back).content)
    again = desk.post(back, {"reason": "看错了"}, follow=True)
    assert "接受已撤回" in text_of(again.content)
    assert desk.get(back).status_code == 200
    assert desk.post(back, {"reason": "看错了"}).status_code == 422
    events = text_of(desk.get(f"/plans/{guangzhou.plan_id}/events/").content)
    for words in ("接受核查发现", "撤回对发现的接受", "按合同", "看错了", "L03"):
        assert words in events


def test_accepting_on_the_plan_page(desk: Client, guangzhou: PlanVersion) -> None:
    base = f"/plans/{guangzhou.plan_id}/"
    addresses = links(desk.get(base).content, "/accept/")
    assert len(addresses) == guangzhou.findings.filter(indicator=None).count()
    for address in addresses:
        done = desk.post(address, {"scope": "here", "reason": "已核"}, follow=True)
        assert done.status_code == 200
    assert guangzhou.findings.filter(indicator=None, suppression=None).count() == 0
    page = desk.get(base)
    assert links(page.content, "/accept/") == []
    assert len(links(page.content, "/withdraw/")) == len(addresses)
    assert len(rows_of(page)) == 123


def test_all_of_a_rule_through_the_page(desk: Client, guangzhou: PlanVersion) -> None:
    number = open_rows(guangzhou, "L03")[0]
    address = f"/plans/{guangzhou.plan_id}/v1/findings/L03/accept/?row={number}"
    assert "现有 3 处" in text_of(desk.get(address).content)
    desk.post(address, {"scope": "everywhere", "reason": "制度如此"})
    assert open_rows(guangzhou, "L03") == []


@pytest.mark.parametrize("ask", ["?row=999", "?row=x", "?unit=99", "?unit=1&project=99", "?row=", "?row=" + "9" * 40])
def test_a_place_that_is_not_there_is_said_to_be_so(desk: Client, guangzhou: PlanVersion, ask: str) -> None:
    assert desk.get(f"/plans/{guangzhou.plan_id}/v1/findings/L03/accept/{ask}").status_code == 404


def test_a_reader_sees_what_was_accepted_and_cannot_accept(
    signed_in: Callable[[User], Client], reader: User, guangzhou: PlanVersion, suppress: Suppress
) -> None:
    made = suppress(of_row(guangzhou, open_rows(guangzhou, "L03")[0], "L03"))
    client, base = signed_in(reader), f"/plans/{guangzhou.plan_id}/"
    assert made.indicator is not None
    page = client.get(f"{base}v1/{made.indicator.row}/")
    assert "按合同如此" in text_of(page.content)
    assert links(page.content, "/accept/") == links(page.content, "/withdraw/") == []
    for address in (f"{base}v1/findings/L03/accept/?row=1", f"{base}v1/accepted/{made.pk}/withdraw/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"scope": "here", "reason": "x"}).status_code == 403


if connection.vendor == "postgresql":  # SQLite has one writer at a time

    def test_the_guard_covers_truncate(accept: Accept, suppress: Suppress) -> None:
        suppress(of_row(accept(YES).version, 1))
        statement = "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE performance_suppression CASCADE"
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
