"""What the codes of these events are called, beside what the steps are told."""

from collections.abc import Iterator

from shixiao.casework.models import Case
from shixiao.casework.particulars import Particular, code, codes, label, whole
from shixiao.engine.bilingual import Text
from shixiao.performance.life import contents
from shixiao.performance.results.steps import RESULT

_WORKED_OUT = (
    code("content_hash", Text("内容摘要", "Hash of the content")),
    codes("parts", Text("各部分的摘要", "Hashes of its parts")),
    whole("unscored", Text("没有计分的行", "Rows without a score")),
    whole("publication", Text("公开（编号）", "Publication (id)")),
    label("address", Text("公开的地址", "Address of the publication")),
)


def named(_case: Case) -> Iterator[Particular]:
    """Everything that an event of such a case may carry."""
    yield from _WORKED_OUT
    for about, title in contents.TITLES.items():
        yield code(f"parts.{about}", Text(f"{title.zh}的摘要", f"Hash of {title.en.lower()}"))


NAMING = {RESULT: named}
