from collections.abc import Iterator

import pytest

from shixiao.messages.emulators import Faults, Hands, Sms, Waits, WeCom
from shixiao.messages.emulators.tests.clients import App, Receiver, receiving


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def wecom(hands: Hands) -> Iterator[WeCom]:
    """Where nothing goes wrong."""
    with WeCom(faults=Faults.none(), now=hands, waits=Waits.quick()) as there:
        yield there


@pytest.fixture
def app(wecom: WeCom) -> App:
    return App(wecom)


@pytest.fixture
def sms(hands: Hands) -> Iterator[Sms]:
    """Where nothing goes wrong."""
    with Sms(faults=Faults.none(), now=hands, waits=Waits.quick()) as there:
        yield there


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as there:
        yield there
