"""Messages as an app sends them: what is allowed in one, and what a member gets to see of it."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shixiao.messages.emulators.codes import WORDS, Code

TEXT_BYTES = 2048  # of a text (what is longer is cut) and of Markdown (what is longer is refused: assumed)
TITLE, DESCRIPTION = 128, 512  # characters of a card; what is longer is cut
MOST_MEMBERS, MOST_PARTIES = 1000, 100
MOST_BUTTONS = 6
KEY_BYTES = 1024
TASK = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
RESPONSE_LIFE = 72 * 3600  # seconds in which a response code may be spent, once
CARDS = ("text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction")
WITH_TASK = ("button_interaction", "vote_interaction", "multiple_interaction")


class Refused(Exception):
    """The service says no, with this code."""

    def __init__(self, code: Code, words: str = "") -> None:
        super().__init__(words or WORDS[code])
        self.code = code


@dataclass
class Message:
    """One call of `message/send` that was taken. `to`: the valid members it was for; it may still not be shown to all of them."""

    id: str
    kind: str
    to: tuple[str, ...]
    content: Mapping[str, Any]  # what stood under its kind
    body: Mapping[str, Any]  # everything that was posted
    at: float
    invalid: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()  # over the limits of these members: not shown, and nobody is told
    repeated: tuple[str, ...] = ()  # these got the same within the window of the duplicate check
    replaced: dict[str, str] = field(default_factory=dict)  # by member, what the button (or the card) was replaced by
    spendable: dict[str, float] = field(default_factory=dict)  # response codes, and until when

    @property
    def seen_by(self) -> tuple[str, ...]:
        """Who sees it."""
        return tuple(each for each in self.to if each not in self.dropped and each not in self.repeated)

    @property
    def text(self) -> str:
        """What a member reads, cut where the service cuts."""
        if self.kind == "text":
            return str(self.content["content"]).encode()[:TEXT_BYTES].decode(errors="ignore")
        if self.kind == "markdown":
            return str(self.content["content"])
        if self.kind == "textcard":
            return f"{str(self.content['title'])[:TITLE]}\n{str(self.content['description'])[:DESCRIPTION]}"
        return card_text(self.content)

    @property
    def buttons(self) -> Sequence[Mapping[str, Any]]:
        """Those that call back."""
        return [each for each in self.content.get("button_list", ()) if not each.get("type")]

    @property
    def task(self) -> str:
        """The id that the app gave the card."""
        return str(self.content.get("task_id", ""))

    def response_code(self, now: float) -> str:
        """One with which the card may be updated, once."""
        code = secrets.token_urlsafe(32)
        self.spendable[code] = now + RESPONSE_LIFE
        return code


def checked(body: Mapping[str, Any], *, agent: int, tasks: set[str]) -> tuple[str, Mapping[str, Any]]:
    """The kind of a message and what stands under it. Raises `Refused` as the service would. `tasks`: ids that were used."""
    if str(body.get("agentid")) != str(agent):
        raise Refused(Code.WRONG_AGENT)
    kind = str(body.get("msgtype", ""))
    check = {"text": _text, "markdown": _markdown, "textcard": _textcard, "template_card": _template_card}.get(kind)
    content = body.get(kind)
    if not check:
        raise Refused(Code.UNKNOWN_KIND)
    if not isinstance(content, dict):
        raise Refused(Code.WRONG_PARAMETER, f"{kind} missing")
    check(content)
    if content.get("task_id") and content["task_id"] in tasks:
        raise Refused(Code.WRONG_TASK)
    return kind, content


def card_text(card: Mapping[str, Any]) -> str:
    """What stands on a template card."""
    title = card.get("main_title") or {}
    return "\n".join(str(each) for each in (title.get("title"), title.get("desc"), card.get("sub_title_text")) if each)


def check_card(card: Any) -> None:
    """Raises `Refused` for what is no template card."""
    if not isinstance(card, dict):
        raise Refused(Code.WRONG_PARAMETER, "template_card is no object")
    _template_card(card)


def _text(content: Mapping[str, Any]) -> None:
    if not content.get("content"):
        raise Refused(Code.EMPTY)


def _markdown(content: Mapping[str, Any]) -> None:
    _text(content)
    if len(str(content["content"]).encode()) > TEXT_BYTES:
        raise Refused(Code.TOO_LONG)


def _textcard(content: Mapping[str, Any]) -> None:
    if not content.get("title"):
        raise Refused(Code.NO_TITLE)
    _need(content, "description", "url")


def _template_card(content: Mapping[str, Any]) -> None:
    kind = content.get("card_type")
    if kind not in CARDS:
        raise Refused(Code.WRONG_PARAMETER, "card_type unknown")
    title = content.get("main_title") or {}
    if not isinstance(title, dict):
        raise Refused(Code.WRONG_PARAMETER, "main_title is no object")
    if not title.get("title") and not content.get("sub_title_text"):
        raise Refused(Code.NO_TITLE)
    if kind in ("text_notice", "news_notice"):
        _need(content, "card_action")
    if kind in WITH_TASK and not TASK.fullmatch(str(content.get("task_id", ""))):
        raise Refused(Code.WRONG_TASK)
    if kind == "button_interaction":
        _need(content, "button_list")
        _buttons(content["button_list"])


def _buttons(buttons: Sequence[Mapping[str, Any]]) -> None:
    if (
        not isinstance(buttons, list)
        or len(buttons) > MOST_BUTTONS
        or not all(isinstance(each, dict) for each in buttons)
    ):
        raise Refused(Code.WRONG_PARAMETER, f"button_list is no list of at most {MOST_BUTTONS} objects")
    for button in buttons:
        _need(button, "text", "url" if button.get("type") else "key")
    keys = [str(button.get("key", "")) for button in buttons if not button.get("type")]
    if len(set(keys)) != len(keys) or any(len(key.encode()) > KEY_BYTES for key in keys):
        raise Refused(Code.WRONG_PARAMETER, "button keys repeated or too long")


def _need(content: Mapping[str, Any], *names: str) -> None:
    if missing := [name for name in names if not content.get(name)]:
        raise Refused(Code.WRONG_PARAMETER, f"{', '.join(missing)} missing")


def split(value: Any) -> list[str]:
    """`a|b` as a list, each once."""
    return list(dict.fromkeys(filter(None, str(value or "").split("|"))))
