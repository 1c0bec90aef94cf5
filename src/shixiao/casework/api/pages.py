"""Pages for people who write programs: the reference, the problems, and one's own tokens."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao.casework import tokens
from shixiao.casework.api import openapi, problems, reference
from shixiao.casework.models import Token
from shixiao.casework.models.programs import TOKEN_NAME_LENGTH
from shixiao.people.models import User
from shixiao.people.permissions import may_grant

USUAL = timedelta(days=180)


@login_not_required
@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """OpenAPI, for programs; nothing in it is about this office's cases."""
    return JsonResponse(openapi.document(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    language = get_language() or "zh"
    return render(request, "casework/api/docs.html", {"parts": reference.parts(openapi.document(), language)})


@login_not_required
@require_safe
def problem(request: HttpRequest, name: str) -> HttpResponse:
    """What a sort of problem means and what to do: the address that every problem names as its `type`."""
    if name not in problems.SORTS:
        raise Http404
    sort, language = problems.SORTS[name], get_language() or "zh"
    context = {"sort": sort, "title": sort.title.in_(language), "about": sort.about.in_(language)}
    return render(request, "casework/api/problem.html", context)


# ---- tokens ----------------------------------------------------------------------------------------------------


class NewToken(forms.Form):
    """A token to be made."""

    name = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=TOKEN_NAME_LENGTH,
        help_text=gettext_lazy("哪个程序、做什么用，如“财务系统同步”。"),
    )
    user = forms.ModelChoiceField(label=gettext_lazy("账号"), queryset=User.objects.none(), required=False)
    right = forms.ChoiceField(
        label=gettext_lazy("可以"),
        choices=((tokens.READ, gettext_lazy("只读")), (tokens.WRITE, gettext_lazy("读和办理"))),
    )
    kinds = forms.MultipleChoiceField(label=gettext_lazy("事项"), widget=forms.CheckboxSelectMultiple)
    valid_until = forms.DateField(
        label=gettext_lazy("有效期至"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("最长一年，到那一天为止。"),
    )

    def __init__(self, data: Any = None, *, by: User, today: date) -> None:
        super().__init__(data, initial={"valid_until": today + USUAL})
        language = get_language() or "zh"
        kinds: Any = self.fields["kinds"]
        kinds.choices = [(table.kind, table.title.in_(language)) for table in tokens.open_tables()]
        if may_grant(by):
            user: Any = self.fields["user"]
            user.queryset, user.required = systems(), True
        else:
            del self.fields["user"]

    def scope(self) -> dict[str, str]:
        """The chosen kinds with the chosen right."""
        return dict.fromkeys(self.cleaned_data["kinds"], self.cleaned_data["right"])


def systems() -> Any:
    """Accounts that nobody signs in to by password: those of other systems."""
    return User.objects.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("username")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of an account, or for the security administrator those of all; a new one is shown once."""
    by, now = _person(request), timezone.now()
    form = NewToken(request.POST if request.method == "POST" else None, by=by, today=timezone.localtime(now).date())
    made = _made(form, by) if form.is_valid() else None
    if made is not None:
        form = NewToken(by=by, today=timezone.localtime(now).date())
    rows = Token.objects.select_related("user")
    shown = rows if may_grant(by) else rows.filter(user=by)
    context = {"form": form, "made": made, "tokens": [_row(each, now=now) for each in shown], "may_make": may_make(by)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "casework/api/tokens.html", context, status=status)


def may_make(by: User) -> bool:
    """Everybody for themselves, the security administrator for systems; the other administrators do no business."""
    return may_grant(by) or not by.is_administrator


def _made(form: NewToken, by: User) -> tokens.NewToken | None:
    told = form.cleaned_data
    try:
        return tokens.create_token(
            told["name"],
            user=told.get("user") or by,
            scope=form.scope(),
            valid_until=told["valid_until"],
            by=by,
            now=timezone.now(),
        )
    except ValidationError as refused:
        for name, sentences in (
            refused.message_dict.items() if hasattr(refused, "error_dict") else (("", refused.messages),)
        ):
            form.add_error(name if name in form.fields else "kinds" if name == "scope" else None, sentences)
        return None


def _row(token: Token, *, now: Any) -> dict[str, Any]:
    language = get_language() or "zh"
    titles = {table.kind: table.title.in_(language) for table in tokens.open_tables()} | {
        tokens.EVERY_KIND: _("所有事项")
    }
    rights = {tokens.READ: _("只读"), tokens.WRITE: _("读和办理")}
    scope = [f"{titles.get(kind, kind)}（{rights[right]}）" for kind, right in token.scope.items()]
    is_over = timezone.localtime(now).date() > token.valid_until
    return {"token": token, "scope": scope, "is_over": is_over, "is_live": token.revoked_at is None and not is_over}


@require_POST
def revoke(request: HttpRequest, token: int) -> HttpResponse:
    """The token lets nobody in any more."""
    found = get_object_or_404(Token.objects.select_related("user"), pk=token)
    tokens.revoke_token(found, by=_person(request), now=timezone.now())
    messages.success(request, _("令牌“%(name)s”已撤销。") % {"name": found.name})
    return redirect("programs:tokens")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 — the sign-in middleware has seen to it
    return request.user
