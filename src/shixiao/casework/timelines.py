"""What happened to the cases of one call: read once, after they were locked, for everybody who asks in that call."""

from collections.abc import Iterable, Sequence

from shixiao.casework.models import Case
from shixiao.casework.working import Work
from shixiao.engine.measures import ASPECTS_OF, CATALOGUE, Happening, Measure, of_kind
from shixiao.ledger.models import Event

CHUNK = 500
EVENTS = "events"  # where `Work.shared` keeps them
# Of a case's events these change no verdict: they are about paper and hands, or say what time says itself. A measure, or what a kind of
# case tells of itself, may follow some of them all the same, and says so (`follows`).
IRRELEVANT = frozenset(
    {
        "casework.assigned",
        "casework.attached",
        "casework.attachment_erased",
        "casework.attachment_removed",
        "casework.extension_asked",
        "casework.extension_refused",
        "casework.handed_over",
        "casework.limit_passed",
        "casework.related",
        "casework.remarked",
        "casework.tagged",
        "casework.untagged",
        "ledger.words_erased",
        "messages.rung_reached",
    }
)


def irrelevant() -> frozenset[str]:
    """The kinds of event that no installed measure looks at."""
    followed = {event for each in CATALOGUE.values() if isinstance(each, Measure) for event in each.follows}
    return IRRELEVANT - followed.union(*(each.follows for each in ASPECTS_OF.values()))


def is_followed(kind: str, event: str) -> bool:
    """Whether an event that is no step may change what is measured of such a case, so that it is to be looked at again."""
    told = ASPECTS_OF.get(kind)
    return (told is not None and event in told.follows) or any(event in each.follows for each in of_kind(kind))


def events_of_cases(works: Sequence[Work]) -> dict[int, list[Happening]]:
    """What happened to the cases of this call, by case, as far as it was written down when the first in the call asked.

    Not read again in the call, and not at all for new cases. The cases are locked, so nothing of others comes in between.
    """
    shared = works[0].shared
    if EVENTS not in shared:
        old = [work.case.pk for work in works if not work.step.opens]
        shared[EVENTS] = {work.case.pk: [] for work in works} | events_of(old)
    found: dict[int, list[Happening]] = shared[EVENTS]
    return found


def events_of(case_ids: Iterable[int]) -> dict[int, list[Happening]]:
    """Everything that happened to these cases and may matter to a measure, by case, as it was written down.

    One statement for 500 cases; a case to which nothing happened is left out.
    """
    found: dict[int, list[Happening]] = {}
    subjects = [str(key) for key in dict.fromkeys(case_ids)]
    for start in range(0, len(subjects), CHUNK):
        rows = (
            Event.objects.filter(subject_kind=Case.ledger_name, subject_id__in=subjects[start : start + CHUNK])
            .exclude(kind__in=irrelevant())
            .order_by("subject_id", "id")
            .values_list("subject_id", "kind", "happened_at", "recorded_at", "particulars", "id", "by_id")
        )
        for subject, *values in rows:
            found.setdefault(int(subject), []).append(Happening(*values))
    return found
