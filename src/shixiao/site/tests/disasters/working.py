"""The worker works: each of its jobs, and the whole loop."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from shixiao import casework
from shixiao.casework import assessing, changing_calendars, expecting, rebuilding, reminding, timers
from shixiao.casework.models import Answered, Case, Token
from shixiao.ledger import folding, freezing, gauges, heartbeats
from shixiao.ledger.events import REBUILD_ASKED
from shixiao.ledger.models import Event, Fact
from shixiao.messages import apps as messages
from shixiao.messages import fates
from shixiao.messages.models import Delivery
from shixiao.messages.states import Fate, State
from shixiao.offices.payments import measures as _measures  # in the catalogue before anybody forks
from shixiao.site import working
from shixiao.site.tests.disasters.furnishing import BEGUN, DAY, HERE, HOUR, make_outside_bad, payment, person
from shixiao.site.tests.disasters.scenes import Act, Scene

LATER = datetime(2026, 6, 24, 9, 0, tzinfo=HERE)  # limits have passed, days are to be frozen, rounds to be made
SOON = BEGUN + 2 * HOUR
# Jobs that have much to do after two weeks and nothing with what dies; they have scenes of their own.
ODD = frozenset({"ledger.freeze", "casework.duties"})


def until_nothing_is_left(job: Callable[[datetime], int], moment: datetime) -> Callable[[], None]:
    """The job as the worker calls it."""

    def work() -> None:
        while job(moment):
            pass

    return work


def _of(name: str, about: str, job: Callable[[datetime], int], moment: datetime, **more: object) -> Scene:
    act = Act("work", until_nothing_is_left(job, moment), again=lambda: None)  # the worker does it by itself
    return Scene(name, about, moment, (act,), **more)  # type: ignore[arg-type]


def _work(*jobs: Callable[[datetime], int], moment: datetime) -> None:
    for job in jobs:
        until_nothing_is_left(job, moment)()


# ---- what lies there before --------------------------------------------------------------------------------------


def _one_was_stopped() -> None:
    """Its timer falls due and says nothing."""
    casework.perform(payment(1), "approve", by=person("approver"), now=SOON)
    casework.perform(payment(1), "pay", by=person("cashier"), now=SOON, voucher="2026-06-0001")


def _limits_passed() -> None:
    _one_was_stopped()
    _work(timers.fire_due, moment=LATER)


def _somebody_went_on() -> None:
    """What others were asked to do is done; nobody has looked at the messages."""
    casework.perform_many([payment(number) for number in range(1, 6)], "approve", by=person("approver"), now=SOON)


def _other_holidays() -> None:
    days = {date(2026, 6, 16): ("holiday", "检修"), date(2026, 6, 20): ("workday", "检修")}
    changing_calendars.change_days(days, source="模拟〔2026〕2号", by=person("officer"), now=SOON)


def _another_generation() -> None:
    gauges.ask_rebuild(by=None, now=SOON)


def _much_to_fold() -> None:
    _somebody_went_on()
    for number in range(1, 5):
        told = {"voucher": f"2026-06-{number:04}"}
        casework.perform(payment(number), "pay", by=person("cashier"), now=SOON, **told)


def _facts_are_wrong() -> None:
    """Somebody falsified facts, folded ones and some that wait to be folded; every case is asked to be looked at again."""
    _much_to_fold()
    _work(folding.fold, moment=SOON)
    Fact.objects.filter(case_id=payment(2).pk).update(reason="planted")
    casework.perform(payment(5), "pay", by=person("cashier"), now=SOON, voucher="2026-06-0005")


def _messages_wait() -> None:
    _somebody_went_on()


def _notices_wait() -> None:
    casework.perform(payment(1), "approve", by=person("approver"), now=SOON)
    casework.perform(payment(2), "return_", by=person("approver"), now=SOON, reason="发票没有盖章")
    _work(messages.plan, messages.gather, moment=SOON)


def _badly() -> None:
    _notices_wait()
    make_outside_bad()


def _a_worker_never_came_back() -> None:
    """What it was handing over is written down, and nobody knows."""
    _notices_wait()
    for delivery in Delivery.objects.filter(state=State.QUEUED.value, next_at__lte=SOON):
        fates.happen(delivery, Fate.HANDED, now=SOON)


def _send_and_again(now: datetime) -> int:
    """At once, and a quarter of an hour later, when what went wrong is tried again."""
    return messages.send(now) or messages.send(now + HOUR / 4)


def _old_things() -> None:
    Token.objects.create(
        user=person("clerk"), name="旧", digest="0" * 64, scope={}, created_at=BEGUN, valid_until=date(2026, 12, 31)
    )
    token = Token.objects.get()
    for number in range(7):
        Answered.objects.create(
            token=token, key=f"{number}", request_digest="0" * 64, status=200, body="{}", answered_at=BEGUN
        )
        Session.objects.create(session_key=f"{number}", session_data="", expire_date=BEGUN)
    store = Path(settings.HOME) / "attachments"
    for number in range(3):
        folder = store / f"{number}a"
        folder.mkdir(parents=True)
        (folder / f"{number}a{'0' * 62}").write_bytes(b"nobody names it")


def _everything() -> None:
    """A day passed without a worker."""
    _one_was_stopped()
    _other_holidays()
    _old_things()
    _another_generation()


# ---- the whole loop ----------------------------------------------------------------------------------------------


def _loop() -> None:
    """As `shixiao worker` runs it, told to stop when nothing has been left to do for a round."""
    idle = 0

    def told(*, within: timedelta = timedelta(0)) -> bool:
        nonlocal idle
        idle += bool(within)
        return idle > 0

    heart = heartbeats.Heart(host="here", pid=1)
    working.Worker(working.offered_jobs(), clock=timezone.now, told=told, heart=heart).work()


def _tidy(now: datetime) -> int:
    names = {"casework.answers", "casework.attachments", "site.sessions"}
    return sum(job.run(now) for job in working.offered_jobs() if job.name in names)


def _rebuild() -> None:
    rebuilding.begin(now=SOON)
    rebuilding.go_on(lambda: SOON, wait=lambda: None, say=lambda _left: None)


def _go_on() -> None:
    """Whoever asked for it sees in the book whether it was asked for."""
    if Event.objects.filter(kind=REBUILD_ASKED.name).exists():
        rebuilding.go_on(lambda: SOON, wait=lambda: None, say=lambda _left: None)
    else:
        _rebuild()


def _nothing_planted() -> list[str]:
    """What a rebuild has not come to yet is as it was; nothing is half."""
    left = set(Fact.objects.filter(reason="planted").values_list("case_id", flat=True))
    behind = set(Case.objects.filter(generation__lt=gauges.read(SOON).generation).values_list("pk", flat=True))
    was_asked = bool(behind) or not left
    return (
        [] if not left or left <= behind or not was_asked else ["a case counts as looked at, and its facts are wrong"]
    )


SCENES = (
    _of(
        "timers",
        "limits that passed are noted, one case each, two that were stopped are dropped",
        timers.fire_due,
        LATER,
        prepare=_one_was_stopped,
        without=ODD,
    ),
    _of(
        "reminders",
        "limits climb the ladder of reminders",
        reminding.remind,
        LATER,
        prepare=_limits_passed,
        without=ODD,
    ),
    _of(
        "stale_messages",
        "what others did meanwhile is taken back",
        lambda now: _job("casework.stale_messages", now),
        SOON,
        prepare=_somebody_went_on,
    ),
    _of("duties", "rounds are made ahead", expecting.make_ahead, LATER, without=frozenset({"ledger.freeze"})),
    _of("calendars", "duties are compared with changed calendars", expecting.make_ahead, SOON, prepare=_other_holidays),
    _of(
        "look_again", "time alone changes verdicts", assessing.look_again, LATER, prepare=_one_was_stopped, without=ODD
    ),
    _of(
        "catch_up",
        "cases are looked at by another set of gauges",
        assessing.catch_up,
        SOON,
        prepare=_another_generation,
    ),
    _of("fold", "versions of facts go into cells", folding.fold, SOON, prepare=_much_to_fold),
    _of("freeze", "days that are over are kept", freezing.freeze, datetime.combine(date(2026, 6, 11), time(9), HERE)),
    _of("plan", "messages are given their ways", messages.plan, SOON, prepare=_messages_wait),
    _of("gather", "webhooks are made of events", messages.gather, SOON, prepare=_messages_wait),
    _of("send", "notices leave the house", messages.send, SOON, prepare=_notices_wait),
    _of(
        "send_badly",
        "notices leave the house, and the first try of each goes wrong",
        _send_and_again,
        SOON,
        prepare=_badly,
        moments=tuple(SOON + number * HOUR for number in range(5)),
    ),
    _of(
        "give_up",
        "what a dead worker was handing over is unknown, and repeated where it may be",
        messages.send,
        SOON + HOUR,
        prepare=_a_worker_never_came_back,
    ),
    _of("tidy", "old answers, sessions and contents go", _tidy, SOON + 8 * DAY, prepare=_old_things, without=ODD),
    Scene(
        "rebuild",
        "wrong facts are made anew (`shixiao rebuild`)",
        SOON,
        (Act("rebuild", _rebuild, again=_go_on),),
        prepare=_facts_are_wrong,
        check=_nothing_planted,
    ),
    Scene(
        "worker",
        "the whole loop after a day without a worker",
        datetime.combine(date(2026, 6, 10), time(9), HERE),
        (Act("work", _loop, again=lambda: None),),
        prepare=_everything,
        aside=frozenset({"outbox.Delivery", "outbox.Item"}),  # whether a notice goes out before it is taken back
        in_small_batches=False,
    ),
)


def _job(name: str, now: datetime) -> int:
    return next(job for job in working.offered_jobs() if job.name == name).run(now)


__all__ = ["SCENES", "_measures"]
