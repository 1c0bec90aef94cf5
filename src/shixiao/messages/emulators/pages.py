"""The few pages that a person meets: who signs in, what was sent, a button to press. For demonstrations by hand."""

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from shixiao.messages.emulators.codes import WORDS, Code
from shixiao.messages.emulators.members import AddressBook
from shixiao.messages.emulators.notices import Message
from shixiao.messages.emulators.serving import Answer, Asked, Emulator

if TYPE_CHECKING:
    from shixiao.messages.emulators.sms import Sms
    from shixiao.messages.emulators.wecom import WeCom

__all__ = ["choice", "escape", "form", "page", "refusal", "sms", "wecom"]

STYLE = "body{font:1rem/1.5 sans-serif;max-width:48rem;margin:1rem auto;padding:0 1rem}article{border:1px solid #888;padding:.5rem 1rem;margin:.5rem 0}"


def page(title: str, inside: str, *, status: int = 200) -> Answer:
    """A page that says at once that nothing here is real."""
    text = (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{escape(title)}</h1><p>模拟器:这里的人和消息都不是真的。Emulator: nobody and nothing here is real.</p>{inside}"
    )
    return Answer(text.encode(), status, "text/html; charset=utf-8")


def form(asked: Asked) -> dict[str, str]:
    """What a form posted."""
    return dict(parse_qsl(asked.body.decode(errors="replace")))


def refusal(code: Code) -> Answer:
    """The sign-in cannot begin."""
    return page("登录出错 Sign-in failed", f"<p>errcode {int(code)}: {escape(WORDS[code])}</p>", status=400)


def choice(asked: Asked, book: AddressBook) -> Answer:
    """Who signs in? On a telephone nobody asks; here a person chooses."""
    links = "".join(
        f'<li><a href="{escape(asked.path)}?{escape(urlencode({**asked.query, "member": member.userid}))}">{escape(member.name)}</a></li>'
        for member in book.members.values()
    )
    return page("谁在登录?Who signs in?", f"<ul>{links}</ul>")


def wecom(emulator: "WeCom") -> Answer:
    """What each member sees, with the buttons."""
    inside = "".join(
        f"<h2>{escape(member.name)}</h2>{''.join(_article(each, member.userid) for each in reversed(inbox))}"
        for member in emulator.book.members.values()
        if (inbox := emulator.inbox(member.userid))
    )
    return page("政务微信(模拟)WeCom, emulated", inside + _happened(emulator))


def sms(emulator: "Sms") -> Answer:
    """What was taken."""
    inside = "".join(
        f"<article><p>{escape(', '.join(each.mobiles))} · {each.parts} · {escape(each.way)}</p><p>{escape(each.text)}</p></article>"
        for each in reversed(emulator.accepted.values())
    )
    return page("短信网关(模拟)SMS gateways, emulated", inside + _happened(emulator))


def _article(message: Message, userid: str) -> str:
    words = "<br>".join(escape(line) for line in message.text.split("\n"))
    if userid in message.replaced:
        return f"<article><p>{words}</p><p>[{escape(message.replaced[userid])}]</p></article>"
    buttons = "".join(
        f'<button name="key" value="{escape(str(button["key"]))}">{escape(str(button["text"]))}</button> '
        for button in message.buttons
    )
    hidden = f'<input type="hidden" name="member" value="{escape(userid)}"><input type="hidden" name="message" value="{escape(message.id)}">'
    return f'<article><p>{words}</p><form method="post" action="/press">{hidden}{buttons}</form></article>'


def _happened(emulator: Emulator) -> str:
    rows = "".join(
        f"<li>{escape(each.place)}: {each.fault}{' (taken)' if each.taken else ''}</li>"
        for each in reversed(emulator.happened)
    )
    return f"<h2>出过的故障 What went wrong</h2><ul>{rows}</ul>"
