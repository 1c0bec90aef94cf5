"""Two SMS gateways behind one address: 云MAS by HTTP, and a generic one with JSON whose names can be settled.

云MAS, from the notes that are public: a POST whose body is base64 of a JSON object, whose `mac` is the MD5 (lower case) of its fields one after the
other with the secret between. Its answer codes are known from such notes only and were not confirmed by an operator: a caller should rely on
`success`. Carriers want a registered signature on every message, and may refuse a text that fits no registered template.
"""

import base64
import binascii
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

from shixiao.messages.emulators import pages
from shixiao.messages.emulators.counting import is_mobile, parts
from shixiao.messages.emulators.courier import Errand, Letter, on_this_machine
from shixiao.messages.emulators.faults import CONNECTION, LINE, Fault, Faults
from shixiao.messages.emulators.serving import Answer, Asked, Emulator, said
from shixiao.messages.emulators.timing import Waits
from shixiao.messages.emulators.tokens import Windows

MOST_MOBILES = 5000
SERIAL = 20  # digits of the service code and its extension together
ZONE = ZoneInfo("Asia/Shanghai")
ARRIVED = "DELIVRD"
PLAIN, TEMPLATE, GENERIC = "norsubmit", "tmpsubmit", "generic"
MACS = {
    PLAIN: ("ecName", "apId", "secretKey", "mobiles", "content", "sign", "addSerial"),
    TEMPLATE: ("ecName", "apId", "secretKey", "templateId", "mobiles", "params", "sign", "addSerial"),
}
CALLED = (*LINE, Fault.BUSY, Fault.LIMITED)


class Refused(Exception):
    """The gateway says no, with this code and (the generic one) this status."""

    def __init__(self, code: str, status: int = 422) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True)
class Batch:
    """One call that was taken: a text, as it is shown (with its signature), for some numbers. `parts`: short messages for each number."""

    id: str
    way: str
    mobiles: tuple[str, ...]
    text: str
    parts: int
    at: float
    serial: str = ""
    key: str = ""


