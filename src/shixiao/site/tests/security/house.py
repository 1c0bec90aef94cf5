"""A small house with everything in it, to be attacked: two units, somebody for every responsibility, and something behind every
kind of address. What only the first unit may know carries a word of `SECRETS`."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from fido2 import cbor
from openpyxl import Workbook

from shixiao import casework
from shixiao.casework import (
    attaching,
    duties,
    expecting,
    extending,
    living,
    remarking,
    saving,
    shared_things,
    storing,
    tokens,
    vocabulary,
)
from shixiao.casework.models import Case, Project
from shixiao.casework.tests.some_files import PDF
from shixiao.engine import clock, targets
from shixiao.ledger.models import Gauge
from shixiao.messages.models import Delivery, Endpoint, Message
from shixiao.offices.payments import importing as payments_importing
from shixiao.offices.payments.models import Programme
from shixiao.offices.registers import importing as registers_importing
from shixiao.offices.registers.definitions import define
from shixiao.offices.registers.models import Register
from shixiao.offices.reviews.rubrics import define as define_rubric
from shixiao.offices.supervision import importing as supervision_importing
from shixiao.offices.supervision.models import IssuedLetter
from shixiao.people import actions, idleness
from shixiao.people.models import Passkey, Role, Unit, User
from shixiao.people.responsibilities import DECLARED
from shixiao.performance import binding, intake, suppressing
from shixiao.performance.actions import accept_plan, correct_reading
from shixiao.performance.drafting import writing
from shixiao.performance.evaluation import editing, making
from shixiao.performance.evaluation.editing import Changes, Promised
from shixiao.performance.models import EvaluationKind, PlanVersion, Which
from shixiao.performance.tests.conftest import first, row, table

NOW = datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SINCE = date(2020, 1, 1)
PASSWORD = "correct-horse-29"
# What only those of the first unit may see: one word for each place in which it was written.
SECRETS = {
    name: f"机{number:03d}密语{name}"
    for number, name in enumerate(
        (
            "project",
            "payee",
            "purpose",
            "remark",
            "file",
            "contract",
            "entry",
            "register",
            "draft",
            "duty",
            "subject",
            "instruction",
        )
    )
}
AMOUNT = "73419.27"
TABLE = table(
    row(1, "按时支付率", "≥95%", code="12-质量指标"),
    row(2, "培训次数", "3次"),
    row(3, "支出", "≤100元", code="14-成本指标"),
    row(4, "信访办结率", "≥90%", code="12-质量指标"),
    row(5, "服务水平", "优", code="12-质量指标"),
    department="模拟市政府办公厅",
)
ENTRIES = {
    "name": SECRETS["register"],
    "fields": [
        {"code": "subject", "title": "主题", "sort": "text", "is_required": True},
        {"code": "held_on", "title": "日期", "sort": "date", "is_required": True},
    ],
    "day_field": "held_on",
    "is_planned": True,
    "needs_confirmation": True,
}


@dataclass
class House:
    """Who and what there is."""

    people: dict[str, User | None] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def browser(self, name: str, **more: Any) -> Client:
        """A browser in which that person is signed in, or nobody."""
        client = Client(raise_request_exception=False, **more)
        user = self.people[name]
        if user is not None:
            user = User.objects.get(pk=user.pk)  # as it is in the database: another test's password was taken back
            client.force_login(user, backend="shixiao.people.backends.Accounts")
            session = client.session
            session[idleness.MARK] = int(NOW.timestamp())
            session.save()
        return client

    def token(self, name: str) -> str:
        """A token of that person for everything; the empty text for who may have none."""
        user = self.people[name]
        if user is None or user.is_administrator:
            return ""
        until = date(2026, 12, 31)
        return tokens.create_token("程序", user=user, scope={"*": "write"}, valid_until=until, by=user, now=NOW).secret


def build() -> House:
    """Everything, through the same actions that pages call."""
    house = House()
    _units(house)
    _people(house)
    _plan(house)
    _life(house)
    _counter(house)
    _registers(house)
    _reviews(house)
    _supervision(house)
    _papers(house)
    _desks(house)
    _told(house)
    return house


def _units(house: House) -> None:
    top = actions.create_unit("模拟市政府办公厅", code="SIM", parent=None, since=SINCE, by=None, now=NOW)
    house.units["top"] = top
    for code, name in (("A", "模拟甲处"), ("B", "模拟乙处")):
        house.units[code] = actions.create_unit(name, code=code, parent=top, since=SINCE, by=None, now=NOW)


def _people(house: House) -> None:
    house.people["nobody"] = None
    for role in Role:
        house.people[role.value] = _account(f"test-{role.value}", role)
    for place, at in (("here", "A"), ("there", "B")):
        for number, word in enumerate(sorted(DECLARED)):
            user = _account(f"{place}-{word}", Role.STAFF)
            code = f"{place}{number}".upper()
            post = actions.create_post(f"岗位{place}{word}", code=code, words=[word], by=None, now=NOW)
            given = {"since": SINCE, "is_main": True, "by": None, "now": NOW}
            appointment = actions.appoint(user, post=post, unit=house.units[at], **given)
            house.people[f"{place}:{word}"] = user
            house.things.setdefault("post", post.pk)
            house.things.setdefault("appointment", appointment.pk)

    restricted = {word for word in DECLARED if ".restricted_" in word or word == "registers.keeper"}
    for name, at, words in (("there:*", "B", set(DECLARED)), ("here:open", "A", set(DECLARED) - restricted)):
        user = _account(name.replace("*", "all").replace(":", "-"), Role.STAFF)
        post = actions.create_post(f"岗位{name}", code=f"ALL{at}", words=sorted(words), by=None, now=NOW)
        actions.appoint(user, post=post, unit=house.units[at], since=SINCE, is_main=True, by=None, now=NOW)
        house.people[name] = user


def _account(username: str, role: Role) -> User:
    return actions.create_account(username, role=role, display_name=username, password=PASSWORD, by=None, now=NOW)


def _plan(house: House) -> None:
    officer = house.people["officer"]
    first_version = accept_plan(TABLE.encode(), name="table.txt", fiscal_year=2026, by=officer, now=NOW).version
    house.things |= {"plan": first_version.plan_id, "number": first_version.number, "version": first_version}
    house.things["plan_project"] = first(first_version, 2).project_id
    version: PlanVersion = first_version
    correction = correct_reading(
        first(version, 2), which=Which.ANNUAL, reading=targets.read("4次"), reason="改", by=officer, now=NOW
    )
    house.things["correction"] = correction.pk
    finding, other = version.findings.order_by("pk")[:2]
    made = suppressing.suppress_finding(finding, everywhere=False, reason="已核", by=officer, now=NOW)
    house.things |= {"rule": finding.rule, "suppression": made.pk, "open_rule": other.rule}
    house.things["open_row"] = other.indicator.row if other.indicator else ""
    binding.bind(first(version, 5), 0, binding.Wanted(basis="declared"), reason="评", by=officer, now=NOW)
    measured = binding.Wanted(basis="measure", measure="payments.paid_amount")
    binding.bind(first(version, 3), 0, measured, reason="用支出", by=officer, now=NOW)
    declared = binding.declare(first(version, 2), 0, "2", on=date(2026, 6, 1), note="数的", by=officer, now=NOW)
    house.things["declared"] = declared.pk
    _evaluation(house, version)


def _evaluation(house: House, version: PlanVersion) -> None:
    """A frozen self-evaluation with a promise in it."""
    officer, until = house.people["officer"], NOW.date() - timedelta(days=2)
    kind = EvaluationKind.SELF_EVALUATION.value
    frozen = making.make(version, kind=kind, until=until, by=officer, now=NOW).evaluations[0]
    changes = Changes(
        {("0", "improvement"): "按月核对"}, promises=[Promised("0", NOW.date() + timedelta(days=30), "经办岗位")]
    )
    edited = editing.edit(frozen, changes, reason="补写", by=officer, now=NOW)
    house.things |= {"evaluation": edited.pk, "until": until.isoformat()}
    house.things["promise"] = edited.promises.get().pk


def _life(house: House) -> None:
    """The plan of the first unit is under review, and its drafter writes the next one."""
    drafter, unit = house.people["here:performance.drafter"], house.units["A"]
    opening = casework.Opening(unit=unit, particulars={"plan": house.things["plan"]})
    case = casework.open_case("performance.plan", "begin", opening, by=drafter, now=NOW)
    casework.perform(case, "submit", by=drafter, now=NOW)
    draft = writing.begin(department="模拟甲处", fiscal_year=2027, base=None, by=drafter, now=NOW)
    project = writing.keep_project(draft, None, {"name": "草拟的项目"}, by=drafter, now=NOW)
    row_ = writing.keep_row(project, None, {"name": "及时率", "annual_wording": "≥99%"}, by=drafter, now=NOW)
    house.things |= {"plan_case": case.pk, "plan_draft": draft.pk, "draft_project": project.pk, "draft_row": row_.pk}


def _counter(house: House) -> None:
    unit = house.units["A"]
    project = Project.objects.create(unit=unit, name=SECRETS["project"], code="P01", since_year=2026, until_year=2026)
    other = Project.objects.create(
        unit=house.units["B"], name="乙处的项目", code="P02", since_year=2026, until_year=2026
    )
    keeper = house.people["here:casework.keeper"]
    contract = shared_things.create_contract(
        "合同一", project=project, name=SECRETS["contract"], party="模拟公司", amount=None, since=SINCE, until=None,
        by=keeper, now=NOW,
    )  # fmt: skip
    subject = shared_things.create_subject("S1", name=SECRETS["subject"], unit=unit, since=SINCE, by=keeper, now=NOW)
    topic = shared_things.create_topic("公共主题", since=SINCE, by=house.people["officer"], now=NOW)
    house.things["tag"] = vocabulary.create("加急", by=house.people["here:casework.tag_keeper"], now=NOW).pk
    house.things |= {"project": project.pk, "contract": contract.pk, "subject": subject.pk, "topic": topic.pk}
    house.things["other_project"] = other.pk
    told = {"project": project.pk, "year": 2026, "fiscal": "156380.00", "document": "模拟〔2026〕1号"}
    house.things["budget"] = _open(house, "payments.budget", "approve", "payments.budget_keeper", told).pk
    told = {
        "project": project.pk, "source": "fiscal", "amount": AMOUNT, "payee": SECRETS["payee"],
        "purpose": SECRETS["purpose"],
    }  # fmt: skip
    payment = _open(house, "payments.payment", "register", "payments.clerk", told)
    house.things["payment"] = payment.pk
    house.things["payment_number"] = payment.number
    programme = Programme.objects.create(
        name="模拟补助", project=project, source="fiscal", rhythm=Programme.Rhythm.MONTHLY, since=date(2026, 1, 1)
    )
    house.things["programme"] = programme.pk


def _open(house: House, kind: str, step: str, word: str, told: dict[str, Any], *, unit: str = "A") -> Case:
    opening = casework.Opening(unit=house.units[unit], particulars=told)
    return casework.open_case(kind, step, opening, by=house.people[f"here:{word}"], now=NOW)


def _registers(house: House) -> None:
    keeper = house.people["here:registers.keeper"]
    unit = house.units["A"]
    register: Register = define(ENTRIES, unit=unit, code="entries", by=keeper, now=NOW)
    letters = {"name": "信访举报件", "needs_confirmation": True}
    define(letters, unit=unit, code="letters", is_restricted=True, by=keeper, now=NOW)
    told = {"register": "entries", "values": {"held_on": "2026-06-01"}, "texts": {"subject": SECRETS["entry"]}}
    house.things["entry"] = _open(house, "registers.entry", "enter", "registers.clerk", told).pk
    planned = told | {"due_on": "2026-07-31"}
    house.things["planned"] = _open(house, "registers.entry", "plan", "registers.clerk", planned).pk
    received = {"register": "letters", "received_on": "2026-06-01"}
    restricted = _open(house, "registers.restricted_entry", "receive", "registers.restricted_clerk", received)
    house.things |= {"restricted": restricted.pk, "restricted_number": restricted.number, "register": register}
    draft = duties.Draft(
        title=SECRETS["duty"], kind="registers.entry", step="expect", unit=unit, since=date(2026, 6, 30),
        schedule=clock.Daily(times=1, days=clock.Days.EVERY), told={"register": "entries"}, calendar="always",
    )  # fmt: skip
    house.things["duty"] = duties.create(draft, by=house.people["officer"], now=NOW).pk
    while expecting.make_ahead(NOW):
        pass


def _reviews(house: House) -> None:
    """A rubric, and a review that is being prepared."""
    unit = house.units["A"]
    anchors = {"reached": "可以报送", "partly": "改一次", "missed": "重写"}
    given = {"name": "调研报告", "judged": "报告", "scale": "national-2021", "anchors": anchors}
    define_rubric(given, unit=unit, code="report", by=house.people["here:reviews.officer"], now=NOW)
    told = {"rubric": "report", "year": 2026, "subject": "模拟调研报告"}
    house.things["review"] = _open(house, "reviews.review", "open", "reviews.submitter", told).pk


def _supervision(house: House) -> None:
    """A task with a letter, an instruction of the same leader, a list on somebody's desk."""
    leader = house.people["here:supervision.leader"]
    told = {"matter": "模拟事项", "source": "meeting", "done_when": "办结", "led_by": "own", "orderer": leader.pk}
    house.things["supervised"] = _open(house, "supervision.task", "propose", "supervision.officer", told).pk
    supervisor = house.people["here:supervision.officer"]
    for step in ("establish", "entrust", "issue_order"):
        casework.perform(house.things["supervised"], step, by=supervisor, now=NOW)
    house.things["letter"] = IssuedLetter.objects.get().pk
    wrote = {
        "leader": leader.pk,
        "medium": "paper",
        "given_on": "2026-06-29",
        "secrecy": "none",
        "instruction": SECRETS["instruction"],
    }
    opened = _open(house, "supervision.instruction", "register", "supervision.instructions", wrote)
    draft = supervision_importing.receive(
        _sheet(),
        name="清单.xlsx",
        source="meeting",
        orderer=leader,
        by=house.people["here:supervision.officer"],
        now=NOW,
    )
    house.things |= {"instruction": opened.pk, "supervision_draft": draft.pk}


