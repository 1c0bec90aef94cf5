"""The pages of bindings: what they show, what they refuse beside the field, and that nothing typed is lost."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework import attaching, storing, verifying
from shixiao.casework.models import Project
from shixiao.people import actions as people
from shixiao.people.models import Unit, User
from shixiao.performance import actions, binding, matching
from shixiao.performance.binding import Wanted
from shixiao.performance.models import Binding, Declared, PlanVersion
from shixiao.performance.tests.conftest import first, row, table
from shixiao.performance.tests.test_bindings import COST, PAID

pytestmark = pytest.mark.django_db
Accept = Callable[..., actions.Acceptance]
TABLE = table(COST, row(2, "开展培训", "3次"), row(3, "工作氛围", "良好", code="31-服务对象满意度"))


@pytest.fixture
def version(accept: Accept) -> PlanVersion:
    return accept(TABLE, fiscal_year=2026).version


@pytest.fixture
def matched(version: PlanVersion, officer: User, now: datetime) -> Project:
    unit: Unit = people.create_unit("某市某局", code="JU", parent=None, since=date(2020, 1, 1), by=None, now=now)
    project = Project.objects.create(unit=unit, name="2026年业务经费", since_year=2026, until_year=2026)
    matching.match(
        version, {each.line.key: str(project.pk) for each in matching.proposals(version)}, by=officer, now=now
    )
    return project


def listing(version: PlanVersion) -> str:
    return reverse("performance:bindings", args=[version.plan_id, version.number])


def page(version: PlanVersion, number: int = 1, part: int = 1) -> str:
    return reverse("performance:binding", args=[version.plan_id, version.number, number, part])


def filled(**more: Any) -> dict[str, Any]:
    return {
        "basis": "measure",
        "measure": "payments.paid_amount",
        "window": "year",
        "begin": "2026-01-01",
        "last": "2026-12-31",
        "reason": "凭支出",
        "seen": "0",
    } | more


def text(response: Any) -> str:
    return response.content.decode()


def test_the_list_says_what_each_part_stands_on_and_what_is_proposed(
    version: PlanVersion, matched: Project, desk: Client
) -> None:
    said = text(desk.get(listing(version)))
    assert "全部 3 个部分" in said
    assert "一次确认 2 条有把握的建议" in said  # the cost, and the review of what has no number
    assert "支付金额" in said
    assert "条建议，没有把握" in said


def test_everything_sure_is_bound_with_one_press_and_one_reason(
    version: PlanVersion, matched: Project, desk: Client
) -> None:
    assert desk.post(listing(version), {"reason": ""}).status_code == 422
    assert desk.post(listing(version), {"reason": "照表核对过"}).status_code == 302
    made = {each.indicator.row: each for each in Binding.objects.select_related("indicator")}
    assert {number: each.basis for number, each in made.items()} == {1: "measure", 3: "review"}
    assert made[1].reason.startswith("照表核对过（名称与度量“支付金额”一致")
    assert (made[1].project, made[1].against.measure if made[1].against else "") == (
        matched,
        "payments.approved_budget",
    )
    assert desk.post(listing(version), {"reason": "再来"}).status_code == 302
    assert Binding.objects.count() == 2


def test_the_list_is_filtered_by_what_the_address_says(version: PlanVersion, matched: Project, desk: Client) -> None:
    assert "3 个部分里符合的 1 个" in text(desk.get(f"{listing(version)}?state=open"))
    assert "没有符合的部分" in text(desk.get(f"{listing(version)}?state=awaited"))
    assert desk.get(f"{listing(version)}?state=x&unit=y").status_code == 200


def test_a_reader_sees_everything_and_may_change_nothing(
    version: PlanVersion, matched: Project, reader: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(reader)
    assert "全部确认" not in text(browser.get(listing(version)))
    assert "手工绑定" not in text(browser.get(page(version)))
    assert browser.post(page(version), filled(save="1")).status_code == 403
    assert browser.post(listing(version), {"reason": "我"}).status_code == 403
    assert Binding.objects.count() == 0


def test_a_proposal_is_taken_with_one_press(version: PlanVersion, matched: Project, desk: Client) -> None:
    assert 'value="payments.paid_amount"' in text(desk.get(page(version)))
    assert desk.post(page(version), {"take": "payments.paid_amount", "seen": "0"}).status_code == 302
    assert Binding.objects.get().measure == "payments.paid_amount"
    again = desk.post(page(version), {"take": "nothing", "seen": "0"})
    assert (again.status_code, "这条建议已经不能采用" in text(again)) == (422, True)


def test_a_proposal_for_a_part_that_stands_on_something_shows_first_what_moves(
    version: PlanVersion, matched: Project, desk: Client, officer: User, now: datetime
) -> None:
    binding.bind(first(version), 0, Wanted(basis="declared"), reason="先填报", by=officer, now=now)
    said = text(desk.post(page(version), {"take": "payments.paid_amount", "seen": "0"}))
    assert "会先计数，再显示" in said
    assert Binding.objects.count() == 1


def test_the_form_previews_then_saves(version: PlanVersion, matched: Project, desk: Client) -> None:
    looked = desk.post(page(version), filled(preview="1", project=str(matched.pk)))
    assert (looked.status_code, "会先计数" in text(looked), Binding.objects.count()) == (200, True, 0)
    assert desk.post(page(version), filled(save="1", project=str(matched.pk))).status_code == 302
    made = Binding.objects.get()
    assert (made.end, made.against.measure if made.against else "") == (date(2027, 1, 1), "payments.approved_budget")


@pytest.mark.parametrize(
    ("number", "given", "field", "said"),
    [
        (2, {}, "measure", "两者不能比较"),
        (1, {"measure": ""}, "measure", "请选定度量"),
        (1, {"measure": "payments.rounds_paid"}, "slot_programme", "请选定发放项"),
        (1, {"last": "2025-12-31"}, "last", "一天也没有"),
        (1, {"begin": "不是日期"}, "begin", ""),
        (1, {"reason": ""}, "reason", ""),
        (1, {"basis": "awaited"}, "awaits", "请选定在等哪个办公系统"),
        (1, {"subject": "没有的标签"}, "subject", "没有标签是“没有的标签”的物件"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    version: PlanVersion, desk: Client, number: int, given: dict[str, str], field: str, said: str
) -> None:
    answer = desk.post(page(version, number), filled(save="1", reason="写了很久的理由") | given)
    assert answer.status_code == 422
    assert Binding.objects.count() == 0
    found = re.search(rf'id="id_{field}_error">(.*?)</p>', text(answer))
    assert found is not None
    assert said in found[1]
    if "reason" not in given:
        assert "写了很久的理由" in text(answer)


def test_the_parameters_of_another_measure_are_shown_when_it_is_chosen(version: PlanVersion, desk: Client) -> None:
    said = text(desk.post(page(version, 2), filled(choose="1", measure="registers.daily", reason="还没写完")))
    assert 'name="slot_times"' in said
    assert 'value="2"' in said  # its own default
    assert "还没写完" in said
    assert "_error" not in said


def test_two_people_at_once_the_second_is_told_keeps_the_words_and_may_save_then(
    version: PlanVersion, matched: Project, desk: Client, account: Callable[..., User], now: datetime
) -> None:
    there = binding.bind(first(version), 0, Wanted(basis="declared"), reason="先", by=account("li"), now=now)
    answer = desk.post(page(version), filled(save="1", seen="0", reason="我写的"))
    assert (answer.status_code, Binding.objects.count()) == (422, 1)
    assert "li 改了绑定" in text(answer)
    assert f'name="seen" value="{there.pk}"' in text(answer)
    assert "我写的" in text(answer)
    assert desk.post(page(version), filled(save="1", seen=str(there.pk))).status_code == 302


def test_a_part_or_a_row_that_is_not_there_and_an_old_version(
    accept: Accept, version: PlanVersion, desk: Client
) -> None:
    assert desk.get(page(version, 1, 2)).status_code == 404
    assert desk.get(page(version, 99)).status_code == 404
    accept(table(COST, total="11.00"), fiscal_year=2026)
    assert "这是旧版" in text(desk.get(page(version)))
    assert desk.post(page(version), filled(save="1")).status_code == 403


def test_a_followed_binding_asks_and_is_confirmed(accept: Accept, desk: Client, officer: User, now: datetime) -> None:
    old = accept(table(COST), fiscal_year=2026).version
    binding.bind(first(old), 0, PAID, reason="凭支出", by=officer, now=now)
    renamed = table(COST, project="2026年度业务工作经费")
    new = accept(renamed, fiscal_year=2026, now=now + timedelta(days=1)).version
    assert "项目改了名称" in text(desk.get(listing(new)))
    assert "还对吗" in text(desk.get(page(new)))
    assert desk.post(page(new), {"confirm": "1"}).status_code == 302
    assert "还对吗" not in text(desk.get(page(new)))
    assert desk.post(page(new), {"confirm": "1"}).status_code == 422


# ---- declared values -------------------------------------------------------------------------------------------


@pytest.fixture
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"


def kept(sha256: str) -> bytes:
    with storing.store().open(sha256) as file:
        return file.read()


def declare(version: PlanVersion, number: int = 2) -> str:
    return reverse("performance:declare", args=[version.plan_id, version.number, number, 1])


@pytest.mark.usefixtures("_store")
def test_a_value_is_declared_with_its_file_marked_sent_back_and_withdrawn(
    version: PlanVersion, desk: Client, reader: User, signed_in: Callable[[User], Client]
) -> None:
    file = SimpleUploadedFile("签到表.txt", "三次培训的签到".encode())
    given = {"value": "4", "on": "2026-06-01", "note": "培训签到表", "file": file}
    assert desk.post(declare(version), given).status_code == 302
    made = Declared.objects.get()
    assert (made.value, made.file_name, made.file_size) == ("4", "签到表.txt", 21)
    said = text(desk.get(page(version, 2)))
    assert "填报" in said
    assert "签到表.txt" in said
    sent = signed_in(reader).get(reverse("performance:declared_file", args=[version.plan_id, 1, made.pk]))
    assert b"".join(sent.streaming_content).decode() == "三次培训的签到"  # type: ignore[attr-defined]
    for close in sent._resource_closers:  # closing the answer itself would close the test's connection
        close()
    assert attaching.tidy(timezone.now()) == 0
    assert kept(made.file_hash) == "三次培训的签到".encode()
    away = reverse("performance:undeclare", args=[version.plan_id, 1, made.pk])
    assert desk.post(away, {"reason": ""}).status_code == 422
    assert desk.post(away, {"reason": "抄错了"}).status_code == 302
    assert "抄错了" in text(desk.get(page(version, 2)))
    again = desk.post(away, {"reason": "再撤"})
    assert (again.status_code, "已经撤回" in text(again)) == (422, True)


@pytest.mark.usefixtures("_store")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"value": "很多"}, "id_value_error"),
        ({"on": "2999-01-01"}, "截至日期还没有到"),
        ({"note": ""}, "id_note_error"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ\x90\x00")}, "declare-file-error"),
        ({"file": SimpleUploadedFile("a.txt", "机密★".encode())}, "密级标志"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_what_was_typed_stays(
    version: PlanVersion, desk: Client, given: dict[str, Any], said: str
) -> None:
    answer = desk.post(declare(version), {"value": "4", "on": "2026-06-01", "note": "签到表第三页"} | given)
    assert (answer.status_code, Declared.objects.count()) == (422, 0)
    assert said in text(answer)
    if "note" not in given:
        assert "签到表第三页" in text(answer)


@pytest.mark.usefixtures("_store")
def test_a_file_of_a_declared_value_is_verified_as_those_of_cases_are(
    version: PlanVersion, desk: Client, now: datetime
) -> None:
    file = SimpleUploadedFile("签到表.txt", "三次培训的签到".encode())
    desk.post(declare(version), {"value": "4", "on": "2026-06-01", "note": "培训签到表", "file": file})
    report = verifying.verify(now=now)
    assert (report.files, report.number) == (1, 0)
    made = Declared.objects.get()
    storing.store().delete(made.file_hash)
    report = verifying.verify(now=now)
    (found,) = report.differences
    plan = version.plan
    assert found == verifying.Difference(
        "file", f"{plan.department} {plan.fiscal_year} 2", "", f"#{made.pk}", "absent", made.file_hash
    )


def test_declaring_says_what_it_does_to_a_part_that_stands_on_nothing(version: PlanVersion, desk: Client) -> None:
    assert "填报以后，它就以填报值为依据" in text(desk.get(declare(version)))
    assert desk.post(declare(version), {"value": "4", "on": "2026-06-01", "note": "签到表"}).status_code == 302
    assert "以填报值为依据" not in text(desk.get(declare(version)))


def test_somebody_who_may_not_declare_sends_no_byte(
    version: PlanVersion, reader: User, signed_in: Callable[[User], Client]
) -> None:
    assert signed_in(reader).post(declare(version), {"value": "4"}).status_code == 403
