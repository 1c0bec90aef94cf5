"""The self-evaluations that wait for a person's approval or secrecy review, with what a reviewer looks at first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from shixiao.casework import visibility
from shixiao.casework.steps import State
from shixiao.casework.telling import usual_next
from shixiao.people.models import User
from shixiao.people.permissions import Mandates
from shixiao.performance.evaluation import newest, texts
from shixiao.performance.evaluation.scores import lines_of
from shixiao.performance.models import Evaluation
from shixiao.performance.results.contents import SELF
from shixiao.performance.results.models import ResultLife
from shixiao.performance.results.steps import IN_REVIEW, RESULTS

FEW = 20
STATES = (*IN_REVIEW, "secrecy_review")


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Rows of all projects of a day: without evidence, without a score, with lost points of which nothing is said, and of which only
    the draft says something."""

    no_evidence: int = 0
    unscored: int = 0
    unexplained: int = 0
    only_drafted: int = 0

    @property
    def is_clean(self) -> bool:
        """Nothing of that."""
        return not (self.no_evidence or self.unscored or self.unexplained or self.only_drafted)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One case as the desk shows it."""

    life: ResultLife
    state: State
    projects: int
    findings: Findings
    is_late: bool
    address: str


def for_person(by: User, *, now: datetime) -> list[Waiting]:
    """Those whose usual next step is this person's at that unit, the earliest limits first. Two statements, one where nothing waits, none for
    whoever reviews none, beside that for the posts."""
    turn = _turn(visibility.held_by(by, now=now))
    if not turn:
        return []
    rows = ResultLife.objects.filter(turn).select_related("case", "version__plan")
    bulky = ("version__source", "version__document", "version__repairs")
    lives = list(rows.defer(*bulky).order_by("case__limit_at", "case_id")[:FEW])
    evaluations = _evaluations(lives) if lives else {}
    return [_waiting(life, evaluations.get((life.version_id, life.until), []), now=now) for life in lives]


def _turn(held: Mandates) -> Q:
    """The cases that lie at a desk of this person."""
    found = Q()
    for state in STATES:
        step = usual_next(RESULTS, state)
        if step is not None and (paths := held.places.get(step.by)):
            found |= Q(case__state=state) & visibility.below(paths, column="case__unit__path")
    return found


def _evaluations(lives: Sequence[ResultLife]) -> dict[tuple[int, object], list[Evaluation]]:
    days = Q()
    for life in lives:
        days |= Q(version=life.version_id, until=life.until)
    found: dict[tuple[int, object], list[Evaluation]] = {}
    for each in newest.standing(Evaluation.objects.filter(days, kind=SELF)):
        found.setdefault((each.version_id, each.until), []).append(each)
    return found


def _waiting(life: ResultLife, evaluations: Sequence[Evaluation], *, now: datetime) -> Waiting:
    limit = life.case.limit_at
    listed = reverse("performance:evaluations", args=[life.version.plan_id, life.version.number])
    return Waiting(
        life=life,
        state=RESULTS.state(life.case.state),
        projects=len(evaluations),
        findings=findings_of(evaluations),
        is_late=limit is not None and limit <= now,
        address=f"{listed}?until={life.until.isoformat()}",
    )


def findings_of(evaluations: Iterable[Evaluation]) -> Findings:
    """What is to be looked at in these revisions. The execution of the budget counts as a row."""
    no_evidence = unscored = unexplained = drafted = 0
    for each in evaluations:
        no_evidence += sum(row["basis"] == "none" for row in each.rows)
        lines = lines_of(each)
        for line in (lines.execution, *lines.rows) if lines is not None else ():
            key = str(line.get("row") or texts.PROJECT)
            if line["open"] != "0":
                unscored += 1
            elif line["lost"] != "0" and not texts.shown(each.texts, key, "reason"):
                unexplained += 1
            elif line["lost"] != "0" and each.texts[key]["reason"].get("text") is None:
                drafted += 1
    return Findings(no_evidence=no_evidence, unscored=unscored, unexplained=unexplained, only_drafted=drafted)
