"""WeCom, as 粤政易 speaks it: tokens, messages and cards, the address book, sign-in, and callbacks that come by themselves."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from shixiao.messages.emulators import pages
from shixiao.messages.emulators.codes import WORDS, Code
from shixiao.messages.emulators.courier import Errand, Letter, deliver, on_this_machine
from shixiao.messages.emulators.faults import CONNECTION, LINE, Fault, Faults
from shixiao.messages.emulators.members import AddressBook, simulated_book
from shixiao.messages.emulators.notices import (
    MOST_MEMBERS,
    MOST_PARTIES,
    Message,
    Refused,
    card_text,
    check_card,
    checked,
    split,
)
from shixiao.messages.emulators.sealing import Seal, Unsealed, element, xml
from shixiao.messages.emulators.serving import Answer, Asked, Emulator, said
from shixiao.messages.emulators.timing import Waits
from shixiao.messages.emulators.tokens import CODE_LIFE, Renewal, Ticket, Tokens, Windows

API = "/cgi-bin/"
MINUTE, HOUR, DAY = 60, 3600, 86_400
CALLED = (*LINE, Fault.BUSY, Fault.LIMITED)
CALLS = ("message/send", "message/update_template_card", "auth/getuserinfo", "department/list", "user/list", "user/get")
UPDATED = (("touser", "userids"), ("toparty", "partyids"), ("totag", "tagids"))
PAGES = {
    "/connect/oauth2/authorize": "authorize",
    "/wwlogin/sso/login": "authorize",
    "/": "overview",
    "/press": "press",
}


@dataclass(frozen=True)
class Limits:
    """How often is too often. Published for the public WeCom; those of gettoken are not (assumed)."""

    calls_a_minute: int = 10_000  # of one interface
    calls_an_hour: int = 150_000
    tokens_a_minute: int = 30
    member_a_minute: int = 30  # messages to one member; more are dropped without a word
    member_an_hour: int = 1000
    persons_per_account: int = 200  # a day, times the accounts of the corporation


@dataclass(frozen=True)
class Misread:
    """An answer to a callback that the service could not read."""

    about: str
    why: str


class WeCom(Emulator):
    """The service. `accepted`: every message that was taken, by its id; `callbacks`: everything that was brought, with each attempt.

    `visitor`: who sits before the browser that comes to the sign-in page; without one the page asks. `trusted`: the hosts to which
    the sign-in may lead back; none named: any on this machine.
    """

    places: Mapping[str, tuple[Fault, ...]] = {
        CONNECTION: (Fault.REFUSED,),
        "gettoken": CALLED,
        **dict.fromkeys(CALLS, (*CALLED, Fault.EXPIRED)),
        "callback": (Fault.TWICE, Fault.OUT_OF_ORDER),
    }

    def __init__(
        self,
        *,
        corporation: str = "ww00000000shixiao0",
        secret: str = "emulated-secret-of-the-app",  # noqa: S107 — it opens nothing
        agent: int = 1000002,
        book: AddressBook | None = None,
        renewal: Renewal = Renewal.SAME,
        limits: Limits | None = None,
        trusted: tuple[str, ...] = (),
        faults: Faults | None = None,
        now: Callable[[], float] = time.time,
        waits: Waits | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(faults=faults, now=now, waits=waits, port=port)
        self.corporation, self.secret, self.agent = corporation, secret, agent
        self.book = book or simulated_book()
        self.limits = limits or Limits()
        self.trusted = trusted
        self.visitor: str | None = None
        self.accepted: dict[str, Message] = {}
        self.callbacks: list[Errand] = []
        self.misread: list[Misread] = []
        self.tokens = Tokens(renewal)
        self._tickets: dict[str, Ticket] = {}
        self._windows = Windows()
        self._persons: dict[int, int] = {}  # by day
        self._seal: Seal | None = None
        self._callback = ""
        self._calls: dict[str, tuple[str, Callable[[Asked], Answer]]] = {
            "message/send": ("POST", self._send),
            "message/update_template_card": ("POST", self._update),
            "auth/getuserinfo": ("GET", self._who),
            "department/list": ("GET", self._departments),
            "user/list": ("GET", self._members),
            "user/get": ("GET", self._member),
        }

    # ---- what a test or a person does --------------------------------------------------------------------------------

    def inbox(self, userid: str) -> list[Message]:
        """What this member sees, oldest first."""
        return [each for each in list(self.accepted.values()) if userid in each.seen_by]

    def callback_to(self, address: str, *, token: str, key: str) -> None:
        """Where callbacks go from now on, and what they are signed and sealed with (`key`: 43 characters, as `sealing.new_key` makes one)."""
        self._callback = on_this_machine(address)
        self._seal = Seal(token, key, self.corporation)

    def verify(self) -> bool:
        """Asks the address, as saving it in the administration does: whether it opened the sealed word and said it, and nothing else."""
        word = str(secrets.randbelow(10**19)).zfill(19)
        sealed = self._sealing().seal(word)
        attempt = deliver(Letter("GET", self._signed(sealed, echostr=sealed), b"", {}), self.waits.patience)
        return attempt.status == 200 and attempt.answer == word.encode()

    def press(self, userid: str, message_id: str, key: str) -> Errand:
        """A member presses a button of a card; the callback goes out by itself. Raises `ValueError` where there is none to be pressed."""
        with self.lock:
            message = self.accepted[message_id]
            if userid not in message.seen_by or userid in message.replaced:
                raise ValueError(
                    f"{userid} has no button to press: {'it was replaced' if userid in message.replaced else 'no card'}"
                )
            if key not in [button["key"] for button in message.buttons]:
                raise ValueError(f"no button {key!r}")
            event = xml(
                ToUserName=self.corporation, FromUserName=userid, CreateTime=int(self.now()), MsgType="event", Event="template_card_event",
                EventKey=key, TaskId=message.task, CardType=str(message.content["card_type"]),
                ResponseCode=message.response_code(self.now()), AgentID=self.agent,
            )  # fmt: skip

        def errand() -> Errand:
            made = Errand(
                message.id, lambda: self._sealed_letter(event), lambda answer: self._heard(message, userid, answer)
            )
            self.callbacks.append(made)
            return made

        self._sealing()
        return self.bring("callback", errand(), errand)[0]

    def code_for(self, userid: str) -> str:
        """A one-time code, as the sign-in page hands it out; for somebody who is no member, `userid` is taken for an openid."""
        code = secrets.token_urlsafe(24)
        is_member = userid in self.book.members
        self._tickets[code] = Ticket(userid if is_member else "", "" if is_member else userid, self.now() + CODE_LIFE)
        return code

    # ---- answering ---------------------------------------------------------------------------------------------------

    def place_of(self, asked: Asked) -> str:
        """The name of the interface, as it is published, or of a page."""
        return PAGES.get(asked.path) or asked.path.removeprefix(API)

    def act(self, asked: Asked, place: str) -> Answer:
        """Does what was asked."""
        shown = {"authorize": self._authorize, "overview": self._overview, "press": self._pressed}.get(place)
        if shown:
            return shown(asked)
        if place != "gettoken" and place not in self._calls:
            return Answer(b"", 404)
        try:
            return self._give_token(asked) if place == "gettoken" else self._called(asked, place)
        except Refused as refused:
            return _refusal(refused.code, str(refused))

    def say_no(self, fault: Fault, asked: Asked, *, coin: bool) -> Answer:
        """In the words of the service."""
        code = {Fault.BUSY: Code.BUSY, Fault.LIMITED: Code.TOO_OFTEN}.get(
            fault, Code.TOKEN_ENDED if coin else Code.NO_SUCH_TOKEN
        )
        if fault == Fault.EXPIRED:
            self.tokens.end(asked.query.get("access_token", ""), code)
        return _refusal(code, WORDS[code])

    def _give_token(self, asked: Asked) -> Answer:
        if asked.query.get("corpid") != self.corporation:
            raise Refused(Code.WRONG_CORPORATION)
        if asked.query.get("corpsecret") != self.secret:
            raise Refused(Code.WRONG_SECRET)
        if not self._windows.add("gettoken", self.now(), (MINUTE, self.limits.tokens_a_minute)):
            raise Refused(Code.TOO_OFTEN)
        token, seconds = self.tokens.give(self.now())
        return said({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds})

    def _called(self, asked: Asked, place: str) -> Answer:
        method, call = self._calls[place]
        if asked.method != method:
            raise Refused(Code.POST_ONLY if method == "POST" else Code.GET_ONLY)
        if (code := self.tokens.verdict(asked.query.get("access_token", ""), self.now())) != Code.OK:
            raise Refused(code)
        limits = ((MINUTE, self.limits.calls_a_minute), (HOUR, self.limits.calls_an_hour))
        # A good code may be asked about without limit.
        if place != "auth/getuserinfo" and not self._windows.add(place, self.now(), *limits):
            raise Refused(Code.TOO_OFTEN)
        return call(asked)

    # ---- messages ----------------------------------------------------------------------------------------------------

    def _send(self, asked: Asked) -> Answer:
        body = _json(asked)
        used = {message.task for message in self.accepted.values()}
        kind, content = checked(body, agent=self.agent, tasks=used)
        to, wrong = self._recipients(body)
        if not to:
            raise Refused(Code.NOBODY)
        self._count_persons(len(to))
        message = Message(
            secrets.token_urlsafe(24), kind, to, content, body, self.now(), invalid=tuple(wrong["invaliduser"])
        )
        message.repeated = self._repeated(message)
        message.dropped = tuple(each for each in message.seen_by if not self._is_room_for(each))
        self.accepted[message.id] = message
        answer = {
            "errcode": 0,
            "errmsg": "ok",
            **{name: "|".join(each) for name, each in wrong.items()},
            "msgid": message.id,
        }
        if message.task:
            answer["response_code"] = message.response_code(self.now())
        return said(answer, about=message.id)

    def _recipients(self, body: Mapping[str, Any]) -> tuple[tuple[str, ...], dict[str, list[str]]]:
        users, parties, tags = (split(body.get(name)) for name in ("touser", "toparty", "totag"))
        if len(users) > MOST_MEMBERS or len(parties) > MOST_PARTIES or len(tags) > MOST_PARTIES:
            raise Refused(Code.WRONG_PARAMETER, "too many receivers")
        wrong = _nothing_wrong()
        if users == ["@all"]:
            return tuple(self.book.reached(self.book.members)), wrong
        found = self.book.reached(users)
        # As published: ids of members know no capitals, and come back in small letters.
        wrong["invaliduser"] = [each.lower() for each in users if not self.book.reached([each])]
        for party in parties:
            if not party.isdigit() or int(party) not in self.book.departments:
                wrong["invalidparty"].append(party)
                continue
            found += [member.userid for member in self.book.within(each.id for each in self.book.below(int(party)))]
        for tag in tags:
            if not tag.isdigit() or int(tag) not in self.book.tags:
                wrong["invalidtag"].append(tag)
                continue
            found += self.book.tags[int(tag)]
        return tuple(self.book.reached(found)), wrong

    def _count_persons(self, more: int) -> None:
        day = int(self.now() + 8 * HOUR) // DAY
        so_far = self._persons.get(day, 0)
        if so_far + more > self.limits.persons_per_account * len(self.book.members):
            raise Refused(Code.TOO_OFTEN)
        self._persons[day] = so_far + more

    def _repeated(self, message: Message) -> tuple[str, ...]:
        """Who saw the same request already; only where the app asked for the check. The window is at most four hours."""
        if not message.body.get("enable_duplicate_check"):
            return ()
        asked_for = message.body.get("duplicate_check_interval")
        window = min(asked_for if isinstance(asked_for, int) and asked_for > 0 else HOUR // 2, 4 * HOUR)
        same = [each for each in self.accepted.values() if each.at > self.now() - window and each.body == message.body]
        return tuple(userid for userid in message.to if any(userid in each.seen_by for each in same))

    def _is_room_for(self, userid: str) -> bool:
        limits = ((MINUTE, self.limits.member_a_minute), (HOUR, self.limits.member_an_hour))
        return self._windows.add(f"to {userid}", self.now(), *limits)

    def _update(self, asked: Asked) -> Answer:
        body = _json(asked)
        if str(body.get("agentid")) != str(self.agent):
            raise Refused(Code.WRONG_AGENT)
        code = str(body.get("response_code", ""))
        message = next((each for each in self.accepted.values() if code in each.spendable), None)
        if not message or message.spendable[code] <= self.now():
            raise Refused(Code.WRONG_PARAMETER, "response_code used, too old or unknown")
        words = _replacement(body)
        wanted, wrong = message.to, []
        if not body.get("atall"):
            named = {to: "|".join(map(str, body.get(ids) or ())) for to, ids in UPDATED}
            found, _wrong = self._recipients(named)
            wanted = tuple(each for each in found if each in message.to)
            wrong = [
                each.lower() for each in split(named["touser"]) if not set(self.book.reached([each])) & set(wanted)
            ]
        del message.spendable[code]
        message.replaced.update(dict.fromkeys(wanted, words))
        return said({"errcode": 0, "errmsg": "ok", "invaliduser": wrong}, about=message.id)

    # ---- address book and sign-in ------------------------------------------------------------------------------------

    def _departments(self, asked: Asked) -> Answer:
        found = self.book.below(self._department(asked.query.get("id") or "1"))
        return said({"errcode": 0, "errmsg": "ok", "department": [each.shown() for each in found]})

    def _members(self, asked: Asked) -> Answer:
        wanted = self._department(asked.query.get("department_id", ""))
        within = [each.id for each in self.book.below(wanted)] if asked.query.get("fetch_child") == "1" else [wanted]
        return said({"errcode": 0, "errmsg": "ok", "userlist": [each.shown() for each in self.book.within(within)]})

    def _member(self, asked: Asked) -> Answer:
        member = self.book.find(asked.query.get("userid", ""))
        if not member:
            raise Refused(Code.NO_SUCH_MEMBER)
        return said({"errcode": 0, "errmsg": "ok", **member.shown()})

    def _department(self, word: str) -> int:
        if not word.isdigit() or int(word) not in self.book.departments:
            raise Refused(Code.NO_SUCH_DEPARTMENT)
        return int(word)

    def _who(self, asked: Asked) -> Answer:
        ticket = self._tickets.get(asked.query.get("code", ""))
        if not ticket or ticket.is_used:
            raise Refused(Code.NO_SUCH_CODE)
        if ticket.until <= self.now():
            raise Refused(Code.CODE_ENDED)
        ticket.is_used = True
        who = {"userid": ticket.userid} if ticket.userid else {"openid": ticket.openid}
        return said({"errcode": 0, "errmsg": "ok", **who}, about=ticket.userid or ticket.openid)

    def _authorize(self, asked: Asked) -> Answer:
        back = asked.query.get("redirect_uri", "")
        if asked.query.get("appid") != self.corporation:
            return pages.refusal(Code.WRONG_CORPORATION)
        if self.trusted and urlsplit(back).netloc not in self.trusted:
            return pages.refusal(Code.UNTRUSTED)
        try:
            on_this_machine(back)
        except ValueError:
            return pages.refusal(Code.UNTRUSTED)
        userid = self.visitor or asked.query.get("member")
        if not userid:
            return pages.choice(asked, self.book)
        query = urlencode({"code": self.code_for(userid), "state": asked.query.get("state", "")})
        return Answer(b"", 302, "text/html", {"Location": f"{back}{'&' if urlsplit(back).query else '?'}{query}"})

    # ---- pages for a person ------------------------------------------------------------------------------------------

    def _overview(self, _asked: Asked) -> Answer:
        return pages.wecom(self)

    def _pressed(self, asked: Asked) -> Answer:
        form = pages.form(asked)
        try:
            self.press(form.get("member", ""), form.get("message", ""), form.get("key", ""))
        except (KeyError, ValueError) as error:
            return pages.page("Nothing to press", f"<p>{pages.escape(str(error))}</p>", status=409)
        return Answer(b"", 303, "text/html", {"Location": "/"})

    # ---- callbacks ---------------------------------------------------------------------------------------------------

    def _sealing(self) -> Seal:
        if not self._seal:
            raise ValueError("nobody said where callbacks go: callback_to(address, token=…, key=…)")
        return self._seal

    def _signed(self, sealed: str, **more: str) -> str:
        timestamp, nonce = str(int(self.now())), str(secrets.randbelow(10**10))
        query = {
            "msg_signature": self._sealing().signature(timestamp, nonce, sealed),
            "timestamp": timestamp,
            "nonce": nonce,
            **more,
        }
        return f"{self._callback}{'&' if urlsplit(self._callback).query else '?'}{urlencode(query)}"

    def _sealed_letter(self, event: str) -> Letter:
        body, sealed = self._sealing().enveloped(event, agent=self.agent)
        return Letter("POST", self._signed(sealed), body.encode(), {"Content-Type": "text/xml"})

    def _heard(self, message: Message, userid: str, answer: bytes) -> None:
        """Nothing, or a sealed reply that replaces the button."""
        if answer.strip() in (b"", b"success"):
            return
        try:
            reply = self._sealing().replied(answer.decode())
            if element(reply, "MsgType") == "update_button":
                message.replaced[userid] = element(reply, "ReplaceName")
        except (Unsealed, UnicodeDecodeError) as error:
            self.misread.append(Misread(message.id, str(error)))


def _json(asked: Asked) -> Mapping[str, Any]:
    try:
        body = json.loads(asked.body)
    except ValueError:
        raise Refused(Code.NO_JSON) from None
    if not isinstance(body, dict):
        raise Refused(Code.NO_JSON)
    return body


def _replacement(body: Mapping[str, Any]) -> str:
    """The words on a button that can be pressed no more, or those of another card."""
    button, card = body.get("button"), body.get("template_card")
    if card is not None:
        check_card(card)
        return card_text(card)
    if not isinstance(button, dict) or not button.get("replace_name"):
        raise Refused(Code.WRONG_PARAMETER, "button.replace_name missing")
    return str(button["replace_name"])


def _refusal(code: Code, words: str) -> Answer:
    """With a hint that is another one each time, as the real one adds: whoever compares words is lost."""
    hint = f"hint: [{secrets.randbelow(10**24):024d}], from ip: 127.0.0.1"
    more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={int(code)}"
    return said({"errcode": int(code), "errmsg": f"{words}, {hint}, {more}"})


def _nothing_wrong() -> dict[str, list[str]]:
    return {"invaliduser": [], "invalidparty": [], "invalidtag": []}
