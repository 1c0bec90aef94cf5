"""A test mail: whether the server takes one, told as exactly as the outcome of any notice, and what to do where it does not."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.ledger.book import Reference
from shixiao.messages import events
from shixiao.messages.channels import Outcome, Parcel, Result
from shixiao.messages.channels.email.addresses import is_address
from shixiao.messages.channels.email.channel import CHANNEL, server
from shixiao.messages.channels.email.letters import letter
from shixiao.messages.channels.email.smtp import Letter, deliver
from shixiao.messages.models import Delivery
from shixiao.messages.preferring import Unfit
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts

WITHIN = 20.0  # seconds: somebody waits at the page
SUBJECT = Reference(
    "messages.test_mail", "1"
)  # there is one mail server, and the book tells its trials one after the other
SAYS = {
    Result.ACCEPTED: Text(
        "邮件服务器已收下。请到收件人的邮箱里看一看是否送达。",
        "The mail server took it. Look into the mailbox to see whether it arrived.",
    ),
    Result.REFUSED: Text("邮件服务器拒绝：{reason}。", "The mail server refused it: {reason}."),
    Result.NOT_REACHED: Text(
        "没有交出去：{reason}。邮件服务器什么也没有收到。",
        "Not handed over: {reason}. The mail server has got nothing.",
    ),
    Result.UNKNOWN: Text(
        "结果未知：{reason}。邮件服务器可能已经收下，请先到收件人的邮箱里看。",
        "Unknown: {reason}. The mail server may have it: look into the mailbox first.",
    ),
}
# The beginning of a code, and what to do; the first that fits.
_TO_DO = (
    ("connect_", Text("检查服务器名、端口和网络。", "Check the server's name, its port and the network.")),
    ("tls_SSLCert", Text("服务器的证书不可信：用 SHIXIAO_MAIL_AUTHORITY 指明单位的证书颁发机构。",
                         "Nobody vouches for its certificate: name the authority in SHIXIAO_MAIL_AUTHORITY.")),
    ("tls_", Text("检查 SHIXIAO_MAIL_TLS 和端口是否相配。", "Check that SHIXIAO_MAIL_TLS fits the port.")),
    ("sign_in_without_tls", Text("不加密时不登录：设 SHIXIAO_MAIL_TLS。", "Nobody signs in without TLS: set SHIXIAO_MAIL_TLS.")),
    ("password_file", Text("读不到密码文件 SHIXIAO_MAIL_PASSWORD_FILE。", "SHIXIAO_MAIL_PASSWORD_FILE cannot be read.")),
    ("sign_in", Text("服务器不接受这种登录方式。", "The server takes no such sign-in.")),
    ("smtp_535", Text("检查登录账号和密码。", "Check the account and its password.")),
    ("smtp_550", Text("检查收件地址，以及服务器是否允许这个发件人。", "Check the address, and whether the server allows the sender.")),
    ("smtp_4", Text("服务器请稍后再试。", "The server asks to try later.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    address: str
    outcome: Outcome

    @property
    def text(self) -> Text:
        """In words, with what to do."""
        reason = self.outcome.reason
        says = SAYS[self.outcome.result]
        more = next((text for start, text in _TO_DO if reason.startswith(start)), Text("", ""))
        return Text(f"{says.zh.format(reason=reason)}{more.zh}", f"{says.en.format(reason=reason)} {more.en}".strip())


def send_test(address: str, *, by: User | None, now: datetime) -> Tried:
    """Hand one mail to the server now. `by` is None at the terminal.

    As with notices, the book says that it is being handed over before, and what came of it after: whoever is killed in between
    leaves a test of which nobody knows. Raises `Unfit`, `PermissionDenied`.
    """
    if by is not None and not may_keep_accounts(by):
        raise PermissionDenied(_("测试邮件由系统管理员发送。"))
    address = address.strip()
    if not is_address(address):
        text = Text("这不是邮箱地址。请写成 name@example.cn。", "This is no e-mail address. Write name@example.cn.")
        raise Unfit(text, field="to")
    if not CHANNEL.is_ready():
        text = Text("还没有设定邮件服务器和发件人。", "No mail server and sender are set.")
        raise Unfit(text, field="to")
    with transaction.atomic():
        handed = ledger.record(events.TEST_MAIL_HANDED, subject=SUBJECT, by=by, now=now, texts={"address": address})
    outcome = deliver(_letter(address, str(handed.pk), by, now=now), server(), within=WITHIN)
    told = {"handed": handed.pk, "outcome": outcome.result.value.value, "reason": outcome.reason}
    with transaction.atomic():
        ledger.record(events.TEST_MAIL_ANSWERED, subject=SUBJECT, by=by, now=now, particulars=told)
    return Tried(address, outcome)


def _letter(address: str, key: str, by: User | None, *, now: datetime) -> Letter:
    language = by.language if by is not None and by.language else "zh-hans"
    with translation.override(language):
        title = _("测试邮件")
        line = _("这是一封测试邮件。收到它，说明通知能够送到这个邮箱。")
    parcel = Parcel(
        delivery=Delivery(channel=CHANNEL.name), key=f"test_{key}", attempt=1, person=by, address=address, title=title,
        lines=(line,), language=language,
    )  # fmt: skip
    return letter(parcel, sender=settings.SHIXIAO_MAIL_SENDER, link="", now=now)
