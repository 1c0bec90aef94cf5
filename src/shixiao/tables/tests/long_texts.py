"""Texts that would be slow for a reader that looks at anything twice: for the tests, and for `make bench`."""

from collections.abc import Callable

from shixiao.tables.tests.making import HEADER, ONE, TOTAL, project, table

MEGABYTE = 1_000_000

# Each of at least a megabyte; cut it to the length that is wanted.
LONG: dict[str, Callable[[], str]] = {
    "one character": lambda: "x" * MEGABYTE,
    "spaces": lambda: HEADER + "\n" + " " * MEGABYTE,
    "tabs": lambda: HEADER + "\n" + "\t" * MEGABYTE,
    "line breaks": lambda: HEADER + "\n甲\t1\n" + "\n" * MEGABYTE,
    "headers": lambda: (HEADER + "\n") * (MEGABYTE // 50),
    "tabs in the header": lambda: HEADER + "\t" * MEGABYTE,
    "a wide header": lambda: HEADER + "\tx" * 200_000 + "\n" + "甲\t1\n" * 80_000,
    "a wide row": lambda: table(project(ONE + "\tx" * (MEGABYTE // 2))),
    "headings": lambda: HEADER + "\n" + "单位：万元\n" * (MEGABYTE // 6),
    "plans": lambda: table(TOTAL) * (MEGABYTE // 90),
    "quotes": lambda: HEADER + "\n" + '"' * MEGABYTE,
    "open quotes": lambda: HEADER + "\n" + '"a\t' * (MEGABYTE // 3),
    "doubled quotes": lambda: HEADER + "\n" + '"x""\t' * (MEGABYTE // 5),
    "digits": lambda: table(project("9" * MEGABYTE)),
    "numbers": lambda: table(project("1、" * (MEGABYTE // 2))),
    "dashes": lambda: table(project("1-" * (MEGABYTE // 2))),
    "heads": lambda: table(project("1、1-产出指标；11-数量指标；" * (MEGABYTE // 18))),
    "half heads": lambda: table(project("1、1-产出指标；" * (MEGABYTE // 9))),
    "labels": lambda: table(project(ONE + "年度指标值:" * (MEGABYTE // 6))),
    "both labels": lambda: table(project("年度指标值:实施周期指标值:" * (MEGABYTE // 14))),
    "indicators": lambda: table(project(ONE * (MEGABYTE // 45))),
    "stops": lambda: table(project("。" * MEGABYTE)),
    "semicolons": lambda: table(project("1-产出指标；11-数量指标" + "；" * MEGABYTE)),
    "unclassed": lambda: table(project("1、名；实施周期指标值:1；年度指标值:1。" * (MEGABYTE // 26))),
    "entities": lambda: table(project(ONE + "&lt;" * (MEGABYTE // 4))),
    "ampersands": lambda: table(project(ONE + "&" * MEGABYTE)),
    "nested entities": lambda: table(project(ONE + "&" + "amp;" * (MEGABYTE // 4))),
    "web encoded": lambda: table(project("&#49;" * (MEGABYTE // 5))),
    "open tags": lambda: table(project(ONE + "<p " * (MEGABYTE // 3))),
    "tags": lambda: table(project(ONE + "<p>" * (MEGABYTE // 3))),
    "tags between": lambda: table(project(("<p>" + ONE + "</p>") * (MEGABYTE // 52))),
    "encoded tags": lambda: table(project(ONE + "&lt;p " * (MEGABYTE // 6))),
    "scripts": lambda: table(project(ONE + "<script>" * (MEGABYTE // 8))),
    "comments": lambda: table(project(ONE + "<!--" * (MEGABYTE // 4))),
    "closing scripts": lambda: table(project(ONE + "<script></script" * (MEGABYTE // 16))),
    "bare rows": lambda: HEADER + "\n" + "甲\t1\t1\t\t\t\t\n" * (MEGABYTE // 11),
    "bare rows below a unit": lambda: HEADER + "\n乙\t99999\t\t\t\t\t\n" + "甲\t1\t1\t\t\t\t\n" * (MEGABYTE // 11),
    "projects": lambda: table(*[project(ONE)] * (MEGABYTE // 65)),
    "broken lines": lambda: table(project(ONE)) + "2、\n" * (MEGABYTE // 3),
    "broken goal": lambda: HEADER + "\n甲\t1\t1\t\t\t目标\n" + "甲\n" * (MEGABYTE // 2),
    "rows without a name": lambda: table(project(ONE)) + "\t\t\t\t\t\t甲\n" * (MEGABYTE // 8),
    "stray lines": lambda: table(project(ONE)) + "甲。\n" * (MEGABYTE // 3),
    "quoted lines": lambda: table(project('"' + (ONE + "\n") * (MEGABYTE // 46) + '"')),
    "control characters": lambda: table(project(ONE)) + "\x01" * MEGABYTE,
    "bars": lambda: HEADER.replace("\t", "|") + "\n" + "|" * MEGABYTE,
    "commas": lambda: HEADER.replace("\t", ",") + "\n" + "," * MEGABYTE,
    "gaps": lambda: HEADER.replace("\t", "   ") + "\n" + "甲  1  " * (MEGABYTE // 6),
    "spaced": lambda: HEADER.replace("\t", "   ") + "\n" + "甲  1  1  保障  1、1-产出\n" * (MEGABYTE // 20),
    "json lists": lambda: '{"a":' + "[" * MEGABYTE,
    "json text": lambda: '{"a": "' + "\\u0000" * (MEGABYTE // 6),
    "stars": lambda: table(project(ONE)) + "秘密 " * (MEGABYTE // 3),
    "spaced mark": lambda: table(project(ONE)) + "密" + " " * MEGABYTE,
}


def long_text(kind: str, length: int) -> bytes:
    """So many bytes of one kind, or what there is of it."""
    return LONG[kind]().encode()[:length]
