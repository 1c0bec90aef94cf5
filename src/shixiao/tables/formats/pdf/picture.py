"""A page as a picture, to be shown beside what was read from it. The only code here that draws; reading needs none."""

from __future__ import annotations

import struct
import threading
import zlib

import pypdfium2

from shixiao.tables.unreadable import Unreadable

# A screen shows no more; a picture of this width and the most extreme height takes 16 MB while it is drawn.
WIDEST = 2000
_HIGHEST = 4000
_GREY, _COLOURS = 0, 2
# pdfium keeps state for the whole process, so that two threads must never draw at once.
_DRAWING = threading.Lock()


def picture(content: bytes, *, page: int, width: int) -> bytes:
    """A page (from 1) as a PNG of `width` pixels; a page that is very high is drawn narrower.

    Raises Unreadable for a file that cannot be drawn, ValueError for a page or a width that there is not. How long a
    page takes is not limited here: whoever draws files of strangers does it in a process that may be ended.
    """
    if not 0 < width <= WIDEST:
        raise ValueError(f"a picture is 1 to {WIDEST} pixels wide, not {width}")
    with _DRAWING:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            raise Unreadable("pdf_damaged") from None
        try:
            if not 0 < page <= len(document):
                raise ValueError(f"the file has pages 1 to {len(document)}, not {page}")
            return _drawn(document, page - 1, width)
        except pypdfium2.PdfiumError:
            raise Unreadable("pdf_damaged") from None
        finally:
            document.close()


def _drawn(document: pypdfium2.PdfDocument, index: int, width: int) -> bytes:
    page = document[index]
    wide, high = page.get_size()
    scale = min(width / max(wide, 1.0), _HIGHEST / max(high, 1.0))
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    try:
        return _png(bitmap.width, bitmap.height, bitmap.n_channels, bitmap.stride, bytes(bitmap.buffer))
    finally:
        bitmap.close()
        page.close()


def _png(width: int, height: int, channels: int, stride: int, pixels: bytes) -> bytes:
    rows = b"".join(b"\0" + pixels[row * stride : row * stride + width * channels] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOURS if channels > 1 else _GREY, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
