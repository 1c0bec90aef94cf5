"""The forms of settings."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shixiao.messages import channels, ladders
from shixiao.messages.models import Preferences, Urgency

_TIME = {"type": "time"}
_DAY = {"type": "date"}
RUNGS = 8


def _clock(label: Any, *, required: bool = True, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=required, widget=forms.TimeInput(attrs=_TIME, format="%H:%M"), **more)


class Prefer(forms.Form):
    """What one person wants."""

    digests = forms.MultipleChoiceField(
        label=_("每天汇总一次的"),
        required=False,
        choices=[(each.value, each.label) for each in (Urgency.NORMAL, Urgency.URGENT)],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选的随到随发。特急的总是随到随发。收件箱里每条都在。"),
    )
    quiet_from = _clock(_("免打扰自"), required=False, help_text=_("在单位的免打扰时间之外，再加上自己的。"))
    quiet_until = _clock(_("免打扰至"), required=False)

    def __init__(self, *args: Any, now_set: Preferences | None = None, **more: Any) -> None:
        initial: dict[str, Any] = {}
        if now_set is not None:
            names = ("digests", "quiet_from", "quiet_until", "channels")
            initial = {name: getattr(now_set, name) for name in names}
        more["initial"] = initial
        super().__init__(*args, **more)
        language = get_language() or "zh-hans"
        ways = [(each.name, each.title.in_(language)) for each in channels.for_people()]
        if ways:
            self.fields["channels"] = forms.MultipleChoiceField(
                label=_("除收件箱外，还发到"), required=False, choices=ways, widget=forms.CheckboxSelectMultiple
            )
            if initial.get("channels") is None:
                self.initial["channels"] = [name for name, _title in ways]


class SetQuiet(forms.Form):
    """When nothing goes outside."""

    since = forms.DateField(label=_("自哪天起"), widget=forms.DateInput(attrs=_DAY))
    begins = _clock(_("免打扰自"))
    ends = _clock(_("至次日"))
    rests = forms.BooleanField(label=_("休息日和节假日全天免打扰"), required=False)
    passes = forms.MultipleChoiceField(
        label=_("不受限制的"), required=False, choices=Urgency.choices, widget=forms.CheckboxSelectMultiple
    )
    on_duty = forms.MultipleChoiceField(
        label=_("夜间值班人员照收的"),
        required=False,
        choices=Urgency.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("值班人员：有“夜间值班”职责的岗位，由安全管理员授予。"),
    )
    digest_at = _clock(_("每天汇总的时间"))


class SetLadder(forms.Form):
    """Who is reminded when: up to eight rungs, a line each; an empty line is left out."""

    kind = forms.ChoiceField(label=_("哪种事项"), required=False)
    urgency = forms.ChoiceField(
        label=_("哪种紧急程度"),
        required=False,
        choices=[("", _("所有没有另设的")), *Urgency.choices],
        help_text=_("先看事项和紧急程度都对的，再看事项的，再看紧急程度的。"),
    )
    since = forms.DateField(label=_("自哪天起"), widget=forms.DateInput(attrs=_DAY))

    def __init__(self, *args: Any, kinds: Any = (), **more: Any) -> None:
        super().__init__(*args, **more)
        language = get_language() or "zh-hans"
        self.fields["kind"].choices = [("", _("所有没有另设的")), *kinds]  # type: ignore[attr-defined]
        who = [("", _("不用"))] + [(each.value, ladders.WHO_TITLES[each].in_(language)) for each in ladders.Who]
        waits = [(each.value, ladders.RECEIPT_TITLES[each].in_(language)) for each in ladders.Receipt]
        for number in range(1, RUNGS + 1):
            self.fields[f"who_{number}"] = forms.ChoiceField(label=_("提醒谁"), choices=who, required=False)
            self.fields[f"days_{number}"] = _days(_("期限后工作日（之前为负）"), least=-ladders.MOST_DAYS)
            self.fields[f"waits_for_{number}"] = forms.ChoiceField(label=_("等到"), choices=waits, required=False)
            self.fields[f"patience_{number}"] = _days(_("最多等（工作日）"))
        self.fields["every"] = _days(_("最后一级每隔几个工作日再提醒（0 为不再）"))

    @property
    def lines(self) -> list[list[Any]]:
        """The fields of each rung."""
        names = ("who", "days", "waits_for", "patience")
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, RUNGS + 1)]

    def rungs(self) -> list[dict[str, Any]]:
        """As `ladders.set_ladder` takes them."""
        told = self.cleaned_data
        found = [
            {
                "who": told[f"who_{number}"],
                "days": told.get(f"days_{number}") or 0,
                "waits_for": told.get(f"waits_for_{number}") or "nothing",
                "patience": told.get(f"patience_{number}") or 0,
                "every": 0,
            }
            for number in range(1, RUNGS + 1)
            if told.get(f"who_{number}")
        ]
        if found:
            found[-1]["every"] = told.get("every") or 0
        return found


def _days(label: Any, *, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=ladders.MOST_DAYS, required=False)