class Sms(Emulator):
    """Both gateways. `accepted`: every batch that was taken, by its id; `fates`: what becomes of a number other than `DELIVRD`; `reports`: everything
    that was brought.

    `signs`: by code, the registered signatures; `templates`: by id, registered texts with `{}` for each value. `free_text` False: a text that
    fits no template is taken and reported as REJECTD, which is how carriers do it. `names`: what the generic gateway calls its
    fields, where not `to`, `text`, `sign`, `key`, `template`, `values`, `id`, `parts`, `status`, `at`, `error`.
    """

    places: Mapping[str, tuple[Fault, ...]] = {
        CONNECTION: (Fault.REFUSED,),
        PLAIN: CALLED,
        TEMPLATE: CALLED,
        GENERIC: CALLED,
        "report": (Fault.TWICE, Fault.OUT_OF_ORDER, Fault.LATE, Fault.EARLY),
    }

    def __init__(
        self,
        *,
        corporation: str = "模拟办公厅",
        account: str = "emulated",
        secret: str = "emulated-secret",  # noqa: S107 — it opens nothing
        service_code: str = "10657000",
        is_exact: bool = False,
        signs: Mapping[str, str] | None = None,
        templates: Mapping[str, str] | None = None,
        free_text: bool = True,
        calls_a_minute: int = 600,
        path: str = "/messages",
        names: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        now: Callable[[], float] = time.time,
        waits: Waits | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(faults=faults, now=now, waits=waits, port=port)
        self.corporation, self.account, self.secret = corporation, account, secret
        self.service_code, self.is_exact = service_code, is_exact
        self.signs = dict(signs or {"SIGN0001": "模拟办公厅"})
        self.templates = dict(templates or {"T0001": "您有{}件督办事项将于{}到期。"})
        self.free_text, self.calls_a_minute = free_text, calls_a_minute
        self.path, self.names = path, dict(names or {})
        self.accepted: dict[str, Batch] = {}
        self.fates: dict[str, str] = {}
        self.reports: list[Errand] = []
        self._windows = Windows()
        self._reports_to: dict[str, str] = {}
        self._said: dict[str, Mapping[str, Any]] = {}  # by key, what the generic gateway said

    # ---- what a test or a person does --------------------------------------------------------------------------------

    def reports_to(self, address: str, *, generic: bool = False) -> None:
        """Where delivery reports go from now on; those of the generic gateway are another address."""
        self._reports_to[GENERIC if generic else "mas"] = on_this_machine(address)

    def inbox(self, mobile: str) -> list[str]:
        """What arrives at this telephone, oldest first."""
        return [
            each.text
            for each in list(self.accepted.values())
            if mobile in each.mobiles and self.fate(each, mobile) == ARRIVED
        ]

    def fate(self, batch: Batch, mobile: str) -> str:
        """What becomes of it at one number."""
        if not self.free_text and not self._fits_a_template(batch.text):
            return "REJECTD"
        return self.fates.get(mobile, ARRIVED)

    # ---- answering ---------------------------------------------------------------------------------------------------

    def place_of(self, asked: Asked) -> str:
        """The interface, or a page."""
        if asked.path == self.path:
            return GENERIC
        return {"/": "overview", "/sms/norsubmit": PLAIN, "/sms/tmpsubmit": TEMPLATE}.get(asked.path, asked.path)

    def act(self, asked: Asked, place: str) -> Answer:
        """Does what was asked."""
        if place == "overview":
            return pages.sms(self)
        if place not in (PLAIN, TEMPLATE, GENERIC) or asked.method != "POST":
            return Answer(b"", 405 if place in self.places else 404)
        try:
            if not self._windows.add("calls", self.now(), (60, self.calls_a_minute)):
                return self._too_often(place)
            return self._posted(asked) if place == GENERIC else self._submitted(asked, place)
        except Refused as refused:
            return self._no(place, refused)

    def say_no(self, fault: Fault, asked: Asked, *, coin: bool) -> Answer:
        """Busy, by the gateway or by what stands before it; or too often."""
        place = self.place_of(asked)
        if fault == Fault.LIMITED:
            return self._too_often(place)
        return self._no(place, Refused("busy", 503)) if coin else Answer(b"busy", 503, "text/plain")

    def _too_often(self, place: str) -> Answer:
        return self._no(place, Refused("too_often" if place == GENERIC else "TooFrequent", 429))

    def _no(self, place: str, refused: Refused) -> Answer:
        if place == GENERIC:
            return said(self._named({"error": refused.code}), refused.status)
        return said({"success": False, "rspcod": refused.code, "msgGroup": ""})

    # ---- 云MAS -------------------------------------------------------------------------------------------------------

    def _submitted(self, asked: Asked, way: str) -> Answer:
        fields = _opened(asked.body)
        if (fields.get("ecName"), fields.get("apId")) != (self.corporation, self.account):
            raise Refused("InvalidUsrOrPwd")
        if not hmac.compare_digest(self.mac(way, fields).encode(), str(fields.get("mac", "")).encode()):
            raise Refused("IllegalMac")
        mobiles = tuple(filter(None, str(fields.get("mobiles", "")).split(",")))
        if len(mobiles) > MOST_MOBILES:
            raise Refused("TooManyMobiles")
        serial = str(fields.get("addSerial", ""))
        if not mobiles or not all(map(is_mobile, mobiles)) or not self._is_serial(serial):
            raise Refused("InvalidMessage")
        text = self._signed(str(fields.get("sign", "")), self._content(way, fields))
        batch = Batch(self._new_id(), way, mobiles, text, parts(text), self.now(), serial=serial)
        return self._taken(batch, {"success": True, "rspcod": "success", "msgGroup": batch.id})

    def mac(self, way: str, fields: Mapping[str, Any]) -> str:
        """What `mac` has to be, for these fields."""
        known = {**fields, "secretKey": self.secret}
        return md5("".join(str(known.get(name, "")) for name in MACS[way]).encode(), usedforsecurity=False).hexdigest()

    def _content(self, way: str, fields: Mapping[str, Any]) -> str:
        if way == PLAIN:
            if not fields.get("content"):
                raise Refused("InvalidMessage")
            return str(fields["content"])
        try:
            values = json.loads(str(fields.get("params", "")))
        except ValueError:
            raise Refused("InvalidMessage") from None
        if str(fields.get("templateId")) not in self.templates:
            raise Refused("IllegalTemplateId")
        return self._filled(str(fields["templateId"]), values, "InvalidMessage")

    def _signed(self, sign: str, content: str) -> str:
        if not sign:
            raise Refused("NoSignId")
        if sign not in self.signs:
            raise Refused("IllegalSignId")
        return f"【{self.signs[sign]}】{content}"

    def _is_serial(self, serial: str) -> bool:
        if serial and (self.is_exact or not (serial.isascii() and serial.isdigit())):
            return False
        return len(self.service_code + serial) <= SERIAL

    # ---- generic -----------------------------------------------------------------------------------------------------

    def _posted(self, asked: Asked) -> Answer:
        if not hmac.compare_digest(asked.headers.get("authorization", "").encode(), f"Bearer {self.secret}".encode()):
            raise Refused("unauthorized", 401)
        try:
            body = json.loads(asked.body)
        except ValueError:
            raise Refused("no_json", 400) from None
        if not isinstance(body, dict):
            raise Refused("no_json", 400)
        values = {
            ours: body.get(self.names.get(ours, ours)) for ours in ("to", "text", "sign", "key", "template", "values")
        }
        key = str(values["key"] or "")
        if key in self._said:
            return said(self._said[key], about=str(self._said[key][self.names.get("id", "id")]))
        to = values["to"] if isinstance(values["to"], list) else str(values["to"] or "").split(",")
        mobiles = tuple(str(each) for each in to if each)
        if not mobiles or not all(map(is_mobile, mobiles)):
            raise Refused("invalid_number")
        text = self._generic_text(values)
        batch = Batch(self._new_id(), GENERIC, mobiles, text, parts(text), self.now(), key=key)
        answer = self._named({"id": batch.id, "parts": batch.parts})
        if key:
            self._said[key] = answer
        return self._taken(batch, answer)

    def _generic_text(self, values: Mapping[str, Any]) -> str:
        text = str(values["text"] or "")
        if values["template"]:
            if str(values["template"]) not in self.templates:
                raise Refused("unknown_template")
            text = self._filled(str(values["template"]), values["values"], "wrong_values")
        if not text:
            raise Refused("empty")
        if values["sign"]:
            text = f"【{str(values['sign']).strip('【】')}】{text}"
        found = re.match(r"【([^【】]+)】", text) or re.search(r"【([^【】]+)】$", text)
        if not found:
            raise Refused("no_signature")
        if found[1] not in self.signs.values():
            raise Refused("unknown_signature")
        return text

    def _named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {self.names.get(ours, ours): value for ours, value in values.items()}

    # ---- both --------------------------------------------------------------------------------------------------------

    def _filled(self, template: str, values: Any, code: str) -> str:
        text = self.templates[template]
        if not isinstance(values, list) or len(values) != text.count("{}"):
            raise Refused(code)
        return "".join(piece + str(value) for piece, value in zip(text.split("{}"), [*values, ""], strict=True))

    def _fits_a_template(self, text: str) -> bool:
        bare = re.sub(r"^【[^【】]+】|【[^【】]+】$", "", text)
        return any(
            re.fullmatch(".*".join(map(re.escape, template.split("{}"))), bare, re.DOTALL)
            for template in self.templates.values()
        )

    def _new_id(self) -> str:
        return f"{datetime.fromtimestamp(self.now(), ZONE):%m%d%H%M%S}{secrets.randbelow(10**12):012d}"

    def _taken(self, batch: Batch, answer: Mapping[str, Any]) -> Answer:
        self.accepted[batch.id] = batch
        first = self._report(batch)
        taken = said(answer, about=batch.id)
        return Answer(taken.body, about=batch.id, first=tuple(first))

    def _report(self, batch: Batch) -> list[Errand]:
        address = self._reports_to.get(GENERIC if batch.way == GENERIC else "mas")
        if not address:
            return []
        first = []
        for mobile in dict.fromkeys(batch.mobiles):
            write = partial(self._letter, address, batch, mobile)

            def errand(write: Callable[[], Letter] = write) -> Errand:
                made = Errand(batch.id, write, _heard)
                self.reports.append(made)
                return made

            sent, is_first = self.bring("report", errand(), errand)
            if is_first:
                first.append(sent)
        return first

    def _letter(self, address: str, batch: Batch, mobile: str) -> Letter:
        fate = self.fate(batch, mobile)
        headers = {"Content-Type": "application/json"}
        if batch.way == GENERIC:
            at = datetime.fromtimestamp(self.now(), ZONE).isoformat()
            values = self._named({"id": batch.id, "to": mobile, "status": fate, "at": at})
            return Letter(
                "POST", address, json.dumps(values).encode(), {**headers, "Authorization": f"Bearer {self.secret}"}
            )
        values = {
            "msgGroup": batch.id,
            "mobile": mobile,
            "submitDate": f"{datetime.fromtimestamp(batch.at, ZONE):%Y%m%d%H%M%S}",
            "receiveDate": f"{datetime.fromtimestamp(self.now(), ZONE):%Y%m%d%H%M%S}",
            "reportStatus": "CM:0000" if fate == ARRIVED else "CM:0001",
            "errorCode": fate,
        }
        return Letter("POST", address, json.dumps(values).encode(), headers)


def _opened(body: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(base64.b64decode(body.strip(), validate=True))
    except (binascii.Error, ValueError):
        raise Refused("InvalidMessage") from None
    if not isinstance(fields, dict):
        raise Refused("InvalidMessage")
    return fields


def _heard(_answer: bytes) -> None:
    """Any 200 is enough."""
