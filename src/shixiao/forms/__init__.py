"""Official forms out: frozen content → Word, Excel, PDF. Bytes in and out; no files, no database, no clock.

    content = forms.SelfEvaluation(project=…, indicators=(…), …)
    forms.fill(content, kind="docx")                       # by the template that comes with the program
    forms.fill(content, kind="xlsx", template=own)         # by the office's own; raises Unfillable
    forms.check_template(own, form="self_evaluation")      # every fault, with its place and the next step
    forms.content_hash(content)                            # what the small code on the page says

All kinds show the same values: they are put into words once, in `showing`. PDF has no template of an office: it is set by
the house's own layouts, and says so on the page.
"""

from __future__ import annotations

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
from shixiao.forms.registered import Template
from shixiao.forms.showing import Shown, names, shown

__all__ = [
    "FORMS",
    "KINDS",
    "MAX_ROWS",
    "OUTLINE",
    "Basis",
    "Cause",
    "Content",
    "Declaration",
    "DeclaredFunds",
    "DeclaredIndicator",
    "EvaluatedFunds",
    "EvaluatedIndicator",
    "Fault",
    "Likelihood",
    "MainTask",
    "MonitoredFunds",
    "MonitoredIndicator",
    "Monitoring",
    "Report",
    "Scored",
    "Section",
    "SelfEvaluation",
    "Summary",
    "SummaryRow",
    "Template",
    "Unfillable",
    "WholeDepartment",
    "canonical",
    "check_template",
    "content_hash",
    "fill",
    "names",
    "shown",
    "template",
]

KINDS = ("docx", "xlsx", "pdf")
# A form with more rows in one loop is no form: it would take minutes and hundreds of pages.
MAX_ROWS = 2000


def fill(content: Content, *, kind: str, template: bytes | None = None, region: str = "", font: str = "") -> bytes:
    """The form as a file of `kind` (one of KINDS).

    `template`: the office's own, checked before it is used; otherwise the one that comes with the program for `region` and
    the content's year. `font` is for PDF only: a family that the machine has. The same content gives the same bytes.
    Raises Unfillable, with every reason; ValueError for another kind, or a template for PDF.
    """
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
    known = names(FORMS[form] if isinstance(form, str) else form)
    from shixiao.forms import word, workbook  # the libraries of both are loaded by those who need them

    return tuple(word.check(parts, known) if found == "docx" else workbook.check(content, parts, known))


def template(form: str, kind: str, *, region: str = "", year: str = "") -> Template:
    """The template that comes with the program, for an officer to download, edit and check."""
    return registered.newest(form, kind, region=region, year=year)


def _refuse_endless(said: Shown) -> None:
    for loop, rows in said.rows.items():
        if len(rows) > MAX_ROWS:
            raise Unfillable(fault("too_many_rows", loop=loop, count=len(rows), limit=MAX_ROWS))
