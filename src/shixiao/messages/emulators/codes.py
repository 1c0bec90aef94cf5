"""The error codes of WeCom that these emulators say, as published (附录·全局错误码)."""

from enum import IntEnum


class Code(IntEnum):
    """`errcode`. Callers are to read the number: the words beside it may change."""

    BUSY = -1
    OK = 0
    WRONG_SECRET = 40001
    UNKNOWN_KIND = 40008
    WRONG_CORPORATION = 40013
    NO_SUCH_TOKEN = 40014
    NO_SUCH_CODE = 40029
    WRONG_AGENT = 40056
    WRONG_PARAMETER = 40058
    NO_TOKEN = 41001
    NO_TITLE = 41016
    TOKEN_ENDED = 42001
    CODE_ENDED = 42003
    WRONG_TASK = 42014
    GET_ONLY = 43001
    POST_ONLY = 43002
    EMPTY = 44004
    TOO_LONG = 45002
    TOO_OFTEN = 45009
    NO_JSON = 47001
    UNTRUSTED = 50001
    NO_SUCH_DEPARTMENT = 60003
    NO_SUCH_MEMBER = 60111
    NOBODY = 81013


WORDS = {
    Code.BUSY: "system busy",
    Code.OK: "ok",
    Code.WRONG_SECRET: "invalid credential",
    Code.UNKNOWN_KIND: "invalid message type",
    Code.WRONG_CORPORATION: "invalid corpid",
    Code.NO_SUCH_TOKEN: "invalid access_token",
    Code.NO_SUCH_CODE: "invalid code",
    Code.WRONG_AGENT: "invalid agentid",
    Code.WRONG_PARAMETER: "invalid parameter",
    Code.NO_TOKEN: "access_token missing",
    Code.NO_TITLE: "missing title",
    Code.TOKEN_ENDED: "access_token expired",
    Code.CODE_ENDED: "oauth code expired",
    Code.WRONG_TASK: "taskid has existed or empty or exceed max len",
    Code.GET_ONLY: "require GET method",
    Code.POST_ONLY: "require POST method",
    Code.EMPTY: "content is empty",
    Code.TOO_LONG: "content size out of limit",
    Code.TOO_OFTEN: "api freq out of limit",
    Code.NO_JSON: "data format error",
    Code.UNTRUSTED: "redirect_uri unauthorized",
    Code.NO_SUCH_DEPARTMENT: "department not found",
    Code.NO_SUCH_MEMBER: "userid not found",
    Code.NOBODY: "all touser & toparty & totag invalid",
}
