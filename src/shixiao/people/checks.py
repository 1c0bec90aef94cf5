"""What Django's deploy check says of accounts (`shixiao manage check --deploy --database default`)."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.models import F
from django.db.models.functions import Substr

LEVEL = 6  # as in people.models, which may not be imported yet; a test compares


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
        if not _has_table(alias, user):
            continue
        left = user.objects.using(alias).filter(is_demonstration=True, is_active=True)
        names = ", ".join(left.order_by("username").values_list("username", flat=True))
        if names:
            hint = "Disable each: `shixiao manage accounts disable NAME`; or begin with a new database."
            found.append(
                Error(f"The database has active demonstration accounts: {names}.", hint=hint, id="people.E002")
            )
    return found


# Written out, because models may not be imported yet when checks are registered; a test compares.
WANTED = {
    "system_administrator": ("system administrator", "people.W001"),
    "security_administrator": ("security administrator", "people.W002"),
    "auditor": ("auditor", "people.W003"),
}


@register(Tags.database, deploy=True)
def three_administrators_are_there(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """W001, W002, W003: nobody keeps accounts, nobody grants, or nobody reads the book."""
    user = apps.get_model("people", "User")
    found: list[CheckMessage] = []
    for alias in databases or ():
        if not _has_table(alias, user, column="staff_number"):
            continue
        held = set(
            user.objects.using(alias).filter(is_active=True, is_demonstration=False).values_list("role", flat=True)
        )
        for role, (name, code) in WANTED.items():
            if role not in held:
                hint = f"Make one: `shixiao manage accounts add NAME --role {role}` (docs/howto/people.md)."
                found.append(checks.Warning(f"No account has the role {name}.", hint=hint, id=code))
    return found


@register(Tags.security)
def every_address_says_who_may_go_there(**kwargs: Any) -> list[CheckMessage]:
    """E004: an address for which no room declares who may go there is answered to nobody."""
    from shixiao.people.access import undeclared  # it knows models, and this module comes before them

    hint = "Add it to ACCESS in the access.py of its room (docs/security.md)."
    return [Error(f"Nobody declared who may go to {name}.", hint=hint, id="people.E004") for name in undeclared()]


@register(Tags.database)
def the_tree_of_units_is_whole(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E003: the path of a unit is not its parent's path and its own id, so rights would follow a wrong way.

    Constraints see one row; this sees two. Only somebody who writes to the database by hand can cause it.
    """
    unit = apps.get_model("people", "Unit")
    found: list[CheckMessage] = []
    for alias in databases or ():
        if not _has_table(alias, unit):
            continue
        above = Substr("path", 1, (F("depth") - 1) * LEVEL)
        wrong = unit.objects.using(alias).filter(parent__isnull=False).exclude(parent__path=above)
        codes = ", ".join(wrong.order_by("code").values_list("code", flat=True)[:10])
        if codes:
            hint = "Find out who changed the table; move each of these units to where it belongs, once away and back."
            found.append(Error(f"Units lie where their parents do not: {codes}.", hint=hint, id="people.E003"))
    return found


def _has_table(alias: str, model: Any, *, column: str = "") -> bool:
    """The table is there, with that column: a database that is yet to be migrated is no fault."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if model._meta.db_table not in connection.introspection.table_names(cursor):
            return False
        described = connection.introspection.get_table_description(cursor, model._meta.db_table)
    return not column or column in {each.name for each in described}
