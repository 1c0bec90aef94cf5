"""The form in which people write beside the records of one project; what was typed stays when it is refused."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shixiao.performance import queries
from shixiao.performance.board import choosing
from shixiao.performance.evaluation import editing, making, pages, texts
from shixiao.performance.evaluation.editing import Changes, Promised
from shixiao.performance.evaluation.texts import CAUSES, PROJECT
from shixiao.performance.models import Evaluation, EvaluationKind
from shixiao.performance.views.evaluating import READ, check_may_evaluate, found_evaluation, trail_of
from shixiao.performance.wordings import said

OF_A_ROW = {
    EvaluationKind.SELF_EVALUATION.value: ("reason", "improvement", "over_reason", "points"),
    EvaluationKind.MONITORING.value: ("causes", "reason", "likelihood", "improvement", "remark"),
}
OF_THE_PROJECT = {
    EvaluationKind.SELF_EVALUATION.value: ("achieved", "reason", "improvement", "points"),
    EvaluationKind.MONITORING.value: ("spending",),
}


@require_http_methods(READ)
def edit(request: HttpRequest, plan: int, number: int, evaluation: int) -> HttpResponse:
    """Write reasons, improvements, likelihoods, scores by hand. Each time one more revision; the readings stay."""
    version = queries.version_of(plan, number)
    user = check_may_evaluate(request, version)
    one = found_evaluation(plan, number, evaluation)
    wrong: Mapping[tuple[str, str], str] = {}
    refused = ""
    if request.method == "POST":
        try:
            changes = changes_of(one, request.POST)
            made = editing.edit(one, changes, reason=request.POST.get("why", "")[:500], by=user, now=timezone.now())
        except editing.NotEditable as refusal:
            wrong, refused = refusal.wrong, _("还没有保存。请看栏目旁边的说明；填写的内容都在。")
        except making.NotEvaluable as refusal:
            refused = said(refusal.text)
        else:
            messages.success(request, _("已保存为新的一次。") if made.pk != one.pk else _("没有改动。"))
            return redirect(pages.address(made))
    context = {
        "version": version,
        "one": one,
        "blocks": list(_blocks(one, request.POST if request.method == "POST" else None, wrong)),
        "refused": refused,
        "is_scored": one.kind == EvaluationKind.SELF_EVALUATION,
        "likelihoods": pages.LIKELIHOOD_TITLES.items(),
        "back": pages.address(one),
        "trail": [
            *trail_of(version, one),
            {"title": one.head["project"], "address": pages.address(one)},
            {"title": _("修改文字"), "address": ""},
        ],
    }
    return render(request, "performance/evaluation/edit.html", context, status=422 if refused else 200)


def changes_of(one: Evaluation, posted: Any) -> Changes:
    """What was typed, of the rows and fields that this kind of evaluation has. Raises `NotEditable` for a day that is none."""
    told: dict[tuple[str, str], Any] = {}
    why: dict[tuple[str, str], str] = {}
    promises, wrong = [], {}
    for key, names in _places(one):
        for name in names:
            field = f"r{key}-{name}"
            if name == "causes":
                told[key, name] = posted.getlist(field)
            elif field in posted:
                told[key, name] = posted[field]
                why[key, name] = posted.get(f"{field}-why", "")
        due = posted.get(f"r{key}-due", "").strip()
        if due or posted.get(f"r{key}-post", "").strip():
            day = choosing.day_of(due)
            if day is None:
                wrong[key, "promise"] = _("请写完成日，如 2026-12-31。")
            else:
                promises.append(Promised(key, day, posted.get(f"r{key}-post", "")))
    if wrong:
        raise editing.NotEditable(wrong)
    return Changes(told, why, _new_only(one, promises))


def _new_only(one: Evaluation, promises: list[Promised]) -> list[Promised]:
    """Without what was promised in these words before."""
    known = {(str(each.row), each.due_on, each.post) for each in one.promises.all()}
    return [each for each in promises if (each.row, each.due_on, each.post.strip()) not in known]


def _places(one: Evaluation) -> list[tuple[str, tuple[str, ...]]]:
    of_row = OF_A_ROW[one.kind]
    return [(PROJECT, OF_THE_PROJECT[one.kind]), *((str(row["row"]), of_row) for row in one.rows)]


def _blocks(one: Evaluation, posted: Any, wrong: Mapping[tuple[str, str], str]) -> Any:
    """A block of fields for each row, with what was typed, the draft, and what is wrong."""
    lines = {str(line.row): line for line in pages.lines(one)}
    for key, names in _places(one):
        if not names:
            continue
        line = lines.get(key)
        fields = [_field(one, key, name, posted, wrong) for name in names if _is_asked(one, key, name)]
        yield {
            "key": key,
            "line": line,
            "name": line.name if line is not None and key != PROJECT else _("项目"),
            "fields": fields,
            "can_promise": "improvement" in names,
            "due": (posted or {}).get(f"r{key}-due", ""),
            "post": (posted or {}).get(f"r{key}-post", ""),
            "promise_error": wrong.get((key, "promise"), ""),
            "is_open": key == PROJECT
            or any(each["value"] or each["error"] for each in fields if each["name"] != "likelihood"),
        }


def _is_asked(one: Evaluation, key: str, name: str) -> bool:
    """Far above the target is explained only where it is."""
    if name != "over_reason":
        return True
    score = next((each for each in (one.score or {}).get("rows", ()) if str(each["row"]) == key), None)
    codes = {each["code"] for each in score["notes"]} if score else set()
    return bool(codes & {"far_above", "far_above_explained"}) or bool(texts.shown(one.texts, key, name))


def _field(one: Evaluation, key: str, name: str, posted: Any, wrong: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    kept, field = one.texts.get(key, {}).get(name, {}), f"r{key}-{name}"
    draft = kept.get("draft", "")
    value: Any = kept.get("text") or [] if name == "causes" else texts.shown(one.texts, key, name)
    why = kept.get("why", "")
    if posted is not None:
        value = posted.getlist(field) if name == "causes" else posted.get(field, "")
        why = posted.get(f"{field}-why", "")
    return {
        "name": name,
        "id": field,
        "title": pages.FIELD_WORDS[name],
        "value": value,
        "draft": draft if value != draft else "",
        "why": why,
        "error": wrong.get((key, name), ""),
        "choices": [(each, pages.CAUSE_TITLES[each], each in value) for each in CAUSES] if name == "causes" else (),
    }
