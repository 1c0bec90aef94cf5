"""The shape in which an OA tells us of a document, and everything that can be wrong with one. Pure.

A document is named by the OA's own id. What carries a mark of secrecy is refused before anything else is looked at, and nothing of what was
refused is repeated in a sentence: sentences name fields, never what stands in them.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.offices.supervision.instruction_steps import INSTRUCTION
from shixiao.offices.supervision.sources import SOURCES
from shixiao.offices.supervision.steps import MOST_ASSISTING, TASK

MOST_FILES = 20
ID_LENGTH = 100
NAME_LENGTH = 200
ADDRESS_LENGTH = 500
NO_MARK = "none"
KINDS = {"task": TASK, "instruction": INSTRUCTION}
SYSTEM = re.compile(r"[a-z][a-z0-9-]{0,31}")
_ID = re.compile(r"[!-~]{1,100}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Below the address of the OA and nowhere else: neither another host nor a way up.
_ADDRESS = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


class _Field(NamedTuple):
    """One field: what people call it, how long it may be at most, and what it can be where that is a closed set."""

    title: Text
    most: int
    choices: tuple[str, ...] = ()
    is_needed: bool = True
    is_day: bool = False
    is_long: bool = False  # several lines
    otherwise: str = ""  # what it is where it is not told


_BOTH: Mapping[str, _Field] = {
    "unit": _Field(Text("单位", "Unit"), NAME_LENGTH),
    "leader": _Field(Text("领导", "Leader"), NAME_LENGTH),
    "urgency": _Field(
        Text("紧急程度", "Urgency"), 16, ("normal", "urgent", "most_urgent"), is_needed=False, otherwise="normal"
    ),
}
FIELDS: Mapping[str, Mapping[str, _Field]] = {
    "task": {
        **_BOTH,
        "matter": _Field(Text("事项", "Matter"), 200),
        "done_when": _Field(Text("办成标准", "What counts as done"), 1000, is_long=True),
        "source": _Field(
            Text("来源", "Source"), 32, tuple(each.code for each in SOURCES), is_needed=False, otherwise="document"
        ),
        "source_ref": _Field(Text("来源文号或会议", "Document or meeting"), 200, is_needed=False),
        "led_by": _Field(Text("承担", "Led by"), 8, ("own", "other"), is_needed=False, otherwise="own"),
        "limit_on": _Field(Text("办理期限", "To be done by"), 10, is_needed=False, is_day=True),
    },
    "instruction": {
        **_BOTH,
        "instruction": _Field(Text("批示原文", "Text of the instruction"), 4000, is_long=True),
        "given_on": _Field(Text("批示日期", "Given on"), 10, is_day=True),
        "medium": _Field(
            Text("批在何处", "Given on what"), 16, ("document", "paper", "call"), is_needed=False, otherwise="document"
        ),
        "document": _Field(Text("原件", "Original"), 200, is_needed=False),
        "feedback_on": _Field(Text("要求反馈日期", "Feedback wanted by"), 10, is_needed=False, is_day=True),
    },
}
ASSISTING, FILES = Text("协办单位", "Assisting units"), Text("附件", "Files")
TITLES: Mapping[str, Text] = {name: each.title for several in FIELDS.values() for name, each in several.items()} | {
    "id": Text("编号", "Id"),
    "kind": Text("种类", "Kind"),
    "secrecy": Text("密级", "Secrecy"),
    "assisting": ASSISTING,
    "files": FILES,
}


class Wrong(NamedTuple):
    """One thing that is wrong, and with which field."""

    field: str
    text: Text


class NotTaken(Exception):
    """It cannot be taken in; nothing was kept. `reference`: the id, where it has one."""

    def __init__(self, wrong: list[Wrong], *, reference: str = "", is_secret: bool = False) -> None:
        super().__init__(", ".join(each.field for each in wrong))
        self.wrong = wrong
        self.reference = reference
        self.is_secret = is_secret


@dataclass(frozen=True, slots=True)
class File:
    """A file of a document: its bytes, or where at the OA they are. The hash is known either way."""

    name: str
    sha256: str
    content: bytes | None = None
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What an OA told, complete and of the right form. Units and people are still words."""

    reference: str
    sort: str
    told: Mapping[str, str]
    assisting: tuple[str, ...] = ()
    files: tuple[File, ...] = field(default=(), repr=False)

    @property
    def kind(self) -> str:
        """The kind of case that it becomes."""
        return KINDS[self.sort]

    def prints(self, salt: str) -> dict[str, str]:
        """A salted hash of each field: what came can be compared with what comes again, and read from nowhere."""
        files = [[each.name, each.sha256] for each in self.files]
        said: Mapping[str, Any] = {**self.told, "kind": self.sort, "assisting": list(self.assisting), "files": files}
        return {name: _print(salt, name, value) for name, value in sorted(said.items())}


