"""Answers to requests that cannot be served: problem+json (RFC 9457), never a page of HTML.

Every `type` is a permanent address below `/problems/` with a page behind it that says what to do.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from ninja.errors import AuthenticationError, HttpError, ValidationError

from shixiao.casework.api.bodies import LARGEST, Unreadable
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.tokens import TooManyCalls, TooManyRefusals, Unauthenticated
from shixiao.engine.bilingual import Text
from shixiao.ledger.troubles import Trouble, trouble_of
from shixiao.people.access import OF_PROGRAMS

log = logging.getLogger("shixiao.api")
MEDIA_TYPE = "application/problem+json"
JSON = "application/json"
KEY_HEADER = "Idempotency-Key"
PREFIX = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of problem: its permanent name, its status, what is the matter and what to do."""

    name: str
    status: HTTPStatus
    title: Text
    about: Text


def _sort(name: str, status: HTTPStatus, title: Text, about: Text) -> Sort:
    return Sort(name, status, title, about)


SORTS: Mapping[str, Sort] = {
    each.name: each
    for each in (
        _sort(
            "invalid",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            Text("内容不合要求", "Something in the request is missing or wrong"),
            Text(
                "`errors` 逐项写明是哪一项、哪里不对。改正后再发。",
                "`errors` says for each field what is wrong with it. Correct it and send it again.",
            ),
        ),
        _sort(
            "wrong-state",
            HTTPStatus.CONFLICT,
            Text("事项现在不能办这一步", "The case cannot take this step now"),
            Text(
                "步骤表里，事项现在的状态没有这一步。`allowed` 是现在可以办的步骤，`revision` 是现在的版本。",
                "The step table has no such step in the state of the case. `allowed` lists what can be done, "
                "`revision` is the present revision.",
            ),
        ),
        _sort(
            "overtaken",
            HTTPStatus.CONFLICT,
            Text("别人先办了一步", "Somebody else was quicker"),
            Text(
                "您看到的版本（`seen`）已经旧了。请重新读取事项，看看发生了什么，再决定。",
                "The revision you saw (`seen`) is old. Read the case again, look at what happened, and decide anew.",
            ),
        ),
        _sort(
            "same-person",
            HTTPStatus.CONFLICT,
            Text("须由另一个人办理", "Another person must take this step"),
            Text(
                "这一步和之前的一步不能由同一个人办理。请换一个人的令牌。",
                "This step and an earlier one may not be taken by one person. Use the token of somebody else.",
            ),
        ),
        _sort(
            "guarded",
            HTTPStatus.CONFLICT,
            Text("办公系统的规则不允许", "A rule of the office speaks against it"),
            Text(
                "`detail` 写明是哪条规则和怎么办，例如超预算时要填写理由。",
                "`detail` says which rule it is and what to do, such as giving a reason for exceeding a budget.",
            ),
        ),
        _sort(
            "differs",
            HTTPStatus.CONFLICT,
            Text("同一编号的文件内容不同", "The same document came with another content"),
            Text(
                "这个编号的文件以前收过，内容不一样，所以这次什么都没有改。`differs` 是不同的各项，`number` 是已有的事项；要改请在那件事项上办理。",
                "A document of this id was taken in before with another content, so nothing was changed. `differs` lists what is otherwise, "
                "`number` is the case that is there; changes are made on that case.",
            ),
        ),
        _sort(
            "secret",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            Text("带有密级标志，不得进入", "It carries a mark of secrecy and may not enter"),
            Text(
                "国家秘密不得进入本系统。什么都没有保存，也没有记入日志；请按保密规定处理。",
                "No state secret may enter. Nothing was kept, nor written into a log; deal with it as the rules of secrecy say.",
            ),
        ),
        _sort(
            "year-closed",
            HTTPStatus.CONFLICT,
            Text("那一年已经关账", "The books of that year are closed"),
            Text("请按今天的日期记一笔更正。", "Record a correction under today's date."),
        ),
        _sort(
            "not-yet",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            Text("发生时间还没有到", "The moment has not come yet"),
            Text("请填写实际发生的时间，或者不填。", "Say when it really happened, or leave it out."),
        ),
        _sort(
            "before-the-case",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            Text("发生时间早于事项开始", "The moment lies before the case"),
            Text("请填写事项开始之后的时间。", "Say a moment after the case began."),
        ),
        _sort(
            "not-allowed",
            HTTPStatus.FORBIDDEN,
            Text("没有这项职责", "The person has not the responsibility"),
            Text(
                "令牌的本人在那个单位没有办理这一步的职责。请联系安全管理员授予岗位。",
                "The person behind the token does not hold the responsibility at that unit. Ask the security "
                "administrator for the post.",
            ),
        ),
        _sort(
            "out-of-scope",
            HTTPStatus.FORBIDDEN,
            Text("令牌的范围不包括这个", "The scope of the token does not include this"),
            Text(
                "请建立一个范围合适的令牌。每次被拒都有记录。",
                "Make a token whose scope includes it. Every refusal is on record.",
            ),
        ),
        _sort(
            "unknown",
            HTTPStatus.NOT_FOUND,
            Text("没有这个事项、种类或步骤", "There is no such case, kind or step"),
            Text(
                "请核对地址；`GET /api/v1/kinds` 列出所有种类和步骤。看不到的事项也这样答复。",
                "Check the address; `GET /api/v1/kinds` lists every kind and step. A case that you may not see is "
                "answered the same way.",
            ),
        ),
        _sort(
            "unauthenticated",
            HTTPStatus.UNAUTHORIZED,
            Text("没有有效的令牌", "There is no valid token"),
            Text(
                "请求头写 `Authorization: Bearer 令牌`。令牌过期、撤销、账号停用，都会这样答复。",
                "Send `Authorization: Bearer TOKEN`. The same is answered when it expired or was revoked, or the "
                "account was disabled.",
            ),
        ),
        _sort(
            "not-encrypted",
            HTTPStatus.FORBIDDEN,
            Text("只接受 https", "Only https is taken"),
            Text(
                "这个请求是明文发来的，令牌可能已被人看到：请撤销它、另建一个，并把地址改成 https。",
                "This request came in the open, so its token may have been read on the way: revoke it, make another one, and "
                "call the address with https.",
            ),
        ),
        _sort(
            "not-found",
            HTTPStatus.NOT_FOUND,
            Text("没有这个地址", "There is no such address"),
            Text("请核对地址；所有地址见 `/api/v1/docs`。", "Check the address; all are listed at `/api/v1/docs`."),
        ),
        _sort(
            "method-not-allowed",
            HTTPStatus.METHOD_NOT_ALLOWED,
            Text("这个地址不接受这种方法", "The address does not take this method"),
            Text("`Allow` 响应头列出可用的方法。", "The header `Allow` lists those that it takes."),
        ),
        _sort(
            "unreadable",
            HTTPStatus.BAD_REQUEST,
            Text("请求读不懂", "The request cannot be read"),
            Text(
                "请求内容应是 UTF-8 的 JSON，没有重复的名称、NaN 或过深的嵌套。",
                "A body is JSON in UTF-8, without names that stand there twice, NaN, or deep nesting.",
            ),
        ),
        _sort(
            "too-large",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            Text("请求太大", "The request is too large"),
            Text("一次最多 1 MB，最多 500 件事项。请分几次发。", "1 MB and 500 cases at most. Send it in parts."),
        ),
        _sort(
            "wrong-media-type",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            Text("内容类型不对", "The media type is not taken"),
            Text(
                "请求头写明内容类型，`Accept` 响应头说是哪一种：通常是 `application/json`，附件是 `application/octet-stream`。",
                "Say the media type that the header `Accept` of the answer names: mostly `application/json`, `application/octet-stream` for a file.",
            ),
        ),
        _sort(
            "key-needed",
            HTTPStatus.BAD_REQUEST,
            Text("缺少 Idempotency-Key", "Idempotency-Key is missing"),
            Text(
                "开始事项和批量办理要带 `Idempotency-Key`：1 到 100 个可见字符，每件事一个新的；重发时用同一个。",
                "Opening a case and taking a step on many need `Idempotency-Key`: 1 to 100 visible characters, a new one "
                "for each deed, the same one for sending it again.",
            ),
        ),
        _sort(
            "key-reused",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            Text("这个 Idempotency-Key 已用于另一个请求", "This Idempotency-Key belongs to another request"),
            Text("新的请求请用新的 key。", "Use a new key for a new request."),
        ),
        _sort(
            "too-many-refusals",
            HTTPStatus.TOO_MANY_REQUESTS,
            Text("被拒次数太多", "Refused too often"),
            Text(
                "请先找出程序为什么反复被拒。`Retry-After` 秒之后再试。",
                "Find out why the program is refused again and again. Try again after `Retry-After` seconds.",
            ),
        ),
        _sort(
            "too-many-calls",
            HTTPStatus.TOO_MANY_REQUESTS,
            Text("请求太频繁", "Called too often"),
            Text(
                "一个令牌一分钟内的请求有上限。这一次没有办理；`Retry-After` 秒之后再发。",
                "A token may call so often in a minute. Nothing was done; send it again after `Retry-After` seconds.",
            ),
        ),
        _sort(
            "internal",
            HTTPStatus.INTERNAL_SERVER_ERROR,
            Text("程序出错了", "The program failed"),
            Text(
                "什么也没有写入。请把时间告诉系统管理员；用同一个 Idempotency-Key 重发是安全的。",
                "Nothing was written. Tell the system administrator the time; sending it again under the same "
                "Idempotency-Key is safe.",
            ),
        ),
        _sort(
            "unavailable",
            HTTPStatus.SERVICE_UNAVAILABLE,
            Text("数据库暂时不能用", "The database cannot be used for now"),
            Text(
                "`Retry-After` 秒之后用同一个 Idempotency-Key 重发：做过的不会再做一次，没做的会补上。没有 key 的步骤，先读取事项再决定。",
                "Send it again after `Retry-After` seconds under the same Idempotency-Key: what was done is not done twice, what was not is "
                "done then. For a step without a key, read the case first.",
            ),
        ),
        _sort(
            "busy",
            HTTPStatus.SERVICE_UNAVAILABLE,
            Text("数据库太忙", "The database is too busy"),
            Text(
                "什么也没有写入。`Retry-After` 秒之后再发。",
                "Nothing was written. Send it again after `Retry-After` seconds.",
            ),
        ),
        _sort(
            "disk-full",
            HTTPStatus.SERVICE_UNAVAILABLE,
            Text("服务器的磁盘满了", "The disk of the server is full"),
            Text(
                "什么也没有写入，读取不受影响。请告诉系统管理员；腾出空间后用同一个 Idempotency-Key 重发。",
                "Nothing was written; reading goes on. Tell the system administrator; once there is room, send it again under the same "
                "Idempotency-Key.",
            ),
        ),
    )
}
OF_TROUBLE: Mapping[Trouble, str] = {Trouble.AWAY: "unavailable", Trouble.BUSY: "busy", Trouble.FULL: "disk-full"}


