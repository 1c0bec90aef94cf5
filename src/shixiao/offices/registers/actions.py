"""What the steps of this desk do beyond changing the state."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model

from shixiao.casework import allowing
from shixiao.casework.local import local
from shixiao.casework.models import Attachment, Project, Subject, Topic
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.ledger import filling
from shixiao.offices.registers import nil_returns
from shixiao.offices.registers.fields import Entering, Field, Sort, merged, missing, raise_all, read_values
from shixiao.offices.registers.models import (
    Entry,
    NilReturn,
    Register,
    RegisterVersion,
    RestrictedEntry,
    RestrictedNilReturn,
)
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_ENTRY, RESTRICTED_NIL_RETURN
from shixiao.people.models import Unit, User

PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
THINGS: Mapping[Sort, type[Model]] = {Sort.PERSON: User, Sort.UNIT: Unit, Sort.TOPIC: Topic, Sort.SUBJECT: Subject}
TITLE_LENGTH = 200


# ---- which register ----------------------------------------------------------------------------------------------


def _register(work: Work, *, is_restricted: bool) -> Register:
    """The register that the step was told by its code; looked up once for all cases of a call."""
    code: str = work["register"]
    key = ("register", code)
    if key not in work.shared:
        work.shared[key] = Register.objects.select_related("unit").filter(code=code).first()
    register: Register | None = work.shared[key]
    if register is None or register.is_restricted is not is_restricted:
        text = Text(f"没有编码为“{code}”的台账。请从列表里选。", f"There is no register with the code “{code}”.")
        raise work.refuse(text, field="register", reason=Reason.INVALID)
    if register.retired_on is not None:
        text = Text(
            f"“{register.name}”已于 {register.retired_on} 停用，不能再登记。",
            f"“{register.name}” was retired on {register.retired_on}; nothing new is entered.",
        )
        raise work.refuse(text, field="register")
    return register


def _version(work: Work, register: Register) -> RegisterVersion:
    key = ("version", register.pk)
    if key not in work.shared:
        work.shared[key] = register.current
    found: RegisterVersion = work.shared[key]
    return found


def _check_unit(work: Work, register: Register, version: RegisterVersion) -> None:
    """The register's own unit, or where every unit enters its own, one below it."""
    is_every = version.entering == Entering.EVERY.value
    if work.case.unit_id == register.unit_id or (is_every and work.case.unit.is_within(register.unit)):
        return
    zh = "及其下级单位" if is_every else ""
    en = " and the units below it" if is_every else ""
    text = Text(
        f"“{register.name}”由{register.unit.name}{zh}登记，不能记在{work.case.unit.name}。",
        f"“{register.name}” is entered by {register.unit.name}{en}, not by {work.case.unit.name}.",
    )
    raise work.refuse(text, field="unit", reason=Reason.INVALID)


def _words(entry: Entry) -> Text:
    """What sentences call the definition of an entry; an older version is named, since its fields may differ."""
    version, name = entry.version, entry.version.name
    newest = entry.register.version
    if version.number == newest:
        return Text(f"“{name}”", f"“{name}”")
    return Text(
        f"“{name}”第 {version.number} 版（这条记录按第 {version.number} 版办理，台账现在是第 {newest} 版）",
        f"Version {version.number} of “{name}”, which this entry keeps (the register is at version {newest} now),",
    )


# ---- entries -----------------------------------------------------------------------------------------------------


def enter(work: Work) -> None:
    """An entry that was not planned: done at once."""
    _open(work)
    _finish(work)


def plan(work: Work) -> None:
    """An entry to be done by a day: its own day, or the end of its window."""
    _open(work)
    if (due_on := work["due_on"]) is not None:
        work.limit("due", until=due_on)


def _open(work: Work) -> None:
    register = _register(work, is_restricted=False)
    version = _version(work, register)
    _check_unit(work, register, version)
    work.detail = filling.made(Entry, case=work.case, register=register, version=version, values={}, texts={})
    work.note(version=version.number, needs_confirmation=version.needs_confirmation)
    _check_project(work, work.case.project)
    _take_in(work)


def do(work: Work) -> None:
    """What was planned is done: what was told then and now together has to be complete."""
    _take_in(work)
    _finish(work)


