"""The templates that come with the program: dated data, by region (`templates/templates.json`).

A row says: this file is the layout of this form in this region (nothing for everywhere) from this year on.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple


class Template(NamedTuple):
    """One template: for which form and kind, where and since when."""

    form: str
    kind: str
    file: str
    region: str
    from_year: int

    def content(self) -> bytes:
        """The file."""
        return _folder().joinpath(self.file).read_bytes()


@cache
def every() -> tuple[Template, ...]:
    """All templates, in the order of the list."""
    listed = json.loads(_folder().joinpath("templates.json").read_text(encoding="utf-8"))
    return tuple(Template(**each) for each in listed["templates"])


def newest(form: str, kind: str, *, region: str = "", year: str = "") -> Template:
    """The template in force: of the region before that of everywhere, then the latest that is not after `year`.

    A year that is no number asks for the latest. Raises LookupError when there is none.
    """
    until = int(year) if year.isdecimal() else 9999
    fitting = [each for each in every() if (each.form, each.kind) == (form, kind) and each.from_year <= until]
    own = [each for each in fitting if each.region == region] or [each for each in fitting if not each.region]
    if not own:
        raise LookupError(f"no {kind} template for {form} in {region or 'any region'} in {year or 'any year'}")
    return max(own, key=lambda each: each.from_year)


def _folder() -> Traversable:
    return files("shixiao.forms").joinpath("templates")
