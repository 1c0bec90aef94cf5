"""The house on a phone: what is installed there, what works without a network, and where it opens."""

import hashlib
import json
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.casework import offices, visibility
from shixiao.casework.views import person
from shixiao.people.models import User

WORKER, UNSENT = "ui/worker.js", "ui/unsent.js"
# What a page needs to be readable; what else it loads comes with the page (`ui/phone.js`).
FRAME = (
    "vendor/tabler/tabler.min.css", "ui/shixiao.css", "ui/page.js", "ui/phone.js", UNSENT, "ui/mark.svg", "ui/icons.svg",
)  # fmt: skip
ICONS = (("ui/icon-192.png", "192x192", "any"), ("ui/icon-512.png", "512x512", "any"), ("ui/icon-whole-512.png", "512x512", "maskable"))  # fmt: skip
_PAGE = "casework/offline.html"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where the house opens on a phone: the first page made for phones that is for this person, else what is to do."""
    page = first_page(person(request), now=timezone.now())
    return redirect(page.url_name if page else "casework:todo")


def first_page(by: User, *, now: datetime) -> offices.PhonePage | None:
    """The first page made for phones that is for this person; None where there is none. No statement of its own."""
    held = visibility.held_by(by, now=now)
    return next((page for office in offices.installed() for page in office.phone if page.words & held.words), None)


@login_not_required
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """What a phone shows while there is no network: the pages that it keeps. In both languages, since it is kept for everybody."""
    return render(request, _PAGE)


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone asks before it installs the house."""
    told = {
        "id": "/",
        "name": _("实效：自证的绩效目标"),
        "short_name": _("实效"),
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("casework:phone"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f7f8",
        "theme_color": "#0a4f97",
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of all pages, with the release of what it keeps: another one, and everything kept goes."""
    told = {
        "RELEASE": _release(),
        "FRAME": [static(name) for name in FRAME],
        "STATIC": settings.STATIC_URL,
        "START": reverse("casework:phone"),
        "OFFLINE": reverse("casework:offline"),
        "UNSENT": static(UNSENT),
    }
    begins = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    answer = HttpResponse(begins + _text(WORKER), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@cache
def _release() -> str:
    """Another one as soon as a file of the frame, the worker or the page without a network is another."""
    found, folders = hashlib.sha256(_text(WORKER).encode()), Path(__file__).resolve().parents[2]
    for name in FRAME:
        found.update(_path(name).read_bytes())
    for room, page in (("casework", _PAGE), ("ui", "ui/page.html")):
        found.update((folders / room / "templates" / page).read_bytes())
    return found.hexdigest()[:16]


@cache
def _text(name: str) -> str:
    return _path(name).read_text(encoding="utf-8")


def _path(name: str) -> Path:
    """The file as it was installed; whether or not it was collected."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise LookupError(f"{name} is not installed")
    return Path(found)
