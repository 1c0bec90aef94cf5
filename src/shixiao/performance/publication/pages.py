"""Published pages from the bundle alone: what is not in it cannot get onto them. Rendered once, in both languages, and kept."""

import json
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any

from django.template.loader import render_to_string
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString, mark_safe

from shixiao.engine.bilingual import CHINESE, ENGLISH
from shixiao.engine.scoring.rounding import told
from shixiao.performance.publication.words import in_

BANNER = "<!--standing-->"  # where the notice of a newer publication is put when files are made
ROOT = "/published/"
FORMATS = {CHINESE: "Y年n月j日", ENGLISH: "j F Y"}
Json = dict[str, Any]


def dress() -> dict[str, bytes]:
    """What every published page is dressed in: its style and the mark of the house, by the name of the file."""
    style, mark = files(__package__) / "page.css", files("shixiao.ui") / "static" / "ui" / "mark.svg"
    return {each.name: each.read_bytes() for each in (style, mark)}


def beside_its_dress(written: str) -> str:
    """A page as a file that is looked at in a folder, with its style and its mark there."""
    for name in dress():
        written = written.replace(f'href="{ROOT}{name}"', f'href="{name}"')
    return written


def page(bundle: Json, *, language: str) -> str:
    """The page of a publication."""
    about, words = bundle["publication"], in_(language)
    here = f"{ROOT}{about['address']}/"
    context = {
        "about": about,
        "days": {name: _day(about[name], language) for name in ("as_of", "published_on")},
        "reviewed_on": _day(about["secrecy_review"]["on"], language),
        "hash": bundle["hash"],
        "funds": bundle["plan"]["funds"],
        "units": _units(bundle, language, words),
        "method": [each[language] for each in bundle["method"]],
        "restatements": bundle["restatements"],
        "dataset": json_ld(bundle, language),
        "address": here,
        "other": here if language == ENGLISH else f"{here}en/",
        "newer": mark_safe(BANNER),  # noqa: S308 - a constant of ours
    }
    return _rendered("page", context, language)


def _day(said: str, language: str) -> str:
    return date_format(date.fromisoformat(said), FORMATS[language])


def index(listed: Sequence[Any], *, language: str, is_simulated: bool) -> str:
    """The list of all publications, the newest first."""
    other = ROOT if language == ENGLISH else f"{ROOT}en/"
    context = {"listed": listed, "other": other, "is_simulated": is_simulated, "format": FORMATS[language]}
    return _rendered("index", context, language)


def withdrawn(publication: Any, *, language: str) -> str:
    """What stands at the address of a publication that was withdrawn."""
    here = f"{ROOT}{publication.address}/"
    context = {"one": publication, "address": here, "other": here if language == ENGLISH else f"{here}en/"}
    return _rendered("withdrawn", context, language)


def newer(address: str, *, language: str) -> str:
    """The notice on a page in whose place there is another one."""
    suffix = "en/" if language == ENGLISH else ""
    context = {"t": in_(language), "address": f"{ROOT}{address}/{suffix}", "name": address}
    return render_to_string("performance/published/newer.html", context)


def _rendered(name: str, context: Json, language: str) -> str:
    is_chinese = language == CHINESE
    frame = {"t": in_(language), "language": "zh-Hans" if is_chinese else "en", "suffix": "" if is_chinese else "en/"}
    return render_to_string(f"performance/published/{name}.html", {**frame, **context})


# ---- rows ------------------------------------------------------------------------------------------------------------


def _units(bundle: Json, language: str, words: dict[str, str]) -> list[Json]:
    units = [{**unit, "projects": []} for unit in bundle["plan"]["units"]]
    for project in bundle["projects"]:
        units[project["unit"]]["projects"].append(_project(project, language, words))
    return units


