import io
from pathlib import Path

import PIL.Image
import pytest

from shixiao import tables
from shixiao.tables.formats.pdf.picture import TALLEST, WIDEST, picture

PDF = Path(__file__).parent / "pdf" / "guangzhou-portrait-libreoffice.pdf"


@pytest.mark.parametrize(("asked", "given"), [(300, 300), (10_000, WIDEST)])
def test_a_page_is_as_wide_as_asked_and_never_absurdly_large(asked: int, given: int) -> None:
    image = PIL.Image.open(io.BytesIO(picture(PDF.read_bytes(), page=1, width=asked)))
    assert abs(image.width - given) <= 1
    assert given < image.height <= TALLEST
    assert len(image.getcolors()) > 2  # something is drawn on it


@pytest.mark.parametrize("page", [0, -1, 1000])
def test_there_is_no_such_page(page: int) -> None:
    with pytest.raises(ValueError, match="page"):
        picture(PDF.read_bytes(), page=page, width=100)


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(ValueError, match="no PDF"):
        picture(b"nothing", page=1, width=100)


def test_a_place_is_marked_and_one_beyond_the_paper_is_not() -> None:
    content = PDF.read_bytes()
    plain = picture(content, page=1, width=400)
    marked = PIL.Image.open(io.BytesIO(picture(content, page=1, width=400, marked=(50, 100, 300, 200)))).convert("RGB")
    colours = marked.crop((40, 70, 200, 130)).tobytes()  # red, green, blue, red …
    assert any(colours[at] > 200 and colours[at + 2] < 140 for at in range(0, len(colours), 3))
    for odd in ((50, 100, 30_000, 200), (300, 100, 50, 200), (1, 2, 3)):
        assert picture(content, page=1, width=400, marked=odd) == plain


def test_the_mark_of_a_row_lies_where_the_row_is_printed() -> None:
    content = PDF.read_bytes()
    grid = tables.sheets(content).grids[0]
    rows = [row for row in grid.rows if row.box and row.page in (0, 1)]
    assert len(rows) > 3
    tops = [row.box[1] for row in rows]
    assert tops == sorted(tops)
    assert all(left < right and top < bottom for left, top, right, bottom in (row.box for row in rows))
