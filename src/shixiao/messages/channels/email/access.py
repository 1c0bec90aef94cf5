"""Who may go to the page of mail addresses, and how often a test mail may go."""

from collections.abc import Mapping

from shixiao.people.access import RARELY, Access, roles
from shixiao.people.models import Role

ACCESS: Mapping[str, Access] = {
    "email": roles(Role.SYSTEM_ADMINISTRATOR),
    "try_email": roles(Role.SYSTEM_ADMINISTRATOR).but(a_minute=RARELY),
}
