"""Setting up rubrics: defined, changed by a new version, retired. Each is one event; reviews keep the version they were opened with."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from shixiao import ledger
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.particulars import Particular, canonical, label, words
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.profiles import Tier
from shixiao.offices.reviews import events, tiers
from shixiao.offices.reviews.models import CODE_LENGTH, NAME_LENGTH, TEXT_LENGTH, Rubric, RubricVersion
from shixiao.offices.reviews.responsibilities import OFFICER
from shixiao.offices.reviews.steps import LEAST_REVIEWERS, MOST_REVIEWERS
from shixiao.people.models import Unit, User
from shixiao.people.permissions import mandates

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NAME = label("name", Text("名称", "Name"), most=NAME_LENGTH)
_JUDGED = words("judged", Text("评什么", "What is judged"), most=TEXT_LENGTH)
_LINE = re.compile(r"(?P<title>\S.*?)\s+(?P<low>\d+(?:\.\d{1,2})?)\s*[-—–~～至]\s*(?P<high>\d+(?:\.\d{1,2})?)")
USUAL_SPREAD = Decimal(10)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A rubric as people define it. `anchors` by the code of the tier, each tier one."""

    name: str
    judged: str
    scale: str
    tiers: tuple[Tier, ...]
    anchors: Mapping[str, str]
    least: int
    spread: Decimal


def read(given: Mapping[str, Any]) -> Definition:
    """What a form or a shipped rubric says: `name`, `judged`, `scale` (a shipped profile, or `own` with `own_tiers` as lines such as
    `优秀 90-100`), `anchors` by tier, `least`, `spread`. Raises `Refused` with everything that is wrong."""
    wrong: list[Refused] = []
    name = _told(_NAME, given.get("name"), wrong)
    judged = _told(_JUDGED, given.get("judged"), wrong)
    scale = str(given.get("scale") or "")
    known = tiers.of_scale(scale) if scale != tiers.OWN else _own_tiers(str(given.get("own_tiers") or ""), wrong)
    if known is None:
        wrong.append(_invalid("scale", "请选一套档次。", "Choose a set of tiers."))
    anchors = {
        each.code: _told(_anchor(each), (given.get("anchors") or {}).get(each.code), wrong) for each in known or ()
    }
    least = _least(given.get("least", LEAST_REVIEWERS), wrong)
    spread = _spread(given.get("spread", USUAL_SPREAD), wrong)
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=Reason.INVALID, field=first.field, others=others)
    return Definition(
        name=name, judged=judged, scale=scale, tiers=known or (), anchors=anchors, least=least, spread=spread
    )


def _told(field: Particular, given: Any, wrong: list[Refused]) -> str:
    try:
        return str(field.read(given, zone=zone()))
    except Refused as refused:
        wrong.append(refused)
        return ""


def _anchor(tier: Tier) -> Particular:
    title = Text(f"“{tier.title.zh}”的样例", f"Example of “{tier.title.en}”")
    return words(f"anchors.{tier.code}", title, most=TEXT_LENGTH)


def _invalid(field: str, zh: str, en: str) -> Refused:
    return Refused(Text(zh, en), reason=Reason.INVALID, field=field)


def _own_tiers(lines: str, wrong: list[Refused]) -> tuple[Tier, ...]:
    """One tier a line, from the highest down."""
    found: list[Tier] = []
    for number, line in enumerate((each.strip() for each in lines.splitlines() if each.strip()), start=1):
        read_ = _LINE.fullmatch(line)
        if read_ is None:
            zh, en = f"第 {number} 行写成“优秀 90-100”这样。", f"Line {number}: write it as “Excellent 90-100”."
            wrong.append(_invalid("own_tiers", zh, en))
            return ()
        title = read_["title"][:CODE_LENGTH]
        ends = sorted((Decimal(read_["low"]), Decimal(read_["high"])))
        found.append(Tier(code=f"tier_{number}", title=Text(title, title), low=ends[0], high=ends[1]))
    if (why := tiers.wrong_with(found)) is not None:
        wrong.append(Refused(why, reason=Reason.INVALID, field="own_tiers"))
    return tuple(found)


def _least(given: Any, wrong: list[Refused]) -> int:
    text = str(given).strip()
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    if not LEAST_REVIEWERS <= found <= MOST_REVIEWERS:
        zh = f"评审人数是 {LEAST_REVIEWERS} 到 {MOST_REVIEWERS}。"
        wrong.append(_invalid("least", zh, f"{LEAST_REVIEWERS} to {MOST_REVIEWERS} reviewers."))
    return found


def _spread(given: Any, wrong: list[Refused]) -> Decimal:
    try:
        found = Decimal(str(given).strip())
        is_good = found.is_finite() and 0 <= found <= 100 and found == found.quantize(tiers.CENT)
    except InvalidOperation:
        found, is_good = Decimal(0), False
    if not is_good:
        wrong.append(_invalid("spread", "分差上限是 0 到 100 的数。", "The spread is a number from 0 to 100."))
    return found


# ---- set up, changed, retired ------------------------------------------------------------------------------------


def may_define(user: User | None, *, unit: Unit, now: datetime) -> bool:
    """The officer of reviews at the unit or above it, and the program."""
    return user is None or mandates(user, timezone.localtime(now).date()).allow(OFFICER.word, unit.path)


