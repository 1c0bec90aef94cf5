"""What people say beside the records: texts, likelihood, causes, scores by hand, promises. One call, one transaction, one event.

The records are not read anew: the revision that comes of it has the same readings, and its score is worked out from the same sheet.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import forms, ledger
from shixiao.engine import scoring
from shixiao.engine.bilingual import Text
from shixiao.engine.scoring import Unscorable
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import User
from shixiao.people.permissions import may_evaluate
from shixiao.performance import events
from shixiao.performance.evaluation import texts
from shixiao.performance.evaluation.contents import content_of
from shixiao.performance.evaluation.making import NotEvaluable, hold
from shixiao.performance.evaluation.reckoning import score_json, typed
from shixiao.performance.evaluation.texts import CAUSES, FIELDS, LIKELIHOODS, LONG, PROJECT, Texts
from shixiao.performance.models import Evaluation, EvaluationKind, Promise
from shixiao.performance.models.evaluations import POST_LENGTH
from shixiao.performance.wordings import said

WITH_WHY = ("points", "likelihood", "spending")
MOST_SPENT = Decimal(10) ** 9  # 万元


class NotEditable(ValueError):
    """It cannot be written so; `wrong` says of which row and field what is wrong, `sentence` all of it."""

    def __init__(self, wrong: Mapping[tuple[str, str], str]) -> None:
        super().__init__("；".join(wrong.values()))
        self.wrong = dict(wrong)


@dataclass(frozen=True)
class Promised:
    """An improvement with a day and a post."""

    row: str
    due_on: date
    post: str


@dataclass(frozen=True)
class Changes:
    """What somebody wrote: by row ("0" is the project) and field the text (of causes their words; None takes it back to the draft), the
    reasons of typed scores and likelihoods, and what is promised."""

    said: Mapping[tuple[str, str], str | Sequence[str] | None]
    why: Mapping[tuple[str, str], str] = field(default_factory=dict)
    promises: Sequence[Promised] = ()


def edit(evaluation: Evaluation, changes: Changes, *, reason: str, by: User, now: datetime) -> Evaluation:
    """One more revision with what was written; the same one where nothing is otherwise.

    Raises `PermissionDenied`; `NotEvaluable` for an old version or a revision that is not the newest any more; `NotEditable`
    with everything that is wrong: a typed score or another likelihood without a reason, a mark of secrecy, a text that is too long.
    """
    if not may_evaluate(by):
        raise PermissionDenied(_("自评和监控的文字由绩效管理员修改。"))
    told = reason.strip().replace("\0", "") or _("修改文字")
    with transaction.atomic():
        hold(evaluation.version)
        _check_newest(evaluation)
        written = _written(evaluation, changes)
        found = _revised(evaluation, written)
        if (found.texts, found.sheet) == (evaluation.texts, evaluation.sheet) and not changes.promises:
            return evaluation
        found.reason, found.made_by, found.made_at = told, by, now
        found.content_hash = forms.content_hash(content_of(found))
        found.save(force_insert=True)
        promises = [_promise(found, each) for each in changes.promises]
        _record(found, edits=_edited(evaluation, found), promises=promises, by=by, now=now)
    return found


def _check_newest(evaluation: Evaluation) -> None:
    same = {name: getattr(evaluation, name) for name in ("version_id", "project_id", "kind", "until")}
    if Evaluation.objects.filter(**same, revision__gt=evaluation.revision).exists():
        raise NotEvaluable(
            Text(
                "这不是最新的一次：别人刚改过，或重新冻结过。请打开最新的一次再改，填写的内容没有丢。",
                "This is not the newest revision: somebody changed it or froze it anew. Open the newest one; what you typed is still here.",
            )
        )


# ---- what was written ------------------------------------------------------------------------------------------


def _written(evaluation: Evaluation, changes: Changes) -> Texts:
    """The texts with the changes in them. Raises `NotEditable`."""
    rows = {PROJECT, *(str(row["row"]) for row in evaluation.rows)}
    made: Texts = deepcopy(evaluation.texts)
    wrong: dict[tuple[str, str], str] = {}
    for (row, name), said_of in changes.said.items():
        if row not in rows or name not in FIELDS:
            continue
        try:
            _write(made, row, name, said_of, changes.why.get((row, name), ""))
        except ValueError as refused:
            wrong[row, name] = str(refused)
    wrong |= {(each.row, "promise"): said_of for each in changes.promises if (said_of := _wrong_promise(made, each))}
    if wrong:
        raise NotEditable(wrong)
    return {row: fields for row, fields in made.items() if fields}


def _write(made: Texts, row: str, name: str, told: str | Sequence[str] | None, why: str) -> None:
    """One field. Raises ValueError with the sentence."""
    fields = made.setdefault(row, {})
    before = fields.get(name, {})
    draft = before.get("draft", "")
    if name == "causes":
        chosen = [each for each in CAUSES if told and each in told]
        _keep(fields, name, {"draft": draft, "text": chosen} if chosen else {})
        return
    text = None if told is None else _clean(str(told))
    if name == "points" and text:
        text = _points(text)
    if name == "spending":
        text = _amount(text) if text else None
    if name == "likelihood" and text and text not in [each.value for each in LIKELIHOODS.values()]:
        raise ValueError(_("没有这种可能性。"))
    is_own = text is not None and text != draft
    if not is_own:
        _keep(fields, name, {"draft": draft} if draft else {})
        return
    kept: dict[str, Any] = {"draft": draft, "text": text}
    if name in WITH_WHY and text:
        kept["why"] = _clean(why)
        if not kept["why"]:
            raise ValueError(_("请写明理由。"))
    _keep(fields, name, kept)


def _keep(fields: dict[str, Any], name: str, kept: dict[str, Any]) -> None:
    if kept:
        fields[name] = kept
    else:
        fields.pop(name, None)


def _clean(told: str) -> str:
    text = told.strip().replace("\0", "").replace("\r\n", "\n")
    if len(text) > LONG:
        raise ValueError(_("最多 %(most)d 字，现在 %(now)d 字。") % {"most": LONG, "now": len(text)})
    if is_marked(text):
        raise ValueError(_("有密级标志，不能写进这里。"))
    return text


def _points(text: str) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("得分要写成数字，如 8.5。")) from None
    if not value.is_finite():
        raise ValueError(_("得分要写成数字，如 8.5。"))
    return format(value.normalize(), "f")


def _amount(text: str) -> str:
    """An amount in 万元, to the fen of a yuan at most."""
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError(_("金额写成数字，单位万元，如 138.05。")) from None
    if not value.is_finite() or not 0 <= value < MOST_SPENT or value != round(value, 6):
        raise ValueError(_("金额不小于 0，最多六位小数，单位万元。"))
    return format(value.normalize() + 0, "f")


def _wrong_promise(made: Texts, promised: Promised) -> str:
    if not texts.shown(made, promised.row, "improvement"):
        return _("先写改进措施，再写完成日和岗位。")
    post = promised.post.strip()
    if not post or len(post) > POST_LENGTH or is_marked(post):
        return _("请写负责的岗位，最多 %(n)d 字。") % {"n": POST_LENGTH}
    return ""


# ---- the revision that comes of it -----------------------------------------------------------------------------


def _revised(evaluation: Evaluation, written: Texts) -> Evaluation:
    sheet, score = evaluation.sheet, evaluation.score
    if evaluation.kind == EvaluationKind.SELF_EVALUATION and evaluation.profile is not None:
        read = typed(scoring.sheet_from_json(sheet), written)
        sheet, score = scoring.sheet_as_json(read), _scored(read, evaluation)
    return Evaluation(
        version_id=evaluation.version_id,
        project_id=evaluation.project_id,
        kind=evaluation.kind,
        until=evaluation.until,
        revision=evaluation.revision + 1,
        head=evaluation.head,
        rows=evaluation.rows,
        funds=evaluation.funds,
        texts=written,
        sheet=sheet,
        profile=evaluation.profile,
        score=score,
        edits=evaluation,
    )


def _scored(sheet: scoring.Sheet, evaluation: Evaluation) -> dict[str, Any]:
    """The score anew. A typed score that the engine refuses is a fault of its field; what stood against scoring before still does."""
    profile = scoring.profile_from_json(evaluation.profile)
    try:
        return score_json(scoring.score(sheet, profile), [])
    except Unscorable as refused:
        if "faults" in (evaluation.score or {}):
            return score_json(None, refused.faults)
        raise NotEditable({(_row_of(each.place), "points"): said(each.text) for each in refused.faults}) from None


def _row_of(place: str) -> str:
    return place.removeprefix("row ") if place.startswith("row ") else PROJECT


def _promise(evaluation: Evaluation, promised: Promised) -> Promise:
    return Promise.objects.create(
        evaluation=evaluation,
        row=int(promised.row),
        text=texts.shown(evaluation.texts, promised.row, "improvement"),
        due_on=promised.due_on,
        post=promised.post.strip(),
    )


def _edited(before: Evaluation, after: Evaluation) -> list[str]:
    """Which fields were written, as `row.field`."""
    found = []
    for row in {**before.texts, **after.texts}:
        old, new = before.texts.get(row, {}), after.texts.get(row, {})
        found += [f"{row}.{name}" for name in {**old, **new} if old.get(name) != new.get(name)]
    return found


def _record(
    evaluation: Evaluation, *, edits: Sequence[str], promises: Sequence[Promise], by: User, now: datetime
) -> None:
    version = evaluation.version
    particulars = {
        "version": version.number,
        "evaluation": evaluation.kind,
        "until": evaluation.until.isoformat(),
        "revisions": [evaluation.pk],
        "hashes": [evaluation.content_hash],
        "edits": list(edits),
        "promises": [each.pk for each in promises],
    }
    ledger.record(events.EVALUATION_EDITED, subject=version.plan, by=by, now=now, particulars=particulars)
