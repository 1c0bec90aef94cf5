"""A new office as files: a small desk that works and passes its own tests, to be made into another.

Pure: names in, texts by path out. `shixiao new-office` writes them.
"""

import keyword
import re
from collections.abc import Iterable
from string import Template

from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text

NAME = re.compile(r"[a-z][a-z_]{1,30}[a-z]")


def files(name: str, *, title: str, taken: Iterable[str]) -> dict[str, str]:
    """The files of a new office by their path inside its folder. Raises `Refused` for a name that cannot be or is taken."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        text = Text(
            f"“{name[:40]}”不能做办公系统的名字：用 3 到 32 个小写英文字母和下划线，如 gazette。",
            f"“{name[:40]}” cannot name an office: 3 to 32 small letters and underscores, such as gazette.",
        )
        raise Refused(text, reason=Reason.INVALID, field="name")
    if name in set(taken):
        text = Text(f"已经有 {name} 了。请换一个名字。", f"There is {name} already; take another name.")
        raise Refused(text, reason=Reason.INVALID, field="name")
    shown = title.strip() or name
    if not shown.isprintable() or '"' in shown or "\\" in shown or len(shown) > 20:
        text = Text(
            "标题最多 20 个字，不能有引号和反斜杠。", "A title has at most 20 characters, no quotes and no backslashes."
        )
        raise Refused(text, reason=Reason.INVALID, field="title")
    words = {
        "name": name,
        "title": shown,
        "english": name.replace("_", " ").capitalize(),
        "Class": "".join(part.capitalize() for part in name.split("_")) + "Office",
        "prefix": shown[:2],
    }
    return {path: Template(text).substitute(words) for path, text in _FILES.items()}


_FILES = {
    "__init__.py": '"""$title."""\n',
    "README.md": """\
# $title ($name)

What this desk does, in its own words. One kind of case: a **task** (事项), opened, taken and finished.

The life of one case: open → taken → done. A task that is not needed any more is dropped, with the reason.
""",
    "names.txt": """\
