"""Programmes: what is paid in rounds. Set up once; then all rounds of a year are planned in one call."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import casework, ledger
from shixiao.casework import calendars, racing
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case, Project
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.offices.payments.events import PROGRAMME_CREATED
from shixiao.offices.payments.models import Programme, Round
from shixiao.offices.payments.responsibilities import KEEPER
from shixiao.offices.payments.rounds import due_day, periods_of
from shixiao.offices.payments.steps import ROUND
from shixiao.people.models import User
from shixiao.people.permissions import mandates


def create_programme(
    name: str,
    *,
    project: Project,
    source: str,
    rhythm: str,
    since: date,
    until: date | None = None,
    by: User | None,
    now: datetime,
) -> Programme:
    """Something that is paid in rounds from `since` on, of a project's money. For the budget keeper of the project's unit.

    Raises `NotAllowed`, `Refused` for a text with a secrecy mark, `ValidationError` for what cannot be or is there already.
    """
    held = by is None or mandates(by, timezone.localtime(now).date()).allow(KEEPER.word, project.unit.path)
    if not held:
        raise NotAllowed(
            Text(
                f"设立发放项需要{project.unit.name}的“{KEEPER.title.zh}”职责。",
                f"Setting up a programme needs the responsibility “{KEEPER.title.en}” at {project.unit.name}.",
            )
        )
    programme = Programme(name=name.strip(), project=project, source=source, rhythm=rhythm, since=since, until=until)
    if is_marked(programme.name):
        text = Text("名称带有密级标志，不得录入本系统。", "The name carries a mark of secrecy and may not enter.")
        raise Refused(text, reason=Reason.INVALID, field="name")
    if until is not None and until < since:
        raise ValidationError({"until": _("“至”不能早于“自”。")})
    with racing.transaction_of_one():
        programme.full_clean()
        programme.save(force_insert=True)
        codes = {"project": project.pk, "source": source, "rhythm": rhythm, "since": since, "until": until}
        texts = {"name": programme.name}
        ledger.record(PROGRAMME_CREATED, subject=programme, by=by, now=now, particulars=codes, texts=texts)
    return programme


def missing_periods(programme: Programme, *, year: int) -> list[str]:
    """The rounds of a year that nobody has planned yet."""
    rounds = Round.objects.filter(programme=programme, period__startswith=str(year), is_withdrawn=False)
    planned = set(rounds.values_list("period", flat=True))
    every = periods_of(programme.rhythm, year, since=programme.since, until=programme.until)
    return [period for period in every if period not in planned]


def plan_year(programme: Programme, *, year: int, by: User, now: datetime) -> list[Case]:
    """Plan every round of the year that is missing, in one transaction, one event for each; none where nothing is missing.

    Raises `Refused`, also where the day of one of them cannot be known yet.
    """
    missing = missing_periods(programme, year=year)
    openings = [
        casework.Opening(
            unit=programme.project.unit,
            particulars={"programme": programme.pk, "period": period},
        )
        for period in missing
    ]
    return casework.open_many(ROUND, "plan", openings, by=by, now=now)


def due_days(programme: Programme, periods: list[str]) -> dict[str, date | None]:
    """The day by which each round would be due, as the calendar is now."""
    here = calendars.in_force()
    return {period: due_day(programme.rhythm, period, here=here) for period in periods}
