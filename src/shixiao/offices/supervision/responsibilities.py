"""Who may do what at this desk."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

OFFICER = declare("supervision.officer", Text("督办管理", "Supervision officer"))
HEAD = declare("supervision.head", Text("督办负责人", "Head of supervision"))
HANDLER = declare("supervision.handler", Text("督办承办", "Handler of supervised tasks"))
LEADER = declare("supervision.leader", Text("交办领导", "Leader who gives orders"))
INSTRUCTIONS = declare("supervision.instructions", Text("批示管理", "Keeper of instructions"))
