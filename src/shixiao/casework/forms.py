"""Forms, made from what the step tables say.

What was typed is judged by `perform` alone; a form shows the fields, keeps what was typed, and puts each sentence of a
refusal beside its field.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from shixiao.casework import things
from shixiao.casework.asking import Asked
from shixiao.casework.models import Urgency
from shixiao.casework.particulars import Particular, Sort
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step
from shixiao.people.models import Unit
from shixiao.people.wordings import said

HAPPENED = "happened_at"
AGAIN = "again"  # the button that only shows the form anew: another unit, another search in a list
FIND = "find-"  # the search field beside a list that is too long to show


class Told(forms.Form):
    """What a step is told. The fields come from the step table; `refuse` brings back what was wrong with them."""

    use_required_attribute = False

    def __init__(
        self,
        step: Step,
        *,
        unit: Unit | None,
        given: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        asked: Asked | None = None,
    ) -> None:
        self.step = step
        self.asks = asked or Asked(step.takes)
        self.unit_key = unit.pk if unit else ""
        super().__init__(given, initial={**self.asks.shown, **(initial or {})}, auto_id="%s")
        self.fields |= {each.name: self._field(each, unit) for each in self.asks.takes}
        self.fields[HAPPENED] = happened_field()

    def full_clean(self) -> None:
        """Nothing is judged here."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def refuse(self, refused: Refused) -> None:
        """Each sentence beside its field, or on top where it belongs to none."""
        for each in refused.all:
            self.add_error(each.field if each.field in self.fields else None, said(each.text))

    def told(self) -> dict[str, Any]:
        """What was typed, by the names of the particulars."""
        return self.asks.told(self.data)

    @property
    def happened_at(self) -> str:
        """When it is said to have happened; empty is now."""
        return str(self.data.get(HAPPENED, "")).strip()

    @property
    def happened_at_field(self) -> forms.BoundField:
        """The field of the moment, folded away where it is empty."""
        return self[HAPPENED]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What is always shown."""
        return [self[each.name] for each in self.asks.takes]

    def _field(self, each: Particular, unit: Unit | None) -> forms.Field:
        if each.sort is not Sort.THING:
            return field_of(each)
        chosen = self._chosen(each.name)
        found = things.options(each.of, unit=unit, term=self.data.get(FIND + each.name, ""), chosen=chosen)
        choices = [("", _("请选择")), *((str(option.key), option.title) for option in found.found)]
        field = _field(each, forms.Select(choices=choices, attrs={"class": "form-select"}))
        if found.has_more or self.data.get(FIND + each.name):
            # What the template needs for the search field above a list that is too long to show.
            field.long_list, field.find_name = each.of, FIND + each.name  # type: ignore[attr-defined]
            field.find_value = self.data.get(FIND + each.name, "")  # type: ignore[attr-defined]
        return field

    def _chosen(self, name: str) -> int | None:
        text = str(self.data.get(name) or self.initial.get(name) or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def happened_field() -> forms.Field:
    """The moment at which it happened, where that was before now."""
    return forms.CharField(
        label=_("发生时间"),
        required=False,
        help_text=_("不填就是现在。补记时写实际发生的时间。"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}),
    )


def field_of(each: Particular) -> forms.Field:
    """The field of one particular that needs no list of stored things."""
    return _field(each, _widget(each))


def _field(each: Particular, widget: forms.Widget) -> forms.Field:
    is_required = each.is_required and each.sort is not Sort.YES
    if is_required:
        widget.attrs["aria-required"] = "true"
    hint = said(each.hint) if each.hint else ""
    return forms.CharField(label=said(each.title), required=is_required, help_text=hint, widget=widget)


def _widget(each: Particular) -> forms.Widget:
    control = {"class": "form-control"}
    length = {"maxlength": str(each.most)} if each.most else {}
    match each.sort:
        case Sort.MONEY:
            return forms.TextInput(attrs={**control, "inputmode": "decimal", "autocomplete": "off"})
        case Sort.WHOLE:
            return forms.TextInput(attrs={**control, "inputmode": "numeric", "autocomplete": "off"})
        case Sort.DAY:
            return forms.DateInput(attrs={**control, "type": "date"})
        case Sort.INSTANT:
            return forms.DateTimeInput(attrs={**control, "type": "datetime-local"})
        case Sort.CHOICE:
            choices = [("", _("请选择")), *((code, said(title)) for code, title in each.choices)]
            return forms.Select(choices=choices, attrs={"class": "form-select"})
        case Sort.YES:
            return forms.CheckboxInput()
        case (
            Sort.CODES | Sort.TEXTS
        ):  # an office that defines fields shows a field for each; this is for a program's author
            return forms.Textarea(attrs={**control, "rows": 3})
        case Sort.WORDS:
            return forms.Textarea(attrs={**control, **length, "rows": 3})
        case Sort.CODE:
            return forms.TextInput(attrs={**control, **length, "autocapitalize": "off", "autocomplete": "off"})
        case _:
            return forms.TextInput(attrs={**control, **length})


class Begun(Told):
    """What a new case is told: the particulars of its opening step, its unit, how urgent it is."""

    def __init__(
        self,
        step: Step,
        *,
        unit: Unit,
        units: things.Options,
        given: Mapping[str, Any] | None = None,
        asked: Asked | None = None,
    ) -> None:
        initial = {"unit": unit.pk, "urgency": Urgency.NORMAL.value}
        super().__init__(step, unit=unit, given=given, initial=initial, asked=asked)
        choices = [(str(option.key), option.title) for option in units.found]
        self.has_one_unit = len(choices) == 1
        self.fields["unit"] = forms.CharField(
            label=_("单位"), widget=forms.Select(choices=choices, attrs={"class": "form-select"})
        )
        self.fields["urgency"] = forms.CharField(
            label=_("紧急程度"),
            required=False,
            widget=forms.Select(choices=Urgency.choices, attrs={"class": "form-select"}),
        )
