"""The description of the interface: OpenAPI 3.1, and the same as a page."""

from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from shixiao.casework.api import answers, building, once, problems

PREFIX = "api/v1"
HEADERS = {401: "WWW-Authenticate", 405: "Allow", 429: "Retry-After", 503: "Retry-After"}


@cache
def document() -> Mapping[str, Any]:
    """The whole description. Cached: offices come and go with a restart."""
    return described(building.api())


def described(api: Any) -> dict[str, Any]:
    """What django-ninja says of the addresses, with what it cannot know: problems, their media type, their headers."""
    # Through JSON, so that no part of it is shared with another.
    found: dict[str, Any] = _plain(api.get_openapi_schema(path_prefix=PREFIX))
    found["servers"] = [{"url": "/"}]
    found["components"]["responses"] = shared = {}
    found["components"]["schemas"] |= _schemas_of_a_problem()
    for _path, _method, operation in operations(found):
        for status in operation["responses"]:
            if int(status) < HTTPStatus.MULTIPLE_CHOICES:
                operation["responses"][status]["description"] = "好了 · Done"
            elif int(status) >= HTTPStatus.BAD_REQUEST:
                shared[f"Problem{status}"] = _problem(int(status))
                operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
        if _has_key(operation):
            good = next(each for status, each in operation["responses"].items() if int(status) < 300)
            good["headers"] = {
                once.REPLAYED: {
                    "description": "true: 以前已经做过，这是当时的答复 · it was done before, and this is the answer of then",
                    "schema": {"type": "string", "enum": ["true"]},
                }
            }
    return found


def operations(of: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation with its path and method."""
    for path, methods in of["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _plain(value: Any) -> Any:
    """A copy with texts as keys: ninja has statuses as numbers."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def _schemas_of_a_problem() -> dict[str, Any]:
    """How a problem is written, with the parts it is made of."""
    whole = answers.ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    parts: dict[str, Any] = whole.pop("$defs", {})
    return parts | {"ProblemOut": whole}


def _problem(status: int) -> dict[str, Any]:
    """The answer of every operation with this status."""
    titles = [sort.title for sort in problems.SORTS.values() if sort.status == status]
    answer: dict[str, Any] = {
        "description": " / ".join(f"{title.zh} · {title.en}" for title in titles),
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
    }
    if header := HEADERS.get(status):
        answer["headers"] = {header: {"required": True, "schema": {"type": "string"}}}
    return answer


def _has_key(operation: Mapping[str, Any]) -> bool:
    return any(each["name"] == once.HEADER for each in operation.get("parameters", ()))
