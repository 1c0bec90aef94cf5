"""On PostgreSQL the program runs as a role that owns nothing and may not change what is append-only.

The owner's role migrates; `SHIXIAO_RUNNING_ROLE` names the role that then gets its rights. Rights are the
second lock beside the triggers: a role that cannot own a table cannot drop its triggers either.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from shixiao.ledger import guard


def give(database: BaseDatabaseWrapper, *, role: str) -> None:
    """Let `role` read and write every table, only add to the append-only ones, and only read the migrations."""
    with database.cursor() as cursor:
        present = set(database.introspection.table_names(cursor))
    guarded = present & set(guard.guarded_tables())
    history = {MigrationRecorder.Migration._meta.db_table} & present
    rights = dict.fromkeys(present, "SELECT, INSERT, UPDATE, DELETE")
    rights |= dict.fromkeys(guarded, "SELECT, INSERT") | dict.fromkeys(history, "SELECT")
    rights |= dict.fromkeys(guarded & set(guard.erasable_tables()), "SELECT, INSERT, DELETE")
    name = database.ops.quote_name(role)
    with transaction.atomic(using=database.alias), database.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for table, kinds in sorted(rights.items()):
            cursor.execute(f"REVOKE ALL ON {database.ops.quote_name(table)} FROM {name}")
            cursor.execute(f"GRANT {kinds} ON {database.ops.quote_name(table)} TO {name}")


def rights_to_change(database: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The append-only tables that the present role could change if a trigger were gone; empty is good."""
    found = []
    erasable = set(guard.erasable_tables())
    with database.cursor() as cursor:
        for table in guard.guarded_tables():
            rights = "UPDATE, TRUNCATE" if table in erasable else "UPDATE, DELETE, TRUNCATE"
            # No table, no privilege: a database that is yet to be migrated is no failure.
            cursor.execute("SELECT has_table_privilege(to_regclass(%s), %s)", [table, rights])
            (may,) = cursor.fetchone()
            found += [table] if may else []
    return tuple(found)
