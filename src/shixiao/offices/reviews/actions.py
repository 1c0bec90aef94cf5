"""What the steps of this desk do beyond changing the state."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from urllib.parse import urlsplit

from shixiao.casework.attaching import attachments_of
from shixiao.casework.local import local
from shixiao.casework.models import Project
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.profiles import Tier
from shixiao.offices.reviews import conflicts, events, sealing, tiers
from shixiao.offices.reviews.models import Grade, Review, Rubric, Seat
from shixiao.offices.reviews.responsibilities import CHAIR, REVIEWER
from shixiao.offices.reviews.steps import MOST_REVIEWERS, REVIEW
from shixiao.people.models import User
from shixiao.people.permissions import mandates

# ---- the material ------------------------------------------------------------------------------------------------


def open_(work: Work) -> None:
    """A review of one thing by the newest version of a rubric, which it keeps."""
    rubric = _rubric(work)
    if (project := work.thing("project", Project)) is not None:
        work.change_case(project=project)
    _check_project(work, work.case.project)
    version = rubric.current
    work.change_case(title=work["subject"])
    work.detail = Review(case=work.case, rubric=rubric, version=version, year=work["year"], link=_link(work) or "")
    work.note(
        version=version.number,
        scale=version.scale,
        tiers={each.code: tiers.bounds(each) for each in version.tiers},
        least=version.least,
        limit=str(version.spread),
    )


def _rubric(work: Work) -> Rubric:
    code: str = work["rubric"]
    rubric = Rubric.objects.select_related("unit").filter(code=code).first()
    if rubric is None:
        text = Text(f"没有编码为“{code}”的评分细则。请从列表里选。", f"There is no rubric with the code “{code}”.")
        raise work.refuse(text, field="rubric", reason=Reason.INVALID)
    if rubric.retired_on is not None:
        text = Text(
            f"“{rubric.name}”已于 {rubric.retired_on} 停用，不能再用来评。",
            f"“{rubric.name}” was retired on {rubric.retired_on}.",
        )
        raise work.refuse(text, field="rubric")
    if not work.case.unit.is_within(rubric.unit):
        text = Text(
            f"“{rubric.name}”是{rubric.unit.name}的细则，不能用于{work.case.unit.name}。",
            f"“{rubric.name}” is a rubric of {rubric.unit.name}, not for {work.case.unit.name}.",
        )
        raise work.refuse(text, field="rubric", reason=Reason.INVALID)
    return rubric


def _check_project(work: Work, project: Project | None) -> None:
    """A project of the unit of the review or of one above it, in its years."""
    if project is None:
        return
    if not work.case.unit.is_within(project.unit):
        text = Text(
            f"“{project.name}”是{project.unit.name}的项目，这件评议属于{work.case.unit.name}。",
            f"“{project.name}” is a project of {project.unit.name}; this review belongs to {work.case.unit.name}.",
        )
        raise work.refuse(text, field="project", reason=Reason.INVALID)
    if not project.since_year <= work["year"] <= project.until_year:
        text = Text(
            f"“{project.name}”的年度是 {project.since_year}—{project.until_year}，不含 {work['year']} 年。",
            f"“{project.name}” runs from {project.since_year} to {project.until_year}, not in {work['year']}.",
        )
        raise work.refuse(text, field="year", reason=Reason.INVALID)


def _link(work: Work) -> str | None:
    """The link that was told; None where none was. Only to a page of the web."""
    told: str | None = work["link"]
    if told is None:
        return None
    try:
        parts = urlsplit(told)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        text = Text("链接要以 http:// 或 https:// 开头。", "A link begins with http:// or https://.")
        raise work.refuse(text, field="link", reason=Reason.INVALID)
    return told


def hand_in(work: Work) -> None:
    """The material is complete: the hash of every file goes onto the event, and is what will be judged."""
    review: Review = work.detail
    link = _link(work)
    material = _attached(work)
    if not material and not (link or review.link):
        text = Text(
            "还没有材料。请先添加附件，或者填写材料链接。", "There is no material yet: attach a file, or give a link."
        )
        raise work.refuse(text, field="link")
    if link is not None:
        work.change(link=link)
    work.note(material={str(number): sha256 for number, sha256 in enumerate(material, start=1)})


def _attached(work: Work) -> list[str]:
    return sorted(attachments_of(work.case).values_list("sha256", flat=True))


def _check_material(work: Work) -> None:
    """What was handed in is still there: what a grade speaks of cannot be exchanged below it."""
    handed = events_of(work.case).filter(kind=events.HANDED_IN.name).last()
    bound = set(handed.particulars.get("material", {}).values()) if handed else set()
    if gone := bound - set(_attached(work)):
        text = Text(
            f"提交的材料有 {len(gone)} 个文件已被移除。请退回材料，重新提交后再评。",
            f"{len(gone)} of the files handed in are gone. Return the material; it is handed in and judged anew.",
        )
        raise work.refuse(text)


# ---- who judges --------------------------------------------------------------------------------------------------


def name_reviewers(work: Work) -> None:
    """Who judges, and who settles a disagreement: all different, all entitled, nobody who has to do with it."""
    review: Review = work.detail
    fields = [f"reviewer_{number}" for number in range(1, MOST_REVIEWERS + 1) if work[f"reviewer_{number}"]]
    people = {field: work.thing(field, User) for field in (*fields, "chair")}
    _check_different(work, people)
    if len(fields) < review.version.least:
        text = Text(
            f"“{review.version.name}”要 {review.version.least} 个人评，只指定了 {len(fields)} 个。",
            f"“{review.version.name}” needs {review.version.least} reviewers; {len(fields)} were named.",
        )
        raise work.refuse(text, field=f"reviewer_{len(fields) + 1}", reason=Reason.INVALID)
    _check_entitled(work, people)
    round_ = review.round + 1
    for place, field in enumerate(fields, start=1):
        work.create(Seat(case=work.case, round=round_, place=place, number=1, reviewer=people[field]))
    work.change(chair=people["chair"], round=round_)
    work.note(round=round_)
    work.named = [people[field].pk for field in fields]


def _check_different(work: Work, people: Mapping[str, User]) -> None:
    met: dict[int, str] = {}
    for field, each in people.items():
        if each.pk in met:
            text = Text(
                f"{each.display_name}写了两次。一个人只评一次，组长不评分。",
                f"{each.display_name} stands there twice. One person judges once, and the chair gives no grade.",
            )
            raise work.refuse(text, field=field, reason=Reason.INVALID)
        met[each.pk] = field


def _check_entitled(work: Work, people: Mapping[str, User]) -> None:
    """They can sign in, hold the responsibility there, and it is no work of their own."""
    on = local(work.now).date()
    for field, each in people.items():
        word = CHAIR if field == "chair" else REVIEWER
        if not mandates(each, on).allow(word.word, work.case.unit.path):
            text = Text(
                f"{each.display_name}没有{work.case.unit.name}的“{word.title.zh}”职责，或者账号已停用。",
                f"{each.display_name} does not hold “{word.title.en}” at {work.case.unit.name}, or the account is closed.",
            )
            raise work.refuse(text, field=field, reason=Reason.INVALID)
    against = conflicts.among(work.case, list(people.values()), on=on, by=work.by)
    for field, each in people.items():
        if each.pk in against:
            raise work.refuse(against[each.pk], field=field)


def replace_reviewer(work: Work) -> None:
    """The seat of somebody who has not given a grade goes to another person. A grade that was given stays."""
    review: Review = work.detail
    seats = sealing.seats_of(work.case.pk, review.round)
    leaves, follows = work.thing("leaves", User), work.thing("reviewer", User)
    seat = next((each for each in seats if each.reviewer_id == leaves.pk), None)
    if seat is None:
        text = Text(f"{leaves.display_name}不是这件评议的评审人。", f"{leaves.display_name} is no reviewer of it.")
        raise work.refuse(text, field="leaves", reason=Reason.INVALID)
    given = sealing.given_by(work.case.pk, review.round)
    if leaves.pk in given:
        text = Text(
            f"{leaves.display_name}已经评过了，评分保留，不能更换。",
            f"{leaves.display_name} has given a grade already; it stays.",
        )
        raise work.refuse(text, field="leaves")
    if follows.pk in {each.reviewer_id for each in seats} | given | {review.chair_id}:
        text = Text(
            f"{follows.display_name}已经是这件评议的评审人或组长。",
            f"{follows.display_name} is a reviewer or the chair of it already.",
        )
        raise work.refuse(text, field="reviewer", reason=Reason.INVALID)
    _check_entitled(work, {"reviewer": follows})
    work.create(Seat(case=work.case, round=review.round, place=seat.place, number=seat.number + 1, reviewer=follows))
    work.named = [follows.pk]


def replace_chair(work: Work) -> None:
    """Another chair; nobody who judges here."""
    review: Review = work.detail
    chair = work.thing("chair", User)
    judges = {each.reviewer_id for each in sealing.seats_of(work.case.pk, review.round)}
    if chair.pk in judges | sealing.given_by(work.case.pk, review.round) | {review.chair_id}:
        text = Text(
            f"{chair.display_name}已经是这件评议的评审人或组长。",
            f"{chair.display_name} is a reviewer or the chair of it already.",
        )
        raise work.refuse(text, field="chair", reason=Reason.INVALID)
    _check_entitled(work, {"chair": chair})
    work.change(chair=chair)
    work.named = [chair.pk]


def return_(work: Work) -> None:
    """Only somebody who judges it says that the material does not do."""
    _check_seated(work)


# ---- judging -----------------------------------------------------------------------------------------------------


def grade(work: Work) -> None:
    """What one reviewer gives is sealed: the event has a commitment, and nothing of tier, mark and reason. With the last one the grades are
    compared."""
    review: Review = work.detail
    by = _check_seated(work)
    given = sealing.given_by(work.case.pk, review.round)
    if by.pk in given:
        text = Text("您已经评过了，评后不能改。", "You have given your grade; it cannot be changed.")
        raise work.refuse(text, reason=Reason.OVERTAKEN)
    _check_no_conflict(work, by)
    _check_material(work)
    tier, mark = _within_tier(work)
    row, commitment = sealing.sealed(work.case, review.round, by, tier=tier.code, mark=mark, reason=work["reason"])
    for name in ("tier", "mark", "reason"):
        del work.particulars[name]
    work.create(row)
    work.note(round=review.round, commitment=commitment)
    others = {each.reviewer_id for each in sealing.seats_of(work.case.pk, review.round)} - given - {by.pk}
    if not others:
        before = list(Grade.objects.filter(case=work.case, round=review.round))
        holds = _compared(review, [*before, row]).holds
        work.follows = ["agree" if holds else "differ"]


def _check_seated(work: Work) -> User:
    by = work.by
    seats = sealing.seats_of(work.case.pk, work.detail.round)
    if by is None or by.pk not in {each.reviewer_id for each in seats}:
        text = Text("您不是这件评议指定的评审人。", "You are none of the reviewers who were named for this review.")
        raise work.refuse(text, reason=Reason.NOT_ALLOWED)
    return by


def _check_no_conflict(work: Work, by: User) -> None:
    """Posts may have changed since they were named."""
    against = conflicts.among(work.case, [by], on=local(work.now).date())
    if by.pk in against:
        raise work.refuse(against[by.pk])


def _within_tier(work: Work) -> tuple[Tier, Decimal]:
    """The tier that was told and a mark that lies in it, by the version that the review keeps."""
    known = work.detail.version.tiers
    told: str = work["tier"]
    tier = next((each for each in known if told in (each.code, each.title.zh, each.title.en)), None)
    if tier is None:
        zh, en = "、".join(each.title.zh for each in known), ", ".join(each.code for each in known)
        raise work.refuse(
            Text(f"档次只能是：{zh}。", f"The tier is one of: {en}."), field="tier", reason=Reason.INVALID
        )
    mark: Decimal = work["mark"]
    lies_in = tiers.tier_at(known, mark)
    if lies_in is None or lies_in.code != tier.code:
        low, high = f"{tier.low.normalize():f}", f"{tier.high.normalize():f}"
        is_top = tier.high == max(each.high for each in known)
        zh, en = (
            (f"{low} 到 {high}", f"{low} to {high}")
            if is_top
            else (f"{low} 到 {high}（不含）", f"{low} to below {high}")
        )
        text = Text(f"“{tier.title.zh}”的得分是 {zh}。", f"Marks of “{tier.title.en}” go from {en}.")
        raise work.refuse(text, field="mark", reason=Reason.INVALID)
    return tier, mark


# ---- comparing and settling --------------------------------------------------------------------------------------


def _compared(review: Review, grades: Iterable[Grade]) -> tiers.Agreement:
    given = [tiers.Given(tier=each.tier, mark=each.mark) for each in grades]
    return tiers.compare(given, limit=review.version.spread)


def _open_up(work: Work) -> tiers.Agreement:
    """Everything that was given goes onto this event, for all to see; refused while a grade is missing or is not what was committed to."""
    review: Review = work.detail
    grades = sealing.complete(work.case.pk, review.round)
    if grades is None:
        raise work.refuse(Text("还没有全部评完。", "Not all have given their grades."))
    if broken := sealing.broken(grades, work.case, review.round):
        text = Text(
            f"有 {len(broken)} 个评分与封存时的指纹不符，不能打开。请系统管理员查明。",
            f"{len(broken)} of the grades are not what was committed to; they cannot be opened. Tell the system administrator.",
        )
        raise work.refuse(text)
    found = _compared(review, grades)
    work.particulars |= {
        "marks": {str(each.reviewer_id): f"{each.mark:.2f}" for each in grades},
        "graded": {str(each.reviewer_id): each.tier for each in grades},
        "salts": {str(each.reviewer_id): each.salt for each in grades},
        "reasons": {str(each.reviewer_id): each.reason for each in grades},
    }
    work.note(round=review.round, spread=f"{found.spread:.2f}")
    return found


def agree(work: Work) -> None:
    """One tier, and marks close enough together: the mean is the mark."""
    found = _open_up(work)
    if not found.holds:
        raise work.refuse(Text("评分不一致，须由组长裁定。", "The grades differ; the chair settles it."))
    work.change(mark=found.mark, tier=found.tier)
    work.note(mark=f"{found.mark:.2f}", tier=found.tier)


def differ(work: Work) -> None:
    """Nothing is settled until the chair has."""
    if _open_up(work).holds:
        raise work.refuse(Text("评分一致，不用裁定。", "The grades agree; there is nothing to settle."))
    work.named = [work.detail.chair_id]


def settle(work: Work) -> None:
    """The chair, and nobody else, says what the mark is, and why; what each gave stays as it is."""
    review: Review = work.detail
    by = work.by
    if by is None or by.pk != review.chair_id:
        text = Text("只有指定的组长能裁定。", "Only the chair who was named settles it.")
        raise work.refuse(text, reason=Reason.NOT_ALLOWED)
    _check_no_conflict(work, by)
    tier, mark = _within_tier(work)
    work.particulars["tier"] = tier.code
    work.change(mark=mark, tier=tier.code)


def reopen(work: Work) -> None:
    """Nothing is settled any more; the next round has its own reviewers, and what the rounds before gave stays on their events."""
    work.change(mark=None, tier="")


ACTIONS: Mapping[tuple[str, str], Callable[[Work], None]] = {
    (REVIEW, "open"): open_,
    (REVIEW, "hand_in"): hand_in,
    (REVIEW, "name_reviewers"): name_reviewers,
    (REVIEW, "grade"): grade,
    (REVIEW, "agree"): agree,
    (REVIEW, "differ"): differ,
    (REVIEW, "settle"): settle,
    (REVIEW, "reopen"): reopen,
    (REVIEW, "return_"): return_,
    (REVIEW, "replace"): replace_reviewer,
    (REVIEW, "replace_chair"): replace_chair,
}
