"""The explanation as sentences, in the order in which somebody would ask."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shixiao.casework.evidence.naming import unit_word
from shixiao.engine.bilingual import Text
from shixiao.engine.prospects import STATUS_WORDS, Forecast
from shixiao.performance import amounts
from shixiao.performance.models import Basis
from shixiao.performance.why import reasoning
from shixiao.performance.why.model import BoundTo, Cases, Declared, Piece, Sentence, Told, Understood, Why, WhyPart
from shixiao.performance.wordings import in_both, office_title

_COMMA, _STOP = Piece(Text("，", ", ")), Piece(Text("。", "."))
_SOMEBODY = Text("绩效管理员", "the performance officer")
_WHAT = {
    "unit": Text("单位", "unit"),
    "project": Text("项目", "project"),
    "contract": Text("合同", "contract"),
    "subject": Text("物件", "subject"),
}


def sentences_of(why: Why) -> tuple[Sentence, ...]:
    """All of them."""
    found = [*_opening(why)]
    for part in why.parts:
        found += _of_part(part)
    return (*found, *_whole(why))


def _say(step: str, part: int | None, zh: str, en: str) -> Sentence:
    return Sentence(step=step, part=part, pieces=(Piece(Text(zh, en)),))


# ---- the wording -----------------------------------------------------------------------------------------------


def _opening(why: Why) -> Iterator[Sentence]:
    yield _say(
        "wording",
        None,
        f"第 {why.row} 行“{why.name}”，年度指标值公布为“{why.wording}”。",
        f"Row {why.row} “{why.name}”: the annual target was published as “{why.wording}”.",
    )
    read = why.understood
    yield _say("understood", None, f"读作：{read.plain.zh}。", f"It reads: {read.plain.en}.")
    if read.is_corrected:
        yield _corrected(read)
    for doubt in read.doubts:
        yield _say("understood", None, f"请核对：{doubt.zh}。", f"To be checked: {doubt.en}.")


def _corrected(read: Understood) -> Sentence:
    when, who = reasoning.day(read.corrected_at), _who(read.corrected_by)
    zh = f"读法在{when.zh}由{who.zh}更正，理由：{read.reason}。"
    return _say("understood", None, zh, f"The reading was corrected by {who.en} on {when.en}: {read.reason}.")


def _who(name: str) -> Text:
    return Text(name, name) if name else _SOMEBODY


# ---- a part ----------------------------------------------------------------------------------------------------


def _of_part(part: WhyPart) -> Iterator[Sentence]:
    if part.words or part.condition:
        head = part.condition or part.words
        zh = f"第 {part.number + 1} 部分“{head}”：{part.plain.zh}。"
        yield _say("understood", part.number, zh, f"Part {part.number + 1} “{head}”: {part.plain.en}.")
    yield from _binding(part)
    yield from _cases(part)
    yield _value(part)
    yield from _judged(part)
    for step, several in (("changes", part.changes), ("unknown", part.unknown)):
        for told in several:
            yield _told(step, part, told)
    yield from _open(part)


def _told(step: str, part: WhyPart, told: Told) -> Sentence:
    return Sentence(step=step, part=part.number, pieces=(Piece(told.text),))


def _binding(part: WhyPart) -> Iterator[Sentence]:
    bound = part.bound
    if bound is None or bound.basis == Basis.NONE:
        yield _say("bound", part.number, "没有绑定。", "It is bound to nothing.")
        return
    what, when, who = _bound_to(bound), reasoning.day(bound.made_at), _who(bound.made_by)
    zh = f"{what.zh}；{when.zh}由{who.zh}绑定{'（随新版带来）' if bound.is_carried else ''}，理由：{bound.reason}。"
    carried = " (came over from the version before)" if bound.is_carried else ""
    yield _say(
        "bound", part.number, zh, f"{what.en}; bound by {who.en} on {when.en}{carried}, because: {bound.reason}."
    )
    window, scope = reasoning.window(bound), _scope(bound)
    zh = f"统计期：{window.zh}；范围：{scope.zh}。"
    yield _say("bound", part.number, zh, f"Window: {window.en}; scope: {scope.en}.")
    if bound.changed:
        zh = f"此前绑定过 {bound.changed} 次。"
        yield _say("bound", part.number, zh, f"It was bound otherwise before, {bound.changed} times.")


def _bound_to(bound: BoundTo) -> Text:
    match bound.basis:
        case Basis.MEASURE:
            zh, en = f"绑定到“{bound.wording.zh}”", f"Bound to “{bound.wording.en}”"
            if bound.against_wording is not None:
                zh, en = f"{zh}，比较“{bound.against_wording.zh}”", f"{en} against “{bound.against_wording.en}”"
            return Text(zh, en)
        case Basis.DECLARED:
            return Text("以填报值为准", "Stands on declared values")
        case Basis.REVIEW:
            return Text("由人评议", "Judged by review")
    office = in_both(lambda: office_title(bound.awaits))
    return Text(f"等待办公系统“{office.zh}”", f"Waits for the office “{office.en}”")


def _scope(bound: BoundTo) -> Text:
    zh = [f"{_WHAT[what].zh} {name}" for what, _id, name in bound.scope]
    en = [f"{_WHAT[what].en} {name}" for what, _id, name in bound.scope]
    names = "、".join(name for _id, name in bound.topics)
    if names:
        zh, en = [*zh, f"主题 {names}"], [*en, f"topics {names}"]
    return Text("，".join(zh) or "全部", ", ".join(en) or "everything")


# ---- cases and value -------------------------------------------------------------------------------------------


def _cases(part: WhyPart) -> Iterator[Sentence]:
    for cases in part.cases:
        if cases.sentence:
            pieces = (*_head(cases, part), *_joined((*cases.sentence, *_total(cases))))
            yield Sentence(step="cases", part=part.number, pieces=pieces)
        elif cases.role != "value":
            yield Sentence(
                step="cases", part=part.number, pieces=(*_head(cases, part), Piece(Text("没有事项。", "no cases.")))
            )
        if cases.why_not:
            head = Piece(Text("不计的：", "Not counted: "))
            yield Sentence(step="cases", part=part.number, pieces=(head, *_joined(cases.why_not)))


def _total(cases: Cases) -> tuple[Piece, ...]:
    """What amounts come to: the payments, and the budget that they are held against."""
    if not cases.reading.amounts:
        return ()
    return (Piece(Text(f"得 {cases.value.zh}", f"which make {cases.value.en}")),)


def _head(cases: Cases, part: WhyPart) -> tuple[Piece, ...]:
    if cases.role == "value" and part.bound is not None and part.bound.topics:
        return (Piece(Text("全部主题：", "All topics: ")),)
    if cases.role == "topic" and cases.topic is not None:
        name = cases.topic[1]
        return (Piece(Text(f"主题“{name}”：", f"Topic “{name}”: ")),)
    if cases.role == "against":
        return (Piece(Text(f"比较数“{cases.wording.zh}”：", f"Second figure “{cases.wording.en}”: ")),)
    return ()


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    for each in pieces:
        found += [_COMMA, each] if found else [each]
    return (*found, _STOP)


def _value(part: WhyPart) -> Sentence:
    number = part.number
    if part.state == "declared" and part.declared is not None:
        return _declared(number, part.declared)
    if part.state == "nothing_occurred":
        signed = part.returns.met if part.returns is not None else 0
        zh = f"没有发生：有人在看，零报告 {signed} 期齐全。" if signed else "没有发生：有人在看。"
        en = (
            f"Nothing occurred: somebody was watching, {signed} nil returns are complete."
            if signed
            else "Nothing occurred: somebody was watching."
        )
        return _say("value", number, zh, en)
    if part.is_hidden:
        return _say("value", number, f"对外只显示：{part.value.zh}。", f"Shown to everybody: {part.value.en}.")
    if part.state == "undecided":
        return _say(
            "value", number, "有事项，还没有一件有定论，没有数值。", "There are cases, none of them decided: no value."
        )
    if part.state == "value":
        return _measured(part)
    if part.state == "to_be_reviewed":
        return _say("value", number, "还没有评议，没有数值。", "It has not been reviewed: there is no value.")
    zh = "没有读数：既不是零，也不是百分之百。"
    return _say("value", number, zh, "There is no reading: neither 0 nor 100%.")


def _measured(part: WhyPart) -> Sentence:
    if part.other is None:
        return _say("value", part.number, f"数值是 {part.value.zh}。", f"The value is {part.value.en}.")
    zh = f"不计后 {part.value.zh}，计入后 {part.other.zh}。"
    en = f"The value is {part.value.en} without what is not counted, {part.other.en} with it."
    return _say("value", part.number, zh, en)


def _declared(part: int, made: Declared) -> Sentence:
    on, who = reasoning.day(made.on), _who(made.made_by)
    zh = f"填报值 {made.text.zh}，截至{on.zh}，由{who.zh}填报，说明：{made.note}"
    en = f"Declared: {made.text.en} as of {on.en}, by {who.en}; note: {made.note}"
    if made.file_name:
        zh, en = f"{zh}；附件“{made.file_name}”", f"{en}; file “{made.file_name}”"
    return _say("value", part, f"{zh}。", f"{en}.")


# ---- the judgement ---------------------------------------------------------------------------------------------


def _judged(part: WhyPart) -> Iterator[Sentence]:
    prospect = part.prospect
    word = STATUS_WORDS[prospect.status]
    yield _say("judged", part.number, f"现在的判定：{word.zh}。", f"It stands as: {word.en.lower()}.")
    for told in part.rules:
        yield _told("judged", part, told)
    if prospect.pace is not None:
        pace = prospect.pace
        zh = f"到现在平均每周 {pace.so_far} {pace.unit}，要达到目标还要每周 {pace.needed} {pace.unit}。"
        en = f"So far {pace.so_far} {_unit(pace.unit)} a week; {pace.needed} a week are needed from now on."
        yield _say("judged", part.number, zh, en)
    if prospect.forecast is not None and prospect.forecast.mid is not None and not prospect.is_final:
        foreseen = _forecast(prospect.forecast, prospect.unit)
        yield _say("judged", part.number, foreseen.zh, foreseen.en)


def _unit(unit: str) -> str:
    return in_both(lambda: unit_word(unit)).en


def _forecast(forecast: Forecast, unit: str) -> Text:
    def said(value: Decimal | None) -> Text:
        return in_both(lambda: amounts.about(value, unit))

    low, mid, high = said(forecast.low), said(forecast.mid), said(forecast.high)
    return Text(
        f"预测统计期末约 {mid.zh}（八成可能在 {low.zh} 到 {high.zh} 之间）。",
        f"Forecast for the end of the window: about {mid.en} (four times of five between {low.en} and {high.en}).",
    )


# ---- down to the cases, and the whole row ----------------------------------------------------------------------


def _open(part: WhyPart) -> Iterator[Sentence]:
    for cases in part.cases:
        if cases.role == "topic":
            continue
        text = Text(f"打开“{cases.wording.zh}”的事项", f"Open the cases of “{cases.wording.en}”")
        yield Sentence(step="open", part=part.number, pieces=(Piece(text, cases.addresses[""]), _STOP))


def _whole(why: Why) -> Iterator[Sentence]:
    if len(why.parts) < 2:
        return
    word = STATUS_WORDS[why.prospect.status]
    worst = [part.number + 1 for part in why.parts if part.prospect.status is why.prospect.status]
    zh = f"共 {len(why.parts)} 个部分，都要达到，以最差的为准：{word.zh}（第 {'、'.join(map(str, worst))} 部分）。"
    en = f"All {len(why.parts)} parts have to be met and the worst counts: {word.en.lower()} (part {', '.join(map(str, worst))})."
    yield _say("judged", None, zh, en)
