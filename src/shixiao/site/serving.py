"""`shixiao web` and `shixiao serve`: check, make ready, and serve until told to stop.

`web` is for production: it changes nothing in the database and refuses what the deploy check finds. `serve` is for
one machine: it migrates, and runs the worker beside the server. Neither needs make or the source tree: everything
they use is inside the installed package.
"""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shixiao.engine.bilingual import Text

WORKERS = 2
THREADS = 3  # of each worker; SQLite has one writer at a time, and a page is mostly Python
STOP_AFTER = 10  # seconds that a request under way gets after SIGTERM or Ctrl-C
THIS_MACHINE, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 - only where somebody asks for it

Say = Callable[[Text], object]


class CannotServe(Exception):
    """The server does not start; `text` says why and what to do next, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True)
class Place:
    """Where to listen, and with which file of key and certificates when it speaks HTTPS itself."""

    host: str
    port: int
    certificate: Path | None = None

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
        shown = "localhost" if self.host in (EVERYWHERE, "::") else self.host
        host = f"[{shown}]" if ":" in shown else shown
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}"


def web(*, host: str | None, port: int, is_lan: bool, say: Say, workers: int = WORKERS, threads: int = THREADS) -> int:
    """Serve pages in production until SIGTERM or Ctrl-C, then finish what is under way; returns the exit status.

    `say` gets each line for the person at the terminal. Raises `CannotServe` before anything is changed when the port
    is taken or the address and the settings do not fit; when the deploy check finds errors, unless only this machine
    (a proxy on it) is served; and always for a demonstration, or a database that is not as this version needs it.
    """
    _check_size(workers=workers, threads=threads)
    place = _place(host, port, is_lan=is_lan)
    _check_place(place)
    _check_exposure(place, is_demo=False, is_lan=is_lan)
    place = _certified(place, say=say) if is_lan else place
    _set_up_django()
    with _ready():
        _refuse_unfit(place, say=say)
        _prepare_pages(say)
    _announce(place, say)
    _listen(place, workers=workers, threads=threads)
    return 0


def serve(*, host: str | None, port: int, is_demo: bool, is_lan: bool, say: Say) -> int:
    """Serve pages and run a worker beside the server, until SIGTERM or Ctrl-C; returns the exit status.

    The database is made and migrated when it is not there yet. Raises `CannotServe` as `web` does; but whoever serves
    only this machine may do so with a demonstration in the database.
    """
    from shixiao.site.supervising import SupervisedWorker

    place = _place(host, port, is_lan=is_lan)
    _check_place(place)
    _check_exposure(place, is_demo=is_demo, is_lan=is_lan)
    os.environ["SHIXIAO_DEMO"] = "1" if is_demo else "0"
    place = _certified(place, say=say) if is_lan else place
    _set_up_django()
    with _ready():
        _prepare_database(is_demo=is_demo, say=say)
        if not place.is_local:
            _refuse_unfit(place, say=say)
        _prepare_pages(say)
    with SupervisedWorker():
        _announce(place, say)
        _listen(place, workers=WORKERS, threads=THREADS)
    return 0


# ---- where -----------------------------------------------------------------------------------------------------


def _place(host: str | None, port: int, *, is_lan: bool) -> Place:
    return Place(host or (EVERYWHERE if is_lan else THIS_MACHINE), port)


def _check_size(*, workers: int, threads: int) -> None:
    if not (0 < workers <= 256 and 0 < threads <= 256):
        raise CannotServe(
            Text("--workers 和 --threads 在 1 到 256 之间。", "--workers and --threads are between 1 and 256.")
        )


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


def _check_exposure(place: Place, *, is_demo: bool, is_lan: bool) -> None:
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
    if not is_lan and not os.environ.get("SHIXIAO_HOSTS"):
        raise CannotServe(
            Text(
                "对外服务前，请在 SHIXIAO_HOSTS 里写明别人用什么名字访问，如 SHIXIAO_HOSTS=jixiao.example.cn,10.1.2.3。",
                "Before serving others, say in SHIXIAO_HOSTS by which names they come: SHIXIAO_HOSTS=plans.example.cn,10.1.2.3.",
            )
        )


def _certified(place: Place, *, say: Say) -> Place:
    """The same place with HTTPS; its names go into the environment, and what a phone must know is said."""
    from datetime import UTC, datetime

    from shixiao.site import certificates, folders, lan

    home = folders.home()
    try:
        made = lan.prepare(home, now=datetime.now(UTC))
    except certificates.BrokenCertificates as broken:
        raise CannotServe(
            Text(
                f"证书文件 {broken} 读不出来。请从备份恢复它；或删除 {home / lan.FOLDER} 重新启动，并在每台设备上重新安装证书。",
                f"The certificates in {broken} cannot be read. Restore the file from the backup; or delete "
                f"{home / lan.FOLDER}, start again, and install the new certificate on every device.",
            )
        ) from None
    lan.explain(made, port=place.port, say=say)
    return Place(place.host, place.port, made.server)


# ---- what must be in order before ------------------------------------------------------------------------------


def _set_up_django() -> None:
    """The environment is what the workers, processes of their own, inherit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    os.environ["SHIXIAO_STATIC_COLLECTED"] = "1"
    # It takes half a second: whoever mistyped the port need not wait for it.
    import django

    django.setup()


