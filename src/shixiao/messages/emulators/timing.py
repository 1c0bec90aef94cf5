"""Time as an argument: the clock of an emulator, and how long it really waits."""

from dataclasses import dataclass


class Hands:
    """A clock that stands still until its hands are moved. Seconds since 1970."""

    def __init__(self, at: float = 1_767_225_600.0) -> None:  # 1 January 2026, 8 o'clock in Guangzhou
        self.at = at

    def __call__(self) -> float:
        """What time it is."""
        return self.at

    def forward(self, seconds: float) -> None:
        """Later by so much."""
        self.at += seconds


@dataclass(frozen=True)
class Waits:
    """How long is really waited, in seconds."""

    patience: float = 5.0  # for the answer to a callback or report, as the real one does
    between: float = 1.0  # before a callback or report is tried again (assumed: not published)
    slow: float = 8.0  # before a slow answer
    late: float = 30.0  # before a late report
    hold: float = 2.0  # so long a callback that is to be overtaken waits for the next one

    @classmethod
    def quick(cls, *, patience: float = 5.0) -> "Waits":
        """Hundredths of a second, for tests. Patience costs nothing where the answer comes."""
        return cls(patience=patience, between=0.01, slow=0.05, late=0.05, hold=0.05)
