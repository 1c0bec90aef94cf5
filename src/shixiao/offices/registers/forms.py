"""The form of a definition: rows of fields that buttons add, move and remove, without a script. And the form of an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.casework.forms import Begun
from shixiao.casework.models import Project
from shixiao.casework.refusing import Refused
from shixiao.offices.registers.fields import MOST_FIELDS, SORTS, Choice, Definition, Field, Sort
from shixiao.people.models import Unit
from shixiao.people.models.organisation import levels
from shixiao.people.wordings import said

EMPTY_ROWS = 3
CODE_MARK = "|"


@dataclass
class FieldRow:
    """One row of the form as it was typed."""

    code: str = ""
    title: str = ""
    sort: str = Sort.TEXT.value
    is_required: bool = False
    unit: str = ""
    choices: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """What kinds of field there are, with the chosen one."""
        return [(each.value, said(title), each.value == self.sort) for each, title in SORTS.items()]

    @property
    def is_blank(self) -> bool:
        """Nothing was typed."""
        return not (self.code or self.title.strip() or self.unit.strip() or self.choices.strip())

    def given(self) -> dict[str, Any]:
        """As `fields.read_definition` takes it; what belongs to another kind of field is left out."""
        found: dict[str, Any] = {"title": self.title, "sort": self.sort, "is_required": self.is_required}
        found |= {"code": self.code} if self.code else {}
        found |= {"unit": self.unit} if self.sort == Sort.NUMBER.value else {}
        return found | ({"choices": _choices(self.choices)} if self.sort == Sort.CHOICE.value else {})


def _choices(text: str) -> list[tuple[str, str]]:
    """A line for each: the title, and behind a bar the code of one that there was before."""
    found = []
    for line in text.splitlines():
        title, _bar, code = line.rpartition(CODE_MARK) if CODE_MARK in line else (line, "", "")
        if title.strip():
            found.append((code.strip(), title.strip()))
    return found


def _as_lines(choices: Sequence[Choice]) -> str:
    return "\n".join(f"{each.title} {CODE_MARK} {each.code}" for each in choices)


@dataclass
class DefinitionForm:
    """What was typed of a definition; nothing is judged here."""

    name: str = ""
    rows: list[FieldRow] = field(default_factory=list)
    day_field: str = ""
    is_planned: bool = False
    needs_confirmation: bool = False
    entering: str = "own"
    is_restricted: bool = False
    unit: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    top_errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, definition: Definition) -> "DefinitionForm":
        """The form of a definition that there is."""
        return cls(
            name=definition.name,
            rows=[_row_of(each) for each in definition.fields],
            day_field=definition.day_field,
            is_planned=definition.is_planned,
            needs_confirmation=definition.needs_confirmation,
            entering=definition.entering.value,
        )

    @classmethod
    def new(cls) -> "DefinitionForm":
        """An empty one."""
        return cls(rows=[FieldRow() for _number in range(EMPTY_ROWS)], is_planned=False)

    @classmethod
    def posted(cls, given: Mapping[str, str]) -> "DefinitionForm":
        """What was typed, with the row added, moved or removed whose button was pressed."""
        count = given.get("rows", "")
        number = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
        rows = [_row_posted(given, at) for at in range(min(number, MOST_FIELDS + 1))]
        found = cls(
            name=given.get("name", ""),
            rows=rows,
            day_field=given.get("day_field", ""),
            is_planned="is_planned" in given,
            needs_confirmation="needs_confirmation" in given,
            entering=given.get("entering", "own"),
            is_restricted="is_restricted" in given,
            unit=given.get("unit", ""),
        )
        found.arrange(given.get("arrange", ""))
        return found

    def arrange(self, what: str) -> None:
        """`add`, `up-2`, `down-2`, `remove-2`; anything else does nothing."""
        verb, _dash, text = what.partition("-")
        at = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
        if verb == "add" and len(self.rows) < MOST_FIELDS:
            self.rows.append(FieldRow())
        elif verb == "remove" and 0 <= at < len(self.rows):
            del self.rows[at]
        elif verb == "up" and 0 < at < len(self.rows):
            self.rows[at - 1 : at + 1] = self.rows[at], self.rows[at - 1]
        elif verb == "down" and 0 <= at < len(self.rows) - 1:
            self.rows[at : at + 2] = self.rows[at + 1], self.rows[at]

    def given(self) -> dict[str, Any]:
        """As `fields.read_definition` takes it. Rows in which nothing was typed are none."""
        self.rows = [row for row in self.rows if not row.is_blank]
        day_field = self._day_code()  # gives a code to its row
        return {
            "name": self.name,
            "fields": [row.given() for row in self.rows],
            "day_field": day_field,
            "is_planned": self.is_planned,
            "needs_confirmation": self.needs_confirmation,
            "entering": self.entering,
        }

    def _day_code(self) -> str:
        """A date field that is new has no code yet: it is chosen by its title, and gets its code here."""
        for at, row in enumerate(self.rows):
            if row.sort == Sort.DATE.value and self.day_field == f"title:{row.title.strip()}" and not row.code:
                row.code = _free(f"date_{at + 1}", {each.code for each in self.rows})
                return row.code
        return self.day_field

    @property
    def days(self) -> list[tuple[str, str, bool]]:
        """The date fields as they stand in the form."""
        found = [("", _("完成当天"))]
        dated = [row for row in self.rows if row.sort == Sort.DATE.value and row.title.strip()]
        found += [(row.code or f"title:{row.title.strip()}", row.title.strip()) for row in dated]
        return [(value, title, value == self.day_field) for value, title in found]

    def refuse(self, refused: Refused) -> None:
        """Each sentence beside its field: `name`, `day_field`, `fields.3.title`."""
        for each in refused.all:
            part, _dot, rest = each.field.partition(".")
            at = rest.partition(".")[0]
            if part == "fields" and at.isdigit() and int(at) < len(self.rows):
                self.rows[int(at)].errors.append(said(each.text))
            elif part in {"name", "day_field", "entering", "unit"}:
                self.errors.setdefault(part, []).append(said(each.text))
            else:
                self.top_errors.append(said(each.text))


def _free(code: str, taken: set[str]) -> str:
    return code if code not in taken else _free(f"{code}_1", taken)


def _row_of(each: Field) -> FieldRow:
    return FieldRow(each.code, each.title, each.sort.value, each.is_required, each.unit, _as_lines(each.choices))


def _row_posted(given: Mapping[str, str], at: int) -> FieldRow:
    def part(name: str) -> str:
        return given.get(f"f{at}-{name}", "")

    return FieldRow(part("code"), part("title"), part("sort"), bool(part("is_required")), part("unit"), part("choices"))


# ---- entries -----------------------------------------------------------------------------------------------------


class EntryForm(Begun):
    """What an entry is told at its opening: the fields of its register, its unit, its project, its files."""

    def __init__(self, *args: Any, files: Sequence[Field] = (), now: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.wanted = files
        chosen = more["unit"]
        projects = projects_for(chosen, now=now)
        choices = [("", _("不指定")), *((str(each.pk), each.name) for each in projects[:200])]
        self.has_projects = len(choices) > 1
        self.fields["project"] = forms.CharField(
            label=_("项目"), required=False, widget=forms.Select(choices=choices, attrs={"class": "form-select"})
        )
        for each in files:
            self.fields[each.key] = forms.CharField(label=each.title, required=each.is_required)

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """Everything but the register, which the page is about."""
        return [each for each in self.main_fields if each.name != "register"]

    @property
    def file_fields(self) -> list[forms.BoundField]:
        """One for each file that the register asks for."""
        return [self[each.key] for each in self.wanted]


def projects_for(unit: Unit, *, now: datetime) -> QuerySet[Project]:
    """The projects of a unit and of those above it that run this year."""
    year = timezone.localtime(now).year
    rows = Project.objects.filter(unit__path__in=levels(unit.path), since_year__lte=year, until_year__gte=year)
    return rows.order_by("name")


class SheetForm(forms.Form):
    """A filled-in workbook, what its rows are, and for which unit."""

    file = forms.FileField(label=gettext_lazy("选择文件"), allow_empty_file=True)
    step = forms.ChoiceField(
        label=gettext_lazy("每一行是"),
        choices=[("enter", gettext_lazy("已经完成的记录")), ("plan", gettext_lazy("还没有完成的安排"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    unit = forms.ChoiceField(label=gettext_lazy("单位"), widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, given: Any = None, files: Any = None, *, units: Sequence[Unit], limit: int) -> None:
        super().__init__(given, files, label_suffix="")
        self.fields["unit"].choices = [(str(each.pk), each.name) for each in units]  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs |= {"accept": ".xlsx,.xls,.xlsm,.csv,.txt", "data-limit": limit}
        self.fields["file"].widget.attrs["data-too-large"] = too_large(limit)


def too_large(limit: int) -> str:
    """The sentence for a file that the server does not take."""
    return _("文件超过 %(limit)s，请拆成几个文件。") % {"limit": filesizeformat(limit)}
