"""What a notice looks like in 粤政易: a card that leads to the inbox, with a button to take note where callbacks are set up.

The limits are those of the public documentation: of a text card title 128 bytes and description 512 bytes, of a template card about 36 and
160 signs. The same parcel is the same card at every attempt, and no two parcels are: its key stands in the address, so that the provider's check
for duplicates takes a repetition as one and two notices that read alike as two.
"""

from typing import Any
from urllib.parse import urlencode

from django.utils import translation
from django.utils.translation import gettext as _

from shixiao.messages.channels import Parcel

ACKNOWLEDGE = "acknowledge"
WINDOW = 4 * 60 * 60  # seconds; the longest that the provider remembers
TITLE_BYTES, TEXT_BYTES = 128, 512
TITLE_SIGNS, TEXT_SIGNS = 36, 160
CUT = "…"
# A description is read as a little HTML: signs that could open a tag become their wide twins.
_PLAIN = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})


def card(parcel: Parcel, *, agent: int, address: str, has_button: bool) -> dict[str, Any]:
    """The body of message/send for one person. `address`: where this installation is found."""
    link = f"{address}/messages/channels/yuezhengyi/enter/?{urlencode({'notice': parcel.key})}"
    body = {
        "touser": parcel.address,
        "agentid": agent,
        "enable_id_trans": 0,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": WINDOW,
    }
    with translation.override(parcel.language or "zh-hans"):
        if has_button:
            return body | {"msgtype": "template_card", "template_card": _template_card(parcel, link)}
        return body | {"msgtype": "textcard", "textcard": _text_card(parcel, link)}


def _text_card(parcel: Parcel, link: str) -> dict[str, Any]:
    return {
        "title": fitted(plain(parcel.title), TITLE_BYTES, in_bytes=True),
        "description": fitted(_text(parcel), TEXT_BYTES, in_bytes=True),
        "url": link,
        "btntxt": _("查看"),
    }


def _template_card(parcel: Parcel, link: str) -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "source": {"desc": _("实效")},
        "main_title": {"title": fitted(plain(parcel.title), TITLE_SIGNS)},
        "sub_title_text": fitted(_text(parcel), TEXT_SIGNS),
        "card_action": {"type": 1, "url": link},
        "task_id": parcel.key,
        "button_list": [{"text": _("知悉"), "style": 1, "key": ACKNOWLEDGE}],
    }


def _text(parcel: Parcel) -> str:
    lines = [plain(line) for line in parcel.lines]
    if len(lines) > 1:
        lines = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    return "\n".join(lines)


def plain(text: str) -> str:
    """One line without signs that nobody sees, and without anything that could be a tag."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split()).translate(_PLAIN)


def fitted(text: str, most: int, *, in_bytes: bool = False) -> str:
    """As much of the text as fits, whole signs, with a mark where something was cut off."""

    def size(part: str) -> int:
        return len(part.encode()) if in_bytes else len(part)

    if size(text) <= most:
        return text
    while size(text + CUT) > most:
        text = text[:-1]
    return text + CUT
