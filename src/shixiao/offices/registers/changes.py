"""What another definition of a register means, in sentences, before it is accepted."""

from collections.abc import Iterator
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.offices.registers.fields import Definition, Field
from shixiao.offices.registers.listing import OPEN
from shixiao.offices.registers.models import Entry, Register, RegisterVersion, RestrictedEntry


def waiting(register: Register) -> int:
    """How many entries are planned, returned or open."""
    model: Any = RestrictedEntry if register.is_restricted else Entry
    found: int = model._default_manager.filter(register=register, case__state__in=OPEN).count()
    return found


def effects(register: Register, version: RegisterVersion, new: Definition) -> list[Text]:
    """What changes, and what the entries that wait keep; one sentence that nothing does where that is so."""
    old = version.definition
    if old == new:
        return [Text("没有改变什么。", "Nothing changes.")]
    found = [*_of_fields(old, new), *_of_the_rest(old, new)]
    count = waiting(register)
    if count:
        number = version.number
        found.append(
            Text(
                f"{count} 条还没有完成的记录按它们安排时的定义办完：取消的字段在那里仍要填，新增的字段不用填。以后登记的按第 {number + 1} 版。",
                f"{count} entries that wait are finished by the definition with which they were planned: fields that go are "
                f"still asked for there, new ones are not. What is entered from now on has version {number + 1}.",
            )
        )
    else:
        found.append(
            Text("没有等待完成的记录。已有的记录不变。", "No entry waits. Those that are there stay as they are.")
        )
    return found


def _of_fields(old: Definition, new: Definition) -> Iterator[Text]:
    for each in new.fields:
        before = old.field(each.code)
        if before is None:
            yield Text(f"新增字段“{each.title}”。", f"New field “{each.title}”.")
        elif before != each:
            yield from _of_one(before, each)
    for each in old.fields:
        if new.field(each.code) is None:
            yield Text(
                f"取消字段“{each.title}”，已经填写的内容保留。",
                f"The field “{each.title}” goes; what was told in it stays.",
            )
    kept = [each.code for each in new.fields if old.field(each.code)]
    if kept != [each.code for each in old.fields if new.field(each.code)]:
        yield Text("字段的顺序改变。", "The fields stand in another order.")


def _of_one(before: Field, now: Field) -> Iterator[Text]:
    if before.title != now.title:
        yield Text(f"“{before.title}”改名为“{now.title}”。", f"“{before.title}” is called “{now.title}”.")
    if before.is_required != now.is_required:
        must = ("必须填写", "is required") if now.is_required else ("可以不填", "may be left empty")
        yield Text(f"“{now.title}”以后{must[0]}。", f"“{now.title}” {must[1]} from now on.")
    if before.unit != now.unit:
        yield Text(f"“{now.title}”的单位改为“{now.unit}”。", f"The unit of “{now.title}” is “{now.unit}”.")
    gone = [one.title for one in before.choices if one.code not in {each.code for each in now.choices}]
    added = [one.title for one in now.choices if one.code not in {each.code for each in before.choices}]
    if gone:
        yield Text(f"“{now.title}”不再有：{'、'.join(gone)}。", f"“{now.title}” has no longer: {', '.join(gone)}.")
    if added:
        yield Text(f"“{now.title}”新增：{'、'.join(added)}。", f"“{now.title}” has now: {', '.join(added)}.")


def _of_the_rest(old: Definition, new: Definition) -> Iterator[Text]:
    if old.name != new.name:
        yield Text(f"台账改名为“{new.name}”。", f"The register is called “{new.name}”.")
    if old.day_field != new.day_field:
        field = new.field(new.day_field)
        day = (field.title, field.title) if field else ("完成当天", "the day on which it is done")
        yield Text(f"以后按“{day[0]}”计入。", f"From now on “{day[1]}” is the day that counts.")
    if old.needs_confirmation != new.needs_confirmation:
        must = ("要由另一个人确认", "are confirmed") if new.needs_confirmation else ("不用确认", "need no confirmation")
        yield Text(f"以后的记录{must[0]}。", f"Entries {must[1]} from now on.")
    if old.is_planned != new.is_planned:
        plan = ("先安排后完成", "planned first") if new.is_planned else ("直接登记", "entered at once")
        yield Text(f"以后的记录{plan[0]}。", f"Entries are {plan[1]} from now on.")
    if old.entering != new.entering:
        yield Text("由谁登记，有改变。", "Who enters is another now.")
