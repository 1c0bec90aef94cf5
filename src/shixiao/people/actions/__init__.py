"""What can be done with accounts, units and posts: each is one transaction with one event.

Whoever may not do a step is noted in the book and refused (`people.refusals`); `by=None` is the program or the
terminal.
"""

from shixiao.people.actions.accounts import (
    change_password,
    change_role,
    choose_language,
    create_account,
    disable,
    enable,
    refuse_sign_in,
    sign_in,
    sign_out,
)
from shixiao.people.actions.appointments import appoint, end_appointment, leave, transfer
from shixiao.people.actions.posts import create_post, set_post_responsibilities
from shixiao.people.actions.units import close_unit, create_unit, move_unit, rename_unit

__all__ = [
    "appoint",
    "change_password",
    "change_role",
    "choose_language",
    "close_unit",
    "create_account",
    "create_post",
    "create_unit",
    "disable",
    "enable",
    "end_appointment",
    "leave",
    "move_unit",
    "refuse_sign_in",
    "rename_unit",
    "set_post_responsibilities",
    "sign_in",
    "sign_out",
    "transfer",
]
