"""Files are taken in: of a finance system, of a register, of people, a published plan; and a file is added to a case.

Whoever was not told brings the same file again.
"""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from openpyxl import Workbook

from shixiao.casework import attaching
from shixiao.casework.models import Attachment, Case
from shixiao.casework.storing import store
from shixiao.casework.tests.some_files import PDF
from shixiao.offices.payments import importing as statements
from shixiao.offices.payments.models import Payment
from shixiao.offices.registers import importing as sheets
from shixiao.offices.registers.models import Register
from shixiao.people import actions as people
from shixiao.people.importing import APPOINTMENTS, COLUMNS, STAFF, UNITS
from shixiao.performance import actions as plans
from shixiao.site.tests.disasters.furnishing import BEGUN, payment, person
from shixiao.site.tests.disasters.scenes import Act, Scene

MOMENT = BEGUN + timedelta(hours=2)
OF_PAYMENTS = ("日期", "项目编码", "资金来源", "金额", "收款人", "用途", "凭证号")
OF_ENTRIES = ("培训主题", "举办日期", "参加人数（人）")
PLAN = """部门名称：某市某局
单位：万元
项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标
合计\t10.00\t10.00
某市某局\t10.00\t10.00
2026年业务经费\t10.00\t10.00\t\t\t办好业务。\t1、1-产出指标；11-数量指标；开展培训；实施周期指标值:3次；年度指标值:3次。\
2、1-产出指标；12-质量指标；按时办结率；实施周期指标值:≥95%；年度指标值:≥95%。\
3、3-满意度指标；31-服务对象满意度；服务对象满意度；实施周期指标值:≥90%；年度指标值:≥90%。
"""


def _workbook(**sheets_: list[tuple[Any, ...]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets_.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _file(name: str) -> bytes:
    return (Path(settings.HOME) / name).read_bytes()


def _write(name: str, content: bytes) -> None:
    """A workbook says when it was made, so the same bytes are made once."""
    (Path(settings.HOME) / name).write_bytes(content)


def _statement() -> None:
    rows = [
        (f"2026-06-0{day}", "P01", "财政拨款", f"{100 + day}.50", "模拟书店", f"图书{day}", f"2026-06-{day:04}")
        for day in range(1, 6)
    ]
    _write("statement.xlsx", _workbook(支出=[OF_PAYMENTS, *rows]))


def _take_statement() -> None:
    clerk = person("clerk")
    draft = statements.receive(_file("statement.xlsx"), name="2026年6月.xlsx", by=clerk, now=MOMENT)
    statements.take_in(draft, by=clerk, now=MOMENT)


def _statement_is_whole() -> list[str]:
    there = Payment.objects.exclude(statement=None).count()
    return [] if there in (0, 5) else [f"{there} of 5 rows of the statement are there"]


def _sheet() -> None:
    rows = [(f"讲座{number}", f"2026-06-0{number}", f"{10 * number}") for number in range(1, 5)]
    _write("sheet.xlsx", _workbook(培训=[OF_ENTRIES, *rows]))


def _take_sheet() -> None:
    clerk, register = person("clerk"), Register.objects.get(code="training")
    given: dict[str, Any] = {"register": register, "unit": register.unit, "step": "enter", "by": clerk, "now": MOMENT}
    draft = sheets.receive(_file("sheet.xlsx"), name="培训.xlsx", **given)
    sheets.take_in(draft, by=clerk, now=MOMENT)


def _sheet_is_whole() -> list[str]:
    there = Case.objects.filter(title__startswith="讲座").count()
    return [] if there in (0, 4) else [f"{there} of 4 rows of the sheet are there"]


def _staff() -> None:
    units = [("SIM1", "综合处", "综合", "SIM", "2020-01-01"), ("SIM2", "财务处", "财务", "SIM", "2020-01-01")]
    staff = [("001", "模拟甲", "jia"), ("002", "模拟乙", "yi")]
    held = [("001", "CLERK", "SIM1", "2026-01-01", "是"), ("002", "CASHIER", "SIM2", "2026-01-01", "是")]
    told = {UNITS: units, STAFF: staff, APPOINTMENTS: held}
    _write("people.xlsx", _workbook(**{name: [COLUMNS[name], *rows] for name, rows in told.items()}))


def _take_staff() -> None:
    outcome = people.import_people(_file("people.xlsx"), by=None, now=MOMENT)
    assert not outcome.problems, outcome.problems


def _take_plan() -> None:
    plans.accept_plan(PLAN.encode(), name="plan.txt", by=person("officer"), now=MOMENT)


def _attach() -> None:
    """Somebody who was not told looks first whether the file is there."""
    case = payment(1)
    if Attachment.objects.filter(case=case).exists():
        return
    draft = store().draft(limit=1 << 20)
    draft.write(PDF)
    draft.finish()
    try:
        attaching.attach(case, draft, name="发票.pdf", by=person("clerk"), now=MOMENT)
    finally:
        draft.discard()


def _no_row_without_its_content() -> list[str]:
    return [f"{each.fault.name}: {each.sha256}" for each in attaching.verify_attachments()]


SCENES = (
    Scene(
        "import_payments",
        "a finance system's sheet of five rows",
        MOMENT,
        (Act("take in", _take_statement),),
        prepare=_statement,
        check=_statement_is_whole,
    ),
    Scene(
        "import_register",
        "a sheet of four entries of a register",
        MOMENT,
        (Act("take in", _take_sheet),),
        prepare=_sheet,
        check=_sheet_is_whole,
    ),
    Scene("import_people", "units, staff and appointments", MOMENT, (Act("take in", _take_staff),), prepare=_staff),
    Scene("import_plan", "a published plan", MOMENT, (Act("accept", _take_plan),)),
    Scene(
        "attach",
        "a file is added to a case",
        MOMENT,
        (Act("attach", _attach),),
        check=_no_row_without_its_content,
    ),
)
