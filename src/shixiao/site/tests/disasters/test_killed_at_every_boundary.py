"""The process is killed (SIGKILL) between any two things that it does; after a restart nothing that was told is missing, nothing is doubled.

What each scene is stands with it (`stepping`, `working`, `importing`, `backing_up`); what is compared, in `running`. The quick run kills
steps and sending at every boundary, everything else at a few; on PostgreSQL at one, and only the scenes whose statements differ there;
`SHIXIAO_EVERY_POINT=1` or `tools/kill_everywhere.py` plays all of them at every boundary. How this was broken on purpose, and what came of
every boundary, stands in docs/survival.md.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from shixiao.site.tests.disasters import scenes
from shixiao.site.tests.disasters.asking import Stage

pytestmark = pytest.mark.database
ALWAYS_EVERYWHERE = {"perform", "perform_many", "send"}
A_FEW = 3
# Rows are copied in, skipped when somebody holds them, locked by name, dumped: what SQLite knows nothing of.
DIFFERENT_ON_POSTGRESQL = {
    "perform", "perform_many", "timers", "duties", "fold", "freeze", "send", "rebuild", "worker", "import_payments", "backup",
}  # fmt: skip


IS_ASKED_FOR_ALL = bool(os.environ.get("SHIXIAO_EVERY_POINT"))


def played() -> list[str]:
    """The scenes of this run."""
    is_all = IS_ASKED_FOR_ALL or connection.vendor == "sqlite"
    return [each for each in scenes.names() if is_all or each in DIFFERENT_ON_POSTGRESQL]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Its first house is a copy of the database of these tests, which nobody uses meanwhile."""
    with django_db_blocker.unblock():
        connections.close_all()
    name = str(connection.settings_dict["NAME"])
    address = os.environ["DATABASE_URL"] if connection.vendor == "postgresql" else ""
    found = Stage(address=address, migrated=name)
    yield found
    found.close()


@pytest.mark.parametrize("scene", played())
def test_killed_at_any_boundary_nothing_is_lost_and_nothing_doubled(stage: Stage, scene: str) -> None:
    is_quick = connection.vendor == "sqlite"  # a copy of a house of PostgreSQL takes a second
    everywhere = (is_quick and scene in ALWAYS_EVERYWHERE) or IS_ASKED_FOR_ALL
    few = A_FEW if is_quick else 1
    report = stage.play(scene, points=None if everywhere else few)
    assert report["faults"] == []
    assert report["killed"] == (report["boundaries"] if everywhere else few)


def test_every_scene_is_played(stage: Stage) -> None:
    assert set(stage.scenes) == {*scenes.names(), "broken"}


def test_the_harness_finds_what_is_lost_and_what_is_doubled(stage: Stage) -> None:
    """One scene that does wrong on purpose: told before it is written, and written twice when it is tried again."""
    report = stage.play("broken", points=None)
    found: list[Any] = [fault for each in report["faults"] for fault in each["faults"]]
    assert any(fault.startswith("lost") for fault in found), found
    assert any(fault.startswith("more") for fault in found), found
