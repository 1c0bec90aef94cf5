"""What a deploy check says."""

from dataclasses import dataclass
from enum import Enum

from shixiao.engine.bilingual import Text


class Severity(str, Enum):
    """An error keeps the server from serving others; a warning is for a person to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that stands against serving others. `id` is permanent: scripts and manuals name it."""

    id: str
    severity: Severity
    what: Text
    why: Text
    next_step: Text


def error(id: str, what: Text, why: Text, next_step: Text) -> Concern:
    """A concern that keeps the server from serving others."""
    return Concern(id, Severity.ERROR, what, why, next_step)


def warning(id: str, what: Text, why: Text, next_step: Text) -> Concern:
    """A concern for a person to weigh."""
    return Concern(id, Severity.WARNING, what, why, next_step)
