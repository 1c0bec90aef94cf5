"""`shixiao manage verify_attachments`: every file is there and as it was, or which ones are not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shixiao.casework import attaching
from shixiao.people.wordings import said


class Command(BaseCommand):
    """Reads every stored content once; names each attachment whose content is absent or changed."""

    help = "核对每个附件的内容是否都在、是否与指纹相符 / verify that every attachment is there and as it was"

    def handle(self, *args: Any, **options: Any) -> None:
        """A line for each culprit; an error where there is one, so that a script notices."""
        culprits = list(attaching.verify_attachments())
        for each in culprits:
            self.stdout.write(f"{each.case} #{each.attachment} {each.sha256} {said(each.fault.value)}")
        if culprits:
            raise CommandError(f"{len(culprits)} attachments are not as they were: restore them from a backup.")
        self.stdout.write(self.style.SUCCESS("All attachments are as they were."))
