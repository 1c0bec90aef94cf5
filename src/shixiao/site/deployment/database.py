"""What the database is like: reachable, as this version needs it, on a disk that can hold it, with a worker."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from shixiao.engine.bilingual import Text
from shixiao.ledger import heartbeats
from shixiao.ledger.models import Event
from shixiao.site import starting
from shixiao.site.deployment import machine
from shixiao.site.deployment.concerns import Concern, error, warning

CLOCKS_APART = timedelta(seconds=30)


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
    pending, unknown = starting.pending_migrations(), _unknown_migrations()
    if pending:
        yield _behind(pending)
    if unknown:
        yield _ahead(unknown)
    if connection.vendor == "sqlite":
        yield from _sqlite()
    if not pending:
        yield from _clocks(now)
        yield from _worker(now)


# ---- its version -----------------------------------------------------------------------------------------------


def _unknown_migrations() -> tuple[str, ...]:
    """Migrations of our rooms that a newer version of the program made."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    rooms = {label for label, _ in known}
    applied = [key for key in loader.applied_migrations if key[0] in rooms and key not in known]
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return tuple(f"{label}.{name}" for label, name in sorted(set(applied) - replaced))


def _behind(pending: tuple[str, ...]) -> Concern:
    return error(
        "site.migrations",
        Text(
            f"数据库比程序旧，有 {len(pending)} 个迁移没有做（{pending[0]} …）。",
            f"The database is older than the program; migrations to be done: {len(pending)} ({pending[0]} …).",
        ),
        Text("程序会找不到它要的表和列。", "The program would not find the tables and columns it needs."),
        Text(
            "先备份，再运行 shixiao manage migrate；PostgreSQL 上用表的所有者角色（docs/howto/postgresql.md）。",
            "Make a backup and run `shixiao manage migrate`, on PostgreSQL as the role that owns the tables "
            "(docs/howto/postgresql.md).",
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
    newest = Event.objects.order_by("-pk").values_list("recorded_at", flat=True).first()
    if newest is not None and newest > now:
        shown = [
            moment.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M") for moment in (newest, now)
        ]
        yield error(
            "site.clock-back",
            Text(f"台账里最新的事件是 {shown[0]} 记的，现在的时钟是 {shown[1]}。", f"The newest event of the ledger was recorded at {shown[0]}, and the clock shows {shown[1]}."),
            Text("时钟倒退过，或曾经走快：先后顺序会不可信。", "The clock was set back, or had run ahead: the order of events could not be trusted."),
            Text("校准时钟（NTP），等它走过那个时间再启动。", "Set the clock (NTP), and start when it has passed that time."),
        )  # fmt: skip
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


def _name() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def _ask(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        (answer,) = cursor.fetchone()
    return answer
