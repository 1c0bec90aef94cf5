"""What the codes of a plan's events are called, beside what its steps are told."""

from collections.abc import Iterator

from django.db.models import Max

from shixiao.casework.models import Case
from shixiao.casework.particulars import Particular, code, codes, whole, words
from shixiao.engine.bilingual import Text
from shixiao.engine.lint import RULES
from shixiao.performance.life import contents
from shixiao.performance.life.steps import PLAN
from shixiao.performance.models.plans import PlanVersion

_WORKED_OUT = (
    code("content_hash", Text("内容摘要", "Hash of the content")),
    codes("parts", Text("各部分的摘要", "Hashes of its parts")),
    codes("findings", Text("发现", "Findings")),
    whole("added", Text("比上年新增行", "Rows added since last year")),
    whole("removed", Text("比上年删去行", "Rows removed since last year")),
    whole("changed", Text("比上年改动行", "Rows changed since last year")),
    whole("compared", Text("对照的上年版本（编号）", "Version of last year (id)")),
    whole("published", Text("公开过的版本", "Version that was published")),
)


def named(case: Case) -> Iterator[Particular]:
    """Everything that an event of such a case may carry."""
    yield from _WORKED_OUT
    for about, title in contents.TITLES.items():
        yield code(f"parts.{about}", Text(f"{title.zh}的摘要", f"Hash of {title.en.lower()}"))
    for rule in RULES.values():
        yield code(f"findings.{rule.id}", Text(f"发现 {rule.id} 的行", f"Rows with {rule.id}"))
    versions = PlanVersion.objects.filter(plan__life__case=case)
    longest = versions.aggregate(most=Max("indicator_count"))["most"] or 0
    for row in range(1, longest + 1):
        yield words(f"remarks.row_{row}", Text(f"对第 {row} 行的意见", f"Remark to row {row}"))


NAMING = {PLAN: named}
