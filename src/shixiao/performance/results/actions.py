"""What a step does beyond changing the state."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils import timezone

from shixiao.casework.models import Case
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.working import Work
from shixiao.engine import bundles
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance.evaluation import newest
from shixiao.performance.life import approving
from shixiao.performance.life import contents as of_plans
from shixiao.performance.life.contents import Content
from shixiao.performance.life.models import Level
from shixiao.performance.models import Evaluation, Plan, PlanVersion, Publication, Withdrawal
from shixiao.performance.publication import filling, publishing
from shixiao.performance.results import contents, events, lacking
from shixiao.performance.results.contents import SELF
from shixiao.performance.results.models import ResultLife
from shixiao.performance.results.steps import LEVELS, RESULT

CONTENTS, AUTHORS, NEWEST = "result_contents", "result_authors", "result_newest"
_AGAIN = Text("请退回，让送审人重新提交。", "Return it, so that it is handed in anew.")


# ---- what is read, for one or for many ---------------------------------------------------------------------------


def prepare(works: Sequence[Work]) -> None:
    """What a review asks of several cases, in a number of statements that does not grow with them. Whoever freezes or edits one of these
    evaluations waits until the step is done, and the other way round."""
    lives: list[ResultLife] = [work.detail for work in works]
    shared = works[0].shared
    versions = PlanVersion.objects.filter(pk__in={life.version_id for life in lives})
    plans = versions.values_list("plan_id")
    list(Plan.objects.select_for_update().filter(pk__in=plans).order_by("pk").values_list("pk"))
    shared[CONTENTS] = contents.of(lives)
    shared[AUTHORS] = _authors(lives)
    shared[NEWEST] = {
        key for key, has_newer in _with_newer(versions) if not has_newer
    }  # the versions that no other one took the place of


def _authors(lives: Sequence[ResultLife]) -> dict[contents.Day, set[int | None]]:
    """Who froze or edited any revision of each day."""
    rows = Evaluation.objects.filter(kind=SELF, version__in={life.version_id for life in lives}).order_by()
    found: dict[contents.Day, set[int | None]] = {}
    for version, until, author in rows.values_list("version_id", "until", "made_by").distinct():
        found.setdefault((version, until), set()).add(author)
    return found


def _with_newer(versions: Any) -> list[tuple[int, bool]]:
    numbers: dict[int, int] = {}
    rows = PlanVersion.objects.filter(plan__in=versions.values("plan")).values_list("plan_id", "number")
    for plan, number in rows:
        numbers[plan] = max(number, numbers.get(plan, 0))
    return [(key, numbers[plan] > number) for key, plan, number in versions.values_list("pk", "plan_id", "number")]


def _version(life: ResultLife) -> PlanVersion:
    return (
        PlanVersion.objects.select_related("plan")
        .only("id", "number", "content_hash", "title", "plan")
        .get(pk=life.version_id)
    )


# ---- handing in ----------------------------------------------------------------------------------------------------


def begin(work: Work) -> None:
    """The self-evaluations of one day get their case. Refused for an old version, a day on which nothing was frozen, and a second time."""
    plan, until = work.thing("plan", Plan), work["until"]
    version = _wanted(work, plan)
    existing = ResultLife.objects.filter(version=version, until=until).select_related("case").first()
    if existing is not None:
        number = existing.case.number
        text = Text(
            f"这一天的自评已经登记：{number}。请在那里办理。", f"These self-evaluations have their case: {number}."
        )
        raise work.refuse(text, field="until")
    if not Evaluation.objects.filter(version=version, kind=SELF, until=until).exists():
        text = Text(
            f"截至 {until.isoformat()} 的自评还没有冻结。请先在自评页面冻结。",
            f"No self-evaluation until {until.isoformat()} was frozen. Freeze it first, on the page of self-evaluations.",
        )
        raise work.refuse(text, field="until")
    work.change_case(title=_title(plan, until))
    work.detail = ResultLife(case=work.case, version=version, until=until)
    work.particulars = {**work.particulars, "version": version.number}


def _title(plan: Plan, until: date) -> str:
    return f"{plan.department} {plan.fiscal_year}年度绩效自评（截至{until.isoformat()}）"[-200:]


def _wanted(work: Work, plan: Plan) -> PlanVersion:
    """The newest version; refused where the step names another."""
    found = PlanVersion.objects.filter(plan=plan).order_by("-number").only("id", "number", "plan").first()
    wanted = work["version"]
    if found is None or (wanted is not None and wanted != found.number):
        text = Text(
            f"第 {wanted or 1} 版不是最新一版。自评在最新一版上送审。",
            f"Version {wanted or 1} is not the newest one, on which self-evaluations are handed in.",
        )
        raise work.refuse(text, field="version", reason=Reason.INVALID)
    return found


def submit(work: Work) -> None:
    """Every project's newest revision is handed in; what is missing is said, and rows without a score need a word of why."""
    life: ResultLife = work.detail
    prepare([work])
    _check_newest(work, _AFTER_ADJUSTMENT)
    version = _version(life)
    missing = lacking.of(version, newest.of(version, SELF, life.until))
    _check_complete(work, missing)
    parts = work.shared[CONTENTS][work.case.pk]
    whole = of_plans.whole_hash(parts)
    if work.case.state == "returned" and whole == life.content_hash and not work["answer"]:
        text = Text(
            "退回以后自评还没有改。请先按意见修改，或者写明为什么不改。",
            "The self-evaluations are as they were when they were returned. Correct them, or say why they stay.",
        )
        raise work.refuse(text, field="answer")
    work.change(content_hash=whole, round=life.round + 1)
    work.note(version=version.number, content_hash=whole, parts=of_plans.codes(parts), unscored=missing.unscored)
    approving.freeze(work, version, parts, Level.SUBMITTED)


