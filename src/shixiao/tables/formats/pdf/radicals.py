"""Radicals and compatibility characters that some programs print for ordinary ones → the ordinary ones.

A font may have one glyph for 一 (U+4E00) and ⼀ (U+2F00); what a program writes down for it is then a matter of luck.
"""

from __future__ import annotations

import re
import unicodedata

ODD = re.compile("[\u2e80-\u2fd5\uf900-\ufaff\ufb00-\ufb06]")

# The radicals of U+2E80–2EFF that Unicode itself does not decompose, with the ideographs that they look like.
_SUPPLEMENT = (
    "⺁厂⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺌小⺍小⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻"
    "⺯糹⺰纟⺱罓⺲罒⺶羊⺹耂⺺肀⺻聿⺼肉⺾艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦"
    "⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
_PLAIN = dict(zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True))


def plain(odd: str) -> str:
    """The ordinary character for an odd one; itself where there is none."""
    return _PLAIN.get(odd) or unicodedata.normalize("NFKC", odd)
