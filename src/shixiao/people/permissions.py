"""What each post may do: plain predicates over an account. Units and posts will be further arguments."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from shixiao.people.models import Role, User


def may_read_plans(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Everybody who is signed in."""
    return isinstance(user, User) and user.is_active


def may_accept_plans(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Import a table and accept it as the plan: the performance officer."""
    return _holds(user, Role.OFFICER)


def may_correct_readings(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Correct by hand how a wording was read: the performance officer."""
    return _holds(user, Role.OFFICER)


def may_suppress_findings(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Accept a finding with a reason, and take that back: the performance officer."""
    return _holds(user, Role.OFFICER)


def _holds(user: AbstractBaseUser | AnonymousUser, role: Role) -> bool:
    return isinstance(user, User) and user.is_active and user.role == role
