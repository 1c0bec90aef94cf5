"""The HTTP form of 云MAS: JSON in Base64, with a digest that proves the password.

    /sms/norsubmit   a text           mac = md5(ecName apId secretKey mobiles content sign addSerial)
    /sms/tmpsubmit   a template       mac = md5(ecName apId secretKey templateId mobiles params sign addSerial)

`sign` is the code of the signature that the platform gave out; the platform puts the words in front itself. The answer has success, rspcod, msgGroup.
Which words rspcod can be is not published in a form that we could check: a no is tried again later (somebody may set the account right
meanwhile), but for the words that SHIXIAO_SMS_FINAL names.
"""

import base64
import hashlib
import json
from collections.abc import Mapping

from django.conf import settings

from shixiao.messages import channels
from shixiao.messages.channels import Outcome, calling
from shixiao.messages.channels.sms import gateways
from shixiao.messages.channels.sms.gateways import Short, Submitted

_WANTED = (
    "SHIXIAO_SMS_YUNMAS_NAME",
    "SHIXIAO_SMS_YUNMAS_ACCOUNT",
    "SHIXIAO_SMS_YUNMAS_SIGN",
    "SHIXIAO_SMS_SECRET_FILE",
)
SERIAL_LENGTH = 20
SLOTS = ("text", "address")


class Yunmas:
    """By plain text, or by a template where one is set."""

    def lacks(self) -> list[str]:
        """What is missing."""
        missing = [name for name in _WANTED if not getattr(settings, name)]
        if not gateways.is_place(settings.SHIXIAO_SMS_ADDRESS):
            missing.insert(0, "SHIXIAO_SMS_ADDRESS")
        serial = settings.SHIXIAO_SMS_YUNMAS_SERIAL
        if serial and not (serial.isascii() and serial.isdecimal() and len(serial) <= SERIAL_LENGTH):
            missing.append("SHIXIAO_SMS_YUNMAS_SERIAL")
        if settings.SHIXIAO_SMS_TEMPLATE and not set(settings.SHIXIAO_SMS_TEMPLATE_SLOTS) <= set(SLOTS):
            missing.append("SHIXIAO_SMS_TEMPLATE_SLOTS")
        return missing

    def submit(self, short: Short) -> Submitted:
        """One question."""
        secret = gateways.secret()
        if not secret:
            return Submitted(channels.not_reached("secret_file"))
        path = "/sms/tmpsubmit" if settings.SHIXIAO_SMS_TEMPLATE else "/sms/norsubmit"
        try:
            answer = calling.ask(
                calling.place(settings.SHIXIAO_SMS_ADDRESS),
                "POST",
                path,
                body=base64.b64encode(json.dumps(fields(short, secret), ensure_ascii=False).encode()),
                headers={"Content-Type": "text/plain; charset=utf-8"},
                authority=settings.SHIXIAO_SMS_AUTHORITY,
            )
        except calling.NotConnected as error:
            return Submitted(channels.not_reached(str(error)))
        except calling.NoAnswer as error:
            return Submitted(channels.unknown(str(error)))
        return judged(answer)


def fields(short: Short, secret: str) -> dict[str, str]:
    """What is sent; the password itself is not, only the digest that holds it."""
    told = {
        "ecName": settings.SHIXIAO_SMS_YUNMAS_NAME,
        "apId": settings.SHIXIAO_SMS_YUNMAS_ACCOUNT,
        "mobiles": short.number,
        "sign": settings.SHIXIAO_SMS_YUNMAS_SIGN,
        "addSerial": settings.SHIXIAO_SMS_YUNMAS_SERIAL,
    }
    if settings.SHIXIAO_SMS_TEMPLATE:
        filled = {"text": short.text, "address": settings.SHIXIAO_ADDRESS}
        slots = [filled.get(name, "") for name in settings.SHIXIAO_SMS_TEMPLATE_SLOTS]
        told |= {"templateId": settings.SHIXIAO_SMS_TEMPLATE, "params": json.dumps(slots or [""], ensure_ascii=False)}
    else:
        told["content"] = short.text
    return told | {"mac": mac(told, secret)}


def mac(told: Mapping[str, str], secret: str) -> str:
    """In 32 small digits, over the values in their order without anything between."""
    order = ("templateId", "mobiles", "params") if "templateId" in told else ("mobiles", "content")
    said = [told[name] for name in (*order, "sign", "addSerial")]
    joined = "".join([told["ecName"], told["apId"], secret, *said])
    return hashlib.md5(joined.encode()).hexdigest()  # noqa: S324 — the protocol says so


def judged(answer: calling.Answer) -> Submitted:
    """What an answer says."""
    if answer.status != 200:
        return Submitted(of_status(answer.status))
    told = answer.told()
    if told is None or not isinstance(told.get("success"), bool):
        return Submitted(channels.unknown("answer_garbled"))
    if told["success"]:
        group = told.get("msgGroup")
        return Submitted(channels.accepted(), group if isinstance(group, str) and len(group) <= 64 else "")
    word = str(told.get("rspcod") or "no")
    said_no = channels.refused if word in settings.SHIXIAO_SMS_FINAL else channels.not_reached
    return Submitted(said_no(gateways.code(word)))


def of_status(status: int) -> Outcome:
    """Of an answer that is none of the gateway's own: 3xx and 4xx did nothing, 429 and 503 say so themselves; of the rest nobody knows."""
    is_refused = 300 <= status < 500 or status == 503
    return (channels.not_reached if is_refused else channels.unknown)(f"http_{status}")
