"""Making an installation ready: the database as this version needs it, guarded; static files; the demonstration.

Whatever is wrong is said in one sentence with the next step, in both languages (`NotReady`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from io import StringIO

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from shixiao import __version__
from shixiao.casework import changing_calendars
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import CATALOGUE, Measure
from shixiao.ledger import gauges, guard
from shixiao.ledger.models import Gauge
from shixiao.people.models import User
from shixiao.site import static_files


class NotReady(Exception):
    """The server or a command cannot begin. `text` says what is the matter and what to do next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def prepare_database() -> None:
    """Bring the database to this version and make sure that what is append-only is guarded.

    A trigger that is gone although nothing was migrated is not put back in silence: somebody took it away.
    """
    with in_words():
        guard.verify()
        refuse_newer()
        if pending_migrations():
            call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
            guard.verify()


def require_database() -> None:
    """The database is as this version needs it, and guarded; nothing is changed. In production whoever runs the
    program may not migrate (docs/howto/postgresql.md), and two processes that start at once would migrate twice."""
    with in_words():
        guard.verify()
    require_migrations()


def require_reachable() -> None:
    """The database answers, whatever its version."""
    with in_words():
        connection.ensure_connection()
        pending_migrations()


def require_migrations() -> None:
    """The database is as this version needs it; whether it is guarded is for the caller to see."""
    with in_words():
        refuse_newer()
        if pending := pending_migrations():
            raise NotReady(_behind(pending))


@contextmanager
def in_words() -> Iterator[None]:
    """What the database refuses becomes `NotReady`."""
    try:
        yield
    except guard.Unguarded as unguarded:
        raise NotReady(_unguarded(unguarded)) from unguarded
    except OperationalError as error:
        raise NotReady(_unreachable(error)) from error
    except DatabaseError as error:
        raise NotReady(_not_migrated(error)) from error


def pending_migrations() -> tuple[str, ...]:
    """The migrations of this version that the database has not seen (`ledger.0001_events`)."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def unknown_migrations() -> tuple[str, ...]:
    """Migrations of our rooms that the database has seen and a newer version of the program made."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    rooms = {label for label, _ in known}
    applied = [key for key in loader.applied_migrations if key[0] in rooms and key not in known]
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return tuple(f"{label}.{name}" for label, name in sorted(set(applied) - replaced))


def refuse_newer() -> None:
    """The program knows every migration that the database has seen. Raises `NotReady`: there is no downgrade."""
    if unknown := unknown_migrations():
        raise NotReady(_ahead(unknown))


def take_in_calendars(*, now: datetime) -> int:
    """The holidays that ship with this version, where they are not known yet: an event, since open deadlines may move.

    Returns 1 when there were some. Of two processes at the same moment one succeeds: a day stands in the table once."""
    return int(changing_calendars.take_in_shipped_days(now=now) is not None)


def take_in_gauges(*, now: datetime) -> int:
    """A gauge for each measure of an installed office that needs to be told nothing, where there is none yet; and where this version's
    measures differ from those of the last one, the worker looks at every case again. Returns how many gauges are new."""
    plain: list[tuple[str, dict[str, str]]] = [
        (name, {})
        for name, each in sorted(CATALOGUE.items())
        if isinstance(each, Measure) and not any(slot.needed for slot in each.slots)
    ]
    before = Gauge.objects.count()
    if plain:
        gauges.put_many(plain, by=None, now=now)
    gauges.follow_program(now)
    return Gauge.objects.count() - before


def prepare_static_files() -> None:
    """Everything under /static/, named by its content and compressed, in the data folder."""
    static_files.collect()


def prepare_published_files() -> None:
    """Everything under /published/, made from the database in the data folder."""
    from shixiao.performance.publication import shelf

    shelf.fill()


def forget_old_sessions(*, now: datetime) -> int:
    """Sessions that ended; returns how many. Nobody else takes them out of the database."""
    forgotten, _ = Session.objects.filter(expire_date__lt=now).delete()
    return forgotten


def mention_first_account(say: Callable[[Text], object]) -> None:
    """In a new installation nobody can sign in: say how to make the first account."""
    if not User.objects.filter(is_active=True, is_demonstration=False).exists():
        say(
            Text(
                "还没有账号。请另开一个终端建立第一个：shixiao manage accounts add 账号 --role officer --display-name 姓名",
                "There is no account yet. Make the first in another terminal: "
                "shixiao manage accounts add NAME --role officer --display-name WORDS",
            )
        )


def sample() -> tuple[str, bytes]:
    """The name and the bytes of the published table that comes with the program."""
    path = files("shixiao.tables") / "samples" / "guangzhou-2026.txt"
    return path.name, path.read_bytes()


def _behind(pending: tuple[str, ...]) -> Text:
    first = f"{pending[0]}" if len(pending) == 1 else f"{pending[0]} … {pending[-1]}"
    return Text(
        f"数据库还不是这个版本的结构，有 {len(pending)} 个迁移没有做（{first}）。请先运行 shixiao manage migrate；"
        "PostgreSQL 上用表的所有者角色（见 docs/howto/postgresql.md）。",
        f"The database is not as this version needs it: migrations to be done: {len(pending)} ({first}). Run `shixiao "
        "manage migrate` first, on PostgreSQL as the role that owns the tables (docs/howto/postgresql.md).",
    )


def _ahead(unknown: tuple[str, ...]) -> Text:
    said = ", ".join(unknown[:3])
    return Text(
        f"数据库比程序新：程序（{__version__}）不认识 {said}。旧程序会按旧规则写新的表，所以不降级。请安装新版本的程序；要回到旧版本，"
        "就把升级前的备份恢复到空的地方（shixiao restore），升级以后记的会没有。",
        f"The database is newer than the program: {__version__} does not know {said}. An old program would write the new tables by the old "
        "rules, so there is no downgrade. Install the newer program; or, to go back to the old version, restore the backup made before "
        "the upgrade into an empty place (`shixiao restore`), without what was recorded since.",
    )


def _unguarded(error: guard.Unguarded) -> Text:
    return Text(
        f"不启动：台账缺少防篡改触发器（{', '.join(guard.missing())}）。请先查明是谁删掉的，再运行 shixiao manage migrate 补上。",
        f"Not started: {error}",
    )


def _unreachable(error: OperationalError) -> Text:
    where, said = settings.DATABASES["default"]["NAME"], str(error).strip().splitlines()[0]
    return Text(
        f"连不上数据库 {where}:{said}。请检查 DATABASE_URL、数据库是否在运行、数据文件夹是否可写。",
        f"The database {where} cannot be used: {said}. Check DATABASE_URL, whether the server runs, and whether the "
        "data folder can be written.",
    )


def _not_migrated(error: DatabaseError) -> Text:
    said = str(error).strip().splitlines()[0]
    return Text(
        f"数据库还不是这个版本的结构，而当前角色不能修改它：{said}。请用表的所有者角色运行 shixiao manage migrate"
        "(见 docs/howto/postgresql.md)。",
        f"The database is not as this version needs it, and the present role may not change it: {said}. Run "
        "`shixiao manage migrate` as the role that owns the tables (docs/howto/postgresql.md).",
    )
