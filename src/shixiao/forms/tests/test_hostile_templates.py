"""A template comes from anybody: it runs nothing, reaches nothing, and costs no more than its limits."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao import forms
from shixiao.engine.bilingual import Text
from shixiao.forms import packages
from shixiao.forms.placeholders import Check, Kind, Stretch, replaced, tokens
from shixiao.forms.showing import Value
from shixiao.forms.tests.editing import codes, edited, faults, opened, packed, saved, shipped, unpacked, with_parts
from shixiao.forms.tests.making import made

ATTACKS = (
    "{{ ''.__class__ }}",
    "{{ 项目名称.__class__ }}",
    "{{ 项目名称.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ 7*7 }}",
    "{{ 项目名称|attr('x') }}",
    "{{ range(10**9) }}",
    "{% for i in range(1000000000) %}",
    "{% include '/etc/passwd' %}",
    "{% set x = 1 %}",
    "{{ loop.index }}",
    "{# 注释 #}",
)
both = pytest.mark.parametrize("kind", ["docx", "xlsx"])


@both
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_would_be_a_program_elsewhere_is_a_fault_here(kind, attack):
    content = edited(kind, ("{{ 等级 }}", f"{{{{ 等级 }}}} {attack}"))
    assert set(codes(content)) <= {"not_understood", "unknown_name", "not_closed_name"}
    assert codes(content)
    with pytest.raises(forms.Unfillable):
        forms.fill(made("self_evaluation", 1), kind=kind, template=content)


def test_what_stands_in_an_attribute_is_not_even_read():
    content = edited("docx", ("<w:tblGrid>", '<w:tblGrid w:x="{{ 7*7 }}">'))
    filled = unpacked(forms.fill(made("self_evaluation", 1), kind="docx", template=content))
    assert b'"{{ 7*7 }}"' in filled["word/document.xml"]


@both
def test_a_macro_is_refused(kind):
    folder = "word" if kind == "docx" else "xl"
    assert codes(with_parts(kind, **{f"{folder}__vbaProject_dot_bin": b"x"})) == ["macro"]
    plain = {"docx": "wordprocessingml.document.main", "xlsx": "spreadsheetml.sheet.main"}[kind]
    with_macros = {
        "docx": "application/vnd.ms-word.document.macroEnabled.main",
        "xlsx": "application/vnd.ms-excel.sheet.macroEnabled.main",
    }
    content = edited(
        kind, (f"application/vnd.openxmlformats-officedocument.{plain}", with_macros[kind]), part="[Content_Types].xml"
    )
    assert codes(content) == ["macro"]


def test_a_sheet_of_old_macros_is_refused():
    assert codes(with_parts("xlsx", xl__macrosheets__sheet1_dot_xml="<x/>")) == ["macro"]


@both
def test_a_file_within_the_file_is_refused(kind):
    folder = "word" if kind == "docx" else "xl"
    assert codes(with_parts(kind, **{f"{folder}__embeddings__oleObject1_dot_bin": b"x"})) == ["embedded"]
    assert codes(with_parts(kind, **{f"{folder}__activeX__activeX1_dot_xml": "<x/>"})) == ["embedded"]


RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("relation", "target", "mode", "expected"),
    [
        ("image", "http://198.51.100.1/a.png", "External", "external"),
        ("attachedTemplate", "file://server/a.dotm", "External", "external"),
        ("hyperlink", "https://example.org/", "External", "external"),
        ("oleObject", "a.bin", "Internal", "embedded"),
        ("aFChunk", "a.html", "Internal", "embedded"),
    ],
)
def test_what_leads_outside_is_refused_and_named(relation, target, mode, expected):
    row = (
        f'<Relationship Id="rId99" Type="{RELATION}/{relation}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    content = edited("docx", ("</Relationships>", row), part="word/_rels/document.xml.rels")
    assert codes(content) == [expected]
    assert target in faults(content)[0].in_("zh")


@pytest.mark.parametrize(
    "code", ["INCLUDETEXT", "DDEAUTO c:\\\\x", "INCLUDEPICTURE http://x", "MACROBUTTON x", "QUOTE PAGE"]
)
def test_a_field_that_fetches_is_refused(code):
    simple = f'<w:fldSimple w:instr="{code}"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'
    assert codes(edited("docx", ("</w:p>", simple))) == ["field_code"]
    half = len(code) // 2
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{each}"/></w:r>' for each in ("begin", "end"))
    split = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in (code[:half], code[half:]))
    assert codes(edited("docx", ("</w:p>", f"{begin}{split}{end}</w:p>"))) == ["field_code"]


def test_page_numbers_are_allowed():
    assert codes(edited("docx", ("</w:p>", '<w:fldSimple w:instr=" NUMPAGES \\* MERGEFORMAT "/></w:p>'))) == []


@pytest.mark.parametrize(
    ("formula", "is_refused"),
    [
        ("=SUM(F1:F2)", False),
        ("=WEBSERVICE(A1)", True),
        ('=HYPERLINK("x")', True),
        ("=cmd|'/c calc'!A1", True),
        ("=[1]Sheet1!A1", True),
        ('=IF(A1="正常",1,0)', False),
    ],
)
def test_a_formula_that_fetches_or_runs_is_refused(formula, is_refused):
    book = opened(shipped("xlsx"))
    book.active["Z1"].value = formula
    assert ("formula" in codes(saved(book))) == is_refused


@both
def test_entities_are_refused(kind):
    part = "word/styles.xml" if kind == "docx" else "xl/styles.xml"
    parts = unpacked(shipped(kind))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert codes(packed({**parts, part: bomb})) == ["entities"]
    assert codes(packed({**parts, part: bomb.decode().encode("utf-16")})) == ["damaged"]


@both
def test_a_bomb_costs_no_more_than_its_limit(kind):
    bomb = with_parts(kind, word__media__bomb_dot_png=bytes(packages.MAX_UNPACKED))
    assert len(bomb) < packages.MAX_BYTES
    assert codes(bomb) == ["too_large"]
    assert codes(with_parts(kind, **{f"x{number}": b"" for number in range(packages.MAX_PARTS)})) == ["too_large"]


def test_a_bomb_that_lies_about_its_size_is_refused():
    bomb = with_parts("docx", word__media__bomb_dot_png=bytes(packages.MAX_UNPACKED))
    size = packages.MAX_UNPACKED.to_bytes(4, "little")
    assert codes(bomb.replace(size, (9).to_bytes(4, "little"))) == ["damaged"]


def test_a_large_file_is_refused_before_it_is_opened():
    assert codes(b"PK" + bytes(packages.MAX_BYTES - 2)) == ["damaged"]
    assert codes(b"PK" + bytes(packages.MAX_BYTES - 1)) == ["too_large"]


def test_two_parts_of_one_name_are_refused():
    made_ = BytesIO(shipped("docx"))
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(made_, "a", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert codes(made_.getvalue()) == ["damaged"]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "not_office"),
        (b"%PDF-1.7", "not_office"),
        ("项目名称\t1".encode(), "not_office"),
        (OLE + bytes(600), "old_office"),
        (OLE + bytes(60) + "EncryptedPackage".encode("utf-16-le") + bytes(60), "encrypted"),
        (packed({"a.txt": b"x"}), "not_office"),
        (packed({"[Content_Types].xml": b"<Types>"}), "damaged"),
        (shipped("docx")[:-300], "damaged"),
    ],
)
def test_what_is_no_template_at_all_is_told(content, expected):
    assert codes(content) == [expected]


def test_a_zip_with_a_password_is_told():
    content = bytearray(shipped("docx"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    assert codes(bytes(content)) == ["encrypted"]


def test_the_template_formats_of_word_and_excel_are_told():
    plain = "wordprocessingml.document.main"
    assert codes(edited("docx", (plain, "wordprocessingml.template.main"), part="[Content_Types].xml")) == [
        "word_template"
    ]


@both
@pytest.mark.parametrize("part", ["text", "main"])
def test_a_damaged_part_is_named(kind, part):
    name = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    broken = packed({**unpacked(shipped(kind)), name: b"<w:document" if part == "main" else b"\xff\xfe"})
    assert codes(broken) == ["damaged"]
    assert name in faults(broken)[0].in_("zh")


def test_a_sheet_without_end_is_refused():
    book = opened(shipped("xlsx"))
    book.active["A3000"].value = "x"
    assert codes(saved(book)) == []
    book.active["A3001"].value = "x"
    assert codes(saved(book)) == ["workbook_shape"]
    del book.active._cells[3001, 1]
    book.active.cell(1, 201).value = "x"
    assert codes(saved(book)) == ["workbook_shape"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["docx", "xlsx"]), st.integers(0, 4000))
def test_any_damage_gives_an_answer(noise, kind, at):
    content = bytearray(shipped(kind))
    content[at : at + len(noise)] = noise
    assert all(each.in_("zh") and each.in_("en") for each in faults(bytes(content)))


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from("{}%#｛｝ 逐行结束指标项目名称.得分|+'\n"), max_size=30))
def test_any_text_either_has_a_fault_or_is_filled_and_never_run(text):
    known = forms.names(forms.SelfEvaluation)
    wrong = Check(known).run([Stretch(text, Text("甲", "a"), 1, 1)])
    named = [each for each in tokens(text) if each.kind is Kind.NAME]
    assert all(each.in_("zh") and each.in_("en") for each in wrong)
    if {each.code for each in wrong} == {"needed_name"}:
        scope = {name: Value("{{ 项目名称 }}") for name in known.values}
        assert replaced(text, scope).count("{{ 项目名称 }}") == len(named)
