"""Who may go to the addresses of this desk: whoever holds one of its posts, and the performance officer, who looks."""

from collections.abc import Mapping

from shixiao.people.access import SELDOM, SIGNED_IN, Access, holders, roles
from shixiao.people.models import Role

_SEES = roles(Role.OFFICER) | holders("payments.")
_OWN_FILE = SIGNED_IN.but(decides=True)
ACCESS: Mapping[str, Access] = {
    "execution": _SEES,
    "project": _SEES.but(decides=True),
    "amounts": _SEES,
    "programmes": _SEES,
    "plan_year": holders("payments.").but(decides=True),
    "import": _SEES.but(a_minute=SELDOM),
    "template": SIGNED_IN,
    "preview": _OWN_FILE,
    "columns": _OWN_FILE,
    "put_away": _OWN_FILE,
}
