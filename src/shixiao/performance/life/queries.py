"""What the page of a plan's case says on top."""

from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.performance.life import approving, contents, told
from shixiao.performance.life.models import Level, PlanLife
from shixiao.performance.life.steps import PLAN
from shixiao.performance.models import PlanVersion

_ON_ITS_WAY = ("approved", "secrecy_review", "cleared")


def notice(case: Case) -> Text | None:
    """That the approved version is not as it was approved, and so will not be published; nothing in any other state."""
    if case.state not in _ON_ITS_WAY:
        return None
    life = PlanLife.objects.get(case=case)
    approved = approving.frozen(case.pk, version=life.approved_id, level=Level.FINANCE)
    versions = PlanVersion.objects.filter(pk=life.version_id).only("id", "number", "content_hash")
    found = contents.differences(approved, contents.of(versions)[life.version_id])
    if not found:
        return None
    changed = told.in_short(found)
    return Text(
        f"批复的值与现在的值不同：{changed.zh}。这样不能公开：请撤回以后的改动，或者按调整程序提交新的一版。",
        f"The approved value differs from the current value: {changed.en}. So it is not published: take back what was changed since, or hand in "
        "a new version as an adjustment.",
    )


NOTICES = {PLAN: notice}
