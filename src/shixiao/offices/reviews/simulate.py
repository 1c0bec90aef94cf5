"""A year of this desk's life, for the demonstration and the forecasts. Everything is invented and marked 模拟.

`planning` is pure: the same year and seed give the same year. `Desk` plays it through casework (`casework.living`). How much is judged does
not grow with the scale: people judge, and there are no more of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from shixiao import casework
from shixiao.casework import calendars, living, performing
from shixiao.casework.models import Case, Project
from shixiao.casework.simulating import Character, Days, Move, PlannedStep
from shixiao.offices.reviews import planning, sealing, tiers
from shixiao.offices.reviews.models import Rubric, RubricVersion
from shixiao.offices.reviews.responsibilities import REVIEWER
from shixiao.offices.reviews.shipped import take_in_shipped
from shixiao.offices.reviews.steps import REVIEW
from shixiao.people import actions as people
from shixiao.people import demonstration
from shixiao.people.demonstration import DemonstrationAccount
from shixiao.people.models import Post, Role, Unit, User

# Which project of the table a rubric's reviews belong to: the first, or last, whose name has the word.
HOMES: Mapping[str, tuple[str, int]] = {
    "service_level": ("购置", 0),
    "calligraphy": ("其他运行", 0),
    "research_report": ("其他运行", 0),
    "economic_benefit": ("专项工作", 0),
    "social_benefit": ("专项工作", 0),
    "disclosure": ("专项工作", -1),
    "gazette_purpose": ("专项工作", -1),
    "office_environment": ("购置", -1),
}
MATERIAL = "https://example.invalid/simulated/{}"
SECOND = DemonstrationAccount("demo-reviews-reviewer-2", "演示-评审人2", Role.STAFF)


class Desk:
    """The reviews' part of a simulated year. A `living.Desk`."""

    def __init__(
        self,
        who: Character,
        *,
        projects: Sequence[Project],
        staff: Mapping[str, User],
        scale: int = 1,
        approved: Mapping[int, Any] | None = None,
    ) -> None:
        del scale, approved
        works_on = calendars.in_force()[calendars.OFFICE].is_working_day
        self.days = Days(who, works_on, performing.zone())
        self.projects, self.staff = projects, dict(staff)
        self.cases: dict[str, int] = {}
        self.versions: dict[str, RubricVersion] = {}

    def begin(self, *, after: datetime | None) -> None:
        """Rubrics, and a second reviewer: one alone judges nothing."""
        began = datetime(self.days.who.year, 1, 1, 0, 30, tzinfo=performing.zone())
        top = Unit.objects.get(path=self.projects[0].unit.path[:6])
        self.staff["reviews.reviewer.1"] = self.staff[REVIEWER.word]
        self.staff["reviews.reviewer.2"] = self._second(top, began)
        if after is None:
            take_in_shipped(top, by=self.staff["reviews.officer"], now=began)
        self.versions = {each.code: each.current for each in Rubric.objects.filter(code__in=HOMES)}

    def _second(self, top: Unit, now: datetime) -> User:
        user = demonstration.ensure_account(SECOND, now=now)
        if not user.appointments.exists():
            post = Post.objects.filter(may__word=REVIEWER.word).order_by("pk").first()
            if post is None:
                post = people.create_post("评审人", code="REVIEWSSECOND", words=[REVIEWER.word], by=None, now=now)
            people.appoint(user, post=post, unit=top, since=now.date(), is_main=True, by=None, now=now)
        return user

    def month(self, month: int, desk: int) -> Iterator[Move]:
        """Every step of the reviews that begin in that month."""
        for each in planning.plan(self.days, month):
            for place, step in enumerate(each.steps):
                yield Move(step.at, desk, each.key, place, (each, step))

    def windows(self, begin: datetime, end: datetime, desk: int) -> Iterator[Move]:
        """Nothing is expected here."""
        del begin, end, desk
        yield from ()

    def take(self, move: Move) -> None:
        """One step."""
        review, step = move.what
        by = self.staff[f"reviews.{step.by}"]
        if step.step == "open":
            self.cases[move.key] = self._open(review, step, by).pk
            return
        who = self.days.who
        salt = sha256(f"{who.seed} {who.year} {move.key} {move.place}".encode()).hexdigest()
        with sealing.salted(lambda: salt):
            casework.perform(self.cases[move.key], step.step, by=by, now=step.at, **self._told(review, step))

    def find(self, opened: Sequence[Move]) -> None:
        """By their order."""
        ids = list(Case.objects.filter(kind=REVIEW).order_by("pk").values_list("pk", flat=True))
        if len(ids) != len(opened):
            raise living.NotAsPlanned(f"{len(ids)} reviews are there, {len(opened)} were planned")
        self.cases = {move.key: id_ for move, id_ in zip(opened, ids, strict=True)}

    def _open(self, review: planning.PlannedReview, step: PlannedStep, by: User) -> Case:
        word, place = HOMES[review.rubric]
        fitting = [each for each in self.projects if word in each.name]
        project = fitting[place] if fitting else self.projects[0]
        told = {
            "rubric": review.rubric,
            "year": self.days.who.year,
            "subject": review.title,
            "project": project.pk,
            "link": MATERIAL.format(review.key),
        }
        return casework.open_case(
            REVIEW, step.step, casework.Opening(unit=project.unit, particulars=told), by=by, now=step.at
        )

    def _told(self, review: planning.PlannedReview, step: PlannedStep) -> dict[str, Any]:
        told = dict(step.told)
        if step.step == "name_reviewers":
            for number in (1, 2):
                told[f"reviewer_{number}"] = self.staff[f"reviews.reviewer.{number}"].pk
            told["chair"] = self.staff["reviews.chair"].pk
        if "mark" in told:
            tier = tiers.tier_at(self.versions[review.rubric].tiers, Decimal(told["mark"]))
            told["tier"] = tier.code if tier else ""
        return told
