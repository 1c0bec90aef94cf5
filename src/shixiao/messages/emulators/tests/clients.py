"""What the tests call and are called with: urllib on one side, a small receiver on the other. Nothing of the house."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from shixiao.messages.emulators import WeCom


class Stay(HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_args: Any) -> None:
        return None


DIRECT: OpenerDirector = build_opener(ProxyHandler({}), Stay)


class Nothing(Exception):
    """No answer came, or none that can be read."""


def ask(
    address: str, body: bytes | None = None, *, timeout: float = 10, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers, body. Raises `Nothing` where the line was cut."""
    request = Request(address, data=body, headers=headers)  # noqa: S310 — an emulator's own address
    try:
        with DIRECT.open(request, timeout=timeout) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()
    except (OSError, HTTPException) as error:
        raise Nothing(str(error)) from error


def value(address: str, body: bytes | None = None, *, timeout: float = 10, **headers: str) -> dict[str, Any]:
    """The JSON that was said. Raises `Nothing` where it is none."""
    _status, _headers, text = ask(address, body, timeout=timeout, **headers)
    try:
        return dict(json.loads(text))
    except ValueError as error:
        raise Nothing(text.decode(errors="replace")) from error


class App:
    """An app of WeCom, as simple as can be: it asks, and asks again where a test says so."""

    def __init__(self, there: WeCom) -> None:
        self.there = there
        self.token = ""

    def new_token(self) -> str:
        query = urlencode({"corpid": self.there.corporation, "corpsecret": self.there.secret})
        self.token = str(value(f"{self.there.address}/cgi-bin/gettoken?{query}")["access_token"])
        return self.token

    def get(self, name: str, **query: str) -> dict[str, Any]:
        query = {"access_token": self.token or self.new_token(), **query}
        return value(f"{self.there.address}/cgi-bin/{name}?{urlencode(query)}")

    def post(self, name: str, body: dict[str, Any], *, timeout: float = 10) -> dict[str, Any]:
        token = self.token or self.new_token()
        whole = json.dumps({"agentid": self.there.agent, **body}).encode()
        return value(f"{self.there.address}/cgi-bin/{name}?access_token={token}", whole, timeout=timeout)

    def text(self, to: str, content: str, **more: Any) -> dict[str, Any]:
        return self.post("message/send", {"touser": to, "msgtype": "text", "text": {"content": content}, **more})

    def card(self, to: str, task: str, *keys: str) -> dict[str, Any]:
        buttons = [{"text": f"按钮{key}", "key": key} for key in keys]
        content = {
            "card_type": "button_interaction",
            "main_title": {"title": "督办事项"},
            "task_id": task,
            "button_list": buttons,
        }
        return self.post("message/send", {"touser": to, "msgtype": "template_card", "template_card": content})


@dataclass
class Heard:
    """A request that came to the receiver."""

    method: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Where callbacks and reports go. `reply` says what is answered: a status and a body; None: the line is cut."""

    address: str = ""
    heard: list[Heard] = field(default_factory=list)
    reply: Callable[[Heard], tuple[int, bytes] | None] = lambda _heard: (200, b"")


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard(self.command, dict(parse_qsl(urlsplit(self.path).query)), headers, body)
            receiver.heard.append(heard)
            said = receiver.reply(heard)
            if said is not None:
                self.send_response(said[0])
                self.end_headers()
                self.wfile.write(said[1])

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):  # whoever called did not wait
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.address = f"http://127.0.0.1:{server.server_port}/called"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
