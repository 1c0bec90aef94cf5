"""What the counter says to people. Names are permanent: they stand in messages. Slots are codes; words are made when it is read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from shixiao.casework import offices
from shixiao.engine.bilingual import Text
from shixiao.messages.wordings import Wording, declare


def words(slots: Mapping[str, Any]) -> dict[str, Text]:
    """Titles for the codes of an office, as the office calls them now; a code that it no longer knows stays a code."""
    kind = str(slots.get("kind", ""))
    if not offices.is_known(kind):
        return {}
    table = offices.table_of(kind)
    found = {"kind": table.title}
    for name in ("step", "next"):
        if (step := table.step(str(slots.get(name, "")))) is not None:
            found[name] = step.title
    state = next((each for each in table.states if each.name == slots.get("state")), None)
    if state is not None:
        found["state"] = state.title
    if "limit" in slots:
        found["limit"] = _limit(kind, str(slots["limit"]))
    if "due" in slots:
        at = timezone.localtime(datetime.fromisoformat(str(slots["due"])))
        found["due"] = Text(f"{at.month}月{at.day}日 {at:%H:%M}", f"{at:%F %H:%M}")
    return found


def _limit(kind: str, name: str) -> Text:
    brought = offices.office_of(kind).limits
    return next((each.title for each in brought if each.kind == kind and each.name == name), Text(name, name))


def _told(slots: Mapping[str, Any]) -> Text | None:
    """What the step table itself says."""
    kind = str(slots.get("kind", ""))
    step = offices.table_of(kind).step(str(slots.get("step", ""))) if offices.is_known(kind) else None
    tells = step.tells if step is not None and step.tells else ()
    number = int(slots.get("told", 0))
    return tells[number].says if number < len(tells) else None


def _say(name: str, zh: str, en: str) -> Wording:
    return declare(f"casework.{name}", Text(zh, en), tell=words)


TO_DO = _say(
    "to_do",
    "{number} {title}：现在是“{state}”，请办理“{next}”。",
    "{number} {title}: it is “{state}” now, please take “{next}”.",
)
RETURNED = _say(
    "returned",
    "{number} {title} 被“{step}”，现在是“{state}”，请办理“{next}”。",
    "{number} {title} came back by “{step}”. It is “{state}” now, please take “{next}”.",
)
ENDED = _say(
    "ended",
    "{number} {title} 已办理“{step}”，现在是“{state}”。",
    "{number} {title}: “{step}” was taken, it is “{state}” now.",
)
TOLD = declare(
    "casework.told",
    Text("{number} {title}：已办理“{step}”。", "{number} {title}: “{step}” was taken."),
    tell=words,
    instead=_told,
)
ASSIGNED = _say("assigned", "{number} {title} 由您主办。", "{number} {title} is in your hands.")
ASSISTING = _say("assisting", "{number} {title} 请您协办。", "{number} {title}: you are asked to help.")
HANDED_OVER = _say("handed_over", "{number} {title} 移交给您主办。", "{number} {title} was handed over to you.")
EXTENSION_ASKED = _say(
    "extension_asked",
    "{number} {title} 申请延长“{limit}”的时限，请答复。",
    "{number} {title}: more time is asked for “{limit}”, please answer.",
)
EXTENSION_GRANTED = _say(
    "extension_granted",
    "{number} {title}：同意延长“{limit}”的时限，至 {due}。",
    "{number} {title}: more time was granted for “{limit}”, until {due}.",
)
EXTENSION_REFUSED = _say(
    "extension_refused",
    "{number} {title}：不同意延长“{limit}”的时限，仍为 {due}。",
    "{number} {title}: no more time was granted for “{limit}”; it stays {due}.",
)

# ---- limits: more definite from rung to rung ----------------------------------------------------------------------

LIMIT_NEAR = _say(
    "limit_near",
    "{number} {title}：“{limit}”{due} 到期，请按时办结。",
    "{number} {title}: “{limit}” ends {due}, please finish in time.",
)
LIMIT_PASSED = _say(
    "limit_passed",
    "{number} {title}：“{limit}”已到期（{due}），还没有办结，请尽快办理。",
    "{number} {title}: “{limit}” has passed ({due}) and it is not done. Please see to it soon.",
)
LIMIT_LATE = _say(
    "limit_late",
    "{number} {title}：“{limit}”已超 {days} 天（{due} 到期），请立即办理。",
    "{number} {title}: “{limit}” is {days} days late (it ended {due}). Please see to it now.",
)
LIMIT_LATE_ABOVE = _say(
    "limit_late_above",
    "{number} {title}：“{limit}”已超 {days} 天，此前已提醒 {before} 次，仍未办结，请督促办理。",
    "{number} {title}: “{limit}” is {days} days late, was reminded of {before} times and is not done. Please see that it is.",
)
# Said to heads and leaders until they could look at the cases of their units; it stands in their messages.
LIMIT_LATE_UNSEEN = _say(
    "limit_late_unseen",
    "{unit}有一件“{kind}”已超 {days} 天，此前已提醒 {before} 次，请督促办理。",
    "{unit}: a case of the kind “{kind}” is {days} days late and was reminded of {before} times. Please see that it is done.",
)
