"""What Django's deploy check says of the exchange with an OA (`shixiao check-deploy`)."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 — the name that Django gives it

from shixiao.messages.channels import calling


@register(Tags.security, deploy=True)
def oa_is_whole(**kwargs: Any) -> list[CheckMessage]:
    """W001: somebody began to set up an OA to fetch from, and something is missing, wrong or unreadable, so nothing is fetched."""
    from shixiao.offices.supervision.oa import asking  # settings and models are there by now

    if not settings.SHIXIAO_OA_ADDRESS:
        return []
    missing = asking.lacking()
    if settings.SHIXIAO_OA_SECRET_FILE and not calling.secret(settings.SHIXIAO_OA_SECRET_FILE):
        missing.append("SHIXIAO_OA_SECRET_FILE")
    if not missing:
        return []
    message = f"The OA to fetch from is set up by half: {', '.join(missing)} is missing, wrong or unreadable."
    return [Warning(message, hint="See docs/howto/oa.md, or unset SHIXIAO_OA_ADDRESS.", id="supervision.W001")]
