"""PDF files are read as their printed page reads; what is left out is said, what cannot be read is refused clearly."""

import re
import time
import zlib
from pathlib import Path
from textwrap import wrap

import pytest

from shixiao import tables
from shixiao.tables.formats import pdf
from shixiao.tables.formats.pdf.radicals import plain
from shixiao.tables.tests.making import codes, read, small
from shixiao.tables.tests.making_pdf import (
    SIZE,
    cells,
    line,
    mends,
    numbered,
    of_pages,
    prose,
    refusal,
    ruled,
    sheets,
    stream,
    text,
    unruled,
)
from shixiao.tables.tests.test_round_trip import content_of

PRINTED = Path(__file__).parent / "pdf"
GUANGZHOU = sorted(PRINTED.glob("guangzhou-*.pdf"))
FORMS = sorted(PRINTED.glob("forms-*.pdf"))

HEAD = ["项目名称", "总计", "财政拨款", "绩效指标"]
ONE = ["运维", "5.00", "5.00", "巡检次数"]
TWO = ["购置", "7.00", "7.00", "合格率"]
# 250 points hold 31 characters of 8 points; cells of a table that reaches the foot of the page.
FULL = "甲" * 30


# -- what other programs print


@pytest.mark.parametrize("path", GUANGZHOU, ids=lambda path: path.stem)
def test_the_printed_table_of_guangzhou_gives_the_plan_of_its_text(path):
    def as_said(found):
        return [re.sub(r"\s", "", str(one)) for one in content_of(found)]

    printed = read(path.read_bytes())
    (plan,) = printed.plans
    assert tables.totals(plan)[:3] == (3, 14, 123)
    # Only spaces and line breaks inside an objective are lost, where a printed line ends with them.
    printed_rows, text_rows = (as_said(one) for one in (printed, read(tables.samples.guangzhou())))
    assert [re.sub(r"\\n", "", row) for row in printed_rows] == [re.sub(r"\\n", "", row) for row in text_rows]
    assert "row_joined_over_pages" in codes(printed)


def test_both_programs_print_forms_that_give_one_and_the_same_plan():
    first, second = (read(path.read_bytes()) for path in FORMS)
    assert content_of(first) == content_of(second)
    (plan,) = first.plans
    assert len(list(plan.projects())) == 5
    assert len(list(plan.indicators())) == 35


