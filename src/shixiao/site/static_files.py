"""Static files for the server: collected into the data folder, named by content, compressed.

The wheel carries them as they are, so that it does not depend on the Django settings it was built with. They are
collected when the server starts, and only when they changed: a fingerprint says so in a few milliseconds.
"""

from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

FINGERPRINT = "collected-from"


def collect() -> bool:
    """Collect what changed since the last start; says whether anything had to be done."""
    mark = settings.STATIC_ROOT / FINGERPRINT
    found = _fingerprint()
    if mark.is_file() and mark.read_text(encoding="ascii") == found:
        return False
    mark.unlink(missing_ok=True)  # an interrupted run leaves no mark
    # Without clear, a file whose time is not newer than the collected one's stays: and in a wheel every file may
    # bear the same time, so that an upgrade would go on serving the old ones.
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(found, encoding="ascii")
    return True


def _fingerprint() -> str:
    """Changes when a file comes, goes or changes, and when WhiteNoise or Django is another."""
    parts = [f"{name} {version(name)}" for name in ("django", "whitenoise")]
    return sha256("\n".join([*parts, *sorted(_contents())]).encode()).hexdigest()


def _contents() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list(None):
            with storage.open(path) as file:
                yield f"{path} {sha256(file.read()).hexdigest()}"
