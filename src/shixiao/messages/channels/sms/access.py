"""Who may go to the pages of SMS, and who brings reports."""

from collections.abc import Mapping

from shixiao.people.access import OFTEN, RARELY, SIGNED_IN, Access, public, roles
from shixiao.people.models import Role

ACCESS: Mapping[str, Access] = {
    "sms": roles(Role.SYSTEM_ADMINISTRATOR),
    "try_sms": roles(Role.SYSTEM_ADMINISTRATOR).but(a_minute=RARELY),
    "sms_rule": SIGNED_IN.but(sending=roles(Role.OFFICER)),
    "sms_report": public("Carriers sign nothing; the word in the address is the secret.", decides=True, a_minute=OFTEN),
}
