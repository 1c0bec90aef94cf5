"""What an officer fills in about time: holidays, hours, limits, lights, the closing of a year."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shixiao.casework import calendars, offices
from shixiao.casework.models import Urgency
from shixiao.engine.clock import Colour, Roll

WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
COLOURS = [
    (Colour.BLUE.value, _("蓝")),
    (Colour.YELLOW.value, _("黄")),
    (Colour.AMBER.value, _("橙")),
    (Colour.RED.value, _("红")),
]
ROLLS = [
    (Roll.NONE.value, _("不顺延")),
    (Roll.NEXT.value, _("顺延到下一个工作日")),
    (Roll.PREVIOUS.value, _("提前到上一个工作日")),
]


class Year(forms.Form):
    """The holidays of one year as lines, and until when days are known."""

    days = forms.CharField(
        label=_("节假日和调休"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text=_(
            "一行一段，如“2026-10-01 至 2026-10-07 放假 国庆节”或“2026-10-10 上班 国庆节”。没有写的日子按周几算。"
        ),
    )
    is_complete = forms.BooleanField(
        label=_("这一年的安排已经公布，上面是全部"),
        required=False,
        help_text=_("没有打勾时，这一年的时限显示为“暂定”。"),
    )
    source = forms.CharField(
        label=_("依据"), max_length=100, required=False, help_text=_("通知的文号或名称，只在页面上显示。")
    )


class Hours(forms.Form):
    """A calendar of its own."""

    code = forms.RegexField(
        r"[a-z_]{2,32}", label=_("代码"), help_text=_("小写英文字母，如 station。已有的代码会改它的时间。")
    )
    title_zh = forms.CharField(label=_("名称"), max_length=64)
    title_en = forms.CharField(label=_("英文名称"), max_length=64)
    keeps_holidays = forms.BooleanField(label=_("节假日休息，调休日上班"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, title in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = forms.CharField(label=title, max_length=100, required=False)
        self.fields["day_0"].help_text = _("如“08:30-12:00 14:00-17:30”；不填就是不上班。")

    def hours(self) -> dict[str, Any]:
        """What `changing_calendars.set_hours` takes."""
        days = [self.cleaned_data[f"day_{number}"].replace("，", " ").replace(",", " ").split() for number in range(7)]
        return {"weeks": [{"hours": days}]}


def _kinds() -> list[tuple[str, str]]:
    """Every deadline of every office: `kind:name` and its title."""
    language = get_language() or "zh-hans"
    return [
        (
            f"{limit.kind}:{limit.name}",
            f"{offices.table_of(limit.kind).title.in_(language)}：{limit.title.in_(language)}",
        )
        for office in offices.installed()
        for limit in office.limits
        if not limit.urgency
    ]


class SetLimit(forms.Form):
    """How much time a deadline gives from a day on."""

    deadline = forms.ChoiceField(label=_("时限"))
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=[("", _("不论")), *Urgency.choices], required=False)
    budget = forms.CharField(
        label=_("多长"),
        max_length=64,
        help_text=_("8wh 是 8 个工作小时，24h 是 24 小时，5wd 是 5 个工作日，15d 是 15 日，2mo 是 2 个月。"),
    )
    calendar = forms.ChoiceField(label=_("按哪个日历"))
    roll = forms.ChoiceField(label=_("到期日不上班时"), choices=ROLLS)
    since = forms.DateField(label=_("自哪天起"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        here = calendars.in_force().calendars
        self.fields["deadline"].choices = _kinds()  # type: ignore[attr-defined]
        self.fields["calendar"].choices = [(code, each.name.in_(language)) for code, each in here.items()]  # type: ignore[attr-defined]


class SetLights(forms.Form):
    """When a deadline is near its end: up to three warnings."""

    kind = forms.ChoiceField(label=_("哪种事项"), required=False)
    since = forms.DateField(label=_("自哪天起"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        kinds = [(table.kind, table.title.in_(language)) for table in offices.tables()]
        self.fields["kind"].choices = [("", _("所有没有另设的")), *kinds]  # type: ignore[attr-defined]
        for number in (1, 2, 3):
            self.fields[f"share_{number}"] = forms.IntegerField(
                label=_("剩余不超过（%）"), min_value=1, max_value=100, required=number == 1
            )
            self.fields[f"colour_{number}"] = forms.ChoiceField(label=_("颜色"), choices=COLOURS, initial="amber")
            self.fields[f"word_{number}"] = forms.CharField(label=_("叫什么"), max_length=10, required=False)

    def rules(self) -> list[dict[str, Any]]:
        """The most urgent first, as `lights.set_lights` takes them."""
        told = self.cleaned_data
        filled = [number for number in (1, 2, 3) if told.get(f"share_{number}")]
        return [
            {
                "share_left": told[f"share_{number}"] / 100,
                "working_seconds_left": None,
                "colour": told[f"colour_{number}"],
                "word": {"zh": told[f"word_{number}"] or "临期", "en": told[f"word_{number}"] or "due soon"},
            }
            for number in sorted(filled, key=lambda number: told[f"share_{number}"])
        ]


class CloseYear(forms.Form):
    """The year whose books are closed."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    is_sure = forms.BooleanField(label=_("我知道关账以后不能再补记这一年发生的事"))


def first_day_after(year: int) -> date:
    """The first day that is not known when a year is complete."""
    return date(year + 1, 1, 1)
