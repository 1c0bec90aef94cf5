"""How the numbers came about, in plain words for whoever reads the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shixiao.engine.bilingual import Text

_ALWAYS = (
    Text(
        "每个计量的数，都由办公系统里逐件留下的记录相加得出，没有人填写。每件是达标、未达标、尚未到期，或者不计（写明原因）。",
        "Every measured number is a sum over the records that the work itself left, case by case; nobody typed it. A case is met, missed, not "
        "yet due, or not counted, with the reason.",
    ),
    Text(
        "有不计的，两个数都公布：不计的，和恢复计入后的。",
        "Where cases are not counted both figures are published: without them, and with them put back.",
    ),
    Text(
        "填报的数是人填写的，没有记录可以核对；评议的由评议人员判断。两种都标明，不当作计量的数。",
        "A declared value was typed, with no records behind it; a reviewed one was judged by people. Both are marked and never shown as measured.",
    ),
    Text(
        "没有证据的指标不计分，也不当作 0 分藏起来：未计的分写明。",
        "An indicator without evidence has no score, and that is said: it is neither full nor silently 0.",
    ),
    Text(
        "每条记录只公开结论、金额和不计的原因。事项编号和日期不公开，由加盐的哈希承诺固定：单位向审计人员出示记录时，可以核对它没有被改过。",
        "Of each record the verdict, the amount and the reason are public. Its number and day are not; a salted commitment binds them, so that an "
        "auditor to whom the office shows the record can see that it was not changed.",
    ),
    Text(
        "出自限制登记簿的指标，只公开结论或比率，不公开记录和件数；由总分可以推出不足 5 件的数时，总分也不公开。",
        "Of an indicator from a restricted register only the verdict or the ratio is public, neither records nor counts; where a count below 5 could "
        "be worked out from a total, the total is kept back, too.",
    ),
    Text(
        "计算全程用精确的分数，每个条件的得分四舍五入一次；总分是各行之和，不再取整。",
        "Everything is worked out in exact fractions. The points of a condition are rounded once; the total is the sum of its rows and not rounded again.",
    ),
)


def method_of(profiles: Iterable[Mapping[str, Any]]) -> list[Text]:
    """The sentences, with the source of each profile that was used."""
    return [*_ALWAYS, *(_of_profile(each) for each in profiles)]


def _of_profile(profile: Mapping[str, Any]) -> Text:
    source, title = profile["source"], profile["title"]
    named = f"《{source['title']}》（{source['number']}）" if source["number"] else source["title"]
    groups = profile["groups"]
    zh = "、".join(f"{group['title']['zh']} {group['points']}" for group in groups)
    en = ", ".join(f"{group['title']['en']} {group['points']}" for group in groups)
    points = profile["execution"]["points"]
    return Text(
        f"计分方案：{title['zh']}{f'，参照{named}' if named else ''}。预算执行率 {points}、{zh}。",
        f"Scored by: {title['en']}{f', after {named}' if named else ''}. Execution of the budget {points}, {en}.",
    )
