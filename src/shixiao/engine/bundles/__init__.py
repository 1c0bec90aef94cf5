"""What an outsider checks: everything that was published of a plan in one document, and a program of one file that works it out again.

    make(Published(…), salts)     → Made: the bundle, and the openings that stay with the office
    as_bytes(bundle)              → the one way in which it is written
    verifier()                    → the text of verify.py, which needs Python and nothing else
    schema()                      → the JSON Schema of a bundle

Pure: salts and days are arguments. docs/bundle.md has the format, ADR 35 what is public and what is only bound by a commitment.
"""

from importlib.resources import files

from shixiao.engine.bundles.closing import SMALL, close
from shixiao.engine.bundles.making import Made, as_bytes, make, marked, texts_of
from shixiao.engine.bundles.method import method_of
from shixiao.engine.bundles.records import Record
from shixiao.engine.bundles.value import (
    Evidence,
    Project,
    Published,
    Read,
    Restatement,
    Row,
    SecrecyReview,
    Unit,
)

__all__ = [
    "SMALL",
    "Evidence",
    "Made",
    "Project",
    "Published",
    "Read",
    "Record",
    "Restatement",
    "Row",
    "SecrecyReview",
    "Unit",
    "as_bytes",
    "close",
    "make",
    "marked",
    "method_of",
    "schema",
    "texts_of",
    "verifier",
]


def verifier() -> bytes:
    """The program that an outsider runs, as it is handed out."""
    return (files(__package__) / "verify.py").read_bytes()


def schema() -> bytes:
    """The JSON Schema of a bundle. Within a version fields are added at most, never changed."""
    return (files(__package__) / "schemas" / "bundle-1.schema.json").read_bytes()
