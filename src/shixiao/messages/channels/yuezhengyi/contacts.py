"""The address book of 粤政易: what it would change here, and changing it, step by step, by the system administrator.

Departments are units, members are people. Nothing is deleted and nobody is appointed: what is gone over there is shown, and who works where is the
security administrator's to say. Who is who is never guessed: the same mobile number or the same name is proposed, and somebody accepts it.

    new       a department that is no unit here          create_unit
    same      one with the name and place of a unit      the two are linked
    renamed   a linked one has another name              rename_unit
    moved     a linked one lies elsewhere                move_unit
    gone      a linked one is not there any more         shown only
    link      a member and a person without a user id    set_account
    join      a member who is nobody here                create_account (without a password: comes in by 粤政易), set_account
    left      a linked person is no member any more      shown only
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.messages import events
from shixiao.messages.channels import calling
from shixiao.messages.channels.yuezhengyi import accounts, asking, provider, tokens
from shixiao.messages.models import MobileNumber, YuezhengyiAccount, YuezhengyiDepartment
from shixiao.messages.preferring import Unfit
from shixiao.people import actions
from shixiao.people.models import Role, Unit, User
from shixiao.people.permissions import may_keep_accounts

MOST = 8 * 1024 * 1024  # bytes of an answer: some ten thousand members
MOST_CHANGES = 500  # shown and done at a time


class Unread(Exception):
    """The address book could not be read; the sentence says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


class Sort(str, Enum):
    """What a change is."""

    NEW = "new"
    SAME = "same"
    RENAMED = "renamed"
    MOVED = "moved"
    GONE = "gone"
    LINK = "link"
    JOIN = "join"
    LEFT = "left"


TITLES = {
    Sort.NEW: Text("新部门：设立单位", "New department: create a unit"),
    Sort.SAME: Text("同名同级：与单位对应", "Same name and place: link with the unit"),
    Sort.RENAMED: Text("部门改名：单位更名", "Renamed: rename the unit"),
    Sort.MOVED: Text("部门调整上级：单位调整上级", "Moved: move the unit"),
    Sort.GONE: Text("部门不在了（只提示）", "Department is gone (shown only)"),
    Sort.LINK: Text("人员对应（请核对）", "Link a person (please look)"),
    Sort.JOIN: Text("新成员：建立账号", "New member: make an account"),
    Sort.LEFT: Text("成员不在了（只提示）", "Member is gone (shown only)"),
}
SHOWN_ONLY = frozenset({Sort.GONE, Sort.LEFT})
# What a person has to look at: nobody ticks these by pressing once for all.
LOOKED_AT = frozenset({Sort.LINK, Sort.JOIN})