$name.dropped
$name.finished
$name.opened
$name.taken
""",
    "apps.py": '''\
"""The manifest of $title."""

from django.utils.translation import gettext_lazy as _

from shixiao.casework import offices
from shixiao.engine.bilingual import Text


class $Class(offices.Office):
    """What this desk is called and where it stands in the menu."""

    name = "shixiao.offices.$name"
    label = "$name"
    verbose_name = _("$title")
    title = Text("$title", "$english")
    about = Text("$title。", "$english.")
    icon = "office"
    order = 900
''',
    "events.py": '''\
"""What can happen at this desk. Names are permanent: `names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

OPENED = declare("$name.opened", Text("登记", "Opened"), particulars=("due",), texts=("topic",))
TAKEN = declare("$name.taken", Text("接办", "Taken"))
FINISHED = declare("$name.finished", Text("办结", "Finished"), texts=("outcome",))
DROPPED = declare("$name.dropped", Text("撤销", "Dropped"), texts=("reason",))
''',
    "responsibilities.py": '''\
"""Who may do what at this desk."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

CLERK = declare("$name.clerk", Text("$title经办", "$english clerk"))
OVERSEER = declare("$name.overseer", Text("$title主管", "$english overseer"))
''',
    "steps.py": '''\
"""The step table of this desk."""

from shixiao.casework.particulars import label, words
from shixiao.casework.steps import State, Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.offices.$name import events

TASK = "$name.task"

TASKS = Steps(
    kind=TASK,
    title=Text("$title事项", "$english task"),
    prefix="$prefix",
    states=(
        State(name="open", title=Text("待办", "Open")),
        State(name="taken", title=Text("在办", "Taken")),
        State(name="done", title=Text("办结", "Done"), is_end=True),
        State(name="dropped", title=Text("已撤销", "Dropped"), is_end=True),
    ),
    steps=(
        Step(
            name="open",
            title=Text("登记", "Open"),
            to="open",
            records=events.OPENED,
            by="$name.clerk",
            takes=(label("topic", Text("事由", "Topic")),),
            starts=("finish",),
        ),
        Step(
            name="take",
            title=Text("接办", "Take"),
            after=("open",),
            to="taken",
            records=events.TAKEN,
            by="$name.clerk",
        ),
        Step(
            name="finish",
            title=Text("办结", "Finish"),
            after=("taken",),
            to="done",
            records=events.FINISHED,
            by="$name.clerk",
            takes=(words("outcome", Text("办理结果", "Outcome")),),
            stops=("finish",),
        ),
        Step(
            name="drop",
            title=Text("撤销", "Drop"),
            after=("open", "taken"),
            to="dropped",
            records=events.DROPPED,
            by="$name.overseer",
            takes=(words("reason", Text("理由", "Reason")),),
        ),
    ),
    overseer="$name.overseer",
)

TABLES = (TASKS,)
''',
    "limits.py": '''\
"""How much time things get at this desk, unless an officer sets another."""

from shixiao.casework.limits import Limit
from shixiao.engine.bilingual import Text
from shixiao.offices.$name.steps import TASK

LIMITS = (Limit(kind=TASK, name="finish", budget="5wd", title=Text("办结", "Finishing")),)
''',
    "measures.py": '''\
"""What the cases of this desk prove. Pure: one case and its events, never the database."""

from datetime import datetime

from shixiao.engine.measures import (
    CANCELLED,
    Aspect,
    Clock,
    CountsOn,
    Reads,
    Timeline,
    Verdict,
    measure,
    not_counted,
    on_time,
)
from shixiao.offices.$name import events
from shixiao.offices.$name.steps import TASK


@measure(
    "$title事项按时办结率",
    "$english tasks finished on time",
    of=TASK,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
)
def finished_on_time(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """到期前办结的占到期的比例。到期未办结的计为未达标，未到期的暂不计，已撤销的不计。"""
    dropped = case.last(events.DROPPED)
    if dropped is not None:
        return not_counted(CANCELLED, on=case.day(dropped.happened_at))
    return on_time(case, events.OPENED, events.FINISHED, "finish", now=now)
''',
    "locale/en/LC_MESSAGES/django.po": """\
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

msgid "$title"
msgstr "$english"
""",
    "tests/test_a_task.py": '''\
"""The life of one task."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shixiao import casework
from shixiao.casework import Opening, conformance, offices
from shixiao.casework.assessing import timeline_of
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.engine.measures import Outcome
from shixiao.offices.$name.measures import finished_on_time
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "$name.clerk", "$name.overseer")


@pytest.fixture
def task(unit: Unit, clerk: User, now: datetime) -> Case:
    opening = Opening(unit=unit, title="一件事", particulars={"topic": "事由"})
    return casework.open_case("$name.task", "open", opening, by=clerk, now=now)


def test_from_opening_to_the_end(task: Case, clerk: User, now: datetime) -> None:
    casework.perform(task, "take", by=clerk, now=now + timedelta(hours=1))
    done = casework.perform(task, "finish", by=clerk, now=now + timedelta(hours=2), outcome="已办")
    assert (done.state, done.limit_at) == ("done", None)
    assert [event.kind for event in events_of(done)] == ["$name.opened", "$name.taken", "$name.finished"]


def test_it_has_five_working_days(task: Case) -> None:
    assert task.limit_at == datetime.fromisoformat("2026-07-08T00:00:00+08:00")


def test_every_state_and_every_step(task: Case, clerk: User, now: datetime) -> None:
    assert conformance.refused_everywhere_else(task, by=lambda step: clerk, now=now) == 8


def test_what_is_finished_in_time_counts(task: Case, clerk: User, now: datetime) -> None:
    casework.perform(task, "take", by=clerk, now=now)
    casework.perform(task, "finish", by=clerk, now=now, outcome="已办")
    case = timeline_of(task)
    (verdict,) = finished_on_time.look(case, {}, clock={}, now=now)
    assert verdict.outcome is Outcome.MET


def test_the_list_of_names_only_grows() -> None:
    assert conformance.unlisted_names(offices.office_of("$name.task")) == []
''',
}
