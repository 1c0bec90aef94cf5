"""`shixiao import`: accept a table from the terminal, in the name of an account."""

import os
from dataclasses import dataclass

import django

from shixiao import tables
from shixiao.engine.bilingual import Text
from shixiao.site.cli.layout import Asked


class NotImported(Exception):
    """Nothing was stored; `text` says why and what to do next, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True)
class Imported:
    """What came of it: `is_new` is False when the very same table was there already."""

    department: str
    fiscal_year: int
    version: int
    indicators: int
    is_new: bool


def import_table(
    content: bytes,
    *,
    name: str,
    by: str,
    language: str,
    year: int | None = None,
    how: Asked = Asked(),  # noqa: B008 - a constant
) -> Imported:
    """Accept a published table in the name of the account `by`. Raises `NotImported`.

    The database is made and migrated when it is not there yet. `language` ("zh", "en") is for what Django's
    catalogues say, `how` what was asked for on the command line about layout and columns.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    django.setup()
    # Models can be imported only after Django is set up.
    from django.core.exceptions import PermissionDenied
    from django.utils import timezone, translation

    from shixiao.people.models import User
    from shixiao.performance import actions, intake
    from shixiao.site import starting

    try:
        starting.prepare_database()
        officer = User.objects.get_by_natural_key(by)
        with translation.override("zh-hans" if language.startswith("zh") else "en"):
            acceptance = actions.accept_plan(
                content,
                name=name,
                by=officer,
                now=timezone.now(),
                fiscal_year=year,
                layout=how.layout,
                assignments=how.assignments,
                remembered=intake.remembered(),
            )
    except starting.NotReady as error:
        raise NotImported(error.text) from error
    except User.DoesNotExist:
        raise NotImported(_nobody(by)) from None
    except PermissionDenied:
        raise NotImported(_not_allowed(by)) from None
    except tables.Unreadable as error:
        raise NotImported(Text(error.in_("zh"), error.in_("en"))) from error
    except actions.NotAcceptable as error:
        raise NotImported(Text(str(error), str(error))) from error
    version = acceptance.version
    return Imported(
        department=version.plan.department,
        fiscal_year=version.plan.fiscal_year,
        version=version.number,
        indicators=version.indicator_count,
        is_new=acceptance.is_new,
    )


def _nobody(by: str) -> Text:
    return Text(
        f"没有账号 {by}。已有的账号见 shixiao manage accounts list。",
        f"There is no account {by}. See `shixiao manage accounts list`.",
    )


def _not_allowed(by: str) -> Text:
    return Text(
        f"账号 {by} 不是绩效管理员，不能收入目标表。请用绩效管理员的账号，或由系统管理员调整角色："
        f"shixiao manage accounts role {by} --role officer。",
        f"The account {by} is no performance officer and may not accept a table. Name one who is, or change the role: "
        f"`shixiao manage accounts role {by} --role officer`.",
    )
