"""Who may go to the addresses that belong to no room."""

from collections.abc import Mapping

from shixiao.people.access import Access, public

ACCESS: Mapping[str, Access] = {
    "certificate_of_authority": public("A device trusts the certificate before anybody signs in on it.", decides=True),
}
