"""The permanent codes of doubts and repairs, each said in both languages."""

from __future__ import annotations

from shixiao.engine.bilingual import Text

REASONS = {
    # why a person should look
    "approximate": Text("数字前后有“约、左右、余”等字，界限不清", "approximate: the bound is not exact"),
    "percent-sign-missing": Text("比率没有百分号", "a rate without a percent sign"),
    "rate-above-100": Text("比率超过 100%，可能是符号识别错误", "a rate above 100%: perhaps a misread symbol"),
    "unknown-unit": Text("计量单位不常见", "an uncommon unit of measure"),
    "month-before": Text("“某月前”是否含当月不清楚", "“before month N”: is the month included?"),
    "date-unclear": Text("日期不能确定到某一天", "the date cannot be fixed to a day"),
    "relative-year": Text("“次年”需要知道预算年度", "“next year” needs the fiscal year"),
    "operators-conflict": Text("前后两个比较词不一致", "the words of comparison contradict each other"),
    "weight-glued": Text("数值前面似乎粘连了分值", "a weight seems to be glued in front of the value"),
    "many-numbers": Text("一句话里有多个数字，拆分可能有误", "several numbers in one clause: the split may be wrong"),
    "long-text": Text("文字较长而只有一个数字", "a long text around a single number"),
    "outside-reference": Text("以外部数值为准，未写明数值", "bound to an outside value that is not stated"),
    "no-target": Text("没有写明目标值", "no target is stated"),
    "placeholder": Text("只是占位符", "only a placeholder"),
    "unit-only": Text("只有计量单位，没有数值", "a unit without a number"),
    "number-in-name": Text("数值取自指标名称", "the number was taken from the name"),
    "duration-or-count": Text("期限还是时长不能确定", "a completion time or a duration: not certain"),
    "recurring-date": Text("每期的日期，不是一个截止日", "a recurring date, not one deadline"),
    "cells-conflict": Text("各列内容互相矛盾", "the columns contradict each other"),
    "grade-scale": Text("只列出等级，未写明应达到哪一级", "a scale of grades without the grade to reach"),
    "clauses-unlike": Text("几个分句中有的无法量化", "some clauses cannot be measured"),
    "ambiguous": Text("可以有两种读法，请人工确认", "can be read in two ways: please decide"),
    "bare-period": Text("只写了年份或月份，按最后一天理解", "only a year or a month: read as its last day"),
    "answer-no": Text("目标值为“否”，请核对", "the target is “no”: please check"),
    "negative": Text("数值为负", "a negative number"),
    "denominator-unclear": Text("分母不是单纯的时间或次数", "the denominator is not plain time or an occasion"),
    "no-level": Text("只写明考察什么，没有写明应达到的水平", "says what is measured, not the level to reach"),
    "number-without-quantity": Text("有数字，但不能确定是目标值", "there is a number, but perhaps not a target"),
    "ambiguous-word": Text(
        "“完成”之外还有文字，是否型或定性不能确定", "more words around 完成: yes/no or qualitative?"
    ),
    # what was repaired
    "html-entity": Text("还原了 HTML 实体", "HTML entities undone"),
    "html-tag": Text("去掉了 HTML 标签", "HTML tags removed"),
    "bracket-for-operator": Text("书名号当作比较符号读", "a title bracket read as an operator"),
    "thousands-separator": Text("去掉了千位分隔符", "thousands separators removed"),
    "name-repeated": Text("值里重复了指标名称", "the value repeats the name"),
    "unit-from-name": Text("单位取自指标名称", "the unit was taken from the name"),
}
_CODES = {sentence: code for code, text in REASONS.items() for sentence in text}


def code_of(sentence: str) -> str:
    """The code of a sentence (as the JSON of a reading carries it); the sentence itself if unknown."""
    return _CODES.get(sentence, sentence)


def sentence_of(code: str, language: str) -> str:
    """The sentence of a code in `language`; the code itself if unknown."""
    text = REASONS.get(code)
    return text.in_(language) if text else code
