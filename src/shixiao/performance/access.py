"""Who may go to the addresses of plans: everybody reads them, the performance officer keeps them."""

from collections.abc import Mapping

from shixiao.people.access import SELDOM, SIGNED_IN, Access, public, roles
from shixiao.people.models import Role

_OFFICER = roles(Role.OFFICER)
_OF_A_FILE = _OFFICER.but(decides=True)
_QUESTIONS = _OFFICER | roles(Role.AUDITOR)
_PUBLISHED = public("What was published is for everybody.")
ACCESS: Mapping[str, Access] = {
    "home": SIGNED_IN,
    "search": SIGNED_IN.but(a_minute=4 * SELDOM),
    "import": _OFFICER.but(a_minute=SELDOM),
    "review": _OF_A_FILE,
    "summary": _OF_A_FILE,
    "original": _OF_A_FILE,
    "columns": _OF_A_FILE,
    "page_picture": _OF_A_FILE,
    "accept": _OF_A_FILE,
    "put_away": _OF_A_FILE,
    "plan": SIGNED_IN,
    "events": SIGNED_IN,
    "version": SIGNED_IN,
    "changes": SIGNED_IN,
    "download": SIGNED_IN.but(decides=True, a_minute=SELDOM),
    "funds": SIGNED_IN,
    "match": _OFFICER,
    "source": SIGNED_IN,
    "document": SIGNED_IN,
    "indicator": SIGNED_IN,
    "reading_json": SIGNED_IN,
    "why": SIGNED_IN,
    "why_json": SIGNED_IN,
    "correct": _OFFICER,
    "withdraw": _OFFICER,
    "suppress": _OFFICER.but(decides=True),
    "unsuppress": _OFFICER,
    "board": SIGNED_IN,
    "board_leader": SIGNED_IN,
    "board_money": SIGNED_IN,
    "board_compare": SIGNED_IN,
    "board_restated": SIGNED_IN,
    "plan_board": SIGNED_IN,
    "plan_board_leader": SIGNED_IN,
    "plan_board_money": SIGNED_IN,
    "plan_board_compare": SIGNED_IN,
    "plan_board_restated": SIGNED_IN,
    "questions": _QUESTIONS,
    "question": _QUESTIONS.but(decides=True),
    "binding_progress": SIGNED_IN,
    "bindings": SIGNED_IN.but(sending=_OFFICER),
    "binding": SIGNED_IN.but(sending=_OFFICER, decides=True),
    "declare": _OFFICER.but(decides=True),
    "declared_file": SIGNED_IN.but(decides=True),
    "undeclare": _OFFICER,
    "published": _PUBLISHED,
    "published_file": _PUBLISHED,
    "rules": SIGNED_IN,
    "rule": SIGNED_IN,
}
