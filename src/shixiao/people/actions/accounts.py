"""Accounts: making, roles, passwords, languages, and signing in and out."""

from datetime import datetime

from axes.utils import reset
from django.contrib.auth import login, logout, password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shixiao import ledger
from shixiao.people import events, idleness, passwords, sessions
from shixiao.people.models import ADMINISTRATORS, Language, PastPassword, Role, User
from shixiao.people.permissions import may_grant
from shixiao.people.refusals import require

BACKEND = "shixiao.people.backends.Accounts"
STEPPED = "has_second_step"  # the session has one, or its account has been seen to


def create_account(
    username: str,
    *,
    display_name: str,
    role: Role,
    password: str | None,
    by: User | None,
    now: datetime,
    is_demonstration: bool = False,
    staff_number: str = "",
) -> User:
    """A new account. Raises `ValidationError` for a name that is taken or cannot be one, or a weak password.

    A password that another account chose is good for one sign-in; what is typed at the terminal stays. None is an account that
    nobody signs in with: a system that comes with a token.
    """
    _refuse_from_a_page(role in ADMINISTRATORS, by=by)
    user = User(
        username=User.normalize_username(username),
        display_name=display_name.strip(),
        role=role,
        created_at=now,
        is_demonstration=is_demonstration,
        staff_number=staff_number.strip(),
    )
    if password is None:
        user.set_unusable_password()
    else:
        password_validation.validate_password(password, user)
        user.set_password(password)
    user.password_set_at, user.must_change_password = now, by is not None and password is not None
    user.full_clean()
    with transaction.atomic():
        user.save(force_insert=True)
        particulars = {"role": user.role, "is_demonstration": is_demonstration}
        ledger.record(events.ACCOUNT_CREATED, subject=user, by=by, now=now, particulars=particulars)
    return user


def change_role(user: User, *, role: Role, by: User | None, now: datetime) -> None:
    """Another role; nothing happens when it is the same. Somebody with posts cannot become an administrator."""
    if user.role == role:
        return
    _refuse_from_a_page(user.is_administrator or role in ADMINISTRATORS, by=by)
    with transaction.atomic():
        _refuse_two_hats(User.objects.select_for_update().get(pk=user.pk), role)
        before, user.role = user.role, role
        user.full_clean()
        user.save(update_fields=["role"])
        particulars = {"before": before, "after": role}
        ledger.record(events.ROLE_CHANGED, subject=user, by=by, now=now, particulars=particulars)


def _refuse_from_a_page(is_administrator: bool, *, by: User | None) -> None:
    """Whoever could set the password of another administrator, or make one, would hold both offices.

    So that is done at the terminal only, by whoever may open the database anyway.
    """
    if is_administrator and by is not None:
        raise ValidationError(_("管理员账号只能在服务器上用命令建立和更改。"), code="administrator")


def _refuse_two_hats(user: User, role: Role) -> None:
    """An appointment takes the same lock, so neither slips in while the other is being made."""
    if role in ADMINISTRATORS and user.appointments.filter(until__isnull=True).exists():
        raise ValidationError(
            _("“%(name)s”担任着岗位，不能兼任管理员。请先结束任职，或另建管理员账号。") % {"name": user.display_name},
            code="appointed",
        )


def disable(user: User, *, by: User | None, now: datetime) -> None:
    """The account can sign in no more, and whoever is signed in with it is out at the next page."""
    _refuse_from_a_page(user.is_administrator, by=by)
    _set_active(user, is_active=False, by=by, now=now)


def enable(user: User, *, by: User | None, now: datetime) -> None:
    """The account can sign in again."""
    _refuse_from_a_page(user.is_administrator, by=by)
    _set_active(user, is_active=True, by=by, now=now)


def _set_active(user: User, *, is_active: bool, by: User | None, now: datetime) -> None:
    if user.is_active == is_active:
        return
    with transaction.atomic():
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        kind = events.ACCOUNT_ENABLED if is_active else events.ACCOUNT_DISABLED
        ledger.record(kind, subject=user, by=by, now=now)


def change_password(
    user: User, *, password: str, by: User | None, now: datetime, request: HttpRequest | None = None
) -> None:
    """A new password. It ends every session of the account but the one of `request`.

    One that an administrator chose is good for one sign-in. Raises `ValidationError` for a weak password or one it had lately, and for
    a demonstration account, whose password is printed at every start.
    """
    if user.is_demonstration:
        raise ValidationError(_("演示账号的密码不能修改。"), code="demonstration")
    _refuse_from_a_page(user.is_administrator and by != user, by=by)
    password_validation.validate_password(password, user)
    with transaction.atomic():
        PastPassword.objects.create(user=user, password=user.password, replaced_at=now)
        passwords.forget_old(user)
        user.set_password(password)
        user.password_set_at, user.must_change_password = now, by is not None and by.pk != user.pk
        user.save(update_fields=["password", "password_set_at", "must_change_password"])
        ledger.record(events.PASSWORD_CHANGED, subject=user, by=by, now=now)
        if request is not None:
            update_session_auth_hash(request, user)


def choose_language(user: User, *, language: Language, now: datetime) -> None:
    """The language this account reads from now on; nothing happens when it is the same."""
    if user.language == language:
        return
    with transaction.atomic():
        user.language = language
        user.save(update_fields=["language"])
        ledger.record(events.LANGUAGE_CHOSEN, subject=user, by=user, now=now, particulars={"language": language})


def unlock(user: User, *, by: User | None, now: datetime) -> None:
    """Wrong passwords are forgotten everywhere, so the account may sign in at once; nothing happens without any."""
    require(may_grant, what="people.unlock", by=by, now=now)
    with transaction.atomic():
        if reset(username=user.username):
            ledger.record(events.UNLOCKED, subject=user, by=by, now=now)


def sign_in(request: HttpRequest, user: User, *, now: datetime, second_step: str = "") -> None:
    """Begin a session for `user`, whose name and password were checked, and the second step where there is one."""
    with transaction.atomic():
        login(request, user, backend=BACKEND)
        idleness.begin(request, now=now)
        sessions.remember(request)
        if second_step:
            request.session[STEPPED] = True
        particulars = {"second_step": second_step} if second_step else {}
        ledger.record(events.SIGNED_IN, subject=user, by=user, now=now, particulars=particulars)


def refuse_sign_in(username: str, *, reason: str, now: datetime) -> None:
    """Note that somebody tried to be `username` in vain.

    A name that no account has leaves no event: what strangers type does not belong in a book for ever, and
    django-axes counts those attempts in a table that can be cleared.
    """
    with transaction.atomic():
        user = User.objects.filter(username=User.normalize_username(username)).first()
        if user is not None:
            ledger.record(events.SIGN_IN_REFUSED, subject=user, by=None, now=now, particulars={"reason": reason})


def expire(request: HttpRequest, *, now: datetime) -> None:
    """End a session that nobody used for too long."""
    if not isinstance(request.user, User):
        return
    with transaction.atomic():
        user = request.user
        logout(request)
        ledger.record(events.SESSION_EXPIRED, subject=user, by=None, now=now)


def sign_out(request: HttpRequest, *, now: datetime) -> None:
    """End the session; nothing happens for somebody who is not signed in."""
    if not isinstance(request.user, User):
        return
    with transaction.atomic():
        user = request.user
        logout(request)
        ledger.record(events.SIGNED_OUT, subject=user, by=user, now=now)
