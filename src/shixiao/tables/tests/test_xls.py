"""Old workbooks: read through xlrd, which is given the records alone, and never a chain of sectors to follow."""

import struct
from pathlib import Path

import pytest

from shixiao import tables
from shixiao.tables.formats import containers, xls
from shixiao.tables.tests.making import shape, wordings

SAVED = (Path(__file__).parent / "office" / "guangzhou-from-xlsx.xls").read_bytes()


def refused(content: bytes) -> tables.Unreadable:
    with pytest.raises(tables.Unreadable) as caught:
        tables.read(content, name="x.xls")
    return caught.value


def test_merged_cells_and_places_are_those_of_the_sheet() -> None:
    (grid,) = xls.sheets(SAVED).grids
    assert grid.sheet
    assert grid.merges
    place = next(tables.read(SAVED, name="x").plans[0].indicators())[2].place
    assert (place.sheet, place.column) == (grid.sheet, 7)


def test_the_stream_of_the_workbook_is_found_in_whatever_case_and_never_that_of_another_name() -> None:
    records = containers.stream(SAVED, "workbook", "book")
    assert records is not None
    assert records[:4] == b"\x09\x08\x10\x00"
    assert containers.stream(SAVED, "worddocument") is None


def test_sectors_that_lead_in_a_circle_end() -> None:
    content = bytearray(SAVED)
    table_at = (struct.unpack_from("<I", content, 76)[0] + 1) * 512
    for index in range(128):
        struct.pack_into("<I", content, table_at + 4 * index, index)
    assert refused(bytes(content)).code in ("xls_damaged", "foreign_format")
    struct.pack_into("<II", content, 68, 3, 9)  # the table of tables, too
    assert refused(bytes(content)).code in ("xls_damaged", "foreign_format")


@pytest.mark.parametrize("length", [100, 600, 3_000, 9_000, 20_000, len(SAVED) - 700])
def test_a_file_that_was_cut_is_refused_or_read_as_far_as_it_goes(length: int) -> None:
    try:
        document = tables.read(SAVED[:length], name="x.xls")
    except tables.Unreadable as said:
        assert said.next_step.zh
    else:
        assert document.plans


@pytest.mark.parametrize("name", ["table.xls", "table.doc", "table.txt"])
def test_the_content_counts_and_not_the_name(name: str) -> None:
    whole = tables.read(tables.samples.guangzhou(), name="x")
    assert tables.read(SAVED, name=name).format == "xls"
    assert wordings(tables.read(SAVED, name=name)) == wordings(whole)
    page = tables.write(whole, format="html")
    assert tables.read(page, name="export.xls").format == "html"
    assert shape(tables.read(page, name="export.xls")) == shape(whole)
