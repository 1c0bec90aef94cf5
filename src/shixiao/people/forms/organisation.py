"""What is filled in about units, staff, posts, the import and the book."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shixiao.ledger.kinds import DECLARED as KINDS
from shixiao.people.importing import LIMIT
from shixiao.people.models import ADMINISTRATORS, CODE_LENGTH, NAME_LENGTH, UNIT_NAME_LENGTH, Post, Role, Unit, User
from shixiao.people.responsibilities import DECLARED
from shixiao.people.wordings import said

INDENT = "　"
TOO_LARGE = _("文件超过 5 MB。请只留要导入的三张工作表，或拆成几个文件。")


class Day(forms.DateField):
    """A day, typed or picked."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **more: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"], **more)


class Code(forms.CharField):
    """Letters and digits."""

    def __init__(self, **more: Any) -> None:
        help_text = _("英文字母和数字，定下来以后不改，导入文件靠它认。")
        super().__init__(label=pgettext_lazy("people", "编码"), max_length=CODE_LENGTH, help_text=help_text, **more)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit that exists, set in by its level."""

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Unit.objects.none(), **more)

    def label_from_instance(self, unit: Any) -> str:
        """The tree, as far as a list can show it."""
        return f"{INDENT * (unit.depth - 1)}{unit.name}"


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A colleague with an account in use."""

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=User.objects.none(), **more)

    def label_from_instance(self, user: Any) -> str:
        """The name, and the account behind it, since names repeat."""
        return f"{user.display_name}（{user.staff_number or user.username}）"


def open_units(on: date) -> Any:
    """Units to choose from."""
    return Unit.objects.filter(Q(until__isnull=True) | Q(until__gt=on)).order_by("path")


def colleagues(*, without: User) -> Any:
    """Who may take over open work."""
    return (
        User.objects.filter(is_active=True)
        .exclude(pk=without.pk)
        .exclude(role__in=ADMINISTRATORS)
        .order_by("display_name")
    )


class RenameUnit(forms.Form):
    """A name and a short one."""

    name = forms.CharField(label=_("名称"), max_length=UNIT_NAME_LENGTH)
    short_name = forms.CharField(label=_("简称"), max_length=CODE_LENGTH, required=False)


class NewUnit(RenameUnit):
    """A unit, and where it hangs."""

    code = Code()
    parent = UnitChoice(label=_("上级单位"), required=False, empty_label=_("没有上级（最高一级）"))
    since = Day(label=_("设立日期"))
    field_order = ("name", "short_name", "code", "parent", "since")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = open_units(on)  # type: ignore[attr-defined]


