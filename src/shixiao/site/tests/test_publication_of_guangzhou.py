"""The published table of Guangzhou, as the demonstration lives it: looked at from the command line, worked out again by a stranger,
nobody's secret told."""

import copy
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework.models import Case
from shixiao.engine import bundles
from shixiao.engine.bilingual import Text
from shixiao.engine.bundles import schema, verify
from shixiao.people.models import User
from shixiao.performance import standing
from shixiao.performance.evaluation import making
from shixiao.performance.models import Evaluation, EvaluationKind, PlanVersion, Publication
from shixiao.performance.publication import filling
from shixiao.performance.publication.publishing import NotPublishable
from shixiao.site.cli.tests.conftest import Ended, run
from shixiao.site.tests.api.conftest import with_token

pytestmark = pytest.mark.django_db
__all__ = ["run"]
RESTRICTED = 6


@pytest.fixture
def bound(demonstrated: list[Text], settings: Settings, tmp_path: Path) -> PlanVersion:
    settings.SHIXIAO_PUBLISHED = tmp_path / "published"
    return PlanVersion.objects.get()


def test_what_would_be_published_is_worked_out_again_and_tells_no_secret(
    bound: PlanVersion, run: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "look"
    assert run("publish", "--out", folder).status == 0
    assert not Publication.objects.exists()
    raw = (folder / "bundle.json").read_bytes()
    bundle = verify.parse(raw)
    report = verify.verify(bundle, raw)
    assert report.differences == []
    assert report.checked["readings"] > 300
    assert report.checked["values"] > 200
    assert list(jsonschema.Draft202012Validator(json.loads(schema())).iter_errors(bundle)) == []
    _tells_nobody_s_secret(folder, bundle)
    checked: Ended = run("verify-bundle", folder / "bundle.json", "--format", "json")
    assert checked.status == 0
    form = json.loads(files("shixiao.site.cli").joinpath("schemas", "verify-bundle-1.schema.json").read_text())
    assert list(jsonschema.Draft202012Validator(form).iter_errors(json.loads(checked.out))) == []


def _tells_nobody_s_secret(folder: Path, bundle: Any) -> None:
    closed = [
        each for project in bundle["projects"] for each in project["indicators"] if each["disclosure"] != "records"
    ]
    assert RESTRICTED in [each["row"] for each in closed]
    assert not [key for key in bundle["records"] if key.startswith(f"{RESTRICTED}.")]
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name != "verify.py")
    for number in Case.objects.values_list("number", flat=True)[:2000]:
        assert f'"{number}"' not in everything, number


def test_what_was_frozen_is_published_as_it_was_scored_whatever_is_known_since(bound: PlanVersion) -> None:
    officer, now = User.objects.get(username="demo-officer"), timezone.now()
    until = timezone.localtime(now).date() - timedelta(days=1)
    kind = EvaluationKind.SELF_EVALUATION.value
    frozen = making.make(bound, kind=kind, until=until, by=officer, now=now).evaluations
    value = _filled(bound, frozen, now)
    assert [each.score for each in value.projects] == [each.score for each in frozen]
    assert [each.sheet for each in value.projects] == [each.sheet for each in frozen]
    raw = bundles.as_bytes(bundles.make(value, lambda: secrets.token_hex(32)).bundle)
    report = verify.verify(verify.parse(raw), raw)
    assert report.differences == []
    assert report.checked["readings"] > 300
    published = made_by_a_measure(value)

    # On that day the row stood on something else, as is known since: it stays as it was approved, and nobody is shown other records.
    sheet = next(each for each in frozen if any(row["parts"][0]["value"] for row in each.sheet["rows"]))
    row = next(each for each in sheet.sheet["rows"] if each["parts"][0]["value"] and each["row"] in published)
    changed = copy.deepcopy(sheet)
    written = next(each for each in changed.sheet["rows"] if each["row"] == row["row"])
    written["parts"][0]["value"] = {"number": "1234567"}
    others = [changed if each.pk == sheet.pk else each for each in frozen]
    assert made_by_a_measure(_filled(bound, others, now)) == published - {row["row"]}


def _filled(version: PlanVersion, frozen: Sequence[Evaluation], now: datetime) -> bundles.Published:
    return filling.from_evaluations(
        version,
        evaluations=frozen,
        until=frozen[0].until,
        office="guangzhou",
        secrecy=bundles.SecrecyReview(on=timezone.localtime(now).date(), result="可以公开"),
        now=now,
    )


def made_by_a_measure(value: bundles.Published) -> set[int]:
    """The rows that have records behind them."""
    return {row.row for project in value.projects for row in project.rows if any(row.parts)}


def test_only_frozen_scores_of_that_day_and_of_every_project_are_published(bound: PlanVersion) -> None:
    officer, now = User.objects.get(username="demo-officer"), timezone.now()
    today = timezone.localtime(now).date()
    made = {}
    for kind, back in ((EvaluationKind.SELF_EVALUATION, 1), (EvaluationKind.MONITORING, 1)):
        until = today - timedelta(days=back)
        made[kind] = making.make(bound, kind=kind.value, until=until, by=officer, now=now).evaluations
    with pytest.raises(NotPublishable, match="不是这一版这一天的"):
        _filled(bound, made[EvaluationKind.MONITORING], now)
    with pytest.raises(NotPublishable, match="还没有自评"):
        _filled(bound, made[EvaluationKind.SELF_EVALUATION][1:], now)
    unscored = copy.deepcopy(made[EvaluationKind.SELF_EVALUATION][0])
    unscored.score = {"faults": []}
    with pytest.raises(NotPublishable, match="没有得分"):
        _filled(bound, [unscored, *made[EvaluationKind.SELF_EVALUATION][1:]], now)


def test_what_people_judged_is_scored_by_its_mark_be_it_a_mean_or_a_share_of_works(bound: PlanVersion) -> None:
    officer, now = User.objects.get(username="demo-officer"), timezone.now()
    until = timezone.localtime(now).date() - timedelta(days=1)
    kind = EvaluationKind.SELF_EVALUATION.value
    frozen = making.make(bound, kind=kind, until=until, by=officer, now=now).evaluations
    board = {row.row: row for row in standing.read(bound, now=now, as_of=until).rows}
    judged = {number: row for number, row in board.items() if row.basis == "reviewed"}
    assert {18, 19} & set(judged)
    assert set(judged) - {18, 19}
    for each in frozen:
        marks = {row["row"]: row["parts"][0]["mark"] for row in each.sheet["rows"]}
        points = {row["row"]: row["points"] for row in each.score["rows"]}
        for number in judged.keys() & marks.keys():
            value = judged[number].prospect.value
            assert value is not None
            assert Decimal(marks[number]) == value.quantize(Decimal("0.01")).normalize()
            assert points[number] is not None


def test_a_token_that_may_not_read_what_is_behind_a_score_is_refused(bound: PlanVersion, officer: User) -> None:
    now = timezone.now()
    until = timezone.localtime(now).date() - timedelta(days=1)
    making.make(bound, kind=EvaluationKind.SELF_EVALUATION.value, until=until, by=officer, now=now)
    address = f"/plans/{bound.plan_id}/evaluations"
    assert with_token(officer, scope={"*": "read"}, now=now).get(address).status_code == 200
    assert with_token(officer, scope={"payments.budget": "read"}, now=now).get(address).status_code == 403
