"""The tree of units and the posts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.people import actions, queries
from shixiao.people.forms import CloseUnit, MoveUnit, NewPost, NewUnit, PostWords, RenameUnit
from shixiao.people.models import Post, Unit
from shixiao.people.permissions import may_grant, may_keep_accounts
from shixiao.people.views.pages import done, form_page, only, person, rights, trail


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The whole tree, with how many people work at each unit."""
    shows_closed = "closed" in request.GET
    on = timezone.localdate()
    context = {
        "units": list(queries.tree(on=on, closed=shows_closed)),
        "counts": queries.counts(on=on),
        "shows_closed": shows_closed,
        **rights(request),
    }
    return render(request, "people/units.html", context)


@require_safe
def unit(request: HttpRequest, number: int) -> HttpResponse:
    """One unit: what is above and below it, and who works there."""
    shown = get_object_or_404(Unit, pk=number)
    on = timezone.localdate()
    above = [(each.name, reverse("people:unit", args=[each.pk])) for each in Unit.objects.ancestors(shown)]
    context = {
        "unit": shown,
        "children": queries.tree(on=on).filter(parent=shown),
        "staff": queries.staff_of(shown, on=on),
        "trail": trail(*above, (shown.name, "")),
        **rights(request),
    }
    return render(request, "people/unit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """A unit below another one, or at the top."""
    user, on = only(may_keep_accounts, request), timezone.localdate()
    initial = {"parent": request.GET.get("parent"), "since": on}
    form = NewUnit(request.POST if request.method == "POST" else None, initial=initial, on=on)
    if form.is_valid():
        given = form.cleaned_data
        response = done(
            request,
            form,
            lambda: actions.create_unit(by=user, now=timezone.now(), **given),
            saying=_("单位“%(name)s”已设立。") % {"name": given["name"]},
            to=reverse("people:units"),
        )
        if response:
            return response
    title = _("设立单位")
    return form_page(request, form, title=title, button=title, back=reverse("people:units"), trail=trail((title, "")))


@require_http_methods(["GET", "HEAD", "POST"])
def rename_unit(request: HttpRequest, number: int) -> HttpResponse:
    """Another name."""
    user, shown = only(may_keep_accounts, request), get_object_or_404(Unit, pk=number)
    initial = {"name": shown.name, "short_name": shown.short_name}
    form = RenameUnit(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("people:unit", args=[shown.pk])
    if form.is_valid():
        given, saying = form.cleaned_data, _("单位名称已更改。")
        response = done(
            request,
            form,
            lambda: actions.rename_unit(shown, by=user, now=timezone.now(), **given),
            saying=saying,
            to=back,
        )
        if response:
            return response
    title = _("更改“%(name)s”的名称") % {"name": initial["name"]}
    return form_page(
        request,
        form,
        title=title,
        button=_("更改名称"),
        back=back,
        trail=trail((initial["name"], back), (_("更名"), "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move_unit(request: HttpRequest, number: int) -> HttpResponse:
    """Another place in the tree, with everything below."""
    user, shown, on = only(may_keep_accounts, request), get_object_or_404(Unit, pk=number), timezone.localdate()
    initial = {"to": shown.parent_id}
    form = MoveUnit(request.POST if request.method == "POST" else None, initial=initial, unit=shown, on=on)
    back = reverse("people:unit", args=[shown.pk])
    if form.is_valid():
        response = done(
            request,
            form,
            lambda: actions.move_unit(shown, to=form.cleaned_data["to"], by=user, now=timezone.now()),
            saying=_("上级单位已调整，下级单位和岗位职责的范围随着走。"),
            to=back,
        )
        if response:
            return response
    return form_page(
        request,
        form,
        title=_("调整“%(name)s”的上级") % {"name": shown.name},
        opening=_("下级单位一起移动。职责按新的上下级关系生效。"),
        button=_("调整上级"),
        back=back,
        trail=trail((shown.name, back), (_("调整上级"), "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close_unit(request: HttpRequest, number: int) -> HttpResponse:
    """The unit is there no more from a day on."""
    user, shown = only(may_keep_accounts, request), get_object_or_404(Unit, pk=number)
    form = CloseUnit(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})
    back = reverse("people:unit", args=[shown.pk])
    if form.is_valid():
        response = done(
            request,
            form,
            lambda: actions.close_unit(shown, on=form.cleaned_data["on"], by=user, now=timezone.now()),
            saying=_("单位已撤销。过去的事情里仍然查得到它。"),
            to=back,
        )
        if response:
            return response
    return form_page(
        request,
        form,
        title=_("撤销“%(name)s”") % {"name": shown.name},
        opening=_("先撤销或移走它的下级，并结束这里的任职。单位不删除，过去的事情里仍然查得到。"),
        button=_("撤销单位"),
        back=back,
        trail=trail((shown.name, back), (_("撤销"), "")),
    )


# ---- posts ---------------------------------------------------------------------------------------------------


@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """Which posts there are, and what each may do."""
    context = {"posts": queries.posts(on=timezone.localdate()), "trail": trail((_("岗位"), "")), **rights(request)}
    return render(request, "people/posts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_post(request: HttpRequest) -> HttpResponse:
    """A post and what it carries."""
    user, back = only(may_grant, request), reverse("people:posts")
    form = NewPost(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        response = done(
            request,
            form,
            lambda: actions.create_post(by=user, now=timezone.now(), **given),
            saying=_("岗位“%(name)s”已设立。") % {"name": given["name"]},
            to=back,
        )
        if response:
            return response
    title = _("设立岗位")
    return form_page(request, form, title=title, button=title, back=back, trail=trail((_("岗位"), back), (title, "")))


@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, number: int) -> HttpResponse:
    """A post: what it may do and who holds it; the security administrator changes what it may do."""
    user = person(request)
    shown = get_object_or_404(Post, pk=number)
    if request.method == "POST":
        only(may_grant, request)
    kept = tuple(shown.may.order_by("word").values_list("word", flat=True))
    form = PostWords(request.POST if request.method == "POST" else None, initial={"words": kept}, kept=kept)
    if form.is_valid():
        words = form.cleaned_data["words"]
        actions.set_post_responsibilities(shown, words=words, by=user, now=timezone.now())
        return redirect("people:post", shown.pk)
    context = {
        "post": shown,
        "words": kept,
        "form": form,
        "holders": queries.holders_of(shown, on=timezone.localdate()),
        "trail": trail((_("岗位"), reverse("people:posts")), (shown.name, "")),
        **rights(request),
    }
    return render(request, "people/post.html", context)
