"""What can happen to the self-evaluations of a day on their way to publication. Names are permanent: `ledger/names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import Kind, declare

_WHAT = ("version", "content_hash", "parts", "due")


def _declare(name: str, zh: str, en: str, *particulars: str, texts: tuple[str, ...] = ()) -> Kind:
    return declare(f"performance.result_{name}", Text(zh, en), particulars=particulars, texts=texts)


BEGUN = _declare("begun", "登记自评", "Results begun", "plan", "version", "until")
SUBMITTED = _declare("submitted", "送审", "Results handed in", *_WHAT, "unscored", texts=("answer", "without_score"))
UNIT_APPROVED = _declare("unit_approved", "单位审核通过", "Results approved by the unit", *_WHAT, texts=("opinion",))
DEPARTMENT_APPROVED = _declare(
    "department_approved", "主管部门审核通过", "Results approved by the department", *_WHAT, texts=("opinion",)
)
UNIT_RETURNED = _declare(
    "unit_returned", "单位审核退回", "Results returned by the unit", "version", "content_hash", "due", texts=("letter",)
)
DEPARTMENT_RETURNED = _declare(
    "department_returned",
    "主管部门审核退回",
    "Results returned by the department",
    "version",
    "content_hash",
    "due",
    texts=("letter",),
)
SECRECY_ASKED = _declare("secrecy_asked", "送保密审查", "Results sent to the secrecy review", "version", "due")
SECRECY_PASSED = _declare(
    "secrecy_passed", "保密审查通过", "Secrecy review of results passed", *_WHAT, texts=("result",)
)
SECRECY_REFUSED = _declare(
    "secrecy_refused", "保密审查不通过", "Secrecy review of results refused", "version", texts=("reason",)
)
PUBLISHED = _declare(
    "published", "公开", "Results published", "version", "content_hash", "office", "publication", "address"
)
RENEWED = _declare("renewed", "重新送审", "Results taken up again", "version", texts=("reason",))
WITHDRAWN = _declare("withdrawn", "撤回", "Results withdrawn", "version", texts=("reason",))
TAKEN_BACK = _declare(
    "taken_back", "撤回公开", "Publication of results withdrawn", "version", "publication", "address", texts=("reason",)
)
