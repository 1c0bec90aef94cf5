"""Official forms out: frozen content → Word, Excel, PDF. Bytes in and out; no files, no database, no clock.

    content = forms.SelfEvaluation(project=…, indicators=(…), …)
    forms.fill(content, kind="docx")                       # by the template that comes with the program
    forms.fill(content, kind="xlsx", template=own)         # by the office's own; raises Unfillable
    forms.check_template(own, form="self_evaluation")      # every fault, with its place and the next step
    forms.content_hash(content)                            # what the small code on the page says

All kinds show the same values: they are put into words once, in `showing`. The PDF of a form has no template of an office: it is
set by the house's own layouts, and says so on the page. A letter is a Word document first, and its PDF says what that document says:

    docx = forms.fill(letter, kind="docx", template=own)
    forms.printed_letter(letter, docx)                     # the same as PDF
    forms.laid_out(docx)                                   # the same block by block, for a page
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shixiao.forms import packages, registered
from shixiao.forms.contents import (
    FORMS,
    OUTLINE,
    Basis,
    Cause,
    Content,
    Declaration,
    DeclaredFunds,
    DeclaredIndicator,
    EvaluatedFunds,
    EvaluatedIndicator,
    Likelihood,
    MainTask,
    MonitoredFunds,
    MonitoredIndicator,
    Monitoring,
    Report,
    Scored,
    Section,
    SelfEvaluation,
    Summary,
    SummaryRow,
    WholeDepartment,
)
from shixiao.forms.faults import Fault, Unfillable, fault
from shixiao.forms.hashing import canonical, content_hash
from shixiao.forms.letters import (
    LETTERS,
    ClosingReport,
    EntrustingNotice,
    ExtensionRequest,
    Letter,
    Milestone,
    OfTask,
    Progress,
    ReminderLetter,
    SupervisionOrder,
)
from shixiao.forms.registered import Template
from shixiao.forms.showing import Shown, names, shown

if TYPE_CHECKING:
    from shixiao.forms.blocks import Page

__all__ = [
    "FORMS",
    "KINDS",
    "LETTERS",
    "MAX_ROWS",
    "OUTLINE",
    "Basis",
    "Cause",
    "ClosingReport",
    "Content",
    "Declaration",
    "DeclaredFunds",
    "DeclaredIndicator",
    "EntrustingNotice",
    "EvaluatedFunds",
    "EvaluatedIndicator",
    "ExtensionRequest",
    "Fault",
    "Letter",
    "Likelihood",
    "MainTask",
    "Milestone",
    "MonitoredFunds",
    "MonitoredIndicator",
    "Monitoring",
    "OfTask",
    "Progress",
    "ReminderLetter",
    "Report",
    "Scored",
    "Section",
    "SelfEvaluation",
    "Summary",
    "SummaryRow",
    "SupervisionOrder",
    "Template",
    "Unfillable",
    "WholeDepartment",
    "canonical",
    "check_template",
    "content_hash",
    "fill",
    "laid_out",
    "names",
    "printed_letter",
    "shown",
    "template",
]

KINDS = ("docx", "xlsx", "pdf")
_EVERY: dict[str, type[Content]] = {**FORMS, **LETTERS}
# A form with more rows in one loop is no form: it would take minutes and hundreds of pages.
MAX_ROWS = 2000


def fill(content: Content, *, kind: str, template: bytes | None = None, region: str = "", font: str = "") -> bytes:
    """The form as a file of `kind` (one of KINDS).

    `template`: the office's own, checked before it is used; otherwise the one that comes with the program for `region` and the
    content's year. A letter has no workbook, and its PDF follows its template, too. `font` is for PDF only: a family that the machine
    has. The same content gives the same bytes. Raises Unfillable, with every reason; ValueError for another kind, or a template for the
    PDF of a form.
    """
    if isinstance(content, Letter) and kind == "pdf":
        return printed_letter(content, fill(content, kind="docx", template=template, region=region), font=font)
    if kind not in KINDS or (kind == "pdf" and template is not None):
        raise ValueError(f"{kind} has no template" if kind in KINDS else f"{kind} is none of {KINDS}")
    said = shown(content)
    _refuse_endless(said)
    if kind == "pdf":
        from shixiao.forms import printed  # typst is loaded by those who print

        return printed.fill(said, font=font)
    if template is None:
        template = registered.newest(content.WORD, kind, region=region, year=content.year).content()
    elif faults := check_template(template, form=type(content), kind=kind):
        raise Unfillable(*faults)
    from shixiao.forms import word, workbook

    return word.fill(template, said) if kind == "docx" else workbook.fill(template, said)


def check_template(content: bytes, *, form: str | type[Content], kind: str = "") -> tuple[Fault, ...]:
    """Everything that is wrong with a template for `form`; nothing when it can be filled. `kind`: what it must be.

    A form is the word of an official one, or the class of contents that another room fills into a template of its own."""
    found, parts, faults = packages.opened(content)
    if faults:
        return tuple(faults)
    if kind and found != kind:
        return (fault("wrong_kind", found=found, wanted=kind),)
    kind_of = _EVERY[form] if isinstance(form, str) else form
    known = names(kind_of)
    from shixiao.forms import blocks, word, workbook  # the libraries of both are loaded by those who need them

    if found != "docx":
        return tuple(workbook.check(content, parts, known))
    more = blocks.faults(parts) if issubclass(kind_of, Letter) else ()
    return (*word.check(parts, known), *more)


def laid_out(docx: bytes) -> Page:
    """What a filled letter says, block by block, for a page that shows it."""
    from shixiao.forms import blocks

    return blocks.read(docx)


def printed_letter(content: Letter, docx: bytes, *, font: str = "") -> bytes:
    """The PDF of a letter: what its filled Word document says, and nothing else. The same document gives the same bytes. Raises Unfillable."""
    from shixiao.forms import printed

    return printed.letter(laid_out(docx), shown(content), font=font)


def template(form: str, kind: str, *, region: str = "", year: str = "") -> Template:
    """The template that comes with the program, for an officer to download, edit and check."""
    return registered.newest(form, kind, region=region, year=year)


def _refuse_endless(said: Shown) -> None:
    for loop, rows in said.rows.items():
        if len(rows) > MAX_ROWS:
            raise Unfillable(fault("too_many_rows", loop=loop, count=len(rows), limit=MAX_ROWS))
