"""Access tokens, one-time codes and sliding windows of calls."""

import secrets
from collections import defaultdict, deque
from dataclasses import dataclass
from enum import StrEnum

from shixiao.messages.emulators.codes import Code

TOKEN_LIFE = 7200  # seconds
CODE_LIFE = 300


class Renewal(StrEnum):
    """What asking for a token once more does to the one before."""

    SAME = "same"  # nothing: while it is good, the same is given again, as is published
    KEEPS = "keeps"  # another is given, the one before stays good
    ENDS = "ends"  # another is given, every one before ends at once


class Tokens:
    """The tokens that were given."""

    def __init__(self, renewal: Renewal) -> None:
        self.renewal = renewal
        self.given = 0
        self._good_until: dict[str, float] = {}
        self._ended: dict[str, Code] = {}

    def give(self, now: float) -> tuple[str, int]:
        """A token, and for how many seconds it is good."""
        good = [token for token in self._good_until if self.verdict(token, now) == Code.OK]
        if self.renewal == Renewal.SAME and good:
            return good[-1], int(self._good_until[good[-1]] - now)
        if self.renewal == Renewal.ENDS:
            self._ended.update(dict.fromkeys(good, Code.NO_SUCH_TOKEN))
        token = secrets.token_urlsafe(48)
        self._good_until[token] = now + TOKEN_LIFE
        self.given += 1
        return token, TOKEN_LIFE

    def verdict(self, token: str, now: float) -> Code:
        """Whether it is good."""
        if token not in self._good_until:
            return Code.NO_TOKEN if not token else Code.NO_SUCH_TOKEN
        if token in self._ended:
            return self._ended[token]
        return Code.OK if now < self._good_until[token] else Code.TOKEN_ENDED

    def end(self, token: str, code: Code) -> None:
        """From now on it is no good, before its time; callers are told this."""
        self._ended.setdefault(token, code)


@dataclass
class Ticket:
    """A one-time code of the sign-in: whose, until when, whether it was used. A stranger to the corporation has no `userid`."""

    userid: str
    openid: str
    until: float
    is_used: bool = False


class Windows:
    """How often something was done within so many seconds."""

    def __init__(self) -> None:
        self._done: defaultdict[str, deque[float]] = defaultdict(deque)

    def add(self, key: str, now: float, *limits: tuple[int, int]) -> bool:
        """Counts one more, unless one of the `limits` (seconds, times) is reached; whether it was counted."""
        done = self._done[key]
        longest = max((seconds for seconds, _times in limits), default=0)
        while done and done[0] <= now - longest:
            done.popleft()
        if any(sum(at > now - seconds for at in done) >= times for seconds, times in limits):
            return False
        done.append(now)
        return True
