"""Rules on whether there is a number to measure by: where one is needed, where it stands, and with which unit."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import BOOLEAN, COMPOUND, NUMERIC, QUALITATIVE, RANGE, UNPARSEABLE, Row, Wording
from shixiao.engine.lint.rule import GUIDE, Family, Found, Rule
from shixiao.engine.lint.rules.vagueness import result_as_target
from shixiao.engine.lint.settings import Settings
from shixiao.engine.targets.reading import Reading, Source

MEASURABILITY = Family.MEASURABILITY
NAME = Source.NAME


_ALL_OF_IT = frozenset(("是", "完成", "已完成", "全部完成", "通过"))


@Rule(
    "L03",
    MEASURABILITY,
    Severity.WARNING,
    kinds=(BOOLEAN,),
    title=Text("比率或数量的值是“是”", "A yes/no value on a rate or a count"),
    why=Text(
        "名称是率、数、时间的指标，值应是数字。写“是”，差一件没做完和一件没做得分一样。",
        "What is called a rate, a number or a time needs a number. With 是, one piece missing and nothing done score alike.",
    ),
    bad="11 设备购置任务完成率 | 是",
    good="11 设备购置任务完成率 | 100%",
).of_row
def yes_on_a_number(row: Row, settings: Settings) -> Found | None:
    """是 or 完成 where the name asks for a number."""
    if row.kind is not BOOLEAN or not (row.is_share or words.counting_unit(row.stem) is not None):
        return None
    said = row.indicator.annual_wording
    whole = row.is_share and not row.stem.endswith(words.FAULT_SHARES) and said.strip() in _ALL_OF_IT
    return Found(
        Text(
            f"“{row.indicator.name}”是{'比率' if row.is_share else '数量或时间'}，值却是“{said}”；请写数字",
            f"“{row.indicator.name}” is {'a rate' if row.is_share else 'an amount or a time'} but its value is “{said}”; "
            "write a number",
        ),
        Suggestion("annual_wording", "100%") if whole else None,
    )


@Rule(
    "L04",
    MEASURABILITY,
    Severity.WARNING,
    kinds=(NUMERIC, RANGE, COMPOUND),
    title=Text("“是否”类名称的值是数字", "A number on a yes/no name"),
    why=Text(
        "名称问“是否”，值却是数量，填报人不知道该填“是”还是填数。",
        "The name asks whether; the value is an amount. Whoever reports does not know which of the two to fill in.",
    ),
    bad="11 数据卡是否按照预算数量采购 | 250张",
    good="11 数据卡采购数量 | 250张",
).of_row
def number_on_a_question(row: Row, settings: Settings) -> Found | None:
    """是否 in the name and a number in the value."""
    if "是否" not in row.name or row.reading.source is NAME:
        return None
    return Found(
        Text(
            f"名称问“是否”，值却是“{row.indicator.annual_wording}”；请把名称改成所数的东西",
            f"the name asks whether (是否) but the value is “{row.indicator.annual_wording}”; name the thing counted",
        ),
        Suggestion("name", row.indicator.name.replace("是否", "")),
    )


_WITHOUT_UNIT = ("值", "指数", "系数", "得分", "评分", "分数", "倍数", "等级", "级别")


@Rule(
    "L19",
    MEASURABILITY,
    Severity.WARNING,
    kinds=(NUMERIC, RANGE),
    title=Text("数字没有计量单位", "A number without a unit"),
    why=Text(
        "“500”可以是人、人次、场；“95”可以是件也可以是 95%。单位不写，完成值无法核对。",
        "500 may be people, attendances or events, and 95 may be cases or percent. Without a unit nothing can be compared.",
    ),
    bad="11 参训人数 | 500",
    good="11 参训人数 | 500人",
).of_row
def unit_missing(row: Row, settings: Settings) -> Found | None:
    """A bare number; the reader takes a unit in brackets from the name: 参训人数（人）."""
    if row.reading.unit and "percent-sign-missing" not in row.reading.unsure:
        return None
    if row.reading.source is NAME or not row.reading.value or row.stem.endswith(_WITHOUT_UNIT):  # zero needs no unit
        return None
    unit = "%" if row.is_share else words.counting_unit(row.stem)
    small_share = row.is_share and row.reading.value <= 1  # 0.95 may mean 95% or 0.95%
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”没有计量单位",
            f"“{row.indicator.annual_wording}” has no unit of measure",
        ),
        Suggestion("annual_wording", row.indicator.annual_wording + unit) if unit and not small_share else None,
    )


_HIDDEN_BOUNDS = (
    "以上",
    "以下",
    "以内",
    "≥",
    "≤",
    "<",
    ">",
    "不少于",
    "不低于",
    "不超过",
    "不高于",
    "小于",
    "大于",
    "至少",
)
_DIGITS = frozenset("0123456789")
_CONDITIONS = ("岁", "公里", "千伏", "周岁", "规模")


@Rule(
    "L20",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("目标藏在名称里", "The target hides in the name"),
    why=Text(
        "目标写在名称里，按指标值汇总、比较和打分的程序都看不到它，改目标还要改名称。",
        "What adds up, compares and scores looks at the value and not at the name; and to change the target the name must change.",
    ),
    bad="12 苗木成活率≥85% | 是",
    good="12 苗木成活率 | ≥85%",
).of_row
def target_in_the_name(row: Row, settings: Settings) -> Found | None:
    """The reading had to be taken from the name, or the name ends in a bound of its own."""
    if row.reading.source is NAME:
        if not _has_number(row.reading) and row.value:
            return None  # 是 on a bound to the budget is for L21, on two tasks in one name for L56
    elif row.stem.isalpha() or not _ends_in_a_bound(row.stem) or row.stem.endswith(row.value):
        return None  # said twice is odd, but nothing is hidden
    return Found(
        Text(
            "目标写在指标名称里；请把比较词和数字移到指标值，名称只留所衡量的事",
            "the target stands in the name; move the comparison and the number into the value",
        ),
        _moved_out(row),
    )


def _has_number(reading: Reading) -> bool:
    return reading.value is not None or reading.date is not None or any(map(_has_number, reading.parts))


def _ends_in_a_bound(name: str) -> bool:
    tail = name[-12:]
    if (
        not tail.endswith(("以上", "以下", "以内"))
        and tail[-4:].rstrip("%‰元万人次个件份场小时分钟天月")[-1:] not in _DIGITS
    ):
        return False
    if _DIGITS.isdisjoint(tail) or not any(word in tail for word in _HIDDEN_BOUNDS):
        return False
    return not any(word in tail for word in _CONDITIONS)  # 60岁以上: whom it is for, not how many


def _moved_out(row: Row) -> Suggestion | None:
    name = row.indicator.name
    start = min((name.find(sign) for sign in "≥≤<>" if sign in name), default=0)
    if start < 2 or row.reading.source is not NAME:
        return None
    return Suggestion("annual_wording", name[start:].rstrip(")）。；;"))


@Rule(
    "L22",
    MEASURABILITY,
    Severity.WARNING,
    kinds=(COMPOUND,),
    title=Text("一条指标里有几个条件", "Several conditions in one target"),
    why=Text(
        "几个条件写在一个值里，只做到一个时无法打分。拆成几条，各有各的完成值。",
        "When several conditions share one value, nobody can score the year in which one of them was met. Split them.",
    ),
    bad="11 消防安全巡查 | 每天巡查2次，每年不少于1次消防演练",
    good="11 消防演练次数 | 每年不少于1次\n11 消防巡查次数 | 每天2次",
).of_row
def several_conditions(row: Row, settings: Settings) -> Found | None:
    """A compound target."""
    if is_split_by_name(row):
        return None
    parts = row.reading.parts
    listed = "；".join(_part(part) for part in parts)
    return Found(
        Text(
            f"一个值里有 {len(parts)} 个条件（{listed}），只达到其中一个时无法打分；请拆成 {len(parts)} 条指标",
            f"{len(parts)} conditions in one value ({listed}): it cannot be scored when only one is met; "
            f"split it into {len(parts)} indicators",
        )
    )


def is_split_by_name(row: Row) -> bool:
    """Whether the parts of a compound come from its name (合格率和合规率, one 100%), not from its value; see L56."""
    parts = row.reading.parts
    return row.reading.source is NAME or (row.is_share and all(part.words == parts[0].words for part in parts))


def _part(part: Reading) -> str:
    words, condition = part.words or "", part.condition or ""
    return words if condition in words else f"{condition}：{words}"


@Rule(
    "L23",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("没有填写，或只是占位符", "Empty, or only a placeholder"),
    why=Text(
        "空着、只有单位、“**”、“详见附件”的值，公开的表上看不到目标。",
        "An empty value, a bare unit, ** or 详见附件: whoever reads the published table sees no target.",
    ),
    bad="11 参训人数 | **人",
    good="11 参训人数 | 500人",
).of_row
def nothing_there(row: Row, settings: Settings) -> Found | None:
    """An annual value with nothing in it, or a name that is still the form's own 指标1."""
    if row.stem.rstrip("0123456789") in ("指标", "三级指标", "") or not row.stem.strip("*…."):
        return Found(Text("指标名称没有填写", "the indicator has no name yet"))
    if row.kind is not UNPARSEABLE or row.wording is not None or is_some_target(row) or _is_not_applicable(row):
        return None
    wording, cycle = row.indicator.annual_wording, row.indicator.cycle_wording
    said = Text(f"年度指标值“{wording}”没有写出目标", f"the annual value “{wording}” states no target")
    if not wording.strip():
        said = Text("年度指标值是空的", "the annual value is empty")
    usable = row.cycle.kind is not UNPARSEABLE
    return Found(said, Suggestion("annual_wording", cycle) if usable and not wording.strip() else None)


