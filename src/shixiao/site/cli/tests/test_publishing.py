"""`shixiao publish` and `shixiao verify-bundle`: looked at, published in somebody's name, checked, taken back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from shixiao.people.models import User
from shixiao.performance.models import Publication
from shixiao.site.cli.tests.conftest import Ended

Run = Callable[..., Ended]


@pytest.mark.django_db
def test_a_plan_is_published_in_somebody_s_name_and_taken_back(
    run: Run, guangzhou: Path, officer: User, tmp_path: Path, settings: Settings
) -> None:
    settings.SHIXIAO_PUBLISHED = tmp_path / "published"
    assert run("import", guangzhou, "--by", officer.username).status == 0
    assert run("publish", "--year", "2026", "--out", tmp_path / "look").status == 0
    assert not Publication.objects.exists()
    bundle = tmp_path / "look" / "bundle.json"
    assert run("verify-bundle", bundle).status == 0
    bundle.write_bytes(bundle.read_bytes().replace(b'"department":', b'"department": ', 1))
    assert run("verify-bundle", bundle).status == 1
    assert run("verify-bundle", tmp_path / "look" / "index.html").status == 2
    assert run("publish", "--year", "1999", "--out", tmp_path / "look").status == 2
    words = [
        "--office",
        "guangzhou",
        "--reviewed-on",
        "2026-01-20",
        "--review-result",
        "可以公开",
        "--by",
        officer.username,
    ]
    assert run("publish", *words).status == 2
    assert run("publish", *words[:-1], "nobody", "--reviewed-by", "保密员甲").status == 2
    done = run("publish", *words, "--reviewed-by", "保密员甲")
    assert done.status == 0, done
    made = Publication.objects.get()
    assert made.bundle_hash in done.out
    assert run("publish", "--withdraw", made.address, "--by", officer.username).status == 2
    assert run("publish", "--withdraw", "2026/x/9", "--reason", "有误", "--by", officer.username).status == 2
    assert run("publish", "--withdraw", made.address, "--reason", "有误", "--by", officer.username).status == 0
