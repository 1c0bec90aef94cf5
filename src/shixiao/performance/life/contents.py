"""What an approval binds to: the parts of a plan's version as they are now, each with its hash.

Two parts are this room's own: `targets` (the table as accepted, and what was corrected of its readings) and `bindings`. With results
(`performance.results`) come the `evaluations` of a day. Whatever else is approved together with a plan adds itself, with one reader for
several versions:

    contents.register("evaluation", Text("自评", "Self-evaluation"), read)

Only what is stored is read, so an upgrade of the program changes no hash.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.performance.binding import newest
from shixiao.performance.content import digest
from shixiao.performance.life.models import Approval
from shixiao.performance.models.bindings import Basis, Binding, BindingTopic
from shixiao.performance.models.plans import Correction, Indicator, PlanVersion

TARGETS, BINDINGS, EVALUATIONS = "targets", "bindings", "evaluations"
_COLUMNS = ("measure", "parameters", "gauge_id", "against_id", "unit_id", "project_id", "contract_id", "subject_id")


@dataclass(frozen=True, kw_only=True)
class Content:
    """One part: what it is, in so many words that a difference can be named, and its hash."""

    about: str
    about_id: int
    content: Mapping[str, Any] = field(default_factory=dict)
    content_hash: str


class Difference(NamedTuple):
    """What is not as it was approved: the part, the row of the table (None for the whole), and both values as they are stored."""

    about: str
    row: int | None
    key: str
    before: Any
    now: Any


Reader = Callable[[Sequence[PlanVersion]], Mapping[int, Content | None]]
_readers: dict[str, Reader] = {}
TITLES: dict[str, Text] = {
    TARGETS: Text("指标和指标值", "Indicators and targets"),
    BINDINGS: Text("绑定", "Bindings"),
    EVALUATIONS: Text("自评", "Self-evaluations"),
}


def register(about: str, title: Text, reader: Reader) -> None:
    """Another part that is approved together with a plan, by the version's id; a version without it has None. Once for each, at the start."""
    _readers[about], TITLES[about] = reader, title


def unregister(about: str) -> None:
    """For tests that register a part of their own."""
    del _readers[about], TITLES[about]


def of(versions: Iterable[PlanVersion]) -> dict[int, tuple[Content, ...]]:
    """The parts of each version as they are now, by its id; four statements and those of what was registered, however many versions."""
    listed = list({version.pk: version for version in versions}.values())
    found = {version.pk: [each] for version, each in zip(listed, _targets(listed), strict=True)}
    bindings = _bindings(listed)
    for version in listed:
        found[version.pk].append(bindings[version.pk])
    for read in _readers.values():
        for key, content in read(listed).items():
            if content is not None:
                found[key].append(content)
    return {key: tuple(parts) for key, parts in found.items()}


def whole_hash(parts: Iterable[Content]) -> str:
    """One name for all parts together."""
    return hash_of([[each.about, each.content_hash] for each in parts])


def codes(parts: Iterable[Content]) -> dict[str, str]:
    """The hash of each part, as an event carries it."""
    return {each.about: each.content_hash for each in parts}


def frozen(approvals: Iterable[Approval]) -> tuple[Content, ...]:
    """The parts as they were, from the rows that keep them."""
    return tuple(
        Content(about=row.about, about_id=row.about_id, content=row.content, content_hash=row.content_hash)
        for row in approvals
    )


def differences(before: Iterable[Content], now: Iterable[Content]) -> list[Difference]:
    """What is different now, part by part and key by key. Of another version only that it is another one: rows are told by `engine.changes`."""
    was, became = {each.about: each for each in before}, {each.about: each for each in now}
    found: list[Difference] = []
    is_other = TARGETS in was and TARGETS in became and was[TARGETS].about_id != became[TARGETS].about_id
    for about in {**was, **became}:
        old, new = was.get(about), became.get(about)
        if old is None or new is None:
            found.append(Difference(about, None, "", old and old.content_hash, new and new.content_hash))
        elif is_other and about == TARGETS:
            found.append(Difference(about, None, "version", old.content.get("number"), new.content.get("number")))
        elif old.content_hash != new.content_hash and not (is_other and about == BINDINGS):
            found += _of_keys(about, old, new)
    return found