def _project(project: Json, language: str, words: dict[str, str]) -> Json:
    score, computed = project["score"], project["score"]["computed"]
    lines = {line["row"]: line for line in score["rows"]}
    sheet = {row["row"]: row for row in project["sheet"]["rows"]}
    return {
        "name": project["name"],
        "objective": project["objective"],
        "funds": project["funds"],
        "withheld": project["withheld"],
        "computed": computed,
        "with_hand": score["with_hand"],
        "put_back": score["put_back"],
        "grade": computed["grade"][language] if computed["grade"] else words["uncertain"],
        "execution": {**score["execution"], "found": score["execution"]["found"][language]},
        "rows": [_row(each, lines[each["row"]], sheet[each["row"]], language, words) for each in project["indicators"]],
        "lost": [
            {"row": each["row"], "lost": each["lost"], "text": each["text"][language]} for each in score["explanations"]
        ],
    }


def _row(indicator: Json, line: Json, standing: Json, language: str, words: dict[str, str]) -> Json:
    is_open = indicator["disclosure"] == "records"
    parts = standing["parts"]
    return {
        **{name: indicator[name] for name in ("row", "code", "level2", "name", "annual_wording", "disclosure")},
        "basis": words[_BASES[line["basis"]]] if is_open else words["restricted"],
        "is_marked": not is_open or line["basis"] != "measured",
        "values": [_value(part, "value", words) for part in parts],
        "backs": [_value(part, "value_put_back", words) for part in parts if part["value_put_back"] is not None],
        "counts": [_counts(part["counts"], words) for part in parts if part["counts"]],
        "line": line,
        "found": line["found"][language],
        "notes": [each["text"][language] for each in line["notes"]],
        "measures": [each["measure"][language] for each in indicator["parts"] if each],
    }


_BASES = {
    "measured": "measured",
    "nothing_occurred": "nothing_occurred",
    "reviewed": "reviewed",
    "declared": "declared",
    "none": "no_evidence",
}


def _value(part: Json, name: str, words: dict[str, str]) -> str:
    """A value with its unit, never shown as the target that it is not."""
    value, target = part[name], part["target"]
    if value is None:
        return f"{part['mark']}%" if name == "value" and part["mark"] else "—"
    if isinstance(value, bool):
        return words["yes"] if value else words["no"]
    ((kind, text),) = value.items()
    if kind != "number":
        return str(text)
    bound = None if target["value"] is None else Fraction(str(target["value"]))
    usual = words["wan"] if target["kind"] == "budget_bound" else target["unit"]
    return f"{told(Fraction(text), bound)}{part['unit'] or usual or ''}"


def _counts(counts: Json, words: dict[str, str]) -> str:
    names = ("met", "missed", "pending", "not_counted")
    return " · ".join(f"{words[name]} {counts[name]}" for name in names if counts[name])


# ---- for programs ----------------------------------------------------------------------------------------------------


def json_ld(bundle: Json, language: str) -> SafeString:
    """schema.org Dataset. A block of data, which no policy of scripts forbids; no `<` is left in it."""
    about = bundle["publication"]
    address = f"{ROOT}{about['address']}/"
    dataset = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": about["title"],
        "description": bundle["method"][0][language],
        "identifier": f"sha256:{bundle['hash']}",
        "url": address,
        "version": str(about["number"]),
        "inLanguage": ["zh-Hans", "en"],
        "creator": {"@type": "GovernmentOrganization", "name": about["department"]},
        "datePublished": about["published_on"],
        "temporalCoverage": f"{about['year']}-01-01/{about['as_of']}",
        "isAccessibleForFree": True,
        "creativeWorkStatus": "Simulated" if about["is_simulated"] else "Published",
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": address + name}
            for kind, name in (("application/json", "bundle.json"), ("text/csv", "indicators.csv"))
        ],
    }
    text = json.dumps(dataset, ensure_ascii=False, indent=1)
    for mark, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(mark, escaped)
    return mark_safe(text)  # noqa: S308 - nothing is left of which a browser could make a tag
