"""A publication as a table of one row an indicator, for whoever calculates."""

import csv
import io
from typing import Any

from shixiao.performance.outlets import safe

HEADER = (
    "address simulated unit project row code name annual_target basis disclosure value value_put_back met missed pending not_counted "
    "weight points open points_put_back points_by_hand found"
).split()


def table(bundle: dict[str, Any]) -> bytes:
    """UTF-8 with a mark for spreadsheets; one line for each condition. What begins like a formula is text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    about, units = bundle["publication"], bundle["plan"]["units"]
    for project in bundle["projects"]:
        lines = {line["row"]: line for line in project["score"]["rows"]}
        for indicator, row in zip(project["indicators"], project["sheet"]["rows"], strict=True):
            line = lines[indicator["row"]]
            for part in row["parts"] or [{}]:
                counts = part.get("counts") or {}
                writer.writerow(
                    [
                        about["address"],
                        "simulated" if about["is_simulated"] else "",
                        *map(safe, (units[project["unit"]]["name"], project["name"])),
                        indicator["row"],
                        indicator["code"],
                        *map(safe, (indicator["name"], indicator["annual_wording"])),
                        line["basis"],
                        indicator["disclosure"],
                        *(plain_value(part.get(name)) for name in ("value", "value_put_back")),
                        *(counts.get(name, "") for name in ("met", "missed", "pending", "not_counted")),
                        *(line[name] for name in ("weight", "points", "open", "put_back")),
                        "" if line["by_hand"] is None else line["by_hand"]["points"],
                        safe(line["found"]["zh"]),
                    ]
                )
    return ("\ufeff" + out.getvalue()).encode()


def plain_value(value: Any) -> str:
    """A value of a sheet in one word."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    ((_kind, text),) = value.items()
    return str(text)
