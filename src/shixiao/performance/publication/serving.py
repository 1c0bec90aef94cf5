"""Published files, answered before sessions, languages and the database: a published page costs what a static file costs."""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from shixiao.performance.publication import shelf

ROOT = "/published/"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# It answers before the middleware that would say the rest.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
KEPT = "public, max-age=60"  # what was withdrawn is gone everywhere after a minute
TYPES = {
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/atom+xml; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
}
LARGE = 4 << 20  # bytes: what is larger is sent from the file and not kept in memory
MOST_KEPT = 200
_NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*(?:[A-Za-z0-9_-][A-Za-z0-9._-]*)?")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is answered: its bytes (None where it is large), packed ones, and headers."""

    stamp: tuple[int, int]
    path: Path
    content: bytes | None
    packed: bytes
    tag: str
    type: str
    modified: str
    status: int


_kept: dict[str, Kept] = {}


class PublishedFiles:
    """Answers what lies on the shelf; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The file, or whatever comes next."""
        if request.path_info.startswith(ROOT) and request.method in ("GET", "HEAD"):
            found = find(request.path_info[len(ROOT) :])
            if found is not None:
                return answer(request, found)
        return self.get_response(request)


@login_not_required
@require_safe
def published(request: HttpRequest, name: str = "") -> HttpResponseBase:
    """A published file that was not on the shelf: it is filled where the database has something newer. 404 for what was never published."""
    if not shelf.is_fresh():
        shelf.fill()
    found = find(name)
    if found is None:
        raise Http404
    return answer(request, found)


def find(name: str) -> Kept | None:
    """The file of that name, as it is now; what was withdrawn answers for everything that stood there."""
    if not _NAME.fullmatch(name):
        return None
    known, path = _kept.get(name), _path(name)
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return _gone(name)
    stamp = (stat.st_mtime_ns, stat.st_size)
    if known is not None and known.stamp == stamp and known.path == path:
        return known
    if not path.is_file():
        return None
    found = _read(path, stamp, stat.st_mtime)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[name] = found
    return found


def _path(name: str) -> Path:
    root: Path = settings.SHIXIAO_PUBLISHED
    return root / name / "index.html" if not name or name.endswith("/") else root / name


def _gone(name: str) -> Kept | None:
    """Of a publication that was withdrawn, the page that says so."""
    beginning = "/".join(name.split("/")[:3])
    if name.count("/") < 3 or not (settings.SHIXIAO_PUBLISHED / beginning / shelf.GONE).is_file():
        return None
    return find(f"{beginning}/")


def _read(path: Path, stamp: tuple[int, int], moment: float) -> Kept:
    is_large = stamp[1] > LARGE
    content = None if is_large else path.read_bytes()
    seed = content if content is not None else f"{path}{stamp}".encode()
    folder = path.parent.parent if path.parent.name == "en" else path.parent
    return Kept(
        stamp=stamp,
        path=path,
        content=content,
        packed=gzip.compress(content, mtime=0) if content and len(content) > 500 else b"",
        tag=hashlib.sha256(seed).hexdigest()[:32],
        type=TYPES.get(path.suffix, "application/octet-stream"),
        modified=http_date(moment),
        status=410 if (folder / shelf.GONE).is_file() else 200,
    )


def answer(request: HttpRequest, found: Kept) -> HttpResponseBase:
    """The file with its headers, or that it has not changed."""
    is_packed = bool(found.packed) and "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{found.tag}{"-gz" if is_packed else ""}"'
    response: HttpResponseBase
    if found.status == 200 and _is_unchanged(request, tag, found.modified):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    elif found.content is None:
        response = FileResponse(found.path.open("rb"), content_type=found.type)
    else:
        response = HttpResponse(
            found.packed if is_packed else found.content, content_type=found.type, status=found.status
        )
        if is_packed:
            response.headers["Content-Encoding"] = "gzip"
    if found.packed:
        response.headers["Vary"] = "Accept-Encoding"
    response.headers["ETag"] = tag
    response.headers["Last-Modified"] = found.modified
    response.headers["Cache-Control"] = KEPT
    for name, said in HEADERS.items():
        response.headers[name] = said
    return response


def _is_unchanged(request: HttpRequest, tag: str, modified: str) -> bool:
    said = request.headers.get("If-None-Match")
    if said is not None:
        return tag in [each.strip().removeprefix("W/") for each in said.split(",")]
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    own = parse_http_date_safe(modified)
    return since is not None and own is not None and own <= since
