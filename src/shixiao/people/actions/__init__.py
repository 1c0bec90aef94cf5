"""What can be done with accounts, units and posts: each is one transaction with one event.

Whoever may not do a step is noted in the book and refused (`people.refusals`); `by=None` is the program or the
terminal.
"""

from shixiao.people.actions.accounts import (
    STEPPED,
    change_password,
    change_role,
    choose_language,
    create_account,
    disable,
    enable,
    expire,
    refuse_sign_in,
    sign_in,
    sign_out,
    unlock,
)
from shixiao.people.actions.appointments import appoint, end_appointment, leave, transfer
from shixiao.people.actions.importing import Outcome, import_people, preview_import
from shixiao.people.actions.posts import create_post, set_post_responsibilities
from shixiao.people.actions.second_step import (
    add_passkey,
    begin_authenticator,
    confirm_authenticator,
    has_second_step,
    pass_with_code,
    pass_with_passkey,
    remove_authenticator,
    remove_passkey,
    renew_recovery_codes,
    reset_second_step,
)
from shixiao.people.actions.units import close_unit, create_unit, move_unit, rename_unit

__all__ = [
    "STEPPED",
    "Outcome",
    "add_passkey",
    "appoint",
    "begin_authenticator",
    "change_password",
    "change_role",
    "choose_language",
    "close_unit",
    "confirm_authenticator",
    "create_account",
    "create_post",
    "create_unit",
    "disable",
    "enable",
    "end_appointment",
    "expire",
    "has_second_step",
    "import_people",
    "leave",
    "move_unit",
    "pass_with_code",
    "pass_with_passkey",
    "preview_import",
    "refuse_sign_in",
    "remove_authenticator",
    "remove_passkey",
    "rename_unit",
    "renew_recovery_codes",
    "reset_second_step",
    "set_post_responsibilities",
    "sign_in",
    "sign_out",
    "transfer",
    "unlock",
]
