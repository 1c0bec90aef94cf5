"""The files of an evaluation: which forms there are, what they are called, their bytes. One place for pages, the command line and programs."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from shixiao import forms
from shixiao.casework import simulated
from shixiao.engine.scoring import Share
from shixiao.performance.evaluation import contents, templates
from shixiao.performance.models import Evaluation, EvaluationKind, Project

CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
TITLES = {word: form.TITLE for word, form in forms.FORMS.items()}
OF_A_PROJECT = {
    EvaluationKind.SELF_EVALUATION.value: ("self_evaluation", "report"),
    EvaluationKind.MONITORING.value: ("monitoring",),
}
OF_A_DEPARTMENT = ("summary", "whole_department")
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


class File(NamedTuple):
    """One file: its name, and what makes it."""

    name: str
    content: Callable[[], bytes]


def content_of(form: str, evaluation: Evaluation) -> forms.Content:
    """The content of a form of one project. Raises `LookupError` for a form that this kind of evaluation has not."""
    if form not in OF_A_PROJECT[evaluation.kind]:
        raise LookupError(form)
    return contents.report(evaluation) if form == "report" else contents.content_of(evaluation)


def content_of_department(form: str, evaluations: Sequence[Evaluation], *, share: Share) -> forms.Content:
    """The content of a form of the department. Raises `LookupError`."""
    if form not in OF_A_DEPARTMENT or not evaluations:
        raise LookupError(form)
    if form == "summary":
        return contents.summary(evaluations)
    return contents.whole_department(evaluations, share=share)


def name_of(form: str, evaluation: Evaluation, kind: str, *, number: int = 0) -> str:
    """`01-项目-项目支出绩效自评表-2026-12-31.docx`; a mark where all is simulated."""
    project = _UNSAFE.sub(" ", evaluation.head["project"]).strip()[:60]
    begin = f"{number:02}-" if number else ""
    return simulated.file_name(f"{begin}{project}-{TITLES[form]}-{evaluation.until.isoformat()}.{kind}")


def name_of_declaration(project: Project, year: int, kind: str) -> str:
    """The same of a project's declaration, with the year it is for."""
    name = _UNSAFE.sub(" ", project.name).strip()[:60]
    return simulated.file_name(f"{name}-{TITLES[forms.Declaration.WORD]}-{year}.{kind}")


def name_of_department(form: str, evaluations: Sequence[Evaluation], kind: str) -> str:
    """The same of the department."""
    department = _UNSAFE.sub(" ", evaluations[0].head["department"]).strip()[:60]
    return simulated.file_name(f"{department}-{TITLES[form]}-{evaluations[0].until.isoformat()}.{kind}")


def every(evaluations: Sequence[Evaluation], kinds: Sequence[str], *, share: Share, reports: bool) -> Iterator[File]:
    """All files of a run, project after project, then the department's."""
    for number, each in enumerate(evaluations, start=1):
        for form in OF_A_PROJECT[each.kind]:
            if form == "report" and not reports:
                continue
            for kind in kinds:
                content = content_of(form, each)
                yield File(name_of(form, each, kind, number=number), _making(content, kind))
    if evaluations and evaluations[0].kind == EvaluationKind.SELF_EVALUATION:
        for form in OF_A_DEPARTMENT:
            of_all = content_of_department(form, evaluations, share=share)
            for kind in kinds:
                yield File(name_of_department(form, evaluations, kind), _making(of_all, kind))


def _making(content: forms.Content, kind: str) -> Callable[[], bytes]:
    return lambda: templates.filled(content, kind)
