"""The cases behind a number as the rows of a table.

Put together here and not in a template, which takes several times as long over fifty rows (`make bench`).
"""

from collections.abc import Iterable
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shixiao.casework.evidence.naming import Named
from shixiao.casework.evidence.opened import Listed
from shixiao.casework.evidence.verdicts import verdict_of
from shixiao.ledger.tracing import Traced
from shixiao.ui import formats


def body(listed: Iterable[Listed], gauge: Named) -> SafeString:
    """A row for each case: number and title with the way to the step that counts, verdict, days, unit."""
    writer = _Writer(gauge)
    return mark_safe("\n".join(writer.row(each) for each in listed))  # noqa: S308 — every text is escaped


class _Writer:
    """What is the same in many rows is worked out once: a page has few verdicts, days and units."""

    def __init__(self, gauge: Named) -> None:
        self.gauge = gauge
        self.start = reverse("casework:case", args=(0,)).removesuffix("0/")
        self.titles = tuple(escape(each) for each in (_("计入日"), _("知道于"), _("单位")))
        self.by_time = f' <span class="soft">{escape(_("到时间"))}</span>'
        self.verdicts: dict[tuple[object, ...], str] = {}

    def row(self, each: Listed) -> str:
        """One case."""
        case, fact = each
        day, known, unit = self.titles
        address = f"{self.start}{case.pk}/"
        address += f"?event={fact.event_id}#event-{fact.event_id}" if fact.event_id else f"#counts-{self.gauge.id}"
        return (
            f'<tr><th scope="row"><a href="{address}"><span class="case-number">{escape(case.number)}</span> '
            f'{escape(case.title)}</a></th><td class="ev-verdict">{self._verdict(fact)}</td>'
            f'<td class="ev-day" data-label="{day}">{formats.day(fact.day)}</td>'
            f'<td data-label="{known}">{formats.instant(timezone.localtime(fact.known_at))}{"" if fact.event_id else self.by_time}</td>'
            f'<td class="soft" data-label="{unit}">{escape(str(case.unit))}</td></tr>'
        )

    def _verdict(self, fact: Traced) -> str:
        key = (fact.outcome, fact.otherwise, fact.reason, fact.value)
        if key not in self.verdicts:
            made = verdict_of(self.gauge, fact.outcome, otherwise=fact.otherwise, reason=fact.reason, value=fact.value)
            why = f' <span class="soft">{escape(made.why)}</span>' if made.why else ""
            self.verdicts[key] = f"{made.mark}{why}"
        return self.verdicts[key]
