"""How much time each level has, unless an officer sets another from a day on."""

from shixiao.casework.limits import Limit
from shixiao.engine.bilingual import Text
from shixiao.performance.results.steps import RESULT

LIMITS = (
    Limit(kind=RESULT, name="unit_review", budget="5wd", title=Text("单位审核", "Unit review")),
    Limit(kind=RESULT, name="department_review", budget="10wd", title=Text("主管部门审核", "Department review")),
    Limit(kind=RESULT, name="answer", budget="5wd", title=Text("修改后再报", "Correction after the return")),
    Limit(kind=RESULT, name="secrecy_review", budget="5wd", title=Text("保密审查", "Secrecy review")),
    Limit(kind=RESULT, name="publication", budget="10wd", title=Text("公开", "Publication")),
)
