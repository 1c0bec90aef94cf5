"""The forms of this desk's own pages: a grade, and a rubric. What was typed is judged by the actions; a form keeps it and says what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shixiao.casework.refusing import Refused
from shixiao.engine.scoring.profiles import Tier
from shixiao.offices.reviews import tiers
from shixiao.offices.reviews.models import RubricVersion
from shixiao.offices.reviews.steps import LEAST_REVIEWERS, MOST_REVIEWERS
from shixiao.people.wordings import said


@dataclass
class Typed:
    """What was typed into some fields, and the sentences of a refusal by field; those of no field stand under `""`."""

    data: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, refused: Refused) -> None:
        """Each sentence beside its field, or on top."""
        for each in refused.all:
            known = each.field if each.field in self.known else ""
            self.errors.setdefault(known, []).append(said(each.text))

    @property
    def known(self) -> frozenset[str]:
        """The fields that the page shows."""
        return frozenset()

    @property
    def top_errors(self) -> list[str]:
        """Sentences that belong to no field."""
        return self.errors.get("", [])


@dataclass
class GradeForm(Typed):
    """Tier, mark, reason."""

    @property
    def known(self) -> frozenset[str]:
        """The three fields."""
        return frozenset({"tier", "mark", "reason"})

    def told(self) -> dict[str, Any]:
        """What the step is told."""
        return {name: self.data.get(name, "") for name in sorted(self.known)}

    @property
    def tier(self) -> str:
        """The chosen one."""
        return self.data.get("tier", "")

    @property
    def mark(self) -> str:
        """As it was typed."""
        return self.data.get("mark", "")

    @property
    def reason(self) -> str:
        """As it was typed."""
        return self.data.get("reason", "")


@dataclass(frozen=True)
class AnchorRow:
    """The example of one tier."""

    tier: Tier
    text: str
    errors: list[str]

    @property
    def name(self) -> str:
        """Its field."""
        return f"anchors.{self.tier.code}"


@dataclass
class RubricForm(Typed):
    """A rubric: name, what is judged, tiers, an example for each, how many reviewers, how far marks may lie apart."""

    @classmethod
    def of(cls, version: RubricVersion) -> "RubricForm":
        """What a version says."""
        own = "\n".join(f"{each.title.zh} {tiers.bounds(each)}" for each in version.tiers)
        shown = {
            "name": version.name,
            "judged": version.judged,
            "scale": version.scale,
            "own_tiers": own if version.scale == tiers.OWN else "",
            "least": str(version.least),
            "spread": f"{version.spread.normalize():f}",
        }
        return cls(shown | {f"anchors.{code}": text for code, text in version.anchors.items()})

    @classmethod
    def new(cls, scale: str) -> "RubricForm":
        """An empty one with the usual numbers."""
        return cls({"scale": scale, "least": str(LEAST_REVIEWERS), "spread": "10"})

    @property
    def known(self) -> frozenset[str]:
        """Its fields, with one for each tier."""
        names = {"code", "name", "judged", "scale", "own_tiers", "least", "spread"}
        return frozenset(names | {row.name for row in self.anchors})

    @property
    def anchors(self) -> list[AnchorRow]:
        """A field for each tier of the chosen scale."""
        return [
            AnchorRow(each, self.data.get(f"anchors.{each.code}", ""), self.errors.get(f"anchors.{each.code}", []))
            for each in self.tiers
        ]

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers of the chosen scale; of own ones as many as there are lines."""
        shipped = tiers.of_scale(self.data.get("scale", ""))
        if shipped is not None:
            return shipped
        lines = [line for line in self.data.get("own_tiers", "").splitlines() if line.strip()][: tiers.MOST_TIERS]
        return tuple(tiers.named(number, line) for number, line in enumerate(lines, start=1))

    @property
    def scales(self) -> list[tuple[str, str, bool]]:
        """Every scale to choose from, with its tiers in words."""
        chosen = self.data.get("scale", "")
        return [(code, _in_words(several), code == chosen) for code, several in tiers.scales().items()]

    @property
    def is_own(self) -> bool:
        """The office brings tiers of its own."""
        return self.data.get("scale") == tiers.OWN

    @property
    def leasts(self) -> list[tuple[int, bool]]:
        """How many reviewers may be asked for."""
        chosen = self.data.get("least", "")
        return [(number, str(number) == chosen) for number in range(LEAST_REVIEWERS, MOST_REVIEWERS + 1)]

    def given(self) -> dict[str, Any]:
        """As `rubrics.read` takes it."""
        plain = {name: self.data.get(name, "") for name in ("name", "judged", "scale", "own_tiers", "least", "spread")}
        return plain | {"anchors": {row.tier.code: row.text for row in self.anchors}}


def _in_words(several: tuple[Tier, ...]) -> str:
    """`达成 80-100；…` in the language of the page."""
    return "；".join(f"{said(each.title)} {tiers.bounds(each)}" for each in several)
