"""A test mail from the terminal: `shixiao manage test_mail name@example.cn`. Ends with 1 where the server did not take it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shixiao.messages.channels import Result
from shixiao.messages.channels.email import trying
from shixiao.messages.preferring import Unfit
from shixiao.people.wordings import said


class Command(BaseCommand):
    """One mail, one answer."""

    help = "发一封测试邮件，说明邮件服务器怎么答复 / send a test mail and say what the mail server answered"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """To whom."""
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        """Send it, and say what came of it."""
        try:
            tried = trying.send_test(address, by=None, now=timezone.now())
        except Unfit as unfit:
            raise CommandError(said(unfit.text)) from None
        if tried.outcome.result is not Result.ACCEPTED:
            raise CommandError(said(tried.text))
        self.stdout.write(said(tried.text))
