"""The published table of Guangzhou, as the demonstration lives it: published from the command line, worked out again by a stranger, nobody's
secret told."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework.models import Case
from shixiao.engine.bundles import schema, verify
from shixiao.people.models import User
from shixiao.performance import standing
from shixiao.performance.models import PlanVersion, Publication
from shixiao.site import demonstration
from shixiao.site.cli.tests.conftest import Ended, run

pytestmark = pytest.mark.django_db
__all__ = ["run"]
RESTRICTED = 6


@pytest.fixture
def bound(settings: Settings, tmp_path: Path) -> PlanVersion:
    settings.SHIXIAO_PUBLISHED = tmp_path / "published"
    demonstration.begin(say=lambda _text: None, now=timezone.now())
    return PlanVersion.objects.get()


def test_it_is_looked_at_published_verified_and_withdrawn(bound: PlanVersion, run: Any, tmp_path: Path) -> None:
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
    _tells_nobody_s_secret(bound, folder, bundle)
    checked: Ended = run("verify-bundle", folder / "bundle.json", "--format", "json")
    assert checked.status == 0
    told = json.loads(checked.out)
    form = json.loads(files("shixiao.site.cli").joinpath("schemas", "verify-bundle-1.schema.json").read_text())
    assert list(jsonschema.Draft202012Validator(form).iter_errors(told)) == []
    (folder / "bundle.json").write_bytes(raw.replace(b'"met":', b'"met": ', 1))
    assert run("verify-bundle", folder / "bundle.json").status == 1
    assert run("verify-bundle", folder / "index.html").status == 2
    _publishes(run)


def _tells_nobody_s_secret(bound: PlanVersion, folder: Path, bundle: Any) -> None:
    (row,) = standing.read(bound, now=timezone.now(), only=[RESTRICTED]).rows
    assert row.parts[0].reading is not None
    assert row.parts[0].reading.cases
    closed = [
        each for project in bundle["projects"] for each in project["indicators"] if each["disclosure"] != "records"
    ]
    assert RESTRICTED in [each["row"] for each in closed]
    assert not [key for key in bundle["records"] if key.startswith(f"{RESTRICTED}.")]
    everything = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name != "verify.py")
    for name in {each.display_name for each in User.objects.all() if len(each.display_name) > 2}:
        assert name not in everything, name
    for number in Case.objects.values_list("number", flat=True)[:2000]:
        assert f'"{number}"' not in everything, number


def _publishes(run: Any) -> None:
    words = [
        "publish",
        "--office",
        "guangzhou",
        "--reviewed-on",
        "2026-01-20",
        "--review-result",
        "可以公开",
        "--by",
        "demo-officer",
    ]
    assert run(*words).status == 2
    assert run(*words[:-1], "nobody", "--reviewed-by", "保密员甲").status == 2
    done = run(*words, "--reviewed-by", "保密员甲")
    assert done.status == 0, done
    made = Publication.objects.get()
    assert made.bundle_hash in done.out
    assert made.is_simulated
    assert run("publish", "--withdraw", made.address, "--by", "demo-officer").status == 2
    assert run("publish", "--withdraw", "2026/x/9", "--reason", "有误", "--by", "demo-officer").status == 2
    assert run("publish", "--withdraw", made.address, "--reason", "有误", "--by", "demo-officer").status == 0
