"""Published tables that come with the program, byte for byte as they were published."""


def guangzhou() -> bytes:
    """The 2026 table of the General Office of the Guangzhou Municipal Government: 3 units, 14 projects, 123 rows."""
    from pathlib import Path  # loaded for the sample only: every start of the command line passes here

    return Path(__file__).with_name("guangzhou-2026.txt").read_bytes()
