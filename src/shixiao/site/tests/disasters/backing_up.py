"""A backup is made, killed, and made again: what is unfinished has no name that `restore` takes, and the house goes on."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings

from shixiao.ledger.models import Event
from shixiao.site.backup import events, folder, manifest, recording, taking
from shixiao.site.tests.disasters import importing
from shixiao.site.tests.disasters.furnishing import BEGUN
from shixiao.site.tests.disasters.scenes import Act, Scene

MOMENT = BEGUN + timedelta(hours=3)


def _earlier_ones() -> None:
    """Two, so that the next one removes one of them."""
    importing._attach()
    for number in range(2):
        taking.take(folder.default(), now=MOMENT - timedelta(minutes=20 - number))


def _back_up() -> None:
    """As `shixiao backup --keep 2` does."""
    taken = taking.take(folder.default(), now=MOMENT, keep=2)
    recording.backed_up(taken, reason="manual", now=MOMENT)


def _again() -> None:
    """The next night: there is one more then, in the folder and in the book."""
    taken = taking.take(folder.default(), now=MOMENT, keep=2)
    if not Event.objects.filter(kind=events.BACKED_UP.name).exists():
        recording.backed_up(taken, reason="manual", now=MOMENT)


def _nothing_half() -> list[str]:
    """Every folder with a backup's name is whole, by every sum of it; there were never fewer than two; the book knows only what lies there."""
    root, found = folder.default(), []
    kept = folder.listed(root)
    for each in kept:
        if each.found is None:
            found.append(f"{each.path.name} has the name of a backup and cannot be read")
        else:
            found += [f"{each.path.name}: {damage}" for damage in manifest.damages(each.path, each.found)]
    if not 2 <= len(kept) <= 3:
        found.append(f"{len(kept)} backups are there")
    others = [path.name for path in root.iterdir() if path not in {each.path for each in kept}]
    strange = [name for name in others if not name.startswith((folder.UNFINISHED, folder.GOING, folder.LOCK))]
    found += [f"{name} lies there" for name in strange]
    told = Event.objects.filter(kind=events.BACKED_UP.name)
    names = {each.path.name for each in kept}
    found += [
        f"{event.particulars['backup']} is told and not there"
        for event in told
        if event.particulars["backup"] not in names
    ]
    return found


def _as_before() -> list[str]:
    """After the next backup: two whole ones and nothing else."""
    root = Path(settings.SHIXIAO_BACKUPS)
    found = _nothing_half()
    left = sorted(path.name for path in root.iterdir() if not folder.WHOLE.fullmatch(path.name))
    return found + ([f"left: {left}"] if left != [folder.LOCK] else [])


SCENES = (
    Scene(
        "backup",
        "a backup is made beside two others, of which the oldest goes (`shixiao backup --keep 2`)",
        MOMENT,
        (Act("backup", _back_up, again=_again),),
        prepare=_earlier_ones,
        check=_nothing_half,
        finally_=_as_before,
    ),
)
