"""Saying which project of the offices a project of a plan is: proposed by name and unit, confirmed by the officer."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework import shared_things
from shixiao.casework.models import Project as OfficesProject
from shixiao.people.models import Unit as OfficesUnit
from shixiao.people.models import User
from shixiao.people.permissions import may_accept_plans
from shixiao.performance import comparing, events
from shixiao.performance.comparing import Key, Line
from shixiao.performance.models import Counterpart, Plan, PlanVersion

NEW = "new"
NONE = ""


class NotMatchable(ValueError):
    """It cannot be matched so; the sentence says why. `key` is the project of the plan that is meant."""

    def __init__(self, sentence: str, *, key: Key | None = None) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class Proposal:
    """A project of the plan, what it may be, what is proposed. `unit` is the office's unit of that name, where there is one."""

    line: Line
    choices: Sequence[OfficesProject]
    chosen: str
    unit: OfficesUnit | None

    @property
    def is_certain(self) -> bool:
        """It was said before."""
        return self.line.counterpart is not None


def proposals(version: PlanVersion) -> list[Proposal]:
    """For each project of the plan: what was said, or one of the same name in the unit of the same name that runs in the year,
    or a new one where the unit is known. Two statements beside those of the comparison."""
    year = version.plan.fiscal_year
    by_name: dict[str, list[OfficesUnit]] = defaultdict(list)
    for each in OfficesUnit.objects.filter(until=None).order_by("path"):
        by_name[_folded(each.name)].append(each)
    of_unit: dict[int, list[OfficesProject]] = defaultdict(list)
    for project in OfficesProject.objects.filter(since_year__lte=year, until_year__gte=year).order_by("name", "id"):
        of_unit[project.unit_id].append(project)
    taken: set[int] = set()
    found = []
    for line in comparing.compare(version).lines:
        units = by_name.get(_folded(line.key.unit), [])
        choices = [project for each in units for project in of_unit[each.pk]]
        # A department and the unit that is its own office often share a name: the one that has projects is meant, else the lower.
        unit = max(units, key=lambda each: (len(of_unit[each.pk]), each.depth, each.pk), default=None)
        if line.counterpart and line.counterpart not in choices:
            choices = [*choices, line.counterpart]
        chosen = _chosen(line, choices, taken) if choices or line.counterpart else NONE
        if not chosen and unit and line.counterpart is None:
            chosen = NEW
        if chosen not in (NONE, NEW):
            taken.add(int(chosen))
        found.append(Proposal(line, choices, chosen, unit))
    return found


def _chosen(line: Line, choices: Sequence[OfficesProject], taken: set[int]) -> str:
    if line.counterpart:
        return str(line.counterpart.pk)
    same = [each for each in choices if _folded(each.name) == _folded(line.key.project) and each.pk not in taken]
    return str(same[0].pk) if same else NONE


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def match(version: PlanVersion, chosen: Mapping[Key, str], *, by: User, now: datetime) -> int:
    """Record which projects they are, one event for each that changed; `NEW` makes the project first, `NONE` takes back what was
    said. All or none; returns how many changed. Raises `PermissionDenied`, `NotMatchable`."""
    if not may_accept_plans(by):
        raise PermissionDenied(_("对应项目由绩效管理员办理。"))
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=version.plan_id)
        known = {each.line.key: each for each in proposals(version)}
        changed = 0
        used = {
            each.line.counterpart.pk: key for key, each in known.items() if each.line.counterpart and key not in chosen
        }
        for key, value in chosen.items():
            if key not in known:
                raise NotMatchable(_("表里没有这个项目。请刷新页面再试。"), key=key)
            changed += _record(version, known[key], value, used, by=by, now=now)
    return changed


def _record(
    version: PlanVersion, proposal: Proposal, value: str, used: dict[int, Key], *, by: User, now: datetime
) -> bool:
    line = proposal.line
    counterpart = _counterpart(version, proposal, value, by=by, now=now)
    if counterpart and used.setdefault(counterpart.pk, line.key) != line.key:
        sentence = _("“%(name)s”已经对应表里的另一个项目“%(other)s”。一个项目只能对应一次。")
        names = {"name": counterpart.name, "other": used[counterpart.pk].project}
        raise NotMatchable(sentence % names, key=line.key)
    if counterpart == line.counterpart:
        return False
    Counterpart.objects.create(
        plan=version.plan,
        unit_name=line.key.unit,
        project_name=line.key.project,
        ordinal=line.key.ordinal,
        counterpart=counterpart,
        made_by=by,
        made_at=now,
    )
    codes = {
        "version": version.number,
        "unit": line.unit_position,
        "project": line.position,
        "counterpart": counterpart.pk if counterpart else None,
        "is_created": value == NEW,
    }
    ledger.record(events.PROJECT_MATCHED, subject=version.plan, by=by, now=now, particulars=codes)
    return True


def _counterpart(
    version: PlanVersion, proposal: Proposal, value: str, *, by: User, now: datetime
) -> OfficesProject | None:
    key = proposal.line.key
    if value == NONE:
        return None
    if value != NEW:
        found = next((each for each in proposal.choices if str(each.pk) == value), None)
        if found is None:
            raise NotMatchable(_("没有这个项目，或者它不属于这个单位。请刷新页面再选。"), key=key)
        return found
    if proposal.unit is None:
        sentence = _("还没有叫“%(unit)s”的单位。请系统管理员先在“单位与人员”里建立。")
        raise NotMatchable(sentence % {"unit": key.unit}, key=key)
    year = version.plan.fiscal_year
    try:
        return shared_things.create_project(
            key.project, unit=proposal.unit, since_year=year, until_year=year, by=by, now=now
        )
    except ValidationError as error:
        raise NotMatchable("；".join(error.messages), key=key) from error
