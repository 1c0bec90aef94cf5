"""A page as it is printed, as a picture, a place on it marked:

    python -m shixiao.tables.formats.pdf.picture PAGE WIDTH [LEFT TOP RIGHT BOTTOM] < file.pdf > page.png

Drawn by pdfium. It is written in C++ and given whatever somebody uploads, so a server draws in a process of its own.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

WIDEST = 2_000
TALLEST = 6_000


_MARK = (255, 214, 102)  # multiplied with what is printed, so that it stays legible
_EDGE = (176, 96, 0)


def picture(content: bytes, *, page: int, width: int, marked: Sequence[float] = ()) -> bytes:
    """The page (from 1) as a PNG of `width` pixels, at most `WIDEST` wide and `TALLEST` high.

    `marked` is a place on it in points: left, top, right, bottom; one that is not on the page is left out. Raises
    ValueError where there is no such page, or none that can be drawn.
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
        image = drawn.render(scale=scale, may_draw_forms=False).to_pil().convert("L")
    except pypdfium2.PdfiumError as failure:
        raise ValueError(f"page {page} cannot be drawn") from failure
    finally:
        document.close()
    made = io.BytesIO()
    is_on_page = (
        len(marked) == 4 and -1 <= marked[0] < marked[2] <= across + 1 and -1 <= marked[1] < marked[3] <= down + 1
    )
    shown = _with_mark(image, [round(each * scale) for each in marked]) if is_on_page else image
    shown.quantize(32 if is_on_page else 16).save(made, "PNG")
    return made.getvalue()


def _with_mark(image: Image.Image, box: list[int]) -> Image.Image:
    left, top, right, bottom = box
    coloured = image.convert("RGB")
    area = (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height))
    if area[0] >= area[2] or area[1] >= area[3]:
        return coloured
    below = coloured.crop(area)
    coloured.paste(ImageChops.multiply(below, Image.new("RGB", below.size, _MARK)), area)
    ImageDraw.Draw(coloured).rectangle(area, outline=_EDGE, width=max(2, image.width // 400))
    return coloured


if __name__ == "__main__":
    _page, _width, *_marked = sys.argv[1:]
    sys.stdout.buffer.write(
        picture(sys.stdin.buffer.read(), page=int(_page), width=int(_width), marked=[float(each) for each in _marked])
    )
