"""Names of files as they may be kept, shown and sent. Pure."""

import unicodedata

LONGEST = 200
RESERVED = '<>:"|?*'  # no system lets a person save a file with one of these in its name
NAMELESS = "附件"


def cleaned(name: str) -> str:
    """The name without its folders and without what cannot be seen: control and direction characters, NUL, halves of pairs.

    At most 200 characters, the ending kept; never empty.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join("_" if each in RESERVED else each for each in last if not _is_hidden(each))
    shown = " ".join(unicodedata.normalize("NFC", shown).split()).strip(". ")
    stem, ending = parted(shown)
    if not stem:
        stem = NAMELESS
    return f"{stem[: LONGEST - len(ending)].rstrip('. ')}{ending}"


def parted(name: str) -> tuple[str, str]:
    """The name before its ending, and the ending with its dot; no ending for one that is longer than ten characters."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not ending or len(ending) > 10:
        return name, ""
    return stem, f".{ending}"


def _is_hidden(character: str) -> bool:
    """Control (Cc) and format (Cf, among them those that turn the direction of writing), surrogates, private, unassigned;
    line and paragraph separators."""
    category = unicodedata.category(character)
    return category.startswith("C") and not character.isspace() or category in {"Zl", "Zp"}
