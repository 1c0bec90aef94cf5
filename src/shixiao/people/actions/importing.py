"""Units, staff and appointments from a workbook: all of it or nothing, and the same file twice changes nothing."""

import hashlib
import secrets
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.people import events
from shixiao.people.actions.appointments import appoint
from shixiao.people.actions.units import create_unit, move_unit, rename_unit, spelt
from shixiao.people.importing import APPOINTMENTS, STAFF, UNITS, YES, Content, Line, Problem, day, duplicates, read
from shixiao.people.models import ADMINISTRATORS, Appointment, Post, Role, Unit, User
from shixiao.people.permissions import may_grant, may_keep_accounts
from shixiao.people.refusals import require

# What makes a row the same as another.
KEYS = {UNITS: ("编码",), STAFF: ("工号",), APPOINTMENTS: ("工号", "岗位编码", "单位编码")}
# A password of 70 random bits needs no slow hash; it is good for one sign-in, and the person's own gets the slow one.
INITIAL_LENGTH, INITIAL_ROUNDS = 12, 1_000
LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0Oo1lI")))


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do: how many of each, what is wrong, and the first passwords of new accounts."""

    problems: list[Problem] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    left_out: tuple[str, ...] = ()
    passwords: list[tuple[str, str, str]] = field(default_factory=list)
    absent: set[tuple[str, str]] = field(default_factory=set)

    def miss(self, line: Line) -> None:
        """The row is wrong, so whatever points at it is not told off for that."""
        self.absent.add((line.sheet, line.key))

    def count(self, what: str) -> None:
        """One more of that."""
        self.done[what] = self.done.get(what, 0) + 1

    @property
    def is_nothing(self) -> bool:
        """Nothing is wrong and nothing changes."""
        return not self.problems and not self.done


def preview_import(content: bytes, *, by: User | None, now: datetime) -> Outcome:
    """What `import_people` would do, by doing it and taking it back. Raises `tables.Unreadable`."""
    return _run(content, keep=False, by=by, now=now)


def import_people(content: bytes, *, by: User | None, now: datetime) -> Outcome:
    """Do all of it, or nothing where anything is wrong. Raises `tables.Unreadable`.

    The system administrator's import makes units and accounts, the security administrator's makes appointments:
    sheets of the other one are left out, so both may use the same file.
    """
    return _run(content, keep=True, by=by, now=now)


def _run(content: bytes, *, keep: bool, by: User | None, now: datetime) -> Outcome:
    require(lambda user: may_keep_accounts(user) or may_grant(user), what="people.import", by=by, now=now)
    found = read(content)
    outcome = Outcome(problems=found.problems)
    if any(not problem.is_of_a_row for problem in found.problems):
        return outcome
    _leave_out(found, outcome, by=by)
    _set_aside(found, outcome)
    for sheet, key in KEYS.items():
        outcome.problems += duplicates(found.lines.get(sheet, []), key)
    with transaction.atomic():
        for step, lines in ((_unit, _parents_first(found, outcome)), (_person, found.lines.get(STAFF, []))):
            _each(step, lines, outcome, by=by, now=now)
        _each(_appointment, found.lines.get(APPOINTMENTS, []), outcome, by=by, now=now)
        outcome.problems.sort(key=lambda problem: (list(KEYS).index(problem.sheet), problem.row))
        if not keep or outcome.problems:
            transaction.set_rollback(True)
        elif outcome.done:
            _record(content, outcome, by=by, now=now)
    return outcome


def _leave_out(found: Content, outcome: Outcome, *, by: User | None) -> None:
    if by is None:
        return
    foreign = (UNITS, STAFF) if may_grant(by) else (APPOINTMENTS,)
    outcome.left_out = tuple(sheet for sheet in foreign if found.lines.pop(sheet, None))


def _set_aside(found: Content, outcome: Outcome) -> None:
    """Rows with a bad cell are not tried, but all others are, so that one look tells everything."""
    bad = {(problem.sheet, problem.row) for problem in found.problems}
    for sheet, lines in found.lines.items():
        for line in lines:
            if (sheet, line.row) in bad:
                outcome.miss(line)
        found.lines[sheet] = [line for line in lines if (sheet, line.row) not in bad]


def _record(content: bytes, outcome: Outcome, *, by: User | None, now: datetime) -> None:
    counts = {"units": "unit", "accounts": "account", "appointments": "appointment"}
    particulars: dict[str, object] = {
        key: sum(count for name, count in outcome.done.items() if name.startswith(start))
        for key, start in counts.items()
    }
    digest = hashlib.sha256(content).hexdigest()
    subject = by or ledger.Reference("people.import", digest)
    ledger.record(events.STAFF_IMPORTED, subject=subject, by=by, now=now, particulars={"sha256": digest, **particulars})


class _PointsAtAbsent(Exception):
    """The row is right as far as it goes, but names one that is wrong and was told already."""


Step = Callable[..., None]


def _each(step: Step, lines: list[Line], outcome: Outcome, *, by: User | None, now: datetime) -> None:
    """Every row in a savepoint of its own, so that one look at the file tells all that is wrong with it."""
    for line in lines:
        try:
            with transaction.atomic():
                step(line, outcome, by=by, now=now)
        except _PointsAtAbsent:
            outcome.miss(line)
        except ValidationError as refused:
            outcome.miss(line)
            outcome.problems.append(line.problem("", _words(refused), _("请改好这一行，再导入一次。")))


def _words(refused: ValidationError) -> str:
    """What was refused, each sentence after the name of its field."""
    if not hasattr(refused, "error_dict"):
        return " ".join(refused.messages)
    titles = {field.name: str(field.verbose_name) for model in (User, Unit) for field in model._meta.concrete_fields}
    told = ((titles.get(name, ""), errors) for name, errors in refused.message_dict.items())
    return " ".join(f"{title}：{' '.join(errors)}" if title else " ".join(errors) for title, errors in told)


def _fail(what: str) -> ValidationError:
    return ValidationError(what, code="import")


# ---- units ---------------------------------------------------------------------------------------------------


def _parents_first(found: Content, outcome: Outcome) -> list[Line]:
    """The rows of units in an order in which each can be made; those that wait for each other are a fault."""
    waiting = list(found.lines.get(UNITS, []))
    ordered: list[Line] = []
    while waiting:
        open_codes = {spelt(line.cells["编码"]) for line in waiting}
        ready = [line for line in waiting if spelt(line.cells["上级编码"]) not in open_codes]
        if not ready:
            outcome.problems += (
                line.problem("上级编码", _("上级互相指来指去，成了一个圈。"), _("请改成其中一个没有上级，或另指上级。"))
                for line in waiting
            )
            return []
        ordered += ready
        placed = {line.row for line in ready}
        waiting = [line for line in waiting if line.row not in placed]
    return ordered


def _unit(line: Line, outcome: Outcome, *, by: User | None, now: datetime) -> None:
    cells = line.cells
    parent = _unit_of(cells["上级编码"], outcome) if cells["上级编码"] else None
    known = Unit.objects.filter(code=spelt(cells["编码"])).first()
    since = day(cells["设立日期"])
    if known is None and since is not None:
        names = {"short_name": cells["简称"], "code": cells["编码"]}
        create_unit(cells["名称"], parent=parent, since=since, by=by, now=now, **names)
        outcome.count("unit_created")
    elif known is not None:
        _change_unit(known, line, parent, outcome, by=by, now=now)


def _change_unit(
    unit: Unit, line: Line, parent: Unit | None, outcome: Outcome, *, by: User | None, now: datetime
) -> None:
    name, short_name = line.cells["名称"], line.cells["简称"]
    if unit.since != day(line.cells["设立日期"]):
        raise _fail(
            _("这个单位已有，设立日期是 %(since)s，与文件不同；设立日期不能改。") % {"since": unit.since.isoformat()}
        )
    before = outcome.done.copy()
    if (unit.name, unit.short_name) != (name, short_name):
        rename_unit(unit, name=name, short_name=short_name, by=by, now=now)
        outcome.count("unit_renamed")
    if unit.parent_id != (parent.pk if parent else None):
        move_unit(unit, to=parent, by=by, now=now)
        outcome.count("unit_moved")
    outcome.unchanged += before == outcome.done


def _unit_of(code: str, outcome: Outcome) -> Unit:
    found = Unit.objects.filter(code=spelt(code)).first()
    if found is None and (UNITS, spelt(code)) in outcome.absent:
        raise _PointsAtAbsent
    if found is None:
        raise _fail(_("没有编码为 %(code)s 的单位。") % {"code": code})
    return found


# ---- staff ---------------------------------------------------------------------------------------------------


def _person(line: Line, outcome: Outcome, *, by: User | None, now: datetime) -> None:
    number, name = line.cells["工号"], line.cells["姓名"]
    username = User.normalize_username(line.cells["账号"])
    known = _colleague(number)
    if known is None:
        _create(line, username, outcome, by=by, now=now)
    elif known.username != username:
        raise _fail(
            _("工号 %(number)s 已有，账号是 %(username)s，与文件不同；账号不能改。")
            % {"number": number, "username": known.username}
        )
    elif known.display_name != name:
        known.display_name = name
        known.full_clean()
        known.save(update_fields=["display_name"])
        particulars = {"fields": ["display_name"]}
        ledger.record(events.ACCOUNT_CHANGED, subject=known, by=by, now=now, particulars=particulars)
        outcome.count("account_changed")
    else:
        outcome.unchanged += 1


def _create(line: Line, username: str, outcome: Outcome, *, by: User | None, now: datetime) -> None:
    hasher = PBKDF2PasswordHasher()
    initial = "".join(secrets.choice(LETTERS) for _position in range(INITIAL_LENGTH))
    user = User(
        username=username,
        display_name=line.cells["姓名"],
        staff_number=line.cells["工号"],
        role=Role.STAFF,
        created_at=now,
        password_set_at=now,
        must_change_password=True,
        password=hasher.encode(initial, hasher.salt(), iterations=INITIAL_ROUNDS),
    )
    # The constraints ask what these two and `_colleague` have asked, in six statements more for each person.
    user.clean_fields()
    user.validate_unique()
    user.save(force_insert=True)
    particulars = {"role": user.role, "is_demonstration": False}
    ledger.record(events.ACCOUNT_CREATED, subject=user, by=by, now=now, particulars=particulars)
    outcome.passwords.append((user.display_name, user.username, initial))
    outcome.count("account_created")


def _colleague(number: str) -> User | None:
    return User.objects.filter(staff_number=number).exclude(role__in=ADMINISTRATORS).first()


# ---- appointments --------------------------------------------------------------------------------------------


def _appointment(line: Line, outcome: Outcome, *, by: User | None, now: datetime) -> None:
    cells, since = line.cells, day(line.cells["起始日期"])
    user = _colleague(cells["工号"])
    if user is None and (STAFF, spelt(cells["工号"])) in outcome.absent:
        raise _PointsAtAbsent
    if user is None:
        raise _fail(_("没有工号为 %(number)s 的人员。") % {"number": cells["工号"]})
    post = Post.objects.filter(code=spelt(cells["岗位编码"])).first()
    if post is None:
        raise _fail(_("没有编码为 %(code)s 的岗位。请先在“岗位”页设立。") % {"code": cells["岗位编码"]})
    unit = _unit_of(cells["单位编码"], outcome)
    # One that was ended since has happened, too: the file is not asked again.
    same = Appointment.objects.filter(user=user, post=post, unit=unit).filter(Q(until__isnull=True) | Q(since=since))
    if same.exists():
        outcome.unchanged += 1
    elif since is not None:
        is_main = True if cells["主要任职"].upper() in YES else None
        appoint(user, post=post, unit=unit, since=since, is_main=is_main, by=by, now=now)
        outcome.count("appointment_made")


def sentences(outcome: Outcome) -> Iterator[str]:
    """What an import did or would do, in words."""
    words = {
        "unit_created": _("新设单位 %(count)d 个"),
        "unit_renamed": _("单位更名 %(count)d 个"),
        "unit_moved": _("单位调整上级 %(count)d 个"),
        "account_created": _("新建账号 %(count)d 个"),
        "account_changed": _("更改姓名 %(count)d 人"),
        "appointment_made": _("新任职 %(count)d 项"),
    }
    for what, sentence in words.items():
        if count := outcome.done.get(what):
            yield sentence % {"count": count}
    if outcome.unchanged:
        yield _("没有变化的 %(count)d 行") % {"count": outcome.unchanged}
