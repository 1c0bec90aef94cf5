"""From the frozen value to the document, with its hashes; and what stays with the office."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shixiao.engine import measures, secrecy
from shixiao.engine.bilingual import Text
from shixiao.engine.bundles.closing import close
from shixiao.engine.bundles.method import method_of
from shixiao.engine.bundles.records import commitment_of, opening_of, public_of
from shixiao.engine.bundles.value import Evidence, Project, Published, Read, Row
from shixiao.engine.bundles.verify import OPENINGS, SCHEMA, canonical, digest, sections
from shixiao.engine.plans import Funds
from shixiao.engine.scoring.rounding import plain

Salts = Callable[[], str]  # each call gives another one, that nobody can guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The bundle for everybody, and the openings of its records, which only the office has."""

    bundle: dict[str, Any]
    openings: dict[str, Any]


def as_bytes(bundle: Mapping[str, Any]) -> bytes:
    """The one way in which it is written; its last byte ends the line."""
    return canonical(bundle) + b"\n"


def make(published: Published, salts: Salts) -> Made:
    """The document of a publication. Of rows from restricted registers it has a verdict or a ratio, no records and no counts."""
    records: dict[str, list[dict[str, Any]]] = {}
    openings: list[dict[str, Any]] = []
    profiles = {str(project.profile["code"]): dict(project.profile) for project in published.projects}
    maker = _Maker(salts, records, openings)
    bundle: dict[str, Any] = {
        "schema": SCHEMA,
        "publication": _publication(published),
        "method": [_text(each) for each in method_of(profiles.values())],
        "profiles": profiles,
        "plan": {
            "content_hash": published.plan_hash,
            "funds": _funds(published.funds),
            "units": [{"name": unit.name, "funds": _funds(unit.funds)} for unit in published.units],
        },
        "projects": [maker.project(each) for each in published.projects],
        "records": records,
        "restatements": [
            {
                "row": each.row,
                "part": each.part,
                "published": each.published,
                "known": each.known,
                "causes": each.causes,
            }
            for each in published.restatements
        ],
    }
    bundle["hashes"] = {place: digest(value) for place, value in sections(bundle)}
    bundle["hash"] = digest(bundle)
    return Made(bundle=bundle, openings={"schema": OPENINGS, "bundle": bundle["hash"], "records": openings})


def _publication(published: Published) -> dict[str, Any]:
    return {
        "address": published.address,
        "year": published.year,
        "office": published.office,
        "number": published.number,
        "title": published.title,
        "department": published.department,
        "as_of": published.as_of.isoformat(),
        "published_on": published.published_on.isoformat(),
        "is_simulated": published.is_simulated,
        "secrecy_review": {"on": published.secrecy.on.isoformat(), "result": published.secrecy.result},
        "replaces": published.replaces,
        "software": published.software,
    }


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _funds(funds: Funds | None) -> dict[str, str | None] | None:
    if funds is None:
        return None
    return {name: None if amount is None else plain(amount) for name, amount in funds._asdict().items()}


@dataclass(frozen=True, slots=True)
class _Maker:
    """Writes projects, and collects the records behind them under keys of row, condition and reading."""

    salts: Salts
    records: dict[str, list[dict[str, Any]]]
    openings: list[dict[str, Any]]

    def project(self, project: Project) -> dict[str, Any]:
        """A project with its indicators, its sheet and its score as far as they may be public."""
        sheet, score, told, is_withheld = close(project.sheet, project.score, project.rows)
        return {
            "unit": project.unit,
            "name": project.name,
            "objective": project.objective,
            "funds": _funds(project.funds),
            "profile": project.profile["code"],
            "withheld": is_withheld,
            "indicators": [self._row(row, told[row.row]) for row in project.rows],
            "sheet": sheet,
            "score": score,
        }

    def _row(self, row: Row, disclosure: str) -> dict[str, Any]:
        is_open = disclosure == "records"
        names = ("row", "number", "code", "level1", "level2", "name", "cycle_wording", "annual_wording")
        return {
            **{name: getattr(row, name) for name in names},
            "disclosure": disclosure,
            "parts": [self._part(each, f"{row.row}.{at}") if is_open else None for at, each in enumerate(row.parts)],
        }

    def _part(self, evidence: Evidence | None, key: str) -> dict[str, Any] | None:
        if evidence is None:
            return None
        against = evidence.against
        return {
            "measure": _text(evidence.measure),
            "mode": evidence.mode,
            "reads": evidence.reads,
            "factor": str(evidence.factor),
            "readings": [self._reading(each, f"{key}.{at}") for at, each in enumerate(evidence.readings)],
            "against": None if against is None else self._reading(against, f"{key}.against"),
        }

    def _reading(self, read: Read, key: str) -> dict[str, Any]:
        if read.records is not None:
            opened = [opening_of(each, self.salts()) for each in read.records]
            # In the order of their commitments, which is none: neither day nor number can be told from it.
            pairs = sorted((commitment_of(each), number) for number, each in enumerate(opened))
            self.records[key] = [public_of(opened[number], commitment) for commitment, number in pairs]
            self.openings.extend(opened)
        return {"key": key, **_tallies(read.reading)}


def _tallies(reading: measures.Reading) -> dict[str, Any]:
    names = ("met", "missed", "pending", "not_counted", "back_met", "back_missed", "amounts")
    counts = {name: getattr(reading, name) for name in names}
    return {**counts, "total": plain(reading.total), "weight": plain(reading.weight)}


# ---- what must not be in it ----------------------------------------------------------------------------------------


def texts_of(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document, with its place; of the records only what is no hash."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if key not in ("records", "hashes"):
                yield from texts_of(each, f"{place}/{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from texts_of(each, f"{place}/{number}")


def marked(bundle: Mapping[str, Any]) -> list[str]:
    """The places whose text carries a mark of secrecy: such a bundle is not published."""
    return [place for place, text in texts_of(bundle) if secrecy.is_marked(text)]
