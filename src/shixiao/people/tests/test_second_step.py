"""The second step of signing in: an app with codes, recovery codes, passkeys, and their removal."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from shixiao.ledger.models import Event
from shixiao.people import actions, one_time_codes, passkeys, sealing
from shixiao.people.models import Authenticator, Passkey, RecoveryCode, Role, User
from shixiao.people.refusals import Refused

pytestmark = pytest.mark.django_db
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def li(account: Callable[..., User]) -> User:
    return account("li")


def shown_by_the_app(user: User, moment: datetime) -> str:
    secret = sealing.unsealed(Authenticator.objects.get(user=user).secret)
    return one_time_codes.code_at(secret, one_time_codes.step_at(moment))


def enrolled(user: User, moment: datetime) -> list[str]:
    actions.begin_authenticator(user, now=moment)
    return actions.confirm_authenticator(user, code=shown_by_the_app(user, moment), now=moment)


def kinds() -> list[str]:
    return [event.kind.removeprefix("people.") for event in Event.objects.exclude(kind="people.account_created")]


# ---- the digits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_digits_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert one_time_codes.code_at(SECRET, seconds // 30) == code


@pytest.mark.parametrize(
    ("late", "passes"),
    [(-60, False), (-31, False), (-30, True), (0, True), (30, True), (59, True), (60, False), (90, False)],
)
def test_a_clock_may_be_half_a_minute_off(late: int, passes: bool) -> None:
    moment = datetime.fromtimestamp(1_800_000_000, tz=timezone.get_default_timezone())
    code = one_time_codes.code_at(SECRET, one_time_codes.step_at(moment))
    found = one_time_codes.matching_step(SECRET, code, now=moment + timedelta(seconds=late))
    assert (found is not None) is passes


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "12345a", "-12345"])
def test_what_is_no_code_never_passes(code: str) -> None:
    assert one_time_codes.matching_step(SECRET, code, now=timezone.now()) is None


# ---- the app -----------------------------------------------------------------------------------------------------


def test_an_app_counts_only_once_it_showed_the_right_digits(li: User, now: datetime) -> None:
    actions.begin_authenticator(li, now=now)
    assert not actions.has_second_step(li)
    with pytest.raises(ValidationError, match="验证码不对"):
        actions.confirm_authenticator(li, code="000000", now=now)
    codes = actions.confirm_authenticator(li, code=shown_by_the_app(li, now), now=now)
    assert actions.has_second_step(li)
    assert len(set(codes)) == 10
    assert kinds() == ["second_step_enrolled"]
    with pytest.raises(ValidationError, match="已启用"):
        actions.begin_authenticator(li, now=now)


def test_neither_secret_nor_codes_can_be_read_in_the_database(li: User, now: datetime) -> None:
    codes = enrolled(li, now)
    held = Authenticator.objects.get()
    secret = sealing.unsealed(held.secret)
    assert secret not in held.secret
    assert not {code for code in codes for row in RecoveryCode.objects.all() if code.replace("-", "") in row.hash}
    assert all(len(row.hash) == 64 for row in RecoveryCode.objects.all())


def test_another_key_of_the_installation_makes_it_useless_and_not_an_error(
    li: User, now: datetime, settings: Any
) -> None:
    enrolled(li, now)
    later = now + timedelta(minutes=5)
    code = shown_by_the_app(li, later)
    settings.SECRET_KEY = "another"
    assert actions.pass_with_code(li, code=code, now=later) == ""


def test_digits_pass_once(li: User, now: datetime) -> None:
    enrolled(li, now)
    assert actions.pass_with_code(li, code=shown_by_the_app(li, now), now=now) == ""
    later = now + timedelta(minutes=5)
    code = shown_by_the_app(li, later)
    assert actions.pass_with_code(li, code=f" {code[:3]} {code[3:]} ", now=later) == "app"
    assert actions.pass_with_code(li, code=code, now=later) == ""
    before = shown_by_the_app(li, later - timedelta(seconds=30))
    assert actions.pass_with_code(li, code=before, now=later) == ""


def test_a_recovery_code_passes_once_however_it_is_typed(li: User, now: datetime) -> None:
    first, second, *_ = enrolled(li, now)
    assert actions.pass_with_code(li, code=first.lower().replace("-", " "), now=now) == "recovery_code"
    assert actions.pass_with_code(li, code=first, now=now) == ""
    assert actions.pass_with_code(li, code=second, now=now) == "recovery_code"


def test_a_code_of_somebody_else_does_not_pass(li: User, account: Callable[..., User], now: datetime) -> None:
    wang = account("wang")
    (code, *_), _others = enrolled(li, now), enrolled(wang, now)
    assert actions.pass_with_code(wang, code=code, now=now) == ""


def test_new_recovery_codes_make_the_old_ones_void(li: User, now: datetime) -> None:
    with pytest.raises(ValidationError, match="还没有启用"):
        actions.renew_recovery_codes(li, now=now)
    old, *_ = enrolled(li, now)
    new, *_ = actions.renew_recovery_codes(li, now=now)
    assert actions.pass_with_code(li, code=old, now=now) == ""
    assert actions.pass_with_code(li, code=new, now=now) == "recovery_code"
    assert kinds() == ["second_step_enrolled", "recovery_codes_renewed"]


def test_without_any_second_step_no_recovery_codes_are_left(li: User, now: datetime) -> None:
    enrolled(li, now)
    for _ in range(2):
        actions.remove_authenticator(li, now=now)
    assert not RecoveryCode.objects.exists()
    assert kinds() == ["second_step_enrolled", "second_step_removed"]


def test_only_the_security_administrator_resets_it(li: User, account: Callable[..., User], now: datetime) -> None:
    enrolled(li, now)
    with pytest.raises(Refused):
        actions.reset_second_step(li, by=account("root", role=Role.SYSTEM_ADMINISTRATOR), now=now)
    assert actions.has_second_step(li)
    administrator = account("safe", role=Role.SECURITY_ADMINISTRATOR)
    for _ in range(2):
        actions.reset_second_step(li, by=administrator, now=now)
    assert not actions.has_second_step(li)
    assert kinds() == ["second_step_enrolled", "attempt_refused", "second_step_reset"]


# ---- signing in --------------------------------------------------------------------------------------------------


def type_password(client: Client, word: str, **more: str) -> Any:
    return client.post("/sign-in/", {"username": "li", "password": word} | more)


def test_password_then_digits_let_in_and_lead_where_one_was_going(
    client: Client, li: User, account: Any, now: datetime
) -> None:
    enrolled(li, now)
    assert type_password(client, account.password, next="/account/password/").url == "/sign-in/second-step/"
    assert client.get("/account/").status_code == 302
    page = client.get("/sign-in/second-step/").content.decode()
    assert "6 位数字" in page
    assert 'data-passkey="get"' not in page
    code = shown_by_the_app(li, timezone.now())
    assert client.post("/sign-in/second-step/", {"code": code}).url == "/account/password/"
    assert client.get("/account/").status_code == 200
    event = Event.objects.get(kind="people.signed_in")
    assert event.particulars == {"second_step": "app"}
    assert "second_step" not in client.session


def test_wrong_digits_count_as_wrong_passwords_and_lock(client: Client, li: User, account: Any, now: datetime) -> None:
    enrolled(li, now)
    type_password(client, account.password)
    for _ in range(4):
        response = client.post("/sign-in/second-step/", {"code": "000000"})
        assert (response.status_code, "没有通过" in response.content.decode()) == (422, True)
    assert client.post("/sign-in/second-step/", {"code": "000000"}).status_code == 429
    good = shown_by_the_app(li, timezone.now())
    assert client.post("/sign-in/second-step/", {"code": good}).status_code == 429
    assert type_password(client, account.password).status_code == 429
    reasons = [event.particulars["reason"] for event in Event.objects.filter(kind="people.sign_in_refused")]
    assert reasons == ["second_step"] * 4 + ["locked_out"]


def test_the_right_password_between_wrong_digits_forgets_nothing(
    client: Client, li: User, account: Any, now: datetime
) -> None:
    enrolled(li, now)
    for _ in range(5):
        type_password(client, account.password)
        last = client.post("/sign-in/second-step/", {"code": "000000"})
    assert last.status_code == 429


def test_the_second_step_cannot_be_reached_without_the_first(client: Client, li: User, now: datetime) -> None:
    enrolled(li, now)
    assert client.get("/sign-in/second-step/").url == "/sign-in/"
    assert client.post("/sign-in/second-step/", {"code": shown_by_the_app(li, timezone.now())}).url == "/sign-in/"


@pytest.mark.parametrize("change", ["late", "disabled", "password"])
def test_what_changes_meanwhile_sends_back_to_the_password(
    client: Client, li: User, account: Any, now: datetime, change: str
) -> None:
    enrolled(li, now)
    type_password(client, account.password)
    if change == "late":
        session = client.session
        session["second_step"] |= {"until": 0}
        session.save()
    elif change == "disabled":
        actions.disable(li, by=None, now=now)
    else:
        actions.change_password(li, password="a-better-word-8", by=None, now=now)
    assert client.post("/sign-in/second-step/", {"code": shown_by_the_app(li, timezone.now())}).url == "/sign-in/"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"code": ""},
        {"code": "x" * 41},
        {"answer": "{"},
        {"answer": "[]"},
        {"answer": "{}"},
        {"answer": '{"id": 1}'},
    ],
)
def test_nonsense_in_the_second_step_is_refused_with_a_sentence(
    client: Client, li: User, account: Any, now: datetime, typed: dict[str, str]
) -> None:
    enrolled(li, now)
    type_password(client, account.password)
    assert client.post("/sign-in/second-step/", typed).status_code == 422
    assert client.get("/account/").status_code == 302


# ---- the pages of one's own account --------------------------------------------------------------------------------


def test_the_app_is_set_up_on_pages_without_javascript(
    signed_in: Callable[[User], Client], li: User, account: Any
) -> None:
    client = signed_in(li)
    assert client.get("/account/app/confirm/").url == "/account/app/"
    assert client.post("/account/app/", {"password": "wrong"}).status_code == 422
    assert client.post("/account/app/", {"password": account.password}).url == "/account/app/confirm/"
    page = client.get("/account/app/confirm/")
    assert "<svg" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    secret = sealing.unsealed(Authenticator.objects.get().secret)
    assert secret in page.content.decode()
    assert client.post("/account/app/confirm/", {"code": "000000"}).status_code == 422
    shown = client.post("/account/app/confirm/", {"code": shown_by_the_app(li, timezone.now())})
    assert len(re.findall(r"<code>[A-Z2-9]{5}-[A-Z2-9]{5}</code>", shown.content.decode())) == 10
    assert "no-store" in shown.headers["Cache-Control"]
    page_after = client.get("/account/app/confirm/", follow=True).content.decode()
    assert secret not in page_after
    assert "还有 10 个恢复码" in client.get("/account/").content.decode()
    assert client.post("/account/recovery-codes/", {"password": account.password}).status_code == 200
    assert client.post("/account/app/remove/", {"password": "wrong"}).status_code == 422
    assert client.post("/account/app/remove/", {"password": account.password}).url == "/account/"
    assert not actions.has_second_step(li)


def test_the_secret_in_the_picture_names_account_and_house() -> None:
    address = one_time_codes.address("ABC", account="li wang", issuer="实效")
    assert address == "otpauth://totp/%E5%AE%9E%E6%95%88%3Ali%20wang?secret=ABC&issuer=%E5%AE%9E%E6%95%88"


# ---- passkeys ------------------------------------------------------------------------------------------------------


class Key:
    """A security key in software: what a browser would answer with it."""

    def __init__(self, host: str = "testserver") -> None:
        self.private, self.host, self.count = ec.generate_private_key(ec.SECP256R1()), host, 0
        self.id = b"key-" + self.private.private_numbers().private_value.to_bytes(32, "big")[:16]
        public = ES256.from_cryptography_key(self.private.public_key())
        self.data = AttestedCredentialData.create(Aaguid.NONE, self.id, public)

    def created(self, asked: dict[str, Any], *, origin: str = "") -> dict[str, Any]:
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(self.host.encode()), flags, self.count, self.data)
        client = self._client("webauthn.create", asked, origin)
        attestation = AttestationObject.create("none", data, {})
        return self._answer({"clientDataJSON": client.b64, "attestationObject": websafe_encode(attestation)})

    def signed(self, asked: dict[str, Any], *, origin: str = "", count: int | None = None) -> dict[str, Any]:
        count = self.count if count is None else count
        data = AuthenticatorData.create(sha256(self.host.encode()), AuthenticatorData.FLAG.UP, count)
        client = self._client("webauthn.get", asked, origin)
        signature = self.private.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        given = {"clientDataJSON": client.b64, "authenticatorData": websafe_encode(data)}
        return self._answer(given | {"signature": websafe_encode(signature), "userHandle": None})

    def _client(self, kind: str, asked: dict[str, Any], origin: str) -> CollectedClientData:
        challenge = asked["publicKey"]["challenge"]
        return CollectedClientData.create(kind, challenge, origin or f"https://{self.host}")

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}


def asked_on(page: str) -> dict[str, Any]:
    from html import unescape

    found = re.search(r'data-options="([^"]+)"', page)
    assert found is not None
    asked: dict[str, Any] = json.loads(unescape(found[1]))
    return asked


def with_passkey(user: User, now: datetime, key: Key) -> Passkey:
    asked, state = passkeys.registration(user, host=key.host)
    actions.add_passkey(user, name="钥匙", state=state, response=key.created(dict(asked)), host=key.host, now=now)
    return Passkey.objects.get(user=user)


def test_a_passkey_is_registered_and_signs_in(
    signed_in: Callable[[User], Client], client: Client, li: User, account: Any
) -> None:
    key, mine = Key(), signed_in(li)
    page = mine.get("/account/passkeys/add/", secure=True).content.decode()
    given = {"name": "办公室的钥匙", "password": account.password, "answer": json.dumps(key.created(asked_on(page)))}
    codes = mine.post("/account/passkeys/add/", given, secure=True)
    assert "恢复码" in codes.content.decode()
    assert "办公室的钥匙" in mine.get("/account/").content.decode()

    type_password(client, account.password)
    asked = asked_on(client.get("/sign-in/second-step/", secure=True).content.decode())
    assert [each["id"] for each in asked["publicKey"]["allowCredentials"]] == [websafe_encode(key.id)]
    answer = json.dumps(key.signed(asked))
    assert client.post("/sign-in/second-step/", {"answer": answer}, secure=True).url == "/"
    assert Event.objects.get(kind="people.signed_in").particulars == {"second_step": "passkey"}


@pytest.mark.parametrize("lie", ["origin", "http", "challenge", "other key", "state"])
def test_a_passkey_that_lies_does_not_pass(li: User, now: datetime, lie: str) -> None:
    key, other = Key(), Key()
    with_passkey(li, now, key)
    asked, state = passkeys.assertion(li, host=key.host)
    response = key.signed(dict(asked))
    if lie == "origin":
        response = key.signed(dict(asked), origin="https://evil.example")
    elif lie == "http":
        response = key.signed(dict(asked), origin="http://testserver")
    elif lie == "challenge":
        response = key.signed({"publicKey": dict(asked)["publicKey"] | {"challenge": websafe_encode(b"x" * 32)}})
    elif lie == "other key":
        response = other.signed(dict(asked)) | {"id": websafe_encode(key.id), "rawId": websafe_encode(key.id)}
    else:
        state = {}
    assert actions.pass_with_passkey(li, state=state, response=response, host=key.host, now=now) == ""
    asked, state = passkeys.assertion(li, host=key.host)
    good = key.signed(dict(asked))
    assert actions.pass_with_passkey(li, state=state, response=good, host=key.host, now=now) == "passkey"


@pytest.mark.parametrize(
    ("counts", "passes"), [((0, 0), True), ((5, 6), True), ((5, 5), False), ((5, 4), False), ((5, 0), False)]
)
def test_a_key_whose_count_goes_back_is_a_copy(li: User, now: datetime, counts: tuple[int, int], passes: bool) -> None:
    key = Key()
    key.count = counts[0]
    with_passkey(li, now, key)
    asked, state = passkeys.assertion(li, host=key.host)
    response = key.signed(dict(asked), count=counts[1])
    passed = actions.pass_with_passkey(li, state=state, response=response, host=key.host, now=now)
    assert bool(passed) is passes


@pytest.mark.parametrize(
    "answer", [{}, {"id": "x"}, {"rawId": 1}, {"id": "a", "rawId": "a", "type": "public-key", "response": {}}]
)
def test_an_answer_that_is_none_is_refused(li: User, now: datetime, answer: dict[str, Any]) -> None:
    _asked, state = passkeys.registration(li, host="testserver")
    with pytest.raises(ValidationError, match="核对不上"):
        actions.add_passkey(li, name="x", state=state, response=answer, host="testserver", now=now)
    assert not Passkey.objects.exists()


def test_the_last_passkey_takes_the_recovery_codes_along(
    signed_in: Callable[[User], Client], li: User, account: Any, now: datetime
) -> None:
    passkey = with_passkey(li, now, Key())
    assert RecoveryCode.objects.count() == 10
    address = f"/account/passkeys/{passkey.pk}/remove/"
    assert signed_in(account("wang")).get(address).status_code == 404
    assert signed_in(li).post(address, {"password": account.password}).url == "/account/"
    assert not RecoveryCode.objects.exists()
    assert kinds() == ["second_step_enrolled", "second_step_removed"]


@pytest.mark.parametrize(
    ("host", "secure", "possible"),
    [("testserver", True, True), ("testserver", False, False), ("localhost", False, True), ("127.0.0.1", True, False)],
)
def test_the_page_says_where_passkeys_are_not_possible(
    signed_in: Callable[[User], Client], li: User, settings: Any, host: str, secure: bool, possible: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page = signed_in(li).get("/account/passkeys/add/", secure=secure, headers={"host": host}).content.decode()
    assert ("只在 HTTPS 网址或 localhost" not in page) is possible
    assert ("data-options" in page) is possible
