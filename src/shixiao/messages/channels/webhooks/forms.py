"""What is asked of an endpoint."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.messages import subjects
from shixiao.messages.models import Endpoint
from shixiao.people.wordings import said


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Kinds of event below what they happen to."""
    return [
        (said(each.title), [(kind.name, said(kind.title)) for kind in each.events])
        for each in subjects.happenings()
        if each.events
    ]


class Describe(forms.Form):
    """Name, address, kinds of event."""

    title = forms.CharField(label=Endpoint._meta.get_field("title").verbose_name, max_length=100)
    address = forms.CharField(
        label=Endpoint._meta.get_field("address").verbose_name,
        max_length=2000,
        widget=forms.URLInput(attrs={"class": "form-control", "placeholder": "https://hooks.example.cn/shixiao"}),
        help_text=gettext_lazy("以 https:// 开头，不带账号；不发往本机和内网，除非安装时列为允许。"),
    )
    kinds = forms.MultipleChoiceField(
        label=Endpoint._meta.get_field("kinds").verbose_name, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.groups = _choices()
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = self.groups

    def chosen(self) -> set[str]:
        """The kinds that are ticked."""
        return set(self["kinds"].value() or [])

    def ticked(self) -> list[dict[str, Any]]:
        """The groups with what is ticked in each, for the page."""
        chosen = self.chosen()
        return [
            {
                "title": title,
                "count": sum(name in chosen for name, _title in kinds),
                "kinds": [(name, words, name in chosen) for name, words in kinds],
            }
            for title, kinds in self.groups
        ]


class Replay(forms.Form):
    """Since when."""

    since = forms.DateTimeField(
        label=gettext_lazy("自何时起"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_since(self) -> Any:
        """Not later than now."""
        since = self.cleaned_data["since"]
        if since > timezone.now():
            raise forms.ValidationError(_("这个时间还没有到。"))
        return since
