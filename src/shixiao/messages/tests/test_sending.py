"""What goes outside: once, never again by itself once it may have arrived, and not when it is of no use."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from shixiao.ledger.models import Event, Words
from shixiao.messages import channels, fates, planning, preferring, reading, sending, states
from shixiao.messages.channels import Abilities
from shixiao.messages.models import Delivery, Fate, Item, Message
from shixiao.messages.states import Fate as What
from shixiao.messages.states import State
from shixiao.messages.tests.conftest import SECRET, Tell, Wire, killed_after, later
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


def work(now: datetime) -> None:
    """The worker, until nothing is left."""
    while planning.plan(now) or sending.send(now):
        pass


def only() -> Delivery:
    return Delivery.objects.get()


def life(delivery: Delivery) -> list[str]:
    return list(Fate.objects.filter(delivery=delivery).order_by("id").values_list("what", flat=True))


def test_a_message_goes_out_once_by_each_channel(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    tell(people)
    work(now)
    work(later(now, hours=1))
    assert sorted(parcel.address for parcel in wire.sent) == sorted(f"line-{user.pk}" for user in people)
    assert [parcel.lines for parcel in wire.sent] == [("信-1 标题1 到了",)] * 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert life(Delivery.objects.first()) == ["handed", "sent"]  # type: ignore[arg-type]


def test_without_another_channel_nothing_leaves_the_inbox(people: list[User], tell: Tell, now: datetime) -> None:
    tell(people)
    work(now)
    assert not Delivery.objects.exists()
    assert not Message.objects.filter(is_planned=False).exists()


def test_what_stays_inside_is_not_even_looked_at(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    tell(people, stays_inside=True)
    work(now)
    assert wire.sent == []


def test_whoever_read_it_in_the_inbox_is_spared_the_rest(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    first, second = tell(people[:2])
    reading.read([first.pk], by=people[0], now=now)
    planning.plan(now)
    reading.read([second.pk], by=people[1], now=now)
    work(now)
    assert wire.sent == []
    assert (only().state, life(only())) == ("withdrawn", ["withdrawn"])
    assert Fate.objects.get(delivery=only()).reason == "read_already"


# ---- faults ------------------------------------------------------------------------------------------------------


def test_what_was_not_handed_over_is_tried_again_on_schedule(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    tell(people[:1])
    wire.answers = [channels.not_reached("refused"), channels.accepted()]
    work(now)
    assert (only().state, len(wire.sent)) == ("queued", 1)
    work(later(now, seconds=53))  # a wait is up to a tenth shorter
    assert len(wire.sent) == 1
    work(later(now, seconds=60))
    assert (only().state, len(wire.sent)) == ("sent", 2)
    assert len({parcel.key for parcel in wire.sent}) == 1
    assert life(only()) == ["handed", "not_reached", "handed", "sent"]


def test_after_the_last_wait_it_has_failed(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    tell(people[:1])
    wire.answers = [channels.not_reached("refused")] * 20
    for day in range(8):
        work(later(now, days=day))
    assert only().state == "failed"
    assert len(wire.sent) == len(wire.waits) + 1


@pytest.mark.parametrize("fault", [channels.unknown("timeout"), RuntimeError("cut")])
def test_what_may_have_arrived_is_never_sent_again_by_itself(
    people: list[User], tell: Tell, wire: Wire, now: datetime, fault: Any
) -> None:
    tell(people[:1])
    wire.answers = [fault]
    for day in range(8):
        work(later(now, days=day))
    assert (only().state, len(wire.sent)) == ("unknown", 1)


def test_a_channel_that_takes_a_key_once_may_repeat(
    people: list[User], tell: Tell, wire: Wire, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(wire), "abilities", Abilities(repeats=True))
    tell(people[:1])
    wire.answers = [channels.unknown("timeout"), channels.delivered()]
    work(now)
    work(later(now, minutes=1))
    assert (only().state, len(wire.sent)) == ("delivered", 2)
    assert life(only()) == ["handed", "unknown", "again", "handed", "delivered"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("repeats", [False, True])
def test_killed_at_any_statement_nobody_gets_it_twice(
    people: list[User], tell: Tell, wire: Wire, now: datetime, repeats: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies before each statement in turn, also before the one after the notice left; then another goes on."""
    monkeypatch.setattr(type(wire), "abilities", Abilities(repeats=repeats))
    fates_seen = set()
    for statements in count():
        with_letter = tell(people[:1], letter=100 + statements)
        sent_before = len(wire.sent)
        was_killed = killed_after(statements, lambda: work(now))
        for minutes in (5, 15, 60):
            work(later(now, minutes=minutes))
        delivery = Delivery.objects.get(items__message=with_letter[0])
        handed = len(wire.sent) - sent_before
        if not repeats:
            assert handed <= 1
            assert (delivery.state, handed) in {("sent", 1), ("unknown", 1), ("unknown", 0)}
        else:
            assert delivery.state == "sent"
            assert len({parcel.key for parcel in wire.sent[sent_before:]}) == 1
        fates_seen.add((delivery.state, handed))
        _check()
        if not was_killed:
            break
    assert statements > 10
    assert len(fates_seen) > 1  # it was killed where it matters


