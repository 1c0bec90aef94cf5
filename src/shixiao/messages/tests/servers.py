"""Servers on loopback that speak their protocol and misbehave where they are told to."""

import base64
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from socket import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP = "hang up"
SILENCE = "silence"


class Listening(ThreadingTCPServer):
    """A server that a test can ask what it got; `released` ends every silence."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, handler: type[BaseRequestHandler], context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.context = context
        self.released = Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was cut off is what the tests want."""


@contextmanager
def running(server: Listening) -> Iterator[Listening]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, *, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """For a server on loopback, and the file of the authority that vouches for it (itself)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "authority.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


# ---- mail --------------------------------------------------------------------------------------------------------


class MailServer(Listening):
    """Takes mail. `answers`: by stage (`greeting`, `ehlo`, `starttls`, `auth`, `mail`, `rcpt`, `data`, `text`) the line to say instead,
    or HANG_UP or SILENCE. `mails`: every text that came whole, also one of which the client was not told."""

    def __init__(self, answers: Mapping[str, str] | None = None, context: ssl.SSLContext | None = None) -> None:
        super().__init__(_Mail, context)
        self.answers = dict(answers or {})
        self.mails: list[bytes] = []
        self.said: list[str] = []
        self.is_tls_first = False


class _Mail(BaseRequestHandler):
    server: MailServer

    def handle(self) -> None:
        if self.server.is_tls_first:
            self._wrap()
        self.lines = self.request.makefile("rb")
        with suppress(_Gone):
            self._say("greeting", "220 mail.test ready")
            while line := self.lines.readline():
                self._hear(line.decode().strip())

    def finish(self) -> None:
        self.lines.close()
        self.request.close()  # TLS took the line over: the server that accepted it closes the empty shell

    def _hear(self, line: str) -> None:
        self.server.said.append(line)
        word = line.partition(" ")[0].lower()
        usual = {"mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok", "quit": "221 bye", "auth": "235 2.7.0 ok"}
        if word == "ehlo":
            self._say("ehlo", "250-mail.test\r\n250-AUTH PLAIN\r\n250 STARTTLS")
        elif word == "starttls":
            self._say("starttls", "220 go on")
            self._wrap()
            self.lines = self.request.makefile("rb")
        elif word == "data":
            if self._say("data", "354 go on").startswith("354"):
                self._text()
        else:
            self._say(word, usual.get(word, "502 what"))

    def _text(self) -> None:
        text = b""
        while (line := self.lines.readline()) not in (b".\r\n", b""):
            text += line.removeprefix(b".")
        if line:
            self.server.mails.append(text)
        self._say("text", "250 2.0.0 taken")

    def _say(self, stage: str, usual: str) -> str:
        answer = self.server.answers.get(stage, usual)
        if answer == SILENCE:
            self.server.released.wait(20)
        if answer in (HANG_UP, SILENCE):
            self.request.close()
            self.lines.close()
            raise _Gone
        self.request.sendall(answer.encode() + b"\r\n")
        return answer

    def _wrap(self) -> None:
        assert self.server.context
        self.request = self.server.context.wrap_socket(self.request, server_side=True)


class _Gone(Exception):
    """The line is closed."""


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def words_of(mail: bytes) -> str:
    """The text of a mail, decoded."""
    return base64.b64decode(mail.partition(b"\r\n\r\n")[2]).decode()


# ---- webhooks ----------------------------------------------------------------------------------------------------


class Posted(NamedTuple):
    """A request as it came."""

    line: str
    headers: Mapping[str, str]
    body: bytes


class HookServer(Listening):
    """Takes notices. `answers`: what to say to one after the other (the last goes on): a status line with headers, HANG_UP, SILENCE, or
    DRIP, one byte at a time without end. `posted`: every request that came whole."""

    def __init__(self, *answers: str, context: ssl.SSLContext | None = None) -> None:
        super().__init__(_Hook, context)
        self.answers = list(answers or ["204 No Content"])
        self.posted: list[Posted] = []


DRIP = "drip"


class _Hook(BaseRequestHandler):
    server: HookServer

    def handle(self) -> None:
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        with self.request.makefile("rb") as lines:
            line = lines.readline().decode().strip()
            headers = {}
            while header := lines.readline().decode().strip():
                name, _colon, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = lines.read(int(headers.get("content-length", 0)))
        if line:
            self.server.posted.append(Posted(line, headers, body))
            self._answer(self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0])

    def _answer(self, answer: str) -> None:
        if answer == SILENCE:
            self.server.released.wait(20)
        elif answer == DRIP:
            with suppress(OSError):
                while not self.server.released.wait(0.02):
                    self.request.sendall(b"H")
        elif answer != HANG_UP:
            self.request.sendall(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())

    def finish(self) -> None:
        self.request.close()


# ---- providers ---------------------------------------------------------------------------------------------------

HALF = "half"
Said = str | bytes | dict[str, Any] | int


class Called(NamedTuple):
    """A call as it came; names of headers in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str]


class CallServer(Listening):
    """Answers calls. `answers`: by path what to say to one after the other (the last goes on): an object for JSON, bytes, a number for a status
    without a body, HANG_UP, SILENCE, DRIP, or HALF, the head and half of the body. A path without answers is answered by `usual`."""

    def __init__(self, usual: Said = 404, context: ssl.SSLContext | None = None, **answers: Said) -> None:
        super().__init__(_Call, context)
        self.usual = usual
        self.answers: dict[str, list[Said]] = {path: [answer] for path, answer in answers.items()}
        self.calls: list[Called] = []
        self.gate: Event | None = None  # every answer waits for it

    def say(self, path: str, *answers: Said) -> None:
        self.answers[path] = list(answers)

    def of(self, path: str) -> list[Called]:
        return [call for call in self.calls if call.path == path]

    def next(self, path: str) -> Said:
        several = self.answers.get(path)
        if not several:
            return self.usual
        return several.pop(0) if len(several) > 1 else several[0]


class _Call(BaseRequestHandler):
    server: CallServer

    def handle(self) -> None:
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        with self.request.makefile("rb") as lines:
            line = lines.readline().decode().strip()
            headers = {}
            while header := lines.readline().decode().strip():
                name, _colon, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = lines.read(int(headers.get("content-length", 0)))
        if not line:
            return
        method, target, _version = line.split(" ")
        split = urlsplit(target)
        self.server.calls.append(Called(method, split.path, dict(parse_qsl(split.query)), body, headers))
        if self.server.gate is not None:
            self.server.gate.wait(20)
        self._answer(self.server.next(split.path))

    def _answer(self, answer: Said) -> None:
        if answer == SILENCE:
            self.server.released.wait(20)
        elif answer == DRIP:
            with suppress(OSError):
                while not self.server.released.wait(0.02):
                    self.request.sendall(b"H")
        elif answer != HANG_UP:
            status = answer if isinstance(answer, int) else 200
            whole = b"" if isinstance(answer, int) else _bytes_of(answer if answer != HALF else {"errcode": 0})
            sent = whole[: len(whole) // 2] if answer == HALF else whole
            head = f"HTTP/1.1 {status} so\r\nContent-Type: application/json\r\nContent-Length: {len(whole)}\r\n\r\n"
            self.request.sendall(head.encode() + sent)

    def finish(self) -> None:
        self.request.close()


def _bytes_of(answer: Said) -> bytes:
    if isinstance(answer, bytes):
        return answer
    return json.dumps(answer, ensure_ascii=False).encode()
