"""The room of plans."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shixiao.ui import menu


def accepts_plans(request: HttpRequest) -> bool:
    """Importing is a place for those who may accept what they import."""
    from shixiao.people.permissions import may_accept_plans  # models are there by the time a page asks

    return may_accept_plans(request.user)


class PerformanceConfig(AppConfig):
    """Published tables, their readings and findings, and the rule reference."""

    name = "shixiao.performance"
    label = "performance"
    verbose_name = _("绩效")
    places = (
        menu.Place(_("首页"), "performance:home", icon="home", order=10, within=("plans/", "search/")),
        menu.Place(_("导入"), "performance:import", icon="import", order=20, within=("import/",), who=accepts_plans),
        menu.Place(_("规则"), "performance:rules", icon="rules", order=600, within=("rules/",)),
    )