def _papers(house: House) -> None:
    payment = Case.objects.get(pk=house.things["payment"])
    clerk = house.people["here:payments.clerk"]
    remarking.remark(payment, SECRETS["remark"], by=clerk, now=NOW)
    made = storing.store().draft(limit=1 << 20)
    made.write(PDF)
    made.finish()
    attachment = attaching.attach(payment, made, name=f"{SECRETS['file']}.pdf", by=clerk, now=NOW)
    made.discard()
    house.things["file"] = attachment.pk
    planned = Case.objects.get(pk=house.things["planned"])
    lead = house.people["here:registers.confirmer"]
    asked = extending.ask_extension(planned, "due", budget="2wd", reason="还要两天", by=lead, now=NOW)
    house.things["extension"] = asked.pk


def _desks(house: House) -> None:
    """Files that wait on somebody's desk, filters, tokens, tags."""
    officer, clerk = house.people["officer"], house.people["here:payments.clerk"]
    (upload,) = intake.receive([intake.Source(TABLE.replace("3次", "5次").encode(), "新表.txt")], by=officer, now=NOW)
    draft = payments_importing.receive(_sheet(), name="三月.xlsx", by=clerk, now=NOW)
    sheet = registers_importing.receive(
        _sheet(), name="台账.xlsx", register=house.things["register"], unit=house.units["A"], step="enter",
        by=house.people["here:registers.clerk"], now=NOW,
    )  # fmt: skip
    saved = saving.save_filter("我的", address="/offices/payments/", by=clerk, now=NOW)
    token = tokens.create_token(
        "程序", user=clerk, scope={"*": "read"}, valid_until=date(2026, 12, 31), by=clerk, now=NOW
    ).token
    house.things |= {"upload": upload.pk, "payments_draft": draft.pk, "registers_draft": sheet.pk, "saved": saved.pk}
    house.things["token"] = token.pk
    for user in (officer, clerk):
        key = Passkey.objects.create(
            user=user, name="钥匙", credential_id=f"k{user.pk}", credential=_credential(), created_at=NOW
        )
        house.things.setdefault("passkey", key.pk)
    house.things |= {"unit": house.units["A"].pk, "member": clerk.pk}
    living.settle(NOW)
    house.things["gauge"] = Gauge.objects.order_by("pk").first().pk


def _told(house: House) -> None:
    """What somebody was told of the payment, and how it left the house."""
    message = (
        Message.objects.filter(subject_kind="casework.case", subject_id=house.things["payment"]).order_by("pk").first()
    )
    delivery = Delivery.objects.create(
        channel="inbox", person_id=message.person_id, key="msg_walked", made_at=NOW, due_at=NOW, next_at=NOW
    )
    endpoint = Endpoint.objects.create(
        title="模拟接收", address="https://hooks.example.cn/", made_at=NOW, changed_at=NOW
    )
    house.things |= {"message": message.pk, "delivery": delivery.pk, "endpoint": endpoint.pk}


def _credential() -> bytes:
    """What a security key would have told: its kind, its id, its public key."""
    key = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}
    return bytes(16) + b"\x00\x01k" + cbor.encode(key)


def _sheet() -> bytes:
    book = Workbook()
    book.active.append(["日期", "项目编码", "资金来源", "金额", "收款人", "用途", "凭证号"])
    book.active.append(["2026-03-05", "P01", "财政拨款", "12.00", SECRETS["draft"], "印刷费", "2026-03-0001"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
