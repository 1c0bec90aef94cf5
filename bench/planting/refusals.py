"""What cannot be planted, because the product's steps refuse it: each is tried in a house that has lived a quarter."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from planting.house import YEAR

UNTIL = datetime(YEAR, 3, 31, 12, tzinfo=UTC)


def tried(house: Any, _asked: Any) -> list[tuple[str, bool]]:
    """What was tried, and whether it was refused."""
    from django.db import transaction

    from shixiao.casework import living, loading
    from shixiao.casework.refusing import Refused
    from shixiao.site import simulating

    wanted = simulating.Wanted(year=YEAR, seed=0, until=UNTIL)
    with loading.in_bulk():
        simulating.live(house, wanted, after=None)
    living.settle(UNTIL)
    found = []
    for what, attempt in attempts(house):
        try:
            with transaction.atomic():
                attempt()
            found.append((what, False))
        except Refused:
            found.append((what, True))
    return found


def attempts(house: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """One by one; nothing is left of those that succeed, since the database is thrown away."""
    from shixiao import casework
    from shixiao.casework import duties, moving_cases
    from shixiao.casework.models import Case, Duty
    from shixiao.engine import clock
    from shixiao.offices.payments.steps import PAYMENT, ROUND
    from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_ENTRY

    staff, project = house.staff, house.projects[-1]
    overseers = {
        PAYMENT: "payments.approver",
        ROUND: "payments.approver",
        NIL_RETURN: "registers.confirmer",
        RESTRICTED_ENTRY: "registers.restricted_confirmer",
    }

    def move(kind: str) -> Callable[[], object]:
        case = Case.objects.filter(kind=kind).order_by("pk").first()
        return lambda: moving_cases.move(
            case,  # type: ignore[arg-type]
            project=project,
            reason="模拟：选错项目",
            by=staff[overseers[kind]],
            now=UNTIL,
        )

    for kind in overseers:
        yield f"{kind} to another project", move(kind)
    entry = Case.objects.filter(kind=ENTRY, state="planned", opened_at__lt=UNTIL - timedelta(days=5)).order_by("pk")[0]
    clerk, confirmer = staff["registers.clerk"], staff["registers.confirmer"]

    def step(name: str, happened_at: datetime | None = None, **told: Any) -> Callable[[], object]:
        by = confirmer if name == "cancel" else clerk
        return lambda: casework.perform(entry, name, by=by, now=UNTIL, happened_at=happened_at, **told)

    yield "another due day for planned work", step("amend", due_on=date(YEAR, 12, 1))
    yield "done before it was planned", step("do", entry.opened_at - timedelta(days=1))
    yield "done tomorrow", step("do", UNTIL + timedelta(days=1))
    done = Case.objects.filter(kind=ENTRY, state="done").order_by("pk")[0]
    yield (
        "what is done struck off",
        lambda: casework.perform(done, "cancel", by=confirmer, now=UNTIL, reason="模拟：登记有误"),
    )
    duty = Duty.objects.filter(kind=ENTRY).order_by("pk")[0]
    yield (
        "a duty ended for days that are over",
        lambda: duties.end(duty, until=date(YEAR, 2, 1), by=confirmer, now=UNTIL),
    )
    yield (
        "a duty with fewer rounds for days that are over",
        lambda: duties.change(duty, clock.Daily(times=1), since=date(YEAR, 2, 1), by=confirmer, now=UNTIL),
    )