def test_a_small_table_gives_the_plan_of_its_text():
    rows = [row.split("\t") for row in small().splitlines()]
    above = "".join(text(50, 820 - 12 * index, row[0]) for index, row in enumerate(rows[:3]))
    widths = (60, 40, 40, 40, 40, 45, 290)
    broken = [
        [
            "\n".join(wrap(cell, (width - 4) // SIZE, break_on_hyphens=False))
            for cell, width in zip(row, widths, strict=False)
        ]
        for row in rows[3:]
    ]
    found = read(of_pages(above + ruled(broken, widths=widths, left=20)))
    assert found.format == "pdf"
    assert [re.sub(r"\s", "", str(one)) for one in content_of(found)] == [
        re.sub(r"\s", "", str(one)) for one in content_of(read(small()))
    ]


# -- lines and cells


def test_cells_keep_their_place_and_lines_above_and_below_are_prose():
    found = sheets(text(50, 800, "绩效目标表") + ruled([HEAD, ONE]) + text(50, 700, "注：无"))
    (grid,) = found.grids
    assert cells(grid) == [HEAD, ONE]
    assert prose(grid) == ["绩效目标表", "注：无"]
    assert [row.line for row in grid.rows] == [1, 2, 3, 4]
    assert mends(found) == []


def test_a_cell_without_its_inner_lines_is_a_merged_one():
    program = ruled([["甲", "乙"], ["丙", "丁"]], widths=(100, 100))
    program = program.replace(line(50, 760, 250, 760), line(150, 760, 250, 760))
    (grid,) = sheets(program).grids
    ((top, left, bottom, right),) = grid.merges
    assert (top, left, bottom, right) == (0, 0, 2, 1)


def test_lines_drawn_as_thin_rectangles_are_lines():
    drawn = re.sub(
        r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S",
        lambda one: (
            f"{one[1]} {one[4]} {max(float(one[3]) - float(one[1]), 0.5)} {max(float(one[2]) - float(one[4]), 0.5)} re f"
        ),
        ruled([HEAD, ONE]),
    )
    assert " m " not in drawn
    assert cells(sheets(drawn).grids[0]) == [HEAD, ONE]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_turned_reads_as_the_one_that_is_not(turn):
    found = sheets(ruled([HEAD, ONE]), attributes=b"/Rotate %d" % turn)
    assert cells(found.grids[0]) == [HEAD, ONE]


def test_a_table_drawn_sideways_reads_as_one_that_is_upright():
    found = sheets("0 1 -1 0 595 0 cm\n" + ruled([HEAD, ONE], top=500))
    assert cells(found.grids[0]) == [HEAD, ONE]


def test_two_tables_on_a_page_are_two_grids():
    found = sheets(ruled([HEAD, ONE]) + ruled([HEAD, TWO], top=500))
    assert [cells(grid) for grid in found.grids] == [[HEAD, ONE], [HEAD, TWO]]
    assert [grid.table for grid in found.grids] == [1, 2]


# -- characters


def test_characters_printed_twice_for_a_bold_face_are_read_once():
    bold = text(52, 770, "合计") + text(52.3, 770, "合计")
    found = sheets(ruled([["", "5.00"], ONE[:2]], widths=(90, 60)) + bold)
    assert cells(found.grids[0])[0] == ["合计", "5.00"]
    assert mends(found) == ["characters_printed_twice"]


def test_radicals_become_the_characters_that_they_look_like():
    found = sheets(ruled([["⼀级指标", "⻚数"], ["甲", "乙"]], widths=(90, 90)))
    assert cells(found.grids[0])[0] == ["一级指标", "页数"]
    (said,) = found.repairs
    assert said.code == "characters_normalised"
    assert "U+2F00" in said.text.zh
    assert "U+2F00" in said.text.en


def test_a_character_that_is_not_odd_stays():
    assert plain("指") == "指"


# -- tables that go on over pages


def test_a_table_that_goes_on_is_one_grid_and_each_row_knows_its_page():
    found = sheets(ruled([HEAD, ONE]), ruled([TWO]))
    (grid,) = found.grids
    assert cells(grid) == [HEAD, ONE, TWO]
    assert [row.page for row in grid.rows] == [1, 1, 2]


def test_a_row_broken_by_the_end_of_its_page_is_one_row():
    found = sheets(ruled([HEAD, ["运维", "5.00", "5.00", FULL]]), ruled([["", "", "", "乙。"], TWO]))
    (grid,) = found.grids
    assert cells(grid) == [HEAD, ["运维", "5.00", "5.00", FULL + "乙。"], TWO]
    assert mends(found) == ["row_joined_over_pages"]


def test_a_row_over_four_pages_with_the_head_on_each_is_one_row():
    rest = ["", "", "", FULL]
    found = sheets(
        ruled([HEAD, ["运维", "5.00", "5.00", FULL]]),
        ruled([HEAD, rest]),
        ruled([HEAD, rest]),
        ruled([HEAD, ["", "", "", "乙。"], TWO]),
    )
    (grid,) = found.grids
    assert [row for row in cells(grid) if row != HEAD] == [["运维", "5.00", "5.00", FULL * 3 + "乙。"], TWO]


def test_a_rest_is_joined_though_the_line_before_it_was_not_full():
    found = sheets(ruled([HEAD, ["运维", "5.00", "5.00", "甲乙"]]), ruled([HEAD, ["", "", "", "丙。"], TWO]))
    assert ["运维", "5.00", "5.00", "甲乙丙。"] in [
        [cell.replace("\n", "") for cell in row] for row in cells(found.grids[0])
    ]


def test_lone_cells_that_are_rows_of_their_own_stay_so():
    alone = ["", "", "", "丙"]
    found = sheets(ruled([HEAD, ["运维", "5.00", "5.00", "甲"], alone, ONE]), ruled([alone, TWO]))
    assert cells(found.grids[0]).count(alone) == 2


def test_a_full_row_on_the_next_page_is_a_row_of_its_own():
    found = sheets(ruled([HEAD, ["运维", "5.00", "5.00", FULL]]), ruled([["购置", "7.00", "7.00", FULL]]))
    assert len(cells(found.grids[0])) == 3
    assert mends(found) == []


def test_a_table_under_a_new_title_is_another_one():
    found = sheets(ruled([HEAD, ONE]), text(50, 800, "乙表：绩效目标表") + ruled([HEAD, TWO], top=760))
    assert [cells(grid) for grid in found.grids] == [[HEAD, ONE], [HEAD, TWO]]


def test_page_numbers_and_running_heads_are_left_out_and_said():
    pages = [text(50, 825, "某市预算") + ruled([row]) + text(290, 20, f"第{n}页") for n, row in ((1, HEAD), (2, ONE))]
    found = sheets(*pages)
    (grid,) = found.grids
    assert cells(grid) == [HEAD, ONE]
    assert prose(grid) == []
    assert mends(found) == ["page_furniture"]


# -- tables without lines


def test_columns_of_a_table_without_lines_are_told_by_their_place():
    head = ["项目名称", "总计", "财政拨款", "绩效指标"]
    edges = [50, 150, 250, 350]
    found = sheets(unruled([head, ONE, TWO], edges, [780, 750, 720]))
    assert cells(found.grids[0]) == [head, ONE, TWO]
    assert mends(found) == ["columns_by_position"]


# -- what cannot be read


def test_text_without_a_table_is_refused():
    assert refusal(of_pages(text(50, 700, "关于公布绩效目标的通知" * 4))) == "pdf_no_table"


def test_a_page_without_anything_is_refused():
    assert refusal(of_pages("")) == "pdf_no_text"


def test_a_scan_is_refused():
    image = b"/XObject<</I <</Subtype/Image>>>>"
    program = "595 0 0 842 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"
    assert refusal(of_pages(program, resources=image)) == "pdf_scanned"


def test_a_file_locked_with_a_password_is_refused():
    lock = b"<</Filter/Standard/V 2/R 3/Length 128/P -44/O<%s>/U<%s>>>" % (b"ab" * 32, b"cd" * 32)
    assert refusal(of_pages(ruled([HEAD, ONE]), trailer=b"/Encrypt " + lock + b"/ID[<00><00>]")) == "pdf_locked"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\nnothing of it\n" * 9, b"%PDF-1.7" + bytes(5000)])
def test_what_is_no_pdf_after_its_first_line_is_refused(content):
    assert refusal(content) == "pdf_damaged"


def test_a_file_cut_off_anywhere_is_read_in_part_or_refused():
    content = of_pages(ruled([HEAD, ONE]))
    for end in range(9, len(content), 61):
        assert refusal(content[:end]) in {"", "pdf_damaged", "pdf_no_table", "pdf_no_text", "pdf_no_characters"}


def test_a_file_whose_list_of_objects_is_wrong_is_read_all_the_same():
    content = of_pages(ruled([HEAD, ONE]))
    found = pdf.sheets(re.sub(rb"startxref\n\d+", b"startxref\n7", content))
    assert cells(found.grids[0]) == [HEAD, ONE]
    assert mends(found) == ["objects_searched_for"]


def test_pages_beyond_the_limit_are_said():
    found = sheets(*[ruled([HEAD, ONE])] * (pdf.MOST_PAGES + 1))
    (said,) = (repair for repair in found.repairs if repair.code == "pages_left_out")
    assert "501" in said.text.zh
    assert "500" in said.text.zh


# -- absurd work: each of these is a small file


def bomb(data: bytes) -> bytes:
    packed = zlib.compress(zlib.compress(data, 9), 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    return numbered(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            page,
            stream(packed, b"/Filter[/FlateDecode/FlateDecode]"),
        ]
    )


def form_in_itself() -> bytes:
    form = b"<</Length 60/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A 4 0 R>>>>>>stream\n%s\nendstream"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</A 4 0 R>>>>>>"
    return numbered(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, form % (b"/A Do " * 10)]
    )


ABSURD = {
    "a page that unpacks to gigabytes": lambda: bomb(bytes(200_000_000)),
    "a form that draws itself": form_in_itself,
    "a page of lines only": lambda: of_pages("".join(line(n, 0, n, 800) + line(0, n, 590, n) for n in range(15_000))),
    "lists in lists": lambda: of_pages("[" * 100_000),
    "states saved without end": lambda: of_pages("q " * 100_000),
    "an object that is its own name": lambda: numbered([b"<</Type/Catalog/Pages 2 0 R>>", b"2 0 R"]),
    "a tree of pages that leads back": lambda: numbered(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]>>"]
    ),
    "dictionaries in dictionaries": lambda: b"%PDF-1.4\n1 0 obj" + b"<</A" * 100_000,
    "many objects with one number": lambda: b"%PDF-1.4\n" + b"1 0 obj<</Type/Page>>endobj " * 30_000,
    "a string without an end": lambda: b"%PDF-1.4\n1 0 obj(" + b"a" * 1_000_000,
    "brackets without an end": lambda: b"%PDF-1.4\n1 0 obj(" + b"(" * 1_000_000,
}


@pytest.mark.parametrize("what", ABSURD)
def test_a_small_file_that_asks_for_absurd_work_is_refused_soon(what):
    content = ABSURD[what]()
    begun = time.process_time()
    assert refusal(content).startswith("pdf_")
    # Under two seconds alone; the rest is for a machine that is busy.
    assert time.process_time() - begun < 5
