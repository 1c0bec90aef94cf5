"""What Django's deploy check says of the channels (`shixiao check-deploy`)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 — the name that Django gives it


@register(Tags.security, deploy=True)
def channels_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """W001: somebody began to set up a channel, and it lacks something, so nothing goes out by it."""
    from shixiao.messages import channels  # settings are there by now

    found: list[CheckMessage] = []
    for channel in channels.found().values():
        lacking = list(dict.fromkeys(channel.lacks()))
        if lacking:
            message = (
                f"The channel {channel.name} is set up by half: {', '.join(lacking)} is missing, wrong or unreadable."
            )
            hint = f"See docs/howto/{channel.name}.md, or unset everything of it."
            found.append(Warning(message, hint=hint, id="outbox.W001"))
    return found


@register(Tags.security, deploy=True)
def sms_goes_by_tls(**kwargs: Any) -> list[CheckMessage]:
    """W002: whoever sits between this machine and the SMS gateway reads numbers and texts."""
    addresses = (settings.SHIXIAO_SMS_ADDRESS, settings.SHIXIAO_SMS_REPORT_ADDRESS)
    if not settings.SHIXIAO_SMS_FORM or not any(each.startswith("http://") for each in addresses):
        return []
    hint = "Ask the carrier for its https address, or reach the gateway by a line of its own."
    return [Warning("The SMS gateway is spoken to in the open (http).", hint=hint, id="outbox.W002")]
