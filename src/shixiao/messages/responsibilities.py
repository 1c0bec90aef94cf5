"""What somebody may be responsible for in this room."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

UNIT_HEAD = declare("messages.unit_head", Text("科室负责人", "Head of the unit"))
OFFICE = declare("messages.office", Text("督办", "Supervision"))
LEADER = declare("messages.leader", Text("分管领导", "Leader"))
NIGHT_DUTY = declare("messages.night_duty", Text("夜间值班", "Night duty"))
