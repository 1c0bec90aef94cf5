"""Texts that a person edits, drafted from the records: which cases were missed, what was not reached, what is proposed to be done.

Forms are in Chinese, and so are drafts. A restricted register gives no figure and no case.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from shixiao.casework.models import Case
from shixiao.engine.measures import Outcome
from shixiao.engine.prospects import STATUS_WORDS, Status
from shixiao.engine.scoring import Cause, Score
from shixiao.ledger import tracing
from shixiao.performance import amounts
from shixiao.performance.standing import Part, Row

MOST_NAMED = 5
_ADVICE = re.compile(r"(?<=。)请[^。]*。$")  # a sentence of its own at the end: a wording may hold 申请
BAD = (Status.MISSED, Status.UNLIKELY, Status.AT_RISK)
_IMPROVEMENTS: Mapping[str, str] = {
    Cause.LATE.value: "对临近时限的事项提前提醒，逐件跟进；每月复核超时事项的环节和原因。",
    Cause.FAILED.value: "逐件复核未达标事项，补齐薄弱环节；同类事项办理前先核对要求。",
    Cause.SHORT.value: "把未完成的量分解到季度，按月核对进度，不足的提前安排。",
    Cause.EXCEEDED.value: "按月核对，接近上限时提前预警，逐笔或逐件说明原因。",
    Cause.OUTSIDE.value: "核对指标值设置是否合理，按月核对实际数与目标的差。",
    Cause.NOT_DONE.value: "明确完成的时间和责任岗位，按节点核对。",
    Cause.DAYS_LATE.value: "倒排工期，关键节点提前核对，确保按期完成。",
    Cause.REVIEWED.value: "按评议意见逐条改进，下一次评议前核对落实情况。",
    Cause.UNSPENT.value: "细化用款计划，按月核对执行进度，及时办理支付。",
}
_BY_STATUS: Mapping[Status, str] = {
    Status.MISSED: "说明不能补救的部分，其余按月核对，避免再发生。",
    Status.UNLIKELY: "逐项列出差距，明确补救措施、时间和责任岗位。",
    Status.AT_RISK: "加密核对，临近时限和用量提前提醒。",
}


def missed_cases(part: Part, *, as_of: date | None) -> str:
    """“超时 3 件（共 412 件）：A-1、A-2 …” of a part whose cases were missed; "" of any other. Two statements where there are any."""
    fit = amounts.fit_of(part)
    if fit is None or part.bound is None or not part.bound.gauge or part.reading is None or not part.reading.missed:
        return ""
    bound, reading = part.bound, part.reading
    word = "超时" if fit.is_timely else "未达标"
    traced = tracing.trace(
        part.bound.gauge,
        days=bound.days,
        where=bound.where,
        as_of=as_of,
        outcome=Outcome.MISSED,
        limit=MOST_NAMED,
    )
    numbers = dict(Case.objects.filter(pk__in=[each.case_id for each in traced]).values_list("pk", "number"))
    listed = list(dict.fromkeys(numbers[each.case_id] for each in traced if each.case_id in numbers))
    more = "等" if reading.missed > len(listed) else ""
    named = f"：{'、'.join(listed)}{more}" if listed else ""
    return f"{word} {reading.missed} 件（共 {reading.counted} 件）{named}"


def reason_of_points(score: Score, row: int | None, cases: Sequence[str]) -> str:
    """Why the row lacks points, each cause in its sentence, with the cases."""
    said = [without_advice(each.text.zh) for each in score.explanations if each.row == row]
    named = [each for each in cases if each]
    return "；".join([*said, *(f"涉及{each}" for each in named)])


def without_advice(sentence: str) -> str:
    """A sentence of scoring as a form says it: what to do next in the program is told on pages and is no reason."""
    return _ADVICE.sub("", sentence)


def improvement_of_points(score: Score, row: int | None) -> str:
    """What is proposed for the causes of the row's missing points; "" where no records stand behind them."""
    causes = [each.cause.value for each in score.explanations if each.row == row]
    return "".join(dict.fromkeys(_IMPROVEMENTS[each] for each in causes if each in _IMPROVEMENTS))


def reason_of_standing(row: Row, cases: Sequence[str], *, is_hidden: bool) -> str:
    """Why a row that does not stand well half-way does so; "" of one that does."""
    if row.status not in BAD:
        return ""
    word = STATUS_WORDS[row.status].zh
    if is_hidden:
        return f"{word}（来自限制台账，不写数字）"
    rooms = [
        part.prospect.headroom.text.zh
        for part in row.parts
        if part.prospect.headroom is not None and part.prospect.status in BAD
    ]
    return "；".join([word, *(each for each in cases if each), *rooms])


def improvement_of_standing(row: Row) -> str:
    """What is proposed until the year ends."""
    return _BY_STATUS.get(row.status, "")


def achieved(rows: Sequence[Row], *, rate: Decimal | None) -> str:
    """实际完成情况 in two sentences: how many indicators stand how, and how far the budget is spent."""
    counted = Counter(row.status for row in rows)
    listed = "、".join(f"{STATUS_WORDS[each].zh} {counted[each]} 项" for each in STATUS_WORDS if counted[each])
    money = f"预算执行率 {rate}%。" if rate is not None else "没有登记批复预算，说不出预算执行率。"
    return f"共 {len(rows)} 项指标：{listed}。{money}"
