"""Is a profile sound? Points that make 100, tiers and tables without gap or overlap, grades in order, groups that take every class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.faults import Fault
from shixiao.engine.scoring.profiles import CLASSES, HUNDRED, ByMoney, Deduction, Group, Profile, Step, Tier
from shixiao.engine.scoring.rounding import digits_of, plain

_ZERO = Decimal(0)
_MOST_DIGITS = 4


def faults_of(profile: Profile) -> list[Fault]:
    """Everything that is wrong with a profile, each with its place; empty where it is sound."""
    return [
        *_names(profile),
        *_points(profile),
        *_classes(profile.groups),
        *_absences(profile.groups),
        *_tiers(profile.tiers),
        *_bands(profile),
        *_steps("execution.steps", profile.execution.steps, is_needed=profile.execution.manner is ByMoney.STEPS),
        *_steps("satisfaction", profile.satisfaction, is_needed=False),
        *_late(profile),
        *_over(profile),
        *_percent("pass_line", profile.pass_line),
    ]


def _fault(place: str, zh: str, en: str) -> Fault:
    return Fault(place, Text(zh, en))


def _names(profile: Profile) -> Iterator[Fault]:
    if not profile.code.strip():
        yield _fault("code", "方案没有代号。请写一个。", "The profile has no code. Give it one.")
    if profile.until is not None and profile.until <= profile.applies_from:
        yield _fault(
            "until",
            f"停用日 {profile.until} 不在起用日 {profile.applies_from} 之后。请改其中一个。",
            f"It ends on {profile.until}, not after it begins on {profile.applies_from}. Change one of the two.",
        )
    for name, digits in (("points", profile.rounding.points), ("weights", profile.rounding.weights)):
        if not 0 <= digits <= _MOST_DIGITS:
            yield _fault(
                f"rounding.{name}", f"小数位数 {digits} 应在 0 到 4 之间。", f"{digits} digits: it should be 0 to 4."
            )


def _points(profile: Profile) -> Iterator[Fault]:
    named = [("execution.points", profile.execution.points)]
    named += [(f"groups[{number}].points", group.points) for number, group in enumerate(profile.groups)]
    for place, points in named:
        if points < 0:
            yield _fault(place, f"分值 {plain(points)} 小于 0。", f"{plain(points)} points are below 0.")
        if digits_of(points) > profile.rounding.weights:
            yield _fault(
                place,
                f"分值 {plain(points)} 的小数多于 {profile.rounding.weights} 位。请改分值，或改 rounding.weights。",
                f"{plain(points)} has more than {profile.rounding.weights} digits. Change it, or rounding.weights.",
            )
    total = sum((points for _, points in named), _ZERO)
    if total != HUNDRED:
        added = " + ".join(plain(points) for _, points in named)
        yield _fault(
            "groups",
            f"分值加起来是 {plain(total)}（{added}），应为 100。请改预算执行率或各组的分值。",
            f"The points add up to {plain(total)} ({added}), not to 100. Change those of the execution or of the groups.",
        )


def _classes(groups: Sequence[Group]) -> Iterator[Fault]:
    codes = Counter(group.code for group in groups)
    taken: dict[str, int] = {}
    for number, group in enumerate(groups):
        if not group.code.strip() or codes[group.code] > 1:
            yield _fault(
                f"groups[{number}].code",
                f"代号“{group.code}”为空或重复。请改。",
                f"The code “{group.code}” is empty or used twice. Change it.",
            )
        for place, start in enumerate(group.classes):
            where = f"groups[{number}].classes[{place}]"
            if not start or not any(each.startswith(start) for each in CLASSES):
                known = "、".join(("1", "2", "3", "4", *CLASSES))
                yield _fault(where, f"没有“{start}”这一类。可用：{known}。", f"No class “{start}”. There are: {known}.")
            elif start in taken:
                yield _fault(
                    where,
                    f"“{start}”类在第 {taken[start] + 1} 组里已经有了。请留一处。",
                    f"Class “{start}” is in group {taken[start] + 1} already. Keep one.",
                )
            taken.setdefault(start, number)
    starts = tuple(start for start in taken if start)
    missing = [each for each in CLASSES if not each.startswith(starts)] if starts else list(CLASSES)
    if missing:
        listed = "、".join(missing)
        yield _fault(
            "groups",
            f"没有一组收 {listed} 类的指标。请把它们加到某一组的 classes。",
            f"No group takes the classes {listed}. Add them to the classes of one.",
        )


def _absences(groups: Sequence[Group]) -> Iterator[Fault]:
    codes = {group.code for group in groups}
    for number, group in enumerate(groups):
        where = f"groups[{number}].when_absent"
        for place, move in enumerate(group.when_absent):
            if move.to not in codes - {group.code}:
                yield _fault(
                    f"{where}[{place}].to",
                    f"没有另一组叫“{move.to}”。请写一个别的组的代号。",
                    f"No other group is called “{move.to}”. Give the code of another group.",
                )
            if move.points < 0:
                yield _fault(f"{where}[{place}].points", "移出的分值小于 0。", "Less than 0 points are moved.")
        moved = sum((move.points for move in group.when_absent), _ZERO)
        if group.when_absent and moved != group.points:
            yield _fault(
                where,
                f"没有这类指标时移出 {plain(moved)} 分，应为它的 {plain(group.points)} 分。请改。",
                f"{plain(moved)} points move when it is absent; they should be its {plain(group.points)}. Change them.",
            )


def _tiers(tiers: Sequence[Tier]) -> Iterator[Fault]:
    expected = HUNDRED
    for number, tier in enumerate(tiers):
        where = f"tiers[{number}]"
        if tier.low >= tier.high:
            yield _fault(
                where,
                f"下界 {plain(tier.low)} 不小于上界 {plain(tier.high)}。请对调或改数。",
                f"Its low {plain(tier.low)} is not below its high {plain(tier.high)}. Swap or change them.",
            )
        yield from _meets(f"{where}.high", tier.high, expected)
        yield from _percent(f"{where}.low", tier.low)
        if tier.usual is not None and not tier.low <= tier.usual <= tier.high:
            yield _fault(
                f"{where}.usual", "常用分不在本档之内。请改。", "The usual mark is not in its tier. Change it."
            )
        expected = tier.low
    if expected != 0 or not tiers:
        yield _fault(
            "tiers",
            f"最低一档应到 0，现在到 {plain(expected)}。请补一档。",
            f"The lowest tier should reach 0 and ends at {plain(expected)}. Add one.",
        )


def _meets(place: str, high: Decimal, expected: Decimal) -> Iterator[Fault]:
    """Whether a tier begins where the one above it ended."""
    if high == expected:
        return
    zh, en = ("空档", "gap") if high < expected else ("重叠", "overlap")
    low, top = sorted((high, expected))
    yield _fault(
        place,
        f"{plain(low)} 到 {plain(top)} 之间有{zh}：上界应为 {plain(expected)}。",
        f"There is a {en} from {plain(low)} to {plain(top)}: its high should be {plain(expected)}.",
    )


def _bands(profile: Profile) -> Iterator[Fault]:
    words = Counter(word for band in profile.bands for word in set(band.word))
    above: Decimal | None = None
    for number, band in enumerate(profile.bands):
        where = f"bands[{number}]"
        yield from _percent(f"{where}.at_least", band.at_least)
        if above is not None and band.at_least >= above:
            yield _fault(
                f"{where}.at_least",
                f"等级“{band.word.zh}”从 {plain(band.at_least)} 分起，不低于上一等级的 {plain(above)}。请由高到低排列。",
                f"“{band.word.en}” begins at {plain(band.at_least)}, not below {plain(above)} of the grade above it. "
                "Order them from high to low.",
            )
        if not all(band.word) or any(words[word] > 1 for word in band.word):
            yield _fault(
                f"{where}.word", "等级的名称为空或重复。请改。", "The grade's word is empty or used twice. Change it."
            )
        above = band.at_least
    if above != 0:
        yield _fault("bands", "最低的等级应从 0 分起。请改。", "The lowest grade should begin at 0. Change it.")


def _steps(where: str, steps: Sequence[Step], *, is_needed: bool) -> Iterator[Fault]:
    above: Step | None = None
    for number, step in enumerate(steps):
        yield from _percent(f"{where}[{number}].at_least", step.at_least)
        yield from _percent(f"{where}[{number}].share", step.share)
        if above is not None and (step.at_least >= above.at_least or step.share > above.share):
            yield _fault(
                f"{where}[{number}]",
                "各档应由高到低：下一档的起点更低，得分比例不更高。请改。",
                "Steps go from high to low: the next one begins lower and has no larger share. Change it.",
            )
        above = step
    if (above is not None or is_needed) and (above is None or above.at_least != 0):
        yield _fault(where, "最低一档应从 0 起。请补一档。", "The lowest step should begin at 0. Add one.")


def _late(profile: Profile) -> Iterator[Fault]:
    days, share = 0, HUNDRED
    for number, step in enumerate(profile.late):
        yield from _percent(f"late[{number}].share", step.share)
        if step.days <= days or step.share > share:
            yield _fault(
                f"late[{number}]",
                "逾期各档应由短到长：天数更多，得分比例不更高。请改。",
                "Steps of lateness go from short to long: more days, no larger share. Change it.",
            )
        days, share = step.days, step.share


def _over(profile: Profile) -> Iterator[Fault]:
    start = profile.over.explain_from
    if start is not None and start <= HUNDRED:
        yield _fault(
            "over.explain_from",
            f"超额须说明的起点 {plain(start)}% 应大于 100%。",
            f"An explanation is asked from {plain(start)}% on: it should be above 100%.",
        )
    end: Decimal | None = HUNDRED
    for number, each in enumerate(profile.over.deductions):
        where = f"over.deductions[{number}]"
        yield from _percent(f"{where}.share", each.share)
        if end is None or each.at_least < end or (number and each.at_least != end) or _is_empty(each):
            yield _fault(
                where,
                "扣减各档应由低到高、首尾相接，都在 100% 以上，只有最后一档可以没有上界。请改。",
                "Deductions go from low to high without gap or overlap, all above 100%; only the last may be open above. Change it.",
            )
        end = each.below


def _is_empty(deduction: Deduction) -> bool:
    return deduction.below is not None and deduction.below <= deduction.at_least


def _percent(where: str, value: Decimal) -> Iterator[Fault]:
    if not 0 <= value <= HUNDRED:
        yield _fault(where, f"{plain(value)} 应在 0 到 100 之间。", f"{plain(value)} should be between 0 and 100.")
