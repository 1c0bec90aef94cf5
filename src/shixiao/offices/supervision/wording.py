"""Units and people by the words in which lists and other programs name them. Blanks do not count."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.offices.supervision.asking import leaders
from shixiao.people.models import Unit


def units(on: date) -> dict[str, list[Unit]]:
    """Every unit that is open on that day, by name, short name and code. One statement."""
    return by_words(Unit.objects.open_on(on), ("name", "short_name", "code"))


def people_who_order(now: datetime) -> dict[str, list[Any]]:
    """Every leader who gives orders today, by name and user name."""
    return by_words(leaders(None, now=now), ("display_name", "username"))


def key(words: str) -> str:
    """The same for every way of writing blanks."""
    return "".join(words.split())


def by_words(rows: Iterable[Any], names: tuple[str, ...]) -> dict[str, list[Any]]:
    """The rows by each of these words of theirs; several where a word means several."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        for word in {key(str(getattr(row, name))) for name in names if getattr(row, name)}:
            found.setdefault(word, []).append(row)
    return found


def meant(named: Mapping[str, list[Any]], words: str) -> list[Any]:
    """Everything that these words can mean."""
    return named.get(key(words), [])


def none_or_many(title: str, words: str, count: int) -> Text:
    """The sentence for words that mean nothing here, or too much."""
    if count:
        return Text(
            f"有 {count} 个“{words[:40]}”，不知道是哪一个。请写编码或者登录名。",
            f"{count} are called “{words[:40]}”. Write the code or the user name.",
        )
    return Text(
        f"系统里没有叫“{words[:40]}”的{title}。请核对写法。",
        f"Nothing is called “{words[:40]}” here. Check the spelling.",
    )
