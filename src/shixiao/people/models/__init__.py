"""Who works here: accounts, units, posts, appointments, and what is needed to sign in."""

from shixiao.people.models.accounts import ADMINISTRATORS, Accounts, Language, Role, User
from shixiao.people.models.limits import CODE_LENGTH, NAME_LENGTH, is_code, is_printable
from shixiao.people.models.organisation import (
    DEEPEST,
    LAST_UNIT_ID,
    LEVEL,
    UNIT_NAME_LENGTH,
    Appointment,
    Post,
    PostResponsibility,
    Unit,
    Units,
    after,
    levels,
)
from shixiao.people.models.second_step import Authenticator, Passkey, PastPassword, RecoveryCode

__all__ = [
    "ADMINISTRATORS",
    "CODE_LENGTH",
    "DEEPEST",
    "LAST_UNIT_ID",
    "LEVEL",
    "NAME_LENGTH",
    "UNIT_NAME_LENGTH",
    "Accounts",
    "Appointment",
    "Authenticator",
    "Language",
    "Passkey",
    "PastPassword",
    "Post",
    "PostResponsibility",
    "RecoveryCode",
    "Role",
    "Unit",
    "Units",
    "User",
    "after",
    "is_code",
    "is_printable",
    "levels",
]
