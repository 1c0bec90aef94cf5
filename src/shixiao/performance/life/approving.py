"""Freezing what somebody handed in or approved, and refusing what is no longer so: of a plan, and of its results."""

from collections.abc import Collection, Iterable
from typing import Any

from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.performance.life import contents, told
from shixiao.performance.life.contents import Content
from shixiao.performance.life.models import Approval, Level
from shixiao.performance.models.plans import PlanVersion


def freeze(work: Work, version: PlanVersion, parts: Iterable[Content], level: Level) -> None:
    """Keep each part as it is, as what this person put a hand to."""
    for each in parts:
        work.create(
            Approval(
                case=work.case,
                version=version,
                level=level,
                round=work.detail.round,
                about=each.about,
                about_id=each.about_id,
                content=each.content,
                content_hash=each.content_hash,
                made_by=work.by,
                made_at=work.now,
            )
        )


def frozen(case: int, **where: Any) -> tuple[Content, ...]:
    """What was frozen last of each part of a case: in a round, at a level, of a version. One statement."""
    rows = Approval.objects.filter(case=case, **where).order_by("id")
    return contents.frozen({row.about: row for row in rows}.values())


def check_person(work: Work, authors: Collection[int | None], what: Text) -> None:
    """Who took the steps before is looked at by the table (`not_by`); whoever wrote what is reviewed may have taken none."""
    if work.by is not None and work.by.pk in authors:
        text = Text(
            f"{work.case.number} 的{what.zh}是您编的，须由别人审核。",
            f"You wrote {what.en} of {work.case.number}; it is for somebody else to review.",
        )
        raise work.refuse(text, reason=Reason.SAME_PERSON)


def check_approved(work: Work, parts: Collection[Content], *, then: Text) -> None:
    """Refused where what is there now is not what the last level approved, with both and what is to be done `then`. One statement."""
    approved = frozen(work.case.pk, version=work.detail.approved_id, level=Level.FINANCE)
    if approved and contents.codes(approved) == contents.codes(parts):
        return
    changed = told.in_short(contents.differences(approved, parts))
    text = Text(
        f"{work.case.number} 批复的值与现在的值不同：{changed.zh}。{then.zh}",
        f"{work.case.number}: the approved value differs from the current value: {changed.en}. {then.en}",
    )
    raise work.refuse(text, reason=Reason.OVERTAKEN)


LOOK_AGAIN = Text("请看过现在的内容再决定。", "Look at it as it is now and decide then.")


def check_unchanged(work: Work, parts: tuple[Content, ...], *, then: Text = LOOK_AGAIN) -> None:
    """Refused where it is neither what was frozen last nor what this person looked at, with what changed and what is to be done `then`."""
    if contents.whole_hash(parts) == (work["looked_at"] or work.detail.content_hash):
        return
    before = frozen(work.case.pk, round=work.detail.round)
    changed = told.in_short(contents.differences(before, parts))
    text = Text(
        f"{work.case.number} 在审核当中有变化：{changed.zh}。{then.zh}",
        f"{work.case.number} was changed while it was reviewed: {changed.en}. {then.en}",
    )
    raise work.refuse(text, reason=Reason.OVERTAKEN)
