"""The room of messages."""

from datetime import datetime, timedelta

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shixiao.ledger.jobs import Job
from shixiao.messages import checks as _checks  # registers the start-up checks
from shixiao.ui import menu

UNREAD = "unread_messages"


def plan(now: datetime) -> int:
    """A job of the worker: which channels each new message goes to, and when."""
    from shixiao.messages import planning  # needs the models, which are there by the time the worker calls

    return planning.plan(now)


def send(now: datetime) -> int:
    """A job of the worker: what is due is handed over, and what never came back is unknown."""
    from shixiao.messages import sending

    return sending.send(now)


def gather(now: datetime) -> int:
    """A job of the worker: deliveries that channels make by themselves."""
    from shixiao.messages import channels

    return sum(channel.gather(now) for channel in channels.outside())


def has_an_inbox(request: HttpRequest) -> bool:
    """Whoever is signed in."""
    return bool(getattr(getattr(request, "user", None), "is_active", False))


def unread(request: HttpRequest) -> int:
    """How many messages the person has not read, as it came with the account."""
    return int(getattr(request.user, UNREAD, 0))


def keeps_the_outbox(request: HttpRequest) -> bool:
    """The system administrator; who may is asked again by the page."""
    return str(getattr(getattr(request, "user", None), "role", "")) == "system_administrator"


class MessagesConfig(AppConfig):
    """Inbox, outbox, channels, ladders of reminders."""

    name = "shixiao.messages"
    label = "outbox"
    verbose_name = _("消息")
    places = (
        menu.Place(_("消息"), "messages:inbox", icon="inbox", order=0, who=has_an_inbox, count=unread),
        menu.Place(
            _("发送情况"),
            "messages:outbox",
            icon="events",
            order=760,
            within=("messages/outbox/",),
            who=keeps_the_outbox,
        ),
    )
    jobs = (
        Job("messages.plan", every=timedelta(seconds=10), run=plan),
        Job("messages.send", every=timedelta(seconds=10), run=send),
        Job("messages.gather", every=timedelta(seconds=10), run=gather),
    )

    def ready(self) -> None:
        """Every page says how many messages wait; that comes with the account. Some channels let people in."""
        from shixiao.messages import channels, queries  # models may be imported from here on
        from shixiao.people import backends, entrances

        backends.carry(UNREAD, queries.along)
        entrances.register("messages", channels.ways_in)


__all__ = ["MessagesConfig", "_checks"]
