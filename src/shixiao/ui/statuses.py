"""Status marks: a word, a glyph and a colour, always the three together (colour is never the only sign)."""

from dataclasses import dataclass
from functools import cache

from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Status:
    """`tone` names a colour of the style sheet."""

    word: str | Promise
    glyph: str
    tone: str


STATUSES = {
    "error": Status(pgettext_lazy("severity", "错误"), "✕", "red"),
    "warning": Status(pgettext_lazy("severity", "警告"), "▲", "amber"),
    "hint": Status(pgettext_lazy("severity", "提示"), "△", "blue"),
    "doubtful": Status(_("待核对"), "?", "violet"),
    "corrected": Status(_("人工更正"), "✎", "green"),
    "accepted": Status(pgettext_lazy("finding", "已接受"), "※", "grey"),
    "clean": Status(_("无发现"), "✓", "green"),
    # How an indicator stands; the names are the values of the engine's own words.
    "achieved": Status(pgettext_lazy("indicator", "已达成"), "●", "green"),
    "likely": Status(pgettext_lazy("indicator", "有望达成"), "◐", "blue"),
    "at_risk": Status(pgettext_lazy("indicator", "有风险"), "▲", "amber"),
    "unlikely": Status(pgettext_lazy("indicator", "难以达成"), "◆", "orange"),
    "missed": Status(pgettext_lazy("indicator", "未达成"), "✕", "red"),
    "nothing_occurred": Status(pgettext_lazy("indicator", "无发生"), "–", "sage"),
    "no_evidence": Status(pgettext_lazy("indicator", "尚无证据"), "○", "grey"),
    "to_be_reviewed": Status(pgettext_lazy("indicator", "待评议"), "◇", "violet"),
    # What a figure is not, or not yet.
    "declared": Status(pgettext_lazy("mark", "填报"), "≡", "violet"),
    "simulated": Status(pgettext_lazy("mark", "模拟"), "≈", "grey"),
    "provisional": Status(pgettext_lazy("mark", "暂定"), "…", "amber"),
}
STANDINGS = (
    "missed",
    "unlikely",
    "at_risk",
    "likely",
    "achieved",
    "nothing_occurred",
    "no_evidence",
    "to_be_reviewed",
)


def badge(name: str, *, count: int | None = None) -> SafeString:
    """The mark as HTML."""
    found = STATUSES[name]
    return format_html(
        '<span class="standing tone-{}"><span class="glyph" aria-hidden="true">{}</span>{}{}</span>',
        found.tone,
        found.glyph,
        "" if count is None else f"{count} ",
        found.word,
    )


@cache
def icon_sheet() -> str:
    """The address of the icons, looked up once: storage with hashed names reads a manifest for it."""
    return static("ui/icons.svg")
