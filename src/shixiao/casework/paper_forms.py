"""What people fill in about tags, remarks, files and lawful deletions."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shixiao.casework.erasing import GROUNDS
from shixiao.casework.models import Colour, Tag
from shixiao.casework.models.tags import TAG_NAME_LENGTH
from shixiao.casework.remarking import REMARK_LENGTH
from shixiao.people.wordings import said

INDENT = "　"


def tag_choices(tags: list[Tag], names: dict[int, str]) -> list[tuple[str, str]]:
    """Tags as a list to choose from, indented as the tree is."""
    return [(str(tag.pk), INDENT * (tag.depth - 1) + names.get(tag.pk, str(tag.pk))) for tag in tags]


def on_day(label: Any, *, help_text: Any = "") -> forms.DateField:
    """A day that is not before today; whether it is not is said by the step."""
    return forms.DateField(
        label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class TagForm(forms.Form):
    """A form that offers tags."""

    def offer(self, field: str, tags: list[Tag], names: dict[int, str], *, blank: str | None = None) -> None:
        """The tags that the field offers."""
        offered = tag_choices(tags, names)
        self.fields[field].choices = [("", blank), *offered] if blank is not None else offered  # type: ignore[attr-defined]


class NewTag(TagForm):
    """A tag that is not there yet."""

    name = forms.CharField(label=_("名称"), max_length=TAG_NAME_LENGTH)
    parent = forms.ChoiceField(label=_("上级标签"), required=False)
    colour = forms.ChoiceField(label=_("颜色"), choices=Colour.choices)
    since = on_day(_("启用日期"))


class Rename(forms.Form):
    """Another name."""

    name = forms.CharField(label=_("新名称"), max_length=TAG_NAME_LENGTH)
    since = on_day(_("从哪天起"), help_text=_("在这一天以前，统计里仍叫原来的名称。"))


class Recolour(forms.Form):
    """Another colour."""

    colour = forms.ChoiceField(label=_("颜色"), choices=Colour.choices)


class Retire(forms.Form):
    """The end of a tag."""

    on = on_day(_("从哪天起停用"), help_text=_("已有这个标签的事项不变，只是不能再加。"))


class Merge(TagForm):
    """Where it goes."""

    into = forms.ChoiceField(label=_("并入"))
    on = on_day(_("从哪天起"), help_text=_("从这一天起，它的事项算在另一个标签里；以前的统计不变。"))


class Split(forms.Form):
    """What takes its place."""

    parts = forms.CharField(
        label=_("新标签"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一个，至少两个。已有的事项不变，仍带原来的标签；以后用新标签。"),
    )
    on = on_day(_("从哪天起"))


class AddRemark(forms.Form):
    """A remark, or the correction of one."""

    remark = forms.CharField(
        label=_("备注"),
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("能看到这个事项的人都能看到。写下以后不能修改，只能另写一条更正。"),
    )
    corrects = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class RemoveFile(forms.Form):
    """Why a file goes."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class Erase(forms.Form):
    """Which record, and on what ground."""

    record = forms.IntegerField(
        label=_("记录号"),
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("写在备注和附件的旁边，如 1024。由能看到事项的人提供。"),
    )
    ground = forms.ChoiceField(label=_("依据"))
    confirm = forms.BooleanField(label=_("我已核对。删除以后不能恢复。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = [("", "—"), *((code, said(text)) for code, text in GROUNDS)]
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]


def today_first(day: date) -> dict[str, date]:
    """Today, for every day that a form asks for."""
    return {"since": day, "on": day}
