"""The pages of self-evaluation and monitoring, the officer's form, the templates of forms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shixiao import forms
from shixiao.casework.models import Case
from shixiao.forms.tests.editing import edited, shipped, with_parts
from shixiao.forms.tests.saying import bare, text_of
from shixiao.people.models import User
from shixiao.performance.evaluation import contents, templates
from shixiao.performance.models import Evaluation, FormTemplate, PlanVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(signed_in: Callable[[User], Client], officer: User) -> Client:
    """The officer's."""
    return signed_in(officer)


@pytest.fixture
def until() -> str:
    return (timezone.localdate() - timedelta(days=1)).isoformat()


@pytest.fixture
def frozen(life: dict[str, Case], version: PlanVersion, browser: Client, until: str) -> Evaluation:
    """Frozen by pressing the button."""
    answer = browser.post(at("evaluations", version), {"until": until}, follow=True)
    assert answer.status_code == 200
    return Evaluation.objects.get()


def at(name: str, version: PlanVersion, *more: object) -> str:
    return reverse(f"performance:{name}", args=[version.plan_id, version.number, *more])


def told(answer: Any) -> str:
    return str(answer.content.decode())


def test_freezing_shows_scores_lost_points_and_the_hash_of_the_form(
    frozen: Evaluation, version: PlanVersion, browser: Client, life: dict[str, Case]
) -> None:
    listed = told(browser.get(at("evaluations", version)))
    assert frozen.score["computed"]["points"] in listed
    page = told(browser.get(at("evaluation", version, frozen.pk)))
    code = forms.hashing.short(forms.content_hash(contents.content_of(frozen)))
    assert code in page
    assert life["missed"].number in page
    assert "part=missed" in page
    lost = frozen.score["explanations"]
    assert all(each["lost"] in page for each in lost)
    made = browser.get(at("evaluation_file", version, frozen.pk, "self_evaluation", "docx"))
    assert "项目支出绩效自评表" in text_of(made.content, "docx")
    assert made["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("kind", forms.KINDS)
def test_files_of_project_and_department_are_served(
    frozen: Evaluation, version: PlanVersion, browser: Client, until: str, kind: str
) -> None:
    begins = b"%PDF" if kind == "pdf" else b"PK"
    for address in (
        at("evaluation_file", version, frozen.pk, "report", kind),
        at("department_file", version, until, "summary", kind),
        at("department_file", version, until, "whole_department", kind),
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert answer.content.startswith(begins)
    assert browser.get(at("department_file", version, "2026-01-05", "summary", kind)).status_code == 404
    assert browser.get(at("evaluation_file", version, frozen.pk, "monitoring", kind)).status_code == 404


def test_a_day_that_is_not_over_is_refused_on_the_page(version: PlanVersion, browser: Client) -> None:
    for day in (timezone.localdate().isoformat(), "x"):
        answer = browser.post(at("monitorings", version), {"until": day})
        assert answer.status_code == 422
    assert not Evaluation.objects.exists()


def test_whoever_is_no_officer_reads_and_cannot_freeze_or_edit(
    frozen: Evaluation, version: PlanVersion, stranger: User, signed_in: Callable[[User], Client], until: str
) -> None:
    browser = signed_in(stranger)
    assert browser.get(at("evaluation", version, frozen.pk)).status_code == 200
    assert browser.get(at("evaluation_file", version, frozen.pk, "self_evaluation", "xlsx")).status_code == 200
    assert browser.post(at("evaluations", version), {"until": until}).status_code == 403
    assert browser.get(at("evaluation_edit", version, frozen.pk)).status_code == 403
    assert browser.post(reverse("performance:form_template", args=["monitoring", "docx"])).status_code == 403


def test_the_editing_form_keeps_what_was_typed_when_it_is_refused(
    frozen: Evaluation, version: PlanVersion, browser: Client
) -> None:
    address = at("evaluation_edit", version, frozen.pk)
    typed = {"r1-reason": "停机一天", "r1-points": "7", "r1-points-why": ""}
    refused = browser.post(address, typed)
    assert refused.status_code == 422
    assert "停机一天" in told(refused)
    assert "请写明理由" in told(refused)
    answer = browser.post(address, {**typed, "r1-points-why": "不归本单位"}, follow=True)
    assert answer.status_code == 200
    two = Evaluation.objects.get(revision=2)
    assert two.texts["1"]["reason"]["text"] == "停机一天"
    page = told(answer)
    assert "不归本单位" in page
    assert frozen.texts["1"]["reason"]["draft"][:10] in page  # the draft is kept beside it
    old = told(browser.get(at("evaluation", version, frozen.pk)))
    assert "这是以前的一次" in old


def test_what_is_otherwise_now_stands_on_its_own_page(
    frozen: Evaluation, version: PlanVersion, browser: Client
) -> None:
    assert "与现在所知的一样" in told(browser.get(at("evaluation_since", version, frozen.pk)))


# ---- templates ------------------------------------------------------------------------------------------------

BAD = {
    "a missing name": (edited("docx", ("{{ 项目名称 }}", "")), "项目名称"),
    "a wrong name": (edited("docx", ("{{ 项目名称 }}", "{{ 项目名城 }}")), "项目名城"),
    "a broken loop": (edited("docx", ("{% 逐行结束 %}", "")), "逐行"),
    "a macro": (with_parts("docx", word__vbaProject_dot_bin=b"x"), "宏"),
    "no office file": (b"hello", "Word"),
}


def sent(browser: Client, content: bytes, *, note: str = "改了字体") -> Any:
    file = SimpleUploadedFile("自评表.docx", content)
    return browser.post(
        reverse("performance:form_template", args=["self_evaluation", "docx"]), {"file": file, "note": note}
    )


@pytest.mark.parametrize("name", BAD)
def test_a_template_with_a_fault_is_not_used_and_the_page_names_it(browser: Client, name: str) -> None:
    content, word = BAD[name]
    answer = sent(browser, content)
    assert answer.status_code == 422
    assert word in told(answer)
    assert not FormTemplate.objects.exists()


def test_a_sound_template_is_used_until_it_is_taken_back(
    frozen: Evaluation, version: PlanVersion, browser: Client
) -> None:
    own = edited("docx", ("项目支出绩效自评表", "本单位的自评表"))
    assert sent(browser, own, note="").status_code == 422
    assert sent(browser, own).status_code == 302
    address = at("evaluation_file", version, frozen.pk, "self_evaluation", "docx")
    assert "本单位的自评表" in text_of(browser.get(address).content, "docx")
    assert browser.get(reverse("performance:form_template", args=["self_evaluation", "docx"])).content == own
    kept = FormTemplate.objects.get()
    assert FormTemplate.hashes(kept.file_hash[:2]) == {kept.file_hash}
    assert [each.sha256 for each in templates.files_of_templates()] == [kept.file_hash]
    back = {"take_back": "1", "note": "不用了"}
    assert browser.post(reverse("performance:form_template", args=["self_evaluation", "docx"]), back).status_code == 302
    assert "本单位的自评表" not in text_of(browser.get(address).content, "docx")
    assert browser.get(reverse("performance:form_template", args=["self_evaluation", "docx"])).content == shipped(
        "docx"
    )
    assert FormTemplate.objects.count() == 2


@pytest.mark.parametrize("kind", forms.KINDS)
def test_a_declaration_says_each_row_of_its_project_as_it_was_accepted(
    version: PlanVersion, browser: Client, kind: str
) -> None:
    project = version.units.get().projects.get()
    listed = told(browser.get(at("declarations", version)))
    address = at("declaration", version, project.pk, kind)
    assert address in listed
    said = text_of(browser.get(address).content, kind)
    assert "项目支出绩效目标申报表" in said
    for each in project.indicators.all():
        assert bare(each.name) in said
        assert bare(each.annual_wording) in said
    assert version.content_hash[:16] in said


def test_there_is_no_declaration_of_another_table_or_format(version: PlanVersion, browser: Client) -> None:
    project = version.units.get().projects.get()
    assert browser.get(at("declaration", version, project.pk, "odt")).status_code == 404
    assert browser.get(at("declaration", version, project.pk + 1, "pdf")).status_code == 404
