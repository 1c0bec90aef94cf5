"""Any gateway that takes JSON: where, how, with what body, and what an answer must say to count, stand in the settings.

    SHIXIAO_SMS_HTTP_BODY      {"to": "{number}", "content": "{text}", "id": "{key}", "password": "{secret}"}
    SHIXIAO_SMS_HTTP_HEADERS   {"Authorization": "Bearer {secret}"}
    SHIXIAO_SMS_HTTP_REPEATS   the gateway takes the same {key} twice as one: what nobody knows of is handed over again
    SHIXIAO_SMS_HTTP_SUCCESS   code=0, or data.status=ok; empty: any 2xx
    SHIXIAO_SMS_HTTP_GROUP     data.id: under which the gateway will report

Slots are filled inside the texts of the JSON after it was read, so whatever a message says stays one text of it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from shixiao.messages import channels
from shixiao.messages.channels import calling
from shixiao.messages.channels.sms import gateways
from shixiao.messages.channels.sms.gateways import Short, Submitted
from shixiao.messages.channels.sms.yunmas import of_status

GROUP_LENGTH = 64


class PlainHttp:
    """As the settings describe it. The text carries its signature itself."""

    def lacks(self) -> list[str]:
        """What is missing or cannot be read."""
        missing = [] if gateways.is_place(settings.SHIXIAO_SMS_ADDRESS) else ["SHIXIAO_SMS_ADDRESS"]
        body = settings.SHIXIAO_SMS_HTTP_BODY
        if template() is None or "{number}" not in body or "{text}" not in body:
            missing.append("SHIXIAO_SMS_HTTP_BODY")
        if headers() is None:
            missing.append("SHIXIAO_SMS_HTTP_HEADERS")
        if settings.SHIXIAO_SMS_HTTP_REPEATS and "{key}" not in body:
            missing.append("SHIXIAO_SMS_HTTP_REPEATS")
        if _wants_secret() and not settings.SHIXIAO_SMS_SECRET_FILE:
            missing.append("SHIXIAO_SMS_SECRET_FILE")
        success = settings.SHIXIAO_SMS_HTTP_SUCCESS
        if success and not success.partition("=")[0]:
            missing.append("SHIXIAO_SMS_HTTP_SUCCESS")
        return missing if settings.SHIXIAO_SMS_SIGNATURE else [*missing, "SHIXIAO_SMS_SIGNATURE"]

    def submit(self, short: Short) -> Submitted:
        """One question."""
        pattern, more, secret = template(), headers(), gateways.secret()
        if pattern is None or more is None or (_wants_secret() and not secret):
            return Submitted(channels.not_reached("template" if pattern is None or more is None else "secret_file"))
        slots = {"number": short.number, "text": short.whole, "key": short.key, "secret": secret}
        body = json.dumps(filled(pattern, slots), ensure_ascii=False).encode()
        try:
            answer = calling.ask(
                calling.place(settings.SHIXIAO_SMS_ADDRESS),
                settings.SHIXIAO_SMS_HTTP_METHOD,
                "",
                body=body,
                headers={"Content-Type": "application/json; charset=utf-8", **filled(more, {"secret": secret})},
                authority=settings.SHIXIAO_SMS_AUTHORITY,
            )
        except calling.NotConnected as error:
            return Submitted(channels.not_reached(str(error)))
        except calling.NoAnswer as error:
            return Submitted(channels.unknown(str(error)))
        return judged(answer)


def repeats() -> bool:
    """The gateway knows a key again, and takes it twice as one."""
    body = settings.SHIXIAO_SMS_HTTP_BODY
    return settings.SHIXIAO_SMS_FORM == "http" and bool(settings.SHIXIAO_SMS_HTTP_REPEATS) and "{key}" in body


def headers() -> dict[str, str] | None:
    """Headers by name, with their slots; None where they are no JSON object of texts that a header can be."""
    try:
        read = json.loads(settings.SHIXIAO_SMS_HTTP_HEADERS or "{}")
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not all(_is_header(*each) for each in read.items()):
        return None
    return read


def _is_header(name: str, value: Any) -> bool:
    return _NAME.fullmatch(name) is not None and isinstance(value, str) and value.isascii() and value.isprintable()


_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


def _wants_secret() -> bool:
    return "{secret}" in settings.SHIXIAO_SMS_HTTP_BODY + settings.SHIXIAO_SMS_HTTP_HEADERS


def template() -> Any | None:
    """The body with its slots, read; None where it is no JSON object."""
    try:
        read = json.loads(settings.SHIXIAO_SMS_HTTP_BODY)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def filled(pattern: Any, slots: Mapping[str, str]) -> Any:
    """The same with every slot filled, in texts only; what a message says is not looked at for slots again."""
    if isinstance(pattern, dict):
        return {name: filled(value, slots) for name, value in pattern.items()}
    if isinstance(pattern, list):
        return [filled(each, slots) for each in pattern]
    return _said(pattern, slots) if isinstance(pattern, str) else pattern


def _said(text: str, slots: Mapping[str, str]) -> str:
    done = ""
    while text:
        start = text.find("{")
        name = next((each for each in slots if start >= 0 and text.startswith(f"{{{each}}}", start)), "")
        if start < 0:
            return done + text
        end = start + (len(name) + 2 if name else 1)
        done += text[:start] + (slots[name] if name else "{")
        text = text[end:]
    return done


def judged(answer: calling.Answer) -> Submitted:
    """What an answer says by the rule of the settings. A rule that its object does not fulfil is a no; an answer that is no object says nothing."""
    if not 200 <= answer.status < 300:
        return Submitted(of_status(answer.status))
    rule = settings.SHIXIAO_SMS_HTTP_SUCCESS
    told = answer.told()
    if told is None:
        return Submitted(channels.unknown("answer_garbled") if rule else channels.accepted())
    path, _equals, wanted = rule.partition("=")
    said = at(told, path) if rule else wanted
    if said != wanted:
        said_no = channels.refused if said in settings.SHIXIAO_SMS_FINAL else channels.not_reached
        return Submitted(said_no(gateways.code(said)))
    group = at(told, settings.SHIXIAO_SMS_HTTP_GROUP) if settings.SHIXIAO_SMS_HTTP_GROUP else ""
    return Submitted(channels.accepted(), group if len(group) <= GROUP_LENGTH else "")


def at(told: Any, path: str) -> str:
    """The text or number at `data.id`; true and false as in JSON; empty where there is none."""
    for name in path.split("."):
        told = told.get(name) if isinstance(told, dict) else None
    if isinstance(told, bool):
        return "true" if told else "false"
    return str(told) if isinstance(told, str | int) else ""
