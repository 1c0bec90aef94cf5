"""Files that are meant to do harm, at every door; and what is written into files that people take away."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from shixiao.casework.exporting import cell
from shixiao.casework.models import Attachment
from shixiao.performance import outlets
from shixiao.site.tests.security.asking import ask
from shixiao.site.tests.security.crawling import crawl
from shixiao.site.tests.security.forms import Form, forms
from shixiao.site.tests.security.house import House

KEEPERS = ("officer", "here:payments.clerk", "here:registers.clerk", "system_administrator")
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)
ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


OUTSIDE = Path("/tmp/shixiao-evil")  # noqa: S108 — where it would come out


def packed(parts: dict[str, bytes], ending: str) -> bytes:
    main = {
        "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
        "docx": ("word/document.xml", "wordprocessingml.document"),
    }[ending]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES.format(part=main[0], kind=main[1]))
        for name, content in ({main[0]: b"<x/>"} | parts).items():
            made.writestr(name, content)
    return stream.getvalue()


def bomb(ending: str) -> bytes:
    """A few kilobytes that unpack to 300 MB."""
    part = {"xlsx": "xl/worksheets/sheet1.xml", "docx": "word/document.xml"}[ending]
    return packed({part: b"<x>" + b" " * (300 << 20) + b"</x>"}, ending)


def nested(ending: str) -> bytes:
    """A package in a package in a package, the innermost of which is a bomb: whoever unpacks what is inside unpacks it."""
    inner = bomb(ending)
    for _ in range(3):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("inner.zip", inner)
        inner = stream.getvalue()
    folder = {"xlsx": "xl", "docx": "word"}[ending]
    return packed({f"{folder}/embeddings/inner.zip": inner}, ending)


def climbing(ending: str) -> bytes:
    names = ("../../../../tmp/shixiao-evil", str(OUTSIDE), "..\\..\\shixiao-evil", "xl/../../shixiao-evil")
    return packed(dict.fromkeys(names, b"evil"), ending)


def reading(ending: str) -> bytes:
    part = {"xlsx": "xl/sharedStrings.xml", "docx": "word/document.xml"}[ending]
    return packed({part: f"{ENTITY}<x><t>&e;</t></x>".encode()}, ending)


@pytest.fixture(scope="module")
def harm() -> dict[str, bytes]:
    """Files by name, made once."""
    made = {f"{sort.__name__}.{ending}": sort(ending) for sort in (climbing, reading) for ending in ("xlsx", "docx")}
    made |= {f"bomb.{ending}": bomb(ending) for ending in ("xlsx", "docx")}
    made |= {f"nested.{ending}": nested(ending) for ending in ("xlsx", "docx")}
    return made | {"nested.zip": packed_alone(nested("xlsx"))}


def packed_alone(content: bytes) -> bytes:
    """An archive that says it is nothing else."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("book.xlsx", content)
    return stream.getvalue()


_DOORS: dict[int, list[tuple[str, Form]]] = {}


def doors(house: House) -> list[tuple[str, Form]]:
    """Every form with a field for a file, of everybody who keeps something; looked for once in each house."""
    if id(house) not in _DOORS:
        _DOORS[id(house)] = _doors(house)
    return _DOORS[id(house)]


def _doors(house: House) -> list[tuple[str, Form]]:
    found: dict[str, tuple[str, Form]] = {}
    for person in KEEPERS:
        for _source, where, answer in crawl(house.browser(person)):
            if answer.status_code == 200 and "text/html" in answer.headers.get("Content-Type", ""):
                for form in forms(answer.whole.decode(), where):
                    if form.files:
                        found.setdefault(form.action.split("/")[1] + str(len(form.action.split("/"))), (person, form))
    return list(found.values())


def sent(house: House, name: str, content: bytes) -> list[Any]:
    """The answers of all doors to this file, each followed to where it leads."""
    answers = []
    for person, form in doors(house):
        told: dict[str, Any] = form.filled("x") | {each: SimpleUploadedFile(name, content) for each in form.files}
        browser = house.browser(person)
        answer = browser.post(form.action, told, follow=True)
        assert answer.status_code < 500, f"{name} at {form.action}: {answer.status_code}"
        answers.append(answer)
    assert len(answers) >= 4
    return answers


@pytest.mark.parametrize("name", ["bomb.xlsx", "bomb.docx", "nested.zip"])
def test_what_unpacks_to_gigabytes_is_refused_at_every_door(house: House, harm: dict[str, bytes], name: str) -> None:
    before = Attachment.objects.count()
    sent(house, name, harm[name])
    assert Attachment.objects.count() == before


@pytest.mark.parametrize("name", ["nested.xlsx", "nested.docx"])
def test_what_lies_packed_within_fails_nowhere(house: House, harm: dict[str, bytes], name: str) -> None:
    """A document may carry another one; it is kept as it is, or not read as a table."""
    sent(house, name, harm[name])


@pytest.mark.parametrize("name", ["climbing.xlsx", "climbing.docx"])
def test_names_that_climb_lead_nowhere(house: House, harm: dict[str, bytes], name: str) -> None:
    sent(house, name, harm[name])
    for each in ("../../../tmp/evil.pdf", "..\\evil.pdf", "/etc/passwd", "a/../../b.pdf", "\x00evil.pdf"):
        sent(house, each, harm[name])
    root = Path(configured.SHIXIAO_ATTACHMENTS)
    assert not OUTSIDE.exists()
    assert list(root.parent.rglob("*evil*")) == []
    for path in root.rglob("*"):
        assert path.resolve().is_relative_to(root.resolve())


@pytest.mark.parametrize("name", ["reading.xlsx", "reading.docx"])
def test_a_document_reads_no_file_of_the_server(house: House, harm: dict[str, bytes], name: str) -> None:
    for answer in sent(house, name, harm[name]):
        assert b"root:x:0" not in answer.content


# ---- formulas ---------------------------------------------------------------------------------------------------

STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "'=", "|", "%")


@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_a_text_stays_a_text_in_a_workbook(start: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("a")
    sheet.append([cell(sheet, f"{start}cmd|' /C calc'!A0")])
    stream = io.BytesIO()
    book.save(stream)
    found = load_workbook(io.BytesIO(stream.getvalue()))["a"]["A1"]
    assert found.data_type == "s"
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as made:
        assert not any(b"<f>" in made.read(name) for name in made.namelist() if name.startswith("xl/worksheets"))


@pytest.mark.parametrize("start", [each for each in STARTS if each not in {"'=", "|", "%"}], ids=repr)
def test_a_text_stays_a_text_in_csv(start: str) -> None:
    written = outlets.safe(f"{start}cmd|' /C calc'!A0")
    (line,) = csv.reader(io.StringIO('"' + written.replace('"', '""') + '"'))
    assert not line[0].lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), repr(line[0])


def test_an_answer_is_sent_as_a_download(house: House) -> None:
    answer = ask(house.browser("here:payments.clerk"), "GET", f"/files/{house.things['file']}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/pdf"
