"""Whether what is recorded today would still be there tomorrow: the age of the last backup, and of the last drill that was green."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from shixiao.engine.bilingual import Text
from shixiao.site.backup import recording
from shixiao.site.backup.recording import Noted
from shixiao.site.deployment.concerns import Concern, warning

OLDEST_BACKUP = timedelta(hours=36)  # one a day, and a night may be missed
OLDEST_DRILL = timedelta(days=35)  # one a month


def concerns(*, now: datetime) -> Iterator[Concern]:
    """One after the other. Warnings: a new installation has none yet, and is not kept from starting."""
    standing = recording.standing()
    if standing.backup is None or now - standing.backup.at > OLDEST_BACKUP:
        yield _backup(standing.backup)
    if standing.drill is not None and standing.drill.told.get("outcome") == "red":
        yield _red(standing.drill)
    elif standing.green is None or now - standing.green.at > OLDEST_DRILL:
        yield _drill(standing.green)


def _since(noted: Noted) -> str:
    return noted.at.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%d %H:%M")


def _backup(last: Noted | None) -> Concern:
    what = Text("还没有做过备份。", "No backup was ever made.")
    if last is not None:
        what = Text(f"最近一次备份是 {_since(last)}。", f"The last backup was made at {_since(last)}.")
    return warning(
        "site.backup",
        what,
        Text("磁盘坏了，从那以后记的就都没有了。", "When the disk breaks, everything recorded since is gone."),
        Text(
            "每天运行 shixiao backup --to 另一个磁盘 --keep 14（docs/howto/backup.md）。",
            "Run `shixiao backup --to ANOTHER-DISK --keep 14` every day (docs/howto/backup.md).",
        ),
    )


def _drill(last: Noted | None) -> Concern:
    what = Text("还没有一次恢复演练通过。", "No restore drill was ever green.")
    if last is not None:
        what = Text(
            f"最近一次通过的恢复演练是 {_since(last)}。", f"The last green restore drill was held at {_since(last)}."
        )
    return warning(
        "site.drill",
        what,
        Text("没有恢复过的备份，不知道能不能用。", "Nobody knows whether a backup works that was never restored."),
        Text(
            "每月运行 shixiao drill（docs/howto/backup.md）。",
            "Run `shixiao drill` every month (docs/howto/backup.md).",
        ),
    )


def _red(last: Noted) -> Concern:
    places = ", ".join(str(each) for each in last.told.get("places", [])[:3])
    return warning(
        "site.drill-red",
        Text(
            f"最近一次恢复演练（{_since(last)}）不通过：{places}。",
            f"The last restore drill ({_since(last)}) was red: {places}.",
        ),
        Text("这份备份恢复不出原来的数据。", "That backup does not give back what was there."),
        Text("马上做一份新的备份并演练它，再查明原因。", "Make a new backup at once, drill it, and find out why."),
    )
