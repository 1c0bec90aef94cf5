"""SMS: the gateway takes it or says why not; whether it arrived the carrier reports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.conf import settings

from shixiao.engine.bilingual import Text
from shixiao.messages import channels
from shixiao.messages.channels import Abilities, Channel, Outcome, Parcel, Result
from shixiao.messages.channels.sms import counting, gateways
from shixiao.messages.states import Fate
from shixiao.people.models import User

MOST_PARTS = 3
STOOD_IN_FOR = "yuezhengyi"


class Sms(Channel):
    """One SMS for each notice, a digest as one. Never twice by itself where the gateway has no key to know it by: a carrier delivers the same
    text as often as it comes."""

    name = "sms"
    title = Text("短信", "SMS")
    about = Text(
        "限制台账的事项只说有一件；粤政易能联系到的人，没有回执时才补发。",
        "Of a restricted register only that there is something. Whoever Yuezhengyi reaches gets one only without a receipt.",
    )
    abilities = Abilities(
        receipts=frozenset({Fate.DELIVERED}), longest=180, cost=Text("按条计费", "Charged by the part")
    )
    source = Text("由系统管理员填写；要改请找系统管理员。", "Entered by the system administrator, who changes it, too.")
    page = "messages:sms"
    stands_in_for = STOOD_IN_FOR

    def urgencies(self, on: date) -> Collection[str]:
        """Those that the rule of that day names. One statement."""
        from shixiao.messages.channels.sms import standing_in  # models are there by now

        return list(standing_in.in_force(on).minutes)

    def is_ready(self) -> bool:
        """A gateway is named, and has what it needs."""
        there = gateways.gateway()
        return there is not None and not there.lacks()

    def lacks(self) -> list[str]:
        """What is missing where a gateway is named."""
        there = gateways.gateway()
        if there is None:
            return []
        missing = there.lacks()
        for name in ("SHIXIAO_SMS_SECRET_FILE", "SHIXIAO_SMS_REPORT_FILE"):
            if getattr(settings, name) and not gateways.line_of(getattr(settings, name)):
                missing.append(name)
        return missing

    def targets(self, people: Sequence[User]) -> Mapping[int, str]:
        """Those who have a number. One statement."""
        from shixiao.messages.channels.sms import numbers  # models are there by now

        return numbers.of(people)

    def repeats(self) -> bool:
        """Where the gateway knows a notice by its key."""
        from shixiao.messages.channels.sms import plain_http

        return plain_http.repeats()

    def gather(self, now: datetime) -> int:
        """Reports are fetched, and messages that got no receipt elsewhere go by SMS."""
        from shixiao.messages.channels.sms import reports, standing_in

        reports.fetch(now=now)
        return standing_in.gather(now)

    def try_out(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """One SMS that is no delivery; nobody waits for its report."""
        del now
        there = gateways.gateway()
        return there.submit(written(parcel)).outcome if there is not None else channels.not_reached("no_gateway")

    def send(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """Hand it to the gateway, in half a minute at most; what it took is written down with the id under which it reports."""
        there = gateways.gateway()
        if there is None:
            return channels.not_reached("no_gateway")
        short = written(parcel)
        submitted = there.submit(short)
        if submitted.outcome.result is Result.ACCEPTED:
            from shixiao.messages.channels.sms import reports
            from shixiao.messages.models import SmsSent

            told = {"group": submitted.group, "parts": counting.parts(short.whole), "sent_at": now}
            sent, _is_new = SmsSent.objects.get_or_create(
                delivery=parcel.delivery, attempt=parcel.attempt, defaults=told
            )
            reports.caught_up(sent, now=now)
        return submitted.outcome


def written(parcel: Parcel) -> gateways.Short:
    """What goes out: the lines that the room of messages gives, and nothing else; with the signature no more than `MOST_PARTS` parts."""
    lines = [one_line(line) for line in parcel.lines]
    if len(lines) > 1:
        lines = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    sign = signature()
    whole = counting.fitted(sign + " ".join(lines), MOST_PARTS)
    return gateways.Short(parcel.address, whole, whole.removeprefix(sign), parcel.key)


def signature() -> str:
    """The words in front; a text that brings brackets of its own does not become another's."""
    words = settings.SHIXIAO_SMS_SIGNATURE
    return f"【{words}】" if words else ""


def one_line(text: str) -> str:
    """Without line breaks and signs that nobody sees; brackets of a signature become plain ones, since the first pair is taken for it."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split()).replace("【", "[").replace("】", "]")


CHANNEL = Sms()
