"""Proves an installed Shixiao: it reads, it serves, and its pages bring everything with them.

    ENVIRONMENT/bin/python tools/prove_offline.py

Runs the `shixiao` beside this interpreter, with a data folder of its own, on a port that was free.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

SHIXIAO = str(Path(sys.executable).with_name("shixiao"))
PATIENCE = 90.0
FILE = re.compile(r'(?:href|src)="(/static/[^"#]+)')


def main() -> None:
    """Raises, with what is missing, unless everything is there."""
    sample = files("shixiao") / "tables" / "samples" / "guangzhou-2026.txt"
    told = subprocess.run([SHIXIAO, "check", str(sample)], capture_output=True, check=False)
    if told.returncode not in (0, 1):
        raise SystemExit(told.stderr.decode())
    with tempfile.TemporaryDirectory(prefix="shixiao-proof-", ignore_cleanup_errors=True) as home:
        port = free_port()
        surroundings = os.environ | {"SHIXIAO_HOME": home, "DATABASE_URL": ""}
        server = subprocess.Popen([SHIXIAO, "serve", "--port", str(port)], env=surroundings)
        try:
            walk(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.wait()


def walk(address: str, server: subprocess.Popen[bytes]) -> None:
    """The first page, and every file it asks for; none from elsewhere."""
    page = patiently(f"{address}/", server).decode()
    asked = sorted(set(FILE.findall(page)))
    if not any("tabler" in file for file in asked):
        raise SystemExit("the page does not ask for its style sheet")
    for file in asked:
        fetch(address + file)
    if re.search(r'(?:href|src)="https?://', page):
        raise SystemExit("the page asks for something outside the server")


def patiently(address: str, server: subprocess.Popen[bytes]) -> bytes:
    """The page, as soon as the server answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return fetch(address)
        except URLError:
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit("the server did not start") from None
            time.sleep(0.2)


def fetch(address: str) -> bytes:
    """What an address of this machine answers; raises for anything but success."""
    with urlopen(address, timeout=30) as answer:
        content: bytes = answer.read()
    return content


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


if __name__ == "__main__":
    main()
