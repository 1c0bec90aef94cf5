"""An OA that cannot call anybody: it lists its documents by cursor and hands out their files, in the shape of docs/howto/oa.md, and misbehaves.

The shape is ours, unlike those of the other emulators; what is emulated are the habits of such systems: pages that repeat what was told, documents
that come in another order, lists that are slow, busy, cut, or wrapped into a page of the gateway in front.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

from shixiao.messages.emulators.faults import CONNECTION, LINE, Fault, Faults
from shixiao.messages.emulators.serving import Answer, Asked, Emulator, said
from shixiao.messages.emulators.timing import Waits

DOCUMENTS, FILE, ITEMS = "documents", "file", "items"
CALLED = (*LINE, Fault.BUSY, Fault.LIMITED)
MOST = 100


class Oa(Emulator):
    """The service. `listed`: every document in the order in which it was issued, again when it was issued again, and
    whatever else a test puts there; `handed`: the ids of each page that
    was written, also where nobody got it."""

    places: Mapping[str, tuple[Fault, ...]] = {
        CONNECTION: (Fault.REFUSED,),
        DOCUMENTS: CALLED,
        FILE: CALLED,
        ITEMS: (Fault.TWICE, Fault.OUT_OF_ORDER),
    }

    def __init__(
        self,
        *,
        secret: str = "emulated-secret",  # noqa: S107 — it opens nothing
        faults: Faults | None = None,
        now: Callable[[], float] = time.time,
        waits: Waits | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(faults=faults, now=now, waits=waits, port=port)
        self.secret = secret
        self.listed: list[Any] = []
        self.files: dict[str, bytes] = {}
        self.handed: list[list[str]] = []

    # ---- what a test or a person does --------------------------------------------------------------------------------

    def issue(self, document: Mapping[str, Any], **files: bytes) -> None:
        """A document that is listed from now on, with files by name (`report_txt` for report.txt)."""
        told = []
        for name, content in files.items():
            sha256 = hashlib.sha256(content).hexdigest()
            self.files[f"/files/{sha256}"] = content
            told.append({"name": ".".join(name.rsplit("_", 1)), "sha256": sha256, "address": f"/files/{sha256}"})
        self.listed.append({**document, **({"files": told} if told else {})})

    # ---- answering ---------------------------------------------------------------------------------------------------

    def place_of(self, asked: Asked) -> str:
        """The list, or a file."""
        return DOCUMENTS if asked.path == "/documents" else FILE

    def act(self, asked: Asked, place: str) -> Answer:
        """Does what was asked."""
        if not hmac.compare_digest(asked.headers.get("authorization", "").encode(), f"Bearer {self.secret}".encode()):
            return said({"error": "unauthorized"}, 401)
        if asked.method != "GET":
            return Answer(b"", 405)
        if place == FILE:
            content = self.files.get(asked.path)
            kind = "application/octet-stream"
            return Answer(content, kind=kind, about=asked.path) if content is not None else Answer(b"", 404)
        return self._page(asked)

    def say_no(self, fault: Fault, asked: Asked, *, coin: bool) -> Answer:
        """Busy, or too often."""
        del asked
        return (
            said({"error": "too_often"}, 429)
            if fault == Fault.LIMITED
            else said({"error": "busy"}, 503 if coin else 500)
        )

    def _page(self, asked: Asked) -> Answer:
        after, limit = asked.query.get("after", ""), asked.query.get("limit", "20")
        if (after and not after.isdigit()) or not limit.isdigit() or not 0 < int(limit) <= MOST:
            return said({"error": "no_such_cursor"}, 400)
        begin, count = int(after or 0), int(limit)
        end = min(begin + count, len(self.listed))
        drawn = self.faults.draw(ITEMS, self.places[ITEMS])
        if drawn:
            self.note(drawn.fault, ITEMS, "", taken=True)
        if drawn and drawn.fault == Fault.TWICE:  # what was told on the page before is told again
            begin = max(0, begin - count // 2)
        items = list(self.listed[begin:end])[-count:]
        if drawn and drawn.fault == Fault.OUT_OF_ORDER:
            items.reverse()
        self.handed.append([str(each.get("id")) if isinstance(each, dict) else "" for each in items])
        told = {"items": items, "next": str(end), "more": end < len(self.listed)}
        return said(told, about=f"{begin}-{end}")
