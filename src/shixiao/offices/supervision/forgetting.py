"""What goes with the words of an event when the law has them deleted: the same words beside the task, and letters that say them."""

from collections.abc import Callable, Mapping

from django.utils import timezone

from shixiao.casework import search, searching
from shixiao.casework.models import Case
from shixiao.offices.supervision import issuing
from shixiao.offices.supervision.instruction_steps import INSTRUCTION
from shixiao.offices.supervision.models import OaDocument, Task
from shixiao.offices.supervision.steps import TASK


def forget(case: Case, words: Mapping[str, str]) -> None:
    """What counts as done, the document it came from, and the matter where the title still says so."""
    if words:
        _forget_prints(case)
    if told := words.get("done_when"):
        Task.objects.filter(case=case, done_when=told).update(done_when="")
    if told := words.get("source_ref"):
        Task.objects.filter(case=case, source_ref=told).update(source_ref="")
    if words.get("matter") and case.title == words["matter"]:
        case.title = "督办事项"
        case.save(update_fields=["title"])
        search.put(searching.entry(case))
    issuing.erase(case, words, now=timezone.now())


def forget_instruction(case: Case, words: Mapping[str, str]) -> None:
    """What the leader wrote stands nowhere beside its event; what came from an OA had a hash of it."""
    if words:
        _forget_prints(case)


def _forget_prints(case: Case) -> None:
    """Nothing is left with which somebody could try what the words were."""
    OaDocument.objects.filter(case=case).update(prints={})


FORGETS: Mapping[str, Callable[[Case, Mapping[str, str]], None]] = {TASK: forget, INSTRUCTION: forget_instruction}
