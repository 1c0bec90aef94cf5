"""One measured figure, and the limit it is held to."""

from typing import NamedTuple


class Figure(NamedTuple):
    """What was measured. `holds` is None where there is nothing to hold it to."""

    what: str
    value: str
    limit: str = ""
    holds: bool | None = None
