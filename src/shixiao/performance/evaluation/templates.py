"""An office's own templates of forms: checked before they are used, kept in versions, taken back to the shipped ones. Word and Excel only;
PDF is set by the house's own layouts."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils.translation import gettext as _

from shixiao import forms, ledger
from shixiao.casework import attaching
from shixiao.casework.attaching import Kept
from shixiao.casework.racing import transaction_of_one
from shixiao.casework.storing import Draft, store
from shixiao.engine.secrecy import is_marked
from shixiao.forms import Fault
from shixiao.people.models import User
from shixiao.people.permissions import may_evaluate
from shixiao.performance import events
from shixiao.performance.models import FormTemplate

KINDS = ("docx", "xlsx")
NOTE_LENGTH = 500


class NotUsable(ValueError):
    """The template is not taken; `faults` says each reason with its place, `sentence` what else is wrong."""

    def __init__(self, *faults: Fault, sentence: str = "") -> None:
        super().__init__(sentence or "\n".join(each.in_("zh") for each in faults))
        self.faults, self.sentence = faults, sentence


def in_use() -> dict[tuple[str, str], FormTemplate]:
    """By form and format the newest word about it; one without a file means the shipped template. One statement."""
    rows = FormTemplate.objects.select_related("made_by").order_by("id")
    return {(each.form, each.format): each for each in rows}


def content_of(form: str, kind: str) -> bytes | None:
    """The office's own template as it counts now; None where the shipped one does. Raises `FileNotFoundError`."""
    newest = FormTemplate.objects.filter(form=form, format=kind).order_by("-number").first()
    if newest is None or not newest.file_hash:
        return None
    with store().open(newest.file_hash) as file:
        return file.read()


def filled(content: forms.Content, kind: str) -> bytes:
    """The form as a file, by the office's own template where there is one. Raises `forms.Unfillable`, `FileNotFoundError`."""
    own = content_of(content.WORD, kind) if kind in KINDS else None
    return forms.fill(content, kind=kind, template=own)


def keep(form: str, kind: str, draft: Draft, *, name: str, note: str, by: User, now: datetime) -> FormTemplate:
    """Use this file for the form from now on. Raises `PermissionDenied`; `NotUsable` with every fault of the template; `Refused` of the
    store, and where somebody was quicker."""
    told = _checked(form, kind, note, by)
    with draft.read() as file:
        faults = forms.check_template(file.read(), form=form, kind=kind)
    if faults:
        raise NotUsable(*faults)
    kept = attaching.keep(draft, name=name)
    with transaction_of_one():
        made = FormTemplate.objects.create(
            form=form,
            format=kind,
            number=_next(form, kind),
            file_name=kept,
            file_hash=draft.sha256,
            file_size=draft.size,
            note=told,
            made_by=by,
            made_at=now,
        )
        particulars = {**_about(made), "file_hash": made.file_hash}
        ledger.record(events.TEMPLATE_KEPT, subject=made, by=by, now=now, particulars=particulars)
    return made


def take_back(form: str, kind: str, *, note: str, by: User, now: datetime) -> FormTemplate:
    """Use the shipped template again. Raises `PermissionDenied`, and `NotUsable` where it is in use already."""
    told = _checked(form, kind, note, by)
    if (newest := in_use().get((form, kind))) is None or not newest.file_hash:
        raise NotUsable(sentence=_("用的就是随附的模板。"))
    with transaction_of_one():
        made = FormTemplate.objects.create(
            form=form, format=kind, number=_next(form, kind), note=told, made_by=by, made_at=now
        )
        ledger.record(events.TEMPLATE_TAKEN_BACK, subject=made, by=by, now=now, particulars=_about(made))
    return made


def _checked(form: str, kind: str, note: str, by: User) -> str:
    if not may_evaluate(by):
        raise PermissionDenied(_("表格模板由绩效管理员管理。"))
    if form not in forms.FORMS or kind not in KINDS:
        raise NotUsable(sentence=_("没有这种表或格式。"))
    told = note.strip().replace("\0", "")
    if not told or len(told) > NOTE_LENGTH or is_marked(told):
        raise NotUsable(sentence=_("请写一句说明，最多 %(n)d 字，不带密级标志。") % {"n": NOTE_LENGTH})
    return told


def _next(form: str, kind: str) -> int:
    newest: int | None = FormTemplate.objects.filter(form=form, format=kind).aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


def _about(made: FormTemplate) -> dict[str, object]:
    return {"form": made.form, "format": made.format, "template": made.pk, "number": made.number}


def files_of_templates() -> Iterator[Kept]:
    """The files of all templates that were ever in use, by hash."""
    rows = FormTemplate.objects.exclude(file_hash="").order_by("file_hash", "id")
    for made in rows.iterator(chunk_size=500):
        yield Kept(made.pk, f"{made.form} {made.format} {made.number}", made.file_hash, made.file_size)
