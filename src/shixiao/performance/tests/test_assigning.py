"""A table whose header nobody has seen: its columns are said by hand, and the next file of the office is read so."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shixiao.people.models import User
from shixiao.performance import actions, intake
from shixiao.performance.models import PlanVersion, Upload
from shixiao.performance.tests.test_pages import text_of

STRANGE = """\
某市示范局考核事项表（2026年度）
主管部门|某市示范局
项目名称|信息系统运行维护
层级甲|层级乙|考核事项|应达到|备注
产出指标|数量指标|巡检次数|≥12次|甲
产出指标|质量指标|系统可用率|≥99.5%|乙
""".replace("|", "\t")
SAID = {"grid": "1", "line": "4", "c0": "level1", "c1": "level2", "c2": "name", "c3": "value", "c4": "ignored"}


def upload_of(desk: Client, text: str = STRANGE) -> Upload:
    desk.post("/import/", {"file": SimpleUploadedFile("t.txt", text.encode())})
    return Upload.objects.latest("id")


def test_an_unknown_header_leads_to_the_page_where_its_columns_are_said(desk: Client) -> None:
    upload = upload_of(desk)
    refused = desk.get(f"/import/{upload.pk}/")
    assert refused.status_code == 422
    assert f"/import/{upload.pk}/columns/" in refused.content.decode()
    page = desk.get(f"/import/{upload.pk}/columns/")
    assert page.status_code == 200
    assert "考核事项" in text_of(page.content)
    assert page.content.decode().count("<select") == 5


def test_what_is_said_is_read_and_accepted(desk: Client) -> None:
    upload = upload_of(desk)
    answered = desk.post(f"/import/{upload.pk}/columns/", SAID)
    assert answered.headers["Location"] == f"/import/{upload.pk}/"
    review = text_of(desk.get(f"/import/{upload.pk}/").content)
    assert "2 项指标" in review
    assert "是人工指定的" in review
    form = {"department": "某市示范局", "fiscal_year": "2026", "table": "1"}
    assert desk.post(f"/import/{upload.pk}/accept/", form).status_code == 302
    version = PlanVersion.objects.get()
    assert version.indicators.get(row=1).name == "巡检次数"
    assert "考核事项" in version.assignments


def test_the_next_file_of_the_office_is_read_in_the_same_way(desk: Client, officer: User, now: datetime) -> None:
    first = upload_of(desk)
    desk.post(f"/import/{first.pk}/columns/", SAID)
    first.refresh_from_db()
    given = intake.assignments_of(first)
    actions.accept_plan(STRANGE.encode(), name="t.txt", by=officer, now=now, fiscal_year=2026, assignments=given)
    later = upload_of(desk, STRANGE.replace("2026", "2027").replace("≥12次", "≥15次"))
    review = text_of(desk.get(f"/import/{later.pk}/").content)
    assert "2 项指标" in review
    assert "按上次人工指定的读取" in review
    other = upload_of(desk, STRANGE.replace("某市示范局", "某市样板局"))
    assert desk.get(f"/import/{other.pk}/").status_code == 422


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"c2": "kept"}, "哪一列是指标名称"),
        ({"c3": "kept"}, "哪一列是指标值"),
        ({"line": "99"}, "哪一行是表头"),
        ({"line": "x"}, "哪一行是表头"),
        ({"c0": "nonsense"}, "重新选择"),
        ({"grid": "7"}, "重新选择"),
    ],
)
def test_an_answer_with_which_nothing_can_be_read_says_what_is_missing(
    desk: Client, change: dict[str, str], sentence: str
) -> None:
    upload = upload_of(desk)
    answered = desk.post(f"/import/{upload.pk}/columns/", SAID | change)
    assert answered.status_code == 422
    assert sentence in text_of(answered.content)
    upload.refresh_from_db()
    assert upload.assignments == []


def test_what_was_said_can_be_taken_back(desk: Client) -> None:
    upload = upload_of(desk)
    desk.post(f"/import/{upload.pk}/columns/", SAID)
    assert desk.get(f"/import/{upload.pk}/").status_code == 200
    desk.post(f"/import/{upload.pk}/columns/", {"forget": "1"})
    assert desk.get(f"/import/{upload.pk}/").status_code == 422


def test_columns_that_were_understood_can_be_said_otherwise(desk: Client) -> None:
    known = STRANGE.replace("层级甲", "一级指标").replace("层级乙", "二级指标")
    known = known.replace("考核事项\t", "三级指标\t").replace("应达到", "指标值")
    upload = upload_of(desk, known)
    review = desk.get(f"/import/{upload.pk}/").content.decode()
    assert f"/import/{upload.pk}/columns/" in review
    page = desk.get(f"/import/{upload.pk}/columns/").content.decode()
    assert page.count(" selected") == 5
    assert '<option value="name" selected>' in page


def test_nobody_says_the_columns_of_a_file_of_somebody_else(desk: Client, signed_in: object, reader: User) -> None:
    upload = upload_of(desk)
    other = signed_in(reader)  # type: ignore[operator]
    assert other.get(f"/import/{upload.pk}/columns/").status_code == 403


def test_a_pasted_table_stays_in_the_form_and_can_be_explained_from_there(desk: Client) -> None:
    refused = desk.post("/import/", {"text": STRANGE})
    assert refused.status_code == 422
    assert "考核事项" in refused.content.decode()
    assert 'name="explain"' in refused.content.decode()
    assert not Upload.objects.exists()
    answered = desk.post("/import/", {"text": STRANGE, "explain": "1"})
    upload = Upload.objects.get()
    assert answered.headers["Location"] == f"/import/{upload.pk}/columns/"
    assert 'name="explain"' not in desk.post("/import/", {"text": "没有表"}).content.decode()
