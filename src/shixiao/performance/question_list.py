"""Questions as pages show them: which of them somebody may see, in words, with the cases and what happened to them."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.urls import reverse
from django.utils import timezone

from shixiao.casework import offices, visibility
from shixiao.casework.evidence.naming import Named, named
from shixiao.casework.models import Case
from shixiao.engine.questions import KIND_WORDS, THRESHOLDS, Kind, Question
from shixiao.engine.questions.thresholds import Threshold
from shixiao.ledger import gauges
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event, Fact
from shixiao.people.models import Unit, User
from shixiao.performance.models import QuestionAnswer
from shixiao.performance.questions import raised
from shixiao.performance.wordings import said

T = TypeVar("T", int, str)
CHUNK = 500
MOST_CASES = 100  # on one page
ABOUT = {  # the thresholds of each kind, by how their names begin
    Kind.BATCH_CLOSING: ("end_", "batch_", "pooled_least", "pooled_ends_", "pooled_there", "pooled_away"),
    Kind.REOPENED: ("reopened_", "surprise", "usual_", "pooled_least", "pooled_reopened"),
    Kind.BACKDATED: (
        "late_",
        "surprise",
        "usual_",
        "pooled_least",
        "pooled_chance",
        "pooled_over",
        "pooled_there",
        "pooled_away",
        "pooled_late",
        "pooled_near",
        "pooled_owned_up",
    ),
    Kind.LATE_EXCLUSION: ("excluded_", "surprise", "usual_", "pooled_least", "pooled_chance", "pooled_excluded"),
    Kind.RECLASSIFIED: ("amended_", "pooled_least", "pooled_chance", "pooled_moved"),
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A question in the language of the page; `answers` the newest first."""

    question: Question
    kind: str
    text: str
    wording: str
    office: str
    unit: str
    person: str
    address: str
    answers: Sequence[QuestionAnswer]

    @property
    def count(self) -> int:
        """How many cases it is about."""
        return len(self.question.cases)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.question.days[0], self.question.days[-1]

    @property
    def evidence(self) -> str:
        """Where the gauge is opened down to its cases."""
        return f"{reverse('casework:gauge', args=(self.question.gauge,))}?year={self.question.days[-1].year}"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event of a case. `days_late`: how much later it was written down, in days."""

    title: str
    who: str
    happened_at: datetime
    recorded_at: datetime
    is_late: bool
    is_asked_about: bool


@dataclass(frozen=True, kw_only=True)
class Life:
    """A case and what happened to it. `address` is empty for who may not open it."""

    number: str
    title: str
    address: str
    steps: Sequence[Step]


def visible(year: int, *, viewer: User, now: datetime) -> list[Question]:
    """The questions of a year without those about restricted cases that the viewer does not hold (law 9): not even that there are any."""
    found = _raised(year, now=now)
    hidden = _hidden({case for each in found for case in each.cases}, viewer, now)
    return [each for each in found if hidden.isdisjoint(each.cases)]


_kept: dict[Hashable, Sequence[Question]] = {}
KEEPS = 8  # years and days; of each the newest


def _raised(year: int, *, now: datetime) -> Sequence[Question]:
    """The questions, worked out anew when anything was written down, a verdict or the gauges changed, or a day went by: a page and
    what is opened from it look through a large year only once."""
    newest = [model.objects.order_by("-id").values_list("id", flat=True).first() for model in (Event, Fact)]
    key = (year, tuple(newest), gauges.current(now).generation, timezone.localtime(now).date())
    found = _kept.get(key)
    if found is None:
        found = raised(year, now=now)
        while len(_kept) >= KEEPS:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found
    return found


def forget() -> None:
    """Work them out anew the next time."""
    _kept.clear()


def _hidden(cases: set[int], viewer: User, now: datetime) -> set[int]:
    """Those of these cases that lie in restricted registers which the viewer does not hold."""
    restricted = [table for table in offices.tables() if table.is_restricted]
    unhidden = visibility.unhidden(restricted, visibility.held_by(viewer, now=now))
    kinds = [table.kind for table in restricted]
    found: set[int] = set()
    for part in _parts(sorted(cases)):
        found |= set(Case.objects.filter(pk__in=part, kind__in=kinds).exclude(unhidden).values_list("pk", flat=True))
    return found


def in_words(found: Sequence[Question], *, year: int, now: datetime) -> list[Shown]:
    """The questions in words; a few statements, whatever their number."""
    names = {each.id: each for each in _named({each.gauge for each in found}, now)}
    titles = {office.label: said(office.title) for office in offices.installed()}
    units = dict(Unit.objects.filter(pk__in={each.unit for each in found}).values_list("pk", "name"))
    people = _people({each.person for each in found})
    answers = _answers([each.key for each in found])
    return [
        Shown(
            question=each,
            kind=said(KIND_WORDS[each.kind]),
            text=said(each.text),
            wording=names[each.gauge].wording if each.gauge in names else "",
            office=titles.get(each.office, each.office),
            unit=units.get(each.unit, ""),
            person=people.get(each.person, ""),
            address=reverse("performance:question", args=(year, each.key)),
            answers=answers.get(each.key, ()),
        )
        for each in found
    ]


def _named(ids: set[int], now: datetime) -> list[Named]:
    return named([each for each in gauges.current(now).gauges if each.id in ids])


def _people(ids: Iterable[str]) -> dict[str, str]:
    rows = User.objects.filter(pk__in=[each for each in ids if each.isdigit()])
    return {str(user.pk): user.display_name for user in rows}


def _answers(keys: Sequence[str]) -> dict[str, list[QuestionAnswer]]:
    found: dict[str, list[QuestionAnswer]] = {}
    for part in _parts(keys):
        for each in QuestionAnswer.objects.filter(key__in=part).select_related("made_by").order_by("-id"):
            found.setdefault(each.key, []).append(each)
    return found


def lives(question: Question, *, viewer: User, now: datetime) -> list[Life]:
    """The cases of a question with their events, oldest first; at most a hundred of them. A case can be opened by who may look at it."""
    keys = sorted(question.cases)[:MOST_CASES]
    cases = Case.objects.filter(pk__in=keys).order_by("pk")
    seen = visibility.seen_by(viewer, tables=offices.tables(), now=now)
    mine = set(Case.objects.filter(pk__in=keys).filter(seen).values_list("pk", flat=True))
    steps = _steps(keys, question)
    return [
        Life(
            number=case.number,
            title=case.title,
            address=reverse("casework:case", args=(case.pk,)) if case.pk in mine else "",
            steps=steps.get(case.pk, ()),
        )
        for case in cases
    ]


def _steps(keys: Sequence[int], question: Question) -> dict[int, list[Step]]:
    rows = list(Event.objects.filter(subject_kind=Case.ledger_name, subject_id__in=[str(key) for key in keys]))
    people = _people({event.by_id for event in rows if event.by_kind == User.ledger_name})
    found: dict[int, list[Step]] = {}
    for event in sorted(rows, key=lambda each: each.pk):
        found.setdefault(int(event.subject_id), []).append(_step(event, people, set(question.days)))
    return found


def _step(event: Event, people: dict[str, str], days: set[date]) -> Step:
    return Step(
        title=said(DECLARED[event.kind].title) if event.kind in DECLARED else event.kind,
        who=people.get(event.by_id, ""),
        happened_at=event.happened_at,
        recorded_at=event.recorded_at,
        is_late=(event.recorded_at - event.happened_at).total_seconds() >= 60,
        is_asked_about=timezone.localtime(event.recorded_at).date() in days and bool(event.by_id),
    )


def thresholds_of(kind: Kind) -> list[Threshold]:
    """Why such a thing is asked about: the numbers with their reasons."""
    return [each for each in THRESHOLDS if each.name.startswith(ABOUT[kind])]


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
