"""A small publication that tests take apart: two units, two projects, one of them with a row from a restricted register."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count

from shixiao.engine import measures
from shixiao.engine.bilingual import Text
from shixiao.engine.bundles import Evidence, Project, Published, Read, Record, Restatement, Row, SecrecyReview, Unit
from shixiao.engine.measures import Outcome
from shixiao.engine.measures.readings import add_up
from shixiao.engine.plans import Funds
from shixiao.engine.scoring import (
    Basis,
    Counts,
    Money,
    Part,
    Sheet,
    Standing,
    profile_as_json,
    score,
    score_as_json,
    sheet_as_json,
)
from shixiao.engine.scoring.shipped import NATIONAL_2021
from shixiao.engine.targets import read

D = Decimal
WORDS = Text("按时发出的占比", "share sent in time")


def salts() -> Callable[[], str]:
    """One after another, the same in every run."""
    numbers = count(1)
    return lambda: f"{next(numbers):064x}"


def records(
    *, met: int = 0, missed: int = 0, pending: int = 0, extended: int = 0, prefix: str = "JH"
) -> tuple[Record, ...]:
    """So many cases of each outcome; those with more time would have been missed."""
    outcomes = [Outcome.MET] * met + [Outcome.MISSED] * missed + [Outcome.PENDING] * pending
    plain = [(each, None, "") for each in outcomes] + [(Outcome.NOT_COUNTED, Outcome.MISSED, "extended")] * extended
    return tuple(
        Record(
            case=f"{prefix}-2026-{number:05}",
            day=date(2026, 1 + number % 12, 1 + number % 28),
            outcome=outcome,
            otherwise=otherwise,
            reason=reason,
        )
        for number, (outcome, otherwise, reason) in enumerate(plain, 1)
    )


def paid(*several: str) -> tuple[Record, ...]:
    """Payments."""
    return tuple(
        Record(
            case=f"ZF-2026-{number:05}", day=date(2026, 3, number), outcome=Outcome.AMOUNT, amount=D(each), weight=D(1)
        )
        for number, each in enumerate(several, 1)
    )


def reading_of(several: tuple[Record, ...]) -> measures.Reading:
    """What they add up to."""
    found = []
    for each in several:
        if each.outcome is Outcome.AMOUNT:
            found.append(measures.Reading(amounts=1, total=each.amount, weight=each.weight))
        else:
            is_back = each.outcome is Outcome.NOT_COUNTED and each.otherwise is Outcome.MISSED
            name = each.outcome.name.lower()
            found.append(measures.Reading(**{name: 1}, back_missed=int(is_back)))  # type: ignore[arg-type]
    return add_up(found)


def share(code: str, wording: str, several: tuple[Record, ...]) -> tuple[Part, Evidence]:
    """A rate over these records, as it stands in a sheet and as it is published."""
    reading = reading_of(several)
    counts = Counts(met=reading.met, missed=reading.missed, pending=reading.pending, not_counted=reading.not_counted)
    back = Fraction(100 * reading.met, reading.counted + reading.back_missed)
    part = Part(
        target=read(wording, name="及时率", category=code),
        basis=Basis.MEASURED,
        value=Fraction(100 * reading.met, reading.counted),
        counts=counts,
        is_timely=True,
        value_put_back=back if reading.back_missed else None,
        counts_put_back=replace(counts, missed=reading.missed + reading.back_missed, not_counted=0)
        if reading.back_missed
        else None,
    )
    evidence = Evidence(
        measure=WORDS,
        mode="number",
        reads="share",
        factor=Fraction(100),
        readings=(Read(reading=reading, records=several),),
    )
    return part, evidence


def row(
    number: int,
    code: str,
    name: str,
    wording: str,
    *parts: Evidence | None,
    is_restricted: bool = False,
    counted: int = 0,
) -> Row:
    """An indicator as published."""
    return Row(
        row=number, number=number, code=code, level1="1-产出指标", level2=f"{code}-指标", name=name, cycle_wording=wording, annual_wording=wording,
        parts=parts, is_restricted=is_restricted, counted=counted,
    )  # fmt: skip


def project(
    unit: int, name: str, rows: tuple[Row, ...], standings: tuple[Standing, ...], funds: Funds, money: Money
) -> Project:
    """A project, scored."""
    sheet = Sheet(project=name, rows=standings, money=money)
    return Project(
        unit=unit, name=name, objective="按时送达。", funds=funds, rows=rows, sheet=sheet_as_json(sheet),
        profile=profile_as_json(NATIONAL_2021), score=score_as_json(score(sheet, NATIONAL_2021)),
    )  # fmt: skip


def exchange() -> Project:
    """Measured from records, reviewed, declared, and without evidence."""
    timely, timely_evidence = share("13", "≥95%", records(met=40, missed=3, pending=1, extended=2))
    spent = paid("60.5", "31.25")
    cost = Part(
        target=read("≤预算", name="成本", category="41"), basis=Basis.MEASURED, value=D("91.75"), budget=D("93.2")
    )
    budget = Read(reading=measures.Reading(amounts=1, total=D("93.2"), weight=D(1)), records=None)
    cost_evidence = Evidence(
        measure=Text("支出金额", "amount paid"), mode="budget", reads="sum", factor=Fraction(1),
        readings=(Read(reading=reading_of(spent), records=spent),), against=budget,
    )  # fmt: skip
    reviewed = Part(
        target=read("有效提升", name="服务水平", category="21"), basis=Basis.REVIEWED, tier="达成", mark=D(85)
    )
    declared = Part(target=read("≥95%", name="满意度", category="31"), basis=Basis.DECLARED, value=D(93))
    return project(
        0, "公文交换服务",
        (row(1, "13", "及时率", "≥95%", timely_evidence), row(2, "41", "成本", "≤预算", cost_evidence), row(3, "21", "服务水平", "有效提升", None),
         row(4, "31", "满意度", "≥95%", None)),
        (Standing(row=1, code="13", name="及时率", parts=(timely,)), Standing(row=2, code="41", name="成本", parts=(cost,)),
         Standing(row=3, code="21", name="服务水平", parts=(reviewed,)), Standing(row=4, code="31", name="满意度", parts=(declared,))),
        Funds(total=D("93.2"), fiscal=D("93.2")), Money(full_year=D("93.2"), executed=D("91.75")),
    )  # fmt: skip


def discipline(*, met: int, missed: int) -> Project:
    """One row from a restricted register, one that is open."""
    restricted, evidence = share("13", "≥90%", records(met=met, missed=missed, extended=1, prefix="MIMI"))
    other, other_evidence = share("12", "100%", records(met=7, missed=1))
    return project(
        1, "监督执纪",
        (row(5, "13", "核查率", "≥90%", evidence, is_restricted=True, counted=met + missed), row(6, "12", "合格率", "100%", other_evidence)),
        (Standing(row=5, code="13", name="核查率", parts=(restricted,)), Standing(row=6, code="12", name="合格率", parts=(other,))),
        Funds(total=D(10), fiscal=D(10)), Money(full_year=D(10), executed=D(10)),
    )  # fmt: skip


def publication(*, met: int = 2, missed: int = 1) -> Published:
    """The whole of it; `met` and `missed` are the cases of the restricted register."""
    return Published(
        year=2026, office="example-office", number=1, title="2026年绩效", department="示例办公室", as_of=date(2026, 12, 31),
        published_on=date(2027, 2, 1), secrecy=SecrecyReview(on=date(2027, 1, 20), result="可以公开"), funds=Funds(total=D("103.2"), fiscal=D("103.2")),
        units=(Unit("机关", Funds(total=D("93.2"), fiscal=D("93.2"))), Unit("派驻组", Funds(total=D(10), fiscal=D(10)))),
        projects=(exchange(), discipline(met=met, missed=missed)), plan_hash="0" * 64,
        restatements=(Restatement(row=1, part=0, published="93.02%", known="95.35%", causes=1),), software="1",
    )  # fmt: skip
