"""How much time things get at this desk, unless an officer sets another. A task gets the time of its source."""

from collections.abc import Iterator, Mapping
from datetime import date

from shixiao.casework.limits import Limit
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision.sources import SOURCES
from shixiao.offices.supervision.steps import INSTRUCTION, TASK

_FINISH = Text("办理", "Finishing")
_SILENCE = Text("阅后未再批示", "No further order after reading")


def _of_sources() -> Iterator[Limit]:
    for each in SOURCES:
        title = Text(f"办理（{each.title.zh}）", f"Finishing ({each.title.en})")
        yield Limit(kind=TASK, name=each.limit, budget=each.budget, title=title)
        for urgency, budget in (("urgent", each.urgent), ("most_urgent", each.most_urgent)):
            if budget:
                yield Limit(kind=TASK, name=each.limit, budget=budget, title=title, urgency=urgency)


LIMITS = (
    Limit(kind=TASK, name="accept", budget="1wd", title=Text("签收", "Accepting")),
    Limit(kind=TASK, name="finish", budget="30d", title=_FINISH),
    Limit(kind=TASK, name="silence", budget="5wd", title=_SILENCE),
    *_of_sources(),
    Limit(kind=INSTRUCTION, name="answer", budget="15wd", title=Text("反馈", "Reporting back")),
    Limit(kind=INSTRUCTION, name="answer", budget="5wd", title=Text("反馈", "Reporting back"), urgency="urgent"),
    Limit(kind=INSTRUCTION, name="answer", budget="1wd", title=Text("反馈", "Reporting back"), urgency="most_urgent"),
    Limit(kind=INSTRUCTION, name="silence", budget="5wd", title=_SILENCE),
)

# Two warnings, as offices of supervision use them; which colours and from what share on differs from place to place, so an officer sets
# others from a day on.
_WARNINGS = clock.LightScheme(
    since=date.min,
    rules=(
        clock.LightRule(share_left=0.15, colour=clock.Colour.AMBER, word=Text("即将超期", "nearly overdue")),
        clock.LightRule(share_left=0.30, colour=clock.Colour.YELLOW),
    ),
)
LIGHTS: Mapping[str, tuple[clock.LightScheme, ...]] = {TASK: (_WARNINGS,)}
