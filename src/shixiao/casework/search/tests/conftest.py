"""What the tests of search share."""

from collections.abc import Callable
from datetime import datetime

import pytest

from shixiao.casework import search

Put = Callable[..., None]


@pytest.fixture
def put(db: None, now: datetime) -> Put:
    """Puts a text in: `put(7, "关于……的通知")`."""

    def putting(
        case_id: int, text: str, field: str = "title", *, path: str = "000001", kind: str = "supervision"
    ) -> None:
        search.put(search.Entry(case_id, field, text, kind, path, now))

    return putting


EVERYTHING = search.Scope(paths=None)


def cases(term: str, within: search.Scope = EVERYTHING, **more: int) -> list[int]:
    """The cases found, in their order."""
    return [hit.case_id for hit in search.find(term, within=within, **more).hits]