def _check_complete(work: Work, missing: lacking.Lacking) -> None:
    if missing.projects:
        zh, en = "、".join(missing.projects[: lacking.MOST]), ", ".join(missing.projects[: lacking.MOST])
        raise work.refuse(
            Text(f"这些项目还没有自评：{zh}。请先冻结。", f"Without a self-evaluation: {en}. Freeze it first.")
        )
    if missing.unscorable:
        zh, en = "、".join(missing.unscorable[: lacking.MOST]), ", ".join(missing.unscorable[: lacking.MOST])
        text = Text(
            f"这些项目没有得分：{zh}。请先在自评页面看清原因，改好后重新冻结。",
            f"Could not be scored: {en}. See why on the page of the self-evaluation, correct it and freeze anew.",
        )
        raise work.refuse(text)
    if missing.rows and not work["without_score"]:
        rows = lacking.in_words(missing.rows)
        text = Text(
            f"有 {missing.unscored} 行没有计分（{rows.zh}），按 0 分计入。请写明为什么仍然送审。",
            f"{missing.unscored} rows have no score ({rows.en}) and count as 0. Say why they are handed in all the same.",
        )
        raise work.refuse(text, field="without_score")


_AFTER_ADJUSTMENT = Text(
    "请在最新一版上冻结自评，另外登记。", "Freeze self-evaluations of the newest one and begin with those."
)


def _check_newest(work: Work, then: Text) -> None:
    if work.detail.version_id not in work.shared[NEWEST]:
        text = Text(
            f"{work.case.number} 的绩效目标表后来又有了新的一版。{then.zh}",
            f"The plan of {work.case.number} has a newer version now. {then.en}",
        )
        raise work.refuse(text, reason=Reason.OVERTAKEN)


# ---- reviewing ---------------------------------------------------------------------------------------------------


def approve(work: Work, *, level: Level) -> None:
    """Freezes what is there now. Refused to who froze or edited any of it, and where something is otherwise than it was handed in."""
    life: ResultLife = work.detail
    if CONTENTS not in work.shared:
        prepare([work])
    _check_author(work)
    _check_newest(work, _AGAIN)
    parts: tuple[Content, ...] = work.shared[CONTENTS][work.case.pk]
    approving.check_unchanged(work, parts, then=_AGAIN)
    version = _version(life)
    work.note(version=version.number, content_hash=life.content_hash, parts=of_plans.codes(parts))
    approving.freeze(work, version, parts, level)


def _check_author(work: Work) -> None:
    life: ResultLife = work.detail
    authors = work.shared[AUTHORS].get((life.version_id, life.until), set())
    approving.check_person(work, authors, Text("其中的自评", "a self-evaluation"))


def keep(work: Work) -> None:
    """Nothing else changes: the version is noted, and of a return what was looked at."""
    work.note(version=_version(work.detail).number)


def return_(work: Work) -> None:
    """Sent back with the letter."""
    keep(work)
    work.note(content_hash=work.detail.content_hash)


# ---- publishing ------------------------------------------------------------------------------------------------------


def pass_secrecy(work: Work) -> None:
    """What was looked at is what was approved. Refused to who froze or edited any of it, and for a result that names the person, since it
    is published; a secrecy mark is refused with every text."""
    if CONTENTS not in work.shared:
        prepare([work])
    _check_author(work)
    name = work.by.display_name if work.by is not None else ""
    if name and name in work["result"]:
        text = Text(
            "结论会原样公开，不能写审查人的姓名。姓名由系统另外记下。",
            "The result is published as it is and must not name the reviewer, who is noted apart.",
        )
        raise work.refuse(text, field="result")
    parts = contents.approved(work.case.pk)
    keep(work)
    work.note(content_hash=of_plans.whole_hash(parts), parts=of_plans.codes(parts))
    approving.freeze(work, _version(work.detail), parts, Level.SECRECY)