def amend(work: Work) -> None:
    """Other values. Of an entry that is done they must still be complete, and its day may become another."""
    entry: Entry = work.detail
    if not work["values"] and not work["texts"]:
        raise work.refuse(Text("没有要更正的内容。", "Nothing to amend was told."), reason=Reason.INVALID)
    before = entry.day
    if before is not None:
        _check_open_year(work, before)
    nil_returns.remember(entry.register)
    _take_in(work)
    if work.case.state == "done":
        _finish(work, before=before)


def confirm(work: Work) -> None:
    """Somebody else has seen it. Files that the register asks for must be there."""
    entry: Entry = work.detail
    if not entry.version.needs_confirmation:
        text = Text(
            f"“{entry.register.name}”的记录不需要确认。", f"Entries of “{entry.register.name}” need no confirmation."
        )
        raise work.refuse(text)
    _check_files(work, entry.version.typed_fields, entry.values)


def return_(work: Work) -> None:
    """It is not counted until it is done again."""
    entry: Entry = work.detail
    day, register = entry.day, entry.register
    nil_returns.remember(register)
    work.change(day=None)
    if day is not None:
        nil_returns.entry_is_gone(work, register, day)


def move(work: Work) -> None:
    """Another project or topic. Not once the year of the entry is closed: its figures were published with it."""
    entry: Entry = work.detail
    project, topic = work.thing("project", Project), work.thing("topic", Topic)
    if project is None and topic is None:
        text = Text("请选择新的项目或主题。", "Choose the other project or topic.")
        raise work.refuse(text, field="project", reason=Reason.INVALID)
    _check_years(work, entry.day or local(work.case.opened_at).date())
    if project is not None:
        _check_project(work, project, day=entry.day)
        work.change_case(project=project)
    if topic is not None:
        work.change_case(topic=topic)
        if field := next((each for each in entry.version.typed_fields if each.sort is Sort.TOPIC), None):
            work.change(values=entry.values | {field.code: topic.pk})


def _check_years(work: Work, day: date) -> None:
    """Raises `Refused` where the books of the year of `day` are closed."""
    try:
        _check_open_year(work, day)
    except Refused as refused:
        text = Text(
            f"{work.case.number} 计入 {day.year} 年，该年已经关账，不能再改到别的项目或主题（关账后改项目会改动已公布的数）。",
            f"{work.case.number}: entry moved to another project after the year closed. It counts in {day.year}, whose books "
            "are closed.",
        )
        raise work.refuse(text, field="project", reason=Reason.YEAR_CLOSED) from refused


def _check_open_year(work: Work, day: date) -> None:
    allowing.check_years([datetime.combine(day, time(12), tzinfo=zone())], now=work.now)


def _check_project(work: Work, project: Project | None, *, day: date | None = None) -> None:
    """A project of the unit of the entry or of one above it, in its years."""
    if project is None:
        return
    unit = work.case.unit
    key = ("unit of project", project.pk)
    if key not in work.shared:
        work.shared[key] = project.unit
    owner = work.shared[key]
    if not unit.is_within(owner):
        text = Text(
            f"“{project.name}”是{owner.name}的项目，这条记录属于{unit.name}。",
            f"“{project.name}” is a project of {owner.name}; this entry belongs to {unit.name}.",
        )
        raise work.refuse(text, field="project", reason=Reason.INVALID)
    year = (day or local(work.happened_at).date()).year
    if not project.since_year <= year <= project.until_year:
        text = Text(
            f"“{project.name}”的年度是 {project.since_year}—{project.until_year}，不含 {year} 年。",
            f"“{project.name}” runs from {project.since_year} to {project.until_year}, not in {year}.",
        )
        raise work.refuse(text, field="project", reason=Reason.INVALID)


# ---- values ------------------------------------------------------------------------------------------------------


