"""The manifest of 督办."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from shixiao.casework import offices
from shixiao.engine.bilingual import Text
from shixiao.ledger.jobs import Job
from shixiao.offices.supervision import checks as _checks  # registers the deploy check


def fetch_documents(now: datetime) -> int:
    """A job of the worker: an OA that cannot call us is asked what is new."""
    from shixiao.offices.supervision.oa import fetching

    return fetching.fetch(now)


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
    jobs = (Job("supervision.oa", every=timedelta(minutes=1), run=fetch_documents),)

    def ready(self) -> None:
        """Its place in the menu; the files of letters and of their templates are kept; what programs may ask for beyond cases, and the
        addresses at which an OA hands documents over."""
        super().ready()
        from shixiao.casework import attaching
        from shixiao.casework.api import building
        from shixiao.offices.supervision import api, issuing, letter_rules, programs  # these need the models
        from shixiao.offices.supervision.oa import addresses

        attaching.hold("supervision.letters", issuing.hashes, files=issuing.files)
        attaching.hold("supervision.templates", letter_rules.hashes, files=letter_rules.files)
        building.add("supervision", api.add)
        building.add(programs.NAME, programs.add)
        building.add("supervision.oa", addresses.add)


__all__ = ["SupervisionOffice", "_checks"]
