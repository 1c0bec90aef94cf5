"""What Django's deploy check says of accounts (`shixiao manage check --deploy --database default`)."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.security, deploy=True)
def no_demonstration_is_on(**kwargs: Any) -> list[CheckMessage]:
    """E001: the demonstration is switched on, so everybody knows a password."""
    if not settings.SHIXIAO_DEMO:
        return []
    hint = "Start without --demo and without SHIXIAO_DEMO."
    return [Error("The demonstration is on, and the password of its accounts is public.", hint=hint, id="people.E001")]


@register(Tags.database, deploy=True)
def no_demonstration_accounts_are_left(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E002: they cannot sign in without the demonstration, but they have no business in an office's database."""
    user = apps.get_model("people", "User")
    found: list[CheckMessage] = []
    for alias in databases or ():
        if user._meta.db_table not in connections[alias].introspection.table_names():
            continue
        left = user.objects.using(alias).filter(is_demonstration=True, is_active=True)
        names = ", ".join(left.order_by("username").values_list("username", flat=True))
        if names:
            hint = "Disable each: `shixiao manage accounts disable NAME`; or begin with a new database."
            found.append(
                Error(f"The database has active demonstration accounts: {names}.", hint=hint, id="people.E002")
            )
    return found
