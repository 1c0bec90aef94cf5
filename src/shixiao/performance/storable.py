"""What a database can hold. A table beyond it is refused before anything is stored, in words and with the place."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from shixiao.engine import plans
from shixiao.engine.sums import AMOUNTS
from shixiao.performance.models import NAME_LENGTH

LARGEST_AMOUNT = Decimal(10) ** 9  # 万元, ten trillion yuan: no department comes near it
FINEST_AMOUNT = Decimal("0.000001")  # 万元: one fen
LARGEST_NUMBER = 2**31 - 1
LARGEST_POINTS = Decimal(10) ** 7
FINEST_POINTS = Decimal("0.0001")
UNIT_OF_MONEY_LENGTH = 32


def refusals(plan: plans.Plan) -> Iterator[str]:
    """Why `plan` cannot be stored, one sentence for each place; nothing for a plan that can be."""
    if len(plan.money_unit) > UNIT_OF_MONEY_LENGTH:
        yield _("金额单位“%(words)s…”太长，请核对表头。") % {"words": plan.money_unit[:20]}
    yield from _of_funds(plan.funds, _("合计"))
    for unit in plan.units:
        yield from _of_name(unit.name, unit.place.line)
        yield from _of_funds(unit.funds, unit.name)
    for _unit, project in plan.projects():
        yield from _of_name(project.name, project.place.line)
        yield from _of_funds(project.funds, project.name)
        yield from _of_name(project.grade, project.place.line)
        yield from _of_points(project.total_score, project.place.line)
    for _unit, _project, row in plan.indicators():
        if (row.number or 0) > LARGEST_NUMBER:
            yield _("第 %(row)s 项指标的编号太大，请核对原文第 %(line)s 行。") % {
                "row": row.row,
                "line": row.place.line,
            }
        yield from _of_points(row.weight, row.place.line)
        yield from _of_points(row.score, row.place.line)


def _of_points(points: Decimal | None, line: int) -> Iterator[str]:
    if points is not None and (abs(points) >= LARGEST_POINTS or points != points.quantize(FINEST_POINTS)):
        words = {"line": line, "points": f"{points:f}"[:40]}
        yield _("原文第 %(line)s 行的分值“%(points)s”太大，或者小数太多，请核对。") % words


def _of_name(name: str, line: int) -> Iterator[str]:
    if len(name) > NAME_LENGTH:
        words = {"line": line, "name": name[:20], "limit": NAME_LENGTH}
        yield _("原文第 %(line)s 行的名称“%(name)s…”超过 %(limit)s 个字，请核对是不是漏了分隔符。") % words


def _of_funds(funds: plans.Funds | None, of: str) -> Iterator[str]:
    for column in AMOUNTS if funds else ():
        amount: Decimal | None = getattr(funds, column)
        if amount is None:
            continue
        if abs(amount) >= LARGEST_AMOUNT or amount != amount.quantize(FINEST_AMOUNT):
            yield _("“%(of)s”的金额 %(amount)s 万元太大，或者小数太多，请核对。") % {
                "of": of[:40],
                "amount": f"{amount:f}"[:40],
            }
