"""PDF by typst, from the house's own layouts (`layouts/<form>.typ`, `letter.typ` for every letter). Values come as JSON, never as markup.

The same content and font give the same bytes: the date on the document is that of the content. The file is PDF/A-2u.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from shixiao.forms import code
from shixiao.forms.blocks import Page
from shixiao.forms.faults import Unfillable, fault
from shixiao.forms.showing import Row, Shown

# Fonts that hold Chinese, in the order of preference: the type of official papers first, then what servers have.
FONTS = (
    "FangSong",
    "仿宋",
    "FangSong_GB2312",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "SimSun",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)


def fill(shown: Shown, *, font: str = "") -> bytes:
    """The form as a PDF. Raises Unfillable without a Chinese font, or when the font lacks a character of the values."""
    font = chosen(font)
    return _set({"main.typ": _layout(shown.form), "house.typ": _layout("house")}, _given(shown, font), font)


def letter(page: Page, shown: Shown, *, font: str = "") -> bytes:
    """What a letter's Word document says, as a PDF. Raises Unfillable as `fill`."""
    font = chosen(font)
    given = {**_given(shown, font), "values": {}, "rows": {}, "page": asdict(page)}
    return _set({"main.typ": _layout("letter")}, given, font)


def _set(layouts: dict[str, bytes], given: dict[str, object], font: str) -> bytes:
    written = json.dumps(given, ensure_ascii=False).encode("utf-8")
    sources: Any = {**layouts, "form.json": written}  # its types know of one source only
    try:
        made: bytes = typst.compile(sources, font_paths=_fonts(), format="pdf", pdf_standards="a-2u")
    except typst.TypstError as failure:
        raise _explained(failure, font) from failure
    return made


def chosen(font: str = "") -> str:
    """The font that will be used: the one asked for, or the first of `FONTS` that this machine has."""
    known = {each.lower(): each for each in _fonts().families()}
    found = next((known[each.lower()] for each in ([font] if font else FONTS) if each.lower() in known), "")
    if not found:
        raise Unfillable(
            fault("no_font", font_zh=f"字体“{font}”" if font else "中文字体", font_en=font or "a Chinese font")
        )
    return found


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the machine, looked for once in a process."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)


@cache
def _layout(name: str) -> bytes:
    return files("shixiao.forms").joinpath("layouts", f"{name}.typ").read_bytes()


def _given(shown: Shown, font: str) -> dict[str, object]:
    made = shown.made_on
    return {
        "title": shown.title,
        "hash": shown.hash,
        "code": code.as_svg(shown.code) if shown.code else "",
        "date": [made.year, made.month, made.day],
        "font": font,
        "values": _texts(shown.values),
        "rows": {name: [{**_texts(row), "跨": _spans(row)} for row in rows] for name, rows in shown.rows.items()},
    }


def _texts(row: Row) -> dict[str, str]:
    return {name: value.text for name, value in row.items()}


def _spans(row: Row) -> dict[str, int]:
    return {name: value.span for name, value in row.items() if value.span != 1}


def _explained(failure: typst.TypstError, font: str) -> Exception:
    """PDF/A refuses text that cannot be displayed: the characters that the font lacks. Any other failure is a defect of ours."""
    missing = re.findall(r'the text `"(.+?)"` could not be displayed', failure.diagnostic)
    if not missing:
        return failure
    return Unfillable(fault("no_glyph", font=font, characters="".join(dict.fromkeys(missing))))
