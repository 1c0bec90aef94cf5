"""What a step of a plan's life does beyond changing its state.

An approval binds to what is there at that moment (`contents`). What was handed in is the measure: where the plan is no longer as it was
then, a reviewer has to have looked at it as it is now (`seen`), or is told what changed.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from django.db.models import Max

from shixiao.casework.models import Attachment, Case
from shixiao.casework.refusing import Reason
from shixiao.casework.working import Work
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.performance.life import approving, contents, events, yearly
from shixiao.performance.life.contents import Content
from shixiao.performance.life.models import FindingTally, Level, PlanLife, RowNote
from shixiao.performance.life.steps import LEVELS, PLAN
from shixiao.performance.models.plans import Finding, Plan, PlanVersion, Severity

BULKY = ("source", "document", "repairs")
MOST_LISTED = 500  # rows that an event names for one rule
CONTENTS, NEWEST, TALLIES, FINDINGS, NOTES = "contents", "newest", "tallies", "findings", "notes"


# ---- what is read, for one or for many ---------------------------------------------------------------------------


def prepare(works: Sequence[Work]) -> None:
    """Everything that the step asks of several plans, in a number of statements that does not grow with them."""
    lives = [work.detail for work in works]
    # Whoever corrects a reading, binds or accepts a version waits until this step is done, and the other way round.
    list(
        Plan.objects.select_for_update()
        .filter(pk__in=[life.plan_id for life in lives])
        .order_by("pk")
        .values_list("pk")
    )
    versions = list(
        PlanVersion.objects.filter(pk__in={life.version_id for life in lives}).select_related("plan").defer(*BULKY)
    )
    shared, keys = works[0].shared, [version.pk for version in versions]
    shared[PlanVersion] = {version.pk: version for version in versions}
    shared[CONTENTS] = contents.of(versions)
    newest = PlanVersion.objects.filter(plan__in={life.plan_id for life in lives}).values_list("plan_id")
    shared[NEWEST] = dict(newest.annotate(newest=Max("number")))
    shared[TALLIES] = dict(FindingTally.objects.filter(version__in=keys).values_list("version_id", "errors"))
    shared[FINDINGS] = _findings(keys)
    shared[NOTES] = _notes(works)


def _version(work: Work) -> PlanVersion:
    if PlanVersion not in work.shared:
        prepare([work])
    found: PlanVersion = work.shared[PlanVersion][work.detail.version_id]
    return found


def _findings(versions: Iterable[int]) -> dict[int, dict[str, str]]:
    """The open errors and warnings of each version: the rows of each rule, 0 for more than a row."""
    found: dict[int, dict[str, list[int]]] = {}
    rows = Finding.objects.filter(version__in=list(versions), suppression=None).exclude(severity=Severity.HINT)
    columns = ("version_id", "rule", "indicator__row")
    for version, rule, row in rows.order_by("version_id", "position").values_list(*columns):
        found.setdefault(version, {}).setdefault(rule, []).append(row or 0)
    return {
        version: {rule: ",".join(map(str, rows_[:MOST_LISTED])) for rule, rows_ in rules.items()}
        for version, rules in found.items()
    }


def _notes(works: Sequence[Work]) -> dict[int, dict[str, str]]:
    """What this person wrote to rows of each case in this round."""
    found: dict[int, dict[str, str]] = {}
    rounds = {work.case.pk: work.detail.round for work in works}
    rows = RowNote.objects.filter(case__in=list(rounds), author=works[0].by).order_by("row")
    for case, round_, row, text in rows.values_list("case_id", "round", "row", "text"):
        if round_ == rounds[case]:
            found.setdefault(case, {})[f"row_{row}"] = text
    return found


# ---- beginning ---------------------------------------------------------------------------------------------------


def begin(work: Work) -> None:
    """The plan's life begins with a draft."""
    _open(work, is_imported=False)


def take_over(work: Work) -> None:
    """What was published before it came here."""
    _open(work, is_imported=True)


def _open(work: Work, *, is_imported: bool) -> None:
    plan = work.thing("plan", Plan)
    existing = PlanLife.objects.filter(plan=plan).select_related("case").first()
    if existing is not None:
        number = existing.case.number
        text = Text(f"这张表已经登记：{number}。请在那里办理。", f"This plan has its case already: {number}.")
        raise work.refuse(text, field="plan")
    version = _wanted(work, plan)
    title = f"{plan.department} {plan.fiscal_year}年度绩效目标表"
    work.change_case(title=title[-200:])
    work.detail = PlanLife(
        case=work.case,
        plan=plan,
        version=version,
        published=version if is_imported else None,
        is_imported=is_imported,
        waits_since=work.now,
    )
    work.particulars = {**work.particulars, "version": version.number}


