"""Which plan `shixiao board` and `shixiao why` speak of, on which day, and the database behind them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import CHINESE, Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import Refused
from shixiao.site.cli.terminal import Terminal

if TYPE_CHECKING:
    from shixiao.performance.models import PlanVersion

_MOST_NAMED = 20


@contextmanager
def opened(terminal: Terminal) -> Iterator[datetime]:
    """The database in the language of the person; gives the present moment. Raises Refused when it is not ready."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django  # only the commands that need the database load it

    django.setup()
    from django.utils import timezone, translation

    from shixiao.site import starting

    try:
        starting.require_migrations()
    except starting.NotReady as refused:
        raise Refused(refused.text) from None
    with translation.override("zh-hans" if terminal.language == CHINESE else "en"):
        yield timezone.now()


def day_asked_for(wishes: Wishes, now: datetime) -> date | None:
    """The past day; None is now. Raises Refused for what is no day, and for one that has not come."""
    said = wishes.chosen("as-of")
    if said is None:
        return None
    from django.utils import timezone

    today = timezone.localtime(now).date()
    day = _day(said)
    if day is None or day.year < 1990:
        raise Refused(
            Text(
                f"--as-of 要写成 2026-06-30 这样的日期，“{said}”不是。",
                f"--as-of needs a day such as 2026-06-30, not {said!r}.",
            )
        )
    if day > today:
        zh = f"{day.isoformat()} 还没有到。不写 --as-of 就是现在。"
        raise Refused(Text(zh, f"{day.isoformat()} has not come yet; without --as-of it is now."))
    return day if day < today else None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if len(said) == 10 else None
    except ValueError:
        return None


def version_asked_for(wishes: Wishes) -> PlanVersion:
    """The newest version of the plan that --plan names by id, year or words of the office; of the latest year without it.

    Raises Refused where there is none, and where several fit.
    """
    from shixiao.performance import overview
    from shixiao.performance.queries import BULKY

    listed = overview.newest().select_related("plan").defer(*BULKY).order_by("-plan__fiscal_year", "plan__department")
    every = list(listed)
    if not every:
        raise Refused(
            Text("还没有绩效目标表。", "there is no plan yet."),
            Text("请先用 shixiao import 收入一份。", "Accept one with shixiao import first."),
        )
    said = wishes.chosen("plan")
    found = _fitting(every, said.strip()) if said is not None else _of_latest_year(every)
    if len(found) == 1:
        return found[0]
    raise _not_one(said, found, every)


def _of_latest_year(every: list[PlanVersion]) -> list[PlanVersion]:
    return [each for each in every if each.plan.fiscal_year == every[0].plan.fiscal_year]


def _fitting(every: list[PlanVersion], said: str) -> list[PlanVersion]:
    by_id = [each for each in every if str(each.plan_id) == said]
    by_year = [each for each in every if str(each.plan.fiscal_year) == said]
    words = said.split()
    by_words = [each for each in every if words and all(word in _named(each) for word in words)]
    return by_id or by_year or by_words


def _named(version: PlanVersion) -> str:
    return f"{version.plan.department} {version.plan.fiscal_year}"


def _not_one(said: str | None, found: list[PlanVersion], every: list[PlanVersion]) -> Refused:
    listed = "；".join(f"{each.plan_id} {_named(each)}" for each in (found or every)[:_MOST_NAMED])
    text = (
        Text("有几份表符合。", "several plans fit.")
        if found
        else Text(f"没有“{said}”这份表。", f"there is no plan {said!r}.")
    )
    return Refused(text, Text(f"请用 --plan 写编号：{listed}。", f"Say one with --plan ID: {listed}."))
