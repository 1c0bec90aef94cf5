"""What the database is like: reachable, as this version needs it, on a disk that can hold it, with a worker."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from shixiao.engine.bilingual import Text
from shixiao.ledger import clocks, heartbeats
from shixiao.site import starting
from shixiao.site.deployment import machine
from shixiao.site.deployment.concerns import Concern, error, warning

CLOCKS_APART = timedelta(seconds=30)
REMEMBERED = timedelta(days=7)  # so long a clock that was set back is told


def unreachable() -> Concern | None:
    """The database cannot be asked at all; None is good."""
    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":  # opening it reads nothing
            _ask("PRAGMA schema_version")
    except DatabaseError as refused:
        said = str(refused).strip().partition("\n")[0]
        return error(
            "site.database",
            Text(f"连不上数据库 {_name()}：{said}。", f"The database {_name()} cannot be used: {said}."),
            Text("没有数据库，什么都不能做。", "Without it nothing can be done."),
            Text(
                "检查 DATABASE_URL、数据库是否在运行、数据文件夹是否可写。",
                "Check DATABASE_URL, whether the server runs, and whether the data folder can be written.",
            ),
        )
    return None


def concerns(*, now: datetime) -> Iterator[Concern]:
    """One after the other; whatever needs tables is asked only when they are as this version needs them."""
    pending, unknown = starting.pending_migrations(), starting.unknown_migrations()
    if pending:
        yield _behind(pending)
    if unknown:
        yield _ahead(unknown)
    if connection.vendor == "sqlite":
        yield from _sqlite()
    if not pending:
        yield from _clocks(now)
        yield from _worker(now)
        yield from _workers(now)


# ---- its version -----------------------------------------------------------------------------------------------


def _behind(pending: tuple[str, ...]) -> Concern:
    return error(
        "site.migrations",
        Text(
            f"数据库比程序旧，有 {len(pending)} 个迁移没有做（{pending[0]} …）。",
            f"The database is older than the program; migrations to be done: {len(pending)} ({pending[0]} …).",
        ),
        Text("程序会找不到它要的表和列。", "The program would not find the tables and columns it needs."),
        Text(
            "运行 shixiao upgrade，它先备份再迁移；PostgreSQL 上用表的所有者角色（docs/howto/postgresql.md）。",
            "Run `shixiao upgrade`, which makes a backup before it migrates (`shixiao manage migrate` makes none); on PostgreSQL as the role "
            "that owns the tables (docs/howto/postgresql.md).",
        ),
    )


def _ahead(unknown: tuple[str, ...]) -> Concern:
    return error(
        "site.newer-database",
        Text(
            f"数据库比程序新：程序不认识 {', '.join(unknown)}。",
            f"The database is newer than the program, which does not know {', '.join(unknown)}.",
        ),
        Text(
            "旧程序会按旧规则写新的表。",
            "An old program would write the new tables by the old rules.",
        ),
        Text("安装新版本的程序，或恢复升级前的备份。", "Install the newer program, or restore the backup made before."),
    )


# ---- SQLite ----------------------------------------------------------------------------------------------------


def _sqlite() -> Iterator[Concern]:
    path = Path(_name()).absolute()
    if kind := machine.network_file_system(path.parent):
        yield error(
            "site.sqlite-network",
            Text(f"SQLite 数据库在网络磁盘上（{kind}）。", f"The SQLite database lies on a network disk ({kind})."),
            Text("网络磁盘的锁不可靠，数据会损坏。", "Locks over a network do not hold, and the file gets corrupted."),
            Text(
                "把数据文件夹（SHIXIAO_HOME）移到本机磁盘，或改用 PostgreSQL（docs/howto/postgresql.md）。",
                "Move the data folder (SHIXIAO_HOME) to a disk of this machine, or take PostgreSQL "
                "(docs/howto/postgresql.md).",
            ),
        )
    mode = _ask("PRAGMA journal_mode")
    if mode != "wal":
        yield error(
            "site.sqlite-wal",
            Text(f"SQLite 不能使用 WAL（现在是 {mode}）。", f"SQLite cannot use WAL (it uses {mode})."),
            Text("有人保存时，别人都要等。", "Everybody waits while somebody saves."),
            Text(
                "把数据文件夹移到本机的普通磁盘，或改用 PostgreSQL。",
                "Move the data folder to an ordinary disk of this machine, or take PostgreSQL.",
            ),
        )
    yield warning(
        "site.sqlite",
        Text(f"数据库是 SQLite 文件（{path}）。", f"The database is an SQLite file ({path})."),
        Text(
            "能写这个文件的人可以绕过台账的防篡改触发器；同时只有一个人能保存。",
            "Whoever may write the file can get around the triggers that guard the ledger; and one person saves at a time.",
        ),
        Text(
            "正式使用请改用 PostgreSQL 和两个角色（docs/howto/postgresql.md）；小单位可以接受，但要管好这台机器的权限。",
            "In production take PostgreSQL with two roles (docs/howto/postgresql.md); a small office may accept it, if it "
            "keeps the rights on this machine in order.",
        ),
    )


# ---- clocks, worker --------------------------------------------------------------------------------------------


def _clocks(now: datetime) -> Iterator[Concern]:
    latest = clocks.latest_recorded()
    if latest is not None and latest > now:
        yield _is_back(latest, now)
    elif (found := clocks.last_set_back()) is not None and now - found.before < REMEMBERED:
        yield _was_back(found)
    if connection.vendor != "postgresql":
        return
    apart = abs(_ask("SELECT clock_timestamp()") - timezone.now())
    if apart > CLOCKS_APART:
        seconds = int(apart.total_seconds())
        yield warning(
            "site.clocks-apart",
            Text(f"本机和数据库服务器的时钟相差 {seconds} 秒。", f"The clocks of this machine and of the database are {seconds} s apart."),
            Text("事件的时间以本机为准，与数据库的日志对不上。", "Events take the time of this machine, and the logs of the database do not match."),
            Text("两台机器用同一个 NTP 服务器校时。", "Let both machines follow the same NTP server."),
        )  # fmt: skip


def _is_back(latest: datetime, now: datetime) -> Concern:
    return error(
        "site.clock-back",
        Text(
            f"台账里有 {_shown(latest)} 记的事件，现在的时钟是 {_shown(now)}。",
            f"The ledger has an event that was recorded at {_shown(latest)}, and the clock shows {_shown(now)}.",
        ),
        Text(
            "时钟倒退过，或曾经走快：先后顺序会不可信；那时登记的事项，要过了那个时间才能办理。",
            "The clock was set back, or had run ahead: the order of events could not be trusted, and a case registered then waits until "
            "that moment.",
        ),
        Text(
            "校准时钟（NTP），等它走过那个时间再启动。", "Set the clock (NTP), and start when it has passed that time."
        ),
    )


def _was_back(found: clocks.SetBack) -> Concern:
    return warning(
        "site.clock-was-back",
        Text(
            f"时钟倒退过：{_shown(found.before)} 以后的下一个事件（{found.event} 号）记在 {_shown(found.after)}。",
            f"The clock was set back: after {_shown(found.before)} the next event, number {found.event}, was recorded at "
            f"{_shown(found.after)}.",
        ),
        Text(
            "那段时间里时限可能提前算到期；跨过了午夜的，那天的存档读数冻结得太早，shixiao verify 会列出。",
            "Limits may have passed too early meanwhile; where midnight lay between, the readings of that day were frozen too early, and "
            "`shixiao verify` lists them.",
        ),
        Text(
            "查明时钟为什么走快（NTP），并把那段时间告诉管业务的人。",
            "Find out why the clock ran ahead (NTP), and tell the people whose work it is about that time.",
        ),
    )


def _shown(moment: datetime) -> str:
    return moment.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")


def _worker(now: datetime) -> Iterator[Concern]:
    seen = heartbeats.last_seen(now=now)
    if seen is not None and seen.is_working:
        return
    if seen is None:
        what = Text("从来没有后台进程运行过。", "No worker has ever been seen.")
    else:
        since = seen.seen_at.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")
        doing = Text(f"，当时在执行 {seen.doing}", f", at the job {seen.doing}") if seen.doing else Text("", "")
        what = Text(
            f"{since} 以后没有见到后台进程（{seen.host}:{seen.pid}{doing.zh}）。",
            f"No worker has been seen since {since} ({seen.host}:{seen.pid}{doing.en}).",
        )
    yield warning(
        "site.worker",
        what,
        Text("没有它，到期的时限不会变灯，提醒不会发出。", "Without one no deadline changes its light and no reminder goes out."),
        Text("启动 shixiao worker，或用 shixiao serve（docs/howto/deploy.md）。", "Start `shixiao worker`, or use `shixiao serve` (docs/howto/deploy.md)."),
    )  # fmt: skip


def _workers(now: datetime) -> Iterator[Concern]:
    """Several do no harm: each thing is claimed by one of them. But mostly one was forgotten, of an older version, or on another machine."""
    seen = heartbeats.at_work(now=now)
    if len(seen) < 2:
        return
    said = ", ".join(f"{each.host}:{each.pid}" for each in seen)
    yield warning(
        "site.workers",
        Text(
            f"有 {len(seen)} 个后台进程同时在运行（{said}）。",
            f"Workers running at the same time: {len(seen)} ({said}).",
        ),
        Text(
            "不会重复办理，每件事只由一个进程领走；但多半是忘了停掉旧的，旧版本的程序会按旧规则办。",
            "Nothing is done twice, since each thing is claimed by one of them; but mostly an old one was forgotten, which works by the "
            "rules of its version.",
        ),
        Text(
            "如果不是有意的，停掉多余的（systemctl stop shixiao-worker，或按进程号）。刚被强行结束的进程，一分钟后就不再列出。",
            "Unless it is meant, stop the others (systemctl stop shixiao-worker, or by the number). One that was killed just now is gone from "
            "this list after a minute.",
        ),
    )


def _name() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def _ask(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (answer,) = cursor.fetchone()
    return answer
