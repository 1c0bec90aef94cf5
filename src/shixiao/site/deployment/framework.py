"""What Django's system checks say, ours among them, in both languages where we know the words."""

from collections.abc import Iterator
from typing import NamedTuple

from django.core import checks
from django.core.checks import CheckMessage

from shixiao.engine.bilingual import Text
from shixiao.site.deployment.concerns import Concern, Severity

# Debugging, the key, the names and HTTPS: `configuration` says each once, Django up to five times.
SAID_BETTER = frozenset(
    f"security.{code}" for code in ("W004", "W008", "W009", "W010", "W011", "W012", "W016", "W018", "W020", "W025")
)


class _Words(NamedTuple):
    """How a message is said here; `{}` takes what the message names after its colon."""

    what: Text
    why: Text
    next_step: Text


def _no_account(who: Text, why: Text, *, role: str) -> _Words:
    command = f"shixiao manage accounts add {{}} --role {role} --display-name"
    return _Words(
        Text(f"没有启用的{who.zh}账号。", f"No active account is {who.en}."),
        why,
        Text(f"{command.format('账号')} 姓名", f"{command.format('NAME')} WORDS"),
    )


_KNOWN = {
    "ledger.E001": _Words(
        Text("台账缺少防篡改触发器：{}。", "Append-only tables lack triggers: {}."),
        Text(
            "有人可以改动或删除已经发生的事。触发器不会自己消失。",
            "What happened could be changed or deleted. Triggers do not vanish by themselves.",
        ),
        Text(
            "先查明是谁删掉的，再运行 shixiao manage migrate 补上。",
            "Find out who dropped them; then `shixiao manage migrate` puts them back.",
        ),
    ),
    "ledger.W001": _Words(
        Text("数据库角色可以改动台账：{}。", "The database role may change append-only tables: {}."),
        Text("触发器若被去掉，程序的账号就能改写历史。", "Without the triggers the program's role could rewrite history."),
        Text(
            "用不拥有这些表的角色运行（docs/howto/postgresql.md）。",
            "Run as a role that does not own the tables (docs/howto/postgresql.md).",
        ),
    ),
    "people.E001": _Words(
        Text("演示模式开着。", "The demonstration is on."),
        Text("演示账号的密码是公开的。", "The password of its accounts is public."),
        Text("启动时去掉 --demo 和 SHIXIAO_DEMO。", "Start without --demo and without SHIXIAO_DEMO."),
    ),
    "people.E002": _Words(
        Text("数据库里有启用的演示账号：{}。", "The database has active demonstration accounts: {}."),
        Text("演示账号的密码是公开的，演示数据也不该与正式数据放在一起。", "Their password is public, and invented data has no place beside real data."),
        Text(
            "逐个停用：shixiao manage accounts disable 账号；或换一个新数据库（SHIXIAO_HOME 或 DATABASE_URL）。",
            "Disable each: `shixiao manage accounts disable NAME`; or begin with a new database (SHIXIAO_HOME or "
            "DATABASE_URL).",
        ),
    ),
    "people.W001": _no_account(
        Text("系统管理员", "a system administrator"),
        Text("没有人可以建立和停用账号。", "Nobody can make and disable accounts."),
        role="system_administrator",
    ),
    "people.W002": _no_account(
        Text("安全管理员", "a security administrator"),
        Text("没有人可以授予职责。", "Nobody can grant responsibilities."),
        role="security_administrator",
    ),
    "people.W003": _no_account(
        Text("审计员", "an auditor"),
        Text("没有人查看台账里的登录和授权。", "Nobody looks at sign-ins and grants in the ledger."),
        role="auditor",
    ),
    "people.E003": _Words(
        Text("单位的位置与上级单位不符：{}。", "Units lie where their parents do not: {}."),
        Text("谁能看到哪些单位的事项会算错。", "Who may see whose cases would be worked out wrongly."),
        Text("查明是谁改了数据库；再把这些单位各移走一次、移回原处。", "Find out who changed the table; move each of these units to where it belongs, once away and back."),
    ),
    "casework.E101": _Words(
        Text("这个 Python 的 SQLite 没有全文检索（FTS5）。", "This Python's SQLite has no full-text search (FTS5)."),
        Text("搜索不能用。", "Nothing can be searched for."),
        Text("换一个带 FTS5 的 Python，或改用 PostgreSQL。", "Use a Python whose SQLite has FTS5, or PostgreSQL."),
    ),
}  # fmt: skip


_LOOK_IT_UP = Text("见 Django 文档中的这一编号。", "See this id in Django's documentation.")


def concerns(*, with_database: bool) -> Iterator[Concern]:
    """What Django finds; the checks of the database only when it can be asked."""
    databases = ["default"] if with_database else None
    for message in checks.run_checks(include_deployment_checks=True, databases=databases):
        if message.id not in SAID_BETTER and not message.is_silenced() and message.level >= checks.WARNING:
            yield _concern(message)


def _concern(message: CheckMessage) -> Concern:
    severity = Severity.ERROR if message.is_serious() else Severity.WARNING
    named = str(message.msg).partition(": ")[2].rstrip(".")
    words = _KNOWN.get(message.id or "")
    if words is not None:
        what = Text(words.what.zh.format(named), words.what.en.format(named))
        return Concern(message.id or "", severity, what, words.why, words.next_step)
    said, hint = str(message.msg), str(message.hint or "")
    why = Text("Django 的检查。", "Django's own check.")
    next_step = Text(hint, hint) if hint else _LOOK_IT_UP
    return Concern(message.id or "django", severity, Text(said, said), why, next_step)
