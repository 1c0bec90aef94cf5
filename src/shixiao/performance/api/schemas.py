"""What the description of the interface says of plans and boards; the same as `shixiao schema board`."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from shixiao.casework.api.schemas import LARGEST_ID

MOST_ITEMS = 200
_Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Standing = Literal[
    "achieved", "likely", "at_risk", "unlikely", "missed", "nothing_occurred", "no_evidence", "to_be_reviewed"
]
Basis = Literal["measured", "nothing_occurred", "reviewed", "declared", "none"]
Format = Literal["json", "csv"]


class OfDay(Schema):
    """As it was known at the end of which day; without it now."""

    model_config = ConfigDict(extra="forbid")
    as_of: Annotated[_Day, Field(description="按这一天日终所知 · as it was known at the end of that day")] = None  # type: ignore[assignment]


class OfBoard(OfDay):
    """Which rows, and in which form. CSV has all of them at once."""

    status: Standing = None  # type: ignore[assignment]
    basis: Basis = None  # type: ignore[assignment]
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = 50
    format: Annotated[Format, Field(description="不写看 Accept · by default what Accept asks for")] = None  # type: ignore[assignment]


class PlanOut(Schema):
    """A plan in its newest version."""

    id: int
    version: int
    department: str
    year: int


class PlansOut(Schema):
    """One page of plans by id. `next` is the `after` of the following page."""

    items: list[PlanOut]
    next: int | None


class HeadroomOut(Schema):
    """How much room is left; negative is how much is missing."""

    amount: float | None
    unit: str
    text: str


class PaceOut(Schema):
    """How much a week so far, and how much is needed from now on."""

    so_far: float | None
    needed: float | None
    unit: str
    per: Literal["week"]


class ForecastOut(Schema):
    """The value at the end of the window; the interval holds four times of five."""

    low: float | None
    mid: float | None
    high: float | None
    probability: float | None
    chance: Literal["certain", "possible", "impossible"] | None


class CasesBehindOut(Schema):
    """The cases behind the value."""

    counted: int
    met: int
    missed: int
    pending: int
    not_counted: int


class FiguresOut(Schema):
    """How something stands. Where there is no value there is null, never 0."""

    status: Standing
    basis: Basis
    value: float | bool | None
    value_with_exclusions: float | bool | None
    measured_in: str | None
    value_text: str | None = Field(
        description="页面上的样子；限制台账只有比率 · as the page shows it; of a restricted register the ratio alone"
    )
    headroom: HeadroomOut | None
    pace: PaceOut | None
    forecast: ForecastOut | None
    cases: CasesBehindOut | None
    is_final: bool
    is_hidden: bool = Field(
        description="限制台账，或令牌范围以外 · from a restricted register, or outside the scope of the token"
    )
    is_frozen: bool
    is_bound_later: bool
    note: str | None


class BoardPartOut(FiguresOut):
    """One part of a compound target."""

    part: int
    words: str
    target: str


class BoardRowOut(FiguresOut):
    """A row of the plan. A compound target has its figures in `parts`."""

    row: int
    code: str | None
    unit: str
    project: str
    indicator: str
    target: str
    parts: list[BoardPartOut]


class BoardOut(Schema):
    """One page of a board. `next` is the `after` of the following page."""

    schema_: str = Field(alias="schema")
    plan: PlanOut
    day: date
    as_of: date | None
    is_live: bool
    simulated: bool = Field(description="模拟数据 · everything in this house was simulated")
    rows: list[BoardRowOut]
    next: int | None


class WhySentenceOut(Schema):
    """One sentence of the explanation in both languages, with the pages that it leads to."""

    step: str
    part: int | None
    text: dict[str, str]
    links: list[dict[str, Any]]


class WhyOut(Schema):
    """Why a row stands as it does: the object of `shixiao schema why`."""

    schema_: str = Field(alias="schema")
    version: int
    plan: PlanOut
    row: int
    code: str
    name: str
    unit: str
    project: str
    day: date
    as_of: date | None
    simulated: bool
    wording: dict[str, str]
    understood: dict[str, Any]
    status: Standing
    basis: Basis
    is_final: bool
    chance: Literal["certain", "possible", "impossible"] | None
    parts: list[dict[str, Any]]
    sentences: list[WhySentenceOut]


# ---- self-evaluations and monitorings ------------------------------------------------------------------------

EvaluationWord = Literal["self_evaluation", "monitoring"]


class OfEvaluations(Schema):
    """Of which kind, and frozen for which day; without it the latest day that was frozen."""

    model_config = ConfigDict(extra="forbid")
    kind: EvaluationWord = "self_evaluation"
    until: Annotated[_Day, Field(description="截至这一天终了 · as of the end of that day")] = None  # type: ignore[assignment]


class EvaluationOut(Schema):
    """A frozen revision of one project. `points` and `open` are null where nothing was scored; `grade` while it is not certain."""

    id: int
    kind: EvaluationWord
    until: date
    revision: int
    unit: str
    project: str
    points: str | None
    open: str | None
    grade: dict[str, str] | None
    content_hash: str


class EvaluationsOut(Schema):
    """The newest revision of each project. `days` are all days that were frozen, the latest first."""

    plan: PlanOut
    kind: EvaluationWord
    until: date | None
    days: list[date]
    simulated: bool
    items: list[EvaluationOut]


class WholeEvaluationOut(EvaluationOut):
    """A revision with all that its form follows from. `form` is what `content_hash` is the SHA-256 of, in canonical JSON; `sheet`, `profile`
    and `score` are those of the engine, schema 1."""

    simulated: bool
    rows: list[dict[str, Any]]
    funds: list[dict[str, Any]]
    texts: dict[str, Any]
    sheet: dict[str, Any]
    profile: dict[str, Any] | None
    score: dict[str, Any] | None
    form: dict[str, Any]
