"""What a mail looks like: plain text, one for each notice, and headers that nobody can add to."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shixiao.messages.channels import Parcel
from shixiao.messages.channels.email.addresses import is_address
from shixiao.messages.channels.email.smtp import Letter

SUBJECT_LENGTH = 100


class Unwritable(ValueError):
    """No mail can be made of it; the code of why."""


def letter(parcel: Parcel, *, sender: str, link: str, now: datetime) -> Letter:
    """The mail for a parcel. `sender`: `name@house.example` or `Name <name@house.example>`; `link`: where the inbox is, empty for nowhere.

    The same parcel has the same Message-ID at every attempt, so that a second copy is known as one. Raises `Unwritable` for an address that
    is none; a line break in what people typed becomes a blank.
    """
    name, own = parseaddr(sender)
    if not (is_address(own) and is_address(parcel.address)):
        raise Unwritable("address_refused")
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{parcel.key}@{own.rpartition('@')[2]}>"
    mail["Date"] = format_datetime(timezone.localtime(now))
    mail["From"] = Address(display_name=one_line(name), addr_spec=own)
    mail["To"] = Address(addr_spec=parcel.address)
    mail["Subject"] = one_line(parcel.title)[:SUBJECT_LENGTH]
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    mail["Content-Language"] = "en" if parcel.language == "en" else "zh-Hans"
    mail.set_content(_text(parcel, link), cte="base64")
    return Letter(own, parcel.address, mail.as_bytes())


def one_line(text: str) -> str:
    """Without line breaks and other signs that nobody sees: a header ends where its line ends."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _text(parcel: Parcel, link: str) -> str:
    lines = [one_line(line) for line in parcel.lines]
    if len(lines) > 1:
        lines = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    with translation.override(parcel.language or "zh-hans"):
        end = [_("登录查看：%(link)s") % {"link": link}] if link else []
        end.append(_("这封邮件由系统发出，请不要回复。"))
    return "\n".join([*lines, "", *end, ""])
