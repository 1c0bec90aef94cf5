"""`shixiao schema`: the published JSON Schemas of what the commands write."""

from __future__ import annotations

from importlib.resources import files

from shixiao import tables
from shixiao.engine import bundles
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Print the schema of one command's output."""
    terminal.write(schema(wishes.words("COMMAND")[0]).decode("utf-8"))
    return CLEAN


def schema(command: str) -> bytes:
    """The schema of one of the commands that write JSON. Within a version fields are added at most, never changed."""
    if command == "convert":
        return tables.schema()
    if command == "publish":
        return bundles.schema()
    return (files(__package__) / "schemas" / f"{command}-1.schema.json").read_bytes()
