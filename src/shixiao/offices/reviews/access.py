"""Who may go to the addresses of this desk: whoever holds one of its posts, whoever may look at its cases, and the performance officer.
Which review somebody sees is decided by the review; a grade is nobody's but its giver's until all have given theirs (`sealing`)."""

from collections.abc import Mapping

from shixiao.people.access import SIGNED_IN, Access, holders, roles
from shixiao.people.models import Role

_SEES = (roles(Role.OFFICER) | holders("reviews.")).but(decides=True)
_OF_A_CASE = SIGNED_IN.but(decides=True)
_KEEPS = holders("reviews.officer").but(decides=True)
ACCESS: Mapping[str, Access] = {
    "home": _SEES,
    "review": _OF_A_CASE,
    "take": _OF_A_CASE,
    "rubrics": _SEES,
    "rubric": _SEES,
    "define": _KEEPS,
    "take_shipped": _KEEPS,
    "change": _KEEPS,
    "retire": _KEEPS,
}
