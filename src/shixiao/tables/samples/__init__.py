"""Published tables that come with the program, byte for byte as they were published."""

from pathlib import Path


def guangzhou() -> bytes:
    """The 2026 table of the General Office of the Guangzhou Municipal Government: 3 units, 14 projects, 123 rows."""
    return Path(__file__).with_name("guangzhou-2026.txt").read_bytes()
