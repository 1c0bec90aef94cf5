"""The life of a task: every way it goes, and every way it does not."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from shixiao.casework import calendars, deadlines, duties, expecting, lights, limits, search
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.deadlines import last_moment
from shixiao.casework.extending import answer_extension, ask_extension
from shixiao.casework.limits import Limit
from shixiao.casework.models import Case, Deadline, Relation
from shixiao.casework.performing import events_of
from shixiao.casework.visibility import can_see
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision import parts
from shixiao.offices.supervision.models import Task
from shixiao.offices.supervision.tests.conftest import DAY, MATTER, MINUTE, People, Take, refused, through
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


# ---- the usual way -----------------------------------------------------------------------------------------------


def test_from_proposal_to_archive(propose: Callable[..., Case], take: Take, people: People, now: datetime) -> None:
    case = through(propose(), take, people, until="archive", at=now)
    assert (case.state, case.title, case.lead) == ("archived", MATTER, people.handler)
    assert [event.kind.removeprefix("supervision.") for event in events_of(case)] == [
        *(
            "proposed",
            "established",
            "entrusted",
            "accepted",
            "fed_back",
            "passed",
            "presented",
            "consented",
            "archived",
        )
    ]
    assert case.number.startswith("督")


def test_the_time_is_that_of_source_and_urgency_unless_a_day_is_said(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    def last_day(**told: object) -> str:
        case = through(propose(**told), take, people, until="entrust", at=now)
        return f"{last_moment(Deadline.objects.get(case=case, name='finish').first_due_at):%F}"

    assert last_day(source="media") == "2026-07-07"  # five working days
    assert last_day(source="media", urgency="most_urgent") == "2026-07-01"  # one
    assert last_day(source="document") == "2026-07-30"  # thirty days
    assert last_day(limit_on="2026-07-03") == "2026-07-03"


def test_an_officer_sets_another_time_for_a_source_from_a_day_on(
    propose: Callable[..., Case], take: Take, people: People, officer: User, now: datetime
) -> None:
    rule = Limit(
        kind="supervision.task",
        name="finish_media",
        budget="2wd",
        title=Text("", ""),
        since=now.date(),
        calendar=calendars.OFFICE,
    )
    limits.set_limit(rule, by=officer, now=now)
    case = through(propose(source="media"), take, people, until="entrust", at=now)
    assert f"{last_moment(Deadline.objects.get(case=case, name='finish').first_due_at):%F}" == "2026-07-02"


def test_the_limit_stands_still_while_feedback_is_reviewed(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(source="media"), take, people, until="feed_back", at=now)
    row = Deadline.objects.get(case=case, name="finish")
    assert row.due_at is None
    take(case, "return_", by=people.officer, at=now + 2 * DAY, reason="缺复查记录")
    row.refresh_from_db()
    assert row.due_at is not None
    assert last_moment(row.due_at).date() == date(2026, 7, 9)  # two working days later than the seventh
    assert last_moment(row.first_due_at).date() == date(2026, 7, 7)


def test_whoever_fed_back_does_not_review(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(), take, people, until="accept", at=now)
    case = take(case, "feed_back", by=people.officer, result="代填")  # supervision may act for the lead
    with refused("须由另一个人办理"):
        take(case, "pass_", by=people.officer)
    assert take(case, "pass_", by=people.second).state == "passed"


# ---- closing -----------------------------------------------------------------------------------------------------


def test_nobody_but_the_leader_who_gave_the_order_consents(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(), take, people, until="present", at=now)
    with refused("只有模拟市长甲本人"):
        take(case, "consent", by=people.other_leader)
    for somebody in (people.officer, people.handler):
        with pytest.raises(NotAllowed):
            take(case, "consent", by=somebody)
    assert take(case, "consent", by=people.leader).state == "closed"


def test_silence_after_reading_lets_the_office_propose_and_another_person_confirm(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(), take, people, until="present", at=now)
    with refused("还没有阅知"):
        take(case, "propose_closing", by=people.head, reason="无新的批示")
    take(case, "read_result", by=people.leader)  # Tuesday: silence counts until the end of next Tuesday
    almost = datetime(2026, 7, 7, 23, 59, tzinfo=now.tzinfo)
    with refused("满规定的工作日"):
        take(case, "propose_closing", by=people.head, at=almost, reason="无新的批示")
    later = almost + 2 * MINUTE
    case = take(case, "propose_closing", by=people.head, at=later, reason="无新的批示")
    with refused("须由另一个人办理"):
        take(case, "confirm_closing", by=people.head, at=later)
    basis = events_of(case).get(kind="supervision.closing_proposed").particulars
    assert basis["silent_until"].startswith("2026-07-0")


def test_the_head_confirms_or_the_task_is_presented_again(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(), take, people, until="present", at=now)
    take(case, "read_result", by=people.leader)
    later = now + 10 * DAY
    take(case, "propose_closing", by=people.officer, at=later, reason="无新的批示")
    assert take(case, "decline_closing", by=people.head, at=later, reason="再等等").state == "presented"
    take(case, "propose_closing", by=people.officer, at=later, reason="无新的批示")
    assert take(case, "confirm_closing", by=people.head, at=later).state == "closed"


def test_another_order_begins_another_round_with_a_time_of_its_own(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(), take, people, until="present", at=now)
    case = take(case, "instruct_again", by=people.leader, order="再查一遍", limit_on="2026-07-20")
    assert (case.state, Task.objects.get(case=case).round) == ("returned", 2)
    running = Deadline.objects.get(case=case, name="finish", stopped_at=None)
    assert last_moment(running.first_due_at).date() == date(2026, 7, 20)


def test_where_the_leader_has_left_the_head_names_another(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(), take, people, until="pass_", at=now)
    User.objects.filter(pk=people.leader.pk).update(is_active=False)
    with refused("已经离任"):
        take(case, "present", by=people.officer, summary="请审阅")
    with refused("已经离任"):
        propose()
    take(case, "replace_orderer", by=people.head, orderer=people.other_leader.pk, reason="分工调整")
    case = take(case, "present", by=people.officer, summary="请审阅")
    assert take(case, "consent", by=people.other_leader).state == "closed"


# ---- more time, pauses, other units ------------------------------------------------------------------------------


def test_more_time_is_asked_for_before_the_limit_has_passed_and_never_after(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(source="media"), take, people, until="accept", at=now)
    told = {"budget": "on 2026-07-10", "reason": "材料未齐"}
    with refused("时限已过", "name"):
        ask_extension(case, "finish", by=people.handler, now=datetime(2026, 7, 8, 0, 0, tzinfo=now.tzinfo), **told)
    in_time = datetime(2026, 7, 7, 23, 59, tzinfo=now.tzinfo)
    asked = ask_extension(case, "finish", by=people.handler, now=in_time, **told)
    row = answer_extension(asked, is_granted=True, reason="同意", by=people.officer, now=in_time)
    assert row.due_at is not None
    assert last_moment(row.due_at).date() == date(2026, 7, 10)
    assert last_moment(row.first_due_at).date() == date(2026, 7, 7)


def test_a_refused_extension_leaves_the_limit(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(source="media"), take, people, until="accept", at=now)
    asked = ask_extension(case, "finish", budget="3wd", reason="材料未齐", by=people.handler, now=now)
    row = answer_extension(asked, is_granted=False, reason="不同意", by=people.officer, now=now)
    assert row.due_at == row.first_due_at


def test_suspended_it_waits_and_resumed_it_goes_on(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(source="media"), take, people, until="accept", at=now)
    take(case, "suspend", by=people.officer, reason="等上级文件")
    with refused("现在是“已挂起”"):
        take(case, "feed_back", by=people.handler, result="…")
    case = take(case, "resume", by=people.officer, at=now + DAY, reason="文件已到")
    assert case.state == "working"
    assert Deadline.objects.get(case=case, name="finish").due_at is not None


def test_transferred_it_is_anothers_to_accept_and_is_found_there(
    propose: Callable[..., Case],
    take: Take,
    people: People,
    helping: Unit,
    staff: Callable[..., User],
    now: datetime,
) -> None:
    theirs = staff("theirs", "supervision.handler", at=helping)
    case = through(propose(), take, people, until="accept", at=now)
    assert not can_see(case, by=theirs, now=now)
    case = take(case, "transfer", by=people.officer, unit=helping.pk, led_by="other", reason="职责调整")
    assert (case.state, case.unit, case.lead) == ("entrusted", helping, None)
    with pytest.raises(NotAllowed):
        take(case, "accept", by=people.handler)
    scope = search.Scope(paths=(helping.path,), kinds=("supervision.task",))
    assert [hit.case_id for hit in search.find("消防整治", within=scope, limit=5).hits] == [case.pk]
    assert take(case, "accept", by=theirs).lead == theirs
    with refused("主办单位已经是", "unit"):
        take(case, "transfer", by=people.officer, unit=helping.pk, led_by="own", reason="…")


def test_sent_back_it_is_entrusted_anew(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    case = through(propose(), take, people, until="entrust", at=now)
    case = take(case, "send_back", by=people.handler, reason="不属本处职责")
    assert (case.state, case.limit_at) == ("established", None)
    assert take(case, "entrust", by=people.officer).state == "entrusted"


def test_assisting_units_may_look_and_take_no_step(
    propose: Callable[..., Case], people: People, helping: Unit, bureau: Unit, staff: Callable[..., User], now: datetime
) -> None:
    theirs = staff("theirs", "supervision.handler", at=helping)
    case = propose(assisting_1=helping.pk)
    assert can_see(case, by=theirs, now=now)
    assert not can_see(propose(), by=theirs, now=now)
    with refused("已经是主办或协办单位", "assisting_2"):
        propose(assisting_1=helping.pk, assisting_2=helping.pk)
    with refused("已经是主办或协办单位", "assisting_1"):
        propose(assisting_1=bureau.pk)


# ---- parts -------------------------------------------------------------------------------------------------------


def test_progress_follows_from_the_parts_and_cannot_be_typed(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    whole = through(propose(), take, people, until="accept", at=now)
    first, second = (propose(parent=whole.number, matter=f"子任务{n}") for n in (1, 2))
    through(first, take, people, until="accept", at=now)
    take(first, "progress", by=people.handler, percent="50", progress="过半")
    row = Task.objects.get(case=whole)
    assert parts.progress([row])[whole.pk] == 25
    with refused("由子任务算出", "percent"):
        take(whole, "progress", by=people.handler, percent="80", progress="…")
    with refused(f"还有 2 个子任务没有办完：{first.number}、{second.number}"):
        take(whole, "feed_back", by=people.handler, result="…")
    take(first, "feed_back", by=people.handler, result="完成")
    take(first, "pass_", by=people.officer)
    take(second, "establish", by=people.officer)
    take(second, "revoke", by=people.head, reason="并到第一项")
    assert parts.progress([row])[whole.pk] == 100
    assert take(whole, "feed_back", by=people.handler, result="都完成了").state == "review"


def test_a_circle_of_parts_is_refused_and_shown(propose: Callable[..., Case], take: Take, people: People) -> None:
    one, two, three = propose(matter="甲"), propose(matter="乙"), propose(matter="丙")
    take(two, "place_under", by=people.officer, parent=one.number)
    take(three, "place_under", by=people.officer, parent=two.number)
    with refused(f"{one.number} → {three.number} → {two.number} → {one.number}", "parent"):
        take(one, "place_under", by=people.officer, parent=three.number)
    with refused("绕成一圈", "parent"):
        take(one, "place_under", by=people.officer, parent=one.number)
    assert Relation.objects.filter(case=two, other=one, kind="parent").exists()


def test_merged_it_goes_on_in_the_other(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    one, other = propose(matter="甲"), propose(matter="乙")
    with refused("不能并入自己", "into"):
        take(one, "merge", by=people.officer, into=one.number, reason="…")
    with refused("没有编号为", "into"):
        take(one, "merge", by=people.officer, into="督2026-999999", reason="…")
    assert take(one, "merge", by=people.officer, into=other.number, reason="同一件事").state == "merged"
    assert Relation.objects.filter(case=one, other=other, kind="merged_into").exists()
    closed = through(propose(), take, people, until="consent", at=now)
    with refused("已经反馈或办结", "into"):
        take(other, "merge", by=people.officer, into=closed.number, reason="…")


# ---- lights ------------------------------------------------------------------------------------------------------


def test_two_warnings_unless_an_officer_says_otherwise(
    propose: Callable[..., Case], take: Take, people: People, officer: User, now: datetime
) -> None:
    case = through(propose(limit_on="2026-07-09"), take, people, until="accept", at=now)
    row = Deadline.objects.get(case=case, name="finish")

    def word(days: int) -> str:
        schemes = lights.of_kind(lights.schemes(), case.kind)
        return deadlines.light(row, now=now + days * DAY, schemes=schemes).word.zh

    assert [word(days) for days in (1, 8, 9, 10)] == ["正常", "临期", "即将超期", "超期"]
    blue = [{"share_left": 0.95, "working_seconds_left": None, "colour": "blue", "word": {"zh": "提醒", "en": "note"}}]
    lights.set_lights("supervision.task", since=now.date(), rules=blue, by=officer, now=now)
    assert word(1) == "提醒"


# ---- what is refused ---------------------------------------------------------------------------------------------


def test_a_limit_in_the_past_is_refused(
    propose: Callable[..., Case], take: Take, people: People, now: datetime
) -> None:
    with refused("已经过去", "limit_on"):
        propose(limit_on="2026-06-29")
    case = through(propose(limit_on="2026-06-30"), take, people, until="establish", at=now)
    with refused("已经过去", "limit_on"):
        take(case, "entrust", by=people.officer, at=now + DAY)  # the day that was proposed is over meanwhile
    with refused("已经过去", "limit_on"):
        take(case, "entrust", by=people.officer, limit_on="2026-06-01")
    assert take(case, "entrust", by=people.officer, limit_on="2026-06-30").state == "entrusted"


def test_who_gives_no_orders_is_no_leader(propose: Callable[..., Case], people: People) -> None:
    with refused("不是模拟综合处的交办领导", "orderer"):
        propose(orderer=people.handler.pk)
    with refused("请填写交办领导", "orderer"):
        propose(orderer="")


def test_a_text_marked_as_secret_does_not_enter(propose: Callable[..., Case]) -> None:
    with refused("涉密内容不得进入", "done_when"):
        propose(done_when="机密★10年 见附件")
    assert not Case.objects.exists()


def test_recurring_tasks_come_from_a_duty_each_with_its_own_evidence(
    people: People, bureau: Unit, take: Take, now: datetime
) -> None:
    draft = duties.Draft(
        title="模拟：每月报送进展",
        kind="supervision.task",
        step="expect",
        unit=bureau,
        schedule=clock.Monthly(by=10),
        since=date(2026, 7, 1),
        told={"led_by": "own", "orderer": people.leader.pk},
    )
    duties.create(draft, by=people.officer, now=now)
    later = datetime(2026, 7, 2, 9, tzinfo=now.tzinfo)
    expecting.make_all_ahead(later)
    cases = list(Case.objects.filter(kind="supervision.task").order_by("opened_at"))
    assert len(cases) >= 1
    first = cases[0]
    assert (first.state, first.title[:6]) == ("expected", "模拟：每月报")
    case = take(first, "accept", by=people.handler, at=later)
    case = take(case, "feed_back", by=people.handler, at=later, result="七月进展")
    assert case.state == "review"