@contextmanager
def _ready() -> Iterator[None]:
    """What is not ready becomes `CannotServe`; no connection to the database is handed on to the workers."""
    from django.db import connections

    from shixiao.site import starting

    try:
        yield
    except starting.NotReady as error:
        raise CannotServe(error.text) from error
    finally:
        connections.close_all()


def _prepare_database(*, is_demo: bool, say: Say) -> None:
    from django.utils import timezone

    from shixiao.site import demonstration, starting

    _upgrade(say)
    starting.prepare_database()
    starting.take_in_calendars(now=timezone.now())
    starting.take_in_gauges(now=timezone.now())
    if is_demo:
        demonstration.begin(say=say, now=timezone.now())


def _upgrade(say: Say) -> None:
    """A database of an older version is backed up before it is migrated; one of a newer version is refused."""
    from django.utils import timezone

    from shixiao.site import starting
    from shixiao.site.backup import folder, refusals, tables, upgrading

    with starting.in_words():
        if not tables.applied():  # a new one has nothing to lose
            return
        try:
            done = upgrading.upgrade(folder.default(), now=timezone.now())
        except (refusals.CannotBackUp, upgrading.NotUpgraded) as refused:
            raise CannotServe(refused.text) from refused
    if done.backup is not None:
        number, where = len(done.migrations), done.backup.path
        say(
            Text(
                f"数据库已升级（{number} 个迁移）；升级前的备份在 {where}。",
                f"The database was upgraded (migrations: {number}); the backup made before lies in {where}.",
            )
        )


def _refuse_unfit(place: Place, *, say: Say) -> None:
    """Say what the deploy check finds; refuse to serve others with errors, and anybody with the gravest."""
    from django.utils import timezone

    from shixiao.site import deployment

    found = deployment.examine(now=timezone.now())
    errors = [each for each in found if each.severity is deployment.Severity.ERROR]
    for each in errors:
        say(Text(f"  {each.id}  {each.what.zh}{each.next_step.zh}", f"  {each.id}  {each.what.en} {each.next_step.en}"))
    grave = [each.id for each in errors if each.id in deployment.FORBIDDEN or not place.is_local]
    if grave:
        said = ", ".join(grave)
        raise CannotServe(
            Text(
                f"不启动：部署检查发现错误（{said}）。请按上面的说明处理；全部问题见 shixiao check-deploy。",
                f"Not started: the deploy check found errors ({said}). Do what is said above; `shixiao check-deploy` "
                "lists all there is.",
            )
        )


def _prepare_pages(say: Say) -> None:
    from django.conf import settings
    from django.utils import timezone

    from shixiao.site import metrics, starting

    metrics.forget()
    starting.prepare_static_files()
    starting.prepare_published_files()
    starting.forget_old_sessions(now=timezone.now())
    if not settings.SHIXIAO_DEMO:
        starting.mention_first_account(say)


def _announce(place: Place, say: Say) -> None:
    say(Text(f"实效已就绪：{place.address} (Ctrl-C 停止)", f"Shixiao is ready: {place.address} (Ctrl-C stops it)"))


def _listen(place: Place, *, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels

    Granian(
        "shixiao.site.wsgi:application",
        address=place.host,
        port=place.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=STOP_AFTER,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        ssl_cert=place.certificate,
        ssl_key=place.certificate,  # one file holds both
        ssl_protocol_min=SSLProtocols.tls12,  # older phones and Windows
    ).serve()
