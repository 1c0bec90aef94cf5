"""Accounts from the terminal: `shixiao manage accounts add|role|password|disable|enable|unlock|reset-second-step|end-sessions|list`.

The first account of an installation is made here, by whoever may open the database anyway; the event in the
ledger says that it was the program, not a signed-in person.
"""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shixiao.people import actions, sessions
from shixiao.people.models import Role, User


class Command(BaseCommand):
    """One word for each step; the steps themselves are in `people.actions`."""

    help = "建立、停用账号，调整角色，重设密码 / make, disable and enable accounts, change roles, reset passwords"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A password is asked for at the terminal, or read from standard input with --password-stdin."""
        steps = parser.add_subparsers(dest="step", required=True)
        for name in ("add", "role", "password", "disable", "enable", "unlock", "reset-second-step", "end-sessions"):
            step = steps.add_parser(name)
            step.add_argument("username")
            if name in ("add", "role"):
                step.add_argument("--role", choices=Role.values, required=True)
            if name in ("add", "password"):
                step.add_argument("--password-stdin", action="store_true")
            if name == "add":
                step.add_argument("--display-name", default="")
                step.add_argument("--staff-number", default="")
                step.add_argument("--without-password", action="store_true")
        steps.add_parser("list")
        steps.add_parser("end-all-sessions")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the step, or say in one sentence why not."""
        try:
            getattr(self, "_" + options["step"].replace("-", "_"))(**options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None

    def _add(self, *, username: str, display_name: str, role: str, password_stdin: bool, **options: Any) -> None:
        user = actions.create_account(
            username,
            display_name=display_name or username,
            role=Role(role),
            password=None if options["without_password"] else _password(from_stdin=password_stdin),
            by=None,
            now=timezone.now(),
            staff_number=options["staff_number"],
        )
        self.stdout.write(f"{user.username}: {user.get_role_display()}")

    def _role(self, *, username: str, role: str, **options: Any) -> None:
        actions.change_role(_account(username), role=Role(role), by=None, now=timezone.now())

    def _password(self, *, username: str, password_stdin: bool, **options: Any) -> None:
        user = _account(username)
        actions.change_password(user, password=_password(from_stdin=password_stdin), by=None, now=timezone.now())

    def _disable(self, *, username: str, **options: Any) -> None:
        actions.disable(_account(username), by=None, now=timezone.now())

    def _enable(self, *, username: str, **options: Any) -> None:
        actions.enable(_account(username), by=None, now=timezone.now())

    def _unlock(self, *, username: str, **options: Any) -> None:
        actions.unlock(_account(username), by=None, now=timezone.now())

    def _reset_second_step(self, *, username: str, **options: Any) -> None:
        actions.reset_second_step(_account(username), by=None, now=timezone.now())

    def _end_sessions(self, *, username: str, **options: Any) -> None:
        self.stdout.write(str(sessions.end(_account(username), by=None, now=timezone.now())))

    def _end_all_sessions(self, **options: Any) -> None:
        self.stdout.write(str(sessions.end_all(now=timezone.now())))

    def _list(self, **options: Any) -> None:
        for user in User.objects.order_by("username"):
            mark = "" if user.is_active else "  (停用 / disabled)"
            self.stdout.write(f"{user.username}\t{user.get_role_display()}\t{user.display_name}{mark}")


def _account(username: str) -> User:
    try:
        return User.objects.get_by_natural_key(username)
    except User.DoesNotExist:
        raise CommandError(f"没有账号 {username}。/ There is no account {username}; see `accounts list`.") from None


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码 / Password: ")
    if getpass.getpass("再输入一次 / Again: ") != first:
        raise CommandError("两次输入的密码不一样。/ The two passwords differ.")
    return first
