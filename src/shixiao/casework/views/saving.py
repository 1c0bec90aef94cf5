"""Saved filters: kept, used, deleted."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shixiao.casework import saving
from shixiao.casework.models import SavedFilter
from shixiao.casework.views import person


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """One's own saved filters."""
    rows = SavedFilter.objects.filter(user=person(request))
    context = {"saved": rows, "trail": [{"title": _("常用筛选"), "address": ""}]}
    return render(request, "casework/filters.html", context)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list that was being looked at, and go back to it."""
    address, name = request.POST.get("address", "")[:2000], request.POST.get("name", "")
    try:
        row = saving.save_filter(name, address=address, by=person(request), now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("已保存为“%(name)s”。") % {"name": row.name})
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return redirect(address if is_ours else "casework:filters")


@require_POST
def delete(request: HttpRequest, saved: int) -> HttpResponse:
    """Keep it no longer."""
    row = get_object_or_404(SavedFilter, pk=saved, user=person(request))
    saving.delete_filter(row, by=person(request), now=timezone.now())
    messages.success(request, _("已删除“%(name)s”。") % {"name": row.name})
    return redirect("casework:filters")
