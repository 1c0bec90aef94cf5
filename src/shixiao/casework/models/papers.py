"""Files that belong to a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shixiao.casework.models.cases import Case
from shixiao.casework.models.lengths import between
from shixiao.people.models import is_printable

FILE_NAME_LENGTH = 200
HASH_LENGTH = 64  # SHA-256 in hexadecimal
MEDIA_TYPE_LENGTH = 100


class Attachment(models.Model):
    """A file of a case. The content lies in the store under its hash, the same content once (`casework.storing`).

    A removed one is no longer shown, and its content stays until a lawful deletion is asked for: then `erased_at` is
    set, the name is emptied, and the content goes when no other attachment has it. The hash stays in the event for ever.
    """

    case = models.ForeignKey(Case, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="attachments")
    event_id = models.BigIntegerField(_("事件"), unique=True)
    name = models.CharField(_("文件名"), max_length=FILE_NAME_LENGTH, blank=True, validators=[is_printable])
    sha256 = models.CharField("SHA-256", max_length=HASH_LENGTH)
    size = models.BigIntegerField(_("字节数"))
    media_type = models.CharField(_("类型"), max_length=MEDIA_TYPE_LENGTH)
    removed_at = models.DateTimeField(_("移除"), null=True, blank=True)
    erased_at = models.DateTimeField(_("依法删除"), null=True, blank=True)

    ledger_name = "casework.attachment"

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ("id",)
        indexes = (models.Index(fields=["sha256"], name="casework_attachment_content"),)
        constraints = (
            models.UniqueConstraint(
                fields=["case", "sha256"], condition=models.Q(removed_at=None), name="casework_attachment_once"
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="casework_attachment_not_empty"),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) & ~models.Q(name="")
                | models.Q(erased_at__isnull=False, removed_at__isnull=False, name=""),
                name="casework_attachment_erased_wholly",
            ),
            between("casework_attachment", "name", FILE_NAME_LENGTH),
            between("casework_attachment", "sha256", HASH_LENGTH, least=HASH_LENGTH),
            between("casework_attachment", "media_type", MEDIA_TYPE_LENGTH, least=3),
        )

    def __str__(self) -> str:
        return self.name or self.sha256
