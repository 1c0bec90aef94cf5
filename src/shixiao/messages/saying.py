"""What messages say: to the person in the browser, and outside. Whoever may not see what a message speaks of reads no particulars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shixiao.engine.bilingual import Text
from shixiao.messages import subjects, wordings
from shixiao.messages.models import Message
from shixiao.people.models import User

HIDDEN = wordings.declare(
    "messages.hidden",
    Text("有一条消息，内容只对持有人显示。", "There is a message; what it says is shown to holders only."),
)
OUTSIDE_ONLY = Text(
    "有一件限制台账的事项，请登录查看。", "There is something in a restricted register: sign in to see it."
)
CUT = "…"


@dataclass(frozen=True, slots=True)
class Said:
    """A message with what it says to one person, and where it leads; `about` is None where the person may not look."""

    message: Message
    text: Text
    about: subjects.Shown | None


def said(messages: Iterable[Message], *, to: User, now: datetime) -> list[Said]:
    """Each message as that person reads it; a few statements for each kind of thing, however many messages."""
    several = list(messages)
    shown = subjects.shown(
        ((each.subject_kind, each.subject_id) for each in several if each.subject_kind), by=to, now=now
    )
    return [_said(each, shown.get((each.subject_kind, each.subject_id))) for each in several]


def _said(message: Message, about: subjects.Shown | None) -> Said:
    """A wording that ends with `_unseen` was written for those who may not look: it has no particulars to hide."""
    if message.subject_kind and about is None and not message.wording.endswith("_unseen"):
        return Said(message, HIDDEN.text, None)
    more = {"number": Text(about.number, about.number), "title": Text(about.title, about.title)} if about else {}
    return Said(message, wordings.known(message.wording).say(message.slots, more), about)


def outside(
    messages: Sequence[Message], *, to: User, language: str, longest: int | None, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The title and a line for each message in the person's language, no longer than that together; what does not fit is counted."""
    lines = []
    for each in said(messages, to=to, now=now):
        text = OUTSIDE_ONLY if each.about is not None and each.about.is_restricted else each.text
        lines.append(text.in_(language))
    with translation.override(language):
        title = (
            lines[0] if len(lines) == 1 else ngettext("%(n)s 条消息", "%(n)s 条消息", len(lines)) % {"n": len(lines)}
        )
        return _fitted(title, lines, longest)


def _fitted(title: str, lines: list[str], longest: int | None) -> tuple[str, tuple[str, ...]]:
    if longest is None:
        return title, tuple(lines)
    kept: list[str] = []
    for number, line in enumerate(lines):
        rest = len(lines) - number - 1
        more = _("另有 %(n)s 条，请登录查看") % {"n": rest} if rest else ""
        if sum(map(len, kept)) + len(line) + len(more) + len(kept) > longest:
            kept.append(_("另有 %(n)s 条，请登录查看") % {"n": rest + 1} if kept else line[: longest - 1] + CUT)
            break
        kept.append(line)
    return title[:longest], tuple(kept)
