"""How long this process waits for one answer of the database."""


class _Patience:
    seconds: float | None = None


def wait_at_most(seconds: float) -> None:
    """From the next connection on, the server breaks off a statement after `seconds`, and this process waits no longer than a little more.

    0 or less: as long as it takes. A transaction in which nothing happens for twice as long is ended by the server: whoever began it is gone.
    """
    _Patience.seconds = seconds if seconds > 0 else None


def seconds() -> float | None:
    """None: as long as it takes."""
    return _Patience.seconds
