import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from shixiao.site.cli import main
from shixiao.tables import samples

HEADER = "项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标"
ROW = "1、1-产出指标；12-质量指标；验收合格率；实施周期指标值:≥95%；年度指标值:≥95%。"


class Ended(NamedTuple):
    """How a command ended: its exit status and what it wrote."""

    status: int
    out: str
    err: str


def table(*, total: str = "10.00", indicators: str = ROW, project: str = "培训项目") -> str:
    """A small published table that is in order."""
    return "\n".join(
        [
            "项目支出绩效目标表",
            "部门名称：某市某办",
            "单位：万元",
            HEADER,
            f"合计\t{total}\t{total}\t\t\t\t",
            f"某市某办\t{total}\t{total}\t\t\t\t",
            f"{project}\t10.00\t10.00\t\t\t办好培训。\t{indicators}",
            "",
        ]
    )


@pytest.fixture(autouse=True)
def _speak_english_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """English, no colours, and a folder without settings above it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "SHIXIAO_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHIXIAO_LANG", "en")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """`run("check", path, stdin=b"…")` in this process."""

    def call(*words: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        status = main([str(word) for word in words])
        out, err = capsysbinary.readouterr()
        return Ended(status, out.decode(), err.decode())

    return call


@pytest.fixture
def guangzhou(tmp_path: Path) -> Path:
    """The published table as a file of its own."""
    path = tmp_path / "guangzhou-2026.txt"
    path.write_bytes(samples.guangzhou())
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small table in order."""
    path = tmp_path / "small.txt"
    path.write_text(table(), encoding="utf-8")
    return path
