"""Who may go to the addresses of the inbox, and to those that say what became of messages."""

from collections.abc import Mapping

from shixiao.people.access import SIGNED_IN, Access, roles
from shixiao.people.models import Role

_OF_ONE, _OFFICER = SIGNED_IN.but(decides=True), roles(Role.OFFICER)
ACCESS: Mapping[str, Access] = {
    "inbox": SIGNED_IN,
    "change": SIGNED_IN,
    "open": _OF_ONE,
    "about": _OF_ONE,
    "outbox": roles(Role.SYSTEM_ADMINISTRATOR),
    "delivery": roles(Role.SYSTEM_ADMINISTRATOR).but(decides=True),
    "mine": SIGNED_IN,
    "quiet": SIGNED_IN.but(sending=_OFFICER),
    "ladder": SIGNED_IN.but(sending=_OFFICER),
}