def _print(salt: str, name: str, value: Any) -> str:
    written = json.dumps([name, value], ensure_ascii=False, separators=(",", ":")).encode()
    return hmac.new(salt.encode(), written, hashlib.sha256).hexdigest()


def differs(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The fields that are otherwise. None where what came before is not known any more."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name)) if before else []


# ---- reading -----------------------------------------------------------------------------------------------------


def read(value: Any, *, may_point: bool = False) -> Document:
    """The document. `may_point`: its files may be somewhere at the OA instead of within. Raises `NotTaken` with everything that is wrong."""
    if not isinstance(value, dict):
        raise NotTaken([Wrong("", Text("文件应是对象 {…}。", "A document is an object {…}."))])
    reference = _reference(value)
    _refuse_secret(value, reference)
    wrong: list[Wrong] = []
    if not reference:
        text = Text("编号是 1 到 100 个可见的英文字母、数字和符号。", "An id has 1 to 100 visible ASCII characters.")
        wrong.append(Wrong("id", text))
    sort = value.get("kind")
    if not isinstance(sort, str) or sort not in FIELDS:
        wrong.append(Wrong("kind", _one_of(TITLES["kind"], tuple(FIELDS))))
        raise NotTaken(wrong, reference=reference)
    told = _told(value, FIELDS[sort], wrong)
    assisting = _assisting(value, wrong) if sort == "task" else ()
    files = _files(value, wrong, may_point=may_point)
    known = {*FIELDS[sort], "id", "kind", "secrecy", "files", *(["assisting"] if sort == "task" else [])}
    more = sorted(name for name in value if name not in known)
    wrong += [Wrong(_shown(name), Text("没有这一项。", "There is no such field.")) for name in more]
    if wrong:
        raise NotTaken(wrong, reference=reference)
    return Document(reference=reference, sort=sort, told=told, assisting=assisting, files=files)


def _shown(name: str) -> str:
    """A name that nobody declared might be anything; only one that could be declared is repeated."""
    return name if re.fullmatch(r"[a-z_]{1,40}", name) else "?"


def _reference(value: Mapping[str, Any]) -> str:
    found = value.get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _refuse_secret(value: Mapping[str, Any], reference: str) -> None:
    """Law 9: whoever sends it says that it carries no mark, and no text of it does."""
    marked = [] if value.get("secrecy") == NO_MARK else ["secrecy"]
    if "secrecy" not in value:
        text = Text("请写明 secrecy：没有密级标志的写 none。", "Say its secrecy: none where it carries no mark.")
        raise NotTaken([Wrong("secrecy", text)], reference=reference)
    marked += [name for name, text in _texts(value, "") if _carries(text)]
    if marked:
        text = Text(
            "带有密级标志，不得进入本系统。什么都没有保存；请按保密规定处理。",
            "It carries a mark of secrecy and may not enter. Nothing was kept; deal with it as the rules of secrecy say.",
        )
        several = dict.fromkeys(name if name in TITLES else "?" for name in marked)
        is_code = reference if not _carries(reference) else ""
        raise NotTaken([Wrong(name, text) for name in several], reference=is_code, is_secret=True)


def _carries(text: str) -> bool:
    """Of a name of a file, its ending is no part of the line that a mark may be."""
    return is_marked(text) or is_marked(text.rpartition(".")[0])


def _texts(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text of the document but the bytes of files, and under which field it stands."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict) and depth < 4:
        for key, each in value.items():
            if key != "content":
                yield name or key, key
                yield from _texts(each, name or key, depth + 1)
    elif isinstance(value, list) and depth < 4:
        for each in value:
            yield from _texts(each, name, depth + 1)


def _told(value: Mapping[str, Any], fields: Mapping[str, _Field], wrong: list[Wrong]) -> dict[str, str]:
    told = {}
    for name, one in fields.items():
        given = value.get(name)
        if given is None:
            if one.is_needed:
                wrong.append(Wrong(name, Text(f"请写明{one.title.zh}。", f"{one.title.en} is needed.")))
            elif one.otherwise:
                told[name] = one.otherwise
            continue
        if (why := _unfit(one, given)) is not None:
            wrong.append(Wrong(name, why))
        else:
            told[name] = given.strip().replace("\r\n", "\n").replace("\r", "\n")
    return told


def _unfit(one: _Field, given: Any) -> Text | None:
    zh, en = one.title.zh, one.title.en
    if not isinstance(given, str) or not given.strip():
        return Text(f"{zh}应是文字，不能是空的。", f"{en} is a text, and not empty.")
    if len(given) > one.most:
        return Text(f"{zh}最多 {one.most} 个字。", f"{en} has at most {one.most} characters.")
    if one.choices and given not in one.choices:
        return _one_of(one.title, one.choices)
    if one.is_day and not _is_day(given):
        return Text(f"{zh}应写成 2026-06-30。", f"{en} is a day such as 2026-06-30.")
    seen = given.replace("\r", "").replace("\n", "").replace("\t", "") if one.is_long else given
    if not seen.isprintable():
        return Text(f"{zh}里有看不见的字符。", f"{en} has characters that nobody sees.")
    return None


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"(199\d|2[01]\d\d)-\d\d-\d\d", text, re.ASCII) is not None and bool(
            date.fromisoformat(text)
        )
    except ValueError:
        return False


def _one_of(title: Text, choices: tuple[str, ...]) -> Text:
    return Text(f"{title.zh}只能是：{'、'.join(choices)}。", f"{title.en} is one of: {', '.join(choices)}.")


def _assisting(value: Mapping[str, Any], wrong: list[Wrong]) -> tuple[str, ...]:
    given = value.get("assisting", [])
    fits = isinstance(given, list) and all(
        isinstance(each, str) and each.strip() and len(each) <= NAME_LENGTH and each.isprintable() for each in given
    )
    if not fits or len(given) > MOST_ASSISTING:
        text = Text(f"协办单位是最多 {MOST_ASSISTING} 个单位的数组。", f"A list of at most {MOST_ASSISTING} units.")
        wrong.append(Wrong("assisting", text))
        return ()
    return tuple(each.strip() for each in given)


# ---- files -------------------------------------------------------------------------------------------------------


def _files(value: Mapping[str, Any], wrong: list[Wrong], *, may_point: bool) -> tuple[File, ...]:
    given = value.get("files", [])
    if not isinstance(given, list) or len(given) > MOST_FILES:
        text = Text(f"附件是最多 {MOST_FILES} 个对象的数组。", f"A list of at most {MOST_FILES} objects.")
        wrong.append(Wrong("files", text))
        return ()
    found = [_file(each, may_point=may_point) for each in given]
    if None in found:
        way = "name、sha256、address" if may_point else "name、content（Base64）"
        text = Text(
            f"每个附件写 {way}。", f"Each file has {way.replace('、', ', ').replace('（Base64）', ' (Base64)')}."
        )
        wrong.append(Wrong("files", text))
    files = tuple(each for each in found if each is not None)
    if len({each.sha256 for each in files}) < len(files):
        wrong.append(Wrong("files", Text("同一个附件列了两次。", "A file stands there twice.")))
    return files


def _file(given: Any, *, may_point: bool) -> File | None:
    if not isinstance(given, dict):
        return None
    name = given.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > NAME_LENGTH or not name.isprintable():
        return None
    if may_point and set(given) == {"name", "sha256", "address"}:
        sha256, address = given["sha256"], given["address"]
        fits = isinstance(sha256, str) and _SHA256.fullmatch(sha256) and isinstance(address, str)
        is_below = fits and len(address) <= ADDRESS_LENGTH and _ADDRESS.fullmatch(address) and ".." not in address
        return File(name, sha256, address=address) if is_below else None
    if set(given) != {"name", "content"} or not isinstance(given["content"], str):
        return None
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (binascii.Error, ValueError):
        return None
    return File(name, hashlib.sha256(content).hexdigest(), content=content)


# ---- for the description of the interface ------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """Both sorts of document as JSON Schema."""
    return {"oneOf": [_schema(sort) for sort in FIELDS]}


def _schema(sort: str) -> dict[str, Any]:
    fields = FIELDS[sort]
    told: dict[str, Any] = {
        "id": {"type": "string", "pattern": r"^[!-~]+$", "minLength": 1, "maxLength": ID_LENGTH},
        "kind": {"type": "string", "enum": [sort]},
        "secrecy": {"type": "string", "enum": [NO_MARK]},
        **{name: _schema_of(each) for name, each in fields.items()},
        "files": {"type": "array", "maxItems": MOST_FILES, "items": _FILE},
    }
    if sort == "task":
        unit = {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH}
        told["assisting"] = {"type": "array", "maxItems": MOST_ASSISTING, "items": unit}
    needed = ["id", "kind", "secrecy", *(name for name, each in fields.items() if each.is_needed)]
    return {"type": "object", "properties": told, "required": needed, "additionalProperties": False}


def _schema_of(one: _Field) -> dict[str, Any]:
    said = {"title": f"{one.title.zh} · {one.title.en}", "type": "string"}
    if one.choices:
        return {**said, "enum": list(one.choices)}
    if one.is_day:
        return {**said, "format": "date", "pattern": r"^(199[0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$"}
    return {**said, "minLength": 1, "maxLength": one.most}


_FILE = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH},
        "content": {"type": "string", "contentEncoding": "base64"},
    },
    "required": ["name", "content"],
    "additionalProperties": False,
}
