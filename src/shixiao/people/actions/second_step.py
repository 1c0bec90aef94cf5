"""The second step of signing in: an app with codes, recovery codes, passkeys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AttestedCredentialData

from shixiao import ledger
from shixiao.people import events, one_time_codes, passkeys, sealing
from shixiao.people.models import Authenticator, Passkey, RecoveryCode, User
from shixiao.people.permissions import may_grant
from shixiao.people.refusals import require

RECOVERY_CODES = 10
MOST_PASSKEYS = 10


def begin_authenticator(user: User, *, now: datetime) -> None:
    """A new secret that waits to be confirmed; one that counts already stays.

    No event: nothing has changed for signing in until `confirm_authenticator`.
    """
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().filter(user=user).first()
        if held is not None and held.confirmed_at is not None:
            raise ValidationError(_("已启用验证器。要换一个，请先移除现在的。"), code="enrolled")
        secret = sealing.sealed(one_time_codes.new_secret())
        Authenticator.objects.update_or_create(user=user, defaults={"secret": secret})


def confirm_authenticator(user: User, *, code: str, now: datetime) -> list[str]:
    """The app shows the right digits, so it counts from now on. Gives the recovery codes, to be shown this once."""
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().filter(user=user, confirmed_at__isnull=True).first()
        step = _step_of(held, code, now=now) if held else None
        if held is None or step is None:
            raise ValidationError(_("验证码不对。请看看手机时间准不准，再输入现在显示的 6 位数字。"), code="wrong")
        held.confirmed_at, held.last_step = now, step
        held.save(update_fields=["confirmed_at", "last_step"])
        ledger.record(events.SECOND_STEP_ENROLLED, subject=user, by=user, now=now, particulars={"kind": "app"})
        return _new_codes(user)


def renew_recovery_codes(user: User, *, now: datetime) -> list[str]:
    """Ten new recovery codes, to be shown this once; the old ones are void."""
    with transaction.atomic():
        if not has_second_step(user):
            raise ValidationError(_("还没有启用第二步验证，不需要恢复码。"), code="none")
        ledger.record(events.RECOVERY_CODES_RENEWED, subject=user, by=user, now=now)
        return _new_codes(user)


def add_passkey(
    user: User, *, name: str, state: Any, response: Mapping[str, Any], host: str, now: datetime
) -> list[str]:
    """A passkey counts from now on. Gives recovery codes where the account had none yet, else nothing."""
    data = passkeys.registered(state, response, host=host)
    held = data.credential_data
    if held is None:
        raise ValidationError(_("这把密钥没有给出凭据，不能登记。请换一把。"), code="empty")
    passkey = Passkey(
        user=user,
        name=name.strip(),
        credential_id=passkeys.spelt(held.credential_id),
        credential=bytes(held),
        sign_count=data.counter,
        created_at=now,
    )
    passkey.full_clean()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if user.passkeys.count() >= MOST_PASSKEYS:
            raise ValidationError(_("最多登记 %(most)d 把。请先移除不用的。") % {"most": MOST_PASSKEYS}, code="many")
        passkey.save(force_insert=True)
        ledger.record(events.SECOND_STEP_ENROLLED, subject=user, by=user, now=now, particulars={"kind": "passkey"})
        has_codes = user.recovery_codes.filter(used_at__isnull=True).exists()
        return [] if has_codes else _new_codes(user)


def remove_authenticator(user: User, *, now: datetime) -> None:
    """The app no longer counts; nothing happens where there is none."""
    with transaction.atomic():
        removed, _by_table = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).delete()
        if removed:
            _note_removed(user, kind="app", now=now)


def remove_passkey(passkey: Passkey, *, now: datetime) -> None:
    """The passkey no longer counts; nothing happens where it is gone already."""
    with transaction.atomic():
        removed, _by_table = Passkey.objects.filter(pk=passkey.pk).delete()
        if removed:
            _note_removed(passkey.user, kind="passkey", now=now)


def reset_second_step(user: User, *, by: User | None, now: datetime) -> None:
    """Somebody lost app, codes and keys: a name and a password are enough again. Nothing happens without any."""
    require(may_grant, what="people.reset_second_step", by=by, now=now)
    with transaction.atomic():
        held = (Authenticator.objects.filter(user=user), user.passkeys.all(), user.recovery_codes.all())
        if sum(rows.delete()[0] for rows in held):
            ledger.record(events.SECOND_STEP_RESET, subject=user, by=by, now=now)


def has_second_step(user: User) -> bool:
    """A name and a password are not enough for this account."""
    has_app = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists()
    return has_app or user.passkeys.exists()


def pass_with_code(user: User, *, code: str, now: datetime) -> str:
    """How the code passes, "app" or "recovery_code", or "" where it does not. What passed never passes again."""
    with transaction.atomic():
        held = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
        step = _step_of(held, "".join(code.split()), now=now) if held else None
        if step is not None:
            is_first = Authenticator.objects.filter(user=user, last_step__lt=step).update(last_step=step)
            return "app" if is_first else ""
        unused = user.recovery_codes.filter(hash=sealing.hash_of(code), used_at__isnull=True)
        return "recovery_code" if has_second_step(user) and unused.update(used_at=now) else ""


def pass_with_passkey(user: User, *, state: Any, response: Mapping[str, Any], host: str, now: datetime) -> str:
    """ "passkey" where a key of the account signed, else "". A key whose count goes back is a copy and does not pass."""
    held = {passkey.credential_id: passkey for passkey in user.passkeys.all()}
    known = [AttestedCredentialData(bytes(passkey.credential)) for passkey in held.values()]
    signed = passkeys.signed(state, known, response, host=host)
    if signed is None:
        return ""
    passkey = held[passkeys.spelt(signed.credential_id)]
    with transaction.atomic():
        rows = Passkey.objects.filter(pk=passkey.pk)
        # Many devices never count; those that do must have counted on.
        passing = rows if signed.counter == 0 else rows.filter(sign_count__lt=signed.counter)
        is_passed = (signed.counter > 0 or passkey.sign_count == 0) and passing.update(
            sign_count=signed.counter, used_at=now
        )
    return "passkey" if is_passed else ""


def _step_of(held: Authenticator, code: str, *, now: datetime) -> int | None:
    secret = sealing.unsealed(held.secret)
    return one_time_codes.matching_step(secret, code.strip(), now=now) if secret else None


def _new_codes(user: User) -> list[str]:
    user.recovery_codes.all().delete()
    codes = [sealing.new_recovery_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, hash=sealing.hash_of(code)) for code in codes)
    return codes


def _note_removed(user: User, *, kind: str, now: datetime) -> None:
    if not has_second_step(user):
        user.recovery_codes.all().delete()
    ledger.record(events.SECOND_STEP_REMOVED, subject=user, by=user, now=now, particulars={"kind": kind})