def publish(work: Work) -> None:
    """The approved revisions are handed out, with the secrecy review that passed them, in the transaction of this step."""
    life: ResultLife = work.detail
    version, parts = PlanVersion.objects.select_related("plan").get(pk=life.version_id), contents.approved(work.case.pk)
    reviewer, review = _review(work)
    office = work["office"] or _last_office(work, version)
    try:
        value = filling.from_evaluations(
            version,
            until=life.until,
            secrecy=review,
            office=office,
            now=work.now,
            evaluations=contents.revisions(parts),
        )
        whole = of_plans.whole_hash(parts)
        made = publishing.publish(
            value, version=version, reviewed_by=reviewer, by=_person(work), now=work.now, content_hash=whole
        )
    except publishing.NotPublishable as refused:
        raise _not_publishable(work, refused, field="office") from None
    work.change(publication=made)
    work.particulars = {**work.particulars, "office": office}
    work.note(version=version.number, content_hash=whole, publication=made.pk, address=made.address)


def _review(work: Work) -> tuple[str, bundles.SecrecyReview]:
    """Who passed the secrecy review, on which day, with which result."""
    about = Event.objects.filter(subject_kind=Case.ledger_name, subject_id=str(work.case.pk))
    passed = about.filter(kind=events.SECRECY_PASSED.name).order_by("-id").prefetch_related("words").first()
    result = next((each.words for each in passed.words.all() if each.name == "result"), "") if passed else ""
    if passed is None or not result:
        text = Text(
            "保密审查的结论不在了，不能公开。请重新送审。",
            "The result of the secrecy review is gone. Take it up again.",
        )
        raise work.refuse(text)
    on = timezone.localtime(passed.happened_at).date()
    return User.objects.get(pk=int(passed.by_id)).display_name, bundles.SecrecyReview(on=on, result=result)


def _last_office(work: Work, version: PlanVersion) -> str:
    last = (
        Publication.objects.filter(version__plan=version.plan_id)
        .order_by("-id")
        .values_list("office", flat=True)
        .first()
    )
    if last is None:
        text = Text(
            "请写地址中的单位，例如 example-office。以后公开不用再写。",
            "Say the office in the address, such as example-office; later publications remember it.",
        )
        raise work.refuse(text, field="office", reason=Reason.INVALID)
    return str(last)


def withdraw(work: Work) -> None:
    """Not reviewed any more. Refused while something of it is published: that is for the publisher to take back."""
    life: ResultLife = work.detail
    if is_live(life):
        text = Text(
            "以前公开的一份还在。要撤回它，请公开人办理“撤回公开”。",
            "What was published before still stands. The publisher takes it back by “Withdraw the publication”.",
        )
        raise work.refuse(text)
    keep(work)


def take_back(work: Work) -> None:
    """The publication says when and why it was withdrawn from now on."""
    life: ResultLife = work.detail
    if not is_live(life):
        text = Text("没有公开着的一份可以撤回。", "There is nothing published to be withdrawn.")
        raise work.refuse(text)
    made = Publication.objects.get(pk=life.publication_id or 0)
    try:
        publishing.withdraw(made, reason=work["reason"], by=_person(work), now=work.now)
    except publishing.NotPublishable as refused:
        raise _not_publishable(work, refused, field="reason") from None
    keep(work)
    work.note(publication=made.pk, address=made.address)


def is_live(life: ResultLife) -> bool:
    """Something of it is published and not withdrawn."""
    return life.publication_id is not None and not Withdrawal.objects.filter(publication=life.publication_id).exists()


def _person(work: Work) -> User:
    """The table lets nobody else take these steps than a person."""
    assert work.by is not None  # noqa: S101
    return work.by


def _not_publishable(work: Work, refused: publishing.NotPublishable, *, field: str) -> Refused:
    return work.refuse(Text(str(refused), str(refused)), field=field)


ACTIONS = {
    (RESULT, "begin"): begin,
    (RESULT, "submit"): submit,
    **{(RESULT, f"approve_{level}"): partial(approve, level=Level(level)) for level in LEVELS},
    **{(RESULT, f"return_{level}"): return_ for level in LEVELS},
    (RESULT, "ask_secrecy"): keep,
    (RESULT, "pass_secrecy"): pass_secrecy,
    (RESULT, "refuse_secrecy"): keep,
    (RESULT, "publish"): publish,
    (RESULT, "renew"): keep,
    (RESULT, "withdraw"): withdraw,
    (RESULT, "take_back"): take_back,
}
PREPARATIONS = {(RESULT, f"approve_{level}"): prepare for level in LEVELS}
