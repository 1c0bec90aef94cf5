"""Wordings that hold more than a fixed word or one plain quantity: clauses, conditions, deadlines, compounds."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from functools import cache

from shixiao.engine.targets import texts
from shixiao.engine.targets.dates import Dated, find_dates
from shixiao.engine.targets.names import TIMELINESS, Hints
from shixiao.engine.targets.normalise import EDGES, Normal
from shixiao.engine.targets.quantities import numeric
from shixiao.engine.targets.reading import Kind, Reading, Sense
from shixiao.engine.targets.scan import Quantity, find_quantities, without_inclusions
from shixiao.engine.targets.units import CLOCK_UNITS, PER, TIME_UNITS, TIMES_OF_COMPLETION

_Item = Quantity | Dated
_BOUNDS = re.compile("[，；。]|、|且|并且|同时")
_STRONG_BOUNDS = "，；。"
_STRONG = re.compile("[，；。]")
_DIGIT = re.compile(r"\d")
_LONG = 34


@cache
def _glued() -> re.Pattern[str]:
    """A weight glued in front of a target: (10分)≥600场, 10显著提升."""
    return re.compile(
        r"[（(]\d{1,2}(?:\.\d)?分?[)）](?=.)|\d{1,2}分?(?=(?:显著|明显|有效|持续|不断|进一步|稳步|逐步|有所|优|良|及时|合格))"
    )


def read_clauses(text: Normal, hint: Hints) -> Reading:
    """The reading of any wording; the fallback of everything simpler. Never raises."""
    clean, formal = text.clean, without_inclusions(text.formal)
    if not formal:
        return texts.read_text(clean, formal) if clean else texts.placeholder("")
    has_digits = _DIGIT.search(formal) is not None
    glued = _glued().match(formal) if has_digits and (formal[0] == "(" or formal[0].isdigit()) else None
    if glued:
        rest = formal[glued.end() :].lstrip(EDGES)
        reading = read_clauses(Normal(rest, rest, ()), hint)
        return reading._replace(unsure=(*reading.unsure, "weight-glued"))
    items = _items(formal)
    if not items:
        reading = texts.read_text(clean, text.formal)
        if reading.kind is Kind.QUALITATIVE and has_digits and not reading.unsure:
            is_mostly_digits = sum(c.isdigit() for c in formal) * 3 > len(formal)
            return reading._replace(unsure=("number-without-quantity",)) if is_mostly_digits else reading
        return reading
    if len(items) == 1:
        return _single(items[0], formal, clean, hint)
    merged = _as_range(items, formal) or _as_range_around(items, formal)
    if merged is not None:
        return _single(merged, formal, clean, hint)
    return _compound(items, formal, hint)


@cache
def _hidden() -> re.Pattern[str]:
    return re.compile(
        r"[≥≤<>]=?\d|\d[^\d]{0,4}(?:以上|以下|以内|及以上)|[≥≤<>]=?[^\d]{0,6}(?:预算|概算|批复)|不超.{0,4}(?:预算|概算)|预算(?:范围)?内"
    )


def has_predicate(name: Normal, *, is_empty: bool) -> bool:
    """Whether a name holds a target of its own; under an empty value a plain number with a unit is enough."""
    if _hidden().search(name.formal) and "*" not in name.formal and "×" not in name.formal:
        return True
    return (
        is_empty
        and any(isinstance(i, Dated) and i.is_firm for i in _items(name.formal))
        or is_empty
        and any(isinstance(i, Quantity) and i.unit for i in _items(name.formal))
    )


def _items(formal: str) -> list[_Item]:
    dates = find_dates(formal)
    firm = [d for d in dates if d.is_firm]
    quantities: list[Quantity] = find_quantities(formal, dates) if _DIGIT.search(formal) else []
    if not quantities and not firm:
        firm = [d for d in dates if d.end - d.start >= len(formal) - 3]
    items: list[_Item] = [*quantities, *firm]
    items.sort(key=lambda item: item[0])
    return _without_glued_weight(_without_context_dates(_without_conditions(items, formal), formal))


def _without_conditions(items: list[_Item], formal: str) -> list[_Item]:
    """A duration right before a rate is a condition of it (接警后30秒内出动率≥95%), as is 到2026年底，…达到100%."""
    if len(items) != 2:
        return items
    first, second = items
    if not isinstance(second, Quantity):
        return items
    between = formal[first.end : second.start]
    if isinstance(first, Quantity):
        is_condition = first.unit in TIME_UNITS and second.unit == "%" and between.endswith(_METRICS)
        return [second] if is_condition and not _STRONG.search(between) else items
    return [second] if formal[: first.start] in ("到", "至", "截至", "截止", "到了") else items


def _without_context_dates(items: list[_Item], formal: str) -> list[_Item]:
    """A period that only says when a count applies (上半年2次，下半年3次) is its condition, not a deadline."""
    kept: list[_Item] = []
    has_stages = sum(_is_stage(one, other, formal) for one, other in itertools.pairwise(items)) > 1
    for number, item in enumerate(items):
        after = items[number + 1] if number + 1 < len(items) else None
        if isinstance(item, Dated) and isinstance(after, Quantity):
            if _leads_to(item, after, formal):
                continue
            if _is_stage(item, after, formal):
                items[number + 1] = after._replace(unsure=(*after.unsure, "ambiguous"))
                if has_stages:
                    continue
        kept.append(item)
    return kept


def _leads_to(dated: Dated, after: Quantity, formal: str) -> bool:
    between = formal[dated.end : after.start]
    is_limit = formal[dated.start : dated.end].endswith(("底", "末", "内", "日", "号")) or between.startswith(
        ("前", "之前", "以前", "内", "止", "底", "末")
    )
    return not is_limit and not any(c in between for c in "，；。")


def _is_stage(dated: _Item, after: _Item, formal: str) -> bool:
    """6月底前完成50%: how far by when. A share with its day for condition, or a day and a share: a person decides."""
    if not isinstance(dated, Dated) or not isinstance(after, Quantity):
        return False
    between = formal[dated.end : after.start]
    return after.unit == "%" and len(between) <= 12 and not any(c in between for c in "，；。、")


def _without_glued_weight(items: list[_Item]) -> list[_Item]:
    if len(items) == 2:
        first, second = items
        if not isinstance(first, Quantity) or not isinstance(second, Quantity):
            return items
        if first.unit is None and not first.glyph and first.end == second.start and second.glyph:
            return [second._replace(unsure=(*second.unsure, "weight-glued"))]
    return items


def _single(item: _Item, formal: str, clean: str, hint: Hints) -> Reading:
    reading = _atomic(item, formal, 0, len(formal), hint)
    companions = _companions(item, formal)
    if not reading.unsure and _misread_sign().match(formal):
        return reading._replace(unsure=("ambiguous",))
    if not companions:
        if len(formal) > _LONG and not reading.unsure and not _glyph_of(item):
            return reading._replace(unsure=("long-text",))
        return reading
    parts = [(start, texts.read_text(words, words)._replace(words=words)) for start, words in companions]
    parts.append((item.start, reading._replace(words=_clause_around(item, formal))))
    parts.sort(key=lambda pair: pair[0])
    return Reading(Kind.COMPOUND, parts=tuple(part for _, part in parts), text=clean, unsure=("clauses-unlike",))


@cache
def _misread_sign() -> re.Pattern[str]:
    """What a scanner makes of ≥ (工5%, 之5%) and of a digit (M.8万元)."""
    return re.compile(r"(?:[工乏之zZsS]|[A-Za-z]\.)\d")


def _glyph_of(item: _Item) -> str:
    return item.glyph if isinstance(item, Quantity) else "date"


_JUDGED_ENDS = (
    "及时",
    "良好",
    "合格",
    "达标",
    "到位",
    "规范",
    "满意",
    "提升",
    "提高",
    "改善",
    "增强",
    "准确",
    "完善",
    "合规",
    "有效",
    "显著",
    "稳定",
    "健全",
    "通过",
    "通过验收",
    "验收合格",
)


def _companions(item: _Item, formal: str) -> list[tuple[int, str]]:
    """Clauses beside the only quantity that are targets of their own (质量合格，满意度≥90%)."""
    if not _STRONG.search(formal):
        return []
    found, start = [], 0
    for clause in _STRONG.split(formal):
        end = start + len(clause)
        if (
            clause
            and not (start <= item.start < end)
            and (clause.endswith(_JUDGED_ENDS) or texts.is_bounded_by_budget(clause))
        ):
            found.append((start, clause))
        start = end + 1
    return found


def _clause_around(item: _Item, formal: str) -> str:
    start = max(formal.rfind(c, 0, item.start) for c in _STRONG_BOUNDS) + 1
    ends = [i for i in (formal.find(c, item.end) for c in _STRONG_BOUNDS) if i >= 0]
    return formal[start : min(ends, default=len(formal))]


def _as_range(items: list[_Item], formal: str) -> Quantity | None:
    """Two opposite bounds on one quantity (≥80%且≤100%) as one."""
    if len(items) != 2:
        return None
    first, second = items
    if not isinstance(first, Quantity) or not isinstance(second, Quantity) or first.high or second.high:
        return None
    between = formal[first.end : second.start].strip("，、且并同时但又及和")
    if between or {first.unit, second.unit} - {first.unit or second.unit} - {None}:
        return None
    if first.glyph in ("≥", ">") and second.glyph in ("≤", "<"):
        return first._replace(high=second.low, unit=first.unit or second.unit, end=second.end, glyph="")
    if first.glyph in ("≤", "<") and second.glyph in ("≥", ">"):
        return first._replace(low=second.low, high=first.low, unit=first.unit or second.unit, end=second.end, glyph="")
    return None


def _as_range_around(items: list[_Item], formal: str) -> Quantity | None:
    """80%≤执行率≤100%: the bounds stand on both sides of what they bound."""
    if len(items) != 2 or formal.count("≤") + formal.count("<") != 2 or "≥" in formal or ">" in formal:
        return None
    low, high = items
    if not isinstance(low, Quantity) or not isinstance(high, Quantity) or low.glyph or low.high or high.high:
        return None
    between = formal[low.end : high.end]
    is_one = between[:1] in ("≤", "<") and _STRONG.search(between) is None and low.unit in (high.unit, None)
    return high._replace(start=low.start, low=low.low, high=high.low, glyph="") if is_one else None


def _compound(items: list[_Item], formal: str, hint: Hints) -> Reading:
    cuts = _cuts(items, formal)
    parts: list[Reading] = []
    unsure: tuple[str, ...] = ()
    for number, item in enumerate(items):
        start, end = cuts[number], cuts[number + 1]
        if start == end:
            unsure = ("many-numbers",)
            start, end = (items[number - 1].end if number else 0), item.end
        words = _trimmed(formal[start:end]).rstrip("：:")
        part = _atomic(item, formal, start, end, hint)
        parts.append(part._replace(words=words, condition=_condition(item, formal, start)))
    parts = _shared(parts, formal)
    if judged := _judged_between(items, cuts, formal):
        places = [(item.start, part) for item, part in zip(items, parts, strict=True)]
        parts = [part for _place, part in sorted(places + judged, key=lambda pair: pair[0])]
        unsure = unsure or ("clauses-unlike",)
    if all(part.kind is Kind.NUMERIC and part.op == "=" and part.unit is None for part in parts):
        unsure = ("many-numbers",)  # 85 80 70: a scale of scores, perhaps
    doubts = unsure or next((p.unsure for p in parts if p.unsure), ())
    return Reading(Kind.COMPOUND, parts=tuple(parts), text=formal, unsure=doubts)


_JOINING = ("同时", "并且", "且", "并")


def _trimmed(words: str) -> str:
    """A clause without the punctuation around it and the word that joins it to the one before."""
    words = words.strip("，；。、")
    joining = next((word for word in _JOINING if words.startswith(word)), "")
    return words[len(joining) :].lstrip("，；。、：:")


def _judged_between(items: list[_Item], cuts: list[int], formal: str) -> list[tuple[int, Reading]]:
    """Whole clauses between the quantities that are targets of their own (覆盖20万人；数据库基本健全；修缮5处)."""
    if not any(end in formal for end in _JUDGED_ENDS):
        return []
    found = []
    for number, item in enumerate(items):
        start = cuts[number]
        for clause in _STRONG.split(formal[start : cuts[number + 1]]):
            end = start + len(clause)
            if clause.endswith(_JUDGED_ENDS) and not start <= item.start < end and not _DIGIT.search(clause):
                found.append((start, texts.read_text(clause, clause)._replace(words=clause)))
            start = end + 1
    return found


def _shared(parts: list[Reading], formal: str) -> list[Reading]:
    """A bound or a unit said once for all (分别控制在4%、3%以下; 一般件7个工作日，复杂件15个工作日内)."""
    last = parts[-1]
    together = "分别" in formal
    return [_with_last(part, last, together=together) for part in parts]


def _with_last(part: Reading, last: Reading, *, together: bool) -> Reading:
    if part.kind is not Kind.NUMERIC or last.kind is not Kind.NUMERIC or "向)" in (part.words or ""):
        return part
    if part.sense is Sense.EXACT:
        return part
    unit = last.unit if together and part.unit is None else part.unit
    takes_op = (
        part.op == "="
        and last.op != "="
        and unit == last.unit
        and (together or unit in TIME_UNITS and last.op in ("<=", "<"))
    )
    if takes_op:
        return part._replace(unit=unit, op=last.op, sense=last.sense)
    return part._replace(unit=unit) if unit != part.unit else part


def _cuts(items: list[_Item], formal: str) -> list[int]:
    """Where each item's clause begins; equal neighbours mean that no boundary stood between them."""
    cuts = [0]
    for before, after in itertools.pairwise(items):
        places = [m.end() for m in _BOUNDS.finditer(formal, before.end, after.start)]
        strong = [m.end() for m in _STRONG.finditer(formal, 0, after.start) if m.start() >= before.end]
        cuts.append(strong[0] if strong else places[-1] if places else before.end)
    return [*cuts, len(formal)]


