"""Who may go to the page of backups."""

from collections.abc import Mapping

from shixiao.people.access import Access, roles
from shixiao.people.models import Role

ACCESS: Mapping[str, Access] = {"backups": roles(Role.SYSTEM_ADMINISTRATOR)}
