"""A page as it is printed, as a picture: python -m shixiao.tables.formats.pdf.picture PAGE WIDTH < file.pdf > page.png

Drawn by pdfium. It is written in C++ and given whatever somebody uploads, so a server draws in a process of its own.
"""

from __future__ import annotations

import io
import sys

import pypdfium2

WIDEST = 2_000
TALLEST = 6_000


def picture(content: bytes, *, page: int, width: int) -> bytes:
    """The page (from 1) as a PNG of `width` pixels, at most `WIDEST` wide and `TALLEST` high.

    Raises ValueError where there is no such page, or none that can be drawn.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as failure:
        raise ValueError("no PDF that can be drawn") from failure
    try:
        if not 1 <= page <= len(document):
            raise ValueError(f"there is no page {page}")
        drawn = document[page - 1]
        across, down = drawn.get_size()
        scale = min(min(width, WIDEST) / max(across, 1), TALLEST / max(down, 1))
        image = drawn.render(scale=scale, may_draw_forms=False).to_pil().convert("L").quantize(16)
    except pypdfium2.PdfiumError as failure:
        raise ValueError(f"page {page} cannot be drawn") from failure
    finally:
        document.close()
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(picture(sys.stdin.buffer.read(), page=int(sys.argv[1]), width=int(sys.argv[2])))
