"""Characters of symbol fonts: Word keeps only their place in the font. ≥ typed by way of 插入符号 is often one."""

from __future__ import annotations

# Symbol: what stands in targets, and the Greek of formulas.
_SYMBOL = {
    0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB0: "°", 0xA5: "∞", 0xB7: "·",
    0xD7: "·", 0x2D: "−", 0x2A: "*", 0xAE: "→", 0xAC: "←", 0xAD: "↑", 0xAF: "↓", 0xBC: "…", 0xE5: "∑", 0xD6: "√",
    0xB2: "″", 0xA2: "′", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x44: "Δ", 0x53: "Σ", 0x57: "Ω", 0x6D: "μ",
    0x70: "π", 0x73: "σ", 0x6C: "λ", 0x71: "θ", 0xBA: "≡", 0xC5: "⊕",
}  # fmt: skip
_DINGBATS = {
    "wingdings": {
        0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x72: "□", 0x6E: "■", 0xA7: "▪",
        0x6C: "●", 0xA1: "○", 0x9F: "•", 0x9E: "·", 0xAB: "★", 0xB6: "☆", 0xE0: "→", 0xE8: "→", 0xF0: "⇨", 0xD8: "➢",
        0x76: "❖", 0x75: "◆", **{0x81 + index: chr(0x2460 + index) for index in range(10)},
    },
    "wingdings 2": {
        0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x2A: "□", 0x30: "□", 0xA2: "■", 0x97: "●",
        0x9A: "○", **{0x6A + index: chr(0x2460 + index) for index in range(10)},
    },
}  # fmt: skip


def symbol(font: str, code: int) -> str:
    """The character at `code` (with or without Word's 0xF000) of a symbol font; "" for one that is not known."""
    place = code & 0xFF if 0xF000 <= code <= 0xF0FF else code
    name = font.strip().lower()
    if name in _DINGBATS:
        return _DINGBATS[name].get(place, "")
    if name == "symbol":
        return _SYMBOL.get(place) or (chr(place) if 0x20 <= place < 0x40 else "")
    # Any other font: the code is that of the character, unless it is one of Word's own.
    is_text = 0x20 <= code < 0xD800 or 0xF900 <= code < 0x110000
    return chr(code) if is_text and not 0x7F <= code < 0xA0 else ""
