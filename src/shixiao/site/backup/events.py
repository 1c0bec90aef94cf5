"""What can happen to backups. Names are permanent: `ledger/names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.book import Reference
from shixiao.ledger.kinds import declare

SUBJECT = Reference("site.backup", "all")
BACKED_UP = declare(
    "site.backed_up",
    Text("完成备份", "Backup made"),
    particulars=(
        "backup",
        "reason",
        "rows",
        "events",
        "cases",
        "attachments",
        "bytes",
        "seconds",
        "is_sealed",
        "manifest",
        "removed",
    ),
)
BACKUP_FAILED = declare("site.backup_failed", Text("备份没有做成", "Backup failed"), particulars=("reason", "seconds"))
DRILLED = declare(
    "site.drilled",
    Text("恢复演练", "Restore drill"),
    particulars=(
        "backup",
        "outcome",
        "places",
        "where",
        "rows",
        "events",
        "cases",
        "facts",
        "board_rows",
        "differences",
        "seconds",
        "made_at",
    ),
)
RESTORED = declare(
    "site.restored", Text("从备份恢复", "Restored from a backup"), particulars=("backup", "rows", "is_whole", "seconds")
)
UPGRADED = declare(
    "site.upgraded", Text("升级", "Upgraded"), particulars=("program", "migrations", "backup", "seconds")
)
