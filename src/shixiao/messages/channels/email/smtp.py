"""One mail is handed to one server, and what came of it is told exactly. Standard library only; RFC 5321.

Until the server asks for the text (354) it has nothing, and whatever goes wrong may be tried again. From then on its answer decides: without
one nobody knows.
"""

import re
import smtplib
import ssl
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, socket

from shixiao.messages import channels
from shixiao.messages.channels import Outcome
from shixiao.messages.channels.bounding import cut_after

ANSWER_WITHIN = 30.0  # one answer, in seconds
WITHIN = 60.0  # everything: a batch of them stays below the channel's patience
GO_ON = 354
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\S)")  # RFC 3463
_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail goes. `tls`: `starttls`, `tls` from the first byte, or `none`. `authority`: a file of certificates, empty for the machine's."""

    host: str
    port: int
    tls: str
    user: str = ""
    password_file: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """An envelope and its text, as bytes that end their lines with CR LF."""

    sender: str
    to: str
    text: bytes


class _NotOpened(Exception):
    """The server was not brought to take a mail; the code of why."""


def deliver(letter: Letter, server: Server, *, within: float = WITHIN) -> Outcome:
    """Hand it over, in `within` seconds at most (looking up the server's name comes on top)."""
    try:
        line = create_connection((server.host, server.port), timeout=min(ANSWER_WITHIN, within))
    except OSError as error:
        return channels.not_reached(f"connect_{type(error).__name__}")
    with cut_after(line, within):
        smtp = smtplib.SMTP(timeout=ANSWER_WITHIN, local_hostname=letter.sender.rpartition("@")[2])
        smtp.sock = line
        with closing(smtp):
            return _spoken(smtp, letter, server)


def _spoken(smtp: smtplib.SMTP, letter: Letter, server: Server) -> Outcome:
    try:
        _open(smtp, server)
        refusal = _envelope(smtp, letter)
    except _NotOpened as error:
        return channels.not_reached(str(error))
    except OSError:  # also every error of smtplib
        return channels.not_reached("connection_lost")
    if refusal is not None:
        return refusal
    try:
        smtp.send(_DOT.sub(b"..", letter.text) + b".\r\n")
        answer = smtp.getreply()
    except OSError:
        return channels.unknown("no_answer")
    return _taken(*answer)


# ---- before the text ---------------------------------------------------------------------------------------------


def _open(smtp: smtplib.SMTP, server: Server) -> None:
    """Greeting, TLS, sign-in. A server that refuses us refuses no mail: it may be set right and the mail goes then."""
    if server.tls == "tls":
        _wrap(smtp, server)
    _expect(smtp.getreply(), 220)
    smtp.ehlo_or_helo_if_needed()
    if server.tls == "starttls":
        _expect(smtp.docmd("STARTTLS"), 220)
        _wrap(smtp, server)
        smtp.ehlo()
    if server.user:
        _sign_in(smtp, server)


def _wrap(smtp: smtplib.SMTP, server: Server) -> None:
    """What was said before TLS is forgotten (RFC 3207 4.2), also what somebody in between put behind the answer."""
    line = smtp.sock
    assert isinstance(line, socket)  # noqa: S101 — `deliver` gave it
    try:
        context = ssl.create_default_context(cafile=server.authority or None)
        smtp.sock = context.wrap_socket(line, server_hostname=server.host)
    except (ssl.SSLError, FileNotFoundError) as error:
        raise _NotOpened(f"tls_{type(error).__name__}") from None
    smtp.file = None
    smtp.helo_resp = smtp.ehlo_resp = None
    smtp.esmtp_features = {}
    smtp.does_esmtp = False


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    """Over TLS only: nobody on the way reads the password."""
    if server.tls == "none":
        raise _NotOpened("sign_in_without_tls")
    try:
        password = Path(server.password_file).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise _NotOpened("password_file") from None
    try:
        smtp.login(server.user, password)
    except smtplib.SMTPResponseException as error:
        raise _NotOpened(f"smtp_{error.smtp_code}") from None
    except (smtplib.SMTPNotSupportedError, UnicodeEncodeError):
        raise _NotOpened("sign_in") from None


def _expect(answer: tuple[int, bytes], code: int) -> None:
    if answer[0] != code:
        raise _NotOpened(reason(*answer))


def _envelope(smtp: smtplib.SMTP, letter: Letter) -> Outcome | None:
    """From, to, and the wish to give the text; None when the server waits for it."""
    for code, words in _asked(smtp, letter):
        if 500 <= code < 600:
            return channels.refused(reason(code, words))
        if code >= 400 or code < 0:
            return channels.not_reached(reason(code, words))
    code, words = smtp.docmd("DATA")
    if code == GO_ON:
        return None
    return (channels.refused if 500 <= code < 600 else channels.not_reached)(reason(code, words))


def _asked(smtp: smtplib.SMTP, letter: Letter) -> list[tuple[int, bytes]]:
    first = smtp.docmd("MAIL", f"FROM:<{letter.sender}>")
    return [first] if not 200 <= first[0] < 300 else [first, smtp.docmd("RCPT", f"TO:<{letter.to}>")]


# ---- after it ----------------------------------------------------------------------------------------------------


def _taken(code: int, words: bytes) -> Outcome:
    """RFC 5321 4.2.5: with 2xx the server has taken it upon itself; with 4xx and 5xx it says that it has not."""
    if 200 <= code < 300:
        return channels.accepted()
    if 400 <= code < 500:
        return channels.not_reached(reason(code, words))
    if 500 <= code < 600:
        return channels.refused(reason(code, words))
    return channels.unknown(reason(code, words))


def reason(code: int, words: bytes) -> str:
    """`smtp_550_5.1.1`: what the server said, in the codes that it gave; its sentences may hold addresses and are left out."""
    if code < 0:
        return "smtp_garbled"
    enhanced = _ENHANCED.match(words)
    return f"smtp_{code}_{enhanced[0].decode()}" if enhanced else f"smtp_{code}"
