"""What of a case is searched: its number and title. Remarks and attachments put their own texts in."""

from collections.abc import Sequence

from shixiao.casework import search
from shixiao.casework.models import Case
from shixiao.casework.working import Work

TITLE = "title"
SHOWN = frozenset({"title", "unit"})  # what of a case its entry says: it is written anew where one of these changed


def put(works: Sequence[Work]) -> None:
    """The new cases become findable. Those of restricted registers never do (law 9)."""
    search.put_many([entry(work.case) for work in works if not work.table.is_restricted], are_new=True)


def put_again(works: Sequence[Work]) -> None:
    """Cases whose title or unit a step changed."""
    search.put_many([entry(work.case) for work in works if not work.table.is_restricted])


def entry(case: Case) -> search.Entry:
    """Number and title as one text."""
    return search.Entry(
        case_id=case.pk,
        field=TITLE,
        text=f"{case.number} {case.title}",
        case_kind=case.kind,
        unit_path=case.unit.path,
        opened_at=case.opened_at,
    )


def put_words(case: Case, field: str, text: str) -> None:
    """Another text by which the case is found from now on: a remark, the name of a file. Not for restricted registers."""
    search.put(entry(case)._replace(field=field, text=text))


def remove_words(case_id: int, field: str) -> None:
    """The case is no longer found by that text."""
    search.remove(case_id, field)
