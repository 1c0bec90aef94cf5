"""By which profile a plan is scored: the one in force at the end of its year, unless the office chose another, with the reason."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine import scoring
from shixiao.engine.scoring import Profile, Share
from shixiao.engine.secrecy import is_marked
from shixiao.people.models import User
from shixiao.people.permissions import may_evaluate
from shixiao.performance import events
from shixiao.performance.content import digest
from shixiao.performance.models import Plan, ProfileChoice
from shixiao.performance.wordings import said

USUAL_SHARE = Share.BY_BUDGET
REASON_LENGTH = 500


class NotChoosable(ValueError):
    """The profile cannot be used; `sentences` say why, each fault with its place. `field` names what is wrong."""

    def __init__(self, *sentences: str, field: str = "document") -> None:
        super().__init__("；".join(sentences))
        self.sentences, self.field = sentences, field


@dataclass(frozen=True)
class InForce:
    """The profile, how projects make the department's total, and the choice behind both; None where the rules alone decide."""

    profile: Profile
    share: Share
    choice: ProfileChoice | None


def in_force(plan: Plan) -> InForce:
    """What the office chose, otherwise what is in force on the last day of the plan's year. One statement. Raises `scoring.NoProfile`."""
    newest = ProfileChoice.objects.filter(plan=plan).select_related("made_by").order_by("-id").first()
    if newest is None or not newest.code:
        share = Share(newest.department_share) if newest else USUAL_SHARE
        return InForce(scoring.profile_for(date(plan.fiscal_year, 12, 31)), share, newest)
    own = scoring.profile_from_json(newest.document) if newest.document else None
    return InForce(own or scoring.by_code(newest.code), Share(newest.department_share), newest)


def choose(plan: Plan, *, code: str, document: str, share: str, reason: str, by: User, now: datetime) -> ProfileChoice:
    """Score this plan by that profile from now on: one that comes with the program, by its code; the office's own, as JSON; or, with
    neither, whatever is in force.

    Raises `PermissionDenied`; `NotChoosable` with every fault of an own profile, for an unknown code, and without a reason.
    """
    if not may_evaluate(by):
        raise PermissionDenied(_("计分方案由绩效管理员选用。"))
    told = reason.strip().replace("\0", "")
    if not told or len(told) > REASON_LENGTH:
        raise NotChoosable(_("请写明理由，最多 %(n)d 字。") % {"n": REASON_LENGTH}, field="reason")
    if is_marked(told):
        raise NotChoosable(_("理由里有密级标志，不能写进这里。"), field="reason")
    if share not in [each.value for each in Share]:
        raise NotChoosable(_("没有这种汇总方法。"), field="share")
    written, code = _own(document, code)
    with transaction.atomic():
        made = ProfileChoice.objects.create(
            plan=plan, code=code, document=written, department_share=share, reason=told, made_by=by, made_at=now
        )
        particulars = {
            "profile": code,
            "choice": made.pk,
            "department_share": share,
            "profile_hash": digest(json.dumps(written, sort_keys=True).encode()) if written else "",
        }
        ledger.record(events.PROFILE_CHOSEN, subject=made, by=by, now=now, particulars=particulars)
    return made


def _own(document: str, code: str) -> tuple[dict[str, Any] | None, str]:
    """The office's own profile as it is kept, and its code; or the code of a shipped one."""
    if not document.strip():
        if code:
            try:
                scoring.by_code(code)
            except scoring.NoProfile as refused:
                raise NotChoosable(said(refused.text), field="code") from None
        return None, code
    try:
        written = json.loads(document)
    except (ValueError, RecursionError):
        raise NotChoosable(_("这不是 JSON。请从下面的一份改起。")) from None
    try:
        profile = scoring.profile_from_json(written)
    except scoring.Unscorable as refused:
        raise NotChoosable(*(f"{each.place}: {said(each.text)}" for each in refused.faults)) from None
    return scoring.profile_as_json(profile), profile.code
