"""Files on their way through a request: straight into a draft of the store, never into memory, never twice.

A view that takes them is `streamed`: the sign-in and the right to see the case are asked for before the first byte of the
body is read, and the forgery token after.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from shixiao.casework.refusing import Refused
from shixiao.casework.storing import Draft, store

FORM_BYTES = (1 << 20) - 1  # room for the other fields and the borders between them; less than what a page counts in


class Arrived(UploadedFile):  # type: ignore[type-arg]
    """A file that came in whole. Closing it, as the end of every request does, discards what was not kept."""

    def __init__(self, draft: Draft, *, name: str) -> None:
        super().__init__(file=None, name=name, size=draft.size)
        self.draft = draft

    def close(self) -> None:
        """The draft is gone, unless it was kept."""
        self.draft.discard()


class IntoTheStore(FileUploadHandler):
    """Django's parser hands over each part of each file. `refused` is why the upload was broken off."""

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.refused: Refused | None = None
        self.draft: Draft | None = None
        self.expected = int(request.META.get("CONTENT_LENGTH") or 0)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        try:
            self.draft = store().draft(limit=self.limit, expected=self.expected)
        except Refused as refused:
            self._break_off(refused)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A part of it."""
        assert self.draft is not None  # noqa: S101
        try:
            self.draft.write(raw_data)
        except Refused as refused:
            self._break_off(refused)

    def file_complete(self, file_size: int) -> Arrived | None:
        """It is whole."""
        assert self.draft is not None  # noqa: S101
        draft, self.draft = self.draft, None
        try:
            draft.finish()
        except Refused as refused:
            draft.discard()
            self._break_off(refused)
        return Arrived(draft, name=self.file_name or "")

    def upload_interrupted(self) -> None:
        """The browser went away, or it was broken off."""
        if self.draft is not None:
            self.draft.discard()
            self.draft = None

    def _break_off(self, refused: Refused) -> None:
        self.refused = refused
        self.upload_interrupted()
        raise StopUpload(connection_reset=True)


View = Callable[..., HttpResponse]


def streamed(*, limit: Callable[[], int], first: Callable[..., None]) -> Callable[[View], View]:
    """A view whose files go into drafts. `first` is asked, with the view's arguments, before anything is read.

    The view finds the handler as `request.incoming`; `site.borders` lets requests of this size through.
    """

    def decorate(view: View) -> View:
        protected = csrf_protect(view)

        @wraps(view)
        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                first(request, *args, **kwargs)
                handler = IntoTheStore(request, limit=limit())
                request.upload_handlers = [handler]
                request.incoming = handler  # type: ignore[attr-defined]
            return protected(request, *args, **kwargs)

        outer.request_limit = lambda: limit() + FORM_BYTES  # type: ignore[attr-defined]
        return csrf_exempt(outer)

    return decorate