_VERBS = tuple(
    (
        "开展 组织 举办 召开 完成 培训 印发 发行 发放 编印 建设 新建 购置 采购 改造 "
        "维护 巡查 检查 制作 发布 达到 实现 全年 共 每 不 控制 预计 计划 争取 确保 "
        "按 年 支付 拨付 提供 保障 资助 补助 支持 新增 覆盖 服务 "
    ).split()
)
_METRICS = (
    "率",
    "度",
    "数",
    "数量",
    "时间",
    "金额",
    "面积",
    "长度",
    "成本",
    "额",
    "次数",
    "人数",
    "期限",
    "比例",
    "占比",
    "量",
    "标准",
    "产值",
    "收入",
)


def _condition(item: _Item, formal: str, start: int) -> str | None:
    if isinstance(item, Quantity) and item.per in _OCCASIONS:
        return item.per
    lead = _trimmed(formal[start : item.start]).strip(" （(")
    label, colon, _ = lead.partition("：")
    labelled = bool(colon)
    lead = (
        (label if labelled else lead.rstrip("≥≤<>="))
        .removesuffix("恰好")
        .removesuffix("在")
        .removesuffix("于")
        .removesuffix("的")
        .removesuffix("应")
        .removesuffix("为")
        .removesuffix("达")
        .removesuffix("按")
    )
    lead = lead.partition("每")[0]
    if stage := _stage().match(lead):
        return stage.group(1)
    if not lead or not labelled and (lead.startswith(_VERBS) or lead.endswith(_METRICS + _NO_CONDITION)):
        return None
    return lead if len(lead) <= 20 and all(c.isalpha() or c in "（）()“”" for c in lead) else None


