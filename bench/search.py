"""Searching a million cases, on both databases, against reading the same fifty rows by their keys with the bare ORM.

    python bench/search.py measure 1000000     prints what `measure` reads, on the database of DATABASE_URL

What is written is made up from a seed: number, office, matter and paper as titles have them, a remark on every fifth
case. Words are sown where the measurement needs them: rare, in a tenth, only in the oldest tenth, two that meet rarely.
"""

import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from figure import Figure

HERE = Path(__file__).resolve().parent
CASES = 1_000_000
ROUNDS = 30
OPENED = datetime(2020, 1, 6, 1, 0, tzinfo=UTC)
UNITS = [f"000001{office:06}{office * 100 + desk:06}" for office in range(2, 42) for desk in range(10)]
DESK = UNITS[123]


class Question(NamedTuple):
    """What is typed, by whom, and what is promised (milliseconds)."""

    what: str
    term: str
    path: str | None = None
    kinds: tuple[str, ...] | None = None
    limit: int | None = None

    def scope(self) -> Any:
        """What the person sees."""
        from shixiao.casework import search

        return search.Scope((self.path,) if self.path else None, kinds=self.kinds)


QUESTIONS = (
    Question("a rare word of two characters", "榕桥", limit=20),
    Question("a word in a tenth of them, first page", "绩效", limit=100),
    Question("the same by a desk that sees 1 case in 400", "绩效", path=DESK),
    Question("the same below the unit above all", "绩效", path="000001"),
    Question("the same in a kind of 1 case in 1,000", "绩效", kinds=("inspection",)),
    Question("a word in the oldest tenth only", "亚运"),
    Question("a word in a hundredth", "水库"),
    Question("a word in a thousandth", "古树"),
    Question("a frequent and a rare word", "绩效 榕桥"),
    Question("two frequent words that meet in one of 500", "绩效 津贴"),
    Question("one character in a tenth", "效"),
    Question("a long word of frequent pairs", "年度绩效津贴"),
    Question("the number of a case", "督2023-500123"),
    Question("six digits of it", "500123"),
    Question("a word that stands nowhere", "龘龘"),
)


def measure() -> Iterator[Figure]:
    """Each database in a process of its own."""
    for name, before in (("SQLite", []), ("PostgreSQL", [str(HERE.parent / "tools" / "with-postgresql")])):
        found = _measured(before)
        yield Figure(f"{CASES:,} cases, {name}: 50 rows by key, bare ORM", f"{found['floor']:.1f} ms")
        for question in QUESTIONS:
            taken, hits = found["taken"][question.what]
            limit = f"≤ {question.limit} ms" if question.limit else ""
            holds = taken <= question.limit if question.limit else None
            yield Figure(f"… {question.what}: {hits} hits", f"{taken:.1f} ms", limit, holds)
        yield Figure(f"… put a new title, {name}", f"{found['put']:.2f} ms")
        yield Figure(f"… put 500 new titles at once, {name}", f"{found['put_many']:.0f} ms")


def _measured(before: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="shixiao-bench-") as folder:
        Path(folder, "static").mkdir()
        surroundings = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        surroundings |= {"SHIXIAO_HOME": folder, "DJANGO_SETTINGS_MODULE": "shixiao.site.settings"}
        command = [*before, sys.executable, __file__, "measure", str(CASES)]
        done = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"bench/search.py ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


# ---- in the process ------------------------------------------------------------------------------------------------


def main(size: int) -> None:
    """Fill a database, then ask in turn."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    _fill(size)
    print(f"filled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    from shixiao.casework import search
    from shixiao.casework.search.models import SearchText

    keys = list(SearchText.objects.order_by("-id").values_list("id", flat=True)[:50])
    taken: dict[str, list[float]] = {"floor": []}
    hits = {}
    for _round in range(ROUNDS):
        taken["floor"].append(_timed(lambda: SearchText.objects.in_bulk(keys)))
        for question in QUESTIONS:
            ask = partial(search.find, question.term, within=question.scope())
            taken.setdefault(question.what, []).append(_timed(ask))
            hits.setdefault(question.what, len(ask().hits))
    medians = {what: statistics.median(times) * 1000 for what, times in taken.items()}
    if "-v" in sys.argv:
        _tell_statements()
    answer = {
        "floor": medians.pop("floor"),
        "taken": {what: (value, hits[what]) for what, value in medians.items()},
        "put": _put_one_by_one(size),
        "put_many": _put_many(size),
    }
    print(json.dumps(answer))


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _tell_statements() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from shixiao.casework import search

    for question in QUESTIONS:
        with CaptureQueriesContext(connection) as captured:
            search.find(question.term, within=question.scope())
        times = [f"{float(each['time']) * 1000:.0f}" for each in captured.captured_queries]
        print(f"{question.what}: {len(times)} statements ({', '.join(times[:20])} ms)", file=sys.stderr)


def _put_one_by_one(size: int) -> float:
    """Within a transaction, as a step does it: what COMMIT costs is the step's."""
    from django.db import transaction

    from shixiao.casework import search

    entries = [_entry(case_id, text) for case_id, field, text, _ in _texts(size, size + 100) if field == "title"]
    with transaction.atomic():
        return statistics.median(_timed(partial(search.put, entry, is_new=True)) for entry in entries) * 1000


def _put_many(size: int) -> float:
    from django.db import transaction

    from shixiao.casework import search

    entries = [
        _entry(case_id, text) for case_id, field, text, _ in _texts(size + 1000, size + 1500) if field == "title"
    ]
    with transaction.atomic():
        return _timed(lambda: search.put_many(entries, are_new=True)) * 1000


