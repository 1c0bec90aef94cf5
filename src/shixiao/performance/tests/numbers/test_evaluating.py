"""From the board of a day to frozen scores and forms: exact values, nothing scored silently, nothing replaced silently."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from shixiao import forms
from shixiao.casework import perform
from shixiao.casework.models import Case
from shixiao.engine import scoring
from shixiao.engine.scoring import Basis
from shixiao.forms.tests.saying import bare, rows_of, text_of
from shixiao.ledger import gauges
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User
from shixiao.performance import actions, binding
from shixiao.performance.evaluation import (
    contents,
    differing,
    drafting,
    editing,
    making,
    newest,
    pages,
    profiles,
    promises,
)
from shixiao.performance.evaluation.editing import Changes, NotEditable, Promised
from shixiao.performance.evaluation.filling import Beside
from shixiao.performance.evaluation.making import NotEvaluable
from shixiao.performance.evaluation.profiles import NotChoosable
from shixiao.performance.evaluation.promises import NotSettleable
from shixiao.performance.evaluation.reckoning import Reckoning
from shixiao.performance.evaluation.texts import PROJECT
from shixiao.performance.models import Evaluation, PlanVersion, Promise
from shixiao.performance.tests.conftest import SMALL, first
from shixiao.performance.tests.numbers.conftest import ON_TIME, WATCHED, finished, opened

pytestmark = [pytest.mark.django_db, pytest.mark.database]
UNTIL = date(2026, 6, 29)
SELF, MONITORING = "self_evaluation", "monitoring"


@pytest.fixture
def make(version: PlanVersion, officer: User, now: datetime) -> Callable[..., Evaluation]:
    """Freezes the one project of the table, as the officer."""

    def making_(kind: str = SELF, *, until: date = UNTIL, at: datetime | None = None) -> Evaluation:
        (one,) = making.make(version, kind=kind, until=until, by=officer, now=at or now).evaluations
        return one

    return making_


@pytest.fixture
def edit(officer: User, now: datetime) -> Callable[..., Evaluation]:
    """Writes as the officer."""

    def editing_(one: Evaluation, said: Any, **more: Any) -> Evaluation:
        return editing.edit(one, Changes(said, **more), reason="核对过", by=officer, now=now)

    return editing_


def line(one: Evaluation, row: int) -> dict[str, Any]:
    return next(each for each in one.score["rows"] if each["row"] == row)


def kept(one: Evaluation, row: int) -> dict[str, Any]:
    return next(each for each in one.rows if each["row"] == row)


# ---- what is scored -------------------------------------------------------------------------------------------


def test_a_share_is_scored_by_the_exact_fraction_of_its_cases(
    life: dict[str, Case], make: Callable[..., Evaluation]
) -> None:
    one = make()
    part = scoring.sheet_from_json(one.sheet).rows[0].parts[0]
    assert (part.value, part.basis, part.is_timely, part.unit) == (Fraction(50), Basis.MEASURED, True, "%")
    assert part.counts is not None
    assert (part.counts.met, part.counts.missed, part.counts.counted) == (1, 1, 2)
    got, weight = Decimal(line(one, 1)["points"]), Decimal(line(one, 1)["weight"])
    assert got == (weight * 50 / 95).quantize(Decimal("0.01"))
    assert kept(one, 1)["actual"]["zh"] == "50.0%（不计的计入后 33.3%）"


def test_what_is_not_counted_stands_in_the_second_figure_with_its_own_cases(
    life: dict[str, Case], make: Callable[..., Evaluation]
) -> None:
    part = scoring.sheet_from_json(make().sheet).rows[0].parts[0]
    assert part.value_put_back == Fraction(100, 3)
    assert part.counts_put_back is not None
    assert (part.counts_put_back.met, part.counts_put_back.missed, part.counts_put_back.not_counted) == (1, 2, 0)
    assert part.counts is not None
    assert part.counts.not_counted == 1


def test_no_evidence_is_never_a_score(version: PlanVersion, make: Callable[..., Evaluation]) -> None:
    one = make()
    assert [each["points"] for each in one.score["rows"]] == [None] * 6
    assert {each["cause"] for each in one.score["explanations"]} <= {"no_evidence", "not_reviewed", "no_rule"}
    assert one.score["computed"]["open"] == "100"
    assert "6 项尚无证据，没有计分" in contents.source_of(one)
    form = contents.self_evaluation(one)
    assert {each.basis for each in form.indicators} == {forms.Basis.NO_EVIDENCE}
    assert {each.score for each in form.indicators} == {None}


def test_the_explanations_sum_to_the_points_that_are_missing(
    life: dict[str, Case], make: Callable[..., Evaluation]
) -> None:
    found = pages.sum_of_lost(make())
    assert found is not None
    assert found["is_same"]
    assert Decimal(found["lost"]) == Decimal(found["whole"]) - Decimal(found["points"])
    assert found["count"] > 1


def test_a_declared_value_is_scored_and_marked(
    version: PlanVersion, bind: Callable[..., Any], officer: User, now: datetime, make: Callable[..., Evaluation]
) -> None:
    early = now - timedelta(days=30)
    bind(2, basis="declared")
    binding.declare(first(version, 2), 0, "2", on=early.date(), note="数的", by=officer, now=early)
    one = make()
    assert kept(one, 2)["basis"] == "declared"
    weight = Decimal(line(one, 2)["weight"])
    assert Decimal(line(one, 2)["points"]) == (weight * 2 / 3).quantize(Decimal("0.01"))
    assert "declared" in {each["code"] for each in line(one, 2)["notes"]}
    assert contents.self_evaluation(one).indicators[1].basis is forms.Basis.DECLARED


def test_nothing_occurred_is_said_and_scored_by_the_profile(
    bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime, make: Callable[..., Evaluation]
) -> None:
    bind(5, WATCHED)
    gauges.put("desk.returned", {}, by=None, now=now - timedelta(days=100))
    begun = now - timedelta(days=20)
    finished(unit, clerk, begun, begun + timedelta(hours=1), amount="0.01", title="零报告")
    one = make()
    assert kept(one, 5)["basis"] == "nothing_occurred"
    assert line(one, 5)["points"] == line(one, 5)["weight"]
    assert contents.self_evaluation(one).indicators[4].basis is forms.Basis.NOTHING_OCCURRED


def test_weights_that_add_to_110_are_said_and_have_no_grade(
    life: dict[str, Case], make: Callable[..., Evaluation], monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = dict(zip(range(1, 7), (20, 20, 20, 20, 10, 10), strict=True))
    before = Reckoning._beside

    def heavier(self: Reckoning, row: Any, approved: Any) -> Beside:
        found = before(self, row, approved)
        return Beside(weight=Decimal(weights[row.row]), closed=found.closed)

    monkeypatch.setattr(Reckoning, "_beside", heavier)
    one = make()
    assert one.score["weights"]["total"] == "110"
    assert "110" in pages.sum_of_lost(one)["check"]
    assert one.score["computed"]["grade"] is None
    assert contents.grade_of(one.score["computed"]) == "未定"
    summed = contents.whole_department([one], share=scoring.Share.EQUAL)
    assert summed.total_score is None
    assert "不是 100" in summed.source


def test_of_a_restricted_register_only_whether_the_target_is_met_goes_on(
    life: dict[str, Case], make: Callable[..., Evaluation], restrict: Callable[[], None]
) -> None:
    restrict()
    one = make()
    row, part = kept(one, 1), scoring.sheet_from_json(one.sheet).rows[0].parts[0]
    assert (part.value, part.counts) == (False, None)
    assert line(one, 1)["points"] is None
    assert row["is_hidden"]
    assert row["parts"][0]["counts"] is None
    assert row["parts"][0]["cases"] == {}
    told = forms.canonical(contents.content_of(one)).decode() + str(one.texts)
    assert "50.0%" not in told + str(one.rows)
    assert life["missed"].number not in told


# ---- what is frozen -------------------------------------------------------------------------------------------


def test_the_same_records_make_no_further_revision_and_no_event(
    life: dict[str, Case], version: PlanVersion, make: Callable[..., Evaluation]
) -> None:
    one = make()
    assert make().pk == one.pk
    events = Event.objects.filter(kind="performance.evaluated")
    assert [each.particulars["revisions"] for each in events] == [[one.pk]]
    assert events.get().particulars["hashes"] == [one.content_hash]
    assert one.content_hash == forms.content_hash(contents.content_of(Evaluation.objects.get(pk=one.pk)))


def test_a_frozen_revision_cannot_be_changed(version: PlanVersion, make: Callable[..., Evaluation]) -> None:
    one = make()
    with pytest.raises(DatabaseError), transaction.atomic():
        Evaluation.objects.filter(pk=one.pk).update(content_hash="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evaluation.objects.filter(pk=one.pk).delete()


def test_what_arrives_late_is_said_beside_the_frozen_value_which_stays(
    life: dict[str, Case], make: Callable[..., Evaluation], clerk: User, unit: Unit, now: datetime
) -> None:
    one = make()
    assert differing.since(one, now=now) == []
    begun = now - timedelta(days=20)
    later = now + timedelta(minutes=5)
    late = opened(unit, clerk, later, title="补记的", happened_at=begun)
    perform(late.pk, "take", by=clerk, now=later, happened_at=begun + timedelta(minutes=1))
    perform(late.pk, "finish", by=clerk, now=later, happened_at=begun + timedelta(hours=1))
    found = {each.row: each for each in differing.since(one, now=later)}
    assert found[1].late > 0
    assert found[1].actual is not None
    assert (found[1].actual[0]["zh"], found[1].actual[1]["zh"]) == ("50.0%（不计的计入后 33.3%）", "66.7%")
    assert kept(Evaluation.objects.get(pk=one.pk), 1)["actual"]["zh"] == kept(one, 1)["actual"]["zh"]
    assert make(at=later).pk == one.pk  # of that evening nothing else was known then


def test_making_it_anew_after_a_correction_is_a_new_revision_with_the_difference(
    life: dict[str, Case],
    version: PlanVersion,
    bind: Callable[..., Any],
    officer: User,
    now: datetime,
    make: Callable[..., Evaluation],
) -> None:
    one = make()
    early = now - timedelta(days=2)
    bind(6, basis="declared", at=early)
    binding.declare(first(version, 6), 0, "优", on=early.date(), note="评过", by=officer, now=early)
    two = make()
    assert (two.revision, newest.before(two)) == (2, one)
    changed = {each.row: each for each in differing.between(one, two)}
    assert set(changed) == {6}
    assert changed[6].points is not None
    assert changed[6].points[0] == ""
    assert differing.since(one, now=now)[0].row == 6
    assert newest.of(version, SELF, UNTIL) == [two]


@pytest.mark.parametrize(("until", "said"), [(date(2026, 6, 30), "还没有过完"), (date(2025, 12, 31), "以前")])
def test_a_day_that_is_not_over_or_before_the_year_is_refused(
    make: Callable[..., Evaluation], until: date, said: str
) -> None:
    with pytest.raises(NotEvaluable, match=said):
        make(until=until)


def test_only_the_officer_freezes_and_only_the_newest_version(
    version: PlanVersion, accept: Callable[..., actions.Acceptance], stranger: User, officer: User, now: datetime
) -> None:
    with pytest.raises(PermissionDenied):
        making.make(version, kind=SELF, until=UNTIL, by=stranger, now=now)
    accept(SMALL)
    with pytest.raises(NotEvaluable, match="旧版"):
        making.make(version, kind=SELF, until=UNTIL, by=officer, now=now)


# ---- what people write ----------------------------------------------------------------------------------------


def test_the_draft_names_the_missed_cases_and_both_texts_are_kept(
    life: dict[str, Case], make: Callable[..., Evaluation], edit: Callable[..., Evaluation]
) -> None:
    one = make()
    draft = one.texts["1"]["reason"]["draft"]
    assert life["missed"].number in draft
    assert life["met"].number not in draft
    two = edit(one, {("1", "reason"): "系统停机一天"})
    assert two.texts["1"]["reason"] == {"draft": draft, "text": "系统停机一天"}
    assert (two.revision, two.edits, two.sheet, two.score) == (2, one, one.sheet, one.score)
    assert contents.self_evaluation(two).indicators[0].reason == "系统停机一天"
    assert two.content_hash != one.content_hash
    assert edit(two, {("1", "reason"): "系统停机一天"}).pk == two.pk


def test_texts_of_people_stay_when_the_records_are_read_anew(
    life: dict[str, Case],
    version: PlanVersion,
    bind: Callable[..., Any],
    officer: User,
    now: datetime,
    make: Callable[..., Evaluation],
    edit: Callable[..., Evaluation],
) -> None:
    edit(make(), {("1", "reason"): "系统停机一天"})
    early = now - timedelta(days=2)
    bind(6, basis="declared", at=early)
    binding.declare(first(version, 6), 0, "优", on=early.date(), note="评过", by=officer, now=early)
    three = make()
    assert three.revision == 3
    assert three.texts["1"]["reason"]["text"] == "系统停机一天"


def test_a_score_by_hand_needs_a_reason_and_stands_beside_the_computed_one(
    life: dict[str, Case], make: Callable[..., Evaluation], edit: Callable[..., Evaluation]
) -> None:
    one = make()
    with pytest.raises(NotEditable) as refused:
        edit(one, {("1", "points"): "7"})
    assert ("1", "points") in refused.value.wrong
    two = edit(one, {("1", "points"): "7"}, why={("1", "points"): "停机不归本单位"})
    assert line(two, 1)["points"] == line(one, 1)["points"]
    assert line(two, 1)["by_hand"] == {"points": "7", "reason": "停机不归本单位"}
    gained = Decimal(two.score["with_hand"]["points"]) - Decimal(two.score["computed"]["points"])
    assert gained == 7 - Decimal(line(one, 1)["points"])
    form = contents.self_evaluation(two)
    assert form.indicators[0].score == 7
    assert "人工打分 7" in form.indicators[0].reason
    assert "人工打分" in form.source
    assert pages.sum_of_lost(two)["is_same"]


@pytest.mark.parametrize("typed", ["1000", "-1", "多", "1.234", "NaN"])
def test_a_score_by_hand_that_cannot_be_is_refused_at_its_field(
    life: dict[str, Case], make: Callable[..., Evaluation], edit: Callable[..., Evaluation], typed: str
) -> None:
    with pytest.raises(NotEditable) as refused:
        edit(make(), {("1", "points"): typed}, why={("1", "points"): "理由"})
    assert ("1", "points") in refused.value.wrong


def test_a_mark_of_secrecy_and_an_old_revision_are_refused(
    life: dict[str, Case], make: Callable[..., Evaluation], edit: Callable[..., Evaluation]
) -> None:
    one = make()
    with pytest.raises(NotEditable, match="密级"):
        edit(one, {("1", "reason"): "机密★10年 的内容"})
    edit(one, {("1", "reason"): "甲"})
    with pytest.raises(NotEvaluable, match="最新"):
        edit(one, {("1", "reason"): "乙"})


# ---- the monitoring -------------------------------------------------------------------------------------------


def test_the_monitoring_proposes_a_likelihood_and_keeps_what_a_person_says_instead(
    life: dict[str, Case], make: Callable[..., Evaluation], edit: Callable[..., Evaluation]
) -> None:
    one = make(MONITORING)
    assert one.score is None
    draft = one.texts["1"]["likelihood"]["draft"]
    assert draft in ("有可能", "完全不可能")
    other = "确定能"
    with pytest.raises(NotEditable, match="理由"):
        edit(one, {("1", "likelihood"): other})
    two = edit(
        one,
        {("1", "likelihood"): other, ("1", "causes"): ["staff", "other", "nonsense"]},
        why={("1", "likelihood"): "已增加人手"},
    )
    assert two.texts["1"]["likelihood"] == {"draft": draft, "text": other, "why": "已增加人手"}
    row = contents.monitoring(two).indicators[0]
    assert row.likelihood is forms.Likelihood.CERTAIN
    assert row.causes == {forms.Cause.STAFF, forms.Cause.OTHER}
    assert draft in row.remark
    assert "已增加人手" in row.remark
    without = contents.monitoring(two).indicators[5]
    assert without.likelihood is None


def test_a_person_says_what_will_be_spent_and_the_form_says_both_figures(
    make: Callable[..., Evaluation], edit: Callable[..., Evaluation]
) -> None:
    one = make(MONITORING)
    one.funds[0]["expected"], one.texts[PROJECT]["spending"] = "90.26", {"draft": "90.26"}
    assert contents.monitoring(one).funds[0].expected == Decimal("90.26")
    assert "按已过时间的进度推算，不超过预算" in contents.source_of(one)
    with pytest.raises(NotEditable, match="理由"):
        edit(one, {(PROJECT, "spending"): "130"})
    two = edit(one, {(PROJECT, "spending"): "130.50"}, why={(PROJECT, "spending"): "合同十月付清。"})
    assert two.texts[PROJECT]["spending"] == {"draft": "90.26", "text": "130.5", "why": "合同十月付清。"}
    assert two.funds[0]["expected"] == "90.26"
    assert contents.monitoring(two).funds[0].expected == Decimal("130.5")
    source = contents.source_of(two)
    assert "全年预计执行数为填报值（按已过时间的进度推算为 90.26 万元），理由：合同十月付清" in source
    assert [(each.row, each.texts) for each in differing.between(one, two)] == [(0, ("spending",))]
    three = edit(two, {(PROJECT, "spending"): "90.26"})
    assert contents.monitoring(three).funds[0].expected == Decimal("90.26")
    assert "填报值" not in contents.source_of(three)


@pytest.mark.parametrize("typed", ["许多", "-1", "1.0000001", "1e12", "NaN"])
def test_what_will_be_spent_is_an_amount(
    make: Callable[..., Evaluation], edit: Callable[..., Evaluation], typed: str
) -> None:
    with pytest.raises(NotEditable, match="金额"):
        edit(make(MONITORING), {(PROJECT, "spending"): typed}, why={(PROJECT, "spending"): "合同"})


@pytest.mark.parametrize(("until", "said"), [(date(2026, 5, 31), "1-5月"), (date(2026, 6, 29), "1月1日至6月29日")])
def test_the_period_of_the_form_is_that_of_the_cut_off(
    version: PlanVersion, make: Callable[..., Evaluation], until: date, said: str
) -> None:
    assert contents.monitoring(make(MONITORING, until=until)).until == said


def test_what_was_promised_is_followed_until_it_is_settled_once(
    life: dict[str, Case],
    version: PlanVersion,
    make: Callable[..., Evaluation],
    edit: Callable[..., Evaluation],
    officer: User,
    now: datetime,
) -> None:
    one = make(MONITORING)
    with pytest.raises(NotEditable, match="措施"):
        edit(one, {}, promises=[Promised("6", date(2026, 9, 1), "经办岗位")])
    edit(one, {("1", "improvement"): "每周核对"}, promises=[Promised("1", date(2026, 9, 1), "经办岗位")])
    (promise,) = promises.of_plan(version.plan, project=one.head["project"])
    assert (promise.text, promise.row, promise.post) == ("每周核对", 1, "经办岗位")
    with pytest.raises(NotSettleable, match="没有到"):
        promises.settle(promise, is_kept=True, on=date(2026, 9, 1), note="做了", by=officer, now=now)
    promises.settle(promise, is_kept=True, on=date(2026, 6, 30), note="做了", by=officer, now=now)
    with pytest.raises(NotSettleable, match="登记过"):
        promises.settle(Promise.objects.get(), is_kept=False, on=date(2026, 6, 30), note="没做", by=officer, now=now)


# ---- profiles -------------------------------------------------------------------------------------------------


def test_the_office_chooses_a_profile_with_a_reason_and_frozen_scores_stay(
    life: dict[str, Case], version: PlanVersion, make: Callable[..., Evaluation], officer: User, now: datetime
) -> None:
    one = make()
    assert one.profile["code"] == "national-2021"
    given = {"document": "", "share": "equal", "by": officer, "now": now}
    with pytest.raises(NotChoosable, match="理由"):
        profiles.choose(version.plan, code="hubei", reason=" ", **given)
    with pytest.raises(NotChoosable, match="没有计分方案"):
        profiles.choose(version.plan, code="none", reason="试", **given)
    profiles.choose(version.plan, code="hubei", reason="上级要求", **given)
    two = make()
    assert (two.revision, two.profile["code"]) == (2, "hubei")
    assert two.score["execution"]["weight"] == "20"
    assert Evaluation.objects.get(pk=one.pk).profile["code"] == "national-2021"


def test_an_own_profile_with_faults_names_each_place(version: PlanVersion, officer: User, now: datetime) -> None:
    written = scoring.profile_as_json(scoring.by_code("hubei"))
    written["execution"]["points"] = "30"
    import json

    given = {"code": "", "share": "equal", "reason": "试", "by": officer, "now": now}
    with pytest.raises(NotChoosable, match="110"):
        profiles.choose(version.plan, document=json.dumps(written), **given)
    with pytest.raises(NotChoosable, match="JSON"):
        profiles.choose(version.plan, document="{", **given)
    written["execution"]["points"], written["code"] = "20", "own"
    profiles.choose(version.plan, document=json.dumps(written), **given)
    assert profiles.in_force(version.plan).profile.code == "own"


# ---- forms ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [SELF, MONITORING])
def test_all_three_kinds_of_a_form_show_the_values_of_the_frozen_revision(
    life: dict[str, Case], make: Callable[..., Evaluation], edit: Callable[..., Evaluation], kind: str
) -> None:
    one = edit(make(kind), {("1", "reason"): "系统停机一天"})
    content = contents.content_of(one)
    shown = forms.shown(content).rows["指标"]
    columns = ("三级指标", "年度指标值")
    for format_ in forms.KINDS:
        made = forms.fill(content, kind=format_)
        rows = rows_of(made, format_)
        for row in shown:
            wanted = [bare(row[name].text) for name in columns]
            assert any(all(each in said for each in wanted) for said in rows), (format_, wanted)
        assert "系统停机一天" in text_of(made, format_)
        assert bare(kept(one, 1)["actual"]["zh"]) in text_of(made, format_)


def test_the_forms_of_the_department_add_up_its_projects(
    life: dict[str, Case], make: Callable[..., Evaluation]
) -> None:
    one = make()
    summary = contents.summary([one])
    assert summary.projects[0].score == Decimal(one.score["computed"]["points"])
    assert one.content_hash[:16] in summary.remark
    whole = contents.whole_department([one], share=scoring.Share.EQUAL)
    assert whole.total_score == Decimal(one.score["computed"]["points"])
    report = contents.report(one)
    assert [each.heading for each in report.sections] == list(forms.OUTLINE)
    for form in (summary, whole, report):
        for format_ in forms.KINDS:
            assert forms.fill(form, kind=format_)


def test_a_measure_of_a_binding_is_named_by_the_key_of_its_frozen_reading(
    life: dict[str, Case], make: Callable[..., Evaluation]
) -> None:
    (part,) = kept(make(), 1)["parts"]
    assert len(part["keys"]) == 1
    assert part["keys"][0].startswith("performance:")
    assert "missed" in part["cases"]
    assert ON_TIME


@pytest.mark.parametrize(
    ("said", "on_a_form"),
    [
        ("尚无证据，没有计分。请绑定度量、填报数值，或签零报告。", "尚无证据，没有计分。"),
        ("“申请受理满意情况”须评议后按档计分。请给出百分数。", "“申请受理满意情况”须评议后按档计分。"),
        ("没有按天计分的规则，请人工打分", "没有按天计分的规则，请人工打分"),
        ("“邀请专家”完成 2 次。", "“邀请专家”完成 2 次。"),
    ],
)
def test_a_form_leaves_out_what_to_do_in_the_program_and_nothing_of_a_wording(said: str, on_a_form: str) -> None:
    assert drafting.without_advice(said) == on_a_form
