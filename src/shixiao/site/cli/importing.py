"""`shixiao import`: accept a table from the terminal, in the name of an account."""

from __future__ import annotations

from shixiao import tables
from shixiao.engine.bilingual import Text
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.layout import asked
from shixiao.site.cli.refusal import CLEAN, Refused, failure_of
from shixiao.site.cli.sources import content_of
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Accept the file. Raises Refused when nothing was stored."""
    path, by, year = wishes.words("FILE")[0], wishes.chosen("by"), wishes.chosen("year")
    if by is None:
        raise Refused(
            Text("请用 --by 写明以哪个账号的名义收入。", "say with --by in whose name the table is accepted."),
            Text("已有的账号见 shixiao manage accounts list。", "See shixiao manage accounts list for the accounts."),
        )
    content = _content(path, terminal)
    from shixiao.site.importing import NotImported, import_table  # loads Django, which only this command needs

    try:
        imported = import_table(
            content,
            name=path,
            by=by,
            language=terminal.language,
            year=None if year is None else int(year),
            how=asked(wishes),
        )
    except NotImported as refused:
        raise Refused(Text(f"{path}：{refused.text.zh}", f"{path}: {refused.text.en}")) from None
    zh = f"{imported.department} {imported.fiscal_year} 年，第 {imported.version} 版，{imported.indicators} 条指标"
    en = f"{imported.department}, {imported.fiscal_year}, version {imported.version}, indicators {imported.indicators}"
    if imported.is_new:
        terminal.line(terminal.say(Text(f"已收入：{zh}。", f"accepted: {en}.")))
    else:
        terminal.line(
            terminal.say(Text(f"早已收入，没有重复：{zh}。", f"it was there already, no second copy was made: {en}."))
        )
    return CLEAN


def _content(path: str, terminal: Terminal) -> bytes:
    try:
        return content_of(path, terminal)
    except tables.Unreadable as unreadable:
        raise Refused(Text(f"{path}：{unreadable.in_('zh')}", f"{path}: {unreadable.in_('en')}")) from None
    except OSError as error:
        said = failure_of(error)
        raise Refused(
            Text(f"打不开 {path}：{said.zh}。", f"{path} cannot be opened: {said.en}."),
            Text("请核对路径和权限。", "Check path and rights."),
        ) from None
