"""A house with the published table, each of its parts bound to a gauge, and what every night kept: what `board.py` measures."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

PAST = date(2026, 6, 30)
ROW = 1  # whose pages are opened


def prepare(size: int) -> tuple[str, dict[str, str]]:
    """A house with so many facts; the session cookie of somebody who is signed in, and the addresses of the pages and of their floors."""
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse
    from evidence_house import PROJECTS, UNITS, YEAR, fill_facts, gauges
    from sample import SAMPLE

    from shixiao.casework.models import Project
    from shixiao.people import actions
    from shixiao.people.models import Role
    from shixiao.performance.actions import accept_plan

    call_command("migrate", verbosity=0)
    now = _now()
    top, since = None, date(2020, 1, 1)
    for number in range(1, UNITS + 1):
        unit = actions.create_unit(f"模拟单位{number}", code=f"B{number}", parent=top, since=since, by=None, now=now)
        top = top or unit
    for number in range(1, PROJECTS + 1):
        Project.objects.create(unit=top, name=f"模拟项目{number}", since_year=YEAR, until_year=YEAR)
    me = actions.create_account(
        "bench", display_name="模拟人", role=Role.OFFICER, password=secrets.token_urlsafe(12), by=None, now=now
    )
    version = accept_plan(SAMPLE.read_bytes(), name=SAMPLE.name, by=me, now=now).version
    ids = [gauge.pk for gauge in gauges(123, now)]
    fill_facts(size, ids)
    _bind(version, ids, me, now)
    _freeze(version)
    gauge, project = _cases_behind(version)
    client = Client()
    client.force_login(me, backend="shixiao.people.backends.Accounts")
    from django.conf import settings

    page = reverse("performance:plan_board", args=[version.plan_id])
    of_row = [version.plan_id, version.number, ROW]
    return client.cookies[settings.SESSION_COOKIE_NAME].value, {
        "page": page,
        "past": f"{page}?on={PAST.isoformat()}",
        "json": f"/bare/json/{version.plan_id}/",
        "indicator": reverse("performance:indicator", args=of_row),
        "why": reverse("performance:why", args=of_row),
        "why_json": reverse("performance:why_json", args=of_row),
        "trace": f"{reverse('casework:gauge', args=[gauge])}?year={YEAR}&project={project}",
        "page_floor": f"/bare/board/{version.pk}/",
        "past_floor": f"/bare/past/{version.pk}/",
        "json_floor": f"/bare/sums/{version.pk}/",
        "indicator_floor": f"/bare/row/{version.pk}/{ROW}/",
        "why_floor": f"/bare/why/{version.pk}/{ROW}/",
        "trace_floor": f"/bare/cases/{gauge}/{project}/",
    }


def _cases_behind(version: Any) -> tuple[int, int]:
    """The cases of the first pages of the number of one row, which is opened; nobody looks at the others. Its gauge and project."""
    from shixiao.casework.models import Case
    from shixiao.ledger.models import Fact
    from shixiao.performance.models import Binding

    bound = Binding.objects.filter(indicator__version=version, indicator__row=ROW).latest("id")
    facts = Fact.objects.filter(gauge_id=bound.gauge_id, project=bound.project_id).order_by("day", "case_id")[:200]
    Case.objects.bulk_create(
        Case(
            id=fact.case_id,
            number=f"支2026-{fact.case_id:08d}",
            kind="payments.payment",
            title=f"第{fact.case_id}笔模拟支出（模拟收款人）",
            unit_id=fact.unit,
            project_id=fact.project,
            state="paid",
            opened_at=fact.known_at,
            closed_at=fact.known_at,
        )
        for fact in facts
    )
    return bound.gauge_id, bound.project_id


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


def _bind(version: Any, ids: list[int], me: Any, now: datetime) -> None:
    """Every part of every row, by what its target can take: a share, a count or a sum, in the project where that gauge has facts."""
    import watching

    from shixiao.casework.models import Project
    from shixiao.ledger.models import Gauge, MonthCell
    from shixiao.performance.binding import NotBindable, Wanted, bind, parts_of
    from shixiao.performance.models import Basis
    from shixiao.performance.rows import annual_targets

    kinds = {made.name: made for made in watching.MEASURES}
    rows = list(Gauge.objects.filter(pk__in=ids).order_by("pk"))
    projects = dict(MonthCell.objects.filter(gauge__in=ids).order_by("project").values_list("gauge", "project"))
    known = Project.objects.in_bulk()
    targets = annual_targets(version)
    free = {name: [row for row in rows if row.measure == name] for name in kinds}
    for indicator in version.indicators.select_related("version__plan").order_by("row"):
        for part, _target in enumerate(parts_of(targets[indicator.pk])):
            for name in sorted(kinds, key=lambda each: -len(free[each])):
                gauge = free[name][-1] if free[name] else next(row for row in rows if row.measure == name)
                wanted = Wanted(
                    basis=Basis.MEASURE,
                    measure=name,
                    parameters={"number": _number_of(gauge)},
                    project=known.get(projects.get(gauge.pk, 0)),
                )
                try:
                    bind(indicator, part, wanted, reason="基准测试", by=me, now=now - timedelta(days=400))
                except NotBindable:
                    continue
                if free[name]:
                    free[name].pop()
                break


def _number_of(gauge: Any) -> int:
    from shixiao.ledger import gauges

    return int(next(each for each in gauges.current(_now()).gauges if each.id == gauge.pk).parameters["number"])


def _freeze(version: Any) -> None:
    """What every night until the past day kept: the ends of its months and the day itself."""
    from shixiao.ledger import freezing
    from shixiao.ledger.models import FrozenReading
    from shixiao.ledger.readings import Asked
    from shixiao.performance import standing
    from shixiao.performance.models import Basis

    wanted: dict[str, Asked] = {}
    for bound in standing.bindings_on([version.pk], PAST):
        if bound.basis == Basis.MEASURE:
            wanted |= {each.key: each for each in standing.wanted_of(bound)}
    asked = list(wanted.values())
    for day in (*(date(2026, month, 1) - timedelta(days=1) for month in range(2, 7)), PAST):
        FrozenReading.objects.bulk_create(freezing._made(asked, day, _now()))  # noqa: SLF001 — without waiting for the night
