"""The inbox: nothing is sent, the row is there."""

from shixiao.engine.bilingual import Text
from shixiao.messages.channels import Abilities, Channel
from shixiao.messages.states import Fate


class Inbox(Channel):
    """Always there, and of everybody: it holds each message, whatever else goes out."""

    name = "inbox"
    title = Text("收件箱", "Inbox")
    about = Text("在这里登录就看得到，每条都在。", "In the browser; every message is there.")
    abilities = Abilities(receipts=frozenset({Fate.READ, Fate.ACKNOWLEDGED}), repeats=True)
    is_inside = True

    def is_ready(self) -> bool:
        """Always."""
        return True


CHANNEL = Inbox()
