"""What a gateway has to do, and which one the settings name."""

import re
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from shixiao.messages.channels import Outcome, calling


@dataclass(frozen=True, slots=True)
class Short:
    """One short message: to whom, its whole text with the signature, the text alone, and the key that is the same at every attempt."""

    number: str
    whole: str
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """How handing over ended, and the id under which the gateway will report; empty where it said none."""

    outcome: Outcome
    group: str = ""


class Gateway(Protocol):
    """One way of handing an SMS to a carrier."""

    def lacks(self) -> list[str]:
        """The settings that are missing or wrong. Asks nobody."""

    def submit(self, short: Short) -> Submitted:
        """Hand it over, in half a minute at most, and say truthfully what came of it."""


def gateway() -> Gateway | None:
    """The one that is set; None for no SMS."""
    from shixiao.messages.channels.sms import plain_http, yunmas  # each knows this module

    known: dict[str, Gateway] = {"yunmas": yunmas.Yunmas(), "http": plain_http.PlainHttp()}
    return known.get(settings.SHIXIAO_SMS_FORM)


def secret() -> str:
    """What lies in SHIXIAO_SMS_SECRET_FILE; empty where nothing can be read. Read anew each time."""
    return line_of(settings.SHIXIAO_SMS_SECRET_FILE)


def line_of(path: str) -> str:
    """The one line of a file; empty where it is not there."""
    return calling.secret(path)


def code(word: str) -> str:
    """What a gateway said, where that is a code; a sentence, or a code that holds a number to call, is none and stays out of the book of fates."""
    return f"sms_{word}" if _CODE.fullmatch(word) and not _NUMBER.search(word) else "sms_no"


_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,32}")
_NUMBER = re.compile(r"[0-9]{7}")


def is_place(address: str) -> bool:
    """It is an address of a service. Carriers still offer plain http; the deploy check warns of it."""
    try:
        calling.place(address)
    except calling.NoAddress:
        return False
    return True
