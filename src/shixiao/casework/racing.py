"""Two people at the same moment: what a unique constraint stops becomes a sentence for the second of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text

UNIQUE_VIOLATION = "23505"  # PostgreSQL's class of error; SQLite has a sentence only


@contextmanager
def transaction_of_one() -> Iterator[None]:
    """A transaction. Raises `Refused` where somebody else wrote the same thing while this one was under way; every other breach
    of a constraint is a mistake of the program and stays an IntegrityError."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not _is_twice(error):
            raise
        text = Text(
            "刚才有人记了同样的一笔，这次什么都没有保存。请刷新页面，看看是不是已经办了。",
            "Somebody has just recorded the same; nothing of this was saved. Reload the page and see.",
        )
        raise Refused(text, reason=Reason.OVERTAKEN) from error


def _is_twice(error: IntegrityError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state == UNIQUE_VIOLATION or "UNIQUE constraint failed" in str(error)
