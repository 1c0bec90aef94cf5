"""The other side of the channels, on this machine: servers that speak the protocols of WeCom (粤政易) and of SMS gateways, and misbehave.

    with WeCom(faults=Faults(seed=7)) as wecom, Sms(faults=Faults.none()) as sms:
        wecom.address                   http://127.0.0.1:PORT, to be given to whoever is tried
        wecom.accepted                  every message that was taken, also where the caller was never told
        wecom.inbox("mo-jia")           what a member sees
        wecom.press("mo-jia", id, key)  presses a button of a card: the callback goes out
        wecom.happened                  what went wrong, and whether the message was taken all the same

Faults are on unless `Faults.none()` is asked for, and the same seed makes the same ones. Nothing here knows Django or a channel: they are written
from the published protocols alone, so that a channel and its emulator do not share a misunderstanding. What the published notes leave open is
marked as assumed, there and in docs/howto/emulators.md. `Oa` is an OA that we ask, in the
shape that we document. Only this machine is served and only this machine is called.
"""

from shixiao.messages.emulators.faults import Fault, Faults, Happened
from shixiao.messages.emulators.oa import Oa
from shixiao.messages.emulators.sms import Sms
from shixiao.messages.emulators.timing import Hands, Waits
from shixiao.messages.emulators.wecom import WeCom

__all__ = ["Fault", "Faults", "Hands", "Happened", "Oa", "Sms", "Waits", "WeCom"]
