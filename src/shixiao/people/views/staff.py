"""Accounts and what becomes of them: posts, moving, leaving, passwords, locks."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao.people import actions, handing_over, queries, sessions
from shixiao.people.forms import (
    Appoint,
    EndAppointment,
    Leave,
    NewAccount,
    RoleOf,
    SetPassword,
    StaffFilter,
    Transfer,
)
from shixiao.people.models import Appointment, Role, User
from shixiao.people.permissions import may_grant, may_keep_accounts
from shixiao.people.views.pages import (
    done,
    form_page,
    only,
    page_of,
    person,
    query_without_page,
    rights,
    trail,
)
from shixiao.people.wordings import said


def may_do_either(user: User) -> bool:
    """One of the two who look after people."""
    return may_keep_accounts(user) or may_grant(user)


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """Who works here, to be searched."""
    form = StaffFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = queries.accounts(
        on=timezone.localdate(),
        text=chosen.get("q", "").replace("\0", ""),
        role=chosen.get("role", ""),
        state=chosen.get("state", ""),
    )
    context = {
        "form": form,
        "page": page_of(request, found),
        "query": query_without_page(request),
        "trail": trail((_("人员"), "")),
        **rights(request),
    }
    return render(request, "people/staff.html", context)


@require_safe
def member(request: HttpRequest, number: int) -> HttpResponse:
    """One person: posts now and before, open work, and what can be done about the account."""
    shown = get_object_or_404(User, pk=number)
    on, now = timezone.localdate(), timezone.now()
    looks_after = may_do_either(person(request))
    context = {
        "member": shown,
        "appointments": queries.appointments_of(shown, on=on),
        "past": queries.past_appointments_of(shown, on=on),
        "work": [(said(work.title), count) for work, count in handing_over.open_work(shown)] if looks_after else [],
        "is_locked": looks_after and queries.is_locked(shown, now=now),
        "has_second_step": looks_after and actions.has_second_step(shown),
        "trail": trail((_("人员"), reverse("people:staff")), (shown.display_name, "")),
        **rights(request),
    }
    return render(request, "people/member.html", context)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """An account for a colleague."""
    user, back = only(may_keep_accounts, request), reverse("people:staff")
    form = NewAccount(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        username = given.pop("username")
        response = done(
            request,
            form,
            lambda: actions.create_account(username, by=user, now=timezone.now(), **given),
            saying=_("账号已建立。请把初始密码当面交给本人。"),
            to=back,
        )
        if response:
            return response
    title = _("新建账号")
    return form_page(request, form, title=title, button=title, back=back, trail=trail((_("人员"), back), (title, "")))


def _step(
    request: HttpRequest,
    shown: User,
    form: forms.Form,
    take: Callable[[], object],
    *,
    title: str,
    button: str,
    saying: str,
    opening: str = "",
) -> HttpResponse:
    """One form about one person: take the step, or show the form with what is wrong."""
    back = reverse("people:member", args=[shown.pk])
    response = done(request, form, take, saying=saying, to=back) if form.is_valid() else None
    way = trail((_("人员"), reverse("people:staff")), (shown.display_name, back), (button, ""))
    return response or form_page(request, form, title=title, button=button, back=back, opening=opening, trail=way)


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, number: int) -> HttpResponse:
    """A post at a unit."""
    user, shown, on = only(may_grant, request), get_object_or_404(User, pk=number), timezone.localdate()
    form = Appoint(request.POST or None, initial={"since": on}, on=on)

    def take() -> None:
        given = form.cleaned_data
        main = given["is_main"] or None
        chosen = {"post": given["post"], "unit": given["unit"], "since": given["since"]}
        actions.appoint(shown, is_main=main, by=user, now=timezone.now(), **chosen)

    title = _("安排“%(name)s”任职") % {"name": shown.display_name}
    return _step(request, shown, form, take, title=title, button=_("安排任职"), saying=_("任职已安排。"))


@require_http_methods(["GET", "HEAD", "POST"])
def end_appointment(request: HttpRequest, number: int) -> HttpResponse:
    """A post is no longer held."""
    user = only(may_grant, request)
    shown = get_object_or_404(Appointment.objects.select_related("user", "post", "unit"), pk=number)
    form = EndAppointment(request.POST or None, initial={"on": timezone.localdate()})
    names = {"post": shown.post.name, "unit": shown.unit.name, "name": shown.user.display_name}
    return _step(
        request,
        shown.user,
        form,
        lambda: actions.end_appointment(shown, on=form.cleaned_data["on"], by=user, now=timezone.now()),
        title=_("结束“%(name)s”在%(unit)s的任职：%(post)s") % names,
        button=_("结束任职"),
        saying=_("任职已结束。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, number: int) -> HttpResponse:
    """Another main post from a day on."""
    user, shown, on = only(may_grant, request), get_object_or_404(User, pk=number), timezone.localdate()
    form = Transfer(request.POST or None, initial={"since": on}, on=on, user=shown)
    return _step(
        request,
        shown,
        form,
        lambda: actions.transfer(shown, by=user, now=timezone.now(), **form.cleaned_data),
        title=_("调动“%(name)s”") % {"name": shown.display_name},
        button=_("调动"),
        saying=_("已调动。"),
        opening=_work(shown) or _("原来的主要任职到那一天为止。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody works here no more."""
    user, shown = only(may_do_either, request), get_object_or_404(User, pk=number)
    form = Leave(request.POST or None, initial={"on": timezone.localdate()}, user=shown)
    return _step(
        request,
        shown,
        form,
        lambda: actions.leave(shown, by=user, now=timezone.now(), **form.cleaned_data),
        title=_("“%(name)s”离开") % {"name": shown.display_name},
        button=_("办理离开"),
        saying=_("已办理离开：任职结束，账号停用。"),
        opening=_work(shown) or _("没有要交接的事项。"),
    )


