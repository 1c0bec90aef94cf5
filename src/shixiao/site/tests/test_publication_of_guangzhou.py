"""The published table of Guangzhou, as the demonstration lives it: looked at from the command line, worked out again by a stranger,
nobody's secret told."""

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