@cache
def _stage() -> re.Pattern[str]:
    """When a share is due: 10月底前, 第一季度, 上半年."""
    return re.compile(
        r"((?:\d{4}年)?(?:\d{1,2}月(?:\d{1,2}[日号])?[底末]?|第?[1-4一二三四]季度[底末]?|[上下]半年|年[中底末])(?:之前|以前|前)?)"
    )


_NO_CONDITION = ("人次", "个数", "对象", "后", "时", "预计", "要求", "前", "和", "活动", "暂定量")
_REDUCES = (
    "下降",
    "降低",
    "减少",
    "节约",
    "节省",
    "压减",
    "缩短",
    "压缩",
    "削减",
    "降幅",
    "减少了",
    "降低了",
    "下降了",
)
_OCCASIONS = frozenset(PER[w] for w in ("期", "次", "场", "场次", "届", "批", "批次", "轮"))


def _atomic(item: _Item, formal: str, start: int, end: int, hint: Hints) -> Reading:
    if isinstance(item, Dated):
        return _deadline(item, formal)
    glyph = item.glyph or _glyph_before(item, formal, start)
    low = Decimal(item.low)
    if item.high is not None:
        return _range(item, low, Decimal(item.high))
    if not formal.startswith("(时长)", item.end) and _means_completion(item, glyph, formal[start:end], hint):
        return _duration(item)
    unsure = item.unsure or _duration_doubt(item, glyph, formal[start:end], hint)
    if low < 0 and not unsure:
        unsure = ("negative",)
    exact, lead = hint, formal[start : item.start]
    if lead.endswith(("恰好", "正好", "刚好", "固定")) or lead.startswith("严格按"):
        exact = hint.exactly()
    elif not glyph and low and lead.endswith(_REDUCES):  # 同比下降10%: the more the better, even of accidents
        exact = hint.with_direction(lower_is_better=False)
    per = None if item.unit == "%" and "率" in formal[start : item.start] else item.per
    if not unsure and lead.endswith("前") and item.unit in ("名", "位"):  # 前三名: a rank
        unsure = ("ambiguous",)
    reading = numeric(glyph, low, item.unit, per, exact, unsure=unsure)
    return _with_mark(reading, formal[item.end : item.end + 8])


