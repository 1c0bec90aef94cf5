"""`shixiao publish` and `shixiao verify-bundle`: looked at, published in somebody's name, checked, taken back."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from shixiao.people.models import Unit, User
from shixiao.performance.models import Publication
from shixiao.performance.results.tests.conftest import OFFICE, Desk
from shixiao.site.cli.tests.conftest import Ended

pytestmark = pytest.mark.django_db
Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path) -> None:
    settings.SHIXIAO_PUBLISHED = tmp_path / "published"


def test_what_would_be_published_is_looked_at_and_checked(
    run: Run, guangzhou: Path, officer: User, tmp_path: Path
) -> None:
    assert run("import", guangzhou, "--by", officer.username).status == 0
    assert run("publish", "--year", "2026", "--out", tmp_path / "look").status == 0
    assert not Publication.objects.exists()
    assert {"index.html", "page.css", "mark.svg", "verify.py"} <= {each.name for each in (tmp_path / "look").iterdir()}
    assert 'href="page.css"' in (tmp_path / "look" / "index.html").read_text()
    bundle = tmp_path / "look" / "bundle.json"
    assert run("verify-bundle", bundle).status == 0
    bundle.write_bytes(bundle.read_bytes().replace(b'"department":', b'"department": ', 1))
    assert run("verify-bundle", bundle).status == 1
    assert run("verify-bundle", tmp_path / "look" / "index.html").status == 2
    assert run("publish", "--year", "1999", "--out", tmp_path / "look").status == 2


def test_what_was_approved_and_cleared_is_published_in_somebody_s_name_and_taken_back(
    run: Run, staff: Callable[..., User], officer: User, unit: Unit, now: datetime
) -> None:
    desk = Desk(staff, officer, unit, now)
    case = desk.approved(desk.handed_in())
    publisher = desk.publisher.username
    refused = run("publish", "--office", OFFICE, "--by", publisher)
    assert (refused.status, Publication.objects.count()) == (2, 0)
    assert "approved and cleared" in refused.err
    desk.cleared(case)
    assert run("publish", "--office", OFFICE).status == 2
    assert run("publish", "--office", OFFICE, "--by", "nobody").status == 2
    assert run("publish", "--office", OFFICE, "--by", desk.secrecy.username).status == 2
    assert run("publish", "--by", publisher).status == 2
    assert not Publication.objects.exists()
    done = run("publish", "--office", OFFICE, "--by", publisher)
    assert done.status == 0, done
    made = Publication.objects.get()
    assert made.bundle_hash in done.out
    assert run("publish", "--withdraw", made.address, "--by", publisher).status == 2
    assert run("publish", "--withdraw", "2026/x/9", "--reason", "有误", "--by", publisher).status == 2
    assert run("publish", "--withdraw", made.address, "--reason", "有误", "--by", publisher).status == 0
    again = run("publish", "--withdraw", made.address, "--reason", "有误", "--by", publisher)
    assert again.status == 2
