"""Where people get SMS, under which id the gateway knows what was sent, and when SMS stands in for another channel."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.messages.models.lengths import word
from shixiao.messages.models.messages import Delivery
from shixiao.people.models.limits import length_within

NUMBER_LENGTH = 11
GROUP_LENGTH = 64


class MobileNumber(models.Model):
    """The mobile number of one person, as the system administrator entered it (`numbers.set_number`); without a row no SMS goes there."""

    ledger_name = "messages.mobile_number"

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="mobile_number"
    )
    number = models.CharField(_("手机号"), max_length=NUMBER_LENGTH, unique=True)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("手机号")
        verbose_name_plural = _("手机号")
        constraints = (
            length_within("number", NUMBER_LENGTH, "outbox_mobilenumber_number_length", shortest=NUMBER_LENGTH),
        )

    def __str__(self) -> str:
        return str(self.person_id)


class SmsSent(models.Model):
    """What the gateway took: under which id it will report, and of how many parts. One row for each time that it was taken."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="sms")
    attempt = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=GROUP_LENGTH, blank=True, default="", db_index=True)
    parts = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("发出的短信")
        verbose_name_plural = _("发出的短信")
        constraints = (
            word("group", "outbox_smssent", shortest=0),
            models.UniqueConstraint(fields=["delivery", "attempt"], name="outbox_smssent_once"),
        )

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.parts}"


class StandInRule(models.Model):
    """When SMS stands in for 粤政易, from a day on (`standing_in.Rule`)."""

    ledger_name = "messages.stand_in_rule"

    since = models.DateField(_("自"), unique=True)
    rule = models.JSONField()

    class Meta:
        verbose_name = _("短信补发")
        verbose_name_plural = _("短信补发")
        ordering = ("since",)

    def __str__(self) -> str:
        return f"{self.since:%F}"


class SmsEarly(models.Model):
    """A report that came before what it reports on was written down: the carrier may be quicker than we are. Swept after a day."""

    group = models.CharField(max_length=GROUP_LENGTH, unique=True)
    status = models.CharField(max_length=GROUP_LENGTH, blank=True, default="")
    came_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("先到的短信报告")
        verbose_name_plural = _("先到的短信报告")
        constraints = (word("group", "outbox_smsearly"), word("status", "outbox_smsearly", shortest=0))

    def __str__(self) -> str:
        return self.group


class SmsFetch(models.Model):
    """When reports were fetched last, by whichever process: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    fetched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("取短信报告")
        verbose_name_plural = _("取短信报告")
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="outbox_smsfetch_one"),)

    def __str__(self) -> str:
        return f"{self.fetched_at:%F %T}"
