"""Who may do what at this desk."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

KEEPER = declare("payments.budget_keeper", Text("预算管理", "Budget keeper"))
CLERK = declare("payments.clerk", Text("支出经办", "Payments clerk"))
APPROVER = declare("payments.approver", Text("支出审核", "Payments approver"))
CASHIER = declare("payments.cashier", Text("出纳", "Cashier"))
