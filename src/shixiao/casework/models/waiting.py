"""Files on somebody's desk that are looked at before they are taken in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.lengths import between
from shixiao.people.models import User

FILE_NAME_LENGTH = 200


class WaitingFile(models.Model):
    """A file that somebody brought. No event: nothing has happened yet. `columns` is what was said by hand of its columns."""

    owner = models.ForeignKey(User, verbose_name=_("上传人"), on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("文件名"), max_length=FILE_NAME_LENGTH)
    content = models.BinaryField(_("内容"))
    columns = models.JSONField(_("各列的含义"), null=True, blank=True)
    received_at = models.DateTimeField(_("上传时间"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def bounds(table: str) -> tuple[models.BaseConstraint, ...]:
    """The lengths that SQLite does not enforce by itself."""
    return (
        between(table, "sha256", 64, least=64),
        between(table, "name", FILE_NAME_LENGTH),
    )
