"""Sessions lie in the database; a page that only shows something is shown although what the session notes cannot be stored."""

import logging

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from shixiao.ledger.troubles import Trouble, trouble_of


class Unstored(Exception):
    """The database did not take a session."""


log = logging.getLogger("shixiao.trouble")


class Sessions(SessionMiddleware):
    """Django's. Once a minute a session notes that it was used: on a full disk that is lost, and the page is not."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The answer. After a page that says that the database cannot be used, nothing is asked of it again."""
        if response.status_code == 503:
            return response
        try:
            return super().process_response(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            trouble = trouble_of(error)
            if trouble is Trouble.FULL and request.method in ("GET", "HEAD"):
                log.warning("FULL: the use of a session was not noted")
                return response
            if trouble is not None:  # Django says that the session was deleted, and 400, whatever the database said
                raise Unstored from error
            raise
