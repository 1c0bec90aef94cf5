"""Who may go to the pages of endpoints."""

from collections.abc import Mapping

from shixiao.people.access import Access, roles
from shixiao.people.models import Role

ACCESS: Mapping[str, Access] = {
    "endpoints": roles(Role.SYSTEM_ADMINISTRATOR),
    "endpoint": roles(Role.SYSTEM_ADMINISTRATOR),
}