def _of_keys(about: str, old: Content, new: Content) -> list[Difference]:
    before, now = old.content.get("rows", {}), new.content.get("rows", {})
    keys = sorted((key for key in {**before, **now} if before.get(key) != now.get(key)), key=_order)
    if not keys:
        return [Difference(about, None, "", old.content_hash, new.content_hash)]
    return [Difference(about, _row(key), key, before.get(key), now.get(key)) for key in keys]


def _row(key: str) -> int | None:
    row = key.partition(".")[0]
    return int(row) if row.isdigit() else None


def _order(key: str) -> tuple[int, str]:
    return (_row(key) or 0, key)


def hash_of(content: Any) -> str:
    """The hash of plain values, the same for the same content."""
    return digest(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


# ---- this room's parts -------------------------------------------------------------------------------------------


def _targets(versions: Sequence[PlanVersion]) -> list[Content]:
    rows = _corrected(versions)
    found = []
    for version in versions:
        corrected = rows[version.pk]
        content = {"table": version.content_hash, "number": version.number, "rows": corrected}
        content_hash = hash_of([version.content_hash, corrected])
        found.append(Content(about=TARGETS, about_id=version.pk, content=content, content_hash=content_hash))
    return found


def _corrected(versions: Sequence[PlanVersion]) -> dict[int, dict[str, Any]]:
    """The readings that people corrected, by version and wording. Of a withdrawal what stood before; where that was as it was read, nothing:
    it is again as if nobody had corrected it."""
    stood: dict[int, dict[str, list[Any]]] = {version.pk: {} for version in versions}
    made = Correction.objects.filter(indicator__version__in=versions).order_by("id")
    columns = ("indicator__version_id", "indicator__row", "which", "reading", "withdraws_id")
    for key, row, which, reading, withdraws in made.values_list(*columns):
        history = stood[key].setdefault(f"{row}.{which}", [None])
        history.append(reading if withdraws is None else history[-2])
    return {
        key: {name: history[-1] for name, history in of_version.items() if history[-1] is not None}
        for key, of_version in stood.items()
    }


def _bindings(versions: Sequence[PlanVersion]) -> dict[int, Content]:
    standing = newest([version.pk for version in versions])
    used = {key: each for key, each in standing.items() if each.basis != Basis.NONE}
    topics: dict[int, list[int]] = {}
    named = (
        BindingTopic.objects.filter(binding__indicator__version__in=versions) if used else BindingTopic.objects.none()
    )
    for key, topic in named.values_list("binding_id", "topic_id"):
        topics.setdefault(key, []).append(topic)
    listed = Indicator.objects.filter(version__in=versions) if used else Indicator.objects.none()
    places = {pk: (version, row) for pk, version, row in listed.values_list("id", "version_id", "row")}
    rows: dict[int, dict[str, Any]] = {version.pk: {} for version in versions}
    for (indicator, part), binding in used.items():
        version, row = places[indicator]
        rows[version][f"{row}.{part}"] = _plain(binding, topics.get(binding.pk, []))
    return {
        version.pk: Content(
            about=BINDINGS,
            about_id=version.pk,
            content={"rows": rows[version.pk]},
            content_hash=hash_of([version.content_hash, rows[version.pk]]),
        )
        for version in versions
    }


def _plain(binding: Binding, topics: list[int]) -> dict[str, Any]:
    said = {name.removesuffix("_id"): getattr(binding, name) for name in _COLUMNS}
    said |= {"window": binding.window, "begin": binding.begin.isoformat(), "end": binding.end.isoformat()}
    said |= {"is_provisional": binding.is_provisional or None, "awaits": binding.awaits, "topics": sorted(topics)}
    return {"basis": binding.basis, **{name: value for name, value in said.items() if value}}
