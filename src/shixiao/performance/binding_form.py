"""The form of a binding: what a part stands on, with the parameters of the measure that was chosen, scope, days and the reason."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.casework import offices
from shixiao.casework.models import Contract, Project, Subject, Topic
from shixiao.engine import targets
from shixiao.engine.measures import CATALOGUE, Measure, Ratio, Reads
from shixiao.engine.measures.declaring import Slot
from shixiao.engine.measures.parameters import as_given
from shixiao.engine.measures.slot_values import WORDS, read_value, type_of, write_value
from shixiao.engine.measures.wordings import AllChoices
from shixiao.people.models import Unit
from shixiao.performance.binding import Wanted
from shixiao.performance.models import Basis, Binding, WindowKind
from shixiao.performance.proposing import against_of, filled
from shixiao.performance.wordings import AWAITED, said, slot_title

REASON_LENGTH = 2000
SLOT = "slot_"
_HINTS = {
    "timedelta": gettext_lazy("如 2小时、30分钟"),
    "tuple": gettext_lazy("几个用顿号分开"),
    "date": gettext_lazy("如 2026年6月30日"),
}
BASES = [each for each in Basis.choices if each[0] != Basis.NONE]


def _select(**attrs: str) -> forms.Select:
    return forms.Select(attrs={"class": "form-select", **attrs})


class BindingForm(forms.Form):
    """Everything that a person says of a binding. `wanted` is what it asks for once it is valid.

    The fields of parameters are those of the measure that the form holds; with another measure the page asks for its own.
    """

    basis = forms.ChoiceField(
        label=gettext_lazy("依据"), choices=[*BASES, (Basis.NONE, gettext_lazy("不再绑定"))], widget=_select()
    )
    measure = forms.ChoiceField(label=gettext_lazy("度量"), required=False, widget=_select())
    against = forms.ChoiceField(
        label=gettext_lazy("比较数"),
        required=False,
        widget=_select(),
        help_text=gettext_lazy("以预算为限的目标需要：与它比较的数，如批复预算。比率自带分母，不用选。"),
    )
    awaits = forms.ChoiceField(
        label=gettext_lazy("等哪个办公系统"),
        required=False,
        widget=_select(),
        help_text=gettext_lazy("依据是度量时也可以选：表示这个数还缺那个办公系统的记录，看板会标明依据不全。"),
    )
    project = forms.ModelChoiceField(
        label=gettext_lazy("只看哪个项目"),
        required=False,
        queryset=Project.objects.none(),
        widget=_select(),
        empty_label=gettext_lazy("（不限）"),
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("只看哪个单位（含下属）"),
        required=False,
        queryset=Unit.objects.none(),
        widget=_select(),
        empty_label=gettext_lazy("（不限）"),
    )
    contract = forms.ModelChoiceField(
        label=gettext_lazy("只看哪个合同"),
        required=False,
        queryset=Contract.objects.none(),
        widget=_select(),
        empty_label=gettext_lazy("（不限）"),
    )
    subject = forms.CharField(
        label=gettext_lazy("只看哪个物件（标签）"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("分主题计"),
        required=False,
        queryset=Topic.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("选了几个，就分别计数，最少的那个算数。"),
    )
    window = forms.ChoiceField(label=gettext_lazy("统计期"), choices=WindowKind.choices, widget=_select())
    begin = forms.DateField(
        label=gettext_lazy("第一天"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("最后一天"),
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    is_provisional = forms.BooleanField(label=gettext_lazy("起止日期暂定"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text=gettext_lazy("为什么用它来衡量；以后看经过的人会读到。"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, target: targets.Reading, choices: AllChoices, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.target, self.known = target, choices
        self._offer()
        self.measured = CATALOGUE.get(str(self["measure"].value() or ""))
        for slot in slots_of(self.measured):
            self.fields[SLOT + slot.name] = self._slot_field(slot)

    def _offer(self) -> None:
        """What may be chosen."""
        fields: dict[str, Any] = self.fields
        fields["measure"].choices = [("", _("（请选）")), *_by_office(CATALOGUE.values())]
        sums = [each for each in CATALOGUE.values() if isinstance(each, Measure) and each.reads is Reads.SUM]
        fields["against"].choices = [("", _("（不用）")), *((each.name, _named(each)) for each in sums)]
        fields["awaits"].choices = [("", _("（请选）")), *AWAITED.items()]
        fields["project"].queryset = Project.objects.select_related("unit").order_by("unit__path", "name")
        fields["unit"].queryset = Unit.objects.filter(until=None).order_by("path")
        fields["contract"].queryset = Contract.objects.order_by("-since", "id")
        fields["topics"].queryset = Topic.objects.filter(until=None).order_by("name")

    def _slot_field(self, slot: Slot) -> forms.Field:
        choices, title = self.known.get(slot.name), slot_title(slot.name)
        if choices:
            empty = _("（请选）") if slot.needed else _("（不限）")
            listed = [("", empty), *((str(value), name) for name, value in choices.items())]
            return forms.ChoiceField(label=title, required=False, choices=listed, widget=_select())
        return forms.CharField(
            label=title,
            required=False,
            max_length=200,
            help_text=_HINTS.get(type_of(slot.type), ""),
            widget=forms.TextInput(attrs={"class": "form-control"}),
        )

    @property
    def has_contracts(self) -> bool:
        """There is a contract to choose."""
        return len(self["contract"].subwidgets) > 1

    @property
    def asks_topics(self) -> bool:
        """The measure counts by topic, or topics were chosen; and there is one to choose."""
        by_topic = isinstance(self.measured, Measure) and self.measured.needs_topic
        return (by_topic or bool(self["topics"].value())) and len(self["topics"].subwidgets) > 0

    @property
    def slots(self) -> list[forms.BoundField]:
        """The fields of the parameters."""
        return [self[name] for name in self.fields if name.startswith(SLOT)]

    def clean(self) -> dict[str, Any]:
        """The days in order, and the parameters as the measure takes them; what is wrong is said beside its field."""
        cleaned = super().clean() or {}
        begin, last = cleaned.get("begin"), cleaned.get("last")
        if begin and last and last < begin:
            self.add_error("last", _("最后一天早于第一天，统计期里一天也没有。请改日期。"))
        if cleaned.get("basis") == Basis.MEASURE:
            self._clean_measure(cleaned)
        if cleaned.get("basis") == Basis.AWAITED and not cleaned.get("awaits"):
            self.add_error("awaits", _("请选定在等哪个办公系统。"))
        label = (cleaned.get("subject") or "").strip()
        cleaned["subject_row"] = Subject.objects.filter(label=label).first() if label else None
        if label and cleaned["subject_row"] is None:
            self.add_error("subject", _("没有标签是“%(label)s”的物件。请核对标签。") % {"label": label})
        return cleaned

    def _clean_measure(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("measure"):
            self.add_error("measure", _("请选定度量。"))
            return
        cleaned["parameters"] = {}
        for slot in slots_of(self.measured):
            words = str(cleaned.get(SLOT + slot.name) or "").strip()
            value = _value(slot, words, self.known.get(slot.name))
            if words and value is None:
                self.add_error(SLOT + slot.name, _("“%(words)s”读不懂。请照提示改写。") % {"words": words})
            elif not words and slot.needed:
                self.add_error(SLOT + slot.name, _("请选定%(slot)s。") % {"slot": slot_title(slot.name)})
            elif words:
                cleaned["parameters"][slot.name] = value

    def wanted(self) -> Wanted:
        """What the form asks for; only of a valid one."""
        told = self.cleaned_data
        is_measured = told["basis"] == Basis.MEASURE
        return Wanted(
            basis=told["basis"],
            measure=told["measure"] if is_measured else "",
            parameters=told.get("parameters", {}),
            against=(told["against"] or self._usual_against()) if is_measured else "",
            unit=told["unit"],
            project=told["project"],
            contract=told["contract"],
            subject=told["subject_row"],
            topics=list(told["topics"]),
            window=told["window"],
            begin=told["begin"],
            end=told["last"] + timedelta(days=1),
            is_provisional=told["is_provisional"],
            awaits=told["awaits"],
        )

    def _usual_against(self) -> str:
        return against_of(self.measured, self.target) if self.measured else ""


def slots_of(measure: Measure | Ratio | None) -> tuple[Slot, ...]:
    """The parameters of a measure; of a ratio those of its halves."""
    if isinstance(measure, Ratio):
        halves = [CATALOGUE.get(measure.numerator), CATALOGUE.get(measure.denominator)]
        return tuple({slot.name: slot for half in halves for slot in slots_of(half)}.values())
    return measure.slots if measure else ()


def _by_office(measures: Iterable[Measure | Ratio]) -> list[tuple[str, list[tuple[str, str]]]]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for each in measures:
        grouped.setdefault(each.name.partition(".")[0], []).append((each.name, _named(each)))
    titles = {office.label: said(office.title) for office in offices.installed()}
    return [(titles.get(label, label), several) for label, several in grouped.items()]


def _named(measure: Measure | Ratio) -> str:
    return filled(measure, {}, {})


def _value(slot: Slot, words: str, choices: Mapping[str, Any] | None) -> Any:
    """What was chosen, or what the words say."""
    if not words:
        return None
    if choices:
        return next((value for value in choices.values() if str(value) == words), None)
    type_ = type_of(slot.type)
    return words if type_ == WORDS else read_value(words, type_)


# ---- what the form begins with ---------------------------------------------------------------------------------


def initial_of(binding: Binding | None, wanted: Wanted | None, *, year: int, reason: str = "") -> dict[str, Any]:
    """The fields as the binding has them, or as is wanted; `seen` is the binding that the person has before the eyes."""
    found: dict[str, Any] = {
        "basis": Basis.MEASURE,
        "window": WindowKind.YEAR,
        "begin": date(year, 1, 1),
        "last": date(year, 12, 31),
        "seen": binding.pk if binding else 0,
        "reason": reason,
    }
    if wanted is not None:
        found |= _of_wanted(wanted)
    elif binding is not None and binding.basis != Basis.NONE:
        found |= _of_binding(binding)
    return found


def _of_wanted(wanted: Wanted) -> dict[str, Any]:
    days = {"begin": wanted.begin, "last": wanted.end - timedelta(days=1)} if wanted.begin and wanted.end else {}
    return {
        "basis": wanted.basis,
        "measure": wanted.measure,
        "against": wanted.against,
        "awaits": wanted.awaits,
        "unit": wanted.unit,
        "project": wanted.project,
        "contract": wanted.contract,
        "subject": wanted.subject.label if wanted.subject else "",
        "topics": [topic.pk for topic in wanted.topics],
        "window": wanted.window,
        "is_provisional": wanted.is_provisional,
        **days,
        **_slots(wanted.measure, wanted.parameters),
    }


def _of_binding(binding: Binding) -> dict[str, Any]:
    measure = CATALOGUE.get(binding.measure)
    given = as_given(measure, binding.parameters) if isinstance(measure, Measure) else binding.parameters
    return {
        "basis": binding.basis,
        "measure": binding.measure,
        "against": binding.against.measure if binding.against and isinstance(measure, Measure) else "",
        "awaits": binding.awaits,
        "unit": binding.unit,
        "project": binding.project,
        "contract": binding.contract,
        "subject": binding.subject.label if binding.subject else "",
        "topics": [each.topic_id for each in binding.by_topic.all()],
        "window": binding.window,
        "begin": binding.begin,
        "last": binding.end - timedelta(days=1),
        "is_provisional": binding.is_provisional,
        **_slots(binding.measure, given),
    }


def _slots(name: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    """Every parameter as its field shows it: what was given, or the measure's own default."""
    whole = {slot.name: slot.default for slot in slots_of(CATALOGUE.get(name))} | dict(parameters)
    return {SLOT + slot: "" if value in (None, "", (), []) else write_value(value) for slot, value in whole.items()}