def _wanted(work: Work, plan: Plan) -> PlanVersion:
    """The version that the step names, which has to be the newest one."""
    newest = PlanVersion.objects.filter(plan=plan).select_related("plan").order_by("-number").first()
    wanted = work["version"]
    if newest is None or (wanted is not None and wanted > newest.number):
        text = Text(f"这张表没有第 {wanted or 1} 版。", f"This plan has no version {wanted or 1}.")
        raise work.refuse(text, field="version", reason=Reason.INVALID)
    if wanted is not None and wanted < newest.number:
        text = Text(
            f"第 {wanted} 版是旧版，最新的是第 {newest.number} 版。请办理最新一版。",
            f"Version {wanted} is an old one; the newest is {newest.number}. Take that one.",
        )
        raise work.refuse(text, field="version")
    return newest


def submit(work: Work) -> None:
    """The newest version is handed in: what it is stands fixed from here on, beside last year's."""
    life: PlanLife = work.detail
    version = _wanted(work, life.plan)
    _check_answer(work, version)
    _check_adjustment(work, version)
    parts = contents.of([version])[version.pk]
    found = yearly.compared(version)
    whole = contents.whole_hash(parts)
    work.change(
        version=version,
        content_hash=whole,
        round=life.round + 1,
        waits_since=work.now,
        compared=found.before,
        rows_added=found.added,
        rows_removed=found.removed,
        rows_changed=found.changed,
        amount_before=found.amount_before,
        amount_now=found.amount_now,
    )
    work.particulars = {**work.particulars, "version": version.number}
    work.note(content_hash=whole, parts=contents.codes(parts))
    work.note(added=found.added, removed=found.removed, changed=found.changed)
    if found.before is not None:
        work.note(compared=found.before.pk)
    approving.freeze(work, version, parts, Level.SUBMITTED)


def _check_answer(work: Work, version: PlanVersion) -> None:
    """What was returned comes back corrected, or with the reason why not."""
    life: PlanLife = work.detail
    is_answered = version.pk != life.version_id or work["answer"]
    if work.case.state == "returned" and not is_answered:
        text = Text(
            "退回以后表还没有改。请先按意见改出新的一版，或者写明为什么不改。",
            "The table is as it was when it was returned. Correct it as a new version, or say why it stays.",
        )
        raise work.refuse(text, field="answer")


def _check_adjustment(work: Work, version: PlanVersion) -> None:
    """An adjustment is another version than the one in force, with the document that allows it attached."""
    life: PlanLife = work.detail
    in_force = life.approved or life.published
    if in_force is None:
        return
    if version.pk == in_force.pk:
        text = Text(
            f"第 {version.number} 版就是现在执行的一版。调整须提交新的一版。",
            f"Version {version.number} is the one in force. An adjustment is a new version.",
        )
        raise work.refuse(text, field="version")
    about = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(work.case.pk))
    begun = about.filter(kind=events.ADJUSTED.name).aggregate(last=Max("id"))["last"] or 0
    if not Attachment.objects.filter(case=work.case, removed_at=None, event_id__gt=begun).exists():
        text = Text(
            "请先把调整的依据文件附在这件事项里，再提交。",
            "Attach the document that allows the adjustment to this case first.",
        )
        raise work.refuse(text)


# ---- reviewing ---------------------------------------------------------------------------------------------------


def approve(work: Work, *, level: Level) -> None:
    """Freezes what is there now. Refused where it is not what was handed in and nobody looked at it since."""
    version = _version(work)
    approving.check_person(work, {version.accepted_by_id}, Text("这一版", "this version"))
    _check_newest(work, version)
    parts: tuple[Content, ...] = work.shared[CONTENTS][version.pk]
    whole = contents.whole_hash(parts)
    approving.check_unchanged(work, parts)
    if work.many > 1 and (errors := work.shared[TALLIES].get(version.pk, 0)):
        text = Text(
            f"{work.case.number} 还有 {errors} 处错误，不能成批通过。请打开逐件审核。",
            f"{work.case.number} has {errors} open errors and cannot be approved in bulk. Open it by itself.",
        )
        raise work.refuse(text)
    work.change(waits_since=work.now, content_hash=whole)
    if level is Level.FINANCE:
        work.change(approved=version)
    work.note(version=version.number, content_hash=whole, parts=contents.codes(parts))
    approving.freeze(work, version, parts, level)


