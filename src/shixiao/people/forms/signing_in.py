"""What people fill in to sign in and to change their password."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shixiao.people.models import NAME_LENGTH, User


class SignIn(forms.Form):
    """A name and a password. Whether they belong together is the view's question."""

    username = forms.CharField(
        label=_("账号"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


def _new_password(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, help_text=help_text, strip=False, max_length=1000, widget=widget)


class SecondStep(forms.Form):
    """Six digits or a recovery code; or what a browser answered for a passkey, as JSON."""

    code = forms.CharField(
        label=_("验证码或恢复码"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    answer = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_answer(self) -> dict[str, Any] | None:
        """A mapping, or nothing."""
        answer = self.cleaned_data["answer"]
        return answer if isinstance(answer, dict) else None

    def clean(self) -> dict[str, Any]:
        """One of both."""
        if not self.errors and not self.cleaned_data.get("code") and not self.cleaned_data.get("answer"):
            self.add_error("code", _("请输入验证器显示的 6 位数字，或一个恢复码。"))
        return self.cleaned_data


class OwnPassword(forms.Form):
    """The password once more, before something about signing in changes."""

    password = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """The password the account has now."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("现在的密码不对。"), code="wrong")
        return password


class ConfirmAuthenticator(forms.Form):
    """The digits that the app shows after the picture was taken."""

    code = forms.CharField(
        label=_("验证器现在显示的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class NewPasskey(OwnPassword):
    """A name to know it by, the password once more, and what the browser answered."""

    name = forms.CharField(label=_("给它起个名字"), max_length=NAME_LENGTH, help_text=_("例如：办公室的安全密钥。"))
    answer = forms.JSONField(
        widget=forms.HiddenInput, error_messages={"required": _("浏览器没有给出密钥。请再按一次“登记”。")}
    )
    field_order = ("name", "password", "answer")


class ChangePassword(forms.Form):
    """The old password once and the new one twice."""

    old = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = _new_password(_("新密码"), _("至少 10 个字符，不能全是数字，也不要用常见的密码或自己的账号。"))
    again = _new_password(_("再输入一次新密码"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        """The password the account has now."""
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("现在的密码不对。"), code="wrong")
        return old

    def clean_again(self) -> str:
        """The same as the new one, so that nobody is locked out by a slip of a finger."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new", again):
            raise forms.ValidationError(_("两次输入的新密码不一样。"), code="differs")
        return again
