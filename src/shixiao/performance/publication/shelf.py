"""Published files below SHIXIAO_HOME/published, made from the database at any time to the same bytes.

The database is what a backup carries and what nobody can change; these files are why a published page costs no query. They are made when
something is published or withdrawn, when the server starts, and when somebody asks for one that is not there.
"""

import gzip
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from shixiao.engine import bundles
from shixiao.engine.bilingual import CHINESE, ENGLISH
from shixiao.performance.models import Publication, Withdrawal
from shixiao.performance.publication import pages
from shixiao.performance.publication.feed import feed

STATE, GONE, MAKING = ".state", "withdrawn", ".making-"
MOST_AGAIN = 5
_LIGHT = ("id", "year", "office", "number", "as_of", "title", "bundle_hash", "is_simulated", "restatements", "made_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A publication as lists show it. `newer` is the address of the one in whose place it stands no more."""

    key: int
    address: str
    title: str
    as_of: date
    made_at: datetime
    bundle_hash: str
    is_simulated: bool
    restatements: int
    withdrawal: Withdrawal | None
    newer: str

    @property
    def made_on(self) -> date:
        """The local day."""
        return timezone.localtime(self.made_at).date()

    @property
    def withdrawn_on(self) -> date | None:
        """The local day on which it was withdrawn."""
        return timezone.localtime(self.withdrawal.made_at).date() if self.withdrawal else None

    @property
    def changed_at(self) -> datetime:
        """When it last changed what it says."""
        return self.withdrawal.made_at if self.withdrawal else self.made_at


def listed() -> list[Listed]:
    """All publications, the newest first; two statements."""
    rows = list(Publication.objects.only(*_LIGHT).order_by("-id"))
    gone = {each.publication_id: each for each in Withdrawal.objects.all()}
    newest: dict[tuple[int, str], str] = {}
    found = []
    for row in rows:
        line = (row.year, row.office)
        found.append(
            Listed(
                key=row.pk,
                address=row.address,
                title=row.title,
                as_of=row.as_of,
                made_at=row.made_at,
                bundle_hash=row.bundle_hash,
                is_simulated=row.is_simulated,
                restatements=row.restatements,
                withdrawal=gone.get(row.pk),
                newer=newest.get(line, ""),
            )
        )
        if row.pk not in gone:
            newest.setdefault(line, row.address)
    return found


def state() -> str:
    """What the files were made from: changes with every publication and withdrawal. Two statements."""
    several = (Publication.objects.aggregate(last=Max("id")), Withdrawal.objects.aggregate(last=Max("id")))
    return " ".join(str(each["last"] or 0) for each in several)


def is_fresh() -> bool:
    """The files are those of what the database has now."""
    mark: Path = settings.SHIXIAO_PUBLISHED / STATE
    return mark.is_file() and mark.read_text(encoding="ascii") == state()


def fill() -> None:
    """Make every file that is not as it should be, and take away those that should not be there. A file is there whole or not at all."""
    root: Path = settings.SHIXIAO_PUBLISHED
    root.mkdir(parents=True, exist_ok=True)
    for _again in range(MOST_AGAIN):
        made_from = state()
        _fill(root)
        _put(root / STATE, made_from.encode("ascii"), timezone.now())
        if (
            state() == made_from
        ):  # else somebody published or withdrew meanwhile, and this may have overwritten what he made
            return


def _fill(root: Path) -> None:
    wanted = set()
    for name, content, changed_at in _everything():
        wanted.add(name)
        _put(root / name, content, changed_at)
    kept = {parent for name in wanted for parent in (root / name).parents}
    for path in sorted(root.rglob("*"), reverse=True):
        name = path.relative_to(root).as_posix()
        # Another process may be filling it, too: what it is just making is its own.
        if path.is_dir():
            if path not in kept:
                with suppress(OSError):
                    path.rmdir()
        elif name not in wanted and name != STATE and not path.name.startswith(MAKING):
            path.unlink(missing_ok=True)


def _everything() -> Iterator[tuple[str, bytes, datetime]]:
    """Every file with its name, its content and when it changed last."""
    every = listed()
    since = max(
        (each.changed_at for each in every), default=datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone())
    )
    is_simulated = any(each.is_simulated for each in every)
    for language, prefix in ((CHINESE, ""), (ENGLISH, "en/")):
        text = pages.index(every, language=language, is_simulated=is_simulated)
        yield f"{prefix}index.html", text.encode(), since
    yield "feed.xml", feed(every, since=since), since
    for name, content in (
        *pages.dress().items(),
        ("verify.py", bundles.verifier()),
        ("bundle-1.schema.json", bundles.schema()),
    ):
        yield name, content, since
    for each in every:
        yield from _withdrawn(each) if each.withdrawal else _published(each, every)


def _published(one: Listed, every: list[Listed]) -> Iterator[tuple[str, bytes, datetime]]:
    row = Publication.objects.only("bundle", "table", "page_zh", "page_en").get(pk=one.key)
    changed = next((each.made_at for each in every if each.address == one.newer), one.made_at)
    for language, name, stored in ((CHINESE, "index.html", row.page_zh), (ENGLISH, "en/index.html", row.page_en)):
        notice = pages.newer(one.newer, language=language) if one.newer else ""
        text = gzip.decompress(bytes(stored)).replace(pages.BANNER.encode(), notice.encode(), 1)
        yield f"{one.address}/{name}", text, changed
    yield f"{one.address}/bundle.json", gzip.decompress(bytes(row.bundle)), one.made_at
    yield f"{one.address}/indicators.csv", gzip.decompress(bytes(row.table)), one.made_at


def _withdrawn(one: Listed) -> Iterator[tuple[str, bytes, datetime]]:
    for language, name in ((CHINESE, "index.html"), (ENGLISH, "en/index.html")):
        yield f"{one.address}/{name}", pages.withdrawn(one, language=language).encode(), one.changed_at
    yield f"{one.address}/{GONE}", b"", one.changed_at


def _put(path: Path, content: bytes, changed_at: datetime) -> None:
    moment = changed_at.timestamp()
    with suppress(OSError):
        if path.stat().st_mtime == moment and path.read_bytes() == content:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=MAKING)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    made = Path(name)
    made.chmod(0o644)
    os.utime(made, (moment, moment))
    made.replace(path)
