"""What somebody fills in about duties: the schedule, from when, and what each case is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from shixiao.casework import calendars, things
from shixiao.casework.forms import HAPPENED, Told
from shixiao.casework.models import Duty, Project, Subject, Topic
from shixiao.casework.particulars import IS_WRITTEN_APART, MAPPINGS, Particular
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.steps import Step
from shixiao.casework.time_forms import WEEKDAYS
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.people.models import Unit
from shixiao.people.wordings import said

RHYTHMS = ("daily", "weekly", "monthly", "quarterly", "yearly", "slots")
LAST_WORKING_DAY = "last"
_CONTROL = {"class": "form-control"}
_SELECT = {"class": "form-select"}


def rhythms() -> list[tuple[str, str]]:
    """The kinds of schedule and what they are called."""
    titles = (_("每天"), _("每周"), _("每月"), _("每季度"), _("每年"), _("开放时间内每隔几小时"))
    return list(zip(RHYTHMS, titles, strict=True))


def schedule_fields(rhythm: str) -> dict[str, forms.Field]:
    """The fields of one kind of schedule."""
    times = forms.CharField(
        label=_("次数"),
        initial="1",
        help_text=_("每天（周、月、季、年）几次。"),
        widget=forms.TextInput(attrs={**_CONTROL, "inputmode": "numeric", "autocomplete": "off"}),
    )
    hours = forms.CharField(
        label=_("时段"),
        required=False,
        help_text=_("不填就是全天。写了时段，每段一次，如“08:30-09:00 17:00-17:30”。"),
        widget=forms.TextInput(attrs=dict(_CONTROL)),
    )
    match rhythm:
        case "daily":
            return {"days": _which_days(), "times": times, "hours": hours}
        case "weekly":
            return {"weekdays": _weekdays(), "times": times, "hours": hours}
        case "monthly":
            return {"by": _by(), "times": times}
        case "slots":
            label, hint = _("每段几小时"), _("从开门时起算；剩下不足半段的并入前一段。")
            widget = forms.TextInput(attrs={**_CONTROL, "inputmode": "numeric", "autocomplete": "off"})
            return {"slot": forms.CharField(label=label, initial="3", help_text=hint, widget=widget)}
        case _:
            return {"times": times}


def _which_days() -> forms.Field:
    choices = [("working", _("工作日（含调休上班的日子）")), ("every", _("每一天；日历上休息的日子排出来但不计"))]
    return forms.ChoiceField(label=_("哪些天"), choices=choices, initial="working", widget=forms.RadioSelect)


def _weekdays() -> forms.Field:
    choices = [(str(number), str(title)) for number, title in enumerate(WEEKDAYS)]
    return forms.MultipleChoiceField(label=_("星期几"), choices=choices, widget=forms.CheckboxSelectMultiple)


def _by() -> forms.Field:
    days = [(str(day), _("%(day)s 日") % {"day": day}) for day in range(1, 32)]
    choices = [(LAST_WORKING_DAY, _("最后一个工作日")), *days]
    return forms.ChoiceField(
        label=_("不晚于"),
        choices=choices,
        initial=LAST_WORKING_DAY,
        help_text=_("当月没有这一天的，就是月末。"),
        widget=forms.Select(attrs=_SELECT),
    )


def initial_of(schedule: clock.Schedule) -> dict[str, Any]:
    """What the fields show of a schedule."""
    plain = clock.schedule_to_dict(schedule)
    return {
        "times": plain.get("times", 1),
        "hours": " ".join(plain["hours"]) if isinstance(plain.get("hours"), list) else "",
        "slot": plain.get("hours"),
        "days": plain.get("days"),
        "weekdays": [str(day) for day in plain.get("weekdays", ())],
        "by": plain.get("by") or LAST_WORKING_DAY,
    }


def read_schedule(rhythm: str, given: Mapping[str, Any], *, weekdays: list[str]) -> clock.Schedule:
    """The schedule that was filled in. Raises `Refused` beside its field."""
    field = "times"
    try:
        match rhythm:
            case "slots":
                field = "slot"
                return clock.Slots(hours=_number(given, "slot"))
            case "daily" | "weekly":
                field = "hours"
                hours = clock.spans(*_written_spans(given))
                times = len(hours) if hours else _number(given, "times")
                if rhythm == "daily":
                    field = "hours" if hours else "times"
                    return clock.Daily(times=times, hours=hours, days=clock.Days(given.get("days", "")))
                field = "weekdays" if weekdays == [] else field
                days = tuple(sorted(int(day) for day in weekdays if day in "0123456" and len(day) == 1))
                return clock.Weekly(weekdays=days, times=times, hours=hours)
            case "monthly":
                by = given.get("by", "")
                return clock.Monthly(
                    by=None if by == LAST_WORKING_DAY else _number(given, "by"), times=_number(given, "times")
                )
            case "quarterly":
                return clock.Quarterly(times=_number(given, "times"))
            case _:
                return clock.Yearly(times=_number(given, "times"))
    except clock.Unworkable as error:
        raise Refused(error.text, reason=Reason.INVALID, field=field) from error


def _written_spans(given: Mapping[str, Any]) -> list[str]:
    text = str(given.get("hours", ""))
    for mark in "，,、;；":
        text = text.replace(mark, " ")
    return text.split()


def _number(given: Mapping[str, Any], name: str) -> int:
    text = str(given.get(name, "")).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise Refused(Text("请填写整数。", "Write a whole number."), reason=Reason.INVALID, field=name)
    return int(text)


def read_day(given: Mapping[str, Any], name: str) -> date:
    """The day that was filled in. Raises `Refused` beside its field."""
    try:
        return date.fromisoformat(str(given.get(name, "")).strip())
    except ValueError:
        raise Refused(Text("请填写日期。", "Choose a day."), reason=Reason.INVALID, field=name) from None


class NewDuty(Told):
    """A new duty: its title, unit, schedule, and the codes that each of its cases is told."""

    def __init__(
        self,
        step: Step,
        rhythm: str,
        *,
        unit: Unit,
        units: list[tuple[str, str]],
        today: date,
        given: Mapping[str, Any] | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> None:
        self.rhythm = rhythm
        self.alike = tuple(each.name for each in step.takes if _is_asked(each))
        first = {name: value for name, value in (known or {}).items() if name in self.alike}
        first |= {"unit": unit.pk, "since": today.isoformat(), "calendar": calendars.OFFICE}
        super().__init__(step, unit=unit, given=given, initial=first)
        del self.fields[HAPPENED]
        for each in step.takes:
            if each.name not in self.alike:
                del self.fields[each.name]
        self.fields["title"] = forms.CharField(
            label=_("名称"),
            help_text=_("如“一楼保洁”。每一期的标题由它和日期组成。"),
            widget=forms.TextInput(attrs={**_CONTROL, "maxlength": "100"}),
        )
        self.fields["unit"] = forms.CharField(label=_("单位"), widget=forms.Select(choices=units, attrs=_SELECT))
        self.fields["since"] = forms.CharField(
            label=_("自"),
            widget=forms.DateInput(attrs={**_CONTROL, "type": "date"}),
            help_text=_("从今天或以后的一天起。"),
        )
        self.fields["calendar"] = forms.CharField(
            label=_("日历"), widget=forms.Select(choices=_calendars(), attrs=_SELECT)
        )
        self.fields |= schedule_fields(rhythm)
        self.fields |= {name: self._thing(name, title, unit) for name, title in _about()}

    @property
    def schedule_fields(self) -> list[forms.BoundField]:
        """When it is to be done."""
        return [self[name] for name in schedule_fields(self.rhythm)]

    @property
    def told_fields(self) -> list[forms.BoundField]:
        """What each case is told."""
        return [self[name] for name in self.alike]

    @property
    def about_fields(self) -> list[forms.BoundField]:
        """What its cases are about."""
        return [self[name] for name, _title in _about() if name not in self.alike]

    def schedule(self) -> clock.Schedule:
        """What was filled in. Raises `Refused`."""
        return read_schedule(self.rhythm, self.data, weekdays=_several(self.data, "weekdays"))

    def told(self) -> dict[str, Any]:
        """The codes that were filled in."""
        found = {name: str(self.data.get(name, "")).strip() for name in self.alike}
        return {name: value for name, value in found.items() if value}

    def about(self) -> dict[str, Any]:
        """The project, topic and subject that were chosen."""
        models = {"project": Project, "topic": Topic, "subject": Subject}
        return {
            name: models[name]._default_manager.filter(pk=key).first() if (key := self._chosen(name)) else None
            for name, _title in _about()
            if name not in self.alike
        }

    def _thing(self, name: str, title: str, unit: Unit) -> forms.Field:
        if name in self.alike:
            return self.fields[name]
        found = things.options(f"casework.{name}", unit=unit, chosen=self._chosen(name))
        choices = [("", _("不指定")), *((str(option.key), option.title) for option in found.found)]
        return forms.CharField(label=title, required=False, widget=forms.Select(choices=choices, attrs=_SELECT))


def _is_asked(each: Particular) -> bool:
    """What every case of a duty can be told alike: codes, of which each is a field of its own and none comes from the window."""
    return each.sort not in IS_WRITTEN_APART | MAPPINGS and not each.is_of_window


def _about() -> list[tuple[str, str]]:
    return [("project", _("项目")), ("topic", _("主题")), ("subject", _("物件"))]


def _calendars() -> list[tuple[str, str]]:
    return [(code, said(each.name)) for code, each in calendars.in_force().calendars.items()]


def _several(data: Any, name: str) -> list[str]:
    return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name, ()))


class _Unjudged(forms.Form):
    """Shows fields and keeps what was typed; whether it can be is judged by the action alone."""

    use_required_attribute = False

    def full_clean(self) -> None:
        """Nothing is judged here."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def refuse(self, refused: Refused) -> None:
        """Each sentence beside its field, or on top."""
        for each in refused.all:
            self.add_error(each.field if each.field in self.fields else None, said(each.text))


