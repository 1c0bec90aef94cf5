"""The form of a list that is brought."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.offices.supervision.models import REF_LENGTH
from shixiao.offices.supervision.sources import SOURCES
from shixiao.people.models import User
from shixiao.people.wordings import said


class ListForm(forms.Form):
    """A list of tasks, where they come from, who gave the order."""

    use_required_attribute = False

    file = forms.FileField(label=gettext_lazy("选择文件"), allow_empty_file=True)
    source = forms.ChoiceField(label=gettext_lazy("来源"), widget=forms.Select(attrs={"class": "form-select"}))
    source_ref = forms.CharField(
        label=gettext_lazy("来源文号或会议"),
        max_length=REF_LENGTH,
        required=False,
        help_text=gettext_lazy("清单里有这一列的，以清单为准。"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    led_by = forms.ChoiceField(
        label=gettext_lazy("承担"),
        choices=[("own", gettext_lazy("本机关")), ("other", gettext_lazy("其他部门"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    orderer = forms.ChoiceField(
        label=gettext_lazy("交办领导"),
        help_text=gettext_lazy("清单里没有写领导的行用这一位。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, given: Any = None, files: Any = None, *, leaders: Sequence[User], limit: int) -> None:
        super().__init__(given, files, label_suffix="")
        self.fields["source"].choices = [(each.code, said(each.title)) for each in SOURCES]  # type: ignore[attr-defined]
        self.fields["orderer"].choices = [(str(each.pk), each.display_name) for each in leaders]  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs |= {"accept": ".xlsx,.xls,.xlsm,.docx,.csv,.txt", "data-limit": limit}
        self.fields["file"].widget.attrs["data-too-large"] = too_large(limit)


def too_large(limit: int) -> str:
    """The sentence for a file that the server does not take."""
    return _("文件超过 %(limit)s，请拆成几个文件。") % {"limit": filesizeformat(limit)}
