"""What a file is, is told by its content: what is taken, and every lie that is refused."""

import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.casework import file_kinds, ole, packages
from shixiao.casework.file_kinds import recognised
from shixiao.casework.file_names import LONGEST, cleaned, parted
from shixiao.casework.refusing import Refused
from shixiao.casework.tests import some_files
from shixiao.casework.tests.some_files import PDF, compound, content_types, ofd, office, package, picture

WHOLE = {
    "函.pdf": PDF,
    "函.docx": office("docx"),
    "表.xlsx": office("xlsx"),
    "稿.pptx": office("pptx"),
    "函.doc": compound("WordDocument", "1Table"),
    "表.xls": compound("Workbook"),
    "旧表.xls": compound("Book"),
    "稿.ppt": compound("PowerPoint Document"),
    "版.ofd": ofd(),
    "图.png": picture("PNG"),
    "图.jpg": picture("JPEG"),
    "图.JPEG": picture("JPEG"),
    "图.gif": picture("GIF"),
    "图.tif": picture("TIFF"),
    "图.bmp": picture("BMP"),
    "记.txt": "第一行\r\n第二行\t列".encode(),
    "记录.txt": "第一行".encode("gb18030"),
    "有标记.txt": "\ufeff第一行".encode(),
    "双字节.txt": "第一行".encode("utf-16"),
    "表.csv": "甲,乙\r\n1,2\r\n".encode("gb18030"),
}


def refused(content: bytes, name: str) -> str:
    with pytest.raises(Refused) as caught:
        recognised(io.BytesIO(content), name)
    assert caught.value.field == "file"
    assert caught.value.text.en
    return caught.value.text.zh


@pytest.mark.parametrize("name", WHOLE)
def test_every_kind_is_taken_under_its_own_name(name: str) -> None:
    kind, kept = recognised(io.BytesIO(WHOLE[name]), name)
    assert kept == name
    assert parted(name)[1].lower() in kind.endings


@pytest.mark.parametrize("ending", [".pdf", ".png", ".docx", ".xls", ".txt", ".ofd"])
@pytest.mark.parametrize("name", [name for name in WHOLE if name != "旧表.xls"])
def test_a_name_that_says_something_else_is_refused(name: str, ending: str) -> None:
    kind, _name = recognised(io.BytesIO(WHOLE[name]), name)
    if ending in kind.endings or (kind is file_kinds.CSV and ending == ".txt"):
        return
    assert "不符" in refused(WHOLE[name], f"别的{ending}")


def test_a_name_without_an_ending_gets_one() -> None:
    assert recognised(io.BytesIO(PDF), "扫描件")[1] == "扫描件.pdf"


@pytest.mark.parametrize("name", ["a.exe", "a.pdf.exe", "a.zip", "a.html", "a.svg", "a.docm", "a.xlsm"])
def test_an_ending_that_is_not_taken_is_refused_whatever_the_content(name: str) -> None:
    assert "不收" in refused(PDF, name)


def test_nothing_is_refused() -> None:
    assert "空文件" in refused(b"", "a.pdf")
    assert recognised(io.BytesIO(b"1"), "a.txt")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"MZ\x90\0" + b"\0" * 60, "Windows 程序"),
        (b"Rar!\x1a\x07\0", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\0", "7z"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\x7fELF\x02", "程序"),
        (b"abc\0def", "认不出"),
        ("文字\x1b[2J".encode(), "认不出"),
        (b"\xff\xfe\x00\xd8", "认不出"),
        (b"\x80\x81\xff\xff", "认不出"),
        (b"\n%PDF-1.7", None),
    ],
)
def test_what_only_calls_itself_a_text_is_refused(content: bytes, word: str | None) -> None:
    if word is None:  # a PDF that does not begin at once is no PDF here, and harmless as a text
        assert "不符" in refused(content, "a.pdf")
    else:
        assert word in refused(content, "a.txt")


# ---- packages --------------------------------------------------------------------------------------------------


def test_an_archive_is_refused_even_under_the_name_of_a_document() -> None:
    assert "压缩包" in refused(package({"a.txt": "甲"}), "a.docx")
    said = content_types(("a.xml", "application/xml"))
    assert "压缩包" in refused(package({"[Content_Types].xml": said, "a.xml": "<a/>"}), "a.docx")


def test_a_package_that_only_claims_its_main_part_is_an_archive() -> None:
    said = content_types(("word/document.xml", next(iter(packages._MAIN))))
    assert "压缩包" in refused(package({"[Content_Types].xml": said, "payload.bin": b"x"}), "a.docx")


@pytest.mark.parametrize(
    "content",
    [
        office("docm"),
        office("docx", **{"word/vbaProject.bin": b"x"}),
        office("docx", **{"word/VBAPROJECT.BIN": b"x"}),
        office("xlsx", **{"xl/macrosheets/sheet1.xml": "<x/>"}),
    ],
)
def test_macros_are_refused(content: bytes) -> None:
    assert "宏" in refused(content, "a.docx")


@pytest.mark.parametrize("storage", sorted(ole.MACROS))
def test_macros_in_old_files_are_refused(storage: str) -> None:
    assert "宏" in refused(compound("WordDocument", storage), "a.doc")


def test_a_password_is_refused_since_nothing_can_be_checked() -> None:
    assert "密码" in refused(compound("EncryptedPackage", "EncryptionInfo"), "a.docx")
    locked = bytearray(office("docx"))
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "密码" in refused(bytes(locked), "a.docx")


def test_two_kinds_at_once_are_refused() -> None:
    whole = package({"a.txt": "甲"})
    for front in (PDF, picture("PNG"), picture("JPEG"), picture("GIF")):
        name = "a" + file_kinds.recognised(io.BytesIO(front), "a")[1][1:]
        assert "两种" in refused(front + whole, name)
    assert "两种" in refused(package({"a.pdf": PDF}, packed=False), "a.docx")
    assert "两种" in refused(picture("GIF") + PDF, "a.gif")


