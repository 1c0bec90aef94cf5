"""The room of plans."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shixiao.casework.offices import Desk
from shixiao.engine.bilingual import Text
from shixiao.performance.life import responsibilities as _responsibilities  # declared from the start on
from shixiao.ui import menu


def accepts_plans(request: HttpRequest) -> bool:
    """Importing is a place for those who may accept what they import."""
    from shixiao.people.permissions import may_accept_plans  # models are there by the time a page asks

    return may_accept_plans(request.user)


def may_have_plans(request: HttpRequest) -> bool:
    """Members of staff and the performance officer: which posts they hold, the desk itself asks, since a menu asks no statement."""
    return str(getattr(request.user, "role", "")) in {"officer", "staff"}


class PerformanceConfig(Desk):
    """Published tables, their readings and findings, and the rule reference."""

    name = "shixiao.performance"
    label = "performance"
    verbose_name = _("绩效")
    title = Text("绩效目标", "Plans")
    about = Text(
        "绩效目标表从草拟、审核、批复到公开，自评从送审到公开；批复绑定当时的内容。",
        "A plan from its draft through the reviews to publication, and self-evaluations from their review to publication; an approval binds to "
        "what was there.",
    )
    workplaces = ("shixiao.performance.life", "shixiao.performance.results")
    places = (
        menu.Place(_("看板"), "performance:board", icon="board", order=6, within=("board/",)),
        menu.Place(
            _("审核"), "performance:reviews", icon="todo", order=15, within=("reviews/", "drafts/"), who=may_have_plans
        ),
        menu.Place(_("首页"), "performance:home", icon="home", order=10, within=("plans/", "search/", "questions/")),
        menu.Place(_("导入"), "performance:import", icon="import", order=20, within=("import/",), who=accepts_plans),
        menu.Place(_("规则"), "performance:rules", icon="rules", order=600, within=("rules/",)),
    )

    def ready(self) -> None:
        """Have readings of bindings frozen each night, files of declared values kept, the board among the addresses for programs, and the
        names of published projects known to everybody."""
        from shixiao.casework import attaching
        from shixiao.casework.api import building
        from shixiao.casework.evidence import scoping
        from shixiao.ledger import freezing
        from shixiao.performance import freezing as our_readings
        from shixiao.performance.api import addresses
        from shixiao.performance.bound import files_of_declared
        from shixiao.performance.evaluation.templates import files_of_templates
        from shixiao.performance.models import Declared, FormTemplate
        from shixiao.performance.published import published

        freezing.register(our_readings.NAME, our_readings.supply)
        attaching.hold(our_readings.NAME, Declared.hashes, files=files_of_declared)
        attaching.hold(f"{our_readings.NAME}.templates", FormTemplate.hashes, files=files_of_templates)
        scoping.publish(our_readings.NAME, published)
        building.add(our_readings.NAME, addresses.add)


__all__ = ["PerformanceConfig", "_responsibilities"]
