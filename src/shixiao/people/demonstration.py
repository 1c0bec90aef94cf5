"""Invented accounts for trying the house out. They can sign in only while the demonstration runs."""

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
SYSTEM = DemonstrationAccount("demo-system", "演示-系统管理员", Role.SYSTEM_ADMINISTRATOR)
SECURITY = DemonstrationAccount("demo-security", "演示-安全管理员", Role.SECURITY_ADMINISTRATOR)
AUDITOR = DemonstrationAccount("demo-auditor", "演示-安全审计员", Role.AUDITOR)
ACCOUNTS = (OFFICER, READER, SYSTEM, SECURITY, AUDITOR)


def ensure_accounts(*, now: datetime) -> tuple[User, ...]:
    """Those of `ACCOUNTS`, made where they are not there yet. Starting twice makes no second ones."""
    return tuple(ensure_account(wanted, now=now) for wanted in ACCOUNTS)


def ensure_account(wanted: DemonstrationAccount, *, now: datetime) -> User:
    """One invented account, made where it is not there yet."""
    user = User.objects.filter(username=wanted.username).first()
    return user or actions.create_account(
        **wanted._asdict(), password=PASSWORD, by=None, now=now, is_demonstration=True
    )


def everybody() -> list[DemonstrationAccount]:
    """Every invented account there is, the officer first: what the sign-in page offers."""
    rows = User.objects.filter(is_demonstration=True, is_active=True).order_by("id")
    return [DemonstrationAccount(user.username, user.display_name, Role(user.role)) for user in rows]
