"""Readings as sentences, part by part, each part a link to what is behind it."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shixiao.casework.evidence import figures
from shixiao.casework.evidence.board import Board
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.naming import Named, reason_word
from shixiao.casework.evidence.standing import Standing
from shixiao.casework.evidence.verdicts import part_words
from shixiao.engine.measures import Reading


class Part(NamedTuple):
    """A part of a sentence; `query` leads to what it counts, and is empty for a part that counts nothing."""

    text: str
    query: str = ""
    tone: str = ""


def of_board(board: Board, chosen: Chosen) -> list[Part]:
    """How many gauges stand on evidence, how many have missed cases, how many have none."""

    def to(state: str) -> str:
        return chosen.address(state=state, part="", reason="")

    total = ngettext("%(n)d 项度量", "%(n)d 项度量", board.total) % {"n": board.total}
    parts = [Part(total, to("") or "all")]
    for state, tone, words in (
        ("evidence", "", ngettext("%(n)d 项有证据", "%(n)d 项有证据", board.with_evidence)),
        ("missed", "amber", ngettext("%(n)d 项有未达标", "%(n)d 项有未达标", board.count(Standing.MISSED))),
        ("undecided", "", ngettext("%(n)d 项尚无定论", "%(n)d 项尚无定论", board.count(Standing.UNDECIDED))),
        ("nothing", "", ngettext("%(n)d 项无发生", "%(n)d 项无发生", board.count(Standing.NOTHING_OCCURRED))),
        ("none", "", ngettext("%(n)d 项尚无证据", "%(n)d 项尚无证据", board.count(Standing.NO_EVIDENCE))),
        ("hidden", "", ngettext("%(n)d 项限制台账", "%(n)d 项限制台账", board.count(Standing.HIDDEN))),
    ):
        count = board.with_evidence if state == "evidence" else board.count(Standing(state))
        if count or state in ("evidence", "none"):
            parts.append(Part(words % {"n": count}, to(state), tone if count else ""))
    return parts


def of_reading(reading: Reading, gauge: Named, reasons: Mapping[str, int], chosen: Chosen) -> list[Part]:
    """按时 412 件, 超时 3 件, 未到时限 5 件, 不计 2 件 (已批准延期)."""
    words = part_words(gauge)
    parts = []
    for name, number in (
        ("met", reading.met),
        ("missed", reading.missed),
        ("pending", reading.pending),
        ("amount", reading.amounts),
    ):
        if number:
            tone = "red" if name == "missed" else ""
            parts.append(Part(_cases(words[name], number), chosen.address(part=name, reason=""), tone))
    if reading.not_counted:
        text, query = _cases(words["not_counted"], reading.not_counted), chosen.address(part="not_counted", reason="")
        if len(reasons) == 1:
            text = _("%(text)s（%(reason)s）") % {"text": text, "reason": reason_word(next(iter(reasons)))}
        parts.append(Part(text, query))
    return parts


def of_reasons(reasons: Mapping[str, int], chosen: Chosen) -> list[Part]:
    """Why cases are not counted, where there are several reasons."""
    if len(reasons) < 2:
        return []
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    return [
        Part(_cases(reason_word(reason), number), chosen.address(part="not_counted", reason=reason))
        for reason, number in ordered
    ]


def of_exclusions(reading: Reading, gauge: Named) -> str:
    """不计后 99.3%，计入后 98.8%; nothing where nothing is excluded that would count."""
    other = figures.with_exclusions(reading, gauge)
    if not other:
        return ""
    return _("不计后 %(value)s，计入后 %(other)s") % {"value": figures.value(reading, gauge), "other": other}


def _cases(word: str, number: int) -> str:
    return ngettext("%(word)s %(n)s 件", "%(word)s %(n)s 件", number) % {"word": word, "n": f"{number:,}"}
