"""How much time things get at this desk, unless an officer sets another."""

from shixiao.casework.limits import Limit
from shixiao.engine.bilingual import Text
from shixiao.offices.reviews.steps import REVIEW

LIMITS = (
    Limit(kind=REVIEW, name="prepare", budget="10wd", title=Text("提交材料", "Handing in the material")),
    Limit(kind=REVIEW, name="name", budget="5wd", title=Text("指定评审人", "Naming reviewers")),
    Limit(kind=REVIEW, name="grade", budget="10wd", title=Text("评分", "Grading")),
    Limit(kind=REVIEW, name="settle", budget="5wd", title=Text("裁定", "Settling")),
)
