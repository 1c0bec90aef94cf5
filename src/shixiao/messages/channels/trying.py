"""A test notice that a system administrator sends to himself: whether the channel takes one, told as exactly as the outcome of any notice."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.ledger.book import Reference
from shixiao.ledger.models import Event
from shixiao.messages import events
from shixiao.messages.channels import Channel, Outcome, Parcel, Result
from shixiao.messages.models import Delivery
from shixiao.messages.preferring import Unfit
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts

KIND = "messages.test_notice"
_TEST = re.compile(r"test_([0-9]{1,18})")
SAYS = {
    Result.ACCEPTED: Text(
        "对方已收下（回答：{reason}）。请看手机上是否收到。",
        "Taken (answer: {reason}). Look at the phone to see whether it arrived.",
    ),
    Result.REFUSED: Text("对方拒绝：{reason}。", "Refused: {reason}."),
    Result.NOT_REACHED: Text(
        "没有交出去：{reason}。对方什么也没有收到。", "Not handed over: {reason}. The other side has got nothing."
    ),
    Result.UNKNOWN: Text(
        "结果未知：{reason}。对方可能已经收下，请先看手机。",
        "Unknown: {reason}. The other side may have it: look at the phone first.",
    ),
}
FINE = "OK"
# The beginning of a code, and what to do; the first that fits.
_TO_DO = (
    ("connect_", Text("检查地址、端口和网络。", "Check the address, its port and the network.")),
    ("tls_SSLCert", Text("对方的证书不可信：用 SHIXIAO_…_AUTHORITY 指明证书颁发机构。",
                         "Nobody vouches for its certificate: name the authority in SHIXIAO_…_AUTHORITY.")),
    ("secret_file", Text("读不到密钥文件。", "The file of the secret cannot be read.")),
    ("token_40001", Text("检查应用的密钥。", "Check the secret of the app.")),
    ("token_40013", Text("检查单位编号。", "Check the number of the corporation.")),
    ("token_", Text("没有取到令牌，检查单位编号、密钥和网络。", "No token was given: check corporation, secret and network.")),
    ("wecom_60020", Text("请对方把本机的出口地址列入可信地址。", "Have the address that this machine calls from entered as trusted.")),
    ("wecom_40056", Text("检查应用编号。", "Check the number of the app.")),
    ("invaliduser", Text("对方不认识您的账号，或者您不在应用的可见范围。", "The other side does not know your account, or does not show you the app.")),
    ("sms_Illegal", Text("检查账号、密码和签名编码。", "Check account, password and the code of the signature.")),
    ("http_401", Text("检查账号和密码。", "Check account and password.")),
    ("http_404", Text("检查地址里的路径。", "Check the path of the address.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    outcome: Outcome

    @property
    def is_good(self) -> bool:
        """The other side has it."""
        return self.outcome.result in (Result.ACCEPTED, Result.DELIVERED)

    @property
    def text(self) -> Text:
        """In words, with what to do."""
        reason = self.outcome.reason or FINE
        says = SAYS[Result.ACCEPTED if self.is_good else self.outcome.result]
        more = next((text for start, text in _TO_DO if reason.startswith(start)), Text("", ""))
        return Text(f"{says.zh.format(reason=reason)}{more.zh}", f"{says.en.format(reason=reason)} {more.en}".strip())


def send_test(channel: Channel, *, by: User, now: datetime) -> Tried:
    """Hand one notice for `by` over now.

    As with notices, the book says that it is being handed over before, and what came of it after. Raises `Unfit` where the channel is not set up
    or does not reach `by`, `PermissionDenied`.
    """
    if not may_keep_accounts(by):
        raise PermissionDenied(_("测试通知由系统管理员发送。"))
    if not channel.is_ready():
        raise Unfit(Text("还没有设定完整，不能发送。", "It is not set up, so nothing can be sent."), field="test")
    address = channel.targets([by]).get(by.pk, "")
    if not address:
        text = Text("还没有填写您自己的。请先在下面填写，再发测试。", "Yours is not entered yet. Enter it below first.")
        raise Unfit(text, field="test")
    about = Reference(KIND, channel.name)
    with transaction.atomic():
        codes = {"channel": channel.name}
        handed = ledger.record(events.TEST_NOTICE_HANDED, subject=about, by=by, now=now, particulars=codes)
    try:
        outcome = channel.try_out(_parcel(channel, address, key=f"test_{handed.pk}", by=by), now=now)
    except Exception as error:  # noqa: BLE001 — whatever went wrong, it may have arrived
        outcome = Outcome(Result.UNKNOWN, type(error).__name__[:64])
    told = {"handed": handed.pk, "outcome": outcome.result.value.value, "reason": outcome.reason}
    with transaction.atomic():
        ledger.record(events.TEST_NOTICE_ANSWERED, subject=about, by=by, now=now, particulars={**codes, **told})
    return Tried(outcome)


def is_test(key: str) -> bool:
    """It is the key of a test, and of no delivery."""
    return _TEST.fullmatch(key) is not None


def pressed(key: str, *, by: User, now: datetime) -> bool:
    """The button of a test came back by a callback, from whoever sent it to himself; False for what is no such test. Pressed again it is no event."""
    found = _TEST.fullmatch(key)
    kinds = (events.TEST_NOTICE_HANDED.name, events.TEST_NOTICE_PRESSED.name)
    handed = Event.objects.filter(pk=int(found[1]), kind=kinds[0]).first() if found else None
    if handed is None or (handed.by_kind, handed.by_id) != (User.ledger_name, str(by.pk)) or not by.is_active:
        return False
    about = Reference(KIND, f"{handed.subject_id}/{handed.pk}")
    if not Event.objects.filter(kind=kinds[1], subject_kind=about.kind, subject_id=about.id).exists():
        ledger.record(events.TEST_NOTICE_PRESSED, subject=about, by=by, now=now, particulars={"handed": handed.pk})
    return True


def _parcel(channel: Channel, address: str, *, key: str, by: User) -> Parcel:
    language = by.language or "zh-hans"
    with translation.override(language):
        title = _("测试通知")
        line = _("这是一条测试通知。收到它，说明通知能够送到这里。")
    return Parcel(
        delivery=Delivery(channel=channel.name), key=key, attempt=1, person=by, address=address, title=title,
        lines=(line,), language=language,
    )  # fmt: skip
