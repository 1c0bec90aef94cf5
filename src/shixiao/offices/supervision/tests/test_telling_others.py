"""Other programs are told what happened to tasks and instructions: as CloudEvents with a signature, without a word that people wrote."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework.models import Case
from shixiao.messages import sending
from shixiao.messages.channels.webhooks import endpoints, gathering
from shixiao.messages.emulators.tests.clients import Receiver, receiving
from shixiao.messages.models import Delivery, Endpoint
from shixiao.offices.supervision.tests.conftest import CLAUSES, MATTER, WRITTEN, People, Take, through
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.SHIXIAO_WEBHOOKS_LOOPBACK = True
    settings.SHIXIAO_ADDRESS = "https://plans.example.cn"
    with receiving() as there:
        yield there


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("administrator", role=Role.SYSTEM_ADMINISTRATOR)


def work(now: datetime) -> None:
    while gathering.gather(now) or sending.send(now):
        pass


def test_what_happened_goes_out_with_codes_only(
    receiver: Receiver, keeper: User, people: People, bureau: Unit, take: Take, propose: Callable[..., Case],
    register: Callable[..., Case], now: datetime,
) -> None:  # fmt: skip
    wanted = sorted(kind for kind in endpoints.offered() if kind.startswith("supervision."))
    assert {"supervision.proposed", "supervision.consented", "supervision.instruction_registered"} <= set(wanted)
    endpoints.create("模拟 OA", receiver.address, wanted, by=keeper, now=now)
    case = propose()
    through(case, take, people, until="consent", at=now)
    instruction = register()
    take(instruction, "split", by=people.keeper, clauses=CLAUSES)
    take(instruction, "tie", by=people.keeper, clause=1, task=case.number)
    work(now)
    told = [json.loads(heard.body) for heard in receiver.heard]
    of_task = [each["type"].removeprefix("supervision.") for each in told if each["subject"] == case.number]
    assert of_task == [
        "proposed",
        "established",
        "entrusted",
        "accepted",
        "fed_back",
        "passed",
        "presented",
        "consented",
    ]
    of_instruction = [
        each["type"].removeprefix("supervision.") for each in told if each["subject"] == instruction.number
    ]
    assert of_instruction == ["instruction_registered", "instruction_split", "clause_tied"]
    for each in told:
        assert (each["specversion"], each["source"]) == ("1.0", "https://plans.example.cn")
        assert set(each["data"]) == {"number", "kind", "unit", "happened_at", "recorded_at"}
    everything = b"".join(heard.body for heard in receiver.heard).decode()
    for words in (MATTER, WRITTEN, *CLAUSES.values(), "隐患", "已整改", "模拟市长", "模拟〔2026〕"):
        assert words not in everything
    assert all(
        {"webhook-id", "webhook-timestamp", "webhook-signature"} <= set(heard.headers) for heard in receiver.heard
    )


def test_what_did_not_get_through_is_sent_again_from_the_browser(
    receiver: Receiver, keeper: User, propose: Callable[..., Case], signed_in: Callable[[User], Client]
) -> None:
    moment = timezone.now()
    endpoints.create("模拟 OA", receiver.address, ["supervision.proposed"], by=keeper, now=moment)
    propose(at=moment)
    receiver.reply = lambda _heard: (500, b"")
    work(moment)
    Delivery.objects.update(state="failed")  # days later
    receiver.reply = lambda _heard: (200, b"")
    page = f"/messages/channels/webhooks/{Endpoint.objects.get().pk}/"
    since = timezone.localtime(moment) - timedelta(hours=1)
    told = {"do": "replay", "since": f"{since:%Y-%m-%dT%H:%M}"}
    assert "1 条将再发一次" in signed_in(keeper).post(page, told, follow=True).content.decode()
    work(timezone.now())
    assert Delivery.objects.get().state == "delivered"
    first, second = receiver.heard
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
