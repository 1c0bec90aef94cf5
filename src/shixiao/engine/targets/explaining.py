"""A reading in plain words, for the person who has to agree with it."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.engine.targets.reading import Kind, Reading, Sense
from shixiao.engine.targets.writing import number, write

_OPS = {
    ">=": Text("不低于", "at least"),
    ">": Text("高于", "more than"),
    "<=": Text("不超过", "at most"),
    "<": Text("低于", "less than"),
}
_SENSES = {
    Sense.AT_LEAST: Text("达到或超过", "at least"),
    Sense.AT_MOST: Text("不超过", "at most"),
    Sense.EXACT: Text("正好", "exactly"),
}
_PER = {
    "每年": "a year", "每半年": "each half-year", "每季度": "a quarter", "每月": "a month", "每旬": "each ten days", "每周": "a week",
    "每天": "a day", "每小时": "an hour", "每分钟": "a minute", "每期": "in each issue", "每次": "each time", "每场": "each session",
    "每届": "each edition", "每批": "in each batch", "每批次": "in each batch", "每学期": "a term", "每学年": "a school year",
}  # fmt: skip
_DURATIONS = {"Y": Text("年", "years"), "M": Text("个月", "months"), "W": Text("周", "weeks"), "D": Text("天", "days")}


def explain(reading: Reading) -> Text:
    """What the target asks for, in one sentence of each language. Units and conditions stay in Chinese."""
    match reading.kind:
        case Kind.NUMERIC:
            return _numeric(reading)
        case Kind.RANGE:
            low, high, unit = number(reading.value or 0), number(reading.high or 0), reading.unit or ""  # type: ignore[arg-type]
            return Text(
                f"{reading.per or ''}在 {low} 到 {high}{unit} 之间", f"between {low} and {high}{unit}{_per(reading)}"
            )
        case Kind.BOOLEAN:
            return _boolean(reading)
        case Kind.QUALITATIVE:
            return Text(f"定性：{reading.text}，由评议判断", f"qualitative: {reading.text}; judged by reviewers")
        case Kind.DEADLINE:
            return _deadline(reading)
        case Kind.BUDGET_BOUND:
            op = _OPS.get(reading.op or "<=", _OPS["<="])
            return Text(f"{op.zh}预算", f"{op.en} the budget")
        case Kind.COMPOUND:
            return _compound(reading)
    return Text("未能读懂，需要人工确认", "not understood; a person has to decide")


def _numeric(reading: Reading) -> Text:
    word = _OPS.get(reading.op or "", _SENSES[reading.sense])
    amount = number(reading.value or 0) + (reading.unit or "")  # type: ignore[arg-type]
    return Text(f"{reading.per or ''}{word.zh} {amount}", f"{word.en} {amount}{_per(reading)}")


def _per(reading: Reading) -> str:
    return f" {_PER.get(reading.per, '(' + reading.per + ')')}" if reading.per else ""


def _boolean(reading: Reading) -> Text:
    subject = reading.words or ""
    if reading.text == "否":
        return Text("答案应为“否”", "the answer has to be no")
    said = f"（{subject}）" if subject else ""
    return Text(f"应全部做到{said}，有一件没做到即未达成", f"all of it has to be done{said}; one miss fails it")


def _deadline(reading: Reading) -> Text:
    date = reading.date
    if date is None:
        return Text("有期限，但日期不能确定", "a deadline whose date is not clear")
    if date.startswith("P"):
        unit = _DURATIONS[date[-1]]
        return Text(f"自起算之日 {date[1:-1]}{unit.zh}内完成", f"done within {date[1:-1]} {unit.en} of the start")
    by = write(reading).removesuffix("前")
    iso = date if not date.startswith("--") else date.lstrip("-")
    return Text(f"{by}前完成（含当日）", f"done by {iso} (that day included)")


def _compound(reading: Reading) -> Text:
    parts = [explain(part) for part in reading.parts]
    labels = [f"{part.condition}：" if part.condition and part.condition != part.per else "" for part in reading.parts]
    zh = "；".join(label + text.zh for label, text in zip(labels, parts, strict=True))
    en = "; ".join(label + text.en for label, text in zip(labels, parts, strict=True))
    return Text(f"{len(parts)} 个条件须同时满足：{zh}", f"{len(parts)} conditions, all of them: {en}")
