"""What the page of a channel says of the test that was just sent."""

from dataclasses import dataclass

from django.utils import timezone

from shixiao.messages.channels import Channel, trying
from shixiao.messages.preferring import Unfit
from shixiao.people.models import User
from shixiao.people.wordings import said


@dataclass(frozen=True, slots=True)
class Shown:
    """`is_refused`: nothing was sent, since the channel or the person's own entry is not complete."""

    text: str
    is_good: bool = False
    is_refused: bool = False


def tried(channel: Channel, *, by: User) -> Shown:
    """Send it now, and what came of it. Raises `PermissionDenied`."""
    try:
        done = trying.send_test(channel, by=by, now=timezone.now())
    except Unfit as unfit:
        return Shown(said(unfit.text), is_refused=True)
    return Shown(said(done.text), is_good=done.is_good)