def is_some_target(row: Row) -> bool:
    """Whether something stands there that a person may understand, though no reading was found."""
    return "placeholder" not in row.reading.unsure and any(map(str.isdecimal, row.value))


def _is_not_applicable(row: Row) -> bool:
    return row.value in ("不适用", "不涉及") or "不适用" in row.name


@Rule(
    "L48",
    MEASURABILITY,
    Severity.WARNING,
    kinds=(BOOLEAN, QUALITATIVE),
    codes=(words.QUANTITY,),
    title=Text("数量指标没有数量", "A quantity without a number"),
    why=Text(
        "数量指标要说明做多少。值是文字或“是”，既看不出工作量，也看不出完成了多少。",
        "A quantity says how much will be done. Words or 是 show neither the amount of work nor how much of it was done.",
    ),
    basis=GUIDE,
    bad="11 用户培训 | 是",
    good="11 用户培训人次 | ≥60人次",
).of_row
def quantity_without_number(row: Row, settings: Settings) -> Found | None:
    """Class 11 with words or 是; what another rule already says of the same value is left to it."""
    if row.wording not in (None, Wording.CHECKABLE, Wording.VAGUE):
        return None
    if yes_on_a_number(row, settings) or result_as_target(row, settings):
        return None
    return Found(
        Text(
            f"数量指标的值“{row.indicator.annual_wording}”里没有数；请写做多少、计量单位是什么",
            f"a quantity with the value “{row.indicator.annual_wording}” has no number; say how many, and of what",
        )
    )


