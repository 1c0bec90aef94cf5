"""Coverage-guided fuzzing of the reader of wordings; see fuzz/README.md for how to run it.

Holds the laws that no input may break: reading never raises, the standard wording is stable, the JSON gives the
reading back, and 4 KB are read well under a second.
"""

import json
import sys
import time

import atheris

with atheris.instrument_imports(include=["shixiao"]):
    from shixiao.engine.targets import as_json, explain, from_json, judge, read, spans, write

_PIECES = (
    "≥ ≤ > < = 不低于 不超过 以上 以内 % ‰ 次 个 元/人·月 年 个月 小时 个工作日 每 每年 每期 全年 底前 前 内 月 日 季度 2026 12 31 "
    "3-5 ± 至 ~ ， ； 。 、 ( ) （ ） 是 完成 及时 预算 批复金额 详见附件 ** &lt; <p> 百分之 九十五 一次 各 分别 控制在 率 满意度 恰好 "
    "（反向） （时长） 1,000 . 0".split()
)


def one_input(raw: bytes) -> None:
    """Build a wording from bytes: either pieces of real wordings, or any characters."""
    source = atheris.FuzzedDataProvider(raw)
    if source.ConsumeBool():
        wording = "".join(source.PickValueInList(_PIECES) for _ in range(source.ConsumeIntInRange(0, 14)))
    else:
        wording = source.ConsumeUnicode(source.ConsumeIntInRange(0, 4000))
    name = source.ConsumeUnicode(20)
    category = source.PickValueInList(["", "11-数量指标", "13-时效指标", "31", "41-经济成本指标"])
    started = time.process_time()
    reading = read(wording, name=name, category=category)
    if time.process_time() - started > 1:
        raise AssertionError(f"slow: {wording[:80]!r}")
    once = write(read(wording))
    if write(read(once)) != once:
        raise AssertionError(f"not stable: {wording!r} → {once!r} → {write(read(once))!r}")
    form = as_json(reading)
    if from_json(json.loads(json.dumps(form, allow_nan=False))) != reading:
        raise AssertionError(f"JSON loses something: {wording!r}")
    explain(reading)
    spans(wording, reading)
    judge(reading, None)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
