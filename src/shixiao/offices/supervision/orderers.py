"""Leaders who give orders: who may be named, whether they are still there, and that nobody else consents in their place."""

from datetime import datetime

from shixiao.casework.local import local
from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision.responsibilities import LEADER
from shixiao.people.models import Unit, User
from shixiao.people.permissions import mandates


def is_there(user: User, unit: Unit, *, now: datetime) -> bool:
    """The account is open and still holds the responsibility at the unit or above it."""
    return user.is_active and mandates(user, local(now).date()).allow(LEADER.word, unit.path)


def entitled(work: Work, field: str, *, unit: Unit) -> User:
    """The leader that the step was told. Raises `Refused` for who is none, or has left."""
    user: User = work.thing(field, User)
    if not is_there(user, unit, now=work.now):
        text = Text(
            f"{user.display_name}不是{unit.name}的交办领导，或者已经离任。请从列表里选。",
            f"{user.display_name} gives no orders to {unit.name}, or has left. Choose from the list.",
        )
        raise work.refuse(text, field=field, reason=Reason.INVALID)
    return user


def check_there(work: Work, leader: User) -> None:
    """Raises `Refused` where the leader has left: somebody else takes that place first."""
    if is_there(leader, work.case.unit, now=work.now):
        return
    text = Text(
        f"{leader.display_name}已经离任或停用账号，没有人可以呈报。请督办负责人先“更换领导”。",
        f"{leader.display_name} has left, so there is nobody to present it to. The head of supervision names another leader first.",
    )
    raise work.refuse(text)


def check_is(work: Work, leader: User) -> None:
    """Raises `Refused` for everybody but the very leader who gave the order."""
    if work.by is not None and work.by.pk == leader.pk:
        return
    text = Text(
        f"这件事由{leader.display_name}交办，只有{leader.display_name}本人可以“{work.step.title.zh}”。",
        f"{leader.display_name} gave this order; nobody else may take “{work.step.title.en}”.",
    )
    raise work.refuse(text, reason=Reason.NOT_ALLOWED)


def check_silent(work: Work, until: datetime | None) -> None:
    """The leader read the result and ordered nothing new for the set time; the basis goes onto the event. Raises `Refused`."""
    if until is None:
        text = Text(
            "领导还没有阅知办理结果，不能提议办结。", "The leader has not read the result; closing cannot be proposed."
        )
        raise work.refuse(text)
    if work.now < until:
        at = local(until)
        text = Text(
            f"领导阅后满规定的工作日才能提议办结，最早 {at:%Y年%m月%d日 %H:%M}。",
            f"Closing can be proposed when the set time after reading is over: from {at:%F %H:%M}.",
        )
        raise work.refuse(text, reason=Reason.NOT_YET)
    work.note(silent_until=local(until).isoformat())