def _take_in(work: Work) -> None:
    """What was told goes into the row and, as codes and texts, onto the event."""
    entry: Entry = work.detail
    fields = entry.version.typed_fields
    told_values, told_texts = work["values"] or {}, work["texts"] or {}
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    if told_values or told_texts:
        values, texts = read_values(fields, told_values, told_texts, zone=zone(), of=_words(entry))
        _check_things(work, fields, values)
    for name, given in (("values", values), ("texts", texts)):
        work.particulars.pop(name, None)
        if given:
            work.particulars[name] = given
    old_title = title_of(fields, entry.texts)
    entry_values = merged(entry.values, values) if values else entry.values
    entry_texts = merged(entry.texts, texts) if texts else entry.texts
    if work.step.opens:
        entry.values, entry.texts = entry_values, entry_texts
    else:
        work.change(values=entry_values, texts=entry_texts)
    _entitle(work, entry, old=old_title)
    _set_scope(work, fields, values)


def title_of(fields: Sequence[Field], texts: Mapping[str, str]) -> str:
    """The first line of the first text."""
    if not texts:
        return ""
    first = next((texts[each.code] for each in fields if each.is_text and each.code in texts), "")
    return " ".join(first.split("\n")[0].replace("\t", " ").split())[:TITLE_LENGTH]


def _entitle(work: Work, entry: Entry, *, old: str) -> None:
    """An entry is called by its first text, or by its register; a title that somebody gave stays."""
    called = entry.register.name
    title = title_of(entry.version.typed_fields, entry.texts) or called
    if work.case.title in ("", old, called) and work.case.title != title:
        work.change_case(title=title)


def _set_scope(work: Work, fields: Sequence[Field], values: Mapping[str, Any]) -> None:
    """The first topic and the first subject that an entry tells are those of its case."""
    for sort, name in ((Sort.TOPIC, "topic"), (Sort.SUBJECT, "subject")) if values else ():
        field = next((each for each in fields if each.sort is sort), None)
        if field is not None and field.code in values:
            key = values[field.code]
            thing = work.shared.get((THINGS[sort], key)) if key else None
            if getattr(work.case, f"{name}_id") != (thing.pk if thing else None):
                work.change_case(**{name: thing})


def _check_things(work: Work, fields: Sequence[Field], values: Mapping[str, Any]) -> None:
    """People, units, topics and subjects that were told are there, and the people and units still belong here."""
    wrong = [
        Refused(
            Text(f"没有这个{each.title}（{values[each.code]}）。请从列表里选。", f"There is no such {each.title}."),
            reason=Reason.INVALID,
            field=each.key,
        )
        for each in fields
        if each.sort in THINGS and values.get(each.code) and _thing(work, THINGS[each.sort], values[each.code]) is None
    ]
    raise_all(wrong)


def _thing(work: Work, model: type[Model], key: int) -> Any:
    if (model, key) not in work.shared:
        work.shared[model, key] = model._default_manager.filter(pk=key).first()
    return work.shared[model, key]


def _check_files(work: Work, fields: Sequence[Field], values: Mapping[str, Any]) -> None:
    """Files that the entry speaks of are attached to it."""
    named = [each for each in fields if each.sort is Sort.ATTACHMENT and each.code in values]
    if not named:
        return
    there = set(Attachment.objects.filter(case=work.case, removed_at=None).values_list("sha256", flat=True))
    raise_all(
        [
            Refused(
                Text(f"“{each.title}”的文件还没有添加，或者已经移除。", f"The file of “{each.title}” is not attached."),
                reason=Reason.INVALID,
                field=each.key,
            )
            for each in named
            if values[each.code] not in there
        ]
    )


def _finish(work: Work, *, before: date | None = None) -> None:
    """It is complete and counts from now on, on its day."""
    entry: Entry = work.detail
    fields = entry.version.typed_fields
    raise_all(missing(fields, entry.values, entry.texts))
    if not work.step.opens:  # a new entry's files are attached in the same transaction, when the case is there
        _check_files(work, fields, entry.values)
    day = _day(work, entry, before=before)
    if work.step.opens:
        entry.day = day
    elif entry.day != day:
        work.change(day=day)
    work.note(day=day)
    if before is None or nil_returns.period_of(before) != nil_returns.period_of(day):
        nil_returns.entry_counts(work, entry.register, day)
        if before is not None:
            nil_returns.entry_is_gone(work, entry.register, before)


