"""What goes with the words of an event when the law has them deleted: the same words beside the review."""

import json
from collections.abc import Callable, Mapping

from shixiao.casework import search, searching
from shixiao.casework.models import Case
from shixiao.offices.reviews.models import Grade, Review
from shixiao.offices.reviews.steps import REVIEW


def forget(case: Case, words: Mapping[str, str]) -> None:
    """The reasons that an opened round told, the link, and what was judged, where the title still says so."""
    reasons: Mapping[str, str] = json.loads(words.get("reasons") or "{}")
    for key, reason in reasons.items():
        Grade.objects.filter(case=case, reviewer=int(key), reason=reason).update(reason="")
    if link := words.get("link"):
        Review.objects.filter(case=case, link=link).update(link="")
    if words.get("subject") and case.title == words["subject"]:
        row = Review.objects.select_related("rubric").get(case=case)
        case.title = row.rubric.name
        case.save(update_fields=["title"])
        search.put(searching.entry(case))


FORGETS: Mapping[str, Callable[[Case, Mapping[str, str]], None]] = {REVIEW: forget}
