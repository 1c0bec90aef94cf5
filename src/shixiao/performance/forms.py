"""Importing: what may be pasted or uploaded, and what the review step carries until it is accepted."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.performance.content import digest
from shixiao.performance.models import FIRST_YEAR, LAST_YEAR, NAME_LENGTH

# The review page carries the content as base64, four characters for three bytes, in one request.
LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 4 * 3 - 64 * 1024
PASTED_NAME = "pasted.txt"


@dataclass(frozen=True)
class Source:
    """What is to be read: bytes and the name they came under. `text` is set where they were pasted."""

    content: bytes
    name: str
    text: str | None = None


class PastedField(forms.CharField):
    """Text exactly as it was pasted. What is wrong with it, also a NUL, is for the reader of tables to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]


class ImportForm(forms.Form):
    """Paste or choose a file: one of the two."""

    text = PastedField(
        label=gettext_lazy("粘贴文字"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "form-control source", "spellcheck": "false"}),
        help_text=gettext_lazy("在公布的网页、Word 或 Excel 里选中整张表（连同表头），复制，粘贴到这里。"),
    )
    file = forms.FileField(
        label=gettext_lazy("或者选择文件"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy("文本文件（.txt、.tsv）。编码不限：UTF-8、GB18030、UTF-16 都能认。"),
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
        text, file = cleaned.get("text") or "", cleaned.get("file")
        if text.strip() and file:
            self.add_error("file", _("文字和文件只要一样：请清空上面的文字，或者不选文件。"))
        elif not text.strip() and not file and not self.errors:
            self.add_error("text", _("还没有内容。请粘贴绩效目标表的文字，或在下面选择文件。"))
        elif file and file.size > LIMIT:
            self.add_error("file", _too_large(file.size))
        elif len(text) > LIMIT:
            self.add_error("text", _too_large(len(text.encode("utf-8", "surrogatepass"))))
        return cleaned

    def source(self) -> Source:
        """The bytes to read. A browser sends CR LF for every line break of a text area; the paste had LF."""
        file = self.cleaned_data.get("file")
        if file:
            return Source(file.read(), file.name or PASTED_NAME)
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        return Source(text.encode("utf-8", "surrogatepass"), PASTED_NAME, text)

    def refuse(self, sentence: str) -> None:
        """Say beside the field that was used why its content could not be read."""
        self.add_error("file" if self.cleaned_data.get("file") else "text", sentence)


def _too_large(size: int) -> str:
    found, limit = filesizeformat(size), filesizeformat(LIMIT)
    return _("内容有 %(size)s，超过 %(limit)s。一张目标表通常不到 1 MB：请确认选对了文件。") % {
        "size": found,
        "limit": limit,
    }


class CarriedForm(forms.Form):
    """The content on its way through the review page: in the page itself, with its hash, and nowhere else."""

    content = forms.CharField(widget=forms.HiddenInput, strip=False)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(widget=forms.HiddenInput, max_length=NAME_LENGTH)
    table = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1000, initial=1)

    def clean(self) -> dict[str, Any]:
        """What came back has to be what was shown."""
        cleaned = super().clean() or {}
        try:
            self.decoded = base64.b64decode(cleaned.get("content") or "", validate=True)
        except (binascii.Error, ValueError):
            self.decoded = b""
        if self.errors or digest(self.decoded) != cleaned.get("sha256"):
            raise ValidationError(_("审阅的内容没有完整传回来，什么都没有保存。请重新粘贴或上传。"), code="damaged")
        return cleaned

    def source(self) -> Source:
        """What is carried."""
        name = self.cleaned_data["name"]
        text = self.decoded.decode("utf-8", "replace") if name == PASTED_NAME else None
        return Source(self.decoded, name, text)


class AcceptForm(CarriedForm):
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


def carried(source: Source, *, table: int) -> dict[str, object]:
    """The values of `CarriedForm` for `source`."""
    return {
        "content": base64.b64encode(source.content).decode(),
        "sha256": digest(source.content),
        "name": source.name[-NAME_LENGTH:] or PASTED_NAME,
        "table": table,
    }
