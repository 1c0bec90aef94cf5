"""The description as a page shows it: worked out of OpenAPI, so it cannot say anything else."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shixiao.casework.api import openapi
from shixiao.casework.api.problems import SORTS
from shixiao.casework.api.schemas import LARGEST_ID

Words = Mapping[str, Any]


def parts(of: Words, language: str) -> list[dict[str, Any]]:
    """The operations by tag."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in openapi.operations(of):
        shown = _operation(of, path, method, operation, language)
        found.setdefault(operation["tags"][0], []).append(shown)
    return [{"name": name, "operations": several} for name, several in found.items()]


def _operation(of: Words, path: str, method: str, operation: Words, language: str) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    good = next(status for status in operation["responses"] if int(status) < 300)
    names = [status for status in operation["responses"] if int(status) >= 400]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": in_language(operation["summary"], language),
        "description": [in_language(line, language) for line in operation.get("description", "").split("\n\n") if line],
        "parameters": [
            _field(each["name"], each["schema"], each["required"], language) for each in operation["parameters"]
        ],
        "body": list(_fields(of, body, language)) if body else [],
        "status": good,
        "problems": [sort for sort in SORTS.values() if str(sort.status.value) in names and sort.status < 500],
    }


def in_language(text: str, language: str) -> str:
    """One half of a text that has both languages."""
    zh, _dot, en = text.partition(" · ")
    return en if en and language.startswith("en") else zh


def _fields(of: Words, schema: Words, language: str, *, before: str = "") -> Iterator[dict[str, Any]]:
    """Every field of a body, nested ones under their whole name; of several forms the fields of each."""
    found = _resolved(of, schema)
    for number, each in enumerate(found.get("anyOf", ()), start=1):
        yield from _fields(of, each, language, before=f"{before}[{number}]." if before else "")
    required = found.get("required", ())
    for name, each in found.get("properties", {}).items():
        whole = f"{before}{name}"
        inner = _resolved(of, each)
        yield _field(whole, inner, name in required, language)
        if inner.get("properties") or inner.get("anyOf"):
            yield from _fields(of, inner, language, before=f"{whole}.")


def _resolved(of: Words, schema: Words) -> Words:
    reference = schema.get("$ref")
    return of["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def _field(name: str, schema: Words, is_required: bool, language: str) -> dict[str, Any]:
    title = in_language(schema["title"], language) if " · " in schema.get("title", "") else ""
    about = in_language(schema.get("description", ""), language)
    return {
        "name": name,
        "is_required": is_required,
        "form": " ".join(_form(schema)),
        "about": "; ".join(filter(None, (title, about))),
    }


def _form(schema: Words) -> Iterator[str]:
    yield schema.get("format") or schema.get("type", "")
    if "enum" in schema:
        yield " | ".join(str(each) for each in schema["enum"])
    ends = (schema.get("minimum", schema.get("minLength")), schema.get("maximum", schema.get("maxLength")))
    if any(end is not None for end in ends):
        yield "{}…{}".format(*("" if end in (None, LARGEST_ID) else end for end in ends))
    if "default" in schema and schema["default"] not in (None, {}, []):
        yield f"= {json.dumps(schema['default'], ensure_ascii=False)}"
