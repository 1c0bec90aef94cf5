"""By which rules a part stands as it does, what would change that, and what is not known."""

from collections.abc import Iterator
from datetime import date, datetime

from shixiao.casework.evidence.naming import verdict_words
from shixiao.engine import prospects, targets
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import CATALOGUE, Measure, Ratio, Reads
from shixiao.engine.prospects import CHANCE_WORDS, STATUS_WORDS, Chance, Fit, Mode
from shixiao.performance.models import Basis
from shixiao.performance.why.model import BoundTo, Told, WhyPart
from shixiao.performance.wordings import in_both, lacking, office_title
from shixiao.ui import formats

Made = Measure | Ratio


def rules(part: WhyPart) -> tuple[Told, ...]:
    """How the value is made of the cases, and how the word is made of the value."""
    return (*_of_value(part), *_of_status(part))


def measure_of(part: WhyPart) -> Made | None:
    """The measure, where its office is installed."""
    return CATALOGUE.get(part.bound.measure) if part.bound is not None else None


def _of_value(part: WhyPart) -> Iterator[Told]:
    measure, fit = measure_of(part), _fit(part)
    if measure is None or fit is None or part.state not in ("value", "undecided"):
        return
    yield _rule(fit, measure)
    if part.bound is not None and part.bound.topics:
        zh = "各主题分开计，以最少的一个为准。"
        yield Told("least_topic", Text(zh, "Each topic is counted apart; the least of them counts."))


def _rule(fit: Fit, measure: Made) -> Told:
    met, missed = (in_both(lambda n=n: verdict_words(measure.aspect, measure.reads)[n]) for n in (0, 1))  # type: ignore[misc]
    if fit.mode is Mode.ALL_OF:
        zh = f"至少有一件、且没有一件{missed.zh}才成立；未定的和不计的不在其中。"
        en = f"Holds while there is at least one case and none is “{missed.en}”; undecided and not counted cases are left out."
        return Told("all_of", Text(zh, en))
    if fit.mode is Mode.SOME:
        return Told("some", Text("至少有一件就成立。", "Holds as soon as there is one case."))
    if fit.mode is Mode.BUDGET:
        return Told("budget", Text("支出与批复预算比较。", "What was paid is held against the approved budget."))
    if fit.mode is Mode.TIERS:
        return _BY_TIERS[fit.reads]
    if fit.reads is Reads.SHARE:
        zh = f"比率 = {met.zh} ÷（{met.zh} + {missed.zh}）；未定的和不计的不在其中。"
        en = f"The share is “{met.en}” by “{met.en}” and “{missed.en}” together; undecided and not counted cases are left out."
        return Told("share", Text(zh, en))
    return Told(fit.reads.value, _READS[fit.reads])


_BY_TIERS = {
    Reads.MEAN: Told(
        "reviewed",
        Text(
            "数值是各项评议得分的平均，由人评定；平均分落在哪个档次，就是哪个档次。没有评定的不在其中，也不作预测。",
            "The value is the mean of the marks that people gave; the tier is the one it lies in. What is not settled is left out, and nothing "
            "is forecast.",
        ),
    ),
    Reads.SHARE: Told(
        "reviewed",
        Text(
            "数值是评定为达到的件数占评定件数的百分比，由人评定；这个百分比落在哪个档次，就是哪个档次。没有评定的不在其中，也不作预测。",
            "The value is the share of works that were judged to reach the tier; its tier is the one the share lies in. What is not settled is "
            "left out, and nothing is forecast.",
        ),
    ),
}
_READS = {
    Reads.COUNT: Text("数值是计入的件数；未定的和不计的不在其中。", "The value is how many are counted; undecided and not counted cases are left out."),
    Reads.SUM: Text("数值是各笔的合计。", "The value is the total of the amounts."),
    Reads.MEAN: Text("数值是各件按权重的平均。", "The value is the mean of the amounts by their weights."),
    Reads.STOCK: Text("数值是截至这一天的存量：此前全部增减的合计。", "The value is the stock on that day: all additions and removals so far."),
    Reads.RATIO: Text("比率是两项度量相除，各自合计以后再除。", "The ratio is one measure by another, each added up before dividing."),
    Reads.ALL_OF: Text("全部达到才成立。", "Holds while all of them do."),
}  # fmt: skip


