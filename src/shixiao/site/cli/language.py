"""Which language a person reads, by the environment of the process."""

from __future__ import annotations

from collections.abc import Mapping

from shixiao.engine.bilingual import CHINESE, ENGLISH

# Our own variable first, so that a server whose locale is "C" can be told; then in the order of POSIX.
_VARIABLES = ("SHIXIAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of(environment: Mapping[str, str]) -> str:
    """English when the first variable that is set says so ("en", "en_GB.UTF-8"), Chinese otherwise ("C" included)."""
    said = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return ENGLISH if said.lower().startswith(ENGLISH) else CHINESE
