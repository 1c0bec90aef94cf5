"""Who may go to the addresses of this desk: whoever holds one of its posts, and the performance officer, who looks at what is not
restricted. Which register somebody sees follows from its unit and from whether it is restricted, so these decide."""

from collections.abc import Mapping

from shixiao.people.access import SELDOM, SIGNED_IN, Access, holders, roles
from shixiao.people.models import Role

_SEES = (roles(Role.OFFICER) | holders("registers.")).but(decides=True)
_WRITES = holders("registers.").but(decides=True)
_KEEPS = holders("registers.keeper").but(decides=True)
_OWN_FILE = SIGNED_IN.but(decides=True)
ACCESS: Mapping[str, Access] = {
    "home": _SEES,
    "define": _KEEPS,
    "take_shipped": _KEEPS,
    "table": _SEES,
    "calendar": _SEES,
    "measures": _SEES,
    "nil_returns": _SEES,
    "ask_nil_return": _SEES,
    "export": _SEES.but(a_minute=SELDOM),
    "change": _KEEPS,
    "retire": _KEEPS,
    "begin": _WRITES,
    "template": _WRITES,
    "import": _WRITES.but(a_minute=SELDOM),
    "preview": _OWN_FILE,
    "columns": _OWN_FILE,
    "put_away": _OWN_FILE,
}
