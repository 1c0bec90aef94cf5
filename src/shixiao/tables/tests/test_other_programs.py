"""Files that other programs saved hold the same table (`office/make.py` and `pdf/make.py` say how they were made)."""

from pathlib import Path

import pytest

from shixiao import tables
from shixiao.tables.tests.making import shape, wordings

HERE = Path(__file__).parent
PASTED = tables.read(tables.samples.guangzhou(), name="guangzhou-2026.txt")
SAVED = sorted(
    path.name for path in (HERE / "office").iterdir() if path.suffix not in (".py", ".pyc") and path.is_file()
)


def funds(document: tables.Document) -> list[object]:
    return [(each.name, each.funds, each.objective) for plan in document.plans for _unit, each in plan.projects()]


def read(name: str) -> tables.Document:
    return tables.read((HERE / name).read_bytes(), name=name)


@pytest.mark.parametrize("name", SAVED)
def test_what_libreoffice_saved_holds_the_same_table(name: str) -> None:
    document = read(f"office/{name}")
    assert document.format == name.rpartition(".")[2]
    assert wordings(document) == wordings(PASTED)
    assert shape(document) == shape(PASTED)
    assert funds(document) == funds(PASTED)
    assert [(plan.title, plan.department, plan.money_unit) for plan in document.plans] == [
        (plan.title, plan.department, plan.money_unit) for plan in PASTED.plans
    ]
    assert not [repair for repair in document.repairs if repair.defect]


def test_there_are_files_to_read() -> None:
    assert len(SAVED) == 6


@pytest.mark.parametrize(
    "name",
    ["guangzhou-landscape-chromium.pdf", "guangzhou-portrait-chromium.pdf", "guangzhou-portrait-libreoffice.pdf"],
)
def test_a_printed_table_is_the_same_over_all_its_pages(name: str) -> None:
    document = read(f"pdf/{name}")
    assert wordings(document) == wordings(PASTED)
    assert shape(document) == shape(PASTED)
    assert [each[1] for each in funds(document)] == [each[1] for each in funds(PASTED)]
    own = {repair.code for repair in document.repairs} - {repair.code for repair in PASTED.repairs}
    assert own <= {"row_joined_over_pages", "full_stop_for_semicolon", "broken_line"}


def test_text_that_runs_off_the_paper_is_said_and_nothing_is_made_up() -> None:
    document = read("pdf/guangzhou-landscape-libreoffice.pdf")
    assert shape(document) == shape(PASTED)
    found = wordings(document)
    assert len(found) < len(wordings(PASTED))
    assert [repair for repair in document.repairs if repair.defect]


@pytest.mark.parametrize("name", ["forms-chromium.pdf", "forms-libreoffice.pdf"])
def test_forms_with_a_row_for_each_indicator_are_read_from_paper(name: str) -> None:
    document = read(f"pdf/{name}")
    counted = tables.totals(document.plans[0])
    assert (counted.units, counted.projects, counted.indicators) == (1, 5, 35)
    assert all(row.code and row.name and row.annual_wording for _u, _p, row in document.plans[0].indicators())


@pytest.mark.parametrize("pair", [("forms-chromium.pdf", "forms-libreoffice.pdf")])
def test_two_programs_print_the_same_forms(pair: tuple[str, str]) -> None:
    one, other = (read(f"pdf/{name}") for name in pair)
    assert wordings(one) == wordings(other)
    assert [each[:2] for each in funds(one)] == [each[:2] for each in funds(other)]
