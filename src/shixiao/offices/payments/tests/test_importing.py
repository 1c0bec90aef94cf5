"""A finance system's file: read, looked at, taken in whole or not at all."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Sum
from openpyxl import Workbook

from shixiao import casework
from shixiao.casework import Refused, shared_things, years
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import events_of
from shixiao.ledger.models import Event
from shixiao.offices.payments import importing, looking
from shixiao.offices.payments.columns import Field
from shixiao.offices.payments.importing import Imported
from shixiao.offices.payments.looking import Preview
from shixiao.offices.payments.models import Draft, Outlay, Payment, Statement
from shixiao.offices.payments.tests.conftest import take_over
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
HEADER = ("日期", "项目编码", "项目名称", "资金来源", "金额", "收款人", "用途", "凭证号", "合同编号")


def row(**more: Any) -> tuple[Any, ...]:
    usual = {
        "日期": "2026-03-05", "项目编码": "P01", "项目名称": "", "资金来源": "财政拨款", "金额": "1200.50",
        "收款人": "模拟印刷厂", "用途": "印刷费", "凭证号": "2026-03-0001", "合同编号": "",
    }  # fmt: skip
    return tuple((usual | more)[name] for name in HEADER)


def workbook(*rows: Any, header: Any = HEADER, above: Any = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    for each in [*above, header, *rows]:
        sheet.append(list(each))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(*rows: Any, header: Any = HEADER, encoding: str = "gb18030") -> bytes:
    return "\r\n".join(",".join(str(cell) for cell in each) for each in [header, *rows]).encode(encoding)


Look = Callable[..., Preview]
Take = Callable[..., Imported]


@pytest.fixture
def look(clerk: User, now: datetime) -> Look:
    def see(content: bytes, *, name: str = "2026年3月.xlsx") -> Preview:
        return looking.look(importing.receive(content, name=name, by=clerk, now=now), by=clerk, now=now)

    return see


@pytest.fixture
def take(clerk: User, now: datetime) -> Take:
    def taking(content: bytes, **reasons: str) -> Imported:
        draft = importing.receive(content, name="2026年3月.xlsx", by=clerk, now=now)
        importing.give_reasons(draft, reasons)
        return importing.take_in(draft, by=clerk, now=now)

    return taking


def sentences(seen: Preview) -> list[str]:
    return [f"{each.line}{each.column} {each.title.zh}：{each.text.zh}" for each in seen.wrong]


# ---- what is good ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [workbook(row()), csv(row(), row(凭证号="2")), csv(row(), row(凭证号="2"), encoding="utf-8-sig")]
)
def test_a_good_file_is_taken_in(budget: Case, look: Look, take: Take, content: bytes, now: datetime) -> None:
    seen = look(content)
    assert (seen.refusal, seen.wrong, seen.is_ready) == (None, [], True)
    done = take(content)
    assert done.is_new
    payment = Payment.objects.order_by("case_id").first()
    assert payment is not None
    assert (payment.amount, payment.payee, payment.voucher) == (Decimal("1200.50"), "模拟印刷厂", "2026-03-0001")
    assert payment.statement == done.statement
    assert payment.case.state == "paid"
    assert payment.case.opened_at.isoformat() in {"2026-03-05T00:00:00+08:00", "2026-03-04T16:00:00+00:00"}
    assert events_of(payment.case).get().kind == "payments.taken_over"
    event = Event.objects.get(kind="payments.statement_imported")
    assert event.particulars["opened"] == seen.rows
    assert not Draft.objects.exists()


def test_the_same_file_twice_changes_nothing(budget: Case, take: Take) -> None:
    content = workbook(row())
    first, again = take(content), take(content)
    assert (first.is_new, again.is_new, again.statement) == (True, False, first.statement)
    assert Payment.objects.count() == 1
    assert Event.objects.filter(kind="payments.statement_imported").count() == 1
    assert not Draft.objects.exists()


def test_rows_that_are_there_already_are_counted_and_left(budget: Case, look: Look, take: Take) -> None:
    take(workbook(row()))
    longer = workbook(row(), row(凭证号="2026-03-0002", 金额="0.01"))
    seen = look(longer)
    assert (len(seen.lines), len(seen.there), seen.amount) == (1, 1, Decimal("0.01"))
    assert take(longer).statement.opened == 1
    assert Payment.objects.count() == 2


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"金额": "1200.51"}, "金额（1,200.50）"),
        ({"收款人": "模拟纸厂"}, "收款人（模拟印刷厂）"),
        ({"日期": "2026-03-06"}, "日期（2026-03-05）"),
    ],
)
def test_the_same_voucher_with_other_content_is_an_error(
    budget: Case, look: Look, take: Take, other: dict[str, str], said: str
) -> None:
    take(workbook(row()))
    (found,) = sentences(look(workbook(row(**other))))
    assert said in found
    assert "支2026-" in found


def test_a_voucher_that_stands_twice_in_the_file_is_an_error(budget: Case, look: Look) -> None:
    assert "第 2 行已经有了" in sentences(look(workbook(row(), row())))[0]


def test_columns_may_stand_in_any_order_and_go_by_other_names(budget: Case, look: Look) -> None:
    header = ("支付凭证号", "摘要", "收款单位名称", "付款金额（元）", "资金性质", "预算项目", "记账日期")
    seen = look(
        workbook(("2026-9", "印刷费", "模拟印刷厂", 12, "一般公共预算资金", "其他运行经费", "2026/3/5"), header=header)
    )
    assert seen.wrong == []
    assert (seen.lines[0].amount, seen.lines[0].source) == (Decimal(12), "fiscal")


@pytest.mark.parametrize(
    "written",
    ["2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "20260305", "2026-03-05 10:20:30", 46086, "46086",
     date(2026, 3, 5), datetime(2026, 3, 5, 10, 0)],  # noqa: DTZ001 — as workbooks have them
)  # fmt: skip
def test_a_day_however_it_is_written(budget: Case, look: Look, written: Any) -> None:
    seen = look(workbook(row(日期=written)))
    assert seen.wrong == []
    assert seen.lines[0].on == date(2026, 3, 5)


@pytest.mark.parametrize("written", ["3月5日", "2026-13-01", "2026-02-30", "昨天", "1999-01-01", 12, "=TODAY()"])
def test_no_day(budget: Case, look: Look, written: Any) -> None:
    assert any("B 日期" in each or "A 日期" in each for each in sentences(look(workbook(row(日期=written)))))


@pytest.mark.parametrize("written", ["1200.5", "1,200.50", "¥1,200.50", "1200.50元", 1200.5, "０．１２００５万元"])
def test_an_amount_however_it_is_written(budget: Case, look: Look, written: Any) -> None:
    seen = look(workbook(row(金额=written)))
    assert sentences(seen) == []
    assert seen.lines[0].amount == Decimal("1200.50")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1200.505", "超过两位小数"), ("-5", "办理“冲销”"), ("(5)", "不是数"), ("壹佰元", "不是数"), ("0", "不能少于 0.01"),
        ("", "请填写金额"), ("1,20", "不是数"), ("1e3", "不是数"), ("NaN", "不是数"), ("99999999999999", "不能超过"),
    ],
)  # fmt: skip
def test_no_amount(budget: Case, look: Look, written: str, said: str) -> None:
    (found,) = sentences(look(workbook(row(金额=written))))
    assert found.startswith("2E 金额")
    assert said in found


def test_ten_thousands_in_the_header_and_above_it(budget: Case, look: Look) -> None:
    header = tuple("金额（万元）" if name == "金额" else name for name in HEADER)
    seen = look(workbook(row(金额="0.12005"), header=header))
    assert seen.lines[0].amount == Decimal("1200.50")
    assert seen.how is not None
    assert seen.how.unit == "万元"
    above = look(workbook(row(金额="0.12005"), above=(("支出明细",), ("", "", "单位：万元"))))
    assert above.lines[0].amount == Decimal("1200.50")
    finer = look(workbook(row(金额="0.0000001"), header=header))
    assert "超过两位小数" in sentences(finer)[0]


def test_everything_wrong_is_said_at_once(budget: Case, look: Look, take: Take) -> None:
    content = workbook(
        row(金额="x", 收款人=""), row(凭证号="有 空格", 日期=""), row(资金来源="彩票", 凭证号="3"), row(凭证号="4")
    )
    seen = look(content)
    assert [each[:2] for each in sentences(seen)] == ["2E", "2F", "3A", "3H", "4D"]
    with pytest.raises(Refused, match="5 errors"):
        take(content)
    assert not Payment.objects.exists()


def test_rows_that_only_add_up_are_left_out(budget: Case, look: Look) -> None:
    total = ("合计", "", "", "", "1200.50", "", "", "", "")
    seen = look(workbook(row(), total, ("", "本月合计", *total[2:]), HEADER, row(凭证号="2")))
    assert (len(seen.lines), seen.wrong, seen.totals_left_out) == (2, [], 2)


# ---- projects and contracts --------------------------------------------------------------------------------------


def test_projects_by_name_need_a_code_or_a_unit_where_two_have_it(
    budget: Case, project: Project, look: Look, now: datetime
) -> None:
    from shixiao.people import actions

    below = actions.create_unit("模拟交换站", code="EX", parent=project.unit, since=date(2020, 1, 1), by=None, now=now)
    Project.objects.create(unit=below, name=project.name, since_year=2026, until_year=2026)
    by_name = row(项目编码="", 项目名称=project.name)
    (found,) = sentences(look(workbook(by_name)))
    assert "有 2 个项目叫“其他运行经费”" in found
    with_unit = look(workbook((*by_name, "模拟交换站"), header=(*HEADER, "单位")))
    assert with_unit.wrong == []
    assert with_unit.lines[0].project != project.pk


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"项目编码": "P99"}, "没有编码为“P99”的项目"),
        ({"项目编码": "", "项目名称": "别的"}, "没有叫“别的”的项目"),
        ({"项目编码": ""}, "请填写项目编码或项目名称"),
        ({"日期": "2025-03-05"}, "的年度不含 2025 年"),
        ({"日期": "2026-07-01"}, "这一天还没有到"),
        ({"合同编号": "HT-1"}, "没有编号为“HT-1”的合同"),
    ],
)
def test_what_a_row_names_must_be_there(budget: Case, look: Look, other: dict[str, str], said: str) -> None:
    (found,) = sentences(look(workbook(row(**other))))
    assert said in found


def test_the_contract_goes_on_the_case(budget: Case, project: Project, take: Take, now: datetime) -> None:
    contract = shared_things.create_contract(
        "HT-1",
        project=project,
        name="印刷",
        party="模拟印刷厂",
        amount=None,
        since=date(2026, 1, 1),
        until=None,
        by=None,
        now=now,
    )
    take(workbook(row(合同编号="HT-1")))
    assert Case.objects.get(kind="payments.payment").contract == contract


def test_projects_of_other_units_are_refused(
    budget: Case, project: Project, staff: Callable[..., User], now: datetime
) -> None:
    from shixiao.people import actions

    elsewhere = actions.create_unit(
        "模拟别处", code="EL", parent=project.unit, since=date(2020, 1, 1), by=None, now=now
    )
    other = staff("other", "payments.clerk", at=elsewhere)
    draft = importing.receive(workbook(row()), name="x.xlsx", by=other, now=now)
    assert "您没有模拟市政府办公厅的“支出经办”职责" in sentences(looking.look(draft, by=other, now=now))[0]


def test_only_a_clerk_may(approver: User, now: datetime) -> None:
    with pytest.raises(casework.Refused, match="Payments clerk"):
        importing.receive(workbook(row()), name="x.xlsx", by=approver, now=now)


def test_a_closed_year_takes_nothing(unit: Any, keeper: User, look: Look, now: datetime) -> None:
    Project.objects.create(unit=unit, name="其他运行经费", code="P01", since_year=2025, until_year=2026)
    years.close_year(2025, by=None, now=now)
    assert "2025 年已经关账" in sentences(look(workbook(row(日期="2025-12-31"))))[0]


# ---- budgets -----------------------------------------------------------------------------------------------------


def test_above_the_budget_needs_a_reason_for_each(budget: Case, project: Project, look: Look, take: Take) -> None:
    content = workbook(
        row(金额="156380.00"), row(金额="0.01", 凭证号="2"), row(金额="5", 凭证号="3", 资金来源="其他资金")
    )
    seen = look(content)
    assert [(over.group.source, over.by) for over in seen.overs] == [("fiscal", Decimal("0.01")), ("other", Decimal(5))]
    keys = [over.group.key for over in seen.overs]
    with pytest.raises(Refused) as refused:
        take(content)
    assert [each.field for each in refused.value.all] == [f"reason-{key}" for key in keys]
    with pytest.raises(Refused):
        take(content, **{keys[0]: "汛期应急", keys[1]: " "})
    assert not Payment.objects.exists()
    take(content, **{keys[0]: "汛期应急", keys[1]: "另有来源"})
    assert list(Payment.objects.order_by("case_id").values_list("over_by", flat=True)) == [0, Decimal("0.01"), 5]


def test_exactly_the_budget_needs_none(budget: Case, look: Look) -> None:
    assert look(workbook(row(金额="156380.00"))).overs == []


def test_a_reason_with_a_mark_of_secrecy_is_refused(budget: Case, look: Look) -> None:
    seen = look(workbook(row()))
    with pytest.raises(Refused, match="secrecy"):
        importing.give_reasons(seen.draft, {"1-2026-fiscal": "【机密】"})


# ---- columns by hand, and remembered -----------------------------------------------------------------------------

STRANGE = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬")


def test_strange_headers_are_explained_once_and_remembered(
    budget: Case, look: Look, clerk: User, now: datetime
) -> None:
    from shixiao import tables
    from shixiao.offices.payments import columns

    seen = look(workbook(row(), header=STRANGE))
    assert seen.refusal is not None
    assert "没有认出表头" in seen.refusal.zh
    sheets = tables.sheets(bytes(seen.draft.content))
    fields = [Field.DATE, Field.CODE, Field.NAME, Field.SOURCE, Field.AMOUNT, Field.PAYEE, Field.PURPOSE, Field.VOUCHER]
    importing.say_columns(seen.draft, columns.taken(sheets, grid=1, line=1, fields=fields))
    assert looking.look(seen.draft, by=clerk, now=now).is_ready
    importing.take_in(seen.draft, by=clerk, now=now)
    assert look(workbook(row(凭证号="2"), header=STRANGE)).is_ready


def test_a_header_of_two_rows_with_merged_cells(budget: Case, look: Look) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["支出明细表"])
    sheet.append(["日期", "项目", "", "资金来源", "付款", "", "", "凭证号"])
    sheet.append(["", "项目编码", "项目名称", "", "金额", "收款人", "用途", ""])
    sheet.append(["2026-03-05", "P01", "其他运行经费", "财政拨款", 12.34, "模拟甲", "印刷费", "1"])
    sheet.append(["", "", "", "", 0.66, "模拟乙", "纸张", "2"])
    for area in ("A1:H1", "A2:A3", "B2:C2", "D2:D3", "E2:G2", "H2:H3", "A4:A5", "B4:B5", "C4:C5", "D4:D5"):
        sheet.merge_cells(area)
    stream = BytesIO()
    book.save(stream)
    seen = look(stream.getvalue())
    assert (seen.refusal, sentences(seen)) == (None, [])
    assert [line.amount for line in seen.lines] == [Decimal("12.34"), Decimal("0.66")]
    assert seen.lines[1].on == date(2026, 3, 5)


def test_an_amount_merged_over_two_rows_is_not_guessed(budget: Case, look: Look) -> None:
    book = Workbook()
    sheet = book.active
    for each in (HEADER, row(), row(凭证号="2", 金额="")):
        sheet.append(list(each))
    sheet.merge_cells("E2:E3")
    stream = BytesIO()
    book.save(stream)
    (found,) = sentences(look(stream.getvalue()))
    assert found.startswith("3E 金额：这一格是合并单元格")


def test_every_sheet_with_the_same_header_is_read(budget: Case, look: Look) -> None:
    book = Workbook()
    for number, name in enumerate(("1月", "2月", "说明")):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        sheet.append(["填写说明"] if name == "说明" else list(HEADER))
        if name != "说明":
            sheet.append(list(row(凭证号=name[0], 日期=f"2026-0{number + 1}-10")))
    stream = BytesIO()
    book.save(stream)
    seen = look(stream.getvalue())
    assert [(line.sheet, line.on.month) for line in seen.lines] == [("1月", 1), ("2月", 2)]


# ---- bad files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"  \r\n "])
def test_an_empty_file(clerk: User, now: datetime, content: bytes) -> None:
    with pytest.raises(Refused, match="empty"):
        importing.receive(content, name="x.csv", by=clerk, now=now)


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 100,
        b"PK\x03\x04broken",
        b"%PDF-1.7 nothing",
        b"{}",
        "一句话".encode(),
        workbook(),
        b"\xff" * 50,
        csv(row())[:40],
    ],
)
def test_a_file_that_is_no_table(clerk: User, look: Look, content: bytes) -> None:
    seen = look(content)
    assert seen.refusal is not None
    assert not seen.is_ready


def test_a_formula_counts_with_its_result_and_not_without(budget: Case, look: Look) -> None:
    seen = look(workbook(row(金额="=1200+0.5")))  # openpyxl stores no result
    assert "公式要在 Excel 里算出结果并保存" in sentences(seen)[0]
    assert any("公式" in note.zh for note in seen.notes)


def test_a_cell_that_shows_fewer_digits_than_it_holds(budget: Case, look: Look) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(list(HEADER))
    sheet.append(list(row(金额=1200.505)))
    sheet["E2"].number_format = "0.00"
    stream = BytesIO()
    book.save(stream)
    assert "请把金额列设为两位小数" in sentences(look(stream.getvalue()))[0]


@pytest.mark.parametrize("text", ["机密", "密级：秘密", "绝密★10年"])
def test_a_mark_of_secrecy_is_refused(budget: Case, look: Look, text: str) -> None:
    seen = look(workbook(row(用途=text)))
    assert seen.refusal or "密级" in sentences(seen)[0]


def test_control_characters(budget: Case, look: Look) -> None:
    seen = look(csv(row(收款人="模拟\0厂"), row(凭证号="2")))
    assert not any("\0" in line.payee for line in seen.lines)


def test_more_rows_than_at_once(budget: Case, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    from shixiao.offices.payments import reading

    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    two = [row(凭证号=str(number)) for number in range(2)]
    assert look(workbook(*two)).is_ready
    seen = look(workbook(*two, row(凭证号="3")))
    assert seen.refusal is not None
    assert "请按月拆成几个文件" in seen.refusal.zh


def test_sums_are_exact(budget: Case, take: Take) -> None:
    take(workbook(*(row(凭证号=str(number), 金额="0.1") for number in range(30))))
    assert Outlay.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal("3.00")


def test_somebody_who_was_quicker_stops_the_whole(budget: Case, project: Project, clerk: User, now: datetime) -> None:
    draft = importing.receive(workbook(row(), row(凭证号="2")), name="x.xlsx", by=clerk, now=now)
    assert looking.look(draft, by=clerk, now=now).is_ready
    take_over(project, clerk, now, voucher="2", amount="1")
    with pytest.raises(Refused, match="1 errors"):
        importing.take_in(draft, by=clerk, now=now)
    assert Payment.objects.count() == 1
    assert not Statement.objects.exists()