def _fit(part: WhyPart) -> Fit | None:
    measure = measure_of(part)
    if measure is None:
        return None
    try:
        return prospects.fit(part.target, measure, has_against=_has_against(part))
    except prospects.Misfit:
        return None


def _has_against(part: WhyPart) -> bool:
    return part.bound is not None and part.bound.against is not None


# ---- the word --------------------------------------------------------------------------------------------------


def _of_status(part: WhyPart) -> Iterator[Told]:
    prospect, limits = part.prospect, part.limits
    if part.is_hidden:
        yield Told(
            "hidden", Text("限制台账，判定的过程不显示。", "A restricted register: how it is judged is not shown.")
        )
    elif part.state in _WITHOUT:
        yield Told(part.state, _WITHOUT[part.state])
    elif prospect.is_final:
        yield Told("final", _final(part))
    elif part.state == "declared":
        yield Told("declared", _DECLARED)
    elif prospect.forecast is None:
        zh = "没有可以预测的依据，按现在的数值判定。"
        yield Told("as_it_is", Text(zh, "There is nothing to forecast from; the value is judged as it is now."))
    else:
        share = _percent(prospect.forecast.probability)
        likely, at_risk = _percent(limits.likely), _percent(limits.at_risk)
        zh = (
            f"按现有的进度，统计期末达到目标的可能性约为 {share}；"
            f"{likely} 以上为有望达成，{at_risk} 以上为有风险，再低为难以达成。"
        )
        en = (
            f"As things go, the chance to meet the target when the window ends is about {share}: "
            f"on course from {likely}, at risk from {at_risk}, hard to reach below."
        )
        yield Told("probability", Text(zh, en))
        if prospect.chance is not None:
            yield _chance(part, prospect.chance)


_WITHOUT = {
    "no_evidence": Text(
        "没有证据，不作判定：既不算零，也不算百分之百。", "No evidence, so nothing is judged: it is neither 0 nor 100%."
    ),
    "nothing_occurred": Text(
        "有人在看而没有发生，不作判定；怎样计分另有规定。",
        "Somebody was watching and nothing happened, so nothing is judged; how it scores is set down apart.",
    ),
    "undecided": Text(
        "有事项，但没有一件有定论，所以没有数值可判定。", "There are cases, and none of them is decided: there is no value to judge."
    ),
    "to_be_reviewed": Text("定性目标由人评议，不由数据判定。", "A qualitative target is judged by people, not by figures."),
}  # fmt: skip
_DECLARED = Text(
    "填报值按目标判定；统计期没有结束，还可能再填报，所以最多是有望达成。",
    "A declared value is judged by the target; while the window is open another may come, so it is on course at most.",
)


def _final(part: WhyPart) -> Text:
    word = STATUS_WORDS[part.prospect.status]
    zh = f"后面发生的事不会再改变判定：{word.zh}。"
    return Text(zh, f"Nothing that may still happen would change it: {word.en.lower()}.")


def _chance(part: WhyPart, chance: Chance) -> Told:
    word = CHANCE_WORDS[chance]
    high, low = _percent(part.limits.certain), _percent(part.limits.impossible)
    zh = f"所以说“{word.zh}”：{high} 以上说确定能，{low} 以下说完全不可能，其余说有可能。"
    en = f"Hence “{word.en}”: certain from {high}, impossible up to {low}, possible between."
    return Told("chance", Text(zh, en))


def _percent(share: float) -> str:
    """Never 0% or 100% of what is still open."""
    if share < 0.01:
        return "<1%"
    return ">99%" if share > 0.99 else f"{share * 100:.0f}%"


# ---- what would change it --------------------------------------------------------------------------------------