def _entry(case_id: int, text: str) -> Any:
    from shixiao.casework import search

    return search.Entry(case_id, "bench", text, "supervision", UNITS[case_id % len(UNITS)], OPENED)


# ---- what is written -----------------------------------------------------------------------------------------------

OFFICES = "办公厅 发展改革局 教育局 科技局 公安局 民政局 司法局 财政局 人力资源局 规划局 环境局 住建局 交通局 水务局 农业局 商务局 文旅局 卫健局 应急局 审计局".split()
MATTERS = (
    "老旧小区改造 河道整治 校车安全 食堂监管 粮食储备 防汛值守 无障碍设施 公租房分配 道路养护 垃圾分类"
    " 养老服务 托育机构 社区医院 消防通道 停车收费 招商项目 信用修复 档案移交 会议保障 公车使用"
).split()
PAPERS = "工作方案 情况报告 实施意见 请示 复函 会议纪要 督办通知 征求意见稿 责任分工 自查报告".split()
ACTIONS = "关于进一步做好 关于加快推进 关于印发 关于报送 关于落实 关于开展 关于核实".split()
REMARKS = (
    "已与{office}电话核实，{matter}的材料缺附件二，请于{day}日前补齐后重新报送。",
    "{office}反馈：{matter}进度正常，资金已下达，余款待验收后支付。",
    "领导批示：请{office}牵头，会同有关单位研究{matter}，{day}日前回复。",
)
COMMON = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会"


def _texts(low: int, high: int) -> Iterator[tuple[int, str, str, str]]:
    """Case, field, text and unit."""
    for case_id in range(low + 1, high + 1):
        some = random.Random(case_id)
        office, matter = some.choice(OFFICES), some.choice(MATTERS)
        number = f"督{2020 + case_id * 6 // CASES}-{case_id:06}"
        place = "".join(some.choices(COMMON, k=2)) + some.choice(("街道", "镇", "村", "社区"))
        sown = "".join(word for word, is_there in _sown(case_id, some) if is_there)
        title = f"{number} {office}{some.choice(ACTIONS)}{place}{matter}{sown}{some.choice(PAPERS)}"
        unit = UNITS[case_id % len(UNITS)]
        yield case_id, "title", title, unit
        if case_id % 5 == 0:
            yield (
                case_id,
                "remark/1",
                some.choice(REMARKS).format(office=office, matter=matter, day=case_id % 28 + 1),
                unit,
            )


def _sown(case_id: int, some: random.Random) -> Iterator[tuple[str, bool]]:
    """Words and whether they stand in this case."""
    yield "年度绩效", some.random() < 0.1
    yield "效津", some.random() < 0.02
    yield "津贴", some.random() < 0.02
    yield "水库", some.random() < 0.01
    yield "古树", some.random() < 0.001
    yield "亚运", case_id < CASES // 10
    yield "榕桥", case_id % (CASES // 5) == CASES // 10  # five of them


def _fill(size: int) -> None:
    from django.db import connection

    (_fill_postgresql if connection.vendor == "postgresql" else _fill_sqlite)(size)


def _pieces(size: int) -> Iterator[Any]:
    from shixiao.casework.search.folding import clean, fold
    from shixiao.casework.search.stores import Piece

    for case_id, field, text, unit in _texts(0, size):
        cleaned = clean(text)
        opened_at = OPENED + timedelta(minutes=case_id)
        kind = "supervision" if case_id % 1000 else "inspection"
        yield Piece(case_id, field, 0, cleaned, fold(cleaned), kind, unit, opened_at)


def _fill_postgresql(size: int) -> None:
    from django.db import connection

    from shixiao.casework.search import grams, postgresql

    remembered = _Remembered(grams.as_number)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX casework_searchtext_grams")
        columns = "case_id, field, piece, text, folded, case_kind, unit_path, opened_at, grams"
        with cursor.copy(f"COPY casework_searchtext ({columns}) FROM STDIN") as copy:
            for piece in _pieces(size):
                numbers = map(remembered.__getitem__, postgresql.grams_of(piece))
                copy.write_row((*piece, f"{{{','.join(map(str, numbers))}}}"))
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(postgresql.INDEX)
        cursor.execute("VACUUM ANALYZE casework_searchtext")


class _Remembered(dict[str, int]):
    def __init__(self, work: Callable[[str], int]) -> None:
        super().__init__()
        self.work = work

    def __missing__(self, key: str) -> int:
        self[key] = value = self.work(key)
        return value


def _fill_sqlite(size: int) -> None:
    from django.db import connection

    from shixiao.casework.search import sqlite

    store = sqlite.SQLite(connection)
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("BEGIN")
    batch, words, slot, last = [], [], 0, 0
    for piece in _pieces(size):
        slot = slot + 1 if piece.case_id == last else 0
        last = piece.case_id
        row = (piece.case_id << sqlite.SLOTS) + slot
        batch.append((row, *store.values(piece)))
        words.append((row, " ".join(piece.grams())))
        if len(batch) == 20_000:
            _write_sqlite(raw, batch, words)
    _write_sqlite(raw, batch, words)
    raw.execute("COMMIT")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _write_sqlite(raw: Any, batch: list[Any], words: list[Any]) -> None:
    cursor = sqlite3.Connection.cursor(raw)  # Django's own would want %s
    insert = (
        "INSERT INTO casework_searchtext (id, case_id, field, piece, text, folded, case_kind, unit_path, opened_at)"
    )
    cursor.executemany(f"{insert} VALUES (?,?,?,?,?,?,?,?,?)", batch)
    cursor.executemany("INSERT INTO casework_searchgrams (rowid, grams) VALUES (?, ?)", words)
    batch.clear()
    words.clear()


if __name__ == "__main__":
    main(int(sys.argv[2]))
