"""Bytes → text: what is read, what is mended and listed, and what is refused with the line where."""

import gzip
import io
import random
import zipfile

import pytest

from shixiao import tables
from shixiao.tables import Unreadable
from shixiao.tables.decoding import decode
from shixiao.tables.tests.making import codes, read, small, wordings

TEXT = small()


def refusal(content: bytes, **options) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        tables.read(content, name="table.txt", **options)
    return refused.value


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name in names:
            file.writestr(name, "<x/>")
    return stream.getvalue()


@pytest.mark.parametrize("content", [b"", b"   \n\t\r\n ", b"\xef\xbb\xbf", b"\xff\xfe", "　\u200b\n".encode()])
def test_nothing_is_refused_as_empty(content):
    assert refusal(content).code == "empty"


def test_a_text_above_the_limit_is_refused_and_says_both_sizes():
    refused = refusal(b"x" * 2048, limit=1024)
    assert refused.code == "too_large"
    assert "0.0 MB" in refused.in_("zh")
    assert tables.read(TEXT.encode(), name="x", limit=len(TEXT.encode())).plans


def test_a_size_can_be_refused_before_anything_is_read():
    tables.refuse_large(tables.MAX_BYTES)
    with pytest.raises(Unreadable) as refused:
        tables.refuse_large(300 * 1024 * 1024)
    assert "300.0 MB" in refused.value.in_("en")
    assert "64.0 MB" in refused.value.in_("zh")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (archive("a.txt"), "zip"),
        (b"{\\rtf1\\ansi x}", "RTF"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "XML"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "picture"),
        (gzip.compress(TEXT.encode()), "archive"),
    ],
)
def test_another_format_is_named_whatever_the_file_is_called(content, word):
    refused = refusal(content)
    assert refused.code == "foreign_format"
    assert word in refused.in_("en")
    assert "复制" in refused.next_step.zh


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (archive("content.xml"), "foreign_workbook", "OpenDocument"),
        (archive("xl/workbook.bin"), "foreign_workbook", "xlsb"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "foreign_workbook", "old Word"),
        (archive("xl/workbook.xml"), "workbook_empty", "no sheet"),
        (archive("word/document.xml"), "empty", "no text"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf_damaged", "PDF"),
    ],
)
def test_a_format_that_is_known_says_what_is_the_matter(content, code, word):
    refused = refusal(content)
    assert refused.code == code
    assert word.lower() in refused.in_("en").lower()


def test_noise_is_no_text():
    noise = random.Random(1)  # noqa: S311 - not for secrets
    for size in (64, 1000, 100_000):
        assert refusal(noise.randbytes(size)).code in ("not_text", "no_table")
    assert refusal(noise.randbytes(100_000)).code == "not_text"


def test_a_nul_in_a_text_is_refused_with_its_line():
    refused = refusal(TEXT.replace("甲局\t5", "甲\0局\t5").encode())
    assert (refused.code, refused.place.line) == ("nul", 6)
    assert "第6行" in refused.in_("zh")


@pytest.mark.parametrize("surrogate", ["\ud800", "\udfff"])
def test_half_a_character_is_refused_with_its_line(surrogate):
    refused = refusal(TEXT.replace("巡检", f"巡{surrogate}检").encode("utf-8", "surrogatepass"))
    assert (refused.code, refused.place.line) == ("lone_surrogate", 7)
    refused = refusal(TEXT.replace("巡检", f"巡{surrogate}检").encode("utf-16", "surrogatepass"))
    assert (refused.code, refused.place.line) == ("lone_surrogate", 7)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_byte_is_refused_with_its_line_and_encoding(encoding):
    before, after = TEXT.split("巡检")[0], TEXT.split("巡检", 1)[1]
    refused = refusal(before.encode(encoding) + b"\xff\xff" + after.encode(encoding))
    assert (refused.code, refused.place.line) == ("broken_bytes", 7)
    assert encoding.upper() in refused.in_("en")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_half_a_character_at_the_very_end_is_left_out_and_listed(encoding):
    content = TEXT.rstrip("\n").encode(encoding)[:-1]
    document = read(content)
    assert codes(document)[0] == "cut_character"
    assert wordings(document)


@pytest.mark.parametrize(
    "character", ["\x01", "\x07", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\u200b", "\ufeff", "\u202e", "\xad"]
)
def test_a_few_invisible_characters_are_removed_and_listed(character):
    document = read(TEXT.replace("巡检", f"巡{character}检"))
    assert wordings(document) == wordings(read(TEXT))
    (repair,) = document.repairs
    assert (repair.code, repair.place.line) == ("control_character", 7)
    assert f"U+{ord(character):04X}" in repair.text.zh


def test_many_control_characters_are_no_text():
    assert refusal(TEXT.replace("检", "检\x01\x02\x03" * 20).encode()).code == "not_text"


def test_a_character_lost_before_is_listed_as_a_defect():
    document = read(TEXT.replace("保障", "保�"))
    assert [(repair.code, repair.defect, repair.place.line) for repair in document.repairs] == [
        ("replacement_character", True, 7)
    ]


@pytest.mark.parametrize("mark", ["密级：机密", "密级:  绝密", "秘密★10年", "机密 ★"])
@pytest.mark.parametrize("form", ["txt", "json"])
def test_a_secrecy_mark_is_refused_and_never_quoted(mark, form):
    content = TEXT.replace("保障运行", mark).encode()
    if form == "json":
        content = tables.write(read(TEXT), format="json").decode().replace("保障运行", mark).encode()
    refused = refusal(content)
    assert refused.code == "secret"
    assert refused.place.line > 0
    assert "★" not in refused.in_("zh")


@pytest.mark.parametrize("harmless", ["保密工作", "核心指标★", "密级：公开", "做好机密文件管理"])
def test_other_words_about_secrets_are_harmless(harmless):
    assert read(TEXT.replace("保障运行", harmless)).plans


def test_a_name_says_nothing_about_the_content():
    for name in ("table.xlsx", "table.pdf", "table", "", "表.docx"):
        assert tables.read(TEXT.encode(), name=name).plans == tables.read(TEXT.encode(), name="x").plans


def test_short_texts_in_gb18030_are_not_taken_for_utf8():
    assert decode("绩效".encode("gb18030")).text == "绩效"
    assert decode("绩效".encode("gb18030")).encoding == "gb18030"
