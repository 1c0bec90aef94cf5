"""What people call the things that a measure's parameters may name: registers, programmes, milestones. Asked of the offices.

An office whose measures have such parameters has in its module `gauges` a function `choices`: from the name of a slot to the words that
people use and what a gauge stores for each, in one statement at most.
"""

from typing import Any

from shixiao.casework import offices
from shixiao.engine.measures.wordings import AllChoices


def choices() -> AllChoices:
    """By slot, what every installed office calls the things that may stand in it. What two of them call alike is the first one's."""
    found: dict[str, dict[str, Any]] = {}
    for office in offices.installed():
        ask = office.gauge_choices
        for slot, named in (ask() if ask is not None else {}).items():
            found[slot] = {**named, **found.get(slot, {})}
    return found
