"""Who may go to the addresses of this desk. Which task and which instruction somebody sees is decided by the case (`visibility`); what a
leader wrote by `reading`."""

from collections.abc import Mapping

from shixiao.messages.responsibilities import LEADER, OFFICE, UNIT_HEAD
from shixiao.people.access import SELDOM, SIGNED_IN, Access, holders, roles
from shixiao.people.models import Role

_ABOVE = holders(UNIT_HEAD.word, OFFICE.word, LEADER.word)
_SEES = (roles(Role.OFFICER) | holders("supervision.") | _ABOVE).but(decides=True)
_OF_A_CASE = SIGNED_IN.but(decides=True)
_SUPERVISES = holders("supervision.officer").but(decides=True)
_INSTRUCTIONS = holders("supervision.instructions", "supervision.head", "supervision.leader").but(decides=True)
_LEADS = holders("supervision.leader").but(decides=True)
ACCESS: Mapping[str, Access] = {
    "home": _SEES,
    "statistics": _SEES,
    "screen": _SEES,
    "briefing": _SEES,
    "mine": SIGNED_IN,
    "leader": _LEADS,
    "write": _LEADS,
    "decide": _LEADS,
    "tag": _SUPERVISES,
    "task": _OF_A_CASE,
    "letter_preview": _OF_A_CASE,
    "letters": _SEES,
    "letter": _OF_A_CASE,
    "letter_file": _OF_A_CASE.but(a_minute=SELDOM),
    "letter_templates": _SEES,
    "letter_template": _SEES.but(sending=_SUPERVISES, a_minute=SELDOM),
    "instructions": _INSTRUCTIONS,
    "instruction": _OF_A_CASE,
    "text": _OF_A_CASE,
    "oa": _SUPERVISES,
    "import": _SUPERVISES,
    "template": _SUPERVISES,
    "preview": _SUPERVISES,
    "columns": _SUPERVISES,
    "put_away": _SUPERVISES,
}
