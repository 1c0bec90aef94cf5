"""What can happen to the book itself. Names are permanent: `names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

WORDS_ERASED = declare(
    "ledger.words_erased", Text("依法删除文字", "Words erased by law"), particulars=("event", "name", "ground")
)
