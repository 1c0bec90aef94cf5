"""Who may do what with a plan. Levels are words of their own, so that posts can keep them apart."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

DRAFTER = declare("performance.drafter", Text("绩效目标编报", "Drafter of plans"))
UNIT_REVIEWER = declare("performance.unit_reviewer", Text("绩效目标单位审核", "Unit reviewer of plans"))
DEPARTMENT_REVIEWER = declare(
    "performance.department_reviewer", Text("绩效目标主管部门审核", "Department reviewer of plans")
)
FINANCE_REVIEWER = declare("performance.finance_reviewer", Text("绩效目标财政审核", "Finance reviewer of plans"))
SECRECY_REVIEWER = declare("performance.secrecy_reviewer", Text("公开保密审查", "Secrecy reviewer"))
PUBLISHER = declare("performance.publisher", Text("绩效公开", "Publisher of plans"))
