"""Who may do what at the counter itself."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

KEEPER = declare("casework.keeper", Text("项目和合同管理", "Keeper of projects and contracts"))
