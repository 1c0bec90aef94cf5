"""What people sent from a page under a key that was made there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.lengths import between
from shixiao.casework.models.programs import DIGEST_LENGTH, KEY_LENGTH


class Received(models.Model):
    """What a person was answered under a key of their phone's choice; the same once more gets the same answer, and does nothing.

    Written in the transaction of the step itself, as `Answered` is for programs. `body` is the case's number and state, no words.
    """

    races: ClassVar[tuple[str, ...]] = ("casework_received_once",)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    body = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("已收到的报送")
        verbose_name_plural = _("已收到的报送")
        indexes = (models.Index(fields=["received_at"], name="casework_received_at"),)
        constraints = (
            models.UniqueConstraint(fields=["user", "key"], name="casework_received_once"),
            between("casework_received", "key", KEY_LENGTH, least=1),
            between("casework_received", "digest", DIGEST_LENGTH, least=DIGEST_LENGTH),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
