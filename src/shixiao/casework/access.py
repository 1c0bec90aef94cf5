"""Who may go to the addresses of the counter. What somebody sees of a case follows from its unit (`visibility`), so these decide."""

from collections.abc import Mapping

from shixiao.people.access import SELDOM, SIGNED_IN, Access, holders, roles
from shixiao.people.models import Role

_OFFICER = roles(Role.OFFICER)
_OF_A_CASE = SIGNED_IN.but(decides=True)
_TIME = SIGNED_IN.but(sending=_OFFICER)
_SHARED = (_OFFICER | holders("casework.keeper")).but(decides=True)
ACCESS: Mapping[str, Access] = {
    "todo": SIGNED_IN,
    "office": SIGNED_IN,
    "export": _OF_A_CASE.but(a_minute=SELDOM),
    "manual_contents": SIGNED_IN,
    "manual": SIGNED_IN,
    "manual_kind": SIGNED_IN,
    "measures": SIGNED_IN,
    "measure": SIGNED_IN,
    "search": SIGNED_IN.but(a_minute=4 * SELDOM),
    "choose": SIGNED_IN,
    "begin": _OF_A_CASE,
    "things": _OF_A_CASE,
    "many": _OF_A_CASE,
    "case": _OF_A_CASE,
    "assign": _OF_A_CASE,
    "place": _OF_A_CASE,
    "ask_extension": _OF_A_CASE,
    "answer_extension": _OF_A_CASE,
    "step": _OF_A_CASE,
    "duties-today": SIGNED_IN,
    "duties": SIGNED_IN,
    "duty_choose": _OF_A_CASE,
    "duty_new": _OF_A_CASE,
    "duty": _OF_A_CASE,
    "duty_change": _OF_A_CASE,
    "duty_end": _OF_A_CASE,
    "evidence": SIGNED_IN,
    "gauge": SIGNED_IN,
    "filters": SIGNED_IN,
    "save_filter": SIGNED_IN,
    "delete_filter": _OF_A_CASE,
    "calendar": _TIME,
    "hours": _TIME,
    "limits": _TIME,
    "lights": _TIME,
    "years": _TIME,
    "topic": _SHARED,
    "change_topic": _OFFICER.but(decides=True),
    "shared": _SHARED,
    "add_shared": _SHARED,
    "add_tag": _OF_A_CASE,
    "remove_tag": _OF_A_CASE,
    "add_remark": _OF_A_CASE,
    "add_file": _OF_A_CASE.but(a_minute=SELDOM),
    "file": _OF_A_CASE,
    "remove_file": _OF_A_CASE,
    "tags": SIGNED_IN,
    "new_tag": _OF_A_CASE,
    "tag_many": _OF_A_CASE,
    "tag": SIGNED_IN,
    "change_tag": _OF_A_CASE,
    "erase": roles(Role.SECURITY_ADMINISTRATOR),
}
