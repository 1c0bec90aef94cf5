"""What texts and periods of every table here have in common."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 64
CODE_LENGTH = 32


def is_printable(text: str) -> None:
    """No NUL (PostgreSQL refuses it), no lone surrogate (both databases do), no other control character."""
    if not text.isprintable():
        raise ValidationError(_("名称里有看不见的控制字符。请重新输入，不要粘贴。"), code="unprintable")


is_code = RegexValidator(r"\A[0-9A-Z]+\Z", _("编码只能用英文字母和数字。"), code="code")


def length_within(field: str, limit: int, name: str, *, shortest: int = 1) -> models.CheckConstraint:
    """SQLite keeps a text of any length in a varchar; PostgreSQL would refuse it. This one is the same on both."""
    within = models.Q(LessThanOrEqual(Length(field), limit))
    return models.CheckConstraint(
        condition=within & models.Q(GreaterThan(Length(field), shortest - 1)) if shortest else within, name=name
    )


def half_open(name: str) -> models.CheckConstraint:
    """`until` is the first day that no longer counts; the same day as `since` is a period of no days."""
    return models.CheckConstraint(
        condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")), name=name
    )
