"""What goes with the words of an event when the law has them deleted: the same words in the row, in the title, in the search."""

import json
from collections.abc import Callable, Mapping

from shixiao.casework import search, searching
from shixiao.casework.models import Case
from shixiao.offices.registers.actions import title_of
from shixiao.offices.registers.models import Entry
from shixiao.offices.registers.steps import ENTRY


def forget(case: Case, words: Mapping[str, str]) -> None:
    """Every text of the entry that this event told and that still stands; the entry is called by its register where its title was
    one of them. A required text may be missing afterwards: the entry stays as it is, its event has the hash."""
    told: Mapping[str, str] = json.loads(words.get("texts") or "{}")
    entry = Entry.objects.select_related("version", "register").select_for_update(of=("self",)).get(case=case)
    gone = {code for code, text in told.items() if text and entry.texts.get(code) == text}
    if not gone:
        return
    title = title_of(entry.version.typed_fields, entry.texts)
    entry.texts = {code: text for code, text in entry.texts.items() if code not in gone}
    entry.save(update_fields=["texts"])
    left = title_of(entry.version.typed_fields, entry.texts) or entry.register.name
    if case.title == title and title != left:
        case.title = left
        case.save(update_fields=["title"])
        search.put(searching.entry(case))


FORGETS: Mapping[str, Callable[[Case, Mapping[str, str]], None]] = {ENTRY: forget}
