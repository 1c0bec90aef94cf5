"""What the parts of a case's page about tags, remarks and files read: each part asks for itself."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao.casework import allowing, attaching, offices, paper_forms, remarking, sending, tagging, vocabulary
from shixiao.casework.file_kinds import BY_MEDIA_TYPE, ENDINGS
from shixiao.casework.models import Attachment, Case
from shixiao.people.models import User
from shixiao.people.wordings import said

register = template.Library()


def _user(context: template.Context) -> User | None:
    user = getattr(context.get("request"), "user", None)
    return user if isinstance(user, User) else None


def _is_restricted(case: Case) -> bool:
    return offices.table_of(case.kind).is_restricted


@register.simple_tag(takes_context=True)
def tags_of_case(context: template.Context, case: Case) -> dict[str, Any]:
    """The case's tags, and those it can be given by whoever may."""
    user, now = _user(context), timezone.now()
    if user is None or _is_restricted(case):
        return {}
    on = timezone.localtime(now).date()
    shown = tagging.tags_of([case.pk], on=on)[case.pk]
    may = allowing.may_take_any(case, by=user, now=now)
    known = {each.id for each in shown}
    free = [tag for tag in vocabulary.in_force(on=on) if tag.pk not in known] if may else []
    choices = paper_forms.tag_choices(free, vocabulary.names(on=on)) if free else []
    return {"shown": shown, "choices": choices, "may": may, "is_there": bool(shown or may)}


@register.simple_tag
def tags_to_give() -> list[tuple[str, str]]:
    """The tags in force, for several cases at once."""
    on = timezone.localdate()
    free = vocabulary.in_force(on=on)
    return [(str(key), title) for key, title in paper_forms.tag_choices(free, vocabulary.names(on=on))] if free else []


@register.simple_tag(takes_context=True)
def remarks_of_case(context: template.Context, case: Case) -> dict[str, Any]:
    """The case's remarks; whether one may be corrected by who is looking."""
    user = _user(context)
    if user is None or _is_restricted(case):
        return {}
    remarks = remarking.remarks_of(case)
    mine = {each.event_id for each in remarks if each.by == user and each.corrected_by is None}
    form = paper_forms.AddRemark(auto_id="remark_%s")
    return {"remarks": remarks, "mine": mine, "form": form, "is_there": True}


@register.simple_tag(takes_context=True)
def files_of_case(context: template.Context, case: Case) -> dict[str, Any]:
    """The case's files."""
    user, now = _user(context), timezone.now()
    if user is None or _is_restricted(case):
        return {}
    rows = [
        {"file": row, "kind": kind_of_file(row), "is_shown": sending.may_be_shown(row)}
        for row in attaching.attachments_of(case)
    ]
    return {"rows": rows, "may": attaching.may_attach(case, by=user, now=now), "is_there": True} | upload_limits()


@register.simple_tag
def upload_limits() -> dict[str, Any]:
    """What a form says about files before one is chosen."""
    limit = attaching.size_limit()
    shown = {"megabytes": f"{limit / (1 << 20):g}", "endings": "、".join(each.removeprefix(".") for each in ENDINGS)}
    return {
        "limit": limit,
        "accept": ",".join(ENDINGS),
        "hint": _("每次最多 %(megabytes)s MB。可以是 %(endings)s。") % shown,
        "too_large": _("所选文件超过 %(megabytes)s MB。请压缩、拆分，或者分几次添加。") % shown,
    }


@register.filter
def kind_of_file(file: Attachment) -> str:
    """What people call its kind."""
    kind = BY_MEDIA_TYPE.get(file.media_type)
    return said(kind.title) if kind else file.media_type


@register.filter
def bytes_in_words(size: int) -> str:
    """A size as people read it, in the units that file managers use."""
    if size < 1024:
        return _("%(number)d 字节") % {"number": size}
    amount, units = size / 1024, ["KB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1024
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if amount >= 10 else f"{amount:.1f} {units[0]}"


register.filter("in_words", said)
