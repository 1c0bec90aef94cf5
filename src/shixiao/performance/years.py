"""Which fiscal year a table is for, where nobody printed it."""

import re
from collections import Counter

from shixiao.engine import plans
from shixiao.performance.models import FIRST_YEAR, LAST_YEAR

YEAR = re.compile(r"(?<!\d)(20\d\d|2100)(?!\d)")
PRINTED = re.compile(r"(?<!\d)(20\d\d|2100)(?=\s*年)(?!\s*年？\s*[-—~至])")


def proposed_year(plan: plans.Plan) -> int | None:
    """The year that the title prints, or else the one that the names of the projects mention most, the later one
    of two equals. None when nothing points to a year. A proposal only: a person confirms it.
    """
    printed = PRINTED.findall(plan.title)
    if printed:
        return int(printed[0])
    mentioned = Counter(int(year) for _unit, project in plan.projects() for year in set(YEAR.findall(project.name)))
    plausible = {year: count for year, count in mentioned.items() if FIRST_YEAR <= year <= LAST_YEAR}
    return max(plausible, key=lambda year: (plausible[year], year), default=None)
