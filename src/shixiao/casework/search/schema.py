"""The index beside the table, for a migration."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

from shixiao.casework.search import stores


def index_operation() -> RunPython:
    """What a migration does after it made the table of texts (and what it undoes before it takes the table away)."""
    return RunPython(_create, _drop)


def _create(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    stores.of(editor.connection).create()


def _drop(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    stores.of(editor.connection).drop()
