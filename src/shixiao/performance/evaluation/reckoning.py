"""What a project's evaluation is on a day, worked out and not yet kept: rows in words, funds, the sheet, the score, drafts of texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from shixiao.casework import simulated
from shixiao.engine import scoring
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading
from shixiao.engine.scoring import ByHand, Money, Profile, Score, Sheet, Unscorable
from shixiao.people.models import User
from shixiao.performance import amounts, evidence_links, standing
from shixiao.performance.board import money as money_beside
from shixiao.performance.board.money import MoneyLine
from shixiao.performance.evaluation import drafting, likelihoods, profiles, texts
from shixiao.performance.evaluation.filling import Beside, standing_of
from shixiao.performance.evaluation.texts import PROJECT, Texts
from shixiao.performance.guarding import Shown, guarded
from shixiao.performance.models import Binding, EvaluationKind, Indicator, PlanVersion, Project
from shixiao.performance.standing import Board, Part, Row
from shixiao.performance.wordings import in_both

Json = dict[str, Any]
FUNDS = (
    ("total", "年度资金总额"),
    ("fiscal", "其中：财政拨款"),
    ("special_account", "财政专户拨款"),
    ("other", "其他资金"),
)


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """One project, as JSON values that a revision keeps. `score` is None of a monitoring."""

    project: Project
    head: Json
    rows: list[Json]
    funds: list[Json]
    texts: Texts
    sheet: Json
    profile: Json | None
    score: Json | None


class Reckoning:
    """A version on the evening of a day that is over; a bounded number of statements, and two for each part whose cases were missed."""

    def __init__(self, version: PlanVersion, *, kind: str, until: date, by: User | None, now: datetime) -> None:
        self.version, self.kind, self.until, self.now = version, kind, until, now
        self.board: Board = standing.read(version, now=now, as_of=until)
        self.money = {line.place.project: line for line in self._money(by) if line.place is not None}
        self.profile: Profile = profiles.in_force(version.plan).profile
        self.simulated = simulated.is_simulated()
        self.published = {each.pk: each for each in Indicator.objects.filter(version=version).only(*_OF_INDICATOR)}
        bound = [part.bound.id for row in self.board.rows for part in row.parts if part.bound is not None]
        self.units = dict(Binding.objects.filter(pk__in=bound).values_list("pk", "unit_id"))
        # What everybody may see: a form leaves the house, so nothing of a restricted register but how it stands is on it.
        self.shown = shown_in("zh-hans", self.board, now=now)
        self.in_english = shown_in("en", self.board, now=now)

    def _money(self, by: User | None) -> Sequence[MoneyLine]:
        return money_beside.read(self.version, self.board, by=by, now=self.now).lines

    def projects(self, only: Sequence[int] | None = None) -> list[Project]:
        """The projects with indicators, in the order of the table."""
        listed = Project.objects.filter(unit__version=self.version).select_related("unit")
        with_rows = {row.place.project for row in self.board.rows}
        ordered = listed.order_by("unit__position", "position")
        return [each for each in ordered if each.pk in with_rows and (only is None or each.pk in only)]

    def of(self, project: Project, before: Texts | None = None) -> Reckoned:
        """The project; `before` is what people wrote in the revision before, which stays."""
        rows = [row for row in self.board.rows if row.place.project == project.pk]
        line = self.money.get(project.pk)
        written = before or {}
        sheet = self._sheet(project, rows, line, written)
        score, faults = scored(sheet, self.profile) if self._is_scored else (None, [])
        return Reckoned(
            project=project,
            head=self._head(project, line),
            rows=[self._row(row) for row in rows],
            funds=self._funds(project, line),
            texts=texts.with_drafts(written, self._drafts(rows, line, score)),
            sheet=scoring.sheet_as_json(sheet),
            profile=scoring.profile_as_json(self.profile) if self._is_scored else None,
            score=score_json(score, faults) if self._is_scored else None,
        )

    @property
    def _is_scored(self) -> bool:
        return self.kind == EvaluationKind.SELF_EVALUATION

    # ---- what is scored

    def _sheet(self, project: Project, rows: Sequence[Row], line: MoneyLine | None, written: Texts) -> Sheet:
        year = self.version.plan.fiscal_year
        approved = line.approved if line else None
        made = [standing_of(row, self._beside(row, approved), self.profile, year=year) for row in rows]
        known = Money(full_year=approved, executed=line.paid if line and approved is not None else None)
        return typed(Sheet(project=project.name, rows=tuple(made), money=known), written)

    def _beside(self, row: Row, approved: Decimal | None) -> Beside:
        closed = frozenset(part.number for part in row.parts if not self.shown[row.id, part.number].is_open)
        return Beside(weight=self.published[row.id].weight, budget=approved, closed=closed)

    # ---- what is shown

    def _head(self, project: Project, line: MoneyLine | None) -> Json:
        plan = self.version.plan
        return {
            "department": plan.department,
            "year": plan.fiscal_year,
            "version": self.version.number,
            "unit": project.unit.name,
            "unit_position": project.unit.position,
            "project": project.name,
            "project_position": project.position,
            "objective": project.objective,
            "simulated": self.simulated,
            "time": str(line.time) if line else "",
            "is_year_over": self.until >= date(plan.fiscal_year, 12, 31),
        }

    def _row(self, row: Row) -> Json:
        shown = [self.shown[row.id, part.number] for part in row.parts]
        published, is_hidden = self.published[row.id], any(not each.is_open for each in shown)
        likelihood = likelihoods.proposed(row.prospect, until=self.until)
        forecast = row.prospect.forecast
        return {
            "row": row.row,
            "code": row.code,
            "level1": published.level1,
            "level2": row.level2,
            "name": row.name,
            "wording": row.wording,
            "status": row.status.value,
            "basis": row.basis,
            "actual": actual_in_both(row, self.shown, self.in_english),
            "is_hidden": is_hidden,
            "expected": "" if is_hidden else both(in_both(lambda: expected_of(row))),
            "likelihood": likelihood.value if likelihood else "",
            "probability": "" if forecast is None or is_hidden else f"{forecast.probability:.3f}",
            "parts": [self._part(part, each) for part, each in zip(row.parts, shown, strict=True)],
        }

    def _part(self, part: Part, shown: Shown) -> Json:
        """The readings behind a part, by the keys under which they are frozen, and the way to the cases."""
        bound, reading = part.bound, shown.part.reading
        return {
            "number": part.number,
            "basis": part.basis,
            "binding": bound.id if bound else None,
            "kinds": list(bound.kinds) if bound else [],
            "keys": [each.key for each in standing.wanted_of(bound)] if bound and bound.gauge else [],
            "is_frozen": part.is_frozen,
            "is_bound_later": part.is_bound_later,
            "is_provisional": bool(bound and bound.is_provisional),
            "awaits": bound.awaits if bound else "",
            "refusal": part.refusal,
            "note": shown.note,
            "counts": counts_of(reading),
            "cases": self._addresses(part) if shown.may_open else {},
        }

    def _addresses(self, part: Part) -> Mapping[str, str]:
        bound, reading = part.bound, part.reading
        if bound is None or bound.gauge is None or reading is None:
            return {}
        view = evidence_links.chosen(bound, unit=self.units.get(bound.id), as_of=self.until)
        return evidence_links.addresses(bound.gauge, view, reading)

    def _funds(self, project: Project, line: MoneyLine | None) -> list[Json]:
        """A row for the total, and one for each published source; of sources budgets and payments are not told apart."""
        found = []
        for code, label in FUNDS:
            published = getattr(project, code)
            is_total = code == "total"
            if published is None and not is_total:
                continue
            known = line is not None and line.approved is not None
            found.append(
                {
                    "code": code,
                    "label": label,
                    "opening": decimal(published),
                    "adjusted": decimal(line.approved) if line and is_total else None,
                    "executed": decimal(line.paid) if line and known and is_total else None,
                    "expected": decimal(expected_spending(line)) if line and is_total else None,
                }
            )
        return found

    # ---- drafts

    def _drafts(
        self, rows: Sequence[Row], line: MoneyLine | None, score: Score | None
    ) -> Mapping[str, Mapping[str, str]]:
        rate = line.rate if line else None
        of_project = {"achieved": drafting.achieved(rows, rate=rate)}
        if not self._is_scored:
            expected = expected_spending(line) if line else None
            of_project["spending"] = format(expected, "f") if expected is not None else ""
        if score is not None:
            of_project["reason"] = drafting.reason_of_points(score, None, [])
            of_project["improvement"] = drafting.improvement_of_points(score, None)
        return {PROJECT: of_project, **{str(row.row): self._drafts_of(row, score) for row in rows}}

    def _drafts_of(self, row: Row, score: Score | None) -> Mapping[str, str]:
        shown = [self.shown[row.id, part.number] for part in row.parts]
        lost = score is not None and any(each.row == row.row for each in score.explanations)
        is_asked = lost if self._is_scored else row.status in drafting.BAD
        cases = (
            [drafting.missed_cases(each.part, as_of=self.until) for each in shown if each.may_open] if is_asked else []
        )
        if score is not None:
            reason = drafting.reason_of_points(score, row.row, cases)
            return {"reason": reason, "improvement": drafting.improvement_of_points(score, row.row)}
        if self._is_scored:
            return {}
        is_hidden = any(not each.is_open for each in shown)
        likelihood = likelihoods.proposed(row.prospect, until=self.until)
        return {
            "reason": drafting.reason_of_standing(row, cases, is_hidden=is_hidden),
            "improvement": drafting.improvement_of_standing(row),
            "likelihood": likelihood.value if likelihood else "",
        }


_OF_INDICATOR = ("pk", "version_id", "level1", "weight", "row")


def typed(sheet: Sheet, written: Texts) -> Sheet:
    """The sheet with the scores and the explanations that people typed."""
    rows = tuple(
        replace(
            row, by_hand=_hand(written, str(row.row)), over_reason=texts.shown(written, str(row.row), "over_reason")
        )
        for row in sheet.rows
    )
    return replace(sheet, rows=rows, money=replace(sheet.money, by_hand=_hand(written, PROJECT)))


def _hand(written: Texts, row: str) -> ByHand | None:
    field = written.get(row, {}).get("points", {})
    points = field.get("text") or ""
    return ByHand(Decimal(points), field.get("why", "")) if points else None


def scored(sheet: Sheet, profile: Profile) -> tuple[Score | None, list[scoring.Fault]]:
    """The score; or everything that stands against it."""
    try:
        return scoring.score(sheet, profile), []
    except Unscorable as refused:
        return None, list(refused.faults)


def score_json(score: Score | None, faults: Sequence[scoring.Fault]) -> Json:
    """The score as it is kept; of a project that cannot be scored why."""
    if score is not None:
        return scoring.score_as_json(score)
    return {"faults": [{"place": each.place, "text": both(each.text)} for each in faults]}


def both(text: Text) -> dict[str, str]:
    """A text of both languages as JSON."""
    return {"zh": text.zh, "en": text.en}


def decimal(value: Decimal | None) -> str | None:
    """An exact amount as JSON."""
    return None if value is None else format(value.normalize(), "f")


def counts_of(reading: Reading | None) -> dict[str, int] | None:
    """The cases behind a reading."""
    if reading is None:
        return None
    return {name: getattr(reading, name) for name in ("met", "missed", "pending", "not_counted")}


def shown_in(language: str, board: Board, *, now: datetime) -> Mapping[tuple[int, int], Shown]:
    """The parts of a past board as everybody may see them, in that language."""
    with translation.override(language):
        return guarded(board.rows, by=None, now=now, as_of=board.as_of).of


def actual_in_both(
    row: Row, chinese: Mapping[tuple[int, int], Shown], english: Mapping[tuple[int, int], Shown]
) -> dict[str, str]:
    """What was reached in both languages."""
    found = {}
    for name, language, shown in (("zh", "zh-hans", chinese), ("en", "en", english)):
        with translation.override(language):
            found[name] = actual_of(row, [shown[row.id, part.number] for part in row.parts])
    return found


def actual_of(row: Row, shown: Sequence[Shown]) -> str:
    """What was reached, part by part, with the second figure where there is one; in the language that is active."""
    said = [_actual(row, part, each) for part, each in zip(row.parts, shown, strict=True)]
    return "；".join(said)


def _actual(row: Row, part: Part, shown: Shown) -> str:
    value = shown.value
    if part.basis == "none" or value == amounts.DASH:
        value = _("尚无证据")
    if part.basis == "nothing_occurred" and shown.value == amounts.DASH:
        value = _("无发生")
    if shown.other:
        value = _("%(value)s（不计的计入后 %(other)s）") % {"value": value, "other": shown.other}
    if len(row.parts) < 2:
        return value
    words = part.target.condition or part.target.words or str(part.number + 1)
    return f"{words} {value}"


def expected_of(row: Row) -> str:
    """Where the row will be when its window ends: the middle of the forecast and the interval that holds four times of five."""
    said = []
    for part in row.parts:
        forecast, unit = part.prospect.forecast, part.prospect.unit
        if forecast is None:
            continue
        if forecast.mid is None:
            said.append(_("达成的可能 %(n)s%%") % {"n": round(forecast.probability * 100)})
            continue
        told = {
            "mid": amounts.about(forecast.mid, unit),
            "low": amounts.about(forecast.low, unit),
            "high": amounts.about(forecast.high, unit),
        }
        same = told["low"] == told["high"]
        said.append(told["mid"] if same else _("约 %(mid)s（%(low)s 到 %(high)s）") % told)
    return "；".join(said)


def expected_spending(line: MoneyLine) -> Decimal | None:
    """What will be paid by the end of the year, if it goes on as so far and never more than the budget; None without a budget."""
    if line.approved is None or not line.time:
        return None
    pace = (line.paid * 100 / line.time).quantize(Decimal("0.01"))
    return max(line.paid, min(line.approved, pace))
