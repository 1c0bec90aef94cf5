"""Mail against a server that refuses, hangs up and keeps silent at every stage: what came of it is told exactly."""

from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from itertools import count
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from shixiao.ledger.models import Event, Words
from shixiao.messages import channels, planning, sending
from shixiao.messages.channels import Parcel, Result
from shixiao.messages.channels.email import addresses, letters, smtp, trying
from shixiao.messages.channels.email.channel import CHANNEL
from shixiao.messages.models import Delivery, EmailAddress, Fate
from shixiao.messages.preferring import Unfit
from shixiao.messages.tests.conftest import SECRET, Tell, killed_after, later
from shixiao.messages.tests.servers import HANG_UP, SILENCE, MailServer, certificate, closed_port, running, words_of
from shixiao.people.models import Role, User

LETTER = smtp.Letter("house@example.cn", "li@example.cn", b"Subject: x\r\n\r\n.hidden\r\ntext\r\n")
LONG = 20.0


def server(port: int, **more: str) -> smtp.Server:
    return smtp.Server(**{"host": "127.0.0.1", "port": port, "tls": "none"} | more)  # type: ignore[arg-type]


# ---- what came of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "answer", "result", "reason"),
    [
        ("greeting", "421 4.3.2 busy", Result.NOT_REACHED, "smtp_421_4.3.2"),
        ("greeting", "554 no", Result.NOT_REACHED, "smtp_554"),
        ("greeting", HANG_UP, Result.NOT_REACHED, "connection_lost"),
        ("ehlo", HANG_UP, Result.NOT_REACHED, "connection_lost"),
        ("mail", "451 4.7.1 later", Result.NOT_REACHED, "smtp_451_4.7.1"),
        ("mail", "550 5.7.1 not you", Result.REFUSED, "smtp_550_5.7.1"),
        ("mail", HANG_UP, Result.NOT_REACHED, "connection_lost"),
        ("rcpt", "450 4.2.0 greylisted", Result.NOT_REACHED, "smtp_450_4.2.0"),
        ("rcpt", "550 5.1.1 <li@example.cn> unknown", Result.REFUSED, "smtp_550_5.1.1"),
        ("rcpt", HANG_UP, Result.NOT_REACHED, "connection_lost"),
        ("data", "452 4.3.1 full", Result.NOT_REACHED, "smtp_452_4.3.1"),
        ("data", "554 5.5.1 no", Result.REFUSED, "smtp_554_5.5.1"),
        ("data", "nonsense", Result.NOT_REACHED, "smtp_garbled"),
        ("data", HANG_UP, Result.NOT_REACHED, "connection_lost"),
        ("text", "250 2.0.0 taken", Result.ACCEPTED, ""),
        ("text", "451 4.3.0 not now", Result.NOT_REACHED, "smtp_451_4.3.0"),
        ("text", "552 5.2.2 mailbox full", Result.REFUSED, "smtp_552_5.2.2"),
        ("text", "nonsense", Result.UNKNOWN, "smtp_garbled"),
        ("text", HANG_UP, Result.UNKNOWN, "no_answer"),
    ],
)
def test_the_outcome_is_told_exactly(stage: str, answer: str, result: Result, reason: str) -> None:
    with running(MailServer({stage: answer})) as there:
        outcome = smtp.deliver(LETTER, server(there.port), within=LONG)
    assert (outcome.result, outcome.reason) == (result, reason)


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "mail", "rcpt", "data", "text"])
def test_a_server_that_keeps_silent_is_left_in_time(stage: str) -> None:
    with running(MailServer({stage: SILENCE})) as there:
        outcome = smtp.deliver(LETTER, server(there.port), within=0.3)
    assert outcome.result is (Result.UNKNOWN if stage == "text" else Result.NOT_REACHED)


def test_where_nobody_listens_nothing_was_handed_over() -> None:
    outcome = smtp.deliver(LETTER, server(closed_port()), within=LONG)
    assert (outcome.result, outcome.reason) == (Result.NOT_REACHED, "connect_ConnectionRefusedError")


