"""Who may go to the pages of 粤政易, and how often."""

from collections.abc import Mapping

from shixiao.people.access import OFTEN, RARELY, Access, public, roles
from shixiao.people.models import Role

ACCESS: Mapping[str, Access] = {
    "yuezhengyi": roles(Role.SYSTEM_ADMINISTRATOR),
    "try_yuezhengyi": roles(Role.SYSTEM_ADMINISTRATOR).but(a_minute=RARELY),
    "yuezhengyi_contacts": roles(Role.SYSTEM_ADMINISTRATOR).but(a_minute=RARELY),
    "yuezhengyi_callback": public(
        "The provider signs what it sends; the view asks nothing else of it.", decides=True, a_minute=OFTEN
    ),
    "yuezhengyi_enter": public("Whoever signs in is not signed in yet.", a_minute=RARELY * 5),
    "yuezhengyi_entered": public(
        "Whoever signs in is not signed in yet; the session knows who began.", a_minute=RARELY
    ),
}
