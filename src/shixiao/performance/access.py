"""Who may go to the addresses of plans: everybody reads them, the performance officer keeps them."""

from collections.abc import Mapping

from shixiao.people.access import SELDOM, SIGNED_IN, Access, holders, roles
from shixiao.people.models import Role

_OFFICER = roles(Role.OFFICER)
_OF_A_FILE = _OFFICER.but(decides=True)
# Reviewers and drafters, and whoever answers for a unit or looks at everything.
_REVIEWS = _OFFICER | holders("performance.", "messages.")
_OF_A_REVIEW = _REVIEWS.but(decides=True)
_DRAFTS = _OFFICER | holders("performance.drafter")
_OF_A_DRAFT = SIGNED_IN.but(decides=True)  # the owner's, as every draft
_QUESTIONS = _OFFICER | roles(Role.AUDITOR)
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
    "drafts": _DRAFTS,
    "draft": _OF_A_DRAFT,
    "new_draft_project": _OF_A_DRAFT,
    "draft_project": _OF_A_DRAFT,
    "new_draft_row": _OF_A_DRAFT,
    "draft_row": _OF_A_DRAFT,
    "tried_row": _OF_A_DRAFT,
    "hand_in_draft": _OF_A_DRAFT,
    "put_draft_away": _OF_A_DRAFT,
    "reviews": SIGNED_IN,
    "return_plans": _OF_A_REVIEW,
    "approve_plans": _OF_A_REVIEW,
    "plan_review": _OF_A_REVIEW,
    "decide_plan": _OF_A_REVIEW,
    "note_row": _OF_A_REVIEW,
    "plan_life": SIGNED_IN,
    "plan_strip": SIGNED_IN,
    "begin_plan": holders("performance.drafter").but(decides=True),
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
    "rules": SIGNED_IN,
    "rule": SIGNED_IN,
}
