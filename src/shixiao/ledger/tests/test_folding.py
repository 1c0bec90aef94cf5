"""Folding a table of which the database believes that it is empty: the right cells, and a few looks for each version."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from shixiao.engine.measures import Outcome
from shixiao.ledger import facts, folding, readings
from shixiao.ledger.adding import FACT
from shixiao.ledger.facts import FactRow
from shixiao.ledger.models import Fact, Gauge
from shixiao.ledger.readings import Days

pytestmark = pytest.mark.django_db(
    transaction=True
)  # what a table was believed to hold is forgotten when it is emptied
CASES, GAUGES = 150, 4
VERSIONS = 2 * CASES * GAUGES
DAY = date(2026, 3, 1)
YEAR = Days.year(2026)


@pytest.fixture
def gauges(now: datetime) -> list[int]:
    return [Gauge.objects.create(measure="desk.sums", key=f"k{n}", added_at=now).pk for n in range(GAUGES)]


def write(gauges: list[int], now: datetime) -> None:
    """Of each case that it was pending, and an hour later, on the next day, that it is met."""
    rows = [
        row(gauge, case, version, now)
        for case in range(1, CASES + 1)
        for gauge in gauges
        for version in (1, 2)
    ]  # fmt: skip
    facts.insert(rows)


def row(gauge: int, case: int, version: int, now: datetime) -> FactRow:
    known_at = now + timedelta(hours=version)
    outcome = Outcome.PENDING if version == 1 else Outcome.MET
    day = DAY + timedelta(days=case % 28 + version)
    scope = (1, case % 5, 0, 0, 0)
    return FactRow(gauge, case, 0, version, known_at, case, outcome, 0, day, 202603, *scope, "", 0, 0, None)


def believed_to_be_empty(gauges: list[int], now: datetime) -> None:
    """As after a test, or a rebuild, whose facts were taken back: there are pages, and nothing in them."""
    with transaction.atomic():
        write(gauges, now)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute(f'ANALYZE "{FACT}"')


def test_what_is_folded_is_what_a_recount_counts(gauges: list[int], now: datetime) -> None:
    believed_to_be_empty(gauges, now)
    write(gauges, now)
    while folding.fold(now, batch=700):
        assert readings.reading(gauges[0], days=YEAR).met == CASES
    for gauge in gauges:
        assert readings.reading(gauge, days=YEAR).cases == readings.recount(gauge, days=YEAR).cases == CASES
    assert Fact.objects.filter(version=1, superseded_at=now + timedelta(hours=2)).count() == CASES * GAUGES
    assert Fact.objects.filter(version=2, superseded_at=None).count() == CASES * GAUGES


def test_a_version_whose_forerunner_is_missing_takes_nothing_from_its_neighbours(
    gauges: list[int], now: datetime
) -> None:
    """The next one in the index is of another case, another gauge, another part, or two versions before."""
    gauge, other = gauges[:2]
    alone = [row(gauge, 1, 1, now), row(gauge, 2, 2, now), row(other, 2, 2, now), row(other, 3, 3, now)]
    facts.insert([*alone, row(other, 3, 1, now), row(gauge, 4, 1, now), row(gauge, 4, 2, now)._replace(part=1)])
    folding.fold(now)
    assert not Fact.objects.exclude(superseded_at=None).exists()


if connection.vendor == "postgresql":  # SQLite asks nobody how much is in a table

    def looked_at() -> int:
        """How many facts were read in this transaction."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = %s", [FACT]
            )
            return int(cursor.fetchone()[0])

    def test_each_version_costs_a_few_looks_however_empty_the_table_is_believed_to_be(
        gauges: list[int], now: datetime
    ) -> None:
        believed_to_be_empty(gauges, now)
        write(gauges, now)
        with transaction.atomic():
            before = looked_at()
            assert folding.fold(now) == VERSIONS
            assert looked_at() - before < 20 * VERSIONS
