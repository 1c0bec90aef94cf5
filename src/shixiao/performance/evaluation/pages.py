"""Frozen revisions as their pages show them, in the language that is active."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao import forms
from shixiao.engine.bilingual import Text
from shixiao.performance.evaluation import texts
from shixiao.performance.evaluation.contents import hand_of
from shixiao.performance.evaluation.scores import amount, lines_of, total_of
from shixiao.performance.evaluation.texts import PROJECT
from shixiao.performance.models import Evaluation
from shixiao.performance.wordings import said
from shixiao.ui import formats

Json = dict[str, Any]
BASES: Mapping[str, object] = {
    "measured": gettext_lazy("实测"),
    "nothing_occurred": gettext_lazy("无发生"),
    "reviewed": gettext_lazy("评议"),
    "declared": gettext_lazy("填报"),
    "none": gettext_lazy("尚无证据"),
}
FIELD_WORDS: Mapping[str, object] = {
    "reason": gettext_lazy("偏差原因"),
    "improvement": gettext_lazy("改进措施"),
    "over_reason": gettext_lazy("超额说明"),
    "likelihood": gettext_lazy("可能性"),
    "causes": gettext_lazy("原因类别"),
    "remark": gettext_lazy("备注"),
    "points": gettext_lazy("人工打分"),
    "achieved": gettext_lazy("实际完成情况"),
    "spending": gettext_lazy("全年预计执行数（万元）"),
}
CAUSE_TITLES: Mapping[str, object] = {
    "money": gettext_lazy("经费保障"),
    "rules": gettext_lazy("制度保障"),
    "staff": gettext_lazy("人员保障"),
    "equipment": gettext_lazy("硬件条件保障"),
    "other": gettext_lazy("其他"),
}
LIKELIHOOD_TITLES: Mapping[str, object] = {
    forms.Likelihood.CERTAIN.value: gettext_lazy("确定能"),
    forms.Likelihood.POSSIBLE.value: gettext_lazy("有可能"),
    forms.Likelihood.IMPOSSIBLE.value: gettext_lazy("完全不可能"),
}


def told(written: Json | str | None) -> str:
    """A text of both languages that was kept as JSON, in the language of the page."""
    return said(Text(written["zh"], written["en"])) if isinstance(written, dict) else ""


@dataclass(frozen=True)
class Grade:
    """The grade in words, and whether it is certain."""

    word: str
    is_certain: bool


def grade(total: Json | None) -> Grade:
    """The grade; between which it will be where points are open."""
    if total is None:
        return Grade(_("没有计分"), is_certain=False)
    if total["grade"]:
        return Grade(told(total["grade"]), is_certain=True)
    if total["lowest"] and total["highest"]:
        return Grade(
            _("未定（%(low)s到%(high)s）") % {"low": told(total["lowest"]), "high": told(total["highest"])}, False
        )
    return Grade(_("未定"), is_certain=False)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A project in the list of a year or a cut-off. `missing` is what was scored and lost, `open` what nobody scored."""

    evaluation: Evaluation
    address: str
    total: Json | None
    computed: Json | None
    grade: Grade
    missing: str
    open: str
    unscored: int
    has_hand: bool
    faults: Sequence[str]
    money: Mapping[str, str]
    counted: Mapping[str, int]
    has_spending: bool


def listed(evaluations: Sequence[Evaluation]) -> list[Listed]:
    """The projects of a run."""
    return [_listed(each) for each in evaluations]


def _listed(evaluation: Evaluation) -> Listed:
    total, lines, score = total_of(evaluation), lines_of(evaluation), evaluation.score or {}
    missing = Decimal(total["scored"]) - Decimal(total["points"]) if total else Decimal(0)
    every = (lines.execution, *lines.rows) if lines else ()
    counted: dict[str, int] = {}
    for row in evaluation.rows:
        counted[row["status"]] = counted.get(row["status"], 0) + 1
    return Listed(
        evaluation=evaluation,
        address=address(evaluation),
        total=total,
        computed=score.get("computed"),
        grade=grade(total),
        missing=f"{missing.normalize() + 0:f}",
        open=total["open"] if total else "",
        unscored=sum(line["open"] != "0" for line in every),
        has_hand=bool(score.get("with_hand")),
        faults=[told(each["text"]) for each in score.get("faults", ())],
        money=money_of(evaluation),
        counted=counted,
        has_spending=texts.is_edited(evaluation.texts, PROJECT, "spending"),
    )


def money_of(evaluation: Evaluation) -> Mapping[str, str]:
    """The row of the total, to the fen of 万元 that a page shows; a dash where nothing is known."""
    total = evaluation.funds[0]
    known = {**total, "expected": texts.spending(evaluation.texts, total["expected"])}
    return {name: _wan(known[name]) for name in ("opening", "adjusted", "executed", "expected")}


def spending_by_hand(evaluation: Evaluation) -> Mapping[str, str]:
    """What was worked out of 全年预计执行数, and why a person says another; empty where nobody does."""
    if not texts.is_edited(evaluation.texts, PROJECT, "spending"):
        return {}
    why = str(evaluation.texts[PROJECT]["spending"].get("why", ""))
    return {"computed": _wan(evaluation.funds[0]["expected"]), "why": why}


def _wan(said_of: str | None) -> str:
    known = amount(said_of)
    return "—" if known is None else formats.money(known.quantize(_CENT))


_CENT = Decimal("0.01")


def address(evaluation: Evaluation, name: str = "evaluation", *more: object) -> str:
    """A page of a revision."""
    version = evaluation.version
    return reverse(f"performance:{name}", args=[version.plan_id, version.number, evaluation.pk, *more])


