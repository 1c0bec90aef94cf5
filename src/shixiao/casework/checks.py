"""What Django's system check says of the offices: every start names what is wrong with one."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from shixiao.casework import offices


@register()
def offices_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """E001: something is wrong with an office; the message names the folder, the file and what to do."""
    return [Error(sentence, id="casework.E001") for sentence in offices.defects()]