@dataclass(frozen=True, slots=True)
class Department:
    """A department as the address book tells it."""

    id: int
    name: str
    parent: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member. `mobile` only where the app may read it."""

    user_id: str
    name: str
    mobile: str
    departments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The whole of it, parents before children."""

    departments: tuple[Department, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would change. `key` names it for the form, and is another one once what it speaks of is another."""

    sort: Sort
    key: str
    before: str
    after: str
    why: str = ""


# ---- reading -----------------------------------------------------------------------------------------------------


def read(*, now: datetime) -> Book:
    """Departments and members that the app may see. Two questions, a minute and a half at most. Raises `Unread`."""
    told = _asked("department/list", {}, now=now)
    departments = [_department(each) for each in _list(told, "department")]
    known = {each.id for each in departments}
    members: dict[str, Member] = {}
    for top in sorted(each.id for each in departments if each.parent not in known):
        told = _asked("user/list", {"department_id": str(top), "fetch_child": "1"}, now=now)
        for each in map(_member, _list(told, "userlist")):
            members.setdefault(each.user_id.casefold(), each)
    return Book(tuple(_parents_first(departments)), tuple(members.values()))


def _asked(path: str, query: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    try:
        told = asking.call(provider.reader(), path, query=query, now=now, most=MOST)
    except (provider.Unset, tokens.NotGiven, calling.NotConnected, calling.NoAnswer, asking.Garbled) as error:
        raise _unread(str(error)) from None
    if told["errcode"] != 0:
        raise _unread(f"wecom_{told['errcode']}")
    return told


def _unread(reason: str) -> Unread:
    return Unread(Text(f"没有读到通讯录：{reason}。", f"The address book could not be read: {reason}."))


def _list(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = told.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _unread("answer_garbled")
    return found


def _department(told: Mapping[str, Any]) -> Department:
    number, parent, name = told.get("id"), told.get("parentid", 0), told.get("name")
    if not _is_number(number) or not _is_number(parent) or not isinstance(name, str):
        raise _unread("answer_garbled")
    return Department(int(str(number)), _plain(name), int(str(parent)))


def _member(told: Mapping[str, Any]) -> Member:
    user_id, name, mobile = told.get("userid"), told.get("name", ""), told.get("mobile", "")
    inside = told.get("department", [])
    is_right = (
        isinstance(user_id, str) and isinstance(name, str) and isinstance(inside, list) and all(map(_is_number, inside))
    )
    if not is_right or not accounts.is_user_id(str(user_id)):
        raise _unread("answer_garbled")
    return Member(str(user_id), _plain(name), mobile if isinstance(mobile, str) else "", tuple(inside))


def _is_number(told: object) -> bool:
    return isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 1 << 62


def _plain(name: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())


def _parents_first(departments: Iterable[Department]) -> list[Department]:
    """In an order in which each can be made. Those that wait for each other are left out: a tree has none."""
    waiting = {each.id: each for each in sorted(departments, key=lambda each: each.id)}
    ordered: list[Department] = []
    while ready := [each for each in waiting.values() if each.parent not in waiting]:
        ordered += ready
        for each in ready:
            del waiting[each.id]
    return ordered


# ---- what would change -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _House:
    """What is here."""

    units: Mapping[int, Unit]
    linked: Mapping[int, Unit]  # by department
    people: Mapping[int, User]
    ids: Mapping[str, User]  # by user id, small letters
    mobiles: Mapping[str, User]


def changes(book: Book, *, now: datetime) -> list[Change]:
    """What the address book would change here, in the order in which it is done. Five statements, whatever its size."""
    house = _house(now=now)
    return [*_of_units(book, house), *_of_people(book, house)]


def _house(*, now: datetime) -> _House:
    units = {unit.pk: unit for unit in Unit.objects.select_related("parent").open_on(timezone.localtime(now).date())}
    rows = YuezhengyiDepartment.objects.all()
    people = {user.pk: user for user in User.objects.filter(is_active=True, is_demonstration=False)}
    ids = {row.user_id.casefold(): row.person for row in YuezhengyiAccount.objects.select_related("person")}
    mobiles = {row.number: people[row.person_id] for row in MobileNumber.objects.all() if row.person_id in people}
    return _House(
        units, {row.department: units[row.unit_id] for row in rows if row.unit_id in units}, people, ids, mobiles
    )


def _of_units(book: Book, house: _House) -> Iterable[Change]:
    taken = {unit.pk for unit in house.linked.values()}
    places: dict[int, int | None] = {}  # the unit that each department is, or would be; None for one that is to be made
    names = {each.id: each.name for each in book.departments}
    for each in book.departments:
        unit = house.linked.get(each.id)
        above = places.get(each.parent)
        if unit is None:
            twin = _twin(each, house, taken, above=above, is_top=each.parent not in names)
            places[each.id] = twin.pk if twin else None
            if twin is not None:
                taken.add(twin.pk)
                yield Change(Sort.SAME, f"same-{each.id}-{twin.pk}", twin.name, each.name)
            else:
                yield Change(Sort.NEW, f"new-{each.id}", "", each.name, names.get(each.parent, ""))
            continue
        places[each.id] = unit.pk
        if unit.name != each.name:
            yield Change(Sort.RENAMED, f"renamed-{each.id}", unit.name, each.name)
        if each.parent in names and unit.parent_id != above:
            before = unit.parent.name if unit.parent is not None else ""
            yield Change(Sort.MOVED, f"moved-{each.id}-{each.parent}", f"{unit.name} ← {before}", names[each.parent])
    for department, unit in sorted(house.linked.items()):
        if department not in names:
            yield Change(Sort.GONE, f"gone-{department}", unit.name, "")


def _twin(each: Department, house: _House, taken: Collection[int], *, above: int | None, is_top: bool) -> Unit | None:
    """The one unit of that name in that place; none where there are several, or the place is yet to be made."""
    if above is None and not is_top:
        return None
    found = [
        unit for unit in house.units.values()
        if unit.name == each.name and unit.pk not in taken and unit.parent_id == (None if is_top else above)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _of_people(book: Book, house: _House) -> Iterable[Change]:
    linked = {user.pk for user in house.ids.values()}
    free = {key: user for key, user in house.people.items() if key not in linked and not user.is_administrator}
    names: dict[str, list[User]] = {}
    for user in free.values():
        names.setdefault(user.display_name, []).append(user)
    twice = _twice(book)
    for each in book.members:
        if each.user_id.casefold() in house.ids:
            continue
        by_number = house.mobiles.get(each.mobile) if each.mobile else None
        if by_number is not None and by_number.pk in free:
            yield _link(each, by_number, _("手机号相同"))
        elif len(names.get(each.name, [])) == 1 and each.name not in twice:
            yield _link(each, names[each.name][0], _("姓名相同"))
        elif each.name not in names:
            yield Change(Sort.JOIN, f"join-{each.user_id}", "", f"{each.name} {each.user_id}")
    there = {each.user_id.casefold() for each in book.members}
    for user_id, user in sorted(house.ids.items()):
        if user_id not in there and user.is_active:
            yield Change(Sort.LEFT, f"left-{user_id}", f"{user.display_name} {user_id}", "")


def _twice(book: Book) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for each in book.members:
        (twice if each.name in seen else seen).add(each.name)
    return twice


def _link(member: Member, person: User, why: str) -> Change:
    key = f"link-{member.user_id}-{person.pk}"
    return Change(Sort.LINK, key, f"{person.display_name} {person.username}", f"{member.name} {member.user_id}", why)


# ---- changing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """How many were done, and what was refused, a sentence each."""

    count: int
    refused: tuple[str, ...]
    missed: int  # chosen, and by now there is nothing of it to do


def apply(book: Book, chosen: Collection[str], *, by: User, now: datetime) -> Done:
    """Do those that were chosen and still stand, each a step of its own with its own event; one that is refused keeps no other one back.

    Raises `PermissionDenied`.
    """
    if not may_keep_accounts(by):
        raise PermissionDenied(_("通讯录由系统管理员同步。"))
    stands = [each for each in changes(book, now=now) if each.key in chosen and each.sort not in SHOWN_ONLY]
    stands = stands[:MOST_CHANGES]
    refused: list[str] = []
    for each in stands:
        try:
            with transaction.atomic():
                _do(each, book, by=by, now=now)
        except ValidationError as error:
            refused.append(f"{each.after}：{' '.join(error.messages)}")
        except Unfit as unfit:
            refused.append(f"{each.after}：{unfit.text.zh}")
    return Done(len(stands) - len(refused), tuple(refused), len(set(chosen)) - len(stands))


def _do(change: Change, book: Book, *, by: User, now: datetime) -> None:
    word, _dash, rest = change.key.partition("-")
    if change.sort in (Sort.LINK, Sort.JOIN):
        _do_person(change, rest, book, by=by, now=now)
        return
    number = int(rest.partition("-")[0])
    department = next(each for each in book.departments if each.id == number)
    above = _unit_of(department.parent)
    if word == Sort.NEW.value:
        if above is None and any(each.id == department.parent for each in book.departments):
            raise ValidationError(_("上级部门还没有对应的单位，请先处理上级。"))
        since = timezone.localtime(now).date()
        unit = actions.create_unit(department.name, code=f"YZY{number}", parent=above, since=since, by=by, now=now)
        _tie(unit, number, by=by, now=now)
    elif word == Sort.SAME.value:
        _tie(Unit.objects.get(pk=int(rest.partition("-")[2])), number, by=by, now=now)
    elif word == Sort.RENAMED.value:
        unit = Unit.objects.get(yuezhengyi_department__department=number)
        actions.rename_unit(unit, name=department.name, short_name=unit.short_name, by=by, now=now)
    elif word == Sort.MOVED.value:
        if above is None:
            raise ValidationError(_("上级部门还没有对应的单位，请先处理上级。"))
        actions.move_unit(Unit.objects.get(yuezhengyi_department__department=number), to=above, by=by, now=now)


def _tie(unit: Unit, department: int, *, by: User, now: datetime) -> None:
    YuezhengyiDepartment.objects.create(unit=unit, department=department)
    ledger.record(events.DEPARTMENT_LINKED, subject=unit, by=by, now=now, particulars={"department": department})


def _unit_of(department: int) -> Unit | None:
    return Unit.objects.filter(yuezhengyi_department__department=department).first()


def _do_person(change: Change, rest: str, book: Book, *, by: User, now: datetime) -> None:
    if change.sort is Sort.LINK:
        user_id, _dash, key = rest.rpartition("-")
        accounts.set_account(User.objects.get(pk=int(key)), user_id, by=by, now=now)
        return
    member = next(each for each in book.members if each.user_id == rest)
    person = actions.create_account(
        member.user_id, display_name=member.name, role=Role.STAFF, password=None, by=by, now=now
    )
    accounts.set_account(person, member.user_id, by=by, now=now)


def grouped(found: Sequence[Change]) -> list[tuple[Sort, list[Change]]]:
    """By what they are, in the order in which they are done."""
    return [(sort, several) for sort in Sort if (several := [each for each in found if each.sort is sort])]
