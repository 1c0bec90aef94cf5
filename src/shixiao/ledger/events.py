"""What can happen to the book itself. Names are permanent: `names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

WORDS_ERASED = declare(
    "ledger.words_erased", Text("依法删除文字", "Words erased by law"), particulars=("event", "name", "ground")
)
GAUGE_ADDED = declare("ledger.gauge_added", Text("启用量规", "Gauge added"), particulars=("measure",))
GAUGE_RETIRED = declare("ledger.gauge_retired", Text("停用量规", "Gauge retired"), particulars=("measure",))
REBUILD_ASKED = declare("ledger.rebuild_asked", Text("重算事实", "Facts to be made anew"), particulars=("generation",))
VERIFIED = declare(
    "ledger.verified",
    Text("核对事实", "Facts verified"),
    particulars=("cases", "facts", "cells", "frozen", "differences"),
)
