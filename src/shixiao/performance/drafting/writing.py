"""Keeping a draft, and handing it in: it becomes a version through the common door and goes to the unit review."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import tables
from shixiao.casework import performing
from shixiao.casework.models import Case
from shixiao.engine import plans, targets
from shixiao.engine.lint.vocabulary import CLASSES, class_cell
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import Unit, User
from shixiao.people.permissions import mandates, may_accept_plans
from shixiao.performance import rows as published
from shixiao.performance.actions import accept_plan
from shixiao.performance.drafting.models import MOST_ROWS, WORDING_LENGTH, Draft, DraftProject, DraftRow
from shixiao.performance.life.models import PlanLife
from shixiao.performance.life.responsibilities import DRAFTER
from shixiao.performance.life.steps import PLAN
from shixiao.performance.models import FIRST_YEAR, LAST_YEAR, NAME_LENGTH, PlanVersion

_LEVEL1 = {"1": "1-产出指标", "2": "2-效益指标", "3": "3-满意度指标", "4": "4-成本指标"}
_AMOUNTS = ("total", "fiscal", "special_account", "other")
_LARGEST = Decimal(10) ** 9
_FEN = Decimal("0.000001")


class NotDraftable(ValueError):
    """It cannot be kept or handed in so; the sentence says why. `field` names what is meant."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def may_draft(by: User, *, now: datetime) -> bool:
    """The performance officer, and whoever holds the post of drafting plans at some unit."""
    return may_accept_plans(by) or mandates(by, timezone.localtime(now).date()).allow(DRAFTER.word, None)


def _check_person(by: User, now: datetime) -> None:
    if not may_draft(by, now=now):
        raise PermissionDenied(_("目标表由绩效管理员和编报人起草。"))


def begin(*, department: str, fiscal_year: int, base: PlanVersion | None, by: User, now: datetime) -> Draft:
    """A new draft, empty or with everything of `base`. Raises `NotDraftable`, `PermissionDenied`."""
    _check_person(by, now)
    office = _text(department, "department", NAME_LENGTH)
    if not office:
        raise NotDraftable(_("请填写部门名称。"), field="department")
    if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
        words = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise NotDraftable(_("年度应在 %(first)s 到 %(last)s 之间。") % words, field="fiscal_year")
    with transaction.atomic():
        draft = Draft.objects.create(owner=by, department=office, fiscal_year=fiscal_year, base=base, changed_at=now)
        if base is not None:
            _copy(draft, published.plan_of(base))
    return draft


def _copy(draft: Draft, plan: plans.Plan) -> None:
    made = DraftProject.objects.bulk_create(
        DraftProject(
            draft=draft,
            position=position,
            unit_name=unit.name,
            name=project.name,
            objective=project.objective,
            **{name: getattr(project.funds, name) for name in _AMOUNTS},
        )
        for position, (unit, project) in enumerate(plan.projects(), 1)
    )
    DraftRow.objects.bulk_create(
        DraftRow(
            project=row,
            code=indicator.code,
            name=indicator.name,
            annual_wording=indicator.annual_wording,
            cycle_wording="" if indicator.cycle_wording == indicator.annual_wording else indicator.cycle_wording,
        )
        for row, (_unit, project) in zip(made, plan.projects(), strict=True)
        for indicator in project.indicators
    )


def keep_project(
    draft: Draft, project: DraftProject | None, given: Mapping[str, str], *, by: User, now: datetime
) -> DraftProject:
    """A new project, or another name, unit, money. Raises `NotDraftable`."""
    _check_owner(draft, by)
    told: dict[str, str | Decimal | None] = {
        "unit_name": _text(given.get("unit_name", "") or draft.department, "unit_name", NAME_LENGTH),
        "name": _text(given.get("name", ""), "name", NAME_LENGTH),
        "objective": _text(given.get("objective", ""), "objective", 10 * WORDING_LENGTH),
        "total": _amount(given.get("total", ""), "total"),
    }
    if not told["name"]:
        raise NotDraftable(_("请填写项目名称。"), field="name")
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)
        if project is None:
            last = draft.projects.order_by("-position").values_list("position", flat=True).first() or 0
            project = DraftProject(draft=draft, position=last + 1)
            told["fiscal"] = told["total"]
        elif project.total != told["total"]:
            # The sources of the base no longer add up to it; who changes the sum says where it comes from in the table's own form.
            told |= {"fiscal": told["total"], "special_account": None, "other": None}
        for name, value in told.items():
            setattr(project, name, value)
        project.save()
        _touch(draft, now)
    return project


def keep_row(
    project: DraftProject, row: DraftRow | None, given: Mapping[str, str], *, by: User, now: datetime
) -> DraftRow:
    """A new row, or what is typed into one; also what cannot be read yet is kept. Raises `NotDraftable` for a mark of secrecy."""
    _check_owner(project.draft, by)
    code = given.get("code", "")
    if row is None:
        if DraftRow.objects.filter(project__draft=project.draft_id).count() >= MOST_ROWS:
            raise NotDraftable(_("一份草稿最多 %(n)s 行。") % {"n": MOST_ROWS}, field="name")
        row = DraftRow(project=project)
    row.code = code if code in CLASSES else ""
    row.name = _text(given.get("name", ""), "name", WORDING_LENGTH)
    row.annual_wording = _text(given.get("annual_wording", ""), "annual_wording", WORDING_LENGTH)
    row.cycle_wording = _text(given.get("cycle_wording", ""), "cycle_wording", WORDING_LENGTH)
    expected = given.get("expected", "").strip()
    row.expected = int(expected) if expected.isascii() and expected.isdigit() and len(expected) < 10 else None
    with transaction.atomic():
        row.save()
        _touch(project.draft, now)
    return row


