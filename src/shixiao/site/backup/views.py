"""Backups and drills for the system administrator: when the last one was, how long it took, what came of it."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from shixiao.people.permissions import may_keep_accounts
from shixiao.people.views.pages import only
from shixiao.site.backup import events, folder, recording
from shixiao.site.backup.recording import Noted
from shixiao.site.deployment import backups as rules

SHOWN = 60


@require_safe
def backups(request: HttpRequest) -> HttpResponse:
    """What the book says of backups and drills, newest first; two statements. Nothing is done from here."""
    only(may_keep_accounts, request)
    now = timezone.now()
    noted = recording.history(at_most=SHOWN + 1)
    standing = recording.standing()
    context = {
        "facts": [
            _fact(_("最近一次备份"), standing.backup, now, limit=rules.OLDEST_BACKUP),
            _fact(_("最近一次通过的演练"), standing.green, now, limit=rules.OLDEST_DRILL),
        ],
        "is_last_drill_red": standing.drill is not None and standing.drill.told.get("outcome") == "red",
        "rows": [_row(each) for each in noted[:SHOWN]],
        "has_more": len(noted) > SHOWN,
        "folder": str(folder.default()),
    }
    return render(request, "backup/backups.html", context)


def _fact(title: str, noted: Noted | None, now: datetime, *, limit: timedelta) -> dict[str, Any]:
    if noted is None:
        return {"title": title, "at": None, "is_late": True}
    age = now - noted.at
    return {"title": title, "at": noted.at, "age": _age(age), "is_late": age > limit, "told": _told(noted)}


def _age(age: timedelta) -> str:
    """`3 天前`, in the largest unit that fits."""
    if age >= timedelta(days=1):
        return ngettext("%(n)d 天前", "%(n)d 天前", age.days) % {"n": age.days}
    hours = int(age.total_seconds() // 3600)
    if hours:
        return ngettext("%(n)d 小时前", "%(n)d 小时前", hours) % {"n": hours}
    return _("不到一小时前")


def _row(noted: Noted) -> dict[str, Any]:
    return {
        "number": noted.number,
        "at": noted.at,
        "title": _titles().get(noted.kind, noted.kind),
        "result": _result(noted),
        "is_bad": _is_bad(noted),
        "backup": noted.told.get("backup", ""),
        "seconds": noted.told.get("seconds"),
        "told": _told(noted),
        "places": noted.told.get("places", []),
    }


def _titles() -> dict[str, str]:
    return {
        events.BACKED_UP.name: _("备份"),
        events.BACKUP_FAILED.name: _("备份"),
        events.DRILLED.name: _("恢复演练"),
        events.RESTORED.name: _("从备份恢复"),
        events.UPGRADED.name: _("升级"),
    }


def _is_bad(noted: Noted) -> bool:
    return (
        noted.kind == events.BACKUP_FAILED.name
        or noted.told.get("outcome") == "red"
        or noted.told.get("is_whole") is False
    )


def _result(noted: Noted) -> str:
    match noted.kind:
        case events.BACKED_UP.name:
            return _("完成，已读回核对")
        case events.BACKUP_FAILED.name:
            return _("没有做成")
        case events.DRILLED.name:
            return _("不通过") if _is_bad(noted) else _("通过")
        case events.RESTORED.name:
            return _("有不同") if _is_bad(noted) else _("全部一致")
        case _:
            return _("完成")


def _told(noted: Noted) -> str:
    told = noted.told
    match noted.kind:
        case events.BACKED_UP.name:
            numbers = {
                "events": told["events"],
                "files": told["attachments"],
                "size": f"{told['bytes'] / (1 << 20):,.1f}",
            }
            if told["is_sealed"]:
                return _("事件 %(events)s 条，附件 %(files)s 个，%(size)s MB，已加密") % numbers
            return _("事件 %(events)s 条，附件 %(files)s 个，%(size)s MB，未加密") % numbers
        case events.DRILLED.name if told.get("outcome") == "green":
            return _("核对事项 %(cases)s 个、事实 %(facts)s 条，看板 %(board_rows)s 行与备份时相同") % told
        case events.DRILLED.name:
            return _("%(differences)s 处问题") % told
        case events.UPGRADED.name:
            return _("迁移 %(n)s 个") % {"n": len(told.get("migrations", []))}
        case _:
            return ""
