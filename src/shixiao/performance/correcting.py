"""The form in which a reading is set by hand: fields by kind, and what they amount to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shixiao.engine import targets
from shixiao.engine.targets import Kind, Reading, Sense
from shixiao.performance import wordings

ATOMIC_KINDS = ("numeric", "range", "deadline", "boolean", "qualitative", "budget_bound")
PERIODS = (
    "每年",
    "每半年",
    "每季度",
    "每月",
    "每周",
    "每天",
    "每小时",
    "每学年",
    "每学期",
    "每期",
    "每次",
    "每场",
    "每批",
)
ANSWERS = ("是", "否", "完成", "通过")
MOST_PARTS = 12
UNIT_LENGTH, TEXT_LENGTH, REASON_LENGTH = 20, 500, 1000

# The sense of a kind where the fields leave no choice; the same as reading its standard wording gives.
FIXED_SENSES = {
    Kind.RANGE: Sense.EXACT,
    Kind.BOOLEAN: Sense.EXACT,
    Kind.QUALITATIVE: Sense.AT_LEAST,
    Kind.DEADLINE: Sense.AT_MOST,
    Kind.BUDGET_BOUND: Sense.AT_MOST,
}
SENSE_OF_OPERATOR = {">=": Sense.AT_LEAST, ">": Sense.AT_LEAST, "<=": Sense.AT_MOST, "<": Sense.AT_MOST}


def _input(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **attrs})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class ReadingForm(forms.Form):
    """One atomic reading. Fields of other kinds than the chosen one are neither looked at nor lost."""

    kinds: tuple[str, ...] = ATOMIC_KINDS

    kind = forms.ChoiceField(label=gettext_lazy("怎样的目标"), widget=_select())
    condition = forms.CharField(
        label=gettext_lazy("适用条件"),
        required=False,
        max_length=UNIT_LENGTH * 2,
        widget=_input(),
        help_text=gettext_lazy("只在某种情况下适用时填写，如“紧急公文”。"),
    )
    op = forms.ChoiceField(
        label=gettext_lazy("比较"), required=False, choices=list(wordings.OPERATORS.items()), widget=_select()
    )
    value = forms.CharField(
        label=gettext_lazy("数值"), required=False, max_length=32, widget=_input(inputmode="decimal")
    )
    high = forms.CharField(
        label=gettext_lazy("上限"), required=False, max_length=32, widget=_input(inputmode="decimal")
    )
    unit = forms.CharField(
        label=gettext_lazy("计量单位"),
        required=False,
        max_length=UNIT_LENGTH,
        widget=_input(),
        help_text=gettext_lazy("如 %、次、份、小时。"),
    )
    per = forms.ChoiceField(label=gettext_lazy("每多久或每一回"), required=False, widget=_select())
    sense = forms.ChoiceField(
        label=gettext_lazy("怎样算达到"),
        required=False,
        choices=list(wordings.SENSES.items()),
        widget=_select(),
        help_text=gettext_lazy("比较为“等于”时才需要选。"),
    )
    date = forms.CharField(
        label=gettext_lazy("期限"),
        required=False,
        max_length=32,
        widget=_input(),
        help_text=gettext_lazy("如 2026年12月31日、12月31日、18个月。"),
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("答案"), required=False, choices=[(each, each) for each in ANSWERS], widget=_select()
    )
    text = forms.CharField(label=gettext_lazy("定性要求"), required=False, max_length=TEXT_LENGTH, widget=_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, wordings.KINDS[kind]) for kind in self.kinds]  # type: ignore[attr-defined]
        present = self.initial.get("per") or ""
        more = (present,) if present and present not in PERIODS else ()
        self.fields["per"].choices = [("", _("不分")), *((each, each) for each in (*PERIODS, *more))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Build the reading; what is wrong is said beside its field."""
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind in ATOMIC_KINDS:
            build = {
                "numeric": self._numeric,
                "range": self._range,
                "deadline": self._deadline,
                "boolean": self._boolean,
                "qualitative": self._qualitative,
                "budget_bound": self._budget_bound,
            }[kind]
            self.reading = build(cleaned)
        return cleaned

    reading: Reading | None = None

    def _numeric(self, cleaned: Mapping[str, Any]) -> Reading | None:
        value = self._number("value")
        op = cleaned.get("op") or "="
        if value is None:
            return None
        sense = SENSE_OF_OPERATOR.get(op) or Sense(cleaned.get("sense") or "at_least")
        return self._quantity(cleaned, Reading(Kind.NUMERIC, op=op, value=value, sense=sense))

    def _range(self, cleaned: Mapping[str, Any]) -> Reading | None:
        low, high = self._number("value"), self._number("high")
        if low is None or high is None:
            return None
        if low >= high:
            self.add_error("high", _("上限要大于下限 %(low)s。") % {"low": low})
            return None
        return self._quantity(cleaned, Reading(Kind.RANGE, value=low, high=high, sense=Sense.EXACT))

    def _quantity(self, cleaned: Mapping[str, Any], reading: Reading) -> Reading:
        unit = (cleaned.get("unit") or "").strip().replace("%", "%")
        if any(letter.isdigit() or letter in "<>=≥≤" for letter in unit):
            self.add_error("unit", _("计量单位里不写数字和比较符号。"))
        return reading._replace(unit=unit or None, per=cleaned.get("per") or None, condition=_condition(cleaned))

    def _deadline(self, cleaned: Mapping[str, Any]) -> Reading | None:
        written = (cleaned.get("date") or "").strip()
        for wording in (written, f"{written}前", f"{written}内完成"):
            found = targets.read(wording)
            if written and found.kind is Kind.DEADLINE and found.date and not found.unsure:
                return found._replace(repairs=(), condition=_condition(cleaned))
        self.add_error("date", _("看不出是哪一天。请写成 2026年12月31日、12月31日 或 18个月。"))
        return None

    def _boolean(self, cleaned: Mapping[str, Any]) -> Reading | None:
        return self._fixed(Kind.BOOLEAN, cleaned, text=cleaned.get("answer") or ANSWERS[0])

    def _qualitative(self, cleaned: Mapping[str, Any]) -> Reading | None:
        text = (cleaned.get("text") or "").strip()
        if not text:
            self.add_error("text", _("请写明要求，如“良好”。"))
            return None
        return self._fixed(Kind.QUALITATIVE, cleaned, text=text)

    def _budget_bound(self, cleaned: Mapping[str, Any]) -> Reading | None:
        op = cleaned.get("op") or "<="
        if op not in ("<=", "<"):
            self.add_error("op", _("以预算为限的目标只能是“不超过”或“低于”预算。"))
            return None
        return self._fixed(Kind.BUDGET_BOUND, cleaned, op=op)

    def _fixed(self, kind: Kind, cleaned: Mapping[str, Any], **fields: Any) -> Reading:
        return Reading(kind, sense=FIXED_SENSES[kind], condition=_condition(cleaned), **fields)

    def _number(self, name: str) -> Decimal | None:
        written = (self.cleaned_data.get(name) or "").strip().replace(",", "").replace(",", "")
        try:
            value = Decimal(written)
        except ArithmeticError:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) >= Decimal(10) ** 15 or value != round(value, 6):
            sentence = _("请填数字，如 95 或 28.8。") if written else _("这种目标要有数值。")
            self.add_error(name, sentence)
            return None
        return value


