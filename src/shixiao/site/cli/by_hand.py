"""What a person says of a table on the command line: its layout, and what its columns hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shixiao import tables
from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import Refused, nearest

if TYPE_CHECKING:
    from shixiao.tables.assignments import Assignment


class ByHand(NamedTuple):
    """The name of the layout ("" to try them all), and fields by columns counted from 1."""

    layout: str = ""
    columns: tuple[tuple[int, str], ...] = ()

    def assignments(self, content: bytes, *, name: str) -> tuple[Assignment, ...]:
        """The columns as `tables.read` takes them: for the first table that is not understood, else for the first
        one, and for those with the same header. Columns that were not named are kept as published."""
        if not self.columns:
            return ()
        from shixiao.tables.assignments import Field  # only --columns needs it

        found = tables.columns(content, name=name)
        chosen = next((each for each in found if not each.is_read), found[0] if found else None)
        if chosen is None:
            return ()
        width = max(len(chosen.assignment.columns), *(column for column, _ in self.columns))
        fields = [Field.KEPT] * width
        for column, field in self.columns:
            fields[column - 1] = Field(field)
        return tuple(
            each.assignment._replace(columns=tuple(fields))
            for each in found
            if each is chosen or each.assignment.key == chosen.assignment.key
        )

    def read(self, content: bytes, *, name: str) -> tables.Document:
        """The document in `content`. Raises tables.Unreadable."""
        said = self.assignments(content, name=name)
        return tables.read(content, name=name, layout=self.layout, assignments=said)


NOTHING = ByHand()


def by_hand(wishes: Wishes) -> ByHand:
    """What --layout and --columns say. Raises Refused for what is no column or no field."""
    pairs = tuple(_pair(piece) for piece in wishes.every("columns"))
    layout = wishes.chosen("layout") or ""
    if pairs and layout == "guangdong":
        raise Refused(
            Text("--columns 只用于每条指标一行的表（indicator_rows），", "--columns is for indicator_rows only;"),
            Text("请去掉 --layout guangdong。", "leave out --layout guangdong."),
        )
    return ByHand(layout, pairs)


def _pair(piece: str) -> tuple[int, str]:
    from shixiao.tables.assignments import MOST_COLUMNS, Field  # only --columns needs it

    number, equals, word = piece.partition("=")
    fields = [field.value for field in Field]
    if not equals or not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= MOST_COLUMNS:
        raise Refused(
            Text(f"--columns 里的“{piece}”不是“列号=内容”，", f"{piece!r} in --columns is not NUMBER=FIELD;"),
            Text("请写成 1=level1,2=level2,3=name,4=value。", "write it like 1=level1,2=level2,3=name,4=value."),
        )
    if word not in fields:
        every, near = ", ".join(fields), nearest(word, fields)
        raise Refused(
            Text(f"--columns 里没有“{word}”这种列，", f"--columns knows no field {word!r};"),
            Text(f"最接近的是 {near}；可以是 {every}。", f"the nearest is {near}; it can be {every}."),
        )
    return int(number), word