class Problem(Exception):
    """To be answered: the sort, a sentence, and what else the program should know."""

    def __init__(self, name: str, text: Text | None = None, *, headers: Mapping[str, str] | None = None, **more: Any):
        self.sort = SORTS[name]
        self.text = text or self.sort.about
        self.headers = dict(headers or {})
        self.more = more
        super().__init__(self.text.en)


def answer(problem: Problem) -> HttpResponse:
    """The answer, in the language that the program asked for."""
    language = get_language() or "zh"
    sort = problem.sort
    body = {
        "type": f"/problems/{sort.name}",
        "title": sort.title.in_(language),
        "status": sort.status.value,
        "detail": problem.text.in_(language),
        "reason": sort.name,
        **problem.more,
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")), content_type=MEDIA_TYPE, status=sort.status
    )
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def of_refused(refused: Refused, **more: Any) -> Problem:
    """What the counter refused, with everything that is wrong."""
    language = get_language() or "zh"
    more |= {"field": refused.field} if refused.field else {}
    more |= {"row": refused.row} if refused.row is not None else {}
    if refused.reason is Reason.INVALID:
        more["errors"] = [_error(each.field, each.text.in_(language)) for each in refused.all]
    return Problem(refused.reason.value, refused.text, **more)


def _error(field: str, detail: str) -> dict[str, str]:
    return {"field": field, "detail": detail}