def _condition(cleaned: Mapping[str, Any]) -> str | None:
    return (cleaned.get("condition") or "").strip() or None


class PartForm(ReadingForm):
    """One part of a compound; it can be left out."""

    kinds = (*ATOMIC_KINDS, "none")


BLANK = {"kind": "numeric", "op": "=", "sense": "at_least", "answer": ANSWERS[0]}


class CorrectionForm(ReadingForm):
    """A whole reading with the reason for it. A compound has its parts beside, each a `ReadingForm`."""

    kinds = (*ATOMIC_KINDS, "compound")

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=gettext_lazy("为什么这样读。会和更正一起长期保存，请不要写个人信息。"),
    )
    part_count = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_PARTS, initial=2)
    both = forms.BooleanField(label=gettext_lazy("实施周期指标值的原文相同，一起更正"), required=False, initial=True)

    def __init__(self, *args: Any, parts: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["condition"]
        count = max(2, min(MOST_PARTS, parts))
        known = self.initial.get("parts") or []
        data = self.data if self.is_bound else None
        self.parts = [PartForm(data, prefix=f"part{number}", initial=part) for number, part in enumerate(known)]
        self.parts += [
            PartForm(data, prefix=f"part{number}", initial=BLANK, empty_permitted=True, use_required_attribute=False)
            for number in range(len(known), count)
        ]

    def clean(self) -> dict[str, Any]:
        """As for one reading; a compound is built from its parts."""
        cleaned = super().clean()
        if cleaned.get("kind") == "compound":
            all_valid = all([part.is_valid() for part in self.parts])  # noqa: C419 — each says what is wrong with it
            readings = tuple(part.reading for part in self.parts if part.reading)
            if not all_valid:
                self.add_error(None, _("下面有一部分还没有填对。"))
            elif len(readings) < 2:
                self.add_error("kind", _("几个条件的目标至少要有两个部分。"))
            else:
                self.reading = Reading(Kind.COMPOUND, parts=readings)
        return cleaned


def initial_of(reading: Reading) -> dict[str, Any]:
    """The fields of the form that say what `reading` says."""
    return _fields(reading) | {
        "parts": [_fields(part) for part in reading.parts],
        "part_count": max(2, len(reading.parts)),
    }


def _fields(reading: Reading) -> dict[str, Any]:
    kind = reading.kind.value if reading.kind is not Kind.UNPARSEABLE else "qualitative"
    return {
        "kind": kind,
        "op": reading.op or "=",
        "value": "" if reading.value is None else f"{reading.value:f}",
        "high": "" if reading.high is None else f"{reading.high:f}",
        "unit": reading.unit or "",
        "per": reading.per or "",
        "sense": reading.sense.value,
        "date": targets.write(reading).removesuffix("前").removesuffix("内完成") if reading.date else "",
        "answer": reading.text if reading.text in ANSWERS else ANSWERS[0],
        "text": reading.text or "",
        "condition": reading.condition or "",
    }


def reads_back(reading: Reading) -> bool:
    """Whether the standard wording of `reading`, read again, says the same."""
    return targets.read(targets.write(reading)) == reading
