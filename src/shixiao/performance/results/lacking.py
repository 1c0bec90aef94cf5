"""What is missing in the self-evaluations of a day before they are handed in: projects without one, what could not be scored, open rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from shixiao.engine.bilingual import Text
from shixiao.performance.evaluation.scores import lines_of
from shixiao.performance.models import Evaluation, PlanVersion, Project

MOST = 10  # named in one sentence


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Projects with indicators and no self-evaluation, those that could not be scored at all, and the rows without a score by project
    (0 is the execution of the budget)."""

    projects: Sequence[str]
    unscorable: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]

    @property
    def unscored(self) -> int:
        """How many rows have no score."""
        return sum(len(rows) for _project, rows in self.rows)


def of(version: PlanVersion, evaluations: Sequence[Evaluation]) -> Lacking:
    """What is missing in these revisions. One statement."""
    listed = Project.objects.filter(unit__version=version, indicators__isnull=False).distinct()
    there = {each.project_id for each in evaluations}
    known = listed.order_by("unit__position", "position").values_list("pk", "name", "unit__position", "position")
    return Lacking(
        projects=[name for key, name, *_place in known if key not in there],
        unscorable=[each.project.name for each in evaluations if lines_of(each) is None],
        rows=[(each.project.name, rows) for each in evaluations if (rows := _open_rows(each))],
    )


def _open_rows(evaluation: Evaluation) -> list[int]:
    lines = lines_of(evaluation)
    if lines is None:
        return []
    execution = [0] if lines.execution["open"] != "0" else []
    return execution + [line["row"] for line in lines.rows if line["open"] != "0"]


def in_words(rows: Sequence[tuple[str, Sequence[int]]]) -> Text:
    """Which rows of which projects have no score; neighbours together."""
    zh, en = [], []
    for project, numbers in rows[:MOST]:
        runs = list(_runs([number for number in numbers if number]))
        money = ("预算执行率", "execution of the budget") if 0 in numbers else None
        zh.append(f"{project}：{'、'.join([*([money[0]] if money else []), *(f'第 {run} 行' for run in runs)])}")
        en.append(f"{project}: {', '.join([*([money[1]] if money else []), *(f'rows {run}' for run in runs)])}")
    more = len(rows) > MOST
    return Text("；".join(zh) + ("等" if more else ""), "; ".join(en) + (" and more" if more else ""))


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """1, 2, 3, 5 as 1–3 and 5."""
    for _distance, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        several = [number for _place, number in run]
        yield f"{several[0]}–{several[-1]}" if len(several) > 1 else str(several[0])
