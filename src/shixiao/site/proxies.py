"""Where a request comes from when it comes through a proxy: the address that limits and the lock at sign-in count by."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class ComesFrom:
    """Takes the client's address from `X-Forwarded-For`, of requests that one of `SHIXIAO_PROXIES` hands on, and of no other.

    What a client wrote into the header itself stands left of what the proxies added, so it is read from the right, past our own
    proxies. What is no address is left alone, and the request counts as the proxy's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, to whoever really asked."""
        known = settings.SHIXIAO_PROXIES
        if known and request.META.get("REMOTE_ADDR", "") in known:
            told = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            client = next((each for each in reversed(told) if each not in known), "")
            if _is_address(client):
                request.META["REMOTE_ADDR"] = client
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