def test_a_line_that_begins_with_a_dot_arrives_whole() -> None:
    with running(MailServer()) as there:
        smtp.deliver(LETTER, server(there.port), within=LONG)
        assert there.mails == [LETTER.text]  # type: ignore[attr-defined]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_over_tls_with_a_password_from_a_file(tls: str, tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    secret = tmp_path / "password"
    secret.write_text("pass word\n", encoding="utf-8")
    mails = MailServer(context=context)
    mails.is_tls_first = tls == "tls"
    more = {"tls": tls, "user": "house", "password_file": str(secret), "authority": str(authority)}
    with running(mails) as there:
        assert smtp.deliver(LETTER, server(there.port, **more), within=LONG).result is Result.ACCEPTED
    assert any(line.startswith("AUTH PLAIN") for line in mails.said)


def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_mail(tmp_path: Path) -> None:
    context, _authority = certificate(tmp_path)
    mails = MailServer(context=context)
    with running(mails) as there:
        outcome = smtp.deliver(LETTER, server(there.port, tls="starttls", user="house"), within=LONG)
    assert (outcome.result, outcome.reason) == (Result.NOT_REACHED, "tls_SSLCertVerificationError")
    assert not [line for line in mails.said if line.startswith(("AUTH", "MAIL"))]


def test_a_server_without_starttls_is_not_spoken_to_in_the_open(tmp_path: Path) -> None:
    mails = MailServer({"starttls": "454 4.7.0 not available"})
    with running(mails) as there:
        outcome = smtp.deliver(LETTER, server(there.port, tls="starttls"), within=LONG)
    assert (outcome.result, mails.mails) == (Result.NOT_REACHED, [])


@pytest.mark.parametrize(
    ("password", "tls", "reason"),
    [("wrong", "tls", "smtp_535"), (None, "tls", "password_file"), ("right", "none", "sign_in_without_tls")],
)
def test_a_wrong_sign_in_is_set_right_and_the_mail_goes_then(
    password: str | None, tls: str, reason: str, tmp_path: Path
) -> None:
    context, authority = certificate(tmp_path)
    secret = tmp_path / "password"
    if password:
        secret.write_text(password, encoding="utf-8")
    mails = MailServer({"auth": "535 5.7.8 no"}, context=context)
    mails.is_tls_first = tls == "tls"
    more = {"tls": tls, "user": "house", "password_file": str(secret), "authority": str(authority)}
    with running(mails) as there:
        outcome = smtp.deliver(LETTER, server(there.port, **more), within=LONG)
    assert (outcome.result, outcome.reason) == (Result.NOT_REACHED, reason)
    assert not [line for line in mails.said if line.startswith(("AUTH", "MAIL")[tls != "none" :])]


# ---- what it looks like ------------------------------------------------------------------------------------------


def parcel(**more: object) -> Parcel:
    given = {"delivery": None, "key": "msg_1", "attempt": 1, "person": None, "address": "li@example.cn",
             "title": "信-1 到了", "lines": ("信-1 到了",), "language": "zh-hans"}  # fmt: skip
    return Parcel(**given | more)  # type: ignore[arg-type]


def written(now: datetime, **more: object) -> str:
    return letters.letter(parcel(**more), sender="实效 <house@example.cn>", link="https://x.cn", now=now).text.decode()


def test_the_same_notice_has_the_same_message_id_at_every_attempt(now: datetime) -> None:
    ids = {message_from_bytes(written(now, attempt=each).encode())["Message-ID"] for each in (1, 2)}
    assert ids == {"<msg_1@example.cn>"}


