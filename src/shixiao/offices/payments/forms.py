"""What the pages of this desk ask: a programme, a file."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.casework.models import Project
from shixiao.offices.payments.models import SOURCE_CHOICES, Programme

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


if TYPE_CHECKING:
    _Choice = forms.ModelChoiceField[Project]
else:
    _Choice = forms.ModelChoiceField


class ProjectField(_Choice):
    """Projects by name and unit."""

    def label_from_instance(self, obj: Any) -> str:
        """Two units may have a project of the same name."""
        return f"{obj.name}（{obj.unit.name}）"


class ProgrammeForm(forms.Form):
    """A programme of rounds."""

    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=100,
        widget=forms.TextInput(attrs=CONTROL),
        help_text=gettext_lazy("如：参事津贴"),
    )
    project = ProjectField(
        label=gettext_lazy("项目"), queryset=Project.objects.none(), widget=forms.Select(attrs=SELECT)
    )
    source = forms.ChoiceField(
        label=gettext_lazy("资金来源"), choices=SOURCE_CHOICES, widget=forms.Select(attrs=SELECT)
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("发放周期"), choices=Programme.Rhythm.choices, widget=forms.Select(attrs=SELECT)
    )
    since = forms.DateField(label=gettext_lazy("自"), widget=forms.DateInput(attrs=CONTROL | {"type": "date"}))
    until = forms.DateField(
        label=gettext_lazy("至"),
        required=False,
        widget=forms.DateInput(attrs=CONTROL | {"type": "date"}),
        help_text=gettext_lazy("一直发放的，不填。"),
    )

    def __init__(self, given: Any, *, projects: QuerySet[Project], today: date) -> None:
        super().__init__(given, label_suffix="", initial={"since": date(today.year, 1, 1)})
        field = self.fields["project"]
        assert isinstance(field, ProjectField)  # noqa: S101
        field.queryset = projects

    def refuse(self, error: ValidationError) -> None:
        """What the action refused, beside the field it means."""
        for field, texts in error.message_dict.items():
            for text in texts:
                self.add_error(field if field in self.fields and field != NON_FIELD_ERRORS else None, text)


class StatementForm(forms.Form):
    """A file of the finance system."""

    file = forms.FileField(
        label=gettext_lazy("选择文件"),
        allow_empty_file=True,
        help_text=gettext_lazy("Excel（xlsx、xls）、CSV 都可以。下一步先核对，确认以后才记账。"),
    )

    def __init__(self, given: Any = None, files: Any = None) -> None:
        super().__init__(given, files, label_suffix="")
        self.fields["file"].widget.attrs |= {"accept": ".xlsx,.xls,.xlsm,.csv,.txt", "data-limit": LIMIT}
        self.fields["file"].widget.attrs["data-too-large"] = _too_large()

    def clean_file(self) -> Any:
        """Not more than the server takes."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LIMIT:
            raise ValidationError(_too_large())
        return file


def _too_large() -> str:
    return _("文件超过 %(limit)s，请按月拆成几个文件。") % {"limit": filesizeformat(LIMIT)}