def define(given: Mapping[str, Any], *, unit: Unit, code: str, by: User | None, now: datetime) -> Rubric:
    """A new rubric of a unit. Raises `NotAllowed`, `Refused` with everything that is wrong."""
    _check_officer(unit, by=by, now=now)
    definition = read(given)
    if not CODE.fullmatch(code):
        zh = "细则编码用小写英文字母、数字和下划线，以字母开头，最多 40 个，如 report。"
        raise _invalid(
            "code", zh, "A rubric's code: small letters, digits and underscores, 40 at most, such as report."
        )
    with transaction.atomic():
        rubric = Rubric(code=code, unit=unit, name=definition.name, name_key=name_key(definition.name))
        _check_taken(rubric)
        try:
            with transaction.atomic():
                rubric.save(force_insert=True)
        except IntegrityError:  # somebody did the same at the same moment
            _check_taken(rubric)
            raise
        _record(events.RUBRIC_DEFINED, rubric, definition, {"unit": unit.pk}, by=by, now=now)
    return rubric


def change(
    rubric: Rubric, given: Mapping[str, Any], *, seen: int | None = None, by: User | None, now: datetime
) -> Rubric:
    """A new version; the same again changes nothing. `seen` is the version that the person was looking at. Raises `NotAllowed`,
    `Refused`: also for a retired rubric."""
    _check_officer(rubric.unit, by=by, now=now)
    definition = read(given)
    with transaction.atomic():
        rubric = Rubric.objects.select_related("unit").select_for_update(of=("self",)).get(pk=rubric.pk)
        if rubric.retired_on is not None:
            zh, en = f"“{rubric.name}”已停用，不能再修改。", f"“{rubric.name}” is retired."
            raise Refused(Text(zh, en), reason=Reason.GUARDED)
        if seen is not None and seen != rubric.version:
            zh = f"别人刚把“{rubric.name}”改成了第 {rubric.version} 版。请刷新后再改。"
            en = f"“{rubric.name}” is at version {rubric.version} by now. Reload and change that one."
            raise Refused(Text(zh, en), reason=Reason.OVERTAKEN)
        if definition == definition_of(rubric.current):
            return rubric
        rubric.name, rubric.name_key = definition.name, name_key(definition.name)
        rubric.version += 1
        _check_taken(rubric)
        changed = {name: getattr(rubric, name) for name in ("name", "name_key", "version")}
        Rubric.objects.filter(pk=rubric.pk).update(**changed)
        _record(events.RUBRIC_CHANGED, rubric, definition, {}, by=by, now=now)
    return rubric


def retire(rubric: Rubric, *, by: User | None, now: datetime) -> Rubric:
    """From today on nothing new is judged by it; reviews under way keep it. Again changes nothing. Raises `NotAllowed`."""
    _check_officer(rubric.unit, by=by, now=now)
    with transaction.atomic():
        rubric = Rubric.objects.select_for_update().get(pk=rubric.pk)
        if rubric.retired_on is None:
            rubric.retired_on = timezone.localtime(now).date()
            Rubric.objects.filter(pk=rubric.pk).update(retired_on=rubric.retired_on)
            codes = {"rubric": rubric.code, "on": rubric.retired_on}
            ledger.record(events.RUBRIC_RETIRED, subject=rubric, by=by, now=now, particulars=codes)
    return rubric


def definition_of(version: RubricVersion) -> Definition:
    """A version as a value."""
    return Definition(
        name=version.name,
        judged=version.judged,
        scale=version.scale,
        tiers=version.tiers,
        anchors=version.anchors,
        least=version.least,
        spread=version.spread,
    )


def name_key(name: str) -> str:
    """The name without blanks, widths and capitals: two rubrics that differ in these only have one name."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _check_officer(unit: Unit, *, by: User | None, now: datetime) -> None:
    if not may_define(by, unit=unit, now=now):
        raise NotAllowed(
            Text(
                f"评分细则由{unit.name}有“{OFFICER.title.zh}”职责的人管理。如需办理，请联系安全管理员授予岗位。",
                f"Rubrics need the responsibility “{OFFICER.title.en}” at {unit.name}. Ask the security administrator.",
            )
        )


def _check_taken(rubric: Rubric) -> None:
    others = Rubric.objects.exclude(pk=rubric.pk)
    if (other := others.filter(code=rubric.code).first()) is not None:
        zh = f"编码 {rubric.code} 已经是“{other.name}”的。编码永久不变，请另选一个。"
        raise _invalid("code", zh, f"The code {rubric.code} belongs to “{other.name}”. Choose another one.")
    if (other := others.filter(name_key=rubric.name_key, retired_on=None).first()) is not None:
        zh = f"已经有一个评分细则叫“{other.name}”。请换一个名称。"
        raise _invalid("name", zh, f"There is a rubric “{other.name}” already. Take another name.")


def _record(
    kind: Any, rubric: Rubric, definition: Definition, more: Mapping[str, Any], *, by: User | None, now: datetime
) -> None:
    is_own = definition.scale == tiers.OWN
    RubricVersion(
        rubric=rubric,
        number=rubric.version,
        name=definition.name,
        judged=definition.judged,
        scale=definition.scale,
        own_tiers=tiers.as_json(definition.tiers) if is_own else [],
        anchors=dict(definition.anchors),
        least=definition.least,
        spread=definition.spread,
        since=now,
    ).save(force_insert=True)
    codes = {
        "rubric": rubric.code,
        "version": rubric.version,
        "scale": definition.scale,
        "tiers": {each.code: tiers.bounds(each) for each in definition.tiers},
        "least": definition.least,
        "spread": str(definition.spread),
        **more,
    }
    texts = {"name": definition.name, "judged": definition.judged, "anchors": canonical(definition.anchors)}
    ledger.record(kind, subject=rubric, by=by, now=now, particulars=codes, texts=texts)
