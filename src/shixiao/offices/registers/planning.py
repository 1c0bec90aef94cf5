"""What happens at this desk in a year: the pure plan, month after month. Everything is invented and marked 模拟."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from shixiao.casework.simulating import ONE_DAY, Character, Days, PlannedStep, chance_of, how_many
from shixiao.offices.registers.shipped import BY_CODE

TASKS = {
    "meeting": ("模拟全体会议筹备", "模拟常务会议组织", "模拟专题会议组织"),
    "disclosure": ("模拟信息公开年度报告", "模拟政策解读季度汇总"),
    "audit": ("模拟内部审计", "模拟整改复查"),
    "decisions": ("模拟决策志编纂（上半年）", "模拟决策志编纂（下半年）"),
    "functions": ("模拟职能转变台账核对",),
    "counsellors": ("模拟参事文史活动",),
    "other": ("模拟制度修订", "模拟档案整理"),
}
TRAININGS = ("保密教育", "公文写作", "消防安全", "廉政教育", "信息系统使用", "档案管理", "应急处置", "预算绩效")
PLACES = ("模拟甲区", "模拟乙区", "模拟丙镇", "模拟产业园", "模拟社区", "模拟港区")
SUBJECTS = ("营商环境", "城市更新", "社区服务", "交通治理", "数字政府", "乡村建设", "防汛准备", "教育均衡")
TOPICS = (
    "生态环保",
    "城市环境质量改善",
    "社会发展",
    "民生保障",
    "教科文卫事业",
    "经济建设",
    "城市发展",
    "乡村振兴",
)
# So many a year, on the average, of what is entered when it has happened.
ENTERED = {"training": 12, "official_visits": 9, "research": 54, "counsellor_advice": 9}
RESTRICTED = {"petitions": 10, "reminders": 3, "special_inspections": 3}
PLANNED = {"annual_tasks": 5, "missions": 3}  # beside the tasks of the year, which are planned in January
CORRECTED = {
    "annual_tasks": ("result", "模拟完成情况（已更正）"),
    "missions": ("support", "模拟手续、行程齐全"),
    "official_visits": ("places", "模拟甲区、乙区"),
    "research": ("place", "模拟丙镇"),
    "counsellor_advice": ("counsellors", "模拟参事甲、乙"),
    "counsellor_research": ("note", "模拟更正"),
    "milestones": ("note", "模拟更正"),
}
REASONS = ("模拟：会议合并，不再单独召开", "模拟：上级调整安排", "模拟：与另一项合并办理")
MORE_TIME = ("5wd", "10wd", "15wd")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEntry:
    """One entry of the year and every step that becomes of it, the first of them opening."""

    key: str
    register: str
    steps: tuple[PlannedStep, ...]
    topic: str = ""


@dataclass(frozen=True, kw_only=True)
class _Story:
    """An entry as it is meant: what it says, and by when it is to be done."""

    register: str
    opened: date
    due: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""


def plan(days: Days, month: int, *, copy: int = 0) -> Iterator[PlannedEntry]:
    """The entries that begin in that month. `copy` is which of several such offices this is, where the volume is multiplied."""
    who = days.who
    chance = chance_of("registers", who.year, who.seed, copy, month)
    for number, story in enumerate(_stories(who, month, chance)):
        key = f"{copy:03d}-{month:02d}-{number:04d}-{story.register}"
        own = chance_of(who.seed, who.year, key)
        is_restricted = BY_CODE[story.register].is_restricted
        steps = _restricted(story, days, own) if is_restricted else _lived(story, days, own)
        yield PlannedEntry(key=key, register=story.register, steps=tuple(steps), topic=story.topic)


# ---- what there is to be done ------------------------------------------------------------------------------------


def _stories(who: Character, month: int, chance: Random) -> Iterator[_Story]:
    if month == 1:
        yield from _of_the_year(who, chance)
    for register, a_year in {**PLANNED, **ENTERED, **RESTRICTED}.items():
        for _ in range(how_many(chance, a_year / 12 * who.busy(date(who.year, month, 1)))):
            day = date(who.year, month, 1) + chance.randrange(27) * ONE_DAY
            yield _story(register, day, chance)
    if chance.random() < 0.08:
        yield _Story(register="discipline_cases", opened=date(who.year, month, chance.randint(2, 26)))


def _of_the_year(who: Character, chance: Random) -> Iterator[_Story]:
    year = who.year
    begun = date(year, 1, chance.randint(8, 16))
    for category, names in TASKS.items():
        for name in names:
            if chance.random() < min(0.95, 0.75 * who.volume):
                due = date(year, chance.randint(2, 12), chance.randint(5, 25))
                yield _Story(
                    register="annual_tasks", opened=begun, due=due, values={"category": category}, texts={"task": name}
                )
    for number in range(chance.randint(3, 5)):
        texts = {"subject": f"模拟{SUBJECTS[number]}参事调研", "leaders": f"模拟参事{'甲乙丙丁戊'[number]}"}
        due = date(year, chance.randint(9, 12), 20)
        yield _Story(register="counsellor_research", opened=date(year, 2, 10), due=due, texts=texts)
    for number in range(chance.randint(2, 4)):
        texts = {"title": f"模拟{SUBJECTS[number]}调研报告"}
        due = date(year, chance.randint(9, 12), 22)
        yield _Story(
            register="research_results", opened=date(year, 2, 10), due=due, values={"form": "report"}, texts=texts
        )
    for milestone, month in (("built", 7), ("training", 9), ("supervision", 10), ("accepted", 11)):
        due = date(year, month, chance.randint(10, 28))
        values = {"milestone": milestone, "contract_on": date(year - 1, 9, 18)}
        yield _Story(register="milestones", opened=begun, due=due, values=values, texts={"system": "模拟督办系统"})
    drill = date(year, chance.randint(3, 11), chance.randint(4, 26))
    yield _Story(
        register="fire_drills",
        opened=begun,
        due=drill + 20 * ONE_DAY,
        values={"people": str(chance.randint(20, 80))},
        texts={"note": "模拟疏散演练"},
    )


def _story(register: str, day: date, chance: Random) -> _Story:
    place, subject = chance.choice(PLACES), chance.choice(SUBJECTS)
    same: dict[str, Any] = {"register": register, "opened": day}
    if register == "annual_tasks":
        due = day + chance.randint(20, 90) * ONE_DAY
        return _Story(**same, due=due, values={"category": "other"}, texts={"task": f"模拟临时交办：{subject}"})
    if register == "missions":
        leaves_on = day + chance.randint(15, 40) * ONE_DAY
        texts = {"mission": f"模拟出访{subject}", "destination": "模拟甲国", "support": "模拟手续、行程齐全"}
        values = {"people": str(chance.randint(2, 6)), "leaves_on": leaves_on}
        return _Story(**same, due=leaves_on + 14 * ONE_DAY, values=values, texts=texts)
    if register == "official_visits":
        visit_on = day + chance.randint(5, 15) * ONE_DAY
        texts = {"visit": f"模拟考察{place}", "support": "模拟车辆、材料、路线已保障"}
        return _Story(**same, due=visit_on, values={"visit_on": visit_on}, texts=texts)
    if register == "training":
        values = {"people": str(chance.randint(12, 90)), "hours": "4", "form": "together"}
        return _Story(**same, values=values, texts={"subject": f"模拟{chance.choice(TRAININGS)}培训"})
    if register == "research":
        values = {"people": str(chance.randint(2, 8))}
        return _Story(**same, values=values, texts={"subject": f"模拟{subject}调研", "place": place})
    if register == "counsellor_advice":
        topic = chance.choice(TOPICS)
        texts = {"title": f"模拟关于{topic}的建议", "counsellors": f"模拟参事{chance.choice('甲乙丙丁')}"}
        return _Story(**same, topic=topic, texts=texts)
    return _Story(**same, due=day + 60 * ONE_DAY if register == "petitions" else None)


# ---- what becomes of it ------------------------------------------------------------------------------------------


def _lived(story: _Story, days: Days, chance: Random) -> Iterator[PlannedStep]:
    """Planned and then done, or entered at once; done in time, late or never; confirmed where the register asks for it."""
    who, told = days.who, {"values": dict(story.values), "texts": dict(story.texts)}
    if story.due is None:
        done = days.at(story.opened, "nobody", chance)
    else:
        opened = days.at(story.opened, "clerk", chance)
        yield PlannedStep(at=opened, step="plan", by="clerk", told=told | {"due_on": story.due})
        lot, share = chance.random(), who.exclusions
        due = story.due
        if lot < share and (due - opened.date()).days > 12:
            day = due - chance.randint(4, min(30, (due - opened.date()).days - 2)) * ONE_DAY
            reason = {"reason": chance.choice(REASONS)}
            yield PlannedStep(at=days.at(day, "confirmer", chance), step="cancel", by="confirmer", told=reason)
            return
        if lot < 2 * share and (due - opened.date()).days > 14:
            more = chance.choice(MORE_TIME)
            asked = days.at(due - chance.randint(7, 11) * ONE_DAY, "confirmer", chance)
            asking = {"name": "due", "budget": more, "reason": "模拟：需要补充材料"}
            yield PlannedStep(at=asked, step="ask", by="confirmer", told=asking)
            answered = days.after(asked, 1, "confirmer", chance)
            yield PlannedStep(at=answered, step="grant", by="confirmer", told={"reason": "模拟：情况属实"})
            opened = answered  # whoever waits for more time has not finished yet
            due += int(more[:-2]) * ONE_DAY
        found = _done_on(due, opened.date(), who, chance)
        if found is None:
            return
        done = max(days.at(days.open_day(found), "nobody", chance), opened + timedelta(hours=1))
    yield from _done(story, days, chance, done)


def _done_on(due: date, opened: date, who: Character, chance: Random) -> date | None:
    """The day on which it is done; None for never. Most are done in the last third of their time."""
    lot = chance.random()
    misses, lateness = who.share(who.misses * 3, due), who.share(who.lateness, due)
    if lot < misses:
        return None
    if lot < misses + lateness:
        return due + chance.randint(1, 18) * ONE_DAY
    ahead = int(abs(chance.gauss(0, 1)) * 6)
    return max(opened + ONE_DAY, due - ahead * ONE_DAY)


def _done(story: _Story, days: Days, chance: Random, done: datetime) -> Iterator[PlannedStep]:
    who = days.who
    is_late_entry = chance.random() < who.late_entries
    at = days.after(done, chance.randint(1, 5), "clerk", chance) if is_late_entry else _same_day(days, done, chance)
    day_field = BY_CODE[story.register].definition.get("day_field")
    own = {day_field: done.date()} if day_field else {}
    happened = done if at.date() != done.date() else None
    if story.due is None:
        told = {"values": {**story.values, **own}, "texts": dict(story.texts)}
        yield PlannedStep(at=at, step="enter", by="clerk", told=told, happened_at=happened)
    else:
        yield PlannedStep(at=at, step="do", by="clerk", told={"values": own} if own else {}, happened_at=happened)
    needs_confirmation = BY_CODE[story.register].definition.get("needs_confirmation")
    if needs_confirmation and chance.random() < who.returns:
        back = days.after(at, 1, "confirmer", chance)
        yield PlannedStep(at=back, step="return_", by="confirmer", told={"reason": "模拟：请补充完成情况"})
        at = days.after(back, chance.randint(1, 3), "clerk", chance)
        yield PlannedStep(at=at, step="do", by="clerk", told={})
    if story.register in CORRECTED and chance.random() < who.corrections:
        at = days.after(at, chance.randint(1, 4), "clerk", chance)
        name, text = CORRECTED[story.register]
        yield PlannedStep(at=at, step="amend", by="clerk", told={"texts": {name: text}, "reason": "模拟：更正"})
    if needs_confirmation:
        seen = days.after(at, chance.randint(1, 4), "confirmer", chance)
        yield PlannedStep(at=seen, step="confirm", by="confirmer", told={})


def _same_day(days: Days, done: datetime, chance: Random) -> datetime:
    """Entered soon, unless the clerk is away."""
    return max(done, days.at(done.date(), "clerk", chance))


def _restricted(story: _Story, days: Days, chance: Random) -> Iterator[PlannedStep]:
    """Dates and nothing else."""
    who = days.who
    received = days.at(story.opened, "clerk", chance)
    told: dict[str, Any] = {"received_on": received.date()}
    due = story.due or story.opened + chance.randint(40, 150) * ONE_DAY
    if story.register in {"petitions", "discipline_cases"}:
        told["due_on"] = due
    yield PlannedStep(at=received, step="receive", by="restricted_clerk", told=told)
    if story.register in {"reminders", "special_inspections"}:
        done = received + timedelta(minutes=20)
    else:
        found = _done_on(due, received.date(), who, chance)
        if found is None:
            return
        done = max(days.at(found, "clerk", chance), received + timedelta(hours=1))
    yield PlannedStep(at=done, step="do", by="restricted_clerk", told={"done_on": done.date()})
    if BY_CODE[story.register].definition.get("needs_confirmation"):
        seen = days.after(done, chance.randint(1, 3), "confirmer", chance)
        yield PlannedStep(at=seen, step="confirm", by="restricted_confirmer", told={})


# ---- rounds ------------------------------------------------------------------------------------------------------


def round_of(days: Days, register: str, *, begin: datetime, end: datetime, lots: Random) -> list[PlannedStep]:
    """What becomes of an expected case: most are done in time, some entered later, a few late, never, or cancelled before."""
    who, length = days.who, end - begin
    lot, moment = lots.random(), begin + length * (0.2 + 0.7 * lots.random())
    said: dict[str, Any] = {}
    if register == "fire_rounds":
        said = {"values": {"finding": "hazard" if lots.random() < 0.01 else "fine"}}
    if register == "fire_drills":
        said = {"values": {"held_on": moment.date()}}
    on = begin.date()
    is_night = register == "fire_rounds" and not 7 <= begin.hour < 19
    misses = who.share(who.misses * (1.5 if is_night or on.weekday() >= 5 else 0.8), on)
    lateness = who.share(who.lateness * 0.35, on)
    excluded = who.exclusions * 0.06
    if lot < misses:
        return []
    if lot < misses + lateness:
        late = end + (timedelta(minutes=5) + min(length, ONE_DAY) * 0.6 * lots.random())
        return [PlannedStep(at=late, step="do", by="clerk", told=said)]
    if lot < misses + lateness + excluded and length >= timedelta(hours=6):
        told = {"reason": "模拟：区域封闭检修"}
        return [PlannedStep(at=begin + length * 0.3, step="cancel", by="confirmer", told=told)]
    if lot > 1 - who.late_entries * 0.4:
        entered = max(datetime.combine(moment.date(), time(9), tzinfo=moment.tzinfo), moment)
        entered += lots.randint(4, 40) * timedelta(hours=1)
        return [PlannedStep(at=entered, step="do", by="clerk", told=said, happened_at=moment)]
    return [PlannedStep(at=moment, step="do", by="clerk", told=said)]


def answer_of(days: Days, *, begin: datetime, end: datetime, lots: Random) -> datetime | None:
    """When somebody answers for the month before; None for never."""
    who, lot = days.who, lots.random()
    if lot < who.misses:
        return None
    late = 2 + int(6 * lots.random()) if lot < who.misses + who.lateness * 0.7 else 0
    day = end.date() + late * ONE_DAY if late else begin.date() + int(5 * lots.random()) * ONE_DAY
    return days.at(day, "clerk", lots)