class MoveUnit(forms.Form):
    """Another unit above."""

    to = UnitChoice(label=_("新的上级单位"), required=False, empty_label=_("没有上级（最高一级）"))

    def __init__(self, *args: Any, unit: Unit, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = open_units(on).exclude(pk=unit.pk)  # type: ignore[attr-defined]


class CloseUnit(forms.Form):
    """The day from which the unit is there no more."""

    on = Day(label=_("从哪一天起撤销"))


class NewAccount(forms.Form):
    """An account for a colleague. Administrators are made at the terminal, and rights come from posts."""

    username = forms.CharField(
        label=_("账号"), max_length=NAME_LENGTH, help_text=_("登录用，字母、数字或汉字，不分大小写。")
    )
    display_name = forms.CharField(label=_("姓名"), max_length=NAME_LENGTH)
    staff_number = forms.CharField(label=_("工号"), max_length=CODE_LENGTH, required=False)
    role = forms.ChoiceField(label=_("角色"), choices=[(role.value, role.label) for role in (Role.STAFF, Role.READER)])
    password = forms.CharField(
        label=_("初始密码"),
        strip=False,
        max_length=1000,
        help_text=_("至少 10 个字符。本人第一次登录时必须改掉。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class SetPassword(forms.Form):
    """A password that is good for one sign-in."""

    password = forms.CharField(
        label=_("新的初始密码"),
        strip=False,
        max_length=1000,
        help_text=_("至少 10 个字符。本人下次登录时必须改掉。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class RoleOf(forms.Form):
    """Another role; an administrator's is given at the terminal only."""

    role = forms.ChoiceField(
        label=_("角色"),
        choices=[(role.value, role.label) for role in (Role.STAFF, Role.READER, Role.OFFICER)],
        help_text=_("管理员角色只能在服务器上用命令授予。"),
    )


class Appoint(forms.Form):
    """A post at a unit."""

    post = forms.ModelChoiceField(label=_("岗位"), queryset=Post.objects.none())
    unit = UnitChoice(label=_("单位"))
    since = Day(label=_("从哪一天起"))
    is_main = forms.BooleanField(
        label=_("作为主要任职"), required=False, help_text=_("第一个任职自动是主要任职；一个人同时只有一个。")
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = Post.objects.order_by("code")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = open_units(on)  # type: ignore[attr-defined]


class EndAppointment(forms.Form):
    """The first day without the post."""

    on = Day(label=_("从哪一天起不再担任"), help_text=_("填任职开始那一天，就等于撤销这次任职。"))


class Transfer(Appoint):
    """A new main post, and what becomes of open work."""

    is_main = None  # type: ignore[assignment]
    successor = PersonChoice(label=_("未办完的交给谁"), required=False, empty_label=_("没有要交接的"))
    keeps_work = forms.BooleanField(label=_("未办完的带走，继续由本人办"), required=False)

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, on=on, **kwargs)
        self.fields["successor"].queryset = colleagues(without=user)  # type: ignore[attr-defined]


class Leave(forms.Form):
    """The first day somebody is not here."""

    on = Day(label=_("从哪一天起离开"), help_text=_("从这一天起不再担任任何岗位，账号随即停用。"))
    successor = PersonChoice(label=_("未办完的交给谁"), required=False, empty_label=_("没有要交接的"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = colleagues(without=user)  # type: ignore[attr-defined]


class PostWords(forms.Form):
    """What a post carries."""

    words = forms.MultipleChoiceField(
        label=_("勾选这个岗位可以做的事"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("担任的人在任职单位和它的下级都可以做。"),
    )

    def __init__(self, *args: Any, kept: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(word, said(each.title)) for word, each in sorted(DECLARED.items())]
        gone = [
            (word, _("%(word)s（已没有这个科目，只能取消）") % {"word": word}) for word in kept if word not in DECLARED
        ]
        self.fields["words"].choices = known + gone  # type: ignore[attr-defined]


class NewPost(PostWords):
    """A post and what it carries."""

    name = forms.CharField(label=_("名称"), max_length=NAME_LENGTH)
    code = Code()
    field_order = ("name", "code", "words")


class StaffFilter(forms.Form):
    """Which accounts a list shows."""

    q = forms.CharField(label=_("姓名、账号或工号"), required=False, max_length=NAME_LENGTH)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[("", _("全部")), *Role.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("active", _("在用")), ("inactive", _("停用"))],
    )


class BookFilter(forms.Form):
    """Which events the auditor looks at."""

    kind = forms.ChoiceField(label=_("事件"), required=False)
    who = forms.CharField(label=_("经手人或对象的账号"), required=False, max_length=NAME_LENGTH)
    since = Day(label=_("从"), required=False)
    until = Day(label=_("到（含当天）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titled = sorted((str(kind), said(kind.title)) for kind in KINDS.values())
        self.fields["kind"].choices = [("", _("全部")), *titled]  # type: ignore[attr-defined]


class ImportFile(forms.Form):
    """A workbook of units and staff."""

    file = forms.FileField(
        label=_("工作簿（xlsx）"),
        help_text=_("按模板填写。先预览，不会马上写入。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx", "data-limit": LIMIT}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["data-too-large"] = TOO_LARGE

    def clean_file(self) -> Any:
        """One that a table of units and staff may have."""
        file = self.cleaned_data["file"]
        if file.size > LIMIT:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return file