# ---- from exceptions -------------------------------------------------------------------------------------------


def of(error: Exception) -> Problem:
    """The problem behind whatever was raised; what nobody expected is logged and called internal."""
    match error:
        case Problem():
            return error
        case Refused():
            return of_refused(error)
        case Unauthenticated() | AuthenticationError():
            return Problem("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="shixiao"'})
        case TooManyRefusals():
            return Problem("too-many-refusals", headers={"Retry-After": str(error.seconds)})
        case TooManyCalls():
            return Problem("too-many-calls", headers={"Retry-After": str(error.seconds)})
        case ValidationError():
            return of_validation(error.errors)
        case HttpError() if isinstance(error.__cause__, Unreadable):
            return Problem("unreadable", error.__cause__.text)
        case RequestDataTooBig():
            return Problem("too-large")
        case Http404():
            return Problem("not-found")
        case PermissionDenied():
            return Problem("not-allowed")
    if (trouble := trouble_of(error)) is not None:
        log.warning("%s: %s", trouble.name, type(error).__name__, exc_info=error)
        return of_trouble(trouble)
    log.error("%s", type(error).__name__, exc_info=error)
    return Problem("internal")


def of_trouble(trouble: Trouble) -> Problem:
    """The database or a disk does not do as it was told."""
    return Problem(OF_TROUBLE[trouble], headers={"Retry-After": str(trouble.value)})


SENTENCES: Mapping[str, Text] = {
    "missing": Text("缺少这一项。", "It is missing."),
    "extra_forbidden": Text("没有这一项。", "There is no such field."),
    "moment": Text(
        "应是 2026-06-30T09:00:00+08:00 这样的时间。", "It must be a moment such as 2026-06-30T09:00:00+08:00."
    ),
    "int_type": Text("应是整数。", "It must be a whole number."),
    "int_parsing": Text("应是整数。", "It must be a whole number."),
    "greater_than_equal": Text("太小了。", "It is too small."),
    "less_than_equal": Text("太大了。", "It is too large."),
    "string_type": Text("应是文字。", "It must be a text."),
    "string_too_short": Text("太短了。", "It is too short."),
    "string_too_long": Text("太长了。", "It is too long."),
    "string_pattern_mismatch": Text(
        "写法不对，见文档里的 pattern。", "It does not fit the pattern in the documentation."
    ),
    "too_short": Text("至少要有一个。", "At least one is needed."),
    "too_long": Text("太多了。", "There are too many."),
    "dict_type": Text("应是对象 {…}。", "It must be an object {…}."),
    "list_type": Text("应是数组 […]。", "It must be an array […]."),
    "model_attributes_type": Text("应是对象 {…}。", "It must be an object {…}."),
    "bool_parsing": Text("应是 true 或 false。", "It must be true or false."),
}
OTHERWISE = Text("不合要求，见文档。", "It does not fit; see the documentation.")


def of_validation(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """What the envelope of a request lacks or has too much."""
    language = get_language() or "zh"
    found = []
    for error in errors:
        if error["type"] == "missing" and error["loc"][-1] == KEY_HEADER:
            return Problem("key-needed")
        field = ".".join(str(part) for part in error["loc"][1:] if part != "body").encode(errors="replace").decode()
        text = SENTENCES.get(error["type"], OTHERWISE)
        found.append((field[:80], text))
    field, text = found[0]
    shown = Text(f"{field}：{text.zh}", f"{field}: {text.en}") if field else text
    return Problem("invalid", shown, field=field, errors=[_error(name, each.in_(language)) for name, each in found])


# ---- around every view -----------------------------------------------------------------------------------------

View = Callable[..., HttpResponseBase]


def only(view: View, *, queries: frozenset[str] = frozenset(), takes: str = JSON) -> View:
    """The view, whose every failure is a problem: whatever is raised, wrong methods, bodies that are no JSON or too large.

    `queries` are the words that may stand behind the question mark; a mistyped filter would otherwise show too much.
    `takes`: the media type of the body; only JSON is looked at here, a file by the view that takes it, once it knows whose it is.
    """

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            _check_body(request, takes)
            _check_queries(request, queries)
            response = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 — programs never get a page
            return answer(of(error))
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return answer(Problem("method-not-allowed", headers={"Allow": response.headers.get("Allow", "")}))
        return response

    guarded.csrf_exempt = True  # type: ignore[attr-defined] # no cookie lets anybody in here
    guarded.login_required = False  # type: ignore[attr-defined] # the token does, and its lack is no redirect
    guarded.access = OF_PROGRAMS  # type: ignore[attr-defined]
    return guarded


def _check_body(request: HttpRequest, takes: str) -> None:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal() or (takes == JSON and int(announced) > LARGEST):
        raise Problem("too-large")
    if takes == JSON and request.method == "POST" and int(announced) and request.content_type != JSON:
        raise wrong_media_type(JSON)


def wrong_media_type(takes: str) -> Problem:
    """To be raised where another type is sent than is taken."""
    text = Text(f"请求头写 `Content-Type: {takes}`。", f"Send `Content-Type: {takes}`.")
    return Problem("wrong-media-type", text, headers={"Accept": takes})


def _check_queries(request: HttpRequest, known: frozenset[str]) -> None:
    for name, values in request.GET.lists():
        if name not in known or len(values) > 1:
            shown = name.encode(errors="replace").decode()[:40]
            text = Text(
                f"没有“{shown}”这个查询条件，或者写了两次。", f"There is no filter {shown!r}, or it stands there twice."
            )
            raise of_refused(Refused(text, reason=Reason.INVALID, field=shown))


def not_found(request: HttpRequest, **_path: Any) -> HttpResponseBase:
    """Any other address below `/api/v1/`."""
    raise Http404
