import io
from pathlib import Path

import PIL.Image
import pytest

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
