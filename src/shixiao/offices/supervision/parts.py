"""Tasks within tasks: finding one by its number, its parts, and that no task becomes a part of itself."""

from collections.abc import Iterable, Mapping

from django.db import connection

from shixiao.casework.local import local
from shixiao.casework.models import Case
from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision.models import Task
from shixiao.offices.supervision.responsibilities import INSTRUCTIONS, OFFICER
from shixiao.offices.supervision.steps import TASK
from shixiao.people.permissions import mandates

DEEPEST = 20
DROPPED = ("revoked", "merged", "declined", "withdrawn")  # ends that take no part in the progress of the whole
_PASSED = ("passed", "presented", "closing", "closed", "archived")


def named(work: Work, field: str) -> Case:
    """The task whose number was told. Raises `Refused`."""
    number = str(work[field]).strip()
    found = Case.objects.select_related("unit").filter(number=number, kind=TASK).first()
    if found is None or not _knows(work, found):
        text = Text(
            f"没有编号为“{number[:40]}”的督办事项。请照编号填写，如 督2026-12。", f"There is no task “{number[:40]}”."
        )
        raise work.refuse(text, field=field, reason=Reason.INVALID)
    return found


def _knows(work: Work, case: Case) -> bool:
    """Whoever supervises, or keeps instructions, at the unit of that task; the program knows all."""
    if work.by is None:
        return True
    held = mandates(work.by, local(work.now).date())
    return held.allow(OFFICER.word, case.unit.path) or held.allow(INSTRUCTIONS.word, case.unit.path)


def of(case: Case) -> list[Task]:
    """Its parts; one statement."""
    rows = Task.objects.filter(parent=case).exclude(case__state__in=DROPPED)
    return list(rows.select_related("case__unit").order_by("case_id"))


def check_takes(work: Work, whole: Case, *, field: str = "parent") -> None:
    """Raises `Refused` where the other task is over, or was fed back already."""
    if whole.closed_at is not None or whole.state in ("review", *_PASSED):
        text = Text(
            f"{whole.number} 已经反馈或办结，不能再列入。",
            f"{whole.number} was fed back or closed; nothing goes into it.",
        )
        raise work.refuse(text, field=field)


def check_no_circle(work: Work, parent: Case) -> None:
    """Walks up from `parent`; nobody else changes who is whose part meanwhile. Raises `Refused`."""
    _lock()
    chain, above = [work.case.number], parent
    for _step in range(DEEPEST):
        chain.append(above.number)
        if above.pk == work.case.pk:
            way = " → ".join(chain)
            text = Text(f"这样会绕成一圈：{way}。", f"This would go round in a circle: {way}.")
            raise work.refuse(text, field="parent", reason=Reason.INVALID)
        row = Task.objects.select_related("parent").filter(case=above).first()
        if row is None or row.parent is None:
            return
        above = row.parent
    text = Text(f"最多 {DEEPEST} 层。", f"At most {DEEPEST} levels.")
    raise work.refuse(text, field="parent", reason=Reason.INVALID)


def _lock() -> None:
    """Two placements at once could make a circle that neither of them sees. On SQLite the transaction is alone already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('supervision.parts'))")


def is_done(task: Task) -> bool:
    """It was fed back and passed."""
    return task.case.state in _PASSED


def check_done(work: Work) -> None:
    """Raises `Refused` naming the parts that are not done."""
    open_ = [each.case.number for each in of(work.case) if not is_done(each)]
    if not open_:
        return
    zh, en = "、".join(open_[:10]), ", ".join(open_[:10])
    text = Text(
        f"还有 {len(open_)} 个子任务没有办完：{zh}。请先办完或撤销它们。",
        f"{len(open_)} parts are not done: {en}. Finish or revoke them first.",
    )
    raise work.refuse(text)


def progress(several: Iterable[Task]) -> dict[int, int]:
    """Percent by case: of a task with parts the mean of theirs, rounded down, so that 100 means all; otherwise what was reported last.

    One statement for each level below.
    """
    rows = {each.pk: each for each in several}
    below: dict[int, list[int]] = {}
    level = list(rows)
    for _step in range(DEEPEST):
        found = Task.objects.filter(parent__in=level).exclude(case__state__in=DROPPED).select_related("case")
        level = []
        for each in found:
            below.setdefault(each.parent_id or 0, []).append(each.pk)
            if each.pk not in rows:
                rows[each.pk] = each
                level.append(each.pk)
        if not level:
            break
    return {each.pk: _percent(each.pk, rows, below) for each in list(rows.values())}


def _percent(key: int, rows: Mapping[int, Task], below: Mapping[int, list[int]]) -> int:
    if is_done(rows[key]):
        return 100
    under = below.get(key)
    if not under:
        return rows[key].percent
    return sum(_percent(each, rows, below) for each in under) // len(under)
