"""What the pages about people say of roles and responsibilities."""

from django import template
from django.forms import BooleanField, BoundField, MultipleChoiceField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shixiao.people.models import Role
from shixiao.people.responsibilities import DECLARED
from shixiao.people.wordings import said

register = template.Library()

MAY: dict[str, str | Promise] = {
    Role.OFFICER: _("导入并接受目标表，更正读数"),
    Role.READER: _("查看目标表、指标和检查结果"),
    Role.STAFF: _("在自己的岗位上办事，查看目标表"),
    Role.SYSTEM_ADMINISTRATOR: _("管理账号、单位和配置；不授权，不办业务"),
    Role.SECURITY_ADMINISTRATOR: _("设岗位、安排任职、解除锁定、重置第二步验证；不办业务"),
    Role.AUDITOR: _("查看全部事件；什么都不改"),
}


@register.simple_tag
def role_may(role: str) -> str:
    """What an account of that role is for, in one sentence."""
    return str(MAY.get(role, ""))


@register.simple_tag
def responsibility(word: str) -> str:
    """What people call it; the word itself where no room declares it any more."""
    declared = DECLARED.get(word)
    return said(declared.title) if declared else word


@register.simple_tag
def level(depth: int) -> str:
    """The blanks before a unit of that level."""
    return "　" * (depth - 1)


@register.filter
def is_single_box(field: BoundField) -> bool:
    """One box to tick."""
    return isinstance(field.field, BooleanField)


@register.filter
def is_boxes(field: BoundField) -> bool:
    """Several boxes to tick."""
    return isinstance(field.field, MultipleChoiceField)