@Rule(
    "L64",
    MEASURABILITY,
    Severity.HINT,
    title=Text("读不准，请人看一眼", "Read, but not with certainty"),
    why=Text(
        "程序读懂了大概，但不能确定。写法不清，别人也会读出两个意思。",
        "A program could read it only in part. What is unclear to a program is read in two ways by people, too.",
    ),
    bad="13 报告报送时间 | 9月前",
    good="13 报告报送时间 | 8月31日前",
).of_row
def unsure(row: Row, settings: Settings) -> Found | None:
    """The reading has a doubt that no other rule is about."""
    if not row.reading.unsure:
        return None
    doubts = [code for code in row.reading.unsure if code in _DOUBTS_FOR_PEOPLE]
    if not doubts or (row.kind is UNPARSEABLE and not is_some_target(row)):
        return None
    sentences = [reason_of(code) for code in doubts]
    return Found(
        Text(
            f"不能确定读得对：{'；'.join(sentence.zh for sentence in sentences)}",
            f"not read with certainty: {'; '.join(sentence.en for sentence in sentences)}",
        )
    )


# What a better wording would settle. The other doubts have a rule of their own, or are the program's alone.
_DOUBTS_FOR_PEOPLE = frozenset(
    "bare-period month-before relative-year date-unclear approximate weight-glued operators-conflict clauses-unlike "
    "many-numbers no-target number-without-quantity ambiguous".split()
)


def reason_of(code: str) -> Text:
    """The sentence of a doubt."""
    from shixiao.engine.targets.reasons import REASONS  # only a doubtful reading needs its sentences

    return REASONS[code]