@pytest.mark.django_db(transaction=True)
def test_killed_while_it_gives_up_what_may_be_repeated_is_repeated(
    people: list[User], tell: Tell, wire: Wire, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first worker died while it handed over, a second while it writes down that nobody knows; a third repeats it all the same."""
    monkeypatch.setattr(type(wire), "abilities", Abilities(repeats=True))
    for statements in count():
        (message,) = tell(people[:1], letter=100 + statements)
        planning.plan(now)
        fates.happen(Delivery.objects.get(items__message=message), What.HANDED, now=now)
        was_killed = killed_after(statements, lambda: sending.send(later(now, minutes=20)))
        for hours in (1, 2, 3):
            work(later(now, hours=hours))
        assert Delivery.objects.get(items__message=message).state == "sent"
        if not was_killed:
            break
    assert statements > 6


def test_what_another_worker_gave_up_and_hands_over_anew_is_left_to_it(
    people: list[User], tell: Tell, wire: Wire, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both workers saw two notices of a dead one; while this one writes down the first, the other is done with the second."""
    monkeypatch.setattr(type(wire), "abilities", Abilities(repeats=True))
    tell(people[:2])
    planning.plan(now)
    first, second = Delivery.objects.order_by("pk")
    for delivery in (first, second):
        fates.happen(delivery, What.HANDED, now=now)
    settle, then = sending.settle, later(now, minutes=20)

    def meanwhile(delivery: Delivery, *others: Any, **more: Any) -> None:
        settle(delivery, *others, **more)
        if delivery.pk == first.pk:
            for what in (What.UNKNOWN, What.AGAIN, What.HANDED):
                fates.happen(second, what, now=then)

    monkeypatch.setattr(sending, "settle", meanwhile)
    sending.send(then)
    assert life(second) == ["handed", "unknown", "again", "handed"]


def _check() -> None:
    """What is stored of a delivery is what its life says."""
    for delivery in Delivery.objects.prefetch_related("fates"):
        happened = [What(row.what) for row in sorted(delivery.fates.all(), key=lambda row: row.pk)]
        assert states.derived(happened).value == delivery.state
        assert happened.count(What.HANDED) == delivery.attempts


# ---- receipts and decisions ----------------------------------------------------------------------------------------


def test_receipts_come_late_twice_and_out_of_order(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    (message,) = tell(people[:1])
    wire.answers = [channels.unknown("timeout")]
    work(now)
    assert fates.happen(only(), What.READ, now=now)
    assert not fates.happen(only(), What.DELIVERED, now=now)
    assert not fates.happen(only(), What.READ, now=now)
    assert only().state == "read"
    message.refresh_from_db()
    assert message.state == "read"  # what was read outside is read inside
    assert Fate.objects.get(message=message).reason == "by_wire"


@pytest.mark.parametrize(("decision", "state"), [("arrived", "delivered"), ("lost", "failed"), ("again", "queued")])
def test_a_person_decides_what_nobody_knows(
    people: list[User], tell: Tell, wire: Wire, keeper: User, now: datetime, decision: str, state: str
) -> None:
    tell(people[:1])
    wire.answers = [channels.unknown("timeout")]
    work(now)
    fates.decide(only(), decision, reason="打电话问过", by=keeper, now=later(now, hours=1))
    assert only().state == state
    event = Event.objects.get(kind="messages.fate_decided")
    assert event.particulars["outcome"] == decision
    assert Words.objects.get(event=event).words == "打电话问过"
    work(later(now, hours=2))
    assert len(wire.sent) == (2 if decision == "again" else 1)


def test_what_is_known_is_not_decided(people: list[User], tell: Tell, wire: Wire, keeper: User, now: datetime) -> None:
    tell(people[:1])
    work(now)
    with pytest.raises(fates.Undecidable):
        fates.decide(only(), "lost", reason="没有收到", by=keeper, now=now)
    wire.answers = [channels.unknown("timeout")]
    tell(people[1:2])
    work(now)
    unknown = Delivery.objects.get(state="unknown")
    with pytest.raises(fates.Undecidable):
        fates.decide(unknown, "lost", reason=" ", by=keeper, now=now)
    with pytest.raises(PermissionDenied, match="系统管理员"):
        fates.decide(unknown, "lost", reason="没有收到", by=people[0], now=now)


# ---- when --------------------------------------------------------------------------------------------------------


def at(now: datetime, hour: int, minute: int = 0, days: int = 0) -> datetime:
    return (now + timedelta(days=days)).replace(hour=hour, minute=minute)


def test_at_night_it_waits_for_the_morning_and_goes_out_as_one(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    for letter, minute in ((1, 0), (2, 30)):
        tell(people[:1], letter=letter, at=at(now, 22, minute))
        work(at(now, 22, minute))
    assert wire.sent == []
    work(at(now, 7, 29, days=1))
    assert wire.sent == []
    work(at(now, 7, 30, days=1))
    (parcel,) = wire.sent
    assert (parcel.title, parcel.lines) == ("2 条消息", ("信-1 标题1 到了", "信-2 标题2 到了"))
    assert only().is_digest
    assert Item.objects.count() == 2


def test_what_is_most_urgent_goes_at_night_and_urgent_only_to_night_duty(
    people: list[User], tell: Tell, wire: Wire, now: datetime, staff: Callable[..., User]
) -> None:
    guard = staff("guard", "messages.night_duty")
    tell([people[0]], urgency="most_urgent", at=at(now, 23))
    tell([people[1], guard], urgency="urgent", at=at(now, 23))
    tell([guard], urgency="normal", at=at(now, 23))
    work(at(now, 23))
    assert {parcel.person for parcel in wire.sent} == {people[0], guard}
    assert len(wire.sent) == 2


def test_a_digest_once_a_day(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    preferring.prefer(
        digests=["normal"], quiet_from=None, quiet_until=None, channels_wanted=None, by=people[0], now=now
    )
    for hour in (9, 11, 16):
        tell(people[:1], at=at(now, hour))
        work(at(now, hour))
    tell(people[:1], urgency="urgent", at=at(now, 16))
    work(at(now, 16))
    assert len(wire.sent) == 1  # the urgent one
    work(at(now, 8, 30, days=1))
    assert len(wire.sent[1].lines) == 3


def test_own_quiet_hours_are_added(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    preferring.prefer(
        digests=[], quiet_from=time(12), quiet_until=time(14), channels_wanted=None, by=people[0], now=now
    )
    tell(people[:2], at=at(now, 12, 30))
    work(at(now, 12, 30))
    assert [parcel.person for parcel in wire.sent] == [people[1]]
    work(at(now, 14))
    assert len(wire.sent) == 2


def test_whoever_wants_no_channel_gets_none(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    preferring.prefer(digests=[], quiet_from=None, quiet_until=None, channels_wanted=[], by=people[0], now=now)
    tell(people[:2])
    work(now)
    assert [parcel.person for parcel in wire.sent] == [people[1]]


def test_what_would_come_too_late_is_withdrawn_and_says_why(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    (message,) = tell(people[:1], at=at(now, 22), useful_until=at(now, 7, days=1))
    work(at(now, 22))
    work(at(now, 9, days=1))
    assert wire.sent == []
    assert (only().state, Fate.objects.get(delivery=only()).reason) == ("withdrawn", "too_late")
    message.refresh_from_db()
    assert message.state == "delivered"  # the inbox holds it all the same


def test_a_worker_that_stood_still_sends_no_stale_warning(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    tell(people[:1], useful_until=later(now, hours=1))
    planning.plan(now)
    work(later(now, hours=2))
    assert (wire.sent, only().state) == ([], "withdrawn")


def test_of_a_restricted_register_nothing_leaves_the_house_but_that_there_is_something(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    tell(people[:1], letter=SECRET)
    work(now)
    (parcel,) = wire.sent
    assert "14" not in parcel.title + "".join(parcel.lines)


def test_a_short_channel_counts_what_does_not_fit(
    people: list[User], tell: Tell, wire: Wire, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(wire), "abilities", Abilities(longest=40))
    for letter in range(6):
        tell(people[:1], letter=letter, at=at(now, 23))
    work(at(now, 23))
    work(at(now, 9, days=1))
    (parcel,) = wire.sent
    assert len("\n".join(parcel.lines)) <= 40
    assert parcel.lines[-1].startswith("另有")


def test_the_language_is_that_of_the_person(
    account: Callable[..., User], tell: Tell, wire: Wire, now: datetime
) -> None:
    smith = account("smith")
    User.objects.filter(pk=smith.pk).update(language="en")
    tell([smith])
    work(now)
    assert wire.sent[0].lines == ("信-1 标题1 arrived",)


def test_whoever_cannot_be_reached_any_more_is_not_waited_for(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    tell(people[:1])
    planning.plan(now)
    wire.unreachable.add(people[0].pk)
    work(now)
    assert (only().state, Fate.objects.get(delivery=only()).reason) == ("withdrawn", "no_address")


def test_states_know_every_fate() -> None:
    for state in State:
        for fate in What:
            new = states.after(state, fate)
            assert new is None or isinstance(new, State)
    assert states.after(State.WITHDRAWN, What.SENT) is None
    assert states.after(State.SENT, What.HANDED) is None


def test_what_failed_together_does_not_come_back_together(
    people: list[User], tell: Tell, wire: Wire, now: datetime
) -> None:
    for letter in range(1, 11):
        tell(people, letter=letter)
    wire.answers = [channels.not_reached("away")] * 30
    work(now)
    moments = set(Delivery.objects.values_list("next_at", flat=True))
    assert len(moments) > 20
    assert all(later(now, seconds=54) <= each <= later(now, minutes=1) for each in moments)


def test_a_wait_is_spread_by_a_tenth_and_the_same_each_time() -> None:
    hour = timedelta(hours=1)
    waits = {sending.spread(hour, f"msg_{number}") for number in range(200)}
    assert len(waits) > 150
    assert timedelta(minutes=54) <= min(waits) < timedelta(minutes=55)
    assert timedelta(minutes=59) < max(waits) <= hour
    assert sending.spread(hour, "msg_1") == sending.spread(hour, "msg_1")
    assert sending.spread(timedelta(seconds=5), "msg_1") == timedelta(seconds=5)
