"""Where tasks come from. Pure. Each source has a rule of its own for the time it gives (`limits`), which an officer may change."""

from typing import NamedTuple

from shixiao.engine.bilingual import Text


class Source(NamedTuple):
    """`budget` as shipped; `urgent` and `most_urgent` for such cases, empty for the same time."""

    code: str
    title: Text
    budget: str
    urgent: str = ""
    most_urgent: str = ""

    @property
    def limit(self) -> str:
        """The rule by which a task of this source gets its time."""
        return f"finish_{self.code}"


# Limits differ from place to place, and none of these is anybody's rule but a beginning (design: all local, configuration).
SOURCES = (
    Source("meeting", Text("会议议定事项", "Decision of a meeting"), "30wd", "10wd", "5wd"),
    Source("document", Text("上级或来文", "Document"), "30d", "10wd", "3wd"),
    Source("instruction", Text("领导批示", "Leader's instruction"), "15wd", "5wd", "1wd"),
    Source("work_report", Text("年度重点工作", "Annual work report"), "12mo"),
    Source("proposal", Text("建议提案", "Deputy's proposal"), "3mo", "30d"),
    Source("petition", Text("群众来信", "Petition letter"), "30d", "15d", "5wd"),
    Source("media", Text("媒体反映", "Media"), "5wd", "3wd", "1wd"),
    Source("routine", Text("例行工作", "Recurring work"), "30d"),
)
BY_CODE = {each.code: each for each in SOURCES}
