"""What stands beside a password: the passwords before it, an app that shows codes, recovery codes, and passkeys."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.people.models.accounts import User
from shixiao.people.models.limits import NAME_LENGTH, is_printable, length_within

# WebAuthn allows 1023 bytes for the id of a credential: 1364 characters of base64.
CREDENTIAL_ID_LENGTH = 1364


class PastPassword(models.Model):
    """The hash of a password that an account had before; the newest few are kept, so that none comes back soon."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("用过的密码")
        verbose_name_plural = _("用过的密码")

    def __str__(self) -> str:
        return f"{self.user_id} {self.replaced_at}"


class Authenticator(models.Model):
    """An app on a phone that shows six digits. It counts once it is confirmed, and each code counts once."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator")
    secret = models.CharField(max_length=255)  # sealed with the key of the installation: people.sealing
    confirmed_at = models.DateTimeField(_("启用时间"), null=True, blank=True)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("验证器")
        verbose_name_plural = _("验证器")

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(models.Model):
    """One sign-in without the app. Only its hash is here."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("恢复码")
        verbose_name_plural = _("恢复码")
        constraints = (models.UniqueConstraint(fields=["user", "hash"], name="people_recoverycode_once"),)

    def __str__(self) -> str:
        return str(self.user_id)


class Passkey(models.Model):
    """A security key or a device that signs for the account. The private half never leaves the device."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    credential_id = models.CharField(max_length=CREDENTIAL_ID_LENGTH, unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("登记时间"))
    used_at = models.DateTimeField(_("上次使用"), null=True, blank=True)

    class Meta:
        verbose_name = _("通行密钥")
        verbose_name_plural = _("通行密钥")
        constraints = (
            length_within("name", NAME_LENGTH, "people_passkey_name_length"),
            length_within("credential_id", CREDENTIAL_ID_LENGTH, "people_passkey_credential_id_length"),
        )

    def __str__(self) -> str:
        return self.name