@dataclass(frozen=True, kw_only=True)
class Line:
    """An indicator, or the execution of the budget (`row` 0), as the page of one project shows it."""

    row: int
    name: str
    address: str = ""
    wording: str = ""
    actual: str = ""
    basis: str = ""
    basis_word: object = ""
    status: str = ""
    score: Json | None = None
    by_hand: Json | None = None
    found: str = ""
    lost: Sequence[Json] = ()
    notes: Sequence[str] = ()
    cases: Sequence[tuple[str, str]] = ()
    texts: Sequence[Json] = ()
    expected: str = ""
    likelihood: object = ""
    is_other_likelihood: bool = False
    causes: Sequence[object] = ()
    marks: Sequence[str] = ()


def lines(evaluation: Evaluation) -> list[Line]:
    """The execution first where it is scored, then every indicator."""
    scored = lines_of(evaluation)
    lost: dict[int, list[Json]] = {}
    for each in (evaluation.score or {}).get("explanations", ()):
        one = {**each, "word": told(each["word"]), "said": told(each["text"])}
        lost.setdefault(each["row"] or 0, []).append(one)
    found = []
    if scored is not None:
        found.append(
            Line(
                row=0,
                name=_("预算执行率"),
                score=scored.execution,
                by_hand=scored.execution["by_hand"],
                found=told(scored.execution["found"]),
                lost=lost.get(0, ()),
                notes=[told(each["text"]) for each in scored.execution["notes"]],
                texts=_texts(evaluation, PROJECT, ("reason", "improvement")),
            )
        )
    return found + [_line(evaluation, row, scored.of(row["row"]) if scored else None, lost) for row in evaluation.rows]


def _line(evaluation: Evaluation, row: Json, score: Json | None, lost: Mapping[int, Sequence[Json]]) -> Line:
    key, version = str(row["row"]), evaluation.version
    on = f"?on={evaluation.until.isoformat()}"
    likelihood = texts.shown(evaluation.texts, key, "likelihood") or row["likelihood"]
    chosen = evaluation.texts.get(key, {}).get("causes", {}).get("text") or ()
    return Line(
        row=row["row"],
        name=row["name"],
        address=reverse("performance:why", args=[version.plan_id, version.number, row["row"]]) + on,
        wording=row["wording"],
        actual=told(row["actual"]),
        basis=row["basis"],
        basis_word=BASES[row["basis"]],
        status=row["status"],
        score=score,
        by_hand=score["by_hand"] if score else None,
        found=told(score["found"]) if score else "",
        lost=lost.get(row["row"], ()),
        notes=[told(each["text"]) for each in score["notes"]] if score else (),
        cases=list(_cases(row)),
        texts=_texts(evaluation, key, ("reason", "improvement", "over_reason", "remark")),
        expected=told(row["expected"]),
        likelihood=LIKELIHOOD_TITLES.get(likelihood, ""),
        is_other_likelihood=texts.is_edited(evaluation.texts, key, "likelihood"),
        causes=[CAUSE_TITLES[each] for each in chosen],
        marks=_marks(row),
    )


def _cases(row: Json) -> list[tuple[str, str]]:
    """The ways to the cases behind a row: those missed first, otherwise all of them."""
    found = []
    for part in row["parts"]:
        ways = part["cases"]
        missed = (part["counts"] or {}).get("missed", 0)
        if "missed" in ways:
            found.append((_("未达标的 %(n)s 件") % {"n": missed}, ways["missed"]))
        elif "" in ways and part["basis"] != "none":
            found.append((_("事项"), ways[""]))
    return found


def _marks(row: Json) -> list[str]:
    """What a reader has to know beside the figure."""
    found = []
    if row["is_hidden"]:
        found.append(_("限制台账，只按是否达到计分"))
    for part in row["parts"]:
        if part["is_provisional"]:
            found.append(_("统计期暂定"))
        if part["awaits"]:
            found.append(_("还缺办公系统的记录"))
        if part["refusal"]:
            found.append(part["refusal"])
        if part["is_bound_later"]:
            found.append(_("那天以后才绑定"))
    return list(dict.fromkeys(found))


def _texts(evaluation: Evaluation, row: str, names: Sequence[str]) -> list[Json]:
    """Texts with their drafts, those that are there."""
    found = []
    for name in names:
        shown = texts.shown(evaluation.texts, row, name)
        if not shown:
            continue
        is_edited = texts.is_edited(evaluation.texts, row, name)
        draft = evaluation.texts[row][name].get("draft", "") if is_edited else ""
        found.append({"title": FIELD_WORDS[name], "text": shown, "is_edited": is_edited, "draft": draft})
    return found


def sum_of_lost(evaluation: Evaluation) -> Json | None:
    """The explanations added up beside what is missing: the same number, always."""
    score = evaluation.score or {}
    if "rows" not in score:
        return None
    is_typed = score["with_hand"] is not None
    listed_ = score["explanations_by_hand"] if is_typed else score["explanations"]
    total = score["with_hand"] or score["computed"]
    lost = sum((Decimal(each["lost"]) for each in listed_), Decimal(0))
    missing = Decimal(total["whole"]) - Decimal(total["points"])
    return {
        "count": len(listed_),
        "lost": f"{lost.normalize() + 0:f}",
        "missing": f"{missing.normalize() + 0:f}",
        "is_same": lost == missing,
        "whole": total["whole"],
        "points": total["points"],
        "check": told(score["weights"]["check"]),
        "moved": [told(each) for each in score["weights"]["moved"]],
        "groups": [{**each, "title": told(each["title"])} for each in score["weights"]["groups"]],
    }


def reasons_by_hand(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Which rows were scored by hand, and why."""
    named = {"0": _("预算执行率")} | {str(row["row"]): f"{row['row']} {row['name']}" for row in evaluation.rows}
    return [(name, why) for key, name in named.items() if (why := hand_of(evaluation, key))]
