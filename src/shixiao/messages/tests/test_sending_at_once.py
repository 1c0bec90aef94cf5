"""Several workers at the same moment: each notice is handed over once, and nobody looks at what another one holds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from shixiao.messages import channels, fates, planning, sending
from shixiao.messages.models import Delivery, Fate
from shixiao.messages.states import Fate as What
from shixiao.messages.tests.conftest import Tell, Wire
from shixiao.people.models import User

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, PEOPLE = 4, 40


class Asked(Wire):
    """A wire that remembers for whom an address was wanted: whoever is about to be written to, by a worker that has chosen the notice."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[int] = Counter()
        self.meanwhile: Callable[[], object] = lambda: None

    def targets(self, people: Sequence[User]) -> Mapping[int, str]:
        self.asked.update(user.pk for user in people)
        self.meanwhile()
        return super().targets(people)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Asked:
    made = Asked()
    here = {**channels.found(), "wire": made}
    monkeypatch.setattr(channels, "found", lambda: here)
    return made


def plan(wire: Asked, now: datetime) -> None:
    """The messages are on their way, and nobody was asked for yet."""
    while planning.plan(now):
        pass
    wire.asked.clear()


def all_at_once(job: Callable[[], int]) -> list[int]:
    """Several workers that begin together and go on until nothing is left; how much each did."""
    start = Barrier(WORKERS)

    def work(_number: int) -> int:
        try:
            start.wait()
            return sum(iter(job, 0))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(work, range(WORKERS)))


def test_each_notice_is_chosen_by_one_worker_and_handed_over_once(
    account: Callable[..., User], tell: Tell, wire: Asked, now: datetime
) -> None:
    people = [account(f"person{number}") for number in range(PEOPLE)]
    tell(people)
    plan(wire, now)
    assert sum(all_at_once(lambda: sending.send(now))) == PEOPLE
    assert wire.asked == Counter(user.pk for user in people)
    assert Counter(parcel.key for parcel in wire.sent) == Counter(Delivery.objects.values_list("key", flat=True))
    assert Fate.objects.filter(what=What.HANDED.value).count() == PEOPLE == len(wire.sent)


def test_what_another_worker_took_after_all_is_left_to_it(
    people: list[User], tell: Tell, wire: Asked, now: datetime
) -> None:
    """As if there were no lock: while this worker makes a parcel of the first notice, another one hands it over."""
    tell(people[:2])
    plan(wire, now)
    first, second = Delivery.objects.order_by("next_at", "pk")

    def taken() -> None:
        wire.meanwhile = lambda: None
        fates.happen(Delivery.objects.get(pk=first.pk), What.HANDED, now=now)

    wire.meanwhile = taken
    sending.send(now)
    assert [parcel.key for parcel in wire.sent] == [second.key]
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("handed", 1)
