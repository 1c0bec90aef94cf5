"""What a phone may keep of a page, so that it can be read without a network. A page says so itself; all others are kept by nobody.

The service worker (`static/ui/worker.js`) obeys two headers and nothing else. `Shixiao-Keep` says for how many seconds an answer may be
kept; `Shixiao-Person` says whose browser this is, or that nobody is signed in, and whatever was kept for somebody else goes (docs/adr/0037).
"""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse

KEEP, PERSON = "Shixiao-Keep", "Shixiao-Person"
NOBODY = "none"
LONGEST = 12 * 3600  # seconds; a session lasts no longer, either

# The browsers inside WeCom (粤政易 is one of its kind), WeChat and DingTalk, by what they call themselves.
_INSIDE = re.compile(r"wxwork|micromessenger|dingtalk", re.IGNORECASE)

View = Callable[..., HttpResponse]


def kept(view: View) -> View:
    """A view whose page a phone may keep for up to twelve hours. It shows the person's own list and no more: numbers, titles, limits, states.

    A page that also says what has just been done is not kept: that sentence may be of any case. Nor is an error.
    """

    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        says_more = bool(len(get_messages(request)))
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == HTTPStatus.OK and not says_more:
            response.headers[KEEP] = str(LONGEST)
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    outer.is_kept = True  # type: ignore[attr-defined]  # a test holds all of these against a list
    return outer


def is_inside(request: HttpRequest | None) -> bool:
    """The page is shown inside a messenger: no second window opens there, choosing files may fail, and nothing starts without a network."""
    agent = request.META.get("HTTP_USER_AGENT", "") if request is not None else ""
    return bool(_INSIDE.search(agent))
