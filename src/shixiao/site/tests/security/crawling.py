"""From the first page over every link, as one person: each page once, and of many alike only some."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve

from shixiao.site.tests.security.asking import ask
from shixiao.site.tests.security.forms import links

MOST = 400


def crawl(browser: Client, *, most_alike: int = 1) -> Iterator[tuple[str, str, Any]]:
    """From where, to where, and the answer; redirects are followed as one more link.

    So many pages of one address are looked at: the hundredth case shows what the first ones show.
    """
    waiting, seen, alike = deque([("", "/")]), {"/"}, Counter({_sort("/"): 1})  # those that wait are counted, too
    asked = 0
    while waiting and asked < MOST:
        source, where = waiting.popleft()
        asked += 1
        answer = ask(browser, "GET", where)
        yield source, where, answer
        told = [answer.headers["Location"]] if answer.status_code in {301, 302} else []
        if "text/html" in answer.headers.get("Content-Type", ""):
            told += links(answer.whole.decode(), where)
        for each in told:
            if each not in seen and alike[_sort(each)] < most_alike:
                seen.add(each)
                alike[_sort(each)] += 1
                waiting.append((where, each))


@cache
def _sort(where: str) -> str:
    """The route, and which words stand behind the question mark: two cases are alike, a list and its filter are not."""
    path, _mark, query = where.partition("?")
    try:
        route = resolve(path).route
    except Resolver404:
        route = path
    return route + "?" + "&".join(sorted({re.split("=", part)[0] for part in query.split("&") if part}))
