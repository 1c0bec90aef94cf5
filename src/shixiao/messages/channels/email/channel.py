"""E-mail: taken by the mail server of the house or not; whether it was read nobody says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from shixiao.engine.bilingual import Text
from shixiao.messages import channels
from shixiao.messages.channels import Abilities, Channel, Outcome, Parcel
from shixiao.messages.channels.email import smtp
from shixiao.people.models import User


class Email(Channel):
    """One text for each notice, a digest as one mail. Never twice by itself: a mail server takes the same mail as often as it comes."""

    name = "email"
    title = Text("电子邮件", "E-mail")
    about = Text(
        "交给单位的邮件服务器；它收下即为已发出。", "Handed to the mail server of the house; sent when it takes it."
    )
    abilities = Abilities()
    source = Text(
        "由系统管理员填写；要改请找系统管理员。",
        "Entered by the system administrator, who changes it, too.",
    )
    page = "messages:email"

    def is_ready(self) -> bool:
        """A server and a sender are set."""
        return bool(settings.SHIXIAO_MAIL_HOST and parseaddr(settings.SHIXIAO_MAIL_SENDER)[1])

    def targets(self, people: Sequence[User]) -> Mapping[int, str]:
        """Those who have an address. One statement."""
        from shixiao.messages.channels.email import addresses  # models are there by now

        return addresses.of(people)

    def send(self, parcel: Parcel, *, now: datetime) -> Outcome:
        """Hand it to the server, in a minute at most."""
        from shixiao.messages.channels.email import letters

        link = f"{settings.SHIXIAO_ADDRESS}/messages/" if settings.SHIXIAO_ADDRESS else ""
        try:
            letter = letters.letter(parcel, sender=settings.SHIXIAO_MAIL_SENDER, link=link, now=now)
        except letters.Unwritable as error:
            return channels.refused(str(error))
        return smtp.deliver(letter, server())


def server() -> smtp.Server:
    """As the settings say."""
    return smtp.Server(
        host=settings.SHIXIAO_MAIL_HOST,
        port=settings.SHIXIAO_MAIL_PORT,
        tls=settings.SHIXIAO_MAIL_TLS,
        user=settings.SHIXIAO_MAIL_USER,
        password_file=settings.SHIXIAO_MAIL_PASSWORD_FILE,
        authority=settings.SHIXIAO_MAIL_AUTHORITY,
    )


CHANNEL = Email()
