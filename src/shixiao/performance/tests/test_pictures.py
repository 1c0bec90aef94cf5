"""Beside what was read from a PDF stands its page as it is printed, with the row marked."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shixiao import tables
from shixiao.people.models import User
from shixiao.performance import pictures
from shixiao.performance.models import Upload

PDF = Path(tables.__file__).parent / "tests" / "pdf" / "guangzhou-portrait-libreoffice.pdf"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def upload(desk: Client) -> Upload:
    desk.post("/import/", {"file": SimpleUploadedFile("g.pdf", PDF.read_bytes())})
    return Upload.objects.latest("id")


def test_the_review_shows_the_page_on_which_something_stood(desk: Client, upload: Upload) -> None:
    assert desk.get(f"/import/{upload.pk}/").status_code == 200
    excerpt = desk.get(f"/import/{upload.pk}/original/?page=2&table=1&line=20&column=7").content.decode()
    (at,) = set(re.findall(rf'/import/{upload.pk}/page/2\.png\?at=(\d+-\d+-\d+-\d+)"', excerpt))
    picture = desk.get(f"/import/{upload.pk}/page/2.png?at={at}")
    assert picture.content != desk.get(f"/import/{upload.pk}/page/2.png?at=nonsense").content
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(PNG)
    assert "private" in picture.headers["Cache-Control"]


def test_a_page_that_is_not_there_is_not_found(desk: Client, upload: Upload) -> None:
    assert desk.get(f"/import/{upload.pk}/page/999.png").status_code == 404
    assert desk.get(f"/import/{upload.pk}/page/0.png").status_code == 404


def test_a_text_has_no_pictures(desk: Client) -> None:
    desk.post("/import/", {"file": SimpleUploadedFile("g.txt", tables.samples.guangzhou())})
    one = Upload.objects.latest("id")
    assert desk.get(f"/import/{one.pk}/page/1.png").status_code == 404
    assert "page-picture" not in desk.get(f"/import/{one.pk}/original/?line=20&column=7").content.decode()


def test_nobody_sees_the_pages_of_a_file_of_somebody_else(upload: Upload, signed_in: object, reader: User) -> None:
    assert signed_in(reader).get(f"/import/{upload.pk}/page/1.png").status_code == 403  # type: ignore[operator]


def test_a_file_that_breaks_the_drawing_breaks_nothing_else() -> None:
    with pytest.raises(pictures.NotDrawn):
        pictures.page_of(PDF.read_bytes()[:2000], 1)
    with pytest.raises(pictures.NotDrawn):
        pictures.page_of(b"%PDF-1.7 nothing", 1)
