"""The room of the counter."""

from datetime import datetime, timedelta

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shixiao.casework import checks as _checks  # registers the start-up checks
from shixiao.casework.search import checks as _search_checks
from shixiao.engine.bilingual import Text
from shixiao.ledger.jobs import Job
from shixiao.ui import menu


def fire_due_timers(now: datetime) -> int:
    """A job of the worker: cases whose timer fell due are looked at again."""
    from shixiao.casework import timers  # needs the models, which are there by the time the worker calls

    return timers.fire_due(now)


def remind(now: datetime) -> int:
    """A job of the worker: limits that are near or past climb the ladder of reminders."""
    from shixiao.casework import reminding

    return reminding.remind(now)


def take_back_messages(now: datetime) -> int:
    """A job of the worker: what somebody was asked to do and somebody else did is taken back."""
    from shixiao.casework import messages

    return messages.take_back(now)


def make_expected_cases(now: datetime) -> int:
    """A job of the worker: duties make their cases ahead, and follow changed calendars."""
    from shixiao.casework import expecting  # needs the models

    return expecting.make_ahead(now)


def look_again(now: datetime) -> int:
    """A job of the worker: cases of which passing time alone changes what a gauge says."""
    from shixiao.casework import assessing

    return assessing.look_again(now)


def catch_up(now: datetime) -> int:
    """A job of the worker: cases whose facts were made by an earlier set of gauges."""
    from shixiao.casework import assessing

    return assessing.catch_up(now)


def forget_old_answers(now: datetime) -> int:
    """A job of the worker: what programs were answered is kept for seven days."""
    from shixiao.casework.api import once

    return once.forget_old(now)


def forget_old_receipts(now: datetime) -> int:
    """A job of the worker: what people were answered on their phones is kept for ninety days."""
    from shixiao.casework import receiving

    return receiving.forget_old(now)


def works_at_a_desk(request: HttpRequest) -> bool:
    """Administrators do no business, so nothing is to do for them."""
    return not getattr(request.user, "is_administrator", True)


def keeps_plans(request: HttpRequest) -> bool:
    """The performance officer. Whoever keeps projects by a post finds them beside “new”: a menu asks no statement."""
    return str(getattr(request.user, "role", "")) == "officer"


def tidy_attachments(now: datetime) -> int:
    """A job of the worker: files that no case names any more are removed."""
    from shixiao.casework import attaching  # needs the models

    return attaching.tidy(now)


def may_erase(request: HttpRequest) -> bool:
    """Only the security administrator's menu has it; who may is asked again by the step."""
    from django.contrib.auth.models import AnonymousUser  # these need the models

    from shixiao.people.permissions import may_grant

    return may_grant(getattr(request, "user", AnonymousUser()))  # a page of refusal may come before the sign-in


class CaseworkConfig(AppConfig):
    """Cases, step tables, deadlines, tags, attachments, search."""

    name = "shixiao.casework"
    label = "casework"
    verbose_name = _("办事台")
    places = (
        menu.Place(
            _("待办"),
            "casework:todo",
            icon="todo",
            order=5,
            within=("todo/", "cases/", "filters/"),
            who=works_at_a_desk,
        ),
        menu.Place(_("度量"), "casework:evidence", icon="rules", order=30, within=("evidence/",), who=works_at_a_desk),
        menu.Place(
            _("例行"),
            "casework:duties-today",
            icon="rules",
            order=7,
            within=("duties/",),
            who=works_at_a_desk,
        ),
        menu.Place(
            _("项目和合同"),
            "casework:shared",
            "office",
            620,
            arguments=("projects",),
            within=("shared/",),
            who=keeps_plans,
        ),
        menu.Place(_("依法删除"), "casework:erase", icon="accepted", order=750, within=("erasing/",), who=may_erase),
        menu.Place(_("时限和日历"), "casework:calendar", icon="events", order=800, within=("time/",)),
    )
    jobs = (
        Job("casework.timers", every=timedelta(seconds=10), run=fire_due_timers),
        Job("casework.reminders", every=timedelta(minutes=1), run=remind),
        Job("casework.stale_messages", every=timedelta(minutes=2), run=take_back_messages),
        Job("casework.duties", every=timedelta(seconds=30), run=make_expected_cases),
        Job("casework.look_again", every=timedelta(seconds=10), run=look_again),
        Job("casework.catch_up", every=timedelta(seconds=10), run=catch_up),
        Job("casework.answers", every=timedelta(hours=1), run=forget_old_answers),
        Job("casework.receipts", every=timedelta(hours=1), run=forget_old_receipts),
        Job("casework.attachments", every=timedelta(hours=6), run=tidy_attachments),
    )

    def ready(self) -> None:
        """Whoever leaves hands over the cases in hand."""
        from shixiao.casework import (
            assigning,  # models may be imported from here on
            search,
        )
        from shixiao.people import handing_over, moving

        handing_over.register(
            "casework.cases",
            Text("主办的事项", "Cases in hand"),
            count=assigning.count_open,
            hand_over=assigning.hand_over,
        )
        from shixiao.casework import freezing as our_readings
        from shixiao.ledger import freezing

        freezing.register(our_readings.NAME, our_readings.supply, is_ready=our_readings.is_ready)
        from shixiao.casework import messages

        messages.register()
        moving.register("casework.search", lambda old_path, new_path: search.move_units({old_path: new_path}))


__all__ = ["CaseworkConfig", "_checks", "_search_checks"]
