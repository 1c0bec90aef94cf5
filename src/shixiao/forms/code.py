"""The small code on a form, which says its whole hash to a scanner or a telephone."""

from __future__ import annotations

from io import BytesIO

import segno

# The side of the code on paper. Its 37 to 41 modules are then about 0.5 mm wide, which a telephone reads from 20 cm.
SIDE_MM = 20


def as_png(text: str) -> bytes:
    """A QR code as a picture in black and white, with its quiet border; the same bytes for the same text."""
    return _written(text, "png", scale=8)


def as_svg(text: str) -> str:
    """The same code as lines and areas, for print."""
    return _written(text, "svg", xmldecl=False).decode("utf-8")


def _written(text: str, kind: str, **ways: object) -> bytes:
    made = BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(made, kind=kind, border=2, **ways)
    return made.getvalue()
