"""Who may go to the addresses of this desk. Which task and which instruction somebody sees is decided by the case (`visibility`); what a
leader wrote by `reading`."""

from collections.abc import Mapping

from shixiao.messages.responsibilities import LEADER, OFFICE, UNIT_HEAD
from shixiao.people.access import SIGNED_IN, Access, holders, roles
from shixiao.people.models import Role

_ABOVE = holders(UNIT_HEAD.word, OFFICE.word, LEADER.word)
_SEES = (roles(Role.OFFICER) | holders("supervision.") | _ABOVE).but(decides=True)
_OF_A_CASE = SIGNED_IN.but(decides=True)
_SUPERVISES = holders("supervision.officer").but(decides=True)
_INSTRUCTIONS = holders("supervision.instructions", "supervision.head", "supervision.leader").but(decides=True)
_LEADS = holders("supervision.leader").but(decides=True)
ACCESS: Mapping[str, Access] = {
    "home": _SEES,
    "mine": SIGNED_IN,
    "leader": _LEADS,
    "write": _LEADS,
    "decide": _LEADS,
    "tag": _SUPERVISES,
    "task": _OF_A_CASE,
    "instructions": _INSTRUCTIONS,
    "instruction": _OF_A_CASE,
    "text": _OF_A_CASE,
    "import": _SUPERVISES,
    "preview": _SUPERVISES,
    "columns": _SUPERVISES,
    "put_away": _SUPERVISES,
}
