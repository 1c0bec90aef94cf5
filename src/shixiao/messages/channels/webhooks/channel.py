"""Webhooks: a receiver knows a notice by its id and takes it twice as one, so what is unknown may be sent again."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings

from shixiao.engine.bilingual import Text
from shixiao.engine.destinations import Unsafe
from shixiao.messages import channels, subjects
from shixiao.messages.channels import Abilities, Channel, Outcome, Parcel
from shixiao.messages.channels.webhooks import bodies, judging, posting, signing
from shixiao.people import sealing

# Standard Webhooks: at once, then after so long each time.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)


class Webhooks(Channel):
    """What happened to cases, for the endpoints that the system administrator names. Nothing of restricted registers (law 9)."""

    name = "webhooks"
    title = Text("网络回调", "Webhooks")
    about = Text(
        "事项有了变化就告知别的程序，内容有签名。", "Other programs are told what happened to cases, with a signature."
    )
    abilities = Abilities(repeats=True)
    is_for_people = False
    waits = SCHEDULE
    patience = timedelta(minutes=5)
    page = "messages:endpoints"

    def is_ready(self) -> bool:
        """Always; who is told stands in the table of endpoints."""
        return True

    def titles(self, targets: Collection[str]) -> Mapping[str, str]:
        """What the endpoints are called. One statement."""
        from shixiao.messages.models import Endpoint  # models are there by now

        return {str(row.pk): row.title for row in Endpoint.objects.filter(pk__in=[int(each) for each in targets])}

    def gather(self, now: datetime) -> int:
        """A delivery for each endpoint and event of a kind that it wants; and endpoints that fail for long are switched off."""
        from shixiao.messages.channels.webhooks import gathering

        return gathering.gather(now)

    def send(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """Post it, in half a minute at most."""
        from shixiao.messages.models import Endpoint

        endpoint = Endpoint.objects.filter(pk=int(parcel.delivery.target), is_enabled=True).first()
        event = parcel.delivery.event
        if endpoint is None or event is None:
            return channels.refused("endpoint_off")
        thing = (event.subject_kind, int(event.subject_id))
        about = subjects.outward([thing]).get(thing)
        if about is None:
            return channels.refused("not_outward")
        several = [sealing.unsealed(each) for each in endpoint.secrets]
        if not all(several):
            return channels.not_reached("secret_unreadable")
        try:
            to = judging.judge(endpoint.address)
        except Unsafe:
            return channels.not_reached("address_unsafe")
        body = bodies.body(event, about, source=settings.SHIXIAO_ADDRESS)
        signed = signing.headers(several, key=parcel.key, timestamp=int(now.timestamp()), body=body)
        headers = {"Content-Type": bodies.CONTENT_TYPE, "User-Agent": "shixiao", **signed}
        outcome = posting.post(to, body, headers, authority=settings.SHIXIAO_WEBHOOKS_AUTHORITY)
        return _no_sooner(outcome, parcel.attempt)


def _no_sooner(outcome: Outcome, attempt: int) -> Outcome:
    """A receiver may ask us to wait longer than the schedule says, not shorter."""
    if outcome.again_in is None or attempt > len(SCHEDULE):
        return outcome
    return Outcome(outcome.result, outcome.reason, max(outcome.again_in, SCHEDULE[attempt - 1]))


CHANNEL = Webhooks()