def _with_mark(reading: Reading, after: str) -> Reading:
    """The standard wording's own marks of sense: （正向） and （反向）."""
    if reading.op != "=" or not after.startswith("("):
        return reading
    if after.startswith("(反向)"):
        return reading._replace(sense=Sense.AT_MOST)
    return reading._replace(sense=Sense.AT_LEAST) if after.startswith("(正向)") else reading


def _glyph_before(item: Quantity, formal: str, start: int) -> str:
    lead = formal[start : item.start]
    found = [c for c in lead if c in "≥≤<>"]
    return found[-1] if len(found) == 1 and len(lead) - lead.index(found[0]) <= 12 else ""


def _range(item: Quantity, low: Decimal, high: Decimal) -> Reading:
    unsure = item.unsure
    if low > high:
        low, high, unsure = high, low, (*unsure, "operators-conflict")
    if item.glyph not in ("", "=") and not (item.low.startswith("-") and item.glyph == "≤"):
        unsure = (*unsure, "operators-conflict")
    return Reading(Kind.RANGE, None, low, high, item.unit, item.per, None, Sense.EXACT, unsure=unsure)


def _deadline(item: Dated, formal: str) -> Reading:
    unsure = (item.unsure,) if item.unsure else ()
    if formal[max(0, item.start - 3) : item.start].endswith(("每月", "每月的", "每周", "每季度")):
        unsure = ("recurring-date",)
    elif (
        not unsure and formal[item.start : item.end].endswith(("年", "年度", "月", "月份")) and item.end == len(formal)
    ):
        unsure = ("bare-period",)
    after = formal[item.end : item.end + 3]
    if after.startswith(("后", "起", "以后", "之后")):
        unsure = ("date-unclear",)
    return Reading(Kind.DEADLINE, "<=", date=item.date, sense=Sense.AT_MOST, unsure=unsure)