def _day(work: Work, entry: Entry, *, before: date | None) -> date:
    """The day on which it counts: what the definition says, and never one that has not come."""
    code = entry.version.day_field
    if not code:
        return before or local(work.happened_at).date()
    day = date.fromisoformat(entry.values[code])
    if day > local(work.now).date():
        title = next(each.title for each in entry.version.typed_fields if each.code == code)
        text = Text(
            f"{title} {day} 还没有到，不能登记为已完成。",
            f"{title}: {day} has not come yet; it cannot be recorded as done.",
        )
        raise work.refuse(text, field=f"values.{code}", reason=Reason.NOT_YET)
    _check_open_year(work, day)
    return day


# ---- restricted entries ------------------------------------------------------------------------------------------


def receive(work: Work) -> None:
    """Number, dates and state; whatever else an opening could carry the counter itself refuses (law 9)."""
    register = _open_restricted(work)
    received_on: date = work["received_on"]
    _check_has_come(work, received_on, field="received_on")
    work.detail.received_on = received_on
    nil_returns.entry_counts(work, register, received_on)


def expect_restricted(work: Work) -> None:
    """A planned one, of a duty."""
    _open_restricted(work)


def _open_restricted(work: Work) -> Register:
    register = _register(work, is_restricted=True)
    version = _version(work, register)
    _check_unit(work, register, version)
    case = work.case
    _check_project(work, case.project)
    work.change_case(title=register.name)
    work.detail = RestrictedEntry(case=case, register=register, version=version)
    work.note(version=version.number, needs_confirmation=version.needs_confirmation)
    if (due_on := work["due_on"]) is not None:
        work.limit("due", until=due_on)
    return register


def do_restricted(work: Work) -> None:
    """It counts on the day on which it was finished."""
    entry: RestrictedEntry = work.detail
    done_on: date = work["done_on"]
    _check_has_come(work, done_on, field="done_on")
    if entry.received_on is not None and done_on < entry.received_on:
        text = Text(
            f"办结日期不能早于收到日期 {entry.received_on}。",
            f"It cannot be finished before it came in ({entry.received_on}).",
        )
        raise work.refuse(text, field="done_on", reason=Reason.INVALID)
    work.change(done_on=done_on)
    work.note(day=done_on)
    if entry.received_on is None:
        nil_returns.entry_counts(work, entry.register, done_on)


def confirm_restricted(work: Work) -> None:
    """Somebody else has seen it, where the register asks for that."""
    entry: RestrictedEntry = work.detail
    if not entry.version.needs_confirmation:
        text = Text(
            f"“{entry.register.name}”的记录不需要确认。", f"Entries of “{entry.register.name}” need no confirmation."
        )
        raise work.refuse(text)


def reopen_restricted(work: Work) -> None:
    """It is not finished after all."""
    entry: RestrictedEntry = work.detail
    done_on = entry.done_on
    nil_returns.remember(entry.register)
    work.change(done_on=None)
    if entry.received_on is None and done_on is not None:
        nil_returns.entry_is_gone(work, entry.register, done_on)


def cancel_restricted(work: Work) -> None:
    """It never counted; the reason is a code."""
    entry: RestrictedEntry = work.detail
    if entry.received_on is not None:
        nil_returns.entry_is_gone(work, entry.register, entry.received_on)


def _check_has_come(work: Work, day: date, *, field: str) -> None:
    if day > local(work.now).date():
        raise work.refuse(Text(f"{day} 还没有到。", f"{day} has not come yet."), field=field, reason=Reason.NOT_YET)
    _check_open_year(work, day)


# ---- nil returns -------------------------------------------------------------------------------------------------


def expect_nil_return(work: Work) -> None:
    """For a register and a month; one for each unit that owes it."""
    _open_nil_return(work, NilReturn, is_restricted=False)


def expect_restricted_nil_return(work: Work) -> None:
    """The same for a restricted register."""
    _open_nil_return(work, RestrictedNilReturn, is_restricted=True)


def _open_nil_return(work: Work, model: Any, *, is_restricted: bool) -> None:
    register = _register(work, is_restricted=is_restricted)
    _check_unit(work, register, _version(work, register))
    period = _period(work)
    title = f"{int(period[:4])}年{int(period[5:])}月"
    key = (model, register.pk, work.case.unit_id, period)
    if key in work.shared or nil_returns.is_there(work, register, period):
        text = Text(f"“{register.name}”{title}的零报告已经有了。", f"The nil return of {period} is there already.")
        raise work.refuse(text, field="period")
    work.shared[key] = True
    work.change_case(title=f"{register.name} {title}零报告")
    due_on = _last_day(work)
    work.detail = model(case=work.case, register=register, unit=work.case.unit, period=period, due_on=due_on)
    nil_returns.follow(work)
    if due_on is not None:
        work.limit("due", until=due_on)


