"""What forms on pages for a phone say."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from shixiao.casework import attaching, receiving

register = template.Library()


@register.simple_tag
def photo_limits() -> dict[str, Any]:
    """What is said of photos before one is taken."""
    limit = attaching.photo_limit()
    shown = {"megabytes": f"{limit / (1 << 20):g}"}
    return {
        "limit": limit,
        "hint": _("先在手机上缩小，去掉拍摄地点。合起来最多 %(megabytes)s MB。") % shown,
        "too_large": _("照片超过 %(megabytes)s MB。请用相机的普通画质再拍一张。") % shown,
    }


@register.simple_tag
def new_key() -> str:
    """The key under which a form is done once; a script on the phone takes its own."""
    return receiving.new_key()