_DONE = ("完成", "完工", "竣工", "建成", "交付", "投入使用", "上线", "验收", "结题", "建设")
_DIGITS_OF_A_DURATION = 3  # 2026年 is a year
_AGAIN = tuple(
    (
        "办结 响应 答复 到场 处置 发出 拨付 发放 支付 反馈 修复 恢复 处理 回复 受理 "
        "审批 到达 送达 每 上报 报送 公开 更新 兑付 下达 "
    ).split()
)


@cache
def _days() -> frozenset[str]:
    return frozenset(("天", "日", "个自然日", "自然日", "个日历日", "日历天", "个日历天", "周"))


def _means_completion(item: Quantity, glyph: str, clause: str, hint: Hints) -> bool:
    """Whether a duration is a completion time (18个月内) rather than a limit on something that recurs (2小时内发出)."""
    unit = item.unit
    if (
        unit not in TIMES_OF_COMPLETION
        or item.per
        or glyph in ("≥", ">")
        or "." in item.low
        or item.low.startswith("-")
    ):
        return False
    if len(item.low) > _DIGITS_OF_A_DURATION or unit in ("个工作日", "工作日") or any(w in clause for w in _AGAIN):
        return False
    completes = any(w in clause for w in _DONE)
    if unit in _days():
        return (
            (completes or hint.completes)
            and not (hint.recurs and not completes)
            and (bool(glyph) or hint.code in ("", TIMELINESS))
        )
    if glyph in ("≤", "<"):
        return not hint.recurs or completes
    return completes or hint.completes and hint.code in ("", TIMELINESS) and not hint.recurs


def _duration_doubt(item: Quantity, glyph: str, clause: str, hint: Hints) -> tuple[str, ...]:
    if item.unit not in TIMES_OF_COMPLETION or item.per or glyph in ("≥", ">") or item.unit in CLOCK_UNITS:
        return ()
    if hint.recurs or any(w in clause for w in _AGAIN):
        return ()
    return ("duration-or-count",) if hint.code == TIMELINESS else ()


def _duration(item: Quantity) -> Reading:
    letter = TIMES_OF_COMPLETION[item.unit or ""]
    date = f"P{int(item.low)}{letter}"
    return Reading(Kind.DEADLINE, "<=", date=date, sense=Sense.AT_MOST, unsure=item.unsure)
