"""Things that exist in these tests only: the room knows no cases, so its tests may not either."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.ledger import kinds
from shixiao.ledger.book import Reference
from shixiao.messages import channels, quiet, subjects, telling, wordings
from shixiao.messages.channels import Abilities, Channel, Outcome, Parcel
from shixiao.messages.models import Message
from shixiao.people.models import User

KIND = "letters.letter"
HIDDEN = 13  # nobody may see this one
SECRET = 14  # of a restricted register


class Wire(Channel):
    """A channel that does what it is told, and remembers what was handed over."""

    name = "wire"
    title = Text("电报", "Wire")
    about = Text("只在测试里。", "In tests only.")
    abilities = Abilities()

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.answers: list[Outcome | Exception] = []
        self.unreachable: set[int] = set()

    def is_ready(self) -> bool:
        return True

    def targets(self, people: Sequence[User]) -> Mapping[int, str]:
        return {user.pk: f"line-{user.pk}" for user in people if user.pk not in self.unreachable}

    def send(self, parcel: Parcel, *, now: datetime) -> Outcome:
        self.sent.append(parcel)
        answer = self.answers.pop(0) if self.answers else channels.accepted()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """The inbox and a wire are the channels that there are."""
    made = Wire()
    here = {**channels.found(), "wire": made}
    monkeypatch.setattr(channels, "found", lambda: here)
    return made


def shown(keys: Sequence[int], by: User, now: datetime) -> Mapping[int, subjects.Shown]:
    return {
        key: subjects.Shown(f"信-{key}", f"标题{key}", f"/messages/?letter={key}", is_restricted=key == SECRET)
        for key in keys
        if key != HIDDEN
    }


@pytest.fixture(autouse=True)
def _letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Letters can be spoken of, and every weekday is worked."""
    monkeypatch.setattr(subjects, "_registered", {})
    monkeypatch.setattr(quiet, "_calendars", [])
    matching: Callable[[str], Any] = lambda text: [int(text)] if text.isdecimal() else []  # noqa: E731
    subjects.register(
        KIND, subjects.Subjects(shown=shown, matching=matching, kinds=lambda: [(KIND, Text("信", "Letter"))])
    )
    before, said = set(kinds.DECLARED), set(wordings.DECLARED)
    kinds.declare("letters.arrived", Text("来信", "Arrived"))
    wordings.declare("letters.arrived", Text("{number} {title} 到了", "{number} {title} arrived"))
    yield
    for name in set(kinds.DECLARED) - before:
        del kinds._declared[name]
    for name in set(wordings.DECLARED) - said:
        del wordings._declared[name]


Tell = Callable[..., list[Message]]


@pytest.fixture
def tell(now: datetime) -> Tell:
    """Tells people that a letter arrived: `tell([li, wang], letter=3)`; returns their messages, in their order."""

    def do(to: Sequence[User], *, letter: int = 1, at: datetime = now, **more: Any) -> list[Message]:
        with transaction.atomic():
            subject = Reference(KIND, str(letter))
            event = ledger.record("letters.arrived", subject=subject, by=None, now=at)
            wording = wordings.known("letters.arrived")
            given: dict[str, Any] = {"step": "arrived", "subject": subject, "wording": wording} | more
            telling.tell([telling.Notice(event=event, to=[user.pk for user in to], **given)], now=at)
        found = {message.person_id: message for message in Message.objects.filter(event=event)}
        return [found[user.pk] for user in to]

    return do


@pytest.fixture
def people(account: Callable[..., User]) -> list[User]:
    return [account(name, display_name=f"模拟{name}") for name in ("li", "wang", "zhao")]


def later(now: datetime, **more: float) -> datetime:
    return now + timedelta(**more)


class Killed(BaseException):
    """SIGKILL: no handler of exceptions runs."""


def killed_after(statements: int, job: Callable[[], object]) -> bool:
    left = count(statements, -1)

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if next(left) <= 0:
            raise Killed
        return run(sql, params, many, context)

    try:
        with connection.execute_wrapper(execute):
            job()
    except Killed:
        return True
    return False