def remove_row(row: DraftRow, *, by: User, now: datetime) -> None:
    """The row goes."""
    _check_owner(row.project.draft, by)
    with transaction.atomic():
        row.delete()
        _touch(row.project.draft, now)


def put_away(draft: Draft, *, by: User) -> None:
    """The draft goes with everything in it."""
    _check_owner(draft, by)
    draft.delete()


def _check_owner(draft: Draft, by: User) -> None:
    if draft.owner_id != by.pk:
        raise PermissionDenied(_("这份草稿不是您的。"))


def _touch(draft: Draft, now: datetime) -> None:
    Draft.objects.filter(pk=draft.pk).update(changed_at=now)


def _text(given: str, field: str, most: int) -> str:
    text = " ".join(given.split())
    if is_marked(text):
        raise NotDraftable(_("带有密级标志的内容不得进入本系统，请立即删除并按保密规定处理。"), field=field)
    if not text.isprintable() or len(text) > most:
        raise NotDraftable(_("这一项太长，或含有看不见的字符。最多 %(n)s 个字。") % {"n": most}, field=field)
    return text


def _amount(given: str, field: str) -> Decimal | None:
    text = given.replace(",", "").strip()
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount < _LARGEST or amount != amount.quantize(_FEN):
        raise NotDraftable(_("金额请写成 12.50 这样的数，单位万元。"), field=field)
    return amount


# ---- as a table ----------------------------------------------------------------------------------------------------


def plan_of(draft: Draft) -> tuple[plans.Plan, dict[int, int]]:
    """The draft as the engine sees a table, and the running number of each row by its id. Two statements, and one for the base."""
    base = published.plan_of(draft.base) if draft.base is not None else None
    known = {(unit.name, project.name): project for unit, project in base.projects()} if base else {}
    listed = list(draft.projects.order_by("position"))
    rows: dict[int, list[DraftRow]] = {project.pk: [] for project in listed}
    for row in DraftRow.objects.filter(project__draft=draft).order_by("id"):
        rows[row.project_id].append(row)
    numbers: dict[int, int] = {}
    units: dict[str, list[plans.Project]] = {}
    for project in listed:
        units.setdefault(project.unit_name, []).append(
            _project(project, rows[project.pk], numbers, known.get((project.unit_name, project.name)))
        )
    made = tuple(plans.Unit(name, None, tuple(several)) for name, several in units.items())
    title = base.title if base else ""
    form = base.form if base else plans.Form.TARGET_TABLE
    return plans.Plan(title, draft.department, "万元", None, made, form=form), numbers


def _project(
    project: DraftProject, rows: list[DraftRow], numbers: dict[int, int], known: plans.Project | None
) -> plans.Project:
    indicators = []
    for number, row in enumerate(rows, 1):
        numbers[row.pk] = len(numbers) + 1
        indicators.append(_indicator(row, numbers[row.pk], number))
    funds = plans.Funds(*(getattr(project, name) for name in _AMOUNTS))
    if known is None:
        return plans.Project(project.name, funds, project.objective, tuple(indicators))
    return known._replace(funds=funds, objective=project.objective, indicators=tuple(indicators), repairs=())


def _indicator(row: DraftRow, running: int, number: int) -> plans.Indicator:
    level1 = _LEVEL1.get(row.code[:1], "")
    level2 = class_cell(row.code, level1) if row.code in CLASSES else ""
    cycle = row.cycle_wording or row.annual_wording
    read = {"name": row.name, "category": level2}
    annual = targets.read(row.annual_wording, **read)
    return plans.Indicator(
        running, number, row.code, level1, level2, row.name, cycle, row.annual_wording,
        annual if cycle == row.annual_wording else targets.read(cycle, **read), annual,
    )  # fmt: skip


# ---- handed in -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandedIn:
    """What became of a draft."""

    version: PlanVersion
    case: Case


def hand_in(draft: Draft, *, unit: Unit | None, answer: str = "", by: User, now: datetime) -> HandedIn:
    """The draft becomes the next version of its plan and goes to the unit review, all or nothing; then it is gone.

    Raises `NotDraftable` where it is empty, what `accept_plan` raises, and `casework.Refused` where the plan is not to be handed in now.
    """
    _check_owner(draft, by)
    _check_person(by, now)
    if unit is None:
        raise NotDraftable(_("您没有绩效目标编报岗位，草稿已保留。如需提交，请联系安全管理员授予岗位。"), field="unit")
    with transaction.atomic():
        plan, numbers = plan_of(draft)
        if not numbers:
            raise NotDraftable(_("草稿里还没有一行指标。"))
        content = tables.write(plan, format="json")
        version = accept_plan(
            content,
            name=f"{draft.department} {draft.fiscal_year}.json",
            by=by,
            now=now,
            fiscal_year=draft.fiscal_year,
            department=draft.department,
            may=partial(may_draft, now=now),
        ).version
        life = PlanLife.objects.select_related("case").filter(plan=version.plan).first()
        if life is None:
            opening = performing.Opening(unit=unit, particulars={"plan": version.plan_id, "version": version.number})
            case = performing.open_case(PLAN, "begin", opening, by=by, now=now)
        else:
            case = life.case
        case = performing.perform(case, "submit", by=by, now=now, version=version.number, answer=answer)
        draft.delete()
    return HandedIn(version, case)
