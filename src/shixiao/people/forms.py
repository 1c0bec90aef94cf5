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
