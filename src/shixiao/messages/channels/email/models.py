"""Where people get their mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.people.models.limits import length_within

ADDRESS_LENGTH = 254  # RFC 5321 4.5.3.1.3: a path has 256 characters, and two of them are brackets


class EmailAddress(models.Model):
    """The address of one person, as the system administrator entered it (`addresses.set_address`); without a row nothing is mailed."""

    ledger_name = "messages.email_address"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="email_address"
    )
    address = models.CharField(_("邮箱地址"), max_length=ADDRESS_LENGTH)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("邮箱地址")
        verbose_name_plural = _("邮箱地址")
        constraints = (length_within("address", ADDRESS_LENGTH, "outbox_emailaddress_address_length"),)

    def __str__(self) -> str:
        return str(self.person_id)
