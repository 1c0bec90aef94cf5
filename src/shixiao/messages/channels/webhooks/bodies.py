"""What a receiver is told: a CloudEvent (version 1.0, structured mode) with codes and moments, and nothing that people wrote."""

import json

from shixiao.ledger.models import Event
from shixiao.messages.subjects import Outward

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
NOWHERE = "urn:shixiao"


def body(event: Event, about: Outward, *, source: str) -> bytes:
    """The same bytes at every attempt. `source` with `id` names the event once in the world: the address of this installation.

    Whoever may see more asks the interface for programs for the case of this number, with a token.
    """
    told = {
        "specversion": "1.0",
        "id": str(event.pk),
        "source": source or NOWHERE,
        "type": event.kind,
        "subject": about.number,
        "time": event.happened_at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "number": about.number,
            "kind": about.kind,
            "unit": about.unit,
            "happened_at": event.happened_at.isoformat(),
            "recorded_at": event.recorded_at.isoformat(),
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
