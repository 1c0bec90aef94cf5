"""From frozen revisions to what stands on the official forms. A form of a project follows from its revision alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from shixiao import forms
from shixiao.engine import scoring
from shixiao.engine.scoring import Money, Share, Unscorable
from shixiao.performance.evaluation import drafting, texts
from shixiao.performance.evaluation.scores import Lines, amount, lines_of, total_of
from shixiao.performance.evaluation.texts import PROJECT
from shixiao.performance.models import Evaluation, EvaluationKind

Json = dict[str, Any]
BASES: Mapping[str, forms.Basis] = {
    "measured": forms.Basis.MEASURED,
    "nothing_occurred": forms.Basis.NOTHING_OCCURRED,
    "reviewed": forms.Basis.REVIEWED,
    "declared": forms.Basis.DECLARED,
    "none": forms.Basis.NO_EVIDENCE,
}


def content_of(evaluation: Evaluation) -> forms.Content:
    """The form of one project: 自评表 or 运行监控表. The same revision always has the same content, and so the same hash."""
    if evaluation.kind == EvaluationKind.MONITORING:
        return monitoring(evaluation)
    return self_evaluation(evaluation)


def self_evaluation(evaluation: Evaluation) -> forms.SelfEvaluation:
    """项目支出绩效自评表. Where somebody scored by hand the typed score counts, and the reason is on the form."""
    lines, total = lines_of(evaluation), total_of(evaluation)
    return forms.SelfEvaluation(
        **_head(evaluation),
        **_project(evaluation),
        funds=evaluated_funds(evaluation.funds, lines),
        expected_goal=evaluation.head["objective"],
        achieved_goal=texts.shown(evaluation.texts, PROJECT, "achieved"),
        indicators=tuple(_evaluated(evaluation, row, lines) for row in evaluation.rows),
        total_weight=amount(total["whole"]) if total else None,
        total_score=amount(total["points"]) if total else None,
        grade=grade_of(total),
    )


def monitoring(evaluation: Evaluation) -> forms.Monitoring:
    """项目支出绩效运行监控表."""
    return forms.Monitoring(
        **_head(evaluation),
        **_project(evaluation),
        until=period_of(evaluation),
        funds=tuple(
            forms.MonitoredFunds(
                label=each["label"],
                opening=amount(each["opening"]),
                executed=amount(each["executed"]),
                rate=_rate(each["adjusted"], each["executed"]),
                expected=amount(
                    texts.spending(evaluation.texts, each["expected"]) if each["code"] == "total" else each["expected"]
                ),
            )
            for each in evaluation.funds
        ),
        annual_goal=evaluation.head["objective"],
        indicators=tuple(_monitored(evaluation, row) for row in evaluation.rows),
    )


def period_of(evaluation: Evaluation) -> str:
    """1-7月, or up to a day that ends no month."""
    until, year = evaluation.until, evaluation.head["year"]
    if until.year != year:
        return f"{year}年全年（按{until.year}年{until.month}月{until.day}日所知）"
    is_month = (until + timedelta(days=1)).day == 1
    return f"1-{until.month}月" if is_month else f"1月1日至{until.month}月{until.day}日"


def grade_of(total: Json | None) -> str:
    """The grade; what it will be between where points are still open; "" where nothing could be scored."""
    if total is None:
        return ""
    if total["grade"]:
        return str(total["grade"]["zh"])
    if total["lowest"] and total["highest"]:
        return f"未定（{total['lowest']['zh']}到{total['highest']['zh']}）"
    return "未定"


def evaluated_funds(funds: Sequence[Json], lines: Lines | None) -> tuple[forms.EvaluatedFunds, ...]:
    """The rows of the funds; weight and score stand on the row of the total."""
    found = []
    for each in funds:
        scored = lines.execution if lines is not None and each["code"] == "total" else None
        found.append(
            forms.EvaluatedFunds(
                label=each["label"],
                opening=amount(each["opening"]),
                adjusted=amount(each["adjusted"]),
                executed=amount(each["executed"]),
                weight=amount(scored["weight"]) if scored else None,
                rate=_rate(each["adjusted"], each["executed"]),
                score=counting(scored) if scored else None,
            )
        )
    return tuple(found)


def counting(line: Json) -> Decimal | None:
    """The points that count: typed ones before computed ones; None where there are neither."""
    return amount(line["by_hand"]["points"] if line["by_hand"] else line["points"])


def _rate(adjusted: str | None, executed: str | None) -> Decimal | None:
    return scoring.rate_in_percent(Money(full_year=amount(adjusted), executed=amount(executed)))


def _head(evaluation: Evaluation) -> Json:
    """Whom it is of and where its figures come from. Who signs is written by hand."""
    head = evaluation.head
    return {
        "year": str(head["year"]),
        "made_on": timezone.localtime(evaluation.made_at).date(),
        "source": source_of(evaluation),
        "simulated": bool(head["simulated"]),
    }


def source_of(evaluation: Evaluation) -> str:
    """Where the figures come from, and what of it is not from records."""
    head = evaluation.head
    until = evaluation.until
    known = f"实效事件簿，按{until.year}年{until.month}月{until.day}日终了时所知"
    said = [known, f"{head['year']}年度绩效目标表第{head['version']}版", f"第{evaluation.revision}次"]
    none = sum(row["basis"] == "none" for row in evaluation.rows)
    declared = sum(row["basis"] == "declared" for row in evaluation.rows)
    if declared:
        said.append(f"{declared} 项为填报值")
    if none:
        said.append(f"{none} 项尚无证据" + ("，没有计分" if evaluation.score else ""))
    if evaluation.kind == EvaluationKind.SELF_EVALUATION and not head["is_year_over"]:
        said.append("年度还没有结束")
    if evaluation.kind == EvaluationKind.MONITORING and head["time"]:
        said.append(f"全年时间已过 {head['time']}%")
    if evaluation.kind == EvaluationKind.MONITORING and (spending := _spending(evaluation)):
        said.append(spending)
    if any(hand_of(evaluation, row) for row in (PROJECT, *(str(each["row"]) for each in evaluation.rows))):
        said.append("有人工打分，见备注")
    return "；".join(said) + "。"


def _spending(evaluation: Evaluation) -> str:
    """On what 全年预计执行数 stands; where a person said another figure, both, and why."""
    computed = evaluation.funds[0]["expected"]
    if texts.is_edited(evaluation.texts, PROJECT, "spending"):
        why = evaluation.texts[PROJECT]["spending"].get("why", "")
        beside = f"按已过时间的进度推算为 {computed} 万元" if computed is not None else "没有可以推算的"
        return f"全年预计执行数为填报值（{beside}），理由：{why.rstrip('。')}"
    is_worked_out = evaluation.head["time"] and computed is not None
    return "全年预计执行数按已过时间的进度推算，不超过预算" if is_worked_out else ""


def hand_of(evaluation: Evaluation, row: str) -> str:
    """Why a row was scored by hand; "" where it was not."""
    field = evaluation.texts.get(row, {}).get("points", {})
    return str(field.get("why", "")) if field.get("text") else ""


def _project(evaluation: Evaluation) -> Json:
    head = evaluation.head
    return {"project": head["project"], "department": head["department"], "unit": head["unit"]}


def levels(row: Mapping[str, Any]) -> Json:
    """Without the numbers of classes that the published table prints before them."""
    return {"level1": _NUMBER.sub("", row["level1"]), "level2": _NUMBER.sub("", row["level2"]), "level3": row["name"]}


_NUMBER = re.compile(r"^\d+[-－]")


def _actual(row: Json) -> str:
    """What was reached; of what has no evidence a dash, since the form says the basis beside it."""
    is_single = len(row["parts"]) == 1
    return "—" if row["basis"] == "none" and is_single else str(row["actual"]["zh"])


def _evaluated(evaluation: Evaluation, row: Json, lines: Lines | None) -> forms.EvaluatedIndicator:
    key = str(row["row"])
    line = lines.of(row["row"]) if lines is not None else None
    return forms.EvaluatedIndicator(
        **levels(row),
        target=row["wording"],
        actual=_actual(row),
        basis=BASES[row["basis"]],
        weight=amount(line["weight"]) if line else None,
        score=counting(line) if line else None,
        reason=_reason(evaluation, key, line),
        improvement=texts.shown(evaluation.texts, key, "improvement"),
    )


def _reason(evaluation: Evaluation, key: str, line: Json | None) -> str:
    said = [texts.shown(evaluation.texts, key, "reason")]
    if over := texts.shown(evaluation.texts, key, "over_reason"):
        said.append(f"超额说明：{over}")
    if line is not None and line["by_hand"]:
        computed = line["points"] if line["points"] is not None else "未计"
        said.append(f"人工打分 {line['by_hand']['points']}（计算为 {computed}）：{line['by_hand']['reason']}")
    return "\n".join(each for each in said if each)


def _monitored(evaluation: Evaluation, row: Json) -> forms.MonitoredIndicator:
    key = str(row["row"])
    likely = texts.shown(evaluation.texts, key, "likelihood") or row["likelihood"]
    chosen = evaluation.texts.get(key, {}).get("causes", {}).get("text") or []
    said = [texts.shown(evaluation.texts, key, "reason"), _improved(evaluation, key)]
    return forms.MonitoredIndicator(
        **levels(row),
        target=row["wording"],
        actual=_actual(row),
        basis=BASES[row["basis"]],
        expected=row["expected"]["zh"] if row["expected"] else "",
        causes=frozenset(texts.CAUSES[each] for each in chosen),
        explanation="\n".join(each for each in said if each),
        likelihood=forms.Likelihood(likely) if likely else None,
        remark=texts.shown(evaluation.texts, key, "remark") or _why_otherwise(evaluation, key),
    )


def _improved(evaluation: Evaluation, key: str) -> str:
    said = texts.shown(evaluation.texts, key, "improvement")
    return f"措施：{said}" if said else ""


def _why_otherwise(evaluation: Evaluation, key: str) -> str:
    """Why a person said otherwise than the forecast."""
    if not texts.is_edited(evaluation.texts, key, "likelihood"):
        return ""
    field = evaluation.texts[key]["likelihood"]
    return f"预测为“{field['draft'] or '说不出'}”，人工判断：{field.get('why', '')}"


# ---- the department ------------------------------------------------------------------------------------------


def summary(evaluations: Sequence[Evaluation]) -> forms.Summary:
    """自评结果汇总表: a line for each project."""
    rows = tuple(_summed(number, each) for number, each in enumerate(evaluations, start=1))
    adjusted, executed = _totals(evaluations)
    return forms.Summary(
        **_head_of_all(evaluations),
        department=evaluations[0].head["department"],
        projects=rows,
        adjusted=adjusted,
        executed=executed,
        rate=scoring.rate_in_percent(Money(full_year=adjusted, executed=executed)),
        remark=codes_of(evaluations),
    )


def codes_of(evaluations: Sequence[Evaluation]) -> str:
    """From which revisions it was added up."""
    return "各项目自评表校验码：" + "、".join(each.content_hash[:16] for each in evaluations)


def _summed(number: int, evaluation: Evaluation) -> forms.SummaryRow:
    total, money = total_of(evaluation), evaluation.funds[0]
    return forms.SummaryRow(
        number=str(number),
        unit=evaluation.head["unit"],
        project=evaluation.head["project"],
        adjusted=amount(money["adjusted"]),
        executed=amount(money["executed"]),
        rate=_rate(money["adjusted"], money["executed"]),
        score=amount(total["points"]) if total else None,
        grade=grade_of(total),
        unmet="\n".join(_unmet(evaluation)),
        improvement="\n".join(_improvements(evaluation)),
    )


def _unmet(evaluation: Evaluation) -> Iterator[str]:
    """The rows that lack points; what is not scored is counted, not listed."""
    lines = lines_of(evaluation)
    if lines is None:
        yield "没有计分：" + "；".join(each["text"]["zh"] for each in (evaluation.score or {}).get("faults", ()))
        return
    for line in lines.rows:
        if line["lost"] != "0" and line["open"] == "0":
            yield f"{line['row']} {line['name']}：扣 {line['lost']} 分"
    without = [line for line in lines.rows if line["open"] != "0"]
    if without:
        points = sum((Decimal(line["open"]) for line in without), Decimal(0))
        yield f"{len(without)} 项没有计分（{points.normalize():f} 分）"


def _improvements(evaluation: Evaluation) -> list[str]:
    rows = (PROJECT, *(str(row["row"]) for row in evaluation.rows))
    said = (texts.shown(evaluation.texts, row, "improvement") for row in rows)
    return list(dict.fromkeys(each for each in said if each))


def _totals(evaluations: Sequence[Evaluation]) -> tuple[Decimal | None, Decimal | None]:
    """Of the projects whose budget is known; None where that is none of them."""
    known = [each.funds[0] for each in evaluations if each.funds[0]["adjusted"] is not None]
    if not known:
        return None, None
    return tuple(  # type: ignore[return-value]
        sum((amount(each[name]) or Decimal(0) for each in known), Decimal(0)) for name in ("adjusted", "executed")
    )


def _head_of_all(evaluations: Sequence[Evaluation]) -> Json:
    newest = max(evaluations, key=lambda each: each.made_at)
    head = _head(newest)
    until = newest.until
    said = (
        f"各项目自评的最新一次，按{until.year}年{until.month}月{until.day}日终了时所知；共 {len(evaluations)} 个项目。"
    )
    return head | {"source": said}


def whole_department(evaluations: Sequence[Evaluation], *, share: Share) -> forms.WholeDepartment:
    """部门整体支出绩效自评表 from the projects: each project is a main task. The table of targets prints no indicators of the whole
    department, so the form has none; how projects make the total is said on it."""
    from shixiao.performance.evaluation import departments

    found = departments.total(evaluations, share=share)
    adjusted, executed = _totals(evaluations)
    opening = [amount(each.funds[0]["opening"]) for each in evaluations]
    head = _head_of_all(evaluations)
    total = scoring.department_as_json(found.department)["total"] if found.department else None
    return forms.WholeDepartment(
        **{**head, "source": head["source"] + found.text.zh},
        department=evaluations[0].head["department"],
        funds=(
            forms.EvaluatedFunds(
                label="年度资金总额",
                opening=sum((each for each in opening if each is not None), Decimal(0)),
                adjusted=adjusted,
                executed=executed,
                rate=scoring.rate_in_percent(Money(full_year=adjusted, executed=executed)),
            ),
        ),
        tasks=tuple(_task(each) for each in evaluations),
        expected_goal="\n".join(
            dict.fromkeys(each.head["objective"] for each in evaluations if each.head["objective"])
        ),
        achieved_goal="\n".join(
            f"{each.head['project']}：{texts.shown(each.texts, PROJECT, 'achieved')}" for each in evaluations
        ),
        total_weight=amount(total["whole"]) if total else None,
        total_score=amount(total["points"]) if total else None,
        grade=grade_of(total),
    )


def _task(evaluation: Evaluation) -> forms.MainTask:
    funds = {each["code"]: each for each in evaluation.funds}
    total = total_of(evaluation)
    state = f"自评 {total['points']} 分，等级{grade_of(total)}" if total else "没有计分"
    return forms.MainTask(
        name=evaluation.head["project"],
        substance=evaluation.head["objective"],
        total=amount(funds["total"]["opening"]),
        fiscal=amount(funds["fiscal"]["opening"]) if "fiscal" in funds else None,
        other=amount(funds["other"]["opening"]) if "other" in funds else None,
        executed=amount(funds["total"]["executed"]),
        state=state,
    )


def report(evaluation: Evaluation) -> forms.Report:
    """The outline of the 绩效评价报告 of a project, with what the record says already; people write the rest."""
    lines, total = lines_of(evaluation), total_of(evaluation)
    known = _sections(evaluation, total)
    explained: dict[int | None, list[str]] = {}
    for each in (evaluation.score or {}).get("explanations", ()):
        explained.setdefault(each["row"], []).append(drafting.without_advice(each["text"]["zh"]))
    return forms.Report(
        **_head(evaluation),
        **_project(evaluation),
        sections=tuple(
            forms.Section(heading=heading, text=known.get(heading) or to_write) for heading, to_write in _OUTLINE
        ),
        lines=tuple(
            forms.Scored(
                **levels(row),
                weight=amount(line["weight"]) if line else None,
                score=counting(line) if line else None,
                explanation="；".join(explained.get(row["row"], ())) or (line["found"]["zh"] if line else ""),
            )
            for row, line in ((row, lines.of(row["row"]) if lines else None) for row in evaluation.rows)
        ),
        total_weight=amount(total["whole"]) if total else None,
        total_score=amount(total["points"]) if total else None,
        grade=grade_of(total),
    )


# Each heading, with what stands below it where the record says nothing; a heading over others has no text of its own.
_OUTLINE = tuple(
    (heading, "" if after.startswith("（一）") else "（请评价人填写。）")
    for heading, after in zip(forms.OUTLINE, (*forms.OUTLINE[1:], ""), strict=True)
)


def _sections(evaluation: Evaluation, total: Json | None) -> Mapping[str, str]:
    head, money = evaluation.head, evaluation.funds[0]
    points = f"综合得分 {total['points']} 分，等级：{grade_of(total)}。" if total else "没有计分。"
    amounts_said = f"全年预算 {money['adjusted'] or '未登记'} 万元，执行 {money['executed'] or '未登记'} 万元。"
    by_class: dict[str, list[str]] = {"产出": [], "效益": []}
    for row in evaluation.rows:
        said = f"{row['name']}：目标 {row['wording']}，实际 {row['actual']['zh']}。"
        by_class["产出" if row["code"].startswith(("1", "4")) else "效益"].append(said)
    return {
        forms.OUTLINE[1]: f"{head['project']}，由{head['unit']}实施。{amounts_said}",
        forms.OUTLINE[2]: head["objective"],
        forms.OUTLINE[
            4
        ]: f"对{head['project']} {head['year']}年度的绩效作自评，范围是全部 {len(evaluation.rows)} 项指标和全年预算。",
        forms.OUTLINE[5]: source_of(evaluation),
        forms.OUTLINE[7]: points + texts.shown(evaluation.texts, PROJECT, "achieved"),
        forms.OUTLINE[11]: "\n".join(by_class["产出"]),
        forms.OUTLINE[12]: "\n".join(by_class["效益"]),
        forms.OUTLINE[13]: "\n".join(_unmet(evaluation)),
        forms.OUTLINE[14]: "\n".join(_improvements(evaluation)),
    }


__all__ = [
    "Unscorable",
    "content_of",
    "grade_of",
    "monitoring",
    "report",
    "self_evaluation",
    "summary",
    "whole_department",
]
