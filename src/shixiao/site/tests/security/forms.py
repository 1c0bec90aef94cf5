"""What stands on a page: its links, and its forms with what each field takes."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin

from lxml import html

from shixiao.site.tests.security.house import PASSWORD

TYPED = ("text", "search", "email", "url", "tel", None)
DEFAULTS = {
    "date": "2026-06-30",
    "datetime-local": "2026-06-30T08:00",
    "number": "1",
    "time": "08:00",
    "password": PASSWORD,
}


@dataclass
class Form:
    """A form: where it goes, what its fields hold as the page came, which of them people type, which take files."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def filled(self, text: str) -> dict[str, Any]:
        """Everything that people type is `text`; the rest is as a hurried person would leave it."""
        return self.values | {name: [text] for name in self.typed}


def parsed(page: str) -> Any:
    return html.document_fromstring(page) if page.strip() else None


def links(page: str, where: str) -> list[str]:
    """Addresses of this server to which the page leads, also those that htmx asks for; without what follows `#`."""
    root = parsed(page)
    if root is None:
        return []
    told = [each.get("href") for each in root.iter("a")] + root.xpath("//@hx-get")
    whole = [
        urljoin(f"http://testserver{where}", each)
        for each in told
        if each and not each.startswith(("#", "mailto:", "data:"))
    ]
    here = [
        urldefrag(each)[0].removeprefix("http://testserver") for each in whole if each.startswith("http://testserver")
    ]
    return list(dict.fromkeys(each or "/" for each in here))


def outside(page: str) -> list[str]:
    """Addresses of other servers."""
    root = parsed(page)
    told = [] if root is None else root.xpath("//@href | //@src | //@action | //@hx-get | //@hx-post")
    return [each for each in told if "//" in each]


def forms(page: str, where: str) -> list[Form]:
    root = parsed(page)
    return [] if root is None else [_form(each, where) for each in root.iter("form")]


def _form(element: Any, where: str) -> Form:
    action = urljoin(f"http://testserver{where}", element.get("action") or where).removeprefix("http://testserver")
    found = Form(action, (element.get("method") or "get").lower())
    for each in element.xpath(".//input | .//textarea | .//select | .//button[@name]"):
        name, kind = each.get("name"), each.get("type")
        if not name or each.get("disabled") is not None:
            continue
        if each.tag == "select":
            chosen = [option.get("value", "") for option in each.iter("option")]
            found.values[name] = [next(filter(None, chosen), "")]
        elif each.tag == "button":
            continue
        elif kind == "file":
            found.files.append(name)
        elif each.tag == "textarea" or (kind in TYPED and each.tag == "input"):
            found.typed.append(name)
        elif kind in ("checkbox", "radio"):
            found.values.setdefault(name, [each.get("value", "on")])
        elif kind not in ("submit", "button", "image"):
            found.values[name] = [each.get("value") or DEFAULTS.get(kind or "", "")]
    return found
