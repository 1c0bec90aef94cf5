"""What a plan page shows: the choices in its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from shixiao.performance.models import Finding, Indicator, Severity
from shixiao.performance.wordings import CLASSES

LONGEST_QUERY = 200


@dataclass(frozen=True)
class Filters:
    """The choices. `check` is a rule id, a severity or a mark, of findings that are open; `code` one digit for a whole first-level class.

    What an address holds that means nothing (an unknown class, a unit that is not a number) is left out.
    """

    query: str = ""
    code: str = ""
    check: str = ""
    unit: int | None = None
    page: int = 1

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filters":
        """The choices of a query string."""
        code = asked.get("class", "")
        return cls(
            query=asked.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY],
            code=code if code in CLASSES or code in ("1", "2", "3", "4", "none") else "",
            check=_code(asked.get("check", "")),
            unit=_number(asked.get("unit", "")),
            page=_number(asked.get("page", "")) or 1,
        )

    @property
    def is_active(self) -> bool:
        """Whether anything is left out of the table."""
        return bool(self.query or self.code or self.check or self.unit)

    def address(self, **changed: object) -> str:
        """The query string of these choices with some changed; the first page needs no number."""
        chosen = {
            "q": self.query,
            "class": self.code,
            "check": self.check,
            "unit": self.unit,
            "page": self.page if self.page > 1 else "",
        }
        kept = {key: value for key, value in (chosen | changed).items() if value}
        return f"?{urlencode(kept)}" if kept else "?"

    def chosen_from(self, indicators: "QuerySet[Indicator]") -> "QuerySet[Indicator]":
        """The indicators that fit all choices."""
        if self.query:
            indicators = indicators.filter(_mentions(self.query))
        if self.code == "none":
            indicators = indicators.filter(code="")
        elif self.code:
            indicators = indicators.filter(code__startswith=self.code)
        if self.unit:
            indicators = indicators.filter(project__unit__position=self.unit)
        return self._checked(indicators)

    def _checked(self, indicators: "QuerySet[Indicator]") -> "QuerySet[Indicator]":
        of_row = Finding.objects.filter(indicator=OuterRef("pk"))
        found = of_row.filter(suppression=None)
        match self.check:
            case "":
                return indicators
            case "doubtful":
                return indicators.filter(understanding__is_doubtful=True)
            case "corrected":
                return indicators.filter(understanding__is_corrected=True)
            case "accepted":
                return indicators.filter(Exists(of_row.filter(suppression__isnull=False)))
            case "clean":
                return indicators.filter(~Exists(found), understanding__is_doubtful=False)
            case severity if severity in Severity.values:
                return indicators.filter(Exists(found.filter(severity=severity)))
            case rule:
                return indicators.filter(Exists(found.filter(rule=rule)))


def _mentions(query: str) -> Q:
    """Every word of the query stands in the name or in one of the wordings."""
    found = Q()
    for word in query.split():
        found &= Q(name__icontains=word) | Q(annual_wording__icontains=word) | Q(cycle_wording__icontains=word)
    return found


def _code(text: str) -> str:
    return text if text.isascii() and text.isalnum() and len(text) <= 16 else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 9 else None
