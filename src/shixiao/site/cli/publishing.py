"""`shixiao publish`: look at what would be published, publish it, or take it back."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shixiao.engine.bilingual import CHINESE, ENGLISH, Text
from shixiao.site.cli.board_plans import day_asked_for, opened, version_asked_for
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, Refused, failure_of
from shixiao.site.cli.terminal import Terminal

if TYPE_CHECKING:
    from shixiao.casework.models import Case
    from shixiao.engine.bundles import Published, SecrecyReview
    from shixiao.people.models import User
    from shixiao.performance.models import PlanVersion

_OFFICE = "office"
_NOT_YET = "尚未保密审查，不得公开"


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Write the files to a folder, publish, or withdraw. Raises Refused where something is missing, and for what may not be published."""
    with opened(terminal) as now:
        if wishes.chosen("withdraw") is not None:
            return _withdraw(wishes, terminal, now)
        version = _version(wishes)
        out = wishes.chosen("out")
        if out is not None:
            return _look(_value(wishes, version, now, _before_review(now)), Path(out), terminal)
        return _publish(wishes, terminal, version, now)


def _version(wishes: Wishes) -> PlanVersion:
    """The newest version of the plan that is meant; `--year` alone names it where the office has one plan a year."""
    from shixiao.performance import overview
    from shixiao.performance.queries import BULKY

    year = wishes.chosen("year")
    if year is None or wishes.chosen("plan") is not None:
        return version_asked_for(wishes)
    several = list(overview.newest().select_related("plan").defer(*BULKY).filter(plan__fiscal_year=int(year[:6]))[:2])
    if len(several) != 1:
        raise Refused(
            Text(
                f"{year} 年有几份表，或一份也没有。请用 --plan 说明。",
                f"Of {year} there are several plans or none; say --plan.",
            )
        )
    return several[0]


def _before_review(now: datetime) -> SecrecyReview:
    from django.utils import timezone

    from shixiao.engine import bundles

    return bundles.SecrecyReview(on=timezone.localtime(now).date(), result=_NOT_YET)


def _value(wishes: Wishes, version: PlanVersion, now: datetime, review: SecrecyReview) -> Published:
    from shixiao.engine.scoring import Unscorable
    from shixiao.performance.evaluation.making import NotEvaluable
    from shixiao.performance.publication import filling
    from shixiao.performance.publication.publishing import NotPublishable

    terminal_office = wishes.chosen("office") or _OFFICE
    as_of = day_asked_for(wishes, now)
    try:
        return filling.from_board(version, office=terminal_office, secrecy=review, now=now, as_of=as_of)
    except NotEvaluable as refused:
        raise Refused(refused.text) from None
    except NotPublishable as refused:
        raise Refused(Text(str(refused), str(refused))) from None
    except Unscorable as refused:
        raise Refused(refused.faults[0].text) from None


def _look(value: Published, folder: Path, terminal: Terminal) -> int:
    from shixiao.engine import bundles
    from shixiao.performance.publication import pages, spreadsheet

    made = bundles.make(value, lambda: secrets.token_hex(32))
    contents = {
        "bundle.json": bundles.as_bytes(made.bundle),
        "index.html": pages.beside_its_dress(pages.page(made.bundle, language=CHINESE)).encode(),
        "en.html": pages.beside_its_dress(pages.page(made.bundle, language=ENGLISH)).encode(),
        **pages.dress(),
        "indicators.csv": spreadsheet.table(made.bundle),
        "verify.py": bundles.verifier(),
        "bundle-1.schema.json": bundles.schema(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        said = failure_of(error)
        raise Refused(Text(f"写不进 {folder}：{said.zh}。", f"{folder} cannot be written: {said.en}.")) from None
    for place in bundles.marked(made.bundle):
        terminal.note(Text(f"有密级标志，不能公开：{place}", f"a secrecy mark, not to be published: {place}"))
    terminal.line(
        terminal.say(
            Text(
                f"写了 {len(contents)} 个文件到 {folder}，没有公开。公开时的记录另用新的盐，哈希会不同。",
                f"{len(contents)} files in {folder}; nothing was published. A publication takes new salts, so its hash will be another one.",
            )
        )
    )
    return CLEAN


def _publish(wishes: Wishes, terminal: Terminal, version: PlanVersion, now: datetime) -> int:
    """The step at the counter: only what was approved and cleared is published."""
    from shixiao.performance.models import Publication
    from shixiao.performance.results.models import ResultLife

    by = _account(wishes)
    cleared = ResultLife.objects.filter(version=version, case__state="cleared").select_related("case")
    life = cleared.order_by("-until").first()
    if life is None:
        raise Refused(
            Text(
                "没有经过审核、批复和保密审查、待公开的自评。请先在自评页面送审；先看内容用 --out。",
                "No self-evaluation is approved and cleared to be published. Hand it in on its page first; to look beforehand use --out.",
            )
        )
    told: dict[str, Any] = {"office": wishes.chosen("office")} if wishes.chosen("office") else {}
    _take(life.case, "publish", by, now, **told)
    made = Publication.objects.get(pk=ResultLife.objects.values_list("publication", flat=True).get(pk=life.pk))
    address = f"/published/{made.address}/"
    terminal.line(
        terminal.say(
            Text(f"已公开：{address}，总哈希 {made.bundle_hash}", f"published: {address}, hash {made.bundle_hash}")
        )
    )
    return CLEAN


def _take(case: Case, step: str, by: User, now: datetime, **told: Any) -> None:
    from shixiao import casework
    from shixiao.casework.refusing import Refused as NotPossible

    try:
        casework.perform(case, step, by=by, now=now, **told)
    except NotPossible as refused:
        raise Refused(refused.text) from None


def _withdraw(wishes: Wishes, terminal: Terminal, now: datetime) -> int:
    from shixiao.performance.models import Publication
    from shixiao.performance.results.models import ResultLife

    asked = (wishes.chosen("withdraw") or "").strip("/").split("/")
    found = None
    if len(asked) == 3 and asked[0].isdecimal() and asked[2].isdecimal() and len(asked[2]) < 9 and len(asked[0]) == 4:
        found = Publication.objects.filter(year=int(asked[0]), office=asked[1], number=int(asked[2])).first()
    if found is None:
        raise Refused(
            Text(
                "没有这个公开。地址写成 2026/office/1。",
                "There is no such publication. Write its address as 2026/office/1.",
            )
        )
    by, reason = _account(wishes), _needed(wishes, "reason")
    life = ResultLife.objects.filter(publication=found).select_related("case").first()
    if life is None:
        raise Refused(
            Text("这次公开已有更新的一次，请撤回那一次。", "A newer publication took its place; withdraw that one.")
        )
    _take(life.case, "take_back", by, now, reason=reason)
    terminal.line(terminal.say(Text(f"已撤回：{found.address}", f"withdrawn: {found.address}")))
    return CLEAN


def _needed(wishes: Wishes, option: str) -> str:
    said = wishes.chosen(option)
    if said is None:
        raise Refused(
            Text(f"缺少 --{option}。先看内容用 --out。", f"--{option} is missing. To look beforehand use --out."),
            Text("用法见 shixiao publish --help。", "See shixiao publish --help."),
        )
    return said


def _account(wishes: Wishes) -> User:
    from shixiao.people.models import User

    named = _needed(wishes, "by")
    found = User.objects.filter(username=named, is_active=True).first()
    if found is None:
        raise Refused(Text(f"没有账号“{named}”。", f"There is no account {named!r}."))
    return found
