"""How verdicts and standings look: a word, a glyph and a colour, always together."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from shixiao.casework.evidence import figures
from shixiao.casework.evidence.naming import Named, reason_word, verdict_words
from shixiao.casework.evidence.standing import Standing
from shixiao.engine.measures import Aspect, Outcome, Reads

# The tone, the glyph and the word.
STANDINGS = {
    Standing.VALUE: ("green", "●", gettext_noop("有证据")),
    Standing.MISSED: ("amber", "▲", gettext_noop("有未达标")),
    Standing.UNDECIDED: ("blue", "◐", gettext_noop("尚无定论")),
    Standing.NOTHING_OCCURRED: ("green", "–", gettext_noop("无发生")),
    Standing.NO_EVIDENCE: ("grey", "○", gettext_noop("尚无证据")),
    Standing.HIDDEN: ("violet", "◇", gettext_noop("限制台账")),
}
PARTS = {
    Outcome.MET: "met",
    Outcome.MISSED: "missed",
    Outcome.PENDING: "pending",
    Outcome.NOT_COUNTED: "not_counted",
    Outcome.AMOUNT: "amount",
}
_LOOKS = {
    "met": ("green", "●"),
    "missed": ("red", "✕"),
    "pending": ("blue", "◐"),
    "not_counted": ("grey", "–"),
    "amount": ("green", "●"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a gauge says of a case, in words. `why` is the reason, with what it would be otherwise."""

    part: str
    word: str
    why: str = ""

    @property
    def mark(self) -> SafeString:
        """Word, glyph and colour."""
        return badge(*_LOOKS[self.part], self.word)


def badge(tone: str, glyph: str, word: str) -> SafeString:
    """A mark as every page has them."""
    return format_html(
        '<span class="standing tone-{}"><span class="glyph" aria-hidden="true">{}</span>{}</span>', tone, glyph, word
    )


def standing_mark(standing: Standing) -> SafeString:
    """How a reading stands."""
    tone, glyph, word = STANDINGS[standing]
    return badge(tone, glyph, _(word))


def part_words(gauge: Named) -> Mapping[str, str]:
    """What the parts of a reading of this gauge are called."""
    return _part_words(get_language() or "", gauge.measure.aspect, gauge.reads)


@lru_cache(maxsize=128)  # a page of all gauges asks hundreds of times for the same few words
def _part_words(_language: str, aspect: Aspect, reads: Reads) -> Mapping[str, str]:
    met, missed = verdict_words(aspect, reads)
    pending = _("未到时限") if aspect is Aspect.TIMELINESS else _("未定")
    words = {"met": met, "missed": missed, "pending": pending, "not_counted": _("不计"), "amount": _("计入")}
    return MappingProxyType(words)


def verdict_of(
    gauge: Named, outcome: Outcome, *, otherwise: Outcome | None, reason: str, value: Decimal = Decimal(0)
) -> Verdict:
    """What the gauge says of a case, in words."""
    part = PARTS[outcome]
    word = part_words(gauge)[part]
    if outcome is Outcome.AMOUNT:
        return Verdict(part=part, word=figures.amount(value, gauge))
    why = reason_word(reason) if reason else ""
    if otherwise is not None:
        word_otherwise = gauge.verdicts[0 if otherwise is Outcome.MET else 1]
        why = _("%(reason)s；计入则%(otherwise)s") % {"reason": why, "otherwise": word_otherwise}
    return Verdict(part=part, word=word, why=why)
