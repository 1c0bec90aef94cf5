"""A network between the product and PostgreSQL that fails as networks do: without a word, or with a reset."""

import socket
import struct
import threading
from contextlib import suppress
from urllib.parse import urlsplit

CHUNK = 1 << 16


class _Line:
    """One connection through the pipe. While `is_dead` it stays open, and nothing comes through."""

    def __init__(self, pipe: "Pipe", near: socket.socket, far: socket.socket) -> None:
        self.pipe, self.near, self.far = pipe, near, far
        self.is_dead = False
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while content := source.recv(CHUNK):
                if self.is_dead:
                    continue
                if source is self.near and self.pipe.loses_answer_to and self.pipe.loses_answer_to in content:
                    self.pipe.loses_answer_to = b""
                    target.sendall(content)
                    self.is_dead = True
                    continue
                target.sendall(content)
        if not self.is_dead:
            self.close()

    def close(self) -> None:
        for each in (self.near, self.far):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def reset(self) -> None:
        """As a firewall does that forgot the connection."""
        for each in (self.near, self.far):
            with suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.close()


class Pipe:
    """Hands on what comes to `port` to the server of `url`."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._ear.getsockname()[1]
        self.loses_answer_to = b""  # the next question with these bytes is handed on, and nothing comes back
        self._lines: list[_Line] = []
        self._is_dead = False
        self._waiting: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def through(self, url: str) -> str:
        """What DATABASE_URL says to go through it to a database of that server."""
        told = urlsplit(url)
        return f"{told.scheme}://{told.username}@127.0.0.1:{self.port}{told.path}"

    def die(self) -> None:
        """From now on nothing comes through, and nobody is told: connections stay open, new ones are taken and hang."""
        self._is_dead = True
        for line in self._lines:
            line.is_dead = True

    def revive(self) -> None:
        """New connections come through. Those that died stay dead."""
        self._is_dead = False

    def reset(self) -> None:
        """Every connection is reset; new ones come through."""
        for line in self._lines:
            line.reset()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._ear.accept()
                if self._is_dead:
                    self._waiting.append(near)
                    continue
                far = socket.create_connection((self._url.hostname or "", self._url.port or 0))
                self._lines.append(_Line(self, near, far))

    def close(self) -> None:
        """Nothing is open any more."""
        self._ear.close()
        for line in self._lines:
            line.close()
        for each in self._waiting:
            each.close()
