"""The room of people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Accounts, roles and sign-in."""

    name = "shixiao.people"
    label = "people"
    verbose_name = _("人员")
