"""What can happen in a plan's life. Names are permanent: `ledger/names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import Kind, declare

_WHAT = ("version", "content_hash", "parts", "due")
_RETURNED = ("version", "content_hash", "findings", "due")


def _declare(name: str, zh: str, en: str, *particulars: str, texts: tuple[str, ...] = ()) -> Kind:
    return declare(f"performance.plan_{name}", Text(zh, en), particulars=particulars, texts=texts)


BEGUN = _declare("begun", "登记草拟", "Plan begun", "plan", "version")
TAKEN_OVER = _declare("taken_over", "按已公开的表转入", "Published plan taken over", "plan", "version")
SUBMITTED = _declare(
    "submitted", "提交审核", "Plan handed in", *_WHAT, "added", "removed", "changed", "compared", texts=("answer",)
)
UNIT_APPROVED = _declare(
    "unit_approved", "单位审核通过", "Approved by the unit", *_WHAT, "looked_at", texts=("opinion",)
)
DEPARTMENT_APPROVED = _declare(
    "department_approved", "主管部门审核通过", "Approved by the department", *_WHAT, "looked_at", texts=("opinion",)
)
FINANCE_APPROVED = _declare(
    "finance_approved", "财政审核通过", "Approved by finance", *_WHAT, "looked_at", texts=("opinion",)
)
UNIT_RETURNED = _declare(
    "unit_returned", "单位审核退回", "Returned by the unit", *_RETURNED, texts=("letter", "remarks")
)
DEPARTMENT_RETURNED = _declare(
    "department_returned", "主管部门审核退回", "Returned by the department", *_RETURNED, texts=("letter", "remarks")
)
FINANCE_RETURNED = _declare(
    "finance_returned", "财政审核退回", "Returned by finance", *_RETURNED, texts=("letter", "remarks")
)
SECRECY_ASKED = _declare("secrecy_asked", "送保密审查", "Sent to the secrecy review", "version", "due")
SECRECY_PASSED = _declare(
    "secrecy_passed", "保密审查通过", "Secrecy review passed", "version", "content_hash", "parts", texts=("opinion",)
)
SECRECY_REFUSED = _declare("secrecy_refused", "保密审查不通过", "Secrecy review refused", "version", texts=("reason",))
PUBLISHED = _declare("published", "公开", "Plan published", "version", "content_hash", "parts")
ADJUSTED = _declare("adjusted", "调整立项", "Adjustment begun", "version", texts=("document", "reason"))
ADJUSTMENT_ABANDONED = _declare(
    "adjustment_abandoned", "不再调整", "Adjustment abandoned", "version", texts=("reason",)
)
ADJUSTMENT_OF_IMPORT_ABANDONED = _declare(
    "adjustment_of_import_abandoned",
    "不再调整转入的表",
    "Adjustment of an imported plan abandoned",
    "version",
    texts=("reason",),
)
WITHDRAWN = _declare("withdrawn", "撤回", "Plan withdrawn", "version", texts=("reason",))
TERMINATED = _declare("terminated", "终止", "Plan terminated", "version", "published", texts=("document", "reason"))
