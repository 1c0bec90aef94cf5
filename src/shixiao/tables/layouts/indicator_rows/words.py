"""Words of the per-indicator form: labels made comparable, and the names of the levels with their classes."""

from __future__ import annotations

import re
from functools import lru_cache

# Only the characters of labels and levels: some tables were turned into traditional characters by a machine.
SIMPLIFIED = str.maketrans(
    "項稱資總計財撥專戶績標單萬額費預縂門產滿數質時經濟會態務對級環響執實際權評類參續體標責負電話屬領導",
    "项称资总计财拨专户绩标单万额费预总门产满数质时经济会态务对级环响执实际权评类参续体标责负电话属领导",
)
_BLANK = " \t\n\r\u3000\xa0"

CYCLE_WORDS = ("实施期", "实施周期", "中期", "长期", "中长期", "项目期", "规划期", "全周期", "项目周期", "三年")
ANNUAL_WORDS = ("年度", "当年", "本年", "全年", "今年", "年初")


@lru_cache(maxsize=4096)
def bare(cell: str) -> str:
    """A label without any blanks, stars and colons, in simplified characters."""
    return "".join(cell.split()).translate(SIMPLIFIED).strip("：:*★▲#")


@lru_cache(maxsize=4096)
def core(cell: str) -> str:
    """A label without what stands in brackets, its number and 其中."""
    plain = re.sub(r"[（(【\[][^（()）]*[)）】\]]?", "", bare(cell))
    plain = re.sub(r"^(?:[一二三四五六七八九十]{1,2}|\d{1,2})[、.．]", "", plain)
    return plain.removeprefix("其中").strip("：:，,、;；")


def flat(text: str) -> str:
    """The text of a cell on one line. A line that is a statement of its own keeps its line."""
    if "\n" not in text and "\r" not in text:
        return text
    pieces = [piece.strip(_BLANK) for piece in text.splitlines()]
    result = ""
    for piece in filter(None, pieces):
        result = f"{result}{_between(result, piece)}{piece}" if result else piece
    return result


def _between(before: str, after: str) -> str:
    if before[-1].isascii() and before[-1].isalpha() and after[0].isascii() and after[0].isalpha():
        return " "
    is_statement = before[-1] in "；;。" or (re.match(r"\d{1,2}[、.．]\D", after) is not None)
    return "\n" if is_statement else ""


def one_line(text: str) -> str:
    """The text of a cell that holds a name: its lines are only how the cell was wrapped."""
    return flat(text).replace("\n", "") if "\n" in text or "\r" in text else text


# The first that fits is taken, so the longer stand before the shorter.
_LEVEL2 = (
    ("数量", "11"), ("质量", "12"), ("时效", "13"), ("生态环境成本", "43"), ("社会成本", "42"), ("经济成本", "41"),
    ("经济效益", "21"), ("社会效益", "22"), ("生态效益", "23"), ("生态环境效益", "23"), ("环境效益", "23"),
    ("经济效果", "21"), ("社会效果", "22"), ("生态效果", "23"), ("可持续", "24"), ("满意", "31"), ("成本", "14"),
    ("经济指标", "21"), ("社会指标", "22"), ("生态指标", "23"), ("进度指标", "13"),
)  # fmt: skip
_LEVEL1 = (("产出", 1), ("满意", 3), ("成本", 4), ("效益", 2), ("效果", 2), ("预期绩效", 2))
_PRINTED = re.compile(r"([1-4][1-4])[-－—–‐]")
_PRINTED1 = re.compile(r"([1-4])[-－—–‐]")
_LEVEL2_FORM = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,2}[、.．)）]|[（(][一二三四五六七八九十\d]{1,2}[)）])?(?:[1-4][1-4][-－—–‐])?"
    r"(?:项目)?(?:数量|质量|时效|进度|成本|经济成本|社会成本|生态环境成本|生态成本|环境成本|经济效[益果]|社会效[益果]|生态效[益果]|"
    r"生态环境效益|环境效益|经济|社会|生态|可持续(?:性|发展)?(?:影响)?(?:效益)?|"
    r"(?:社会公众)?(?:和|及|或|与|、)?(?:服务|受益)?(?:对象|群众|公众|人员)?满意度?)(?:性|类|效益)?(?:指标|目标)?\d?(?:[（(][^（()）]{0,12}[)）])?"
)
_LEVEL1_FORM = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,2}[、.．)）]|[（(][一二三四五六七八九十\d]{1,2}[)）])?(?:[1-4][-－—–‐])?"
    r"(?:项目|预期|年度|绩效)?(?:产出|效益|效果|成本|投入|过程|决策|影响力|(?:社会公众)?(?:和|及|或|与|、)?(?:服务|受益)?(?:对象|群众|公众)?满意度?|"
    r"预算控制|预算执行(?:率|情况)?|运行成本|管理效率|履职效能|履职效益|社会效应|可持续发展能力|管理|履职)(?:指标|目标)?(?:[（(][^（()）]{0,12}[)）])?"
)


@lru_cache(maxsize=2048)
def is_level1(cell: str) -> bool:
    """Whether a cell is the name of a first level (产出指标, 效益指标(30分))."""
    word = bare(cell)
    return 2 <= len(word) <= 24 and _LEVEL1_FORM.fullmatch(word) is not None


@lru_cache(maxsize=2048)
def is_level2(cell: str) -> bool:
    """Whether a cell is the name of a second level (数量指标, 社会公众或服务对象满意度指标)."""
    word = bare(cell)
    return (
        2 <= len(word) <= 26 and _LEVEL2_FORM.fullmatch(word) is not None and not word.startswith(("经济指", "社会指"))
    )


@lru_cache(maxsize=2048)
def digit_of(level1: str) -> int:
    """1 outputs, 2 benefits, 3 satisfaction, 4 cost; 0 for a first level of another kind."""
    word = bare(level1)
    if printed := _PRINTED1.match(word):
        return int(printed[1])
    if "产出" in word and "满意" not in word:
        return 1
    return next((digit for words, digit in _LEVEL1 if words in word), 0)


@lru_cache(maxsize=2048)
def code_of(level1: str, level2: str) -> str:
    """The two-digit class of the levels, "" if they say none. 成本 under the outputs is the older form's 14."""
    word = bare(level2)
    if printed := _PRINTED.match(word):
        return printed[1]
    digit = digit_of(level1)
    if not word:
        return {3: "31", 4: "41"}.get(digit, "") if level1 else ""
    found = next((code for words, code in _LEVEL2 if words in word), "")
    if found == "14":
        return "41" if digit == 4 else "14"
    if not found and digit == 3:
        return "31"
    if not found and word in ("经济", "社会", "生态", "环境") and digit == 2:
        return {"经济": "21", "社会": "22", "生态": "23", "环境": "23"}[word]
    return found


def fits(level1: str, code: str) -> bool:
    """Whether a class can stand under a first level, in any taxonomy seen. What is unknown fits."""
    digit = digit_of(level1)
    if not digit or not code:
        return True
    allowed = {"31": (2, 3), "14": (1, 4), "41": (1, 4), "42": (1, 4), "43": (1, 4)}
    return digit in allowed.get(code, (int(code[0]),))
