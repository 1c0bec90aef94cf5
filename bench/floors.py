"""Puts bare views beside the pages they are the floors of, behind the same middleware."""

from typing import Any


def add(*patterns: Any, is_of_programs: bool = False) -> None:
    """At the addresses of these patterns; each declares, as every address of the house has to, who may go there."""
    from shixiao.people.access import SIGNED_IN, public
    from shixiao.site import urls

    for pattern in patterns:
        pattern.callback.access = public("A floor of the benchmarks.") if is_of_programs else SIGNED_IN
    urls.urlpatterns += patterns
