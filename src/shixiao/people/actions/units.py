"""The tree of units: making, renaming, moving and closing a unit."""

import unicodedata
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from shixiao import ledger
from shixiao.people import events, moving
from shixiao.people.models import DEEPEST, LAST_UNIT_ID, LEVEL, Unit, User
from shixiao.people.permissions import may_keep_accounts
from shixiao.people.refusals import require


def create_unit(
    name: str,
    *,
    code: str,
    parent: Unit | None,
    since: date,
    by: User | None,
    now: datetime,
    short_name: str = "",
) -> Unit:
    """A new unit below `parent`, or at the top. Raises `ValidationError` for a code that is taken or is none."""
    require(may_keep_accounts, what="people.create_unit", by=by, now=now)
    with transaction.atomic():
        lock_tree()
        above = _fresh(parent) if parent is not None else None
        if above is not None and above.until is not None:
            raise ValidationError(_("上级单位“%(name)s”已撤销。请另选一个。") % {"name": above.name}, code="closed")
        unit = Unit(id=next_id(), name=name.strip(), short_name=short_name.strip(), code=spelt(code), since=since)
        place(unit, above)
        unit.full_clean()
        unit.save(force_insert=True)
        ledger.record(events.UNIT_CREATED, subject=unit, by=by, now=now, particulars=described(unit))
    return unit


def rename_unit(unit: Unit, *, name: str, short_name: str, by: User | None, now: datetime) -> None:
    """Another name; nothing happens when it is the same. The code stays, since events and files name it."""
    require(may_keep_accounts, what="people.rename_unit", by=by, now=now)
    if (unit.name, unit.short_name) == (name.strip(), short_name.strip()):
        return
    with transaction.atomic():
        unit.name, unit.short_name = name.strip(), short_name.strip()
        unit.full_clean()
        unit.save(update_fields=["name", "short_name"])
        ledger.record(events.UNIT_RENAMED, subject=unit, by=by, now=now)


def move_unit(unit: Unit, *, to: Unit | None, by: User | None, now: datetime) -> None:
    """`unit` with everything below it hangs under `to` from now on; None makes it a top unit.

    Refused below itself, below a closed unit, and where the tree would become too deep.
    """
    require(may_keep_accounts, what="people.move_unit", by=by, now=now)
    with transaction.atomic():
        lock_tree()
        unit.refresh_from_db()
        above = _fresh(to) if to is not None else None
        if unit.parent_id == (above.pk if above else None):
            return
        _refuse_a_loop(unit, above)
        before, old_path = unit.parent_id, unit.path
        _rewrite(unit, above)
        unit.refresh_from_db()
        moving.followed(old_path, unit.path)
        particulars = {"before": before, "after": unit.parent_id}
        ledger.record(events.UNIT_MOVED, subject=unit, by=by, now=now, particulars=particulars)


def close_unit(unit: Unit, *, on: date, by: User | None, now: datetime) -> None:
    """The unit is there no more from that day on. First its lower units are closed and its appointments ended."""
    require(may_keep_accounts, what="people.close_unit", by=by, now=now)
    with transaction.atomic():
        lock_tree()
        unit.refresh_from_db()
        if unit.until is not None:
            return
        _refuse_while_in_use(unit, on)
        unit.until = on
        unit.full_clean()
        unit.save(update_fields=["until"])
        ledger.record(events.UNIT_CLOSED, subject=unit, by=by, now=now, particulars={"on": on})


def lock_tree() -> None:
    """Changes of the tree wait for each other, or two moves could make a loop. Readers do not wait.

    On SQLite the transaction holds the write lock from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{Unit._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')


def next_id() -> int:
    """The next free id; the tree is locked, and units are never deleted, so none is given twice."""
    highest: int = Unit.objects.aggregate(highest=Max("id"))["highest"] or 0
    if highest >= LAST_UNIT_ID:
        raise ValidationError(_("单位太多，编号已用完。"), code="full")
    return highest + 1


def spelt(code: str) -> str:
    """A code in its one spelling: full-width letters and small letters are the same code."""
    return unicodedata.normalize("NFKC", code).strip().upper()


def place(unit: Unit, above: Unit | None) -> None:
    """Give `unit` its place in the tree. Raises `ValidationError` where that would be too deep."""
    unit.parent = above
    unit.depth = above.depth + 1 if above else 1
    unit.path = (above.path if above else "") + f"{unit.pk:0{LEVEL}}"
    _refuse_too_deep(unit.depth)


def described(unit: Unit) -> dict[str, object]:
    """What the event of a new unit carries."""
    return {"code": unit.code, "parent": unit.parent_id, "since": unit.since}


def _fresh(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def _refuse_too_deep(depth: int) -> None:
    if depth > DEEPEST:
        raise ValidationError(_("单位最多 %(deepest)d 级。请放在更高一级下面。") % {"deepest": DEEPEST}, code="deep")


def _refuse_a_loop(unit: Unit, above: Unit | None) -> None:
    if above is None:
        return
    names = {"unit": unit.name, "to": above.name}
    if above.is_within(unit):
        raise ValidationError(
            _("“%(to)s”是“%(unit)s”自己或它的下级，不能作它的上级。请先把“%(to)s”移到别处，或另选上级。") % names,
            code="loop",
        )
    if above.until is not None:
        raise ValidationError(_("上级单位“%(to)s”已撤销。请另选一个。") % names, code="closed")


def _rewrite(unit: Unit, above: Unit | None) -> None:
    """One statement for the unit and one for all below it; each row satisfies its constraints at every moment."""
    old_path, old_depth = unit.path, unit.depth
    below = Unit.objects.within(unit).exclude(pk=unit.pk)
    deepest: int = below.aggregate(deepest=Max("depth"))["deepest"] or old_depth
    place(unit, above)
    _refuse_too_deep(unit.depth + deepest - old_depth)
    unit.save(update_fields=["parent", "path", "depth"])
    tail = Substr("path", len(old_path) + 1)
    below.update(path=Concat(Value(unit.path), tail), depth=F("depth") + (unit.depth - old_depth))


def _refuse_while_in_use(unit: Unit, on: date) -> None:
    lower = unit.children.filter(until__isnull=True).values_list("name", flat=True)
    if lower:
        raise ValidationError(
            _("下级单位还在：%(names)s。请先撤销或移走。") % {"names": "、".join(lower[:5])}, code="children"
        )
    held = unit.appointments.filter(Q(until__isnull=True) | Q(until__gt=on)).select_related("user")
    if held:
        names = "、".join(sorted({appointment.user.display_name for appointment in held})[:5])
        raise ValidationError(_("还有人在这里任职：%(names)s。请先调走或结束任职。") % {"names": names}, code="staff")
