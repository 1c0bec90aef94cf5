"""How long a short message is, as carriers count: in units of UCS-2, 70 in one, 67 in each part of a longer one. Pure.

A sign beyond the first plane (many emoji, rare characters in names) is two units. Three units of each part say which part it is of which
(a header of six bytes). A pair is not torn apart between two parts, so a part may hold 66.
"""

ONE, EACH = 70, 67


def units(text: str) -> int:
    """Of UCS-2; a lone half of a pair counts as one."""
    return len(text.encode("utf-16-be", errors="surrogatepass")) // 2


def parts(text: str) -> int:
    """How many messages it costs; 0 for nothing at all."""
    if units(text) <= ONE:
        return 1 if text else 0
    count, filled = 1, 0
    for sign in text:
        size = units(sign)
        if filled + size > EACH:
            count, filled = count + 1, 0
        filled += size
    return count


def fitted(text: str, most: int, *, cut: str = "…") -> str:
    """As much of the text as fits into so many parts, with a mark where something was cut off."""
    if parts(text) <= most:
        return text
    while text and parts(text + cut) > most:
        text = text[:-1]
    return text + cut
