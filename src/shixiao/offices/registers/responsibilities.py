"""Who may do what at this desk. Restricted registers have words of their own: no other word opens them."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

KEEPER = declare("registers.keeper", Text("台账管理", "Keeper of registers"))
CLERK = declare("registers.clerk", Text("台账登记", "Registers clerk"))
CONFIRMER = declare("registers.confirmer", Text("台账确认", "Registers confirmer"))
RESTRICTED_CLERK = declare("registers.restricted_clerk", Text("限制台账登记", "Restricted registers clerk"))
RESTRICTED_CONFIRMER = declare("registers.restricted_confirmer", Text("限制台账确认", "Restricted registers confirmer"))