def test_a_mail_is_plain_text_and_says_that_a_program_wrote_it(now: datetime) -> None:
    mail = message_from_bytes(written(now).encode(), policy=default)
    assert mail.get_content_type() == "text/plain"
    assert (mail["Subject"], mail["To"], mail["Auto-Submitted"]) == ("信-1 到了", "li@example.cn", "auto-generated")
    assert mail["From"].addresses[0].display_name == "实效"
    assert mail.get_content().replace("\r\n", "\n").startswith("信-1 到了\n\n登录查看：https://x.cn\n")


def test_a_digest_is_one_mail_with_a_line_for_each(now: datetime) -> None:
    mail = message_from_bytes(written(now, lines=("一", "二"), language="en").encode(), policy=default)
    assert (
        mail.get_content().replace("\r\n", "\n")
        == "1. 一\n2. 二\n\nSign in to see more: https://x.cn\nThis mail was sent by a program; please do not reply.\n"
    )


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0"])
def test_nobody_adds_a_header_or_a_recipient(now: datetime, end: str) -> None:
    title = f"信{end}Bcc: thief@example.cn{end}{end}body"
    mail = message_from_bytes(written(now, title=title, lines=(title,)).encode(), policy=default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "信 Bcc: thief@example.cn body"
    for address in (f"li@example.cn{end}", f"li@example.cn>{end}RCPT TO:<thief@example.cn", f"{end}li@example.cn"):
        with pytest.raises(letters.Unwritable):
            written(now, address=address)


@pytest.mark.parametrize(
    "text", ["", "li", "li@", "@example.cn", "li@ex ample.cn", "li,wang@example.cn", "<li@example.cn>", "li@example..cn",
             "李@example.cn", "li@-example.cn", f"{'l' * 65}@example.cn", f"li@{'e.' * 130}cn", "li@example.cn\n"]
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    assert not addresses.is_address(text)


# ---- in the house ------------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def mails(settings: Settings) -> Iterator[MailServer]:
    """Mail is set up, with a server that takes it."""
    with running(MailServer()) as there:
        assert isinstance(there, MailServer)
        settings.SHIXIAO_MAIL_HOST, settings.SHIXIAO_MAIL_PORT = "127.0.0.1", there.port
        settings.SHIXIAO_MAIL_TLS, settings.SHIXIAO_MAIL_SENDER = "none", "house@example.cn"
        yield there


def work(now: datetime) -> None:
    while planning.plan(now) or sending.send(now):
        pass


def with_address(people: list[User], keeper: User, now: datetime) -> None:
    for user in people:
        addresses.set_address(user, f"{user.username}@example.cn", by=keeper, now=now)


@pytest.mark.django_db
def test_whoever_has_an_address_gets_a_mail(
    people: list[User], keeper: User, tell: Tell, mails: MailServer, now: datetime
) -> None:
    with_address(people[:1], keeper, now)
    tell(people)
    work(now)
    (mail,) = mails.mails
    assert "信-1 标题1 到了" in words_of(mail)
    delivery = Delivery.objects.get()
    assert (delivery.person, delivery.state) == (people[0], "sent")


@pytest.mark.django_db
def test_of_a_restricted_register_a_mail_says_nothing(
    people: list[User], keeper: User, tell: Tell, mails: MailServer, now: datetime
) -> None:
    with_address(people[:1], keeper, now)
    tell(people[:1], letter=SECRET)
    work(now)
    (mail,) = mails.mails
    subject = message_from_bytes(mail, policy=default)["Subject"]
    assert str(SECRET) not in subject + words_of(mail)
    assert "限制台账" in subject


@pytest.mark.django_db
def test_a_mail_without_an_answer_is_never_sent_again_by_itself(
    people: list[User], keeper: User, tell: Tell, mails: MailServer, now: datetime
) -> None:
    mails.answers["text"] = HANG_UP
    with_address(people[:1], keeper, now)
    tell(people[:1])
    for hours in (0, 1, 24, 240):
        work(later(now, hours=hours))
    assert (Delivery.objects.get().state, len(mails.mails)) == ("unknown", 1)


@pytest.mark.django_db
def test_a_mail_that_was_put_off_goes_later_with_the_same_id(
    people: list[User], keeper: User, tell: Tell, mails: MailServer, now: datetime
) -> None:
    mails.answers["rcpt"] = "450 4.2.0 greylisted"
    with_address(people[:1], keeper, now)
    tell(people[:1])
    work(now)
    del mails.answers["rcpt"]
    work(later(now, minutes=1))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    assert delivery.key in message_from_bytes(mails.mails[0])["Message-ID"]
    assert "smtp_450_4.2.0" in Fate.objects.filter(delivery=delivery).values_list("reason", flat=True)


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_nobody_gets_a_mail_twice(
    people: list[User], keeper: User, tell: Tell, mails: MailServer, now: datetime
) -> None:
    with_address(people[:1], keeper, now)
    seen = set()
    for statements in count():
        (message,) = tell(people[:1], letter=100 + statements)
        before = len(mails.mails)
        was_killed = killed_after(statements, lambda: work(now))
        for minutes in (5, 15, 60):
            work(later(now, minutes=minutes))
        delivery = Delivery.objects.get(items__message=message)
        seen.add((delivery.state, len(mails.mails) - before))
        if not was_killed:
            break
    assert seen == {("sent", 1), ("unknown", 1)}


@pytest.mark.django_db
def test_an_address_is_set_by_the_system_administrator_with_an_event(
    people: list[User], keeper: User, now: datetime
) -> None:
    li = people[0]
    with pytest.raises(PermissionDenied, match="系统管理员"):
        addresses.set_address(li, "li@example.cn", by=li, now=now)
    with pytest.raises(Unfit):
        addresses.set_address(li, "li@example.cn\r\nBcc: x@example.cn", by=keeper, now=now)
    for _ in range(2):
        addresses.set_address(li, "li@example.cn", by=keeper, now=now)
    event = Event.objects.get(kind="messages.address_set")
    assert "li@" not in str(event.particulars)
    assert Words.objects.get(event=event).words == "li@example.cn"
    addresses.set_address(li, "", by=keeper, now=now)
    assert not EmailAddress.objects.exists()
    assert Event.objects.filter(kind="messages.address_removed").count() == 1


@pytest.mark.django_db
def test_the_page_of_addresses(
    people: list[User], keeper: User, signed_in: Callable[[User], Client], settings: Settings
) -> None:
    browser = signed_in(keeper)
    told = {"account": "li", "address": "li@example.cn"}
    assert browser.post("/messages/channels/email/", told).status_code == 302
    assert browser.post("/messages/channels/email/", told | {"address": "li"}).status_code == 422
    assert browser.post("/messages/channels/email/", told | {"account": "nobody"}).status_code == 422
    text = browser.get("/messages/channels/email/").content.decode()
    assert "li@example.cn" in text
    assert "/sign-out/" in text  # the frame knows who is signed in
    assert "li@example.cn" not in browser.get("/messages/channels/email/?q=wang").content.decode()
    assert signed_in(people[0]).get("/messages/channels/email/").status_code == 403
    assert signed_in(people[0]).post("/messages/channels/email/", told).status_code == 403
    assert not CHANNEL.is_ready()


# ---- a test mail -------------------------------------------------------------------------------------------------

TEST = "/messages/channels/email/test/"


def of_the_book() -> list[tuple[str, dict[str, object]]]:
    rows = Event.objects.filter(kind__startswith="messages.test_mail").order_by("pk")
    return [
        (row.kind.rpartition("_")[2], {k: v for k, v in row.particulars.items() if k in ("outcome", "reason")})
        for row in rows
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "answer", "outcome", "reason", "words"),
    [
        ("text", "250 2.0.0 taken", "sent", "", "邮件服务器已收下"),
        ("rcpt", "550 5.1.1 unknown", "failed", "smtp_550_5.1.1", "邮件服务器拒绝：smtp_550_5.1.1。检查收件地址"),
        ("rcpt", "450 4.2.0 later", "not_reached", "smtp_450_4.2.0", "没有交出去：smtp_450_4.2.0。"),
        ("text", HANG_UP, "unknown", "no_answer", "结果未知：no_answer。邮件服务器可能已经收下"),
    ],
)
def test_a_test_mail_tells_the_outcome_as_it_is(
    keeper: User, mails: MailServer, signed_in: Callable[[User], Client],
    stage: str, answer: str, outcome: str, reason: str, words: str,
) -> None:  # fmt: skip
    mails.answers[stage] = answer
    page = signed_in(keeper).post(TEST, {"to": " li@example.cn "})
    assert page.status_code == 200
    assert words in page.content.decode()
    assert of_the_book() == [("handed", {}), ("answered", {"outcome": outcome, "reason": reason})]
    assert Words.objects.get().words == "li@example.cn"
    assert [b"To: li@example.cn" in mail for mail in mails.mails] == ([True] if stage == "text" else [])
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_a_test_mail_is_for_the_system_administrator_and_for_an_address(
    people: list[User], keeper: User, mails: MailServer, signed_in: Callable[[User], Client], now: datetime
) -> None:
    assert signed_in(people[0]).post(TEST, {"to": "li@example.cn"}).status_code == 403
    with pytest.raises(PermissionDenied, match="系统管理员"):
        trying.send_test("li@example.cn", by=people[0], now=now)
    assert signed_in(keeper).get(TEST).status_code == 405
    for wrong in ("", "li", "li@example.cn\r\nBcc: x@example.cn"):
        assert signed_in(keeper).post(TEST, {"to": wrong}).status_code == 422
    assert (mails.mails, of_the_book()) == ([], [])


@pytest.mark.django_db
def test_without_a_server_there_is_no_test(keeper: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(keeper)
    assert TEST not in browser.get("/messages/channels/email/").content.decode()
    assert browser.post(TEST, {"to": "li@example.cn"}).status_code == 422
    assert of_the_book() == []


@pytest.mark.django_db
def test_killed_while_it_is_handed_over_the_book_knows_of_a_test_mail(
    keeper: User, mails: MailServer, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(trying, "deliver", killed)
    with pytest.raises(KeyboardInterrupt):
        trying.send_test("li@example.cn", by=keeper, now=now)
    assert of_the_book() == [("handed", {})]


@pytest.mark.django_db
def test_from_the_terminal(mails: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("test_mail", "li@example.cn")
    assert "邮件服务器已收下" in capsys.readouterr().out
    mails.answers["mail"] = "550 5.7.1 not you"
    with pytest.raises(CommandError, match=r"smtp_550_5\.7\.1"):
        call_command("test_mail", "li@example.cn")
    with pytest.raises(CommandError, match="不是邮箱地址"):
        call_command("test_mail", "li")


@pytest.mark.parametrize(
    ("reason", "words"),
    [("connect_gaierror", "服务器名"), ("tls_SSLCertVerificationError", "SHIXIAO_MAIL_AUTHORITY"), ("tls_SSLError", "端口"),
     ("sign_in_without_tls", "SHIXIAO_MAIL_TLS"), ("sign_in", "登录方式"), ("smtp_535_5.7.8", "密码"), ("connection_lost", "什么也没有收到")],
)  # fmt: skip
def test_what_to_do_is_said(reason: str, words: str) -> None:
    assert words in trying.Tried("li@example.cn", channels.not_reached(reason)).text.zh


@pytest.mark.django_db
def test_people_see_their_address_and_who_enters_it(
    people: list[User], keeper: User, mails: MailServer, signed_in: Callable[[User], Client], now: datetime
) -> None:
    with_address(people[:1], keeper, now)
    li, wang = (signed_in(each).get("/messages/settings/").content.decode() for each in people[:2])
    assert "li@example.cn" in li
    assert "由系统管理员填写" in li
    assert "li@example.cn" not in wang
    assert "没有您的地址" in wang
