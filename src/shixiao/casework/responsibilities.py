"""Who may do what at the counter itself."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

KEEPER = declare("casework.keeper", Text("项目和合同管理", "Keeper of projects and contracts"))
TAG_KEEPER = declare("casework.tag_keeper", Text("标签管理", "Keeper of tags"))
