"""Letters for programs: which were issued about a task, and their files as they were sent. They are issued by their steps, as anything
else is done to a case."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Path, Schema

from shixiao.casework.api import building
from shixiao.casework.api.problems import Problem
from shixiao.casework.api.reading import CaseName, visible_case
from shixiao.offices.supervision import issuing
from shixiao.offices.supervision.letters import BY_WORD
from shixiao.offices.supervision.models import IssuedLetter
from shixiao.offices.supervision.steps import TASK
from shixiao.offices.supervision.views.letters import sent

LARGEST_NUMBER = 2**31 - 1
LetterNumber = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="序号 · number within kind and year")]
Year = Annotated[int, Path(ge=2000, le=9999, description="年度 · year")]
Word = Annotated[str, Path(min_length=1, max_length=32, pattern=r"^[a-z_]+$", description="文书 · kind of letter")]
_FILES = {
    "content": {
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {
            "schema": {"type": "string", "format": "binary"}
        },
    }
}


class LetterOut(Schema):
    """A letter that was issued. `sha256` of what was sent and of what it was made from."""

    letter: str
    title: str
    label: str
    year: int
    number: int
    issued_on: str
    issued_at: str
    sha256: dict[str, str]
    is_erased: bool


class LettersOut(Schema):
    """The letters of a case, the oldest first."""

    items: list[LetterOut]


def letters(request: HttpRequest, case: CaseName) -> HttpResponse:
    """The letters that were issued about a task, the oldest first."""
    found, _table = visible_case(request)
    if found.kind != TASK:
        raise Problem("unknown")
    rows = IssuedLetter.objects.filter(case=found).select_related("erased").order_by("id")
    return JsonResponse({"items": [_out(each) for each in rows]})


def letter_file(
    request: HttpRequest, case: CaseName, letter: Word, year: Year, number: LetterNumber, format: Literal["docx", "pdf"]
) -> HttpResponse:
    """A letter of a task as it was sent."""
    found, _table = visible_case(request)
    row = IssuedLetter.objects.filter(case=found, letter=letter, year=year, number=number, erased=None).first()
    if row is None:
        raise Problem("unknown")
    try:
        return sent(row, format)
    except FileNotFoundError:
        raise Problem("unknown") from None


def _out(row: IssuedLetter) -> dict[str, Any]:
    return {
        "letter": row.letter,
        "title": BY_WORD[row.letter].title.zh if row.letter in BY_WORD else row.letter,
        "label": row.label,
        "year": row.year,
        "number": row.number,
        "issued_on": row.issued_on.isoformat(),
        "issued_at": row.issued_at.isoformat(),
        "sha256": {part: getattr(row, f"{part}_hash") for part in issuing.PARTS},
        "is_erased": hasattr(row, "erased"),
    }


def add(api: NinjaAPI) -> None:
    """Put them into the interface."""
    for address, view, good, summary, more in (
        ("/cases/{case}/letters", letters, LettersOut, "文书 · Letters of a task", {}),
        (
            "/cases/{case}/letters/{letter}/{year}/{number}/{format}",
            letter_file,
            None,
            "文书文件 · A letter as a file",
            {200: _FILES},
        ),
    ):
        api.get(
            address,
            **building.answering(good, building.READ, more=more),
            operation_id=view.__name__,
            by_alias=True,
            summary=summary,
            tags=["supervision"],
        )(view)
