"""The pages of this desk as people use them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from shixiao.casework.models import Case
from shixiao.offices.reviews import rubrics
from shixiao.offices.reviews.models import Grade, Review, Rubric, RubricVersion
from shixiao.offices.reviews.shipped import RUBRICS
from shixiao.offices.reviews.tests.conftest import REPORT, grade
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
Judges = tuple[User, User, User]
HOME, RUBRICS_PAGE = "/offices/reviews/all/", "/offices/reviews/rubrics/"


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def page(case: Case) -> str:
    return f"/offices/reviews/of/{case.pk}/"


def test_a_reviewer_finds_what_waits_grades_it_and_does_not_find_it_again(
    grading: Case, judges: Judges, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(judges[0])
    assert "1 件等您评分" in browser.get(HOME).content.decode()
    shown = browser.get(page(grading)).content.decode()
    assert "可以直接报送" in shown  # the example of a tier beside the form
    assert 'name="mark"' in shown
    told = {"tier": "reached", "mark": "90", "reason": "事实有出处", "seen": str(grading.revision)}
    answer = browser.post(f"{page(grading)}grade/", told, follow=True)
    assert "评分已封存" in answer.content.decode()
    assert 'name="mark"' not in answer.content.decode()
    assert "件等您评分" not in browser.get(HOME).content.decode()


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    grading: Case, judges: Judges, signed_in: Callable[[User], Client]
) -> None:
    answer = signed_in(judges[0]).post(f"{page(grading)}grade/", {"tier": "partly", "mark": "95", "reason": "很好"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "得分是 60 到 80（不含）" in text
    assert 'value="95"' in text
    assert "很好" in text
    assert not Grade.objects.exists()


def test_the_chair_settles_on_the_page_and_the_result_says_who_gave_what(
    differing: Case, chair: User, submitter: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(chair)
    assert "1 件等您裁定" in browser.get(HOME).content.decode()
    answer = browser.post(
        f"{page(differing)}settle/", {"tier": "partly", "mark": "78", "reason": "对照样例"}, follow=True
    )
    text = answer.content.decode()
    assert "已裁定" in text
    for said in ("78", "组长裁定", "对照样例", "92", "70", "分差 22", "理由来自judge1"):
        assert said in text
    assert Review.objects.get().tier == "partly"
    assert "对照样例" in signed_in(submitter).get(page(differing)).content.decode()


def test_the_form_is_only_for_whom_it_waits(
    grading: Case, judges: Judges, chair: User, submitter: User, officer: User, signed_in: Callable[[User], Client]
) -> None:
    for user in (judges[2], chair, submitter, officer):
        browser = signed_in(user)
        assert 'name="mark"' not in browser.get(page(grading)).content.decode()
        answer = browser.post(f"{page(grading)}grade/", {"tier": "reached", "mark": "90", "reason": "…"})
        assert answer.status_code in (403, 422)
    assert not Grade.objects.exists()


def test_whoever_may_not_see_the_case_gets_404(
    grading: Case, reader: User, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    for user in (reader, staff("stranger", "payments.clerk")):
        assert signed_in(user).get(page(grading)).status_code == 404


def test_only_the_two_steps_of_judging_go_through_this_page(
    grading: Case, officer_of_reviews: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(officer_of_reviews)
    for step in ("cancel", "agree", "differ", "replace"):
        assert browser.post(f"{page(grading)}{step}/", {"reason": "…"}).status_code == 404


def test_the_list_is_narrowed_by_state(
    grading: Case, judges: Judges, officer_of_reviews: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    browser = signed_in(officer_of_reviews)
    assert grading.number in browser.get(f"{HOME}?state=grading").content.decode()
    assert grading.number not in browser.get(f"{HOME}?state=settled").content.decode()
    grade(grading, judges[0], now, "90")
    grade(grading, judges[1], now, "88")
    assert grading.number in browser.get(f"{HOME}?state=settled").content.decode()


def test_a_page_costs_the_same_however_many_reviews_there_are(
    grading: Case,
    officer_of_reviews: User,
    signed_in: Callable[[User], Client],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    browser = signed_in(officer_of_reviews)
    browser.get(HOME)
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        browser.get(HOME)
    with django_assert_max_num_queries(28):  # type: ignore[attr-defined]
        browser.get(page(grading))


def test_the_case_page_puts_codes_into_words_and_leads_to_nobodys_grade(
    differing: Case, officer_of_reviews: User, signed_in: Callable[[User], Client]
) -> None:
    text = signed_in(officer_of_reviews).get(f"/cases/{differing.pk}/?all").content.decode()
    for said in ("judge1的得分", "judge2的档次", "部分达成并具有一定效果", "judge1的理由", "封存指纹", "材料 1 的指纹"):
        assert said in text


def test_choices_of_people_leave_out_who_may_not_judge(
    handed_in: Case, officer_of_reviews: User, judges: Judges, signed_in: Callable[[User], Client]
) -> None:
    text = signed_in(officer_of_reviews).get(f"/cases/{handed_in.pk}/name_reviewers/").content.decode()
    assert all(each.display_name in text for each in judges)
    assert "submitter</option>" not in text


# ---- rubrics -----------------------------------------------------------------------------------------------------


def test_the_shipped_rubrics_are_taken_over_with_one_press(
    officer_of_reviews: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(officer_of_reviews)
    assert f"采用自带的 {len(RUBRICS)} 个细则" in browser.get(RUBRICS_PAGE).content.decode()
    answer = browser.post("/offices/reviews/rubrics/shipped/", follow=True)
    assert f"已采用 {len(RUBRICS)} 个评分细则" in answer.content.decode()
    assert set(Rubric.objects.values_list("code", flat=True)) == {each.code for each in RUBRICS}
    assert browser.post("/offices/reviews/rubrics/shipped/", follow=True).status_code == 200
    assert RubricVersion.objects.count() == len(RUBRICS)


def test_a_rubric_with_tiers_of_its_own(officer_of_reviews: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(officer_of_reviews)
    told = {
        "name": "展览效果",
        "code": "exhibition",
        "judged": "展览办得怎样",
        "scale": "own",
        "own_tiers": "优 90-100\n良 60-90\n差 0-60",
        "anchors.tier_1": "观众多、评价好",
        "anchors.tier_2": "观众一般",
        "anchors.tier_3": "观众少",
        "least": "3",
        "spread": "8",
    }
    arranged = browser.post(
        "/offices/reviews/rubrics/define/", {"scale": "own", "own_tiers": told["own_tiers"], "arrange": "tiers"}
    )
    assert 'name="anchors.tier_3"' in arranged.content.decode()
    assert browser.post("/offices/reviews/rubrics/define/", told).status_code == 302
    version = Rubric.objects.get(code="exhibition").current
    assert [(each.title.zh, str(each.low), str(each.high)) for each in version.tiers] == [
        ("优", "90", "100"),
        ("良", "60", "90"),
        ("差", "0", "60"),
    ]
    assert (version.least, str(version.spread)) == (3, "8.00")
    assert "观众多、评价好" in browser.get("/offices/reviews/rubrics/exhibition/").content.decode()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"scale": "own", "own_tiers": "优 90-100\n差 0-80"}, "own_tiers", "首尾相接"),
        ({"scale": "own", "own_tiers": "优 90-100\n良 60-90"}, "own_tiers", "最低一档的下限是 0"),
        ({"scale": "own", "own_tiers": "很好"}, "own_tiers", "写成“优秀 90-100”"),
        ({"scale": "nowhere"}, "scale", "请选一套档次"),
        ({"least": "1"}, "least", "评审人数是 2 到 5"),
        ({"spread": "101"}, "spread", "0 到 100"),
        ({"anchors": {"reached": "好"}}, "anchors.partly", "请填写"),
        ({"name": ""}, "name", "请填写名称"),
    ],
)
def test_everything_that_is_wrong_with_a_rubric_is_said(change: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(rubrics.Refused) as refused:
        rubrics.read(REPORT | change)
    assert any(each.field == field and sentence in each.text.zh for each in refused.value.all)


def test_a_change_is_a_new_version_and_the_old_one_stays(
    report: Rubric, officer_of_reviews: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(officer_of_reviews)
    told = {name: str(value) for name, value in REPORT.items() if name != "anchors"} | {
        f"anchors.{code}": text
        for code, text in REPORT["anchors"].items()  # type: ignore[attr-defined]
    }
    address = f"{RUBRICS_PAGE}{report.code}/change/"
    answer = browser.post(address, told | {"spread": "5", "seen": "1"}, follow=True)
    assert "现在是第 2 版" in answer.content.decode()
    assert "以前的版本" in answer.content.decode()
    again = browser.post(address, told | {"spread": "6", "seen": "1"})
    assert again.status_code == 422
    assert "别人刚把" in again.content.decode()
    assert browser.post(f"{RUBRICS_PAGE}{report.code}/retire/", follow=True).status_code == 200
    assert "调研报告" not in browser.get(RUBRICS_PAGE).content.decode().split("也看已停用的")[0].split("<main")[-1]


def test_nobody_else_changes_a_rubric(report: Rubric, judges: Judges, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(judges[0])
    assert browser.get(f"{RUBRICS_PAGE}{report.code}/").status_code == 200
    for what in ("change", "retire"):
        assert browser.post(f"{RUBRICS_PAGE}{report.code}/{what}/", {}).status_code == 403
    assert Rubric.objects.get().version == 1
