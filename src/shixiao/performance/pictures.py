"""The page of an uploaded PDF as a picture, drawn in a process of its own: a file that breaks it breaks nothing else."""

import subprocess
import sys

MODULE = "shixiao.tables.formats.pdf.picture"
WIDTH = 1_200
SECONDS = 20


class NotDrawn(ValueError):
    """There is no such page, or it cannot be drawn in time."""


def page_of(content: bytes, page: int) -> bytes:
    """A page as a PNG. Raises NotDrawn."""
    command = [sys.executable, "-m", MODULE, str(page), str(WIDTH)]
    try:
        drawn = subprocess.run(  # noqa: S603 - our own module, with two numbers
            command, input=content, capture_output=True, timeout=SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, OSError) as failure:
        raise NotDrawn(f"page {page}") from failure
    return drawn.stdout
