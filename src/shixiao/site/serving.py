"""`shixiao serve`: check, migrate, collect, and serve until told to stop.

It needs neither make nor the source tree: everything it uses is inside the installed package.
"""

import ipaddress
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass

from shixiao.engine.bilingual import Text

WORKERS = 2
THREADS = 3  # of each worker; SQLite has one writer at a time, and a page is mostly Python
STOP_AFTER = 10  # seconds that a request under way gets after SIGTERM or Ctrl-C


class CannotServe(Exception):
    """The server does not start; `text` says why and what to do next, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True)
class Place:
    """Where to listen. `is_local` is an address that only this machine reaches."""

    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Only this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def address(self) -> str:
        """What to type into a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def serve(*, host: str, port: int, is_demo: bool, say: Callable[[Text], object]) -> int:
    """Serve until SIGTERM or Ctrl-C, then finish what is under way; returns the exit status.

    `say` gets each line for the person at the terminal. Raises `CannotServe` before anything is changed when
    the port is taken or the address and the settings do not fit, and afterwards when the database is not ready.
    """
    place = Place(host, port)
    _check_place(place)
    _check_exposure(place, is_demo=is_demo)
    _prepare(place, is_demo=is_demo, say=say)
    say(Text(f"实效已就绪：{place.address} (Ctrl-C 停止)", f"Shixiao is ready: {place.address} (Ctrl-C stops it)"))
    _listen(place)
    return 0


def _check_place(place: Place) -> None:
    """Nobody else is there. Without SO_REUSEADDR a port just left would look taken, so it is set as servers do."""
    if not 0 < place.port < 65536:
        raise CannotServe(
            Text(
                f"没有 {place.port} 号端口。请选 1 到 65535。",
                f"There is no port {place.port}; take one of 1 to 65535.",
            )
        )
    try:
        family, kind, protocol, _name, where = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(where)
    except PermissionError:
        raise CannotServe(
            Text(
                f"没有权限使用端口 {place.port}。请选 1024 以上的端口，如 --port 8000。",
                f"Port {place.port} may not be used by this account. Take one above 1024, such as --port 8000.",
            )
        ) from None
    except OSError as error:
        raise CannotServe(_occupied(place, error)) from None


def _occupied(place: Place, error: OSError) -> Text:
    if isinstance(error, socket.gaierror):
        return Text(
            f"这台机器上没有地址 {place.host}。请检查 --host。",
            f"This machine has no address {place.host}. Check --host.",
        )
    other = place.port + 1 if place.port < 65535 else 8000
    return Text(
        f"端口 {place.port} 已被占用（{error.strerror}）。请停掉占用它的程序，或换一个端口，如 --port {other}。",
        f"Port {place.port} is taken ({error.strerror}). Stop the program that holds it, or take another: --port {other}.",
    )


def _check_exposure(place: Place, *, is_demo: bool) -> None:
    """Demonstration accounts have a public password; and a server for others must know its own name."""
    if place.is_local:
        return
    if is_demo:
        raise CannotServe(
            Text(
                f"演示账号的密码是公开的，不能在 {place.host} 上对外服务。请去掉 --demo，或用 --host 127.0.0.1。",
                f"The demonstration's password is public, so it cannot serve others on {place.host}. Leave out --demo, "
                "or use --host 127.0.0.1.",
            )
        )
    if not os.environ.get("SHIXIAO_HOSTS"):
        raise CannotServe(
            Text(
                "对外服务前，请在 SHIXIAO_HOSTS 里写明别人用什么名字访问，如 SHIXIAO_HOSTS=jixiao.example.cn,10.1.2.3。",
                "Before serving others, say in SHIXIAO_HOSTS by which names they come: SHIXIAO_HOSTS=plans.example.cn,10.1.2.3.",
            )
        )


def _prepare(place: Place, *, is_demo: bool, say: Callable[[Text], object]) -> None:
    """The environment is what the workers, processes of their own, inherit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    os.environ["SHIXIAO_STATIC_COLLECTED"] = "1"
    os.environ["SHIXIAO_DEMO"] = "1" if is_demo else "0"
    # These load Django, which takes half a second: whoever mistyped the port need not wait for it.
    import django
    from django.db import connections
    from django.utils import timezone

    django.setup()
    from shixiao.site import starting

    try:
        starting.prepare_database()
        starting.prepare_static_files()
        starting.forget_old_sessions(now=timezone.now())
        if is_demo:
            from shixiao.site import demonstration

            demonstration.begin(say=say, now=timezone.now())
        else:
            starting.mention_first_account(say)
    except starting.NotReady as error:
        raise CannotServe(error.text) from error
    finally:
        connections.close_all()


def _listen(place: Place) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "shixiao.site.wsgi:application",
        address=place.host,
        port=place.port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_AFTER,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()
