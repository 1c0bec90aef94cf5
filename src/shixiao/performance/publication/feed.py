"""The Atom feed of what was published, restated and withdrawn. It is written by hand: fifteen lines of XML need no library."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings

if TYPE_CHECKING:
    from shixiao.performance.publication.shelf import Listed

MOST = 100


def feed(every: Sequence["Listed"], *, since: datetime) -> bytes:
    """The newest changes first: a withdrawal is an entry of its own, so that a reader who has the first one learns of it."""
    entries = sorted(_entries(every), key=lambda each: each[0], reverse=True)[:MOST]
    base = settings.SHIXIAO_ADDRESS
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-Hans">',
        "<title>绩效公开 · Published performance</title>",
        f"<id>{escape(base)}/published/</id>",
        f"<updated>{since.isoformat()}</updated>",
        "<author><name>实效</name></author>",
        f"<link rel={quoteattr('self')} href={quoteattr(f'{base}/published/feed.xml')}/>",
        *(text for _moment, text in entries),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entries(every: Sequence["Listed"]) -> Iterator[tuple[datetime, str]]:
    for each in every:
        mark = "〔模拟〕" if each.is_simulated else ""
        restated = f"，含更正读数 {each.restatements} 处 · with restated readings" if each.restatements else ""
        if each.withdrawal is None:
            said = f"数据截至 {each.as_of.isoformat()}{restated}。SHA-256 {each.bundle_hash}"
            yield each.made_at, _entry(each, "published", f"{mark}{each.title}", said, each.made_at)
        else:
            said = f"已撤回 · Withdrawn：{each.withdrawal.reason}。SHA-256 {each.bundle_hash}"
            title = f"{mark}已撤回 · Withdrawn：{each.address}"
            yield each.withdrawal.made_at, _entry(each, "withdrawn", title, said, each.withdrawal.made_at)


def _entry(each: "Listed", what: str, title: str, said: str, moment: datetime) -> str:
    address = f"{settings.SHIXIAO_ADDRESS}/published/{each.address}/"
    return (
        f"<entry><id>{escape(address)}#{what}</id><title>{escape(title)}</title><updated>{moment.isoformat()}</updated>"
        f"<link href={quoteattr(address)}/><summary>{escape(said)}</summary></entry>"
    )