class ChangeDuty(_Unjudged):
    """Another schedule from a day on."""

    def __init__(self, duty: Duty, rhythm: str, *, today: date, now_is: clock.Schedule, given: Any = None) -> None:
        self.rhythm = rhythm
        initial = initial_of(now_is) | {"since": max(today, duty.since).isoformat()}
        super().__init__(given, initial=initial, auto_id="%s")
        self.fields |= schedule_fields(rhythm)
        self.fields["since"] = forms.CharField(
            label=_("自"),
            widget=forms.DateInput(attrs={**_CONTROL, "type": "date"}),
            help_text=_("从这天起按新的周期；之前的不变。"),
        )

    def schedule(self) -> clock.Schedule:
        """What was filled in. Raises `Refused`."""
        return read_schedule(self.rhythm, self.data, weekdays=_several(self.data, "weekdays"))


class EndDuty(_Unjudged):
    """From which day on it holds no more."""

    until = forms.CharField(widget=forms.DateInput(attrs={**_CONTROL, "type": "date"}))

    def __init__(self, given: Mapping[str, Any] | None, *, first: date) -> None:
        super().__init__(given, initial={"until": first.isoformat()}, auto_id="%s")
        self.fields["until"].label = _("从哪天起不再安排")
        self.fields["until"].help_text = _("这天之前的照常；之后还没有开始、也没有人动过的撤回。")
