"""`shixiao evaluate` and `shixiao monitor`: freeze what the records say, and write the official forms."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from shixiao.engine.bilingual import Text
from shixiao.site.cli.board_plans import opened, version_asked_for
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused, failure_of
from shixiao.site.cli.terminal import Terminal
from shixiao.site.cli.wording import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shixiao.people.models import User
    from shixiao.performance.evaluation.making import Made
    from shixiao.performance.models import PlanVersion

KINDS = ("docx", "xlsx", "pdf")


def run(wishes: Wishes, terminal: Terminal) -> int:
    """`shixiao evaluate`. Raises Refused where nothing can be frozen or written."""
    return carry_out(wishes, terminal, is_monitoring=False)


def carry_out(wishes: Wishes, terminal: Terminal, *, is_monitoring: bool) -> int:
    """Freeze, and write the forms: of a monitoring until a day, of a self-evaluation of a year. Raises Refused."""
    folder, kinds = _folder(wishes), _kinds(wishes)
    with opened(terminal) as now:
        from shixiao.performance.models import EvaluationKind

        kind = EvaluationKind.MONITORING.value if is_monitoring else EvaluationKind.SELF_EVALUATION.value
        version = _version(wishes)
        until = _until(wishes, version, kind, now=now)
        made = _made(wishes, terminal, version, kind=kind, until=until, now=now)
        count = _write(wishes, terminal, version, made, folder=folder, kinds=kinds)
        _close(terminal, made, count, folder=folder, until=until)
    return CLEAN


# ---- what was asked for ----------------------------------------------------------------------------------------


def _folder(wishes: Wishes) -> Path:
    """The folder, made where it is not there, and writable. Raises Refused."""
    said = wishes.chosen("out")
    if not said:
        raise Refused(Text("请用 --out 写明放在哪个文件夹。", "say with --out into which folder the forms go."))
    folder = Path(said)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial = folder / ".shixiao-writable"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        what = failure_of(error)
        raise Refused(
            Text(f"不能写到 {said}：{what.zh}。", f"{said} cannot be written to: {what.en}."),
            Text("请换一个文件夹，或核对权限。", "Take another folder, or check the rights."),
        ) from None
    return folder


def _kinds(wishes: Wishes) -> list[str]:
    said = wishes.every("kinds") or KINDS
    if wrong := [each for each in said if each not in KINDS]:
        raise Refused(
            Text(
                f"--kinds 没有“{visible(wrong[0])}”。可用：docx、xlsx、pdf，用逗号分开。",
                f"--kinds knows no {visible(wrong[0])!r}. There are docx, xlsx and pdf, with commas between.",
            )
        )
    return list(dict.fromkeys(said))


def _version(wishes: Wishes) -> PlanVersion:
    """The newest version of the plan of the year, or of the one that --plan names. Raises Refused."""
    from shixiao.performance import overview
    from shixiao.performance.queries import BULKY

    year = wishes.chosen("year") or (wishes.chosen("until") or "")[:4]
    if wishes.chosen("plan") is not None or not year:
        return version_asked_for(wishes)
    rows = (
        overview.newest()
        .select_related("plan")
        .defer(*BULKY)
        .filter(plan__fiscal_year=int(year) if year.isdecimal() else 0)
    )
    found = list(rows.order_by("plan__department"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(
            Text(f"没有 {visible(year)} 年的绩效目标表。", f"there is no plan of {visible(year)}."),
            Text(
                "已有的表见首页；收入一份用 shixiao import。",
                "The start page lists those there are; shixiao import accepts one.",
            ),
        )
    listed = "；".join(f"{each.plan_id} {each.plan}" for each in found[:20])
    raise Refused(
        Text(f"{year} 年有几份表。", f"there are several plans of {year}."),
        Text(f"请用 --plan 写编号：{listed}。", f"Say one with --plan ID: {listed}."),
    )


def _until(wishes: Wishes, version: PlanVersion, kind: str, *, now: datetime) -> date:
    from shixiao.performance.evaluation import making

    said = wishes.chosen("until")
    if said is None:
        return making.usual_day(kind, version.plan.fiscal_year, now=now)
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Refused(
            Text(
                f"--until 要写成 2026-07-31 这样的日期，“{visible(said)}”不是。",
                f"--until needs a day such as 2026-07-31, not {visible(said)!r}.",
            )
        ) from None


def _person(wishes: Wishes) -> User | None:
    from shixiao.people.models import User

    name = wishes.chosen("by")
    if name is None:
        return None
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise Refused(
            Text(f"没有账号“{visible(name)}”。", f"there is no account {visible(name)!r}."),
            Text("已有的账号见 shixiao manage accounts list。", "See shixiao manage accounts list for the accounts."),
        )
    return found


# ---- what is done ----------------------------------------------------------------------------------------------


def _made(wishes: Wishes, terminal: Terminal, version: PlanVersion, *, kind: str, until: date, now: datetime) -> Made:
    from django.core.exceptions import PermissionDenied

    from shixiao.engine.scoring import NoProfile, Unscorable
    from shixiao.performance.evaluation import making

    def told(project: str) -> None:
        terminal.note(Text(f"读取 {visible(project)}", f"reading {visible(project)}"))

    try:
        return making.make(
            version, kind=kind, until=until, only=_projects(wishes, version), by=_person(wishes), now=now, told=told
        )
    except (making.NotEvaluable, NoProfile) as refused:
        raise Refused(refused.text) from None
    except Unscorable as refused:
        first = refused.faults[0]
        raise Refused(Text(f"{first.place}：{first.text.zh}", f"{first.place}: {first.text.en}")) from None
    except PermissionDenied as refused:
        raise Refused(Text(str(refused), str(refused))) from None


def _projects(wishes: Wishes, version: PlanVersion) -> list[int] | None:
    """The projects with all of these words in their names; None is all of them. Raises Refused."""
    from shixiao.performance.models import Project

    said = wishes.chosen("project")
    if said is None:
        return None
    words = said.split()
    rows = Project.objects.filter(unit__version=version).order_by("unit__position", "position")
    known = list(rows.values_list("pk", "name", "unit__name"))
    found = [pk for pk, name, unit in known if words and all(word in f"{unit} {name}" for word in words)]
    if not found:
        listed = "；".join(f"{unit} {name}" for _pk, name, unit in known[:20])
        raise Refused(
            Text(f"没有项目“{visible(said)}”。", f"there is no project {visible(said)!r}."),
            Text(f"有这些：{listed}。", f"There are: {listed}."),
        )
    return found


def _write(
    wishes: Wishes,
    terminal: Terminal,
    version: PlanVersion,
    made: Made,
    *,
    folder: Path,
    kinds: Sequence[str],
) -> int:
    """Every form into the folder, each whole or not there; how many. Raises Refused."""
    from shixiao.forms import Unfillable
    from shixiao.performance.evaluation import files, profiles

    share, count = profiles.in_force(version.plan).share, 0
    listed = list(files.every(made.evaluations, kinds, share=share, reports=wishes.has("reports")))
    for file in listed:
        try:
            content = file.content()
        except Unfillable as refused:
            zh, en = refused.in_("zh"), refused.in_("en")
            raise Refused(Text(f"{file.name} 填不出来：\n{zh}", f"{file.name} cannot be filled:\n{en}")) from None
        _put(folder / file.name, content)
        count += 1
        terminal.note(
            Text(f"{count}/{len(listed)} {visible(file.name)}", f"{count}/{len(listed)} {visible(file.name)}")
        )
    return count


def _put(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name[-80:]}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        what = failure_of(error)
        raise Refused(
            Text(
                f"写不了 {path}：{what.zh}。已冻结的还在。",
                f"{path} cannot be written: {what.en}. What was frozen stays.",
            )
        ) from None


def _close(terminal: Terminal, made: Made, count: int, *, folder: Path, until: date) -> None:
    from shixiao.performance.evaluation.contents import grade_of
    from shixiao.performance.evaluation.scores import total_of

    for each in made.evaluations:
        total = total_of(each)
        points = f"{total['points']:>6}  {grade_of(total)}  " if total else ""
        open_ = (
            ""
            if total is None or total["is_whole"]
            else terminal.say(Text(f"（{total['open']} 分未计）", f" ({total['open']} points not scored)"))
        )
        unscored = terminal.say(Text("没有计分  ", "not scored  ")) if each.score and total is None else ""
        terminal.line(f"{each.content_hash[:16]}  {points}{unscored}{visible(each.head['project'])}{open_}")
    day, projects = until.isoformat(), len(made.evaluations)
    zh = f"截至 {day}：{projects} 个项目，新冻结 {made.new} 个，其余与上次相同；{count} 个文件在 {folder}。"
    en = f"until {day}: projects {projects}, newly frozen {made.new}, the others as before; files {count} in {folder}."
    terminal.line(terminal.say(Text(zh, en)))
