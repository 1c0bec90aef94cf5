"""The registers that come with the program: how each is defined, what is measured of it, and what of it comes round by a schedule.

Data, apart from `take_in`. An officer takes them over for a unit, once; from then on they are registers like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shixiao.casework import duties
from shixiao.casework.models import Duty, Project
from shixiao.engine import clock
from shixiao.ledger import gauges
from shixiao.offices.registers.definitions import define
from shixiao.offices.registers.models import Register
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_NIL_RETURN
from shixiao.people.models import Unit, User


@dataclass(frozen=True, kw_only=True)
class Gauged:
    """A measure of a register with its parameters beside `register`."""

    measure: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ShippedDuty:
    """What of a register comes round by a schedule: its title, and what each case is told beside the register."""

    title: str
    schedule: clock.Schedule
    told: Mapping[str, Any] = field(default_factory=dict)
    is_nil_return: bool = False


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """A register: its permanent code, what `fields.read_definition` reads, its gauges and its duties."""

    code: str
    definition: Mapping[str, Any]
    is_restricted: bool = False
    gauges: tuple[Gauged, ...] = ()
    duties: tuple[ShippedDuty, ...] = ()


def _monthly(name: str) -> ShippedDuty:
    """A nil return for each month, to be signed within the first seven days of the next."""
    return ShippedDuty(title=f"{name}零报告", schedule=clock.Monthly(by=7), is_nil_return=True)


def _text(code: str, title: str, *, is_required: bool = False) -> dict[str, Any]:
    return {"code": code, "title": title, "sort": "text", "is_required": is_required}


def _number(code: str, title: str, unit: str) -> dict[str, Any]:
    return {"code": code, "title": title, "sort": "number", "unit": unit}


def _date(code: str, title: str, *, is_required: bool = False) -> dict[str, Any]:
    return {"code": code, "title": title, "sort": "date", "is_required": is_required}


def _choice(code: str, title: str, *choices: tuple[str, str], is_required: bool = False) -> dict[str, Any]:
    several = [list(each) for each in choices]
    return {"code": code, "title": title, "sort": "choice", "is_required": is_required, "choices": several}


def _file(code: str, title: str) -> dict[str, Any]:
    return {"code": code, "title": title, "sort": "attachment"}


_COUNT = Gauged(measure="registers.count")
_SHARE = Gauged(measure="registers.done_share")
_ON_TIME = Gauged(measure="registers.done_on_time")
_YEAR_END = Gauged(measure="registers.all_by_year_end")
_NIL = (Gauged(measure="registers.nil_return_signed"), Gauged(measure="registers.nil_return_on_time"))
_NOTE = _text("note", "情况说明")

MILESTONES = (
    ("built", "系统建设完成"),
    ("training", "用户培训"),
    ("supervision", "监理服务完成"),
    ("accepted", "验收合格"),
    ("cabling", "网络布线验收"),
    ("other", "其他"),
)
SERVICES = (
    ("hall", "交换大厅秩序维护"),
    ("entry", "人员进出审核"),
    ("road", "门口路面交通秩序维护"),
    ("parking", "车辆停放协管"),
    ("other", "其他"),
)

REGISTERS: Sequence[Shipped] = (
    Shipped(
        code="annual_tasks",
        definition={
            "name": "年度工作任务",
            "fields": [
                _text("task", "工作任务", is_required=True),
                _choice(
                    "category",
                    "类别",
                    ("meeting", "会议"),
                    ("disclosure", "信息公开"),
                    ("audit", "内审"),
                    ("decisions", "决策志"),
                    ("functions", "职能转变"),
                    ("counsellors", "参事文史"),
                    ("other", "其他"),
                ),
                _text("result", "完成情况"),
            ],
            "is_planned": True,
            "needs_confirmation": True,
        },
        gauges=(_SHARE, _ON_TIME),
    ),
    Shipped(
        code="missions",
        definition={
            "name": "因公出国（境）",
            "fields": [
                _text("mission", "任务名称", is_required=True),
                _text("destination", "前往国家或地区"),
                _number("people", "人数", "人"),
                _date("leaves_on", "出发日期"),
                _text("support", "保障情况"),
            ],
            "is_planned": True,
            "needs_confirmation": True,
        },
        gauges=(_SHARE, *_NIL),
        duties=(_monthly("因公出国（境）"),),
    ),
    Shipped(
        code="training",
        definition={
            "name": "学习培训",
            "fields": [
                _text("subject", "培训主题", is_required=True),
                _date("held_on", "举办日期", is_required=True),
                _number("people", "参加人数", "人"),
                _number("hours", "学时", "学时"),
                _choice("form", "形式", ("together", "集中"), ("online", "网络"), ("outside", "外出")),
                _file("list", "签到表"),
            ],
            "day_field": "held_on",
        },
        gauges=(_COUNT, Gauged(measure="registers.sum_of", parameters={"field": "people"}), *_NIL),
        duties=(_monthly("学习培训"),),
    ),
    Shipped(
        code="official_visits",
        definition={
            "name": "公务考察保障",
            "fields": [
                _text("visit", "考察安排", is_required=True),
                _date("visit_on", "考察日期"),
                _text("places", "地点"),
                _text("support", "保障情况"),
            ],
            "is_planned": True,
        },
        gauges=(_SHARE, *_NIL),
        duties=(_monthly("公务考察保障"),),
    ),
    Shipped(
        code="research",
        definition={
            "name": "调研",
            "fields": [
                _text("subject", "调研题目", is_required=True),
                _date("held_on", "调研日期", is_required=True),
                _text("place", "地点"),
                _number("people", "参加人数", "人"),
                _file("photo", "照片"),
            ],
            "day_field": "held_on",
        },
        gauges=(_COUNT,),
    ),
    Shipped(
        code="counsellor_research",
        definition={
            "name": "参事调研",
            "fields": [_text("subject", "调研题目", is_required=True), _text("leaders", "牵头参事"), _NOTE],
            "is_planned": True,
        },
        gauges=(_YEAR_END, _ON_TIME),
    ),
    Shipped(
        code="research_results",
        definition={
            "name": "调研成果",
            "fields": [
                _text("title", "成果名称", is_required=True),
                _choice("form", "形式", ("report", "调研报告"), ("advice", "专题建议"), ("other", "其他")),
                _file("paper", "成果文件"),
            ],
            "is_planned": True,
            "needs_confirmation": True,
        },
        gauges=(_YEAR_END, _SHARE),
    ),
    Shipped(
        code="counsellor_advice",
        definition={
            "name": "参事建议",
            "fields": [
                _text("title", "建议名称", is_required=True),
                {"code": "topic", "title": "主题", "sort": "topic", "is_required": True},
                _date("handed_on", "报送日期", is_required=True),
                _text("counsellors", "参事"),
            ],
            "day_field": "handed_on",
        },
        gauges=(Gauged(measure="registers.count_by_topic"), _COUNT),
    ),
    Shipped(
        code="milestones",
        definition={
            "name": "建设里程碑",
            "fields": [
                _choice("milestone", "里程碑", *MILESTONES, is_required=True),
                _text("system", "系统或工程", is_required=True),
                _date("contract_on", "合同签订日期"),
                _file("record", "证明材料"),
                _NOTE,
            ],
            "is_planned": True,
            "needs_confirmation": True,
        },
        gauges=(
            *(
                Gauged(measure="registers.milestone_done", parameters={"value": code})
                for code, _title in MILESTONES[:5]
            ),
            Gauged(measure="registers.milestone_within", parameters={"value": "built", "months": 18}),
        ),
    ),
    Shipped(
        code="cleaning",
        definition={
            "name": "保洁",
            "fields": [_text("area", "区域"), _NOTE, _file("photo", "照片")],
            "is_planned": True,
        },
        gauges=(Gauged(measure="registers.daily", parameters={"times": 2}), _SHARE),
        duties=(ShippedDuty(title="保洁", schedule=clock.Daily(times=2, days=clock.Days.EVERY)),),
    ),
    Shipped(
        code="fire_rounds",
        definition={
            "name": "消防巡查",
            "fields": [
                _choice("finding", "结果", ("fine", "正常"), ("hazard", "发现隐患"), is_required=True),
                _NOTE,
                _file("photo", "照片"),
            ],
            "is_planned": True,
        },
        gauges=(Gauged(measure="registers.rounds_in_slots", parameters={"hours": 3}),),
        duties=(ShippedDuty(title="消防巡查", schedule=clock.Slots(hours=3)),),
    ),
    Shipped(
        code="fire_drills",
        definition={
            "name": "消防演练",
            "fields": [_date("held_on", "演练日期", is_required=True), _number("people", "参加人数", "人"), _NOTE],
            "day_field": "held_on",
            "is_planned": True,
        },
        gauges=(_COUNT, _SHARE),
        duties=(ShippedDuty(title="消防演练", schedule=clock.Yearly()),),
    ),
    Shipped(
        code="security",
        definition={
            "name": "安全保障",
            "fields": [_choice("service", "服务", *SERVICES, is_required=True), _NOTE],
            "is_planned": True,
        },
        gauges=(
            Gauged(measure="registers.roster_kept"),
            *(
                Gauged(measure="registers.roster_kept", parameters={"field": "service", "value": code})
                for code, _title in SERVICES[:4]
            ),
        ),
        duties=tuple(
            ShippedDuty(title=f"安全保障·{title}", schedule=clock.Daily(), told={"values": {"service": code}})
            for code, title in SERVICES[:4]
        ),
    ),
    Shipped(
        code="petitions",
        definition={"name": "信访举报件", "needs_confirmation": True},
        is_restricted=True,
        gauges=(_SHARE, *_NIL),
        duties=(_monthly("信访举报件"),),
    ),
    Shipped(
        code="discipline_cases",
        definition={"name": "案件", "needs_confirmation": True},
        is_restricted=True,
        gauges=(_SHARE, *_NIL),
        duties=(_monthly("案件"),),
    ),
    Shipped(
        code="reminders",
        definition={"name": "督促提醒函"},
        is_restricted=True,
        gauges=(_COUNT, *_NIL),
        duties=(_monthly("督促提醒函"),),
    ),
    Shipped(
        code="special_inspections",
        definition={"name": "专项检查"},
        is_restricted=True,
        gauges=(_COUNT, *_NIL),
        duties=(_monthly("专项检查"),),
    ),
)
BY_CODE: Mapping[str, Shipped] = {each.code: each for each in REGISTERS}


def missing() -> list[Shipped]:
    """Those that nobody has taken over yet; codes are permanent, so a retired one is not missing."""
    there = set(Register.objects.filter(code__in=BY_CODE).values_list("code", flat=True))
    return [each for each in REGISTERS if each.code not in there]


def take_in_shipped(unit: Unit, *, by: User | None, now: datetime) -> list[Register]:
    """Every shipped register that is not there yet, for `unit`, with its gauges; returns the new ones, so none the second time.

    All or none. Raises `NotAllowed`, `Refused` where a register that somebody defined has such a name: rename that one first.
    """
    wanted = missing()
    with transaction.atomic():
        made = [
            define(
                {"entering": "every"} | dict(each.definition),
                unit=unit,
                code=each.code,
                is_restricted=each.is_restricted,
                by=by,
                now=now,
            )
            for each in wanted
        ]
        several: list[tuple[str, Mapping[str, Any]]] = [
            (gauged.measure, {"register": each.code, **gauged.parameters}) for each in wanted for gauged in each.gauges
        ]
        if several:
            gauges.put_many(several, by=by, now=now)
    return made


def start_duties(
    code: str, *, unit: Unit, project: Project | None = None, since: date, by: User | None, now: datetime
) -> list[Duty]:
    """The duties of a shipped register for a unit, from a day on, those that do not run there yet; returns the new ones.

    For whoever oversees such cases at the unit, and the performance officer. All or none. Raises `Refused`, `NotAllowed`.
    """
    shipped = BY_CODE[code]
    running = set(Duty.objects.filter(unit=unit, until=None).values_list("title", flat=True))
    with transaction.atomic():
        return [
            duties.create(_draft(shipped, each, unit=unit, project=project, since=since), by=by, now=now)
            for each in shipped.duties
            if each.title not in running
        ]


def _draft(shipped: Shipped, each: ShippedDuty, *, unit: Unit, project: Project | None, since: date) -> duties.Draft:
    nil_return = RESTRICTED_NIL_RETURN if shipped.is_restricted else NIL_RETURN
    return duties.Draft(
        title=each.title,
        kind=nil_return if each.is_nil_return else ENTRY,
        step="expect",
        unit=unit,
        project=project,
        schedule=each.schedule,
        since=since,
        told={"register": shipped.code, **each.told},
    )