def _work(user: User) -> str:
    open_work = handing_over.open_work(user)
    listed = "、".join(f"{said(work.title)} {count}" for work, count in open_work)
    return _("还有未办完的：%(work)s。") % {"work": listed} if listed else ""


@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, number: int) -> HttpResponse:
    """Another role, but none of the three administrators."""
    user, shown = only(may_grant, request), get_object_or_404(User, pk=number)
    form = RoleOf(request.POST or None, initial={"role": shown.role})

    def take() -> None:
        actions.change_role(shown, role=Role(form.cleaned_data["role"]), by=user, now=timezone.now())

    title = _("调整“%(name)s”的角色") % {"name": shown.display_name}
    return _step(request, shown, form, take, title=title, button=_("调整角色"), saying=_("角色已调整。"))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest, number: int) -> HttpResponse:
    """A password for somebody who forgot the own one; good for one sign-in."""
    user, shown = only(may_keep_accounts, request), get_object_or_404(User, pk=number)
    form = SetPassword(request.POST or None)

    def take() -> None:
        actions.change_password(shown, password=form.cleaned_data["password"], by=user, now=timezone.now())

    title = _("为“%(name)s”重设密码") % {"name": shown.display_name}
    saying = _("密码已重设，其他登录已全部退出。请当面交给本人。")
    return _step(request, shown, form, take, title=title, button=_("重设密码"), saying=saying)


@require_POST
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """An account out of use, or in use again; not that of an administrator."""
    user, shown = only(may_keep_accounts, request), get_object_or_404(User, pk=number)
    if not shown.is_administrator:
        step = actions.disable if shown.is_active else actions.enable
        step(shown, by=user, now=timezone.now())
    return redirect("people:member", shown.pk)


@require_POST
def unlock(request: HttpRequest, number: int) -> HttpResponse:
    """Wrong passwords are forgotten."""
    user, shown = only(may_grant, request), get_object_or_404(User, pk=number)
    actions.unlock(shown, by=user, now=timezone.now())
    return redirect("people:member", shown.pk)


@require_POST
def end_sessions(request: HttpRequest, number: int) -> HttpResponse:
    """Whoever is signed in with the account is out at the next page."""
    user, shown = only(may_do_either, request), get_object_or_404(User, pk=number)
    count = sessions.end(shown, by=user, now=timezone.now())
    messages.success(request, ngettext("已退出 %(n)d 处登录。", "已退出 %(n)d 处登录。", count) % {"n": count})
    return redirect("people:member", shown.pk)


@require_POST
def reset_second_step(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody lost phone and codes."""
    user, shown = only(may_grant, request), get_object_or_404(User, pk=number)
    actions.reset_second_step(shown, by=user, now=timezone.now())
    return redirect("people:member", shown.pk)