def changes(part: WhyPart) -> tuple[Told, ...]:
    """What would move the number or the word, as far as this person may know."""
    return () if part.is_hidden else tuple(_changes(part))


def _changes(part: WhyPart) -> Iterator[Told]:
    prospect = part.prospect
    if part.state == "no_evidence":
        yield from _first_evidence(part)
        return
    if part.state == "nothing_occurred":
        zh = "第一件发生并登记时，这里就有数值；缺一期零报告，就成为尚无证据。"
        en = "The first case that is recorded gives a value; one missing nil return makes it no evidence."
        yield Told("first_case", Text(zh, en))
        return
    if part.state == "to_be_reviewed":
        yield Told("review", Text("评议后有结果。", "The review will give a result."))
        return
    if prospect.headroom is not None and not prospect.is_final:
        room = prospect.headroom.text
        yield Told("headroom", Text(f"余量：{room.zh}。", f"Room left: {room.en}."))
    yield from _of_cases(part)
    if part.state == "declared":
        zh, en = "再填报一个数值，或者撤回这一个。", "Another declared value, or taking this one back."
        yield Told("declare_again", Text(zh, en))
    if prospect.is_final and part.state != "declared":
        zh, en = "只有补记或更正过去的事项才会改变它。", "Only what is recorded late or corrected would change it."
        yield Told("late_entry", Text(zh, en))


def _first_evidence(part: WhyPart) -> Iterator[Told]:
    if part.bound is None or part.bound.basis == Basis.NONE:
        zh, en = "绑定一个度量、一本台账，或者填报数值。", "Bind a measure or a register, or declare a value."
        yield Told("bind", Text(zh, en))
    elif part.bound.basis == Basis.AWAITED:
        zh, en = (
            "该办公系统启用后绑定；在此之前可以先绑定一本台账或填报。",
            "Bind it when that office is in use; until then a register or a declared value will do.",
        )
        yield Told("office", Text(zh, en))
    elif part.bound.basis == Basis.DECLARED:
        yield Told("declare", Text("填报数值并附上依据。", "Declare a value with its proof."))
    elif _fit(part) is None:
        yield Told(
            "rebind", Text("改绑一个适合的度量，或者更正读法。", "Bind a measure that fits, or correct the reading.")
        )
    else:
        zh, en = "登记第一件事项，或者补齐零报告。", "The first case that is recorded, or the nil returns in full."
        yield Told("first_case", Text(zh, en))


def _of_cases(part: WhyPart) -> Iterator[Told]:
    counted = next((each for each in part.cases if each.role == "value"), None)
    if counted is None:
        return
    reading = counted.reading
    if reading.pending:
        zh, en = (
            f"未定的 {reading.pending:,} 件有定论时计入。",
            f"The {reading.pending:,} undecided count when they are decided.",
        )
        yield Told("pending", Text(zh, en))
    if reading.has_exclusions and part.other is not None:
        zh = f"不计的事项如果计入，数值就是 {part.other.zh}。"
        yield Told("exclusions", Text(zh, f"With what is not counted put back the value would be {part.other.en}."))


# ---- what is not known -----------------------------------------------------------------------------------------


def unknown(part: WhyPart) -> tuple[Told, ...]:
    """What is missing or not certain."""
    return tuple(_unknown(part))


def _unknown(part: WhyPart) -> Iterator[Told]:
    yield from _of_target(part)
    yield from _of_binding(part)
    if part.is_hidden:
        zh = "来自限制台账，您不持有它：件数、余量、预测和事项不显示。"
        en = "From a restricted register that you do not hold: counts, room, forecast and cases are not shown."
        yield Told("hidden", Text(zh, en))
    if part.state == "declared":
        zh, en = (
            "这是填报值，不是从事项里数出来的，不能往下打开。",
            "This value was declared and not counted from cases; there is nothing to open.",
        )
        yield Told("declared", Text(zh, en))
    yield from _of_returns(part)


