"""Views of lists that somebody comes back to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.lengths import between
from shixiao.people.models import is_printable

NAME_LENGTH = 60
ADDRESS_LENGTH = 1000


class SavedFilter(models.Model):
    """The address of a list, with its filters, under a name that its owner chose."""

    ledger_name = "casework.saved_filter"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="saved_filters"
    )
    name = models.CharField(_("名称"), max_length=NAME_LENGTH, validators=[is_printable])
    address = models.CharField(_("地址"), max_length=ADDRESS_LENGTH)

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["user", "name"], name="casework_savedfilter_once"),
            between("casework_savedfilter", "name", NAME_LENGTH, least=1),
            between("casework_savedfilter", "address", ADDRESS_LENGTH, least=1),
        )

    def __str__(self) -> str:
        return self.name
