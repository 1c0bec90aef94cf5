"""Where the self-evaluations of a day stand, for the page of their case and for their own list, in a bounded number of statements."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse

from shixiao.casework import visibility
from shixiao.casework.models import Case
from shixiao.casework.offices import Link
from shixiao.casework.steps import State
from shixiao.engine.bilingual import Text
from shixiao.people.models import User
from shixiao.performance.life import approving, told
from shixiao.performance.life import contents as of_plans
from shixiao.performance.life.contents import EVALUATIONS, Difference
from shixiao.performance.life.told import Told
from shixiao.performance.models import PlanVersion
from shixiao.performance.results import contents
from shixiao.performance.results.models import ResultLife
from shixiao.performance.results.steps import IN_REVIEW, RESULT, RESULTS

MOST_LINKS = 12


class Standing(NamedTuple):
    """Where they stand. `changed`: what is not as it was approved, or before that as it was handed in. `address` is that of the last
    publication, withdrawn or not; `may_see`: the person may open the case."""

    life: ResultLife
    state: State
    changed: list[Told]
    is_approved: bool
    address: str
    is_withdrawn: bool
    may_see: bool


def standing(version: PlanVersion, until: date, *, by: User, now: datetime) -> Standing | None:
    """Where the self-evaluations of that day stand; None where they have no case."""
    rows = ResultLife.objects.select_related("case__unit", "publication__withdrawal")
    life = rows.defer(*_BULKY).filter(version=version, until=until).first()
    if life is None:
        return None
    found, is_approved = _differences(life)
    publication = life.publication
    return Standing(
        life=life,
        state=RESULTS.state(life.case.state),
        changed=told.one_by_one(found),
        is_approved=is_approved,
        address=address_of(publication.address) if publication else "",
        is_withdrawn=publication is not None and hasattr(publication, "withdrawal"),
        may_see=visibility.can_see(life.case, by=by, now=now),
    )


_BULKY = tuple(f"publication__{name}" for name in ("bundle", "openings", "page_zh", "page_en", "table"))


def address_of(publication: str) -> str:
    """Where everybody reads it."""
    return reverse("performance:published_file", args=[f"{publication}/"])


def _differences(life: ResultLife) -> tuple[list[Difference], bool]:
    """What is there now against what was approved, or while it is reviewed against what was handed in; and which of the two."""
    state = life.case.state
    if state in IN_REVIEW:
        before, is_approved = approving.frozen(life.case_id, round=life.round), False
    else:
        before, is_approved = contents.approved(life.case_id), True
    if not before:
        return [], False
    return of_plans.differences(before, contents.of([life])[life.case_id]), is_approved


def notice(case: Case) -> Text | None:
    """That something is not as it was approved or handed in, and what."""
    life = ResultLife.objects.select_related("case").get(case=case)
    found, is_approved = _differences(life)
    if not found:
        return None
    changed = told.in_short(found)
    if is_approved:
        return Text(
            f"批复的自评与现在的不同：{changed.zh}。批复的没有替换；要公开现在的，请重新送审。",
            f"What was approved is not what is there now: {changed.en}. What was approved stays; to publish what is there now, take it up again.",
        )
    return Text(
        f"送审以后有变化：{changed.zh}。请退回，让送审人重新提交。",
        f"Changed since it was handed in: {changed.en}. Return it, so that it is handed in anew.",
    )


def links(case: Case) -> Sequence[Link]:
    """The list of the self-evaluations, each of them as it was approved (or is now), and the publication."""
    life = ResultLife.objects.select_related("version", "publication").defer(*_BULKY).get(case=case)
    plan, number = life.version.plan_id, life.version.number
    listed = reverse("performance:evaluations", args=[plan, number]) + f"?until={life.until.isoformat()}"
    parts = contents.approved(case.pk) or contents.of([life])[case.pk]
    rows = [each for part in parts if part.about == EVALUATIONS for each in part.content["rows"].values()]
    found = [Link(Text("绩效自评", "Self-evaluations"), listed)]
    if life.publication is not None:
        address = life.publication.address
        found.append(Link(Text(f"公开的地址 {address}", f"Published at {address}"), address_of(address)))
    for each in rows[:MOST_LINKS]:
        title = Text(
            f"{each['project']}（第 {each['revision']} 次）", f"{each['project']} (revision {each['revision']})"
        )
        found.append(Link(title, reverse("performance:evaluation", args=[plan, number, each["evaluation"]])))
    return found


NOTICES = {RESULT: notice}
LINKS = {RESULT: links}
