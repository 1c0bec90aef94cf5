"""Frozen readings: what was read at the end of a past day, for ever."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from shixiao.ledger.models.facts import Gauge

FROZEN_KEY_LENGTH = 200
STATE_LENGTH = 32


class FrozenDay(models.Model):
    """A local day whose readings were frozen, whole: `readings` of them. Each day once, without gaps from the first on."""

    append_only: ClassVar[bool] = True

    day = models.DateField(_("日期"), unique=True)
    readings = models.PositiveIntegerField(_("读数"))
    made_at = models.DateTimeField(_("存档时间"))

    class Meta:
        verbose_name = _("存档日")
        verbose_name_plural = _("存档日")
        constraints = (models.CheckConstraint(condition=models.Q(id__gt=0), name="ledger_frozenday_id_positive"),)

    def __str__(self) -> str:
        return self.day.isoformat()


class FrozenReading(models.Model):
    """A reading as it was known at the end of a local day.

    `key` is its owner's word for it; the ledger does not interpret it. `scope` says over which cases it was read, so that it can be
    counted again; `revision` which revision of the measure had made the facts. Sums, `low` and `high` are in 1/10,000. `state` is a
    `ledger.states.State`.
    """

    append_only: ClassVar[bool] = True

    key = models.CharField(_("标识"), max_length=FROZEN_KEY_LENGTH)
    day = models.DateField(_("日期"))
    gauge = models.ForeignKey(Gauge, on_delete=models.PROTECT, related_name="frozen", db_index=False)
    revision = models.PositiveIntegerField()
    begin = models.DateField(_("起"))
    end = models.DateField(_("止"))
    scope = models.JSONField(_("范围"), default=dict, blank=True)
    state = models.CharField(_("状态"), max_length=STATE_LENGTH)
    met = models.BigIntegerField()
    missed = models.BigIntegerField()
    pending = models.BigIntegerField()
    not_counted = models.BigIntegerField()
    back_met = models.BigIntegerField()
    back_missed = models.BigIntegerField()
    amounts = models.BigIntegerField()
    total = models.BigIntegerField()
    weight = models.BigIntegerField()
    low = models.BigIntegerField(null=True, blank=True)
    high = models.BigIntegerField(null=True, blank=True)
    bins = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(_("存档时间"))

    class Meta:
        verbose_name = _("存档读数")
        verbose_name_plural = _("存档读数")
        ordering = ("day", "key")
        indexes = (models.Index(fields=["gauge", "day"], name="ledger_frozen_of_gauge"),)
        constraints = (
            models.UniqueConstraint(fields=["key", "day"], name="ledger_frozen_once"),
            # The guard knows an id that SQLite has yet to choose by its being negative.
            models.CheckConstraint(condition=models.Q(id__gt=0), name="ledger_frozen_id_positive"),
            models.CheckConstraint(condition=models.Q(begin__lt=models.F("end")), name="ledger_frozen_window"),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(Length("key"), 0))
                & models.Q(LessThanOrEqual(Length("key"), FROZEN_KEY_LENGTH))
                & models.Q(GreaterThan(Length("state"), 0))
                & models.Q(LessThanOrEqual(Length("state"), STATE_LENGTH)),
                name="ledger_frozen_lengths",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.day}"
