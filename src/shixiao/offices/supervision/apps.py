"""The manifest of 督办."""

from django.utils.translation import gettext_lazy as _

from shixiao.casework import offices
from shixiao.engine.bilingual import Text


class SupervisionOffice(offices.Office):
    """Supervised tasks, and leaders' instructions with their clauses."""

    name = "shixiao.offices.supervision"
    label = "supervision"
    verbose_name = _("督办")
    title = Text("督办", "Supervision")
    about = Text(
        "督办事项从拟办到办结归档，领导批示逐条落到事项；谁交办，由谁同意办结。",
        "Supervised tasks from proposal to archive, leaders' instructions clause by clause; whoever gave an order consents to its end.",
    )
    icon = "office"
    order = 120
    home = "supervision:home"
    phone = (
        offices.PhonePage(
            Text("审阅和交办", "To read, and ordered"), "supervision:leader", frozenset({"supervision.leader"})
        ),
        offices.PhonePage(
            Text("我的督办事项", "My supervised tasks"), "supervision:mine", frozenset({"supervision.handler"})
        ),
    )