def _period(work: Work) -> str:
    """The month that was told; of a nil return that a duty expects, the month before its window begins."""
    told: str | None = work["period"]
    window = getattr(work, "window", None)
    if told is None and window is not None:
        told = nil_returns.period_of(local(window[0]).date().replace(day=1) - timedelta(days=1))
        work.note(period=told)
    if told is None or not PERIOD.fullmatch(told):
        text = Text("月份写成 2026-03 这样。", "Write the month as 2026-03.")
        raise work.refuse(text, field="period", reason=Reason.INVALID)
    return told


def _last_day(work: Work) -> date | None:
    """By when it is to be signed: the day that was told, or the last day of the window."""
    told: date | None = work["due_on"]
    window = getattr(work, "window", None)
    if told is None and window is not None:
        return local(window[1] - timedelta(microseconds=1)).date()
    return told


def sign(work: Work) -> None:
    """A named person says that nothing occurred; refused while the month runs, and when something did."""
    if why := nil_returns.refusal_of_signing(work):
        raise work.refuse(why)
    work.change(signed_by=work.by)
    nil_returns.follow(work)


def report_entries(work: Work) -> None:
    """Something occurred: the entries are on the book."""
    row = work.detail
    count = nil_returns.count_in(row.register, unit=row.unit, period=row.period)
    if not count:
        text = Text(
            f"“{row.register.name}”这个月还没有记录。有发生请先登记；没有发生请签报。",
            f"“{row.register.name}” has no entry in this month. Enter what occurred, or sign that nothing did.",
        )
        raise work.refuse(text)
    work.note(entries=count)
    nil_returns.follow(work)


def reopen_nil_return(work: Work) -> None:
    """Due on the day it was: what was late stays late."""
    if (due_on := work.detail.due_on) is not None:
        work.limit("due", until=due_on)
    work.change(signed_by=None)
    nil_returns.follow(work)


def withdraw_nil_return(work: Work) -> None:
    """Another one may be expected for the same month."""
    row = work.detail
    work.shared.pop((type(row), row.register_id, row.unit_id, row.period), None)
    work.change(is_withdrawn=True)
    nil_returns.follow(work)


def _of_nil_returns(kind: str, opening: Callable[[Work], None]) -> dict[tuple[str, str], Callable[[Work], None]]:
    return {
        (kind, "expect"): opening,
        (kind, "ask"): opening,
        (kind, "sign"): sign,
        (kind, "report_entries"): report_entries,
        (kind, "find_entries"): nil_returns.follow,
        (kind, "revoke"): nil_returns.follow,
        (kind, "reopen"): reopen_nil_return,
        (kind, "withdraw"): withdraw_nil_return,
    }


LASTING = frozenset({"register", "version", "unit of project"})  # none of these changes by a step
ACTIONS: Mapping[tuple[str, str], Callable[[Work], None]] = {
    (ENTRY, "enter"): enter,
    (ENTRY, "plan"): plan,
    (ENTRY, "expect"): plan,
    (ENTRY, "do"): do,
    (ENTRY, "amend"): amend,
    (ENTRY, "confirm"): confirm,
    (ENTRY, "return_"): return_,
    (ENTRY, "move"): move,
    (RESTRICTED_ENTRY, "receive"): receive,
    (RESTRICTED_ENTRY, "expect"): expect_restricted,
    (RESTRICTED_ENTRY, "do"): do_restricted,
    (RESTRICTED_ENTRY, "confirm"): confirm_restricted,
    (RESTRICTED_ENTRY, "reopen"): reopen_restricted,
    (RESTRICTED_ENTRY, "cancel"): cancel_restricted,
    **_of_nil_returns(NIL_RETURN, expect_nil_return),
    **_of_nil_returns(RESTRICTED_NIL_RETURN, expect_restricted_nil_return),
}
