"""The clock of this process and of those it starts, as many seconds away from the machine's as the file that SHIXIAO_TEST_CLOCK names says:
anew for each question, so that a test sets it forward and back under a running server. Python loads this by itself from its path."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils import timezone

_told = Path(os.environ["SHIXIAO_TEST_CLOCK"])


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(_told.read_text(encoding="ascii")))


timezone.now = _now
