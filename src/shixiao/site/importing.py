"""`shixiao import`: accept a table from the terminal, in the name of an account."""

import os
from dataclasses import dataclass

import django

from shixiao import tables
from shixiao.engine.bilingual import Text


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


def import_table(content: bytes, *, name: str, by: str, year: int | None = None) -> Imported:
    """Accept a published table in the name of the account `by`. Raises `NotImported`.

    The database is made and migrated when it is not there yet.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    django.setup()
    # Models can be imported only after Django is set up.
    from django.core.exceptions import PermissionDenied
    from django.utils import timezone

    from shixiao.performance import actions
    from shixiao.people.models import User
    from shixiao.site import starting

    try:
        starting.prepare_database()
        officer = User.objects.get_by_natural_key(by)
        acceptance = actions.accept_plan(content, name=name, by=officer, now=timezone.now(), fiscal_year=year)
    except User.DoesNotExist:
        raise NotImported(_nobody(by)) from None
    except PermissionDenied:
        raise NotImported(_not_allowed(by)) from None
    except tables.Unreadable as error:
        raise NotImported(Text(error.in_("zh"), error.in_("en"))) from error
    except starting.NotReady as error:
        raise NotImported(error.text) from error
    except actions.NotAcceptable as error:
        raise NotImported(_in_both_languages(error)) from error
    return _imported(acceptance)
