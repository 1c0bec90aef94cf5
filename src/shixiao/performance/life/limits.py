"""How much time each level has, unless an officer sets another."""

from shixiao.casework.limits import Limit
from shixiao.engine.bilingual import Text
from shixiao.performance.life.steps import PLAN

LIMITS = (
    Limit(kind=PLAN, name="unit_review", budget="5wd", title=Text("单位审核", "Unit review")),
    Limit(kind=PLAN, name="department_review", budget="10wd", title=Text("主管部门审核", "Department review")),
    Limit(kind=PLAN, name="finance_review", budget="10wd", title=Text("财政审核", "Finance review")),
    Limit(kind=PLAN, name="answer", budget="5wd", title=Text("修改后再报", "Correction after the return")),
    Limit(kind=PLAN, name="secrecy_review", budget="5wd", title=Text("保密审查", "Secrecy review")),
)
