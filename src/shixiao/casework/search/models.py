"""The table of what is searched."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

FIELD_LENGTH = 64
KIND_LENGTH = 64
PATH_LENGTH = 72


class SearchText(models.Model):
    """One piece of one text of a case. Derived: written by `search.put`, never by hand; see docs/adr/0018.

    The index beside it is not Django's: a column `grams` on PostgreSQL, a table of its own on SQLite (`schema`).
    On SQLite the id is the case's id with twenty bits behind it, so that its order is that of the cases.
    """

    case_id = models.BigIntegerField(_("事项"))
    field = models.CharField(_("文字来源"), max_length=FIELD_LENGTH)
    piece = models.PositiveIntegerField(_("段"))
    text = models.TextField(_("文字"))
    folded = models.TextField(_("用于比对的文字"))
    case_kind = models.CharField(_("事项类别"), max_length=KIND_LENGTH)
    unit_path = models.CharField(_("单位"), max_length=PATH_LENGTH)
    opened_at = models.DateTimeField(_("开始时间"))

    class Meta:
        verbose_name = _("可检索的文字")
        verbose_name_plural = _("可检索的文字")
        constraints = (
            models.UniqueConstraint(fields=("case_id", "field", "piece"), name="casework_searchtext_once"),
            models.CheckConstraint(
                condition=models.Q(
                    LessThanOrEqual(Length("field"), FIELD_LENGTH),
                    LessThanOrEqual(Length("case_kind"), KIND_LENGTH),
                    LessThanOrEqual(Length("unit_path"), PATH_LENGTH),
                ),
                name="casework_searchtext_lengths",
            ),
        )

    def __str__(self) -> str:
        return self.text[:40]
