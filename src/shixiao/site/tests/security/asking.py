"""One request to the house, whose traces are taken back."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from shixiao.site.tests.security.addresses import Address

# Asks for all programs; `ask` takes back the cookies it was given.
PROGRAM = Client(raise_request_exception=False)
WRITING = ("POST", "PUT", "PATCH", "DELETE")


def ask(browser: Client, method: str, path: str, data: Any = None, **more: Any) -> HttpResponse:
    """The answer with its whole content; database and cookies are as they were before."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        answer = (
            browser.generic(method, path, **more)
            if data is None
            else getattr(browser, method.lower())(path, data, **more)
        )
        answer.whole = whole(answer)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer


def whole(answer: Any) -> bytes:
    """Its content to the end, so that a file behind it is closed."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def ask_as_program(token: str, method: str, path: str, body: str = "{}") -> HttpResponse:
    """The answer to a program that shows this token."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "asked-once"}
    more: dict[str, Any] = {"headers": headers}
    if method in WRITING:
        more |= {"data": body, "content_type": "application/json"}
    return ask(PROGRAM, method, path, **more)


def is_refused(answer: HttpResponse) -> bool:
    """Not allowed, not there, not by this method, or sent to sign in."""
    return answer.status_code in {401, 403, 404, 405} or is_sent_to_sign_in(answer)


def is_sent_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")


def methods(address: Address) -> tuple[str, ...]:
    """Reading and sending; what else there is belongs to no address of this house, and one test says so."""
    return ("GET", "POST")
