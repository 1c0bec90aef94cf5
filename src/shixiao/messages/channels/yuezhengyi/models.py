"""Who is who at 粤政易, the token that all processes share, and what came already."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shixiao.messages.models.lengths import word
from shixiao.messages.models.messages import Delivery
from shixiao.people.models import Unit
from shixiao.people.models.limits import length_within

USER_ID_LENGTH = 64
DIGEST_LENGTH = 64
CODE_LENGTH = 512


class YuezhengyiAccount(models.Model):
    """The user id of one person, as the system administrator entered or accepted it (`accounts.set_account`). Capitals make no other id."""

    ledger_name = "messages.yuezhengyi_account"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="yuezhengyi_account"
    )
    user_id = models.CharField(_("粤政易账号"), max_length=USER_ID_LENGTH)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("粤政易账号")
        verbose_name_plural = _("粤政易账号")
        constraints = (
            length_within("user_id", USER_ID_LENGTH, "outbox_yuezhengyiaccount_user_id_length"),
            models.UniqueConstraint(Lower("user_id"), name="outbox_yuezhengyiaccount_once"),
        )

    def __str__(self) -> str:
        return str(self.person_id)


class YuezhengyiDepartment(models.Model):
    """A unit and the department that it is in the address book, as the system administrator accepted it (`contacts.apply`)."""

    ledger_name = "messages.yuezhengyi_department"

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, primary_key=True, related_name="yuezhengyi_department")
    department = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name = _("粤政易部门")
        verbose_name_plural = _("粤政易部门")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.department}"


class YuezhengyiToken(models.Model):
    """The token of one app (a digest of where and who), sealed. Whoever fetches another says until when the rest wait for it.

    Work, not history: it is changed in place by `tokens`.
    """

    app = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    token = models.TextField(blank=True, default="")
    fetched_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    fetching_until = models.DateTimeField(null=True, blank=True)
    fetches = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("粤政易令牌")
        verbose_name_plural = _("粤政易令牌")
        constraints = (
            word("app", "outbox_yuezhengyitoken"),
            models.CheckConstraint(
                condition=models.Q(token="", fetched_at__isnull=True, expires_at__isnull=True)
                | ~models.Q(token="") & models.Q(fetched_at__isnull=False, expires_at__isnull=False),
                name="outbox_yuezhengyitoken_whole",
            ),
        )

    def __str__(self) -> str:
        return self.app[:8]


class YuezhengyiSeen(models.Model):
    """The digest of a callback or of a code of sign-in that was taken: neither is taken a second time. Kept for as long as it could come
    again, then swept by whoever writes the next one."""

    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    came_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("收到过的回调")
        verbose_name_plural = _("收到过的回调")
        constraints = (word("digest", "outbox_yuezhengyiseen"),)

    def __str__(self) -> str:
        return self.digest[:8]


class YuezhengyiCard(models.Model):
    """The code with which a card that went out can be changed, for three days and once, and when that was asked for (`replacing`). Then swept."""

    delivery = models.OneToOneField(
        Delivery, on_delete=models.PROTECT, primary_key=True, related_name="yuezhengyi_card"
    )
    code = models.CharField(max_length=CODE_LENGTH)
    given_at = models.DateTimeField(db_index=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("可更新的卡片")
        verbose_name_plural = _("可更新的卡片")
        constraints = (word("code", "outbox_yuezhengyicard", limit=CODE_LENGTH),)

    def __str__(self) -> str:
        return str(self.delivery_id)
