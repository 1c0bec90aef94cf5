"""Invented accounts for trying the house out. They can sign in only while the demonstration runs."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from shixiao.people import actions
from shixiao.people.models import Role, User

# Public on purpose: it is printed at every start, and `serve --demo` listens on this machine only.
PASSWORD = "shixiao-demo"  # noqa: S105


class DemonstrationAccount(NamedTuple):
    """What is printed at the start."""

    username: str
    display_name: str
    role: Role


OFFICER = DemonstrationAccount("demo-officer", "演示-绩效管理员", Role.OFFICER)
READER = DemonstrationAccount("demo-reader", "演示-查看人", Role.READER)


def ensure_accounts(*, now: datetime) -> tuple[User, ...]:
    """Both accounts, made where they are not there yet. Starting twice makes no second ones."""
    return tuple(_ensure(now=now))


def _ensure(*, now: datetime) -> Iterator[User]:
    for wanted in (OFFICER, READER):
        user = User.objects.filter(username=wanted.username).first()
        yield user or actions.create_account(
            **wanted._asdict(), password=PASSWORD, by=None, now=now, is_demonstration=True
        )
