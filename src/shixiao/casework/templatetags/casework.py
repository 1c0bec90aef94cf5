"""How states, limits and words of the counter look."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.casework import deadlines, duty_queries
from shixiao.casework.duty_queries import Standing
from shixiao.casework.standstill import Standstill
from shixiao.casework.standstill import standstill as standing_still
from shixiao.engine.bilingual import Text
from shixiao.engine.clock import Light, LightCode
from shixiao.people.models import User
from shixiao.people.wordings import said
from shixiao.ui import formats

register = template.Library()
register.filter("said", said)

NEAR = timedelta(days=3)
_GLYPHS = {
    LightCode.NORMAL: "●",
    LightCode.NEAR: "▲",
    LightCode.OVERDUE: "✕",
    LightCode.SUSPENDED: "‖",
    LightCode.DONE_ON_TIME: "✓",
    LightCode.DONE_LATE: "✕",
}


def _mark(tone: str, glyph: str, word: str) -> SafeString:
    return format_html(
        '<span class="standing tone-{}"><span class="glyph" aria-hidden="true">{}</span>{}</span>', tone, glyph, word
    )


@register.inclusion_tag("casework/parts/standstill.html", takes_context=True)
def standstill(context: Context) -> dict[str, Standstill | None]:
    """The banner that no worker was seen, for officers and overseers. Only pages with this tag ask."""
    return {"standstill": standing_still(context["request"].user, now=timezone.now())}


@register.filter
def light_mark(light: Light) -> SafeString:
    """Word, glyph and colour of a light."""
    tone = "amber" if light.colour.value == "yellow" else light.colour.value
    return _mark(tone, _GLYPHS[light.code], said(light.word))


@register.simple_tag
def limit_mark(limit_at: datetime | None, now: datetime) -> SafeString | str:
    """Where a case stands against its nearest limit, for lists: overdue, soon, in time."""
    if limit_at is None:
        return ""
    if limit_at <= now:
        days = (timezone.localtime(now).date() - deadlines.last_moment(limit_at).date()).days
        return _mark("red", "✕", _("超期 %(days)d 天") % {"days": days} if days else _("今天超期"))
    if limit_at - now <= NEAR:
        return _mark("amber", "▲", _("临期"))
    return _mark("green", "●", _("未到期"))


@register.filter
def last_moment(limit_at: datetime | None) -> str:
    """The last moment that is in time: the day, with the time where it is not the day's end."""
    if limit_at is None:
        return ""
    last = deadlines.last_moment(limit_at)
    is_whole_day = (last.hour, last.minute) == (23, 59)
    return formats.day(last) if is_whole_day else formats.instant(limit_at)


@register.filter
def yuan(amount: Decimal | None) -> str:
    """An amount of yuan: thousands separators and two decimals."""
    return "" if amount is None else f"{amount:,.2f}"


@register.filter
def words(text: Text | str) -> str:
    """A sentence in both languages, or one that is a sentence already."""
    return said(text) if isinstance(text, Text) else text


_EXPECTED = {
    Standing.OPEN: ("blue", "◐", gettext_lazy("待办")),
    Standing.MISSED: ("red", "✕", gettext_lazy("错过，可补办")),
    Standing.COMING: ("grey", "○", gettext_lazy("未到时间")),
    Standing.DONE: ("green", "✓", gettext_lazy("已办")),
    Standing.LATE: ("amber", "▲", gettext_lazy("已补办（迟）")),
    Standing.CLOSED: ("grey", "–", gettext_lazy("休息，不计")),
    Standing.REFUSED: ("orange", "◆", gettext_lazy("没有排成")),
}


@register.filter
def standing_mark(standing: Standing) -> SafeString:
    """Word, glyph and colour of where an expected time stands."""
    tone, glyph, word = _EXPECTED[standing]
    return _mark(tone, glyph, str(word))


@register.filter
def refusal(why: dict[str, str]) -> str:
    """Why an expected case could not be opened."""
    return said(Text(why["zh"], why["en"]))


@register.inclusion_tag("casework/duties/rows.html")
def duties_today(by: User, now: datetime, kind: str = "", **told: str) -> dict[str, Any]:
    """The expected cases of today of one kind, for an office's own page: `{% duties_today user now "registers.entry" register="training" %}`."""
    return {"rows": duty_queries.duties_today(by=by, now=now, kind=kind, told=told)}
