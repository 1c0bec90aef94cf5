"""粤政易: the provider takes a card or says why not; whoever has it presses 知悉."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from shixiao.engine.bilingual import Text
from shixiao.messages import channels
from shixiao.messages.channels import Abilities, Channel, Outcome, Parcel, Result, calling
from shixiao.messages.channels.yuezhengyi import provider
from shixiao.messages.states import Fate
from shixiao.people.models import User

# The person is not there, may not see the app, or has no licence for it: asking again helps nobody.
NOBODY = frozenset({40003, 60111, 81013, 82001})
# We are not let in as we are: the secret, the app, the address we come from. Set right, the same notice goes out.
NOT_US = frozenset({40013, 40056, 40091, 48002, 48004, 50001, 60011, 60020, 301002})
# A card of this task was taken before: of one that is sent again, that says what nobody knew.
TASK_KNOWN = "wecom_42014"
REST = timedelta(minutes=10)


class Yuezhengyi(Channel):
    """One card for each notice, a digest as one card. The provider takes the same card twice within four hours as one."""

    name = "yuezhengyi"
    title = Text("粤政易", "Yuezhengyi")
    about = Text(
        "发到手机上的粤政易卡片；按“知悉”即有回执。",
        "A card in Yuezhengyi on the phone; pressing Acknowledge is the receipt.",
    )
    abilities = Abilities(receipts=frozenset({Fate.ACKNOWLEDGED}), repeats=True, longest=150)
    source = Text(
        "由系统管理员填写或从通讯录对应；要改请找系统管理员。",
        "Entered by the system administrator or matched with the address book; the administrator changes it, too.",
    )
    page = "messages:yuezhengyi"
    # All of them within the four hours in which the provider takes a repetition as one.
    waits = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 120))
    patience = timedelta(minutes=10)

    def is_ready(self) -> bool:
        """Place, corporation, app and the file of its secret are set, and where this house is found."""
        return not provider.lacking()

    def lacks(self) -> list[str]:
        """What is missing where something is set."""
        if not _is_begun():
            return []
        missing = provider.lacking()
        halves = ("SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE", "SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE")
        there = [name for name in halves if getattr(settings, name)]
        missing += [name for name in halves if there and name not in there]
        files = (*halves, "SHIXIAO_YUEZHENGYI_SECRET_FILE", "SHIXIAO_YUEZHENGYI_CONTACTS_FILE")
        return missing + [name for name in files if getattr(settings, name) and not _is_readable(name)]

    def way_in(self) -> tuple[Text, str] | None:
        """Where a code is asked for."""
        from shixiao.messages.channels.yuezhengyi import entering  # models are there by now

        title = Text("从粤政易登录", "Sign in by Yuezhengyi")
        return (title, reverse("messages:yuezhengyi_enter")) if entering.is_offered() else None

    def targets(self, people: Sequence[User]) -> Mapping[int, str]:
        """Those whose user id is known. One statement."""
        from shixiao.messages.channels.yuezhengyi import accounts  # models are there by now

        return accounts.of(people)

    def send(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """Hand the card over, in less than a minute."""
        from shixiao.messages.channels.yuezhengyi import cards, repeating, replacing

        before = repeating.before(parcel.delivery)
        if before.is_unknown and not before.may_repeat(now):
            return channels.unknown("not_repeated")
        has_button = provider.hears()
        body = cards.card(
            parcel, agent=settings.SHIXIAO_YUEZHENGYI_AGENT, address=settings.SHIXIAO_ADDRESS, has_button=has_button
        )
        outcome, code = _handed_over(body, now=now)
        if before.is_unknown and outcome.result is Result.REFUSED:
            if outcome.reason == TASK_KNOWN:
                return channels.accepted(TASK_KNOWN)
            # This one was not taken; what became of the one before nobody knows.
            return channels.unknown(outcome.reason)
        if outcome.result is Result.ACCEPTED and has_button:
            replacing.note(parcel.delivery, code, now=now)
        return outcome

    def gather(self, now: datetime) -> int:
        """Buttons say who took note."""
        from shixiao.messages.channels.yuezhengyi import replacing

        return replacing.replace(now)

    def try_out(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """One card that is no delivery."""
        from shixiao.messages.channels.yuezhengyi import cards

        agent, address = settings.SHIXIAO_YUEZHENGYI_AGENT, settings.SHIXIAO_ADDRESS
        outcome, _code = _handed_over(
            cards.card(parcel, agent=agent, address=address, has_button=provider.hears()), now=now
        )
        return outcome


def _handed_over(body: Mapping[str, Any], *, now: datetime) -> tuple[Outcome, object]:
    """What came of it, and the code with which the card can be changed, where the provider gave one."""
    from shixiao.messages.channels.yuezhengyi import asking, tokens

    try:
        told = asking.call(provider.provider(), "message/send", body=body, now=now)
    except provider.Unset as missing:
        return channels.not_reached(str(missing)[:64]), None
    except tokens.NotGiven as missing:
        return channels.not_reached(str(missing), again_in=missing.again_in), None
    except calling.NotConnected as error:
        return channels.not_reached(str(error)), None
    except calling.NoAnswer as error:
        return channels.unknown(str(error)), None
    except asking.Garbled as error:
        return (channels.unknown if error.may_be_taken else channels.not_reached)(str(error)), None
    return judged(told, str(body["touser"])), told.get("response_code")


def judged(told: Mapping[str, Any], user_id: str) -> Outcome:
    """What an answer of message/send says of the one person it went to."""
    from shixiao.messages.channels.yuezhengyi.asking import BUSY, STALE, TOO_OFTEN

    code = told["errcode"]
    if code == 0:
        for name in ("invaliduser", "unlicenseduser"):
            if user_id.casefold() in str(told.get(name) or "").casefold().split("|"):
                return channels.refused(name)
        return channels.accepted()
    reason = f"wecom_{code}"
    if code in NOBODY:
        return channels.refused("invaliduser" if code == 81013 else reason)
    if code in TOO_OFTEN:
        return channels.not_reached(reason, again_in=REST)
    if code == BUSY or code in STALE or code in NOT_US:
        return channels.not_reached(reason)
    return channels.refused(reason[:64])


def _is_begun() -> bool:
    return any(getattr(settings, name) for name in dir(settings) if name.startswith("SHIXIAO_YUEZHENGYI_"))


def _is_readable(name: str) -> bool:
    try:
        return bool(provider.secret(name))
    except provider.Unset:
        return False


CHANNEL = Yuezhengyi()