def _check_newest(work: Work, version: PlanVersion) -> None:
    newest = work.shared[NEWEST][work.detail.plan_id]
    if newest != version.number:
        text = Text(
            f"送审的是第 {version.number} 版，后来又有了第 {newest} 版。请退回，让编报人提交最新一版。",
            f"Version {version.number} was handed in, and there is a version {newest} now. Return it, so that the newest one is handed in.",
        )
        raise work.refuse(text, reason=Reason.OVERTAKEN)


def return_(work: Work) -> None:
    """Sent back with the letter, the open findings, and what the reviewer wrote to rows."""
    version = _version(work)
    findings = work.shared[FINDINGS].get(version.pk, {})
    notes = work.shared[NOTES].get(work.case.pk, {})
    remarks = {**notes, **(work["remarks"] or {})}
    if remarks:
        work.particulars = {**work.particulars, "remarks": remarks}
    work.change(waits_since=work.now)
    work.note(version=version.number, content_hash=work.detail.content_hash, findings=findings)


# ---- afterwards --------------------------------------------------------------------------------------------------


def pass_secrecy(work: Work) -> None:
    """What was looked at is what will be published: refused where it is not what was approved."""
    version = _version(work)
    parts = work.shared[CONTENTS][version.pk]
    approving.check_approved(work, parts, then=_BACK_OR_ADJUST)
    whole = contents.whole_hash(parts)
    work.change(waits_since=work.now)
    work.note(version=version.number, content_hash=whole, parts=contents.codes(parts))
    approving.freeze(work, version, parts, Level.SECRECY)


def publish(work: Work) -> None:
    """The approved version is the published one from now on. Refused where its content is not what was approved."""
    life: PlanLife = work.detail
    version = _version(work)
    parts = work.shared[CONTENTS][version.pk]
    approving.check_approved(work, parts, then=_BACK_OR_ADJUST)
    work.change(published=life.approved, waits_since=work.now)
    work.note(version=_number(life.approved), content_hash=contents.whole_hash(parts), parts=contents.codes(parts))


_BACK_OR_ADJUST = Text(
    "请撤回以后的改动，或者按调整程序提交新的一版。",
    "Take back what was changed since, or hand in a new version as an adjustment.",
)


def wait(work: Work) -> None:
    """Nothing else changes: the version is noted."""
    work.change(waits_since=work.now)
    work.note(version=_number(work.detail.version))


def abandon(work: Work) -> None:
    """What was in force stays so. Refused where nothing is."""
    life: PlanLife = work.detail
    in_force = life.approved
    if in_force is None:
        raise work.refuse(_nothing_in_force())
    approved = approving.frozen(work.case.pk, version=in_force, level=Level.FINANCE)
    work.change(version=in_force, content_hash=contents.whole_hash(approved))
    wait(work)


def abandon_import(work: Work) -> None:
    """The imported table stays as it is."""
    life: PlanLife = work.detail
    if life.approved is not None or life.published is None:
        raise work.refuse(_nothing_in_force())
    work.change(version=life.published, content_hash="")
    wait(work)


def _nothing_in_force() -> Text:
    return Text(
        "这张表不是这样来的，没有可以恢复的一版。请撤回，或者提交新的一版。",
        "There is no version of that sort to go back to. Withdraw the plan, or hand in a new version.",
    )


def terminate(work: Work) -> None:
    """In force no more. That it was published stays on record."""
    life: PlanLife = work.detail
    wait(work)
    if life.published is not None:
        work.note(published=life.published.number)


def _number(version: PlanVersion | None) -> int:
    return version.number if version is not None else 0


ACTIONS = {
    (PLAN, "begin"): begin,
    (PLAN, "take_over"): take_over,
    (PLAN, "submit"): submit,
    **{(PLAN, f"approve_{level}"): partial(approve, level=Level(level)) for level in LEVELS},
    **{(PLAN, f"return_{level}"): return_ for level in LEVELS},
    (PLAN, "ask_secrecy"): wait,
    (PLAN, "pass_secrecy"): pass_secrecy,
    (PLAN, "refuse_secrecy"): wait,
    (PLAN, "publish"): publish,
    (PLAN, "adjust"): wait,
    (PLAN, "abandon"): abandon,
    (PLAN, "abandon_import"): abandon_import,
    (PLAN, "withdraw"): wait,
    (PLAN, "terminate"): terminate,
}
PREPARATIONS = {
    **{(PLAN, f"approve_{level}"): prepare for level in LEVELS},
    **{(PLAN, f"return_{level}"): prepare for level in LEVELS},
}