def test_something_in_front_of_a_package_or_behind_it_is_refused() -> None:
    whole = office("docx")
    assert "藏着" in refused(b"PK\x03\x04 something" + whole, "a.docx")
    assert "藏着" in refused(whole + b"trailing", "a.docx")


def test_a_package_that_says_it_becomes_huge_is_refused_without_unpacking() -> None:
    assert "大得不合常理" in refused(office("docx", **{"word/media/image1.bmp": b"\0" * (30 << 20)}), "a.docx")


def test_parts_that_share_their_bytes_are_refused() -> None:
    """One packed part, named by many entries of the directory: small, and endless when it is unpacked."""
    content = office("docx", **{"word/a.xml": bytes(range(256)) * 40})
    whole = bytearray(content)
    end = whole.rindex(b"PK\x05\x06")
    begin = struct.unpack_from("<I", whole, end + 16)[0]
    entry_at = whole.rindex(b"PK\x01\x02")
    entry = bytes(whole[entry_at:end])
    name = entry.index(b"word/a.xml")
    more = b"".join(entry[:name] + f"word/{n:05}"[:10].encode() + entry[name + 10 :] for n in range(10000, 10400))
    directory = bytes(whole[begin:end]) + more
    number = 3 + 400
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(directory), begin, 0)
    bomb = bytes(whole[:begin]) + directory + tail
    with zipfile.ZipFile(io.BytesIO(bomb)) as read:
        assert len(read.namelist()) == number
    assert "大得不合常理" in refused(bomb, "a.docx")


def test_a_type_part_that_unpacks_to_gigabytes_costs_a_megabyte() -> None:
    """Its directory lies about the size; what is unpacked is bounded whatever it says."""
    bomb = bytearray(package({"[Content_Types].xml": b" " * (64 << 20), "word/document.xml": "<x/>"}))
    at = bomb.index(b"PK\x01\x02")
    struct.pack_into("<I", bomb, at + 24, 1000)
    tracemalloc.start()
    try:
        assert refused(bytes(bomb), "a.docx")
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Types>&b;</Types>'
    assert "损坏" in refused(package({"[Content_Types].xml": bomb}), "a.docx")


def test_too_many_parts_are_refused_before_the_directory_is_read() -> None:
    assert "大得不合常理" in refused(package({f"{n}": "" for n in range(packages.MOST_ENTRIES + 1)}), "a.docx")


def test_a_file_called_ofd_inside_is_not_enough() -> None:
    assert "压缩包" in refused(package({"OFD.xml": "<other/>"}), "a.ofd")


def test_a_document_with_a_workbook_inside_is_what_its_name_says() -> None:
    both = compound("WordDocument", "Workbook")
    assert recognised(io.BytesIO(both), "a.doc")[0] is file_kinds.DOC
    assert recognised(io.BytesIO(both), "a.xls")[0] is file_kinds.XLS
    assert "不符" in refused(both, "a.ppt")


@pytest.mark.parametrize("cut", [8, 300, 512, 900, 1024, 1100])
def test_a_cut_compound_file_is_refused(cut: int) -> None:
    assert refused(compound("WordDocument", "a", "b", "c")[:cut], "a.doc")


def test_a_chain_that_runs_in_a_circle_ends() -> None:
    whole = bytearray(compound("WordDocument", "a", "b", "c"))
    struct.pack_into("<I", whole, 512 + 4, 1)  # the directory's sector follows itself
    assert "损坏" in refused(bytes(whole), "a.doc")


@given(st.binary(max_size=2000), st.sampled_from(sorted(file_kinds.ENDINGS)))
def test_any_content_is_recognised_or_refused(content: bytes, ending: str) -> None:
    try:
        kind, _name = recognised(io.BytesIO(content), f"a{ending}")
    except Refused:
        return
    assert ending in kind.endings


@given(st.data(), st.sampled_from(sorted(WHOLE)))
def test_a_damaged_file_is_recognised_or_refused(data: st.DataObject, name: str) -> None:
    """Never another exception: the program does not fail over a file."""
    content = bytearray(WHOLE[name])
    for _turn in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    for tried in (bytes(content), bytes(content[:cut])):
        try:
            recognised(io.BytesIO(tried), name)
        except Refused as why:
            assert why.text.zh


# ---- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/root/函.pdf", "函.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("\u202egnp.exe\u202c.pdf", "gnp.exe.pdf"),
        ("a\u200b\u2066b\ufeff.pdf", "ab.pdf"),
        ("a\ud800b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("  函 \t 一 .pdf ", "函 一.pdf"),
        ("...", "附件"),
        ("", "附件"),
        ("..", "附件"),
        ("a<b>:c|d?.pdf", "a_b__c_d_.pdf"),
        ("甲" * 300 + ".pdf", "甲" * 196 + ".pdf"),
        ("e\u0301.pdf", "é.pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert cleaned(given_name) == kept


@given(st.text(max_size=400))
def test_a_cleaned_name_is_short_visible_and_stays_as_it_is(name: str) -> None:
    kept = cleaned(name)
    assert 1 <= len(kept) <= LONGEST
    assert kept.isprintable()
    assert not set(kept) & set("/\\\0")
    assert kept not in {".", ".."}
    assert cleaned(kept) == kept


def test_the_files_of_these_tests_are_read_by_other_programs() -> None:
    """Else they would prove nothing: Python's own reader of packages takes them."""
    with zipfile.ZipFile(io.BytesIO(some_files.office("docx"))) as read:
        assert read.testzip() is None
