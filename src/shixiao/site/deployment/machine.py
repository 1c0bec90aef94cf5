"""What the machine is like: the data folder, the disk, the clock, the account that runs the program."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from shixiao.engine.bilingual import Text
from shixiao.site.deployment.concerns import Concern, error, warning

MEGABYTE = 1024 * 1024
DISK_WARNING, DISK_ERROR = 1024 * MEGABYTE, 100 * MEGABYTE
BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # no clock that is right shows an earlier day
FARTHEST = datetime(2100, 1, 1, tzinfo=UTC)


def concerns(*, now: datetime) -> Iterator[Concern]:
    """One after the other."""
    home = Path(settings.HOME)
    yield from _folder(home)
    yield from _disk(shutil.disk_usage(home).free, home)
    yield from _clock(now)
    yield from _zone(now, settings.MACHINE_OFFSET)
    if os.name == "posix" and os.geteuid() == 0:
        yield _ROOT


def _folder(home: Path) -> Iterator[Concern]:
    if not os.access(home, os.W_OK | os.X_OK):
        yield error(
            "site.folder",
            Text(f"数据文件夹 {home} 不可写。", f"The data folder {home} cannot be written."),
            Text("数据库、附件和证书都放在里面。", "Database, attachments and certificates lie in it."),
            Text(f"用运行程序的账号拥有它：chown -R 账号 {home}", f"Let the account that runs the program own it: chown -R ACCOUNT {home}"),
        )  # fmt: skip
    mode = stat.S_IMODE(home.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        kind = error if mode & 0o027 else warning
        yield kind(
            "site.folder-mode",
            Text(f"数据文件夹 {home} 的权限是 {mode:04o}。", f"The data folder {home} has the mode {mode:04o}."),
            Text(
                "这台机器上别的账号可以看到或改动里面的数据。",
                "Other accounts of this machine can read or change what is in it.",
            ),
            Text(f"chmod 700 {home}", f"chmod 700 {home}"),
        )


def _disk(free: int, home: Path) -> Iterator[Concern]:
    if free >= DISK_WARNING:
        return
    kind = error if free < DISK_ERROR else warning
    yield kind(
        "site.disk",
        Text(f"{home} 所在磁盘只剩 {free // MEGABYTE} MB。", f"The disk of {home} has {free // MEGABYTE} MB left."),
        Text("磁盘满了以后什么都记不下来。", "On a full disk nothing can be recorded."),
        Text("清理磁盘，或把数据文件夹移到大一些的磁盘。", "Make room, or move the data folder to a larger disk."),
    )


def _clock(now: datetime) -> Iterator[Concern]:
    if BUILT <= now < FARTHEST:
        return
    shown = now.date().isoformat()
    yield error(
        "site.clock",
        Text(f"这台机器的时钟是 {shown}。", f"The clock of this machine shows {shown}."),
        Text("时限、登记时间和证书都会错。", "Deadlines, times of recording and certificates would all be wrong."),
        Text("先校准时钟（NTP），再启动。", "Set the clock (NTP), then start."),
    )


def _zone(now: datetime, here: timedelta) -> Iterator[Concern]:
    """`here`: how far the machine's own clock is ahead of UTC, as it was before Django took the process to TIME_ZONE."""
    house = now.astimezone(timezone.get_default_timezone()).utcoffset()
    if here == house:
        return
    yield warning(
        "site.time-zone",
        Text(f"这台机器的时区不是 {settings.TIME_ZONE}。", f"The machine's time zone is not {settings.TIME_ZONE}."),
        Text(
            "页面和时限不受影响，但别的程序和系统日志写的是另一个时间。",
            "Pages and deadlines are right, but other programs and the logs of the system write another time.",
        ),
        Text(f"timedatectl set-timezone {settings.TIME_ZONE}", f"timedatectl set-timezone {settings.TIME_ZONE}"),
    )


_ROOT = warning(
    "site.root",
    Text("程序由 root 运行。", "The program runs as root."),
    Text("它若被攻破，整台机器都受影响。", "Whoever broke into it would own the machine."),
    Text("为它建一个账号（docs/howto/deploy.md）。", "Make an account for it (docs/howto/deploy.md)."),
)


# ---- file systems ----------------------------------------------------------------------------------------------

# Locks over a network are not what SQLite needs, and WAL needs shared memory, which no two machines have.
NETWORK = frozenset(
    "nfs nfs4 cifs smb3 smbfs ncpfs afs ceph glusterfs lustre 9p fuse.sshfs fuse.glusterfs fuse.ceph fuse.davfs "
    "fuse.rclone fuse.s3fs davfs webdav afpfs".split()
)
MOUNTS = Path("/proc/self/mountinfo")


def network_file_system(path: Path) -> str:
    """The kind of network file system that `path` lies on, "" when it is none or nobody can say."""
    if sys.platform == "win32":
        return "smb" if str(path).startswith("\\\\") else ""
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # macOS has no such list
        return ""
    kind = kind_of(path, mounts)
    return kind if kind in NETWORK else ""


def kind_of(path: Path, mounts: str) -> str:
    """The file system of the deepest mount above `path`, by the list the kernel keeps (proc(5), mountinfo)."""
    found: tuple[int, str] = (-1, "")
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(_unescaped(before.split(" ")[4]))
        if path.is_relative_to(point) and len(point.parts) >= found[0]:
            found = (len(point.parts), after.split(" ")[0])
    return found[1]


def _unescaped(word: str) -> str:
    """The kernel writes blanks and the like as `\\040`."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        word = word.replace(code, character)
    return word
