"""Writes the inputs that the fuzzer of tables starts from, and its dictionary, into the folder named on the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from shixiao import tables

WORDS = (
    "项目名称（资金使用单位）", "总计", "财政拨款", "绩效目标", "绩效指标", "合计", "小计", "部门名称：", "单位：万元", "单位：元",
    "1、1-产出指标；11-数量指标；", "实施周期指标值:", "年度指标值：", "当年度指标值:", "；", "。", "、", "\t", "\n", '"', '""', "|", "  ",
    "&lt;", "&amp;", "&#60;", "&nbsp;", "<p>", "</p>", "<script>", "<!--", "-->", "密级：", "1,497.06", "￥", "#", "{", "\ufeff", "\ufffd",
)  # fmt: skip


def main() -> None:
    """The sample whole, in pieces, in other encodings, and as our own JSON."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sample = tables.samples.guangzhou()
    lines = sample.decode().split("\n")
    head, row = lines[2:9], lines[31]
    small = "\n".join([*head, lines[9], lines[10], row[:400]])
    seeds = {
        "whole": sample,
        "small": small.encode(),
        "gb18030": small.encode("gb18030"),
        "utf16": small.encode("utf-16-le"),
        "spaces": small.replace("\t", "    ").encode(),
        "bars": small.replace("\t", "|").encode(),
        "commas": small.replace("\t", ",").encode(),
        "quotes": small.replace("1、", '"1、').encode() + b'"\n',
        "json": tables.write(tables.read(small.encode(), name="x"), format="json"),
        "empty": b"",
    }
    for name, content in seeds.items():
        (folder / name).write_bytes(content)
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in WORDS)
    folder.with_suffix(".dict").write_text("".join(f'"{word}"\n' for word in escaped), encoding="ascii")


if __name__ == "__main__":
    main()
