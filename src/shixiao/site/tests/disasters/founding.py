"""A small house for a disaster, made by a process of its own: `python -m shixiao.site.tests.disasters.founding`.

It migrates an empty database, founds a unit with a payments desk, and prints as JSON what programs and browsers need to know.
"""

import json
import os
import sys
from datetime import date, timedelta
from typing import Any

PASSWORD = "correct-horse-29"


def found() -> dict[str, Any]:
    """Unit, people, budget, and tokens of a clerk and an approver."""
    from django.core.management import call_command
    from django.utils import timezone

    from shixiao import casework
    from shixiao.casework.models import Project
    from shixiao.messages.models import EmailAddress
    from shixiao.people import actions
    from shixiao.people.models import Role, User
    from shixiao.site import starting

    now = timezone.now()
    call_command("migrate", verbosity=0, interactive=False)
    starting.take_in_calendars(now=now)
    starting.take_in_gauges(now=now)
    since = date(2020, 1, 1)
    unit = actions.create_unit("模拟市政府办公厅", code="SIM", parent=None, since=since, by=None, now=now)

    def staff(username: str, *words: str) -> User:
        given = {"display_name": username, "password": PASSWORD, "by": None, "now": now}
        user = actions.create_account(username, role=Role.STAFF, **given)
        post = actions.create_post(f"岗位-{username}", code=username.upper(), words=words, by=None, now=now)
        actions.appoint(user, post=post, unit=unit, since=since, is_main=True, by=None, now=now)
        return user

    people = {name: staff(name, *words) for name, words in DESKS.items()}
    for name in ("approver", "clerk"):
        EmailAddress.objects.create(person=people[name], address=f"{name}@example.cn", set_at=now)
    project = Project.objects.create(unit=unit, name="其他运行经费", since_year=now.year, until_year=now.year)
    told = {"project": project.pk, "year": now.year, "fiscal": "900000.00", "document": "模拟〔2026〕1号"}
    opening = casework.Opening(unit=unit, particulars=told)
    casework.open_case("payments.budget", "approve", opening, by=people["keeper"], now=now)
    return {"unit": unit.pk, "project": project.pk, **{name: _token(user) for name, user in people.items()}}


DESKS = {
    "keeper": ("payments.budget_keeper",),
    "clerk": ("payments.clerk",),
    "approver": ("payments.approver",),
}


def _token(user: Any) -> str:
    from django.utils import timezone

    from shixiao.casework import tokens

    now = timezone.now()
    until = (now + timedelta(days=90)).date()
    made = tokens.create_token("程序", user=user, scope={"*": "write"}, valid_until=until, by=user, now=now)
    return made.secret


def main() -> None:
    """Print what was founded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    import django

    django.setup()
    json.dump(found(), sys.stdout)


if __name__ == "__main__":
    main()
