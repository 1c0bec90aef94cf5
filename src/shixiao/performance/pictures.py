"""The page of an uploaded PDF as a picture, drawn in a process of its own: a file that breaks it breaks nothing else."""

import subprocess
import sys
from collections.abc import Sequence

MODULE = "shixiao.tables.formats.pdf.picture"
WIDTH = 1_200
SECONDS = 20


class NotDrawn(ValueError):
    """There is no such page, or it cannot be drawn in time."""


def page_of(content: bytes, page: int, marked: Sequence[int] = ()) -> bytes:
    """A page as a PNG, with a place on it marked (left, top, right, bottom in points). Raises NotDrawn."""
    command = [sys.executable, "-m", MODULE, str(page), str(WIDTH), *map(str, marked)]
    try:
        drawn = subprocess.run(  # noqa: S603 - our own module, with two numbers
            command, input=content, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as failure:
        raise NotDrawn(f"page {page}") from failure
    return drawn.stdout
