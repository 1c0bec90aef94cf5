"""Who may not judge a review, and why.

Whoever opened it, handed in or attached its material, named its reviewers, or had it judged again. And the staff of the unit that carries the project (the unit
of the case, where it has none): who holds a post there or below it on that day, other than a post that gives nothing but judging.
"""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q

from shixiao.casework import events as of_the_counter
from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.offices.reviews import events
from shixiao.offices.reviews.responsibilities import JUDGING
from shixiao.people.models import Appointment, Unit, User, after
from shixiao.people.models.organisation import PostResponsibility

_HANDED = (
    events.OPENED.name,
    events.HANDED_IN.name,
    events.NAMED.name,
    events.REOPENED.name,
    of_the_counter.ATTACHED.name,
)


def carrying(case: Case) -> Unit:
    """The unit whose own project it is."""
    return case.project.unit if case.project is not None else case.unit


def involved(case: Case) -> set[int]:
    """The accounts that opened it, handed in or attached material, named reviewers, or reopened it; one statement."""
    rows = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(case.pk), kind__in=_HANDED)
    return {int(key) for key in rows.values_list("by_id", flat=True) if key.isdigit()}


def staff_among(people: Collection[int], unit: Unit, *, on: date) -> set[int]:
    """Those of `people` who are staff of the unit on that day, also of one below it; one statement."""
    words = PostResponsibility.objects.filter(post=OuterRef("post"))
    only_judges = Exists(words) & ~Exists(words.exclude(word__in=JUDGING))
    rows = Appointment.objects.filter(
        Q(until=None) | Q(until__gt=on),
        ~only_judges,
        user__in=people,
        since__lte=on,
        unit__path__gte=unit.path,
        unit__path__lt=after(unit.path),
    )
    return set(rows.values_list("user_id", flat=True))


def among(case: Case, people: Collection[User], *, on: date, by: User | None = None) -> dict[int, Text]:
    """Those who may not judge this review, with the reason; two statements. `by` is naming them."""
    had_to_do = involved(case) | ({by.pk} if by is not None else set())
    unit = carrying(case)
    staff = staff_among([each.pk for each in people], unit, on=on)
    found: dict[int, Text] = {}
    for each in people:
        if each.pk in had_to_do:
            found[each.pk] = Text(
                f"{each.display_name}发起、提交或安排了这件评议，不能再评。",
                f"{each.display_name} opened, handed in or arranged this review, and cannot judge it.",
            )
        elif each.pk in staff:
            found[each.pk] = Text(
                f"{each.display_name}在承担这项工作的{unit.name}任职，不能评自己单位的项目。",
                f"{each.display_name} holds a post at {unit.name}, whose own project it is, and cannot judge it.",
            )
    return found
