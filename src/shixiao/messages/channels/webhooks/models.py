"""Who else is told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.messages.models.lengths import word
from shixiao.people.models.limits import is_printable, length_within

ADDRESS_LENGTH = 2000
TITLE_LENGTH = 100


class Endpoint(models.Model):
    """A program that is told of these kinds of event. Changed by `endpoints` only, each change an event.

    `secrets` are sealed, the newest first; all of them sign while one takes the place of another. `seen_event`: every event up to this one
    was looked at and will not be looked at again. `is_enabled` with `changed_at`, the moment of the last switch, and `why_off`, a code.
    """

    ledger_name = "messages.endpoint"

    title = models.CharField(_("名称"), max_length=TITLE_LENGTH, validators=[is_printable])
    address = models.CharField(_("地址"), max_length=ADDRESS_LENGTH)
    kinds = models.JSONField(_("告知哪些事件"), default=list)
    secrets = models.JSONField(default=list)
    is_enabled = models.BooleanField(_("启用"), default=True)
    why_off = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    seen_event = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("接收地址")
        verbose_name_plural = _("接收地址")
        ordering = ("id",)
        constraints = (
            length_within("title", TITLE_LENGTH, "outbox_endpoint_title_length"),
            length_within("address", ADDRESS_LENGTH, "outbox_endpoint_address_length"),
            word("why_off", "outbox_endpoint", shortest=0),
            models.CheckConstraint(
                condition=models.Q(is_enabled=True, why_off="") | models.Q(is_enabled=False) & ~models.Q(why_off=""),
                name="outbox_endpoint_off_for_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title
