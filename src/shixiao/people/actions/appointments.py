"""Who holds which post where: appointing, ending, moving, and leaving with open work handed over."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shixiao import ledger
from shixiao.people import events, handing_over
from shixiao.people.models import Appointment, Post, Unit, User
from shixiao.people.permissions import may_grant, may_keep_accounts
from shixiao.people.refusals import require
from shixiao.people.wordings import said


def appoint(
    user: User,
    *,
    post: Post,
    unit: Unit,
    since: date,
    by: User | None,
    now: datetime,
    is_main: bool | None = None,
) -> Appointment:
    """`user` holds `post` at `unit` from that day on. The first appointment is the main one unless said otherwise.

    A new main appointment takes that mark from the old one. Refused for administrators, who do no business, for
    accounts out of use, and at a unit that does not exist on that day.
    """
    require(may_grant, what="people.appoint", by=by, now=now)
    with transaction.atomic():
        locked = _locked(user)
        appointment = begin(locked, post=post, unit=unit, since=since, is_main=is_main)
        particulars = described(appointment)
        ledger.record(events.APPOINTED, subject=user, by=by, now=now, particulars=particulars)
    user.known_mandates = None
    return appointment


def end_appointment(appointment: Appointment, *, on: date, by: User | None, now: datetime) -> None:
    """From that day on the post is no longer held. The day it began undoes it; nothing happens when it has an end."""
    require(may_grant, what="people.end_appointment", by=by, now=now)
    with transaction.atomic():
        _locked(appointment.user)
        appointment.refresh_from_db()
        if appointment.until is not None:
            return
        _end(appointment, on)
        particulars = {"appointment": appointment.pk, "on": on}
        ledger.record(events.APPOINTMENT_ENDED, subject=appointment.user, by=by, now=now, particulars=particulars)
    appointment.user.known_mandates = None


def transfer(
    user: User,
    *,
    unit: Unit,
    post: Post,
    since: date,
    by: User | None,
    now: datetime,
    successor: User | None = None,
    keeps_work: bool = False,
) -> Appointment:
    """The main appointment ends and another begins on the same day.

    Open work goes to `successor`; with `keeps_work` it moves along. Refused where there is open work and neither
    was said.
    """
    require(may_grant, what="people.transfer", by=by, now=now)
    with transaction.atomic():
        locked = _locked(user)
        ended = locked.appointments.filter(until__isnull=True, is_main=True).first()
        if ended is not None:
            _end(ended, since)
        appointment = begin(locked, post=post, unit=unit, since=since, is_main=True)
        handed = {} if keeps_work else _hand_over(user, successor, by=by, now=now)
        particulars = described(appointment) | {
            "ended": ended.pk if ended else None,
            "successor": successor.pk if successor and handed else None,
            "handed_over": handed,
        }
        ledger.record(events.TRANSFERRED, subject=user, by=by, now=now, particulars=particulars)
    user.known_mandates = None
    return appointment


def leave(user: User, *, on: date, by: User | None, now: datetime, successor: User | None = None) -> None:
    """`user` works here no more: appointments end, the account is disabled, and open work goes to `successor`.

    Refused while there is open work and nobody is named for it. Nothing happens for somebody who has left. An
    appointment that would only begin later is ended on the day it begins.
    """
    require(lambda person: may_grant(person) or may_keep_accounts(person), what="people.leave", by=by, now=now)
    with transaction.atomic():
        locked = _locked(user)
        if locked.left_on is not None:
            return
        if locked.is_administrator and by is not None:
            raise ValidationError(_("管理员账号只能在服务器上用命令建立和更改。"), code="administrator")
        handed = _hand_over(user, successor, by=by, now=now)
        ended = list(locked.appointments.filter(Q(until__isnull=True) | Q(until__gt=on)))
        for appointment in ended:
            _end(appointment, max(on, appointment.since))
        user.is_active, user.left_on = False, on
        user.save(update_fields=["is_active", "left_on"])
        particulars = {
            "on": on,
            "ended": [appointment.pk for appointment in ended],
            "successor": successor.pk if successor and handed else None,
            "handed_over": handed,
        }
        ledger.record(events.LEFT, subject=user, by=by, now=now, particulars=particulars)
    user.known_mandates = None


def begin(user: User, *, post: Post, unit: Unit, since: date, is_main: bool | None) -> Appointment:
    """A stored appointment of a locked account; the caller records what it was for."""
    _refuse_to_appoint(user, unit, since)
    if user.appointments.filter(post=post, unit=unit, until__isnull=True).exists():
        names = {"name": user.display_name, "unit": unit.name, "post": post.name}
        raise ValidationError(_("“%(name)s”已在%(unit)s担任%(post)s。") % names, code="held")
    main = user.appointments.filter(until__isnull=True, is_main=True)
    if is_main:
        main.update(is_main=False)
    is_first = is_main is None and not main.exists()
    appointment = Appointment(user=user, post=post, unit=unit, since=since, is_main=bool(is_main) or is_first)
    appointment.save(force_insert=True)
    return appointment


def described(appointment: Appointment) -> dict[str, object]:
    """What the event of a new appointment carries."""
    return {
        "appointment": appointment.pk,
        "post": appointment.post_id,
        "unit": appointment.unit_id,
        "since": appointment.since,
        "is_main": appointment.is_main,
    }


def _locked(user: User) -> User:
    """The account as it stands, kept from a change of role meanwhile."""
    return User.objects.select_for_update().get(pk=user.pk)


def _refuse_to_appoint(user: User, unit: Unit, since: date) -> None:
    if user.is_administrator:
        raise ValidationError(
            _("“%(name)s”是%(role)s账号，不能担任岗位。请用本人的工作账号。")
            % {"name": user.display_name, "role": user.get_role_display()},
            code="administrator",
        )
    if not user.is_active:
        raise ValidationError(_("账号“%(name)s”已停用。请先启用。") % {"name": user.display_name}, code="inactive")
    # The row is held until the end of the transaction, so the unit cannot be closed meanwhile.
    exists = Unit.objects.select_for_update().filter(pk=unit.pk).open_on(since).exists()
    if not exists:
        raise ValidationError(
            _("单位“%(name)s”在 %(day)s 不存在（尚未设立或已撤销）。请改日期或另选单位。")
            % {"name": unit.name, "day": since.isoformat()},
            code="unit",
        )


def _end(appointment: Appointment, on: date) -> None:
    if on < appointment.since:
        raise ValidationError(
            _("任职从 %(since)s 开始，不能在那之前结束。") % {"since": appointment.since.isoformat()}, code="before"
        )
    appointment.until = on
    appointment.save(update_fields=["until"])


def _hand_over(user: User, successor: User | None, *, by: User | None, now: datetime) -> dict[str, int]:
    open_work = handing_over.open_work(user)
    if not open_work:
        return {}
    if successor is None:
        listed = "、".join(f"{said(work.title)} {count}" for work, count in open_work)
        raise ValidationError(_("还有未办完的：%(work)s。请指定由谁接手。") % {"work": listed}, code="open_work")
    if successor.pk == user.pk or not successor.is_active or successor.is_administrator:
        raise ValidationError(
            _("“%(name)s”不能接手：须是另一位在用的工作账号。") % {"name": successor.display_name}, code="successor"
        )
    return handing_over.hand_over(user, successor, by=by, now=now)
