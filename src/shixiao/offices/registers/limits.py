"""How much time things get at this desk, unless an officer sets another. Whatever is planned names its day or its window;
these are what holds should one ever not."""

from shixiao.casework.limits import Limit
from shixiao.engine.bilingual import Text
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_ENTRY, RESTRICTED_NIL_RETURN

_DONE = Text("完成", "Done by")
_SIGNED = Text("签报", "Signing")

LIMITS = (
    Limit(kind=ENTRY, name="due", budget="30d", title=_DONE),
    Limit(kind=RESTRICTED_ENTRY, name="due", budget="60d", title=_DONE),
    Limit(kind=NIL_RETURN, name="due", budget="5wd", title=_SIGNED),
    Limit(kind=RESTRICTED_NIL_RETURN, name="due", budget="5wd", title=_SIGNED),
)
