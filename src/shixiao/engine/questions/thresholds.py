"""From when on something is asked about: dated numbers, each with its reason, in this one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shixiao.engine.bilingual import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number in force from a day on, and why it is that one."""

    name: str
    value: float
    why: Text
    since: date = date(2000, 1, 1)


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(
        name="end_days",
        value=3,
        why=Text(
            "月末最后 3 个工作日（及其间的休息日）算期末：集中办结赶的是结账那一天。",
            "The last 3 working days of a month are its end: what is closed in a hurry is closed for the day of the accounts.",
        ),
    ),
    Threshold(
        name="batch_least",
        value=6,
        why=Text(
            "一天不足 6 件不问：办得少的台账，偶然就会一天办两三件。",
            "Fewer than 6 on a day are not asked about: where little is done, two or three on one day are chance.",
        ),
    ),
    Threshold(
        name="batch_least_of_all",
        value=8,
        why=Text(
            "一个人把几个台账的一起办结，合计不足 8 件不问。",
            "Of one person over several registers together, fewer than 8 are not asked about.",
        ),
    ),
    Threshold(
        name="batch_times",
        value=2.5,
        why=Text(
            "须达到平常忙日的 2.5 倍（平常忙日：期末以外有办结的日子里，95% 的日子不超过的件数）。季末忙一倍是常情。",
            "Two and a half times a busy day: what 95% of the days outside the ends do not exceed. Twice as much at a quarter's end is "
            "usual.",
        ),
    ),
    Threshold(
        name="batch_regular",
        value=0.6,
        why=Text(
            "其他月份有六成也有差不多的一天，就是这里的惯例（如每月按例发放），不问。",
            "Where six in ten other months have a day nearly like it, that is the habit here, such as payments each month.",
        ),
    ),
    Threshold(
        name="batch_like",
        value=0.6,
        why=Text("达到这一天的六成，算差不多。", "Nearly like it is: six tenths of it."),
    ),
    Threshold(
        name="batch_away_most",
        value=15,
        why=Text(
            "离岗或停机后补办，按离开的工作日放宽，最多 15 天。",
            "After leave or an outage more is caught up with: once more for each working day away, up to 15.",
        ),
    ),
    Threshold(
        name="batch_catching_up",
        value=3,
        why=Text("回来后 3 个工作日内都算在补办。", "Catching up takes up to 3 working days."),
    ),
    Threshold(
        name="batch_due",
        value=7,
        why=Text(
            "期限就在这天前后（前 1 天至后 7 天）的，赶在期限前办结是常情。",
            "What is due from the day before to 7 days after is rightly closed before its limit.",
        ),
    ),
    Threshold(
        name="batch_due_share",
        value=0.6,
        why=Text(
            "六成以上期限就在这几天，或者各季末都这样，只有扎堆在一起录入才问。",
            "Where six in ten are due in these days, or every quarter ends so, it is asked about only if all was recorded in one go.",
        ),
    ),
    Threshold(
        name="batch_hours",
        value=3,
        why=Text("三小时内录完八成，才算扎堆。", "In one go is: eight in ten within three hours."),
    ),
    Threshold(
        name="batch_crowd",
        value=1.25,
        why=Text(
            "有期限或季末惯例可解释的，扎堆的还须再多四分之一才问。",
            "Where limits or the habit of quarters explain much, it takes a quarter more, recorded in one go.",
        ),
    ),
    Threshold(
        name="late_chances",
        value=2,
        why=Text(
            "从说的发生日到记录日之间，本人至少有 2 天在系统里记过别的事，才算拖后；休假、停机、节假日自然不算。",
            "Between the day it is said to have happened and the day it was recorded, the person was there on at least 2 days and "
            "recorded other things; leave, an outage and holidays excuse by themselves.",
        ),
    ),
    Threshold(
        name="late_there",
        value=0.3,
        why=Text(
            "其间在岗的天数不到本人平常的三成，就是休假或停机，不问。",
            "Where the person was there on less than three in ten of the days usual for that person, it was leave or an outage.",
        ),
    ),
    Threshold(
        name="late_long",
        value=4,
        why=Text(
            "时限过后在岗 4 天以上才补记的，一件当两件看。",
            "One that was recorded though the person had been there on 4 days since the limit weighs as two.",
        ),
    ),
    Threshold(
        name="late_least",
        value=4,
        why=Text(
            "一个人 7 天内补记的合计不足 4 不问：偶尔忘记登记人人都有。",
            "Less than 4 in a person's 7 days is not asked about: everybody forgets to record something now and then.",
        ),
    ),
    Threshold(
        name="excluded_least",
        value=2,
        why=Text(
            "14 天内把已逾期的改为不计，不足 2 件不问：单独一件多有正当缘由，页面上本来就两个数都给。",
            "One alone that was left out after it was missed is not asked about: both figures are shown anyway.",
        ),
    ),
    Threshold(
        name="surprise",
        value=0.0005,
        why=Text(
            "若只按这里全年其余时间的常态，凑在一起这么多的机会须小于万分之五：有的台账本来就常常晚记、常有撤销。一年几十个台账、"
            "几十周，机会再大就会常常误问。",
            "By what is usual here in the rest of the year, so many together must have a chance below 5 in 10,000: some registers are always "
            "written late. With dozens of registers and weeks, a larger chance would ask too often.",
        ),
    ),
    Threshold(
        name="usual_least",
        value=0.03,
        why=Text(
            "全年其余时间一件也没有的，按每个时段 0.03 件算：一年没有，不等于从不会有。",
            "Where there is none in the rest of the year, 0.03 for each span: none in a year does not mean never.",
        ),
    ),
    Threshold(
        name="amended_least",
        value=2,
        why=Text("改归类不足 2 件不问。", "Fewer than 2 that were classified otherwise are not asked about."),
    ),
    Threshold(
        name="amended_usual",
        value=0.05,
        why=Text(
            "逾期的不到 5% 的台账，按 5% 算：几乎没有逾期时，偶然改到一件也会显得奇怪。",
            "Where fewer than 5% are missed, 5% are reckoned with: where hardly any is, a single one would look odd by chance.",
        ),
    ),
    Threshold(
        name="amended_prior",
        value=20,
        why=Text(
            "件数少的台账自己没有可比的，按再多 20 件平常的来比。",
            "Where little is counted there is nothing to compare with: 20 usual cases are added.",
        ),
    ),
    Threshold(
        name="amended_times",
        value=2,
        why=Text(
            "改到的里面逾期的占比须达到这里平常的两倍：改动很多时，一点点差别也算不得偶然，但不值得问。",
            "Among those amended twice as many must have been missed as usual: of very many a small difference is no chance, and nothing to ask "
            "about.",
        ),
    ),
    Threshold(
        name="amended_chance",
        value=0.02,
        why=Text(
            "若改归类与是否逾期无关，改到的里面逾期这么多的机会须小于 2%：机构调整时整批改动，逾期的和按时的一起改，不问。",
            "If it had nothing to do with being missed, so many missed ones among those amended must have a chance below 2%: a "
            "reorganisation moves those on time as well.",
        ),
    ),
    Threshold(
        name="reopened_near",
        value=3,
        why=Text(
            "时限前 3 天内办结的才算临期。",
            "Closed within 3 days before the limit is near it.",
        ),
    ),
    Threshold(
        name="reopened_undone",
        value=2,
        why=Text(
            "重开后 2 个工作日以上才再办结（或一直没有），才像当初没有办完；退回补个材料当天就好。",
            "Closed again only after 2 working days or never: it looks as if it had not been done; to add a paper takes an afternoon.",
        ),
    ),
    Threshold(
        name="reopened_least",
        value=3,
        why=Text("31 天内不足 3 件不问。", "Fewer than 3 within 31 days are not asked about."),
    ),
    Threshold(
        name="reopened_share",
        value=0.15,
        why=Text(
            "正常退回补正的，也有 15% 左右碰巧临期、又拖几天。",
            "Of those rightly sent back, some 15% happen to lie at their limit and take some days.",
        ),
    ),
    Threshold(
        name="reopened_after",
        value=0.35,
        why=Text(
            "正常退回补正的，约三分之一是时限前办结、时限过后才退回的。",
            "Of those rightly sent back, a third were closed before their limit and sent back after it.",
        ),
    ),
    Threshold(
        name="reopened_surprise",
        value=0.002,
        why=Text(
            "按这里全年其余时间的常态，31 天里有这么多的机会须小于千分之二。",
            "By what is usual here in the rest of the year, so many in 31 days must have a chance below 2 in 1,000.",
        ),
    ),
    Threshold(
        name="reopened_chance",
        value=0.015,
        why=Text(
            "按上面的常情，同期重开的里面有这么多的机会须小于 1.5%。",
            "By what is usual, so many among those opened again in the same time must have a chance below 1.5%.",
        ),
    ),
    Threshold(
        name="pooled_least",
        value=4,
        why=Text(
            "全年合在一起看（一个台账、一类事项、一个处室职能），不足 4 件不问：一年里这么几件人人都有。",
            "Looked at over a year together (one register, one kind of case, one office), fewer than 4 are not asked about: so few happen to "
            "everybody.",
        ),
    ),
    Threshold(
        name="pooled_chance",
        value=0.005,
        why=Text(
            "全年合看时，按常态凑出这么多的机会须小于千分之五：一年约看二十组，再大就会年年误问。",
            "Over a year together the chance of so many by what is usual must be below 5 in 1,000: some twenty groups are looked at.",
        ),
    ),
    Threshold(
        name="pooled_over",
        value=2,
        why=Text(
            "时限过后满 2 天、其间本人在岗的，才算过后很久：当天夜里、第二天补登记是常情。",
            "Two days over the limit, with the person there in between, is long after: recording it the same night or the next day is usual.",
        ),
    ),
    Threshold(
        name="pooled_there",
        value=0.3,
        why=Text(
            "时限到记录之间，本人在岗的天数不到平常的三成，就是休假或停机后补记，不算。",
            "Where the person was there on less than three in ten of the usual days since the limit, it was leave or an outage.",
        ),
    ),
    Threshold(
        name="pooled_away",
        value=0.1,
        why=Text(
            "并且按本人的习惯，在岗这么少的机会不到一成：很少登记的人，一周不登记不等于不在。",
            "And by the person's habit so few days there have a chance below one in ten: of who writes seldom a week without a word says nothing.",
        ),
    ),
    Threshold(
        name="pooled_late",
        value=1,
        why=Text(
            "一类事项里，时限过后很久才补记为按时的，一年 1 件按常情算；拖后登记多的，按下一条多算。",
            "Of one kind of case one recorded long after its limit as done before it is usual in a year; more where much is recorded late.",
        ),
    ),
    Threshold(
        name="pooled_late_family",
        value=0.5,
        why=Text("单个台账，一年按半件算。", "Of a single register, half a one."),
    ),
    Threshold(
        name="pooled_near",
        value=0.5,
        why=Text(
            "别的拖后两天以上才登记的（与时限无关），每 2 件当作会有 1 件碰巧跨过时限。",
            "For each two others that were recorded two days late, far from any limit, one is taken to cross its limit by chance.",
        ),
    ),
    Threshold(
        name="pooled_owned_up",
        value=0.1,
        why=Text(
            "每 10 件如实记为逾期办结的，当作会有 1 件确是时限前办完、登记晚了。",
            "For each ten that are recorded as done late one is taken to have been done in time and recorded late.",
        ),
    ),
    Threshold(
        name="pooled_excluded",
        value=0.25,
        why=Text(
            "撤销、延期若与逾期无关，多在时限以前：在时限以后的按四分之一算。",
            "If cancelling had nothing to do with being late, most would be before the limit: a quarter after it is usual.",
        ),
    ),
    Threshold(
        name="pooled_moved",
        value=0.25,
        why=Text(
            "改归类若与逾期无关，改到逾期的按四分之一算。",
            "If moving had nothing to do with being missed, a quarter of those moved may have been missed.",
        ),
    ),
    Threshold(
        name="pooled_ends_chance",
        value=0.001,
        why=Text(
            "逾期后才办结的，若与月末、季末无关，落在期末这么多的机会须小于千分之一：期末补办旧账本来就多一些。",
            "If closing what is overdue had nothing to do with the ends of months and quarters, so many there must have a chance below 1 in "
            "1,000: clearing old cases then is usual to a degree.",
        ),
    ),
    Threshold(
        name="pooled_reopened",
        value=0.35,
        why=Text(
            "正常退回补正的，约三分之一碰巧是临期办结、时限过后才办完。",
            "Of those rightly sent back, a third happen to have been closed near their limit and finished after it.",
        ),
    ),
    Threshold(
        name="pooled_reopened_near",
        value=7,
        why=Text(
            "全年合看时，时限前 7 天内办结的算临期。",
            "Over a year together, closed within 7 days before the limit is near it.",
        ),
    ),
    Threshold(
        name="pooled_reopened_chance",
        value=0.02,
        why=Text(
            "按上面的常情，全年重开的里面有这么多的机会须小于 2%。",
            "By what is usual, so many among those opened again in the year must have a chance below 2%.",
        ),
    ),
)

WEEK, FORTNIGHT, MONTH = timedelta(days=7), timedelta(days=14), timedelta(days=31)  # within which signs belong together
YEAR = 365


@dataclass(frozen=True)
class InForce:
    """The thresholds of one day."""

    values: dict[str, float]

    def __getitem__(self, name: str) -> float:
        return self.values[name]


def in_force(day: date, table: Sequence[Threshold] = THRESHOLDS) -> InForce:
    """Of each name the newest that is in force on `day`."""
    found = sorted((each for each in table if each.since <= day), key=lambda each: each.since)
    return InForce({each.name: each.value for each in found})
