"""Every row of the published table of Guangzhou, as the demonstration lives it: explained, opened, and nobody's secret told."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone

from shixiao.engine.bilingual import Text
from shixiao.people.models import Role, User
from shixiao.performance import guarding, standing
from shixiao.performance.models import PlanVersion
from shixiao.performance.why import as_json, explain

pytestmark = pytest.mark.django_db


@pytest.fixture
def bound(demonstrated: list[Text]) -> PlanVersion:
    return PlanVersion.objects.get()


def test_each_row_is_explained_and_its_numbers_are_those_of_the_board(bound: PlanVersion) -> None:
    now, officer = timezone.now(), User.objects.get(username="demo-officer")
    schema = json.loads(files("shixiao.site.cli").joinpath("schemas", "why-1.schema.json").read_text())
    valid = jsonschema.Draft202012Validator(schema)
    for as_of in (None, timezone.localtime(now).date() - timedelta(days=3)):
        board = standing.read(bound, now=now, as_of=as_of)
        guarded = guarding.board(board, by=officer, now=now)
        assert len(board.rows) == 123
        for row in board.rows:
            told = as_json(explain(row, by=officer, now=now, as_of=as_of))
            assert list(valid.iter_errors(told)) == [], row.row
            assert [each["basis"] for each in told["parts"]] == [part.basis for part in row.parts]
            for part, out in zip(guarded.parts(row), told["parts"], strict=True):
                _agrees(part, out)


def _agrees(shown: guarding.Shown, out: dict[str, Any]) -> None:
    assert out["is_hidden"] is not shown.is_open
    assert out["value_text"]["without"]["zh"] == shown.value
    reading = shown.part.reading
    counted = [each for each in out["cases"] if each["role"] == "value"]
    if reading is None or not shown.is_open:
        assert counted == []
        return
    (cases,) = counted
    for name in ("met", "missed", "pending", "not_counted", "amounts"):
        assert cases[name] == getattr(reading, name)
    if cases["reasons"]:
        assert sum(each["cases"] for each in cases["reasons"]) == reading.not_counted


def test_each_number_opens_to_a_page_that_counts_the_same(
    bound: PlanVersion, officer: User, signed_in: Callable[[User], Client]
) -> None:
    """The first tab of the page of the cases has as many as the sentence, with the same window, scope and topic."""
    now = timezone.now()
    browser, opened = signed_in(officer), 0
    for row in standing.read(bound, now=now).rows:
        for part in explain(row, by=officer, now=now).parts:
            for cases in part.cases:
                page = browser.get(cases.addresses[""]).content.decode()
                whole = re.search(r'class="tabs ev-tabs".*?<b>([\d,]+)</b>', page, re.DOTALL)
                assert whole is not None, (row.row, cases.addresses[""])
                assert int(whole[1].replace(",", "")) == cases.reading.cases, (row.row, cases.addresses[""])
                opened += 1
    assert opened >= 60


def test_of_the_restricted_row_nobody_but_its_holders_gets_a_figure(
    bound: PlanVersion, officer: User, signed_in: Callable[[User], Client]
) -> None:
    now = timezone.now()
    (row,) = standing.read(bound, now=now, only=[6]).rows
    assert guarding.is_restricted(row.parts[0], now=now)
    for by in (None, *User.objects.exclude(role=Role.STAFF)):
        told = as_json(explain(row, by=by, now=now))
        assert told["parts"][0]["is_hidden"]
        assert (told["parts"][0]["cases"], told["parts"][0]["value"]) == ([], None)
    pages = signed_in(officer)
    for rest in ("", "why/", "why.json"):
        answer = pages.get(f"/plans/{bound.plan_id}/v{bound.number}/6/{rest}")
        assert answer.status_code == 200
        assert "#cases" not in answer.content.decode()
