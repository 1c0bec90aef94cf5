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

    def ready(self) -> None:
        """Have the files of letters and of their templates kept, and say what programs may ask for beyond cases."""
        super().ready()
        from shixiao.casework import attaching
        from shixiao.casework.api import building
        from shixiao.offices.supervision import api, issuing, letter_rules, programs  # these need the models

        attaching.hold("supervision.letters", issuing.hashes, files=issuing.files)
        attaching.hold("supervision.templates", letter_rules.hashes, files=letter_rules.files)
        building.add("supervision", api.add)
        building.add(programs.NAME, programs.add)
