"""What is put in, replaced and taken out; table and index agree."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from shixiao.casework import search
from shixiao.casework.search import checks, schema
from shixiao.casework.search.models import SearchText
from shixiao.casework.search.tests.conftest import Put, cases

IS_SQLITE = connection.vendor == "sqlite"
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def entry(case_id: int, text: str, now: datetime, field: str = "title") -> search.Entry:
    return search.Entry(case_id, field, text, "supervision", "000001", now)


class _Counted:
    def __init__(self) -> None:
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        self._captured = CaptureQueriesContext(connection)
        self._captured.__enter__()
        return self.statements

    def __exit__(self, *stopped: object) -> None:
        self._captured.__exit__(None, None, None)
        queries = (each["sql"].strip() for each in self._captured.captured_queries)
        self.statements += [sql for sql in queries if not sql.startswith(TRANSACTIONS)]


def test_a_new_text_takes_one_statement_and_a_changed_one_three_at_most(db: None, now: datetime) -> None:
    with _Counted() as made:
        search.put(entry(7, "河道整治", now), is_new=True)
    assert len(made) == (2 if IS_SQLITE else 1)
    with _Counted() as changed:
        search.put(entry(7, "河道清淤", now))
    assert len(changed) == (3 if IS_SQLITE else 2)
    assert (cases("整治"), cases("清淤")) == ([], [7])


def test_a_text_that_did_not_change_writes_nothing(db: None, now: datetime) -> None:
    search.put(entry(7, "河道  整治", now))
    with _Counted() as again:
        search.put(entry(7, "河道 整治\n", now))
    assert [sql.startswith(("SELECT", "WITH")) for sql in again] == [True]


@pytest.mark.parametrize("are_new", [True, False])
def test_five_hundred_cases_take_as_many_statements_as_ten(db: None, now: datetime, are_new: bool) -> None:
    counts = []
    for low, high in ((1, 11), (100, 600)):
        with _Counted() as statements:
            search.put_many([entry(case_id, f"河道{case_id}", now) for case_id in range(low, high)], are_new=are_new)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 3
    assert cases("河道599") == [599]
    assert search.differences() == []


def test_more_rows_than_a_statement_of_sqlite_holds_are_written(db: None, now: datetime) -> None:
    search.put_many([entry(case_id, f"河道{case_id}", now) for case_id in range(1, 4500)])
    search.put_many([entry(case_id, f"湖泊{case_id}", now) for case_id in range(1, 4500)])
    assert (cases("湖泊4499"), cases("河道4499"), SearchText.objects.count()) == ([4499], [], 4499)


def test_a_text_said_to_be_new_that_is_there_is_refused_and_the_old_one_kept(db: None, now: datetime) -> None:
    search.put(entry(7, "河道", now))
    with pytest.raises(IntegrityError), transaction.atomic():
        search.put(entry(7, "湖泊", now), is_new=True)
    assert (cases("河道"), cases("湖泊"), search.differences()) == ([7], [], [])


def test_what_the_caller_takes_back_is_not_found(db: None, now: datetime) -> None:
    search.put(entry(7, "河道", now))
    with transaction.atomic():
        search.put(entry(7, "湖泊", now))
        search.put(entry(8, "湖泊", now), is_new=True)
        transaction.set_rollback(True)
    assert (cases("河道"), cases("湖泊"), search.differences()) == ([7], [], [])


def test_a_text_that_grows_and_shrinks_leaves_no_pieces_behind(put: Put) -> None:
    for length in (1, 20_000, 9_000, 30_000, 3):
        put(7, "河" * length + "尾")
        assert cases("河尾") == [7]
        assert search.differences() == []
    assert SearchText.objects.count() == 1


def test_an_empty_text_is_taken_out_like_a_removed_one(put: Put) -> None:
    put(7, "河道")
    put(7, "河岸", "remark/1")
    put(7, " \x00 ")
    assert (cases("河道"), cases("河岸")) == ([], [7])
    search.remove(7, "remark/1")
    search.remove(7, "remark/1")
    assert not SearchText.objects.exists()
    assert _entries() == []


def test_a_case_is_taken_out_whole(put: Put) -> None:
    put(7, "河道" * 5000)
    put(7, "河岸", "remark/1")
    put(8, "河床")
    search.remove_case(7)
    assert cases("河") == [8]
    assert len(_entries()) == 1


def _entries() -> list[int]:
    """What the index itself names for 河."""
    with connection.cursor() as cursor:
        if IS_SQLITE:
            cursor.execute("SELECT rowid FROM casework_searchgrams WHERE casework_searchgrams MATCH '河'")
        else:
            cursor.execute("SELECT id FROM casework_searchtext WHERE folded LIKE '%%河%%'", [])
        return [row[0] for row in cursor.fetchall()]


def test_a_case_follows_its_unit_and_what_is_below_it(put: Put) -> None:
    put(1, "河道", path="000001000002")
    put(2, "河道", path="000001000002000003")
    put(3, "河道", path="000001000020")
    search.move_units({"000001000002": "000005000002"})
    assert cases("河道", search.Scope(("000005",))) == [2, 1]
    assert cases("河道", search.Scope(("000005000002000003",))) == [2]
    assert cases("河道", search.Scope(("000001",))) == [3]
    assert search.differences() == []
    put(1, "湖泊", path="000005000002")
    search.move_units({"000005000002": "000001000002"})
    assert cases("湖泊", search.Scope(("000001",))) == [1]
    assert cases("河道", search.Scope(("000001",))) == [3, 2]
    assert search.differences() == []


# ---- agreement -------------------------------------------------------------------------------------------------


def test_an_index_that_lost_something_is_noticed_and_made_anew(put: Put) -> None:
    for case_id in range(1, 6):
        put(case_id, f"河道{case_id}")
    _damage()
    assert cases("河道") == []
    assert len(search.differences()) == 5
    heard: list[tuple[int, int]] = []
    search.rebuild(lambda done, total: heard.append((done, total)))
    assert heard == [(5, 5)]
    assert cases("河道") == [5, 4, 3, 2, 1]
    assert search.differences() == []


def _damage() -> None:
    with connection.cursor() as cursor:
        if IS_SQLITE:
            cursor.execute("INSERT INTO casework_searchgrams (casework_searchgrams) VALUES ('delete-all')")
        else:
            cursor.execute("UPDATE casework_searchtext SET grams = '{}'")


def test_an_index_made_anew_twice_is_no_larger(put: Put) -> None:
    put(7, "河道")
    search.rebuild()
    search.rebuild()
    assert len(_entries()) == 1
    put(7, "湖泊")
    assert _entries() == []


def test_the_migration_takes_the_index_away_and_makes_it_again(transactional_db: None, now: datetime) -> None:
    operation = schema.index_operation()
    search.put(entry(7, "河道", now))
    with connection.schema_editor() as editor:
        operation.database_backwards("casework", editor, ProjectState(), ProjectState())
    with connection.cursor() as cursor:
        columns = [
            each.name for each in connection.introspection.get_table_description(cursor, SearchText._meta.db_table)
        ]
        assert "grams" not in columns
        assert not [each for each in connection.introspection.table_names(cursor) if "searchgrams" in each]
    with connection.schema_editor() as editor:
        operation.database_forwards("casework", editor, ProjectState(), ProjectState())
    search.rebuild()
    assert (cases("河道"), search.differences()) == ([7], [])


def test_a_flush_leaves_nothing_that_misleads_the_next_texts(transactional_db: None, now: datetime) -> None:
    """Django empties the tables it knows; FTS5's own it does not, so entries of old rows meet new rows of the same id."""
    search.put_many([entry(case_id, f"河道{case_id}", now) for case_id in range(1, 5)])
    tables = [SearchText._meta.db_table]
    assert set(tables) <= set(connection.introspection.django_table_names(only_existing=True))
    connection.ops.execute_sql_flush(
        connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
    )
    assert cases("河道") == []
    search.put_many([entry(case_id, "湖泊", now) for case_id in range(1, 5)])
    assert (cases("河道"), cases("湖泊")) == ([], [4, 3, 2, 1])
    search.put(entry(3, "河道3", now))
    search.put(entry(2, "水库", now))
    search.put(entry(2, "河道2", now))
    assert (cases("河道"), cases("湖泊"), cases("水库")) == ([3, 2], [4, 1], [])
    assert search.differences() == []
    search.rebuild()
    assert (cases("河道"), cases("湖泊")) == ([3, 2], [4, 1])


def test_the_tables_can_be_read_by_inspectdb(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("inspectdb", "casework_searchtext")
    assert "class CaseworkSearchtext" in capsys.readouterr().out


def test_a_python_without_full_text_search_is_told_so(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.sqlite_can_search_texts(databases=["default"]) == []
    if IS_SQLITE:
        monkeypatch.setattr(checks, "_has_fts5", lambda alias: False)
        assert [each.id for each in checks.sqlite_can_search_texts(databases=["default"])] == ["casework.E101"]
