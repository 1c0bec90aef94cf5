"""Importing: what may be pasted or uploaded, and what is asked before a table is accepted."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.performance.intake import PASTED_NAME, Source
from shixiao.performance.models import FIRST_YEAR, LAST_YEAR, NAME_LENGTH

# What one request may bring; a published table is a few hundred kilobytes at most.
LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
MOST_FILES = settings.DATA_UPLOAD_MAX_NUMBER_FILES


class PastedField(forms.CharField):
    """Text exactly as it was pasted. What is wrong with it, also a NUL, is for the reader of tables to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]


class FilesInput(forms.ClearableFileInput):
    """A field that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; a list, empty where none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file by itself, so that an empty one among them is named."""
        chosen = data if isinstance(data, (list, tuple)) else [data] if data else []
        return [super(FilesField, self).clean(each, initial) for each in chosen]


class ImportForm(forms.Form):
    """Paste, or choose files: one of the two."""

    text = PastedField(
        label=gettext_lazy("或者粘贴文字"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "form-control source", "spellcheck": "false"}),
        help_text=gettext_lazy("在公布的网页、Word 或 Excel 里选中整张表（连同表头），复制，粘贴到这里。"),
    )
    file = FilesField(
        label=gettext_lazy("选择文件，可以一次选几个"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("Word（docx）、Excel（xlsx、xls）、PDF、网页、文本、CSV 都可以。文字编码不限。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        too_large = _("内容超过 %(limit)s，请只选择目标表本身。") % {"limit": filesizeformat(LIMIT)}
        for field in self.fields.values():
            field.widget.attrs |= {"data-limit": LIMIT, "data-too-large": too_large}

    def clean(self) -> dict[str, Any]:
        """One of the two, and not more than the server takes."""
        cleaned = super().clean() or {}
        text, files = cleaned.get("text") or "", cleaned.get("file") or []
        size = sum(file.size or 0 for file in files)
        if text.strip() and files:
            self.add_error("file", _("文字和文件只要一样：请清空下面的文字，或者不选文件。"))
        elif not text.strip() and not files and not self.errors:
            self.add_error("text", _("还没有内容。请粘贴绩效目标表的文字，或在上面选择文件。"))
        elif size > LIMIT:
            self.add_error("file", _too_large(size))
        elif len(text) > LIMIT:
            self.add_error("text", _too_large(len(text.encode("utf-8", "surrogatepass"))))
        return cleaned

    def sources(self) -> list[Source]:
        """The bytes to read. A browser sends CR LF for every line break of a text area; the paste had LF."""
        files = self.cleaned_data.get("file")
        if files:
            return [Source(file.read(), file.name or PASTED_NAME) for file in files]
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        return [Source(text.encode("utf-8", "surrogatepass"), PASTED_NAME, is_pasted=True)]

    def refuse(self, sentence: str) -> None:
        """Say beside the field that was used why its content could not be read."""
        self.add_error("file" if self.cleaned_data.get("file") else "text", sentence)


def _too_large(size: int) -> str:
    found, limit = filesizeformat(size), filesizeformat(LIMIT)
    return _("内容有 %(size)s，超过 %(limit)s。一张目标表通常不到 1 MB：请确认选对了文件。") % {
        "size": found,
        "limit": limit,
    }


class AcceptForm(forms.Form):
    """The last step: whose table it is and for which year."""

    department = forms.CharField(
        label=gettext_lazy("部门"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    fiscal_year = forms.IntegerField(
        label=gettext_lazy("年度"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    table = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1000, initial=1)