def _of_target(part: WhyPart) -> Iterator[Told]:
    if part.target.kind is targets.Kind.UNPARSEABLE:
        zh, en = (
            "目标没有读懂，不能判定。请先更正读法。",
            "The target could not be read, so nothing can be judged. Correct the reading first.",
        )
        yield Told("unreadable_target", Text(zh, en))


def _of_binding(part: WhyPart) -> Iterator[Told]:
    bound = part.bound
    if bound is None or bound.basis == Basis.NONE:
        if part.state == "no_evidence":
            yield Told("not_bound", Text("还没有绑定，没有证据。", "It is bound to nothing, so there is no evidence."))
        return
    if bound.basis == Basis.AWAITED:
        name = in_both(lambda: office_title(bound.awaits))
        yield Told("awaited_office", Text(f"等待办公系统“{name.zh}”。", f"It awaits the office “{name.en}”."))
    if bound.basis == Basis.DECLARED and part.declared is None:
        yield Told("not_declared", Text("还没有填报。", "Nothing has been declared yet."))
    if bound.basis == Basis.MEASURE:
        yield from _of_measure(part)
        if bound.awaits:
            yield Told("evidence_incomplete", in_both(lambda: lacking(bound.awaits)))
    if bound.is_provisional:
        zh, en = "统计期是暂定的，日子还没有定。", "The window is provisional: its days are not settled yet."
        yield Told("provisional", Text(zh, en))
    if bound.question:
        yield Told(
            "question", _QUESTIONS.get(bound.question, Text("绑定待确认。", "The binding waits to be confirmed."))
        )
    if part.is_bound_later:
        zh, en = (
            "那一天还没有绑定；这里按后来的绑定回看。",
            "It was not bound on that day; this looks back by the binding made later.",
        )
        yield Told("bound_later", Text(zh, en))


_QUESTIONS = {
    "project_renamed": Text("绑定随新版带来，项目改了名称，待确认。", "The binding came over from the version before; the project was renamed, and somebody has to confirm it."),
    "wording_changed": Text("绑定随新版带来，指标或指标值改了，待确认。", "The binding came over from the version before; the wording changed, and somebody has to confirm it."),
}  # fmt: skip


def _of_measure(part: WhyPart) -> Iterator[Told]:
    measure = measure_of(part)
    if measure is None:
        zh, en = (
            "度量的办公系统没有安装，读不出数。",
            "The office of the measure is not installed; nothing can be read.",
        )
        yield Told("office_missing", Text(zh, en))
        return
    try:
        prospects.fit(part.target, measure, has_against=_has_against(part))
    except prospects.Misfit as misfit:
        yield Told("misfit", misfit.text)
        return
    if part.state == "no_evidence":
        zh = "这段时间、这个范围里没有可计的事项，也没有零报告证明没有发生，所以没有读数。"
        en = "In this window and scope there is no case to count, and no nil returns prove that nothing happened: there is no reading."
        yield Told("no_evidence", Text(zh, en))


def _of_returns(part: WhyPart) -> Iterator[Told]:
    """A missing nil return makes it no evidence."""
    if part.returns is None or part.state not in ("no_evidence", "nothing_occurred"):
        return
    if part.returns.missed:
        zh, en = f"缺零报告 {part.returns.missed} 期。", f"{part.returns.missed} nil returns are missing."
        yield Told("missing_returns", Text(zh, en))
    elif not part.returns.met:
        yield Told("no_returns", Text("还没有零报告。", "There is no nil return yet."))


def day(moment: date | datetime | None) -> Text:
    """A day in both languages."""
    return in_both(lambda: formats.day(moment))


def window(bound: BoundTo) -> Text:
    """From the first to the last day of the window, both inside."""
    first, last = day(bound.begin), day(bound.last)
    if (bound.begin, bound.last) == (date(bound.begin.year, 1, 1), date(bound.begin.year, 12, 31)):
        return Text(f"{bound.begin.year} 年", str(bound.begin.year))
    return Text(f"{first.zh}至{last.zh}", f"{first.en} to {last.en}")
