"""Programs at the counter: the tokens that they show, and what they were answered."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.lengths import between
from shixiao.people.models import is_printable

TOKEN_NAME_LENGTH = 100
DIGEST_LENGTH = 64  # SHA-256 in hexadecimal digits
KEY_LENGTH = 100


class Token(models.Model):
    """A program's key to the counter. It acts as one account and may at most what that account may.

    The secret itself is stored nowhere: `digest` is the SHA-256 of its 256 random bits, which nobody can guess, so it
    needs neither salt nor slow hashing. `scope` says for each kind of case `read` or `write`; `*` is every kind.
    `refused_count` of the window that began at `refused_since` keeps a broken program from filling the book.
    """

    ledger_name = "casework.token"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="tokens"
    )
    name = models.CharField(_("名称"), max_length=TOKEN_NAME_LENGTH, validators=[is_printable])
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    scope = models.JSONField(_("范围"), default=dict)
    created_at = models.DateTimeField(_("建立时间"))
    valid_until = models.DateField(_("有效期至"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    used_on = models.DateField(_("最近使用"), null=True, blank=True)
    refused_since = models.DateTimeField(null=True, blank=True)
    refused_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("令牌")
        verbose_name_plural = _("令牌")
        ordering = ("-id",)
        constraints = (
            between("casework_token", "name", TOKEN_NAME_LENGTH, least=1),
            between("casework_token", "digest", DIGEST_LENGTH, least=DIGEST_LENGTH),
            models.CheckConstraint(
                condition=models.Q(refused_since=None, refused_count=0)
                | models.Q(refused_since__isnull=False, refused_count__gt=0),
                name="casework_token_refusals_paired",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Answered(models.Model):
    """What a program was answered under a key of its own choice; the same request again gets the same answer.

    Written in the transaction of the step itself, so that there is an answer exactly if there was a step.
    """

    races: ClassVar[tuple[str, ...]] = ("casework_answered_once",)

    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    request_digest = models.CharField(max_length=DIGEST_LENGTH)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("已答复的请求")
        verbose_name_plural = _("已答复的请求")
        indexes = (models.Index(fields=["answered_at"], name="casework_answered_at"),)
        constraints = (
            models.UniqueConstraint(fields=["token", "key"], name="casework_answered_once"),
            between("casework_answered", "key", KEY_LENGTH, least=1),
            between("casework_answered", "request_digest", DIGEST_LENGTH, least=DIGEST_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"
