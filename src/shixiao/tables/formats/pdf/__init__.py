"""PDF files: ruled tables, also such as go on over pages → grids.

A row's `line` counts the rows of its grid from 1, the lines above the table included; `page` is where it stands.

    opening   bytes → stored pages         drawing    a page's program → characters and lines
    ruling    lines → cells                lettering  characters → the text of a cell
    pages     cells with their text        joining    pages → grids
    positions a table without any line     work       how much of all this one file may ask for
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pdfminer.pdfdocument import PDFEncryptionError

from shixiao.engine.plans import Place, Repair
from shixiao.tables.formats.pdf.drawing import Crowded, Fonts, Page, drawn
from shixiao.tables.formats.pdf.fonts import UNKNOWN
from shixiao.tables.formats.pdf.joining import grids
from shixiao.tables.formats.pdf.lettering import Tally
from shixiao.tables.formats.pdf.opening import Document, Leaf, leaves
from shixiao.tables.formats.pdf.pages import Content, content_of
from shixiao.tables.formats.pdf.positions import by_position
from shixiao.tables.formats.pdf.radicals import ODD, plain
from shixiao.tables.formats.pdf.work import Exhausted, Work
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

NAME = "pdf"

# No table of targets has more pages; the whole budget of a big city's office has some hundreds.
MOST_PAGES = 500

_MOST_UNKNOWN = 0.3
_PICTURE = 0.3
_FEWEST_CHARACTERS = 20


def sheets(content: bytes) -> Sheets:
    """The tables of a PDF, each that goes on over pages as one grid.

    Raises Unreadable for a file that is locked, damaged, scanned, without any table, or that asks for absurd work.
    """
    content = content[max(content.find(b"%PDF-"), 0) :]
    reading = _Reading(content)
    with _nothing_else():
        found, repairs = reading.run()
    return Sheets(*_ordinary(found, repairs))


@contextmanager
def _nothing_else() -> Iterator[None]:
    """Whatever pdfminer raises for a file is a damaged file."""
    try:
        yield
    except (Unreadable, MemoryError):
        raise
    except PDFEncryptionError:
        raise Unreadable("pdf_locked") from None
    except (Exhausted, Crowded):
        raise Unreadable("pdf_too_much") from None
    except Exception:  # noqa: BLE001 - the parser meets whatever a broken file holds
        raise Unreadable("pdf_damaged") from None


class _Reading:
    """The reading of one file."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.work = Work(len(content))
        self.tally = Tally()
        self.repairs: list[Repair] = []
        self.pages = 0
        self.letters = 0
        self.pictures: list[int] = []
        self.left_out: list[int] = []

    def run(self) -> tuple[list[Grid], list[Repair]]:
        stored = self._leaves()
        self.pages = len(stored)
        contents, bare = self._contents(stored[:MOST_PAGES])
        if not any(content.tables for content in contents):
            contents = self._without_lines(bare)
        if not any(content.tables for content in contents):
            raise self._why_nothing()
        found, joined = grids(contents)
        if self.pictures:
            pages = "、".join(map(str, self.pictures[:20]))
            self.repairs.append(repair("pages_are_pictures", Place(page=self.pictures[0]), pages=pages))
        if self.tally.doubled:
            self.repairs.append(repair("characters_printed_twice", count=self.tally.doubled))
        return found, [*self.repairs, *joined]

    def _leaves(self) -> list[Leaf]:
        """The stored pages; of a file whose list of objects is damaged, those that a search finds."""
        try:
            found = leaves(Document(self.content, self.work, rebuild=False))
        except (PDFEncryptionError, Exhausted):
            raise
        except Exception:  # noqa: BLE001 - whatever it was, the search starts anew
            found = []
        if not found:
            found = leaves(Document(self.content, self.work, rebuild=True))
            self.repairs.append(repair("objects_searched_for"))
        if not found:
            raise Unreadable("pdf_damaged")
        return found

    def _contents(self, stored: Sequence[Leaf]) -> tuple[list[Content], list[Page]]:
        """What stands on each page, and the pages on which no table is drawn."""
        fonts = Fonts(self.work)
        contents: list[Content] = []
        bare: list[Page] = []
        read = 0
        for leaf in stored:
            try:
                page = drawn(leaf, fonts, self.work)
                self._look_at(page)
                content = content_of(page, self.work, self.tally)
                if page.off_page:
                    said = repair("characters_off_page", Place(page=page.number), page=page.number, count=page.off_page)
                    self.repairs.append(said)
            except Exhausted:
                break
            except (Unreadable, MemoryError):
                raise
            except Exception:  # noqa: BLE001 - a page that cannot be read is said, and the others are read
                self.left_out.append(leaf.number)
                self.repairs.append(repair("page_left_out", Place(page=leaf.number), page=leaf.number))
                read += 1
                continue
            read += 1
            contents.append(content)
            if not content.tables:
                bare.append(page)
        if not read:
            raise Exhausted
        if read < self.pages:
            self.repairs.append(repair("pages_left_out", Place(page=read), pages=self.pages, read=read))
        return contents, bare

    def _look_at(self, page: Page) -> None:
        """Says what is the matter with a page. Raises Unreadable where fonts keep their characters to themselves."""
        number, place = page.number, Place(page=page.number)
        count = sum(1 for one in page.characters if one.text.strip())
        self.letters += count
        unknown = sum(1 for one in page.characters if one.text == UNKNOWN)
        is_covered = page.pictures > _PICTURE * page.width * page.height
        if unknown > max(_FEWEST_CHARACTERS, _MOST_UNKNOWN * count):
            raise Unreadable("pdf_no_characters", place, page=number)
        if unknown:
            self.repairs.append(repair("characters_unknown", place, page=number, count=unknown))
        if page.faults:
            self.repairs.append(repair("page_partly_read", place, page=number, count=page.faults))
        if is_covered and count < _FEWEST_CHARACTERS:
            self.pictures.append(number)
        elif is_covered and page.hidden > count / 2:
            self.repairs.append(repair("text_behind_picture", place, page=number))

    def _without_lines(self, bare: Sequence[Page]) -> list[Content]:
        contents: list[Content] = []
        edges: list[float] | None = None
        for page in bare:
            content, edges = by_position(page, self.tally, edges)
            contents.append(content)
        tables = [content for content in contents if content.tables]
        if tables:
            self.repairs.append(repair("columns_by_position", Place(page=tables[0].number)))
        return contents

    def _why_nothing(self) -> Unreadable:
        if self.left_out and self.letters == 0:
            return Unreadable("pdf_damaged")
        if self.pictures and self.letters < _FEWEST_CHARACTERS * self.pages:
            return Unreadable("pdf_scanned", pages=self.pages, count=len(self.pictures))
        if not self.letters:
            return Unreadable("pdf_no_text", pages=self.pages)
        return Unreadable("pdf_no_table", pages=self.pages)


def _ordinary(found: list[Grid], repairs: list[Repair]) -> tuple[list[Grid], str, tuple[Repair, ...]]:
    """The grids with ordinary characters for radicals and the like."""
    odd: list[str] = []

    def replaced(one: re.Match[str]) -> str:
        odd.append(one[0])
        return plain(one[0])

    def ordinary(cell: str) -> str:
        return ODD.sub(replaced, cell) if ODD.search(cell) else cell

    cleaned = [
        grid._replace(rows=[row._replace(cells=[ordinary(cell) for cell in row.cells]) for row in grid.rows])
        for grid in found
    ]
    if odd:
        first = odd[0]
        said = repair(
            "characters_normalised", count=len(odd), point=f"{ord(first):04X}", example=first, plain=plain(first)
        )
        repairs = [*repairs, said]
    return cleaned, "", tuple(repairs)
